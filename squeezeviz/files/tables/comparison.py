"""What changed between two tables: as plain text and as Markdown for people to read, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.columns import COLUMNS, TOTALS, Column, number, text
from squeezeviz.analysis.compare import Change, Comparison, LayerChange
from squeezeviz.analysis.difference import Difference, TotalDifference, difference
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.tables.grid_text import aligned, markdown_table
from squeezeviz.model.errors import brief
from squeezeviz.model.shares import percent_change, share_text
from squeezeviz.model.text import plain
from squeezeviz.model.wording import KIND_NAMES, readable_bytes

UNKNOWN = "—"
"""Stands for the total of a table that does not run, and for a field that a kind of layer does not have."""

_WIDEST_HEADING = 32

_COLUMNS = sorted(COLUMNS[1:], key=lambda column: column.spec.cells.is_number)
"""Numbers stand after text, to be aligned at their right."""


def comparison_text(comparison: Comparison, first: str, second: str) -> str:
    """Totals side by side under what the tables are called, a line for each layer that differs, then the cells.

    Totals of a table that does not run are not shown: those there are end before its last row.
    """
    found = difference(*comparison.networks)
    totals = aligned([("", _short(first), _short(second), ""), *_total_rows(comparison)], text_columns=1)
    rows = [_layer_row(each) for each in comparison.layers]
    names = aligned([(change, name) for change, name, _ in rows], text_columns=2) if rows else []
    room = max(map(len, names), default=0)
    layers = [f"{name:{room}}  {plain(fields)}".rstrip() for name, (*_, fields) in zip(names, rows, strict=True)]
    grid = _cell_rows(found)
    cells = ["", *aligned(grid, text_columns=_text_columns(grid[0]))] if grid else []
    return "\n".join([*totals, "", *(layers or ["no layer differs"]), *cells]) + "\n"


def comparison_markdown(comparison: Comparison, first: str, second: str) -> str:
    """The same as Markdown tables, the second and third only where a layer and a cell differ."""
    found = difference(*comparison.networks)
    head = ("", _short(first), _short(second), "difference")
    totals = markdown_table(head, _total_rows(comparison), text_columns=1)
    rows = [_layer_row(each) for each in comparison.layers]
    layers = markdown_table(("change", "layer", "fields"), rows, text_columns=3) if rows else "No layer differs.\n"
    grid = _cell_rows(found)
    cells = "\n" + markdown_table(grid[0], grid[1:], text_columns=_text_columns(grid[0])) if grid else ""
    return f"{totals}\n{layers}{cells}"


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The object of schema squeezeviz/compare-1, with the differences of the totals and every cell that differs.

    `absolute` and `percent` are null where a table cannot run, `percent` too where the first total is 0.
    """
    found = difference(*comparison.networks)
    return comparison.to_json() | {
        "size_bytes": [BYTES_PER_VALUE * total for total in comparison.totals["parameters"]],
        "differences": {total.name: _difference_json(total, all(comparison.runs)) for total in found.totals},
        "cells": _cells_json(found),
    }


def words(change: LayerChange) -> tuple[str, ...]:
    """What became of a layer, part by part: `s1x1 32 → 16`; `after fire3`, `was after fire4`; `Fire module`."""
    before, after = (brief(name) if name is not None else None for name in change.follows)
    if change.before is None or change.after is None:
        layer = change.before or change.after
        assert layer is not None
        return KIND_NAMES[layer.type], f"was after {before}" if after is None else f"after {after}"
    told = (
        [f"after {after}", f"was after {before}"]
        if change.change is Change.MOVED and change.follows[0] != change.follows[1]
        else []
    )
    fields = {field: pair for field, pair in change.fields.items() if field != "name"}
    return *told, *(f"{_words(field)} {_value(one)} → {_value(other)}" for field, (one, other) in fields.items())


def names(change: LayerChange) -> str:
    """The layer's name; both where it was renamed."""
    renamed = f" → {change.other_name}" if change.other_name not in (None, change.name) else ""
    return change.name + renamed


