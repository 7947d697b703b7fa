"""Tables of GitHub's Markdown, as people paste them: in fences, in quotes, with emphasis, code, maths and entities."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from squeezeviz.files.opened import Read
from squeezeviz.files.tables.document_tables import (
    PrintedCell,
    marked_as_text,
    read_layer_tables,
)
from squeezeviz.files.tables.latex_cells import print_maths
from squeezeviz.files.tables.layer_rows import LONGEST_CELL, MOST_COLUMNS, FoundTable, count_named
from squeezeviz.model.errors import Note, Place, SqueezevizError

LONGEST_LINE = 1_000_000
"""Characters. A row with the longest names that there may be has a hundredth of that."""
MOST_TEXT = 2_000_000
"""Characters in all tables of a text. One of 10,000 layers has half of that."""
MOST_COMMENTS = 200_000


def read(text: str, stem: str = "") -> Read:
    """The network in the layer tables of a Markdown text. SqueezevizError with line, row and column."""
    lines = _lines_of(text)
    line = next((at for at in range(1, len(lines)) if _begins_table(lines, at)), 0)
    return read_layer_tables(tables_in(lines), stem, line)


def has_table(text: str) -> bool:
    """Whether a row of dashes and bars stands under a row with bars."""
    if "|" not in text:
        return False
    lines = _lines_of(text)
    return any(_begins_table(lines, at) for at in range(1, len(lines)))


def _lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def tables_in(lines: Sequence[str]) -> Iterator[FoundTable]:
    """Every table: a row with bars, a rule of dashes under it, and the rows with bars that follow.

    SqueezevizError where there is too much in them.
    """
    lines = _without_comments("\n".join(lines)).split("\n")
    rules = {at for at in range(1, len(lines)) if _begins_table(lines, at)}
    at, left, before = 1, MOST_TEXT, 0
    last: FoundTable | None = None
    while at < len(lines):
        if at not in rules:
            last = last and _with_loose_row(last, lines, at)
            at += 1
            continue
        if last:
            yield last
        rows, end, notes = _rows_under(lines, rules, at)
        left -= sum(map(len, lines[at - 1 : end]))
        if left < 0:
            raise SqueezevizError("the tables up to here have more text than is read", Place(line=at))
        records = tuple((number + 1, cells_of(lines[number])) for number in rows if len(lines[number]) <= LONGEST_LINE)
        last = FoundTable(records, notes, _title(lines[before : at - 1]))
        at, before = end, end
    if last:
        yield last


def _rows_under(lines: Sequence[str], rules: Set[int], rule: int) -> tuple[list[int], int, tuple[Note, ...]]:
    """The numbers of a table's lines, that of its head first; where it ends; and a note where blank lines cut it."""
    rows, notes = [rule - 1], []
    at = rule + 1
    while at < len(lines):
        if lines[at] == _COMMENTED or at in rules:
            at += 1
            continue
        heads_another = at + 1 in rules and count_named(cells_of(lines[at])) > 1
        if "|" in lines[at] and len(lines[at]) <= LONGEST_LINE and not heads_another:
            rows += [] if _is_rule(lines[at]) else [at]
            at += 1
            continue
        printed = (number for number in range(at, len(lines)) if lines[number].strip() and lines[number] != _COMMENTED)
        following = next(printed, at)
        if following == at or not _is_enclosed(lines[following]) or following + 1 in rules:
            break
        notes.append(Note(f"line {following + 1}: what follows the blank line is read as rows of the table above it"))
        at = following
    return rows, at, tuple(notes[:1])


def _is_enclosed(line: str) -> bool:
    """Whether a line is a row beyond doubt: bars stand at both its ends, and between."""
    bare = line[_start(line) :].strip() if len(line) <= LONGEST_LINE else ""
    return bare[:1] == "|" == bare[-1:] and bare.count("|") > 2


def _with_loose_row(table: FoundTable, lines: Sequence[str], at: int) -> FoundTable:
    """The table with a note on the line where it is a row, but of no table: it has no head."""
    if not _is_enclosed(lines[at]) or _begins_table(lines, at + 1) or _is_enclosed(lines[at - 1]):
        return table
    note = f"line {at + 1}: what stands here looks like rows, but no head names their columns, so they are left out"
    return replace(table, notes=(*table.notes, Note(note))) if len(table.notes) < _MOST_NOTES else table


_MOST_NOTES = 4


_HEADING = re.compile(
    r"[ \t>]{0,9}(?:#{1,6}[ \t]+(?P<hash>.{1,200}?)[ \t#]*|(?P<mark>\*\*|__)(?P<bold>.{1,200}?)(?P=mark):?)"
)


def _title(lines: Sequence[str]) -> str:
    """The last heading among the lines before a table, or a line in bold that stands for one; empty without any."""
    found = (_HEADING.fullmatch(line.rstrip()) for line in reversed(lines) if len(line) < _LONGEST_HEADING)
    heading = next(filter(None, found), None)
    return _plain((heading["hash"] or heading["bold"]).strip()) if heading else ""


_LONGEST_HEADING = 250


def _begins_table(lines: Sequence[str], at: int) -> bool:
    """Whether the line is the rule under a table's head."""
    return at < len(lines) and _is_rule(lines[at]) and "|" in lines[at - 1]


def rows_of_bars(lines: Sequence[str]) -> list[list[str]]:
    """The cells of lines that are nothing but rows of one table, a rule under the first of them or not; else nothing.

    Blank lines, and the fences that stand around code, say nothing.
    """
    printed = _without_comments("\n".join(lines)).split("\n")
    said = [line for line in printed if line.strip() and line != _COMMENTED and not _FENCE.fullmatch(line)]
    ruled = len(said) > 1 and _is_rule(said[1]) and "|" in said[1]
    enclosed = [line for line in map(str.strip, said) if len(line) > 1 and line[0] == "|" == line[-1]]
    if not said or not all("|" in line for line in said) or not (ruled or len(enclosed) == len(said)):
        return []
    return [cells_of(line) for line in said if not _is_rule(line)]


