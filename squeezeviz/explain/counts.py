"""What a row costs: parameters, multiply-adds and activations, and what pruning and fewer bits leave of the weights.

Each has the formula of every part, the sum, and the share of the network.
"""

from __future__ import annotations

from functools import partial

from squeezeviz.analysis.accounting import BYTES_PER_VALUE, in_bytes, weights
from squeezeviz.analysis.compression import INDEX_BITS, exact, share_kept
from squeezeviz.analysis.resolve import ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, equation, figures_row, quiet, row, rule
from squeezeviz.explain.subject import Subject, Topic, measured_activations, verdict
from squeezeviz.model.formula import Formula, number
from squeezeviz.model.layers import Conv, Fire, is_compressed
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import counted
from squeezeviz.model.wording import EFFECTS, KIND_NAMES, PARTS, percent, readable_bytes, sentence, share_text

CONVOLUTION = "PyTorch's Conv2d"
IN_FLOAT32 = "outputs in float32"


class _Count(NamedTuple):
    """What is said of a number that is counted. `about` comes before its rule and `remark` at the end."""

    field: str
    noun: str
    none: str
    """What follows the name of a row that has none."""
    source: str
    about: str = ""
    remark: str = ""


_PARAMETERS = _Count("parameters", "parameter", ": there is nothing to learn.", CONVOLUTION)
_MACS = _Count(
    "macs",
    "multiply-add",
    "; only convolutions have multiply-adds.",
    CONVOLUTION,
    about="For one image: each weight is used once at every place of the output; biases are not counted.",
    remark="A multiplication with its addition counts as one; as FLOPs they would be two.",
)
_ACTIVATIONS = _Count(
    "activations",
    "activation",
    " works in place, or passes values on: it makes no new values.",
    IN_FLOAT32,
    about="The values that it makes for one image. A ReLU works in place and a concat stacks what is there, so neither "
    "makes any.",
)


def _counted(subject: Subject, what: _Count, *, short: bool = False) -> Section:
    """Explain a number, part by part; not `short` also by its rule, the measured count and its share of the network."""
    whole: Formula = getattr(subject.counted, what.field)
    if what is _ACTIVATIONS:
        measured = verdict(whole.value, measured_activations(subject.seen) if subject.seen else None)
    else:
        measured = subject.verdict(what.field)
    heading, further = counted(whole.value, what.noun), what is not _PARAMETERS
    if not whole.value:
        named = sentence(subject.counted.kind) if what is _ACTIVATIONS else _without_weights(subject)
        none = Line(f"{named}{what.none}")
        return Section(heading, (none,) if short else (none, measured), further=further)
    terms = [(step, term) for step in subject.steps if (term := getattr(step, what.field)).value]
    parts = [figures_row(_name(step), term, part=_part(step)) for step, term in terms]
    if short:
        return Section(heading, tuple(parts), what.source)
    total = getattr(subject.network, what.field).value
    lines = [Line(what.about)] if what.about else []
    lines += [rule(terms[0][1]), measured, *parts, quiet(f"{percent(whole.value, total)} of the network's {total:,}.")]
    lines += [quiet(what.remark)] if what.remark else []
    lines += [memory_row(whole)] if what is _ACTIVATIONS else []
    return Section(heading, tuple(lines), what.source, further)


parameters: Topic = partial(_counted, what=_PARAMETERS)
parameters_in_short: Topic = partial(_counted, what=_PARAMETERS, short=True)
macs: Topic = partial(_counted, what=_MACS)
activations: Topic = partial(_counted, what=_ACTIVATIONS)


def memory_row(values: Formula) -> Line:
    """Return a line with the size of so many float32 values."""
    taken = in_bytes(number(values.value, "values"))
    return figures_row("memory", taken, readable_bytes(taken.value))


def _name(step: ResolvedOperation) -> str:
    return PARTS.get(step.operation.part) or KIND_NAMES[step.kind]


