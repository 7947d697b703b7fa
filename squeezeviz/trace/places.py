"""The place of each row in the module, by torchvision's rule for its two SqueezeNets.

Under `features` a convolution takes two places (itself and its ReLU), any other row one. The last convolution is
`classifier.1`, a dropout right before it is `classifier.0`, and later rows count on from `classifier.3`.
"""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.model.layers import Conv, Dropout, Layer


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


def _classifier_start(layers: Sequence[Layer]) -> int:
    """Return the index of the row with which `classifier` begins, or the number of rows if there is no convolution."""
    last = max((index for index, layer in enumerate(layers) if isinstance(layer, Conv)), default=len(layers))
    dropped = 0 < last < len(layers) and isinstance(layers[last - 1], Dropout)
    return last - 1 if dropped else last


def _width(layer: Layer) -> int:
    return 2 if isinstance(layer, Conv) else 1
