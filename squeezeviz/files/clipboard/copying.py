"""Cells as the text that spreadsheets read, and whole layers as the text that carries all their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import Block, Columns, is_total, shown
from squeezeviz.files.clipboard.grid import MOST_CHARACTERS, grid_of
from squeezeviz.files.tables.cell_texts import guarded
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Layer
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import InputShape

LAYERS_TYPE = "application/x-squeezeviz-layers"
"""The type under which `layers_text` stands on the clipboard, beside the text that other programs take."""


def copied(network: ResolvedNetwork, block: Block, live: Callable[[int], str] = lambda row: "") -> str:
    """The block's cells as tab-separated text; `live` gives the live column's text for a row.

    Numbers stand without separators; a name that a spreadsheet would compute stands behind an apostrophe, as in our
    CSV files.
    """
    rows = [[_cell(network, row, column, live) for column in block.columns] for row in block.rows]
    if len(rows) == 1 and len(rows[0]) == 1 and _reads_back(rows[0][0], rows):
        return rows[0][0]
    plain = _tabbed([[_quoted(cell) if _needs_quotes(cell) else cell for cell in row] for row in rows])
    return plain if _reads_back(plain, rows) else _tabbed([[_quoted(cell) for cell in row] for row in rows])


def layers_text(network: ResolvedNetwork, block: Block, displayed: Columns) -> str:
    """The block's layers with every field, those included that no column shows; empty where it is not whole rows.

    Whole rows are a name with every other cell that can be typed into and is displayed.
    """
    needed = {Column.NAME, *(column for column in displayed if column.takes_text)}
    table = network.table
    rows = [row for row in block.rows if row != INPUT_ROW and not is_total(table, row)]
    if not rows or not needed <= set(block.columns):
        return ""
    plain = to_plain(table)
    plain["layer"] = [plain["layer"][row] for row in rows]
    if INPUT_ROW not in block.rows:
        del plain["input"]
    return json.dumps(plain, ensure_ascii=False)


def layers_from_text(text: str) -> tuple[tuple[Layer, ...], InputShape | None] | None:
    """The layers that `layers_text` wrote, and the input where it was among the rows; None for anything else."""
    if not text or len(text) > MOST_CHARACTERS:
        return None
    try:
        plain = json.loads(text)
        table = from_plain(plain)
    except (ValueError, RecursionError, SqueezevizError):
        return None
    return (table.layers, table.input if "input" in plain else None) if table.layers else None


def _cell(network: ResolvedNetwork, row: int, column: Column, live: Callable[[int], str]) -> str:
    text = live(row) if column is Column.LIVE else shown(network, row, column)
    if column is Column.LIVE or (column is Column.NAME and row != INPUT_ROW and not is_total(network.table, row)):
        return guarded(text)
    return text.replace(",", "") if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+", text) else text


def _needs_quotes(cell: str) -> bool:
    return cell.startswith('"') or bool(re.search(r"[\t\r\n]", cell))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _tabbed(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def _reads_back(text: str, rows: list[list[str]]) -> bool:
    """Whether the text is taken for these cells: a lone name might hold commas or bars."""
    try:
        return [list(row) for row in grid_of(text).rows] == rows
    except SqueezevizError:
        return False
