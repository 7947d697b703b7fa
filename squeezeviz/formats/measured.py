"""A layer's measured numbers beside its predicted ones."""

from __future__ import annotations

from squeezeviz.core.live import MeasuredLayer, MeasuredOperation
from squeezeviz.core.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.core.shapes import MapShape


def agrees(layer: ResolvedLayer, seen: MeasuredLayer, batch: int) -> bool:
    """Whether a pass with a batch of that size measured the layer and each of its operations as predicted."""
    predicted = [_numbers(batch, layer.output.shape, layer)]
    predicted += [_numbers(batch, step.shape, step) for step in layer.operations]
    found = [_found(seen), *(_found(operation) for operation in seen.operations)]
    return predicted == found


_Numbers = tuple[tuple[int, ...], int, int, int]


def _numbers(batch: int, shape: MapShape, of: ResolvedLayer | ResolvedOperation) -> _Numbers:
    return (batch, *shape), of.depth.value, of.parameters.value, of.macs.value


def _found(seen: MeasuredLayer | MeasuredOperation) -> _Numbers:
    return tuple(seen.output_shape), seen.depth, seen.parameters, seen.macs
