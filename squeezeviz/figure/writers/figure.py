"""The figure of a network, drawn and sized, for every writer that paints."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.draw import NO_BADGES, draw_diagram, draw_legends, drawn_size
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Badge, Diagram, Direction, Key, Size
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape
from squeezeviz.figure.theme.look import (
    FIGURE,
    MM_PER_INCH,
    PAPER,
    PAPER_STRIP,
    POINTS_PER_INCH,
    STRIP,
    UNITS_PER_INCH,
    Columns,
    FigureSize,
    Rows,
)
from squeezeviz.figure.theme.metrics import extent, texts
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.figure.layout.changes import Marks
    from squeezeviz.figure.scene.strips import MapStrips

SMALLEST_PT = 5.0
"""Smaller text is hard to read in print; publishers ask for 5 to 7 points at least."""
SLIDE_PT = 10.0
"""Smaller text on a slide is not read from the back of a room."""
ROUNDING_PT = 0.05
HIGHEST_MM = 235.0
"""The height of a paper's page, without its margins."""
_SLIDE_MARGIN_IN = 0.4
COMFORTABLE_PT = 5.5
_MOST_LINES = 4
_BETWEEN_LINES = 14.0
_LARGER_BY = {Direction.DOWN: 1.03, Direction.RIGHT: 1.1}
"""How much larger the figure has to become for columns, or for one more line, which may stay short."""
_FULL = 0.98
"""A figure at least this share of a page high fills the page."""
_BELOW, _HALF_WORD = 16.0, 18.0
"""From the last column down to the legend, and from its ruler's line to the left, where the legend begins."""
_EDGE = 4.0
"""The room around what reaches over the diagram's own edges."""


class ExportOptions(NamedTuple):
    """How a diagram is exported. `background` lays the theme's page colour under it, else it is transparent.

    `marks` show what differs from a baseline, `heat` colours by cost; DOT shows neither them nor badges. With `maps`
    boxes carry feature maps; DOT and TikZ cannot show these.
    Without a `size` the figure is as large as on screen, and a PNG has `png_scale` pixels a unit. With
    `columns` the network is set like text, on slides it always is; with `several_slides` each slide of a presentation
    shows a part of it.
    """

    diagram: DiagramOptions = DiagramOptions()
    theme: Theme = LIGHT
    badges: Mapping[Key, Badge] = NO_BADGES
    marks: Marks | None = None
    heat: Heat | None = None
    maps: MapStrips | None = None
    background: bool = True
    png_scale: float = 2.0
    size: FigureSize | None = None
    columns: Columns | None = None
    several_slides: bool = False


AS_ON_SCREEN = ExportOptions()


class Figure(NamedTuple):
    """A drawing on a page of `width` × `height` units, and how large a unit is on paper.

    `page` is the colour of the page; None leaves it transparent.
    """

    drawn: Group
    width: float
    height: float
    title: str
    inches_per_unit: float = 1 / UNITS_PER_INCH
    page: str | None = None

    @property
    def group(self) -> Group:
        """The drawing with the page's colour under it."""
        if self.page is None:
            return self.drawn
        page = Rectangle(0, 0, self.width, self.height, Shape(fill=self.page))
        return self.drawn._replace(children=(page, *self.drawn.children))

    @property
    def points_per_unit(self) -> float:
        return self.inches_per_unit * POINTS_PER_INCH

    @property
    def size_mm(self) -> tuple[float, float]:
        scale = self.inches_per_unit * MM_PER_INCH
        return self.width * scale, self.height * scale

    @property
    def smallest_text_pt(self) -> float | None:
        """The size of the smallest text on paper; None where there is none."""
        smallest = min((text.size for text in texts(self.drawn)), default=None)
        return None if smallest is None else smallest * self.points_per_unit

    @property
    def unit_on_page_in(self) -> float:
        """The size of a unit in inches, where the figure is shrunk to the height of a page; see `HIGHEST_MM`."""
        return min(self.inches_per_unit, HIGHEST_MM / MM_PER_INCH / self.height)


