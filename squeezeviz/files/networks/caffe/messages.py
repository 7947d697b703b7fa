"""The part of Caffe's message types that a network's structure is written in, and blocks of text put into messages.

Names and enum values are those of BVLC Caffe's caffe.proto, and of its SSD branch for how images are resized; 32-bit
floats are read as 64-bit ones, so that a ratio of 0.4 stays 0.4. What is not here (fillers, solver settings, other
layers' parameters) is skipped.
"""

from __future__ import annotations

import re
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
    "ABSVAL": "AbsVal", "ACCURACY": "Accuracy", "ARGMAX": "ArgMax", "BNLL": "BNLL", "CONCAT": "Concat",
    "CONTRASTIVE_LOSS": "ContrastiveLoss", "CONVOLUTION": "Convolution", "DATA": "Data",
    "DECONVOLUTION": "Deconvolution", "DROPOUT": "Dropout", "DUMMY_DATA": "DummyData", "ELTWISE": "Eltwise",
    "EUCLIDEAN_LOSS": "EuclideanLoss", "EXP": "Exp", "FLATTEN": "Flatten", "HDF5_DATA": "HDF5Data",
    "HDF5_OUTPUT": "HDF5Output", "HINGE_LOSS": "HingeLoss", "IM2COL": "Im2col", "IMAGE_DATA": "ImageData",
    "INFOGAIN_LOSS": "InfogainLoss", "INNER_PRODUCT": "InnerProduct", "LRN": "LRN", "MEMORY_DATA": "MemoryData",
    "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss", "MVN": "MVN", "POOLING": "Pooling", "POWER": "Power",
    "RELU": "ReLU", "SIGMOID": "Sigmoid", "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss",
    "SILENCE": "Silence", "SLICE": "Slice", "SOFTMAX": "Softmax", "SOFTMAX_LOSS": "SoftmaxWithLoss", "SPLIT": "Split",
    "TANH": "TanH", "THRESHOLD": "Threshold", "WINDOW_DATA": "WindowData",
}  # fmt: skip
"""The types of `layers` by the names that those of `layer` have."""

_WINDOW = dict.fromkeys(("pad_h", "pad_w", "kernel_h", "kernel_w", "stride_h", "stride_w"), "uint32")

MESSAGES: dict[str, dict[str, str]] = {
    "NetParameter": {
        "name": "string",
        "input": "string*",
        "input_shape": "BlobShape*",
        "input_dim": "int64*",
        "state": "NetState",
        "layer": "LayerParameter*",
    },
    "BlobShape": {"dim": "int64*"},
    "NetState": {"phase": "Phase = TEST", "level": "int32", "stage": "string*"},
    "NetStateRule": {
        "phase": "Phase",
        "min_level": "int32",
        "max_level": "int32",
        "stage": "string*",
        "not_stage": "string*",
    },
    "LayerParameter": {
        "name": "string",
        "type": "string",
        "bottom": "string*",
        "top": "string*",
        "include": "NetStateRule*",
        "exclude": "NetStateRule*",
        "convolution_param": "ConvolutionParameter",
        "pooling_param": "PoolingParameter",
        "eltwise_param": "EltwiseParameter",
        "concat_param": "ConcatParameter",
        "dropout_param": "DropoutParameter",
        "relu_param": "ReLUParameter",
        "softmax_param": "SoftmaxParameter",
        "flatten_param": "FlattenParameter",
        "reshape_param": "ReshapeParameter",
        "input_param": "InputParameter",
        "dummy_data_param": "DummyDataParameter",
        "memory_data_param": "MemoryDataParameter",
        "image_data_param": "ImageDataParameter",
        "data_param": "DataParameter",
        "window_data_param": "WindowDataParameter",
        "transform_param": "TransformationParameter",
    },
    "ConvolutionParameter": {
        "num_output": "uint32",
        "bias_term": "bool = true",
        "pad": "uint32*",
        "kernel_size": "uint32*",
        "stride": "uint32*",
        "dilation": "uint32*",
        "group": "uint32 = 1",
        "axis": "int32 = 1",
        **_WINDOW,
    },
    "PoolingParameter": {
        "pool": "PoolMethod",
        "pad": "uint32",
        "kernel_size": "uint32",
        "stride": "uint32 = 1",
        "global_pooling": "bool",
        "round_mode": "RoundMode",
        **_WINDOW,
    },
    "EltwiseParameter": {"operation": "EltwiseOp = SUM", "coeff": "double*"},
    "ConcatParameter": {"axis": "int32 = 1", "concat_dim": "uint32 = 1"},
    "DropoutParameter": {"dropout_ratio": "double = 0.5"},
    "ReLUParameter": {"negative_slope": "double"},
    "SoftmaxParameter": {"axis": "int32 = 1"},
    "FlattenParameter": {"axis": "int32 = 1", "end_axis": "int32 = -1"},
    "ReshapeParameter": {"shape": "BlobShape"},
    "InputParameter": {"shape": "BlobShape*"},
    "DummyDataParameter": {
        "shape": "BlobShape*",
        "num": "uint32*",
        "channels": "uint32*",
        "height": "uint32*",
        "width": "uint32*",
    },
    "MemoryDataParameter": {"channels": "uint32", "height": "uint32", "width": "uint32"},
    "ImageDataParameter": {
        "new_height": "uint32",
        "new_width": "uint32",
        "is_color": "bool = true",
        "crop_size": "uint32",
    },
    "DataParameter": {"crop_size": "uint32"},
    "WindowDataParameter": {"crop_size": "uint32"},
    "TransformationParameter": {
        "crop_size": "uint32",
        "crop_h": "uint32",
        "crop_w": "uint32",
        "mean_value": "double*",
        "force_color": "bool",
        "force_gray": "bool",
        "resize_param": "ResizeParameter",
    },
    "ResizeParameter": {"resize_mode": "ResizeMode = WARP", "height": "uint32", "width": "uint32"},
}
"""Each message's fields with their types and what they are where they are not there; a star marks a repeated one."""


