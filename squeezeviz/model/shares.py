"""Shares as people type them and as tables print them: `0.125`, `12.5 %`, `1/8`, `33%`."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.whole_numbers import on_foreign_digits, spaced

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
    raise SqueezevizError(f"it is written like {examples}, not {quoted(typed)}", Place())


def _decimal(number: Fraction) -> str:
    scaled = round(number * 10**_DECIMALS)
    if not scaled and number:
        return f"{float(number):.1e}"
    return f"{Decimal(scaled).scaleb(-_DECIMALS).normalize():,f}"


_SHARE = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,400})?(?:[eE]-?[0-9]{1,3})?)\s*(%?)")
_FILTER_SIZE = re.compile(r"\s*\(\s*([0-9]{1,9})\s*[xX×]\s*([0-9]{1,9})\s*\)$")


def read_share(typed: str, place: Place | None = None) -> float:
    """A share as `50%` or `0.5`; decimal, so that 0.07 and 7% are the same."""
    share = _share(typed.strip())
    if share is None:
        raise SqueezevizError(f"a share is written like 50% or 0.5, not {quoted(typed)}", place)
    return share


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


def share_text(share: float, gap: str = "") -> str:
    """`33%`, with all decimals that the share has."""
    return f"{_short(Decimal(repr(share)).scaleb(2))}{gap}%"


class Kept(NamedTuple):
    """What a printed cell says of pruning: the share of weights kept, and the filter size that it is said to be of."""

    share: float
    kernel: int | None


def printed_kept(cell: str, what: str) -> Kept:
    """`33%`, `0.33` or `100% (7x7)` in a file's cell. SqueezevizError says what `what` must be."""
    shown = spaced(cell)
    size = _FILTER_SIZE.search(shown)
    share = _share(_with_point(shown[: size.start()] if size else shown))
    if share is None or not 0 < share <= 1:
        raise SqueezevizError(
            f"{what} must be the share of weights kept, above 0% and up to 100%, such as 33%, not {quoted(cell)}"
            + on_foreign_digits(cell)
        )
    return Kept(share, int(size[1]) if size and size[1] == size[2] else None)


def printed_share(cell: str, what: str) -> float:
    """`0.5` or `50%` in a file's cell. SqueezevizError says what `what` must be."""
    share = _share(_with_point(spaced(cell)))
    if share is None:
        raise SqueezevizError(f"{what} must be a share such as 0.5 or 50%, not {quoted(cell)}{on_foreign_digits(cell)}")
    return share


def _share(text: str) -> float | None:
    match = _SHARE.fullmatch(text)
    return float(Decimal(match[1]).scaleb(-2 if match[2] else 0)) if match else None


def _with_point(cell: str) -> str:
    """A share with a comma before its decimals, as half of Europe writes it, with a point: no share has thousands."""
    return re.sub(r"\A([0-9]{1,2}),([0-9]+\s*%?)\Z", r"\1.\2", cell)


def _short(number: Decimal) -> str:
    """Written out, or with an exponent where there are more noughts than one can count: `1e-318`."""
    return f"{number:f}" if number.adjusted() >= -6 else str(number).lower()


def short_percent(share: float) -> str:
    """`33.3333 %`, with six figures at most."""
    return f"{100 * share:g} %"


def percent(part: float, whole: float) -> str:
    """`12.3 %`, the share of a whole; a dash where there is no whole."""
    return f"{100 * part / whole:.1f} %" if whole else "—"


def percent_change(before: int, after: int) -> str:
    """`−1.0 %`, with as many decimals as it takes not to show 0 or 100 for what is nearly so.

    Empty where nothing changed, or where there is nothing that it could be a share of.
    """
    if before in (0, after):
        return ""
    exact = Decimal(100 * (after - before)) / before
    decimals = 1
    while exact != (shown := round(exact, decimals)) and abs(shown) in (0, 100):
        decimals += 1
    return f"{shown:+,f} %".replace("-", "−")
