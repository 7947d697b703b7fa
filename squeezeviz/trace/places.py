"""Where each row stands in the module, by torchvision's rule for its two SqueezeNets, and what its tensors are called.

Under `features` a convolution takes two places (itself and its ReLU), any other row one. The last convolution is
`classifier.1`, a dropout right before it is `classifier.0`, and later rows count on from `classifier.3`.
"""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import TensorName, TensorShape, tensor_shapes
from squeezeviz.model.layers import Conv, Dropout, Layer

ATTRIBUTES = {
    "squeeze1x1": "squeeze",
    "relu_squeeze1x1": "squeeze_activation",
    "expand1x1": "expand1x1",
    "relu_expand1x1": "expand1x1_activation",
    "expand3x3": "expand3x3",
    "relu_expand3x3": "expand3x3_activation",
    "concat": "concat",
    "bypass1x1": "bypass",
    "relu_bypass1x1": "bypass_activation",
    "add": "add",
}
"""torchvision's attribute for each part of a Fire module. The names for a bypass, which torchvision lacks, follow
the same pattern."""


def places(layers: Sequence[Layer]) -> list[str]:
    """Return the place of each row's first module, such as `features.3`. A convolution's ReLU has the next place."""
    head = _classifier_start(layers)
    named, index = [], 0
    for layer in layers[:head]:
        named.append(f"features.{index}")
        index += _width(layer)
    index = 0
    for layer in layers[head:]:
        if isinstance(layer, Conv) and index == 0:
            index = 1
        named.append(f"classifier.{index}")
        index += _width(layer)
    return named


def next_place(place: str) -> str:
    """Return the place after `place`: `features.1` after `features.0`."""
    stage, index = place.split(".")
    return f"{stage}.{int(index) + 1}"


def state_dict_keys(network: ResolvedNetwork) -> dict[TensorName, str]:
    """Return the key of every tensor of the network in the module's state dict, in its order."""
    stands = places([each.layer for each in network.layers])
    return {
        name: ".".join(filter(None, (place, ATTRIBUTES.get(name.part), name.kind)))
        for layer, place in zip(network.layers, stands, strict=True)
        for name in tensor_shapes(layer)
    }


def state_dict_shapes(network: ResolvedNetwork) -> dict[str, TensorShape]:
    """Return the shape of every tensor of the network by its key."""
    shapes = {name: shape for layer in network.layers for name, shape in tensor_shapes(layer).items()}
    return {key: shapes[name] for name, key in state_dict_keys(network).items()}


def _classifier_start(layers: Sequence[Layer]) -> int:
    """Return the index of the row with which `classifier` begins, or the number of rows if there is no convolution."""
    last = max((index for index, layer in enumerate(layers) if isinstance(layer, Conv)), default=len(layers))
    dropped = 0 < last < len(layers) and isinstance(layers[last - 1], Dropout)
    return last - 1 if dropped else last


def _width(layer: Layer) -> int:
    return 2 if isinstance(layer, Conv) else 1
