"""What torchvision's state dicts call each tensor of a table."""

from __future__ import annotations

from collections.abc import Mapping

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import TensorName, TensorShape, tensor_shapes
from squeezeviz.trace.places import places

_ATTRIBUTES = {
    "": "", "squeeze1x1": ".squeeze", "expand1x1": ".expand1x1", "expand3x3": ".expand3x3", "bypass1x1": ".bypass",
}  # fmt: skip
"""The part of a Fire module as an attribute; torchvision has no bypass."""


def state_dict_keys(network: ResolvedNetwork) -> dict[TensorName, str]:
    """The keys of all tensors of a network, in its order."""
    stands = places([each.layer for each in network.layers])
    return {
        name: f"{place}{_ATTRIBUTES[name.part]}.{name.kind}"
        for layer, place in zip(network.layers, stands, strict=True)
        for name in tensor_shapes(layer)
    }


def state_dict_shapes(network: ResolvedNetwork) -> Mapping[str, TensorShape]:
    """The shape of each tensor by its key."""
    shapes = {name: shape for layer in network.layers for name, shape in tensor_shapes(layer).items()}
    return {key: shapes[name] for name, key in state_dict_keys(network).items()}
