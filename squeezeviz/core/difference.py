"""Where a network differs from a baseline: every cell of its layer table, its rows, its totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from squeezeviz.core.cells import Column
from squeezeviz.core.compare import Change
from squeezeviz.core.layers import Layer
from squeezeviz.core.resolve import ResolvedNetwork


@dataclass(frozen=True, slots=True)
class CellDifference:
    """What a cell showed in the baseline, and the short text that says how it differs: `+8`, `was 7×7/2 ×96`.

    `better` tells whether the change saves parameters or work (True), costs some (False), or neither (None).
    """

    before: str
    text: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row of the present table that is not what it was.

    `change` is None where only computed cells differ, because of another row. `before` is the row that it stood for;
    None of an added one, which has no differing cells.
    """

    change: Change | None
    before: Layer | None
    cells: Mapping[Column, CellDifference]


@dataclass(frozen=True, slots=True)
class Removed:
    """A row of the baseline that the present table lacks, and the present row it would follow; -1 is the input."""

    after_row: int
    layer: Layer


@dataclass(frozen=True, slots=True)
class TotalDifference:
    """A total of both networks; `absolute` and `percent` are empty where they are equal."""

    name: str
    before: int
    after: int
    absolute: str
    percent: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`rows[i]` speaks of row i of the present table, None where nothing differs; `input` of the input image."""

    baseline: ResolvedNetwork
    present: ResolvedNetwork
    rows: tuple[RowDifference | None, ...]
    removed: tuple[Removed, ...]
    totals: tuple[TotalDifference, ...]
    input: CellDifference | None

    @property
    def nothing(self) -> bool:
        """Whether the two networks show the same everywhere."""
        return not (self.removed or self.input or any(self.rows))


def difference(baseline: ResolvedNetwork, present: ResolvedNetwork) -> Difference:
    """How `present` differs from `baseline`, rows aligned by name first, else by kind in order."""
    raise NotImplementedError
