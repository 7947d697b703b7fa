"""Where each number comes from, in words and figures: what the panel shows for what is selected.

The figures are the formulas that the numbers were made with, so an explanation cannot drift from its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.core.formula import Formula
from squeezeviz.core.layers import Bypass, Conv, Fire, Layer
from squeezeviz.core.live import LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.core.table import InputShape


class Tone(StrEnum):
    """How a line is meant: prose, a formula, a measurement that agrees or differs, a quiet remark."""

    TEXT = "text"
    FORMULA = "formula"
    MEASURED = "measured"
    DIFFERS = "differs"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: prose, or a row of `label`, formula (`text`) and `value`. `part` names a Fire's part for its colour."""

    text: str
    tone: Tone = Tone.TEXT
    label: str = ""
    value: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    title: str
    kind: str
    sections: tuple[Section, ...]


KINDS = {
    "conv": "convolution",
    "maxpool": "max pooling",
    "avgpool": "average pooling",
    "global_avgpool": "global average pooling",
    "fire": "Fire module",
    "dropout": "dropout",
    "softmax": "softmax",
    "concat": "concatenation",
    "add": "sum",
    "relu": "ReLU",
}
"""Each type of layer or operation as a person says it."""

_PARTS = {"squeeze1x1": "squeeze", "expand1x1": "expand 1×1", "expand3x3": "expand 3×3", "bypass1x1": "bypass 1×1"}


def explain_network(network: ResolvedNetwork, measured: LivePass | None = None) -> Explanation:
    """The whole network: its totals."""
    problems = tuple(Line(str(problem), Tone.DIFFERS) for problem in network.problems)
    depth = [Line("Each convolution adds 1, each Fire module 2, a pool nothing.")]
    depth.append(_verdict("longest weighted path", network.depth.value, measured))
    totals: tuple[Line, ...] = (
        _row("parameters", "", f"{network.parameters.value:,}"),
        _row("weights in float32", "", readable_bytes(4 * network.parameters.value)),
        _row("multiply-adds", "", f"{network.macs.value:,}"),
        _row("activations", "", f"{network.activations.value:,} values"),
    )
    totals += (_time(measured.time_ms if measured else 0, None),)
    sections = [
        Section("Cannot run", problems),
        Section(f"Depth {network.depth.value}", tuple(depth)),
        Section("In all", totals),
    ]
    return Explanation(network.table.name, "network", tuple(each for each in sections if each.lines))


def explain_layer(network: ResolvedNetwork, row: int, measured: LivePass | None = None) -> Explanation:
    """One row. A row that cannot run, or is not reached, is explained by its problem."""
    layer = network.table.layers[row]
    if row >= len(network.layers):
        return _unreached(network, row, layer)
    resolved = network.layers[row]
    seen = measured_layer(measured, row, layer.name)
    sections: list[Section | None] = [_depth(resolved, seen)]
    if isinstance(layer, Fire):
        sections.append(_channels(resolved, layer))
    else:
        sections.append(_size(resolved.operations[0]))
    sections += [_parameters(resolved), _cost(network, resolved, seen, measured)]
    return Explanation(layer.name, KINDS[layer.type], tuple(each for each in sections if each and each.lines))


