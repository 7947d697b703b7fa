"""A class map over the picture that it is of: colours where the network looks, the picture in grey below them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.pictures.class_maps import ClassMap
from squeezeviz.analysis.pictures.preprocessing import LUMINANCE
from squeezeviz.figure.drawing.map_colours import Pixels as PixelArray
from squeezeviz.figure.drawing.map_colours import coloured, scale_of
from squeezeviz.figure.drawing.picture_page import LINE, MARGIN, SMALL_SIZE, UNITS_PER_PIXEL, heading, scale_strip
from squeezeviz.figure.layout.boxes import wrapped_lines
from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.scene.primitives import Group, Pixels, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.colour_maps import ColourMap, colour_map
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.theme.tone import Scale, Tone
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape

OPACITY = 0.6
"""How much of a pixel is the colour of its value; the rest is the picture's grey."""
_VEIL = 0.66
"""How much of a pixel is the page where the network does not look."""

_LEAST_WIDTH = 360.0
_MOST_LINES = 40
_TONE = Tone.LINEAR
"""The values are smooth and of one kind, so that a tone would only make little look like much."""


class ClassOverlay(NamedTuple):
    """A picture, height × width × 3 bytes; the place `seen` in its pixels that is the whole input `taken`; a map of
    that input; and what is to be read above it and below."""

    picture: PixelArray
    seen: Rect
    taken: InputShape
    found: ClassMap
    title: str
    lines: Sequence[str] = ()
    words: str = ""


def scale_and_colours(found: ClassMap, theme: Theme) -> tuple[Scale, ColourMap]:
    """Return which values the colours of a map stand for."""
    scale = scale_of(np.array(found.values, np.float64), _TONE)
    return scale, colour_map(theme, both_signs=scale.both_signs)


def spread(found: ClassMap, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[np.float64]:
    """Return the values at these rows and columns of the input, in pixels: bilinear between the middles of the map's
    places, and beyond the outermost ones as there."""
    values = np.array(found.values, np.float64)
    across = np.array([np.interp(columns, found.columns, row) for row in values])
    return np.array([np.interp(rows, found.rows, column) for column in across.T]).T


def overlaid(picture: PixelArray, seen: Rect, taken: InputShape, found: ClassMap, theme: Theme = LIGHT) -> PixelArray:
    """Return the picture with the map's colours over what is `seen` of it; elsewhere it is as it was."""
    height, width = picture.shape[:2]
    top, bottom = _inside(seen.y, seen.height, height)
    left, right = _inside(seen.x, seen.width, width)
    rows = (np.arange(top, bottom) + 0.5 - seen.y) / seen.height * taken.height
    columns = (np.arange(left, right) + 0.5 - seen.x) / seen.width * taken.width
    scale, colours = scale_and_colours(found, theme)
    shades = coloured(spread(found, rows, columns), scale, colours)
    result = picture.copy()
    grey = picture[top:bottom, left:right] @ np.array(LUMINANCE)
    result[top:bottom, left:right] = np.rint(grey[:, :, None] * (1 - OPACITY) + shades * OPACITY)
    return result


def _inside(start: float, length: float, side: int) -> tuple[int, int]:
    """Return the first pixel whose middle lies in that stretch, and the one after the last."""
    return max(0, int(np.ceil(start - 0.5))), min(side, int(np.ceil(start + length - 0.5)))


def draw_overlay(overlay: ClassOverlay, theme: Theme = LIGHT) -> tuple[Group, float, float]:
    """Return the drawn picture with its map and its scale, its upper left corner at the origin, with its width and
    height in units."""
    rows, columns = overlay.picture.shape[:2]
    across, down = columns * UNITS_PER_PIXEL, rows * UNITS_PER_PIXEL
    room = max(across, _LEAST_WIDTH)
    children: list[Primitive] = list(heading(overlay.title, _broken(overlay.lines, room), room, theme))
    top = MARGIN + LINE * (len(children) + 0.5)
    pixels = _veiled(overlay, theme).tobytes()
    children.append(Pixels(MARGIN, top, across, down, columns, rows, pixels))
    edge = Shape(stroke=theme.selection, stroke_width=1.5)
    x, y, width, height = (each * UNITS_PER_PIXEL for each in overlay.seen)
    children.append(Rectangle(MARGIN + x, top + y, width, height, edge))
    foot = top + down + LINE
    scale, colours = scale_and_colours(overlay.found, theme)
    lines = _broken((f"{overlay.words}; {scale.in_words}",), room)
    words = [Text(0, LINE * (number + 2.6), line, SMALL_SIZE, theme.text) for number, line in enumerate(lines)]
    legend = (*scale_strip(scale.ticks(), colours, theme), *words)
    children.append(Group(MARGIN, foot, legend, kind="legend"))
    size = room + 2 * MARGIN, foot + LINE * (len(lines) + 2) + MARGIN
    return Group(0, 0, tuple(children), title=overlay.title, kind="class map"), *size


def _broken(texts: Iterable[str], room: float) -> list[str]:
    return [line for each in texts for line in wrapped_lines(each, room, _MOST_LINES, SMALL_SIZE)]


def _veiled(overlay: ClassOverlay, theme: Theme) -> PixelArray:
    """Return the picture with its map; what the network does not see of it is nearly the page."""
    picture, seen = overlay.picture, overlay.seen
    page = np.frombuffer(bytes.fromhex(theme.page[1:]), np.uint8)
    result = np.rint(picture * (1 - _VEIL) + page * _VEIL).astype(np.uint8)
    top, bottom = _inside(seen.y, seen.height, len(picture))
    left, right = _inside(seen.x, seen.width, picture.shape[1])
    within = slice(top, bottom), slice(left, right)
    result[within] = overlaid(picture, seen, overlay.taken, overlay.found, theme)[within]
    return result
