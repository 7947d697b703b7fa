"""A Caffe network's text as a layer table, with the size of its image, wherever the file says that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe.graph import inputs_of, select
from squeezeviz.files.networks.caffe.layer import CaffeLayer, caffes_sides
from squeezeviz.files.networks.caffe.messages import ENUMS
from squeezeviz.files.networks.caffe.parse import CaffeNet, parse
from squeezeviz.files.networks.graph.node import Node, in_a_note
from squeezeviz.files.networks.graph.opening import open_graph
from squeezeviz.files.networks.graph.series import Row, notes_on_flattening, sharing, table_of
from squeezeviz.files.opened import Read, name_from
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief, errors_at, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import counted, some


class Network(NamedTuple):
    """A network's table, what of the file each row was, and what a person should know about it."""

    table: LayerTable
    rows: Sequence[Row]
    notes: tuple[Note, ...]


def read(text: str, stem: str = "") -> Read:
    """Read the network of a prototxt's TEST phase; notes say what of the file a table has no place for.

    Rows keep the file's names, a Fire module has the common prefix of its parts'. `stem` names a network without a
    name. SqueezevizError with the line and the layer for what a table cannot say.
    """
    found = network_in(parse(text), stem)
    return Read(found.table, found.notes)


def network_in(net: CaffeNet, stem: str) -> Network:
    """The network that a table has of the net; raises as `read`."""
    selection = select(net)
    opening = open_graph(inputs_of(net, selection))
    image, image_notes = _input_of(net, opening.source)
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
    return Network(table, opening.rows, notes)


def _flattened(row: Row) -> CaffeLayer | None:
    return row.first.flattened if isinstance(row.first, CaffeLayer) else None


def _notes_on_flattened(table: LayerTable, found: Sequence[Row]) -> Iterator[Note]:
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
        yield Note(f"left out: {in_a_note(flattened.name)} (Flatten), behind which the file's network ends")


def _notes_on_idle_inputs(net: CaffeNet) -> Iterator[Note]:
    """Note inputs that no layer of any phase takes, but not what a data layer brings along, such as labels."""
    declared = [*net.message.input]
    declared += [blob for layer in net.layers if layer.message.type == "Input" for blob in layer.message.top]
    taken = {blob for layer in net.layers for blob in layer.message.bottom}
    idle = [shown(blob) for blob in dict.fromkeys(declared) if blob not in taken]
    if idle:
        yield Note(f"left out, as no layer takes it: the input {some(idle, _MOST_NAMES)}")


def _notes_on_left_out(layers: Sequence[CaffeLayer]) -> Iterator[Note]:
    if layers:
        names = [f"{in_a_note(layer.name)} ({layer.message.type})" for layer in layers]
        yield Note(f"left out, as it only measures or trains: {some(names, _MOST_NAMES)}", Severity.INFO)


def _notes_on_shared_weights(found: Sequence[Row]) -> Iterator[Note]:
    for weights, places in sharing(found):
        layers = some([in_a_note(row.convolutions[part].name) for row, part in places], _MOST_NAMES)
        yield Note(f"{layers} share the weights {shown(weights)} in the file; here each counts its own")


_MOST_NAMES = 10


def _notes_on_rounding(table: LayerTable) -> Iterator[Note]:
    for layer in resolve(table).layers:
        sides = caffes_sides(layer)
        if sides:
            ours = layer.output.shape
            yield Note(
                f"{brief(layer.layer.name)}: Caffe would make {sides[0]}×{sides[1]} of it, with a last window outside "
                f"the map; here it is {ours.height}×{ours.width}"
            )


def _input_of(net: CaffeNet, source: Node) -> tuple[InputShape, tuple[Note, ...]]:
    try:
        return _said_input(net, source)
    except SqueezevizError:
        if net.otherwise is None:
            raise
    said = f"the size of its input is not in the file, and taken as the Caffe release's, {net.otherwise}"
    return net.otherwise, (Note(f"{said}; --input CxHxW says otherwise"),)


