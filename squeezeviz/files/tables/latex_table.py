"""LaTeX tables as papers have them: tabular and its kin, with or without booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from squeezeviz.files.opened import Read
from squeezeviz.files.tables.csv_cells import quoted
from squeezeviz.files.tables.document_tables import (
    cells_in,
    marked_as_text,
    read_found,
    refuse_hidden,
    refuse_long_cell,
)
from squeezeviz.files.tables.latex_cells import Cursor, Sort, Token, cell_of, tokens_of
from squeezeviz.files.tables.layer_rows import MOST_COLUMNS, FoundTable, Record
from squeezeviz.model.errors import Place, SqueezevizError

DEEPEST = 64
"""Levels of braces and environments. A table's cells have five or so."""

_KINDS = "tabular|tabularx|tabulary|longtable|supertabular|xtabular|tabu|longtabu|array|NiceTabular|tblr|longtblr"
_BEGIN = re.compile(rf"\\begin\s*+\{{\s*+(?:{_KINDS})\*?\s*+\}}")
_TABLE = re.compile(rf"(?:{_KINDS})\*?")
_WITH_WIDTH = ("tabular*", "tabularx", "tabulary")


def read(text: str, stem: str = "") -> Read:
    """The first layer table in LaTeX source. SqueezevizError with line, row and column."""
    hidden = _BEGIN.search(text)
    line = text.count("\n", 0, hidden.start()) + 1 if hidden else 0
    return read_found(refuse_hidden(tables_in(text), line), stem)


def holds_table(text: str) -> bool:
    return _BEGIN.search(text) is not None


def rows_of_cells(text: str) -> list[list[str]]:
    r"""The cells of the layer table, or of rows that end in `\\` without what begins and ends one; else nothing."""
    return cells_in(tables_in(text))


def _is_loose_row(line: str) -> bool:
    return "&" in line and _ROW_END.search(line[-40:]) is not None


_ROW_END = re.compile(r"\\\\(?:\[[0-9.a-z]+\])?\s*(?:\\(?:hline|midrule|bottomrule))?\s*\Z")


def tables_in(text: str) -> Iterator[FoundTable]:
    """Every table of a document, or of some rows of one without what begins and ends it."""
    text = _without_hidden(text)
    begin = _BEGIN.search(text)
    if not begin:
        if any(map(_is_loose_row, text.splitlines())):
            loose = _found(_rows(Cursor(list(tokens_of(text)))))
            yield from [loose] if loose else []
        return
    line = text.rfind("\n", 0, begin.start()) + 1  # it may stand in a comment
    cursor = Cursor(list(tokens_of(text, line)))
    floats = _Floats()
    while (token := cursor.take()) is not None:
        if token.sort is not Sort.COMMAND:
            continue
        if token.text in _HEADINGS or token.text in _CAPTIONS:
            floats.call(token.text, cursor)
        elif token.text in ("begin", "end"):
            kind = "".join(each.text for each in cursor.group() or ()).strip()
            if token.text == "begin" and _TABLE.fullmatch(kind):
                cursor.skip(_OPTIONS)
                for _ in range(2 if kind in _WITH_WIDTH else 1):
                    cursor.group()
                yield from floats.take(_found(_rows(cursor)))
            elif kind in _FLOATS:
                yield from floats.take(None)
    yield from floats.take(None)


_FLOATS = ("table", "table*", "wraptable", "sidewaystable", "figure", "figure*")
_HEADINGS = ("section", "section*", "subsection", "subsection*", "subsubsection", "subsubsection*", "paragraph")
_CAPTIONS = ("caption", "caption*")


class _Floats:
    """The captions of tables, which may stand above them or below; a table without one is called as its section is."""

    def __init__(self) -> None:
        self._heading = self._caption = ""
        self._waiting: FoundTable | None = None

    def call(self, command: str, cursor: Cursor) -> None:
        """Take the heading or the caption that a command prints."""
        cursor.skip(_OPTIONS)
        said = cell_of(cursor.group() or []).text[:_LONGEST_TITLE]
        if command in _HEADINGS:
            self._heading = said
        elif self._waiting is not None:
            self._waiting = replace(self._waiting, title=said)
        else:
            self._caption = said

    def take(self, table: FoundTable | None) -> Iterator[FoundTable]:
        """Take a table, or None at a float's begin and end; the one before it, which no caption can follow any more."""
        if self._waiting is not None:
            yield self._waiting
        self._waiting = table and replace(table, title=table.title or self._caption or self._heading)
        if table is None:
            self._caption = ""


_LONGEST_TITLE = 200
_OPTIONS = re.compile(r"\s*\[[^\]]*\]")

_Row = list[list[Token]]


