"""Which average pools of a table without a type column are global ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import LARGEST, AvgPool, GlobalAvgPool, Layer
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import InputShape, LayerTable
from squeezeviz.formats import csv_cells as cells
from squeezeviz.formats.csv_columns import CsvColumn
from squeezeviz.formats.csv_rows import CsvRow


def with_global_pools(table: LayerTable, rows: Sequence[CsvRow], first: int = 0) -> LayerTable:
    """The table with each average pool global whose window covers its map, or whose printed output is 1×1.

    Table 1 writes its global pool as `13x13/1`, the window that it turns out to have. A row with a type is what it
    says. `rows` are those of the layers from `first` on.
    """
    layers = list(table.layers)
    pools = [first + index for index, row in enumerate(rows) if _may_be_global(layers[first + index], row)]
    shape: InputShape | None = table.input
    reached = 0
    for index in pools:
        for layer in layers[reached:index]:
            shape = _after(layer, shape)
        reached, pool = index, layers[index]
        assert isinstance(pool, AvgPool)
        covers = shape is not None and shape.height == shape.width == pool.kernel
        if covers or _prints_one_value(rows[index - first]):
            layers[index] = GlobalAvgPool(pool.name)
    return dataclasses.replace(table, layers=tuple(layers))


def _may_be_global(layer: Layer, row: CsvRow) -> bool:
    return isinstance(layer, AvgPool) and not row[CsvColumn.TYPE] and not layer.padding


def _after(layer: Layer, shape: InputShape | None) -> InputShape | None:
    """The map that leaves the layer; None where none does."""
    if shape is None:
        return None
    network = resolve(LayerTable("any", shape, (layer,)))
    if not network.layers or max(network.output) > LARGEST:
        return None
    return InputShape(*network.output)


def _prints_one_value(row: CsvRow) -> bool:
    try:
        size = cells.size(row[CsvColumn.OUTPUT], "output size")
    except SqueezevizError:
        return False
    return (size.height, size.width) == (1, 1)
