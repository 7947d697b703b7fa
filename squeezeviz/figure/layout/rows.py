"""A part of the network to make a figure of: rows of the table, one after the other."""

from __future__ import annotations

import re
from typing import NamedTuple

from squeezeviz.model.errors import Place, SqueezevizError, brief, shown
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import did_you_mean, nearest

_WHERE = Place("--only")
_BETWEEN = re.compile(r" *(?:-|–|—|…|\.{2,3}| to ) *")


class Rows(NamedTuple):
    """The first and the last row, both of them shown, counted from 0."""

    first: int
    last: int


def rows_named(table: LayerTable, text: str) -> Rows:
    """`fire2`, `fire2:fire5` with both ends, or names parted by commas that follow each other in the table.

    Raises:
        SqueezevizError: a name is not in the table, an end stands before the beginning, or rows are left out between.
    """
    names = [layer.name for layer in table.layers]
    if text in names:
        return Rows(names.index(text), names.index(text))
    if ":" in text and not any(part.strip() in names for part in text.split(",")):
        return _between(names, text)
    meant = _with_a_colon(names, text)
    if meant:
        raise SqueezevizError(f"the network has no layer {shown(text)}; did you mean {meant}?", _WHERE)
    rows = sorted({_row(names, part.strip()) for part in text.split(",") if part.strip()})
    if not rows:
        raise SqueezevizError("name the rows to show, such as fire2 or fire2:fire5", _WHERE)
    if rows[-1] - rows[0] + 1 != len(rows):
        left_out = next(row for row in range(rows[0], rows[-1]) if row not in rows)
        raise SqueezevizError(
            f"a figure shows rows that follow each other, and {shown(names[left_out])} stands between these: "
            f"say {names[rows[0]]}:{names[rows[-1]]}, or make two figures",
            _WHERE,
        )
    return Rows(rows[0], rows[-1])


def _between(names: list[str], text: str) -> Rows:
    first, _, last = (part.strip() for part in text.partition(":"))
    begin = _row(names, first) if first else 0
    end = _row(names, last) if last else len(names) - 1
    if end < begin:
        raise SqueezevizError(f"{shown(last)} stands before {shown(first)}: turn the two round", _WHERE)
    return Rows(begin, end)


def _with_a_colon(names: list[str], text: str) -> str | None:
    """`fire2:fire4`, where a person wrote `fire2-fire4` or the like."""
    for sign in _BETWEEN.finditer(text):
        first, last = nearest(text[: sign.start()], names), nearest(text[sign.end() :], names)
        if first and last:
            return f"{first}:{last}"
    return None


def _row(names: list[str], name: str) -> int:
    if name not in names:
        there = ", ".join(map(brief, names[:12])) + (", …" if len(names) > 12 else "")
        meant = did_you_mean(name, names) or f"; it has {there}"
        raise SqueezevizError(f"the network has no layer {shown(name)}{meant}", _WHERE)
    return names.index(name)
