"""Explanations of the cells that can be edited: what each number is, and what follows from it."""

from __future__ import annotations

from functools import partial

from squeezeviz.analysis.resolve import ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, figures_row, row
from squeezeviz.explain.subject import Subject, Topic
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.text import counted
from squeezeviz.model.wording import EFFECTS, sentence, shape_text, short_percent


def window(subject: Subject) -> Section | None:
    """Explain the filter/stride cell."""
    layer = subject.layer.layer
    match layer:
        case Conv():
            what = (
                f"{counted(layer.filters, 'filter')} of {_square(layer.kernel)} "
                f"{_moving(layer.stride)}; each makes one map."
            )
            rows = [*_window_rows(layer), row("filters", f"{layer.filters:,}")]
            rows += [row("ReLU", _yes(layer.relu)), row("bias", _yes(layer.bias))]
            return Section("Filters and stride", (Line(what), *rows), "Table 1")
        case MaxPool() | AvgPool():
            effect = EFFECTS[subject.steps[0].operation.kind]
            what = f"{sentence(layer.type)} {effect}; the window is {_square(layer.kernel)} {_moving(layer.stride)}."
            rows = [*_window_rows(layer), row("size rounded", "up" if layer.ceil else "down")]
            return Section("Window and stride", (Line(what), *rows), "Table 1")
        case GlobalAvgPool():
            taken = subject.layer.input.shape
            what = f"The window is the whole map, {shape_text(taken[1:])} here, whatever size reaches it."
            return Section("Window", (Line(what),), "Table 1")
        case Dropout():
            dropped = f"While training, {short_percent(layer.p)} of the values are dropped."
            return Section("Share dropped", (Line(f"{dropped} A forward pass like ours drops none."),), "Section 3.3.1")
        case _:
            return None


def _window_rows(layer: Conv | MaxPool | AvgPool) -> list[Line]:
    return [
        row("window", _square(layer.kernel)),
        row("stride", str(layer.stride)),
        row("padding", str(layer.padding)),
    ]


def filters(subject: Subject, part: str, field: str, what: str) -> Section | None:
    """Explain one of a Fire module's three numbers of filters, and the costs of its convolution."""
    fire, step = subject.layer.layer, subject.layer.part(part)
    if not isinstance(fire, Fire) or step is None:
        return None
    count = getattr(fire, field)
    lines = [Line(what), *_convolution_rows(step), *_ratio_rows(fire, field)]
    source = "Section 3.2" if field == "e1x1" else "Sections 3.2 and 5"
    return Section(f"{field}: {counted(count, 'filter')}", tuple(lines), source)


squeeze: Topic = partial(
    filters,
    part="squeeze1x1",
    field="s1x1",
    what="The squeeze's 1×1 filters: each makes one map. Fewer of them leave the expands fewer channels to read, "
    "which is what makes a Fire module small.",
)
expand1x1: Topic = partial(
    filters,
    part="expand1x1",
    field="e1x1",
    what="The expand's 1×1 filters. They read what the squeeze puts out, beside the 3×3 ones, not before them.",
)
expand3x3: Topic = partial(
    filters,
    part="expand3x3",
    field="e3x3",
    what="The expand's 3×3 filters. They read what the squeeze puts out, beside the 1×1 ones, not after them; only "
    "they see beyond a single place.",
)


def _convolution_rows(step: ResolvedOperation) -> list[Line]:
    return [
        row("output", shape_text(step.shape)),
        figures_row("parameters", step.parameters),
        figures_row("multiply-adds", step.macs),
    ]


def _ratio_rows(fire: Fire, field: str) -> list[Line]:
    """Return a line with the ratio of Section 5 whose numerator is this number."""
    expands = fire.e1x1 + fire.e3x3
    if field == "s1x1":
        figures = f"{fire.s1x1:,}/({fire.e1x1:,} + {fire.e3x3:,})"
        return [Line(figures, label="SR", value=f"{fire.s1x1 / expands:.3g}")]
    if field == "e3x3":
        figures = f"{fire.e3x3:,}/({fire.e1x1:,} + {fire.e3x3:,})"
        return [Line(figures, label="pct3x3", value=f"{100 * fire.e3x3 / expands:.3g} %")]
    return []


def bypass(subject: Subject) -> Section | None:
    """Explain the bypass of a Fire module."""
    fire = subject.layer.layer
    if not isinstance(fire, Fire):
        return None
    coming, going = subject.layer.input.shape.channels, fire.e1x1 + fire.e3x3
    match fire.bypass:
        case Bypass.NONE:
            equal = "as many" if coming == going else f"{going:,}"
            lines = [
                Line("It has no bypass: the input goes only through the squeeze."),
                Line(
                    f"A simple bypass adds input to output, so both need as many channels: {coming:,} in, {equal} out."
                ),
            ]
        case Bypass.SIMPLE:
            lines = [
                Line("The module's input is added to its output, value by value. That has no parameters."),
                row("channels in and out", f"{coming:,} = {going:,}"),
            ]
        case Bypass.COMPLEX:
            lines = [Line("The module's input, after a 1×1 convolution that gives it as many channels, is added.")]
            around = subject.layer.part("bypass1x1")
            lines += _convolution_rows(around) if around else []
    return Section(f"Bypass: {fire.bypass}", tuple(lines), "Section 6")


def _square(kernel: int) -> str:
    return f"{kernel}×{kernel}"


def _moving(stride: int) -> str:
    return f"that move {stride} at a time"


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
