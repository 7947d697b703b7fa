"""Fill down and clear: a block changed without a clipboard."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import (
    Block,
    Pasted,
    can_be_typed_into,
    from_to,
    is_total,
    row_name,
    shown,
)
from squeezeviz.files.clipboard.overwriting import layer_with, why_not
from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.layers import AvgPool, Layer, MaxPool
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import listed


def filled_down(network: ResolvedNetwork, block: Block) -> Pasted:
    """The block's first row copied into those below it; into a single row, what stands above it.

    Cells to which the column does not apply are passed over. SqueezevizError where no cell is left to fill.
    """
    table = network.table
    source, targets = _source_and_targets(table, block)
    columns = [column for column in block.columns if column.takes_text]
    values = [column for column in columns if column is not Column.NAME]
    if not values:
        raise _nothing_to_fill(table, source, block)
    changed = {row: table.layers[row] for row in targets}
    count = 0
    for column in values:
        for row in targets:
            if _fits(table, source, row, column):
                changed[row] = layer_with(changed[row], column, shown(network, source, column))
                count += 1
    if not count:
        raise _no_place(table, source, targets, values)
    filled = tuple(changed.get(row, layer) for row, layer in enumerate(table.layers))
    what = "1 cell" if count == 1 else f"{count:,} cells"
    remarks = ("names are not filled down: each layer has its own",) if Column.NAME in columns else ()
    text = f"Fill {what} down from {brief(row_name(table, source))}"
    return Pasted(dataclasses.replace(table, layers=filled), text, block.rows, block.columns, remarks)


def cleared(network: ResolvedNetwork, block: Block) -> Pasted:
    """What Del does: layers whose names are in the block are deleted; SqueezevizError for other cells, none of which
    can be empty.
    """
    table = network.table
    rows = [row for row in block.rows if row != INPUT_ROW and not is_total(table, row)]
    if Column.NAME not in block.columns or not rows:
        raise _not_clearable(table, block)
    left = len(table.layers) - len(rows)
    selected = min(rows[0], left - 1)
    what = brief(table.layers[rows[0]].name) if len(rows) == 1 else f"{len(rows):,} layers"
    return Pasted(table.removed(*rows), f"Delete {what}", range(selected, selected + 1), block.columns)


def _source_and_targets(table: LayerTable, block: Block) -> tuple[int, list[int]]:
    first = block.rows[0]
    if is_total(table, first) and len(block.rows) == 1:
        raise SqueezevizError(why_not(table, first, Column.NAME), Place(row="total"))
    if len(block.rows) == 1:
        first -= 1
    if first < INPUT_ROW:
        raise SqueezevizError("no row stands above the input, so there is nothing to fill down", Place(row="input"))
    return first, [row for row in range(first + 1, block.rows[-1] + 1) if not is_total(table, row)]


def _fits(table: LayerTable, source: int, row: int, column: Column) -> bool:
    if not (can_be_typed_into(table, source, column) and can_be_typed_into(table, row, column)):
        return False
    return column is not Column.WINDOW or _window_kind(table.layers[source]) is _window_kind(table.layers[row])


def _window_kind(layer: Layer) -> type[Layer]:
    """Pools of both kinds have windows alike."""
    return MaxPool if isinstance(layer, AvgPool) else type(layer)


def _nothing_to_fill(table: LayerTable, source: int, block: Block) -> SqueezevizError:
    if Column.NAME in block.columns:
        return SqueezevizError(
            "names are not filled down, as each layer has a name of its own; select other columns",
            Place(column=str(Column.NAME)),
        )
    column = block.columns[0]
    return SqueezevizError(why_not(table, block.rows[-1], column), Place(column=str(column)))


def _no_place(table: LayerTable, source: int, targets: Sequence[int], columns: Sequence[Column]) -> SqueezevizError:
    """Why none of the columns goes from the source into a target: the source has none, or the only target."""
    alone = targets[0] if len(targets) == 1 and can_be_typed_into(table, source, columns[0]) else source
    place = Place(row=row_name(table, alone), column=str(columns[0]))
    if not can_be_typed_into(table, alone, columns[0]):
        return SqueezevizError(f"there is nothing to fill down: {why_not(table, alone, columns[0])}", place)
    return SqueezevizError("none of the rows below takes what stands here", place)


def _not_clearable(table: LayerTable, block: Block) -> SqueezevizError:
    typed = next(
        ((row, column) for row in block.rows for column in block.columns if can_be_typed_into(table, row, column)), None
    )
    row, column = typed or (block.rows[0], block.columns[0])
    place = Place(row=row_name(table, row), column=str(column))
    if typed is None:
        return SqueezevizError(f"there is nothing to clear: {why_not(table, row, column)}", place)
    if row == INPUT_ROW:
        return SqueezevizError("the input cannot be empty; type its size, such as 227×227×3", place)
    choices = column.spec.cells.choices
    what = f"one of {listed(choices)}" if choices else "another value"
    return SqueezevizError(
        f"this cell cannot be empty; type {what}, or press Ctrl+Backspace to delete {_these(table, block)}", place
    )


def _these(table: LayerTable, block: Block) -> str:
    rows = [row for row in block.rows if row != INPUT_ROW and not is_total(table, row)]
    return from_to(table, rows[0], rows[-1])
