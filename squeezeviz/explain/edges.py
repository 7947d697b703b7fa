"""The tensor that flows along a line of the graph: its shape, its size, its source and its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.analysis.accounting import values
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.explain.counts import memory_row
from squeezeviz.explain.explanation import Explanation, Line, Section, equation, row
from squeezeviz.explain.subject import measured_layer, measured_operation, verdict
from squeezeviz.model.operations import LAYER_INPUT
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.wording import KIND_NAMES, remark, shape_text

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass

Place = tuple[str, str]
"""A box of the graph: the layer's name (empty: the input image) and the part in it (empty: the layer itself)."""


def explain_edge(
    network: ResolvedNetwork, source: Place, target: Place, measured: LivePass | None = None
) -> Explanation:
    """Explain what flows from one box to another. Raises KeyError if the network has no such box, or does not reach it.

    Between a Fire module and one of its parts flows the module's input or output.
    """
    source, target = _ends_outside(network, source, target)
    shape, seen = _tensor(network, source, measured)
    count = values(shape)
    lines = (
        Line("One image's feature maps: channels × height × width."),
        equation(count, after=" values"),
        verdict(shape_text(shape), shape_text(seen[1:]) if seen is not None else None),
        memory_row(count),
    )
    ends = (row("made by", _title(network, source)), row("taken by", _title(network, target)))
    sections = [Section(shape_text(shape), lines, "float32"), Section("From and to", ends)]
    beside = _beside(network, source, target)
    if beside:
        sections.append(Section("Beside it", (Line(beside),), "Section 3.2"))
    return Explanation(f"{_name(source)} → {_name(target)}", "tensor", tuple(sections))


def _tensor(
    network: ResolvedNetwork, source: Place, measured: LivePass | None
) -> tuple[MapShape, tuple[int, ...] | None]:
    """Return the shape that the box puts out, as predicted and as measured."""
    layer, part = source
    if not layer:
        return network.table.input.maps, measured.input_shape if measured else None
    index, resolved = _layer(network, layer)
    seen = measured_layer(measured, index, layer)
    if not part:
        return resolved.output.shape, seen.output_shape if seen else None
    step = _step(resolved, part)
    found = measured_operation(seen, step.name)
    return step.shape, found.output_shape if found else None


def _layer(network: ResolvedNetwork, name: str) -> tuple[int, ResolvedLayer]:
    for index, layer in enumerate(network.layers):
        if layer.name == name:
            return index, layer
    raise KeyError(name)


def _step(resolved: ResolvedLayer, part: str) -> ResolvedOperation:
    step = resolved.part(part)
    if step is None:
        raise KeyError(f"{resolved.name}/{part}")
    return step


def _name(place: Place) -> str:
    layer, part = place
    return f"{layer}/{part}" if part else layer or "input"


def _title(network: ResolvedNetwork, place: Place) -> str:
    layer, part = place
    if not layer:
        return "the input image"
    resolved = _layer(network, layer)[1]
    kind = _step(resolved, part).kind if part else resolved.kind
    return f"{_name(place)} ({KIND_NAMES[kind]})"


def _ends_outside(network: ResolvedNetwork, source: Place, target: Place) -> tuple[Place, Place]:
    """Return both ends. An end that is the Fire around the other end is replaced by the layer before or after it."""
    if source[0] != target[0] or not source[0]:
        return source, target
    names = [layer.name for layer in network.layers]
    index = names.index(source[0])
    if not source[1] and target[1]:
        return (names[index - 1] if index else "", ""), target
    if source[1] and not target[1] and index + 1 < len(names):
        return source, (names[index + 1], "")
    return source, target


def _beside(network: ResolvedNetwork, source: Place, target: Place) -> str:
    """Say which other operations read the same tensor, and what a concat or a sum takes besides it."""
    layer, part = target
    if not layer or not part:
        return ""
    resolved = _layer(network, layer)[1]
    step = resolved.part(part)
    if step is None:
        raise KeyError(f"{layer}/{part}")
    takers = [each.name for each in resolved.operations if LAYER_INPUT in each.operation.inputs]
    several = f"The same tensor goes to {' and '.join(takers)}." if len(takers) > 1 else ""
    return remark(step.operation, step.channels, source[1] if source[0] == layer else "") or several
