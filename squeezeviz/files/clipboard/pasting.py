"""Copy and paste of cells: text between the layer table and Calc, Excel or Google Sheets.

Whole layers are copied as a text with all their fields too. What is pasted makes a new table, whole or not at all:
SqueezevizError names the cell that stands in its way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import partial

from squeezeviz.analysis.columns import INPUT_ROW, Column, total_text
from squeezeviz.analysis.columns import text as cell_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import Block, Columns, Pasted, can_be_typed_into, is_total, refuse_no_cell, shown
from squeezeviz.files.clipboard.cells import overwritten
from squeezeviz.files.clipboard.grid import MOST_CHARACTERS, Grid, grid_of
from squeezeviz.files.clipboard.layers import (
    LayerText,
    are_layers,
    inserted,
    inserted_text,
    under_header,
    without_header,
)
from squeezeviz.files.tables.cell_rows import INPUT_NAMES
from squeezeviz.files.tables.cell_texts import guarded, unguarded
from squeezeviz.files.tables.layer_rows import count_named
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Layer
from squeezeviz.model.plain_data import from_plain, to_plain
from squeezeviz.model.table import InputShape

LAYERS_TYPE = "application/x-squeezeviz-layers"
"""The type under which `layers_text` stands on the clipboard, beside the text that other programs take."""


def paste(network: ResolvedNetwork, text: str, block: Block, beyond: Columns, layers: str = "") -> Pasted:
    """The table with the clipboard's `text` pasted at the block.

    `beyond` are the displayed columns from the block's first on. `layers` is what `layers_text` gave, where the
    clipboard has it: the text's rows with every field. Whole layers are inserted after the block's last row, unless
    they are those that stand there; other text goes into cells. SqueezevizError says which cell is in the way.
    """
    refuse_no_cell(block)
    grid = grid_of(text)
    if grid.is_empty:
        raise SqueezevizError("the clipboard holds no text to paste; copy some cells first")
    if _stands_there(network, grid, block):
        return overwritten(network, grid, block, beyond)
    own = layers_from_text(layers)
    if own:
        return inserted(network.table, *own, block, beyond)
    rows = _rows_in(network, grid, block, beyond)
    if rows:
        return inserted_text(network.table, rows, block, beyond)
    return overwritten(network, grid, block, beyond)


def _stands_there(network: ResolvedNetwork, grid: Grid, block: Block) -> bool:
    """Whether the first column pasted holds the names of the rows that it comes over.

    They may have changed places, or a few of them have new names: rows that were edited in a spreadsheet come back.
    """
    grid = grid.trimmed
    rows = range(block.rows[0], block.rows[0] + grid.height)
    if block.columns[0] is not Column.NAME or rows[-1] > len(network.table.layers):
        return False
    pasted = [unguarded(row[0]).strip() for row in grid.rows]
    present = [shown(network, row, Column.NAME).strip() for row in rows]
    if rows[0] == INPUT_ROW and pasted[0].casefold() in INPUT_NAMES:
        pasted[0] = present[0]
    in_place = sum(one == other for one, other in zip(pasted, present, strict=True))
    return sorted(pasted) == sorted(present) or in_place * 2 > len(present)


def _rows_in(network: ResolvedNetwork, grid: Grid, block: Block, beyond: Columns) -> LayerText | None:
    """The text's rows where they are whole layers."""
    if count_named(grid.rows[0]) > 1:
        return under_header(grid)
    first, table = block.rows[0], network.table
    if not table.layers and not _is_input_size(network, grid, block) and not _says_the_same(network, grid, block):
        return without_header(grid, beyond)
    if block.columns[0] is not Column.NAME and not is_total(table, first):
        return None
    if grid.trimmed.width < 2:
        return None
    try:
        rows = without_header(grid, beyond)
    except SqueezevizError:
        return None
    return rows if are_layers(rows) else None


def _says_the_same(network: ResolvedNetwork, grid: Grid, block: Block) -> bool:
    """Whether the text is what the cells show anyway, such as a piece of an empty table that was just copied.

    What a pass measured, in the column without a name, may have changed meanwhile.
    """
    said = [index for index, column in enumerate(block.columns) if column is not Column.LIVE]
    last = len(network.table.layers)
    places = range(block.rows[0], min(block.rows[0] + grid.height, last + 1))
    shows = [[shown(network, row, block.columns[index]) for index in said] for row in places]
    return grid.width == len(block.columns) and [[row[index].strip() for index in said] for row in grid.rows] == shows


def _is_input_size(network: ResolvedNetwork, grid: Grid, block: Block) -> bool:
    """Whether a single cell is pasted over the size of the input, all that an empty table has."""
    single = (grid.trimmed.height, grid.trimmed.width) == (1, 1)
    return single and can_be_typed_into(network.table, block.rows[0], block.columns[0])


def copied(network: ResolvedNetwork, block: Block, live: Callable[[int], str] = lambda row: "") -> str:
    """The block's cells as tab-separated text; `live` gives the live column's text for a row.

    Numbers stand without separators; a name that a spreadsheet would compute stands behind an apostrophe, as in our
    CSV files.
    """
    rows = [_cells(network, row, block.columns, live) for row in block.rows]
    if len(rows) == 1 and len(rows[0]) == 1 and _reads_back(rows[0][0], rows):
        return rows[0][0]
    plain = "".join(map(_line, rows))
    return plain if _reads_back(plain, rows) else "".join(map(_quoted_line, rows))


def layers_text(network: ResolvedNetwork, block: Block, displayed: Columns) -> str:
    """The block's layers with every field, those included that no column shows; empty where it is not whole rows.

    Whole rows are a name with every other cell that can be typed into and is displayed.
    """
    needed = {Column.NAME, *(column for column in displayed if column.takes_text)}
    table = network.table
    rows = block.layer_rows(table)
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


def _cells(network: ResolvedNetwork, row: int, columns: Columns, live: Callable[[int], str]) -> list[str]:
    total = is_total(network.table, row)
    show = partial(total_text, network) if total else partial(cell_text, network, row)
    named = Column.LIVE if total or row == INPUT_ROW else Column.NAME
    return [
        guarded(live(row))
        if column is Column.LIVE
        else guarded(show(column))
        if column is named
        else _bare(show(column))
        for column in columns
    ]


def _bare(text: str) -> str:
    """A number without separators."""
    return text.replace(",", "") if "," in text and _SEPARATED.fullmatch(text) else text


_SEPARATED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_BREAKS = re.compile(r"[\t\r\n]")


def _line(row: list[str]) -> str:
    """The cells as a line; in quote marks those whose ends could not be told else."""
    line = "\t".join(row)
    if '"' in line or len(_BREAKS.findall(line)) >= len(row):
        line = "\t".join([_quoted(cell) if cell.startswith('"') or _BREAKS.search(cell) else cell for cell in row])
    return f"{line}\n"


def named_rows_text(rows: Iterable[tuple[str, ...]]) -> str:
    """Return rows as a spreadsheet takes them; each begins with a name, which it does not compute."""
    return "".join(_line([guarded(name), *cells]) for name, *cells in rows)


def _quoted_line(row: list[str]) -> str:
    return "\t".join(map(_quoted, row)) + "\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _reads_back(text: str, rows: list[list[str]]) -> bool:
    """Whether the text is taken for these cells: a lone name might hold commas or bars."""
    try:
        return [list(row) for row in grid_of(text).rows] == rows
    except SqueezevizError:
        return False
