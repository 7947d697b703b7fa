"""Names that are there once only: runtimes refuse two nodes of one name, and two values."""

from __future__ import annotations

from collections.abc import Collection

from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedNetwork, ResolvedOperation


class Names:
    """The names that are taken so far."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = set(taken)

    def free(self, name: str) -> str:
        """The name, or with a number behind it where it is taken; it is taken from now on."""
        found, number = name, 2
        while found in self._taken:
            found = f"{name}_{number}"
            number += 1
        self._taken.add(found)
        return found


def node_names(network: ResolvedNetwork, names: Names) -> list[list[str]]:
    """The nodes' names for the operations of each row: their own, but where a person called a row as another's part.

    What a row is known by when the file is opened keeps its name before all others.
    """
    found = [[""] * len(layer.operations) for layer in network.layers]
    steps = [
        (_rank(step), row, index)
        for row, layer in enumerate(network.layers)
        for index, step in enumerate(layer.operations)
    ]
    for _, row, index in sorted(steps):
        found[row][index] = names.free(network.layers[row].operations[index].name)
    return found


def _rank(step: ResolvedOperation) -> int:
    if not step.operation.part:
        return 0
    return 1 if step.operation.kind is OperationKind.CONV else 2
