"""What is said of convolutions and their weights."""

from __future__ import annotations

from squeezeviz.analysis.convolutions import Convolution, pruned_most
from squeezeviz.analysis.weight_statistics import WeightStatistics
from squeezeviz.analysis.weights import MOST_CODES, RetainedWeights
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.model.errors import brief
from squeezeviz.model.text import counted
from squeezeviz.model.wording import significant

RANDOM = "random"
FRESH = "random weights, drawn anew by name"


def title_of(convolution: Convolution) -> str:
    """Return `fire2 · expand 3×3`, or the name of a convolution that is a row of its own."""
    part = convolution.part
    return f"{brief(convolution.layer)} · {PARTS[part][1] if part in PARTS else part}" if part else _name(convolution)


def _name(convolution: Convolution) -> str:
    return brief(convolution.layer)


def shape_text(convolution: Convolution) -> str:
    """Return `64 filters of 16 × 3 × 3`."""
    filters, channels, height, width = convolution.shape
    return f"{counted(filters, 'filter')} of {channels:,} × {height:,} × {width:,}"


def zeros_text(convolution: Convolution) -> str:
    """Return the share of zeros as a list has it: `67.1 %`, `0 %`, `random`."""
    share, stored = convolution.share_of_zeros, convolution.stored
    if share is None or stored is None:
        return RANDOM if convolution.tensor is None else ""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.1f} %" if share else "0 %"


def distinct_text(convolution: Convolution) -> str:
    """Return how many values the weights take, as a list has it."""
    stored = convolution.stored
    if stored is None:
        return ""
    zero = stored.nonzero < stored.weights
    return f"{stored.values + zero:,}" if stored.values else f"> {MOST_CODES}"


def said_of_all(found: tuple[Convolution, ...]) -> str:
    """Return in one line how many weights of the network are zero, and which convolution was pruned most."""
    measured = [each.stored for each in found if each.stored is not None]
    most, fresh = pruned_most(found), sum(each.tensor is None for each in found)
    said = []
    if measured:
        count = sum(each.weights for each in measured)
        zeros = count - sum(each.nonzero for each in measured)
        said.append(f"{100 * zeros / count:.3g} % are 0" if most is not None else "none is pruned")
    if most is not None:
        said.append(f"most in {title_of(most)}, {zeros_text(most)}")
    if fresh:
        said.append(f"{fresh:,} of {len(found):,} random")
    return "; ".join(said)


def why_random(convolution: Convolution, weights: RetainedWeights) -> str:
    """Return why a convolution runs with random weights though a file with weights was opened."""
    name = brief(convolution.layer)
    return (
        f"{name} runs with {FRESH}: those of {weights.origin} do not fit it as it is in the table now. "
        "Undo the change of its shape to have them back."
    )


def numbers_of(statistics: WeightStatistics) -> tuple[tuple[str, str], ...]:
    """Return what is said of how weights lie, each as a name and a value."""
    share = f"{100 * statistics.share_of_zeros:.3g} %" if statistics.zeros else "none"
    lines = [("zeros", share), ("distinct", f"{statistics.distinct:,}")]
    low, high, mean, std = statistics.minimum, statistics.maximum, statistics.mean, statistics.std
    if low is None or high is None or mean is None or std is None:
        lines += [("range", "—"), ("mean", "—"), ("std", "—")]
    else:
        lines.append(("range", f"{significant(low)} to {significant(high)}"))
        lines += [("mean", significant(mean)), ("std", significant(std))]
    if statistics.infinite:
        lines.append(("not finite", f"{statistics.infinite:,} of {statistics.weights:,}"))
    return tuple(lines)
