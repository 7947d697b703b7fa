"""How a network's costs are distributed: for each layer and each box within it one cost, its share, and its heat.

A ReLU is drawn in its convolution's box, so its time counts there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.conventions import (
    USUAL,
    Conventions,
    bytes_text,
    count_parameters,
    flops_text,
    macs_text,
    parameters_text,
)
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import duration_text, percent, short_number

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass, Quartiles


class Measure(StrEnum):
    """What colours the graph. KIND is not a cost: it colours by the kind of operation."""

    KIND = "kind"
    PARAMETERS = "parameters"
    MACS = "multiply-adds"
    ACTIVATIONS = "activations"
    TIME = "time"
    FIELD = "field"


COSTS = tuple(measure for measure in Measure if measure is not Measure.KIND)


class Cost(NamedTuple):
    """The cost of a layer (`part` is empty) or of one box of a Fire module.

    `value` is in parameters, multiply-adds, bytes (float32, one image), milliseconds, or pixels of the image (the
    longer side of a receptive field); None if it was not measured. `share` is the share of the network's total; it is
    None for receptive fields, which do not add up. `heat` runs from 0 to 1 for the costliest layer; see `heat_of`.
    `quartiles` are those of a layer's time over repeated passes.
    """

    layer: str
    part: str
    value: float | None
    share: float | None
    heat: float | None
    parts: tuple[Cost, ...] = ()
    quartiles: Quartiles | None = None


def costs(
    network: ResolvedNetwork, measured: LivePass | None, measure: Measure, conventions: Conventions = USUAL
) -> tuple[Cost, ...]:
    """Return the cost of every layer that runs, in order, followed by the boxes of each Fire. For KIND, return nothing.

    For TIME, layers are looked up in `measured` by name. A layer that is missing there has no value.
    """
    if measure is Measure.KIND:
        return ()
    value_of = _times(measured) if measure is Measure.TIME else _predicted(measure, conventions)
    values = [value_of(layer, None) for layer in network.layers]
    known = [value for value in values if value is not None]
    most, whole = max(known, default=0.0), sum(known)
    if measure is Measure.TIME:
        whole = measured.time_ms if measured else 0.0
    elif measure is Measure.FIELD:
        whole = 0.0
    quartiles = {layer.name: layer.quartiles_ms for layer in measured.layers} if measured else {}

    def cost(layer: str, part: str, value: float | None, parts: tuple[Cost, ...] = ()) -> Cost:
        if value is None:
            return Cost(layer, part, None, None, None, parts)
        spread = quartiles.get(layer) if measure is Measure.TIME and not part else None
        return Cost(layer, part, value, value / whole if whole else None, heat_of(value, most, measure), parts, spread)

    found = []
    for layer, value in zip(network.layers, values, strict=True):
        parts = [cost(layer.name, step.operation.part, value_of(layer, step)) for step in _boxes(layer)]
        found.append(cost(layer.name, "", value, tuple(parts)))
    return tuple(found)


def heat_of(value: float, most: float, measure: Measure) -> float:
    """Return the heat, from 0 to 1, of a value if `most` is the largest.

    Heat is the square root of the value's share of the largest, because otherwise most of a SqueezeNet would look the
    same: conv10 has 43 times the parameters of fire2. For the side of a receptive field it is the share itself.
    """
    part = value / most if most > 0 else 0.0
    return part if measure is Measure.FIELD else sqrt(part)


def value_at(heat: float, most: float, measure: Measure) -> float:
    """Return the value that has this heat: the inverse of `heat_of`, for the ticks of a scale."""
    return most * (heat if measure is Measure.FIELD else heat * heat)


_TITLES = {
    Measure.KIND: "Kind",
    Measure.PARAMETERS: "Parameters",
    Measure.MACS: "Multiply-adds",
    Measure.ACTIVATIONS: "Activation memory",
    Measure.TIME: "Measured time",
    Measure.FIELD: "Receptive field",
}


def title(measure: Measure, conventions: Conventions = USUAL) -> str:
    """Return the measure's name for a list of choices."""
    return "FLOPs" if measure is Measure.MACS and conventions.flops else _TITLES[measure]


