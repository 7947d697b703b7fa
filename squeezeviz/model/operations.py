"""The operations that run inside each row, by the names that Caffe gave them."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import assert_never

from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.records import NamedTuple

LAYER_INPUT = -1
"""An entry of `Operation.inputs` that stands for the layer's input."""


class OperationKind(StrEnum):
    """What an operation does. The values are the words used in files and reports, and the types of such layers."""

    CONV = "conv"
    RELU = "relu"
    MAXPOOL = "maxpool"
    AVGPOOL = "avgpool"
    GLOBAL_AVGPOOL = "global_avgpool"
    CONCAT = "concat"
    ADD = "add"
    DROPOUT = "dropout"
    SOFTMAX = "softmax"


class Operation(NamedTuple):
    """One step of a forward pass.

    `part` is its name inside a Fire module (`squeeze1x1`) and empty for the only operation of another layer. `inputs`
    are indices into the layer's operations, or LAYER_INPUT. `filters`, `kernel`, `stride` and `padding` are 0 if they
    do not apply.
    """

    name: str
    kind: OperationKind
    part: str
    inputs: tuple[int, ...]
    filters: int = 0
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    ceil: bool = False
    bias: bool = False


@lru_cache(maxsize=32)
def operations(layer: Layer) -> tuple[Operation, ...]:
    """Return the operations of `layer` in an order in which they can run. The output of the last one is the layer's
    output."""
    match layer:
        case Fire():
            return _fire(layer)
        case Conv():
            conv = Operation(
                layer.name, OperationKind.CONV, "", (LAYER_INPUT,), layer.filters, layer.kernel, layer.stride,
                layer.padding, bias=layer.bias,
            )  # fmt: skip
            relu = Operation(f"relu_{layer.name}", OperationKind.RELU, "relu", (0,))
            return (conv, relu) if layer.relu else (conv,)
        case MaxPool() | AvgPool():
            window = 0, layer.kernel, layer.stride, layer.padding
            return (Operation(layer.name, OperationKind(layer.type), "", (LAYER_INPUT,), *window, layer.ceil),)
        case GlobalAvgPool() | Dropout() | Softmax():
            return (Operation(layer.name, OperationKind(layer.type), "", (LAYER_INPUT,)),)
        case _:
            assert_never(layer)


def _fire(fire: Fire) -> tuple[Operation, ...]:
    steps = _fire_parts(fire.s1x1, fire.e1x1, fire.e3x3, fire.bypass, fire.relu, fire.bypass_relu, fire.bias)
    # As tuples: those of a thousand rows take a third of the time that their own class takes.
    return tuple([tuple.__new__(Operation, (f"{fire.name}/{part}", *fields)) for part, fields in steps])


@lru_cache(maxsize=32)
def _fire_parts(
    s1x1: int, e1x1: int, e3x3: int, bypass: Bypass, with_relu: bool, bypass_relu: bool, bias: bool
) -> tuple[tuple[str, tuple[object, ...]], ...]:
    """The operations of all Fire modules with these numbers: the part of each, and its fields but for the name."""
    made: list[Operation] = []

    def conv(part: str, source: int, filters: int, kernel: int = 1, *, relu: bool = with_relu) -> int:
        """Add a convolution and its ReLU, and return the index of the last operation added."""
        made.append(Operation("", OperationKind.CONV, part, (source,), filters, kernel, 1, kernel // 2, bias=bias))
        if relu:
            made.append(Operation("", OperationKind.RELU, f"relu_{part}", (len(made) - 1,)))
        return len(made) - 1

    squeeze = conv("squeeze1x1", LAYER_INPUT, s1x1)
    expand1x1 = conv("expand1x1", squeeze, e1x1)
    expand3x3 = conv("expand3x3", squeeze, e3x3, 3)
    made.append(Operation("", OperationKind.CONCAT, "concat", (expand1x1, expand3x3)))
    concat = len(made) - 1
    if bypass is not Bypass.NONE:
        around = LAYER_INPUT
        if bypass is Bypass.COMPLEX:
            around = conv("bypass1x1", LAYER_INPUT, e1x1 + e3x3, relu=bypass_relu)
        made.append(Operation("", OperationKind.ADD, "add", (concat, around)))
    return tuple((step.part, step[1:]) for step in made)
