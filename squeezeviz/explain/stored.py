"""What pruning and fewer bits leave of a layer: the share kept, the parameters after pruning, the bytes stored."""

from __future__ import annotations

from functools import partial

from squeezeviz.analysis.accounting import BYTES_PER_VALUE, weights
from squeezeviz.analysis.compression import INDEX_BITS, exact, share_kept
from squeezeviz.analysis.resolve import ResolvedOperation
from squeezeviz.explain.explanation import Line, Section, equation, figures_row, quiet, row, rule
from squeezeviz.explain.subject import Subject, Topic
from squeezeviz.model.layers import Conv, Fire, is_compressed
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.text import counted
from squeezeviz.model.wording import PARTS, percent, readable_bytes, share_text

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
    return _share_section(subject, step)


def _share_section(subject: Subject, step: ResolvedOperation) -> Section:
    share = share_kept(subject.layer.layer, step.operation.part)
    all_of_them = weights(step.operation, step.inputs[0])
    stays = float(exact(share) * all_of_them.value)
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
