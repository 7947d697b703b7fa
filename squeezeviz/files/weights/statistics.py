"""Measures weights: zeros and codebooks while a file is read, all else about their values when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.weight_statistics import (
    BINS,
    Histogram,
    WeightStatistics,
    notes_on_storage,
    storage_of,
    stored_as,
)
from squeezeviz.analysis.weights import MOST_CODES, StoredWeights
from squeezeviz.files.opened import Read
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.numbers import Array


def as_measured(read: Read) -> Read:
    """The network with what was measured of its weights, and in its table the shares kept and the bits that they say.

    These stay as they are in a table that has some already, which its file says.
    """
    if read.weights is None:
        return read
    found = tuple(stored_weights(read.weights))
    read = read._replace(weights=replace(read.weights, stored=found))
    fields = {} if read.table.is_compressed else storage_of(found)
    if not fields:
        return read
    table = replace(read.table, layers=stored_as(read.table.layers, fields))
    unknown = read.unknown_geometry
    if unknown is not None:
        unknown = replace(unknown, rows=stored_as(unknown.rows, fields))
    notes = (*read.notes, *notes_on_storage(found, fields))
    return read._replace(table=table, notes=notes, unknown_geometry=unknown)


def stored_weights(weights: Weights) -> Iterator[StoredWeights]:
    """How the weights of each convolution can be stored."""
    for name, array in weights.arrays.items():
        if name.kind == "weight":
            nonzero = int(np.count_nonzero(array))
            yield StoredWeights(name.row, name.part, array.size, nonzero, _few_values(array))


_CHUNK = 1 << 16


def _few_values(array: Array) -> int:
    """How many values other than zero there are, 0 where more than `MOST_CODES`: those of most files soon are."""
    flat = array.reshape(-1)
    found = np.zeros(0, np.float32)
    for start in range(0, flat.size, _CHUNK):
        found = np.union1d(found, flat[start : start + _CHUNK])
        if found.size > MOST_CODES + 1:
            return 0
    return int(np.count_nonzero(found))


def statistics_of(weights: Weights) -> Iterator[WeightStatistics]:
    """How the weights of each convolution lie. It sorts them: a tenth of a second for a SqueezeNet, far more for what
    fills memory, so not while a window waits."""
    for name, array in weights.arrays.items():
        if name.kind == "weight":
            yield statistics_of_one(f"{name.row}/{name.part}" if name.part else name.row, array)


def statistics_of_one(operation: str, array: Array) -> WeightStatistics:
    """How the weights of the convolution of that name lie."""
    finite = array[np.isfinite(array)].astype(np.float64)
    histogram = _histogram(finite)
    return WeightStatistics(
        operation,
        weights=array.size,
        zeros=array.size - int(np.count_nonzero(array)),
        distinct=int(np.unique(array).size),
        infinite=array.size - finite.size,
        minimum=histogram.low if finite.size else None,
        maximum=histogram.high if finite.size else None,
        mean=float(finite.mean()) if finite.size else None,
        std=float(finite.std()) if finite.size else None,
        histogram=histogram,
    )


def _histogram(finite: NDArray[np.float64]) -> Histogram:
    if not finite.size:
        return Histogram(0.0, 0.0, (0,) * BINS)
    low, high = float(finite.min()), float(finite.max())
    if low == high:
        return Histogram(low, high, (finite.size, *(0,) * (BINS - 1)))
    counts, _ = np.histogram(finite, BINS, (low, high))
    return Histogram(low, high, tuple(map(int, counts)))
