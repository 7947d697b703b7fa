"""What stands in each cell of the table: the network's numbers, the live ones, and the difference to a baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from squeezeviz.analysis.columns import INPUT_ROW, Column, editable, text, total_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import Badge
from squeezeviz.model.errors import LONGEST_MESSAGE
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change
from squeezeviz.model.text import plain
from squeezeviz.model.wording import duration_text

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import CellDifference, Difference, TotalDifference
    from squeezeviz.analysis.live import LivePass, MeasuredLayer
    from squeezeviz.gui.live.answer import LiveAnswer

LONG_NAME = 20
"""A name with more characters than this may be cut in its cell, so it stands in the tool tip too."""

_SIGNS: dict[Badge | None, str] = {Badge.MEASURED: "✓", Badge.DIFFERS: "≠"}
_SPOKEN: dict[Badge | None, str] = {
    Badge.MEASURED: "shapes and counts measured, as predicted",
    Badge.STALE: "from an earlier pass",
    Badge.DIFFERS: "differs from the prediction",
    None: "",
}
_CHECKED: dict[Badge | None, str] = {
    Badge.MEASURED: "Shapes, counts and depth were measured, and are as predicted.",
    Badge.STALE: "From an earlier pass; this table has not been measured yet.",
    Badge.DIFFERS: "Something was measured otherwise than predicted.",
    None: "",
}


class Cell(NamedTuple):
    """All that painting a cell takes. `live` is what the last pass says of the cell of the live column."""

    text: str
    column: Column
    right: bool
    """Whether the text stands at the right."""
    editable: bool
    total: bool
    problem: bool
    live: Badge | None
    note: str
    """How it differs from the baseline; empty where it does not."""
    better: bool | None
    """Whether that saves something, costs something, or neither."""
    two_lines: bool
    """Whether rows have room for such a note, so that the values stand higher."""
    bar: float = 0.0
    """How long the bar under a name is, from 0 to 1: the layer's cost as a part of the largest."""
    mark: str = ""
    """The sign that stands at the left of a live cell, for what was checked; `text` has it too, before the time."""


_NO_HEAT: Mapping[int, float] = {}


