"""Files as Caffe saves them: a prototxt's layers with weights, encoded here by hand, so that nothing of ours is in it.

Numbers of fields and types are those of caffe.proto.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Weights = Mapping[str, Sequence[np.ndarray[Any, Any]]]
"""By a layer's name: its weights, and its biases."""
Block = list[tuple[str, Any]]
"""Fields in order; a value is a text, or a block of its own."""


def varint(number: int) -> bytes:
    number &= 2**64 - 1
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    return bytes([*made, number])


def whole(field: int, number: int) -> bytes:
    return varint(field << 3) + varint(number)


def sized(field: int, content: bytes | str) -> bytes:
    """A message, a text, or packed numbers."""
    raw = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(raw)) + raw


def single(field: int, number: float) -> bytes:
    return varint(field << 3 | 5) + struct.pack("<f", number)


def blob(values: np.ndarray[Any, Any], *, legacy: bool = False) -> bytes:
    """A BlobProto, of float64 numbers where the array has them; `legacy` writes its four sides one by one."""
    if legacy:
        sides = (1,) * (4 - values.ndim) + values.shape
        shape = b"".join(whole(field, side) for field, side in enumerate(sides, 1))
    else:
        shape = sized(7, sized(1, b"".join(map(varint, values.shape))))
    packed = sized(8 if values.dtype == np.float64 else 5, values.astype(values.dtype.newbyteorder("<")).tobytes())
    return packed + shape if not legacy else shape + packed


_RULE = {"phase": 1, "stage": 4}
_SHAPE = {"dim": 1}
_CONV = {"num_output": 1, "bias_term": 2, "pad": 3, "kernel_size": 4, "group": 5, "stride": 6}
_POOL = {"pool": 1, "kernel_size": 2, "stride": 3, "pad": 4, "global_pooling": 12}
_TODAY = {
    "name": 1, "type": 2, "bottom": 3, "top": 4, "include": (8, _RULE), "convolution_param": (106, _CONV),
    "pooling_param": (121, _POOL), "dropout_param": (108, {"dropout_ratio": 1}),
    "input_param": (143, {"shape": (1, _SHAPE)}),
    "transform_param": (100, {"mirror": 2, "crop_size": 3, "mean_file": 4, "mean_value": 5}),
    "data_param": (107, {"source": 1, "batch_size": 4}),
}  # fmt: skip
_FIRST_YEAR = {
    "bottom": 2, "top": 3, "name": 4, "type": 5, "include": (32, _RULE), "convolution_param": (10, _CONV),
    "pooling_param": (19, _POOL), "dropout_param": (12, {"dropout_ratio": 1}),
    "transform_param": (36, {"crop_size": 3, "mean_value": 5}), "data_param": (11, {"source": 1, "batch_size": 4}),
}  # fmt: skip
_TYPES = {
    "Accuracy": 1, "Concat": 3, "Convolution": 4, "Data": 5, "Dropout": 6, "InnerProduct": 14, "LRN": 15,
    "Pooling": 17, "ReLU": 18, "Softmax": 20, "SoftmaxWithLoss": 21, "Split": 22, "Eltwise": 25,
}  # fmt: skip
_WORDS = {"TRAIN": 0, "TEST": 1, "MAX": 0, "AVE": 1, "true": 1, "false": 0}
_FLOATS = ("dropout_ratio", "mean_value")


def blocks(text: str) -> Block:
    """A prototxt's fields; of layers alone, as all real files have them."""
    tokens = re.findall(r'"[^"]*"|[\w./+-]+|[{}]', re.sub(r"#[^\n]*", "", text))
    return _block(iter(tokens))


def _block(tokens: Iterator[str]) -> Block:
    made: Block = []
    for name in tokens:
        if name == "}":
            break
        value = next(tokens)
        made.append((name, _block(tokens) if value == "{" else value.strip('"')))
    return made


def _encoded(block: Block, fields: Mapping[str, Any]) -> list[tuple[int, bytes]]:
    """Each field that there is a number for, with its number."""
    made = []
    for name, value in block:
        field = fields.get(name)
        if isinstance(field, tuple):
            made.append((field[0], sized(field[0], _joined(_encoded(value, field[1])))))
        elif field and name in _FLOATS:
            made.append((field, single(field, float(value))))
        elif field and value in _WORDS:
            made.append((field, whole(field, _WORDS[value])))
        elif field:
            made.append((field, whole(field, int(value)) if value.isdecimal() else sized(field, value)))
    return made


def _joined(encoded: Sequence[tuple[int, bytes]]) -> bytes:
    """The fields in the order of their numbers, as protobuf writes them."""
    return b"".join(content for _, content in sorted(encoded, key=lambda each: each[0]))


def layers_of(net: Block) -> list[tuple[dict[str, Any], Block]]:
    """Each layer's fields, those of one value alone, and all of them."""
    return [(dict(value), value) for name, value in net if name == "layer"]


def random_weights(text: str, seed: int = 1) -> dict[str, list[np.ndarray[Any, Any]]]:
    """Weights and biases for each convolution, as many as its input has channels."""
    chance = np.random.default_rng(seed)
    channels: dict[str, int] = {}
    made = {}
    for layer, fields in layers_of(blocks(text)):
        bottoms = [value for name, value in fields if name == "bottom"]
        taken = [channels.get(each, 3) for each in bottoms]
        flows = taken[0] if taken else 3
        if layer["type"] == "Convolution":
            window = dict(layer["convolution_param"])
            flows, side = int(window["num_output"]), int(window["kernel_size"])
            made[layer["name"]] = [
                chance.normal(0, 0.1, (flows, taken[0], side, side)).astype(np.float32),
                chance.normal(0, 0.1, flows).astype(np.float32),
            ]
        flows = sum(taken) if layer["type"] == "Concat" else flows
        channels.update({value: flows for name, value in fields if name == "top"})
    return made


def caffemodel(text: str, weights: Weights | None = None, *, bare: bool = False, legacy: bool = False) -> bytes:
    """The file that Caffe saves of a network; `bare` has no more than names, types and weights."""
    given = random_weights(text) if weights is None else weights
    made = b""
    for layer, fields in layers_of(blocks(text)):
        blobs = [(7, sized(7, blob(each, legacy=legacy))) for each in given.get(layer["name"], ())]
        told = [(name, value) for name, value in fields if not bare or name in ("name", "type")]
        if blobs or not bare:
            made += sized(100, _joined(_encoded(told, _TODAY) + blobs))
    return _named(text) + made


def first_years_caffemodel(text: str, weights: Weights | None = None) -> bytes:
    """The file that Caffe saved in its first year, whose layers had numbers as types. An Input was none of them."""
    given = random_weights(text) if weights is None else weights
    made = inputs = b""
    for layer, fields in layers_of(blocks(text)):
        if layer["type"] == "Input":
            inputs = sized(3, layer["top"])
            continue
        blobs = [(6, sized(6, blob(each, legacy=True))) for each in given.get(layer["name"], ())]
        told = [(name, value) for name, value in fields if name != "type"]
        kind = (5, whole(5, _TYPES[layer["type"]]))
        made += sized(2, _joined([*_encoded(told, _FIRST_YEAR), kind, *blobs]))
    return _named(text) + made + inputs


def _named(text: str) -> bytes:
    name = dict(blocks(text)).get("name")
    return sized(1, name) if name else b""
