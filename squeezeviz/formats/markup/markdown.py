"""A grid of cells as a table of GitHub's Markdown. Names stay text, whatever they hold."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.core.escapes import for_markdown_cell
from squeezeviz.formats.table_text import Grid


def as_markdown(grid: Grid) -> str:
    """A table with its totals in bold and its notes as a list under it."""
    total = " | ".join(f"**{for_markdown_cell(cell)}**" if cell else "" for cell in grid.total)
    notes = "".join(f"- {for_markdown_cell(note)}\n" for note in grid.notes)
    table = markdown_table(grid.headers, grid.rows, grid.text_columns) + f"| {total} |\n"
    return f"{table}\n{notes}" if notes else table


def markdown_table(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], text_columns: int) -> str:
    """A table without totals; the first `text_columns` stand to the left, the others to the right."""
    rule = ["---" if index < text_columns else "--:" for index in range(len(headers))]
    head, *body = [[for_markdown_cell(cell) for cell in row] for row in (headers, *rows)]
    return "".join(f"| {' | '.join(row)} |\n" for row in (head, rule, *body))
