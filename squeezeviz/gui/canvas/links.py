"""The lines from module to module, which stretch while modules slide."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QPainter

from squeezeviz.figure.drawing.draw import draw_links
from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Direction, Line, Point
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record

_KEPT = 2048


class Links:
    """Lines by their look: most of a network's are alike, and recorded once."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._recordings: dict[Line, Recording] = {}

    def paint(self, painter: QPainter, link: Line, begin: Point, end: Point) -> None:
        """Paint `link` with its ends moved by `begin` and `end` (diagram units)."""
        start = link.points[0]
        if begin == end:
            at = Point(start.x + begin.x, start.y + begin.y)
            recording = self._recording(stretched(link, Point(-start.x, -start.y), Point(-start.x, -start.y)))
        else:
            at = Point(0, 0)
            recording = self._record(stretched(link, begin, end))
        painter.translate(at.x, at.y)
        recording.play(painter)
        painter.translate(-at.x, -at.y)

    def _recording(self, line: Line) -> Recording:
        look = replace(line, source=INPUT_KEY, target=INPUT_KEY, full="")
        if look not in self._recordings:
            if len(self._recordings) >= _KEPT:
                self._recordings.clear()
            self._recordings[look] = self._record(look)
        return self._recordings[look]

    def _record(self, line: Line) -> Recording:
        return record(draw_links(Diagram(Direction.DOWN, 0, 0, (), (line,)), self._theme))


def stretched(line: Line, begin: Point, end: Point) -> Line:
    """The line with its ends moved by `begin` and `end` (diagram units), and what lies between them in proportion."""
    last = max(len(line.points) - 1, 1)
    points = [
        Point(
            point.x + begin.x + (end.x - begin.x) * place / last,
            point.y + begin.y + (end.y - begin.y) * place / last,
        )
        for place, point in enumerate(line.points)
    ]
    return replace(line, points=tuple(points))
