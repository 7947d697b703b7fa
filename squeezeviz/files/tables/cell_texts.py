"""What single cells of a table in a file say: names, sizes, windows in several cells, and which column a head names.

ASCII digits only, and nothing guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from squeezeviz.analysis.columns import FILE_COLUMNS, Column
from squeezeviz.model.errors import Place, SqueezevizError, quoted
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.reading import printed_whole, spaced
from squeezeviz.model.records import NamedTuple

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
    stripped = cell.strip()
    if len(stripped) > LONGEST_VALUE:
        return f"{stripped[:LONGEST_VALUE]}…"
    return "" if stripped.casefold() in _BLANKS else stripped


LONGEST_VALUE = 400


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


_STRIDES = ("stride", "strides", "stride size")
"""Heads of a column with the stride alone, beside one with the window."""

_FILTERS = (
    "filters", "num filters", "n filters", "no. of filters", "number of filters", "filter count", "out channels",
    "output channels", "out channel", "num output", "c out", "number of output channels", "out planes", "out features",
    "output features", "feature maps", "number of feature maps", "number of kernels", "num kernels",
)  # fmt: skip
"""Heads of a column with a convolution's number of filters alone."""


class Foreign(NamedTuple):
    """A kind of column of which no layer holds anything: the names in its head, what may stand in it all the same, and
    why nothing else can, where {} stands for it."""

    head: re.Pattern[str]
    allowed: re.Pattern[str]
    reason: str


def _any_of(*names: str) -> re.Pattern[str]:
    return re.compile("|".join(map(_normal, names)))


def _normal(header: str) -> str:
    """A header without case, spaces and signs, × as x."""
    return re.sub(r"[^a-z0-9]", "", header.casefold().replace("×", "x"))


_FOREIGN = (
    Foreign(
        _any_of(
            "repeat", "repeats", "repeated", "repetitions", "times", "number of repeats", "num repeats", "n repeats",
        ),
        re.compile(r"(?![xX×]?\s*0*(?:[2-9]|[1-9][0-9]+)\s*[xX×]?\Z).*", re.DOTALL),
        "this row stands for more than one layer; give each a row and a name of its own",
    ),
    Foreign(
        _any_of(
            "groups", "group", "num groups", "number of groups", "dilation", "dilations", "dilation rate",
            "dilation size", "dilated", "cardinality", "depth multiplier",
        ),
        re.compile(r"[(\[]?(?:0|1(?:\.0)?|1\s*[xX×,]\s*1|false|no)?[)\]]?", re.IGNORECASE),
        "squeezeviz has plain convolutions only, without groups or dilation; {} cannot be read",
    ),
    Foreign(
        re.compile(r"(?:e|s|expand|squeeze)(?!1x1|3x3)[0-9]+x[0-9]+|(?:s|squeeze)3x3"),
        re.compile(r"0*(?:\.0+)?"),
        "a Fire module has a squeeze of 1x1 filters and expands of 1x1 and 3x3 alone; {} cannot be read",
    ),
)  # fmt: skip
_LONGEST_HEAD = 100


def foreign_columns(headers: Sequence[str]) -> list[tuple[int, Foreign]]:
    """The columns of which no layer holds anything."""
    names = [_normal(header[:_LONGEST_HEAD]) for header in headers]
    return [(index, each) for each in _FOREIGN for index, name in enumerate(names) if each.head.fullmatch(name)]


_KNOWN = {
    _normal(header): column
    for column in FILE_COLUMNS
    for header in (column.spec.file, column, column.printed_heading, *column.spec.aliases)
}


def known_column(header: str) -> Column | None:
    """The column that a header names, written in one of the usual ways; None where it names none."""
    return _KNOWN.get(_normal(header)) if len(header) <= _LONGEST_HEAD else None


