"""A network that runs to the right, broken into lines as a text is: each says what flows in from the one above."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.build import DiagramOptions, build_diagram, shown_rows
from squeezeviz.diagram.rows import Rows


def broken(network: ResolvedNetwork, options: DiagramOptions, count: int) -> list[DiagramOptions]:
    """At most `count` lines, about equally wide; every row stands in one of them."""
    rows = shown_rows(network, options.rows)
    if len(rows) < count:
        return [options]
    widths = [module.rect.width for module in build_diagram(network, options).modules]
    reached = list(accumulate(widths[1 : 1 + len(rows)]))
    lines, start = [], 0
    for left in reversed(range(count)):
        wanted = reached[-1] * (count - left) / count
        end = _nearest(reached, wanted, range(start + 1, len(rows) - left + 1)) if left else len(rows)
        lines.append(replace(options, rows=Rows(rows[start], rows[end - 1])))
        start = end
    return lines


def _nearest(reached: list[float], wanted: float, ends: range) -> int:
    """After how many rows a line comes closest to the width that is wanted."""
    return min(ends, key=lambda rows: abs(reached[rows - 1] - wanted))
