"""What can be chosen for a figure: its rows, its direction, what is written on it, its room, its size on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.model.errors import Place, SqueezevizError, brief, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import did_you_mean, nearest


class Annotations(NamedTuple):
    """What is written on a diagram. The defaults are what the window shows."""

    shapes: bool = True
    filters: bool = True
    kinds: bool = True
    depth: bool = True
    totals: bool = True
    legend: bool = True
    parameters: bool = False
    macs: bool = False
    field: bool = False

    @property
    def counts(self) -> bool:
        """Whether boxes show their costs or receptive fields."""
        return self.parameters or self.macs or self.field


USUAL = Annotations()
NONE = Annotations(False, False, False, False, False, False)
ALL = Annotations(parameters=True, macs=True, field=True)

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "shapes": "Output shapes",
        "filters": "Filters, kernels",
        "kinds": "Kinds: ReLU, max",
        "depth": "Depth ruler",
        "totals": "Fire totals",
        "legend": "Colour legend",
        "parameters": "Parameters",
        "macs": "Multiply-adds",
        "field": "Receptive field",
    }
)
"""What each switch is called in front of a person, in the order in which they are offered."""


WORDS: Mapping[str, str] = MappingProxyType({"multiply-adds" if name == "macs" else name: name for name in TITLES})
"""What each switch is called on a command line."""
_ALSO = {"macs": "macs", "kernels": "filters", "receptive-field": "field", "params": "parameters"}


def annotations_named(text: str) -> Annotations:
    """`all`, `none`, or the names of what to write, separated by commas.

    Raises:
        SqueezevizError: a name is none of the switches, or nothing is named.
    """
    if text in ("all", "none"):
        return ALL if text == "all" else NONE
    names = [each.strip() for each in text.split(",") if each.strip()]
    known = {**_ALSO, **WORDS}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        what = f"there is no annotation {shown(unknown[0])}" if unknown else "no annotation is named"
        meant = did_you_mean(unknown[0], WORDS) if unknown else ""
        raise SqueezevizError(f"{what}: say all, none, or some of {','.join(WORDS)}{meant}", Place("--annotate"))
    wanted = {known[name] for name in names}
    return Annotations(**{name: name in wanted for name in TITLES})


class StripSize(NamedTuple):
    """The room for feature maps in a box: a row of squares, `side` wide, at most `tiles` of them, `gap` apart."""

    tiles: int
    side: float
    gap: float

    def width(self, tiles: int) -> float:
        """Return how wide so many squares are, or as many of them as there may be."""
        shown = min(tiles, self.tiles)
        return shown * self.side + (shown - 1) * self.gap


class Spacing(NamedTuple):
    """Room, in units. `part`, `single` and `closed` are the least widths of a part's, a row's and a closed Fire's box.

    `right` stays free at a box's right edge, for its badge. On `paper` every unit counts: boxes hold their texts and
    no more, those of a row are stacked line on line where the network runs to the right. On the `canvas` are
    the triangles that open and close a Fire. With a `strip` boxes have room for feature maps. Set `close`, a Fire has
    little room between its parts, and they say no more than their filters and shapes.
    """

    margin: float
    gap: float
    part: float
    single: float
    closed: float
    right: float
    paper: bool = False
    canvas: bool = False
    strip: StripSize | None = None
    close: bool = False


SCREEN = Spacing(margin=24.0, gap=24.0, part=160.0, single=216.0, closed=280.0, right=24.0, canvas=True, close=True)
FIGURE = Spacing(margin=24.0, gap=28.0, part=192.0, single=240.0, closed=352.0, right=32.0)
"""With room to breathe, and not for the mouse."""
PAPER = Spacing(margin=6.0, gap=17.0, part=64.0, single=56.0, closed=56.0, right=12.0, paper=True)
STRIP = StripSize(tiles=4, side=38.0, gap=3.0)
PAPER_STRIP = StripSize(tiles=4, side=26.0, gap=2.0)


class Look(NamedTuple):
    """All that decides how a row is drawn, but for the row itself and whether it is open."""

    direction: Direction = Direction.DOWN
    annotations: Annotations = USUAL
    spacing: Spacing = SCREEN

    @property
    def down(self) -> bool:
        return self.direction.down

    @property
    def close(self) -> bool:
        return self.spacing.close

    @property
    def stacked(self) -> bool:
        """Whether each fact of a box has a line of its own, so that the box is narrow."""
        return self.spacing.paper and not self.down


class Columns(NamedTuple):
    """A network set in columns (or lines, where it runs to the right) like text: as many as make it largest in a room
    of that `aspect`, width by height, or those that begin with the modules at `starts`."""

    aspect: float = 1.5
    starts: tuple[int, ...] = ()


# Which rows

_WHERE = Place("--only")
_BETWEEN = r" *(?:-|–|—|…|\.{2,3}| to ) *"


class Rows(NamedTuple):
    """The first and the last row, both of them shown, counted from 0."""

    first: int
    last: int


def rows_named(table: LayerTable, text: str) -> Rows:
    """`fire2`, `fire2:fire5` with both ends, or names separated by commas that follow each other in the table.

    Raises:
        SqueezevizError: a name is not in the table, an end stands before the beginning, or rows are left out between.
    """
    names = [layer.name for layer in table.layers]
    if text in names:
        return Rows(names.index(text), names.index(text))
    if ":" in text and not any(part.strip() in names for part in text.split(",")):
        return _between(names, text)
    meant = _with_a_colon(names, text)
    if meant:
        raise SqueezevizError(f"the network has no layer {shown(text)}; did you mean {meant}?", _WHERE)
    rows = sorted({_row(names, part.strip()) for part in text.split(",") if part.strip()})
    if not rows:
        raise SqueezevizError("name the rows to show, such as fire2 or fire2:fire5", _WHERE)
    if rows[-1] - rows[0] + 1 != len(rows):
        left_out = next(row for row in range(rows[0], rows[-1]) if row not in rows)
        raise SqueezevizError(
            f"a figure shows rows that follow each other, and {shown(names[left_out])} stands between these: "
            f"say {names[rows[0]]}:{names[rows[-1]]}, or make two figures",
            _WHERE,
        )
    return Rows(rows[0], rows[-1])


def _between(names: list[str], text: str) -> Rows:
    first, _, last = (part.strip() for part in text.partition(":"))
    begin = _row(names, first) if first else 0
    end = _row(names, last) if last else len(names) - 1
    if end < begin:
        raise SqueezevizError(f"{shown(last)} stands before {shown(first)}: turn the two round", _WHERE)
    return Rows(begin, end)


def _with_a_colon(names: list[str], text: str) -> str | None:
    """`fire2:fire4`, where a person wrote `fire2-fire4` or the like."""
    for sign in re.finditer(_BETWEEN, text):
        first, last = nearest(text[: sign.start()], names), nearest(text[sign.end() :], names)
        if first and last:
            return f"{first}:{last}"
    return None


def _row(names: list[str], name: str) -> int:
    if name not in names:
        raise unknown_name("layer", name, names, _WHERE)
    return names.index(name)


def unknown_name(kind: str, name: str, names: list[str], place: Place) -> SqueezevizError:
    """Return the error that the network has nothing of that kind and name, with what was meant or what it has."""
    there = ", ".join(map(brief, names[:12])) + (", …" if len(names) > 12 else "")
    hint = did_you_mean(name, names) or f"; it has {there or 'none'}"
    return SqueezevizError(f"the network has no {kind} {shown(name)}{hint}", place)


# How large on paper or on a slide

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
UNITS_PER_INCH = 96.0
"""A unit is a pixel at 100 %, as in CSS and SVG."""
PRINT_DPI = 300.0
"""Of a picture whose size on paper was asked for."""

_INCHES = {"mm": 1 / MM_PER_INCH, "cm": 10 / MM_PER_INCH, "in": 1.0, "pt": 1 / POINTS_PER_INCH}
_WIDEST_IN = 200.0
"""As wide as a PDF's page may be."""
_NARROWEST_IN = 5 / 25.4
_MOST_PX = 10**6


