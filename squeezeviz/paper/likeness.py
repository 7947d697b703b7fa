"""How closely a table resembles Table 1, judged by the kinds of its rows and their order."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from squeezeviz.analysis.difference import alignment
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.table1 import MEANT_SHARES, TABLE1, PrintedRow, table1_network

_LETTERS = {Conv.type: "C", MaxPool.type: "M", AvgPool.type: "A", GlobalAvgPool.type: "A", Fire.type: "F"}
_UNPRINTED = (Dropout.type, Softmax.type)
_PRINTED = "".join(_LETTERS[row.type] for row in TABLE1)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which rows of a table match the rows of Table 1. `rows[i]` matches row i of Table 1, or is None.

    `moved` lists rows of Table 1 whose match has another place in the order. `added` lists rows that Table 1 does not
    have, except dropout and softmax, which it never prints.
    """

    rows: tuple[int | None, ...]
    moved: frozenset[int]
    added: tuple[int, ...]


def likeness(table: LayerTable) -> Likeness | None:
    """Match the rows of `table` with those of Table 1. Return None if it does not resemble SqueezeNet.

    It does if two thirds of the rows of each table have the same kinds in the same order. Dropout and softmax do not
    count. v1.1, whose pools have other places, shares 12 of 14.
    """
    kinds = tuple([layer.type for layer in table.layers if layer.type not in _UNPRINTED])
    if len(kinds) * 2 > len(_PRINTED) * 3:
        return None
    alike = _in_common("".join([_LETTERS[kind] for kind in kinds]))
    if 3 * alike < 2 * max(len(kinds), len(_PRINTED)):
        return None
    pairs, in_place = alignment(table1_network(), _as_global_pool(table))
    taken = set(pairs.values())
    return Likeness(
        tuple([pairs.get(row) for row in range(len(TABLE1))]),
        frozenset(pairs) - in_place,
        tuple([row for row, layer in enumerate(table.layers) if row not in taken and layer.type not in _UNPRINTED]),
    )


def _as_global_pool(table: LayerTable) -> LayerTable:
    """Return the table with its last average pool replaced by a global one, which it equals if its window covers the
    map."""
    for row in range(len(table.layers) - 1, -1, -1):
        layer = table.layers[row]
        if isinstance(layer, AvgPool):
            return table.with_layer(row, GlobalAvgPool(layer.name))
    return table


@lru_cache(maxsize=64)
def _in_common(kinds: str) -> int:
    """Return the length of the longest common subsequence of kinds."""
    best = [0] * (len(kinds) + 1)
    for printed in _PRINTED:
        before = 0
        for place, kind in enumerate(kinds, 1):
            kept = best[place]
            best[place] = before + 1 if kind == printed else max(kept, best[place - 1])
            before = kept
    return best[-1]


def pruned_as_printed(table: LayerTable, found: Likeness, bits: int = 6) -> LayerTable:
    """Return the table with Table 1's shares of weights kept, and `bits` bits per weight, in the matching rows."""
    layers = list(table.layers)
    for printed, row in zip(TABLE1, found.rows, strict=True):
        if row is not None and printed.kept:
            layers[row] = _with_shares(layers[row], printed.kept, bits)
    return dataclasses.replace(table, layers=tuple(layers))


def meant_shares(printed: PrintedRow) -> tuple[Fraction, ...]:
    """Return the shares that Table 1 means where it misprints one, else the printed ones."""
    return MEANT_SHARES.get(printed.name, printed.kept)


def are_close(shares: tuple[Fraction, ...], printed: tuple[Fraction, ...]) -> bool:
    """Return whether shares are the printed ones. Those that are no whole percents are as those measured from weights:
    they are compared to the percent, and what is printed as dense may lack what a codebook rounds to zero."""
    return len(shares) == len(printed) and all(map(_is_close, shares, printed))


def is_whole_percent(share: Fraction) -> bool:
    return (100 * share).denominator == 1


def _is_close(share: Fraction, printed: Fraction) -> bool:
    if is_whole_percent(share):
        return share == printed
    return abs(share - printed) <= (_ROUNDED_TO_ZERO if printed == 1 else _HALF_A_PERCENT)


_HALF_A_PERCENT = Fraction(1, 200)
_ROUNDED_TO_ZERO = Fraction(1, 50)
"""Of the authors' dense convolutions up to 1.5 % are zero."""


def _with_shares(layer: Layer, kept: tuple[Fraction, ...], bits: int) -> Layer:
    """Return the layer with these shares, or the layer itself if it is of another kind than the printed row."""
    shares = [float(share) for share in kept]
    if isinstance(layer, Conv) and len(shares) == 1:
        return dataclasses.replace(layer, kept=shares[0], bits=bits)
    if isinstance(layer, Fire) and len(shares) == 3:
        squeeze, expand1x1, expand3x3 = shares
        return dataclasses.replace(layer, s1x1_kept=squeeze, e1x1_kept=expand1x1, e3x3_kept=expand3x3, bits=bits)
    return layer