def columns_of(headers: list[str], line: int) -> tuple[dict[Column, int], list[str]]:
    """Where each known column stands, and the headers that name none. SqueezevizError where that is no header."""
    found: dict[Column, int] = {}
    unknown = []
    for index, header in enumerate(headers):
        column = known_column(header)
        if column is None:
            unknown += [header.strip()] if header.strip() else []
        elif column in found:
            raise SqueezevizError(
                f"two columns are headed {column.spec.file!r}; keep one of them",
                Place(line=line, column=header.strip()),
            )
        else:
            found[column] = index
    if Column.NAME not in found or len(found) < 2:
        raise SqueezevizError(
            "the first row must name the columns as the paper's Table 1 does: "
            "layer name/type, output size, filter size/stride, depth, s1x1, e1x1, e3x3",
            Place(line=line),
        )
    return found, unknown


class SplitWindow:
    """Joins a window's size, stride and filters, each in a column of its own, into one cell as Table 1 has them."""

    def __init__(self, headers: Sequence[str]) -> None:
        columns = [known_column(header) for header in headers]
        self._window = columns.index(Column.WINDOW) if Column.WINDOW in columns else None
        self._kind_columns = [index for index, column in enumerate(columns) if column in (Column.NAME, Column.TYPE)]
        self._stride = _place_of(_STRIDES, headers)
        self._filters = _place_of(_FILTERS, headers)

    @property
    def _is_split(self) -> bool:
        return self._window is not None and (self._stride is not None or self._filters is not None)

    def headers(self, given: Sequence[str]) -> list[str]:
        """The headers, without those of the columns that are put into another."""
        gone = (self._stride, self._filters) if self._is_split else ()
        return ["" if index in gone else header for index, header in enumerate(given)]

    def record(self, given: Sequence[str]) -> Sequence[str]:
        """The cells of a row, its window in one. A pool has no filters: what stands there are its channels."""
        if not self._is_split or self._window is None or self._window >= len(given):
            return given
        stride, filters = _one_side(_cell(given, self._stride)), _cell(given, self._filters)
        is_pool = any(says_pool(_cell(given, index)) for index in self._kind_columns)
        joined = list(given)
        joined[self._window] = _joined(_pair(clean(given[self._window])), stride, "" if is_pool else filters)
        return joined


def _place_of(names: Sequence[str], headers: Sequence[str]) -> int | None:
    """Which of the headers is the first that is one of the names; None without one."""
    known = set(map(_normal, names))
    return next((index for index, header in enumerate(headers) if _normal(header) in known), None)


def _cell(record: Sequence[str], index: int | None) -> str:
    return clean(record[index]) if index is not None and index < len(record) else ""


_PAIR = re.compile(r"[\[(]\s*([0-9]+)\s*,\s*([0-9]+)\s*[\])]")


def _pair(cell: str) -> str:
    """`3x3` of `(3, 3)`."""
    return _PAIR.sub(r"\1x\2", cell)


def _one_side(stride: str) -> str:
    """`2` of `(2, 2)` or `2x2`."""
    sides = re.fullmatch(r"([0-9]+)\s*[xX×]\s*\1", _pair(stride))
    return sides[1] if sides else stride


_SIDES = re.compile(r"([0-9]+)(?:\s*[xX×]\s*([0-9]+))?\s*(\(?\s*[xX×]\s*[0-9]+\s*\)?)?")


def _joined(window: str, stride: str, filters: str) -> str:
    """`7x7/2 (x96)` of `7` or `7x7`, `2` and `96`; a stride of 1 beside no window says nothing.

    What contradicts itself is put together so that the window is refused with all that is said of it.
    """
    if not window:
        return "" if stride in ("", "1") else f"/{stride}"
    sides = _SIDES.fullmatch(spaced(window))
    if sides is None:
        same = re.search(rf"/\s*{re.escape(stride)}(?![0-9])", window)
        whole = window if same or not stride else f"{window}/{stride}"
        has_them = not filters or "/" not in window or filters in re.findall("[0-9]+", window.partition("/")[2])
        return whole if has_them else f"{whole} (x{filters})"
    height, width, said = sides.groups(default="")
    asked = [said, f"(x{filters})" if filters and filters not in re.findall("[0-9]+", said) else ""]
    return " ".join(filter(None, [f"{height}x{width or height}" + (f"/{stride}" if stride else ""), *asked]))
