"""Weights as a window keeps them, in a file of ours, for tests that look at them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, TensorName, tensor_shapes
from squeezeviz.files.opened import Opened
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.statistics import stored_weights
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

Array = NDArray[np.float32]
SMALL = LayerTable(
    "small", InputShape(3, 40, 40), (Conv("conv1", 5, 3), MaxPool("pool"), Fire("fire2", 3, 4, 6), Conv("conv3", 7, 1))
)


def normal(name: TensorName, shape: tuple[int, ...]) -> Array:
    """Return weights of both signs, none of them zero, that are the same for the same name."""
    chance = np.random.default_rng(sum(map(ord, "".join(name))))
    made: Array = ((np.abs(chance.normal(0, 0.1, shape)) + 0.01) * chance.choice([-1, 1], shape)).astype(np.float32)
    return made


def pruned(name: TensorName, shape: tuple[int, ...]) -> Array:
    """Return the same with zeros: most in the 3×3 expand, four in five, and none in conv1."""
    array = normal(name, shape).reshape(-1)
    share = {"expand3x3": 0.8, "squeeze1x1": 0.5}.get(name.part, 0.25 if name.row != "conv1" else 0.0)
    if name.kind == "weight":
        array[: round(array.size * share)] = 0
    return array.reshape(shape)


def retained(
    folder: Path, table: LayerTable = SMALL, make: Callable[[TensorName, tuple[int, ...]], Array] = pruned
) -> tuple[RetainedWeights, dict[TensorName, Array]]:
    """Return weights of every row of a table, in a file, and the same at hand."""
    shapes = [each for layer in resolve(table).layers for each in tensor_shapes(layer).items()]
    arrays = {name: np.ascontiguousarray(make(name, shape), dtype=np.float32) for name, shape in shapes}
    path = folder / f"weights-{len(list(folder.iterdir()))}.safetensors"
    save_file({json.dumps(name): array for name, array in arrays.items()}, path)
    weights = Weights(arrays, "trained.pth")
    return RetainedWeights(str(path), weights.origin, weights.shapes, stored=tuple(stored_weights(weights))), arrays


def opened_with(weights: RetainedWeights, table: LayerTable = SMALL) -> Opened:
    return Opened(table, retained=weights)
