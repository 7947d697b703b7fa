"""The part of Caffe's message types that a network's structure is written in.

Names and enum values are those of BVLC Caffe's caffe.proto, and of its SSD branch for how images are resized; 32-bit
floats are read as 64-bit ones, so that a ratio of 0.4 stays 0.4. What is not here (fillers, solver settings, other
layers' parameters) is skipped.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

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

_WINDOW = {"pad_h": "uint32", "pad_w": "uint32", "kernel_h": "uint32", "kernel_w": "uint32"} | {
    "stride_h": "uint32",
    "stride_w": "uint32",
}

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
    "NetState": {"phase": "Phase", "level": "int32", "stage": "string*"},
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
        "bias_term": "bool",
        "pad": "uint32*",
        "kernel_size": "uint32*",
        "stride": "uint32*",
        "dilation": "uint32*",
        "group": "uint32",
        "axis": "int32",
        **_WINDOW,
    },
    "PoolingParameter": {
        "pool": "PoolMethod",
        "pad": "uint32",
        "kernel_size": "uint32",
        "stride": "uint32",
        "global_pooling": "bool",
        "round_mode": "RoundMode",
        **_WINDOW,
    },
    "EltwiseParameter": {"operation": "EltwiseOp", "coeff": "double*"},
    "ConcatParameter": {"axis": "int32", "concat_dim": "uint32"},
    "DropoutParameter": {"dropout_ratio": "double"},
    "ReLUParameter": {"negative_slope": "double"},
    "SoftmaxParameter": {"axis": "int32"},
    "FlattenParameter": {"axis": "int32", "end_axis": "int32"},
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
    "ImageDataParameter": {"new_height": "uint32", "new_width": "uint32", "is_color": "bool", "crop_size": "uint32"},
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
    "ResizeParameter": {"resize_mode": "ResizeMode", "height": "uint32", "width": "uint32"},
}
"""Each message's fields with their types; a star marks a repeated one."""

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

_DEFAULTS = {
    ("NetState", "phase"): "TEST",
    ("ConvolutionParameter", "bias_term"): "true",
    ("ConvolutionParameter", "group"): "1",
    ("ConvolutionParameter", "axis"): "1",
    ("PoolingParameter", "stride"): "1",
    ("EltwiseParameter", "operation"): "SUM",
    ("ConcatParameter", "axis"): "1",
    ("ConcatParameter", "concat_dim"): "1",
    ("DropoutParameter", "dropout_ratio"): "0.5",
    ("SoftmaxParameter", "axis"): "1",
    ("FlattenParameter", "axis"): "1",
    ("FlattenParameter", "end_axis"): "-1",
    ("ImageDataParameter", "is_color"): "true",
    ("ResizeParameter", "resize_mode"): "WARP",
}

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
        for number, (name, kind) in enumerate(fields.items(), 1):
            _add_field(made, message, name, number, kind)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found: type[Any] = message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe.NetParameter"))
    return found


def _add_field(made: descriptor_pb2.DescriptorProto, message: str, name: str, number: int, kind: str) -> None:
    label = _Field.LABEL_REPEATED if kind.endswith("*") else _Field.LABEL_OPTIONAL
    field = made.field.add(name=name, number=number, label=label)
    kind = kind.rstrip("*")
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = _Field.TYPE_ENUM if kind in ENUMS else _Field.TYPE_MESSAGE
        field.type_name = f".caffe.{kind}Scope.{kind}" if kind in ENUMS else f".caffe.{kind}"
    if (message, name) in _DEFAULTS:
        field.default_value = _DEFAULTS[message, name]
