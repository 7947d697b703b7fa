"""LaTeX tables as papers have them: tabular and its kin, with or without booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from squeezeviz.files.opened import Read
from squeezeviz.files.tables.document_tables import (
    marked_as_text,
    read_layer_tables,
)
from squeezeviz.files.tables.latex_cells import Cursor, Token, TokenKind, cell_of, tokens_of
from squeezeviz.files.tables.layer_rows import MOST_COLUMNS, FoundTable, Record, refuse_long_cell
from squeezeviz.model.errors import Note, Place, SqueezevizError, quoted

DEEPEST = 64
"""Levels of braces and environments. A table's cells have five or so."""

_KINDS = "tabular|tabularx|tabulary|longtable|supertabular|xtabular|tabu|longtabu|array|NiceTabular|tblr|longtblr"
_BEGIN = re.compile(rf"\\begin\s*+\{{\s*+(?:{_KINDS})\*?\s*+\}}")
_TABLE = re.compile(rf"(?:{_KINDS})\*?")
_WITH_WIDTH = ("tabular*", "tabularx", "tabulary")


def read(text: str, stem: str = "") -> Read:
    """The network in the layer tables of LaTeX source. SqueezevizError with line, row and column."""
    first = _BEGIN.search(text)
    line = text.count("\n", 0, first.start()) + 1 if first else 0
    return read_layer_tables(tables_in(text), stem, line)


def has_table(text: str) -> bool:
    """Whether a table of any kind begins in it."""
    return _BEGIN.search(text) is not None


def _is_loose_row(line: str) -> bool:
    return "&" in line and _ROW_END.search(line[-40:]) is not None


_ROW_END = re.compile(r"\\\\(?:\[[0-9.a-z]+\])?\s*(?:\\(?:hline|midrule|bottomrule))?\s*\Z")


def tables_in(text: str) -> Iterator[FoundTable]:
    """Every table of a document, or of some rows of one without what begins and ends it."""
    text = _without_hidden(text)
    begin = _BEGIN.search(text)
    if not begin:
        if any(map(_is_loose_row, text.splitlines())):
            loose = _table_of(_rows(Cursor(tokens_of(text))))
            yield from [loose] if loose else []
        return
    line = text.rfind("\n", 0, begin.start()) + 1  # it may stand in a comment
    cursor = Cursor(tokens_of(text, line))
    titles = _Titles()
    while (token := cursor.take()) is not None:
        if token.is_command(*_HEADINGS):
            titles.heading = _title(cursor)
        elif token.is_command(*_CAPTIONS):
            titles.add_caption(_title(cursor))
        elif token.is_command("begin", "end"):
            kind = cursor.word()
            if token.text == "begin" and _TABLE.fullmatch(kind):
                cursor.skip(_OPTIONS)
                for _ in range(2 if kind in _WITH_WIDTH else 1):
                    cursor.group()
                yield from titles.add_table(_table_of(_rows(cursor)))
            elif kind in _FLOATS:
                yield from titles.add_table(None)
    yield from titles.add_table(None)


_FLOATS = ("table", "table*", "wraptable", "sidewaystable", "figure", "figure*")
_HEADINGS = ("section", "section*", "subsection", "subsection*", "subsubsection", "subsubsection*", "paragraph")
_CAPTIONS = ("caption", "caption*")


class _Titles:
    """The captions of tables, which may stand above them or below; a table without one is called as its section is."""

    def __init__(self) -> None:
        self.heading = self._caption = ""
        self._waiting: FoundTable | None = None

    def add_caption(self, caption: str) -> None:
        if self._waiting is not None:
            self._waiting = replace(self._waiting, title=caption)
        else:
            self._caption = caption

    def add_table(self, table: FoundTable | None) -> Iterator[FoundTable]:
        """Give the table before this one, which no caption can follow any more; None is a float's begin or end."""
        if self._waiting is not None:
            yield self._waiting
        self._waiting = table and replace(table, title=table.title or self._caption or self.heading)
        if table is None:
            self._caption = ""


def _title(cursor: Cursor) -> str:
    """What the command of a heading or a caption prints."""
    cursor.skip(_OPTIONS)
    return cell_of(cursor.group()).text[:_LONGEST_TITLE]


_LONGEST_TITLE = 200
_OPTIONS = re.compile(r"\s*\[[^\]]*\]")

_Row = list[list[Token]]


def _rows(cursor: Cursor) -> Iterator[_Row]:
    """The tokens of each cell of each row, up to the table's end."""
    row: _Row = [[]]
    braces = inner = 0
    while (token := cursor.take()) is not None:
        if token.is_command("end") and not inner:
            cursor.group()
            break
        braces = max(0, braces + token.depth)
        inner += token.is_command("begin") - token.is_command("end")
        if braces + inner > DEEPEST:
            raise SqueezevizError("this is nested far too deeply for a table", Place(line=token.line))
        if braces or inner:
            row[-1].append(token)
        elif token.kind is TokenKind.ROW_END:
            yield row
            row = [[]]
        elif token.kind is TokenKind.SIGN and token.text == "&":
            row.append([])
        else:
            row[-1].append(token)
    yield row


def _table_of(rows: Iterable[_Row]) -> FoundTable | None:
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
        line = next((_line(token) for tokens in row for token in tokens if _prints(token)), 0)
        if len(filled) == 1 and 2 < widest == len(cells):
            said = f"{quoted(filled[0])} stands across all columns and is no layer, so left out"
            notes.append(Note(f"line {line}: {said}"))
        elif filled:
            records.append((line, cells[: MOST_COLUMNS + 1]))
    return FoundTable(tuple(records), tuple(notes), title) if records else None


def _caption_in(tokens: Sequence[Token]) -> str:
    """The caption that a long table has in its first row."""
    at = next((place for place, token in enumerate(tokens) if token.is_command("caption")), None)
    return "" if at is None else _title(Cursor(tokens[at + 1 :]))


_MARKS = ("endfirsthead", "endhead", "endfoot", "endlastfoot")
"""What ends a long table's heads and feet: of its first page, of further ones, of all but the last, of the last."""


def _without_marks(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows of a long table with the head of its first page alone, and without feet."""
    seen: dict[str, list[_Row]] = {}
    since: list[_Row] = []
    for first, *others in rows:
        at = 0
        for place, token in enumerate(first):
            if token.is_command(*_MARKS):
                seen.setdefault(token.text, since)
                since, at = [], place + 1
        since.append([first[at:], *others])
    yield from seen.get("endfirsthead") or seen.get("endhead") or ()
    yield from since


def _prints(token: Token) -> bool:
    return token.kind is TokenKind.TEXT and bool(token.text.strip())


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
    while found := next((each for each in _HIDING.finditer(source, at) if each.lastgroup), None):
        end = _end_of_hidden(source, found)
        pieces += [source[at : found.start()], " ", "\n" * source.count("\n", found.start(), end)]
        at = end
    return "".join((*pieces, source[at:])) if pieces else source


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
