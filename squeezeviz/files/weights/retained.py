"""Reads single tensors, and parts of them, out of the file of ours that opened weights lie in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from squeezeviz.analysis.weight_statistics import WeightStatistics
from squeezeviz.analysis.weights import RetainedWeights, TensorName, lost_weights_error, stored_name
from squeezeviz.files.reading import open_regular
from squeezeviz.files.weights.numbers import Array, as_float32
from squeezeviz.files.weights.statistics import statistics_of_one


def filters_of(weights: RetainedWeights, tensor: TensorName, first: int, end: int) -> Array:
    """Return the weights of the output channels from `first` up to `end`; nothing else of the file is read.

    SqueezevizError if the file is gone or damaged.
    """
    with _tensor(weights, tensor) as opened:
        return as_float32(opened[first:end])


def statistics_in(weights: RetainedWeights, tensor: TensorName, operation: str) -> WeightStatistics:
    """Return how the weights of one convolution lie. It takes a few times the memory of that tensor.

    SqueezevizError if the file is gone or damaged.
    """
    with _tensor(weights, tensor) as opened:
        return statistics_of_one(operation, as_float32(opened[:]))


@contextmanager
def _tensor(weights: RetainedWeights, tensor: TensorName) -> Iterator[Any]:
    path = Path(weights.path)
    try:
        with open_regular(path), safe_open(path, framework="numpy") as opened:
            yield opened.get_slice(stored_name(tensor))
    except (OSError, SafetensorError) as error:
        raise lost_weights_error(weights, error) from None
