"""What a presentation shows at a time: a layer drawn large, what is said of it, and where in the network it is.

Lengths are in units of a page that is at least 1440 × 900: the screen's size decides how large a unit is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.explanation import Explanation
from squeezeviz.figure.drawing.draw import NUMBER_SIZE, draw_diagram, draw_mark, draw_module
from squeezeviz.figure.layout.boxes import DETAIL_SIZE, TITLE_SIZE, role_of
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Diagram, Key, Module, Point, Rect, Role, Size
from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Shape, Text, flattened, scaled, straight
from squeezeviz.figure.theme.look import SCREEN, Rows
from squeezeviz.figure.theme.metrics import elide, extent, isolated, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.ruler import without_notes
from squeezeviz.gui.canvas.words import LEAST, badges_beside, readable
from squeezeviz.gui.explain.placing import Faces, Page, sections_page
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain
from squeezeviz.model.wording import shape_text

PAGE = Size(1440.0, 900.0)
"""The smallest page."""
LETTERS = 24.0
"""The em of the smallest words, which can be read from the back of a room."""
LEAST_FACE = 13
"""That of an explanation's smallest words as it is laid out, before it is enlarged."""
TEXT_SCALE = LETTERS / LEAST_FACE
LARGEST_ZOOM = 3.2
"""Of a layer that is a single box."""
_MARGIN, _BETWEEN = 44.0, 36.0
_TITLE, _KIND = 46.0, 28.0
_TITLE_AT, _BELOW_TITLE = 62.0, 84.0
"""The baseline of the layer's name, and where what is below begins."""
_STRIP_ABOVE_FOOT, _STRIP_HEIGHT, _TALLER = 88.0, 26.0, 8.0
"""From the page's foot up to the strip of tiles; how far the tile of what is shown reaches over the others."""
_TILE_GAP, _TILE_LEAST, _TILE_MOST, _MARKER_LEAST = 4.0, 1.0, 96.0, 14.0
_NAMES_ABOVE_FOOT = 22.0
_LEAST_SHARE, _LARGEST_SHARE = 0.53, 0.66
"""Of the page's width, up to where the drawing reaches: as far as it needs to be read."""
_READABLE = LETTERS / DETAIL_SIZE
"""The zoom of a drawing at which its smallest words have the size of all others."""
_TRIES, _EXACT = 4, 0.005
"""How often the words are set anew at most, and what of their em may be missing."""
_SPACING = SCREEN._replace(canvas=False, margin=2.0, gap=18.0)
_BESIDE_RULER, _HALF_WORD, _BESIDE_WORD = 9.0, 18.0, 5.0
"""Units of the diagram from a mark of the ruler, with its note, to the module; half of the word over its line, and from
that to the module."""
_ARROW, _ABOVE_ARROW, _BELOW_ARROW = 16.0, 5.0, 14.0
_LONGEST_NAME = 130.0

Tiles = list[tuple[str, list[Rect]]]
"""Rectangles by their colour."""


class Steps(NamedTuple):
    """What is shown one after the other: the input image, each layer, and the network as a whole."""

    network: ResolvedNetwork
    at: int
    """0 is the input."""

    @property
    def number(self) -> int:
        return len(self.network.table.layers) + 2

    @classmethod
    def of(cls, network: ResolvedNetwork, row: int | None) -> Steps:
        """At a row of the table, INPUT_ROW or None for the whole."""
        layers = len(network.table.layers)
        return cls(network, layers + 1 if row is None else min(row, layers - 1) - INPUT_ROW)

    def row(self, at: int) -> int | None:
        """The row of the table that a step shows; the nearest step's where there is none so far."""
        at = min(max(at, 0), self.number - 1)
        return None if at == self.number - 1 else at + INPUT_ROW

    def name(self, at: int) -> str:
        """What a step is called; empty where there is none."""
        if not 0 <= at < self.number:
            return ""
        row = self.row(at)
        if row is None:
            return "the whole network"
        return "input" if row == INPUT_ROW else plain(self.network.table.layers[row].name)

    @property
    def place(self) -> str:
        """Where the shown step is, in words."""
        row = self.row(self.at)
        layers = len(self.network.table.layers)
        return "" if row is None or row == INPUT_ROW else f"layer {row + 1:,} of {layers:,}"


