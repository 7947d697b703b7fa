"""The pictures of the story of depth: a step with what it speaks of, and a Fire module beside the same one chained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from squeezeviz.figure.drawing.draw import NO_BADGES, draw_diagram
from squeezeviz.figure.layout.boxes import wrapped_lines
from squeezeviz.figure.scene.diagram import Badge, Diagram, Key
from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple

_MARGIN, _GAP = 28.0, 40.0
_TITLE, _TEXT, _SMALL = 18.0, 13.0, 11.5
_LINE, _SMALL_LINE = 19.0, 16.0
_LEAST_WIDTH = 520.0
_MOST_LINES = 12
_RING, _RING_WIDTH, _RING_RADIUS = 4.0, 2.5, 9.0
"""How far a ring stands from its box, how thick it is, and how round."""


class Words(NamedTuple):
    """Words of a picture from the top: its title, paragraphs below it, and one that stands out; all may be empty."""

    title: str
    text: tuple[str, ...] = ()
    formula: str = ""
    found: str = ""


class Side(NamedTuple):
    """One of two things that are compared: its heading, its diagram, and what a live pass says of its boxes."""

    heading: str
    diagram: Diagram
    badges: Mapping[Key, Badge] = NO_BADGES


def draw_step(words: Words, diagram: Diagram, spoken_of: Iterable[Key], theme: Theme) -> tuple[Group, float, float]:
    """Draw a step of the story: its words, and below them the diagram with rings around the boxes spoken of.

    Return the drawing with its corner at the origin, its width and its height in units.
    """
    drawn, rings = draw_diagram(diagram, theme, legend=False), list(_rings(diagram, set(spoken_of), theme))
    drawn = drawn._replace(children=(*drawn.children, *rings))
    covered = extent(drawn)
    width = max(_LEAST_WIDTH, covered.width)
    texts, reached = _written(words, width, theme)
    left = _MARGIN + (width - covered.width) / 2
    placed = drawn._replace(x=left - covered.x, y=reached - covered.y)
    whole = Group(0, 0, (*texts, placed), title=words.title, kind="step")
    return whole, width + 2 * _MARGIN, reached + covered.height + _MARGIN


def draw_sides(
    words: Words, sides: Sequence[Side], rows: Sequence[tuple[str, ...]], remarks: Sequence[str], theme: Theme
) -> tuple[Group, float, float]:
    """Draw diagrams side by side at one scale under their headings, and below them `rows` of a label and one number for
    each of them. Return as `draw_step`."""
    drawn = [draw_diagram(each.diagram, theme, each.badges, legend=False) for each in sides]
    covered = [extent(each) for each in drawn]
    across = sum(each.width for each in covered) + _GAP * (len(covered) - 1)
    width = max(_LEAST_WIDTH, across)
    children, reached = _written(words, width, theme)
    at = _MARGIN + (width - across) / 2
    for side, group, room in zip(sides, drawn, covered, strict=True):
        middle = at + room.width / 2
        children.append(Text(middle, reached + _TEXT, side.heading, _TEXT, theme.text, True, "middle"))
        children.append(group._replace(x=at - room.x, y=reached + 1.6 * _LINE - room.y))
        at += room.width + _GAP
    reached += 1.6 * _LINE + max(room.height for room in covered) + _LINE
    children += _table(rows, reached, width, theme)
    reached += _LINE * len(rows)
    for remark in remarks:
        reached += _SMALL_LINE * 0.4
        for line in wrapped_lines(remark, width, _MOST_LINES, _SMALL):
            reached += _SMALL_LINE
            children.append(Text(_MARGIN, reached, line, _SMALL, theme.quiet))
    whole = Group(0, 0, tuple(children), title=words.title, kind="sides")
    return whole, width + 2 * _MARGIN, reached + _MARGIN


def _written(words: Words, width: float, theme: Theme) -> tuple[list[Primitive], float]:
    """Return the words as texts from the top, and where what comes below them begins."""
    texts: list[Primitive] = []
    reached = _MARGIN + _TITLE
    for line in wrapped_lines(words.title, width, 2, _TITLE * 1.08):
        texts.append(Text(_MARGIN, reached, line, _TITLE, theme.text, True))
        reached += 1.3 * _TITLE
    styles = [(each, theme.text, False) for each in words.text]
    styles += [(words.formula, theme.accent, True), (words.found, theme.quiet, False)]
    for paragraph, colour, bold in styles:
        for line in wrapped_lines(paragraph, width, _MOST_LINES, _TEXT) if paragraph else ():
            texts.append(Text(_MARGIN, reached, line, _TEXT, colour, bold))
            reached += _LINE
        reached += 0.35 * _LINE if paragraph else 0.0
    return texts, reached


def _rings(diagram: Diagram, spoken_of: set[Key], theme: Theme) -> Iterator[Rectangle]:
    stroke = Shape(stroke=theme.selection, stroke_width=_RING_WIDTH)
    for module in diagram.modules:
        for box in module.boxes:
            if box.key in spoken_of:
                x, y = module.rect.x + box.rect.x - _RING, module.rect.y + box.rect.y - _RING
                yield Rectangle(x, y, box.rect.width + 2 * _RING, box.rect.height + 2 * _RING, stroke, _RING_RADIUS)


def _table(rows: Sequence[tuple[str, ...]], top: float, width: float, theme: Theme) -> Iterator[Text]:
    for place, (label, *numbers) in enumerate(rows):
        at = top + _LINE * place
        yield Text(_MARGIN, at, label, _TEXT, theme.quiet)
        for column, number in enumerate(numbers):
            end = _MARGIN + width * (0.62 + 0.38 * column)
            yield Text(end, at, number, _TEXT, theme.text, anchor="end")
