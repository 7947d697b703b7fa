"""A network on slides: all of it on one, or on several, each with as many rows as can be read from the back of a room.

A slide is 16:9 and as large as PowerPoint makes it, with the figure below its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import build_diagram, shown_rows
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape, Text, scaled
from squeezeviz.figure.theme.look import FITS, POINTS_PER_INCH, Rows
from squeezeviz.figure.theme.metrics import elide, text_width, texts
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.alt_texts import alt_texts, ruler_text
from squeezeviz.figure.writers.figure import (
    ROUNDING_PT,
    SLIDE_PT,
    ExportOptions,
    Page,
    for_paper,
    in_columns,
    page_of,
)
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

SLIDE = FITS["slide"]
assert SLIDE.height_in is not None
WIDTH_PT, HEIGHT_PT = SLIDE.width_in * POINTS_PER_INCH, SLIDE.height_in * POINTS_PER_INCH
MARGIN_PT = 25.2
TOP_PT = 67.7
"""Where the figure begins, below the title."""
ROOM_PT = WIDTH_PT - 2 * MARGIN_PT, HEIGHT_PT - TOP_PT - MARGIN_PT
"""For the figure: width and height."""
TITLE_PT = 24.0
_TITLE_BASELINE_PT = 46.0
_TITLE_ROOM_PT = WIDTH_PT - 2 * MARGIN_PT - 20
_LONGEST_NAME = 24
_LARGEST = 1.3
"""Points a unit: of a small network nothing is blown up further."""
_LARGER_PT = (14.0, 13.0, 12.0, 11.0)
"""Sizes of the smallest text that are tried on as few slides as the least one needs, so that these are evenly full."""
_MOST_TRIED = 30
_ACROSS = 0.62
"""How many columns a sheet of slides has for each row of it: about as high as wide."""
MOST_ON_SHEET = 30
_BETWEEN_PT = 24.0


class Slide(NamedTuple):
    """A figure set in columns that fill a slide, the title over it, and what is said of its boxes.

    `part` is which rows it shows, in words, empty where these are all. No unit is larger than `largest` points.
    """

    page: Page
    title: str
    part: str = ""
    largest: float = _LARGEST
    longest_part: str = ""
    """That of several slides which is the widest in their titles: the network is called the same in all of them."""
    alt_texts: Mapping[Key, str] = {}
    ruler: str = ""

    @property
    def unit_pt(self) -> float:
        """How large a unit of the figure is on a slide of the usual size, in points."""
        return min(ROOM_PT[0] / self.page.width, ROOM_PT[1] / self.page.height, self.largest)

    @property
    def smallest_text_pt(self) -> float:
        """How large the smallest text is, in points, where the slide has the usual size: as it is in a deck."""
        smallest = min((text.size for text in texts(self.page.group)), default=None)
        return SLIDE_PT if smallest is None else smallest * self.unit_pt

    @property
    def origin(self) -> tuple[float, float]:
        """Where the figure's corner stands on a slide of the usual size, in points."""
        left = (WIDTH_PT - self.page.width * self.unit_pt) / 2
        return left, TOP_PT + (ROOM_PT[1] - self.page.height * self.unit_pt) / 2

    @property
    def heading(self) -> str:
        """The title as it fits: the network's name is shortened, the part is not."""
        after, longest = (f" · {part}" if part else "" for part in (self.part, self.longest_part or self.part))
        return elide(plain(self.title), TITLE_PT, False, _TITLE_ROOM_PT - text_width(longest, TITLE_PT)) + after


class Slides(NamedTuple):
    """Slides in their order; `whole` is False where more were not asked for."""

    slides: tuple[Slide, ...]
    whole: bool = True


def slides_of(network: ResolvedNetwork, options: ExportOptions, most: int | None = None) -> Slides:
    """Draw the network as close as paper wants it, in columns that fill a slide, or one slide after the other.

    Several slides break between rows. Each has as many as can be read, one at least, and all have one scale. `most` is
    how many are wanted.
    """
    rows = options.diagram.rows or Rows(0, max(len(network.table.layers) - 1, 0))
    if not options.several_slides:
        return Slides((_slide(network, options, rows),))
    drawing = _Drawing(network, options, rows)
    parts = drawing.parts(most)
    whole = parts[-1].last == rows.last
    if whole and len(parts) <= _MOST_TRIED:
        larger = (drawing.parts(most, wanted) for wanted in _LARGER_PT)
        parts = next((each for each in larger if len(each) == len(parts)), parts)
    slides = [drawing.slide(part) for part in parts]
    if len(slides) == 1:
        return Slides(tuple(slides))
    least = min((each.unit_pt for each in slides if _readable(each, SLIDE_PT)), default=_LARGEST)
    of = f" of {len(slides)}" if whole else ""
    parts_said = [f"{each.part} · {place}{of}" for place, each in enumerate(slides, 1)]
    longest = max(parts_said, key=lambda part: text_width(part, TITLE_PT))
    numbered = (
        each._replace(part=part, largest=least, longest_part=longest)
        for each, part in zip(slides, parts_said, strict=True)
    )
    return Slides(tuple(numbered), whole)


