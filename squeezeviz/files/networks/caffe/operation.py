"""A Caffe layer as an operation of a graph. A table holds windows that are alike both ways, in one group, undilated."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.files.networks.caffe.parse import CaffeLayer
from squeezeviz.files.networks.graph.node import WHAT_A_TABLE_HOLDS, FileOperation, Kind
from squeezeviz.model.errors import SqueezevizError, shown
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, MaxPool, Softmax

KINDS = {
    "Convolution": Kind.CONV,
    "Pooling": Kind.POOL,
    "ReLU": Kind.RELU,
    "Dropout": Kind.DROPOUT,
    "Softmax": Kind.SOFTMAX,
    "Concat": Kind.CONCAT,
    "Eltwise": Kind.SUM,
}

_LEAVING_MAPS = frozenset(
    ("Flatten", "InnerProduct", "PriorBox", "DetectionOutput", "Region", "Proposal", "ROIPooling", "PSROIPooling",
     "ArgMax", "Reduction")
)  # fmt: skip
"""Types that make lists of numbers or boxes."""
_OF_A_MAP = 4
"""Dimensions."""

_FOLD = "fold it into the convolution next to it, which then has a bias, and delete this layer"
_ACTIVATE = "its activations are ReLUs; write the type ReLU instead to see the same sizes"
_DELETE = f"{WHAT_A_TABLE_HOLDS}; delete it in a copy of the file and join what stands around it to open the rest"
_REMEDIES = {
    **dict.fromkeys(("BatchNorm", "BN", "Scale", "Bias"), _FOLD),
    **dict.fromkeys(("ELU", "PReLU", "Sigmoid", "TanH", "Swish", "AbsVal", "BNLL", "ReLU6"), _ACTIVATE),
    "InnerProduct": "it has no fully connected layers; write a Convolution whose kernel is as large as the map",
}
"""What to do about what people have; `_DELETE` goes for all else."""

_FIELDS = {
    "filters": "num_output",
    "kernel": "kernel_size",
    "stride": "stride",
    "padding": "pad",
    "p": "dropout_ratio",
}
"""Caffe's words for our fields."""

_MAX, _SUM = 0, 1


def kind_of(layer: CaffeLayer) -> Kind:
    """What the layer does; FOREIGN also where its type has a row, but this use of it has none."""
    return Kind.FOREIGN if _beyond_rows(layer) else KINDS.get(layer.message.type, Kind.FOREIGN)


def _beyond_rows(layer: CaffeLayer) -> SqueezevizError | None:
    """The error of a layer of a known type that does what no row does; None for all others."""
    message = layer.message
    match message.type:
        case "ReLU" if message.relu_param.negative_slope:
            return layer.fail(
                "this ReLU leaks, and a layer table's do not; delete its negative_slope", "negative_slope"
            )
        case "Pooling" if message.pooling_param.pool not in _POOLS:
            return layer.fail("a layer table has no stochastic pools; write MAX or AVE", "pool")
        case "Pooling" if message.pooling_param.global_pooling and message.pooling_param.pool == _MAX:
            return layer.fail("a layer table has no global max pool; give it a window instead", "global_pooling")
        case "Softmax" if message.softmax_param.axis not in (1, -3):
            axis = message.softmax_param.axis
            return layer.fail(f"its axis is {axis}; a layer table's softmax runs over the channels, axis 1", "axis")
    return None


