"""A Caffe network's text as a layer table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe.graph import inputs_of, select
from squeezeviz.files.networks.caffe.inputs import input_of
from squeezeviz.files.networks.caffe.layer import CaffeLayer, caffes_sides
from squeezeviz.files.networks.caffe.parse import CaffeNet, parse
from squeezeviz.files.networks.graph.node import in_a_note
from squeezeviz.files.networks.graph.opening import open_graph
from squeezeviz.files.networks.graph.series import Row, notes_on_flattening, sharing, table_of
from squeezeviz.files.opened import Read, name_from
from squeezeviz.model.errors import Fact, SqueezevizError, brief, shown
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import some


def read(text: str, stem: str = "") -> Read:
    """Read the network of a prototxt's TEST phase; notes say what of the file a table has no place for.

    Rows keep the file's names, a Fire module has the common prefix of its parts'. `stem` names a network without a
    name. SqueezevizError with the line and the layer for what a table cannot say.
    """
    net = parse(text)
    selection = select(net)
    opening = open_graph(inputs_of(net, selection))
    image, image_notes = input_of(net, opening.source)
    name = net.message.name or name_from(stem)
    try:
        table = table_of(name, image, opening.rows)
    except SqueezevizError as error:
        raise error.at(line=net.block.line_of("name")) from None
    notes = (*net.notes, *opening.notes, *image_notes, *_notes_on_idle_inputs(net))
    notes += (*_notes_on_left_out(selection.left_out), *_notes_on_shared_weights(opening.rows))
    notes += (*_notes_on_flattened(table, opening.rows), *_notes_on_rounding(table))
    if opening.stopped is None and not any(_flattened(row) for row in opening.rows):
        notes += tuple(notes_on_flattening(resolve(table)))
    return Read(table, notes)


def _flattened(row: Row) -> CaffeLayer | None:
    return row.first.flattened if isinstance(row.first, CaffeLayer) else None


def _notes_on_flattened(table: LayerTable, found: Sequence[Row]) -> Iterator[str]:
    """SqueezevizError where a layer follows maps that are flattened, unless they are 1×1, as is only known now."""
    for row, resolved in zip(found, resolve(table).layers, strict=False):
        shape = resolved.output.shape
        flattened = _flattened(row)
        if flattened is None or (shape.height, shape.width) == (1, 1):
            continue
        if row is not found[-1]:
            raise flattened.fail(
                f"it flattens maps of {shape.height}×{shape.width}; a layer table's rows hand on maps, so that only "
                "maps of 1×1 can be flattened before the end"
            )
        yield f"left out: {in_a_note(flattened.name)} (Flatten), behind which the file's network ends"


def _notes_on_idle_inputs(net: CaffeNet) -> Iterator[str]:
    """Note inputs that no layer of any phase takes, but not what a data layer brings along, such as labels."""
    declared = [*net.message.input]
    declared += [blob for layer in net.layers if layer.message.type == "Input" for blob in layer.message.top]
    taken = {blob for layer in net.layers for blob in layer.message.bottom}
    idle = [shown(blob) for blob in dict.fromkeys(declared) if blob not in taken]
    if idle:
        yield f"left out, as no layer takes it: the input {some(idle, _MOST_NAMES)}"


def _notes_on_left_out(layers: Sequence[CaffeLayer]) -> Iterator[str]:
    if layers:
        names = [f"{in_a_note(layer.name)} ({layer.message.type})" for layer in layers]
        yield Fact(f"left out, as it only measures or trains: {some(names, _MOST_NAMES)}")


def _notes_on_shared_weights(found: Sequence[Row]) -> Iterator[str]:
    for weights, places in sharing(found):
        layers = some([in_a_note(row.convolutions[part].name) for row, part in places], _MOST_NAMES)
        yield f"{layers} share the weights {shown(weights)} in the file; here each counts its own"


_MOST_NAMES = 10


def _notes_on_rounding(table: LayerTable) -> Iterator[str]:
    for layer in resolve(table).layers:
        sides = caffes_sides(layer)
        if sides:
            ours = layer.output.shape
            yield (
                f"{brief(layer.layer.name)}: Caffe would make {sides[0]}×{sides[1]} of it, with a last window outside "
                f"the map; here it is {ours.height}×{ours.width}"
            )
