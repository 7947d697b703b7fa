"""What changed between two tables: as plain text and as Markdown for people to read, and as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.columns import COLUMNS, TOTALS, Column, number, text
from squeezeviz.analysis.difference import Difference, LayerChange, TotalDifference, changes_by_baseline
from squeezeviz.files.tables.grid_text import aligned, markdown_table
from squeezeviz.model.errors import brief
from squeezeviz.model.table import Change
from squeezeviz.model.text import plain
from squeezeviz.model.wording import KIND_NAMES, percent_change, readable_bytes, share_text

UNKNOWN = "—"
"""Stands for the total of a table that does not run, and for a field that a kind of layer does not have."""

_WIDEST_HEADING = 32

_COLUMNS = sorted(COLUMNS[1:], key=lambda column: column.spec.cells.is_number)
"""Numbers stand after text, to be aligned at their right."""


def comparison_text(found: Difference, first: str, second: str) -> str:
    """Totals side by side under what the tables are called, a line for each layer that differs, then the cells.

    Totals of a table that does not run are not shown: those there are end before its last row.
    """
    totals = aligned([("", _short(first), _short(second), ""), *_total_rows(found)], text_columns=1)
    rows = [_layer_row(each) for each in changes_by_baseline(found)]
    names = aligned([(change, name) for change, name, _ in rows], text_columns=2) if rows else []
    room = max(map(len, names), default=0)
    layers = [f"{name:{room}}  {plain(fields)}".rstrip() for name, (*_, fields) in zip(names, rows, strict=True)]
    grid = _cell_rows(found)
    cells = ["", *aligned(grid, text_columns=_text_columns(grid[0]))] if grid else []
    return "\n".join([*totals, "", *(layers or ["no layer differs"]), *cells]) + "\n"


def comparison_markdown(found: Difference, first: str, second: str) -> str:
    """The same as Markdown tables, the second and third only where a layer and a cell differ."""
    head = ("", _short(first), _short(second), "difference")
    totals = markdown_table(head, _total_rows(found), text_columns=1)
    rows = [_layer_row(each) for each in changes_by_baseline(found)]
    layers = markdown_table(("change", "layer", "fields"), rows, text_columns=3) if rows else "No layer differs.\n"
    grid = _cell_rows(found)
    cells = "\n" + markdown_table(grid[0], grid[1:], text_columns=_text_columns(grid[0])) if grid else ""
    return f"{totals}\n{layers}{cells}"


def comparison_json(found: Difference) -> dict[str, Any]:
    """The object of schema squeezeviz/compare-1, with the differences of the totals and every cell that differs.

    `absolute` and `percent` are null where a table cannot run, `percent` too where the first total is 0.
    """
    networks = found.baseline, found.present
    totals = {each.name: [each.before, each.after] for each in found.totals}
    return {
        "schema": "squeezeviz/compare-1",
        "totals": {name: totals[name] for name in ("parameters", "macs", "depth", "activations")},
        "runs": [network.runs for network in networks],
        "input": [str(network.table.input) for network in networks],
        "layers": [
            {
                "name": each.name,
                "other_name": each.other_name,
                "change": str(each.change),
                "fields": {field: list(pair) for field, pair in each.fields.items()},
            }
            for each in changes_by_baseline(found)
        ],
        "notes": list(found.notes),
        "size_bytes": [BYTES_PER_VALUE * count for count in totals["parameters"]],
        "differences": {total.name: _difference_json(total, _run(found)) for total in found.totals},
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


def _total_rows(found: Difference) -> list[tuple[str, ...]]:
    """Both networks' totals; of compressed ones also what pruning leaves, and what the weights then take."""
    networks = found.baseline, found.present
    rows: list[tuple[str, ...]] = [("input", *(str(network.table.input) for network in networks), "")]

    def add(title: str, before: int, after: int, written: Callable[[int], str]) -> None:
        both = zip((before, after), networks, strict=True)
        shown = [written(total) if network.runs else UNKNOWN for total, network in both]
        rows.append((title, *shown, _change(before, after, written) if _run(found) else ""))

    for column in (*TOTALS, *((Column.PRUNED, Column.SIZE) if _compressed(found) else ())):
        before, after = (number(network, column) for network in networks)
        add(column.printed_heading, before, after, column.spec.cells.show)
        if column is Column.PARAMETERS:
            add("size", BYTES_PER_VALUE * before, BYTES_PER_VALUE * after, readable_bytes)
    return rows


def _run(found: Difference) -> bool:
    return found.baseline.runs and found.present.runs


def _compressed(found: Difference) -> bool:
    return found.baseline.table.is_compressed or found.present.table.is_compressed


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
    compressed = _compressed(found)
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
