"""The one pure function that turns a layer table into numbers: what a forward pass is predicted to show.

Layers that do not change between two tables are not worked out again: an edit costs what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from squeezeviz.core import accounting
from squeezeviz.core.formula import Formula, number, total
from squeezeviz.core.layers import Bypass, Fire, Layer
from squeezeviz.core.operations import LAYER_INPUT, Operation, OperationKind, operations
from squeezeviz.core.problems import Problem, Trouble
from squeezeviz.core.shapes import IMAGE, MapShape, Receptive, window_output
from squeezeviz.core.table import LayerTable

LARGEST_COUNT = 2**63 - 1
"""What a 64-bit count can hold; torch can make nothing larger either."""


class Flow(NamedTuple):
    """What flows into a layer: the shape of one image's feature maps, and what a value in them sees."""

    shape: MapShape
    receptive: Receptive


@dataclass(frozen=True, slots=True)
class ResolvedOperation:
    """One operation with its numbers, for one image.

    `channels`, `height`, `width` make the output shape; `depth` is the number of weighted operations on the
    longest path from the layer's input up to and including this one.
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

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def shape(self) -> MapShape:
        return MapShape(self.channels.value, self.height.value, self.width.value)


@dataclass(frozen=True, slots=True)
class ResolvedLayer:
    """One row with its numbers, for one image. `depth` is what the layer adds to the network's depth."""

    layer: Layer
    input: Flow
    output: Flow
    operations: tuple[ResolvedOperation, ...]
    depth: Formula
    parameters: Formula
    macs: Formula
    activations: Formula

    @property
    def name(self) -> str:
        return self.layer.name

    def part(self, part: str) -> ResolvedOperation | None:
        """The operation of that part, such as `squeeze1x1`; None where the layer has no such part."""
        return next((each for each in self.operations if each.operation.part == part), None)


@dataclass(frozen=True)
class ResolvedNetwork:
    """A whole table with its numbers.

    `layers` ends before the first row that cannot run; `problems` says why it cannot. Totals are of `layers`.
    """

    table: LayerTable
    layers: tuple[ResolvedLayer, ...]
    problems: tuple[Problem, ...]

    @property
    def runs(self) -> bool:
        return not self.problems

    @property
    def output(self) -> MapShape:
        return self.layers[-1].output.shape if self.layers else MapShape(*_input_of(self.table))

    @cached_property
    def depth(self) -> Formula:
        return total((layer.depth for layer in self.layers), "depth")

    @cached_property
    def parameters(self) -> Formula:
        return total((layer.parameters for layer in self.layers), "parameters")

    @cached_property
    def macs(self) -> Formula:
        return total((layer.macs for layer in self.layers), "multiply-adds")

    @cached_property
    def activations(self) -> Formula:
        return total((layer.activations for layer in self.layers), "activations")

    @cached_property
    def depth_after(self) -> tuple[int, ...]:
        """The depth reached at the end of each layer, counted from the input."""
        reached, so_far = [], 0
        for layer in self.layers:
            so_far += layer.depth.value
            reached.append(so_far)
        return tuple(reached)

    def operations(self) -> Iterator[tuple[ResolvedLayer, ResolvedOperation]]:
        for layer in self.layers:
            for operation in layer.operations:
                yield layer, operation


def resolve(table: LayerTable) -> ResolvedNetwork:
    """Work out every number of `table`. Never raises for what a table can hold: problems are part of the answer."""
    layers: list[ResolvedLayer] = []
    flow = Flow(MapShape(*_input_of(table)), IMAGE)
    problem = None if table.layers else Problem(None, "", "", Trouble.EMPTY, "the table has no layers")
    for index, layer in enumerate(table.layers):
        answer = _resolve_layer(layer, flow)
        if isinstance(answer, Fault):
            problem = Problem(index, layer.name, answer.field, answer.trouble, answer.reason)
            break
        layers.append(answer)
        flow = answer.output
    network = ResolvedNetwork(table, tuple(layers), (problem,) if problem else ())
    if problem is None:
        problem = _totals_too_large(network)
    return ResolvedNetwork(table, tuple(layers), (problem,)) if problem else network


class Fault(NamedTuple):
    """Why a layer cannot run, whichever row of whichever table it is."""

    field: str
    trouble: Trouble
    reason: str


