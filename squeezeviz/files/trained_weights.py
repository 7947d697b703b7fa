"""Trained weights, as a network file brings them along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from squeezeviz.analysis.weights import RetainedWeights, TensorName, TensorShape, lost_weights_error, stored_name

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Weights:
    """Tensors by the rows that they belong to, C-contiguous float32, whatever the file's own type was.

    A convolution's are filters × input channels × height × width. `origin` is the file's name, for a person.
    """

    arrays: Mapping[TensorName, Array]
    origin: str

    @property
    def shapes(self) -> dict[TensorName, TensorShape]:
        return {name: tuple(array.shape) for name, array in self.arrays.items()}


def as_float32(array: NDArray[Any]) -> Array:
    """The numbers in C order as float32; no copy where they are so already."""
    return np.ascontiguousarray(array, dtype=np.float32)


def save(weights: Weights, path: Path) -> RetainedWeights:
    """Put the weights into a file of ours, from which the live pass takes them."""
    save_file({stored_name(name): array for name, array in weights.arrays.items()}, path)
    return RetainedWeights(str(path), weights.origin, weights.shapes)


def load(retained: RetainedWeights) -> Weights:
    """The weights by the rows' present names. SqueezevizError where the file is gone or damaged."""
    try:
        arrays = load_file(retained.path)
    except (OSError, SafetensorError) as error:
        raise lost_weights_error(retained, error) from None
    return Weights({now: arrays[stored_name(then)] for then, now in retained.now().items()}, retained.origin)
