"""The depth ruler as primitives: a line along the network, a number at every weighted step."""

from __future__ import annotations

from squeezeviz.figure.scene.diagram import Diagram, Key, RulerMark
from squeezeviz.figure.scene.primitives import Circle, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme

_NUMBER_SIZE = 12.0
_NOTE_SIZE = 11.5
_NOTE_LINE = 13.5
_RADIUS = 11.0
_DOT = 4.0


def draw_ruler(diagram: Diagram, theme: Theme) -> Group:
    """The ruler of a placed diagram; nothing where no layer could be placed."""
    if not diagram.ruler:
        return Group(0, 0, (), kind="ruler")
    at, first, last = diagram.ruler_at, diagram.ruler[0].position, diagram.ruler[-1].position
    point = diagram.direction.point
    x, y, anchor = (at, first - 42, "middle") if diagram.direction.down else (first - 40, at + 4, "end")
    word = Text(x, y, "depth", _NUMBER_SIZE, theme.quiet, True, anchor)
    line = Polygon(
        (point(first - 30, at), point(last, at)), Shape(stroke=theme.ruler_line, stroke_width=1.5), closed=False
    )
    marks = [_mark(mark, diagram, theme) for mark in diagram.ruler]
    return Group(0, 0, (line, word, *marks), kind="ruler")


def _mark(mark: RulerMark, diagram: Diagram, theme: Theme) -> Group:
    x, y = diagram.direction.point(mark.position, diagram.ruler_at)
    notes = (_notes_beside if diagram.direction.down else _notes_below)(mark, theme)
    return Group(x, y, (*_dot(mark, theme), *notes), Key(mark.layer), kind="mark")


def _dot(mark: RulerMark, theme: Theme) -> tuple[Primitive, ...]:
    """A filled dot with the count, wider where the count is long; a small ring where nothing is added."""
    if mark.depth is None:
        return (Circle(0, 0, _DOT, Shape(theme.page, theme.link, 1.5)),)
    text, half = str(mark.depth), _half_width(mark)
    return (
        Rectangle(-half, -_RADIUS, 2 * half, 2 * _RADIUS, Shape(theme.ruler_mark), _RADIUS),
        Text(0, 4.25, text, _NUMBER_SIZE, theme.ruler_number, True, "middle"),
    )


def _half_width(mark: RulerMark) -> float:
    return _DOT if mark.depth is None else max(_RADIUS, text_width(str(mark.depth), _NUMBER_SIZE, True) / 2 + 5)


def _notes_beside(mark: RulerMark, theme: Theme) -> list[Text]:
    lines = _lines(mark)
    top = 3.75 - (len(lines) - 1) / 2 * _NOTE_LINE
    x = _half_width(mark) + 6
    return [Text(x, top + place * _NOTE_LINE, line, _NOTE_SIZE, theme.quiet) for place, line in enumerate(lines)]


def _notes_below(mark: RulerMark, theme: Theme) -> list[Text]:
    top = 17 if mark.depth is None else 24
    return [
        Text(0, top + place * _NOTE_LINE, line, _NOTE_SIZE, theme.quiet, anchor="middle")
        for place, line in enumerate(_lines(mark))
    ]


def _lines(mark: RulerMark) -> list[str]:
    """A note of two halves takes two lines."""
    return mark.note.replace(": ", ":\n").splitlines()
