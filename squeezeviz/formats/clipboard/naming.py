"""Names for rows that come into a table: their own where they are free."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from squeezeviz.core.layers import LONGEST_NAME

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)
_ROOM_FOR_NUMBER = 12


def free_names(taken: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """A name for each wanted one: itself where it is free, else its stem with a number above the largest in use."""
    used = set(taken)
    largest: dict[str, int] = {}
    for name in used.union(wanted):
        _count(largest, name)
    names = []
    for name in wanted:
        given = name if name not in used else _free(used, largest, name)
        used.add(given)
        names.append(given)
    return names


def _free(used: set[str], largest: dict[str, int], name: str) -> str:
    stem = (name.rstrip("0123456789") or name)[: LONGEST_NAME - _ROOM_FOR_NUMBER]
    while True:
        largest[stem] = largest.get(stem, 0) + 1
        if f"{stem}{largest[stem]}" not in used:
            return f"{stem}{largest[stem]}"


def _count(largest: dict[str, int], name: str) -> None:
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        largest[numbered[1]] = max(largest.get(numbered[1], 0), int(numbered[2]))
