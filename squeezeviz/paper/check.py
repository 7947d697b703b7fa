"""Checking a network against the paper's Table 1, row by row: what agrees, what differs, and what is misprinted.

Every remark says what is printed, what is true, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.layers import Bypass, Fire, GlobalAvgPool
from squeezeviz.paper.likeness import likeness
from squeezeviz.paper.ours import Ours, our_rows
from squeezeviz.paper.pruning import pruning_verdicts
from squeezeviz.paper.remarks import remarks
from squeezeviz.paper.table1 import MEANT_SIZES, PRINTED_TOTAL, TABLE1, PrintedRow
from squeezeviz.paper.verdicts import ABSENT, Check, Compared, Standing, Verdict, size_text

__all__ = ["Check", "Item", "PaperCheck", "Standing", "Verdict", "check"]


class Item(StrEnum):
    """What is compared in each row. The values are the words that a person reads."""

    PARAMETERS = "parameters"
    DEPTH = "depth"
    FILTERS = "filters and strides"
    SIZE = "output size"


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """The result of a check. `measured` tells whether our numbers come from a forward pass or are predicted."""

    measured: bool
    verdicts: tuple[Verdict, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of every verdict, in order."""
        return tuple(each for verdict in self.verdicts for each in verdict.checks)


def check(network: ResolvedNetwork, measured: LivePass | None) -> PaperCheck | None:
    """Check `network` against Table 1. Return None if it does not resemble SqueezeNet.

    `measured` is a pass over this very network; without one the predicted numbers are checked.
    """
    found = likeness(network.table)
    if found is None:
        return None
    compared = Compared(network, found, our_rows(network, measured), measured is not None)
    items = [_item_verdict(compared, item) for item in Item]
    verdicts = (*items, *pruning_verdicts(compared), *_layers_verdict(compared), *remarks(compared))
    return PaperCheck(compared.measured, verdicts)


def _item_verdict(compared: Compared, item: Item) -> Verdict:
    """Return the verdict on one item: `parameters: 10 of 10 printed rows agree, total 1,248,424`."""
    checks = []
    for place, row in enumerate(compared.likeness.rows):
        if item is Item.PARAMETERS and TABLE1[place].parameters is None:
            continue
        checks.append(_row_check(place, item, *_ours_for(compared, row)))
    agreeing = sum([each.agrees for each in checks])
    misprints = sum([not each.agrees and each.row in MEANT_SIZES and bool(each.note) for each in checks])
    rows = "printed rows agree" if item is Item.PARAMETERS else "rows agree"
    text = f"{item}: {agreeing} of {len(checks)} {rows}"
    if misprints and agreeing + misprints == len(checks):
        text += ", 1 is a misprint"
    total = _total(compared, item)
    if total:
        checks.append(total)
        text += f", total {total.ours}" + ("" if total.agrees else f" (printed {total.printed})")
    whole = agreeing + misprints == len(checks) - bool(total) and (total is None or total.agrees)
    return Verdict(item, Standing.AGREES if whole else Standing.DIFFERS, text, tuple(checks))


def _ours_for(compared: Compared, row: int | None) -> tuple[Ours | None, str]:
    """Return our numbers for a printed row, if any, and the name of the matching layer (empty if there is none)."""
    if row is None:
        return None, ""
    return (compared.rows[row] if row < len(compared.rows) else None), compared.network.table.layers[row].name


@lru_cache(maxsize=2048)
def _row_check(place: int, item: Item, ours: Ours | None, layer: str) -> Check:
    """Compare a printed row with the matching layer. `layer` is empty if there is none."""
    row = TABLE1[place]
    printed = _PRINTED[item](row)
    if ours is None:
        note = f"Data does not reach {layer}." if layer else f"This table has no {row.name}."
        return Check(layer or row.name, item, printed, ABSENT, False, note, layer)
    our_text = _OURS[item](ours)
    note = ""
    if item is Item.SIZE and ours.size == MEANT_SIZES.get(row.name):
        note = "A misprint: the row after it has the size that is meant."
    if item is Item.FILTERS and row.type == GlobalAvgPool.type and printed != our_text:
        note = "It averages its whole map, however large."
    return Check(_title(layer, row.name), item, printed, our_text, printed == our_text, note, layer)


def _title(layer: str, printed: str) -> str:
    return layer if layer == printed else f"{layer} ({printed})"


_PRINTED: dict[Item, Callable[[PrintedRow], str]] = {
    Item.PARAMETERS: lambda row: f"{row.parameters:,}",
    Item.DEPTH: lambda row: str(row.depth),
    Item.FILTERS: lambda row: row.layout,
    Item.SIZE: lambda row: size_text(row.size),
}
_OURS: dict[Item, Callable[[Ours], str]] = {
    Item.PARAMETERS: lambda row: f"{row.parameters:,}",
    Item.DEPTH: lambda row: str(row.depth),
    Item.FILTERS: lambda row: row.layout,
    Item.SIZE: lambda row: size_text(row.size),
}


def _total(compared: Compared, item: Item) -> Check | None:
    """Return the check of the last line, or None if the network cannot run and has no total."""
    if item not in (Item.PARAMETERS, Item.DEPTH):
        return None
    printed = PRINTED_TOTAL.parameters if item is Item.PARAMETERS else PRINTED_TOTAL.depth
    if not compared.network.runs:
        return Check("total", item, f"{printed:,}", ABSENT, False, "This table cannot run, so it has no totals.")
    ours = sum([row.parameters if item is Item.PARAMETERS else row.depth for row in compared.rows])
    return Check("total", item, f"{printed:,}", f"{ours:,}", printed == ours)


def _layers_verdict(compared: Compared) -> Iterator[Verdict]:
    """Return a verdict on rows that only one of the tables has or that are in another order, if there are any."""
    kinds = {
        "missing": [_missing(place) for place, row in enumerate(compared.likeness.rows) if row is None],
        "elsewhere": [_moved(compared, place) for place in sorted(compared.likeness.moved)],
        "not in Table 1": [_added(compared, row) for row in compared.likeness.added],
        "with a bypass": list(_bypassed(compared)),
    }
    counted = [f"{len(checks)} {kind}" for kind, checks in kinds.items() if checks]
    if counted:
        checks = tuple(each for found in kinds.values() for each in found)
        yield Verdict("layers", Standing.DIFFERS, f"layers: {', '.join(counted)}", checks)


def _missing(place: int) -> Check:
    return Check(TABLE1[place].name, "layer", _after(place), ABSENT, False)


def _moved(compared: Compared, place: int) -> Check:
    row = compared.likeness.rows[place]
    assert row is not None
    name = compared.network.table.layers[row].name
    return Check(_title(name, TABLE1[place].name), "layer", _after(place), _after_ours(compared, row), False, "", name)


def _added(compared: Compared, row: int) -> Check:
    name = compared.network.table.layers[row].name
    return Check(name, "layer", ABSENT, _after_ours(compared, row), False, "", name)


def _bypassed(compared: Compared) -> Iterator[Check]:
    for layer in compared.network.table.layers:
        if isinstance(layer, Fire) and layer.bypass is not Bypass.NONE:
            yield Check(layer.name, "layer", "no bypass", f"{layer.bypass} bypass", False, "", layer.name)


def _after(place: int) -> str:
    return f"after {TABLE1[place - 1].name}" if place else "first"


def _after_ours(compared: Compared, row: int) -> str:
    return f"after {compared.network.table.layers[row - 1].name}" if row else "first"
