"""Where rows came, went or moved between two tables, so that what is selected can follow its layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inserted:
    """Rows `first` to `last` of the new table are new."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Removed:
    """Rows `first` to `last` of the old table are gone."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows `first` to `last` went before what stood at `to`; all three are places in the old table."""

    first: int
    last: int
    to: int


def row_change(before: Sequence[str], after: Sequence[str]) -> Inserted | Removed | Moved | None:
    """The one step that best tells how rows of these names became those; None where every row kept its place.

    Rows that were replaced as well count as changed in place.
    """
    shorter = min(len(before), len(after))
    head = next((row for row in range(shorter) if before[row] != after[row]), shorter)
    tail = next((row for row in range(shorter - head) if before[-1 - row] != after[-1 - row]), shorter - head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(new) > len(old):
        return Inserted(head + len(old), head + len(new) - 1)
    if len(old) > len(new):
        return Removed(head + len(new), head + len(old) - 1)
    turn = old.index(new[0]) if old and new[0] in old else 0
    if turn and list(new) == [*old[turn:], *old[:turn]]:
        return Moved(head, head + turn - 1, head + len(old))
    return None