def _said_input(net: CaffeNet, source: Node) -> tuple[InputShape, tuple[Note, ...]]:
    """The shape of the images that flow in at `source`, and a note where a part of it had to be assumed.

    The batch size is left out, as a table has none. SqueezevizError with the line where it is not said.
    """
    layer = source.operation
    if not isinstance(layer, CaffeLayer):
        return _declared(net, source.blob), ()
    place = list(layer.message.top).index(source.blob)
    shapes = layer.message.input_param.shape or layer.message.dummy_data_param.shape
    if shapes:
        return _shape(_at(place, shapes).dim, layer.block.line_of("shape"), layer.name), ()
    given = _given_sides(layer, place)
    if given:
        return _shape((1, *given), layer.block.line, layer.name), ()
    if place:
        raise layer.fail(f"it does not say the size of its {shown(source.blob)}; add a layer of type Input")
    return _prepared(layer)


def _declared(net: CaffeNet, blob: str) -> InputShape:
    """`input` with the `input_shape` or the four `input_dim` that belong to it."""
    message = net.message
    place = list(message.input).index(blob)
    if place < len(message.input_shape):
        return _shape(message.input_shape[place].dim, net.block.line_of("input_shape"), blob)
    dims = message.input_dim[4 * place : 4 * place + 4]
    if not dims:
        raise SqueezevizError(
            f"the size of the input {blob!r} is missing; add an input_shape with four dim",
            Place(line=net.block.line_of("input")),
        )
    return _shape(dims, net.block.line_of("input_dim"), blob)


def _shape(dims: Sequence[int], line: int | None, name: str) -> InputShape:
    if len(dims) != 4:
        said = f"an input has four dimensions (batch, channels, height, width), not {len(dims)}"
        raise SqueezevizError(said, Place(line=line, row=name))
    with errors_at(line=line):
        return InputShape(*(int(size) for size in dims[1:]))


def _at(place: int, given: Sequence[Any]) -> Any:
    """The item for the top at that place: there is one for each top, or one for all."""
    return given[min(place, len(given) - 1)]


def _given_sides(layer: CaffeLayer, place: int) -> tuple[int, int, int] | None:
    """Channels, height, width of data layers that say all three."""
    memory, dummy = layer.message.memory_data_param, layer.message.dummy_data_param
    if layer.message.type == "MemoryData":
        return memory.channels, memory.height, memory.width
    if dummy.channels and dummy.height and dummy.width:
        return _at(place, dummy.channels), _at(place, dummy.height), _at(place, dummy.width)
    return None


def _prepared(layer: CaffeLayer) -> tuple[InputShape, tuple[Note, ...]]:
    """The input from a database or from picture files, whose size only cropping or resizing says."""
    height, width = _cropped(layer.message) or _resized(layer)
    channels, reason = _channels(layer.message)
    shape = _shape((1, channels, height, width), layer.block.line, layer.name)
    said = f"an input of {shape}, with {counted(channels, 'channel')}, {reason}"
    return shape, (Note(f"{in_a_note(layer.name)}: {said}"),)


def _cropped(message: Any) -> tuple[int, int] | None:
    """Height and width of what is cut out of an image, however large that is."""
    for given in (message.transform_param, message.data_param, message.image_data_param, message.window_data_param):
        if given.crop_size:
            return given.crop_size, given.crop_size
    sides = message.transform_param.crop_h, message.transform_param.crop_w
    return sides if all(sides) else None


def _resized(layer: CaffeLayer) -> tuple[int, int]:
    resize, pictures = layer.message.transform_param.resize_param, layer.message.image_data_param
    if resize.resize_mode == ENUMS["ResizeMode"]["FIT_SMALL_SIZE"]:
        raise layer.fail(
            "with FIT_SMALL_SIZE the size depends on the sides of each image; add a crop_size to its transform_param, "
            "or a layer of type Input",
            "resize_mode",
        )
    if resize.height and resize.width:
        return resize.height, resize.width
    if pictures.new_height and pictures.new_width:
        return pictures.new_height, pictures.new_width
    raise layer.fail("it does not say how large its images are; add a crop_size to its transform_param")


def _channels(message: Any) -> tuple[int, str]:
    """The number of channels, and where it comes from."""
    if message.transform_param.force_gray:
        return 1, "as it says force_gray"
    if not message.image_data_param.is_color:
        return 1, "as it says is_color: false"
    if message.transform_param.force_color:
        return 3, "as it says force_color"
    three = len(message.transform_param.mean_value) == 3
    return 3, "as it has three mean values" if three else "which is assumed"
