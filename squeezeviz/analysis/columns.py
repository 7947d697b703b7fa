"""Every column of the layer table as data: its headings, what its cells show and accept, and where it appears.

The first thirteen columns of a file are those of the paper's Table 1, and sizes are written H×W×C as there. A new
column is one entry of `Column`, and the field of a layer or the number of a resolved layer that it shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model import cell_types
from squeezeviz.model.cell_types import CellType, has_window, window_text, with_window
from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.layers import LAYER_TYPES, Conv, GlobalAvgPool, Layer
from squeezeviz.model.reading import whole
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import share_text, size_text

INPUT_ROW = -1
"""The row number of the input image; layers count from 0."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnSpec:
    """What a column is.

    `heading` is shown in the window, `title` in printed tables (if it is another) and `file` in CSV and TSV files; a
    column without `file` is in none. A cell shows one of the layer's own `fields`; or the attribute `number` of a
    ResolvedLayer, which a ResolvedNetwork has for the totals; or what `shape` returns for the layer.
    """

    heading: str
    about: str = ""
    """A sentence on what it holds: its tool tip, and its explanation if `explain` has no other."""
    title: str = ""
    file: str = ""
    aliases: tuple[str, ...] = ()
    """Other headings by which a file may name it."""
    cells: CellType = cell_types.TEXT
    fields: tuple[str, ...] = ()
    number: str = ""
    shape: Callable[[ResolvedLayer], Any] | None = None
    window: bool = True
    """Whether a person can choose it in the window."""
    usual: bool = False
    """Whether the window shows it by default."""
    table1: bool = False
    """Whether the paper's Table 1 has it."""
    printed: bool = False
    """Whether terminal and documents show it. A column that is also `stored` is shown for compressed networks only."""
    stored: bool = False
    """Whether it says how weights are stored; a pass does not depend on that."""
    saves: bool = False
    """Whether less of it is better."""
    measured: bool = False
    """Whether its values come from a pass, not from the network."""


def _filters(part: str, about: str, *aliases: str) -> ColumnSpec:
    """Return the column of one of a Fire module's numbers of filters."""
    return ColumnSpec(
        heading=part,
        about=about,
        file=part,
        aliases=aliases,
        cells=cell_types.WHOLE,
        fields=(part,),
        usual=True,
        table1=True,
        printed=True,
    )


def _kept(part: str, of: str, *aliases: str, also: str = "") -> ColumnSpec:
    """Return the column of a share of weights kept. `also` is the field of other layers that it shows."""
    return ColumnSpec(
        heading=f"{part} kept",
        about=f"Share of weights that pruning keeps, of {of}; Table 1 calls it sparsity",
        file=f"{part} sparsity",
        aliases=aliases,
        cells=cell_types.KEPT,
        fields=(f"{part}_kept", also) if also else (f"{part}_kept",),
        table1=True,
        printed=True,
        stored=True,
    )


def _in_files(heading: str, cells: CellType, *aliases: str, field: str = "") -> ColumnSpec:
    """Return a column that only files have."""
    fields = (field,) if field else ()
    return ColumnSpec(heading=heading, file=heading, aliases=aliases, cells=cells, fields=fields, window=False)


