"""What a .caffemodel holds: the weights of its layers by their names, and the layers themselves, as a prototxt.

protobuf reads it, with messages that have only the fields that are needed. Packed numbers are bytes in a file, and are
kept as such until they are asked for.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import cache
from math import prod
from typing import Any

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from squeezeviz.analysis.weights import TensorShape
from squeezeviz.files.networks.caffe.messages import ENUMS, MESSAGES, V1_TYPE, V1_TYPES, message_class
from squeezeviz.files.networks.caffe.parse import MOST_LAYERS
from squeezeviz.files.weights.convolutions import MOST_TENSORS, written
from squeezeviz.files.weights.numbers import ITEM_BYTES
from squeezeviz.model.errors import SqueezevizError, brief, errors_at
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted

CONVOLUTION = "Convolution"


class Blob(NamedTuple):
    """A tensor of a layer. `packed` are its numbers as bytes, the least significant first, in pieces."""

    shape: TensorShape
    dtype: str
    packed: tuple[bytes, ...]


class SavedLayer(NamedTuple):
    """A layer with weights: its name, its type, and its tensors, a convolution's weights before its biases."""

    name: str
    type: str
    blobs: tuple[Blob, ...]


class SavedNet(NamedTuple):
    """A network as a .caffemodel holds it.

    `text` is the prototxt of its layers. `is_whole` says that it tells strides and connections too: other programs than
    Caffe may leave them out.
    """

    layers: tuple[SavedLayer, ...]
    text: str
    is_whole: bool


DAMAGED = "this is no .caffemodel, or one that is damaged or was cut off; download or save it again"


def parse_saved(content: bytes) -> SavedNet:
    """The network in a file. SqueezevizError where there is none, or no weights."""
    message = _saved_net_parameter()()
    try:
        message.ParseFromString(content)
        whole = _checked(message)
    except DecodeError as error:
        if "alloc" in str(error):
            raise MemoryError from None
        raise SqueezevizError(DAMAGED) from None
    saved = [_layer(each, type_) for each, type_ in whole if each.blobs]
    if not saved:
        raise SqueezevizError("no layer in it has weights; open the .prototxt that goes with it")
    twice = {each.name for each, other in itertools.pairwise(sorted(saved)) if each.name == other.name}
    if twice:
        raise SqueezevizError(f"two layers with weights are called {brief(min(twice))}; rename one of them")
    told = [_is_told(each) for each, type_ in whole if type_ == CONVOLUTION]
    is_whole = bool(told) and all(told)
    _name_inputs(message)
    return SavedNet(tuple(saved), _text(message), is_whole)


def _checked(message: Any) -> list[tuple[Any, str]]:
    """The layers, and the types that they have today. Raise where they are of the oldest kind, or too many."""
    if message.layer and message.layers:
        raise SqueezevizError("it has layers of two kinds, of Caffe's first year and of today, which no network has")
    if not (message.layer or message.layers):
        raise SqueezevizError("there is no layer in it, so it holds no network")
    if len(message.layer) + len(message.layers) > MOST_LAYERS:
        count = len(message.layer) + len(message.layers)
        raise SqueezevizError(f"it has {count:,} layers; at most {MOST_LAYERS:,} are read")
    oldest = next((each.layer for each in message.layers if each.HasField("layer")), None)
    if oldest is not None and not oldest.startswith(b"\x0a"):  # where a layer of the oldest kind begins with its name
        raise SqueezevizError("this is a network of Caffe2; export it to ONNX and open that")
    if oldest is not None:
        raise SqueezevizError(
            "this is a Caffe file of the oldest kind; upgrade it with Caffe's upgrade_net_proto_binary"
        )
    found = [(each, each.type) for each in message.layer]
    found += [(each, _TYPES_BY_NUMBER.get(each.type, "")) for each in message.layers]
    texts = [(message.name, *message.input), *((each.name, type_, *each.bottom, *each.top) for each, type_ in found)]
    if any(isinstance(text, bytes) for text in itertools.chain(*texts)):  # as protobuf gives what is not UTF-8
        raise SqueezevizError(DAMAGED)
    if sum(len(each.blobs) for each, _ in found) > MOST_TENSORS:
        raise SqueezevizError(f"its layers have more than {MOST_TENSORS:,} tensors; no SqueezeNet's have")
    return found


def _is_told(convolution: Any) -> bool:
    return bool(convolution.bottom and convolution.convolution_param.num_output)


