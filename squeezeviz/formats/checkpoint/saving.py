"""The tensors that a table is saved with."""

from __future__ import annotations

from typing import Any

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import LayerTable
from squeezeviz.formats.checkpoint.keys import state_dict_keys
from squeezeviz.formats.checkpoint.numbers import MOST_BYTES
from squeezeviz.formats.weights import Weights
from squeezeviz.tracing.loading import load_torch


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
    from squeezeviz.tracing.weights import current_weights  # not sooner: it takes a second to load torch

    tensors = current_weights(network, weights.arrays if weights else None)
    return {key: tensors[name] for name, key in state_dict_keys(network).items()}