def _part(step: ResolvedOperation) -> str:
    """Return the part whose colour marks the row."""
    return step.operation.part if step.operation.part in PARTS else ""


def _without_weights(subject: Subject) -> str:
    what, kind = sentence(subject.counted.kind), subject.steps[0].operation.kind
    return f"{what} {EFFECTS[kind]}" if kind is not OperationKind.CONV else what


PRUNING = "Table 1, sparsity"
COMPRESSION = "Han et al., 2016"
"""Deep Compression, which the paper's Section 4 uses."""

NOT_MEASURED = quiet("A pass runs with every weight in float32, so it does not measure this.")

HOW_STORED = (
    "Each kept weight takes its bits, each bias 32. Each kept weight of a pruned convolution takes "
    f"{INDEX_BITS} more for its position, which is an assumption. Codebooks and Huffman coding are not counted."
)


def _kept(subject: Subject, part: str) -> Section | None:
    """Explain the share of weights that one convolution keeps. A conv layer has its share in the first column."""
    step = subject.layer.part(part if isinstance(subject.layer.layer, Fire) else "")
    if step is None or step.operation.kind is not OperationKind.CONV:
        return None
    if part != "squeeze1x1" and not isinstance(subject.layer.layer, Fire):
        return None
    share = share_kept(subject.layer.layer, step.operation.part)
    all_of_them = weights(step.operation, step.inputs[0])
    kept, of = exact(share)
    stays = kept * all_of_them.value / of
    lines = (
        Line("Pruning sets the other weights to 0 and leaves them out; 100% is dense. Table 1 calls this sparsity."),
        figures_row("weights", all_of_them),
        Line(f"{share_text(share)} of them", label="kept", value=f"{stays:,.2f}".removesuffix(".00")),
        quiet("Kept weights are rounded up once, for all convolutions of a layer together."),
    )
    what = PARTS.get(step.operation.part, "convolution")
    return Section(f"{what}: {share_text(share)} kept", lines, PRUNING)


squeeze_kept: Topic = partial(_kept, part="squeeze1x1")
expand1x1_kept: Topic = partial(_kept, part="expand1x1")
expand3x3_kept: Topic = partial(_kept, part="expand3x3")


def bits(subject: Subject) -> Section | None:
    """Explain the number of bits of each weight."""
    layer = subject.layer.layer
    if not isinstance(layer, Conv | Fire):
        return None
    lines = (
        Line("So many bits hold each kept weight; 32 are float32. Biases keep their 32."),
        row("stored size", readable_bytes(subject.layer.size.value)),
    )
    return Section(f"{counted(layer.bits, 'bit')} a weight", lines, COMPRESSION)


def pruned(subject: Subject) -> Section:
    """Explain the parameters left after pruning."""
    left, whole = subject.layer.after_pruning, subject.layer.parameters
    heading = f"{counted(left.value, 'parameter')} after pruning"
    if not whole.value:
        return Section(heading, (Line("It has no weights to prune."),), PRUNING)
    lines = (
        Line("The kept weights, rounded up, and all biases."),
        equation(left),
        row("of all parameters", percent(left.value, whole.value)),
        NOT_MEASURED,
    )
    return Section(heading, lines, PRUNING)


def size(subject: Subject) -> Section:
    """Explain the size of the compressed layer, in bytes."""
    taken = subject.layer.size
    if not taken.value:
        return Section("Stored in 0 bytes", (Line("It has no weights to store."),), COMPRESSION)
    if is_compressed(subject.layer.layer):
        lines = [Line(HOW_STORED), rule(taken)]
    else:
        lines = [Line(f"Every weight is kept, in float32: {BYTES_PER_VALUE} bytes for each parameter.")]
    lines += [equation(taken, after=" bytes"), NOT_MEASURED]
    return Section(f"Stored in {readable_bytes(taken.value)}", tuple(lines), COMPRESSION)
