"""What was worked out lately for the rows of a network: as much as the present one needs, however long it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

LEAST = 16
"""With so many entries at the least, those that nothing asks for any more begin to go."""

LONG = 500
"""In networks of so many rows what was worked out is taken over row by row where a row is the very one of before.

In shorter ones it is found here as soon, and what a row was asked for last is kept longer.
"""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Values by what they follow from, in two generations: what the last one was not asked for goes with it.

    An `lru_cache` as large as the longest network needs would, of a short one, keep what every number looked like that
    was ever typed.
    """

    def __init__(self) -> None:
        self._now: dict[K, V] = {}
        self._before: dict[K, V] = {}

    def __len__(self) -> int:
        return len(self._now) + len(self._before)

    def begin(self, rows: int) -> None:
        """To be called before a network with so many rows asks for them."""
        if len(self._now) > max(LEAST, rows):
            self._before, self._now = self._now, {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return what was made for an equal key, or make it."""
        found = self._now.get(key)
        if found is None:
            found = self._before.get(key)
            self._now[key] = found = make() if found is None else found
        return found
