"""The receptive field: the part of the image that one value depends on, window by window."""

from __future__ import annotations

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, equation, figures_row, quiet, rule
from squeezeviz.explain.subject import Subject
from squeezeviz.model.text import counted, plain
from squeezeviz.model.wording import shape_text, short_field_text

SOURCE = "Araujo et al., 2019"
"""Computing Receptive Fields of Convolutional Neural Networks, Distill."""

LONGEST_PATH = 10
"""The most windows that are shown; those nearest to the subject are."""


def field(subject: Subject) -> Section:
    """Explain the receptive field and its stride, with every window that widened them."""
    own = _own(subject)
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
    lines += [_window_row(name, step) for name, step in path[-LONGEST_PATH:]]
    hidden = len(path) - LONGEST_PATH
    if hidden > 0:
        lines.append(quiet(f"Before these it passes {counted(hidden, 'window')} more."))
    lines.append(quiet("This follows from the windows alone; a pass does not measure it."))
    heading = f"Receptive field {shape_text(seen[:2])} px, every {stride.value} px"
    return Section(heading, tuple(lines), SOURCE, further=True)


def _own(subject: Subject) -> ResolvedOperation:
    """Return the operation whose formula is explained: for a layer, the one that widens the field, if any does."""
    return next((step for step in subject.steps if _widens(step)), subject.steps[0])


def _widens(step: ResolvedOperation) -> bool:
    return step.receptive != step.receptive_before


def _path(subject: Subject) -> list[tuple[str, ResolvedOperation]]:
    """Return every window between the image and the subject, with its layer's name."""
    before = [(layer.name, step) for layer in subject.network.layers[: subject.row] for step in _windows(layer)]
    last = subject.steps[-1]
    reached = subject.layer.operations.index(last) + 1
    # A branch beside the path, such as the other expand, has another field.
    within = [step for step in subject.layer.operations[:reached] if _widens(step) and step.receptive == last.receptive]
    return before + [(subject.layer.name, step) for step in within]


def _windows(layer: ResolvedLayer) -> list[ResolvedOperation]:
    return [step for step in layer.operations if _widens(step)]


def _window_row(name: str, step: ResolvedOperation) -> Line:
    return figures_row(plain(name, 16), step.receptive_sides[0], short_field_text(step.receptive))