class CaffeOperation(FileOperation):
    """One layer of a prototxt. `flattened` is the Flatten behind an average pool, which is right for 1×1 maps alone."""

    def __init__(self, layer: CaffeLayer) -> None:
        self.layer = layer
        self.name = layer.name
        self.flattened: CaffeLayer | None = None

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        return self.layer.fail(message, field)

    def at_fault(self, error: SqueezevizError) -> SqueezevizError:
        return error.at(line=self.layer.block.line_of(_FIELDS.get(error.place.column or "", "name")))

    def foreign(self) -> SqueezevizError:
        meant = next((known for known in KINDS if known.casefold() == self.layer.message.type.casefold()), None)
        if meant and meant != self.layer.message.type:
            return self.layer.fail(f"Caffe has no {shown(self.layer.message.type)}; write {shown(meant)}", "type")
        remedy = _REMEDIES.get(self.layer.message.type, _DELETE)
        return _beyond_rows(self.layer) or self.layer.fail(
            f"a layer table cannot say {shown(self.layer.message.type)}: {remedy}", "type"
        )

    @property
    def leaves_maps(self) -> bool:
        sizes = self.layer.message.reshape_param.shape.dim
        match self.layer.message.type:
            case "Reshape":
                return 0 < len(sizes) < _OF_A_MAP
            case "Python":
                return len(self.layer.message.bottom) > 1  # as what proposes regions; an activation takes one
            case kind:
                return kind in _LEAVING_MAPS

    def conv(self, *, relu: bool) -> Conv:
        """A convolution as the file has it. SqueezevizError at the line of what a table cannot say."""
        given = self.layer.message.convolution_param
        if not given.HasField("num_output"):
            raise self.layer.fail("it has no num_output; name its number of filters", "convolution_param")
        if given.group != 1:
            raise self.layer.fail(f"it has {given.group} groups; a layer table's convolutions have one", "group")
        if any(step != 1 for step in given.dilation):
            raise self.layer.fail("it is dilated; a layer table's convolutions are not", "dilation")
        if given.axis != 1:
            raise self.layer.fail(f"its axis is {given.axis}; a layer table's convolutions have axis 1", "axis")
        return Conv(
            self.name,
            given.num_output,
            _side(self.layer, given, "kernel_size", "kernel", None),
            _side(self.layer, given, "stride", "stride", 1),
            _side(self.layer, given, "pad", "pad", 0),
            relu=relu,
            bias=given.bias_term,
        )

    def pool(self) -> MaxPool | AvgPool | GlobalAvgPool:
        """A pool of such a kind as the file has it; Caffe rounds its size up unless round_mode says FLOOR."""
        given = self.layer.message.pooling_param
        if given.global_pooling:
            return GlobalAvgPool(self.name)
        return _POOLS[given.pool](
            self.name,
            _side(self.layer, given, "kernel_size", "kernel", None),
            _side(self.layer, given, "stride", "stride", 1),
            _side(self.layer, given, "pad", "pad", 0),
            given.round_mode != _FLOOR,
        )

    def dropout(self) -> Dropout:
        return Dropout(self.name, self.layer.message.dropout_param.dropout_ratio)

    def softmax(self) -> Softmax:
        return Softmax(self.name)

    def check_relu(self) -> None:
        """One that leaks is foreign."""

    def check_concat(self) -> None:
        given = self.layer.message.concat_param
        if given.axis not in (1, -3) or given.concat_dim != 1:
            raise self.layer.fail("a Fire module stacks its expands along the channels, axis 1", "concat_param")

    def check_sum(self) -> None:
        given = self.layer.message.eltwise_param
        if given.operation != _SUM or any(factor != 1 for factor in given.coeff):
            raise self.layer.fail("a bypass is a plain sum: operation SUM, every coeff 1", "eltwise_param")


_POOLS: dict[int, type[MaxPool] | type[AvgPool]] = {0: MaxPool, 1: AvgPool}
"""By Caffe's number for each; what else there is no row does, as little as a global max pool."""
_FLOOR = 1


def _side(layer: CaffeLayer, given: Any, both: str, stem: str, default: int | None) -> int:
    """The one number for both sides, given as `kernel_size` once or twice, or as `kernel_h` and `kernel_w`."""
    each_side = [side for side in (f"{stem}_h", f"{stem}_w") if given.HasField(side)]
    both_sides = _numbers_in(given, both)
    if each_side and both_sides:
        raise layer.fail(f"it has both {both} and {each_side[0]}; keep one of them", each_side[0])
    if len(each_side) == 1:
        raise layer.fail(f"it has {each_side[0]} alone; a layer table's windows are square", each_side[0])
    numbers = [getattr(given, side) for side in each_side] or both_sides
    if not numbers:
        if default is None:
            raise layer.fail(f"it has no {both}; say how large its window is")
        return default
    if len(numbers) > 2 or len(set(numbers)) > 1:
        said = "×".join(str(number) for number in numbers)
        raise layer.fail(
            f"its {both} is {said}; a layer table's windows are the same both ways", each_side[0] if each_side else both
        )
    return int(numbers[0])


def _numbers_in(given: Any, field: str) -> list[int]:
    value = getattr(given, field)
    if isinstance(value, int):
        return [value] if given.HasField(field) else []
    return list(value)


def caffes_sides(resolved: ResolvedLayer) -> tuple[int, int] | None:
    """Height and width that Caffe gives where they differ: without padding it keeps a last window outside the map."""
    pool = resolved.layer
    if not isinstance(pool, MaxPool | AvgPool) or pool.padding or not pool.ceil:
        return None
    shape = resolved.input.shape
    height, width = (-(-(side - pool.kernel) // pool.stride) + 1 for side in (shape.height, shape.width))
    return None if (height, width) == resolved.output.shape[1:] else (height, width)
