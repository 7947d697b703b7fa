"""A call of a PyTorch operator as an operation of a graph."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from squeezeviz.files.networks.graph.node import WHAT_A_TABLE_HOLDS, FileOperation, Kind
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.trace.calls import IMAGE, Call

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KINDS = {
    "conv2d": Kind.CONV,
    "relu": Kind.RELU,
    "clamp": Kind.RELU,
    "clamp_min": Kind.RELU,
    "max_pool2d": Kind.POOL,
    "avg_pool2d": Kind.POOL,
    "adaptive_avg_pool2d": Kind.POOL,
    "mean": Kind.POOL,
    "dropout": Kind.DROPOUT,
    "feature_dropout": Kind.DROPOUT,
    "softmax": Kind.SOFTMAX,
    "_softmax": Kind.SOFTMAX,
    "cat": Kind.CONCAT,
    "add": Kind.SUM,
}
"""By the operator's name in ATen, PyTorch's library of them."""

PASSING = frozenset(
    ("alias", "clone", "contiguous", "detach", "lift_fresh_copy", "to", "_to_copy", "type_as", "alpha_dropout")
)
"""What hands its map on."""
FLATTENING = frozenset(
    ("flatten", "view", "_unsafe_view", "reshape", "squeeze", "unsqueeze", "permute", "transpose", "squeeze_copy")
)
"""What hands a map of 1×1 on as a list of channels."""
_LEAVING_MAPS = FLATTENING | {"linear", "addmm", "matmul", "mm", "argmax", "topk"}
_OF_A_MAP = 4
"""Dimensions."""

_ACTIVATE = "its activations are ReLUs; put nn.ReLU there to see the same sizes"
_REASONS = {
    **dict.fromkeys(
        ("batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm"),
        "fold it into the convolution before it, after model.eval(), with torch.nn.utils.fuse_conv_bn_eval",
    ),
    **dict.fromkeys(
        ("linear", "addmm", "matmul", "mm"),
        "SqueezeNet has no fully connected layers; a convolution whose kernel is as large as the map is the same",
    ),
    **dict.fromkeys(
        ("elu", "selu", "celu", "gelu", "sigmoid", "hardsigmoid", "hardswish", "silu", "mish", "tanh", "softplus",
         "leaky_relu", "prelu", "_prelu_kernel", "rrelu"),
        _ACTIVATE,
    ),
    **dict.fromkeys(("hardtanh", "relu6", "clamp_max"), f"its ReLUs have no cap; {_ACTIVATE.partition('; ')[2]}"),
    "log_softmax": "leave it out, or put a softmax there",
    **dict.fromkeys(("pad", "constant_pad_nd"), "it has padding in its windows alone; give it to the layer after it"),
    "adaptive_max_pool2d": "its global pools average",
    **dict.fromkeys(("mul", "sub", "div"), "its bypasses are sums"),
}  # fmt: skip
"""Why not, and what to do, for what people have."""
ARITHMETIC = frozenset(("add", "mul", "sub", "div"))
"""What changes the values of one map, where it takes no other one."""


class Position(StrEnum):
    """Where in the network arithmetic on one map stands, and so what to do instead."""

    FIRST = "prepare images before the network, not in it"
    WITHIN = "it changes what a layer puts out: fold it into the weights of a convolution beside it"
    LAST = "it changes what the network returns: do that after the network, not in it"


class ModuleOperation(FileOperation):
    """One call. `taken` is the shape of the map that it takes first; `reason` is why a table cannot say it, where that
    is not for its operator."""

    def __init__(self, call: Call, name: str, taken: tuple[int, ...], *, nameless: bool) -> None:
        self.call, self.name, self.nameless = call, name, nameless
        self.taken = taken
        self.reason = ""
        self.position: Position | None = None
        """Of arithmetic on one map."""

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        return SqueezevizError(message, self.call.place._replace(row=self.call.module or self.call.name))

    def at_fault(self, error: SqueezevizError) -> SqueezevizError:
        return self.fail(error.message)

    def foreign(self) -> SqueezevizError:
        kind, hook = self.call.operator, f" of a {self.call.hook}" if self.call.hook else ""
        instead = f"{WHAT_A_TABLE_HOLDS}; put torch.nn.Identity in its place, or name the part without it, with part"
        why = self.reason or _REASONS.get(kind, instead)
        if self.position is not None:
            why += f"; {self.position}"
        return self.fail(f"a layer table cannot say {brief(kind)}{hook}: {why}")

    @property
    def note(self) -> str:
        """What a table does otherwise than the module, empty where it is nothing."""
        if self.call.operator in ("dropout", "feature_dropout") and self.call.values.get("train"):
            return "in the module it drops values in eval mode too (training=True); here it passes them on"
        return ""

    @property
    def leaves_maps(self) -> bool:
        return self.call.operator in _LEAVING_MAPS and len(self.call.shape) < _OF_A_MAP

    @property
    def kernel_weights(self) -> NDArray[np.float32]:
        """Filters × channels × height × width. SqueezevizError where the weights come from the image."""
        found = self.call.values.get("weight")
        if found is None:
            raise self.fail("its weights are worked out from the image; a table's are constants")
        return found  # type: ignore[no-any-return]

    @property
    def bias(self) -> NDArray[np.float32] | None:
        return self.call.values.get("bias")

    @property
    def weights(self) -> Hashable:
        return self.call.weights

    def layer(self, *, relu: bool) -> Layer:
        match self.call.operator:
            case "conv2d":
                return self._conv(relu)
            case "max_pool2d":
                kernel, stride, padding = self._window("kernel_size")
                self._undilated()
                return MaxPool(self.name, kernel, stride, padding, ceil=self._value("ceil_mode", False))
            case "avg_pool2d":
                return self._average()
            case "adaptive_avg_pool2d" | "mean":
                return GlobalAvgPool(self.name)
            case "dropout" | "feature_dropout":
                return Dropout(self.name, round(float(self._value("p", 0.5)), 6))
            case _:
                return self._softmax()

    def _conv(self, relu: bool) -> Conv:
        filters, _, height, width = self.kernel_weights.shape
        if groups := self._value("groups", 1) - 1:
            raise self.fail(f"it has {groups + 1} groups; a layer table's convolutions have one")
        self._undilated()
        kernel = self._square((height, width), "kernel")
        _, stride, padding = self._window("", kernel)
        return Conv(self.name, filters, kernel, stride, padding, relu=relu, bias=self.bias is not None)

    def _average(self) -> AvgPool:
        kernel, stride, padding = self._window("kernel_size")
        if self._value("divisor_override", None) is not None:
            raise self.fail("its average has a divisor_override; a layer table's divides by the window")
        if padding and not self._value("count_include_pad", True):
            raise self.fail("its average leaves padding out (count_include_pad=False); a layer table's counts zeros")
        return AvgPool(self.name, kernel, stride, padding, ceil=self._value("ceil_mode", False))

    def _softmax(self) -> Softmax:
        axis = self._value("dim", 1)
        if axis % max(len(self.taken), 1) != 1:
            raise self.fail(f"with dim={axis} it does not run over the channels, as a layer table's does")
        return Softmax(self.name)

    def check_joint(self) -> None:
        if self.call.operator == "cat" and self._value("dim", 0) % _OF_A_MAP != 1:
            raise self.fail("a Fire module stacks its expands along the channels, with dim=1")

    def _value(self, name: str, default: Any) -> Any:
        found = self.call.values.get(name)
        return default if found is None else found

    def _undilated(self) -> None:
        if any(each != 1 for each in self._sides("dilation", (1,))):
            raise self.fail("it is dilated; a layer table's windows are not")

    def _window(self, kernel: str, side: int = 0) -> tuple[int, int, int]:
        """Kernel, stride and padding."""
        side = side or self._square(self._sides(kernel, ()), "kernel")
        stride = self._square(self._sides("stride", ()) or (side,), "stride")
        padding = self._value("padding", (0,))
        if isinstance(padding, str):
            return side, stride, self._named_padding(padding, side, stride)
        return side, stride, self._square(self._sides("padding", (0,)), "padding")

    def _named_padding(self, padding: str, kernel: int, stride: int) -> int:
        if padding == "valid":
            return 0
        if kernel % 2 == 0:
            raise self.fail(
                "with padding='same' and an even kernel its padding differs by side; a layer table's does not"
            )
        return (kernel - 1) // 2

    def _sides(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        found = self._value(name, default)
        return (found,) if isinstance(found, int) else tuple(found)

    def _square(self, sides: tuple[int, ...], what: str) -> int:
        if len(set(sides)) != 1:
            raise self.fail(f"its {what} is {'×'.join(map(str, sides))}; a layer table's is the same both ways")
        return sides[0]


def why_foreign(operation: ModuleOperation) -> str:
    """Why a call of an operator that a table has is none of a table's; empty where it is."""
    call = operation.call
    values = call.values
    match call.operator:
        case "adaptive_avg_pool2d" if tuple(values.get("output_size") or ()) not in ((1, 1), (1,)):
            return "its adaptive pool is global, with an output size of 1"
        case "mean" if not _is_global(call, operation.taken):
            return "its global average runs over height and width, with dim=(2, 3)"
        case "add" if len(call.inputs) != 2:
            return "it adds a constant to the map"
        case "add" if values.get("alpha", 1) != 1:
            return f"it adds {values['alpha']} times a map; a bypass adds it once"
        case "cat" if IMAGE in call.inputs or len(call.inputs) < len(values.get("tensors") or ()):
            return "it joins something else than feature maps"
        case "clamp" | "clamp_min" if values.get("max") is not None or not _is_zero(values.get("min")):
            return "its activations are ReLUs, which let everything above 0 through and nothing below"
        case "max_pool2d" | "avg_pool2d" if len(operation.taken) != _OF_A_MAP:
            return "it takes no map of four dimensions"
    return ""


def _is_zero(value: object) -> bool:
    return isinstance(value, int | float) and value == 0


def _is_global(call: Call, taken: tuple[int, ...]) -> bool:
    axes = call.values.get("dim")
    return len(taken) == _OF_A_MAP and axes is not None and {axis % _OF_A_MAP for axis in axes} == {2, 3}
