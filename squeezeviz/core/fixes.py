"""One-click ways out of a problem. Each is tried before it is offered: the row it mends does run."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import LARGEST, AvgPool, Bypass, Conv, Fire, MaxPool
from squeezeviz.core.problems import Problem, Trouble
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.core.table import InputShape, LayerTable


@dataclass(frozen=True, slots=True)
class Fix:
    """A named change that mends a problem: the table as it would be after it."""

    title: str
    table: LayerTable


def fixes(network: ResolvedNetwork) -> tuple[Fix, ...]:
    """What would let the first row that cannot run do so, best first."""
    if not network.problems:
        return ()
    problem = network.problems[0]
    return tuple(fix for fix in _proposals(network, problem) if _mends(fix, problem))


def _mends(fix: Fix, problem: Problem) -> bool:
    after = resolve(fix.table)
    return after.runs or (problem.row is not None and len(after.layers) > problem.row)


def _proposals(network: ResolvedNetwork, problem: Problem) -> Iterator[Fix]:
    table = network.table
    if problem.row is None:
        return
    layer = table.layers[problem.row]
    shape = network.output
    if problem.trouble is Trouble.UNEQUAL_BYPASS and isinstance(layer, Fire):
        yield Fix(f"Make the bypass of {layer.name} complex", table.with_field(problem.row, "bypass", Bypass.COMPLEX))
        yield Fix(f"Take the bypass of {layer.name} away", table.with_field(problem.row, "bypass", Bypass.NONE))
        yield from _matching_expands(table, problem.row, layer, shape.channels)
    elif problem.trouble is Trouble.PADDING and isinstance(layer, MaxPool | AvgPool):
        half = layer.kernel // 2
        yield Fix(f"Set the padding of {layer.name} to {half}", table.with_field(problem.row, "padding", half))
    elif problem.trouble is Trouble.NOTHING_FITS and isinstance(layer, Conv | MaxPool | AvgPool):
        fitting = min(shape.height, shape.width)
        yield Fix(f"Set the kernel of {layer.name} to {fitting}", table.with_field(problem.row, "kernel", fitting))
        yield from _larger_input(table, problem)
        yield Fix(f"Delete {layer.name}", table.removed(problem.row))


def _matching_expands(table: LayerTable, row: int, fire: Fire, channels: int) -> Iterator[Fix]:
    """Share the input's channels out between the expands as they are shared now."""
    e3x3 = max(1, min(channels - 1, round(channels * fire.e3x3 / (fire.e1x1 + fire.e3x3))))
    if channels < 2:
        return
    changed = dataclasses.replace(fire, e1x1=channels - e3x3, e3x3=e3x3)
    yield Fix(f"Set e1x1 to {channels - e3x3} and e3x3 to {e3x3}", table.with_layer(row, changed))


def _larger_input(table: LayerTable, problem: Problem) -> Iterator[Fix]:
    """The smallest input, of the same proportions or so, with which the row runs."""
    assert problem.row is not None
    low, high = 0, 1
    while not _runs_past(table, problem.row, high):
        low, high = high, high * 2
        if high > 65536:
            return
    while high - low > 1:
        middle = (low + high) // 2
        if _runs_past(table, problem.row, middle):
            high = middle
        else:
            low = middle
    grown = _grown(table, high)
    yield Fix(f"Make the input {grown.input}", grown)


def _runs_past(table: LayerTable, row: int, added: int) -> bool:
    try:
        return len(resolve(_grown(table, added)).layers) > row
    except SqueezevizError:
        return False


def _grown(table: LayerTable, added: int) -> LayerTable:
    shape = table.input
    height, width = min(LARGEST, shape.height + added), min(LARGEST, shape.width + added)
    return table.with_input(InputShape(shape.channels, height, width))
