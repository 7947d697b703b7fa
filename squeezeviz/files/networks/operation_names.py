"""The names of operations in a network that is written: each stands there once."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.model.layers import Layer
from squeezeviz.model.operations import Operation, OperationKind, operations


def free_name(wanted: str, taken: set[str]) -> str:
    """The name, or with a number behind it where it is taken; it is taken from now on."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name


def operation_names(layers: Sequence[Layer], taken: set[str]) -> list[list[str]]:
    """The names for the operations of each row: their own, but where a person called a row as another's part.

    What a row is known by when the file is opened keeps its name before all others.
    """
    found = [[""] * len(operations(layer)) for layer in layers]
    steps = [
        (_rank(step), row, index, step.name)
        for row, layer in enumerate(layers)
        for index, step in enumerate(operations(layer))
    ]
    for _, row, index, name in sorted(steps):
        found[row][index] = free_name(name, taken)
    return found


def names_to_know_by(layer: Layer) -> list[str]:
    """The names of operations that tell the row's name when the file is opened."""
    return [step.name for step in operations(layer) if _rank(step) < _UNKNOWN]


_UNKNOWN = 2


def _rank(step: Operation) -> int:
    if not step.part:
        return 0
    return 1 if step.kind is OperationKind.CONV else _UNKNOWN