def explain_operation(network: ResolvedNetwork, row: int, part: str, measured: LivePass | None = None) -> Explanation:
    """One operation of a row, such as a Fire's `expand3x3`; the row itself where it has no such part."""
    if row >= len(network.layers) or not (step := network.layers[row].part(part)) or not part:
        return explain_layer(network, row, measured)
    resolved = network.layers[row]
    seen = measured_layer(measured, row, resolved.name)
    found = next((each for each in seen.operations if each.name == step.name), None) if seen else None
    depth = [Line(_why_depth(step))]
    depth.append(_verdict("weighted layers since the module's input", step.depth.value, found))
    lines = [_row("receptive field", "", _field(step))]
    lines.append(_time(found.time_ms if found else 0, measured))
    sections = [Section(f"Depth {step.depth.value} within {resolved.name}", tuple(depth)), _size(step)]
    if step.parameters.value:
        parameters = (Line(step.parameters.equation(), Tone.FORMULA),)
        sections.append(Section(f"{step.parameters.value:,} parameters", parameters))
    if step.macs.value:
        macs = (Line(step.macs.equation(), Tone.FORMULA),)
        sections.append(Section(f"{short_count(step.macs.value)} multiply-adds", macs))
    sections.append(Section("Cost", tuple(lines)))
    return Explanation(step.name, KINDS[str(step.operation.kind)], tuple(each for each in sections if each))


def explain_input(network: ResolvedNetwork) -> Explanation:
    shape = network.table.input
    lines = (
        Line(f"{shape.channels} channels of {shape.height} × {shape.width} pixels."),
        Line(f"{shape.channels}·{shape.height}·{shape.width} = {_values(shape):,} values", Tone.FORMULA),
    )
    return Explanation("input", "input image", (Section("What goes in", lines),))


def measured_layer(measured: LivePass | None, row: int, name: str) -> MeasuredLayer | None:
    """What a pass measured of this layer, in whichever row it stood then; None where it was not there."""
    if measured is None:
        return None
    if row < len(measured.layers) and measured.layers[row].name == name:
        return measured.layers[row]
    return next((layer for layer in measured.layers if layer.name == name), None)


def milliseconds(time: float) -> str:
    """`3.2 ms`; short times with more digits, long ones in seconds."""
    if time >= 10_000:
        return f"{time / 1000:.1f} s"
    return f"{time:.0f} ms" if time >= 100 else f"{time:.1f} ms" if time >= 0.1 else f"{time:.2g} ms"