class Page(NamedTuple):
    """A drawn page and its size, in units."""

    group: Group
    width: float
    height: float


def figure_of(network: ResolvedNetwork, options: ExportOptions) -> Figure:
    """Draw the network as it is asked for, on a page that cuts nothing off.

    Where a size on paper is asked for, things stand as close as paper wants them. A network that runs to the right is
    broken into lines until its text can be read, one that runs down and is higher than the page into columns.
    """
    wanted = for_paper(options)
    diagram = build_diagram(network, wanted.diagram)
    on_pages = wanted.size is not None and on_paper(wanted) and not network.problems
    columns = None
    if wanted.columns is not None and not network.problems:
        columns = in_columns(diagram, wanted, _aspect(wanted.columns, wanted.size), wanted.columns.starts)
    elif on_pages and diagram.direction.down:
        columns = _in_columns_if_larger(diagram, wanted)
    if columns is not None:
        page = page_of(columns, diagram, wanted)
        group = _shifted(page.group, _EDGE, _EDGE)
        found = sized(group, page.width + 2 * _EDGE, page.height + 2 * _EDGE, wanted.size)
    else:
        drawn = draw(diagram, wanted)
        found = sized(*_with_room(drawn, *drawn_size(diagram, *_legends_of(wanted))), wanted.size)
    if on_pages and not diagram.direction.down and columns is None:
        found = _lines(network, diagram, wanted, found)
    return found._replace(page=options.theme.page) if options.background else found


def draw(diagram: Diagram, options: ExportOptions, *, legend: bool = True) -> Group:
    legend = legend and options.diagram.annotations.legend
    return draw_diagram(
        diagram,
        options.theme,
        options.badges,
        marks=options.marks,
        heat=options.heat,
        maps=options.maps,
        legend=legend,
    )


def in_columns(diagram: Diagram, options: ExportOptions, aspect: float, starts: tuple[int, ...] = ()) -> Diagram:
    """Set the network in as many columns (or lines) as make it largest on a page of that `aspect`, width by height.

    Or in those that begin with the modules at `starts`.
    """
    from squeezeviz.figure.layout.wrapping import paper_gap, wrap  # not sooner: most figures are in one piece

    return wrap(diagram, Size(aspect, 1.0), paper_gap(diagram.modules, options.diagram.look), starts)


def _aspect(columns: Columns, size: FigureSize | None) -> float:
    """Return the shape of the room that columns fill: that of a page with a height of its own, else their own."""
    if size is None or size.height_in is None:
        return columns.aspect
    width, height = _room(size)
    return width / height


def page_of(columns: Diagram, whole: Diagram, options: ExportOptions) -> Page:
    """Draw a network in columns, with the legend under the last one, as broad as under the `whole` in one."""
    drawn = draw(columns, options, legend=False)
    legends = draw_legends(whole, *_legends_of(options), options.theme)
    if legends:
        left, top, _, height = extent(drawn)
        if columns.columns and columns.direction.down:
            last, end = columns.columns[-1], columns.modules[-1].rect
            left, height = last.ruler_at - _HALF_WORD, end.y + end.height - top
        drawn = drawn._replace(children=(*drawn.children, Group(left, top + height + _BELOW, legends)))
    left, top, width, height = extent(drawn)
    return Page(drawn._replace(x=-left, y=-top), width, height)


def _legends_of(options: ExportOptions) -> tuple[Heat | None, MapStrips | None]:
    """Return what legends explain, costs and feature maps, or None where there is no legend."""
    return (options.heat, options.maps) if options.diagram.annotations.legend else (None, None)


