"""A row of cells as what it says: a layer, the input image or a total; and which average pools are global ones."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from squeezeviz.analysis.columns import FIELD_COLUMNS, FILE_COLUMNS, FIRE_COLUMNS, KEPT_COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.tables import cell_texts as cells
from squeezeviz.model.cell_types import with_window
from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.layers import (
    LARGEST,
    LAYER_TYPES,
    AvgPool,
    Conv,
    Dropout,
    Fire,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Softmax,
)
from squeezeviz.model.reading import printed_share, spaced, ungrouped
from squeezeviz.model.table import InputShape, LayerTable


def with_global_pools(table: LayerTable, rows: Sequence[CellRow], first: int = 0) -> LayerTable:
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


def _may_be_global(layer: Layer, row: CellRow) -> bool:
    return isinstance(layer, AvgPool) and not row[Column.TYPE] and not layer.padding


def _after(layer: Layer, shape: InputShape | None) -> InputShape | None:
    """The map that leaves the layer; None where none does."""
    if shape is None:
        return None
    network = resolve(LayerTable("any", shape, (layer,)))
    if not network.layers or max(network.output) > LARGEST:
        return None
    return InputShape(*network.output)


def _prints_one_value(row: CellRow) -> bool:
    try:
        size = cells.size(row[Column.OUTPUT], "output size")
    except SqueezevizError:
        return False
    return (size.height, size.width) == (1, 1)


class Frame(Enum):
    """The rows of a table that are no layers."""

    INPUT = "input"
    TOTAL = "total"


Kind = type[Layer] | Frame


@dataclass(frozen=True, slots=True)
class CellRow:
    """A row as it stands in the file, with its line and the headers as the file writes them."""

    line: int
    name: str
    values: dict[Column, str]
    headers: dict[Column, str]

    def __getitem__(self, column: Column) -> str:
        """The cell's text without the spaces around it; empty where the row or the file has none."""
        return self.values.get(column, "")

    def place(self, column: Column) -> Place:
        return Place(line=self.line, row=self.name, column=self.headers.get(column, column.spec.file))

    def fail(self, column: Column, message: str) -> SqueezevizError:
        return SqueezevizError(message, self.place(column))


_WORDS: dict[str, Kind] = {
    **LAYER_TYPES,
    "input": Frame.INPUT,
    "total": Frame.TOTAL,
    "convolution": Conv,
    "pool": MaxPool,
    "maxpooling": MaxPool,
    "averagepool": AvgPool,
    "averagepooling": AvgPool,
    "avgpooling": AvgPool,
    "globalavgpool": GlobalAvgPool,
    "globalaveragepool": GlobalAvgPool,
    "globalaveragepooling": GlobalAvgPool,
    "firemodule": Fire,
}
INPUT_NAMES = {"input", "input image", "image", "data"}
TOTAL_NAMES = {"total", "totals", "sum"}
_GLOBAL_SAID = re.compile(r"global", re.IGNORECASE)


def kind_of(row: CellRow) -> Kind:
    """What a row is: by its type cell where it has one, else by the cells that are filled, and last by its name."""
    if row[Column.TYPE]:
        return _typed(row)
    filled = [column for column in (*FIRE_COLUMNS, Column.WINDOW) if row[column]]
    name = row.name.casefold()
    if not filled and name in INPUT_NAMES:
        return Frame.INPUT
    if not filled and name in TOTAL_NAMES:
        return Frame.TOTAL
    if any(row[column] for column in FIRE_COLUMNS):
        return Fire
    if cells.says_pool(name):
        return _named(row, name)
    if re.search(r"[0-9)]\s*\(?\s*[xX×]\s*[0-9][0-9,' ]*\)?\s*(?:pad|no|$)", _after_slash(row)):
        return Conv
    return _named(row, name)


def told(row: CellRow) -> Kind:
    """What a row is, also by its window alone: `50%` is dropout, `3x3/2` a max pool."""
    window = spaced(row[Column.WINDOW])
    if not row[Column.TYPE] and not any(row[column] for column in FIRE_COLUMNS):
        if re.fullmatch(r"[0-9.]+\s*%", window):
            return Dropout
        if window.casefold() == "global":
            return GlobalAvgPool
    try:
        return kind_of(row)
    except SqueezevizError:
        if re.match(r"[0-9]+\s*[xX×]\s*[0-9]+", window):
            return MaxPool
        raise


def _typed(row: CellRow) -> Kind:
    word = row[Column.TYPE].casefold()
    kind = _WORDS.get(word) or _WORDS.get(re.sub(r"[^a-z]", "", word))
    if kind is None:
        known = ", ".join(["input", *LAYER_TYPES, "total"])
        raise row.fail(Column.TYPE, f"{quoted(row[Column.TYPE])} is no layer type; the types are {known}")
    return kind


def _after_slash(row: CellRow) -> str:
    return spaced(row[Column.WINDOW]).partition("/")[2]