class Contents(NamedTuple):
    """The cells of one moment. A row is a layer's place in the table, INPUT_ROW, or None for the totals."""

    network: ResolvedNetwork
    live: LiveAnswer | None = None
    difference: Difference | None = None
    heat: Mapping[int, float] = _NO_HEAT
    """The cost of each layer as a part of the largest, by its place in the table; empty where none is shown."""

    def cell(self, row: int | None, column: Column) -> Cell:
        note = self._note(row, column)
        return Cell(
            plain(self.text(row, column)),
            column,
            column.spec.cells.is_number,
            self.editable(row, column),
            row is None,
            bool(self.problem(row)),
            self._badge(row) if column is Column.LIVE else None,
            plain(note.text) if note else "",
            note.better if note else None,
            self.difference is not None,
            self.heat.get(row, 0.0) if column is Column.NAME and row is not None else 0.0,
            self._sign(row) if column is Column.LIVE else "",
        )

    def editable(self, row: int | None, column: Column) -> bool:
        return row is not None and editable(self.network.table, row, column)

    def text(self, row: int | None, column: Column) -> str:
        if column is Column.LIVE:
            return self._live_text(row)
        return total_text(self.network, column) if row is None else text(self.network, row, column)

    def name(self, row: int | None) -> str:
        return "total" if row is None else plain(text(self.network, row, Column.NAME))

    def problem(self, row: int | None) -> str:
        """Why the row cannot run; empty where it can."""
        if not self.network.problems or row is None:
            return ""
        return next((each.reason for each in self.network.problems if each.row == row), "")

    def tip(self, row: int | None, column: Column) -> str:
        problem = self.problem(row)
        if problem:
            return problem
        if column is Column.NAME and len(self.text(row, column)) > LONG_NAME:
            return plain(self.text(row, column), LONGEST_MESSAGE)
        if column is Column.LIVE:
            return self._live_tip(row)
        note = self._note(row, column)
        return (
            plain(f"In the baseline: {note.before or 'empty'}", LONGEST_MESSAGE)
            if note and note.before != note.text
            else ""
        )

    def spoken(self, row: int | None, column: Column) -> str:
        """What a screen reader says of the cell."""
        from squeezeviz.analysis.timing import passes_text

        seen = self._seen(row) if column is Column.LIVE else None
        standing = _SPOKEN[self._badge(row)] if column is Column.LIVE else ""
        timed = passes_text(seen.repeats) if seen and seen.time_ms else ""
        note = self._note(row, column)
        compared = f"{note.text} against the baseline" if note else ""
        shown = self.text(row, column) or "empty"
        if seen:  # the sign and the time are two things
            shown = ", ".join(each for each in (standing, _time(seen), timed) if each)
            standing = ""
        words = (self.name(row), column, shown, standing, compared)
        return plain(" ".join(word for word in words if word), LONGEST_MESSAGE)

    def _live_text(self, row: int | None) -> str:
        """`✓ 3.2 ms`, or `✓ 3.2 ms n=20` for the median of 20 passes: the sign for what was checked, and the time.

        An old time stands alone; meta has none to show. The tool tip has the spread, for which a cell is too narrow.
        """
        seen = self._seen(row)
        if seen is None:
            return ""
        time = duration_text(seen.time_ms) if seen.time_ms else ""
        passes = f"n={seen.repeats}" if time and seen.quartiles_ms else ""
        return " ".join(each for each in (self._sign(row), time, passes) if each)

    def live_cell(self, row: int | None) -> tuple[MeasuredLayer | LivePass | None, Badge | None]:
        """What all that is seen of a live cell follows from."""
        return self._seen(row), self._badge(row)

    def _live_tip(self, row: int | None) -> str:
        """What was checked, and what the time is, each in a sentence of its own."""
        from squeezeviz.analysis.timing import IQR, passes_text, spread_text

        seen, badge = self._seen(row), self._badge(row)
        if seen is None:
            return ""
        sentences = [_CHECKED[badge]] if _CHECKED[badge] else []
        if seen.quartiles_ms and seen.time_ms:
            which = (
                f"median of the totals of {seen.repeats:,} passes, not the sum of the rows' medians"
                if row is None
                else passes_text(seen.repeats)
            )
            sentences.append(f"The time is the {which}; IQR is {IQR}: {spread_text(seen.quartiles_ms)}.")
        elif seen.time_ms:
            sentences.append("The time is that of one pass; Run > Measure Repeatedly tells how much it varies.")
        return " ".join(sentences)

    def _seen(self, row: int | None) -> MeasuredLayer | LivePass | None:
        """What a pass measured of the row; of None of the whole, while anything of that is in the table."""
        live, layers = self.live, self.network.table.layers
        if live is None or row == INPUT_ROW:
            return None
        if row is not None:
            return live.layer(layers[row].name)
        return live.measured if any(live.layer(layer.name) for layer in layers) else None

    def _sign(self, row: int | None) -> str:
        return _SIGNS.get(self._badge(row), "") if self._seen(row) else ""

    def _badge(self, row: int | None) -> Badge | None:
        """What the last pass says of the row; of None, of the totals."""
        if self.live is None or row == INPUT_ROW:
            return None
        if row is None:
            return self.live.total
        if row >= len(self.network.layers):
            return Badge.STALE if self.live.layer(self.network.table.layers[row].name) else None
        return self.live.badge(self.network.layers[row])

    def _note(self, row: int | None, column: Column) -> CellDifference | None:
        difference = self.difference
        if difference is None:
            return None
        if row is None:
            return next(
                (_total_note(each) for each in difference.totals if each.column is column and each.absolute), None
            )
        if row == INPUT_ROW:
            return difference.input if column is Column.OUTPUT else None
        found = difference.rows[row]
        if found is None:
            return None
        cell = found.cells.get(column)
        return _name_note(found.change, cell) if column is Column.NAME else cell


def _time(seen: MeasuredLayer | LivePass) -> str:
    from squeezeviz.analysis.timing import time_text

    return time_text(seen.time_ms, seen.quartiles_ms) if seen.time_ms else ""


def _total_note(total: TotalDifference) -> CellDifference:
    # Of a handful of layers a share tells nothing, and would only widen the column.
    from squeezeviz.analysis.difference import CellDifference

    share = f" ({total.percent})" if total.percent and total.column is not Column.DEPTH else ""
    return CellDifference(f"{total.before:,}", total.absolute + share, total.better)


def _name_note(change: Change | None, renamed: CellDifference | None) -> CellDifference | None:
    """`added`, `moved`, `was fire3`: what became of the row as a whole."""
    from squeezeviz.analysis.difference import CellDifference

    words = [str(change)] if change in (Change.ADDED, Change.MOVED) else []
    words += [renamed.text] if renamed else []
    text = ", ".join(words)
    return CellDifference(renamed.before if renamed else text, text, None) if words else None
