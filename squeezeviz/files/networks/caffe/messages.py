"""The part of Caffe's message types that a network's structure is written in, and blocks of text put into messages.

Names, numbers and enum values are those of BVLC Caffe's caffe.proto, and of its SSD branch for how images are resized;
in texts 32-bit floats are read as 64-bit ones, so that a ratio of 0.4 stays 0.4. What is not here (fillers, solver
settings, other layers' parameters) is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from squeezeviz.files.networks.caffe.blocks import Block, Field
from squeezeviz.model.errors import shown
from squeezeviz.model.records import NamedTuple

ENUMS: dict[str, dict[str, int]] = {
    "Phase": {"TRAIN": 0, "TEST": 1},
    "PoolMethod": {"MAX": 0, "AVE": 1, "STOCHASTIC": 2},
    "RoundMode": {"CEIL": 0, "FLOOR": 1},
    "EltwiseOp": {"PROD": 0, "SUM": 1, "MAX": 2},
    "ResizeMode": {"WARP": 1, "FIT_SMALL_SIZE": 2, "FIT_LARGE_SIZE_AND_PAD": 3},
}

V1_TYPES = {
    "ACCURACY": "Accuracy", "BNLL": "BNLL", "CONCAT": "Concat", "CONVOLUTION": "Convolution", "DATA": "Data",
    "DROPOUT": "Dropout", "EUCLIDEAN_LOSS": "EuclideanLoss", "FLATTEN": "Flatten", "HDF5_DATA": "HDF5Data",
    "HDF5_OUTPUT": "HDF5Output", "IM2COL": "Im2col", "IMAGE_DATA": "ImageData", "INFOGAIN_LOSS": "InfogainLoss",
    "INNER_PRODUCT": "InnerProduct", "LRN": "LRN", "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss",
    "POOLING": "Pooling", "RELU": "ReLU", "SIGMOID": "Sigmoid", "SOFTMAX": "Softmax",
    "SOFTMAX_LOSS": "SoftmaxWithLoss", "SPLIT": "Split", "TANH": "TanH", "WINDOW_DATA": "WindowData",
    "ELTWISE": "Eltwise", "POWER": "Power", "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss",
    "HINGE_LOSS": "HingeLoss", "MEMORY_DATA": "MemoryData", "ARGMAX": "ArgMax", "THRESHOLD": "Threshold",
    "DUMMY_DATA": "DummyData", "SLICE": "Slice", "MVN": "MVN", "ABSVAL": "AbsVal", "SILENCE": "Silence",
    "CONTRASTIVE_LOSS": "ContrastiveLoss", "EXP": "Exp", "DECONVOLUTION": "Deconvolution",
}  # fmt: skip
"""The types of `layers` by the names that those of `layer` have, in the order of their numbers, from 1 on."""

_WINDOW = ("pad_h", "pad_w", "kernel_h", "kernel_w", "stride_h", "stride_w")

MESSAGES: dict[str, dict[str, str]] = {
    "NetParameter": {
        "name": "1 string",
        "input": "3 string*",
        "input_shape": "8 BlobShape*",
        "input_dim": "4 int64*",
        "state": "6 NetState",
        "layer": "100 LayerParameter*",
    },
    "BlobShape": {"dim": "1 int64*"},
    "NetState": {"phase": "1 Phase = TEST", "level": "2 int32", "stage": "3 string*"},
    "NetStateRule": {
        "phase": "1 Phase",
        "min_level": "2 int32",
        "max_level": "3 int32",
        "stage": "4 string*",
        "not_stage": "5 string*",
    },
    "LayerParameter": {
        "name": "1 string",
        "type": "2 string",
        "bottom": "3 string*",
        "top": "4 string*",
        "include": "8 NetStateRule*",
        "exclude": "9 NetStateRule*",
        "convolution_param": "106 ConvolutionParameter",
        "pooling_param": "121 PoolingParameter",
        "eltwise_param": "110 EltwiseParameter",
        "concat_param": "104 ConcatParameter",
        "dropout_param": "108 DropoutParameter",
        "relu_param": "123 ReLUParameter",
        "softmax_param": "125 SoftmaxParameter",
        "flatten_param": "135 FlattenParameter",
        "reshape_param": "133 ReshapeParameter",
        "input_param": "143 InputParameter",
        "dummy_data_param": "109 DummyDataParameter",
        "memory_data_param": "119 MemoryDataParameter",
        "image_data_param": "115 ImageDataParameter",
        "data_param": "107 DataParameter",
        "window_data_param": "129 WindowDataParameter",
        "transform_param": "100 TransformationParameter",
    },
    "ConvolutionParameter": {
        "num_output": "1 uint32",
        "bias_term": "2 bool = true",
        "pad": "3 uint32*",
        "kernel_size": "4 uint32*",
        "stride": "6 uint32*",
        "dilation": "18 uint32*",
        "group": "5 uint32 = 1",
        "axis": "16 int32 = 1",
        **{name: f"{number} uint32" for number, name in enumerate(_WINDOW, 9)},
    },
    "PoolingParameter": {
        "pool": "1 PoolMethod",
        "pad": "4 uint32",
        "kernel_size": "2 uint32",
        "stride": "3 uint32 = 1",
        "global_pooling": "12 bool",
        "round_mode": "13 RoundMode",
        **{name: f"{number} uint32" for name, number in zip(_WINDOW, (9, 10, 5, 6, 7, 8), strict=True)},
    },
    "EltwiseParameter": {"operation": "1 EltwiseOp = SUM", "coeff": "2 double*"},
    "ConcatParameter": {"axis": "2 int32 = 1", "concat_dim": "1 uint32 = 1"},
    "DropoutParameter": {"dropout_ratio": "1 double = 0.5"},
    "ReLUParameter": {"negative_slope": "1 double"},
    "SoftmaxParameter": {"axis": "2 int32 = 1"},
    "FlattenParameter": {"axis": "1 int32 = 1", "end_axis": "2 int32 = -1"},
    "ReshapeParameter": {"shape": "1 BlobShape"},
    "InputParameter": {"shape": "1 BlobShape*"},
    "DummyDataParameter": {
        "shape": "6 BlobShape*",
        "num": "2 uint32*",
        "channels": "3 uint32*",
        "height": "4 uint32*",
        "width": "5 uint32*",
    },
    "MemoryDataParameter": {"channels": "2 uint32", "height": "3 uint32", "width": "4 uint32"},
    "ImageDataParameter": {
        "new_height": "9 uint32",
        "new_width": "10 uint32",
        "is_color": "11 bool = true",
        "crop_size": "5 uint32",
    },
    "DataParameter": {"crop_size": "5 uint32"},
    "WindowDataParameter": {"crop_size": "5 uint32"},
    "TransformationParameter": {
        "crop_size": "3 uint32",
        "crop_h": "11 uint32",
        "crop_w": "12 uint32",
        "mean_value": "5 double*",
        "force_color": "6 bool",
        "force_gray": "7 bool",
        "resize_param": "8 ResizeParameter",
    },
    "ResizeParameter": {"resize_mode": "2 ResizeMode = WARP", "height": "3 uint32", "width": "4 uint32"},
}
"""Each message's fields: their numbers and types, and what they are where they are not there. A star marks a repeated
one."""


class FieldType(NamedTuple):
    """A field's number in files, the type of its values, and its default; empty where that is the type's own."""

    number: int
    of: str
    repeated: bool
    default: str


def _types(fields: Mapping[str, str]) -> dict[str, FieldType]:
    found = {}
    for name, said in fields.items():
        number, _, type_ = said.partition(" ")
        of, _, default = type_.partition(" = ")
        found[name] = FieldType(int(number), of.rstrip("*"), of.endswith("*"), default)
    return found


V1_TYPE = "V1LayerType"
TYPES = {message: _types(fields) for message, fields in MESSAGES.items()}
TYPES["V1LayerParameter"] = TYPES["LayerParameter"] | {"type": FieldType(5, V1_TYPE, repeated=False, default="")}

SKIPPED = {
    "ConvolutionParameter": {"weight_filler", "bias_filler", "engine", "force_nd_im2col"},
    "PoolingParameter": {"engine"},
    "EltwiseParameter": {"stable_prod_grad"},
    "ConcatParameter": set(),
    "DropoutParameter": {"scale_train"},
    "ReLUParameter": {"engine"},
    "SoftmaxParameter": {"engine"},
}
"""Fields that Caffe knows and that change no number of ours. Any other in these messages is a slip of the pen."""

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "string": _Field.TYPE_STRING,
    "bool": _Field.TYPE_BOOL,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "uint32": _Field.TYPE_UINT32,
    "float": _Field.TYPE_FLOAT,
    "double": _Field.TYPE_DOUBLE,
    "bytes": _Field.TYPE_BYTES,
}


@cache
def net_parameter() -> type[Any]:
    """The message class of a whole network, as texts fill it."""
    return message_class("text", MESSAGES, ENUMS)


def message_class(
    name: str, messages: Mapping[str, Mapping[str, str]], enums: Mapping[str, Mapping[str, int]]
) -> type[Any]:
    """The class of the first of these messages, described as `MESSAGES` is; `name` sets it apart from others."""
    package = f"caffe.{name}"
    file = descriptor_pb2.FileDescriptorProto(name=f"squeezeviz/{name}.proto", package=package, syntax="proto2")
    for enum, values in enums.items():
        described = file.message_type.add(name=f"{enum}Scope").enum_type.add(name=enum)
        for value, number in values.items():
            described.value.add(name=value, number=number)
    for message, fields in messages.items():
        made = file.message_type.add(name=message)
        for field, type_ in _types(fields).items():
            scope = f"{type_.of}Scope." if type_.of in enums else ""
            _add_field(made, field, type_, f".{package}.{scope}{type_.of}", is_enum=type_.of in enums)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found: type[Any] = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{next(iter(messages))}"))
    return found


def _add_field(
    made: descriptor_pb2.DescriptorProto, name: str, type_: FieldType, full_type: str, *, is_enum: bool
) -> None:
    label = _Field.LABEL_REPEATED if type_.repeated else _Field.LABEL_OPTIONAL
    field = made.field.add(name=name, number=type_.number, label=label)
    if type_.of in _SCALARS:
        field.type = _SCALARS[type_.of]
    else:
        field.type = _Field.TYPE_ENUM if is_enum else _Field.TYPE_MESSAGE
        field.type_name = full_type
    if type_.default:
        field.default_value = type_.default


LONGEST_STRING = 100_000


def fill(message: Any, kind: str, block: Block) -> None:
    """Put the fields of a block into a message of the type `kind`.

    SqueezevizError with the line where a value is of the wrong kind, or a field that is single stands there twice.
    """
    seen: set[str] = set()
    for given in block.fields:
        type_ = TYPES[kind].get(given.name)
        if type_ is None:
            continue
        if given.name in seen and not type_.repeated:
            raise block.fail(f"{given.name} stands here a second time; keep one of them", given.at)
        seen.add(given.name)
        if type_.of not in MESSAGES:
            _set(message, type_, given, block)
        elif type_.repeated:
            fill(getattr(message, given.name).add(), type_.of, block.within(given))
        else:
            getattr(message, given.name).SetInParent()
            fill(getattr(message, given.name), type_.of, block.within(given))


def _set(message: Any, type_: FieldType, given: Field, block: Block) -> None:
    if isinstance(given.value, Block):
        raise block.fail(f"{given.name} is no block; write {given.name}: and a value", given.at)
    value = _value(type_.of, given.name, given.value, block, given.at)
    try:
        if type_.repeated:
            getattr(message, given.name).append(value)
        else:
            setattr(message, given.name, value)
    except ValueError:
        raise block.fail(f"{given.name} cannot be {shown(given.value)}: this is out of range", given.at) from None


def _value(kind: str, name: str, said: str, block: Block, at: int) -> Any:
    quoted = said[0] in "\"'"
    if kind == V1_TYPE and not quoted:
        if said not in V1_TYPES:
            raise block.fail(f"Caffe has no layer of type {shown(said)}", at)
        return V1_TYPES[said]
    if kind in ("string", V1_TYPE):  # other programs than Caffe take a type of today in a block of old too
        if not quoted:
            meant = V1_TYPES.get(said, said) if name == "type" else said
            raise block.fail(f'{name} is text and needs quotation marks: {name}: "{shown(meant)[1:-1]}"', at)
        return _string(said, block, at)
    if kind == "bool":
        if said not in _BOOLS:
            raise block.fail(f"{name} must be true or false, not {shown(said)}", at)
        return _BOOLS[said]
    if kind in ENUMS:
        value = ENUMS[kind].get(said, _whole(said))
        if value not in ENUMS[kind].values():
            raise block.fail(f"{name} has no value named {shown(said)}; Caffe's are {', '.join(ENUMS[kind])}", at)
        return value
    number = None if quoted else _float(said) if kind == "double" else _whole(said)
    if number is None:
        wrong = "a number" if kind == "double" or _float(said) is None else "a whole number"
        raise block.fail(f"{shown(said)} stands where {wrong} must; if it is a placeholder, fill it in", at)
    return number


_BOOLS = {"true": True, "True": True, "t": True, "1": True, "false": False, "False": False, "f": False, "0": False}


_PARTS = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'")
_ESCAPE = re.compile(rb"\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_LETTERS = dict(zip(b"abfnrtv\\'\"?", b"\a\b\f\n\r\t\v\\'\"?", strict=True))


def _string(said: str, block: Block, at: int) -> str:
    """The text in the quotation marks; several strings in a row are one."""
    if len(said) > LONGEST_STRING:
        raise block.fail(f"a string may have {LONGEST_STRING:,} characters, this one has {len(said):,}", at)
    if "\\" not in said and said.count(said[0]) == 2 and said[-1] == said[0]:
        return said[1:-1]
    inner = "".join(part[0][1:-1] for part in _PARTS.finditer(said)).encode()
    try:
        return _ESCAPE.sub(_escaped, inner).decode()
    except UnicodeError as error:
        raise block.fail(f"a string in it is no UTF-8 text: {error}", at) from None
    except (ValueError, KeyError):
        raise block.fail(f"the string {shown(said)} has a backslash that begins nothing", at) from None


def _escaped(match: re.Match[bytes]) -> bytes:
    """Escapes of one byte may spell a character together. Half a character is a UnicodeError, as it is no text."""
    hexadecimal, octal, short, long, letter = match.groups()
    if letter:
        return bytes([_LETTERS[letter[0]]])
    if short or long:
        return chr(int(short or long, 16)).encode()
    return bytes([int(hexadecimal, 16) if hexadecimal else int(octal, 8)])


_WHOLE = re.compile(r"([+-]?)(?:0[xX]([0-9a-fA-F]{1,16})|0([0-7]{1,22})|(0|[1-9][0-9]{0,19}))")
_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,5})?[fF]?")


def _whole(said: str) -> int | None:
    match = _WHOLE.fullmatch(said)
    if match is None:
        return None
    sign, hexadecimal, octal, decimal = match.groups()
    size = int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal)
    return -size if sign == "-" else size


def _float(said: str) -> float | None:
    if said.casefold().lstrip("+-") in ("inf", "infinity", "nan"):
        return float(said)
    return float(said.rstrip("fF")) if _FLOAT.fullmatch(said) else None
