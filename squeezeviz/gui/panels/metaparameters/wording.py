"""Texts on what a table follows and where it deviates, for one line and in full for a tool tip."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from squeezeviz.gui.widgets.escaped_text import tip_text
from squeezeviz.model.errors import brief
from squeezeviz.paper.metaparameters import Deviation, Followed, Metaparameters, Rounding

_LINES = 12
"""The most lines of a tool tip."""
_NAMED = 3


def what_deviates(found: Followed) -> str:
    """Return `fire5 deviates: s1x1 24, the formula gives 32`, or that no row deviates."""
    count = found.metaparameters.count
    rows = _by_row(found.deviations)
    if not rows:
        return f"All {count:,} Fire modules follow these numbers." if count > 1 else "The Fire module follows these."
    if len(rows) == 1:
        return f"{brief(rows[0][0].name)} deviates: {_differences(rows[0])}"
    others = len(rows) - _NAMED
    named = ", ".join(f"{brief(row[0].name)} ({_briefly(row)})" for row in rows[:_NAMED])
    named += f" and {others:,} more" if others > 0 else ""
    return f"{len(rows):,} of {count:,} deviate: {named}"


def deviations_in_full(found: Followed) -> str:
    """Return a line for each row that deviates, as rich text; an empty text if none does."""
    rows = _by_row(found.deviations)
    return _tool_tip([f"{brief(row[0].name)}: {_differences(row)}" for row in rows[:_LINES]], len(rows))


def what_is_rounded(found: Followed) -> str:
    """Return `Rounded to whole filters: fire2 e3x3 1.28 → 1, and 7 more`; an empty text if nothing is rounded."""
    if not found.roundings:
        return ""
    shown = ", ".join(map(_rounding, found.roundings[:_NAMED]))
    others = len(found.roundings) - _NAMED
    return f"Rounded to whole filters: {shown}" + (f" and {others:,} more" if others > 0 else "")


def roundings_in_full(found: Followed) -> str:
    """Return a line for each rounded number, as rich text; an empty text if nothing is rounded."""
    return _tool_tip([_rounding(each) for each in found.roundings[:_LINES]], len(found.roundings))


def expand_filters_in_words(metaparameters: Metaparameters) -> str:
    """Return `Expand filters: 128, 128, 256, 256`, with only the first of many."""
    shown = [metaparameters.filters(place).expand for place in range(min(metaparameters.count, _LINES))]
    rest = ", …" if metaparameters.count > _LINES else ""
    return f"Expand filters: {', '.join(f'{each:,}' for each in shown)}{rest}"


def _by_row(deviations: Iterable[Deviation]) -> list[list[Deviation]]:
    return [list(row) for _, row in groupby(deviations, key=lambda each: each.row)]


def _differences(row: list[Deviation]) -> str:
    actual = ", ".join(f"{each.field} {each.actual:,}" for each in row)
    return f"{actual}, the formula gives {', '.join(f'{each.expected:,}' for each in row)}"


def _briefly(row: list[Deviation]) -> str:
    return ", ".join(f"{each.field} {each.actual:,}, not {each.expected:,}" for each in row)


def _rounding(each: Rounding) -> str:
    exact = f"{float(each.exact):,.3f}".rstrip("0").rstrip(".")
    about = "" if float(each.exact) == float(exact.replace(",", "")) else "≈"
    return f"{brief(each.name)} {each.field} {about}{exact} → {each.whole:,}"


def _tool_tip(lines: list[str], total: int) -> str:
    """Return the lines as a tool tip, which says how many of `total` are left out."""
    if not lines:
        return ""
    more = [f"and {total - len(lines):,} more"] if total > len(lines) else []
    return tip_text("\n".join(lines + more), "white-space: nowrap")
