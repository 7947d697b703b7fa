"""The colours of feature maps: perceptually even, so that equal steps of a value are equal steps to the eye."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from squeezeviz.figure.theme.theme import GREYSCALE, Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES

BROKEN = (255, 0, 255)
"""The colour of a value that is no number. No map of colours has it."""


class ColourMap(NamedTuple):
    """Colours from the least value to the most: red, green and blue of each, one byte a colour, one after the other.

    A map for values of both signs has an odd number of colours, and the one in the middle is zero.
    """

    name: str
    rgb: bytes

    @property
    def colours(self) -> tuple[str, ...]:
        """Every colour as `#rrggbb`."""
        return tuple(f"#{self.rgb[at : at + 3].hex()}" for at in range(0, len(self.rgb), 3))


def colour_map(theme: Theme, *, both_signs: bool) -> ColourMap:
    """Return the map for values from zero on, or for values of both signs; on a page without colours greys."""
    return _read()["greys" if theme is GREYSCALE else "diverging" if both_signs else "viridis"]


@cache
def _read() -> Mapping[str, ColourMap]:
    stored = json.loads((RESOURCES / "colour_maps.json").read_text(encoding="ascii"))
    return {name: ColourMap(name, bytes.fromhex(colours)) for name, colours in stored.items()}