def _in_columns_if_larger(diagram: Diagram, options: ExportOptions) -> Diagram | None:
    """Set the network in several columns, where it is higher than the page and they make it larger."""
    assert options.size is not None
    room = _room(options.size)
    width, height = drawn_size(diagram, *_legends_of(options))
    if height * room[0] / width < _FULL * room[1]:
        return None
    columns = in_columns(diagram, options, room[0] / room[1])
    larger = _LARGER_BY[Direction.DOWN] * min(room[0] / width, room[1] / height)
    return columns if min(room[0] / columns.width, room[1] / columns.height) > larger else None


def _lines(network: ResolvedNetwork, diagram: Diagram, options: ExportOptions, whole: Figure) -> Figure:
    """Break the figure into as many lines as make it readable, or largest on a page."""
    found = whole
    for count in range(2, min(_MOST_LINES, len(diagram.modules) - 1) + 1):
        shrunk = found.unit_on_page_in / found.inches_per_unit
        if (found.smallest_text_pt or COMFORTABLE_PT) * shrunk >= COMFORTABLE_PT:
            break
        more = _in_lines(network, options, broken(diagram, options.diagram, count))
        larger = more.unit_on_page_in > _LARGER_BY[Direction.RIGHT] * found.unit_on_page_in
        if larger and (not too_high(more, options.size) or too_high(found, options.size)):
            found = more
    return found


def _in_lines(network: ResolvedNetwork, options: ExportOptions, lines: list[DiagramOptions]) -> Figure:
    """Draw the lines one below the other, with the legend under the last."""
    parts, width, height = [], 0.0, -_BETWEEN_LINES
    for line in lines:
        diagram, last = build_diagram(network, line), line is lines[-1]
        size = drawn_size(diagram, *(_legends_of(options) if last else (None, None)))
        part, across, along = _with_room(draw(diagram, options, legend=last), *size)
        height += _BETWEEN_LINES
        parts.append(part._replace(y=part.y + height))
        width, height = max(width, across), height + along
    return sized(Group(0, 0, tuple(parts), title=network.table.name, kind="lines"), width, height, options.size)


def too_high(figure: Figure, size: FigureSize | None) -> bool:
    """Return whether a figure without a height of its own is higher than a page."""
    return size is not None and size.height_in is None and figure.size_mm[1] > HIGHEST_MM + 0.5


def _room(size: FigureSize) -> tuple[float, float]:
    """Return the width and height that a figure may take, in inches."""
    if size.height_in is None:
        return size.width_in, HIGHEST_MM / MM_PER_INCH
    return size.width_in - 2 * _SLIDE_MARGIN_IN, size.height_in - 2 * _SLIDE_MARGIN_IN


def for_paper(options: ExportOptions) -> ExportOptions:
    """Remove what is for the mouse from the options, and set things close where a size on paper is asked for.

    Badges and tags of what is gone keep their room, and boxes get some for feature maps.
    """
    if not on_paper(options):
        spacing = FIGURE if options.diagram.spacing.canvas else options.diagram.spacing
        spacing = spacing._replace(strip=STRIP if options.maps else None)
        return options._replace(diagram=options.diagram._replace(spacing=spacing))
    spacing = PAPER._replace(right=FIGURE.right) if options.badges else PAPER
    if options.marks is not None and options.marks.absent:
        spacing = spacing._replace(gap=FIGURE.gap)
    spacing = spacing._replace(strip=PAPER_STRIP if options.maps else None)
    return options._replace(diagram=options.diagram._replace(spacing=spacing))


def on_paper(options: ExportOptions) -> bool:
    """Return whether a size was asked for, other than in pixels."""
    return options.size is not None and options.size.pixels is None


def _with_room(group: Group, width: float, height: float) -> tuple[Group, float, float]:
    """Move the group into a page large enough for all of it, as tags may reach over the diagram's edges."""
    left, top, across, along = extent(group)
    before, above = max(0.0, _EDGE - left) if left < 0 else 0.0, max(0.0, _EDGE - top) if top < 0 else 0.0
    right = left + across + _EDGE if left + across > width else width
    bottom = top + along + _EDGE if top + along > height else height
    return _shifted(group, before, above), before + right, above + bottom


