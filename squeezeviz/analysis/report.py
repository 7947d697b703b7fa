"""The JSON object that `show` and `trace` print (schema squeezeviz/trace-1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from squeezeviz.analysis.live import (
    LivePass,
    MeasuredLayer,
    MeasuredOperation,
    disagreements,
    predicted_numbers,
    predicted_totals,
)
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.timing import spread_ms
from squeezeviz.model.errors import Note
from squeezeviz.model.json_data import to_json

SCHEMA = "squeezeviz/trace-1"


def predicted_report(network: ResolvedNetwork, notes: Sequence[Note] = (), batch: int = 1) -> dict[str, Any]:
    """Return the report of a network without a pass.

    For a table that cannot run, `runs` is false, `layers` and the totals cover the rows that data reaches, and a note
    says where and why they end.
    """
    return {
        "schema": SCHEMA,
        "name": network.table.name,
        "runs": network.runs,
        **predicted_totals(network, batch),
        "layers": [
            {
                **predicted_numbers(layer, batch),
                "operations": [predicted_numbers(operation, batch) for operation in layer.operations],
            }
            for layer in network.layers
        ],
        "notes": [*map(str, notes), *(f"{problem}{_end_of(network)}" for problem in network.problems)],
    }


def measured_report(network: ResolvedNetwork, measured: LivePass, notes: Sequence[Note] = ()) -> dict[str, Any]:
    """Return the report of a pass. Every number in `layers` and the totals is the measured one.

    For repeated passes every `time_ms` is a median and `time_ms_iqr` the interquartile range. The total's are computed
    from the totals of the passes, so they are not the sums of the layers'.
    """
    return {
        "schema": SCHEMA,
        "name": network.table.name,
        "runs": True,
        "device": to_json(measured.device),
        **to_json(measured.arithmetic),
        "input_shape": list(measured.input_shape),
        **{field: to_json(getattr(measured, field)) for field in _FIELDS[2:]},
        "repeats": measured.repeats,
        **_timing(measured),
        "memory_bytes": measured.memory_bytes,
        "disagreements": [each._asdict() for each in disagreements(network, measured)],
        "layers": [
            {**_step(layer), "operations": [_step(operation) for operation in layer.operations]}
            for layer in measured.layers
        ],
        "notes": list(map(str, notes)),
    }


_FIELDS = ("name", "type", "output_shape", "depth", "parameters", "macs")


def _step(measured: MeasuredLayer | MeasuredOperation) -> dict[str, Any]:
    return {**{field: to_json(getattr(measured, field)) for field in _FIELDS}, **_timing(measured)}


def _timing(measured: LivePass | MeasuredLayer | MeasuredOperation) -> dict[str, float]:
    return {"time_ms": measured.time_ms, "time_ms_iqr": spread_ms(measured.quartiles_ms)}


def _end_of(network: ResolvedNetwork) -> str:
    """Return the end of the note on rows that are left out. If only the totals are too large, no rows are."""
    return "; totals and layers end before that row" if len(network.layers) < len(network.table.layers) else ""
