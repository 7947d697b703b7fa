"""A network out of named tensors: the table that their shapes tell, with their numbers as its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.opened import Read, name_from
from squeezeviz.files.trained_weights import Weights
from squeezeviz.files.unknown_geometry import UnknownGeometry
from squeezeviz.files.weights.keys import state_dict_keys
from squeezeviz.files.weights.numbers import MOST_BYTES, check_dtype
from squeezeviz.files.weights.recognise import recognise
from squeezeviz.files.weights.reparametrised import Load, Stored, effective
from squeezeviz.model.errors import Fact, Place, SqueezevizError
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.failures import load_torch


def network_of(stored: Mapping[str, Stored], load: Load, path: Path, notes: tuple[str, ...] = ()) -> Read:
    """The SqueezeNet that tensors of those shapes are, by what the file calls them, in the order of its layers.

    Numbers are loaded once the shapes are known to be a SqueezeNet's and not too many.
    """
    whole = effective(stored, load)
    stored = whole.stored
    layout = recognise({key: each.shape for key, each in stored.items()})
    unknown = UnknownGeometry(name_from(path.stem), layout.channels, layout.rows, layout.pooled)
    weights = load_weights(layout.keys, stored, whole.load, path.name)
    kinds = number_kinds(stored[key].dtype for key in layout.keys.values())
    said = (unknown.assumption, *layout.notes, *notes, *whole.notes, *kinds, *not_finite(weights))
    return Read(unknown.table(unknown.assumed), said, weights, unknown)


def load_weights(keys: Mapping[TensorName, str], stored: Mapping[str, Stored], load: Load, origin: str) -> Weights:
    """The numbers of those tensors; SqueezevizError where their types or sizes are none that can be opened."""
    for key in keys.values():
        check_dtype(key, stored[key].dtype)
    taken = sum(4 * max(prod(stored[key].shape), stored[key].extent) for key in keys.values())
    if taken > MOST_BYTES:
        raise SqueezevizError(f"its weights take {taken:,} bytes as float32; at most {MOST_BYTES:,} (512 MiB) are read")
    return Weights({name: load(key) for name, key in keys.items()}, origin)


def number_kinds(dtypes: Iterable[str]) -> tuple[str, ...]:
    """A note where weights are of another type in the file than they run in."""
    others = sorted(set(dtypes) - {"float32"})
    return (Fact(f"its weights are {' and '.join(others)} in the file; they run as float32"),) if others else ()


def not_finite(weights: Weights) -> tuple[str, ...]:
    """A note where some weights are NaN or infinite, so that outputs will be too."""
    rows = [name.row for name, array in weights.arrays.items() if not np.isfinite(array).all()]
    named = ", ".join(list(dict.fromkeys(rows))[:4])
    return (f"some weights are not finite numbers, so that outputs may not be either: in {named}",) if rows else ()


def to_save(table: LayerTable, weights: Weights | None) -> dict[str, Any]:
    """The state dict, of PyTorch's tensors: rows that `weights` fit have those, others fresh ones as a live pass draws.

    SqueezevizError where the table cannot run, or has too many weights to be read again, or none.
    """
    network = resolve(table)
    for problem in network.problems:
        raise SqueezevizError(problem.reason, Place(row=problem.name, column=problem.field))
    taken = 4 * network.parameters.value
    if taken > MOST_BYTES:
        raise SqueezevizError(
            f"its weights take {readable_bytes(taken)}, and at most {readable_bytes(MOST_BYTES)} are saved"
        )
    if not taken:
        raise SqueezevizError("the table has no convolution, so that there are no weights to save")
    load_torch()
    from squeezeviz.trace.weights import current_weights  # imported late because it takes a second to load torch

    tensors = current_weights(network, weights.arrays if weights else None)
    return {key: tensors[name] for name, key in state_dict_keys(network).items()}
