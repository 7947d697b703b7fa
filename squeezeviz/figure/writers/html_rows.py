"""A diagram as one drawing a row of the table, with the link that leads there, to be stacked: in a page that opens and
closes Fire modules each row then has a drawing of either form, whatever forms the others have."""

from __future__ import annotations

from squeezeviz.figure.drawing.draw import (
    RULER_BEFORE,
    draw_line,
    draw_mark,
    draw_module,
    draw_ruler_line,
    draw_ruler_word,
)
from squeezeviz.figure.scene.diagram import Diagram, Module
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Pixels, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import extent
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.model.records import NamedTuple

_RING = 3.0
"""From a box to the ring around it, where it has the keyboard's focus."""


class RowDrawing(NamedTuple):
    """A row's drawing, where it stands in its diagram: from `start` to `end` along the network.

    Groups of the kind `box`, or `fire` for the frame or the closed box of a Fire, are what a person can choose; each
    has a `ring` as its last child.
    """

    module: Module
    drawn: Group
    start: float
    end: float


def row_drawings(diagram: Diagram, shift: float, theme: Theme, options: ExportOptions) -> list[RowDrawing]:
    """Draw each row by itself. All but the depth ruler is moved by `shift` across the network."""
    way = diagram.direction
    ends = [way.along(module.rect) + way.length(module.rect) for module in diagram.modules]
    ends[-1] = diagram.height if way.down else diagram.width
    moved = way.point(0, shift)
    rows, start = [], 0.0
    for place, end in enumerate(ends):
        ruler = Group(0, 0, _ruler_part(diagram, start, end, theme), kind="ruler")
        network = Group(moved.x, moved.y, _network_part(diagram, place, theme, options))
        rows.append(RowDrawing(diagram.modules[place], Group(0, 0, (ruler, network)), start, end))
        start = end
    return rows


def _ruler_part(diagram: Diagram, start: float, end: float, theme: Theme) -> tuple[Primitive, ...]:
    """Draw the depth ruler from `start` to `end` along the network, with the word where its first mark is."""
    ruler, at = diagram.ruler, diagram.ruler_at
    if not ruler or ruler[0].position >= end or ruler[-1].position < start:
        return ()
    marks = [mark for mark in ruler if start <= mark.position < end]
    begins = marks[:1] == [ruler[0]]
    first = ruler[0].position - RULER_BEFORE if begins else start
    line = draw_ruler_line(first, min(ruler[-1].position, end), at, diagram, theme)
    word = (draw_ruler_word(ruler[0], at, diagram, theme),) if begins else ()
    return (line, *word, *(draw_mark(mark, at, diagram, theme) for mark in marks))


def _network_part(diagram: Diagram, place: int, theme: Theme, options: ExportOptions) -> tuple[Primitive, ...]:
    module = diagram.modules[place]
    link = (draw_line(diagram.links[place - 1], theme),) if place else ()
    drawn = draw_module(module, theme, options.badges, options.heat)
    tags: tuple[Group, ...] = ()
    if options.marks is not None:
        from squeezeviz.figure.layout.changes import draw_tag, tags_at

        tags = tuple(draw_tag(tag, theme) for tag in tags_at(diagram, place, options.marks))
    return (*link, Group(drawn.x, drawn.y, _to_choose(drawn, module, theme)), *tags)


def _to_choose(drawn: Group, module: Module, theme: Theme) -> tuple[Primitive, ...]:
    """Sort what a module draws: a Fire's frame, or its closed box, with all that is written on it; lines; boxes."""
    own: list[Primitive] = []
    lines: list[Primitive] = []
    boxes: list[Primitive] = []
    for child in drawn.children:
        kind = child.kind if isinstance(child, Group) else ""
        if isinstance(child, Group) and kind == "box" and child.key == module.key:
            own += child.children
        else:
            (lines if kind == "line" else boxes if kind == "box" else own).append(child)
    whole = Group(0, 0, tuple(own), module.key, module.full, "fire" if module.toggle else "box")
    found = (whole, *lines, *boxes) if module.opened else (*lines, whole, *boxes)
    return tuple(_with_ring(each, theme) if isinstance(each, Group) and each.key else each for each in found)


def _with_ring(group: Group, theme: Theme) -> Group:
    x, y, width, height = extent(group)
    shape = Shape(stroke=theme.selection, stroke_width=2.5)
    ring = Rectangle(x - _RING, y - _RING, width + 2 * _RING, height + 2 * _RING, shape, 9.0)
    return group._replace(children=(*group.children, Group(0, 0, (ring,), kind="ring")))


# The same drawing in two themes


def in_both(light: Primitive, dark: Primitive, names: dict[tuple[str, str], str]) -> Primitive:
    """Return a drawing whose colours are names, where two differ in their colours alone.

    `names` has the name of each pair of colours, `var(--c0)` and so on, and gets those that it lacks.
    """

    def name(one: str, other: str) -> str:
        return names.setdefault((one, other), f"var(--c{len(names)})")

    match light, dark:
        case Group(), Group():
            pairs = zip(light.children, dark.children, strict=True)
            return light._replace(children=tuple(in_both(one, other, names) for one, other in pairs))
        case Text(), Text():
            return light._replace(colour=name(light.colour, dark.colour))
        case ((Rectangle() | Circle() | Curve() | Polygon()), (Rectangle() | Circle() | Curve() | Polygon())):
            one, other = light.shape, dark.shape
            fill = name(one.fill, other.fill) if one.fill and other.fill else one.fill
            stroke = name(one.stroke, other.stroke) if one.stroke and other.stroke else one.stroke
            return light._replace(shape=one._replace(fill=fill, stroke=stroke))
        case _:
            assert isinstance(light, Pixels)
            return light
