"""What a check against the paper is made of: printed numbers beside ours, and sentences that sum them up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.paper.likeness import Likeness
from squeezeviz.paper.ours import Ours
from squeezeviz.paper.table1 import TABLE1, Size

ABSENT = "—"
"""What stands where there is no number."""


class Standing(StrEnum):
    """How a verdict stands: the numbers agree, the paper needs a remark, or this table is another network."""

    AGREES = "agrees"
    REMARK = "remark"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Check:
    """One printed number beside ours. `note` says why they differ, where that is known.

    `row` is what the line is about; `layer` the row of the table to go to, empty where there is none.
    """

    row: str
    item: str
    printed: str
    ours: str
    agrees: bool
    note: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence, and the checks behind it. `key` stays the same from one edit to the next; `why` may be empty."""

    key: str
    standing: Standing
    text: str
    checks: tuple[Check, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A network that resembles SqueezeNet: which of its rows stands for which of Table 1, and its numbers."""

    network: ResolvedNetwork
    likeness: Likeness
    rows: tuple[Ours, ...]
    measured: bool

    def row(self, name: str) -> Ours | None:
        """What stands for Table 1's row of that name; None where nothing does, or where it is not reached."""
        place = self.likeness.rows[_PLACES[name]]
        return self.rows[place] if place is not None and place < len(self.rows) else None

    @property
    def gives(self) -> str:
        """How a number of ours is told."""
        return "the forward pass gives" if self.measured else "the prediction is"


_PLACES = {row.name: place for place, row in enumerate(TABLE1)}


def size_text(size: Size) -> str:
    """`13×13×512`: height, width, channels, as Table 1 prints them."""
    return "{}×{}×{}".format(*size)
