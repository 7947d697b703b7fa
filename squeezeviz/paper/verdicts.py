"""The results of a check against the paper: printed numbers beside ours, and sentences that summarize them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.paper.likeness import Likeness
from squeezeviz.paper.ours import Ours
from squeezeviz.paper.table1 import TABLE1, Size

ABSENT = "—"
"""The text of a missing number."""


class Standing(StrEnum):
    """The outcome of a verdict: the numbers agree, the paper needs a remark, or this table is another network."""

    AGREES = "agrees"
    REMARK = "remark"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Check:
    """One printed number beside ours. `note` says why they differ, if that is known.

    `row` names what the line is about. `layer` is the layer to select in the table, or empty.
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
    """A sentence with the checks that support it. `key` identifies the verdict across edits; `why` may be empty."""

    key: str
    standing: Standing
    text: str
    checks: tuple[Check, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """A network that resembles SqueezeNet: its numbers, and which of its rows match the rows of Table 1."""

    network: ResolvedNetwork
    likeness: Likeness
    rows: tuple[Ours, ...]
    measured: bool

    def row(self, name: str) -> Ours | None:
        """Return our numbers for the row of Table 1 with that name, or None if no row matches or data does not reach
        it."""
        place = self.likeness.rows[_PLACES[name]]
        return self.rows[place] if place is not None and place < len(self.rows) else None

    @property
    def gives(self) -> str:
        """The words that introduce our number: it is measured or predicted."""
        return "the forward pass gives" if self.measured else "the prediction is"


_PLACES = {row.name: place for place, row in enumerate(TABLE1)}


def size_text(size: Size) -> str:
    """`13×13×512`: height, width, channels, as Table 1 prints them."""
    return "{}×{}×{}".format(*size)
