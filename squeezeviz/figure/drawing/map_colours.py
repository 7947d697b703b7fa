"""Feature maps as coloured pixels, by themselves or as the strip of a box."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.channels import CAPPED_AT
from squeezeviz.analysis.pictures.preprocessing import ChannelOrder, Preprocessing
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.figure.scene.strips import ColourScale, Tile
from squeezeviz.figure.theme.colour_maps import BROKEN, ColourMap, colour_map
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.theme.tone import Scale, Tone

Values = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]

TILE_PIXELS = 64
"""The longest side of a map in a strip, where it is a few millimetres wide. Larger ones are averaged."""


def scale_of(values: Values, tone: Tone = Tone.SQRT, *, both_signs: bool | None = None) -> Scale:
    """Return the scale of one or several maps: of both signs if there are negative values, unless it is said.

    What is no number, or infinite, does not count.
    """
    sizes = np.abs(values[np.isfinite(values)])
    if both_signs is None:
        both_signs = bool((values < 0).any())
    if tone is Tone.PERCENTILE:
        sizes = sizes[sizes > 0]
        most = float(np.percentile(sizes, CAPPED_AT)) if sizes.size else 0.0
    else:
        most = float(sizes.max(initial=0))
    return Scale(most, tone, both_signs)


def coloured(values: Values, scale: Scale, colours: ColourMap) -> Pixels:
    """Return the maps (…, H, W) as pixels (…, H, W, 3): red, green and blue of each value's colour on that scale."""
    table = np.frombuffer(colours.rgb + bytes(BROKEN), np.uint8).reshape(-1, 3)
    last = len(table) - 2
    with np.errstate(invalid="ignore"):
        shares = values / scale.most if scale.most else np.sign(values)  # infinite, or 0
        shares = np.clip(shares, -1 if scale.both_signs else 0, 1)
        if scale.tone is Tone.SQRT:
            shares = np.sqrt(np.abs(shares)) * np.sign(shares)
        if scale.both_signs:
            shares = (shares + 1) / 2
    places = np.where(np.isnan(values), last + 1, np.rint(np.nan_to_num(shares) * last)).astype(np.intp)
    return table[places]


def reduced(maps: Values, by: int) -> NDArray[np.float32]:
    """Return maps (C×H×W) averaged over squares of `by` × `by` values; those at the edges may be smaller."""
    if by == 1:
        return maps
    height, width = maps.shape[1:]
    rows, columns = np.arange(0, height, by), np.arange(0, width, by)
    with np.errstate(invalid="ignore"):  # infinite values of both signs have no mean
        sums = np.add.reduceat(np.add.reduceat(maps, rows, axis=1, dtype=np.float64), columns, axis=2)
    counts = np.minimum(by, height - rows)[:, None] * np.minimum(by, width - columns)
    means: NDArray[np.float32] = (sums / counts).astype(np.float32)
    return means


def map_tiles(maps: Values, theme: Theme, *, both_signs: bool, parts: Sequence[Role] = ()) -> tuple[Tile, ...]:
    """Return some maps of one operation (C×H×W) as the strip of its box.

    Each has a scale of its own, by the square root of the value. `both_signs` says whether the operation puts out
    negative values, and `parts` for a concat which of its parts each map comes from.
    """
    colours = colour_map(theme, both_signs=both_signs)
    shown = reduced(maps, _reduction(maps))
    pixels = [coloured(each, scale_of(each, both_signs=both_signs), colours) for each in shown]
    roles = parts or (None,) * len(pixels)
    return tuple(_tile(each, part) for each, part in zip(pixels, roles, strict=True))


def pixels_seen(values: Values, preprocessing: Preprocessing) -> Pixels:
    """Return what a network sees of a picture, from its input (C×H×W): H×W×3, red before green before blue.

    This undoes what made the input of it. A picture of one channel is grey.
    """
    divisor, mean, std = preprocessing.arithmetic(len(values))
    by_channel = [np.array(each, np.float32).reshape(-1, 1, 1) for each in (std, mean)]
    raw = (values * by_channel[0] + by_channel[1]) * np.float32(divisor)
    pixels = np.rint(raw).clip(0, 255).astype(np.uint8)
    if preprocessing.order is ChannelOrder.BGR:
        pixels = pixels[::-1]
    return np.broadcast_to(pixels, (3, *values.shape[1:])).transpose(1, 2, 0)


def picture_tiles(pixels: Pixels, order: str) -> tuple[Tile, ...]:
    """Return a picture (H×W×3: red, green and blue) as the strip of the box of the input.

    After it come its channels in grey, in the `order` of their letters, such as BGR.
    """
    planes = pixels.transpose(2, 0, 1).astype(np.float32)
    small = np.rint(reduced(planes, _reduction(planes))).astype(np.uint8).transpose(1, 2, 0)
    channels = (_tile(np.repeat(small[..., ["RGB".index(letter)]], 3, -1))._replace(letter=letter) for letter in order)
    return (_tile(small), *channels)


def own_scale(theme: Theme, *, both_signs: bool) -> ColourScale:
    """Return the scale that each map of a strip has: up to its own largest value."""
    ticks = Scale(0, both_signs=both_signs).own_ticks()
    return ColourScale(colour_map(theme, both_signs=both_signs).rgb, ticks)


def _reduction(maps: Values) -> int:
    longest: int = max(maps.shape[1:])
    return max(1, ceil(longest / TILE_PIXELS))


def _tile(pixels: Pixels, part: Role | None = None) -> Tile:
    rows, columns = pixels.shape[:2]
    return Tile(columns, rows, pixels.tobytes(), part)
