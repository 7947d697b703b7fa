"""How large a figure is on paper or on a slide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from squeezeviz.model.errors import Place, SqueezevizError, shown

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72.0
UNITS_PER_INCH = 96.0
"""A unit is a pixel at 100 %, as in CSS and SVG."""
PRINT_DPI = 300.0
"""Of a picture whose size on paper was asked for."""

_INCHES = {"mm": 1 / MM_PER_INCH, "cm": 10 / MM_PER_INCH, "in": 1.0, "pt": 1 / POINTS_PER_INCH}
_WIDEST_IN = 200.0
"""As wide as a PDF's page may be."""
_NARROWEST_IN = 0.2
_MOST_PX = 10**6


@dataclass(frozen=True, slots=True)
class FigureSize:
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
        raise SqueezevizError("a figure is 5 mm to 5 m wide: say it as 84mm, 3.3in or 1200px", Place(place))
    return FigureSize(inches)
