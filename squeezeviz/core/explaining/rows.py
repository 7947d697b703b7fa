"""Explanations of rows, their cells and their operations: which questions are answered, in which order."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping

from squeezeviz.core.accounting import values
from squeezeviz.core.cells import INPUT_ROW, Column
from squeezeviz.core.explaining import settings, stored
from squeezeviz.core.explaining.counts import activations, macs, memory_row, parameters, parameters_in_short
from squeezeviz.core.explaining.depth import depth, depth_within, readings
from squeezeviz.core.explaining.fields import field
from squeezeviz.core.explaining.model import Explanation, Line, Section, Tone, equation
from squeezeviz.core.explaining.sizes import channels, fire_size, size
from squeezeviz.core.explaining.subject import Subject, Topic, layer_subject, operation_subject
from squeezeviz.core.explaining.summary import cost, time
from squeezeviz.core.explaining.wording import KINDS
from squeezeviz.core.live import LivePass
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.core.shapes import MapShape
from squeezeviz.core.text import counted

_LAYER: tuple[Topic, ...] = (
    depth, channels, size, parameters_in_short, cost,
    fire_size, macs, activations, field, readings,
)  # fmt: skip
"""What is said of every row, the further topics last."""

_OPERATION: tuple[Topic, ...] = (depth_within, size, parameters, cost, macs, activations, field)

LEADS: Mapping[Column | None, tuple[Topic, ...]] = {
    Column.OUTPUT: (size, channels, fire_size),
    Column.WINDOW: (settings.window,),
    Column.DEPTH: (depth,),
    Column.S1X1: (settings.squeeze,),
    Column.E1X1: (settings.expand1x1,),
    Column.E3X3: (settings.expand3x3,),
    Column.BYPASS: (settings.bypass,),
    Column.S1X1_KEPT: (stored.squeeze_kept,),
    Column.E1X1_KEPT: (stored.expand1x1_kept,),
    Column.E3X3_KEPT: (stored.expand3x3_kept,),
    Column.BITS: (stored.bits,),
    Column.PARAMETERS: (parameters,),
    Column.PRUNED: (stored.pruned,),
    Column.SIZE: (stored.size,),
    Column.MACS: (macs,),
    Column.ACTIVATIONS: (activations,),
    Column.FIELD: (field,),
    None: (time,),
}
"""What is said first where a cell of that column is selected; None is the live one. A column may have none."""


def explain_cell(
    network: ResolvedNetwork, row: int, column: Column | None, measured: LivePass | None = None
) -> Explanation:
    """One cell, then the rest of its row. `row` may be INPUT_ROW; `column` None is the live column."""
    if row == INPUT_ROW:
        return explain_input(network)
    if row >= len(network.layers):
        return _unreached(network, row)
    subject = layer_subject(network, row, measured)
    return Explanation(subject.layer.name, KINDS[subject.kind], _sections(subject, LEADS.get(column, ()), _LAYER))


def explain_layer(network: ResolvedNetwork, row: int, measured: LivePass | None = None) -> Explanation:
    """One row. A row that cannot run, or is not reached, is explained by its problem."""
    return explain_cell(network, row, Column.NAME, measured)


def explain_operation(network: ResolvedNetwork, row: int, part: str, measured: LivePass | None = None) -> Explanation:
    """One operation of a row, such as a Fire's `expand3x3`; the row itself where it has no such part."""
    if row >= len(network.layers) or not (step := network.layers[row].part(part)) or not part:
        return explain_layer(network, row, measured)
    subject = operation_subject(network, row, step, measured)
    return Explanation(step.name, KINDS[subject.kind], _sections(subject, (), _OPERATION))


def explain_input(network: ResolvedNetwork) -> Explanation:
    """The input image."""
    shape = MapShape(network.table.input.channels, network.table.input.height, network.table.input.width)
    count = values(shape)
    lines = (
        Line(f"{counted(shape.channels, 'channel')} of {shape.height} × {shape.width} pixels."),
        equation(count, after=" values"),
        memory_row(count),
    )
    return Explanation("input", "input image", (Section("What goes in", lines, "Table 1"),))


def _sections(subject: Subject, lead: tuple[Topic, ...], usual: tuple[Topic, ...]) -> tuple[Section, ...]:
    """The lead's answers, then the usual ones that it does not give already, at more length perhaps."""
    first = [dataclasses.replace(section, further=False) for section in _answers(subject, lead)]
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
        section = Section("Not reached", (Line(f"Data does not get here: {problem.name} before it cannot run."),))
    return Explanation(layer.name, KINDS[layer.type], (section,))
