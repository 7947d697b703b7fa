"""A network out of named tensors: the table that their shapes tell, with their numbers as its weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from pathlib import Path

import numpy as np

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.notes import Fact
from squeezeviz.core.weights import TensorName
from squeezeviz.formats.checkpoint.geometry import Unsaid
from squeezeviz.formats.checkpoint.numbers import MOST_BYTES, check_dtype
from squeezeviz.formats.checkpoint.recognise import recognise
from squeezeviz.formats.checkpoint.reparametrised import Load, Stored, effective
from squeezeviz.formats.opened import Read, name_from
from squeezeviz.formats.weights import Weights


def network_of(stored: Mapping[str, Stored], load: Load, path: Path, notes: tuple[str, ...] = ()) -> Read:
    """The SqueezeNet that tensors of those shapes are, by what the file calls them, in the order of its layers.

    Numbers are loaded once the shapes are known to be a SqueezeNet's and not too many.
    """
    whole = effective(stored, load)
    stored = whole.stored
    layout = recognise({key: each.shape for key, each in stored.items()})
    unsaid = Unsaid(name_from(path.stem), layout.channels, layout.rows, layout.pooled)
    weights = load_weights(layout.keys, stored, whole.load, path.name)
    kinds = number_kinds(stored[key].dtype for key in layout.keys.values())
    said = (unsaid.assumption, *layout.notes, *notes, *whole.notes, *kinds, *not_finite(weights))
    return Read(unsaid.table(unsaid.assumed), said, weights, unsaid)


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
