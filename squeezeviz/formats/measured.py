"""A layer's measured numbers beside its predicted ones."""

from __future__ import annotations

from squeezeviz.core.live import MeasuredLayer
from squeezeviz.core.resolve import ResolvedLayer


def agrees(layer: ResolvedLayer, seen: MeasuredLayer, batch: int) -> bool:
    """Whether a pass with a batch of that size measured the layer and each of its operations as predicted."""
    predicted = [(layer.output.shape, layer.depth, layer.parameters, layer.macs)]
    predicted += [(step.shape, step.depth, step.parameters, step.macs) for step in layer.operations]
    found = [seen, *seen.operations]
    return len(predicted) == len(found) and all(
        (batch, *shape) == each.output_shape
        and (depth.value, parameters.value, macs.value) == (each.depth, each.parameters, each.macs)
        for (shape, depth, parameters, macs), each in zip(predicted, found, strict=True)
    )
