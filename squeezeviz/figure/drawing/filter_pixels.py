"""The filters of a convolution as coloured pixels: a tile for each pair of an output and an input channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.figure.drawing.map_colours import Pixels, coloured
from squeezeviz.figure.theme.colour_maps import BROKEN, ColourMap
from squeezeviz.figure.theme.tone import Scale

Weights = NDArray[np.floating[Any]]
Colour = tuple[int, int, int]


def matrix_pixels(weights: Weights, scale: Scale, colours: ColourMap, cell: int, gap: int, ground: Colour) -> Pixels:
    """Return the weights (outputs × inputs × k × k) as pixels, a row of tiles for each output channel.

    A value is a square of `cell` pixels; after each tile come `gap` pixels of the colour `ground`, to the right and
    down.
    """
    outputs, inputs, height, width = weights.shape
    return _tiled(coloured(weights, scale, colours), (outputs, inputs, height, width), cell, gap, ground)


def colour_tiles(weights: Weights, most: float, order: ChannelOrder) -> Pixels:
    """Return filters over the channels of a picture (filters × 3 × k × k) in its colours: filters × k × k × 3 bytes.

    0 is a middle grey, and `most` all that there is of a colour.
    """
    shown = weights[:, ::-1] if order is ChannelOrder.BGR else weights
    with np.errstate(invalid="ignore"):
        shares = np.clip(shown / most if most else np.sign(shown), -1, 1)
    pixels = np.rint(127.5 + 127.5 * np.nan_to_num(shares)).astype(np.uint8).transpose(0, 2, 3, 1)
    pixels[np.isnan(weights).any(axis=1)] = BROKEN
    return np.ascontiguousarray(pixels)


def tile_pixels(tiles: Pixels, across: int, cell: int, gap: int, ground: Colour, before: int = 0) -> Pixels:
    """Return tiles (n × k × k × 3) one after the other, `across` in a row, as pixels; the first ones are left empty
    where so many come `before` these."""
    count, height, width = tiles.shape[:3]
    down = -(-(before + count) // across)
    filled = np.empty((down * across, height, width, 3), np.uint8)
    filled[...] = ground
    filled[before : before + count] = tiles
    return _tiled(filled.reshape(down, across, height, width, 3), (down, across, height, width), cell, gap, ground)


def _tiled(pixels: Pixels, shape: tuple[int, int, int, int], cell: int, gap: int, ground: Colour) -> Pixels:
    down, across, height, width = shape
    made = np.empty((down, height * cell + gap, across, width * cell + gap, 3), np.uint8)
    made[...] = ground
    squares = pixels.transpose(0, 2, 1, 3, 4)
    if cell > 1:
        squares = squares.repeat(cell, axis=1).repeat(cell, axis=3)
    made[:, : height * cell, :, : width * cell] = squares
    return made.reshape(down * (height * cell + gap), across * (width * cell + gap), 3)
