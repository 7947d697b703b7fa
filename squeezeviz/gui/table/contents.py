"""What stands in each cell of the table: the network's numbers, the live ones, and the difference to a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from squeezeviz.core import cells
from squeezeviz.core.cells import INPUT_ROW, Column
from squeezeviz.core.compare import Change
from squeezeviz.core.difference import CellDifference, Difference, TotalDifference
from squeezeviz.core.explaining.wording import milliseconds
from squeezeviz.core.memory import readable_bytes
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.gui.live_answer import LiveAnswer, Standing
from squeezeviz.gui.table.columns import RIGHT_ALIGNED, heading

LONG_NAME = 20
"""A name with more characters than this may be cut in its cell, so it stands in the tool tip too."""

_SIGNS = {Standing.MEASURED: "✓", Standing.DIFFERS: "≠"}
_SPOKEN = {
    Standing.MEASURED: "measured",
    Standing.STALE: "from an earlier pass",
    Standing.DIFFERS: "differs from the prediction",
    Standing.UNKNOWN: "",
}
_TOTALS = {
    Column.DEPTH: "depth",
    Column.PARAMETERS: "parameters",
    Column.PRUNED: "after_pruning",
    Column.MACS: "macs",
    Column.ACTIVATIONS: "activations",
}


class Cell(NamedTuple):
    """All that painting a cell takes. `column` is None for the live one; `live` is how the live one stands."""

    text: str
    column: Column | None
    right: bool
    """Whether the text stands at the right."""
    editable: bool
    total: bool
    problem: bool
    live: Standing
    note: str
    """How it differs from the baseline; empty where it does not."""
    better: bool | None
    """Whether that saves something, costs something, or neither."""
    two_lines: bool
    """Whether rows have room for such a note, so that the values stand higher."""
    bar: float = 0.0
    """How long the bar under a name is, from 0 to 1: the layer's cost as a part of the largest."""


@dataclass(frozen=True)
class Contents:
    """The cells of one moment. A row is a layer's place in the table, INPUT_ROW, or None for the totals."""

    network: ResolvedNetwork
    live: LiveAnswer | None = None
    difference: Difference | None = None
    heat: Mapping[int, float] = field(default_factory=dict, hash=False)
    """The cost of each layer as a part of the largest, by its place in the table; empty where none is shown."""

    def cell(self, row: int | None, column: Column | None) -> Cell:
        note = self._note(row, column)
        return Cell(
            self.text(row, column),
            column,
            column in RIGHT_ALIGNED,
            self.editable(row, column),
            row is None,
            bool(self.problem(row)),
            Standing.UNKNOWN if column else self._standing(row),
            note.text if note else "",
            note.better if note else None,
            self.difference is not None,
            self.heat.get(row, 0.0) if column is Column.NAME and row is not None else 0.0,
        )

    def editable(self, row: int | None, column: Column | None) -> bool:
        return row is not None and column is not None and cells.editable(self.network.table, row, column)

    def text(self, row: int | None, column: Column | None) -> str:
        if row is None:
            return self._total(column)
        return cells.text(self.network, row, column) if column else self._live_text(row)

    def name(self, row: int | None) -> str:
        return "total" if row is None else cells.text(self.network, row, Column.NAME)

    def problem(self, row: int | None) -> str:
        """Why the row cannot run; empty where it can."""
        if not self.network.problems or row is None:
            return ""
        return next((each.reason for each in self.network.problems if each.row == row), "")

    def tip(self, row: int | None, column: Column | None) -> str:
        problem = self.problem(row)
        if problem:
            return problem
        if column is Column.NAME and len(self.text(row, column)) > LONG_NAME:
            return self.text(row, column)
        if column is None and self._standing(row) is Standing.STALE:
            return "From an earlier pass; this table has not been measured yet"
        note = self._note(row, column)
        return f"In the baseline: {note.before or 'empty'}" if note and note.before != note.text else ""

    def spoken(self, row: int | None, column: Column | None) -> str:
        """What a screen reader says of the cell."""
        standing = "" if column else _SPOKEN[self._standing(row)]
        note = self._note(row, column)
        compared = f"{note.text} against the baseline" if note else ""
        words = (self.name(row), heading(column), self.text(row, column) or "empty", standing, compared)
        return " ".join(word for word in words if word)

    def _total(self, column: Column | None) -> str:
        if column is None:
            return self._marked(self.live.total, self.live.measured.time_ms) if self.live else ""
        if column is Column.NAME:
            return "total"
        if column is Column.DEPTH:
            return str(self.network.depth.value)
        if column is Column.SIZE:
            return readable_bytes(self.network.size.value)
        return f"{getattr(self.network, _TOTALS[column]).value:,}" if column in _TOTALS else ""

    def _live_text(self, row: int) -> str:
        if row == INPUT_ROW or self.live is None:
            return ""
        seen = self.live.layer(self.network.table.layers[row].name)
        return self._marked(self._standing(row), seen.time_ms) if seen else ""

    def _marked(self, standing: Standing, time_ms: float) -> str:
        """`✓ 3.2 ms`: agreed and measured; an old time stands alone; the meta device has none to show."""
        return f"{_SIGNS.get(standing, '')} {milliseconds(time_ms) if time_ms else ''}".strip()

    def _standing(self, row: int | None) -> Standing:
        """How the row's live cell stands to the last pass; of None, the totals'."""
        if self.live is None or row == INPUT_ROW:
            return Standing.UNKNOWN
        if row is None:
            return self.live.total
        if row >= len(self.network.layers):
            return Standing.STALE if self.live.layer(self.network.table.layers[row].name) else Standing.UNKNOWN
        return self.live.standing(self.network.layers[row])

    def _note(self, row: int | None, column: Column | None) -> CellDifference | None:
        difference = self.difference
        if difference is None or column is None:
            return None
        if row is None:
            name = _TOTALS.get(column)
            return next((_total_note(each) for each in difference.totals if each.name == name and each.absolute), None)
        if row == INPUT_ROW:
            return difference.input if column is Column.OUTPUT else None
        found = difference.rows[row]
        if found is None:
            return None
        cell = found.cells.get(column)
        return _name_note(found.change, cell) if column is Column.NAME else cell


def _total_note(total: TotalDifference) -> CellDifference:
    # Of a handful of layers a share tells nothing, and would only widen the column.
    layers = total.name == "depth"
    better = None if layers else total.after < total.before
    text = f"{total.absolute} ({total.percent})" if total.percent and not layers else total.absolute
    return CellDifference(f"{total.before:,}", text, better)


def _name_note(change: Change | None, renamed: CellDifference | None) -> CellDifference | None:
    """`added`, `moved`, `was fire3`: what became of the row as a whole."""
    words = [str(change)] if change in (Change.ADDED, Change.MOVED) else []
    words += [renamed.text] if renamed else []
    text = ", ".join(words)
    return CellDifference(renamed.before if renamed else text, text, None) if words else None
