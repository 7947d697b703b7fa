"""What a row or an operation costs, in a few lines; the sections behind it say how each number is made."""

from __future__ import annotations

from squeezeviz.core.accounting import in_bytes
from squeezeviz.core.explaining.measuring import NOT_YET, measured_layer, passes_rows, time_row
from squeezeviz.core.explaining.model import Line, Section, quiet, row
from squeezeviz.core.explaining.subject import Subject
from squeezeviz.core.explaining.wording import duration_text, field_text, percent, short_count
from squeezeviz.core.live import MeasuredLayer
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.timing import time_text


def cost(subject: Subject) -> Section:
    """Multiply-adds, activations, receptive field and time."""
    counted, rows = subject.counted, []
    if counted.macs.value:
        share = percent(counted.macs, subject.network.macs)
        rows.append(row("multiply-adds", f"{short_count(counted.macs.value)} · {share} of all"))
    if counted.activations.value:
        size = readable_bytes(in_bytes(counted.activations).value)
        rows.append(row("activations", f"{short_count(counted.activations.value)}, {size}"))
    rows.append(row("receptive field", field_text(subject.steps[-1].receptive)))
    seen = subject.seen
    rows.append(time_row(seen.time_ms if seen else 0, subject.measured, seen.quartiles_ms if seen else None))
    return Section("Cost", tuple(rows))


def time(subject: Subject) -> Section:
    """What the last pass measured: how long it took, where."""
    seen, measured = subject.seen, subject.measured
    if seen is None or measured is None:
        return Section("Time", (quiet(NOT_YET),))
    if not seen.time_ms:
        what = "The shapes alone were followed: this device does no arithmetic, so there is no time to measure."
        return Section("Time", (Line(what), row("device", measured.device.name)), "live pass")
    layer = measured_layer(measured, subject.row, subject.layer.name)
    lines = [time_row(seen.time_ms, measured, seen.quartiles_ms)]
    lines += [*passes_rows(seen, layer.repeats if layer else 1), row("device", measured.device.name)]
    lines.append(row("images at once", f"{measured.input_shape[0]:,}"))
    if isinstance(seen, MeasuredLayer) and len(seen.operations) > 1:
        lines += [
            row(_within(step.name, seen.name), time_text(step.time_ms, step.quartiles_ms)) for step in seen.operations
        ]
    return Section(f"Time {duration_text(seen.time_ms)}", tuple(lines), "live pass")


def _within(operation: str, layer: str) -> str:
    """`squeeze1x1`, the operation's name without its layer's."""
    return operation.removeprefix(f"{layer}/")
