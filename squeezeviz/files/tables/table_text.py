"""A grid of cells as aligned text. Names stay text, whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from squeezeviz.model.text import columns_of, plain_within

LONGEST_CELL = 48
"""Columns of a terminal that one cell may take."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Headers, rows and a last row of totals; the first `text_columns` hold text, the others numbers.

    In a document `title` says what the table shows, and `notes` are sentences that stand under it.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    text_columns: int
    notes: tuple[str, ...] = ()
    title: str = ""


def as_terminal_text(grid: Grid) -> str:
    """Columns aligned, a line under the headers and the rows."""
    lines = aligned((grid.headers, *grid.rows, grid.total), grid.text_columns)
    rule = "─" * max(map(columns_of, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def aligned(rows: Sequence[tuple[str, ...]], text_columns: int) -> list[str]:
    """A line for each row, columns aligned by the width that a terminal gives each character."""
    shown = [tuple(plain_within(cell, LONGEST_CELL) for cell in row) for row in rows]
    widths = [max(columns_of(cell) for cell in column) for column in zip(*shown, strict=True)]
    lines = []
    for row in shown:
        padded = [
            cell + " " * (width - columns_of(cell)) if index < text_columns else " " * (width - columns_of(cell)) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines
