"""What the weights that were opened say of a layer, beside the shares kept and the bits that its table has."""

from __future__ import annotations

from dataclasses import replace

from squeezeviz.analysis.columns import KEPT_COLUMNS, Column
from squeezeviz.analysis.compression import KEPT_FIELDS, share_kept
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import MOST_CODES, RetainedWeights, StoredWeights
from squeezeviz.explain.explanation import Explanation, Line, Section, quiet
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.text import counted
from squeezeviz.model.wording import PARTS, percent, share_text


def with_weights(
    explanation: Explanation,
    network: ResolvedNetwork,
    row: int,
    part: str,
    cell: Column | None,
    weights: RetainedWeights,
) -> Explanation:
    """Return the explanation of a row, or of its operation `part`, with what its weights say.

    It comes right after what is said of a share kept or of bits, and last for everything else.
    """
    section = what_weights_say(network, row, part, weights)
    if section is None:
        return explanation
    about_storage = cell in KEPT_COLUMNS or cell is Column.BITS
    place = 1 if about_storage else len(explanation.sections)
    section = replace(section, further=not about_storage)
    sections = (*explanation.sections[:place], section, *explanation.sections[place:])
    return replace(explanation, sections=sections)


def what_weights_say(network: ResolvedNetwork, row: int, part: str, weights: RetainedWeights) -> Section | None:
    """Return what was measured of the weights of a row, or of one of its convolutions; None where they fit none."""
    if not 0 <= row < len(network.layers):
        return None
    resolved = network.layers[row]
    layer = resolved.layer
    found = [each for each in weights.stored_in(resolved) if part in ("", each.part)]
    if not found or not isinstance(layer, Conv | Fire):
        return None
    nonzero, count = sum(each.nonzero for each in found), sum(each.weights for each in found)
    lines = [_line(each, share_kept(layer, each.part)) for each in found]
    lines.append(
        quiet(f"Measured when {weights.origin} was opened. The table has {counted(layer.bits, 'bit')} a weight.")
    )
    return Section(f"{percent(nonzero, count)} of its weights are not zero", tuple(lines), weights.origin)


def _line(stored: StoredWeights, share: float) -> Line:
    what = PARTS.get(stored.part, "convolution")
    values = counted(stored.values, "value") if stored.values else f"more than {MOST_CODES} values"
    measured = f"{stored.nonzero:,} of {stored.weights:,}, {values}"
    return Line(f"{share_text(share)} in the table", label=what, value=measured, part=stored.part)


def of_a_cell(network: ResolvedNetwork, row: int, column: Column, weights: RetainedWeights) -> str:
    """Return what was measured of the weights that a share kept, or bits, is of: one sentence, or empty."""
    if not 0 <= row < len(network.layers):
        return ""
    layer, found = network.layers[row].layer, weights.stored_in(network.layers[row])
    if column is Column.BITS and found:
        values = [each.values for each in found]
        most = f"{max(values):,} values beside zero at most" if all(values) else f"more than {MOST_CODES} values"
        return f"Measured from {weights.origin}: in a convolution, weights take {most}."
    parts = dict(zip(KEPT_COLUMNS, KEPT_FIELDS, strict=True))
    part = parts.get(column, column) if isinstance(layer, Fire) else "" if column is KEPT_COLUMNS[0] else column
    stored = next((each for each in found if each.part == part), None)
    if stored is None:
        return ""
    measured = (
        f"{stored.nonzero:,} of {stored.weights:,} weights are not zero ({percent(stored.nonzero, stored.weights)})"
    )
    is_measured = abs(share_kept(layer, stored.part) * stored.weights - stored.nonzero) < 1
    return f"Measured from {weights.origin}: {measured}." if is_measured else f"In {weights.origin}, {measured}."
