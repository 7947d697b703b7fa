"""A Caffe layer as an operation of a graph. A table holds windows that are alike both ways, in one group, undilated."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.files.networks.caffe.blocks import Block
from squeezeviz.files.networks.graph.node import WHAT_A_TABLE_HOLDS, FileOperation, Kind
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import AvgPool, Conv, Dropout, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.text import with_article

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

_MAX, AVERAGE = 0, 1
_POOLS: dict[int, type[MaxPool] | type[AvgPool]] = {_MAX: MaxPool, AVERAGE: AvgPool}
"""By Caffe's number for each; what else there is no row does, as little as a global max pool."""
_FLOOR = 1
_SUM = 1


class CaffeLayer(FileOperation):
    """A layer of a prototxt: its message, and the block of text that it stands in.

    `name` is its own, else that of what it makes, else its type. `flattened` is the Flatten behind an average pool,
    which is right for 1×1 maps alone.
    """

    def __init__(self, message: Any, block: Block) -> None:
        self.message = message
        self.block = block
        made = message.top[0] if message.top else with_article(message.type or "layer without a type")
        self.name = message.name or made
        self.flattened: CaffeLayer | None = None

    @property
    def weights(self) -> str:
        """The name of its weights; empty where they have none."""
        named = next((each.value for each in self.block.fields if each.name == "param"), "")
        if isinstance(named, Block):
            named = next((each.value for each in named.fields if each.name == "name"), "")
        return named.strip("\"'") if isinstance(named, str) else ""

    @property
    def kind(self) -> Kind:
        """What the layer does; FOREIGN also where its type has a row, but this use of it has none."""
        return Kind.FOREIGN if self._beyond_rows() else KINDS.get(self.message.type, Kind.FOREIGN)

    def _beyond_rows(self) -> SqueezevizError | None:
        """The error of a layer of a known type that does what no row does; None for all others."""
        pool, axis = self.message.pooling_param, self.message.softmax_param.axis
        match self.message.type:
            case "ReLU" if self.message.relu_param.negative_slope:
                why = "this ReLU leaks, and a layer table's do not; delete its negative_slope"
                return self.fail(why, "negative_slope")
            case "Pooling" if pool.pool not in _POOLS:
                return self.fail("a layer table has no stochastic pools; write MAX or AVE", "pool")
            case "Pooling" if pool.global_pooling and pool.pool == _MAX:
                return self.fail("a layer table has no global max pool; give it a window instead", "global_pooling")
            case "Softmax" if axis not in (1, -3):
                return self.fail(f"its axis is {axis}; a layer table's softmax runs over the channels, axis 1", "axis")
        return None

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        """An error at the line of `field`, else at that of the layer."""
        line = self.block.line_of(field) if field else self.block.line
        return SqueezevizError(message, Place(line=line, row=self.name))

    def at_fault(self, error: SqueezevizError) -> SqueezevizError:
        return error.at(line=self.block.line_of(_FIELDS.get(error.place.column or "", "name")))

    def foreign(self) -> SqueezevizError:
        kind = self.message.type
        meant = next((known for known in KINDS if known.casefold() == kind.casefold()), kind)
        if meant != kind:
            return self.fail(f"Caffe has no {shown(kind)}; write {shown(meant)}", "type")
        remedy = _REMEDIES.get(kind, _DELETE)
        return self._beyond_rows() or self.fail(f"a layer table cannot say {shown(kind)}: {remedy}", "type")

    @property
    def leaves_maps(self) -> bool:
        match self.message.type:
            case "Reshape":
                return 0 < len(self.message.reshape_param.shape.dim) < _OF_A_MAP
            case "Python":
                return len(self.message.bottom) > 1  # as what proposes regions; an activation takes one
            case kind:
                return kind in _LEAVING_MAPS

    def layer(self, *, relu: bool) -> Layer:
        match self.message.type:
            case "Convolution":
                return self._conv(relu)
            case "Pooling":
                return self._pool()
            case "Dropout":
                return Dropout(self.name, self.message.dropout_param.dropout_ratio)
            case _:
                return Softmax(self.name)

    def _conv(self, relu: bool) -> Conv:
        given = self.message.convolution_param
        if not given.HasField("num_output"):
            raise self.fail("it has no num_output; name its number of filters", "convolution_param")
        if given.group != 1:
            raise self.fail(f"it has {given.group} groups; a layer table's convolutions have one", "group")
        if any(step != 1 for step in given.dilation):
            raise self.fail("it is dilated; a layer table's convolutions are not", "dilation")
        if given.axis != 1:
            raise self.fail(f"its axis is {given.axis}; a layer table's convolutions have axis 1", "axis")
        return Conv(self.name, given.num_output, *self._window(given), relu=relu, bias=given.bias_term)

    def _pool(self) -> MaxPool | AvgPool | GlobalAvgPool:
        """A pool of such a kind as the file has it; Caffe rounds its size up unless round_mode says FLOOR."""
        given = self.message.pooling_param
        if given.global_pooling:
            return GlobalAvgPool(self.name)
        return _POOLS[given.pool](self.name, *self._window(given), given.round_mode != _FLOOR)

    def _window(self, given: Any) -> tuple[int, int, int]:
        """Its kernel, stride and padding."""
        kernel = self._side(given, "kernel_size", "kernel", None)
        return kernel, self._side(given, "stride", "stride", 1), self._side(given, "pad", "pad", 0)

    def _side(self, given: Any, both: str, stem: str, default: int | None) -> int:
        """The one number for both sides, given as `kernel_size` once or twice, or as `kernel_h` and `kernel_w`."""
        each_side = [side for side in (f"{stem}_h", f"{stem}_w") if given.HasField(side)]
        both_sides = _numbers_in(given, both)
        if each_side and both_sides:
            raise self.fail(f"it has both {both} and {each_side[0]}; keep one of them", each_side[0])
        if len(each_side) == 1:
            raise self.fail(f"it has {each_side[0]} alone; a layer table's windows are square", each_side[0])
        numbers = [int(getattr(given, side)) for side in each_side] or both_sides
        if not numbers:
            if default is None:
                raise self.fail(f"it has no {both}; say how large its window is")
            return default
        if len(numbers) > 2 or len(set(numbers)) > 1:
            said = "×".join(str(number) for number in numbers)
            raise self.fail(
                f"its {both} is {said}; a layer table's windows are the same both ways", [*each_side, both][0]
            )
        return numbers[0]

    def check_joint(self) -> None:
        stacked, added = self.message.concat_param, self.message.eltwise_param
        if self.message.type == "Concat" and (stacked.axis not in (1, -3) or stacked.concat_dim != 1):
            raise self.fail("a Fire module stacks its expands along the channels, axis 1", "concat_param")
        if self.message.type == "Eltwise" and (added.operation != _SUM or any(factor != 1 for factor in added.coeff)):
            raise self.fail("a bypass is a plain sum: operation SUM, every coeff 1", "eltwise_param")


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
