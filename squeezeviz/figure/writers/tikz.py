"""A drawn figure as TikZ: boxes are nodes with names, lines run between their anchors, text is the document's.

What a person may want to restyle is a style or a colour at the top of the picture; see `tikz_styles`.
https://tikz.dev
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from squeezeviz.figure.drawing.marks import drawn_out
from squeezeviz.figure.scene.diagram import Key, Point, Rect
from squeezeviz.figure.scene.primitives import Circle, Curve, Group, Polygon, Primitive, Rectangle, Text
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.connecting import layer, meeting, spot
from squeezeviz.figure.writers.tikz_frame import framed
from squeezeviz.figure.writers.tikz_shapes import Shapes, line, number
from squeezeviz.figure.writers.tikz_styles import PREFIX, box_style, dashed, definitions, heat_names
from squeezeviz.figure.writers.tikz_text import tex_word

_MOST = 16_000
"""TeX counts to 16,383."""
_RIGHT = 32.0
"""At a box's right edge, for its badge."""


def to_tikz(group: Group, width: float, height: float, title: str, theme: Theme, width_mm: float | None = None) -> str:
    """A LaTeX file, all ASCII, that compiles alone and by `\\input`.

    `group` is drawn in `tikz_styles.in_names(theme)`, on a page of `width` × `height` units; `width_mm` is how wide
    it is to be on paper, else it fits the line.
    """
    writer = _Writer(Shapes(heat_names(theme), 100.0 if max(width, height) > _MOST else 1.0))
    body = list(writer.group(group, Point(0, 0)))
    unit = f"{number(writer.shapes.grid)}\\squeezevizunit"
    picture = (
        *definitions("\n".join(body), writer.styles, theme),
        f"\\begin{{tikzpicture}}[x={unit},y=-{unit},squeezeviz/picture]",
        f"\\useasboundingbox (0,0) rectangle {writer.shapes.at(Point(width, height))};",
        *body,
        "\\end{tikzpicture}",
        "",
    )
    return framed("\n".join(picture), width, height, title, width_mm)


