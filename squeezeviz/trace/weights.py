"""Weights that a network file brought along, in the rows that they fit; and those that a pass runs with, out again."""

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
from squeezeviz.analysis.weights import KeptWeights, TensorName, lost, tensor_name
from squeezeviz.model.operations import OperationKind
from squeezeviz.trace.module import GivenWeights, SqueezeNet, build_module


def as_tensors(arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor] | None:
    """NumPy arrays as tensors that share their memory; None stays None."""
    return None if arrays is None else {name: torch.from_numpy(array) for name, array in arrays.items()}


def current_weights(network: ResolvedNetwork, arrays: Mapping[TensorName, Any] | None) -> dict[TensorName, Tensor]:
    """Every tensor that a pass over `network` runs with, on the CPU, in the table's order.

    Rows that the NumPy `arrays` fit have those, the others the fresh ones that every pass draws for them.
    """
    return weights_of(build_module(network, weights=as_tensors(arrays)), network)


def weights_of(module: SqueezeNet, network: ResolvedNetwork) -> dict[TensorName, Tensor]:
    """The tensors of the network's module by the rows that they belong to."""
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
    """A state dict as the bytes of a .pth file, each tensor with just its own numbers."""
    file = io.BytesIO()
    torch.save(
        OrderedDict((key, tensor.detach().cpu().contiguous().clone()) for key, tensor in state_dict.items()), file
    )
    return file.getvalue()


class KeptWeightsReader:
    """Reads a file once for all passes that follow with it: rows are taken over where their tensors are the same."""

    def __init__(self) -> None:
        self._path = ""
        self._tensors: dict[TensorName, Tensor] = {}

    def weights(self, kept: KeptWeights | None) -> GivenWeights | None:
        """The tensors by the rows' present names. SqueezevizError where the file is gone or damaged."""
        if kept is None:
            return None
        if kept.path != self._path:
            self._tensors, self._path = _read(kept), kept.path
        shapes = {name: tuple(tensor.shape) for name, tensor in self._tensors.items()}
        now = dataclasses.replace(kept, shapes=shapes).now()
        return {present: self._tensors[then] for then, present in now.items()}


def _read(kept: KeptWeights) -> dict[TensorName, Tensor]:
    try:
        return {tensor_name(name): tensor for name, tensor in load_file(kept.path).items()}
    except (OSError, SafetensorError, ValueError, TypeError) as error:  # the last two where names are not ours
        raise lost(kept, error) from None
