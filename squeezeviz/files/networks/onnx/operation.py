"""An ONNX node as an operation of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from squeezeviz.files.networks.graph.node import WHAT_A_TABLE_HOLDS, FileOperation
from squeezeviz.files.networks.onnx.constants import Constant, small_values, wholes_of
from squeezeviz.files.networks.onnx.model import OnnxNode
from squeezeviz.files.networks.onnx.windows import NO_PADS, Sides, TableWindow, Window, as_table, kernel_of, window_of
from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.text import counted

Shape = tuple[int, ...]

FROM_HERE_ONE_AXIS = 13
"""The opset from which a softmax runs over one axis; before, over that and all behind it."""

WITHOUT_IT = "export the network without it"

_REASONS = {
    "BatchNormalization": "fold it into the convolution before it, as exporters do for inference",
    **dict.fromkeys(
        ("Gemm", "MatMul"),
        "SqueezeNet has no fully connected layers; export a convolution whose kernel is as large as the map instead",
    ),
    "LogSoftmax": "export the network with a softmax, or without",
    "GlobalMaxPool": "its global pools average; export a MaxPool whose window is as large as the map instead",
    "Clip": "its ReLUs have no cap; export the network with plain ReLUs to see the same sizes",
    **dict.fromkeys(
        ("LeakyRelu", "PRelu"), "its ReLUs do not leak; export the network with plain ReLUs to see the same sizes"
    ),
    **dict.fromkeys(
        ("Elu", "Selu", "Celu", "Gelu", "Sigmoid", "HardSigmoid", "HardSwish", "Mish", "Tanh", "Softplus", "Softsign"),
        "its activations are ReLUs; export the network with ReLUs to see the same sizes",
    ),
    **dict.fromkeys(("Sub", "Mul", "Div"), "prepare images before the network, not in it"),
}
"""Why not, and what to do, for what people have."""


_LEAVING_MAPS = frozenset(
    ("Flatten", "Squeeze", "Gemm", "MatMul", "NonMaxSuppression", "TopK", "ArgMax", "RoiAlign", "MaxRoiPool")
)
"""Types that make lists of numbers or boxes."""
_OF_A_MAP = 4
"""Dimensions."""


@dataclass(eq=False)
class OnnxOperation(FileOperation):
    """One node, with what is known of what it takes.

    `name` names a row; where `nameless`, it only fills the place. `shape` is that of the map it takes, None where it
    cannot be told, and `moved` where the channels of a map of 1×1 are elsewhere in it; `pads` are those of a Pad node
    before it, and `reason` why a table cannot say it, where that is not for its type.
    """

    node: OnnxNode
    name: str = ""
    nameless: bool = True
    shape: Shape | None = None
    moved: bool = False
    pads: tuple[int, int, int, int] = NO_PADS
    constants: tuple[Constant | None, ...] = ()
    bias: Constant | None = None
    opset: int = 1
    reason: str = ""
    note: str = ""

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        return self.node.fail(message)

    def at_fault(self, error: SqueezevizError) -> SqueezevizError:
        return SqueezevizError(error.message, Place(row=self.node.where))

    def foreign(self) -> SqueezevizError:
        kind = self.node.type if self.node.is_standard else f"{self.node.proto.domain}.{self.node.type}"
        instead = f"{WHAT_A_TABLE_HOLDS}; {WITHOUT_IT}, such as with an Identity in its place"
        return self.fail(f"a layer table cannot say {brief(kind)}: {self.reason or _REASONS.get(kind, instead)}")

    @property
    def leaves_maps(self) -> bool:
        if self.node.type == "Reshape":
            sizes = self.wholes(1, "shape")
            return sizes is not None and len(sizes) < _OF_A_MAP
        return self.node.type in _LEAVING_MAPS

    def constant(self, place: int) -> Constant | None:
        """The constant that it takes at that place; None where it takes none, or something else."""
        return self.constants[place] if place < len(self.constants) else None

    def wholes(self, place: int, name: str) -> tuple[int, ...] | None:
        """Whole numbers that are an input in today's opsets, an attribute in old ones; None where they are unknown."""
        return wholes_of(self.constants[place]) if place < len(self.constants) else self.node.wholes(name)

    @property
    def weights(self) -> Constant | None:
        return self.constant(1)

    def window(self) -> Window:
        """SqueezevizError where a table cannot have the window."""
        if self.node.type == "Conv":
            kernel = self._weight_dims()[2:]
            if (self.node.wholes("kernel_shape") or kernel) != kernel:
                raise self.fail("its kernel_shape is not that of its weights")
        else:
            kernel = kernel_of(self.node)
        return window_of(self.node, (kernel[0], kernel[1])).padded(self.pads)

    def layer(self, *, relu: bool) -> Layer:
        match self.node.type:
            case "Conv":
                return self._conv(relu)
            case "GlobalAveragePool" | "ReduceMean":
                return GlobalAvgPool(self.name)
            case "MaxPool" | "AveragePool":
                return self._pool()
            case "Dropout":
                return self._dropout()
            case _:
                return self._softmax()

    def _conv(self, relu: bool) -> Conv:
        filters, channels, *_ = self._weight_dims()
        groups = self.node.whole("group", 1)
        if groups != 1:
            raise self.fail(f"it has {groups} groups; a layer table's convolutions have one")
        if self.shape is not None and self.shape[1] != channels:
            raise self.fail(f"its weights take {counted(channels, 'channel')}, but {self.shape[1]} flow in")
        if self.node.input(2) and self.bias is None:
            raise self.fail(f"its bias {brief(self.node.input(2))} is worked out in the graph; a table's is a constant")
        if self.bias is not None and self.bias.dims != (filters,):
            size = "×".join(map(str, self.bias.dims)) or "one"
            raise self.fail(f"it has {counted(filters, 'filter')}, but a bias of {size}")
        kernel, stride, padding, *_ = self._as_table(rounds=False)
        return Conv(self.name, filters, kernel, stride, padding, relu=relu, bias=self.bias is not None)

    def _pool(self) -> MaxPool | AvgPool:
        window = self._as_table(rounds=True)
        if window.rounded:
            self.note = "the file pads it at the end, which comes to rounding its size up, as the table says it"
        if self.node.type == "MaxPool":
            return MaxPool(self.name, *window[:4])
        self._check_average()
        return AvgPool(self.name, *window[:4])

    def _dropout(self) -> Dropout:
        given, training = small_values(self.constant(1)), small_values(self.constant(2))
        if training is not None and training.any():
            self.note = "in the file it drops values in a forward pass too (training_mode); here it passes them on"
        share = float(given.ravel()[0]) if given is not None and given.size == 1 else self.node.number("ratio", 0.5)
        return Dropout(self.name, round(share, 6))

    def _softmax(self) -> Softmax:
        axis = self.node.whole("axis", 1 if self.opset < FROM_HERE_ONE_AXIS else -1)
        if not self._runs_over_channels(axis):
            raise self.fail(f"with an axis of {axis} it does not run over the channels, as a layer table's does")
        return Softmax(self.name)

    def _runs_over_channels(self, axis: int) -> bool:
        if self.shape is None:
            return axis in (1, -3)
        place = axis % len(self.shape)
        over = self.shape[place:] if self.opset < FROM_HERE_ONE_AXIS else self.shape[place : place + 1]
        if place == 1 and not self.moved and (len(over) == 1 or prod(over[1:]) == 1):
            return True
        flat = self.moved or all(size == 1 for size in self.shape[2:])
        return flat and place > 0 and prod(over) == prod(self.shape[1:])

    def check_joint(self) -> None:
        if self.node.type == "Concat" and self.node.whole("axis", 1) not in (1, -3):
            raise self.fail("a Fire module stacks its expands along the channels, axis 1")

    def _as_table(self, *, rounds: bool) -> TableWindow:
        return as_table(self.node, self.window(), self._sides(), rounds=rounds)

    def _sides(self) -> Sides | None:
        """Height and width of the map it takes."""
        if self.shape is None:
            return None
        if len(self.shape) != 4:
            raise self.fail(f"it takes {len(self.shape)} dimensions; a layer table's maps have four")
        return self.shape[2], self.shape[3]

    def _weight_dims(self) -> Shape:
        if self.weights is None:
            raise self.fail(f"its weight {brief(self.node.input(1))} is worked out in the graph; a table's is constant")
        if len(self.weights.dims) != 4:
            raise self.fail(f"its weight has {len(self.weights.dims)} dimensions; a table's convolutions have four")
        return self.weights.dims

    def _check_average(self) -> None:
        """Padding counts as zeros in a table's average, rounding up does not count."""
        sides = self._sides()
        window = self.window().on(sides) if sides else self.window()
        counted = self.node.whole("count_include_pad", 0) or self.pads != NO_PADS
        begins, ends = window.pads[:2], window.pads[2:]
        if not counted and any(begins):
            raise self.fail("its average leaves padding out (count_include_pad is 0); a layer table's counts zeros")
        if counted and begins != ends:
            raise self.fail("its average counts padding at one end alone; a layer table's is the same on all sides")
