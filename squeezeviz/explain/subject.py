"""What an explanation is about: a row of the table, or one operation of it, with what a pass measured of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.explain.explanation import Section
from squeezeviz.explain.measuring import measured_layer, measured_operation
from squeezeviz.model.shapes import MapShape


@dataclass(frozen=True, slots=True)
class Subject:
    """`counted` has the numbers, `steps` are the operations in it, `seen` is what was measured of it."""

    network: ResolvedNetwork
    row: int
    layer: ResolvedLayer
    counted: ResolvedLayer | ResolvedOperation
    steps: tuple[ResolvedOperation, ...]
    measured: LivePass | None
    seen: MeasuredLayer | MeasuredOperation | None

    @property
    def kind(self) -> str:
        """Its type, as `KINDS` has it."""
        return self.layer.layer.type if self.counted is self.layer else str(self.steps[0].operation.kind)

    @property
    def shape(self) -> MapShape:
        """What flows out of it."""
        return self.steps[-1].shape

    @property
    def seen_shape(self) -> tuple[int, ...] | None:
        """The same as measured, of one image."""
        return self.seen.output_shape[1:] if self.seen else None


Topic = Callable[[Subject], Section | None]
"""One question about a subject and its answer; None where the question does not arise."""


def layer_subject(network: ResolvedNetwork, row: int, measured: LivePass | None) -> Subject:
    """A row that runs."""
    layer = network.layers[row]
    seen = measured_layer(measured, row, layer.name)
    return Subject(network, row, layer, layer, layer.operations, measured, seen)


def operation_subject(
    network: ResolvedNetwork, row: int, step: ResolvedOperation, measured: LivePass | None
) -> Subject:
    """One operation of a row that runs."""
    layer = network.layers[row]
    seen = measured_operation(measured_layer(measured, row, layer.name), step.name)
    return Subject(network, row, layer, step, (step,), measured, seen)
