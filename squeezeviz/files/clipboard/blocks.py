"""A block of cells of the layer table, and what a change of several cells at once comes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.memory import readable_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

Columns = tuple[Column | None, ...]
"""Columns as the window shows them, from left to right; None is the live one."""


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells: rows of the table (INPUT_ROW for the input, one past the last layer for the totals)."""

    rows: range
    columns: Columns


@dataclass(frozen=True, slots=True)
class Pasted:
    """The table after a change of cells or rows.

    `text` names the undo step; `rows` and `columns` are what to select afterwards; `remarks` are sentences on what
    was left out or named anew.
    """

    table: LayerTable
    text: str
    rows: range
    columns: Columns
    remarks: tuple[str, ...] = ()


_ONE_OF_EACH: tuple[Layer, ...] = (
    Conv("conv", 1, 1),
    MaxPool("max"),
    AvgPool("avg"),
    GlobalAvgPool("global"),
    Fire("fire", 1, 1, 1),
    Dropout("dropout"),
    Softmax("softmax"),
)


@cache
def takes_text(column: Column | None) -> bool:
    """Whether the column can be typed into in the row of some layer; the others are computed."""
    if column is None:
        return False
    table = LayerTable("any", InputShape(), _ONE_OF_EACH)
    return any(cells.editable(table, row, column) for row in range(len(_ONE_OF_EACH)))


def is_total(table: LayerTable, row: int) -> bool:
    return row >= len(table.layers)


def can_be_typed_into(table: LayerTable, row: int, column: Column | None) -> bool:
    return column is not None and not is_total(table, row) and cells.editable(table, row, column)


def shown(network: ResolvedNetwork, row: int, column: Column | None) -> str:
    """What the cell shows; the live column's text is the window's own."""
    if column is None:
        return ""
    if not is_total(network.table, row):
        return cells.text(network, row, column)
    match column:
        case Column.NAME:
            return "total"
        case Column.DEPTH:
            return str(network.depth.value)
        case Column.PARAMETERS:
            return str(network.parameters.value)
        case Column.PRUNED:
            return str(network.after_pruning.value)
        case Column.SIZE:
            return readable_bytes(network.size.value)
        case _:
            return ""


def row_name(table: LayerTable, row: int) -> str:
    """What an error calls the row."""
    if row == INPUT_ROW:
        return "input"
    return "total" if is_total(table, row) else table.layers[row].name


def from_to(table: LayerTable, first: int, last: int) -> str:
    """The rows in a few words: `fire3`, or `fire3 to fire9`."""
    names = [brief(row_name(table, row)) for row in (first, last)]
    return names[0] if first == last else " to ".join(names)


def heading(column: Column | None) -> str:
    return "live" if column is None else str(column)


def listed(words: list[str], most: int = 4) -> str:
    """`a`, `a and b`, `a, b and c`; a long list is cut: `a, b, c and 17 more`."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1:,} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
