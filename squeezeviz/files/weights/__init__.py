"""PyTorch checkpoints and safetensors: weights by name, and the layer table that their shapes tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.analysis.weights import StoredWeights, TensorName, TensorShape


@dataclass(frozen=True, eq=False)
class Weights:
    """Tensors by the rows that they belong to, C-contiguous float32, whatever the file's own type was.

    A convolution's are filters × input channels × height × width. `origin` is the file's name, for a person; `stored`
    is what was measured of them when they were read.
    """

    arrays: Mapping[TensorName, NDArray[np.float32]]
    origin: str
    stored: tuple[StoredWeights, ...] = ()

    @property
    def shapes(self) -> dict[TensorName, TensorShape]:
        return {name: tuple(array.shape) for name, array in self.arrays.items()}
