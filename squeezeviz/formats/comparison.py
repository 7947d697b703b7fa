"""What changed between two tables, for people to read: as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from squeezeviz.core.compare import Change, Comparison, LayerChange

_TOTALS = {
    "depth": "depth",
    "parameters": "parameters",
    "macs": "multiply-adds",
    "activations": "activations",
}

_WIDEST_HEADING = 32


def comparison_text(comparison: Comparison, first: str, second: str) -> str:
    """Totals side by side under what the tables are called, then a line for each layer that differs."""
    totals = _aligned([("", _short(first), _short(second), ""), *_total_rows(comparison)], numbers=(1, 2, 3))
    layers = _aligned([_layer_row(each) for each in comparison.layers])
    return "\n".join([*totals, "", *(layers or ["no layer differs"])]) + "\n"


def comparison_markdown(comparison: Comparison, first: str, second: str) -> str:
    """The same as two Markdown tables, the second only where a layer differs."""
    blocks = [_markdown(("", _short(first), _short(second), "difference"), _total_rows(comparison), "lrrr")]
    rows = [_layer_row(each) for each in comparison.layers]
    blocks.append(_markdown(("change", "layer", "fields"), rows, "lll") if rows else "No layer differs.\n")
    return "\n".join(blocks)


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


def _aligned(rows: Sequence[tuple[str, ...]], numbers: tuple[int, ...] = ()) -> list[str]:
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], sides: str) -> str:
    rule = tuple({"l": "---", "r": "---:"}[side] for side in sides)
    lines = [tuple(map(_escaped, head)), rule, *(tuple(map(_escaped, row)) for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is, in a table's cell."""
    for character in "\\`*_{}[]<>()#|~&":
        text = text.replace(character, f"\\{character}")
    return text
