"""The share of weights that a convolution keeps, and their bits, as text: `33%`, `100% (7×7)`, `6bit`."""

from __future__ import annotations

import re
from decimal import Decimal

from squeezeviz.core.errors import Place, SqueezevizError
from squeezeviz.core.layers import Conv, Fire, Layer
from squeezeviz.core.whole_numbers import quoted, whole

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
