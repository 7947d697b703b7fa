"""The subject of an explanation: a row of the table, or one of its operations, with what a pass measured."""

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
    """`counted` has the numbers, `steps` are its operations, and `seen` is what a pass measured, or None."""

    network: ResolvedNetwork
    row: int
    layer: ResolvedLayer
    counted: ResolvedLayer | ResolvedOperation
    steps: tuple[ResolvedOperation, ...]
    measured: LivePass | None
    seen: MeasuredLayer | MeasuredOperation | None

    @property
    def kind(self) -> str:
        """The type of layer or operation, a key of `KIND_NAMES`."""
        return self.layer.layer.type if self.counted is self.layer else str(self.steps[0].operation.kind)

    @property
    def shape(self) -> MapShape:
        """The predicted output shape, for one image."""
        return self.steps[-1].shape

    @property
    def seen_shape(self) -> tuple[int, ...] | None:
        """The measured output shape, for one image, or None."""
        return self.seen.output_shape[1:] if self.seen else None


Topic = Callable[[Subject], Section | None]
"""A question about a subject. It returns the answer, or None if the question does not apply."""


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