def _short(heading: str) -> str:
    """The end of a heading tells two files apart."""
    return heading if len(heading) <= _WIDEST_HEADING else "…" + heading[1 - _WIDEST_HEADING :]


def _total_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Both networks' totals; of compressed ones also what pruning leaves, and what the weights then take."""
    rows: list[tuple[str, ...]] = [("input", *comparison.input, "")]
    compressed = _is_compressed(comparison.networks)
    for column in (*TOTALS, *((Column.PRUNED, Column.SIZE) if compressed else ())):
        before, after = (number(network, column) for network in comparison.networks)
        rows.append(_total_row(comparison, column.printed_heading, before, after, column.spec.cells.show))
        if column is Column.PARAMETERS:
            in_bytes = BYTES_PER_VALUE * before, BYTES_PER_VALUE * after
            rows.append(_total_row(comparison, "size", *in_bytes, readable_bytes))
    return rows


def _total_row(
    comparison: Comparison, title: str, before: int, after: int, written: Callable[[int], str]
) -> tuple[str, ...]:
    shown = [written(n) if runs else UNKNOWN for n, runs in zip((before, after), comparison.runs, strict=True)]
    return (title, *shown, _change(before, after, written) if all(comparison.runs) else "")


def _is_compressed(networks: Iterable[ResolvedNetwork]) -> bool:
    return any(network.table.is_compressed for network in networks)


def _change(before: int, after: int, written: Callable[[int], str]) -> str:
    """`−1,536 (−0.4 %)`; empty where nothing changed."""
    if before == after:
        return ""
    share = percent_change(before, after)
    return ("+" if after > before else "−") + written(abs(after - before)) + (f" ({share})" if share else "")


def _layer_row(change: LayerChange) -> tuple[str, str, str]:
    return str(change.change), names(change), ", ".join(words(change))


def _words(field: str) -> str:
    """`e3x3 kept`, as the table heads it."""
    return field.replace("_kept", " kept")


def _value(value: Any) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return share_text(value) if isinstance(value, float) else str(value)


def _cell_rows(found: Difference) -> list[tuple[str, ...]]:
    """A heading and a row for each layer of which some cell differs; only the columns in which one does."""
    rows = [(layer.name, row.cells) for layer, row in zip(found.present.table.layers, found.rows, strict=True) if row]
    columns = [column for column in _columns_told_of(found) if any(column in cells for _, cells in rows)]
    if not columns:
        return []
    told = [(name, *(cells[each].text if each in cells else "" for each in columns)) for name, cells in rows]
    return [(str(Column.NAME), *map(str, columns)), *(row for row in told if any(row[1:]))]


def _columns_told_of(found: Difference) -> list[Column]:
    """All but those that say once more what the parameters say, where nothing is compressed."""
    compressed = _is_compressed((found.baseline, found.present))
    return [column for column in _COLUMNS if compressed or not column.spec.stored]


def _text_columns(headings: tuple[str, ...]) -> int:
    return sum(not Column(heading).spec.cells.is_number for heading in headings)


def _difference_json(total: TotalDifference, runs: bool) -> dict[str, float | None]:
    change = total.after - total.before
    share = 100 * change / total.before if runs and total.before else None
    return {"absolute": change if runs else None, "percent": share}


def _cells_json(found: Difference) -> list[dict[str, Any]]:
    """The layers of which some cell differs, with each such cell as [before, after]: whole numbers as such."""
    rows = []
    told_of = _columns_told_of(found)
    for index, (layer, row) in enumerate(zip(found.present.table.layers, found.rows, strict=True)):
        if row is None or row.before is None:
            continue
        cells = {
            str(column): [_plain(cell.before), _plain(text(found.present, index, column))]
            for column, cell in row.cells.items()
            if column in told_of
        }
        if cells:
            rows.append({"name": row.before.name, "other_name": layer.name, "cells": cells})
    return rows


def _plain(shown: str) -> int | str:
    return int(shown.replace(",", "")) if re.fullmatch("[0-9][0-9,]*", shown) else shown
