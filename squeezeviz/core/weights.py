"""Which tensors a row's weights are, and which rows some given weights fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork

TensorShape = tuple[int, ...]
"""Of a weight: filters, input channels, kernel height, kernel width; of a bias: filters."""


class TensorName(NamedTuple):
    """A tensor by the row it belongs to. `part` is as in `Operation.part`; `kind` is `weight` or `bias`."""

    row: str
    part: str
    kind: str


def tensor_shapes(layer: ResolvedLayer) -> dict[TensorName, TensorShape]:
    """What a row needs, each convolution's weight before its bias; empty for a row without weights."""
    return dict(_tensors_of(layer))


def _tensors_of(layer: ResolvedLayer) -> Iterator[tuple[TensorName, TensorShape]]:
    for step in layer.operations:
        operation = step.operation
        if operation.kind is OperationKind.CONV:
            filters, channels, kernel = operation.filters, step.inputs[0].channels, operation.kernel
            yield TensorName(layer.name, operation.part, "weight"), (filters, channels, kernel, kernel)
            if operation.bias:
                yield TensorName(layer.name, operation.part, "bias"), (filters,)


class Fit(NamedTuple):
    """The rows that have weights, in the table's order: those that the given ones fit, and those with fresh ones."""

    fitting: tuple[str, ...]
    fresh: tuple[str, ...]


def fit(network: ResolvedNetwork, shapes: Mapping[TensorName, TensorShape]) -> Fit:
    """Which rows of `network` the tensors of those shapes fit; a row takes all of its tensors or none."""
    fitting: list[str] = []
    fresh: list[str] = []
    for layer in network.layers:
        if needed := tensor_shapes(layer):
            (fitting if fits(needed, shapes) else fresh).append(layer.name)
    return Fit(tuple(fitting), tuple(fresh))


def fits(needed: Mapping[TensorName, TensorShape], given: Mapping[TensorName, TensorShape]) -> bool:
    """Whether every needed tensor is given in its shape, and no bias that the row would leave out."""
    if any(given.get(name) != shape for name, shape in needed.items()):
        return False
    return not any(name._replace(kind="bias") in given.keys() - needed.keys() for name in needed)
