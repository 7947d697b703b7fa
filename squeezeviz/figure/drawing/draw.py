"""A placed diagram in a theme's colours, as primitives: the one picture that screen and files share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.figure.drawing.draw_boxes import badge_ground, badge_mark, disclosure, draw_box
from squeezeviz.figure.layout.plan import HEADER_HEIGHT
from squeezeviz.figure.scene.diagram import Badge, Diagram, Emphasis, Key, Label, Line, Module, Point, Role, RulerMark
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Heat, Paint
    from squeezeviz.figure.layout.changes import Marks
    from squeezeviz.figure.scene.strips import MapStrips, Strip

NO_BADGES: Mapping[Key, Badge] = MappingProxyType({})
NO_STRIPS: Mapping[Key, Strip] = MappingProxyType({})
_FRAME_RADIUS = 12.0
_LEGEND_LEFT = 12.0
_BETWEEN_LEGENDS = 10.0
_WIDEST_LEGEND = 640.0
"""Of feature maps, with the sentences in it."""
_COLOURED = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS, Role.PROBLEM)
"""Lines of these roles have the role's colour. All others are grey."""

# The depth ruler

RULER_BEFORE = 30.0
"""How far the ruler's line begins before its first mark."""
NUMBER_SIZE = 12.0
_NOTE_SIZE = 11.5
_NOTE_LINE = 13.5
_RADIUS = 11.0
_DOT = 4.0


def draw_diagram(
    diagram: Diagram,
    theme: Theme,
    badges: Mapping[Key, Badge] = NO_BADGES,
    *,
    marks: Marks | None = None,
    heat: Heat | None = None,
    maps: MapStrips | None = None,
    legend: bool = True,
) -> Group:
    """Draw the whole picture, on no page; `marks` show what differs from a baseline.

    With `heat`, boxes are coloured by what they cost; with `maps` they carry feature maps, for which the diagram has
    room. The `legend` of either stands below the diagram; see `drawn_size`.
    """
    strips = NO_STRIPS if maps is None else maps.strips
    modules = (draw_module(module, theme, badges, heat, strips) for module in diagram.modules)
    children: tuple[Primitive, ...] = (draw_ruler(diagram, theme), draw_links(diagram, theme), *modules)
    if marks is not None:
        from squeezeviz.figure.layout.changes import draw_tags

        children = (*children, draw_tags(diagram, marks, theme))
    below = draw_legends(diagram, heat, maps, theme) if legend else ()
    if below:
        children = (*children, Group(_LEGEND_LEFT, diagram.height, below))
    return Group(0, 0, children, title=diagram.title, kind="diagram")


def draw_legends(diagram: Diagram, heat: Heat | None, maps: MapStrips | None, theme: Theme) -> tuple[Group, ...]:
    """Draw the legends of a diagram, one below the other with the first one's corner at the origin."""
    drawn: list[Group] = []
    if heat is not None:
        from squeezeviz.figure.drawing.heat import draw_legend

        drawn.append(draw_legend(heat.legend, theme))
    if maps is not None:
        from squeezeviz.figure.drawing.strips import draw_maps_legend

        top = 0.0 if heat is None else _sizes(diagram, heat, None)[0][1] + _BETWEEN_LEGENDS
        drawn.append(draw_maps_legend(maps.legend, _legend_room(diagram), theme)._replace(y=top))
    return tuple(drawn)


def drawn_size(diagram: Diagram, heat: Heat | None = None, maps: MapStrips | None = None) -> tuple[float, float]:
    """Return the width and height of the whole picture, with the legends of its colours and its maps."""
    sizes = _sizes(diagram, heat, maps)
    if not sizes:
        return diagram.width, diagram.height
    width = max(width for width, _ in sizes)
    height = sum(height for _, height in sizes) + _BETWEEN_LEGENDS * (len(sizes) - 1)
    return max(diagram.width, width + 2 * _LEGEND_LEFT), diagram.height + height + _LEGEND_LEFT


def _sizes(diagram: Diagram, heat: Heat | None, maps: MapStrips | None) -> list[tuple[float, float]]:
    """Return the width and height of each legend."""
    sizes: list[tuple[float, float]] = []
    if heat is not None:
        from squeezeviz.figure.drawing.heat import legend_size

        sizes.append(legend_size(heat.legend))
    if maps is not None:
        from squeezeviz.figure.drawing.strips import maps_legend_size

        sizes.append(maps_legend_size(maps.legend, _legend_room(diagram)))
    return sizes


def _legend_room(diagram: Diagram) -> float:
    return min(_WIDEST_LEGEND, diagram.width - 2 * _LEGEND_LEFT)