def _layer(layer: Any, type_: str) -> SavedLayer:
    with errors_at(row=layer.name):
        return SavedLayer(layer.name, type_, tuple(map(_blob, layer.blobs)))


def _blob(blob: Any) -> Blob:
    shape = tuple(blob.shape.dim) if blob.HasField("shape") else (blob.num, blob.channels, blob.height, blob.width)
    dtype = "float64" if blob.double_data else "float32"
    packed = tuple(blob.double_data or blob.data)
    if len(shape) > _MOST_SIDES or any(side < 0 for side in shape):
        raise SqueezevizError(f"its weights have the shape {written(shape)}, which no tensor has")
    count, there = prod(shape), sum(map(len, packed))
    if there != count * ITEM_BYTES[dtype]:
        numbers, odd = divmod(there, ITEM_BYTES[dtype])
        said = f"{numbers:,} float numbers" if there else "no float numbers"
        if odd:
            said += f" and {counted(odd, 'byte')}"
        raise SqueezevizError(
            f"its weights have the shape {written(shape)}, and {said} are there: the file is damaged, "
            "or stores them in another way; save it again with BVLC's Caffe"
        )
    return Blob(shape, dtype, packed)


_MOST_SIDES = 32
"""Caffe's own bound."""


def _name_inputs(message: Any) -> None:
    """Have the network say where its images come in: Caffe writes no `input` with `shape`, and some layers are code."""
    for layer in message.layer:
        if not layer.bottom and layer.top and layer.type == "Python":
            layer.type = "Input"
    layers = message.layer or message.layers
    if message.input or any(not layer.bottom for layer in layers):
        return
    made = set()
    for layer in layers:
        taken = next((bottom for bottom in layer.bottom if bottom not in made), None)
        if taken is not None:
            message.input.append(taken)
            return
        made.update(layer.top)


def _text(message: Any) -> str:
    """The prototxt of a network, which is left without its weights."""
    for layer in (*message.layer, *message.layers):
        layer.ClearField("blobs")
    size = message.ByteSize()
    if size > _LARGEST_WITHOUT_WEIGHTS:
        raise SqueezevizError(f"its layers take {size:,} bytes without their weights, which no network's do")
    text: str = text_format.MessageToString(message)
    return text


_LARGEST_WITHOUT_WEIGHTS = 2 * 1024 * 1024
"""Bytes. A network of 1,000 Fire modules has about half of that."""


_TYPES_BY_NUMBER = dict(enumerate(V1_TYPES.values(), 1))
_V1_NUMBERS = {
    "bottom": 2, "top": 3, "name": 4, "include": 32, "exclude": 33, "concat_param": 9, "convolution_param": 10,
    "data_param": 11, "dropout_param": 12, "dummy_data_param": 26, "eltwise_param": 24, "image_data_param": 15,
    "memory_data_param": 22, "pooling_param": 19, "relu_param": 30, "softmax_param": 39, "window_data_param": 20,
    "transform_param": 36,
}  # fmt: skip
"""Of the fields that layers of Caffe's first year have too."""


@cache
def _saved_net_parameter() -> type[Any]:
    """The message class of a network in a binary file, where floats have 32 bits."""
    messages = {
        message: {name: said.replace(" double", " float") for name, said in fields.items()}
        for message, fields in MESSAGES.items()
    }
    messages["NetParameter"]["layers"] = "2 V1LayerParameter*"
    messages["V1LayerParameter"] = {"layer": "1 bytes", "type": f"5 {V1_TYPE}", "blobs": "6 BlobProto*"} | dict(
        _renumbered(messages["LayerParameter"], _V1_NUMBERS)
    )
    messages["LayerParameter"]["blobs"] = "7 BlobProto*"
    sides = ("num", "channels", "height", "width")
    messages["BlobProto"] = {name: f"{number} int64" for number, name in enumerate(sides, 1)}
    messages["BlobProto"] |= {"data": "5 bytes*", "shape": "7 BlobShape", "double_data": "8 bytes*"}
    v1_types = {name: number for number, name in enumerate(V1_TYPES, 1)}
    return message_class("saved", messages, {**ENUMS, V1_TYPE: v1_types})


def _renumbered(fields: Mapping[str, str], numbers: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for name, number in numbers.items():
        yield name, f"{number} {fields[name].partition(' ')[2]}"