def _rows(cursor: Cursor) -> Iterator[_Row]:
    """The tokens of each cell of each row, up to the table's end."""
    row: _Row = [[]]
    braces = inner = 0
    while (token := cursor.take()) is not None:
        sort, text, line = token
        if (sort, text) == (Sort.COMMAND, "end") and not inner:
            cursor.group()
            break
        braces = max(0, braces + {"{": 1, "}": -1}.get(text, 0)) if sort is Sort.SIGN else braces
        inner += {"begin": 1, "end": -1}.get(text, 0) if sort is Sort.COMMAND else 0
        if braces + inner > DEEPEST:
            raise SqueezevizError("this is nested far too deeply for a table", Place(line=line))
        if braces or inner:
            row[-1].append(token)
        elif sort is Sort.ROW_END:
            yield row
            row = [[]]
        elif (sort, text) == (Sort.SIGN, "&"):
            row.append([])
        else:
            row[-1].append(token)
    yield row


def _found(rows: Iterable[_Row]) -> FoundTable | None:
    """The table of those rows; None where nothing is printed in them."""
    records: list[Record] = []
    notes = []
    title = ""
    for row in _without_marks(rows):
        cells: list[str] = []
        widest = 1
        for tokens in row:
            refuse_long_cell(sum(len(token.text) for token in tokens), tokens[0].line if tokens else 0)
            title = title or _caption_in(tokens)
            text, span = cell_of(tokens)
            cells += [marked_as_text(text), *[""] * (span - 1)]
            widest = max(widest, span)
        filled = [cell for cell in cells if cell]
        line = next((_line(token) for tokens in row for token in tokens if _is_print(token)), 0)
        if len(filled) == 1 and 2 < widest == len(cells):
            notes.append(f"line {line}: {quoted(filled[0])} stands across all columns and is no layer, so left out")
        elif filled:
            records.append((line, cells[: MOST_COLUMNS + 1]))
    return FoundTable(tuple(records), tuple(notes), title) if records else None


def _caption_in(tokens: Sequence[Token]) -> str:
    """The caption that a long table has in its first row."""
    at = next((place for place, token in enumerate(tokens) if token[:2] == (Sort.COMMAND, "caption")), None)
    if at is None:
        return ""
    cursor = Cursor(list(tokens[at + 1 :]))
    cursor.skip(_OPTIONS)
    return cell_of(cursor.group() or []).text[:_LONGEST_TITLE]


_MARKS = ("endfirsthead", "endhead", "endfoot", "endlastfoot")
"""What ends a long table's heads and feet: of its first page, of further ones, of all but the last, of the last."""


def _without_marks(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows of a long table with the head of its first page alone, and without feet."""
    seen: dict[str, list[_Row]] = {}
    since: list[_Row] = []
    for first, *others in rows:
        at = 0
        for place, token in enumerate(first):
            if token.sort is Sort.COMMAND and token.text in _MARKS:
                seen.setdefault(token.text, since)
                since, at = [], place + 1
        since.append([first[at:], *others])
    yield from seen.get("endfirsthead") or seen.get("endhead") or ()
    yield from since


def _is_print(token: Token) -> bool:
    return token.sort is Sort.TEXT and bool(token.text.strip())


def _line(token: Token) -> int:
    return token.line + token.text[: len(token.text) - len(token.text.lstrip())].count("\n")


_HIDING = re.compile(
    r"\\begin\s*+\{\s*+(?P<shown>comment|verbatim\*?|Verbatim\*?|lstlisting|minted)\s*+\}"
    r"|\\(?P<false>iffalse)(?![a-zA-Z@])"
    r"|\\(?P<end>end\s*+\{\s*+document\s*+\})"
    r"|\\.|%[^\n]*",
    re.DOTALL,
)
_CONDITION = re.compile(r"\\(?:(?P<open>if(?!f\b|thenelse\b)[a-zA-Z@]*)|(?P<close>(?:fi|else)(?![a-zA-Z@]))|.)|%[^\n]*")


def _without_hidden(source: str) -> str:
    r"""The source without `comment`, `verbatim` and kin, `\iffalse` up to its `\fi`, and what follows the document."""
    pieces: list[str] = []
    at = 0
    while (found := _next_hidden(source, at)) is not None:
        end = _end_of_hidden(source, found)
        pieces += [source[at : found.start()], _lines_of(source[found.start() : end])]
        at = end
    return "".join((*pieces, source[at:])) if pieces else source


def _next_hidden(source: str, at: int) -> re.Match[str] | None:
    return next((found for found in _HIDING.finditer(source, at) if found.lastgroup), None)


def _end_of_hidden(source: str, found: re.Match[str]) -> int:
    if found["end"]:
        return len(source)
    if found["shown"]:
        last = re.compile(rf"\\end\s*+\{{\s*+{re.escape(found['shown'])}\s*+\}}").search(source, found.end())
        return last.end() if last else len(source)
    depth = 1
    for each in _CONDITION.finditer(source, found.end()):
        if each["open"]:
            depth += 1
        elif each["close"] and (depth == 1 or each["close"] == "fi"):
            depth -= 1
        if not depth:
            return each.end()
    return len(source)


def _lines_of(hidden: str) -> str:
    return " " + "\n" * hidden.count("\n")
