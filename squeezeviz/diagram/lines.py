"""A network that runs to the right, broken into lines as a text is: each says what flows in from the one above."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise

from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.build import DiagramOptions, build_diagram, shown_rows
from squeezeviz.diagram.rows import Rows

_ROUNDING = 1e-6


def broken(network: ResolvedNetwork, options: DiagramOptions, count: int) -> list[DiagramOptions]:
    """At most `count` lines, as narrow as so many can be about; every row stands in one of them."""
    rows = shown_rows(network, options.rows)
    if len(rows) < count:
        return [options]
    modules = build_diagram(network, options).modules
    widths = [module.rect.width + options.spacing.gap for module in modules[1 : 1 + len(rows)]]
    limit = max(sum(widths[start:end]) for start, end in pairwise(_even_ends(widths, count)))
    return [replace(options, rows=Rows(rows[start], rows[end - 1])) for start, end in pairwise(_filled(widths, limit))]


def _even_ends(widths: list[float], count: int) -> list[int]:
    """Where `count` lines of about the same width begin, and where the last one ends."""
    reached = list(accumulate(widths))
    ends = [0]
    for left in reversed(range(1, count)):
        wanted = reached[-1] * (count - left) / count
        there = range(ends[-1] + 1, len(widths) - left + 1)
        ends.append(min(there, key=lambda end: abs(reached[end - 1] - wanted)))
    return [*ends, len(widths)]


def _filled(widths: list[float], limit: float) -> list[int]:
    """The same for lines that each hold as much as `limit` allows: one long row does not leave the others short."""
    ends, filled = [0], 0.0
    for place, width in enumerate(widths):
        if filled + width > limit + _ROUNDING and place > ends[-1]:
            ends.append(place)
            filled = 0.0
        filled += width
    return [*ends, len(widths)]