class _Type(NamedTuple):
    of: str
    repeated: bool
    default: str


def _types(fields: dict[str, str]) -> dict[str, _Type]:
    said = {name: type_.partition(" = ") for name, type_ in fields.items()}
    return {name: _Type(of.rstrip("*"), of.endswith("*"), default) for name, (of, _, default) in said.items()}


_V1_TYPE = "V1LayerType"
_TYPES = {message: _types(fields) for message, fields in MESSAGES.items()}
_TYPES["V1LayerParameter"] = _TYPES["LayerParameter"] | {"type": _Type(_V1_TYPE, repeated=False, default="")}

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
    "double": _Field.TYPE_DOUBLE,
}


@cache
def net_parameter() -> type[Any]:
    """The message class of a whole network."""
    file = descriptor_pb2.FileDescriptorProto(name="squeezeviz/caffe.proto", package="caffe", syntax="proto2")
    for enum, values in ENUMS.items():
        described = file.message_type.add(name=f"{enum}Scope").enum_type.add(name=enum)
        for value, number in values.items():
            described.value.add(name=value, number=number)
    for message, fields in MESSAGES.items():
        made = file.message_type.add(name=message)
        for number, (name, type_) in enumerate(_types(fields).items(), 1):
            _add_field(made, name, number, type_)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found: type[Any] = message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe.NetParameter"))
    return found


def _add_field(made: descriptor_pb2.DescriptorProto, name: str, number: int, type_: _Type) -> None:
    label = _Field.LABEL_REPEATED if type_.repeated else _Field.LABEL_OPTIONAL
    field = made.field.add(name=name, number=number, label=label)
    if type_.of in _SCALARS:
        field.type = _SCALARS[type_.of]
    else:
        field.type = _Field.TYPE_ENUM if type_.of in ENUMS else _Field.TYPE_MESSAGE
        field.type_name = f".caffe.{type_.of}Scope.{type_.of}" if type_.of in ENUMS else f".caffe.{type_.of}"
    if type_.default:
        field.default_value = type_.default


LONGEST_STRING = 100_000


def fill(message: Any, kind: str, block: Block) -> None:
    """Put the fields of a block into a message of the type `kind`.

    SqueezevizError with the line where a value is of the wrong kind, or a field that is single stands there twice.
    """
    seen: set[str] = set()
    for given in block.fields:
        type_ = _TYPES[kind].get(given.name)
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


def _set(message: Any, type_: _Type, given: Field, block: Block) -> None:
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
    if kind == _V1_TYPE and not quoted:
        if said not in V1_TYPES:
            raise block.fail(f"Caffe has no layer of type {shown(said)}", at)
        return V1_TYPES[said]
    if kind in ("string", _V1_TYPE):  # other programs than Caffe take a type of today in a block of old too
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
