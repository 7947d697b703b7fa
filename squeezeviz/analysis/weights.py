"""Which tensors are the weights of a row, and which rows some given weights fit."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.errors import Note, Severity, SqueezevizError, brief
from squeezeviz.model.layers import Layer
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import some

TensorShape = tuple[int, ...]
"""The shape of a weight (filters, input channels, kernel height, kernel width) or of a bias (filters)."""


class TensorName(NamedTuple):
    """A tensor, named by the row it belongs to. `part` is as in `Operation.part`; `kind` is `weight` or `bias`."""

    row: str
    part: str
    kind: str


class StoredWeights(NamedTuple):
    """How many weights a convolution has, how many of these are not zero, and how many values the latter take.

    `part` is as in `Operation.part`. `values` is 0 where there are more than `MOST_CODES`.
    """

    row: str
    part: str
    weights: int
    nonzero: int
    values: int


MOST_CODES = 256
"""The values of a codebook of 8 bits. float16 and bfloat16 take many more, and their weights have no codebook."""


def stored_name(name: TensorName) -> str:
    """Return the tensor's name in our own weights file: one text, whatever the row is called."""
    return json.dumps(name)


def tensor_name(stored: str) -> TensorName:
    """Return the tensor name that `stored_name` encoded."""
    return TensorName(*json.loads(stored))


def tensor_shapes(layer: ResolvedLayer) -> dict[TensorName, TensorShape]:
    """Return the shapes of the tensors that a row needs, each convolution's weight before its bias. A row without
    weights needs none."""
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
    """The rows that have weights, in the table's order: those that the given weights fit, and those that get fresh
    ones."""

    fitting: tuple[str, ...]
    fresh: tuple[str, ...]


def fit(network: ResolvedNetwork, shapes: Mapping[TensorName, TensorShape]) -> Fit:
    """Return which rows of `network` the tensors of these shapes fit. A row takes all of its tensors or none."""
    fitting: list[str] = []
    fresh: list[str] = []
    for layer in network.layers:
        if needed := tensor_shapes(layer):
            (fitting if fits(needed, shapes) else fresh).append(layer.name)
    return Fit(tuple(fitting), tuple(fresh))


def fits(needed: Mapping[TensorName, TensorShape], given: Mapping[TensorName, TensorShape]) -> bool:
    """Whether every needed tensor is given in its shape, without a bias that the row would ignore."""
    if any(given.get(name) != shape for name, shape in needed.items()):
        return False
    with_bias = {name.part for name in needed if name.kind == "bias"}
    return not any(name._replace(kind="bias") in given for name in needed if name.part not in with_bias)


@dataclass(frozen=True)
class RetainedWeights:
    """Weights that were opened with a network. They stay in a file of our own while the network is edited.

    `shapes` uses the rows' names at the time of opening, and so does `stored`, what was measured of them then; `origin`
    is the file they came from. `renamed` maps the present name of a renamed row to its name then.
    """

    path: str
    origin: str
    shapes: Mapping[TensorName, TensorShape]
    renamed: Mapping[str, str] = field(default_factory=dict)
    stored: tuple[StoredWeights, ...] = ()

    def now(self) -> dict[TensorName, TensorName]:
        """Map the name of each tensor when it was opened to its present name.

        A tensor is left out if another row has taken over its row's name.
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
        """Return which rows of the network, as it is now, the weights fit."""
        return fit(network, self._present)

    def stored_in(self, layer: ResolvedLayer) -> tuple[StoredWeights, ...]:
        """Return what was measured of the weights of a row; of one that they do not fit, nothing."""
        if not self.stored or not fits(tensor_shapes(layer), self._present):
            return ()
        then = self.renamed.get(layer.name, layer.name)
        return tuple(each for each in self.stored if each.row == then)

    @cached_property
    def _present(self) -> Mapping[TensorName, TensorShape]:
        """The shapes by the rows' present names. Cached, because every edit asks for it and only a renaming changes
        it."""
        return {now: self.shapes[then] for then, now in self.now().items()}

    def after(self, before: LayerTable, table: LayerTable) -> RetainedWeights:
        """Return the same weights after `before` was edited to `table`. They follow a row that was renamed."""
        gone, added = _renamed_rows(before, table)
        if not gone or not added:
            return self
        renamed = dict(self.renamed)
        taken = set(renamed.values())
        for row in added.values():
            then = next((old for old in gone.values() if dataclasses.replace(old, name=row.name) == row), None)
            if then is not None:
                del gone[then.name]
                # A row that only has another's former name does not take its weights along.
                own = then.name if then.name not in taken else _NO_ROW
                renamed[row.name] = renamed.pop(then.name, own)
        return dataclasses.replace(self, renamed={now: then for now, then in renamed.items() if now != then})


_NO_ROW = ""
"""A row name that no layer has, for layers without weights."""


def lost_weights_error(weights: RetainedWeights, reason: object) -> SqueezevizError:
    """Return the error to raise if the weights' file can no longer be read."""
    return SqueezevizError(f"the weights of {weights.origin} can no longer be read ({reason}); open the file again")


def _renamed_rows(before: LayerTable, table: LayerTable) -> tuple[dict[str, Layer], dict[str, Layer]]:
    """Return the rows whose names disappeared, and the rows whose names are new."""
    if len(before.layers) == len(table.layers) and all(
        one.name == other.name for one, other in zip(before.layers, table.layers, strict=True)
    ):
        return {}, {}
    old, new = ({layer.name: layer for layer in each.layers} for each in (before, table))
    return (
        {name: layer for name, layer in old.items() if name not in new},
        {name: layer for name, layer in new.items() if name not in old},
    )


def weights_note(weights: RetainedWeights, network: ResolvedNetwork) -> Note:
    """Return a note on which rows run with the opened weights. It only informs if all of them do."""
    fitting, fresh = weights.of(network)
    if not fresh:
        return Note(f"the live pass runs with the weights of {weights.origin}", Severity.INFO)
    if not fitting:
        return Note(f"the weights of {weights.origin} fit no layer any more: the live pass runs with fresh random ones")
    named = some(list(map(brief, fresh)))
    return Note(f"the live pass runs with the weights of {weights.origin}, but with fresh random ones in {named}")
