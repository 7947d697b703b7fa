"""The filters of a convolution as a figure: each weight in its colour, the channels' numbers, and the scale."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.analysis.weights import TensorShape
from squeezeviz.figure.drawing.filter_pixels import Colour, colour_tiles, matrix_pixels, tile_pixels
from squeezeviz.figure.drawing.picture_page import LINE, MARGIN, SMALL_SIZE, UNITS_PER_PIXEL, heading, scale_strip
from squeezeviz.figure.scene.primitives import Group, Primitive, Text
from squeezeviz.figure.scene.primitives import Pixels as Picture
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.metrics import elide, text_width
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.theme.tone import Scale
from squeezeviz.model.records import NamedTuple

_LONGEST = 6000
"""Pixels of the longer side of the picture."""
_USUAL = 2400
_LARGEST_CELL = 16
_NUMBER_SIZE = 8.0
_LEAST_WIDTH = 420.0


class FilterFigure(NamedTuple):
    """What a figure of filters shows: the weights (outputs × inputs × k × k) of the first of `outputs` output channels.

    With an `order` of a picture's channels, each filter is in these colours. `lines` stand above the filters, `words`
    below them.
    """

    weights: NDArray[np.float32]
    outputs: int
    title: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    scale: Scale
    order: ChannelOrder | None = None


def most_outputs(shape: TensorShape) -> int:
    """Return how many output channels a figure has room for."""
    outputs, _, height, width = shape
    return min(outputs, max(1, _LONGEST // (height + _gap((height, width), 1))))


def draw_filters(figure: FilterFigure, theme: Theme = LIGHT) -> tuple[Group, float, float]:
    """Return the drawn filters with the upper left corner at the origin, and width and height in units."""
    cell, gap, across = _measures(figure)
    pixels = _pixels(figure, cell, gap, across, theme)
    rows, columns = pixels.shape[:2]
    gutter = 0.0 if figure.order else text_width(str(figure.outputs), _NUMBER_SIZE) + 6
    wide, high = columns * UNITS_PER_PIXEL, rows * UNITS_PER_PIXEL
    room = max(wide + gutter, _LEAST_WIDTH)
    children: list[Primitive] = list(heading(figure.title, _lines(figure), room, theme))
    left, top = MARGIN + gutter, MARGIN + LINE * (len(children) + 1)
    children.append(Picture(left, top, wide, high, columns, rows, pixels.tobytes()))
    if not figure.order:
        children.append(Group(left, top, tuple(_numbers(figure, cell, gap, theme)), kind="channels"))
    foot = top + high + LINE
    legend: list[Primitive] = []
    if not figure.order:
        legend += scale_strip(figure.scale.ticks(), colour_map(theme, both_signs=True), theme)
    below = LINE * (1.6 if legend else -0.4)
    for line in figure.words:
        below += LINE
        legend.append(Text(0, below, elide(line, SMALL_SIZE, False, room), SMALL_SIZE, theme.text))
    children.append(Group(MARGIN, foot, tuple(legend), kind="legend"))
    size = room + 2 * MARGIN, foot + below + MARGIN
    return Group(0, 0, tuple(children), title=figure.title, kind="filters"), *size


def _gap(side: tuple[int, ...], cell: int) -> int:
    return 0 if side == (1, 1) else 2 if cell > 3 else 1


def _measures(figure: FilterFigure) -> tuple[int, int, int]:
    """Return the pixels of a weight and of a gap, and how many tiles stand in a row."""
    outputs, inputs, height, width = figure.weights.shape
    across = ceil(sqrt(1.5 * outputs)) if figure.order else inputs
    down = ceil(outputs / across) if figure.order else outputs
    longest = max(across * width, down * height)
    cell = max(1, min(_LARGEST_CELL, _USUAL // longest))
    return cell, (3 if figure.order else 1) * _gap((height, width), cell), across


def _pixels(figure: FilterFigure, cell: int, gap: int, across: int, theme: Theme) -> NDArray[np.uint8]:
    if figure.order:
        tiles = colour_tiles(figure.weights, figure.scale.most, figure.order)
        return tile_pixels(tiles, across, cell, gap, _rgb(theme.page))
    colours = colour_map(theme, both_signs=True)
    return matrix_pixels(figure.weights, figure.scale, colours, cell, gap, _rgb(theme.box_outline))


def _rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _lines(figure: FilterFigure) -> Iterator[str]:
    yield from figure.lines
    if len(figure.weights) < figure.outputs:
        yield f"the first {len(figure.weights):,} of {figure.outputs:,} output channels"


def _numbers(figure: FilterFigure, cell: int, gap: int, theme: Theme) -> Iterator[Text]:
    """Yield the numbers of output channels at the left and of input channels above, as many as there is room for."""
    outputs, inputs, height, width = figure.weights.shape
    wide, high = ((side * cell + gap) * UNITS_PER_PIXEL for side in (width, height))
    apart = text_width(str(inputs), _NUMBER_SIZE) + 4
    for output in range(0, outputs, _every(high, _NUMBER_SIZE + 2)):
        at = output * high + height * cell * UNITS_PER_PIXEL / 2 + _NUMBER_SIZE * 0.35
        yield Text(-4, at, str(output), _NUMBER_SIZE, theme.quiet, anchor="end")
    for channel in range(0, inputs, _every(wide, apart)):
        middle = channel * wide + width * cell * UNITS_PER_PIXEL / 2
        yield Text(middle, -4, str(channel), _NUMBER_SIZE, theme.quiet, anchor="middle")


def _every(apart: float, room: float) -> int:
    step = 1
    while step * apart < room:
        step *= 2
    return step
