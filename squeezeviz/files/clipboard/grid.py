"""Clipboard text as a grid of cells: what Calc, Excel and Google Sheets write; CSV, Markdown, LaTeX, PDF text.

Spreadsheets separate cells by tabs and rows by a line's end, with quote marks only around cells that hold one of
these; a quote mark within a cell stands for itself.
"""

from __future__ import annotations

import csv
import io
import re

from squeezeviz.analysis.columns import TABLE1_COLUMNS
from squeezeviz.files.foreign import refuse_text
from squeezeviz.files.tables import latex_table, markdown_table
from squeezeviz.files.tables.csv_table import delimiter_of
from squeezeviz.files.tables.document_tables import cells_of_layer_tables
from squeezeviz.model.errors import SqueezevizError, quoted
from squeezeviz.model.records import NamedTuple

MOST_CHARACTERS = 1_000_000
MOST_ROWS = 5_000

Rows = tuple[tuple[str, ...], ...]


class Grid(NamedTuple):
    """Cells as text, every row of one length, at least one of each."""

    rows: Rows

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def trimmed(self) -> Grid:
        """The grid without empty columns at its right and empty rows at its end; one cell always stays."""
        width = max((_filled(row) for row in self.rows), default=0)
        height = max((index for index, row in enumerate(self.rows, 1) if _filled(row)), default=0)
        return Grid(tuple(row[: max(width, 1)] for row in self.rows[: max(height, 1)]))

    @property
    def is_empty(self) -> bool:
        return not any(map(_filled, self.rows))


def grid_of(text: str) -> Grid:
    """The cells of the clipboard's text. SqueezevizError where it is too long or could mean two things."""
    _refuse_too_much(text)
    text = text.removeprefix("\ufeff").replace("\0", "")
    cells, quoted = cells_of_layer_tables(latex_table.tables_in(text)), True
    if not cells:
        cells, quoted = _tabbed(text)
    if not quoted and all(len(row) == 1 for row in cells):
        lines = [row[0] for row in cells]
        found = (
            markdown_table.rows_of_bars(lines)
            or cells_of_layer_tables(markdown_table.tables_in(lines))
            or _of_commas(text, lines)
            or cells_of_printed(lines)
        )
        if not found and len(lines) > _MOST_LINES_OF_CELLS:
            refuse_text(text)
        cells = found or cells
    width = max(map(len, cells))
    return Grid(tuple((*row, *[""] * (width - len(row))) for row in cells))


_MOST_LINES_OF_CELLS = 2
"""Longer text may be another program's; shorter text goes into cells whatever it looks like."""


def _refuse_too_much(text: str) -> None:
    rows = max(text.count("\n"), text.count("\r"))
    if len(text) > MOST_CHARACTERS or rows > MOST_ROWS:
        raise SqueezevizError(
            f"the clipboard holds {rows:,} rows and {len(text):,} characters; up to {MOST_ROWS:,} rows and "
            f"{MOST_CHARACTERS:,} characters can be pasted, so open the file that they come from instead"
        )


def _filled(row: tuple[str, ...]) -> int:
    """How many cells the row has up to its last that is not empty."""
    return next((index for index in range(len(row), 0, -1) if row[index - 1].strip()), 0)


_CELL = re.compile(r'(?:"((?:[^"]++|"")*+)"(?=[\t\r\n]|\Z)|([^\t\r\n]*+))(\t|\r\n?|\n|\Z)')


def _tabbed(text: str) -> tuple[list[list[str]], bool]:
    """The rows of tab-separated text without a blank end, and whether a cell stood in quote marks.

    A quote mark that is not closed before a cell's end is part of the cell.
    """
    rows: list[list[str]] = [[]]
    quoted = False
    for found in _CELL.finditer(text):
        within, bare, end = found.groups()
        quoted = quoted or within is not None
        rows[-1].append(bare if within is None else within.replace('""', '"'))
        if not end or (found.end() == len(text) and end != "\t"):
            break
        if end != "\t":
            rows.append([])
    return _narrowed(rows), quoted


def _narrowed(rows: list[list[str]]) -> list[list[str]]:
    """Rows that fit beside each other in memory: a whole sheet row has thousands of empty cells."""
    if len(rows) * max(map(len, rows)) <= MOST_CHARACTERS:
        return rows
    width = max(max(_filled(tuple(row)), 1) for row in rows)
    if width * len(rows) > MOST_CHARACTERS:
        raise SqueezevizError(f"the clipboard holds {len(rows):,} rows of {width:,} cells, more than a table can have")
    return [row[:width] for row in rows]


_GROUPED_LINE = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
_MANY_OR_ONE = re.compile(r"[1-9][0-9]{0,2}(?:,[1-9][0-9]{2}){2,}")
_NUMBER_CELL = re.compile(r"\s*[0-9]*\s*")


