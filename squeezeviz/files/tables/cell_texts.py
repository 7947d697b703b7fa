"""What single cells of a table in a file say: names and sizes. ASCII digits only, and nothing guessed."""

from __future__ import annotations

import re
from typing import NamedTuple

from squeezeviz.model.errors import SqueezevizError, quoted
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.reading import printed_whole, spaced

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


def clean(cell: str) -> str:
    """A cell without the spaces around it; signs for `nothing here` are an empty cell.

    A cell that is longer than any that can be read is cut off, and stays unreadable.
    """
    stripped = with_short_gaps(cell.strip())
    if len(stripped) > LONGEST_VALUE:
        return f"{stripped[:LONGEST_VALUE]}…"
    return "" if stripped.casefold() in _BLANKS else stripped


LONGEST_VALUE = 400


def with_short_gaps(cell: str) -> str:
    """A cell with eight spaces at most in a row: the patterns that read it try each of a run with each other."""
    return re.sub(r"(\s{8})\s+", r"\1", cell)


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


def bare_size(cell: str) -> str:
    """A map's size without brackets and without the batch: `224x224x3` of `(None, 224, 224, 3)`; else as it stands."""
    shown = spaced(cell)
    bracketed = len(shown) > 2 and shown[0] + shown[-1] in ("()", "[]")
    parts = sides_of(shown[1:-1].replace(",", "x") if bracketed else shown)
    batched = len(parts) == 4 and parts[0].casefold() in _BATCHES
    if not (bracketed or batched) or len(parts) < 2:
        return cell
    return "x".join(parts[1:] if batched else parts)


_BATCHES = ("1", "-1", "−1", "none", "n", "b", "?", "batch")


def sides_of(cell: str) -> list[str]:
    """The numbers of a size, as they stand between its signs."""
    return re.split(r"\s*[xX×*]\s*", spaced(cell))


def size(cell: str, what: str) -> Size:
    """`224x224x3`, with × or x; `224x224` has no channels."""
    parts = sides_of(cell)
    if len(parts) not in (2, 3):
        raise SqueezevizError(f"{what} must be height x width x channels, such as 227x227x3, not {quoted(cell)}")
    numbers = [printed_whole(part, what) for part in parts]
    if max(numbers) > LARGEST:
        raise SqueezevizError(f"{what} may hold numbers up to 10^12, not {quoted(cell)}")
    return Size(numbers[0], numbers[1], numbers[2] if len(numbers) == 3 else None)


_POOL = re.compile(
    r".*?(?:max|avg|average|ave|mean|global|\b|_)[ _-]*pool(?:ing)?(?:[ _-]*(?:layer|[0-9]d\b)?)[ _./-]*[0-9]*",
    re.IGNORECASE,
)


def says_pool(name: str) -> bool:
    """Whether a name or a type can only be a pool's, such as `MaxPool_2`; `pool_proj` is a convolution's."""
    return len(name) < _LONGEST_TELLING and "conv" not in name.casefold() and _POOL.fullmatch(name.strip()) is not None


_LONGEST_TELLING = 100