def convention(measure: Measure, conventions: Conventions = USUAL) -> str:
    """Return what the numbers of a measure count, to be printed beside them."""
    match measure:
        case Measure.PARAMETERS:
            return "weights and biases" if conventions.count_bias else "weights only"
        case Measure.MACS:
            return "2 × multiply-adds, one image" if conventions.flops else "one image"
        case Measure.ACTIVATIONS:
            return f"float32, one image{', MB = 10⁶ bytes' if conventions.decimal_sizes else ''}"
        case Measure.TIME:
            return "last live pass"
        case Measure.FIELD:
            return "pixels seen by one value, longer side"
    return "colours tell what an operation does"


def value_text(measure: Measure, value: float, conventions: Conventions = USUAL) -> str:
    """Return a value with its unit and its convention: `35.6 M multiply-adds`."""
    match measure:
        case Measure.PARAMETERS:
            return parameters_text(round(value), conventions)
        case Measure.MACS:
            return macs_text(round(value), conventions)
        case Measure.ACTIVATIONS:
            return f"{bytes_text(round(value), conventions)} of activations"
        case Measure.TIME:
            return duration_text(value)
    return f"{round(value):,} px"


def short_text(measure: Measure, value: float, conventions: Conventions = USUAL) -> str:
    """Return a value as short as a scale's tick: `35.6 M`. The convention is printed beside the scale."""
    match measure:
        case Measure.PARAMETERS:
            return short_number(value)
        case Measure.MACS:
            return flops_text(round(value)) if conventions.flops else short_number(value)
        case Measure.ACTIVATIONS:
            return bytes_text(round(value), conventions)
        case Measure.TIME:
            return duration_text(value)
    return f"{short_number(round(value)) if value >= 10**6 else round(value)} px"


UNITS = {
    Measure.PARAMETERS: "parameters",
    Measure.MACS: "multiply-adds",
    Measure.ACTIVATIONS: "bytes",
    Measure.TIME: "ms",
    Measure.FIELD: "px",
}
"""In what the numbers of a measure are, where they are written in full."""


def costs_table(found: tuple[Cost, ...], measure: Measure, conventions: Conventions = USUAL) -> list[tuple[str, ...]]:
    """Return headings and a row for each layer and each box of a Fire, with numbers in full for a spreadsheet.

    The quartiles have columns where there are any. What was not measured is empty.
    """
    flops = measure is Measure.MACS and conventions.flops
    spread = any(cost.quartiles for cost in found)
    unit = "FLOPs" if flops else UNITS[measure]
    rows = [("layer", "part", unit, "share in %", *(("lower quartile", "upper quartile") if spread else ()))]
    for cost in (each for layer in found for each in (layer, *layer.parts)):
        value = cost.value if cost.value is None or not flops else 2 * cost.value
        share = "" if cost.share is None else f"{100 * cost.share:.4g}"
        ends = [_in_full(end) for end in cost.quartiles] if cost.quartiles else ["", ""]
        rows.append((cost.layer, cost.part, _in_full(value), share, *(ends if spread else ())))
    return rows


def _in_full(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value == round(value) else f"{value:.6g}"


def share_text(share: float | None) -> str:
    """`4.3 %` of the whole network; empty where there is no whole."""
    return "" if share is None else percent(share, 1)


_Values = Callable[[ResolvedLayer, ResolvedOperation | None], float | None]
"""Returns the value of a layer, or of an operation of it."""


def _predicted(measure: Measure, conventions: Conventions) -> _Values:
    def value(layer: ResolvedLayer, step: ResolvedOperation | None) -> float:
        counted = step or layer
        match measure:
            case Measure.PARAMETERS:
                return count_parameters(counted, conventions)
            case Measure.MACS:
                return counted.macs.value
            case Measure.ACTIVATIONS:
                return BYTES_PER_VALUE * counted.activations.value
        return max(counted.receptive[:2])

    return value


def _times(measured: LivePass | None) -> _Values:
    seen = {layer.name: layer for layer in measured.layers if measured.time_ms} if measured else {}

    def value(layer: ResolvedLayer, step: ResolvedOperation | None) -> float | None:
        found = seen.get(layer.name)
        if found is None or step is None:
            return found.time_ms if found else None
        names = (step.name, f"{layer.name}/relu_{step.operation.part}")
        times = [each.time_ms for each in found.operations if each.name in names]
        return sum(times) if times else None

    return value


def _boxes(layer: ResolvedLayer) -> Iterator[ResolvedOperation]:
    """Iterate over the operations that have a box of their own: all of a Fire's except the ReLUs, or the one of
    another layer."""
    if layer.kind == "fire":
        yield from (step for step in layer.operations if not step.operation.part.startswith("relu_"))
