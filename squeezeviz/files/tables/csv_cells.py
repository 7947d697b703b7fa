"""What the cells of a CSV layer table say. ASCII digits only, and nothing guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.shares import read_kept

_GAPS = "\u00a0\u2009\u202f"
"""No-break and thin spaces, which spreadsheets and papers put between digits."""

_GROUPED = re.compile(rf"[0-9]{{1,3}}(?:([,.' {_GAPS}])[0-9]{{3}})(?:\1[0-9]{{3}})*")
_POINT_OR_GROUP = re.compile(r"[1-9][0-9]{0,2}\.000")
_FORMULA_SIGNS = "=+-@＝＋－＠"
_BLANKS = {"-", "–", "—", "−", "n/a", "na", "nan", "none", "."}


class Size(NamedTuple):
    """A map's size as printed, H×W×C; the channels are None where only H×W stands."""

    height: int
    width: int
    channels: int | None

    def __str__(self) -> str:
        sides = f"{self.height}×{self.width}"
        return sides if self.channels is None else f"{sides}×{self.channels}"


class Kept(NamedTuple):
    """A sparsity cell: the share of weights kept, and the filter size that it is said to be of."""

    share: float
    kernel: int | None


def clean(cell: str) -> str:
    """A cell without the spaces around it; signs for `nothing here` are an empty cell."""
    stripped = cell.strip()
    return "" if stripped.casefold() in _BLANKS else stripped


def guarded(name: str) -> str:
    """A name as written: behind a quote mark where a spreadsheet would compute it, or where spaces would be lost."""
    return f"'{name}" if _needs_guard(name) else name


def unguarded(cell: str) -> str:
    """The name in a cell that `guarded` wrote; the spaces around any other are no part of it."""
    if cell.startswith("'") and _needs_guard(cell[1:]):
        return cell[1:]
    return cell.strip()


def _needs_guard(name: str) -> bool:
    return bool(name) and (name[0] in _FORMULA_SIGNS + "'" or name != name.strip())


def whole(cell: str, what: str) -> int:
    """A whole number in plain digits; `16.0`, as tables computed elsewhere write it, is 16.

    Three noughts after a point are refused, as half the world groups thousands so.
    """
    if _POINT_OR_GROUP.fullmatch(cell):
        either = f"{cell[:-4]} or {cell[:-4]},000"
        raise SqueezevizError(f"{what} must be a whole number, and {quoted(cell)} may mean {either}; write it plainly")
    match = re.fullmatch(r"([0-9]{1,40})(?:\.0{1,20}|,0{1,2})?", cell)
    if match:
        return int(match[1])
    raise SqueezevizError(f"{what} must be a whole number, not {quoted(cell)}{_foreign_digits(cell)}")


def count(cell: str, what: str) -> int:
    """A whole number that may be grouped in threes, as counts of filters and parameters are."""
    grouped = _GROUPED.fullmatch(cell)
    if grouped and (grouped[1] != "." or cell.count(".") > 1):
        return int(re.sub(r"[^0-9]", "", cell))
    return whole(cell, what)


def bare_size(cell: str) -> str:
    """A map's size without brackets and without the batch: `224x224x3` of `(None, 224, 224, 3)`; else as it stands."""
    shown = spaced(cell)
    bracketed = len(shown) > 2 and shown[0] + shown[-1] in ("()", "[]")
    parts = re.split(r"\s*[,xX×*]\s*", shown[1:-1].strip()) if bracketed else re.split(r"\s*[xX×*]\s*", shown)
    batched = len(parts) == 4 and parts[0].casefold() in _BATCHES
    if not (bracketed or batched) or len(parts) < 2:
        return cell
    return "x".join(parts[1:] if batched else parts)


_BATCHES = ("1", "-1", "−1", "none", "n", "b", "?", "batch")


def size(cell: str, what: str) -> Size:
    """`224x224x3`, with × or x; `224x224` has no channels."""
    parts = re.split(r"\s*[xX×*]\s*", spaced(cell))
    if len(parts) not in (2, 3):
        raise SqueezevizError(f"{what} must be height x width x channels, such as 227x227x3, not {quoted(cell)}")
    numbers = [whole(part, what) for part in parts]
    if max(numbers) > LARGEST:
        raise SqueezevizError(f"{what} may hold numbers up to 10^12, not {quoted(cell)}")
    return Size(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None)


def kept(cell: str, what: str) -> Kept:
    """`33%`, `0.33` or `100% (7x7)`: the share of weights kept."""
    shown = spaced(cell)
    size = re.search(r"\s*\(\s*([0-9]{1,9})\s*[xX×]\s*\1\s*\)$", shown)
    try:
        share = _with_point(shown[: size.start()] if size else shown)
        return Kept(read_kept(share), int(size[1]) if size else None)
    except SqueezevizError:
        raise SqueezevizError(
            f"{what} must be the share of weights kept, above 0% and up to 100%, such as 33%, not {quoted(cell)}"
            + _foreign_digits(cell)
        ) from None


def bits(cell: str, what: str) -> int:
    """`6bit`, `6 bits` or `6`."""
    return whole(re.sub(r"\s*-?\s*bits?$", "", spaced(cell), flags=re.IGNORECASE), what)


def flag(cell: str, what: str) -> bool:
    word = cell.casefold()
    if word in ("true", "yes", "1", "1.0"):
        return True
    if word in ("false", "no", "0", "0.0"):
        return False
    raise SqueezevizError(f"{what} must be true or false, not {quoted(cell)}")


def share(cell: str, what: str) -> float:
    """`0.5` or `50%`; decimal, so that 0.07 and 7% are the same."""
    match = re.fullmatch(r"([0-9]{1,20}(?:\.[0-9]{1,400})?(?:[eE]-?[0-9]{1,3})?)\s*(%?)", _with_point(spaced(cell)))
    if not match:
        raise SqueezevizError(f"{what} must be a share such as 0.5 or 50%, not {quoted(cell)}{_foreign_digits(cell)}")
    return float(Decimal(match[1]).scaleb(-2 if match[2] else 0))


def _with_point(cell: str) -> str:
    """A share with a comma before its decimals, as half of Europe writes it, with a point: no share has thousands."""
    return re.sub(r"\A([0-9]{1,2}),([0-9]+\s*%?)\Z", r"\1.\2", cell)


def ungrouped(cell: str) -> str:
    """The cell without no-break and thin spaces between digits in threes."""
    return re.sub(rf"(?<=[0-9])[{_GAPS}](?=[0-9]{{3}}(?![0-9]))", "", cell)


def spaced(cell: str) -> str:
    """The cell with plain spaces."""
    return re.sub(rf"[{_GAPS}]", " ", cell).strip()


def quoted(text: str) -> str:
    """Text of a file as a message shows it: on one line, and not long."""
    return f"“{brief(text)}”"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _foreign_digits(cell: str) -> str:
    foreign = next((character for character in cell if character.isnumeric() and not character.isascii()), None)
    return f" (U+{ord(foreign):04X} is none of the digits 0-9)" if foreign else ""