def draw_module(
    module: Module,
    theme: Theme,
    badges: Mapping[Key, Badge] = NO_BADGES,
    heat: Heat | None = None,
    strips: Mapping[Key, Strip] = NO_STRIPS,
) -> Group:
    """Draw one row of the table at its place. The children of the group are relative to the module's corner.

    `strips` are the feature maps of boxes that have room for them; see `Spacing.strip`.
    """
    rect = module.rect
    paint = heat.paint(module.key, theme) if heat else None
    children: list[Primitive] = list(_frame(module, theme, paint)) if module.opened else []
    children += [_shared_line(line.points, line.width, line.arrow, line.role, theme) for line in module.lines]
    children += [
        draw_box(
            box,
            theme,
            badges.get(box.key),
            heat.paint(box.key, theme) if heat else None,
            strips.get(box.strip.of) if box.strip else None,
        )
        for box in module.boxes
    ]
    children += [_label(label, theme, paint if _on_paint(label, module) else None) for label in module.labels]
    if module.toggle:
        children.append(disclosure(module.toggle, module.opened, paint.ink if paint else theme.accent))
    if module.badge and module.key in badges:
        if paint:
            children.append(badge_ground(module.badge, theme))
        children.append(badge_mark(module.badge, badges[module.key], theme))
    return Group(rect.x, rect.y, tuple(children), module.key, module.full, "module")


def _frame(module: Module, theme: Theme, paint: Paint | None) -> tuple[Primitive, ...]:
    """Draw the frame of an open Fire. Its cost colours the strip at the top; the boxes have colours of their own."""
    width, height = module.rect.width, module.rect.height
    if paint is None:
        frame = Shape(theme.frame_fill, theme.frame_outline, 1.25)
        return (Rectangle(0, 0, width, height, frame, _FRAME_RADIUS),)
    ground = Shape(fill=theme.page)
    return (
        Rectangle(0, 0, width, height, Shape(fill=paint.fill), _FRAME_RADIUS),
        Rectangle(0, HEADER_HEIGHT, width, height - HEADER_HEIGHT, ground, _FRAME_RADIUS),
        Rectangle(0, HEADER_HEIGHT, width, _FRAME_RADIUS, ground),
        Rectangle(0, 0, width, height, Shape(stroke=theme.link, stroke_width=1.25), _FRAME_RADIUS),
    )


def _on_paint(label: Label, module: Module) -> bool:
    """Return whether a label stands on the module's own colour: in a closed Fire's box or an open one's strip."""
    return not module.opened or label.at.y < HEADER_HEIGHT


def draw_links(diagram: Diagram, theme: Theme) -> Group:
    """Draw the lines from module to module, and the one that leads out of the last."""
    lines = [draw_line(link, theme) for link in (*diagram.links, *((diagram.outlet,) if diagram.outlet else ()))]
    return Group(0, 0, tuple(lines), kind="links")


def draw_line(line: Line, theme: Theme, colour: str = "") -> Group:
    """Draw one line, in `colour` where it is given, else in the colour of its role."""
    return _line(line.points, line.width, line.arrow, line.role, theme, colour)


def _line(points: tuple[Point, ...], width: float, arrow: bool, role: Role, theme: Theme, colour: str = "") -> Group:
    colour = colour or (theme.roles[role] if role in _COLOURED else theme.link)
    dash = (4.0, 3.0) if role is Role.PROBLEM else theme.dashes.get(role, ())
    stroke = Shape(stroke=colour, stroke_width=width, dash=dash)
    if not arrow:
        return Group(0, 0, (Curve(points, stroke),), kind="line")
    return Group(0, 0, (Curve(shortened(points, width), stroke), arrowhead(points, width, colour)), kind="line")


_shared_line = lru_cache(maxsize=32)(_line)
"""Lines inside of equal modules are equal, so they are made once."""


def shortened(points: tuple[Point, ...], width: float) -> tuple[Point, ...]:
    """Shorten a line so that it ends inside its arrowhead."""
    dx, dy = _arrival(points)
    back = _head(width)[0] * 0.75
    *rest, handle, end = points
    return (*rest, Point(handle.x - dx * back, handle.y - dy * back), Point(end.x - dx * back, end.y - dy * back))


def drawn_out(points: tuple[Point, ...], tip: Point) -> tuple[Point, ...]:
    """Undo `shortened`: lead the line to the tip of its arrowhead again."""
    *rest, handle, end = points
    return (*rest, Point(handle.x + tip.x - end.x, handle.y + tip.y - end.y), tip)


def arrowhead(points: tuple[Point, ...], width: float, colour: str) -> Polygon:
    """Draw a filled triangle whose tip is the end of a line of that width."""
    dx, dy = _arrival(points)
    length, half = _head(width)
    tip = points[-1]
    base = Point(tip.x - dx * length, tip.y - dy * length)
    return Polygon(
        (tip, Point(base.x - dy * half, base.y + dx * half), Point(base.x + dy * half, base.y - dx * half)),
        Shape(fill=colour),
    )