class FigureSize(NamedTuple):
    """The width of a figure in inches, and where it is fitted into a page, that page's height.

    `pixels`: the width was asked for in these; a PNG has exactly so many, elsewhere they are CSS pixels.
    """

    width_in: float
    height_in: float | None = None
    pixels: int | None = None


FITS: Mapping[str, FigureSize] = MappingProxyType(
    {
        "column": FigureSize(84 / MM_PER_INCH),
        "two-columns": FigureSize(178 / MM_PER_INCH),
        "slide": FigureSize(40 / 3, 7.5),
    }
)
"""One column of a two-column page and both: 84 and 178 mm hold for ACM's pages (84.5, 178) and IEEE's (88.9, 182).

https://www.acm.org/publications/proceedings-template
http://ieeeauthorcenter.ieee.org/create-your-ieee-article/create-graphics-for-your-article/size-requirements-for-graphics/
A slide is 16:9, as PowerPoint makes it.
"""


def parse_width(text: str, place: str = "--width") -> FigureSize:
    """`84mm`, `8.4cm`, `3.3in`, `240pt`, `1200px`, or pixels without a unit.

    Raises:
        SqueezevizError: it is none of these, or no page can be so narrow or so wide.
    """
    found = re.fullmatch(r"([0-9]{1,7}(?:\.[0-9]{1,6})?) ?(mm|cm|in|pt|px)?", text.strip())
    if found is None:
        raise SqueezevizError(f"{shown(text)} is no width: say it as 84mm, 3.3in or 1200px", Place(place))
    number, unit = float(found[1]), found[2] or "px"
    if unit == "px":
        if not (number.is_integer() and 1 <= number <= _MOST_PX):
            raise SqueezevizError(f"a width in pixels is a whole number from 1 to {_MOST_PX:,}", Place(place))
        return FigureSize(number / UNITS_PER_INCH, pixels=int(number))
    inches = number * _INCHES[unit]
    if not _NARROWEST_IN <= inches <= _WIDEST_IN:
        raise SqueezevizError("a figure is 5 mm to 5,080 mm wide: say it as 84mm, 3.3in or 1200px", Place(place))
    return FigureSize(inches)