class Figure(NamedTuple):
    """A drawing, and what of it is to be seen, in units of the diagram."""

    drawn: Group
    content: Rect


def layer_figure(
    network: ResolvedNetwork, row: int, theme: Theme, badges: Mapping[Key, Badge], page: Size = PAGE
) -> Figure:
    """Draw a row with what flows in and out and the depth that is reached; one that no data reaches with the reason.

    Where it is so large that its words would be small on the page, they are set anew, shorter where they have to be.
    """
    figure, least = _figure(network, row, theme, badges, DETAIL_SIZE), DETAIL_SIZE
    for _ in range(_TRIES):
        zoom, _at = fitted(figure.content, Rooms.on(page, figure.content).figure)
        if zoom * least >= LETTERS - _EXACT:
            break
        least = LETTERS / zoom
        figure = _figure(network, row, theme, badges, least)
    return figure


def _figure(network: ResolvedNetwork, row: int, theme: Theme, badges: Mapping[Key, Badge], least: float) -> Figure:
    """Draw a row, the em of its smallest words of `least` units."""
    diagram = build_diagram(network, DiagramOptions(rows=Rows(max(row, 0), row), spacing=_SPACING))
    words: list[Text] = []
    if row != INPUT_ROW:
        _, *modules = diagram.modules
        before = network.layers[row - 1] if 0 < row <= len(network.layers) else None
        came = network.table.input.maps if before is None else before.output.shape
        start = modules[0].start
        tail = start._replace(y=start.y - _ARROW)
        link = diagram.links[0]._replace(points=straight(tail, start))
        diagram = diagram._replace(modules=tuple(modules), links=(link, *diagram.links[1:]))
        source = "the input" if before is None else before.name
        words.append(_flow(f"{shape_text(came)} from ", source, tail._replace(y=tail.y - _ABOVE_ARROW), theme, least))
    if diagram.outlet is not None:
        end = diagram.outlet.points[-1]
        following = network.table.layers[row + 1].name if row + 1 < len(network.table.layers) else ""
        shape = shape_text(network.layers[row].output.shape)
        at = end._replace(y=end.y + _BELOW_ARROW)
        words.append(_flow(f"{shape} to " if following else f"{shape} out", following, at, theme, least))
    edge = min(module.rect.x for module in diagram.modules)
    rects = [module.rect for module in diagram.modules] + [_covered(each) for each in words]
    if diagram.ruler:
        marks = without_notes(diagram.ruler)
        written = [extent(_enlarged_mark(draw_mark(mark, 0.0, diagram, theme), least)) for mark in marks]
        half_word = _HALF_WORD * max(1.0, least / NUMBER_SIZE)
        line_at = edge - max(_BESIDE_RULER + max(each.x + each.width for each in written), half_word + _BESIDE_WORD)
        diagram = diagram._replace(ruler=marks, ruler_at=line_at)
        rects.append(Rect(line_at - half_word, rects[0].y, 0.0, 0.0))
    drawn = draw_diagram(diagram, theme, badges, legend=False)
    if least > DETAIL_SIZE:
        ruler, links, *_ = drawn.children
        assert isinstance(ruler, Group)
        ruler = ruler._replace(children=tuple(_enlarged(each, least) for each in ruler.children))
        lettered = (_lettered(module, theme, badges, least) for module in diagram.modules)
        drawn = drawn._replace(children=(ruler, links, *lettered))
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.x + rect.width for rect in rects), max(rect.y + rect.height for rect in rects)
    return Figure(Group(0, 0, (drawn, *words)), Rect(left, top, right - left, bottom - top))


