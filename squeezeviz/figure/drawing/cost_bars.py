"""The bars of costs as plain data, for the chart in the window and in figures: stacks, spreads, and the axis."""

from __future__ import annotations

from math import floor, log10

from squeezeviz.analysis.conventions import Conventions
from squeezeviz.analysis.costs import Cost, Measure, short_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.boxes import role_of
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.model.records import NamedTuple

_MOST_TICKS = 5


class Bar(NamedTuple):
    """A rectangle of the chart: its row, its role (for the colour), the value at which it begins, and its height."""

    row: int
    role: Role
    bottom: float
    height: float


def bars(network: ResolvedNetwork, found: tuple[Cost, ...], measure: Measure) -> list[Bar]:
    """Return the bars of `found`, the costs of `network`. Receptive fields are not stacked, because they do not add
    up."""
    made: list[Bar] = []
    for row, (cost, layer) in enumerate(zip(found, network.layers, strict=True)):
        if not cost.value:
            continue
        if measure is Measure.FIELD or not cost.parts:
            role = Role.FIRE if cost.parts else role_of(layer.layer)
            made.append(Bar(row, role, 0.0, cost.value))
        else:
            made += _stack(row, cost)
    return made


def round_ticks(most: float, measure: Measure, conventions: Conventions) -> list[tuple[float, str]]:
    """Return values on the axis up to `most` with their texts. They are round in the unit in which they are written."""
    if most <= 0:
        return [(0.0, "0")]
    unit = _unit(most, measure, conventions)
    step = _round_step(most / unit / _MOST_TICKS)
    if measure is not Measure.TIME:
        step = max(step, 1.0 / unit)
    count = floor(most / unit / step + 1e-9)
    ticks = [(place * step * unit, short_text(measure, place * step * unit, conventions)) for place in range(count + 1)]
    return [(0.0, "0"), *ticks[1:]]


class Whisker(NamedTuple):
    """The spread of a row's value: a line from `low` to `high` over its bar."""

    row: int
    low: float
    high: float


def whiskers(found: tuple[Cost, ...]) -> list[Whisker]:
    """Return the quartiles of every cost that has them."""
    return [
        Whisker(row, *cost.quartiles) for row, cost in enumerate(found) if cost.quartiles is not None and cost.value
    ]


def _stack(row: int, cost: Cost) -> list[Bar]:
    stacked, reached, whole = [], 0.0, cost.value or 0.0
    of_parts = sum(part.value or 0.0 for part in cost.parts)
    # The medians of the parts do not add up to the median of their sum: the stack shows how they stand to each other.
    scale = whole / of_parts if cost.quartiles and of_parts else 1.0
    for part in cost.parts:
        # Concat and sum have no colour of their own: they are grey, on top.
        if part.value and part.part in PARTS:
            stacked.append(Bar(row, PARTS[part.part][0], reached, part.value * scale))
            reached += part.value * scale
    if whole - reached > whole * 1e-9:
        stacked.append(Bar(row, Role.CONCAT, reached, whole - reached))
    return stacked


def _unit(most: float, measure: Measure, conventions: Conventions) -> float:
    """Return the value of one unit in which it is written: a MiB, or half a multiply-add for a FLOP."""
    if measure is Measure.MACS and conventions.flops:
        return 0.5
    if measure is Measure.ACTIVATIONS and not conventions.decimal_sizes:
        return 1024.0 ** max(0, min(6, floor(log10(most) / log10(1024))))
    return 1.0


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 … that is at least `least`."""
    size = 10.0 ** floor(log10(least))
    return next(size * each for each in (1, 2, 5, 10) if size * each >= least * (1 - 1e-9))