def _of_commas(text: str, lines: list[str]) -> list[list[str]]:
    """The cells of text out of a CSV file, where it cannot be anything else; nothing where it can.

    It is a CSV table if its first row names columns, or if every cell holds a plain number or none.
    """
    filled = [line.strip() for line in lines if line.strip()]
    if any(_MANY_OR_ONE.fullmatch(line) for line in filled):
        raise SqueezevizError(
            f"{quoted(next(filter(_MANY_OR_ONE.fullmatch, filled)))} may be one number or several cells; "
            "separate cells by tabs, or write the number without commas"
        )
    if all(map(_GROUPED_LINE.fullmatch, filled)):
        return []
    named = delimiter_of(text) if filled else None
    for delimiter in [named] if named else [",", ";"]:
        rows = _separated(text, delimiter)
        if rows and (named or _is_table(rows, delimiter)):
            return rows
    return []


def _separated(text: str, delimiter: str) -> list[list[str]]:
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except csv.Error:
        return []
    if rows and re.fullmatch(r"sep=.", rows[0][0] + delimiter * (len(rows[0]) > 1)):
        rows = rows[1:]
    return rows


_WIDEST = 64


def _is_table(rows: list[list[str]], delimiter: str) -> bool:
    width = len(rows[0])
    if not 1 < width <= _WIDEST or any(len(row) != width for row in rows):
        return False
    if all(map(_is_layer, rows)):
        return True
    # With one comma it may be a decimal fraction: `16,5`.
    return (width > 2 or delimiter == ";") and all(_NUMBER_CELL.fullmatch(cell) for row in rows for cell in row)


_LAYER_CELL = re.compile(r"\s*(?:[0-9]+\s*[xX×]\s*[0-9]+.*|[0-9]+%|[0-9]+)\s*")


def _is_layer(row: list[str]) -> bool:
    """Whether it is a name and then cells as Table 1 has them, two of them filled."""
    filled = [cell for cell in row[1:] if cell.strip()]
    return len(row) > 3 and len(filled) > 1 and all(map(_LAYER_CELL.fullmatch, filled))


_NUMBER = r"[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,4}"
_SHARE = r"[0-9]{1,3}\s?%(?:\s?\([0-9]{1,3}[xX×][0-9]{1,3}\))?"
_LINE = re.compile(
    rf"""(?P<name>\S(?:[^\t]{{0,60}}?\S)?)
    \s+(?P<output>[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}})
    (?:\s+(?P<window>[0-9]{{1,9}}\s?[xX×]\s?[0-9]{{1,9}}\s?/\s?[0-9]{{1,9}}(?:\s*\(\s?[xX×]\s?(?:{_NUMBER})\s?\))?))?
    (?:\s+(?P<depth>[0-9]{{1,2}})(?![0-9,%x×]))?
    (?:\s+(?P<s1x1>{_NUMBER})\s+(?P<e1x1>{_NUMBER})\s+(?P<e3x3>{_NUMBER}))?
    (?P<shares>(?:\s+{_SHARE}){{1,3}})?
    (?:\s+(?P<bits>[0-9]{{1,2}}\s?bit))?
    (?:\s+(?P<before>{_NUMBER}))?
    (?:\s+(?P<after>{_NUMBER}))?""",
    re.VERBOSE,
)
_TOTAL = re.compile(rf"(?:total\s*:?\s*)?(?:{_NUMBER})\s*(?:\(total\))?(?:\s+(?:{_NUMBER})\s*(?:\(total\))?)?", re.I)

_LONGEST_LINE = 400


def cells_of_printed(lines: list[str]) -> list[list[str]]:
    """The cells of at least two such lines, under Table 1's headers; nothing where the text is something else.

    What stands before the first of them is the printed head of the table, and a line of totals is left out.
    """
    filled = [line.strip() for line in lines if line.strip()]
    found = [_LINE.fullmatch(line) if len(line) <= _LONGEST_LINE else None for line in filled]
    first = next((index for index, match in enumerate(found) if match), len(found))
    rows = [_cells(match) for match in found[first:] if match]
    others = [line for line, match in zip(filled[first:], found[first:], strict=True) if not match]
    if len(rows) < 2 or not all(_TOTAL.fullmatch(line[:_LONGEST_LINE]) for line in others):
        return []
    return [[column.spec.file for column in TABLE1_COLUMNS], *rows]


def _cells(line: re.Match[str]) -> list[str]:
    part = {name: (text or "").strip() for name, text in line.groupdict().items()}
    shares = re.findall(_SHARE, part["shares"])
    if len(shares) == 1 and not part["s1x1"]:
        shares = [shares[0], "", ""]
    return [
        part["name"], part["output"], part["window"], part["depth"], part["s1x1"], part["e1x1"], part["e3x3"],
        *[*shares, "", "", ""][:3], part["bits"], part["before"], part["after"],
    ]  # fmt: skip
