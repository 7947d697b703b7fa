"""Which tensors a row's weights are, and which rows some given weights fit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.errors import Fact, SqueezevizError, brief
from squeezeviz.model.layers import Layer
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import some

TensorShape = tuple[int, ...]
"""Of a weight: filters, input channels, kernel height, kernel width; of a bias: filters."""


class TensorName(NamedTuple):
    """A tensor by the row it belongs to. `part` is as in `Operation.part`; `kind` is `weight` or `bias`."""

    row: str
    part: str
    kind: str


def stored_name(name: TensorName) -> str:
    """The tensor's name in a file of ours: one text, whatever the row is called."""
    return json.dumps(name)


def tensor_name(stored: str) -> TensorName:
    """The name that `stored_name` wrote."""
    return TensorName(*json.loads(stored))


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
    with_bias = {name.part for name in needed if name.kind == "bias"}
    return not any(name._replace(kind="bias") in given for name in needed if name.part not in with_bias)


@dataclass(frozen=True)
class KeptWeights:
    """Weights that were opened with a network, and lie in a file of ours while it is edited.

    `shapes` are by the rows' names when they were opened, `origin` is the file that they came from. `renamed` gives
    the name that a row had then, for rows that have another now.
    """

    path: str
    origin: str
    shapes: Mapping[TensorName, TensorShape]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def now(self) -> dict[TensorName, TensorName]:
        """The present name of each tensor by the one that it was opened under.

        One whose row's name another row has taken over is left out.
        """
        if not self.renamed:
            return {name: name for name in self.shapes}
        names = {then: now for now, then in self.renamed.items()}
        return {
            name: name._replace(row=names.get(name.row, name.row))
            for name in self.shapes
            if name.row in names or name.row not in self.renamed
        }

    def of(self, network: ResolvedNetwork) -> Fit:
        """Which rows of the network as it is now they fit."""
        return fit(network, self._present)

    @cached_property
    def _present(self) -> Mapping[TensorName, TensorShape]:
        """The shapes by the rows' present names: asked for after every edit, and another only after a renaming."""
        return {now: self.shapes[then] for then, now in self.now().items()}

    def after(self, before: LayerTable, table: LayerTable) -> KeptWeights:
        """The same weights once `before` has become `table`: they follow a row that got another name."""
        gone, come = _named_otherwise(before, table)
        if not gone or not come:
            return self
        renamed = dict(self.renamed)
        taken = set(renamed.values())
        for row in come.values():
            then = next((old for old in gone.values() if dataclasses.replace(old, name=row.name) == row), None)
            if then is not None:
                del gone[then.name]
                # A row that only bears the former name of another has no weights to take along.
                own = then.name if then.name not in taken else _NOBODY
                renamed[row.name] = renamed.pop(then.name, own)
        return dataclasses.replace(self, renamed={now: then for now, then in renamed.items() if now != then})


_NOBODY = ""
"""Whose weights a row without any has: no row is called so."""


def lost(weights: KeptWeights, reason: object) -> SqueezevizError:
    """What to raise where their file cannot be read any more."""
    return SqueezevizError(
        f"the weights of {weights.origin} are no longer where they were kept ({reason}); open the file again"
    )


def _named_otherwise(before: LayerTable, table: LayerTable) -> tuple[dict[str, Layer], dict[str, Layer]]:
    """The rows whose names are no longer there, and those whose names are new."""
    if len(before.layers) == len(table.layers) and all(
        one.name == other.name for one, other in zip(before.layers, table.layers, strict=True)
    ):
        return {}, {}
    old, new = ({layer.name: layer for layer in each.layers} for each in (before, table))
    return (
        {name: layer for name, layer in old.items() if name not in new},
        {name: layer for name, layer in new.items() if name not in old},
    )


def told(weights: KeptWeights, network: ResolvedNetwork) -> str:
    """A note on which rows run with the opened weights: a fact as long as all do."""
    fitting, fresh = weights.of(network)
    if not fresh:
        return Fact(f"the live pass runs with the weights of {weights.origin}")
    if not fitting:
        return f"the weights of {weights.origin} fit no layer any more: the live pass runs with fresh random ones"
    named = some(list(map(brief, fresh)))
    return f"the live pass runs with the weights of {weights.origin}, but with fresh random ones in {named}"