def sheet_of(slides: tuple[Slide, ...], theme: Theme) -> tuple[Group, float, float]:
    """Draw slides as they will be, side by side where they are several; return the width and height in points too."""
    shown = slides[:MOST_ON_SHEET]
    across = max(1, round((len(shown) * _ACROSS) ** 0.5))
    drawn = []
    for place, slide in enumerate(shown):
        row, column = divmod(place, across)
        at = column * (WIDTH_PT + _BETWEEN_PT), row * (HEIGHT_PT + _BETWEEN_PT)
        drawn.append(Group(*at, (_edge(theme, alone=len(shown) == 1), *_drawn(slide, theme))))
    down = -(-len(shown) // across)
    width = across * (WIDTH_PT + _BETWEEN_PT) - _BETWEEN_PT
    return Group(0, 0, tuple(drawn)), width, down * (HEIGHT_PT + _BETWEEN_PT) - _BETWEEN_PT


def _edge(theme: Theme, *, alone: bool) -> Rectangle:
    return Rectangle(0, 0, WIDTH_PT, HEIGHT_PT, Shape(stroke=None if alone else theme.ruler_line, stroke_width=2.0))


def _drawn(slide: Slide, theme: Theme) -> Iterator[Group | Text]:
    yield Text(MARGIN_PT + 7.2, _TITLE_BASELINE_PT, slide.heading, TITLE_PT, theme.text)
    figure = scaled(slide.page.group, slide.unit_pt)
    assert isinstance(figure, Group)
    left, top = slide.origin
    yield figure._replace(x=figure.x + left, y=figure.y + top)


def _slide(network: ResolvedNetwork, options: ExportOptions, part: Rows) -> Slide:
    wanted = for_paper(options._replace(size=SLIDE))
    diagram = build_diagram(network, wanted.diagram._replace(rows=part if _is_part(network, part) else None))
    columns = in_columns(diagram, wanted, ROOM_PT[0] / ROOM_PT[1])
    said = alt_texts(network, shown_rows(network, part))
    return Slide(
        page_of(columns, diagram, wanted), network.table.name, _named(network, part), alt_texts=said,
        ruler=ruler_text(diagram.ruler),
    )  # fmt: skip


class _Drawing:
    """Breaks rows into parts, each of which is drawn once."""

    def __init__(self, network: ResolvedNetwork, options: ExportOptions, rows: Rows) -> None:
        self._network, self._options, self._rows = network, options, rows
        self._drawn: dict[Rows, Slide] = {}

    def slide(self, part: Rows) -> Slide:
        if part not in self._drawn:
            self._drawn[part] = _slide(self._network, self._options, part)
        return self._drawn[part]

    def parts(self, most: int | None, least_pt: float = SLIDE_PT) -> list[Rows]:
        """Break the rows into as few parts as can be read on a slide each, filled from the first on; at most `most`."""
        rows = shown_rows(self._network, self._rows)
        parts: list[Rows] = []
        first, count = rows.start, 1
        while first < rows.stop and (most is None or len(parts) < most):
            # Neighbours are alike: how many fitted last is where the search begins.
            count = min(count, rows.stop - first)
            if self._fits(first, count, least_pt):
                while first + count < rows.stop and self._fits(first, count + 1, least_pt):
                    count += 1
            else:
                count -= 1
                while count > 1 and not self._fits(first, count, least_pt):
                    count -= 1
                count = max(count, 1)
            parts.append(self._part(first, count))
            first += count
        return parts or [self._rows]

    def _fits(self, first: int, count: int, least_pt: float) -> bool:
        return _readable(self.slide(self._part(first, count)), least_pt)

    def _part(self, first: int, count: int) -> Rows:
        """Return so many rows from the first one on. With the last that can run goes why the network stops there."""
        stop = shown_rows(self._network, self._rows).stop
        return Rows(first, self._rows.last if first + count == stop else first + count - 1)


def _readable(slide: Slide, least_pt: float) -> bool:
    return slide.smallest_text_pt >= least_pt - ROUNDING_PT


def _is_part(network: ResolvedNetwork, rows: Rows) -> bool:
    return (rows.first, rows.last) != (0, len(network.table.layers) - 1)


def _named(network: ResolvedNetwork, rows: Rows) -> str:
    """`fire2 to fire4`; nothing for all rows."""
    layers = network.table.layers
    if not layers or not _is_part(network, rows):
        return ""
    first, last = (plain(layers[row].name, _LONGEST_NAME) for row in rows)
    return first if rows.first == rows.last else f"{first} to {last}"