class _Writer:
    """Writes groups as commands; remembers where lines may end, and the styles that were used."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.styles: dict[str, str] = {}
        self._anchors: dict[tuple[float, float], str] = {}
        self._names: Counter[str] = Counter()

    def group(self, group: Group, origin: Point) -> Iterator[str]:
        """What is in a group; lines come after the nodes at which they end."""
        at = Point(origin.x + group.x, origin.y + group.y)
        if group.kind == "box":
            yield from self.shapes.scope(group.x, group.y, self._box(group, at))
        elif group.kind == "line":
            yield from self.shapes.scope(group.x, group.y, [self._line(group, at)])
        elif group.kind == "module":
            yield f"% {_name(group.key)}"
            yield from self.shapes.scope(group.x, group.y, self._module(group, at))
        else:
            yield from self.shapes.scope(group.x, group.y, self._children(group.children, at))

    def _children(self, children: Iterable[Primitive], at: Point) -> Iterator[str]:
        for each in sorted(children, key=layer):
            if isinstance(each, Group):
                yield from self.group(each, at)
            else:
                yield from self.shapes.commands([each])

    def _module(self, group: Group, at: Point) -> Iterator[str]:
        """A row of the table; the rectangles of an open Fire are its frame, which is one node."""
        frame = [each for each in group.children if isinstance(each, Rectangle)]
        inside = [each for each in group.children if not isinstance(each, Rectangle)]
        if len(frame) == 1:
            yield self._node(group.key, frame[0], at, [self._style("frame")])
        elif frame:
            # Coloured by cost: a strip on a ground, with the outline last.
            yield from self.shapes.commands(frame)
            yield self._node(group.key, frame[-1], at, [])
        yield from self._children(inside, at)

    def _box(self, group: Group, at: Point) -> Iterator[str]:
        shapes = [each for each in group.children if isinstance(each, Rectangle)]
        on_top = [each for each in group.children if isinstance(each, Circle | Polygon | Group)]
        texts = [each for each in group.children if isinstance(each, Text)]
        if group.key is not None and group.key.part == "concat":
            yield from self._concat(group.key, shapes, texts, at)
        elif shapes:
            yield self._operation(group.key, shapes, texts, at)
        elif isinstance(on_top[0], Circle):
            yield self._sum(group.key, on_top[0], at)
            del on_top[0]
        yield from self.shapes.commands(on_top)

    def _operation(self, key: Key | None, shapes: list[Rectangle], texts: list[Text], at: Point) -> str:
        outline, *bars = shapes
        fill, role = str(outline.shape.fill), "fire"
        if fill == f"{PREFIX}problem-fill":
            role = "problem"
        elif bars:
            role = str(bars[0].shape.fill).removeprefix(PREFIX)
        options = [self._style(role, dashed(outline.shape))]
        if role == "fire" and bars:
            options.append(f"squeezeviz/bar={PREFIX}fire")
        if texts and round(texts[0].x - outline.x, 2) != 18:
            options.append(f"squeezeviz/text left={number(texts[0].x - outline.x)}")
        if not fill.startswith(PREFIX):
            options.append(f"squeezeviz/heat={{{self.shapes.colour(fill)}}}{{{self.shapes.colour(texts[0].colour)}}}")
        # Beside the name of a closed Fire stands what it does.
        right = outline.x + outline.width - _RIGHT
        rooms = [0.0 if role == "fire" else right - each.x for each in texts]
        lines = [line(each, "detail", room) for each, room in zip(texts, rooms, strict=True)]
        return self._node(key, outline, at, options, lines)

    def _concat(self, key: Key, shapes: list[Rectangle], texts: list[Text], at: Point) -> Iterator[str]:
        """The shares as they are drawn, each with a node over it for its text and its lines."""
        yield from self.shapes.commands(shapes)
        parts = meeting(*shapes[::2])
        for place, part in enumerate(parts, 1):
            inside = Rect(part.x, part.y, part.width, part.height)
            said = [each for each in texts if inside.contains(each.x, each.y)]
            options = [self._style("concat"), *(f"text={self.shapes.colour(each.colour)}" for each in said)]
            name = Key(key.layer, f"{key.part}{place}")
            yield self._node(name, part, at, options, [line(each) for each in said])
        left, top = parts[0].x, parts[0].y
        right, bottom = parts[1].x + parts[1].width, parts[1].y + parts[1].height
        yield self._node(key, Rectangle(left, top, right - left, bottom - top, parts[0].shape), at, [])

    def _sum(self, key: Key | None, circle: Circle, at: Point) -> str:
        name = self._unused(_name(key))
        radius = circle.radius + circle.shape.stroke_width / 2
        self._remember(name, at.x + circle.x - radius, at.y + circle.y - radius, 2 * radius, 2 * radius)
        fill = str(circle.shape.fill)
        heat = "" if fill.startswith(PREFIX) else f",fill={self.shapes.colour(fill)}"
        size = f"minimum size={number(2 * circle.radius)}\\squeezevizunit"
        return (
            f"\\node[{self._style('sum')},{size}{heat}] ({name}) at {self.shapes.at(Point(circle.x, circle.y))} {{}};"
        )

    def _line(self, group: Group, at: Point) -> str:
        curve = group.children[0]
        if not isinstance(curve, Curve):
            raise TypeError(curve)
        head = group.children[1] if len(group.children) > 1 else None
        points = drawn_out(curve.points, head.points[0]) if isinstance(head, Polygon) else curve.points
        colour = str(curve.shape.stroke)
        role = colour.removeprefix(PREFIX).removesuffix("link")
        style = self._style(f"{role} line".strip(), f"draw={colour}{dashed(curve.shape)}")
        options = [
            style,
            f"squeezeviz/width={number(curve.shape.stroke_width)}",
            *(["squeezeviz/arrow"] if head else []),
        ]
        ends = (self._anchors.get(spot(at.x + end.x, at.y + end.y), "") for end in (points[0], points[-1]))
        return f"\\draw[{','.join(options)}] {self.shapes.way(points, *ends)};"

    def _node(self, key: Key | None, rect: Rectangle, at: Point, options: list[str], lines: Iterable[str] = ()) -> str:
        name = self._unused(_name(key))
        self._remember(name, at.x + rect.x, at.y + rect.y, rect.width, rect.height)
        size = f"squeezeviz/size={{{number(rect.width)}}}{{{number(rect.height)}}}"
        middle = self.shapes.at(Point(rect.x + rect.width / 2, rect.y + rect.height / 2))
        text = r"\\".join(lines)
        return f"\\node[{','.join((*options, size))}] ({name}) at {middle} {{{text}}};"

    def _style(self, name: str, more: str = "") -> str:
        """The name of a style, which is then defined: a box's by its role, a line's as `more` says."""
        if name.endswith("line"):
            self.styles.setdefault(name, more)
        else:
            self.styles.setdefault(name, box_style(name) + more)
        return f"squeezeviz/{name}"

    def _unused(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else self._unused(f"{name}-{self._names[name]}")

    def _remember(self, name: str, x: float, y: float, width: float, height: float) -> None:
        self._anchors[spot(x + width / 2, y)] = f"({name}.north)"
        self._anchors[spot(x + width / 2, y + height)] = f"({name}.south)"
        self._anchors[spot(x, y + height / 2)] = f"({name}.west)"
        self._anchors[spot(x + width, y + height / 2)] = f"({name}.east)"


def _name(key: Key | None) -> str:
    return "-".join(tex_word(part) for part in key or () if part) or "input"
