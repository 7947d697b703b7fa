"""A block of cells of the layer table, and what a change of several cells at once comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from squeezeviz.analysis.columns import INPUT_ROW, Column, editable, text, total_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.table import LayerTable

Columns = tuple[Column, ...]
"""Columns as the window shows them, from left to right."""


@dataclass(frozen=True, slots=True)
class Block:
    """Cells of some columns and rows of the table (INPUT_ROW for the input, one past the last layer for the totals).

    The rows are in order; where they do not follow one another they are no range.
    """

    rows: Sequence[int]
    columns: Columns

    def layer_rows(self, table: LayerTable) -> list[int]:
        """The rows that are layers."""
        return [row for row in self.rows if INPUT_ROW < row < len(table.layers)]


@dataclass(frozen=True, slots=True)
class Pasted:
    """The table after a change of cells or rows.

    `text` names the undo step; `rows` and `columns` are what to select afterwards; `remarks` are sentences on what
    was left out or named anew.
    """

    table: LayerTable
    text: str
    rows: Sequence[int]
    columns: Columns
    remarks: tuple[str, ...] = ()


def refuse_no_cell(block: Block) -> None:
    if not block.rows or not block.columns:
        raise SqueezevizError("no cell is selected; select where it should go first")


def is_total(table: LayerTable, row: int) -> bool:
    return row >= len(table.layers)


def can_be_typed_into(table: LayerTable, row: int, column: Column) -> bool:
    return not is_total(table, row) and editable(table, row, column)


def shown(network: ResolvedNetwork, row: int, column: Column) -> str:
    """What the cell shows; the live column's text is the window's own."""
    return total_text(network, column) if is_total(network.table, row) else text(network, row, column)


def row_name(table: LayerTable, row: int) -> str:
    """What an error calls the row."""
    if row == INPUT_ROW:
        return "input"
    return "total" if is_total(table, row) else table.layers[row].name


def place_of(table: LayerTable, row: int, column: Column) -> Place:
    return Place(row=row_name(table, row), column=str(column))


def from_to(table: LayerTable, first: int, last: int) -> str:
    """The rows in a few words: `fire3`, or `fire3 to fire9`."""
    names = [brief(row_name(table, row)) for row in (first, last)]
    return names[0] if first == last else " to ".join(names)
