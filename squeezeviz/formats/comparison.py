"""What changed between two tables, for people to read: as plain text and as Markdown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from squeezeviz.core.compare import Change, Comparison, LayerChange
from squeezeviz.formats.table_text import aligned, markdown_table

_TOTALS = {
    "depth": "depth",
    "parameters": "parameters",
    "macs": "multiply-adds",
    "activations": "activations",
}

_WIDEST_HEADING = 32

_UNKNOWN = "—"


def comparison_text(comparison: Comparison, first: str, second: str) -> str:
    """Totals side by side under what the tables are called, then a line for each layer that differs.

    Totals of a table that does not run are not shown: those there are end before its last row.
    """
    totals = aligned([("", _short(first), _short(second), ""), *_total_rows(comparison)], text_columns=1)
    rows = [_layer_row(each) for each in comparison.layers]
    names = aligned([(change, name) for change, name, _ in rows], text_columns=2) if rows else []
    room = max(map(len, names), default=0)
    layers = [f"{name:{room}}  {fields}".rstrip() for name, (*_, fields) in zip(names, rows, strict=True)]
    return "\n".join([*totals, "", *(layers or ["no layer differs"])]) + "\n"


def comparison_markdown(comparison: Comparison, first: str, second: str) -> str:
    """The same as two Markdown tables, the second only where a layer differs."""
    head = ("", _short(first), _short(second), "difference")
    totals = markdown_table(head, _total_rows(comparison), text_columns=1)
    rows = [_layer_row(each) for each in comparison.layers]
    layers = markdown_table(("change", "layer", "fields"), rows, text_columns=3) if rows else "No layer differs.\n"
    return f"{totals}\n{layers}"


def _short(heading: str) -> str:
    """The end of a heading tells two files apart."""
    return heading if len(heading) <= _WIDEST_HEADING else "…" + heading[1 - _WIDEST_HEADING :]


def _total_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("input", *comparison.input, "")]
    for key, title in _TOTALS.items():
        before, after = comparison.totals[key]
        both = zip((before, after), comparison.runs, strict=True)
        told = [f"{total:,}" if runs else _UNKNOWN for total, runs in both]
        rows.append((title, *told, _difference(before, after) if all(comparison.runs) else ""))
    return rows


def _difference(before: int, after: int) -> str:
    """`−12,928 (−1.0 %)`; empty where nothing changed."""
    if before == after:
        return ""
    share = f" ({_percentage(before, after)} %)" if before else ""
    return f"{after - before:+,}{share}".replace("-", "−")


def _percentage(before: int, after: int) -> str:
    """With one decimal, or with as many as it takes not to show 0 or 100 for what is nearly so."""
    exact = Decimal(100 * (after - before)) / before
    decimals = 1
    while exact != (shown := round(exact, decimals)) and abs(shown) in (0, 100):
        decimals += 1
    return f"{shown:+f}"


def _layer_row(change: LayerChange) -> tuple[str, str, str]:
    renamed = f" → {change.other_name}" if change.other_name not in (None, change.name) else ""
    fields = {field: pair for field, pair in change.fields.items() if field != "name"}
    told = [f"{field} {_value(before)} → {_value(after)}" for field, (before, after) in fields.items()]
    if change.change in (Change.ADDED, Change.REMOVED):
        layer = change.before or change.after
        assert layer is not None
        told = [layer.type]
    return str(change.change), change.name + renamed, ", ".join(told)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
