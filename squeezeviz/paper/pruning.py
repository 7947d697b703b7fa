"""Comparing parameters after pruning with Table 1. A table without shares of its own is checked with the printed
ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from squeezeviz.analysis.compression import exact
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Conv, Fire, Layer, is_compressed
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.likeness import Likeness
from squeezeviz.paper.table1 import PRINTED_SHARES_LEAVE, PRINTED_TOTAL, TABLE1, PrintedRow
from squeezeviz.paper.verdicts import ABSENT, Check, Compared, Standing, Verdict

_ITEM = "after pruning"


def pruned_as_printed(table: LayerTable, found: Likeness, bits: int = 6) -> LayerTable:
    """Return the table with Table 1's shares of weights kept, and `bits` bits per weight, in the matching rows."""
    layers = list(table.layers)
    for printed, row in zip(TABLE1, found.rows, strict=True):
        if row is not None and printed.kept:
            layers[row] = _with_shares(layers[row], printed.kept, bits)
    return dataclasses.replace(table, layers=tuple(layers))


def pruning_verdicts(compared: Compared) -> Iterator[Verdict]:
    """Return the verdict on the parameters after pruning and, for a compressed network, on its shares and bits."""
    own = any(is_compressed(layer) for layer in compared.network.table.layers)
    if own:
        yield _shares_verdict(compared)
    yield _counts_verdict(compared, own)


def _shares_verdict(compared: Compared) -> Verdict:
    """Return `kept and bits: 10 of 10 rows agree`."""
    layers = compared.network.table.layers
    checks = [
        _shares_check(printed, None if row is None else layers[row])
        for printed, row in zip(TABLE1, compared.likeness.rows, strict=True)
        if printed.kept
    ]
    agreeing = sum([check.agrees for check in checks])
    standing = Standing.AGREES if agreeing == len(checks) else Standing.DIFFERS
    text = f"{_SHARES}: {agreeing} of {len(checks)} printed rows agree"
    return Verdict(_SHARES, standing, text, tuple(checks), _SHARES_WHY)


def _counts_verdict(compared: Compared, own: bool) -> Verdict:
    """Return `after pruning: 9 of 10 printed rows agree`, with the table's own shares (`own`) or the printed ones."""
    table = compared.network.table
    pruned = compared.network if own else resolve(pruned_as_printed(table, compared.likeness))
    printed = [(place, row) for place, row in enumerate(TABLE1) if row.pruned is not None]
    checks = [_check(row, pruned, compared.likeness.rows[place]) for place, row in printed]
    agreeing = sum([check.agrees for check in checks])
    misprints = sum([bool(check.note) for check in checks])
    checks.append(_total(pruned))
    shares = "" if own else " by the printed shares"
    text = f"{_ITEM}: {agreeing} of {len(printed)} printed rows agree{shares}"
    text += ", 1 is a misprint" if misprints and agreeing + misprints == len(printed) else ""
    whole = agreeing + misprints == len(printed)
    return Verdict(_ITEM, Standing.AGREES if whole else Standing.DIFFERS, text, tuple(checks), _WHY)


_SHARES = "kept and bits"
_SHARES_WHY = "The share of weights kept, which the paper calls sparsity, of each convolution: 100 % is dense."
_WHY = "Table 1 counts the weights kept and all biases, rounded up. This is computed; no pass measures it."


def _check(row: PrintedRow, pruned: ResolvedNetwork, place: int | None) -> Check:
    name = "" if place is None else pruned.table.layers[place].name
    if place is None or place >= len(pruned.layers):
        return Check(name or row.name, _ITEM, f"{row.pruned:,}", ABSENT, False, "", name)
    left = pruned.layers[place].after_pruning.value
    misprint = left == PRINTED_SHARES_LEAVE.get(row.name)
    note = "77,581 follows from 30 % of its 3×3 weights, not from the printed 33 %." if misprint else ""
    return Check(name, _ITEM, f"{row.pruned:,}", f"{left:,}", left == row.pruned, note, name)


def _total(pruned: ResolvedNetwork) -> Check:
    left = pruned.after_pruning.value if pruned.runs else None
    ours = ABSENT if left is None else f"{left:,}"
    return Check("total", _ITEM, f"{PRINTED_TOTAL.pruned:,}", ours, left == PRINTED_TOTAL.pruned)


def _with_shares(layer: Layer, kept: tuple[Fraction, ...], bits: int) -> Layer:
    """Return the layer with these shares, or the layer itself if it is of another kind than the printed row."""
    shares = [float(share) for share in kept]
    if isinstance(layer, Conv) and len(shares) == 1:
        return dataclasses.replace(layer, kept=shares[0], bits=bits)
    if isinstance(layer, Fire) and len(shares) == 3:
        squeeze, expand1x1, expand3x3 = shares
        return dataclasses.replace(layer, s1x1_kept=squeeze, e1x1_kept=expand1x1, e3x3_kept=expand3x3, bits=bits)
    return layer


@lru_cache(maxsize=2048)
def _shares_check(printed: PrintedRow, layer: Layer | None) -> Check:
    printed_text = _shares_text(printed.kept, printed.bits)
    ours = _shares_of(layer) if layer else ABSENT
    name = layer.name if layer else ""
    return Check(name or printed.name, _SHARES, printed_text, ours, printed_text == ours, "", name)


def _shares_of(layer: Layer) -> str:
    if isinstance(layer, Conv):
        return _shares_text((exact(layer.kept),), layer.bits)
    if isinstance(layer, Fire):
        return _shares_text(tuple(map(exact, (layer.s1x1_kept, layer.e1x1_kept, layer.e3x3_kept))), layer.bits)
    return ABSENT


def _shares_text(kept: tuple[Fraction, ...], bits: int | None) -> str:
    """`100, 50, 33 % · 6 bit`."""
    return f"{', '.join(f'{float(100 * share):g}' for share in kept)} % · {bits} bit"