def _lettered(module: Module, theme: Theme, badges: Mapping[Key, Badge], least: float) -> Group:
    """Draw a module, its words as the canvas sets them from afar: no smaller than `least` units."""
    seen, (x, y, width, height) = LEAST / least, module.rect
    alone = module._replace(rect=Rect(0, 0, width, height))
    words = readable(alone, flattened(draw_module(alone, theme, badges)), seen)
    drawn = draw_module(badges_beside(alone, words, seen), theme, badges)
    shapes = (Group(dx, dy, (leaf,)) for dx, dy, leaf in flattened(drawn) if not isinstance(leaf, Text))
    return Group(x, y, (*shapes, scaled(words, 1 / seen)), module.key, module.full, "module")


def _enlarged(part: Primitive, least: float) -> Primitive:
    """Enlarge the words of a part of the ruler to `least` units."""
    if isinstance(part, Group):
        return _enlarged_mark(part, least)
    return part._replace(size=max(part.size, least)) if isinstance(part, Text) else part


def _enlarged_mark(mark: Group, least: float) -> Group:
    """Enlarge a mark where it stands, so that its number is no smaller than `least` units."""
    by = max(1.0, least / NUMBER_SIZE)
    return mark._replace(children=tuple(scaled(each, by) for each in mark.children))


def _flow(shape: str, name: str, at: Point, theme: Theme, least: float) -> Text:
    """Write at the end of an arrow what flows there, and from or to which layer."""
    size = max(TITLE_SIZE, least)
    shown = elide(plain(name), size, True, _LONGEST_NAME)
    return Text(at.x, at.y, shape + isolated(shown), size, theme.text, True, "middle")


def _covered(text: Text) -> Rect:
    width = text_width(text.text, text.size, True)
    return Rect(text.x - width / 2, text.y - 0.75 * text.size, width, text.size)


def closed_diagram(network: ResolvedNetwork) -> Diagram:
    """Place the whole network with its Fire modules closed."""
    fires = frozenset(layer.name for layer in network.table.layers if isinstance(layer, Fire))
    return build_diagram(network, DiagramOptions(collapsed=fires))


class Rooms(NamedTuple):
    """Where on a page what stands."""

    figure: Rect
    text: Rect

    @classmethod
    def on(cls, page: Size, content: Rect) -> Rooms:
        """The rooms of a page on which `content` is drawn, in units of the diagram."""
        bottom = page.height - _STRIP_ABOVE_FOOT - _TALLER - 14
        height = bottom - _BELOW_TITLE
        zoom = min(_READABLE, height / max(content.height, 1.0))
        needed = _MARGIN + content.width * zoom
        left = min(max(needed, page.width * _LEAST_SHARE), page.width * _LARGEST_SHARE)
        return cls(
            Rect(_MARGIN, _BELOW_TITLE, left - _MARGIN, height),
            Rect(left + _BETWEEN, _BELOW_TITLE, page.width - _MARGIN - left - _BETWEEN, height),
        )


def fitted(content: Rect, room: Rect) -> tuple[float, Point]:
    """How much `content` is enlarged to stand in the middle of `room`, and where its origin is then."""
    zoom = min(room.width / max(content.width, 1.0), room.height / max(content.height, 1.0), LARGEST_ZOOM)
    middle = content.middle
    return zoom, Point(room.middle.x - middle.x * zoom, room.middle.y - middle.y * zoom)


def text_page(explanation: Explanation, faces: Faces, room: Rect) -> Page:
    """Place as many sections of an explanation as there is room for, at least its first one. The page is in units
    that are TEXT_SCALE times those of `room`."""
    width, height = int(room.width / TEXT_SCALE), room.height / TEXT_SCALE
    sections = [section for section in explanation.sections if not section.further]
    placed = sections_page(sections[:1], width, faces)
    for count in range(2, len(sections) + 1):
        more = sections_page(sections[:count], width, faces)
        if more.height > height:
            break
        placed = more
    return placed


