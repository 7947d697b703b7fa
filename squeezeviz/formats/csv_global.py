"""Which average pools of a table without a type column are global ones."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import AvgPool, GlobalAvgPool
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import LayerTable
from squeezeviz.formats import csv_cells as cells
from squeezeviz.formats.csv_columns import CsvColumn
from squeezeviz.formats.csv_rows import CsvRow


def with_global_pools(table: LayerTable, rows: Sequence[CsvRow]) -> LayerTable:
    """The table with each average pool global whose window covers its map, or whose printed output is 1×1.

    Table 1 writes its global pool as `13x13/1`, the window that it turns out to have. A row with a type is what it
    says.
    """
    for index, (layer, row) in enumerate(zip(table.layers, rows, strict=True)):
        if not isinstance(layer, AvgPool) or row[CsvColumn.TYPE] or layer.padding:
            continue
        if _prints_one_value(row) or _covers_its_map(table, index, layer):
            table = table.with_layer(index, GlobalAvgPool(layer.name))
    return table


def _prints_one_value(row: CsvRow) -> bool:
    try:
        size = cells.size(row[CsvColumn.OUTPUT], "output size")
    except SqueezevizError:
        return False
    return (size.height, size.width) == (1, 1)


def _covers_its_map(table: LayerTable, index: int, pool: AvgPool) -> bool:
    layers = resolve(table).layers
    if len(layers) <= index:
        return False
    shape = layers[index].input.shape
    return shape.height == shape.width == pool.kernel
