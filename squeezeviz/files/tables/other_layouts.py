"""Brings tables with another layout into Table 1's: windows in several columns, sizes with their channels first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from squeezeviz.analysis.columns import Column
from squeezeviz.files.tables import cell_texts as cells
from squeezeviz.files.tables.cell_rows import INPUT_NAMES, CellRow, says_pool
from squeezeviz.files.tables.column_names import FILTERS, STRIDES, known_column, place_of
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import spaced


class SplitWindow:
    """Joins a window's size, stride and filters, each in a column of its own, into one cell as Table 1 has them."""

    def __init__(self, headers: Sequence[str]) -> None:
        columns = [known_column(header) for header in headers]
        self._window = columns.index(Column.WINDOW) if Column.WINDOW in columns else None
        self._kind_columns = [index for index, column in enumerate(columns) if column in (Column.NAME, Column.TYPE)]
        self._stride = place_of(STRIDES, headers)
        self._filters = place_of(FILTERS, headers)

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
        joined[self._window] = _joined(_pair(cells.clean(given[self._window])), stride, "" if is_pool else filters)
        return joined


def _cell(record: Sequence[str], index: int | None) -> str:
    return cells.clean(record[index]) if index is not None and index < len(record) else ""


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


def channels_last(rows: Sequence[CellRow]) -> tuple[list[CellRow], Iterator[str]]:
    """The rows with sizes as Table 1 has them, and a note where the file has them as PyTorch does, 3x224x224."""
    if not is_channels_first(rows):
        return list(rows), iter(())
    return turned(rows), iter((note_on_turned(rows),))


def note_on_turned(rows: Sequence[CellRow]) -> str:
    return f"sizes are read as channels×height×width, which the input's, {_input_size(rows)}, must be"


def is_channels_first(rows: Sequence[CellRow]) -> bool:
    """Whether sizes are as in 3x224x224, going by the input: an image is square, and has 1 or 3 channels.

    A table with types may be one of ours.
    """
    return not any(row[Column.TYPE] for row in rows) and may_be_channels_first(rows)


def may_be_channels_first(rows: Sequence[CellRow]) -> bool:
    """Whether the input's size looks as if its channels came first."""
    try:
        size = cells.size(_input_size(rows), "")
    except SqueezevizError:
        return False
    return size.height in (1, 3) and size.width == size.channels and size.width > _MOST_CHANNELS


def _input_size(rows: Sequence[CellRow]) -> str:
    image = next((row for row in rows if row.name.casefold() in INPUT_NAMES), None)
    return image[Column.OUTPUT] if image is not None else ""


def turned(rows: Sequence[CellRow]) -> list[CellRow]:
    """Turn sizes whose channels come first. Square maps show which those are: their last two numbers are equal."""
    return [replace(row, values={**row.values, Column.OUTPUT: _turned(row[Column.OUTPUT])}) for row in rows]


_MOST_CHANNELS = 4


def _turned(shown: str) -> str:
    first, *sides = re.split(r"\s*[xX×*]\s*", spaced(shown))
    return "x".join([*sides, first]) if len(sides) == 2 and sides[0] == sides[1] else shown
