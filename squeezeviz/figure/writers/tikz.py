"""A drawn figure as TikZ: boxes are nodes with names, lines run between their anchors, text is the document's.

What a person may want to restyle is a style or a colour by its name at the top of the picture: `squeezeviz-conv`,
`squeezeviz/conv`, `squeezeviz/conv line`. The file around the picture is `resources/tikz/figure.tex`: plain LaTeX and
TikZ without its libraries, so that a paper needs no more than `\\usepackage{tikz}`. https://tikz.dev
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import ceil
from types import MappingProxyType

from squeezeviz import __version__
from squeezeviz.figure.scene.diagram import Key, Point, Rect
from squeezeviz.figure.scene.primitives import Circle, Group, Polygon, Rectangle, Shape, Text, number
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.connecting import ConnectedWriter, Part, on_line
from squeezeviz.figure.writers.figure import ExportOptions, Figure
from squeezeviz.figure.writers.tikz_text import tex_text, tex_word
from squeezeviz.model.resources import RESOURCES

_MOST = 16_000
"""TeX counts to 16,383."""
_RIGHT = 32.0
"""At a box's right edge, for its badge."""
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_SLACK = 0.5
"""How much wider than in the diagram's own font a line may become, in units."""
_POINTS_PER_UNIT = 0.75
_POINTS_PER_MM = 72 / 25.4
_LONGEST_POINTS = 14_000.0
"""TeX knows no length beyond 16,383 pt, PDF readers no page beyond 14,400."""

_CATCODES = {**dict.fromkeys("!\"'()*+,-./:;<=>?[]`|", 12), "@": 11, "#": 6, "$": 3, "&": 4, "^": 7, "_": 8}
"""A paper may have made any of these active, as babel does."""

PREFIX = "squeezeviz-"
_GROUPS = {"roles": "", "shares": "share-", "badges": "badge-", "changes": ""}
_NO_COLOURS = ("name", "dashes")

_BOXES = {
    "frame": (
        r"draw=squeezeviz-frame-outline,fill=squeezeviz-frame-fill,line width=1.25\squeezevizunit,"
        r"rounded corners=12\squeezevizunit"
    ),
    "fire": "squeezeviz/box,draw=squeezeviz-frame-outline,fill=squeezeviz-frame-fill",
    "problem": "squeezeviz/box,draw=squeezeviz-problem,fill=squeezeviz-problem-fill,text=squeezeviz-problem",
    "concat": "text=squeezeviz-share-text,align=center",
    "sum": (
        r"circle,draw=squeezeviz-sum,fill=squeezeviz-box-fill,line width=1.75\squeezevizunit,"
        r"outer sep=.875\squeezevizunit"
    ),
}
"""All others are a box with the role's bar at its left."""


def to_tikz(figure: Figure, options: ExportOptions) -> bytes:
    """Write a LaTeX file, all ASCII, that compiles alone and by `\\input`.

    `figure` is drawn in `in_names` of the theme. Without a size it is as large as on screen; in a document it is at
    most as wide as the line.
    """
    theme, width, height = options.theme, figure.width, figure.height
    heat = _heat(theme) if options.heat else {}
    writer = _Writer(heat, 100.0 if max(width, height) > _MOST else 1.0)
    body = "\n".join(writer.group(figure.group, Point(0, 0)))
    columns, rows = max(1, ceil(width)), max(1, ceil(height))
    points = figure.size_mm[0] * _POINTS_PER_MM if options.size else _POINTS_PER_UNIT * columns
    points = min(points, _LONGEST_POINTS, _LONGEST_POINTS * columns / rows)
    natural = f"{points:.3f}bp"
    text = (RESOURCES / "tikz" / "figure.tex").read_text("utf-8")
    styles = "\n".join(f"  squeezeviz/{name}/.style={{{style}}}," for name, style in writer.styles.items())
    used = set(re.findall(rf"{PREFIX}[\w-]+", " ".join((text, styles, body))))
    colours = (
        f"\\definecolor{{{name}}}{{HTML}}{{{colour[1:].upper()}}}"
        for name, colour in (*_colours(theme), *heat.items())
        if name in used
    )
    replaced = {
        "@NATURAL@": natural,
        "@PAPERWIDTH@": natural,
        "@PAPERHEIGHT@": f"{points * rows / columns:.3f}bp",
        "@WIDTH@": str(columns),
        "@HEIGHT@": str(rows),
        "@TITLE@": tex_word(figure.title),
        "@VERSION@": __version__,
        "@CATCODES@": "".join(rf"\catcode{ord(each)} {code}\relax" for each, code in _CATCODES.items()),
        "@COLOURS@": "\n".join(colours),
        "@STYLES@": styles,
        "@GRID@": number(writer.grid),
        "@CORNER@": writer.at(width, height),
        "@BODY@": body,
    }
    for mark, value in replaced.items():
        text = text.replace(mark, value)
    return text.encode("ascii")


