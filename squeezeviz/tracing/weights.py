"""Weights that a network file brought along, in the rows that they fit; and those that a pass runs with, out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.core.weights import TensorName
from squeezeviz.tracing.module import SqueezeNet, build_module


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
