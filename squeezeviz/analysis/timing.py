"""The times of repeated passes: medians and quartiles, and whether they show which layer takes longest."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation, Quartiles
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import duration_text, time_unit

MOST_REPEATS = 10_000
USUAL_REPEATS = 20
FEWEST_TO_TELL = 5
"""With fewer passes, quartiles depend too much on chance to say which of two layers takes longer."""
IQR = "their interquartile range, from the lower to the upper quartile"
"""What the IQR is that is shown with a median."""


class Timing(NamedTuple):
    """The median and the quartiles of the times that something took in several passes, in milliseconds."""

    time_ms: float
    quartiles_ms: Quartiles


class RepeatedTimes:
    """Collects the times of repeated passes over one network and returns them as one pass with medians.

    Each layer's median is that of its own times and the total's that of the totals, because medians do not add up.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: LivePass | None = None
        self._times = array("d")
        self._most_bytes = 0

    def add(self, live: LivePass) -> None:
        self.count += 1
        self._last = live
        self._most_bytes = max(self._most_bytes, live.memory_bytes)
        self._times.extend(_times(live))

    def as_one_pass(self) -> LivePass:
        """Return the added passes (at least one) as one pass. Its memory is the most that any of them took."""
        last = self._last
        assert last is not None
        if self.count == 1:
            return last
        width = len(self._times) // self.count
        timings = iter([timing(self._times[place::width]) for place in range(width)])
        whole = next(timings)
        return replace(
            last,
            **whole._asdict(),
            memory_bytes=self._most_bytes,
            layers=tuple([_summed_up(layer, timings, self.count) for layer in last.layers]),
            repeats=self.count,
        )


def _times(live: LivePass) -> Iterator[float]:
    """Iterate over the times: the total, then each layer followed by its operations."""
    yield live.time_ms
    for layer in live.layers:
        yield layer.time_ms
        yield from (operation.time_ms for operation in layer.operations)


def _summed_up(layer: MeasuredLayer, timings: Iterator[Timing], repeats: int) -> MeasuredLayer:
    own = next(timings)
    operations = tuple(replace(operation, **next(timings)._asdict()) for operation in layer.operations)
    return replace(layer, **own._asdict(), operations=operations, repeats=repeats)


def check_repeats(repeats: object) -> None:
    """Raise SqueezevizError unless `repeats` is a whole number from 1 to MOST_REPEATS."""
    if not isinstance(repeats, int) or isinstance(repeats, bool) or not 1 <= repeats <= MOST_REPEATS:
        raise SqueezevizError(
            f"repeat must be a whole number from 1 to {MOST_REPEATS:,}, not {shown(repeats)}", Place(column="repeat")
        )


def timing(samples: Sequence[float]) -> Timing:
    """Return the median and the quartiles of at least one time. Quartiles are as in `statistics.quantiles`'
    inclusive method."""
    ordered = sorted(samples)
    return Timing(_at(ordered, 2), Quartiles(_at(ordered, 1), _at(ordered, 3)))


def _at(ordered: Sequence[float], quarter: int) -> float:
    """Return the value `quarter` quarters of the way up the ordered values, interpolated between neighbours."""
    place, part = divmod((len(ordered) - 1) * quarter, 4)
    low = ordered[place]
    return low if not part else (low * (4 - part) + ordered[place + 1] * part) / 4


def keeping_medians(
    measured: LivePass, earlier: LivePass, same_layers: frozenset[str], *, same_table: bool
) -> LivePass:
    """Return a single pass in which times that were measured repeatedly before, and still apply, replace its own.

    `same_layers` names the layers that are unchanged, together with their input; `same_table` tells whether the total
    still applies. Nothing is taken over if the devices, the threads, the batches or the arithmetic differ, or if
    `measured` is itself a repeated measurement.
    """
    alike = _conditions(measured) == _conditions(earlier)
    if measured.repeats > 1 or not alike:
        return measured
    medians = {layer.name: layer for layer in earlier.layers if layer.repeats > 1 and layer.name in same_layers}
    if not medians:
        return measured
    layers = tuple(_with_times(layer, medians.get(layer.name)) for layer in measured.layers)
    measured = replace(measured, layers=layers)
    return replace(measured, **_times_of(earlier), repeats=earlier.repeats) if same_table else measured


def _conditions(measured: LivePass) -> tuple[object, ...]:
    return measured.device, measured.input_shape[:1], measured.arithmetic


def _with_times(layer: MeasuredLayer, median: MeasuredLayer | None) -> MeasuredLayer:
    if median is None or [each.name for each in median.operations] != [each.name for each in layer.operations]:
        return layer
    both = zip(layer.operations, median.operations, strict=True)
    operations = tuple(replace(ours, **_times_of(theirs)) for ours, theirs in both)
    return replace(layer, **_times_of(median), operations=operations, repeats=median.repeats)


def _times_of(measured: LivePass | MeasuredLayer | MeasuredOperation) -> dict[str, Any]:
    return {"time_ms": measured.time_ms, "quartiles_ms": measured.quartiles_ms}


def slowest(layers: Sequence[MeasuredLayer]) -> tuple[str, ...]:
    """Return the layers that may take longest, the largest median first.

    There is more than one if their quartiles overlap, and none if one of the first has too few passes to decide.
    """
    timed = sorted((layer for layer in layers if layer.time_ms), key=lambda layer: -layer.time_ms)
    if not timed:
        return ()
    least = _quartiles(timed[0]).lower
    alike = [layer for layer in timed if _quartiles(layer).upper >= least]
    if any(layer.repeats < FEWEST_TO_TELL for layer in alike) or timed[0].repeats < FEWEST_TO_TELL:
        return ()
    return tuple(layer.name for layer in alike)


def _quartiles(layer: MeasuredLayer) -> Quartiles:
    return layer.quartiles_ms or Quartiles(layer.time_ms, layer.time_ms)


def passes_text(repeats: int) -> str:
    """Return what kind of number a time is: `one pass`, `median of 20 passes`."""
    return "one pass" if repeats == 1 else f"median of {repeats:,} passes"


def repeats_note(measured: LivePass) -> str:
    """Return a sentence that says what the times of a repeated measurement are."""
    if not measured.time_ms:
        return f"{measured.device.id} does no arithmetic: times are 0, however often a pass runs."
    return (
        f"Times are medians of {measured.repeats:,} passes after one that warmed up, and IQR is {IQR}; the total's is "
        "the median of the totals, not the sum of the layers' medians."
    )


def spread_text(quartiles: Quartiles | None) -> str:
    """Return the quartiles as `3.1 ms to 3.3 ms`; an empty text for a single pass."""
    return f"{duration_text(quartiles.lower)} to {duration_text(quartiles.upper)}" if quartiles else ""


def spread_ms(quartiles: Quartiles | None) -> float:
    """Return the interquartile range in milliseconds, 0 for a single pass."""
    return quartiles.upper - quartiles.lower if quartiles else 0.0


def time_text(time_ms: float, quartiles: Quartiles | None) -> str:
    """Return `3.2 ms (IQR 0.2)`, with the interquartile range in the unit of the time; for a single pass `3.2 ms`."""
    if quartiles is None:
        return duration_text(time_ms)
    return f"{duration_text(time_ms)} (IQR {_short(spread_ms(quartiles) / time_unit(time_ms)[1])})"


def _short(distance: float) -> str:
    if distance >= 10:
        return f"{distance:.0f}"
    if distance >= 0.095 or not distance:
        return f"{distance:.1f}"
    return f"{distance:.2f}" if distance >= 0.005 else "<0.01"
