"""A grid of cells as aligned text. Names stay text, whatever they hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

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
    rule = "─" * max(map(_width, lines))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def aligned(rows: Sequence[tuple[str, ...]], text_columns: int) -> list[str]:
    """A line for each row, columns aligned by the width that a terminal gives each character."""
    shown = [tuple(_visible(cell) for cell in row) for row in rows]
    widths = [max(_width(cell) for cell in column) for column in zip(*shown, strict=True)]
    lines = []
    for row in shown:
        padded = [
            cell + " " * (width - _width(cell)) if index < text_columns else " " * (width - _width(cell)) + cell
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return lines


_JOINERS = "\u200c\u200d"
"""Persian and emoji need them, and they harm no terminal."""


def _visible(text: str) -> str:
    """Text that takes one line and leaves the terminal as it was: no control or direction marks; shortened."""
    shown = harmless(text)
    if len(shown) <= LONGEST_CELL and _width(shown) <= LONGEST_CELL:
        return shown
    cut = shown[: LONGEST_CELL - 1]
    while _width(cut) > LONGEST_CELL - 1:
        cut = cut[:-1]
    return cut + "…"


def harmless(text: str) -> str:
    """The text with its control and direction marks spelt out."""
    return text if text.isprintable() else "".join(_spelt_out(character) for character in text)


def _spelt_out(character: str) -> str:
    unseen = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return f"\\u{ord(character):04x}" if unseen else character


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
