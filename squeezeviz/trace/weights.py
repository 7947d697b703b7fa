"""Weights from a network file as tensors, and all tensors that a pass runs with."""

from __future__ import annotations

import dataclasses
import io
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import RetainedWeights, TensorName, lost_weights_error, tensor_name
from squeezeviz.trace.module import GivenWeights, build_module
from squeezeviz.trace.places import state_dict_keys


def as_tensors(arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor] | None:
    """Return NumPy arrays as tensors that share their memory; None stays None."""
    return None if arrays is None else {name: torch.from_numpy(array) for name, array in arrays.items()}


def current_weights(network: ResolvedNetwork, arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor]:
    """Return every tensor that a pass over `network` runs with, on the CPU, in the table's order.

    Rows that the NumPy `arrays` fit have those, and the others the fresh ones that every pass draws for them.
    """
    state = build_module(network, weights=as_tensors(arrays)).state_dict()
    return {name: state[key] for name, key in state_dict_keys(network).items()}


def saved(state_dict: Mapping[str, Tensor]) -> bytes:
    """Return a state dict as the bytes of a .pth file. Each tensor is stored with its own numbers only."""
    file = io.BytesIO()
    torch.save(
        OrderedDict((key, tensor.detach().cpu().contiguous().clone()) for key, tensor in state_dict.items()), file
    )
    return file.getvalue()


def retained_tensors(kept: RetainedWeights) -> GivenWeights:
    """Return the tensors of a weights file by the rows' present names. They are the same objects for every pass, so
    that rows are reused.

    Raises SqueezevizError if the file is gone or damaged.
    """
    try:
        tensors = _tensors_in(kept.path)
    except (OSError, SafetensorError, ValueError, TypeError) as error:  # the last two where names are not ours
        raise lost_weights_error(kept, error) from None
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    now = dataclasses.replace(kept, shapes=shapes).now()
    return {present: tensors[then] for then, present in now.items()}


@lru_cache(maxsize=2)  # those of the open network, and of the one that it is compared with
def _tensors_in(path: str) -> dict[TensorName, Tensor]:
    return {tensor_name(name): tensor for name, tensor in load_file(path).items()}
