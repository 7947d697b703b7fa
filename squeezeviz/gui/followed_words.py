"""What a table follows and where it deviates, in words for one line, and in full for its tool tip."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from squeezeviz.core.errors import brief
from squeezeviz.core.metaparameters import Deviation, Followed, Rounding

_LINES = 12
"""As many lines as a tool tip may have."""
_NAMED = 3


def what_deviates(found: Followed) -> str:
    """`fire5 deviates: s1x1 24, the formula gives 32`; or that none does."""
    count = found.metaparameters.count
    rows = _by_row(found.deviations)
    if not rows:
        return f"All {count:,} Fire modules follow these numbers." if count > 1 else "The Fire module follows these."
    if len(rows) == 1:
        return f"{brief(rows[0][0].name)} deviates: {_differences(rows[0])}"
    others = len(rows) - _NAMED
    named = ", ".join(brief(row[0].name) for row in rows[:_NAMED]) + (f" and {others:,} more" if others > 0 else "")
    return f"{len(rows):,} of {count:,} deviate: {named}"


def deviations_in_full(found: Followed) -> str:
    """A line for each row that deviates, as rich text; empty where one line said it."""
    rows = _by_row(found.deviations)
    return _tool_tip([f"{brief(row[0].name)}: {_differences(row)}" for row in rows])


def what_is_rounded(found: Followed) -> str:
    """`Rounded to whole filters: fire2 e3x3 1.28 → 1, and 7 more`; empty where nothing is."""
    if not found.roundings:
        return ""
    shown = ", ".join(map(_rounding, found.roundings[:_NAMED]))
    others = len(found.roundings) - _NAMED
    return f"Rounded to whole filters: {shown}" + (f" and {others:,} more" if others > 0 else "")


def roundings_in_full(found: Followed) -> str:
    """A line for each rounded number, as rich text; empty where one line said it."""
    return _tool_tip([_rounding(each) for each in found.roundings])


def _by_row(deviations: Iterable[Deviation]) -> list[list[Deviation]]:
    return [list(row) for _, row in groupby(deviations, key=lambda each: each.row)]


def _differences(row: list[Deviation]) -> str:
    actual = ", ".join(f"{each.field} {each.actual:,}" for each in row)
    return f"{actual}, the formula gives {', '.join(f'{each.expected:,}' for each in row)}"


def _rounding(each: Rounding) -> str:
    exact = f"{float(each.exact):,.3f}".rstrip("0").rstrip(".")
    about = "" if float(each.exact) == float(exact.replace(",", "")) else "≈"
    return f"{brief(each.name)} {each.field} {about}{exact} → {each.whole:,}"


def _tool_tip(lines: list[str]) -> str:
    if not lines:
        return ""
    shown = lines[:_LINES] + ([f"and {len(lines) - _LINES:,} more"] if len(lines) > _LINES else [])
    return f"<p style='white-space: nowrap'>{'<br>'.join(map(escape, shown))}</p>"
