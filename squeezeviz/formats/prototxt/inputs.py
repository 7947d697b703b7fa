"""The input image's shape, wherever a Caffe file says it. Batch sizes are left out: a table has none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.table import InputShape
from squeezeviz.formats.graphs.node import Node
from squeezeviz.formats.prototxt.operation import CaffeOperation
from squeezeviz.formats.prototxt.parse import CaffeLayer, CaffeNet


class FoundInput(NamedTuple):
    """The shape, and a note where a part of it had to be assumed."""

    shape: InputShape
    notes: tuple[str, ...] = ()


def input_of(net: CaffeNet, source: Node) -> FoundInput:
    """The shape of the images that flow in at `source`. SqueezevizError with the line where it is not said."""
    if not isinstance(source.operation, CaffeOperation):
        return FoundInput(_declared(net, source.blob))
    layer = source.operation.layer
    message = layer.message
    shapes = message.input_param.shape or message.dummy_data_param.shape
    if shapes:
        place = list(message.top).index(source.blob)
        return FoundInput(_shape(shapes[min(place, len(shapes) - 1)].dim, layer.block.line_of("shape"), layer.name))
    given = _given_sides(layer)
    if given:
        return FoundInput(_shape((1, *given), layer.block.line, layer.name))
    return _cropped(layer)


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


def _shape(dims: Sequence[int], line: int, name: str) -> InputShape:
    if len(dims) != 4:
        raise SqueezevizError(
            f"an input has four dimensions (batch, channels, height, width), not {len(dims)}",
            Place(line=line, row=name),
        )
    try:
        return InputShape(*(int(size) for size in dims[1:]))
    except SqueezevizError as error:
        raise error.at(line=line) from None


def _given_sides(layer: CaffeLayer) -> tuple[int, int, int] | None:
    """Channels, height, width of data layers that say all three."""
    memory, dummy = layer.message.memory_data_param, layer.message.dummy_data_param
    if layer.message.type == "MemoryData":
        return memory.channels, memory.height, memory.width
    if dummy.channels and dummy.height and dummy.width:
        return dummy.channels[0], dummy.height[0], dummy.width[0]
    return None


def _cropped(layer: CaffeLayer) -> FoundInput:
    """Data out of a database or of picture files, whose size only a crop or a resizing tells."""
    message = layer.message
    crop = message.transform_param.crop_size or message.data_param.crop_size or message.image_data_param.crop_size
    sides = (crop, crop) if crop else (message.image_data_param.new_height, message.image_data_param.new_width)
    if not all(sides):
        raise layer.fail("it does not say how large its images are; add a crop_size to its transform_param")
    grey = message.transform_param.force_gray or not message.image_data_param.is_color
    channels = 1 if grey else 3
    shape = _shape((1, channels, *sides), layer.block.line, layer.name)
    said = "1 channel" if grey else "3 channels"
    reason = "as it has three mean values" if len(message.transform_param.mean_value) == 3 else "which is assumed"
    return FoundInput(shape, (f"{layer.plain_name}: an input of {shape}, with {said}, {reason}",))
