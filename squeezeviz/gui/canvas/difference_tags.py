"""What differs from a baseline, over the diagram: tags that can be read, and from afar a strip in their colour."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from squeezeviz.analysis.compare import Change
from squeezeviz.figure.layout.changes import NO_MARKS, Marks, Tag, draw_tag, tags_at
from squeezeviz.figure.scene.diagram import Direction, Key, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas import detail
from squeezeviz.gui.canvas.axes import along
from squeezeviz.gui.canvas.drawing import Scene
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.specks import widened, widening

_STRIP = 4.0
"""Pixels that a far mark is wide."""
_APART = 2.0


class _Recorded(NamedTuple):
    tag: Tag
    recording: Recording


class DifferenceTags:
    """Paints the marks of the modules in sight; each tag is recorded once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.marks = NO_MARKS
        self._series: Series | None = None
        self._kept: dict[int, tuple[_Recorded, ...]] = {}

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._kept.clear()

    def set_marks(self, marks: Marks) -> None:
        self.marks = marks
        self._kept.clear()

    def told(self, series: Series, key: Key | None) -> str:
        """What the tags of the module of `key` say in full, in one line; empty where it has none."""
        place = series.place(key)
        return "" if place is None else "; ".join(tag.full for tag in tags_at(series.diagram, place, self.marks))

    def paint(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        """Paint the marks of what lies in `window`, which is in pixels of the viewport."""
        if self.marks is NO_MARKS:
            return
        if scene.series is not self._series:
            self._series = scene.series
            self._kept.clear()
        # A tag stands over its module's edge, or after it.
        seen = along(scene.camera.rect_to_diagram(window), scene.series.diagram.direction)
        near = scene.series.within(seen)
        places = range(max(0, near.start - 1), min(len(scene.series), near.stop + 1))
        marked = [place for place in places if self._is_marked(scene.series.modules[place].key)]
        if scene.camera.zoom >= detail.SHAPES_FROM:
            self._paint_tags(painter, scene, marked)
        else:
            self._paint_strips(painter, scene, marked)

    def _is_marked(self, key: Key) -> bool:
        return key in self.marks.layers or key in self.marks.removed

    def _paint_tags(self, painter: QPainter, scene: Scene, places: Iterable[int]) -> None:
        zoom = scene.camera.zoom
        painter.save()
        painter.translate(-scene.camera.x, -scene.camera.y)
        painter.scale(zoom, zoom)
        for place in places:
            x, y = scene.slide.shift(scene.series.modules[place].key)
            painter.translate(x, y)
            for each in self._recorded(scene.series, place):
                each.recording.play(painter, detail.SMALLEST_TEXT / zoom)
            painter.translate(-x, -y)
        painter.restore()

    def _recorded(self, series: Series, place: int) -> tuple[_Recorded, ...]:
        if place not in self._kept:
            found = tags_at(series.diagram, place, self.marks)
            self._kept[place] = tuple(_Recorded(tag, record(draw_tag(tag, self._theme))) for tag in found)
        return self._kept[place]

    def _paint_strips(self, painter: QPainter, scene: Scene, places: Iterable[int]) -> None:
        """Beside each module a strip in the colour of its change; where layers are gone, one across the line."""
        strips: dict[Change, list[QRectF]] = {}
        for place in places:
            module = scene.series.modules[place]
            wide = widened(module.rect, scene.series, widening(scene.series, scene.camera.zoom))
            shift = scene.slide.shift(module.key)
            seen = QRectF(*scene.camera.rect_to_view(wide)).translated(
                shift.x * scene.camera.zoom, shift.y * scene.camera.zoom
            )
            down = scene.series.diagram.direction is Direction.DOWN
            mark = self.marks.layers.get(module.key)
            if mark is not None:
                strips.setdefault(mark.change, []).append(_before(seen, down))
            if module.key in self.marks.removed:
                strips.setdefault(Change.REMOVED, []).append(_after(seen, down))
        painter.save()
        # On whole pixels: blended with its ground, a thin strip would have another colour.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for change, rects in strips.items():
            painter.setBrush(QColor(self._theme.changes[change]))
            painter.drawRects(rects)
        painter.restore()


def _before(seen: QRectF, down: bool) -> QRectF:
    """Along a module's near side."""
    if down:
        return QRectF(seen.left() - _STRIP - _APART, round(seen.top()), _STRIP, max(round(seen.height()), 1))
    return QRectF(round(seen.left()), seen.top() - _STRIP - _APART, max(round(seen.width()), 1), _STRIP)


def _after(seen: QRectF, down: bool) -> QRectF:
    """Across the line that leaves a module."""
    if down:
        return QRectF(seen.center().x() - 8, round(seen.bottom()), 16, 2)
    return QRectF(round(seen.right()), seen.center().y() - 8, 2, 16)