def short_count(value: int) -> str:
    """`35.6 M`; a thousand and more with three figures and a unit."""
    for size, unit in ((10**18, "E"), (10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{value / size:.3g} {unit}" if value < 999.5 * size else f"{value / size:,.0f} {unit}"
    return str(value)


def _unreached(network: ResolvedNetwork, row: int, layer: Layer) -> Explanation:
    problem = network.problems[0]
    if problem.row == row:
        return Explanation(
            layer.name, KINDS[layer.type], (Section("Cannot run", (Line(problem.reason, Tone.DIFFERS),)),)
        )
    lines = (Line(f"Data does not get here: {problem.name} before it cannot run."),)
    return Explanation(layer.name, KINDS[layer.type], (Section("Not reached", lines),))


def _depth(resolved: ResolvedLayer, seen: MeasuredLayer | None) -> Section:
    layer, depth = resolved.layer, resolved.depth
    lines = []
    if isinstance(layer, Fire):
        lines.append(
            Line(
                "Data passes two layers with weights, one after the other: the squeeze, then the expand. The expand "
                "has two kinds of filter, 1×1 and 3×3, side by side on the same input, so together they are one "
                "step: +1, not +2."
            )
        )
        lines.append(Line(depth.equation(), Tone.FORMULA))
    elif isinstance(layer, Conv):
        lines.append(Line("One layer with weights to pass: the convolution. Its ReLU has none."))
    else:
        lines.append(Line(f"{KINDS[layer.type].capitalize()} has no weights, so it adds nothing."))
    lines.append(_verdict("longest weighted path", depth.value, seen))
    return Section(f"Why is its depth {depth.value}?", tuple(lines))


def _why_depth(step: ResolvedOperation) -> str:
    match step.operation.kind:
        case OperationKind.CONV:
            return "A convolution has weights, so it is one step more than what flows into it."
        case OperationKind.CONCAT:
            return "Stacking has no weights. The two expands stand side by side, so the longer of their paths counts."
        case _:
            return "It has no weights, so its depth is what flows into it."


def _channels(resolved: ResolvedLayer, fire: Fire) -> Section:
    concat = resolved.part("concat")
    assert concat is not None
    lines = [
        Line("The two outputs are stacked along the channels, not chained."),
        Line(f"e1x1 + e3x3 = {concat.channels.equation()}", Tone.FORMULA),
    ]
    if fire.bypass is not Bypass.NONE:
        around = "the module's input" if fire.bypass is Bypass.SIMPLE else "a 1×1 convolution of the module's input"
        lines.append(Line(f"The {fire.bypass} bypass then adds {around}, value by value: as many channels stay."))
    return Section(f"Why {concat.channels.value} channels?", tuple(lines))


def _size(step: ResolvedOperation) -> Section:
    height, width = step.height, step.width
    lines = []
    if step.operation.kernel:
        lines.append(Line(height.equation(), Tone.FORMULA))
        if height.text() != width.text():
            lines.append(Line(width.equation(), Tone.FORMULA))
    elif step.operation.kind is OperationKind.GLOBAL_AVGPOOL:
        lines.append(Line("Each map is averaged over all its places, whatever its size: one value is left."))
    elif step.operation.kind is OperationKind.CONCAT:
        lines.append(Line(step.channels.equation() + " channels", Tone.FORMULA))
    else:
        lines.append(Line("What comes in keeps its size."))
    return Section(f"Output {step.shape.channels} × {height.value} × {width.value}", tuple(lines))


def _parameters(resolved: ResolvedLayer) -> Section | None:
    weighted = [step for step in resolved.operations if step.parameters.value]
    if not weighted:
        return None
    rows = tuple(
        _row(
            _PARTS.get(step.operation.part, "weights and biases" if step.operation.bias else "weights"),
            step.parameters.text(),
            f"{step.parameters.value:,}",
            step.operation.part,
        )
        for step in weighted
    )
    return Section(f"{resolved.parameters.value:,} parameters, from", rows)


def _cost(
    network: ResolvedNetwork, resolved: ResolvedLayer, seen: MeasuredLayer | None, measured: LivePass | None
) -> Section:
    rows = []
    if resolved.macs.value:
        share = _percent(resolved.macs, network.macs)
        rows.append(_row("multiply-adds", "", f"{short_count(resolved.macs.value)} · {share} of all"))
    if resolved.activations.value:
        size = f"{short_count(resolved.activations.value)}, {readable_bytes(4 * resolved.activations.value)}"
        rows.append(_row("activations", "", size))
    rows.append(_row("receptive field", "", _field(resolved.operations[-1])))
    rows.append(_time(seen.time_ms if seen else 0, measured))
    return Section("Cost", tuple(rows))


def _field(step: ResolvedOperation) -> str:
    height, width, stride = step.receptive
    return f"{height}×{width} px, every {stride} px"


def _percent(part: Formula, whole: Formula) -> str:
    return f"{100 * part.value / whole.value:.1f} %"


def _time(time_ms: float, measured: LivePass | None) -> Line:
    """How long it took and its share of the pass; a dash where that was not measured."""
    share = f" · {100 * time_ms / measured.time_ms:.1f} %" if measured and measured.time_ms else ""
    return _row("time on this device", "", milliseconds(time_ms) + share if time_ms else "—")


def _verdict(what: str, predicted: int, seen: LivePass | MeasuredLayer | MeasuredOperation | None) -> Line:
    if seen is None:
        return Line("predicted, not measured yet", Tone.QUIET)
    measured = seen.depth
    if predicted == measured:
        return Line(f"measured: {what} = {measured} ✓", Tone.MEASURED)
    return Line(f"measured: {what} = {measured}, predicted {predicted}", Tone.DIFFERS)


def _row(label: str, formula: str, value: str, part: str = "") -> Line:
    return Line(formula, Tone.TEXT, label, value, part)


def _values(shape: InputShape) -> int:
    return shape.channels * shape.height * shape.width