def _named(row: CellRow, name: str) -> Kind:
    if "drop" in name:
        return Dropout
    if "softmax" in name or (name == "prob" and not row[Column.WINDOW]):
        return Softmax
    if re.search(r"avg|average|ave_?pool|mean", name):
        asked = f"{name} {row[Column.WINDOW]}"
        return GlobalAvgPool if _GLOBAL_SAID.search(asked) or not row[Column.WINDOW] else AvgPool
    if "pool" in name or "max" in name:
        return MaxPool
    if "conv" in name:
        return Conv
    if "fire" in name:
        return Fire
    raise row.fail(
        Column.TYPE,
        "it does not say what kind of layer this is; fill s1x1, e1x1 and e3x3 for a Fire module, "
        "write 7x7/2 (x96) for a convolution, or add a type column",
    )


def input_of(row: CellRow) -> InputShape:
    """The input image of its row, which gives it as height x width x channels."""
    if not row[Column.OUTPUT]:
        raise row.fail(Column.OUTPUT, "the input's size is missing; write it like 227x227x3")
    try:
        size = cells.size(row[Column.OUTPUT], "the input's size")
        if size.channels is None:
            raise SqueezevizError("the input's channels are missing; write its size like 227x227x3")
        return InputShape(size.channels, size.height, size.width)
    except SqueezevizError as error:
        raise SqueezevizError(error.message, row.place(Column.OUTPUT)) from None


def layer_of(row: CellRow, kind: type[Layer]) -> Layer:
    """The layer of a row of that kind; SqueezevizError with the cell that cannot be read."""
    missing = [column for column in FIRE_COLUMNS if kind is Fire and not row[column]]
    if missing:
        raise row.fail(missing[0], f"a Fire module needs {missing[0]}")
    return _made(row, kind, _in_window(row, kind) | _said(row, kind))


def _in_window(row: CellRow, kind: type[Layer]) -> dict[str, Any]:
    """The fields that the window's cell tells."""
    if kind is Fire:
        return fire_remarks(row[Column.WINDOW])
    if kind is Dropout and row[Column.WINDOW] and not row[Column.P]:
        return {"p": _read(row, Column.WINDOW, printed_share)}
    if kind not in (Conv, MaxPool, AvgPool):
        return {}
    shown = spaced(ungrouped(row[Column.WINDOW]))
    plain = _made(row, kind, {"filters": _printed_filters(row), "kernel": 1} if kind is Conv else {})
    if "/" not in shown:
        missing, example = "stride" if shown else "window and stride", "7x7/2 (x96)" if kind is Conv else "3x3/2"
        raise row.fail(Column.WINDOW, f"its {missing} is missing; write it like {example}")
    try:
        drawn = with_window(plain, shown)
    except SqueezevizError as error:
        raise row.fail(Column.WINDOW, error.message) from None
    return {field.name: getattr(drawn, field.name) for field in dataclasses.fields(drawn) if field.name != "name"}


def _printed_filters(row: CellRow) -> int:
    """A convolution has as many filters as its output has channels; needed where its window names none."""
    if "/" not in row[Column.WINDOW] or re.search(r"[xX×]\s*[0-9]", _after_slash(row)):
        return 1
    try:
        channels = cells.size(row[Column.OUTPUT], "the output size").channels
    except SqueezevizError:
        channels = None
    if channels is None:
        raise row.fail(Column.WINDOW, "its number of filters is missing; write it like 7x7/2 (x96)")
    return channels


_FIRE_REMARKS = re.compile(
    r"(?:(?P<bypass>simple|complex)\s+bypass(?P<bypass_relu>\s+without\s+relu)?)?"
    r"\s*(?P<relu>no\s+relu)?\s*(?P<bias>no\s+bias)?",
    re.IGNORECASE,
)


def fire_remarks(shown: str) -> dict[str, Any]:
    """What we print of a Fire module where another layer has its window: `complex bypass`, `no ReLU`; else nothing."""
    match = _FIRE_REMARKS.fullmatch(shown)
    said = {name: text for name, text in match.groupdict().items() if text} if match else {}
    return {name: text.casefold() if name == "bypass" else False for name, text in said.items()}


def _said(row: CellRow, kind: type[Layer]) -> dict[str, Any]:
    """The fields of such a layer that have a column of their own, as far as its cells are filled."""
    said: dict[str, Any] = {}
    for column in FIELD_COLUMNS:
        field = "kept" if kind is Conv and column in KEPT_COLUMNS else column.field_of(kind)
        if field and row[column]:
            value = _read(row, column, column.spec.cells.read_printed)
            if said.setdefault(field, value) != value:
                raise row.fail(column, "a convolution has one share of weights kept; keep one of these cells")
    return said


def _read(row: CellRow, column: Column, reader: Any) -> Any:
    try:
        return reader(row[column], column.spec.file)
    except SqueezevizError as error:
        raise row.fail(column, error.message) from None


def _made(row: CellRow, kind: type[Layer], fields: dict[str, Any]) -> Layer:
    try:
        return kind(row.name, **fields)
    except SqueezevizError as error:
        holders = {field: column for column in FILE_COLUMNS for field in column.spec.fields}
        column = holders.get(error.place.column or "", Column.WINDOW)
        raise row.fail(column if row[column] else Column.WINDOW, error.message) from None
