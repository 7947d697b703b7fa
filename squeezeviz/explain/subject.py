"""The subject of an explanation, a row of the table or one of its operations, and what a pass measured of it."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, Tone, quiet, row
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import duration_text, percent

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation, Quartiles

NOT_YET = "predicted, not measured yet"


class Subject(NamedTuple):
    """`counted` has the numbers, `steps` are its operations, and `seen` is what a pass measured, or None."""

    network: ResolvedNetwork
    row: int
    layer: ResolvedLayer
    counted: ResolvedLayer | ResolvedOperation
    steps: tuple[ResolvedOperation, ...]
    measured: LivePass | None
    seen: MeasuredLayer | MeasuredOperation | None

    def verdict(self, field: str, what: str = "") -> Line:
        """Return whether the pass agrees on this number of the subject."""
        return verdict(getattr(self.counted, field).value, getattr(self.seen, field) if self.seen else None, what)


Topic = Callable[[Subject], Section | None]
"""A question about a subject. It returns the answer, or None if the question does not apply."""


def subject_of(
    network: ResolvedNetwork, row: int, measured: LivePass | None, step: ResolvedOperation | None = None
) -> Subject:
    """Return a row that runs, or one operation of it."""
    layer = network.layers[row]
    seen = measured_layer(measured, row, layer.name)
    if step is None:
        return Subject(network, row, layer, layer, layer.operations, measured, seen)
    return Subject(network, row, layer, step, (step,), measured, measured_operation(seen, step.name))


_MAKE_NOTHING = (OperationKind.RELU, OperationKind.DROPOUT, OperationKind.CONCAT)


def measured_layer(measured: LivePass | None, row: int, name: str) -> MeasuredLayer | None:
    """Return what a pass measured of this layer, whichever row it was in then, or None if it was not there."""
    if measured is None:
        return None
    if row < len(measured.layers) and measured.layers[row].name == name:
        return measured.layers[row]
    return next((layer for layer in measured.layers if layer.name == name), None)


def measured_operation(seen: MeasuredLayer | None, name: str) -> MeasuredOperation | None:
    """Return what was measured of the layer's operation of that name."""
    return next((each for each in seen.operations if each.name == name), None) if seen else None


def measured_activations(seen: LivePass | MeasuredLayer | MeasuredOperation) -> int:
    """Return the number of values computed for one image, from the output shapes. Operations in place do not count."""
    from squeezeviz.analysis.live import LivePass, MeasuredLayer

    if isinstance(seen, LivePass):
        return sum(measured_activations(layer) for layer in seen.layers)
    steps = seen.operations if isinstance(seen, MeasuredLayer) else (seen,)
    return sum(prod(step.output_shape[1:]) for step in steps if step.type not in _MAKE_NOTHING)


def verdict(predicted: object, measured: object | None, what: str = "") -> Line:
    """Return a line that says whether measurement and prediction agree. `measured` is None if nothing was measured
    yet."""
    if measured is None:
        return quiet(NOT_YET)
    named = f"{what} = " if what else ""
    if predicted == measured:
        return Line(f"measured: {named}{_shown(measured)} ✓", Tone.MEASURED)
    return Line(f"measured: {named}{_shown(measured)}, predicted {_shown(predicted)}", Tone.DIFFERS)


def time_row(time_ms: float, measured: LivePass | None, quartiles: Quartiles | None = None) -> Line:
    """How long it took, how much that varied, and its share of the pass; a dash where that was not measured."""
    if not time_ms:
        return row("live time", "—")
    from squeezeviz.analysis.timing import time_text

    share = f" · {percent(time_ms, measured.time_ms)}" if measured and measured.time_ms else ""
    return row("live time", time_text(time_ms, quartiles) + share)


def passes_rows(seen: LivePass | MeasuredLayer | MeasuredOperation, repeats: int) -> list[Line]:
    """Return lines that say how many passes a time comes from, and its quartiles if there are any."""
    if seen.quartiles_ms is None:
        return [quiet("That is one pass, and the next one will take longer or shorter.")]
    return [
        row("median of", f"{repeats:,} passes"),
        row("lower quartile", duration_text(seen.quartiles_ms.lower)),
        row("upper quartile", duration_text(seen.quartiles_ms.upper)),
    ]


def _shown(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
