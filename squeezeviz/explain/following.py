"""A followed value as lines that people read: what weighs most, the rest, the total, and what the pass measured.

The printed parts add up to the printed total; what rounding took from them is a line of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

from squeezeviz.analysis.following import MOST_BACK, FollowedValue, Term
from squeezeviz.analysis.value_sources import INPUT, shown_operation
from squeezeviz.explain.printed_sums import printed, printed_sum
from squeezeviz.model.errors import brief
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted

MOST_LISTED = 9
"""Values of a pool that are listed one by one: those of a 3×3 window."""


class Role(StrEnum):
    """What a line is: a part of the sum, what comes with the parts, a result, or what the pass measured."""

    PART = "part"
    REST = "rest"
    TOTAL = "total"
    MEASURED = "measured"
    DIFFERS = "differs"


class SumLine(NamedTuple):
    """A line of the sum. `terms` are those that a line of the role PART is made of."""

    role: Role
    label: str
    value: str
    terms: tuple[Term, ...] = ()


def picture_text(name: str, size: tuple[int, int], rows: range, columns: range) -> str:
    """Return which pixels of the opened picture, of that width and height, a value of the network's input stems from.

    They count from 0 at the left and at the top, in the picture as it is shown.
    """
    at = f"x {columns[len(columns) // 2]:,}, y {rows[len(rows) // 2]:,}"
    of = f"{brief(name)} ({size[0]:,}×{size[1]:,})"
    if len(rows) == len(columns) == 1:
        return f"It is the pixel at {at} of the opened picture, {of}."
    return f"Resizing mixed it from {len(columns)}×{len(rows)} pixels around {at} of the opened picture, {of}."


def sum_lines(value: FollowedValue, channels: int = MOST_BACK) -> tuple[SumLine, ...]:
    """Return the sum from its parts to what the pass measured; of a convolution so many channels one by one."""
    lines, decimals = _convolution(value, channels) if value.kind == OperationKind.CONV else _LINES[value.kind](value)
    total = printed(value.sum, decimals)
    if value.relu:
        lines.append(SumLine(Role.TOTAL, f"ReLU: max(0, {total})", printed(value.value, decimals)))
    return (*lines, _measured(value, decimals))


def _measured(value: FollowedValue, decimals: int) -> SumLine:
    label = "measured in the pass, in float32"
    measured, off = printed(value.measured, decimals), abs(value.measured - value.value)
    if not value.agrees:
        return SumLine(Role.DIFFERS, f"{label}: differs by {off:.3g}", measured)
    if measured != printed(value.value, decimals):
        label += f", off by {off:.1g} from rounding"
    return SumLine(Role.MEASURED, label, measured)


_Part = tuple[str, float, tuple[Term, ...]]
"""What it is called, its number, and the terms that make it."""


def _added(parts: Sequence[_Part], label: str, total: float) -> tuple[list[SumLine], int]:
    """Return the lines of the parts, of which those without terms come with the others, and of their total; and the
    decimals that they are printed with."""
    shown = printed_sum([number for _, number, _ in parts], total)
    lines = [
        SumLine(Role.PART if terms else Role.REST, name, text, terms)
        for (name, _, terms), text in zip(parts, shown.parts, strict=True)
    ]
    if shown.rounding:
        lines.append(SumLine(Role.REST, "rounding of the lines above", shown.rounding))
    return [*lines, SumLine(Role.TOTAL, label, shown.total)], shown.decimals


def _convolution(value: FollowedValue, channels: int) -> tuple[list[SumLine], int]:
    first, others = value.channel_sums[:channels], value.channel_sums[channels:]
    parts: list[_Part] = [(f"channel {each.channel:,}", each.sum, each.terms) for each in first]
    if others:
        parts.append((counted(len(others), "more channel"), math.fsum(each.sum for each in others), ()))
    parts.append((f"bias of filter {value.filter:,}", value.bias, ()))
    return _added(parts, "total", value.sum)


def _maximum(value: FollowedValue) -> tuple[list[SumLine], int]:
    won = next(term for term in value.terms if term.weight)
    others = sorted((term for term in value.terms if term is not won), key=lambda term: -term.input)
    terms = [won, *others][:MOST_LISTED]
    shown = printed_sum([term.input for term in terms], value.sum)
    lines = [SumLine(Role.PART, _place(term), printed(term.input, shown.decimals), (term,)) for term in terms]
    if len(terms) < len(value.terms):
        lines.append(SumLine(Role.REST, counted(len(value.terms) - len(terms), "more value"), ""))
    return [*lines, SumLine(Role.TOTAL, "the largest", shown.total)], shown.decimals


def _mean(value: FollowedValue) -> tuple[list[SumLine], int]:
    terms = list(value.terms)
    if len(terms) > MOST_LISTED:
        terms = sorted(terms, key=lambda term: -abs(term.input))[:MOST_BACK]
    parts: list[_Part] = [(_place(term), term.input, (term,)) for term in terms]
    listed = set(terms)
    others = [term.input for term in value.terms if term not in listed]
    if others:
        parts.append((counted(len(others), "more value"), math.fsum(others), ()))
    lines, _ = _added(parts, "sum", math.fsum(term.input for term in value.terms))
    decimals = printed_sum([value.sum], value.sum).decimals
    label = f"mean: the sum, divided by {counted(int(value.divisor), 'position')}"
    return [*lines, SumLine(Role.TOTAL, label, printed(value.sum, decimals))], decimals


def _sides(value: FollowedValue) -> tuple[list[SumLine], int]:
    named = zip(value.inputs, value.terms, strict=True)
    parts: list[_Part] = [(shown_operation(name), term.product, (term,)) for name, term in named]
    return _added(parts, "total", value.sum)


def _shares(value: FollowedValue) -> tuple[list[SumLine], int]:
    own = value.terms[value.channel]
    others = sorted((term for term in value.terms if term is not own), key=lambda term: -term.product)
    largest = max(term.input for term in value.terms)
    parts: list[_Part] = [
        (f"channel {term.channel:,}: e to the power of {term.input:.5g} − {largest:.5g}", term.product, (term,))
        for term in (own, *others[: MOST_BACK - 1])
    ]
    if others[MOST_BACK - 1 :]:
        rest = [term.product for term in others[MOST_BACK - 1 :]]
        parts.append((counted(len(rest), "more channel"), math.fsum(rest), ()))
    lines, _ = _added(parts, "sum", value.divisor)
    decimals = printed_sum([value.sum], value.sum).decimals
    label = f"share: what channel {value.channel:,} has of the sum"
    return [*lines, SumLine(Role.TOTAL, label, printed(value.sum, decimals))], decimals


def _pixel(value: FollowedValue) -> tuple[list[SumLine], int]:
    if not value.terms:
        return [], printed_sum([value.sum], value.sum).decimals
    (term,) = value.terms
    by = "" if term.weight == 1 else f" × {term.weight:.6g}"
    parts: list[_Part] = [(f"the picture's {term.input:g}{by}", term.product, value.terms)]
    if value.bias:
        parts.append(("what the mean takes away", value.bias, ()))
    return _added(parts, "total", value.sum)


def _place(term: Term) -> str:
    return f"row {term.row:,}, column {term.column:,}"


_LINES: dict[str, Callable[[FollowedValue], tuple[list[SumLine], int]]] = {
    OperationKind.MAXPOOL: _maximum,
    OperationKind.AVGPOOL: _mean,
    OperationKind.GLOBAL_AVGPOOL: _mean,
    OperationKind.ADD: _sides,
    OperationKind.DROPOUT: _sides,
    OperationKind.SOFTMAX: _shares,
    INPUT: _pixel,
}
