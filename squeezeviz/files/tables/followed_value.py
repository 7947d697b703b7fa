"""A followed value as text for a terminal, and its terms as CSV."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import FollowedValue, Origin, Term
from squeezeviz.analysis.value_sources import shown_operation, span
from squeezeviz.explain.following import Role, SumLine, sum_lines
from squeezeviz.files.tables.grid_text import aligned
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import columns_of, plain
from squeezeviz.model.wording import significant

WIDTH = 100
"""Columns of a terminal that a sentence takes."""

LARGEST_GRID = 5
"""Rows and columns of the largest filter whose weights are all printed."""

_MARKS = {Role.MEASURED: " ✓", Role.DIFFERS: " ✗"}


class Step(NamedTuple):
    """A value one step back, and the command that follows it."""

    origin: Origin
    command: str


def followed_text(value: FollowedValue, rows: range, columns: range, back: Sequence[Step], of_picture: str = "") -> str:
    """Return which value it is and why, its sum, and the commands that go one step back. It depends on the pixels of
    the network's input in `rows` and `columns`; `of_picture` is where in the opened picture one of these stands."""
    sees = f"It sees {len(rows)}×{len(columns)} pixels of the input: {span('row', rows)}, {span('column', columns)}."
    reason = f"{value.reason} {of_picture if value.source == NETWORK_INPUT else sees}".rstrip()
    lines = [str(value.at), *textwrap.wrap(plain(reason), WIDTH, break_long_words=False), ""]
    lines += _in_columns(list(_sum(value)))
    if back:
        lines += ["", "one step back:", *_steps(back)]
    return "\n".join(map(plain, lines)) + "\n"


def followed_csv(value: FollowedValue) -> str:
    """Return a line for each term, under the names of its numbers."""
    rows = [["" if each is None else repr(each) for each in term] for term in value.terms]
    return "".join(",".join(row) + "\n" for row in [list(Term._fields), *rows])


_Pair = tuple[str, str]
"""What a line says, and its number, which stands to the right."""


def _sum(value: FollowedValue) -> Iterator[_Pair]:
    lines = sum_lines(value)
    parts = [line for line in lines if line.role is Role.PART]
    if value.filter is not None and parts:
        yield f"channels of {shown_operation(value.inputs[0])} × filter {value.filter:,}", "sum of products"
        yield from _grids(parts)
    else:
        yield from ((line.label, line.value) for line in parts)
    yield from ((line.label, line.value + _MARKS.get(line.role, "")) for line in lines if line.role is not Role.PART)


def _grids(parts: Sequence[SumLine]) -> Iterator[_Pair]:
    """Yield the lines of each channel: what the window has, times what the filter has there."""
    grids = [_grid(part) for part in parts]
    texts = iter(aligned([row for grid in grids for row in grid], text_columns=1))
    for part, grid in zip(parts, grids, strict=True):
        for index in range(len(grid)):
            yield next(texts), part.value if index == 0 else ""


def _grid(part: SumLine) -> list[tuple[str, ...]]:
    rows: dict[int, list[Term]] = {}
    for term in part.terms:
        rows.setdefault(term.row, []).append(term)
    if max(len(rows), len(next(iter(rows.values())))) > LARGEST_GRID:
        largest = max(part.terms, key=lambda term: abs(term.product))
        terms = f"{len(part.terms):,} products, the largest"
        return [(part.label, terms, significant(largest.input), "×", significant(largest.weight or 0))]
    return [
        (
            "" if index else part.label,
            *(significant(term.input) for term in terms),
            "×",
            *(significant(term.weight or 0) for term in terms),
        )
        for index, terms in enumerate(rows.values())
    ]


def _in_columns(pairs: Sequence[_Pair]) -> list[str]:
    """Align the numbers to the right; a mark stands behind them."""
    bare = [(left, right.rstrip(" ✓✗"), right[len(right.rstrip(" ✓✗")) :]) for left, right in pairs]
    width = max(columns_of(left) + columns_of(right) for left, right, _ in bare) + 2
    return [
        (left + " " * (width - columns_of(left) - columns_of(right)) + right + mark).rstrip()
        for left, right, mark in bare
    ]


def _steps(back: Sequence[Step]) -> list[str]:
    values = [significant(step.origin.value) + _pixel(step.origin) for step in back]
    width = max(map(columns_of, values))
    return [
        f"  {value}{' ' * (width - columns_of(value))}  {step.command}"
        for value, step in zip(values, back, strict=True)
    ]


def _pixel(origin: Origin) -> str:
    return "" if origin.raw is None else f" ({origin.letter} {origin.raw})"
