"""Parameters, multiply-adds and activations: the formula of each part, the sum, and the share of the network."""

from __future__ import annotations

import dataclasses

from squeezeviz.analysis.accounting import in_bytes
from squeezeviz.analysis.resolve import ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, figures_row, quiet, rule
from squeezeviz.explain.measuring import measured_activations, verdict
from squeezeviz.explain.subject import Subject
from squeezeviz.model.formula import Formula, number
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.text import counted
from squeezeviz.model.wording import EFFECTS, KIND_NAMES, PARTS, percent, readable_bytes, sentence

CONVOLUTION = "PyTorch's Conv2d"

_Term = tuple[ResolvedOperation, Formula]


def parameters_in_short(subject: Subject) -> Section:
    """Explain weights and biases, convolution by convolution."""
    whole = subject.counted.parameters
    if not whole.value:
        return Section("0 parameters", (Line(f"{_without_weights(subject)}: there is nothing to learn."),))
    return Section(_weights_heading(whole), tuple(map(_part_row, _weighted(subject))), CONVOLUTION)


def parameters(subject: Subject) -> Section:
    """Explain weights and biases with the rule, the share of the network, and the measured count."""
    whole, short = subject.counted.parameters, parameters_in_short(subject)
    measured = verdict(whole.value, subject.seen.parameters if subject.seen else None)
    if not whole.value:
        return dataclasses.replace(short, lines=(*short.lines, measured))
    share = _share(whole, subject.network.parameters)
    lines = (rule(_weighted(subject)[0][1]), measured, *short.lines, share)
    return dataclasses.replace(short, lines=lines)


def macs(subject: Subject) -> Section:
    """Explain the multiply-adds for one image, convolution by convolution."""
    whole, seen = subject.counted.macs, subject.seen
    measured = verdict(whole.value, seen.macs if seen else None)
    if not whole.value:
        lines = [Line(f"{_without_weights(subject)}; only convolutions have multiply-adds."), measured]
        return Section("0 multiply-adds", tuple(lines), "", further=True)
    terms = [(step, step.macs) for step in subject.steps if step.macs.value]
    lines = [
        Line("For one image: each weight is used once at every place of the output; biases are not counted."),
        rule(terms[0][1]),
        measured,
        *map(_part_row, terms),
        _share(whole, subject.network.macs),
        quiet("A multiplication with its addition counts as one; as FLOPs they would be two."),
    ]
    heading = counted(whole.value, "multiply-add")
    return Section(heading, tuple(lines), CONVOLUTION, further=True)


def activations(subject: Subject) -> Section:
    """Explain the values computed for one image, and the memory that they take."""
    whole, seen = subject.counted.activations, subject.seen
    measured = verdict(whole.value, measured_activations(seen) if seen else None)
    if not whole.value:
        lines = [Line(f"{_what(subject)} works in place, or passes values on: it makes no new values."), measured]
        return Section("0 activations", tuple(lines), "", further=True)
    terms = [(step, step.activations) for step in subject.steps if step.activations.value]
    lines = [Line(f"The values that it makes for one image. {_IN_PLACE}"), rule(terms[0][1]), measured]
    lines += [*map(_part_row, terms), _share(whole, subject.network.activations), memory_row(whole)]
    heading = counted(whole.value, "activation")
    return Section(heading, tuple(lines), "outputs in float32", further=True)


_IN_PLACE = "A ReLU works in place and a concat stacks what is there, so neither makes any."


def memory_row(values: Formula) -> Line:
    """Return a line with the size of so many float32 values."""
    taken = in_bytes(number(values.value, "values"))
    return figures_row("memory", taken, readable_bytes(taken.value))


def _weighted(subject: Subject) -> list[_Term]:
    return [(step, step.parameters) for step in subject.steps if step.parameters.value]


def _weights_heading(whole: Formula) -> str:
    return counted(whole.value, "parameter")


def _share(whole: Formula, network: Formula) -> Line:
    return quiet(f"{percent(whole.value, network.value)} of the network's {network.value:,}.")


def _part_row(term: _Term) -> Line:
    step, formula = term
    return figures_row(_name(step), formula, part=_part(step))


def _name(step: ResolvedOperation) -> str:
    operation = step.operation
    if operation.part in PARTS:
        return PARTS[operation.part]
    return KIND_NAMES[str(operation.kind)]


def _part(step: ResolvedOperation) -> str:
    """Return the part whose colour marks the row."""
    return step.operation.part if step.operation.part in PARTS else ""


def _what(subject: Subject) -> str:
    return sentence(subject.kind)


def _without_weights(subject: Subject) -> str:
    kind = subject.steps[0].operation.kind
    return f"{_what(subject)} {EFFECTS[kind]}" if kind is not OperationKind.CONV else _what(subject)
