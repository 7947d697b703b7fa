"""The output feature maps: their size and number, and the part of the image that one of their values depends on."""

from __future__ import annotations

from squeezeviz.analysis.resolve import ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, equation, figures_row, quiet, rule
from squeezeviz.explain.subject import Subject, verdict
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.text import counted, plain
from squeezeviz.model.wording import shape_text, short_field_text

_PYTORCH = {
    OperationKind.CONV: "PyTorch's Conv2d",
    OperationKind.MAXPOOL: "PyTorch's MaxPool2d",
    OperationKind.AVGPOOL: "PyTorch's AvgPool2d",
    OperationKind.GLOBAL_AVGPOOL: "PyTorch's AdaptiveAvgPool2d",
    OperationKind.CONCAT: "PyTorch's cat",
}


def channels(subject: Subject) -> Section | None:
    """Explain the number of output channels of a Fire module."""
    fire = subject.layer.layer
    concat = subject.layer.part("concat")
    if not isinstance(fire, Fire) or concat is None:
        return None
    lines = [
        Line("The two outputs are stacked along the channels, not chained."),
        equation(concat.channels, "e1x1 + e3x3 = "),
    ]
    return Section(f"Why {concat.channels.value:,} channels?", tuple(lines), "Section 3.2")


def bypass_sum(subject: Subject) -> Section | None:
    """Explain what the bypass of a Fire module adds to its output."""
    fire = subject.layer.layer
    if not isinstance(fire, Fire) or fire.bypass is Bypass.NONE:
        return None
    around = "the module's input" if fire.bypass is Bypass.SIMPLE else "a 1×1 convolution of the module's input"
    said = f"The {fire.bypass} bypass adds {around} to the two outputs, value by value: as many channels stay."
    return Section("What does the bypass add?", (Line(said),), "Section 6", further=True)


def fire_size(subject: Subject) -> Section | None:
    """Explain why a Fire module's maps keep their size."""
    expand = subject.layer.part("expand3x3")
    if expand is None:
        return None
    lines = [Line("All filters move one step at a time, and the 3×3 ones have a border of 1: maps keep their size.")]
    lines += [*_sides(expand), _shape_verdict(subject)]
    return Section(_heading(subject), tuple(lines), "Section 3.3.1", further=True)


def size(subject: Subject) -> Section | None:
    """Explain the output size of an operation, or of a layer that is not a Fire module."""
    if subject.counted.kind == Fire.type:
        return None
    step = subject.steps[0]
    return Section(_heading(subject), (*_size_lines(step), _shape_verdict(subject)), _source(step))


def _size_lines(step: ResolvedOperation) -> list[Line]:
    operation = step.operation
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return [Line("Each map is averaged over all its places, whatever its size: one value is left.")]
    if operation.kind is OperationKind.CONCAT:
        return [Line("Its inputs are stacked along the channels."), equation(step.channels, after=" channels")]
    if not operation.kernel:
        return [Line("What comes in keeps its size.")]
    lines = [Line(_rounding(step))] if operation.ceil else []
    lines += _sides(step)
    if operation.kind is OperationKind.CONV:
        return [*lines, Line(f"Each filter makes one map: {operation.filters:,} channels.")]
    return [*lines, Line("Each map is pooled by itself: as many channels stay.")]


def _rounding(step: ResolvedOperation) -> str:
    up = "The number of places is rounded up"
    if _corrected(step):
        return f"{up}, but a last window that would start outside the map is left out: 1 less."
    return f"{up}: the last window may reach over the edge."


def _corrected(step: ResolvedOperation) -> bool:
    """Whether a last window that would start outside was left out, along either side."""
    return any(leaf.value < 0 for side in (step.height, step.width) for leaf in side.leaves())


def _sides(step: ResolvedOperation) -> list[Line]:
    """Return lines for both sides, or for the one formula that holds for both. The rule comes first."""
    height, width = step.height, step.width
    if height.text() == width.text():
        return [rule(height), equation(height)]
    return [rule(height), equation(height, "height: "), equation(width, "width: ")]


def _source(step: ResolvedOperation) -> str:
    if step.operation.ceil:
        return "PyTorch's ceil_mode" if _corrected(step) else "Caffe's ceil pooling"
    return _PYTORCH.get(step.operation.kind, "")


def _heading(subject: Subject) -> str:
    return f"Output {shape_text(subject.counted.shape)}"


def _shape_verdict(subject: Subject) -> Line:
    seen = subject.seen
    return verdict(shape_text(subject.counted.shape), shape_text(seen.output_shape[1:]) if seen else None)


FIELD_SOURCE = "Araujo et al., 2019"
"""Computing Receptive Fields of Convolutional Neural Networks, Distill."""

LONGEST_PATH = 10
"""The most windows that are shown; those nearest to the subject are."""


def field(subject: Subject) -> Section:
    """Explain the receptive field and its stride, with every window that widened them."""
    # Of a layer, the operation that widens the field is explained, if any does.
    own = next((step for step in subject.steps if _widens(step)), subject.steps[0])
    seen, stride = own.receptive, own.receptive_stride
    height, width = own.receptive_sides
    next_one = f"the value beside it looks {counted(stride.value, 'pixel')} further on"
    lines = [Line(f"One value here sees {shape_text(seen[:2])} pixels of the image; {next_one}."), rule(height)]
    if height.text() == width.text():
        lines.append(equation(height, "field = "))
    else:
        lines += [equation(height, "height = "), equation(width, "width = ")]
    lines.append(equation(stride, "stride = "))
    path = _path(subject)
    lines += [
        figures_row(plain(name, 16), step.receptive_sides[0], short_field_text(step.receptive))
        for name, step in path[-LONGEST_PATH:]
    ]
    hidden = len(path) - LONGEST_PATH
    if hidden > 0:
        lines.append(quiet(f"Before these it passes {counted(hidden, 'window')} more."))
    lines.append(quiet("This follows from the windows alone; a pass does not measure it."))
    heading = f"Receptive field {shape_text(seen[:2])} px, every {stride.value} px"
    return Section(heading, tuple(lines), FIELD_SOURCE, further=True)


def _widens(step: ResolvedOperation) -> bool:
    return step.receptive != step.receptive_before


def _path(subject: Subject) -> list[tuple[str, ResolvedOperation]]:
    """Return every window between the image and the subject, with its layer's name."""
    layers = subject.network.layers[: subject.row]
    before = [(layer.name, step) for layer in layers for step in layer.operations if _widens(step)]
    last = subject.steps[-1]
    reached = subject.layer.operations.index(last) + 1
    # A branch beside the path, such as the other expand, has another field.
    within = [step for step in subject.layer.operations[:reached] if _widens(step) and step.receptive == last.receptive]
    return before + [(subject.layer.name, step) for step in within]
