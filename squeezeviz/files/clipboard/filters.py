"""The filters of selected layers halved, doubled, or eight more: the cells that hold them, wherever they stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Hashable, Mapping
from types import MappingProxyType
from typing import Any

from squeezeviz.analysis.columns import FIRE_COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Block, Columns, Pasted, from_to, refuse_no_cell
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.layers import Conv, Fire, Layer, contents, renamed
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import counted

FILTER_COLUMNS = (Column.WINDOW, *map(Column, FIRE_COLUMNS))
"""Those whose cells hold a number of filters: a convolution's stands in its window."""


NOTHING_ALONE: Mapping[str, Columns] = MappingProxyType({})

RESIZED: dict[str, Callable[[int], int]] = {
    "halve_filters": lambda count: max(1, (count + 1) // 2),
    "double_filters": lambda count: 2 * count,
    "add_filters": lambda count: count + 8,
}
"""What becomes of a number of filters, by the command. A half of an odd number is rounded up, so that one stays."""


def resize(
    table: LayerTable,
    block: Block,
    resized: Callable[[int], int],
    title: str,
    alone: Mapping[str, Columns] = NOTHING_ALONE,
) -> Pasted:
    """The table with the numbers of filters in the block changed; `title` begins the undo step's name. Of layers that
    are named in `alone` those of these columns are.

    SqueezevizError where there are none, where none changes, or where one would be too large.
    """
    refuse_no_cell(block)
    layers, count, held = list(table.layers), 0, False
    made: dict[Hashable, tuple[Layer, int]] = {}
    rows = block.layer_rows(table)
    for row in rows:
        layer = layers[row]
        fields = _fields(layer, alone.get(layer.name, block.columns))
        if not fields:
            continue
        alike = contents(layer), tuple(fields)
        if alike not in made:
            made[alike] = _resized(layer, fields, resized)
        found, changed = made[alike]
        layers[row] = renamed(found, layer.name)
        held, count = True, count + changed
    if not count:
        few = "one filter is the least that there can be"
        none = "no number of filters is selected; select cells of s1x1, e1x1, e3x3 or of a convolution's window"
        raise SqueezevizError(few if held else none)
    text = f"{title}: {counted(count, 'cell')} of {from_to(table, rows[0], rows[-1])}"
    return Pasted(dataclasses.replace(table, layers=tuple(layers)), text, block.rows, block.columns)


def _fields(layer: Layer, columns: Columns) -> dict[str, Column]:
    """The fields with numbers of filters that the layer shows in these columns, and the column of each."""
    if isinstance(layer, Fire):
        return {str(column): column for column in columns if column in FIRE_COLUMNS}
    return {"filters": Column.WINDOW} if isinstance(layer, Conv) and Column.WINDOW in columns else {}


def _resized(layer: Layer, fields: dict[str, Column], resized: Callable[[int], int]) -> tuple[Layer, int]:
    """The layer with these fields changed, and in how many the number is another one."""
    changed: dict[str, Any] = {field: resized(getattr(layer, field)) for field in fields}
    try:
        found = dataclasses.replace(layer, **changed)
    except SqueezevizError as error:
        raise SqueezevizError(
            error.message, Place(row=layer.name, column=str(fields[error.place.column or ""]))
        ) from None
    return found, sum(getattr(layer, field) != value for field, value in changed.items())
