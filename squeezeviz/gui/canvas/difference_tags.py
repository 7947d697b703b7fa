"""What differs from a baseline, over the diagram: tags that can be read, and from afar a strip in their colour."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from squeezeviz.analysis.difference import Change
from squeezeviz.figure.layout.changes import NO_MARKS, Marks, draw_tag, tags_at
from squeezeviz.figure.scene.diagram import Key, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas.drawing import SHAPES_FROM, SMALLEST_TEXT
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene

_STRIP = 4.0
"""Pixels that a far mark is wide."""
_GAP = 2.0


class DifferenceTags:
    """Paints the marks of the modules in sight; each tag is recorded once."""

    def __init__(self, theme: Theme) -> None:
        self._marks = NO_MARKS
        self._series: Series | None = None
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._recordings: dict[int, list[Recording]] = {}

    def set_marks(self, marks: Marks) -> None:
        self._marks = marks
        self._recordings.clear()

    def in_words(self, series: Series, key: Key | None) -> str:
        """What the tags of the module of `key` say in full, in one line; empty where it has none."""
        place = series.place(key)
        return "" if place is None else "; ".join(tag.full for tag in tags_at(series.diagram, place, self._marks))

    def paint(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        """Paint the marks of what lies in `window`, which is in pixels of the viewport."""
        if self._marks is NO_MARKS:
            return
        if scene.series is not self._series:
            self._series = scene.series
            self._recordings.clear()
        # A tag stands over its module's edge, or after it.
        near = scene.places(window)
        places = range(max(0, near.start - 1), min(len(scene.series), near.stop + 1))
        marked = [place for place in places if self._is_marked(scene.series.modules[place].key)]
        painter.save()
        if scene.camera.zoom >= SHAPES_FROM:
            self._paint_tags(painter, scene, marked)
        else:
            self._paint_strips(painter, scene, marked)
        painter.restore()

    def _is_marked(self, key: Key) -> bool:
        return key in self._marks.layers or key in self._marks.removed

    def _paint_tags(self, painter: QPainter, scene: Scene, places: Iterable[int]) -> None:
        painter.setTransform(scene.transform, True)
        for place in places:
            if place not in self._recordings:
                tags = tags_at(scene.series.diagram, place, self._marks)
                self._recordings[place] = [record(draw_tag(tag, self._theme)) for tag in tags]
            x, y = scene.slide.shift(scene.series.modules[place].key)
            painter.translate(x, y)
            for recording in self._recordings[place]:
                recording.play(painter, SMALLEST_TEXT / scene.camera.zoom)
            painter.translate(-x, -y)

    def _paint_strips(self, painter: QPainter, scene: Scene, places: Iterable[int]) -> None:
        """Beside each module a strip in the colour of its change; where layers are gone, one across the line."""
        down = scene.series.down
        # On whole pixels: blended with its ground, a thin strip would have another colour.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in places:
            key, rect = scene.series.modules[place].key, QRectF(*scene.series.modules[place].rect)
            seen = scene.transform.mapRect(rect.translated(*scene.slide.shift(key)))
            if key in self._marks.layers:
                painter.setBrush(QColor(self._theme.changes[self._marks.layers[key].change]))
                painter.drawRect(_strip_before(seen, down))
            if key in self._marks.removed:
                painter.setBrush(QColor(self._theme.changes[Change.REMOVED]))
                painter.drawRect(_strip_after(seen, down))


def _strip_before(seen: QRectF, down: bool) -> QRectF:
    """Along a module's near side."""
    if down:
        return QRectF(seen.left() - _STRIP - _GAP, round(seen.top()), _STRIP, max(round(seen.height()), 1))
    return QRectF(round(seen.left()), seen.top() - _STRIP - _GAP, max(round(seen.width()), 1), _STRIP)


def _strip_after(seen: QRectF, down: bool) -> QRectF:
    """Across the line that leaves a module."""
    if down:
        return QRectF(seen.center().x() - 8, round(seen.bottom()), 16, 2)
    return QRectF(round(seen.right()), seen.center().y() - 8, 2, 16)
