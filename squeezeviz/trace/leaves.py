"""The leaf modules of a network, which do the work, each with the operation it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import nn

from squeezeviz.model.operations import OperationKind
from squeezeviz.trace.module import Add, Concat, FireModule, SqueezeNet

_TYPES: tuple[tuple[type[nn.Module], str], ...] = (
    (nn.Conv2d, OperationKind.CONV),
    (nn.ReLU, OperationKind.RELU),
    (nn.MaxPool2d, OperationKind.MAXPOOL),
    (nn.AvgPool2d, OperationKind.AVGPOOL),
    (nn.AdaptiveAvgPool2d, OperationKind.GLOBAL_AVGPOOL),
    (Concat, OperationKind.CONCAT),
    (Add, OperationKind.ADD),
    (nn.Dropout, OperationKind.DROPOUT),
    (nn.Softmax, OperationKind.SOFTMAX),
    (FireModule, "fire"),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A module without children.

    `row` is the index of its row, or None if it belongs to none. `name` is its operation's name, or the path of a
    module that the table does not know. `filter_weights` is the number of weights used for each position of the output,
    over all filters. `weighs` is whether it has parameters, and so adds to the depth.
    """

    module: nn.Module
    name: str
    type: str
    row: int | None
    parameters: int
    filter_weights: int
    weighs: bool


def leaves(network: SqueezeNet) -> list[Leaf]:
    """Return every leaf module of the network as it is now. A module that was replaced counts, not the table."""
    names = {path: name for row in network.rows for path, name in row.paths.items()}
    rows = {place: index for index, row in enumerate(network.rows) for place in row.places}
    return [
        _leaf(module, names.get(path, path), rows.get(".".join(path.split(".", 2)[:2])))
        for path, module in _working(network, "")
    ]


def _working(module: nn.Module, path: str) -> Iterator[tuple[str, nn.Module]]:
    """Iterate over the modules without children, by path, except empty stages of the network."""
    for name, child in module.named_children():
        whole = f"{path}.{name}" if path else name
        if next(child.children(), None) is not None:
            yield from _working(child, whole)
        elif not isinstance(child, nn.Sequential):
            yield whole, child


def type_of(module: nn.Module) -> str:
    """Return our word for what the module does, or the class's name if we have none."""
    for kind, word in _TYPES:
        if isinstance(module, kind):
            return word
    return type(module).__name__


def _leaf(module: nn.Module, name: str, row: int | None) -> Leaf:
    weights = list(module.parameters(recurse=False))
    parameters = sum(weight.numel() for weight in weights)
    filter_weights = sum(weight.numel() for weight in weights if weight.dim() > 1)
    return Leaf(module, name, type_of(module), row, parameters, filter_weights, parameters > 0)
