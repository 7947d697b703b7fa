"""Explanations of rows, cells and operations: which questions are answered, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from squeezeviz.analysis.accounting import in_bytes, values
from squeezeviz.analysis.columns import INPUT_ROW, Column, text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain import counts, settings
from squeezeviz.explain.counts import activations, macs, memory_row, parameters, parameters_in_short
from squeezeviz.explain.depth import depth, depth_within, readings
from squeezeviz.explain.explanation import Explanation, Line, Section, Tone, equation, quiet, row
from squeezeviz.explain.sizes import bypass_sum, channels, field, fire_size, size
from squeezeviz.explain.subject import NOT_YET, Subject, Topic, measured_layer, passes_rows, subject_of, time_row
from squeezeviz.model.text import counted
from squeezeviz.model.wording import KIND_NAMES, duration_text, field_text, percent, readable_bytes, short_number

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass


def cost(subject: Subject) -> Section:
    """Explain multiply-adds, activations, receptive field and time."""
    macs, made, rows = subject.counted.macs.value, subject.counted.activations, []
    if macs:
        share = percent(macs, subject.network.macs.value)
        rows.append(row("multiply-adds", f"{short_number(macs)} · {share} of all"))
    if made.value:
        rows.append(row("activations", f"{short_number(made.value)}, {readable_bytes(in_bytes(made).value)}"))
    rows.append(row("receptive field", field_text(subject.steps[-1].receptive)))
    seen = subject.seen
    rows.append(time_row(seen.time_ms if seen else 0, subject.measured, seen.quartiles_ms if seen else None))
    return Section("Cost", tuple(rows))


def time(subject: Subject) -> Section:
    """Explain the time that the last pass measured, and on which device."""
    from squeezeviz.analysis.live import MeasuredLayer
    from squeezeviz.analysis.timing import time_text

    seen, measured = subject.seen, subject.measured
    if seen is None or measured is None:
        return Section("Time", (quiet(NOT_YET),))
    if not seen.time_ms:
        what = "Only the shapes were computed: this device does no arithmetic, so there is no time to measure."
        return Section("Time", (Line(what), row("device", measured.device.name)), "live pass")
    layer = measured_layer(measured, subject.row, subject.layer.name)
    lines = [time_row(seen.time_ms, measured, seen.quartiles_ms)]
    lines += [*passes_rows(seen, layer.repeats if layer else 1), row("device", measured.device.name)]
    lines.append(row("computed in", measured.arithmetic.sentence))
    lines.append(row("images at once", f"{measured.input_shape[0]:,}"))
    if isinstance(seen, MeasuredLayer) and len(seen.operations) > 1:
        lines += [
            row(step.name.removeprefix(f"{seen.name}/"), time_text(step.time_ms, step.quartiles_ms))
            for step in seen.operations
        ]
    return Section(f"Time {duration_text(seen.time_ms)}", tuple(lines), "live pass")


_LAYER: tuple[Topic, ...] = (
    depth, channels, size, parameters_in_short, cost,
    bypass_sum, fire_size, macs, activations, field, readings,
)  # fmt: skip
"""The questions answered for every row, the further ones last."""

_OPERATION: tuple[Topic, ...] = (depth_within, size, parameters, cost, macs, activations, field)

LEADS: dict[Column, tuple[Topic, ...]] = {
    Column.OUTPUT: (size, channels, fire_size),
    Column.WINDOW: (settings.window,),
    Column.DEPTH: (depth,),
    Column.S1X1: (settings.squeeze,),
    Column.E1X1: (settings.expand1x1,),
    Column.E3X3: (settings.expand3x3,),
    Column.BYPASS: (settings.bypass,),
    Column.S1X1_KEPT: (counts.squeeze_kept,),
    Column.E1X1_KEPT: (counts.expand1x1_kept,),
    Column.E3X3_KEPT: (counts.expand3x3_kept,),
    Column.BITS: (counts.bits,),
    Column.PARAMETERS: (parameters,),
    Column.PRUNED: (counts.pruned,),
    Column.SIZE: (counts.size,),
    Column.MACS: (macs,),
    Column.ACTIVATIONS: (activations,),
    Column.FIELD: (field,),
    Column.LIVE: (time,),
}
"""What is said first where a cell of that column is selected; of any other that has a value, what the column is."""


def explain_cell(network: ResolvedNetwork, row: int, column: Column, measured: LivePass | None = None) -> Explanation:
    """One cell, then the rest of its row. `row` may be INPUT_ROW."""
    if row == INPUT_ROW:
        return explain_input(network)
    if row >= len(network.layers):
        return _unreached(network, row)
    subject = subject_of(network, row, measured)
    return Explanation(subject.layer.name, KIND_NAMES[subject.counted.kind], _sections(subject, _lead(column), _LAYER))


def _lead(column: Column) -> tuple[Topic, ...]:
    if column is Column.NAME:
        return ()
    return LEADS.get(column, (partial(_described, column=column),))


def _described(subject: Subject, column: Column) -> Section | None:
    """The cell's value, and what its column holds."""
    shown = text(subject.network, subject.row, column)
    return Section(f"{column}: {shown}", (Line(f"{column.spec.about}."),)) if shown else None


def explain_layer(network: ResolvedNetwork, row: int, measured: LivePass | None = None) -> Explanation:
    """Explain one row. A row that cannot run, or that no data reaches, is explained by its problem."""
    return explain_cell(network, row, Column.NAME, measured)


def explain_operation(network: ResolvedNetwork, row: int, part: str, measured: LivePass | None = None) -> Explanation:
    """Explain one operation of a row, such as a Fire's `expand3x3`. If the row has no such part, explain the row."""
    if row >= len(network.layers) or not (step := network.layers[row].part(part)) or not part:
        return explain_layer(network, row, measured)
    subject = subject_of(network, row, measured, step)
    return Explanation(step.name, KIND_NAMES[subject.counted.kind], _sections(subject, (), _OPERATION))


def explain_input(network: ResolvedNetwork) -> Explanation:
    """The input image."""
    shape = network.table.input.maps
    count = values(shape)
    lines = (
        Line(f"{counted(shape.channels, 'channel')} of {shape.height} × {shape.width} pixels."),
        equation(count, after=" values"),
        memory_row(count),
    )
    return Explanation("input", "input image", (Section("What goes in", lines, "Table 1"),))


def _sections(subject: Subject, lead: tuple[Topic, ...], usual: tuple[Topic, ...]) -> tuple[Section, ...]:
    """Return the leading answers, then the usual ones that they do not already cover."""
    first = [replace(section, further=False) for section in _answers(subject, lead)]
    given = {section.heading for section in first}
    rest = _answers(subject, [topic for topic in usual if topic not in lead])
    return (*first, *(section for section in rest if section.heading not in given))


def _answers(subject: Subject, topics: Iterable[Topic]) -> Iterable[Section]:
    for topic in topics:
        section = topic(subject)
        if section is not None:
            yield section


def _unreached(network: ResolvedNetwork, row: int) -> Explanation:
    layer, problem = network.table.layers[row], network.problems[0]
    if problem.row == row:
        section = Section("Cannot run", (Line(problem.reason, Tone.DIFFERS),))
    else:
        section = Section("Not reached", (Line(f"Data does not reach this row: {problem.name} before it cannot run."),))
    return Explanation(layer.name, KIND_NAMES[layer.type], (section,))
