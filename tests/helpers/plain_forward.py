"""A forward pass in torch's plain functions, which shares no module with the live pass."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from squeezeviz.analysis.resolve import ResolvedNetwork, ResolvedOperation
from squeezeviz.analysis.weights import TensorName
from squeezeviz.model.operations import LAYER_INPUT, OperationKind


def plain_forward(network: ResolvedNetwork, weights: dict[TensorName, Tensor], image: Tensor) -> dict[str, Tensor]:
    """The output of every operation by its name; no tensor is overwritten."""
    found: dict[str, Tensor] = {}
    flowing = image
    for layer in network.layers:
        outputs: list[Tensor] = []
        for step in layer.operations:
            part = step.operation.part
            parameters = [weights.get(TensorName(layer.name, part, kind)) for kind in ("weight", "bias")]
            inputs = [flowing if index == LAYER_INPUT else outputs[index] for index in step.operation.inputs]
            outputs.append(_output(step, inputs, parameters))
            found[step.name] = outputs[-1]
        flowing = outputs[-1]
    return found


def _output(step: ResolvedOperation, inputs: list[Tensor], parameters: list[Tensor | None]) -> Tensor:
    does, (x, *_) = step.operation, inputs
    window = does.kernel, does.stride, does.padding
    match does.kind:
        case OperationKind.CONV:
            assert parameters[0] is not None
            return functional.conv2d(x, parameters[0], parameters[1], does.stride, does.padding)
        case OperationKind.RELU:
            return x.clamp(min=0)
        case OperationKind.MAXPOOL:
            return functional.max_pool2d(x, *window, ceil_mode=does.ceil)
        case OperationKind.AVGPOOL:
            return functional.avg_pool2d(x, *window, ceil_mode=does.ceil)
        case OperationKind.GLOBAL_AVGPOOL:
            return x.mean((2, 3), keepdim=True)
        case OperationKind.CONCAT:
            return torch.cat(inputs, 1)
        case OperationKind.ADD:
            return inputs[0] + inputs[1]
        case OperationKind.SOFTMAX:
            return x.softmax(1)
        case OperationKind.DROPOUT:
            return x
