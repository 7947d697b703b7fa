"""The area that shows a diagram: everything that is painted, and how it answers a changed diagram."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStyle, QWidget

from squeezeviz.figure.scene.diagram import Diagram, Direction, Key, Point, Rect
from squeezeviz.gui.canvas import drawing, series
from squeezeviz.gui.canvas.camera import Camera, readable_zoom, revealed
from squeezeviz.gui.canvas.drawing import Appearance, Drawing
from squeezeviz.gui.canvas.overlays import STRIP, Overlays
from squeezeviz.gui.canvas.ruler import Ruler
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene, Slide, followed
from squeezeviz.gui.canvas.zoom_area import Fit, ZoomArea
from squeezeviz.gui.selection import Edge
from squeezeviz.gui.widgets.guard import guarded

_NOTHING = Diagram(Direction.DOWN, 0, 0, (), ())
_NEAR = 3.0
"""Pixels by which a click on a small module may miss it."""


@guarded
class DiagramArea(ZoomArea):
    """Paints a `Diagram` with its ruler, and marks what is selected and what the mouse is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animated = True
        """Whether modules slide to their new places. They never do where the system asks for no animation."""
        self._series = Series(_NOTHING)
        self._selected: Key | Edge | None = None
        self._hovered: Key | Edge | None = None
        self._show_focus = False
        """Whether the keyboard is here, and came by the keyboard: the view's own edge shows it where no ring does."""
        self._appearance = Appearance()
        self._drawing, self._ruler = Drawing(), Ruler()
        self._slide = Slide(self)
        self._slide.ticked.connect(self.viewport().update)
        self._overlays = Overlays(self)
        self.setViewportMargins(0, 0, 0, STRIP)
        # All of it is painted, so nothing below need be.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._overlays.set_appearance(self._appearance)
        self.set_diagram(_NOTHING)

    @property
    def diagram(self) -> Diagram:
        return self._series.diagram

    def set_diagram(self, diagram: Diagram, *, slide: bool = True) -> None:
        """Show `diagram`: what is selected, or in the middle, stays where it is, and what moved slides there.

        Where another diagram will follow at once, `slide` is better false: all stands at its place then.
        The zoom stays. The first diagram, and one that runs in another direction, is shown from its start.
        """
        before, room = self._scene(), self.room()
        anew = diagram.direction is not self.direction or not before.series.modules
        self._series = Series(diagram)
        self.content, self.direction = self._series.content, diagram.direction
        self._ruler.set_diagram(diagram)
        self.insets = self._present_insets()
        if anew:
            self.zoom_to_width()
            self._slide.finish()
        else:
            held = self._selected if self._selected is None or isinstance(self._selected, Key) else self._selected[0]
            self.camera = followed(before, self._series, room, held)
            self.settle()
            duration = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
            if slide and self.animated and duration > 0 and self.isVisible():
                self._slide.start(before, self._scene(), self._window())
            else:
                self._slide.finish()
        self._hovered = None
        self._overlays.show_series(self._series)

    def set_minimap_visible(self, visible: bool) -> None:
        """Whether the minimap stands in its corner while some of the diagram is out of sight."""
        self._overlays.minimap_wanted = visible
        self._overlays.follow()

    def set_appearance(self, appearance: Appearance) -> None:
        """Draw in other colours, or mark other things; with heat a legend says what the colours mean."""
        before, self._appearance = self._appearance, appearance
        if appearance.theme is not before.theme or appearance.heat != before.heat:
            self._overlays.set_appearance(appearance)
            self.insets = self._present_insets()
            if self._fit is Fit.WHOLE:
                self.zoom_to_fit()
            self._overlays.arrange()
        self.viewport().update()

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
        return self._series.edge_at(at, self._scene().transform, inside=inside)

    def toggle_at(self, position: QPointF) -> Key | None:
        """The Fire module whose triangle, ▸ or ▾, is at a place of the viewport, as long as it can be seen."""
        if self.zoom < drawing.SHAPES_FROM or self._on_ruler(position):
            return None
        at = self._in_diagram(position)
        module = self._series.toggle_at(at.x(), at.y())
        return None if module is None else module.key

    def seen_rect(self, key: Key) -> QRectF | None:
        """Where the box or module of `key` is on the viewport, in pixels; None where the diagram lacks it."""
        rect, module = self._series.rect(key), self._series.module(key)
        if rect is None or module is None:
            return None
        return self._scene().transform.mapRect(QRectF(*rect).translated(*self._slide.shift(module.key)))

    def seen_edge(self, edge: Edge | None) -> QPointF | None:
        """Where the middle of a line is on the viewport, in pixels; None where the diagram lacks it."""
        line = self._series.line(edge)
        return None if line is None else self._scene().transform.map(series.middle(line))

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

    def _scene(self) -> Scene:
        return Scene(self._series, self.camera, self._slide)

    def _in_diagram(self, position: QPointF) -> QPointF:
        return self._scene().transform.inverted()[0].map(position)

    def _on_ruler(self, position: QPointF) -> bool:
        return self._ruler.covers(position, self.viewport().size(), self.camera.rect_to_view(self.content))

    def _window(self) -> Rect:
        """All of the viewport, in its pixels."""
        return Rect(0, 0, self.viewport().width(), self.viewport().height())

    def _look(self, camera: Camera) -> None:
        super()._look(camera)
        self._overlays.follow()

    def _present_insets(self) -> QMargins:
        """What of the viewport is the ruler's, and where there is room for both the minimap's."""
        size = self.viewport().size()
        return self._ruler.insets(size) + self._overlays.insets(size, self.direction)

    def _paint_marked(self, painter: QPainter, scene: Scene) -> None:
        """Show what the mouse is over, and over that what is selected."""
        hovered = None if self._hovered == self._selected else self._hovered
        theme, zoom = self._appearance.theme, scene.camera.zoom
        for target, paint_line, paint_box in (
            (hovered, drawing.paint_hovered_line, drawing.paint_hover),
            (self._selected, drawing.paint_selected_line, drawing.paint_selection),
        ):
            if isinstance(target, Key):
                seen = self.seen_rect(target)
                if seen is not None:
                    paint_box(painter, seen, theme, zoom)
            elif (line := self._series.line(target)) is not None and zoom >= drawing.LINKS_FROM:
                painter.save()
                painter.setTransform(scene.transform, True)
                begin, end = (self._shift(key) for key in series.edge_of(line))
                paint_line(painter, series.stretched(line, begin, end), theme, zoom)
                painter.restore()

    def _shift(self, key: Key) -> Point:
        module = self._series.module(key)
        return self._slide.shift(key if module is None else module.key)

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            theme = self._appearance.theme
            painter.fillRect(event.rect(), QColor(theme.page))
            if self._series.modules:
                scene = self._scene()
                self._drawing.paint(painter, scene, self._appearance, self._window())
                self._paint_marked(painter, scene)
                self._drawing.paint_marks(painter, scene, self._window())
                self._ruler.paint(painter, scene, theme, self.viewport().size())
            else:
                painter.setPen(QColor(theme.quiet))
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "Nothing to show yet")
            if self._show_focus and self._selected is None:
                drawing.paint_focus(painter, QRectF(self.viewport().rect()), theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.insets = self._present_insets()
        super().resizeEvent(event)
        self._overlays.arrange()