def sized(group: Group, width: float, height: float, size: FigureSize | None) -> Figure:
    """Return what is drawn on a page of that size; where that has a height, centred on it."""
    if size is None:
        return Figure(group, width, height, group.title)
    if size.height_in is None:
        figure = Figure(group, width, height, group.title, size.width_in / width)
        return figure if size.pixels is not None else _shorter(figure, size.width_in)
    room = _room(size)
    scale = min(room[0] / width, room[1] / height)
    page_width, page_height = size.width_in / scale, size.height_in / scale
    placed = _shifted(group, (page_width - width) / 2, (page_height - height) / 2)
    return Figure(placed, page_width, page_height, group.title, scale)


def _shorter(figure: Figure, width_in: float) -> Figure:
    """Shrink a figure that is higher than a page, centred in its width, if its text can still be read."""
    scale = HIGHEST_MM / MM_PER_INCH / figure.height
    shrunk = scale / figure.inches_per_unit
    if shrunk >= 1 or (figure.smallest_text_pt or SMALLEST_PT) * shrunk < SMALLEST_PT:
        return figure
    width = width_in / scale
    return Figure(_shifted(figure.drawn, (width - figure.width) / 2, 0.0), width, figure.height, figure.title, scale)


def _shifted(group: Group, x: float, y: float) -> Group:
    return Group(0, 0, (group._replace(x=group.x + x, y=group.y + y),), title=group.title) if x or y else group


def broken(diagram: Diagram, options: DiagramOptions, count: int) -> list[DiagramOptions]:
    """Break the rows of `diagram` into at most `count` lines that are about equally wide."""
    rows = [module.row for module in diagram.modules[1:]]
    widths = [module.rect.width + options.spacing.gap for module in diagram.modules[1:]]
    limit = max(sum(widths[start:end]) for start, end in pairwise(_even_ends(widths, count)))
    return [options._replace(rows=Rows(rows[start], rows[end - 1])) for start, end in pairwise(_filled(widths, limit))]


def _even_ends(widths: list[float], count: int) -> list[int]:
    """Return where `count` lines of about the same width begin, and where the last one ends."""
    reached = list(accumulate(widths))
    ends = [0]
    for left in reversed(range(1, count)):
        wanted = reached[-1] * (count - left) / count
        there = range(ends[-1] + 1, len(widths) - left + 1)
        ends.append(min(there, key=lambda end: abs(reached[end - 1] - wanted)))
    return [*ends, len(widths)]


def _filled(widths: list[float], limit: float) -> list[int]:
    """Return the same for lines filled up to `limit`, so that one long row does not leave the others short."""
    ends, filled = [0], 0.0
    for place, width in enumerate(widths):
        if filled + width > limit + 1e-6 and place > ends[-1]:
            ends.append(place)
            filled = 0.0
        filled += width
    return [*ends, len(widths)]


# When it was made: writing the same figure again gives the same bytes

EPOCH = "SOURCE_DATE_EPOCH"
"""The environment variable: https://reproducible-builds.org/specs/source-date-epoch/"""

_UNDATED = datetime(2000, 1, 1)
_LAST_EPOCH = 253_402_300_799
"""The end of the year 9999."""


def made_at() -> datetime:
    """Return the date that a file bears, in UTC: that of SOURCE_DATE_EPOCH, else always the same day.

    Raises:
        SqueezevizError: the variable is no number of seconds.
    """
    seconds = os.environ.get(EPOCH, "").strip()
    if not seconds:
        return _UNDATED
    if not re.fullmatch("[0-9]{1,12}", seconds) or int(seconds) > _LAST_EPOCH:
        raise SqueezevizError(
            f"write the number of seconds since 1970, not {shown(seconds)}, or unset it", Place(EPOCH)
        )
    return datetime(1970, 1, 1) + timedelta(seconds=int(seconds))