def _head(width: float) -> tuple[float, float]:
    """Return the length and half of the breadth of an arrowhead."""
    return 6.0 + width, 2.75 + width * 0.75


def _arrival(points: tuple[Point, ...]) -> tuple[float, float]:
    """Return the unit vector in which a line reaches its end."""
    end = points[-1]
    before = next((point for point in reversed(points) if point != end), end)
    dx, dy = end.x - before.x, end.y - before.y
    length = (dx * dx + dy * dy) ** 0.5 or 1.0
    return dx / length, dy / length


def _label(label: Label, theme: Theme, paint: Paint | None) -> Text:
    colours = {Emphasis.QUIET: theme.quiet, Emphasis.ACCENT: theme.accent}
    bold = label.emphasis in (Emphasis.STRONG, Emphasis.ACCENT)
    colour = paint.ink if paint else colours.get(label.emphasis, theme.text)
    return Text(*label.at, label.text, label.size, colour, bold, label.anchor)


def draw_ruler(diagram: Diagram, theme: Theme) -> Group:
    """Draw the depth ruler; the group is empty where no layer could be placed."""
    if not diagram.ruler:
        return Group(0, 0, (), kind="ruler")
    children: list[Primitive] = []
    for column, at in enumerate(diagram.rulers):
        marks = [mark for mark in diagram.ruler if mark.column == column]
        if marks:
            word = () if children else (draw_ruler_word(marks[0], at, diagram, theme),)
            line = draw_ruler_line(marks[0].position - RULER_BEFORE, marks[-1].position, at, diagram, theme)
            children += (line, *word, *(draw_mark(mark, at, diagram, theme) for mark in marks))
    return Group(0, 0, tuple(children), kind="ruler")


def draw_ruler_line(start: float, end: float, at: float, diagram: Diagram, theme: Theme) -> Polygon:
    """Draw the line of the ruler that runs at `at`, between two places along the network."""
    point, stroke = diagram.direction.point, Shape(stroke=theme.ruler_line, stroke_width=1.5)
    return Polygon((point(start, at), point(end, at)), stroke, closed=False)


def draw_ruler_word(first: RulerMark, at: float, diagram: Diagram, theme: Theme) -> Text:
    """Write `depth` where the ruler begins, before its first mark."""
    down, begin = diagram.direction.down, first.position
    x, y, anchor = (at, begin - 42, "middle") if down else (begin - 40, at + 4, "end")
    return Text(x, y, "depth", NUMBER_SIZE, theme.quiet, True, anchor)


def draw_mark(mark: RulerMark, at: float, diagram: Diagram, theme: Theme) -> Group:
    """Draw one mark of the ruler that runs at `at`."""
    x, y = diagram.direction.point(mark.position, at)
    notes = (_notes_beside if diagram.direction.down else _notes_below)(mark, theme)
    return Group(x, y, (*_dot(mark, theme), *notes), Key(mark.layer), kind="mark")


def _dot(mark: RulerMark, theme: Theme) -> tuple[Primitive, ...]:
    """Draw the count on a dot as wide as it needs, or a small ring where a layer adds nothing."""
    if mark.depth is None:
        return (Circle(0, 0, _DOT, Shape(theme.page, theme.link, 1.5)),)
    text, half = str(mark.depth), half_width(mark)
    return (
        Rectangle(-half, -_RADIUS, 2 * half, 2 * _RADIUS, Shape(theme.ruler_mark), _RADIUS),
        Text(0, 4.25, text, NUMBER_SIZE, theme.ruler_number, True, "middle"),
    )


def half_width(mark: RulerMark) -> float:
    """Return how far a mark reaches to each side of the ruler's line, without its note, in units."""
    return _DOT if mark.depth is None else max(_RADIUS, text_width(str(mark.depth), NUMBER_SIZE, True) / 2 + 5)


def _notes_beside(mark: RulerMark, theme: Theme) -> list[Text]:
    lines = _lines(mark)
    top = 3.75 - (len(lines) - 1) / 2 * _NOTE_LINE
    x = half_width(mark) + 6
    return [Text(x, top + place * _NOTE_LINE, line, _NOTE_SIZE, theme.quiet) for place, line in enumerate(lines)]


def _notes_below(mark: RulerMark, theme: Theme) -> list[Text]:
    top = 17 if mark.depth is None else 24
    return [
        Text(0, top + place * _NOTE_LINE, line, _NOTE_SIZE, theme.quiet, anchor="middle")
        for place, line in enumerate(_lines(mark))
    ]


def _lines(mark: RulerMark) -> list[str]:
    """Return the lines of a note: one of two halves takes two."""
    return mark.note.replace(": ", ":\n").splitlines()
