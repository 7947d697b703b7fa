"""The filters of selected layers halved, doubled, or eight more: the cells that hold them, wherever they stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from squeezeviz.analysis.columns import FIRE_COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Block, Pasted, from_to, place_of, refuse_no_cell
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire, Layer
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import counted

FILTER_COLUMNS = (Column.WINDOW, *map(Column, FIRE_COLUMNS))
"""Those whose cells hold a number of filters: a convolution's stands in its window."""


RESIZED: dict[str, Callable[[int], int]] = {
    "halve_filters": lambda count: max(1, (count + 1) // 2),
    "double_filters": lambda count: 2 * count,
    "add_filters": lambda count: count + 8,
}
"""What becomes of a number of filters, by the command. A half of an odd number is rounded up, so that one stays."""


def resize(table: LayerTable, block: Block, resized: Callable[[int], int], title: str) -> Pasted:
    """The table with the numbers of filters in the block changed; `title` begins the undo step's name.

    SqueezevizError where there are none, where none changes, or where one would be too large.
    """
    refuse_no_cell(block)
    layers, count, held = list(table.layers), 0, False
    for row in block.layer_rows(table):
        for column in block.columns:
            field = _field(layers[row], column)
            if not field:
                continue
            held, before = True, getattr(layers[row], field)
            changed: dict[str, Any] = {field: resized(before)}
            try:
                layers[row] = dataclasses.replace(layers[row], **changed)
            except SqueezevizError as error:
                raise SqueezevizError(error.message, place_of(table, row, column)) from None
            count += changed[field] != before
    if not count:
        few = "one filter is the least that there can be"
        none = "no number of filters is selected; select cells of s1x1, e1x1, e3x3 or of a convolution's window"
        raise SqueezevizError(few if held else none)
    rows = block.layer_rows(table)
    text = f"{title}: {counted(count, 'cell')} of {from_to(table, rows[0], rows[-1])}"
    return Pasted(dataclasses.replace(table, layers=tuple(layers)), text, block.rows, block.columns)


def _field(layer: Layer, column: Column) -> str:
    """The field with the number of filters that the cell shows; empty where it shows none."""
    if isinstance(layer, Fire):
        return str(column) if column in FIRE_COLUMNS else ""
    return "filters" if isinstance(layer, Conv) and column is Column.WINDOW else ""
