"""The area that shows a diagram: everything that is painted, and how it answers a changed diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStyle, QWidget

from squeezeviz.figure.drawing.heat import Heat
from squeezeviz.figure.layout.changes import NO_MARKS, marks_of
from squeezeviz.figure.scene.diagram import Badge, Diagram, Direction, Key, Point, Rect
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.gui.canvas import camera as cameras
from squeezeviz.gui.canvas import detail, edges, outlines, specks
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.difference_tags import DifferenceTags
from squeezeviz.gui.canvas.drawing import Drawing, Scene, look_through
from squeezeviz.gui.canvas.edges import Edge
from squeezeviz.gui.canvas.following import Seen, followed, slide_between
from squeezeviz.gui.canvas.links import stretched
from squeezeviz.gui.canvas.overlays import STRIP, Overlays
from squeezeviz.gui.canvas.ruler_strip import RulerStrip
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Slide
from squeezeviz.gui.canvas.zoom_area import Fit, ZoomArea
from squeezeviz.gui.widgets.guard import guarded

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference

_NOTHING = Diagram(Direction.DOWN, 0, 0, (), ())


@guarded
class DiagramArea(ZoomArea):
    """Paints a `Diagram` with its ruler, and marks what is selected and what the mouse is over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.animated = True
        """Whether modules slide to their new places. They never do where the system asks for no animation."""
        self._series = Series(_NOTHING)
        self._selected: Key | None = None
        self._hovered: Key | None = None
        self._edge: Edge | None = None
        self._hovered_edge: Edge | None = None
        self._theme = LIGHT
        self._heat: Heat | None = None
        self._drawing, self._ruler, self._tags = Drawing(LIGHT), RulerStrip(LIGHT), DifferenceTags(LIGHT)
        self._slide = Slide(self)
        self._slide.ticked.connect(self.viewport().update)
        self._overlays = Overlays(self)
        self.setViewportMargins(0, 0, 0, STRIP)
        # All of it is painted, so nothing below need be.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.set_theme(LIGHT)
        self.set_diagram(_NOTHING)

    @property
    def diagram(self) -> Diagram:
        return self._series.diagram

    def set_diagram(self, diagram: Diagram, *, slide: bool = True) -> None:
        """Show `diagram`: what is selected, or in the middle, stays where it is, and what moved slides there.

        Where another diagram will follow at once, `slide` is better false: all stands at its place then.
        The zoom stays. The first diagram, and one that runs in another direction, is shown from its start.
        """
        before, was = Seen(self._series, self.camera), (self.content, self.room())
        anew = diagram.direction is not self.direction or not before.series.modules
        self._series = Series(diagram)
        self.content, self.direction = self._series.content, diagram.direction
        self._ruler.set_diagram(diagram)
        self.insets = self._kept_clear()
        if anew:
            self.zoom_to_width()
            self._slide.finish()
        else:
            self.camera = followed(before, self._series, was[1], self._selected or (self._edge and self._edge[0]))
            self.settle(was, (self.content, self.room()))
            if slide:
                self._slide_from(before)
            else:
                self._slide.finish()
        self._hovered = self._hovered_edge = None
        self._overlays.show_series(self._series)

    def set_minimap_visible(self, visible: bool) -> None:
        """Whether the minimap stands in its corner while some of the diagram is out of sight."""
        self._overlays.want_minimap(visible)

    @property
    def minimap_visible(self) -> bool:
        return self._overlays.minimap_wanted

    def set_badges(self, badges: Mapping[Key, Badge]) -> None:
        """Show what a live pass says of the boxes."""
        self._drawing.set_badges(badges)
        self.viewport().update()

    def set_difference(self, difference: Difference | None) -> None:
        """Mark what differs from a baseline; None marks nothing."""
        self._tags.set_marks(NO_MARKS if difference is None else marks_of(difference))
        self.viewport().update()

    def set_heat(self, heat: Heat | None) -> None:
        """Colour modules and boxes by what they cost, with a legend; None colours them by their kind."""
        if heat == self._heat:
            return
        self._heat = heat
        self._drawing.set_heat(heat)
        self._overlays.set_heat(heat)
        self.insets = self._kept_clear()
        if self._fit is Fit.WHOLE:
            self.zoom_to_fit()
        self._overlays.arrange()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._drawing.set_theme(theme)
        self._ruler.set_theme(theme)
        self._tags.set_theme(theme)
        self._overlays.set_theme(theme)
        self.viewport().update()

    def key_at(self, position: QPointF) -> Key | None:
        """The box or module at a place of the viewport, in pixels."""
        if self._on_ruler(position):
            return None
        at = self._in_diagram(position)
        if self.zoom >= detail.PARTS_FROM:
            return self._series.key_at(*at)
        near = self._series.near(*at, detail.NEAR / self.zoom)
        return None if near is None else near.key

    def edge_at(self, position: QPointF) -> Edge | None:
        """The line at or about a place of the viewport, by its source and target; boxes lie over lines."""
        if self.zoom < detail.LINKS_FROM or self._on_ruler(position) or self.toggle_at(position) is not None:
            return None
        at = self._in_diagram(position)
        if self._series.on_box(*at):
            return None
        wide = self.zoom * specks.widening(self._series, self.zoom)
        scale = Point(wide, self.zoom) if self.direction is Direction.DOWN else Point(self.zoom, wide)
        line = edges.nearest_line(self._series, at, scale, inside=self.zoom >= detail.SHAPES_FROM)
        return None if line is None else edges.edge_of(line)

    def toggle_at(self, position: QPointF) -> Key | None:
        """The Fire module whose triangle, ▸ or ▾, is at a place of the viewport, as long as it can be seen."""
        if self.zoom < detail.TOGGLES_FROM or self._on_ruler(position):
            return None
        module = self._series.toggle_at(*self._in_diagram(position))
        return None if module is None else module.key

    def seen_rect(self, key: Key) -> QRectF | None:
        """Where the box or module of `key` is on the viewport, in pixels; None where the diagram lacks it."""
        rect = self._series.rect(key)
        if rect is None:
            return None
        module = self._series.module(key)
        shift = self._slide.shift(module.key) if module is not None else Point(0, 0)
        drawn = specks.widened(rect, self._series, specks.widening(self._series, self.zoom))
        return QRectF(*self.camera.rect_to_view(drawn)).translated(shift.x * self.zoom, shift.y * self.zoom)

    def seen_edge(self, edge: Edge | None) -> QPointF | None:
        """Where the middle of a line is on the viewport, in pixels; None where the diagram lacks it."""
        line = edges.find_line(self._series, edge)
        if line is None:
            return None
        middle = Rect(*edges.middle(line), 0, 0)
        drawn = specks.widened(middle, self._series, specks.widening(self._series, self.zoom))
        return QPointF(*self.camera.to_view(Point(drawn.x, drawn.y)))

    def reveal(self, key: Key | None) -> None:
        """Scroll as little as need be for the box or module of `key` to be in sight."""
        self._reveal(self._series.rect(key))

    def reveal_edge(self, edge: Edge | None) -> None:
        """Scroll as little as need be for a line to be in sight."""
        line = edges.find_line(self._series, edge)
        self._reveal(None if line is None else edges.bounds(line))

    def _reveal(self, target: Rect | None) -> None:
        if target is None:
            return
        camera = self.within_reach(cameras.revealed(self.camera, target, self.room()))
        if camera != self.camera:
            self.look(camera)

    def centre(self, key: Key | None) -> None:
        """Bring the box or module of `key` to the middle; larger, where its text could not be read."""
        target = self._series.rect(self._series.shown(key))
        if target is not None:
            self.look_straight_at(target, cameras.readable_zoom(self.zoom, target, self.room()))

    def _in_diagram(self, position: QPointF) -> Point:
        x, y = self.camera.to_diagram(Point(position.x(), position.y()))
        true = specks.widened(Rect(x, y, 0, 0), self._series, 1 / specks.widening(self._series, self.zoom))
        return Point(true.x, true.y)

    def _on_ruler(self, position: QPointF) -> bool:
        return self._ruler.covers(position, self.viewport().size(), self.camera.rect_to_view(self.content))

    def _slide_from(self, before: Seen) -> None:
        duration = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if self.animated and duration > 0 and self.isVisible():
            slide_between(self._slide, before, Seen(self._series, self.camera), self._window())
        else:
            self._slide.finish()

    def _window(self) -> Rect:
        """All of the viewport, in its pixels."""
        return Rect(0, 0, self.viewport().width(), self.viewport().height())

    def _look(self, camera: Camera) -> None:
        super()._look(camera)
        self._overlays.follow()

    def _kept_clear(self) -> QMargins:
        """What of the viewport the diagram leaves to the ruler, and to the minimap where there is room for both."""
        size = self.viewport().size()
        return self._ruler.insets(size) + self._overlays.insets(size, self.direction)

    def _paint_edges(self, painter: QPainter, scene: Scene) -> None:
        hovered = None if self._hovered_edge == self._edge else self._hovered_edge
        if scene.camera.zoom < detail.LINKS_FROM or (hovered is None and self._edge is None):
            return
        painter.save()
        look_through(painter, scene)
        for edge, paint in ((hovered, edges.paint_hovered), (self._edge, edges.paint_selected)):
            line = edges.find_line(self._series, edge)
            if line is not None:
                ends = (self._slide.shift(self._module_key(key)) for key in edges.edge_of(line))
                paint(painter, stretched(line, *ends), self._theme, scene.camera.zoom)
        painter.restore()

    def _module_key(self, key: Key) -> Key:
        module = self._series.module(key)
        return key if module is None else module.key

    def _paint_outlines(self, painter: QPainter) -> None:
        hovered = self.seen_rect(self._hovered) if self._hovered and self._hovered != self._selected else None
        if hovered is not None:
            outlines.paint_hover(painter, hovered, self._theme, self.zoom)
        selected = self.seen_rect(self._selected) if self._selected else None
        if selected is not None:
            outlines.paint_selection(painter, selected, self._theme, self.zoom)

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            painter.fillRect(event.rect(), QColor(self._theme.page))
            if self._series.modules:
                scene = Scene(self._series, self.camera, self._slide)
                self._drawing.paint(painter, scene, self._window())
                self._paint_edges(painter, scene)
                self._paint_outlines(painter)
                self._tags.paint(painter, scene, self._window())
                seen = self.camera.rect_to_view(self.content)
                self._ruler.paint(painter, self.viewport().size(), self.camera, seen, self._slide)
            else:
                painter.setPen(QColor(self._theme.quiet))
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "Nothing to show yet")

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.insets = self._kept_clear()
        super().resizeEvent(event)
        self._overlays.arrange()
