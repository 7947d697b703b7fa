"""A Caffe layer as an operation of a graph."""

from __future__ import annotations

from squeezeviz.files.networks.caffe import geometry
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
    """Why a layer without weights, of a type that is known, does what no row does."""
    message = layer.message
    match message.type:
        case "ReLU" if message.relu_param.negative_slope:
            return layer.fail(
                "this ReLU leaks, and a layer table's do not; delete its negative_slope", "negative_slope"
            )
        case "Pooling" if message.pooling_param.pool not in geometry.POOLS:
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
        return geometry.conv(self.layer, self.name, relu=relu)

    def pool(self) -> MaxPool | AvgPool | GlobalAvgPool:
        return geometry.pool(self.layer, self.name)

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
