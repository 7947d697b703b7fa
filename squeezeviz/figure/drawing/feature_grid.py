"""The feature maps of one operation as a grid: every channel with its number, the scale, and what is seen in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.feature_maps import ConcatPart
from squeezeviz.figure.drawing.map_colours import coloured, reduced, scale_of
from squeezeviz.figure.drawing.picture_page import (
    LINE,
    MARGIN,
    SMALL_SIZE,
    STRIP_HEIGHT,
    STRIP_WIDTH,
    UNITS_PER_PIXEL,
    heading,
    scale_strip,
)
from squeezeviz.figure.scene.diagram import Point, Role
from squeezeviz.figure.scene.primitives import Group, Pixels, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.colour_maps import ColourMap, colour_map
from squeezeviz.figure.theme.metrics import elide
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.theme.tone import Scale, Tone
from squeezeviz.model.records import NamedTuple

MOST_CHANNELS = 4096
"""More are not drawn: nobody finds one among them."""

_LONGEST_SIDE = 5500.0
"""Of the maps together, in units; a PNG has two pixels a unit."""
_USUAL_WIDTH = 900.0
_LEAST_CELL, _LARGEST_CELL = 20.0, 112.0
_GAP = 5.0
_BAR = 3.0


class FeatureGrid(NamedTuple):
    """What a grid shows: the maps of one image (C×H×W, float32) in the order of `channels`.

    `title` and `lines` stand above it. With `each_channel` every channel has a scale of its own. `dead` are channels
    that are 0 everywhere, `parts` those of a concat. The scale has `both_signs` if there are negative values, unless it
    is said.
    """

    maps: NDArray[np.float32]
    channels: Sequence[int]
    title: str
    lines: Sequence[str] = ()
    order: str = ""
    tone: Tone = Tone.SQRT
    each_channel: bool = False
    dead: frozenset[int] = frozenset()
    parts: tuple[ConcatPart, ...] = ()
    both_signs: bool | None = None


class _Plan(NamedTuple):
    """How the cells of a grid lie, in units. Every map is averaged over squares of `reduced` × `reduced` values."""

    columns: int
    rows: int
    width: float
    height: float
    map_width: float
    map_height: float
    reduced: int
    label: float

    @property
    def pitch(self) -> tuple[float, float]:
        """How far the cells lie apart, to the right and down."""
        return self.width + _GAP, self.height + _BAR + self.label + _GAP


def draw_grid(grid: FeatureGrid, theme: Theme = LIGHT) -> tuple[Group, float, float]:
    """Return the drawn grid with its upper left corner at the origin, and its width and height in units."""
    shown = list(grid.channels)[:MOST_CHANNELS]
    plan = _plan(len(shown), *grid.maps.shape[1:])
    pitch = plan.pitch
    width = max(plan.columns * pitch[0] - _GAP, 2 * STRIP_WIDTH) + 2 * MARGIN
    maps = reduced(grid.maps[shown], plan.reduced)
    whole = scale_of(maps, grid.tone, both_signs=grid.both_signs)
    colours = colour_map(theme, both_signs=whole.both_signs)
    children: list[Primitive] = list(heading(grid.title, _lines(grid, plan), width - 2 * MARGIN, theme))
    top = MARGIN + LINE * (len(children) + 0.5)
    for place, (channel, values) in enumerate(zip(shown, maps, strict=True)):
        scale = scale_of(values, grid.tone, both_signs=whole.both_signs) if grid.each_channel else whole
        row, column = divmod(place, plan.columns)
        cell = _cell(grid, channel, coloured(values, scale, colours), plan, theme, colours.colours[-1])
        children.append(Group(MARGIN + column * pitch[0], top + row * pitch[1], tuple(cell)))
    foot = top + plan.rows * pitch[1] + LINE / 2
    legend = tuple(_legend(grid, whole, colours, width - 2 * MARGIN, theme))
    children.append(Group(MARGIN, foot, legend, kind="legend"))
    height = foot + _legend_height(grid) + MARGIN
    return Group(0, 0, tuple(children), title=grid.title, kind="feature maps"), width, height


def _plan(count: int, height: int, width: int) -> _Plan:
    columns = min(count, max(1, ceil(sqrt(1.4 * count * min(4.0, max(0.25, height / width))))))
    rows = ceil(count / columns)
    wanted = min(_LARGEST_CELL, max(_LEAST_CELL, _USUAL_WIDTH / columns - _GAP))
    room = min(_LONGEST_SIDE / columns, _LONGEST_SIDE / rows)
    shrunk = max(1, ceil(max(width, height) * UNITS_PER_PIXEL / max(room, wanted)))
    across, down = ceil(width / shrunk), ceil(height / shrunk)
    value = max(1, int(wanted / UNITS_PER_PIXEL / max(across, down))) * UNITS_PER_PIXEL
    map_width, map_height = across * value, down * value
    cell = max(map_width, _LEAST_CELL)
    return _Plan(columns, rows, cell, map_height, map_width, map_height, shrunk, min(11.0, cell * 0.42))


def _lines(grid: FeatureGrid, plan: _Plan) -> Iterator[str]:
    yield from grid.lines
    if len(grid.channels) > MOST_CHANNELS:
        yield f"the first {MOST_CHANNELS:,} of {len(grid.channels):,} channels"
    if plan.reduced > 1:
        yield f"each colour is the mean of {plan.reduced}×{plan.reduced} values"


def _cell(
    grid: FeatureGrid, channel: int, pixels: NDArray[np.uint8], plan: _Plan, theme: Theme, mark: str
) -> Iterator[Primitive]:
    """Yield one channel: its map, the bar of the part that it comes from, its number, and if it is dead a line in the
    colour `mark`."""
    rows, columns = pixels.shape[:2]
    left = (plan.width - plan.map_width) / 2
    yield Pixels(left, 0, plan.map_width, plan.map_height, columns, rows, pixels.tobytes())
    part = next((each for each in grid.parts if each.first <= channel < each.end), None)
    if part is not None:
        yield Rectangle(left, plan.map_height, plan.map_width, _BAR, Shape(fill=theme.shares[Role(part.part)]))
    is_dead = channel in grid.dead
    if is_dead:
        ends = (Point(left, plan.map_height), Point(left + plan.map_width, 0))
        yield Polygon(ends, Shape(stroke=mark, stroke_width=1.5), closed=False)
    size = plan.label * 0.8
    label = f"{channel} ×" if is_dead else str(channel)
    baseline = plan.height + _BAR + plan.label * 0.82
    yield Text(
        plan.width / 2, baseline, label, size, theme.roles[Role.PROBLEM] if is_dead else theme.quiet, anchor="middle"
    )


def _legend_height(grid: FeatureGrid) -> float:
    return STRIP_HEIGHT + LINE * (2.5 + len(_keys(grid)))


def _legend(grid: FeatureGrid, scale: Scale, colours: ColourMap, room: float, theme: Theme) -> Iterator[Primitive]:
    """Yield the strip of colours with the values that they stand for, its tone, and what the marks mean."""
    if np.isfinite(grid.maps).any():
        yield from scale_strip(scale.own_ticks() if grid.each_channel else scale.ticks(), colours, theme)
    else:
        yield Text(0, STRIP_HEIGHT, "no scale: none of the values is a finite number", SMALL_SIZE, theme.text)
    of = "a scale of its own for each channel" if grid.each_channel else "one scale for all channels"
    words = "; ".join(filter(None, (f"{scale.in_words}; {of}", grid.order)))
    below = STRIP_HEIGHT + 2 * LINE
    yield Text(0, below, elide(words, SMALL_SIZE, False, room), SMALL_SIZE, theme.text)
    for number, (key, colour) in enumerate(_keys(grid)):
        baseline = below + LINE * (number + 1)
        if isinstance(colour, Role):
            yield Rectangle(0, baseline - _BAR - 2.5, 14, _BAR + 1, Shape(fill=theme.shares[colour]))
        else:
            yield Text(7, baseline, colour, SMALL_SIZE, theme.roles[Role.PROBLEM], anchor="middle")
        yield Text(20, baseline, elide(key, SMALL_SIZE, False, room - 20), SMALL_SIZE, theme.text)


def _keys(grid: FeatureGrid) -> list[tuple[str, Role | str]]:
    """Return what the marks under the maps mean, each with its role's colour or its sign."""
    keys: list[tuple[str, Role | str]] = [
        (f"{part.name}: channels {part.first} to {part.end - 1}", Role(part.part)) for part in grid.parts
    ]
    if unknown := int(np.isnan(grid.maps).sum()):
        keys.append((f"{unknown:,} of {grid.maps.size:,} values are no numbers (NaN): magenta", "■"))
    if infinite := int(np.isinf(grid.maps).sum()):
        keys.append(
            (f"{infinite:,} of {grid.maps.size:,} values are infinite: the colour at their end of the scale", "∞")
        )
    if grid.dead:
        share = f"{len(grid.dead):,} of {len(grid.maps):,} channels" if len(grid.maps) > 1 else "the channel"
        keys.append((f"{share} {'is' if len(grid.dead) == 1 else 'are'} dead here: 0 everywhere", "×"))
    return keys
