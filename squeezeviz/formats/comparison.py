"""What changed between two tables, for people to read: as plain text and as Markdown."""

from __future__ import annotations

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


def comparison_text(comparison: Comparison, first: str, second: str) -> str:
    """Totals side by side under what the tables are called, then a line for each layer that differs."""
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
        rows.append((title, f"{before:,}", f"{after:,}", _difference(before, after)))
    return rows


def _difference(before: int, after: int) -> str:
    """`−12,928 (−1.0 %)`; empty where nothing changed."""
    if before == after:
        return ""
    change = f"{after - before:+,}".replace("-", "−")
    share = f" ({100 * (after - before) / before:+.1f} %)".replace("-", "−") if before else ""
    return change + share


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