class _CannotRunError(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


@lru_cache(maxsize=16384)
def _resolve_layer(layer: Layer, flow: Flow) -> ResolvedLayer | Fault:
    steps: list[ResolvedOperation] = []
    try:
        for operation in operations(layer):
            steps.append(_resolve_operation(operation, steps, flow, layer))
    except _CannotRunError as cannot:
        return cannot.fault
    last = steps[-1]
    return ResolvedLayer(
        layer,
        flow,
        Flow(last.shape, last.receptive),
        tuple(steps),
        accounting.layer_depth(layer, last.depth),
        total((step.parameters for step in steps if step.parameters.value), "parameters"),
        total((step.macs for step in steps if step.macs.value), "multiply-adds"),
        total((step.activations for step in steps if step.activations.value), "activations"),
    )


def _resolve_operation(
    operation: Operation, steps: list[ResolvedOperation], flow: Flow, layer: Layer
) -> ResolvedOperation:
    sources = [steps[index] if index != LAYER_INPUT else None for index in operation.inputs]
    shapes = tuple(source.shape if source else flow.shape for source in sources)
    depth = accounting.depth(operation, [source.depth if source else number(0) for source in sources])
    if operation.kind is OperationKind.ADD and shapes[0] != shapes[1]:
        raise _CannotRunError(_unequal(layer, shapes))
    channels = _channels(operation, shapes)
    height, width = _sides(operation, shapes[0])
    shape = MapShape(channels.value, height.value, width.value)
    if shape.height < 1 or shape.width < 1:
        raise _CannotRunError(_nothing_fits(operation, shapes[0]))
    step = ResolvedOperation(
        operation, shapes, channels, height, width, depth,
        accounting.parameters(operation, shapes[0]),
        accounting.macs(operation, shapes[0], shape),
        accounting.activations(operation, shape),
        _receptive(operation, [source.receptive if source else flow.receptive for source in sources], shapes[0]),
    )  # fmt: skip
    _check_countable(step)
    return step


def _channels(operation: Operation, inputs: tuple[MapShape, ...]) -> Formula:
    if operation.kind is OperationKind.CONV:
        return number(operation.filters, "filters")
    if operation.kind is OperationKind.CONCAT:
        return total((number(shape.channels) for shape in inputs), "channels")
    return number(inputs[0].channels, "channels")


def _sides(operation: Operation, shape: MapShape) -> tuple[Formula, Formula]:
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return number(1, "height"), number(1, "width")
    if not operation.kernel:
        return number(shape.height, "height"), number(shape.width, "width")
    pooling = operation.kind is not OperationKind.CONV
    if pooling and operation.padding > operation.kernel // 2:
        raise _CannotRunError(
            Fault(
                "padding",
                Trouble.PADDING,
                f"a padding of {operation.padding} is more than half of the {operation.kernel}×{operation.kernel} "
                "window, so a window could lie wholly in the padding",
            )
        )
    window = (operation.kernel, operation.stride, operation.padding)
    height = window_output(shape.height, *window, ceil=operation.ceil, label="height")
    return height, window_output(shape.width, *window, ceil=operation.ceil, label="width")


def _receptive(operation: Operation, inputs: list[Receptive], shape: MapShape) -> Receptive:
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return inputs[0].through(shape.height, shape.width, 1)
    if operation.kernel:
        return inputs[0].through(operation.kernel, operation.kernel, operation.stride)
    return max(inputs, key=lambda receptive: receptive.height)


def _unequal(layer: Layer, shapes: tuple[MapShape, ...]) -> Fault:
    inside, around = shapes[0].channels, shapes[1].channels
    assert isinstance(layer, Fire) and layer.bypass is not Bypass.NONE
    reason = (
        f"a simple bypass adds the module's input to its output, so both need as many channels: "
        f"{around} come in, {layer.e1x1} + {layer.e3x3} = {inside} come out"
    )
    return Fault("bypass", Trouble.UNEQUAL_BYPASS, reason)


def _nothing_fits(operation: Operation, shape: MapShape) -> Fault:
    padded = f" and its padding of {operation.padding}" if operation.padding else ""
    return Fault(
        "kernel",
        Trouble.NOTHING_FITS,
        f"the {operation.kernel}×{operation.kernel} window does not fit the {shape.height}×{shape.width} "
        f"map{padded} that reaches it, so nothing would come out",
    )


def _check_countable(step: ResolvedOperation) -> None:
    for what, formula in (
        ("parameters", step.parameters),
        ("multiply-adds", step.macs),
        ("output values", accounting.values(step.shape)),
    ):
        if formula.value > LARGEST_COUNT:
            raise _CannotRunError(Fault("", Trouble.TOO_LARGE, too_large(f"the {what} of {step.name}", formula)))


def too_large(what: str, formula: Formula) -> str:
    return f"{what} would be {formula.text()}, about {formula.value:.1e}; a 64-bit count ends at 9.2e+18"


def _totals_too_large(network: ResolvedNetwork) -> Problem | None:
    for what, formula in (("parameters", network.parameters), ("multiply-adds", network.macs)):
        if formula.value > LARGEST_COUNT:
            reason = f"all {what} together are about {formula.value:.1e}; a 64-bit count ends at 9.2e+18"
            return Problem(None, "", "", Trouble.TOO_LARGE, reason)
    return None


def _input_of(table: LayerTable) -> tuple[int, int, int]:
    return table.input.channels, table.input.height, table.input.width
