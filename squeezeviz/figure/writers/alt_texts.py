"""What a screen reader says of each box of a figure: whole sentences, where a picture is read aloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation, resolve
from squeezeviz.figure.layout.wording import amount, channels_text, filters_text, shape_text
from squeezeviz.figure.scene.diagram import ENTRY_KEY, INPUT_KEY, Key, RulerMark
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

_BYPASSES = {
    Bypass.SIMPLE: " A simple bypass adds its input to its output.",
    Bypass.COMPLEX: " A complex bypass adds its input, after a convolution of 1×1, to its output.",
}
_PARTS = {
    "squeeze1x1": "the squeeze", "expand1x1": "the expand of 1×1", "expand3x3": "the expand of 3×3",
    "bypass1x1": "the bypass",
}  # fmt: skip


def alt_texts(network: ResolvedNetwork, rows: range) -> Mapping[Key, str]:
    """Return a sentence or two for every box that a figure of those rows can have, its modules among them."""
    shape = shape_text(network.table.input.maps)
    found = {INPUT_KEY: f"The input image, {shape}, flows in."}
    if rows.start:
        before = network.layers[rows.start - 1]
        found[ENTRY_KEY] = f"The output of {plain(before.name)}, {shape_text(before.output.shape)}, flows in."
    for resolved in network.layers[rows.start : rows.stop]:
        found.update(_of_row(resolved))
    return found


def alt_texts_of_both(baseline: LayerTable, present: LayerTable) -> Mapping[Key, str]:
    """Return the same for a figure that shows two tables: a box that both have says what it is in either."""
    first, second = ({**alt_texts(each, range(len(each.layers)))} for each in map(resolve, (baseline, present)))
    both = {key: _both(first[key], second[key]) for key in first.keys() & second.keys()}
    return first | second | both


def _both(first: str, second: str) -> str:
    return first if first == second else f"In the baseline: {first} Now: {second}"


def ruler_text(marks: Sequence[RulerMark]) -> str:
    """Return what the depth ruler says: from which count to which; nothing where it has no count."""
    counts = [mark.depth for mark in marks if mark.depth is not None]
    if not counts:
        return ""
    return f"The depth ruler counts weighted layers, from {counts[0]} to {counts[-1]}: two side by side are one step."


def _of_row(resolved: ResolvedLayer) -> Iterator[tuple[Key, str]]:
    layer = resolved.layer
    shape, name = shape_text(resolved.output.shape), plain(layer.name)
    yield Key(layer.name), f"{name} is {_what(layer, resolved)}. Its output is {shape}{_adds(resolved)}.{_more(layer)}"
    if isinstance(layer, Fire):
        for step in resolved.operations:
            said = _part(layer, step)
            if said:
                yield Key(layer.name, step.operation.part), f"In {name} {said}. Its output is {shape_text(step.shape)}."


def _part(fire: Fire, step: ResolvedOperation) -> str:
    match step.operation.kind:
        case OperationKind.CONV:
            what = f"{_PARTS[step.operation.part]} is a convolution with {filters_text(step.operation.filters)}"
            return f"{what} of {step.operation.kernel}×{step.operation.kernel}"
        case OperationKind.CONCAT:
            return f"the concat stacks the channels of both expands, {channels_text(fire)}"
        case OperationKind.ADD:
            return "the sum adds the module's input, value by value"
        case _:
            return ""


def _what(layer: Layer, resolved: ResolvedLayer) -> str:
    match layer:
        case Fire():
            squeeze = f"{filters_text(layer.s1x1)} of 1×1 squeeze its input"
            expand = f"{filters_text(layer.e1x1)} of 1×1 and {amount(layer.e3x3)} of 3×3 expand that side by side"
            return f"a Fire module: {squeeze}, then {expand}, {channels_text(layer)}"
        case Conv():
            relu = ", followed by a ReLU" if layer.relu else ""
            return f"a convolution with {filters_text(layer.filters)} of {_window(layer)}{relu}"
        case MaxPool():
            return f"a max pooling of {_window(layer)}"
        case AvgPool():
            return f"an average pooling of {_window(layer)}"
        case GlobalAvgPool():
            return f"an average over each whole map, of {shape_text(resolved.input.shape)}"
        case Dropout():
            return f"a dropout of {layer.p * 100:g} % while training"
        case _:
            return "a softmax over the channels"


def _window(layer: Conv | MaxPool | AvgPool) -> str:
    stride = f", {amount(layer.stride)} apart" if layer.stride > 1 else ""
    return f"{amount(layer.kernel)}×{amount(layer.kernel)}{stride}"


def _adds(resolved: ResolvedLayer) -> str:
    if not resolved.depth.value:
        return ""
    return f"; it adds {resolved.depth.value} to the depth and has {resolved.parameters.value:,} parameters"


def _more(layer: Layer) -> str:
    return _BYPASSES.get(layer.bypass, "") if isinstance(layer, Fire) else ""