def heading(explanation: Explanation, steps: Steps, page: Size, theme: Theme) -> Group:
    """Draw the name of what is shown, what kind of thing it is, and where it is in words."""
    place, right = steps.place, page.width - _MARGIN
    aside = text_width(place, _KIND) + 30 if place else 0.0
    kind_width = text_width(explanation.kind, _KIND)
    room = right - _MARGIN - aside - kind_width - 20
    title = elide(plain(explanation.title), _TITLE, True, room)
    after = _MARGIN + text_width(title, _TITLE, True) + 20
    return Group(
        0,
        0,
        (
            Text(_MARGIN, _TITLE_AT, isolated(title), _TITLE, theme.text, True),
            Text(after, _TITLE_AT, explanation.kind, _KIND, theme.quiet),
            Text(right, _TITLE_AT, place, _KIND, theme.quiet, anchor="end"),
        ),
    )


def tile_places(count: int, page: Size) -> list[Rect]:
    """The places of so many tiles in a row at the page's foot, from the first step to the last."""
    room = page.width - 2 * _MARGIN
    gap = _TILE_GAP if room / count > 4 * _TILE_GAP else 0.0
    width = min((room - gap * (count - 1)) / count, _TILE_MOST)
    left = (page.width - count * width - (count - 1) * gap) / 2
    top = page.height - _STRIP_ABOVE_FOOT
    return [Rect(left + place * (width + gap), top, width, _STRIP_HEIGHT) for place in range(count)]


def tiles(steps: Steps, page: Size, theme: Theme) -> Tiles:
    """One tile for each step in the colour of what it shows, that of a Fire in those of its two expands."""
    found: dict[str, list[Rect]] = {}
    for place, colours in zip(tile_places(steps.number, page), _colours(steps.network, theme), strict=True):
        for part, colour in enumerate(colours):
            width = place.width / len(colours)
            rect = place._replace(x=place.x + part * width, width=max(width, _TILE_LEAST))
            found.setdefault(colour, []).append(rect)
    return list(found.items())


def _colours(network: ResolvedNetwork, theme: Theme) -> Iterator[Sequence[str]]:
    fire = theme.shares[Role.EXPAND1X1], theme.shares[Role.EXPAND3X3]
    yield (theme.roles[Role.INPUT],)
    for layer in network.table.layers:
        yield fire if isinstance(layer, Fire) else (theme.roles[role_of(layer)],)
    yield (theme.ruler_mark,)


def marker(steps: Steps, page: Size) -> Rect:
    """The frame about the tile of what is shown, wide enough to be seen among a thousand."""
    x, y, width, height = tile_places(steps.number, page)[steps.at]
    spare = max(0.0, _MARKER_LEAST - width) / 2
    return Rect(x - spare, y - _TALLER, width + 2 * spare, height + 2 * _TALLER)


def marked(steps: Steps, page: Size, theme: Theme) -> Group:
    """Draw the frame, and at the foot the names of the steps before and after."""
    before, after = steps.name(steps.at - 1), steps.name(steps.at + 1)
    y, right = page.height - _NAMES_ABOVE_FOOT, page.width - _MARGIN
    room = page.width * 0.28
    texts: Iterable[Text] = (
        Text(_MARGIN, y, f"‹ {elide(before, LETTERS, False, room)}" if before else "", LETTERS, theme.quiet),
        Text(right, y, f"{elide(after, LETTERS, False, room)} ›" if after else "", LETTERS, theme.quiet, anchor="end"),
    )
    frame = Rectangle(*marker(steps, page), Shape(stroke=theme.selection, stroke_width=4), 7)
    return Group(0, 0, (frame, *(text for text in texts if text.text)))


def step_at(x: float, y: float, count: int, page: Size) -> int | None:
    """The step whose tile is at a point of the page, or a little over or under it."""
    places = tile_places(count, page)
    top, bottom = places[0].y - _TALLER, places[0].y + _STRIP_HEIGHT + _TALLER
    if not top <= y < bottom or not places[0].x <= x < places[-1].x + places[-1].width:
        return None
    return min(range(count), key=lambda place: abs(places[place].middle.x - x))
