"""Copy, paste, fill down and clear of cells: text between the layer table and Calc, Excel or Google Sheets.

Each change is a new table, whole or not at all: SqueezevizError names the cell that stands in its way.
"""

from __future__ import annotations

from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import Block, Columns, Pasted, can_be_typed_into, is_total, shown
from squeezeviz.files.clipboard.copying import LAYERS_TYPE, copied, layers_from_text, layers_text
from squeezeviz.files.clipboard.filling import cleared, filled_down
from squeezeviz.files.clipboard.grid import Grid, grid_of
from squeezeviz.files.clipboard.inserting import inserted, inserted_text
from squeezeviz.files.clipboard.overwriting import overwritten
from squeezeviz.files.clipboard.row_texts import LayerText, are_layers, has_header, under_header, without_header
from squeezeviz.files.tables.cell_rows import INPUT_NAMES
from squeezeviz.files.tables.cell_texts import unguarded
from squeezeviz.model.errors import SqueezevizError

__all__ = ["LAYERS_TYPE", "Block", "Pasted", "clear", "copied", "fill_down", "layers_text", "paste"]


def paste(network: ResolvedNetwork, text: str, block: Block, beyond: Columns, layers: str = "") -> Pasted:
    """The table with the clipboard's `text` pasted at the block.

    `beyond` are the displayed columns from the block's first on. `layers` is what `layers_text` gave, where the
    clipboard has it: the text's rows with every field. Whole layers are inserted after the block's last row, unless
    they are those that stand there; other text goes into cells. SqueezevizError says which cell is in the way.
    """
    _refuse_no_cell(block)
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


def fill_down(network: ResolvedNetwork, block: Block) -> Pasted:
    """The block's first row copied into those below it, as Ctrl+D in spreadsheets; a single row takes the one above.

    Names are not filled down, and cells to which a column does not apply are passed over. SqueezevizError where
    nothing is left to fill.
    """
    _refuse_no_cell(block)
    return filled_down(network, block)


def clear(network: ResolvedNetwork, block: Block) -> Pasted:
    """What Del does: layers whose names are in the block are deleted; other cells cannot be empty, which is refused."""
    _refuse_no_cell(block)
    return cleared(network, block)


def _refuse_no_cell(block: Block) -> None:
    if not block.rows or not block.columns:
        raise SqueezevizError("no cell is selected; select where it should go first")


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
    if has_header(grid):
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
