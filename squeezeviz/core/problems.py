"""Why a table cannot run, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    EMPTY = "empty"
    NOTHING_FITS = "nothing-fits"
    PADDING = "padding"
    UNEQUAL_BYPASS = "unequal-bypass"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Problem:
    """A row (None: the table as a whole) that cannot run, the cell that makes it so, and the reason."""

    row: int | None
    name: str
    field: str
    trouble: Trouble
    reason: str

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}" if self.name else self.reason