_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})[\w ]*")
_QUOTE = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*")
_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|?")


def _is_rule(line: str) -> bool:
    if "-" not in line or "|" not in line or len(line) > LONGEST_LINE:
        return False
    return _RULE.fullmatch(line, _start(line), len(line.rstrip())) is not None


def _start(line: str) -> int:
    """Where a line begins behind the signs of a quotation."""
    found = _QUOTE.match(line)
    return found.end() if found else 0


def cells_of(line: str) -> list[str]:
    """The cells of one row, as plain text; at most one more than a layer table can have."""
    row = line[_start(line) :].rstrip()
    cells = []
    for found in _CELL.finditer(row, 1 if row.startswith("|") else 0):
        if found.end() == len(row) and not found[1].strip() and not found[2]:
            break  # what follows the last bar is no cell
        said = found[1].strip()
        cells.append(marked_as_text(_plain(said)) if len(said) <= LONGEST_CELL else said)
        if not found[2] or len(cells) > MOST_COLUMNS:
            break
    return cells


_CELL = re.compile(r"((?:[^\\|]++|\\.?)*+)(\||\Z)", re.DOTALL)
"""A backslash keeps a bar from ending a cell, within code too."""


def _plain(cell: str) -> str:
    """The words of a cell without what makes them bold, slanted, code, a link, or maths."""
    for _ in range(4):
        bare = _EMPHASIS.fullmatch(cell)
        if not bare:
            break
        cell = bare["inner"].strip()
    printed = PrintedCell()
    for found in _PIECE.finditer(cell):
        _print(found, printed)
    return printed.text.strip("\0").replace("\0", " ")


_EMPHASIS = re.compile(r"(?P<mark>\*\*\*|\*\*|\*|___|__|_|~~)(?P<inner>[^*_~].*?(?<!\\))(?P=mark)", re.DOTALL)
_PIECE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`++)(?P<code>[^`]{0,2000})(?P=ticks)(?!`)"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)"
    r"|(?P<break><br[ ]?/?>)|(?P<tag></?(?:b|i|em|strong|code|sub|sup|small|span|u|s|del|tt|kbd)[ ]?/?>)"
    r"|\$(?P<maths>[^$]{1,500})\$"
    r"|!?\[(?P<link>[^\[\]]{0,500})\]\([^()]{0,2000}\)"
    r"|(?P<mark>\*\*|~~)"
    r"|(?P<rest>[^\\`&<$!\[*~]+|`+|.)",
    re.DOTALL | re.IGNORECASE,
)


def _print(found: re.Match[str], printed: PrintedCell) -> None:
    """Print a piece, or what keeps the numbers beside it from being read as one."""
    kind = found.lastgroup
    if kind == "entity":
        printed.write(html.unescape(found["entity"]))
    elif kind == "break":
        printed.write_mark("<br>")
        printed.write("\0")  # a space, but not at an end
    elif kind in ("tag", "mark"):
        printed.write_mark(_PARTING.get(found[kind].casefold().strip("</ >"), "<b>"))
    elif kind == "maths":
        print_maths(found["maths"].strip(), printed)
    elif kind == "link":
        printed.write_mark("[")
        printed.write(found["link"])
        printed.write_mark("]")
    elif kind == "code" or kind == "ticks":
        printed.write_mark("`")
        printed.write(found["code"].replace("\\|", "|"))
        printed.write_mark("`")
    elif kind:
        printed.write(found[kind])


_PARTING = {"sup": "^", "sub": "_", "s": "~~", "del": "~~", "~~": "~~"}
"""What is kept between the numbers beside a tag or a mark that does more than set them in another type."""


_COMMENTED = "<!-- -->"
"""Stands for a line of Markdown of which nothing is printed."""

_CODE_OR_COMMENT = re.compile(r"`[^`\n]*`|(?P<comment><!--)")


def _without_comments(text: str) -> str:
    """The Markdown without `<!-- … -->`; a line that holds nothing else is `_COMMENTED`."""
    count = text.count("<!--")
    if count > MOST_COMMENTS:
        raise SqueezevizError(f"there are {count:,} comments in it, far more than in any document")
    if not count:
        return text
    pieces: list[str] = []
    at = 0
    while (found := next((each for each in _CODE_OR_COMMENT.finditer(text, at) if each["comment"]), None)) is not None:
        closed = text.find("-->", found.start() + 2)
        if closed < 0 and not _begins_block(text, found.start()):
            break
        end = closed + 3 if closed >= 0 else len(text)
        pieces += [text[at : found.start()], _MARK + text.count("\n", found.start(), end) * f"\n{_MARK}"]
        at = end
    lines = "".join((*pieces, text[at:])).split("\n")
    return "\n".join(_without_mark(line) for line in lines)


_MARK = "\0"


def _without_mark(line: str) -> str:
    return line.replace(_MARK, " ") if line.replace(_MARK, "").strip(" \t>") or _MARK not in line else _COMMENTED


_LONGEST_INDENT = 20


def _begins_block(text: str, at: int) -> bool:
    """Whether a comment without an end hides all that follows: it begins a line, and not within a fence."""
    before = text[max(0, at - _LONGEST_INDENT) : at]
    return not before.rpartition("\n")[2].strip(" \t>") and text.count("\n```", 0, at) % 2 == 0
