"""Shares as a person reads and types them: `0.125`, `12.5 %`, `1/8`."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.layers import Conv, Fire, Layer
from squeezeviz.model.whole_numbers import quoted, whole

_DECIMALS = 4
_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20}"
_TYPED = re.compile(rf"({_NUMBER})\s*(%?)")
_RATIO = re.compile(r"([0-9]{1,20})\s*/\s*([0-9]{1,20})")


def read_ratio(typed: str) -> Fraction:
    """`0.125`, `12.5 %` or `1/8`, exactly; SqueezevizError for anything else."""
    number, percent = _read(typed, "0.125, 12.5 % or 1/8")
    return number / 100 if percent else number


def read_percentage(typed: str) -> Fraction:
    """`12.5 %`, `12.5`, `0.125` or `1/8`: a bare number from 1 up is in percent, a smaller one a share of 1."""
    number, percent = _read(typed, "12.5 %, 0.125 or 1/8")
    return number / 100 if percent or (number >= 1 and "/" not in typed) else number


def ratio_text(ratio: Fraction) -> str:
    """`0.125`; four decimals at most."""
    return _decimal(ratio)


def percentage_text(share: Fraction) -> str:
    """`12.5 %`; four decimals at most."""
    return f"{_decimal(share * 100)} %"


def _read(typed: str, examples: str) -> tuple[Fraction, bool]:
    text = typed.strip()
    if match := _TYPED.fullmatch(text):
        return Fraction(Decimal(match[1])), bool(match[2])
    match = _RATIO.fullmatch(text)
    if match and int(match[2]):
        return Fraction(int(match[1]), int(match[2])), False
    raise SqueezevizError(f"it is written like {examples}, not “{brief(typed)}”", Place())


def _decimal(number: Fraction) -> str:
    scaled = round(number * 10**_DECIMALS)
    if not scaled and number:
        return f"{float(number):.1e}"
    return f"{Decimal(scaled).scaleb(-_DECIMALS).normalize():,f}"


_SHARE = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,400})?(?:[eE]-?[0-9]{1,3})?)\s*(%?)")
_FILTER_SIZE = re.compile(r"\s*\(\s*[0-9]{1,9}\s*[xX×]\s*[0-9]{1,9}\s*\)$")
_BITS = re.compile(r"\s*-?\s*bits?$", re.IGNORECASE)


def kept_field(layer: Layer, column: str) -> str | None:
    """The layer's field that the column `s1x1 kept`, `e1x1 kept` or `e3x3 kept` shows; None where it has none.

    A convolution has one share, which stands in the first of the three, as in the paper's Table 1.
    """
    if isinstance(layer, Fire):
        return column.replace(" ", "_")
    return "kept" if isinstance(layer, Conv) and column == "s1x1 kept" else None


def kept_text(layer: Layer, column: str) -> str:
    """`33%`; empty where the layer has no such share."""
    field = kept_field(layer, column)
    return share_text(getattr(layer, field)) if field else ""


def printed_kept(layer: Layer, column: str) -> str:
    """The same as Table 1 prints it, of a conv layer with the size of its filters: `100% (7×7)`."""
    shown = kept_text(layer, column)
    return f"{shown} ({layer.kernel}×{layer.kernel})" if shown and isinstance(layer, Conv) else shown


def read_kept(typed: str, place: Place | None = None) -> float:
    """`33%`, `0.33` or `100% (7×7)`; the size in brackets is the layer's own and says nothing new."""
    share = read_share(_FILTER_SIZE.sub("", typed), place)
    if not 0 < share <= 1:
        raise SqueezevizError(
            "this is the share of weights kept, above 0% and up to 100%, written like 33% or 0.33, "
            f"not {quoted(typed)}",
            place,
        )
    return share


def read_bits(typed: str, place: Place | None = None) -> int:
    """`6`, `6bit` or `6 bits`."""
    return whole(_BITS.sub("", typed.strip()), place)


def read_share(typed: str, place: Place | None = None) -> float:
    """A share as `50%` or `0.5`; decimal, so that 0.07 and 7% are the same."""
    match = _SHARE.fullmatch(typed.strip())
    if not match:
        raise SqueezevizError(f"a share is written like 50% or 0.5, not {quoted(typed)}", place)
    return float(Decimal(match[1]).scaleb(-2 if match[2] else 0))


def share_text(share: float) -> str:
    """`33%`, with all decimals that the share has."""
    return f"{_short(Decimal(repr(share)).scaleb(2))}%"


def _short(number: Decimal) -> str:
    """Written out, or with an exponent where there are more noughts than one can count: `1e-318`."""
    return f"{number:f}" if number.adjusted() >= -6 else str(number).lower()
