"""The convolutions of a network with the weights that were opened, so far as these fit."""

from __future__ import annotations

from collections.abc import Iterable

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weight_statistics import is_pruned
from squeezeviz.analysis.weights import RetainedWeights, StoredWeights, TensorName, TensorShape
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple

COLOURS = 3
"""The channels of a picture in colour."""


class Convolution(NamedTuple):
    """One convolution: the name of its operation, of its row and of its part, and the shape of its weights.

    `tensor` names the weights that were opened for it, as they were called then, and `stored` is what was measured of
    them; both are None where it runs with random weights. `sees_colours`: its input channels are those of a picture.
    """

    operation: str
    layer: str
    part: str
    shape: TensorShape
    tensor: TensorName | None = None
    stored: StoredWeights | None = None
    sees_colours: bool = False

    @property
    def share_of_zeros(self) -> float | None:
        """None where that was not measured."""
        return 1 - self.stored.nonzero / self.stored.weights if self.stored is not None else None


def convolutions(network: ResolvedNetwork, weights: RetainedWeights | None) -> tuple[Convolution, ...]:
    """Return every convolution, in the table's order."""
    fitting = set(weights.of(network).fitting) if weights is not None else set()
    renamed = weights.renamed if weights is not None else {}
    stored = {(each.row, each.part): each for each in weights.stored} if weights is not None else {}
    found: list[Convolution] = []
    for layer, step in network.operations():
        if step.operation.kind is not OperationKind.CONV:
            continue
        part, channels, side = step.operation.part, step.inputs[0].channels, step.operation.kernel
        shape = (step.operation.filters, channels, side, side)
        then = renamed.get(layer.name, layer.name)
        given = layer.name in fitting
        tensor = TensorName(then, part, "weight") if given else None
        measured = stored.get((then, part)) if given else None
        colours = not found and channels == COLOURS
        found.append(Convolution(step.name, layer.name, part, shape, tensor, measured, colours))
    return tuple(found)


def pruned_most(found: Iterable[Convolution]) -> Convolution | None:
    """Return the convolution with the largest share of zeros, the first of several; None where none is pruned."""
    pruned = [each for each in found if each.stored is not None and is_pruned(each.stored)]
    return max(pruned, key=lambda each: each.share_of_zeros or 0.0, default=None)
