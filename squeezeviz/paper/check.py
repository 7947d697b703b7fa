"""Checking a network against the paper's Table 1, row by row: what agrees, what differs, and what is misprinted.

Every remark says what is printed, what is true, and why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from squeezeviz.analysis.compression import exact
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, Layer
from squeezeviz.paper.likeness import are_close, is_whole_percent, likeness, meant_shares, pruned_as_printed
from squeezeviz.paper.remarks import remarks
from squeezeviz.paper.table1 import MEANT_SIZES, PRINTED_SHARES_LEAVE, PRINTED_TOTAL, TABLE1, PrintedRow
from squeezeviz.paper.verdicts import ABSENT, Check, Compared, Ours, Standing, Verdict, our_rows, size_text


class Item(StrEnum):
    """What is compared in each row. The values are the words that a person reads."""

    PARAMETERS = "parameters"
    DEPTH = "depth"
    FILTERS = "filters and strides"
    SIZE = "output size"


_FIELDS = {Item.PARAMETERS: "parameters", Item.DEPTH: "depth", Item.FILTERS: "layout", Item.SIZE: "size"}
"""What each item is called in a printed row and in ours."""


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """The result of a check. `measured` tells whether our numbers come from a forward pass or are predicted."""

    measured: bool
    verdicts: tuple[Verdict, ...]


def check(network: ResolvedNetwork, measured: LivePass | None) -> PaperCheck | None:
    """Check `network` against Table 1. Return None if it does not resemble SqueezeNet.

    `measured` is a pass over this very network; without one the predicted numbers are checked.
    """
    found = likeness(network.table)
    if found is None:
        return None
    compared = Compared(network, found, our_rows(network, measured), measured is not None)
    items = [_item_verdict(compared, item) for item in Item]
    verdicts = (*items, *_pruning_verdicts(compared), *_layers_verdict(compared), *remarks(compared))
    return PaperCheck(compared.measured, verdicts)


def _rows_verdict(key: str, checks: list[Check], said: str, total: Check | None = None, why: str = "") -> Verdict:
    """Return the verdict on checks of rows: `parameters: 10 of 10 printed rows agree, total 1,248,424`."""
    agreeing = sum([each.agrees for each in checks])
    misprints = sum([each.misprint for each in checks])
    whole = agreeing + misprints == len(checks)
    text = f"{key}: {agreeing} of {len(checks)} {said}"
    if misprints and whole:
        text += ", 1 is a misprint"
    if total:
        text += f", total {total.ours}" + ("" if total.agrees else f" (printed {total.printed})")
        checks, whole = [*checks, total], whole and total.agrees
    return Verdict(key, Standing.AGREES if whole else Standing.DIFFERS, text, tuple(checks), why)


def _item_verdict(compared: Compared, item: Item) -> Verdict:
    checks = [
        _row_check(place, item, *_ours_for(compared, row))
        for place, row in enumerate(compared.likeness.rows)
        if item is not Item.PARAMETERS or TABLE1[place].parameters is not None
    ]
    said = "printed rows agree" if item is Item.PARAMETERS else "rows agree"
    return _rows_verdict(item, checks, said, _total(compared, item))


def _ours_for(compared: Compared, row: int | None) -> tuple[Ours | None, str]:
    """Return our numbers for a printed row, if any, and the name of the matching layer (empty if there is none)."""
    if row is None:
        return None, ""
    return (compared.rows[row] if row < len(compared.rows) else None), compared.network.table.layers[row].name


@lru_cache(maxsize=256)
def _row_check(place: int, item: Item, ours: Ours | None, layer: str) -> Check:
    """Compare a printed row with the matching layer. `layer` is empty if there is none."""
    row = TABLE1[place]
    printed = _text(row, item)
    if ours is None:
        note = f"Data does not reach {layer}." if layer else f"This table has no {row.name}."
        return Check(layer or row.name, item, printed, ABSENT, False, note, layer)
    our_text, note = _text(ours, item), ""
    misprint = item is Item.SIZE and ours.size == MEANT_SIZES.get(row.name)
    if misprint:
        note = "A misprint: the row after it has the size that is meant."
    if item is Item.FILTERS and row.type == GlobalAvgPool.type and printed != our_text:
        note = "It averages its whole map, however large."
    return Check(_title(layer, row.name), item, printed, our_text, printed == our_text, note, layer, misprint)


def _text(row: PrintedRow | Ours, item: Item) -> str:
    value = getattr(row, _FIELDS[item])
    if item is Item.SIZE:
        return size_text(value)
    return f"{value:,}" if isinstance(value, int) else value


def _title(layer: str, printed: str) -> str:
    return layer if layer == printed else f"{layer} ({printed})"


def _total(compared: Compared, item: Item) -> Check | None:
    """Return the check of the last line, or None if it has no such item."""
    if item not in (Item.PARAMETERS, Item.DEPTH):
        return None
    printed: int = getattr(PRINTED_TOTAL, _FIELDS[item])
    if not compared.network.runs:
        return Check("total", item, f"{printed:,}", ABSENT, False, "This table cannot run, so it has no totals.")
    ours = sum([getattr(row, _FIELDS[item]) for row in compared.rows])
    return Check("total", item, f"{printed:,}", f"{ours:,}", printed == ours)


def _layers_verdict(compared: Compared) -> Iterator[Verdict]:
    """Return a verdict on rows that only one of the tables has or that are in another order, if there are any."""
    table, found = compared.network.table, compared.likeness
    ours = [layer.name for layer in table.layers]
    printed = [row.name for row in TABLE1]
    moved = [(place, row) for place, row in enumerate(found.rows) if row is not None and place in found.moved]
    kinds = {
        "missing": [
            Check(printed[place], "layer", _after(printed, place), ABSENT, False)
            for place, row in enumerate(found.rows)
            if row is None
        ],
        "elsewhere": [
            Check(
                _title(ours[row], printed[place]),
                "layer",
                _after(printed, place),
                _after(ours, row),
                False,
                "",
                ours[row],
            )
            for place, row in moved
        ],
        "not in Table 1": [
            Check(ours[row], "layer", ABSENT, _after(ours, row), False, "", ours[row]) for row in found.added
        ],
        "with a bypass": [
            Check(layer.name, "layer", "no bypass", f"{layer.bypass} bypass", False, "", layer.name)
            for layer in table.layers
            if isinstance(layer, Fire) and layer.bypass is not Bypass.NONE
        ],
    }
    counted = [f"{len(checks)} {kind}" for kind, checks in kinds.items() if checks]
    if counted:
        checks = tuple(each for listed in kinds.values() for each in listed)
        yield Verdict("layers", Standing.DIFFERS, f"layers: {', '.join(counted)}", checks)


def _after(names: list[str], place: int) -> str:
    return f"after {names[place - 1]}" if place else "first"


_PRUNED = "after pruning"
_PRUNED_WHY = "Table 1 counts the weights kept and all biases, rounded up. This is computed; no pass measures it."
_KEPT = "kept"
_KEPT_WHY = "The share of weights kept, which the paper calls sparsity, of each convolution: 100 % is dense."
_BITS = "bits"
_BITS_WHY = "Table 1 prints what each weight takes in the paper's 6-bit network; Table 2 has one of 8 bits too."


def _pruning_verdicts(compared: Compared) -> Iterator[Verdict]:
    """Return the verdict on the parameters after pruning and, for a compressed network, on its shares and bits.

    A network without shares of its own is checked with the printed ones.
    """
    network, rows = compared.network, compared.likeness.rows
    if network.table.is_compressed:
        layers = [None if row is None else network.table.layers[row] for row in rows]
        printed = [(row, layer) for row, layer in zip(TABLE1, layers, strict=True) if row.kept]
        yield _rows_verdict(_KEPT, [_kept_check(*each) for each in printed], "printed rows agree", why=_KEPT_WHY)
        yield _rows_verdict(_BITS, [_bits_check(*each) for each in printed], "printed rows agree", why=_BITS_WHY)
        pruned, said = network, "printed rows agree"
    else:
        pruned = resolve(pruned_as_printed(network.table, compared.likeness))
        said = "printed rows agree by the printed shares"
    counts = [_pruned_check(row, pruned, rows[place]) for place, row in enumerate(TABLE1) if row.pruned is not None]
    if any(each.note == _TO_THE_PERCENT for each in counts):
        said += " to the percent"
    verdict = _rows_verdict(_PRUNED, counts, said, why=_PRUNED_WHY)
    left = pruned.after_pruning.value if pruned.runs else None
    ours = ABSENT if left is None else f"{left:,}"
    total = Check("total", _PRUNED, f"{PRINTED_TOTAL.pruned:,}", ours, left == PRINTED_TOTAL.pruned)
    yield dataclasses.replace(verdict, checks=(*verdict.checks, total))


_TO_THE_PERCENT = "Its shares are the printed ones to the percent, so that the count is about the printed one."


def _pruned_check(row: PrintedRow, pruned: ResolvedNetwork, place: int | None) -> Check:
    name = "" if place is None else pruned.table.layers[place].name
    if place is None or place >= len(pruned.layers):
        return Check(name or row.name, _PRUNED, f"{row.pruned:,}", ABSENT, False, "", name)
    left = pruned.layers[place].after_pruning.value
    misprint = left == PRINTED_SHARES_LEAVE.get(row.name)
    note = "77,581 follows from 30 % of its 3×3 weights, not from the printed 33 %." if misprint else ""
    close = left != row.pruned and _is_about_printed(left, row, _shares_of(pruned.table.layers[place]))
    note = _TO_THE_PERCENT if close else note
    return Check(name, _PRUNED, f"{row.pruned:,}", f"{left:,}", close or left == row.pruned, note, name, misprint)


def _is_about_printed(left: int, row: PrintedRow, shares: tuple[Fraction, ...]) -> bool:
    """Return whether so many parameters are left as the row prints, but for what whole percents leave open."""
    assert row.pruned is not None
    if all(map(is_whole_percent, shares)) or not are_close(shares, meant_shares(row)):
        return False
    return abs(left - row.pruned) * 50 <= row.pruned


@lru_cache(maxsize=2048)
def _kept_check(printed: PrintedRow, layer: Layer | None) -> Check:
    ours, name = _shares_of(layer), layer.name if layer else ""
    agrees = are_close(ours, printed.kept)
    misprint = not agrees and are_close(ours, meant_shares(printed))
    note = "A misprint: its printed 77,581 after pruning follows from 30 % of its 3×3 weights." if misprint else ""
    text = _shares_text(ours) if ours else ABSENT
    return Check(name or printed.name, _KEPT, _shares_text(printed.kept), text, agrees, note, name, misprint)


@lru_cache(maxsize=2048)
def _bits_check(printed: PrintedRow, layer: Layer | None) -> Check:
    ours, name = layer.bits if isinstance(layer, Conv | Fire) else None, layer.name if layer else ""
    text = ABSENT if ours is None else str(ours)
    return Check(name or printed.name, _BITS, str(printed.bits), text, ours == printed.bits, "", name)


def _shares_of(layer: Layer | None) -> tuple[Fraction, ...]:
    match layer:
        case Conv():
            return (Fraction(*exact(layer.kept)),)
        case Fire():
            return tuple(Fraction(*exact(share)) for share in (layer.s1x1_kept, layer.e1x1_kept, layer.e3x3_kept))
        case _:
            return ()


def _shares_text(kept: tuple[Fraction, ...]) -> str:
    """Return `100, 50, 33 %`, or with a decimal `98.5 %`."""
    percents = [float(100 * share) for share in kept]
    return f"{', '.join(f'{each:.0f}' if each == round(each) else f'{each:.1f}' for each in percents)} %"
