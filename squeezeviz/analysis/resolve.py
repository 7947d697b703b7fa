"""The pure function that computes every number of a layer table: what a forward pass is predicted to show.

Layers that are the same in two tables are not computed again, so an edit costs only what follows from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import zip_longest

from squeezeviz.analysis.accounting import Figures, figures
from squeezeviz.analysis.compression import stored
from squeezeviz.model.formula import Formula, total
from squeezeviz.model.layers import UNCOMPRESSED, Layer, renamed, uncompressed
from squeezeviz.model.operations import LAYER_INPUT, Operation, OperationKind, operations
from squeezeviz.model.problems import LARGEST_COUNT, Problem, empty, too_large, total_too_large
from squeezeviz.model.recent import LONG, Recent
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import IMAGE, MapShape, Receptive, receptive_side, receptive_stride
from squeezeviz.model.table import LayerTable


class Flow(NamedTuple):
    """What flows into a layer: the shape of one image's feature maps, and their receptive field."""

    shape: MapShape
    receptive: Receptive


class ResolvedOperation(NamedTuple):
    """One operation with its numbers for one image.

    `channels`, `height` and `width` are the output shape. `depth` is the number of weighted operations on the longest
    path from the layer's input up to and including this one. `receptive_before` is the receptive field of its input, or
    the largest one of several inputs.
    """

    operation: Operation
    inputs: tuple[MapShape, ...]
    channels: Formula
    height: Formula
    width: Formula
    depth: Formula
    parameters: Formula
    macs: Formula
    activations: Formula
    receptive: Receptive
    receptive_before: Receptive

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def kind(self) -> str:
        """A key of `KIND_NAMES`."""
        return str(self.operation.kind)

    @property
    def shape(self) -> MapShape:
        return MapShape(self.channels.value, self.height.value, self.width.value)

    @property
    def receptive_sides(self) -> tuple[Formula, Formula]:
        """The height and the width of the receptive field as formulas, in pixels of the image."""
        before, (height, width) = self.receptive_before, _window(self.operation, self.inputs[0])
        return receptive_side(before.height, height, before.stride), receptive_side(before.width, width, before.stride)

    @property
    def receptive_stride(self) -> Formula:
        """The stride of the receptive field as a formula, in pixels of the image."""
        return receptive_stride(self.receptive_before.stride, self.operation.stride or 1)


class ResolvedLayer(NamedTuple):
    """One row with its numbers for one image. `depth` is what the layer adds to the network's depth.

    `after_pruning` are the parameters that pruning leaves, `size` the bytes of the compressed layer. Rows that differ
    only in how they are stored share their `operations`, because a pass measures the same for both.
    """

    layer: Layer
    input: Flow
    output: Flow
    operations: tuple[ResolvedOperation, ...]
    depth: Formula
    parameters: Formula
    macs: Formula
    activations: Formula
    after_pruning: Formula
    size: Formula

    @property
    def name(self) -> str:
        return self.layer.name

    @property
    def kind(self) -> str:
        """The layer's type, a key of `KIND_NAMES`."""
        return self.layer.type

    @property
    def shape(self) -> MapShape:
        """The output shape."""
        return self.output.shape

    @property
    def receptive(self) -> Receptive:
        """The receptive field of the output."""
        return self.output.receptive

    def part(self, part: str) -> ResolvedOperation | None:
        """Return the operation of a part, such as `squeeze1x1`, or None if the layer has no such part."""
        return next((each for each in self.operations if each.operation.part == part), None)


def _total(field: str, label: str = "") -> cached_property[Formula]:
    """Return a property of a network: the sum of a number of its layers."""
    return cached_property(lambda network: total([getattr(each, field) for each in network.layers], label or field))


@dataclasses.dataclass(frozen=True)
class ResolvedNetwork:
    """A table with all of its numbers.

    `layers` ends before the first row that cannot run; `problems` says why. Totals are the sums over `layers`.
    """

    table: LayerTable
    layers: tuple[ResolvedLayer, ...]
    problems: tuple[Problem, ...]

    @property
    def runs(self) -> bool:
        return not self.problems

    @property
    def output(self) -> MapShape:
        return self.layers[-1].shape if self.layers else self.table.input.maps

    depth = _total("depth")
    parameters = _total("parameters")
    macs = _total("macs", "multiply-adds")
    activations = _total("activations")
    after_pruning = _total("after_pruning", "after pruning")
    size = _total("size")
    """The size of the compressed network, in bytes."""

    @cached_property
    def as_trained(self) -> ResolvedNetwork:
        """The network with all weights kept, in 32 bits; the same object if it is not compressed."""
        return resolve(self.table.uncompressed()) if self.table.is_compressed else self

    def operations(self) -> Iterator[tuple[ResolvedLayer, ResolvedOperation]]:
        for layer in self.layers:
            for operation in layer.operations:
                yield layer, operation