class Column(StrEnum):
    """The columns in the order of the window, and of files after those of Table 1. `Column("s1x1")` finds one by its
    heading."""

    spec: ColumnSpec

    def __new__(cls, spec: ColumnSpec | str) -> Column:
        assert isinstance(spec, ColumnSpec)
        column = str.__new__(cls, spec.heading)
        column._value_ = spec.heading
        column.spec = spec
        return column

    NAME = ColumnSpec(
        heading="layer",
        about="The name of the layer",
        file="layer name/type",
        aliases=("layer name", "name", "layers"),
        fields=("name",),
        cells=cell_types.NAME,
        usual=True,
        table1=True,
        printed=True,
    )
    OUTPUT = ColumnSpec(
        heading="output",
        about="Output size: height × width × channels (computed)",
        title="output size",
        file="output size",
        aliases=(
            "output shape", "size", "out size", "out shape", "output dim", "output dims", "output dimension",
            "output dimensions", "output map", "output map size", "feature map", "feature map size", "map size",
            "activation shape", "activation size", "output resolution",
        ),
        cells=cell_types.SIZE,
        shape=lambda layer: layer.output.shape,
        usual=True,
        table1=True,
        printed=True,
    )  # fmt: skip
    WINDOW = ColumnSpec(
        heading="filter/stride",
        about="Window size / stride, then × filters; pad, no ReLU, no bias and floor may follow",
        file="filter size/stride",
        aliases=(
            "filter size / stride (if not a fire layer)", "filter size", "filter", "kernel/stride",
            "kernel size/stride", "kernel", "kernel size", "window", "window/stride", "window size",
            "patch size/stride", "patch size", "kernel shape", "filter shape", "filter dimensions",
        ),
        cells=cell_types.WINDOW,
        usual=True,
        table1=True,
        printed=True,
    )  # fmt: skip
    DEPTH = ColumnSpec(
        heading="depth",
        about="Layers with weights that data passes one after another (computed)",
        file="depth",
        cells=cell_types.DEPTH,
        number="depth",
        usual=True,
        table1=True,
        printed=True,
    )
    S1X1 = _filters(
        "s1x1", "Filters of the squeeze, 1×1", "s1x1 (#1x1 squeeze)", "squeeze", "squeeze1x1", "s", "squeeze filters"
    )
    E1X1 = _filters("e1x1", "1×1 filters of the expand", "e1x1 (#1x1 expand)", "expand1x1", "1x1 expand", "e1")
    E3X3 = _filters("e3x3", "3×3 filters of the expand", "e3x3 (#3x3 expand)", "expand3x3", "3x3 expand", "e3")
    TYPE = _in_files("type", cell_types.TEXT, "kind", "layer type", "layer kind")
    NETWORK = _in_files("network", cell_types.TEXT, "network name")
    PADDING = _in_files("padding", cell_types.WHOLE, "pad", field="padding")
    CEIL = _in_files("ceil", cell_types.FLAG, "ceil mode", field="ceil")
    RELU = _in_files("relu", cell_types.FLAG, field="relu")
    BIAS = _in_files("bias", cell_types.FLAG, field="bias")
    BYPASS = ColumnSpec(
        heading="bypass",
        about="What runs around the Fire module: none, simple or complex",
        file="bypass",
        cells=cell_types.BYPASS,
        fields=("bypass",),
    )
    BYPASS_RELU = _in_files("bypass relu", cell_types.FLAG, field="bypass_relu")
    P = _in_files("dropout p", cell_types.SHARE, "p", "dropout", "dropout ratio", field="p")
    S1X1_KEPT = _kept("s1x1", "the squeeze or a convolution", "squeeze kept", "sparsity", "kept", also="kept")
    E1X1_KEPT = _kept("e1x1", "the 1×1 expand")
    E3X3_KEPT = _kept("e3x3", "the 3×3 expand")
    BITS = ColumnSpec(
        heading="bits",
        about="Bits that each weight takes in the compressed network; 32 are float32",
        file="# bits",
        aliases=("bit",),
        cells=cell_types.BITS,
        fields=("bits",),
        table1=True,
        printed=True,
        stored=True,
    )
    PARAMETERS = ColumnSpec(
        heading="params",
        about="Weights and biases (computed)",
        title="parameters",
        file="#parameter before pruning",
        aliases=("#parameters before pruning", "parameter", "number of parameters", "param count"),
        cells=cell_types.COUNT,
        number="parameters",
        usual=True,
        table1=True,
        printed=True,
        saves=True,
    )
    PRUNED = ColumnSpec(
        heading="after pruning",
        about="Kept weights and all biases, rounded up (computed)",
        file="#parameter after pruning",
        aliases=("#parameters after pruning", "parameters after", "params after pruning"),
        cells=cell_types.COUNT,
        number="after_pruning",
        table1=True,
        printed=True,
        stored=True,
        saves=True,
    )
    SIZE = ColumnSpec(
        heading="stored size",
        about="Kept weights × bits, 32 bits a bias, 5 for the place of each weight where pruned (computed)",
        cells=cell_types.BYTES,
        number="size",
        printed=True,
        stored=True,
    )
    MACS = ColumnSpec(
        heading="multiply-adds",
        about="Multiplications, each with its addition, for one image (computed)",
        file="multiply-adds",
        aliases=("macs", "mult-adds"),
        cells=cell_types.COUNT,
        number="macs",
        printed=True,
        saves=True,
    )
    ACTIVATIONS = ColumnSpec(
        heading="activations",
        about="Values that all operations of the layer put out, for one image (computed)",
        cells=cell_types.COUNT,
        number="activations",
        saves=True,
    )
    FIELD = ColumnSpec(
        heading="receptive field",
        about="What one output value sees of the image, and how far apart two values look (computed)",
        cells=cell_types.FIELD,
        shape=lambda layer: layer.output.receptive,
    )
    LIVE = ColumnSpec(
        heading="live",
        about="What the last live pass measured: ✓ where shapes, counts and depth are as predicted; then the time",
        cells=cell_types.MEASURED,
        usual=True,
        measured=True,
    )
    """Only the window fills it, with what a pass measured."""
    TIME = ColumnSpec(heading="time ms", file="time ms", aliases=("time", "ms"), window=False, measured=True)
    SPREAD = ColumnSpec(
        heading="time ms iqr", title="IQR ms", file="time ms iqr", aliases=("iqr",), window=False, measured=True
    )
    AGREES = ColumnSpec(
        heading="measured as predicted", title="measured", file="measured as predicted", window=False, measured=True
    )

    @property
    def printed_heading(self) -> str:
        return self.spec.title or self.spec.heading

    @property
    def takes_text(self) -> bool:
        """Whether some layers have a cell here that a person can type into. Other columns are computed."""
        return self is Column.WINDOW or self.spec.cells.read is not None

    def field_of(self, kind: type[Layer]) -> str | None:
        """Return the field of such a layer that the column shows, or None if it shows none."""
        return _SHOWN.get((self, kind))