@cache
def in_names(theme: Theme) -> Theme:
    """Replace the colours of a theme by their names, so that a drawing says what each colour means."""
    named = {
        name: f"{PREFIX}{name.replace('_', '-')}"
        if isinstance(value, str)
        else MappingProxyType({key: f"{PREFIX}{_GROUPS[name]}{key}" for key in value})
        for name, value in _colour_fields(theme)
    }
    return theme._replace(**named)  # type: ignore[arg-type]


def _heat(theme: Theme) -> dict[str, str]:
    """Return the colours of costs in a theme by their names: the grounds of boxes."""
    from squeezeviz.figure.drawing.heat import heat_ramp

    return {f"{PREFIX}heat-{level}": colour for level, colour in enumerate(heat_ramp(theme))}


def _colours(theme: Theme) -> Iterator[tuple[str, str]]:
    """Yield every colour of a theme by its name in a picture."""
    for name, value in _colour_fields(theme):
        named = getattr(in_names(theme), name)
        if isinstance(value, str):
            yield named, value
        else:
            yield from ((named[key], colour) for key, colour in value.items())


def _colour_fields(theme: Theme) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for name, value in theme._asdict().items():
        if name not in _NO_COLOURS:
            yield name, value


class _Writer(ConnectedWriter):
    """Writes commands, and remembers the styles that were used. Coordinates count from the group, y downwards.

    `grid` is how many units a coordinate counts: TeX cannot count beyond 16,383, and a network may be longer.
    """

    def __init__(self, heat: Mapping[str, str], grid: float) -> None:
        super().__init__()
        self.grid = grid
        self.styles: dict[str, str] = {}
        self._colours = {colour: name for name, colour in heat.items()} | {"#ffffff": "white", "#000000": "black"}
        self._names: Counter[str] = Counter()

    def at(self, x: float, y: float) -> str:
        return f"({number(x / self.grid)},{number(y / self.grid)})"

    def within(self, group: Group, at: Point, inside: Iterator[str]) -> Iterator[str]:
        if group.kind == "module":
            yield f"% {_name(group.key)}"
        if not (group.x or group.y):
            yield from inside
            return
        yield f"\\begin{{scope}}[shift={{{self.at(group.x, group.y)}}}]"
        yield from inside
        yield "\\end{scope}"

    def frame(self, group: Group, frame: list[Rectangle], at: Point) -> Iterator[str]:
        """Write one node; a frame that is coloured by cost is a strip on a ground, with the outline last."""
        if len(frame) == 1:
            yield self._node(group.key, frame[0], at, [self._style("frame")])
        elif frame:
            yield from (self._path(each) for each in frame)
            yield self._node(group.key, frame[-1], at, [])

    def operation(
        self, group: Group, outline: Rectangle, bars: list[Rectangle], texts: list[Text], at: Point
    ) -> Iterator[str]:
        fill, role = str(outline.shape.fill), "fire"
        if fill == f"{PREFIX}problem-fill":
            role = "problem"
        elif bars:
            role = str(bars[0].shape.fill).removeprefix(PREFIX)
        options = [self._style(role, _dashed(outline.shape))]
        if role == "fire" and bars:
            options.append(f"squeezeviz/bar={PREFIX}fire")
        if texts and round(texts[0].x - outline.x, 2) != 18:
            options.append(f"squeezeviz/text left={number(texts[0].x - outline.x)}")
        if not fill.startswith(PREFIX):
            options.append(f"squeezeviz/heat={{{self._colour(fill)}}}{{{self._colour(texts[0].colour)}}}")
        # Beside the name of a closed Fire stands what it does.
        right = outline.x + outline.width - _RIGHT
        lines = (_words(each, "detail", 0.0 if role == "fire" else right - each.x) for each in texts)
        yield self._node(group.key, outline, at, options, lines)

    def concat(self, group: Group, rectangles: list[Rectangle], parts: list[Part], at: Point) -> Iterator[str]:
        """Write the parts as they are drawn, a node over each for its text and its lines, and one over both."""
        key = group.key or Key("")
        yield from (self._path(each) for each in rectangles)
        for place, (_, part, texts) in enumerate(parts, 1):
            options = [self._style("concat"), *(f"text={self._colour(each.colour)}" for each in texts)]
            yield self._node(Key(key.layer, f"{key.part}{place}"), part, at, options, map(_words, texts))
        (_, first, _), (_, last, _) = parts
        width, height = last.x + last.width - first.x, last.y + last.height - first.y
        yield self._node(key, Rectangle(first.x, first.y, width, height, first.shape), at, [])

    def sum(self, group: Group, circle: Circle, at: Point) -> Iterator[str]:
        name, radius = self._unused(_name(group.key)), circle.radius + circle.shape.stroke_width / 2
        self._connect(name, Rect(at.x + circle.x - radius, at.y + circle.y - radius, 2 * radius, 2 * radius))
        fill = str(circle.shape.fill)
        heat = "" if fill.startswith(PREFIX) else f",fill={self._colour(fill)}"
        size = f"minimum size={number(2 * circle.radius)}\\squeezevizunit"
        yield f"\\node[{self._style('sum')},{size}{heat}] ({name}) at {self.at(circle.x, circle.y)} {{}};"

    def line(
        self, points: tuple[Point, ...], shape: Shape, arrow: bool, ends: tuple[str | None, str | None], at: Point
    ) -> str:
        colour = str(shape.stroke)
        role = colour.removeprefix(PREFIX).removesuffix("link")
        style = self._style(f"{role} line".strip(), f"draw={colour}{_dashed(shape)}")
        options = f"{style},squeezeviz/width={number(shape.stroke_width)}{',squeezeviz/arrow' if arrow else ''}"
        return f"\\draw[{options}] {self._way(points, *ends)};"

    def plain(self, primitive: Rectangle | Circle | Polygon | Text, at: Point) -> Iterator[str]:
        if not isinstance(primitive, Text):
            yield self._path(primitive)
        elif primitive.text:
            options = f"anchor={_ANCHORS[primitive.anchor]},text={self._colour(primitive.colour)}"
            yield f"\\node[{options}] at {self.at(primitive.x, primitive.y)} {{{_words(primitive)}}};"

    def _path(self, primitive: Rectangle | Circle | Polygon) -> str:
        shape = primitive.shape
        options = [] if shape.fill is None else [f"fill={self._colour(shape.fill)}"]
        if shape.stroke is not None and shape.stroke_width > 0:
            options += [f"draw={self._colour(shape.stroke)}", f"squeezeviz/width={number(shape.stroke_width)}"]
        match primitive:
            case Rectangle(x, y, width, height, radius=radius):
                if radius > 0:
                    # TikZ draws no corner that is rounder than its side is long.
                    options.append(f"rounded corners={number(min(radius, width / 2, height / 2))}\\squeezevizunit")
                outline = f"{self.at(x, y)} rectangle {self.at(x + width, y + height)}"
            case Circle(x, y, radius):
                outline = f"{self.at(x, y)} circle[radius={number(radius)}\\squeezevizunit]"
            case Polygon(points, closed=closed):
                outline = " -- ".join(self.at(*each) for each in points) + (" -- cycle" if closed else "")
        return f"\\path[{','.join(options)}{_dashed(shape)}] {outline};"

    def _way(self, points: tuple[Point, ...], first: str | None, last: str | None) -> str:
        """Write a path through Bézier points; `first` and `last` are anchors to use for its ends."""
        written = [first or self.at(*points[0])]
        for start in range(0, len(points) - 1, 3):
            a, b, c, d = points[start : start + 4]
            to = last if last and start + 4 == len(points) else self.at(*d)
            curve = f".. controls {self.at(*b)} and {self.at(*c)} .. "
            written.append(f"{'-- ' if on_line(a, d, (b, c)) else curve}{to}")
        return " ".join(written)

    def _node(self, key: Key | None, rect: Rectangle, at: Point, options: list[str], lines: Iterable[str] = ()) -> str:
        name = self._unused(_name(key))
        self._connect(name, Rect(at.x + rect.x, at.y + rect.y, rect.width, rect.height))
        size = f"squeezeviz/size={{{number(rect.width)}}}{{{number(rect.height)}}}"
        middle = self.at(rect.x + rect.width / 2, rect.y + rect.height / 2)
        text = r"\\".join(lines)
        return f"\\node[{','.join((*options, size))}] ({name}) at {middle} {{{text}}};"

    def _connect(self, name: str, rect: Rect) -> None:
        self.connect(rect, (f"({name}.north)", f"({name}.west)", f"({name}.south)", f"({name}.east)"))

    def _colour(self, colour: str) -> str:
        """Return the name of a colour of the costs' scale; all others are drawn by name already."""
        return self._colours.get(colour, colour)

    def _style(self, name: str, more: str = "") -> str:
        """Return the name of a style, and define it: a box's by its role, a line's by `more`."""
        self.styles.setdefault(name, more if name.endswith("line") else _box_style(name) + more)
        return f"squeezeviz/{name}"

    def _unused(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else self._unused(f"{name}-{self._names[name]}")


def _name(key: Key | None) -> str:
    return "-".join(tex_word(part) for part in key or () if part) or "input"


def _words(text: Text, regular: str = "plain", room: float = 0.0) -> str:
    """Write a line of text: its size, its room and its words. Its room is at least what the diagram's font takes."""
    room = max(room, text_width(text.text, text.size, text.bold) + _SLACK)
    style = "bold" if text.bold else regular
    return f"\\squeezeviz{style}{{{number(text.size)}}}{{{number(room)}}}{{{tex_text(text.text)}}}"


def _box_style(role: str) -> str:
    return _BOXES.get(role, f"squeezeviz/box,squeezeviz/bar={PREFIX}{role}")


def _dashed(shape: Shape) -> str:
    """Return a dash pattern as a further option; nothing for a solid line."""
    if not shape.dash:
        return ""
    pattern = (f"{'off' if place % 2 else 'on'} {length:g}\\squeezevizunit " for place, length in enumerate(shape.dash))
    return f",dash pattern={''.join(pattern).rstrip()}"
