"""Weights from a network file, put into the rows that they fit, and the weights of a pass, read back."""

from __future__ import annotations

import dataclasses
import io
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import RetainedWeights, TensorName, lost_weights_error, tensor_name
from squeezeviz.model.operations import OperationKind
from squeezeviz.trace.module import GivenWeights, SqueezeNet, build_module


def as_tensors(arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor] | None:
    """Return NumPy arrays as tensors that share their memory; None stays None."""
    return None if arrays is None else {name: torch.from_numpy(array) for name, array in arrays.items()}


def current_weights(network: ResolvedNetwork, arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor]:
    """Return every tensor that a pass over `network` runs with, on the CPU, in the table's order.

    Rows that the NumPy `arrays` fit have those, and the others the fresh ones that every pass draws for them.
    """
    return weights_of(build_module(network, weights=as_tensors(arrays)), network)


def weights_of(module: SqueezeNet, network: ResolvedNetwork) -> dict[TensorName, Tensor]:
    """Return the tensors of the network's module by the row that they belong to."""
    found: dict[TensorName, Tensor] = {}
    for row, layer in zip(module.rows, network.layers, strict=True):
        paths = {name: path for path, name in row.paths.items()}
        for step in layer.operations:
            if step.operation.kind is OperationKind.CONV:
                conv = module.get_submodule(paths[step.name])
                for kind, tensor in conv.named_parameters():
                    found[TensorName(layer.name, step.operation.part, kind)] = tensor.detach()
    return found


def saved(state_dict: Mapping[str, Tensor]) -> bytes:
    """Return a state dict as the bytes of a .pth file. Each tensor is stored with its own numbers only."""
    file = io.BytesIO()
    torch.save(
        OrderedDict((key, tensor.detach().cpu().contiguous().clone()) for key, tensor in state_dict.items()), file
    )
    return file.getvalue()


class RetainedWeightsReader:
    """Reads a weights file once for all following passes. Rows are reused if their tensors are the same objects."""

    def __init__(self) -> None:
        self._path = ""
        self._tensors: dict[TensorName, Tensor] = {}

    def weights(self, kept: RetainedWeights | None) -> GivenWeights | None:
        """Return the tensors by the rows' present names. Raises SqueezevizError if the file is gone or damaged."""
        if kept is None:
            return None
        if kept.path != self._path:
            self._tensors, self._path = _read(kept), kept.path
        shapes = {name: tuple(tensor.shape) for name, tensor in self._tensors.items()}
        now = dataclasses.replace(kept, shapes=shapes).now()
        return {present: self._tensors[then] for then, present in now.items()}


def _read(kept: RetainedWeights) -> dict[TensorName, Tensor]:
    try:
        return {tensor_name(name): tensor for name, tensor in load_file(kept.path).items()}
    except (OSError, SafetensorError, ValueError, TypeError) as error:  # the last two where names are not ours
        raise lost_weights_error(kept, error) from None
