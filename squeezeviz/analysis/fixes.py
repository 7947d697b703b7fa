"""One-click fixes for problems. A fix is offered only if the row then runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.problems import Problem, Trouble
from squeezeviz.model.shapes import smallest_side
from squeezeviz.model.table import InputShape, LayerTable

LARGEST_IMAGE = 2**16
"""The largest input side that a fix proposes, in pixels."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A named change that solves a problem. `table` is the table with the change."""

    title: str
    table: LayerTable


def fixes(network: ResolvedNetwork) -> tuple[Fix, ...]:
    """Return the fixes that let the first row that cannot run do so, best first. There may be none."""
    for problem in network.problems:
        if problem.row is not None:
            row = problem.row
            return tuple(fix for fix in _proposals(network, problem, row) if _mends(fix, row))
    return ()


def smallest_input(layers: tuple[Layer, ...]) -> int | None:
    """Return the smallest square input side, in pixels, that leaves every one of these layers an output, or None if
    there is none."""
    needed = 1
    for layer in reversed(layers):
        if isinstance(layer, GlobalAvgPool):
            if needed > 1:
                return None
        elif isinstance(layer, Conv | MaxPool | AvgPool):
            ceil = not isinstance(layer, Conv) and layer.ceil
            needed = smallest_side(needed, layer.kernel, layer.stride, layer.padding, ceil=ceil)
    return needed


def _mends(fix: Fix, row: int) -> bool:
    """Whether the row, or the one that replaces it, runs after the fix."""
    after = resolve(fix.table)
    return after.runs or len(after.layers) > row


def _proposals(network: ResolvedNetwork, problem: Problem, row: int) -> Iterator[Fix]:
    table = network.table
    layer = table.layers[row]
    named = brief(layer.name)
    match problem.trouble, layer:
        case Trouble.UNEQUAL_BYPASS, Fire():
            yield Fix(f"Make the bypass of {named} complex", table.with_field(row, "bypass", Bypass.COMPLEX))
            yield Fix(f"Remove the bypass of {named}", table.with_field(row, "bypass", Bypass.NONE))
            yield from _matching_expands(table, row, layer, network.output.channels)
        case Trouble.PADDING, MaxPool() | AvgPool():
            half = layer.kernel // 2
            yield Fix(f"Set the padding of {named} to {half}", table.with_field(row, "padding", half))
        case Trouble.NOTHING_FITS, Conv() | MaxPool() | AvgPool():
            largest = min(network.output.height, network.output.width) + 2 * layer.padding
            yield Fix(f"Set the kernel of {named} to {largest}", table.with_field(row, "kernel", largest))
            yield from _larger_input(table, row)
            yield Fix(f"Delete {named}", table.removed(row))
        case Trouble.TOO_LARGE, _:
            yield Fix(f"Delete {named}", table.removed(row))


def _matching_expands(table: LayerTable, row: int, fire: Fire, channels: int) -> Iterator[Fix]:
    """Distribute the input's channels over the expands in their present proportion."""
    if channels < 2:
        return
    now = fire.e1x1 + fire.e3x3
    e3x3 = max(1, min(channels - 1, (2 * channels * fire.e3x3 + now) // (2 * now)))
    changed = dataclasses.replace(fire, e1x1=channels - e3x3, e3x3=e3x3)
    yield Fix(f"Set e1x1 to {channels - e3x3} and e3x3 to {e3x3}", table.with_layer(row, changed))


def _larger_input(table: LayerTable, row: int) -> Iterator[Fix]:
    """Offer the smallest input of the same proportions that fits every row, or else all rows up to this one."""
    for rows in (table.layers, table.layers[: row + 1]):
        side = smallest_input(rows)
        grown = _grown(table.input, side) if side else None
        if grown:
            yield Fix(f"Make the input {grown}", table.with_input(grown))
            return


def _grown(shape: InputShape, side: int) -> InputShape | None:
    """Return the shape with its smaller side grown to `side` and the other in proportion, rounded up to whole
    pixels."""
    smaller = min(shape.height, shape.width)
    height, width = (-(-each * side // smaller) for each in (shape.height, shape.width))
    if side <= smaller or max(height, width) > LARGEST_IMAGE:
        return None
    return InputShape(shape.channels, height, width)
