"""Explanations of the whole network and of each of its totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from squeezeviz.analysis.accounting import in_bytes
from squeezeviz.analysis.columns import Column
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.counts import (
    COMPRESSION,
    CONVOLUTION,
    HOW_STORED,
    IN_FLOAT32,
    NOT_MEASURED,
    PRUNING,
    memory_row,
)
from squeezeviz.explain.depth import network_readings
from squeezeviz.explain.explanation import Explanation, Line, Section, Tone, figures_row, quiet, row
from squeezeviz.explain.subject import NOT_YET, measured_activations, passes_rows, time_row, verdict
from squeezeviz.model.formula import number, times
from squeezeviz.model.problems import Trouble
from squeezeviz.model.text import counted, plain
from squeezeviz.model.wording import KIND_NAMES, duration_text, percent, readable_bytes

LONGEST_SUM = 12
"""The most rows of a total that are named, the largest ones. The others are added up."""

_Topic = Callable[[ResolvedNetwork, LivePass | None], Section]


def explain_network(network: ResolvedNetwork, measured: LivePass | None = None) -> Explanation:
    """Explain the network by its totals."""
    return explain_total(network, Column.NAME, measured)


def explain_total(network: ResolvedNetwork, column: Column, measured: LivePass | None = None) -> Explanation:
    """A cell of the totals, then the other totals."""
    sections = _problems(network)
    lead = _LEADS.get(column)
    if lead is not None:
        sections.append(lead(network, measured))
    if lead is not _depth:
        sections.append(_depth(network, measured))
    sections.append(_in_all(network, measured))
    for topic in (_parameters, _macs, _activations):
        if topic is not lead:
            sections.append(replace(topic(network, measured), further=True))
    sections.append(network_readings(network))
    return Explanation(network.table.name, "network", tuple(sections))


def _problems(network: ResolvedNetwork) -> list[Section]:
    if any(problem.trouble is Trouble.EMPTY for problem in network.problems):
        return [Section("Nothing in it yet", (Line("The table has no layers."),))]
    problems = tuple(Line(str(problem), Tone.DIFFERS) for problem in network.problems)
    return [Section("Cannot run", problems)] if problems else []


def _in_all(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    rows = (
        row("parameters", f"{network.parameters.value:,}"),
        row("weights in float32", readable_bytes(in_bytes(network.parameters).value)),
        row("multiply-adds", f"{network.macs.value:,}"),
        row("activations", f"{network.activations.value:,} values"),
        time_row(measured.time_ms if measured else 0, None, measured.quartiles_ms if measured else None),
    )
    return Section("In all", rows)


def _depth(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    lines = [Line("Each convolution adds 1, each Fire module 2, a pool nothing.")]
    lines.append(verdict(network.depth.value, measured.depth if measured else None, "longest weighted path"))
    kinds = Counter((layer.layer.type, layer.depth.value) for layer in network.layers)
    for (kind, depth), count in kinds.items():
        lines.append(figures_row(KIND_NAMES[kind], times(number(count, KIND_NAMES[kind]), number(depth, "depth"))))
    return Section(f"Depth {network.depth.value}", tuple(lines), "Table 1")


def _parameters(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    lines = [
        verdict(network.parameters.value, measured.parameters if measured else None),
        *_rows(network, "parameters"),
        memory_row(network.parameters),
    ]
    return Section(counted(network.parameters.value, "parameter"), tuple(lines), "Table 1")


def _macs(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    lines = [
        verdict(network.macs.value, measured.macs if measured else None),
        *_rows(network, "macs"),
        quiet("For one image, biases not counted; as FLOPs they would be twice as many."),
    ]
    return Section(counted(network.macs.value, "multiply-add"), tuple(lines), CONVOLUTION)


def _activations(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    lines = [
        Line("The values that all layers make for one image; not all are held at once."),
        verdict(network.activations.value, measured_activations(measured) if measured else None),
        *_rows(network, "activations"),
        memory_row(network.activations),
    ]
    return Section(counted(network.activations.value, "activation"), tuple(lines), IN_FLOAT32)


def _pruned(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    left, whole = network.after_pruning.value, network.parameters.value
    lines = [
        Line(f"{percent(left, whole)} of {whole:,} are kept."),
        *_rows(network, "after_pruning"),
        NOT_MEASURED,
    ]
    return Section(f"{counted(left, 'parameter')} after pruning", tuple(lines), PRUNING)


def _size(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    lines = [
        Line(HOW_STORED),
        *_rows(network, "size"),
        row("in bytes", f"{network.size.value:,}"),
        row("dense, in float32", readable_bytes(in_bytes(network.parameters).value)),
        NOT_MEASURED,
    ]
    return Section(f"Stored in {readable_bytes(network.size.value)}", tuple(lines), COMPRESSION)


def _time(network: ResolvedNetwork, measured: LivePass | None) -> Section:
    from squeezeviz.analysis.timing import time_text

    if measured is None:
        return Section("Time", (quiet(NOT_YET),))
    lines = [row("device", measured.device.name), row("images at once", f"{measured.input_shape[0]:,}")]
    slowest = sorted(measured.layers, key=lambda layer: -layer.time_ms)[:LONGEST_SUM]
    if measured.time_ms:
        lines.append(row("computed in", measured.arithmetic.sentence))
    if not measured.time_ms:
        lines.append(quiet("This device does no arithmetic, so there is no time to measure."))
    else:
        lines += passes_rows(measured, measured.repeats)
        if measured.quartiles_ms:
            lines.append(quiet("It is the median of the passes' totals, not the sum of the layers' medians below."))
        lines += [row(plain(layer.name, 24), time_text(layer.time_ms, layer.quartiles_ms)) for layer in slowest]
    heading = f"Time {duration_text(measured.time_ms)}, most of it in" if measured.time_ms else "Time"
    return Section(heading, tuple(lines), "live pass")


_LEADS: Mapping[Column, _Topic] = {
    Column.DEPTH: _depth,
    Column.PARAMETERS: _parameters,
    Column.PRUNED: _pruned,
    Column.SIZE: _size,
    Column.MACS: _macs,
    Column.ACTIVATIONS: _activations,
    Column.LIVE: _time,
}


def _rows(network: ResolvedNetwork, field: str) -> list[Line]:
    """Return a line for each layer that contributes to a total, in order. If there are many, return the largest, and
    the rest in one line."""
    whole = getattr(network, field).value
    counts = [getattr(layer, field).value for layer in network.layers]
    adding = [
        (place, layer.name, count)
        for place, (layer, count) in enumerate(zip(network.layers, counts, strict=True))
        if count
    ]
    shown = adding
    if len(adding) > LONGEST_SUM:
        shown = sorted(sorted(adding, key=lambda each: -each[2])[: LONGEST_SUM - 1])
    lines = [row(plain(name, 24), f"{count:,} · {percent(count, whole)}") for _, name, count in shown]
    rest = whole - sum(count for *_, count in shown)
    if len(shown) < len(adding):
        lines.append(row(f"{len(adding) - len(shown):,} others", f"{rest:,} · {percent(rest, whole)}"))
    return lines