_SHOWN = {
    (column, kind): shown
    for kind in LAYER_TYPES.values()
    for column in Column
    if (shown := next((each.name for each in fields(kind) if each.name in column.spec.fields), None))
}
"""Which field of a kind of layer each column shows."""


COLUMNS = tuple(column for column in Column if column.spec.window)
"""The columns of the window, from left to right."""

TABLE1_COLUMNS = tuple(column for column in Column if column.spec.table1)
FILE_COLUMNS = (*TABLE1_COLUMNS, *(column for column in Column if column.spec.file and not column.spec.table1))
FIELD_COLUMNS = tuple(column for column in Column if column.spec.fields and column is not Column.NAME)
"""Columns that show one field of a layer, except its name."""

FIRE_COLUMNS = (Column.S1X1, Column.E1X1, Column.E3X3)
KEPT_COLUMNS = (Column.S1X1_KEPT, Column.E1X1_KEPT, Column.E3X3_KEPT)
"""The shares of weights kept, which Table 1 calls sparsity. A convolution has one share, in the first of them."""

TOTALS = tuple(column for column in Column if column.spec.number and not column.spec.stored)
"""The totals by which networks are compared."""


def editable(table: LayerTable, row: int, column: Column) -> bool:
    """Whether a person may type into the cell. Other cells are computed, or do not apply to the row."""
    if row == INPUT_ROW:
        return column is Column.OUTPUT
    layer = table.layers[row]
    if column is Column.WINDOW:
        return has_window(layer)
    return column.takes_text and column.field_of(type(layer)) is not None


