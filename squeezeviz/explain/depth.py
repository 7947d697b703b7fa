"""Depth: why a row counts as it does, and the two possible readings of the column, which the paper does not explain."""

from __future__ import annotations

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.explain.explanation import Line, Section, equation, figures_row, quiet
from squeezeviz.explain.subject import Subject
from squeezeviz.model.formula import Formula, number, plus
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.wording import EFFECTS, sentence

SOURCE = "Table 1"


def depth(subject: Subject) -> Section:
    """Explain the depth of a row."""
    formula = subject.layer.depth
    lines = [Line(_why(subject))]
    if isinstance(subject.layer.layer, Fire):
        lines.append(equation(formula))
    lines.append(subject.verdict("depth", "longest weighted path"))
    return Section(f"Why is its depth {formula.value}?", tuple(lines), SOURCE)


def depth_within(subject: Subject) -> Section:
    """Explain the number of weighted operations from a layer's input up to and including one of its operations."""
    step = subject.steps[0]
    lines = [Line(_why_step(step.operation.kind))]
    if step.depth.parts:
        lines.append(equation(step.depth))
    lines.append(subject.verdict("depth", "weighted layers since the module's input"))
    return Section(f"Depth {step.depth.value} within {subject.layer.name}", tuple(lines), SOURCE)


def readings(subject: Subject) -> Section:
    """Explain both readings of the column for this row, and where they would differ."""
    return _readings(subject.layer.depth, _transforming(subject.layer), _how_readings_compare(subject))


def network_readings(network: ResolvedNetwork) -> Section:
    """Explain both readings for the whole network."""
    changing = sum(_transforming(layer).value for layer in network.layers)
    return _readings(number(network.depth.value), number(changing), WHERE_THEY_DIFFER)


def _readings(learning: Formula, changing: Formula, how: str) -> Section:
    lines = (
        Line(
            "Table 1 does not say what its depth column counts. Two readings give its numbers in every row, so it "
            "cannot tell them apart."
        ),
        Line(how),
        figures_row("layers that learn, in a row", learning),
        figures_row("layers that transform the data", changing),
        quiet(
            "Depth here is the first reading: the most layers with weights that any path passes. A live pass measures "
            "it by following the tensors."
        ),
    )
    return Section("Two readings of depth", lines, SOURCE, further=True)


def _transforming(layer: ResolvedLayer) -> Formula:
    """Return the depth of a row by the second reading: everything that computes new values, whether it learns or
    not."""
    match layer.layer:
        case Fire(bypass=Bypass.SIMPLE | Bypass.COMPLEX):
            return plus(layer.depth, number(1, "bypass sum"))
        case Softmax():
            return number(1, "softmax")
        case _:
            return layer.depth


WHERE_THEY_DIFFER = (
    "They would differ where something makes new values without learning: a bypass sum, a softmax, or a ReLU counted "
    "by itself adds 1 to the second reading and nothing to the first. The convolutions, Fire modules and pools that "
    "Table 1 lists decide nothing."
)


def _why(subject: Subject) -> str:
    layer = subject.layer.layer
    match layer:
        case Fire():
            return (
                "Data passes two layers with weights, one after the other: the squeeze, then the expand. The expand "
                "has two kinds of filter, 1×1 and 3×3, side by side on the same input, so together they are one "
                "step: +1, not +2."
            )
        case Conv(relu=relu):
            return "One layer with weights to pass: the convolution." + (" Its ReLU has none." if relu else "")
        case _:
            effect = EFFECTS[subject.layer.operations[0].operation.kind]
            return f"{sentence(layer.type)} {effect}. It has no weights, so it adds nothing."


def _why_step(kind: OperationKind) -> str:
    match kind:
        case OperationKind.CONV:
            return "A convolution has weights, so it is one step more than what flows into it."
        case OperationKind.CONCAT:
            return "Stacking has no weights. The two expands stand side by side, so the longer of their paths counts."
        case OperationKind.ADD:
            return "A sum has no weights. Of the module and its bypass the longer path counts."
        case _:
            return "It has no weights, so its depth is what flows into it."


def _how_readings_compare(subject: Subject) -> str:
    """Say how the two readings compare in this row."""
    match subject.layer.layer:
        case Fire(bypass=Bypass.NONE, relu=relu):
            by_themselves = " Counted by themselves, the ReLUs would transform too, without learning: 4 against 2."
            agree = "Here they agree: squeeze and expand both learn and transform, the concat only stacks."
            return agree + (by_themselves if relu else "")
        case Fire():
            return (
                "Here they differ: the bypass sum changes every value, but has nothing to learn. The paper prints no "
                "depth for its bypass networks, so it does not say which it would count."
            )
        case Conv(relu=relu):
            by_itself = " Counted by itself, its ReLU would transform too, without learning: 2 against 1."
            return "Here they agree: a convolution learns, and it transforms the data." + (by_itself if relu else "")
        case MaxPool():
            return "Here they agree: a max pool only picks from the values that come in, and has nothing to learn."
        case AvgPool() | GlobalAvgPool():
            return (
                "An average is a new value, and yet Table 1 prints 0: the second reading has to take pools for mere "
                "subsampling. The first needs no such exception, as an average has nothing to learn."
            )
        case Dropout():
            return "Here they agree: outside training a dropout passes on what comes in."
        case Softmax():
            return "Here they differ: a softmax changes every value, but has nothing to learn."
