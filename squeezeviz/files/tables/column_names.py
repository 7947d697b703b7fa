"""Which column a heading of a table in a file names, written in one of the usual ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from squeezeviz.analysis.columns import FILE_COLUMNS, Column
from squeezeviz.model.errors import Place, SqueezevizError

STRIDES = ("stride", "strides", "stride size")
"""Heads of a column with the stride alone, beside one with the window."""

FILTERS = (
    "filters", "num filters", "n filters", "no. of filters", "number of filters", "filter count", "out channels",
    "output channels", "out channel", "num output", "c out", "number of output channels", "out planes", "out features",
    "output features", "feature maps", "number of feature maps", "number of kernels", "num kernels",
)  # fmt: skip
"""Heads of a column with a convolution's number of filters alone."""

REPEATS = ("repeat", "repeats", "repeated", "repetitions", "times", "number of repeats", "num repeats", "n repeats")
"""Heads of a column that says how many layers a row stands for."""

ONE_ONLY = (
    "groups", "group", "num groups", "number of groups", "dilation", "dilations", "dilation rate", "dilation size",
    "dilated", "cardinality", "depth multiplier",
)  # fmt: skip
"""Heads of a column that says how a convolution differs from a plain one, unless it says 1."""

_OTHER_FILTERS = re.compile(r"(?:e|s|expand|squeeze)(?!1x1|3x3)[0-9]+x[0-9]+|(?:s|squeeze)3x3")


def places_without_place(headers: Sequence[str]) -> tuple[list[int], list[int]]:
    """Columns of what no layer holds: those that may say nothing but 1, and filters that no Fire module has."""
    one = set(map(_normal, ONE_ONLY))
    names = [_normal(header[:_LONGEST_HEAD]) for header in headers]
    return (
        [index for index, name in enumerate(names) if name in one],
        [index for index, name in enumerate(names) if _OTHER_FILTERS.fullmatch(name)],
    )


_LONGEST_HEAD = 100


def place_of(names: Iterable[str], headers: Sequence[str]) -> int | None:
    """Which of the headers is the first that is one of the names; None without one."""
    known = set(map(_normal, names))
    return next((index for index, header in enumerate(headers) if _normal(header) in known), None)


def _normal(header: str) -> str:
    """A header without case, spaces and signs, × as x."""
    return re.sub(r"[^a-z0-9]", "", header.casefold().replace("×", "x"))


_KNOWN = {
    _normal(header): column
    for column in FILE_COLUMNS
    for header in (column.spec.file, column, column.printed_heading, *column.spec.aliases)
}


def known_column(header: str) -> Column | None:
    """The column that a header names, written in one of the usual ways; None where it names none."""
    return _KNOWN.get(_normal(header))


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