def text(network: ResolvedNetwork, row: int, column: Column) -> str:
    """Return what the cell shows. It is empty if the column does not apply or no data reaches the row."""
    if row == INPUT_ROW:
        return {Column.NAME: "input", Column.OUTPUT: size_text(network.table.input)}.get(column, "")
    layer = network.table.layers[row]
    resolved = network.layers[row] if row < len(network.layers) else None
    if column is Column.WINDOW and isinstance(layer, GlobalAvgPool):
        # Its window is the map that reaches it.
        return "global" if resolved is None else "{1}×{2}/1".format(*resolved.input.shape)
    return own_text(layer, column) or ("" if resolved is None else _computed(resolved, column))


def own_text(layer: Layer, column: Column) -> str:
    """Return what the cell shows if it depends on the layer alone, otherwise an empty text."""
    if column is Column.WINDOW:
        return window_text(layer)
    field = column.field_of(type(layer))
    return column.spec.cells.show(getattr(layer, field)) if field else ""


def printed_text(layer: Layer, column: Column) -> str:
    """Return a cell on how weights are stored, of a conv or Fire row, as Table 1 prints it: `100% (7×7)`, `6bit`."""
    field = column.field_of(type(layer))
    if field is None:
        return ""
    value = getattr(layer, field)
    if column is Column.BITS:
        return f"{value}bit"
    return f"{share_text(value)} ({layer.kernel}×{layer.kernel})" if isinstance(layer, Conv) else share_text(value)


def _computed(layer: ResolvedLayer, column: Column) -> str:
    spec = column.spec
    if spec.number:
        return spec.cells.show(number(layer, column))
    return spec.cells.show(spec.shape(layer)) if spec.shape else ""


def number(of: ResolvedLayer | ResolvedNetwork, column: Column) -> int:
    """Return the number of a layer that a column of numbers shows, or of a network its total as far as it runs."""
    value: int = getattr(of, column.spec.number).value
    return value


def total_text(network: ResolvedNetwork, column: Column) -> str:
    """Return what the row of totals shows. It is empty if the column has no total."""
    if column.spec.number:
        return column.spec.cells.show(number(network, column))
    return "total" if column is Column.NAME else ""


def with_text(table: LayerTable, row: int, column: Column, typed: str) -> LayerTable:
    """Return the table with `typed` in one cell. Raises SqueezevizError if it is not valid there."""
    typed = typed.strip()
    if row == INPUT_ROW:
        if column is not Column.OUTPUT:
            raise _unchangeable("input", column)
        return table.with_input(_size(typed))
    layer = table.layers[row]
    if column is Column.NAME and any(other.name == typed for other in table.layers if other is not layer):
        place = Place(row=layer.name, column=str(column))
        raise SqueezevizError(f"another layer is named {quoted(typed)}; give each a name of its own", place)
    return table.with_layer(row, layer_with_text(layer, column, typed))


def layer_with_text(layer: Layer, column: Column, typed: str) -> Layer:
    """Return the layer with `typed` in one of its cells. Raises SqueezevizError if it is not valid there.

    Whether another layer has the same name is not asked.
    """
    place = Place(row=layer.name, column=str(column))
    if column is Column.WINDOW and has_window(layer):
        return with_window(layer, typed.strip(), place)
    field, read = column.field_of(type(layer)), column.spec.cells.read
    if field is None or read is None:
        raise _unchangeable(layer.name, column)
    value = read(typed.strip(), place)
    # Of pasted cells most say what stands there: a layer that is made anew checks all of its fields.
    return layer if value == getattr(layer, field) else replace(layer, **{field: value})


def _unchangeable(row: str, column: Column) -> SqueezevizError:
    reason = "this cell cannot be changed: it is computed, or does not apply to this row"
    return SqueezevizError(reason, Place(row=row, column=str(column)))


def _size(typed: str) -> InputShape:
    """Read an input as Table 1 writes it: height × width × channels."""
    parts = re.split(r"\s*[xX×]\s*", typed)
    if len(parts) != 3:
        raise SqueezevizError(
            f"an input is height × width × channels, such as 227×227×3, not {quoted(typed)}", Place(row="input")
        )
    height, width, channels = (whole(part, Place(row="input")) for part in parts)
    return InputShape(channels, height, width)