def resolve(table: LayerTable, before: ResolvedNetwork | None = None) -> ResolvedNetwork:
    """Compute every number of `table`. This never raises for what a table can hold: problems are part of the result.

    Where many rows and what flows into them are the very objects of the network `before`, so are their answers.
    """
    layers: list[ResolvedLayer] = []
    flow = Flow(table.input.maps, IMAGE)
    for recent in (_resolved, UNCOMPRESSED):
        recent.begin(len(table.layers))
    problem = None if table.layers else empty()
    known = before.layers if before is not None and len(table.layers) >= LONG else ()
    for index, (layer, old) in enumerate(zip_longest(table.layers, known[: len(table.layers)])):
        if old is not None and old.layer is layer and (old.input is flow or old.input == flow):
            layers.append(old)
            flow = old.output
            continue
        answer = _resolve_layer(layer, flow)
        if isinstance(answer, Problem):
            problem = answer._replace(row=index, name=layer.name)
            break
        layers.append(answer)
        flow = answer.output
    network = ResolvedNetwork(table, tuple(layers), (problem,) if problem else ())
    if problem is None:
        problem = _totals_too_large(network)
    return ResolvedNetwork(table, tuple(layers), (problem,)) if problem else network


_resolved: Recent[tuple[Layer, Flow], ResolvedLayer | Problem] = Recent()


def _resolve_layer(layer: Layer, flow: Flow) -> ResolvedLayer | Problem:
    return _resolved.get((layer, flow), lambda: _resolve_anew(layer, flow))


def _resolve_anew(layer: Layer, flow: Flow) -> ResolvedLayer | Problem:
    trained = uncompressed(layer)
    if trained is layer:
        return _resolve_trained(layer, flow)
    answer = _resolve_layer(trained, flow)
    if isinstance(answer, Problem):
        return answer
    known = figures(_unnamed(trained), flow.shape)
    assert not isinstance(known, Problem)
    return answer._replace(layer=layer, **stored(layer, known)._asdict())


def _resolve_trained(layer: Layer, flow: Flow) -> ResolvedLayer | Problem:
    """A layer that is not compressed: its name and its receptive field, and what all that are alike share."""
    alike = _worked_out(_unnamed(layer), flow.shape)
    if isinstance(alike, Problem):
        return alike
    steps: list[ResolvedOperation] = []
    fields = [flow.receptive]  # that of the layer's input, then those of its operations
    for operation, (figures_of_it, window) in zip(operations(layer), alike.steps, strict=True):
        before = fields[operation.inputs[0] - LAYER_INPUT]
        for index in operation.inputs[1:]:
            before = max(before, fields[index - LAYER_INPUT])
        receptive = before if window is None else before.through(*window)
        # As a tuple: those of a thousand rows take a third of the time that their own class takes.
        steps.append(tuple.__new__(ResolvedOperation, (operation, *figures_of_it, receptive, before)))
        fields.append(receptive)
        if receptive is not before and max(receptive) > LARGEST_COUNT:
            return _sees_too_far(steps[-1])
    output = Flow(alike.shape, receptive)
    return ResolvedLayer(layer, flow, output, tuple(steps), *alike.totals)


class _Alike(NamedTuple):
    """What layers that differ in their names alone have in common on maps of one shape."""

    steps: tuple[tuple[Figures, tuple[int, int, int] | None], ...]
    """Of each operation the numbers, and its window and stride where it sees more than its input does."""
    shape: MapShape
    """The output shape."""
    totals: tuple[Formula, ...]
    """The fields of a `ResolvedLayer` from its depth on."""


@lru_cache(maxsize=32)
def _worked_out(layer: Layer, shape: MapShape) -> _Alike | Problem:
    known = figures(layer, shape)
    if isinstance(known, Problem):
        return known
    windows = [
        (*_window(operation, step.inputs[0]), operation.stride or 1)
        for operation, step in zip(operations(layer), known.steps, strict=True)
    ]
    steps = tuple(zip(known.steps, [None if window == (1, 1, 1) else window for window in windows], strict=True))
    totals = known.depth, known.parameters, known.macs, known.activations, *stored(layer, known)
    return _Alike(steps, known.steps[-1].shape, totals)


def _unnamed(layer: Layer) -> Layer:
    return renamed(layer, "any")


def _window(operation: Operation, shape: MapShape) -> tuple[int, int]:
    """Return the height and width of an operation's window; (1, 1) if it has none."""
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return shape.height, shape.width
    return operation.kernel or 1, operation.kernel or 1


def _sees_too_far(step: ResolvedOperation) -> Problem:
    for side in step.receptive_sides:
        if side.value > LARGEST_COUNT:
            return too_large("the receptive field", side)
    return too_large("the stride over the image", step.receptive_stride)


def _totals_too_large(network: ResolvedNetwork) -> Problem | None:
    for what, formula in (("parameters", network.parameters), ("multiply-adds", network.macs)):
        if formula.value > LARGEST_COUNT:
            return total_too_large(what, formula)
    return None
