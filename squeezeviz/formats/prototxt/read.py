"""A Caffe network's text as a layer table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from squeezeviz.core.errors import SqueezevizError, shown
from squeezeviz.core.layers import AvgPool, Dropout, Layer, MaxPool, Softmax
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import LayerTable
from squeezeviz.formats.opened import Read, name_from
from squeezeviz.formats.prototxt import geometry
from squeezeviz.formats.prototxt.fire import fire
from squeezeviz.formats.prototxt.graph import source_of
from squeezeviz.formats.prototxt.inputs import input_of
from squeezeviz.formats.prototxt.naming import fire_names
from squeezeviz.formats.prototxt.parse import CaffeLayer, CaffeNet, parse
from squeezeviz.formats.prototxt.phases import select
from squeezeviz.formats.prototxt.series import FireParts, Plain, series


def read(text: str, stem: str = "") -> Read:
    """The network in a prototxt, by its TEST phase; notes say what of the file a table has no place for.

    Rows keep the file's names, a Fire module has the common prefix of its parts'. `stem` names a network without a
    name. SqueezevizError with the line and the layer for what a table cannot say.
    """
    net = parse(text)
    selection = select(net)
    source = source_of(net, selection.kept)
    found = input_of(net, source)
    rows = list(series(source))
    layers = _layers(rows)
    name = net.message.name or name_from(stem)
    try:
        table = LayerTable(name, found.shape, tuple(layers))
    except SqueezevizError as error:
        raise error.at(line=_line_of(error, rows, layers) or net.block.line_of("name")) from None
    notes = (*found.notes, *_notes_on_idle_inputs(net), *_notes_on_left_out(selection.left_out))
    return Read(table, (*notes, *_notes_on_rounding(table)))


def _layers(rows: Sequence[Plain | FireParts]) -> list[Layer]:
    fires = [row for row in rows if isinstance(row, FireParts)]
    names = iter(fire_names(fires, [row.node.name for row in rows if isinstance(row, Plain)]))
    return [_layer(row) if isinstance(row, Plain) else fire(row, next(names)) for row in rows]


def _layer(row: Plain) -> Layer:
    layer = row.node.its_layer
    try:
        match row.node.type:
            case "Convolution":
                return geometry.conv(layer, layer.name, relu=row.relu)
            case "Pooling":
                return geometry.pool(layer, layer.name)
            case "Dropout":
                return Dropout(layer.name, layer.message.dropout_param.dropout_ratio)
            case _:
                return _softmax(layer)
    except SqueezevizError as error:
        raise error.at(line=layer.block.line_of(_FIELDS.get(error.place.column or "", "name"))) from None


_FIELDS = {
    "filters": "num_output",
    "kernel": "kernel_size",
    "stride": "stride",
    "padding": "pad",
    "p": "dropout_ratio",
}
"""Caffe's words for our fields."""


def _softmax(layer: CaffeLayer) -> Softmax:
    axis = layer.message.softmax_param.axis
    if axis not in (1, -3):
        raise layer.fail(f"its axis is {axis}; a layer table's softmax runs over the channels, axis 1", "axis")
    return Softmax(layer.name)


def _line_of(error: SqueezevizError, rows: Sequence[Plain | FireParts], layers: Sequence[Layer]) -> int | None:
    """The line of the last row that bears the name at fault."""
    lines = [
        (row.node if isinstance(row, Plain) else row.squeeze.node).its_layer.block.line
        for row, layer in zip(rows, layers, strict=True)
        if layer.name == error.place.row
    ]
    return lines[-1] if lines else None


def _notes_on_idle_inputs(net: CaffeNet) -> Iterator[str]:
    """Inputs that no layer of any phase takes. What a data layer brings along, such as labels, is often of no use."""
    declared = [*net.message.input]
    declared += [blob for layer in net.layers if layer.message.type == "Input" for blob in layer.message.top]
    taken = {blob for layer in net.layers for blob in layer.message.bottom}
    idle = [shown(blob) for blob in dict.fromkeys(declared) if blob not in taken]
    if idle:
        yield f"left out, as no layer takes it: the input {', '.join(idle)}"


def _notes_on_left_out(layers: Sequence[CaffeLayer]) -> Iterator[str]:
    if layers:
        names = ", ".join(f"{layer.plain_name} ({layer.message.type})" for layer in layers)
        yield f"left out, as it only measures or trains: {names}"


def _notes_on_rounding(table: LayerTable) -> Iterator[str]:
    """Without padding Caffe keeps a last window that starts outside the map; PyTorch, and so we, do not."""
    for layer in resolve(table).layers:
        pool = layer.layer
        if not isinstance(pool, MaxPool | AvgPool) or pool.padding or not pool.ceil:
            continue
        sides = layer.input.shape.height, layer.input.shape.width
        caffes = tuple(-(-(side - pool.kernel) // pool.stride) + 1 for side in sides)
        if caffes != layer.output.shape[1:]:
            yield (
                f"{pool.name}: Caffe would make {caffes[0]}×{caffes[1]} of it, with a last window outside the map; "
                f"here it is {layer.output.shape.height}×{layer.output.shape.width}"
            )
