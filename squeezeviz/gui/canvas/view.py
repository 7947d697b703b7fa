"""The graph view: the placed diagram, painted, selected in, and walked with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMargins, QPoint, QPointF, QRect, QRectF, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from squeezeviz.figure.scene.diagram import Badge, Diagram, Direction, Key, Rect, Role, Size
from squeezeviz.figure.writers.painter import paint_ground
from squeezeviz.gui.canvas import drawing, rings, series, wording
from squeezeviz.gui.canvas.camera import READABLE_FROM, Camera, readable_zoom, revealed
from squeezeviz.gui.canvas.drawing import Appearance, Drawing
from squeezeviz.gui.canvas.overlays import Overlays
from squeezeviz.gui.canvas.rings import Ringed
from squeezeviz.gui.canvas.ruler import AROUND_COLUMNS, Ruler
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene, Slide, followed
from squeezeviz.gui.canvas.zoom_area import Fit, ZoomArea
from squeezeviz.gui.selection import Edge
from squeezeviz.gui.widgets.guard import guarded

if TYPE_CHECKING:
    from squeezeviz.gui.canvas.dragging import Drag
    from squeezeviz.gui.canvas.picking import Picking
    from squeezeviz.gui.canvas.strips import Strips

_ALONE_NOTE = ("F11 or Esc goes back",)
_STRIPS_NOTE = (
    "varies most · √ · own maximum",
    "In each box those of its feature maps whose values vary most. Colours go by the square root of a value, up to the "
    "map's own maximum.",
)
_NOTHING = Diagram(Direction.DOWN, 0, 0, (), ())
_AROUND_SELECTION, _LARGEST_SELECTION = 24.0, 2.0
"""Units about what is selected, and the zoom, where it is zoomed to."""
_NEAR = 3.0
"""Pixels by which a click on a small module may miss it."""
_BESIDE = QPointF(5, 5)
_MOST_AT_ONCE, _REST_MS = 200, 60
"""Modules that are set in columns with each size that a pane takes; more of them once it has kept one for so long."""
_MOST_AREAS = 100
"""With more to be painted again than this, all of the viewport is."""
_MOST_RECTANGLES = 4
"""A region of more is painted at once, with all that lies in between."""
_BY_KEYBOARD = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


@guarded
class GraphView(ZoomArea):
    """Shows a `Diagram` with its ruler. It changes nothing: it says what was selected and what is asked for."""

    takes_several = True
    """Whether several layers can be selected here, and dragged; where not, they may be elsewhere."""

    selection_changed = Signal(object)
    """The selected `Key`, or None."""
    edge_selected = Signal(object)
    """The selected line as its (source, target), or None; a box and a line are never selected together."""
    module_toggled = Signal(object)
    """The `Key` of a box whose layer should be selected beside the others, or no longer."""
    extended = Signal(object)
    """The `Key` of a box up to which all layers from the selected one on should be selected."""
    modules_selected = Signal(object)
    """The `Key`s of modules that should be selected together, in the order of the flow."""
    modules_dropped = Signal(str)
    """The selected layers should go behind the one of that name; behind the input where it is empty."""
    hinted = Signal(str)
    """What a drag does, while it goes on; then nothing."""
    toggle_requested = Signal(str)
    """Open or close the Fire module of this name."""
    command_requested = Signal(str)
    """A command of `actions.COMMANDS` on what is selected, by its id."""
    context_menu_requested = Signal(object, QPoint)
    """The `Key` that a menu is asked for (None: empty space), and where, in global pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("graph_view")
        self.setAccessibleName("Network graph")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.animated = True
        """Whether modules slide to their new places. They never do where the system asks for no animation."""
        self._straight, self._wrapped = _NOTHING, False
        self._beside: Diagram | None = None
        self._series = Series(_NOTHING)
        self._selected: Key | Edge | None = None
        self._marked: frozenset[Key] = frozenset()
        """The modules of all selected layers."""
        self._marked_parts: frozenset[Key] = frozenset()
        self._picked: Picking | None = None
        self._hovered: Key | Edge | None = None
        self._show_focus = False
        """Whether the keyboard is here, and came by the keyboard: the view's own edge shows it where no ring does."""
        self._appearance = Appearance()
        self._drawing, self._ruler = Drawing(), Ruler()
        self._strips: Strips | None = None
        self._alone = False
        self._rested = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rested.timeout.connect(self._set_again)
        self._ahead = QTimer(self, singleShot=True, interval=0)
        self._ahead.timeout.connect(self._look_ahead)
        self._slide = Slide(self)
        self._slide.ticked.connect(self.viewport().update)
        self._overlays = Overlays(self)
        self._overlays.control.columns_requested.connect(lambda: self.command_requested.emit("wrapped"))
        self._keep_room()
        # All of it is painted, so nothing below need be.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._overlays.set_appearance(self._appearance)
        self.set_diagram(_NOTHING)

    @property
    def diagram(self) -> Diagram:
        return self._series.diagram

    @property
    def selected(self) -> Key | None:
        return self._selected if isinstance(self._selected, Key) else None

    @property
    def selected_edge(self) -> Edge | None:
        return None if isinstance(self._selected, Key) else self._selected

    @property
    def series(self) -> Series:
        """The diagram, to look things up in."""
        return self._series

    @property
    def marked(self) -> frozenset[Key]:
        """The modules of all selected layers."""
        return self._marked

    @property
    def marked_parts(self) -> frozenset[Key]:
        """Of some of these the parts that alone are selected."""
        return self._marked_parts

    def set_diagram(
        self, diagram: Diagram, *, slide: bool = True, wrapped: bool = False, beside: Diagram | None = None
    ) -> None:
        """Show `diagram`: what is selected, or in the middle, stays where it is, and what moved slides there.

        Where another diagram will follow at once, `slide` is better false: all stands at its place then.
        The zoom stays. The first diagram, and one that runs in another direction, is shown from its start. One that is
        `wrapped` is set in as many columns as make it largest here, and seen as a whole until the person zooms.
        `beside` is one that it is aligned with and that another view shows: what either of them has can be scrolled to.
        """
        if self._picked is not None:
            self._picked.give_up()
        before, room = self.scene(), self.room()
        anew = diagram.direction is not self.direction or wrapped != self._wrapped or not before.series.modules
        self._straight, self._wrapped, self._beside = diagram, wrapped, beside
        hovered, self._hovered = self._hovered, None
        self.direction = diagram.direction
        self._overlays.control.show_wrapped(wrapped)
        self._place(self._set_in_columns())
        if anew:
            self.zoom_to_fit() if wrapped else self.zoom_to_width()
            self._slide.finish()
        else:
            held = self._selected if self._selected is None or isinstance(self._selected, Key) else self._selected[0]
            if wrapped and self._fit is Fit.WHOLE:
                self.zoom_to_fit()
            else:
                self.camera = followed(before, self._series, room, held)
                self.settle()
            self._slide_from(before) if slide else self._slide.finish()
        changed = self._series.changed_since(before.series)
        if anew or changed is None:
            self.viewport().update()
        else:
            self._repaint(hovered, *changed)
        self._overlays.show_series(self._series)
        # Where a part went with its module's opening, the module is selected; of a line whose ends are gone, or that
        # something was put into, nothing is.
        self.select(self.selected, reveal=False)
        self.select_edge(self.selected_edge, reveal=False)
        self._describe()

    def _set_in_columns(self) -> Diagram:
        """The diagram as it stands in the viewport: in columns where that is wanted."""
        if not self._wrapped:
            return self._straight
        from squeezeviz.figure.layout.wrapping import ON_SCREEN, wrap  # not sooner: a window opens with one column

        return wrap(self._straight, self.columns_room(), ON_SCREEN, beside=self._beside)

    def _set_again(self) -> None:
        """Set a long network in the columns that the pane has room for, once its size has come to rest."""
        if self._wrapped:
            self._place(self._set_in_columns())
            self._overlays.show_series(self._series)
            self.settle_or_follow()
            self.viewport().update()
            self.looked.emit()

    def columns_room(self) -> Size:
        """The pixels that a network in columns can take."""
        whole = self.maximumViewportSize()
        room = whole.shrunkBy(AROUND_COLUMNS[self.direction])
        return Size(room.width(), room.height())

    def _place(self, diagram: Diagram, placed: Series | None = None) -> None:
        """Show `diagram` from now on, of which `placed` may have been made before."""
        self._series = placed or Series(diagram)
        self.content = self._series.content
        if self._beside is not None and not diagram.columns:
            self.content = series.bounds_of([module.rect for module in (*diagram.modules, *self._beside.modules)])
        self._drawing.set_beside(() if self._beside is None else self._beside.modules)
        self._ruler.set_diagram(diagram)
        self.insets = self._present_insets()

    def set_strips(self, strips: Strips | None) -> None:
        """Paint these feature maps into the boxes that have room for them."""
        self._strips = strips
        self._show_note()
        self.viewport().update()

    def set_heading(self, heading: QWidget | None) -> None:
        """Show a widget above the diagram, as high as it asks for; None: nothing."""
        self._overlays.set_heading(heading)
        self._keep_room()

    def set_alone(self, alone: bool) -> None:
        """Say how to come back while the diagram has all of the window."""
        self._alone = alone
        self._show_note()

    def _show_note(self) -> None:
        alone = _ALONE_NOTE if self._alone else ("",)
        self._overlays.show_note(*(_STRIPS_NOTE if self._strips is not None else alone))

    def set_minimap_visible(self, visible: bool) -> None:
        """Whether the minimap stands at its place while some of the diagram is out of sight."""
        self._overlays.minimap_wanted = visible
        self._overlays.arrange()

    def set_appearance(self, appearance: Appearance) -> None:
        """Draw in other colours, or mark other things; with heat a legend says what the colours mean."""
        before, self._appearance = self._appearance, appearance
        explained = "theme", "heat", "activations"
        if any(getattr(appearance, each) != getattr(before, each) for each in explained):
            self._overlays.set_appearance(appearance)
            self._keep_room()
            self._overlays.arrange()
        if (before.marks is None) is not (appearance.marks is None):
            self._ruler.apart = 0 if appearance.marks is None else drawing.BESIDE_MODULES
            self.insets = self._present_insets()
            self.settle_or_follow()
        self._describe()
        if before._replace(badges=appearance.badges) == appearance:
            self._repaint(*_differing(before.badges, appearance.badges))
        else:
            self.viewport().update()

    # What is where

    def target_at(self, position: QPointF) -> Key | Edge | None:
        """The line, box or module at a place of the viewport, in pixels."""
        return self.edge_at(position) or self.key_at(position)

    def key_at(self, position: QPointF) -> Key | None:
        """The box or module at a place of the viewport, in pixels."""
        if self._on_ruler(position):
            return None
        at = self._in_diagram(position)
        if self.zoom >= drawing.PARTS_FROM:
            return self._series.key_at(at.x(), at.y())
        near = self._series.near(at.x(), at.y(), _NEAR / self.zoom)
        return None if near is None else near.key

    def edge_at(self, position: QPointF) -> Edge | None:
        """The line at or about a place of the viewport, by its source and target; boxes lie over lines."""
        at = self._in_diagram(position)
        if self.zoom < drawing.LINKS_FROM or self._on_ruler(position) or self.toggle_at(position) is not None:
            return None
        if self._series.box_at(at.x(), at.y()) is not None:
            return None
        inside = self.zoom >= drawing.SHAPES_FROM
        return self._series.edge_at(at, self.scene().transform, inside=inside)

    def toggle_at(self, position: QPointF) -> Key | None:
        """The Fire module whose triangle, ▸ or ▾, is at a place of the viewport, as long as it can be seen."""
        if self.zoom < drawing.SHAPES_FROM or self._on_ruler(position):
            return None
        at = self._in_diagram(position)
        module = self._series.toggle_at(at.x(), at.y())
        return None if module is None else module.key

    def seen_rect(self, key: Key) -> QRectF | None:
        """Where the box or module of `key` is on the viewport, in pixels; None where the diagram lacks it."""
        return self.scene().seen(key)

    def seen_edge(self, edge: Edge | None) -> QPointF | None:
        """Where the middle of a line is on the viewport, in pixels; None where the diagram lacks it."""
        line = self._series.line(edge)
        return None if line is None else self.scene().transform.map(series.middle(line))

    def reveal(self, target: Key | Edge | None) -> None:
        """Scroll as little as need be for a box, module or line to be in sight."""
        rect = self._series.rect(target)
        if rect is not None:
            self.scroll_to(revealed(self.camera, rect, self.room()))

    def centre(self, key: Key | None) -> None:
        """Bring the box or module of `key` to the middle, at the ends of the flow too with nothing beyond them.

        It is shown larger where its text could not be read.
        """
        target = self._series.rect(self._series.shown(key))
        if target is None:
            return
        self.look_at(target, readable_zoom(self.zoom, target, self.room()))
        exact = self.camera.placed(target.middle, self.room().middle)
        down = self.direction is Direction.DOWN
        self.look(Camera(exact.zoom, self.camera.x if down else exact.x, exact.y if down else self.camera.y))

    @Slot()
    def zoom_to_selection(self) -> None:
        """Show what is selected as large as it fits, but no larger than twice its size; without a selection all."""
        target = self._series.rect(self._selected)
        if target is None:
            self.zoom_to_fit()
            return
        x, y, width, height = target
        margin = _AROUND_SELECTION
        around = Rect(x - margin, y - margin, width + 2 * margin, height + 2 * margin)
        room = self.room()
        self.look_at(around, min(_LARGEST_SELECTION, room.width / around.width, room.height / around.height))

    # Selecting

    def select(self, key: Key | None, reveal: bool = True) -> None:
        """Select `key` instead of any line, and scroll it into sight; None selects no box, and leaves a line selected.

        A part that a closed Fire hides selects its module, a key that the diagram lacks nothing.
        """
        key = self._series.shown(key)
        if key is not None or self.selected is not None:
            self._choose(key)
        if reveal:
            self.reveal(key)

    def select_edge(self, edge: Edge | None, reveal: bool = True) -> None:
        """Select a line instead of any box, and scroll it into sight; None, or one that the diagram lacks: no line."""
        edge = None if self._series.line(edge) is None else edge
        if edge is not None or self.selected_edge is not None:
            self._choose(edge)
        if reveal:
            self.reveal(edge)

    @property
    def _picking(self) -> Picking:
        """What the mouse picks: made by the first press, as the window opens sooner."""
        if self._picked is None:
            from squeezeviz.gui.canvas.dragging import Drag
            from squeezeviz.gui.canvas.picking import Picking

            self._picked = Picking(self, Drag(self, self.scene))
        return self._picked

    @property
    def _drag(self) -> Drag | None:
        """The drag with the left button, while one goes on."""
        return self._picked.drag if self._picked is not None and self._picked.drag.moves else None

    def mark(self, modules: frozenset[Key]) -> None:
        """Show that the layers of these modules are selected, the one that is `selected` among them or not."""
        before, self._marked = self._marked, modules
        self._repaint(*(before ^ modules))
        self._describe()

    def mark_parts(self, parts: frozenset[Key]) -> None:
        """Show that of some selected layers these parts alone are selected."""
        changed, self._marked_parts = self._marked_parts ^ parts, parts
        self._repaint(*changed, *{Key(part.layer) for part in changed})
        self._describe()

    def choose_alone(self, target: Key | Edge | None) -> None:
        """Select that and nothing beside it."""
        target = self._series.shown(target) if isinstance(target, Key) else target
        several = len(self._marked) > 1 or self._marked_parts or not self.takes_several
        if target == self._selected and several:
            self.selection_changed.emit(self.selected)
        else:
            self._choose(target)

    def _choose(self, target: Key | Edge | None) -> None:
        if target == self._selected:
            return
        if self.selected is not None and target is not None and not isinstance(target, Key):
            self._choose(None)  # in two steps, or what follows from "no box" would let the line go again
        key, edge = self.selected, self.selected_edge
        self._repaint(self._selected, target)
        self._selected = target
        self._describe()
        if self._show_focus:
            self.viewport().update()
        if self.selected != key:
            self.selection_changed.emit(self.selected)
        if self.selected_edge != edge:
            self.edge_selected.emit(self.selected_edge)

    def _describe(self) -> None:
        description = wording.description(
            self._series, self._selected, self._appearance, len(self._marked), len(self._marked_parts)
        )
        if description != self.accessibleDescription():
            self.setAccessibleDescription(description)

    def toggle(self, key: Key | None) -> None:
        """Ask for a Fire module to be opened or closed; of any other nothing."""
        module = self._series.module(key)
        if module is not None and module.role is Role.FIRE:
            self.toggle_requested.emit(module.key.layer)

    def toggle_and_centre(self, key: Key) -> None:
        """The same, and bring what the key names to the middle, unless all of the network is seen and can be read.

        All modules slide to their places at once.
        """
        before = self.scene()
        self.toggle(key)
        if self._fit is not Fit.WHOLE or self.zoom < READABLE_FROM:
            self.centre(key)
        self._slide.finish()
        self._slide_from(before)

    def _slide_from(self, before: Scene) -> None:
        """Slide the modules to their places from where they were seen before, unless the system wants no animations."""
        if self.animated and self.isVisible() and _animates(self):
            self._slide.start(before, self.scene(), self._window())
        else:
            self._slide.finish()

    def _hover(self, position: QPointF | None) -> None:
        target = None if position is None or self._hand.busy or self._drag is not None else self.target_at(position)
        if target != self._hovered:
            self._repaint(self._hovered, target)
            self._hovered = target
        if not self._hand.busy and self._drag is None:
            over_triangle = position is not None and self.toggle_at(position) is not None
            self.viewport().setCursor(
                Qt.CursorShape.PointingHandCursor if over_triangle else Qt.CursorShape.ArrowCursor
            )

    def _show_tooltip(self, event: QHelpEvent) -> None:
        """Say what is under the mouse."""
        at = QPointF(event.pos())
        target = self.target_at(at)
        if target is None:
            QToolTip.hideText()
            return
        # A line is thin: the tip goes once the mouse is beside it.
        area = self.seen_rect(target) if isinstance(target, Key) else QRectF(at - _BESIDE, at + _BESIDE)
        text = wording.tooltip(self._series, target, self._appearance)
        QToolTip.showText(event.globalPos(), text, self.viewport(), (area or QRectF()).toAlignedRect())

    def request_menu(self) -> None:
        """Ask for a menu on the selection: with the keyboard there is no mouse to go by."""
        room = QRectF(*self.room())
        seen = self.seen_rect(self.selected) if self.selected else None
        middle = self.seen_edge(self.selected_edge)
        if middle is not None:
            seen = QRectF(middle, QSizeF(1, 1))
        at = seen.intersected(room).center() if seen is not None and seen.intersects(room) else room.center()
        self.context_menu_requested.emit(self.selected, self.viewport().mapToGlobal(at.toPoint()))

    # Painting

    def scene(self) -> Scene:
        """What is painted, as it is seen now."""
        return Scene(self._series, self.camera, self._slide)

    def _in_diagram(self, position: QPointF) -> QPointF:
        return self.scene().transform.inverted()[0].map(position)

    def _on_ruler(self, position: QPointF) -> bool:
        return self._ruler.covers(position, self.viewport().size(), self.camera.rect_to_view(self.content))

    def _window(self) -> Rect:
        """All of the viewport, in its pixels."""
        return _rect(self.viewport().rect())

    def _look(self, camera: Camera) -> None:
        super()._look(camera)
        self._overlays.follow()

    def _present_insets(self) -> QMargins:
        """What of the viewport is the ruler's, and where there is room for both the minimap's."""
        size = self.viewport().size()
        beside = self._overlays.beside(size) if self.direction.down and not self.diagram.columns else 0
        return self._ruler.insets(size) + QMargins(0, 0, beside, 0)

    def _keep_room(self) -> None:
        """Leave the strips above and below the viewport to what stands there."""
        margins = QMargins(0, self._overlays.height_above, 0, self._overlays.height_below(self.size()))
        if margins != self.viewportMargins():
            self.setViewportMargins(margins)
            self._overlays.arrange()

    def _repaint(self, *targets: Key | Edge | None) -> None:
        """Paint boxes and modules again with the rings about them; for a line, all."""
        wanted = [target for target in targets if target is not None]
        scene = self.scene()
        areas = [rings.area_of(scene, target) if isinstance(target, Key) else None for target in wanted[:_MOST_AREAS]]
        still = not self._slide.moving and self._appearance.marks is None and len(wanted) <= _MOST_AREAS
        if not still or any(not isinstance(target, Key) for target in wanted):
            self.viewport().update()
            return
        for area in areas:
            if area is not None:
                self.viewport().update(area)

    def _ringed(self) -> Ringed:
        """What is shown as selected: while a band is drawn, what it would select."""
        band = self._drag if self._drag is not None and self._drag.bands else None
        marked = self._marked if band is None else frozenset(band.chosen())
        parts = self._marked_parts if band is None else frozenset()
        selected = self._selected if band is None or self._selected in marked else None
        several = len(marked) > 1 or band is not None
        whole = marked - {Key(part.layer) for part in parts} if several else frozenset()
        return Ringed(selected, self._hovered, (whole | parts) - {self._selected})

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            paint_ground(painter, event.rect(), QColor(self._appearance.theme.page))
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            # One after the other: Qt's painter takes twice as long over a region of several rectangles.
            areas: list[QRect] = list(event.region())  # type: ignore[call-overload]
            for area in areas if len(areas) <= _MOST_RECTANGLES else [event.rect()]:
                painter.setClipRect(area)
                self._paint(painter, area)

        self._ahead.start()

    def _look_ahead(self) -> None:
        """Between two events, prepare what may come into sight with one of the next frames."""
        if self._drawing.look_ahead(self.scene(), _rect(self.viewport().rect())):
            self._ahead.start()

    def _paint(self, painter: QPainter, area: QRect) -> None:
        """Paint what is seen in a rectangle of the viewport."""
        theme, whole = self._appearance.theme, self.viewport().rect()
        if self._series.modules:
            scene, room = self.scene(), _rect(area)
            self._drawing.paint(painter, scene, self._appearance, room)
            if self._strips is not None:
                from squeezeviz.gui.canvas.strips import paint_strips

                paint_strips(painter, scene, self._appearance, room, self._strips)
            rings.paint(painter, scene, self._ringed(), self._appearance, area, QRectF(whole))
            self._drawing.paint_marks(painter, scene, room)
            self._ruler.paint(painter, scene, theme, whole.size(), room)
            if self._drag is not None:
                self._drag.paint(painter, theme)
        else:
            painter.setPen(QColor(theme.quiet))
            painter.drawText(whole, Qt.AlignmentFlag.AlignCenter, "Nothing to show yet")
        if self._show_focus and self._selected is None:
            rings.paint_focus(painter, QRectF(whole), theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._keep_room()
        if self._wrapped and self._beside is None and len(self._series) > _MOST_AT_ONCE:
            self._rested.start()
        elif self._wrapped:
            self._place(self._set_in_columns())
            self._overlays.show_series(self._series)
        self.insets = self._present_insets()
        super().resizeEvent(event)
        self._overlays.arrange()
        self.looked.emit()  # in columns it may look at other ones

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.isAccepted() or event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            return
        event.accept()
        self._picking.press(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not event.isAccepted() and event.button() is Qt.MouseButton.LeftButton:
            event.accept()
            self._picking.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self._hand.busy:
            self.mousePressEvent(event)
            return
        event.accept()
        self._picking.press_twice(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.isAccepted() and event.buttons() & Qt.MouseButton.LeftButton:
            self._picking.move(event)
        self._hover(event.position())

    def event(self, event: QEvent) -> bool:
        # In the window Esc cancels a pass; while something is dragged it gives that up.
        claims = event.type() is QEvent.Type.ShortcutOverride and self._drag is not None
        if claims and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        if event.type() is QEvent.Type.LayoutRequest:  # the heading has another height
            self._keep_room()
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(None)
        elif event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tooltip(event)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        from squeezeviz.gui.canvas.keys import press  # not sooner: a window opens without

        if self._drag is not None and event.key() == Qt.Key.Key_Escape:
            self._picking.give_up()
        elif not press(self, event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            target = self.target_at(QPointF(event.pos()))
            self.context_menu_requested.emit(target if isinstance(target, Key) else None, event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show_focus = event.reason() in _BY_KEYBOARD
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_focus = False
        self.viewport().update()


def _differing(before: Mapping[Key, Badge], now: Mapping[Key, Badge]) -> set[Key]:
    return {key for key in before.keys() | now.keys() if before.get(key) is not now.get(key)}


def _rect(pixels: QRect) -> Rect:
    return Rect(pixels.x(), pixels.y(), pixels.width(), pixels.height())


def _animates(widget: QWidget) -> bool:
    """Whether the system asks for animations."""
    from PySide6.QtWidgets import QStyle

    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
