"""The order of an operation's channels by their numbers, and what is said of one of them."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.analysis.channels import ChannelStatistics, MapOrder, ordered
from squeezeviz.analysis.feature_maps import ConcatPart
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.gui.maps.chosen import value_text

ORDERS = {
    MapOrder.INDEX: "by number",
    MapOrder.MEAN: "by mean",
    MapOrder.MAXIMUM: "by maximum",
    MapOrder.ZEROS: "by share of zeros",
    MapOrder.VARIES: "varies most",
    MapOrder.SIZE: "differs most",
}
"""The orders as the panel names them; the last is for differences alone."""

_RANKS = {
    MapOrder.INDEX: MapOrder.MEAN,
    MapOrder.MEAN: MapOrder.MEAN,
    MapOrder.MAXIMUM: MapOrder.MAXIMUM,
    MapOrder.ZEROS: MapOrder.ZEROS,
    MapOrder.VARIES: MapOrder.VARIES,
    MapOrder.SIZE: MapOrder.SIZE,
}
"""What a channel's rank goes by: the order of the grid, but for that of the channels itself."""
_RANK_NAMES = {
    MapOrder.MEAN: "rank by mean",
    MapOrder.MAXIMUM: "rank by largest",
    MapOrder.ZEROS: "rank by zeros",
    MapOrder.VARIES: "rank by variance",
    MapOrder.SIZE: "rank by size",
}


def numbers_of(
    channel: int,
    statistics: Sequence[ChannelStatistics],
    order: MapOrder,
    parts: Sequence[ConcatPart],
    *,
    are_differences: bool = False,
) -> tuple[tuple[str, str], ...]:
    """Return what is said of a channel, each as a name and a value; of a concat's also which filter of which part it
    is. Of differences it says how large they are, and how many places are the same."""
    found, rank = statistics[channel], _RANKS[order]
    if are_differences and order is MapOrder.INDEX:
        rank = MapOrder.SIZE
    lines = [("most above" if are_differences else "largest", value_text(found.largest))]
    if found.least < 0 or are_differences:
        lines.append(("most below" if are_differences else "smallest", value_text(found.least)))
    lines.append(("mean", value_text(found.mean)))
    if are_differences:
        lines.append(("mean size", value_text(found.size)))
    lines.append(("the same" if are_differences else "zeros", f"{100 * found.zeros:.3g} %"))
    place = ordered(statistics, rank).index(channel) + 1
    lines.append((_RANK_NAMES[rank], f"{place:,} of {len(statistics):,}"))
    for part in parts:
        if part.first <= channel < part.end:
            lines.append((PARTS[part.part][1], f"filter {channel - part.first:,}"))
    return tuple(lines)
