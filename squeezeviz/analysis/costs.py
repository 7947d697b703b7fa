"""How a network's costs are distributed: for each layer and each box within it one cost, its share, and its heat.

A ReLU is drawn in its convolution's box, so its time counts there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

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
from squeezeviz.analysis.live import LivePass, MeasuredLayer, Quartiles
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.wording import duration_text, percent, short_number


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
    if measure is Measure.TIME:
        spent = list(_times(network, measured))
        whole = measured.time_ms if measured else 0.0
    else:
        value_of = _reader(measure, conventions)
        spent = [_predicted(layer, value_of) for layer in network.layers]
        whole = 0.0 if measure is Measure.FIELD else sum([each.value for each in spent if each.value])
    most = max([each.value for each in spent if each.value is not None], default=0.0)
    return tuple([_weighed(each, measure, whole, most) for each in spent])


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


def share_text(share: float | None) -> str:
    """`4.3 %` of the whole network; empty where there is no whole."""
    return "" if share is None else percent(share, 1)


class _Spent(NamedTuple):
    """A cost before it is compared with the others."""

    layer: str
    part: str
    value: float | None
    parts: tuple[_Spent, ...] = ()
    quartiles: Quartiles | None = None


Reader = Callable[[ResolvedLayer | ResolvedOperation], float]


def _reader(measure: Measure, conventions: Conventions) -> Reader:
    match measure:
        case Measure.PARAMETERS:
            return lambda counted: count_parameters(counted, conventions)
        case Measure.MACS:
            return lambda counted: counted.macs.value
        case Measure.ACTIVATIONS:
            return lambda counted: BYTES_PER_VALUE * counted.activations.value
    return _field


def _field(counted: ResolvedLayer | ResolvedOperation) -> float:
    seen = counted.output.receptive if isinstance(counted, ResolvedLayer) else counted.receptive
    return max(seen.height, seen.width)


def _predicted(layer: ResolvedLayer, value_of: Reader) -> _Spent:
    parts = [_Spent(layer.name, step.operation.part, value_of(step)) for step in _boxes(layer)]
    return _Spent(layer.name, "", value_of(layer), tuple(parts))


def _boxes(layer: ResolvedLayer) -> Iterator[ResolvedOperation]:
    """Iterate over the operations that have a box of their own: all of a Fire's except the ReLUs, or the one of
    another layer."""
    if layer.layer.type == "fire":
        yield from (step for step in layer.operations if not step.operation.part.startswith("relu_"))


def _times(network: ResolvedNetwork, measured: LivePass | None) -> Iterator[_Spent]:
    seen = {layer.name: layer for layer in measured.layers if measured.time_ms} if measured else {}
    for layer in network.layers:
        found = seen.get(layer.name)
        parts = [step.operation.part for step in _boxes(layer)]
        boxes = tuple(_Spent(layer.name, part, _box_time(part, found)) for part in parts)
        yield _Spent(layer.name, "", found.time_ms if found else None, boxes, found.quartiles_ms if found else None)


def _box_time(part: str, seen: MeasuredLayer | None) -> float | None:
    """Return the time of an operation and its ReLU in milliseconds, or None if the pass did not run it."""
    if seen is None:
        return None
    names = (f"{seen.name}/{part}", f"{seen.name}/relu_{part}")
    found = [each.time_ms for each in seen.operations if each.name in names]
    return sum(found) if found else None


def _weighed(spent: _Spent, measure: Measure, whole: float, most: float) -> Cost:
    parts = tuple([_weighed(part, measure, whole, most) for part in spent.parts])
    if spent.value is None:
        return Cost(spent.layer, spent.part, None, None, None, parts)
    share = spent.value / whole if whole else None
    heat = heat_of(spent.value, most, measure)
    return Cost(spent.layer, spent.part, spent.value, share, heat, parts, spent.quartiles)
