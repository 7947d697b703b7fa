"""The costs of every layer as a table: its number, its share of all and its spread, sorted by any of them."""

from __future__ import annotations

from PySide6.QtCore import Signal

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import Cost, Measure, share_text, short_text, title
from squeezeviz.analysis.timing import spread_text
from squeezeviz.gui.widgets.sorted_table import SortedColumn, SortedTable
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain

_INDENT = "  "


class CostTable(SortedTable):
    """A line for each layer. Where one is gone to by mouse or keys, it is chosen."""

    layer_chosen = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__(_columns((), Measure.MACS, USUAL), style)
        self.setObjectName("cost_table")
        self.setAccessibleName("Costs layer by layer")
        self._selected = ""
        self.chosen.connect(lambda cost: self.layer_chosen.emit(cost.layer))

    def show_costs(self, found: tuple[Cost, ...], measure: Measure, conventions: Conventions) -> None:
        """Show these, in the order that was chosen."""
        self.show_things(found, _columns(found, measure, conventions))
        self.set_selected(self._selected)

    def set_selected(self, name: str) -> None:
        """Mark the layer of that name; none where it is empty or has no line."""
        self._selected = name
        self.mark(lambda cost: cost.layer == name)


def _columns(found: tuple[Cost, ...], measure: Measure, conventions: Conventions) -> list[SortedColumn]:
    """What is shown of these; spreads have a column where there are any."""

    def value_text(cost: Cost) -> str:
        return "not measured" if cost.value is None else short_text(measure, cost.value, conventions)

    columns = [
        SortedColumn("layer", lambda cost: f"{_INDENT}{plain(cost.layer)}"),
        SortedColumn(title(measure, conventions).lower(), value_text, lambda cost: cost.value),
        SortedColumn("share", lambda cost: share_text(cost.share), lambda cost: cost.share),
    ]
    if any(cost.quartiles for cost in found):
        columns.append(SortedColumn("quartiles", lambda cost: spread_text(cost.quartiles), _spread))
    return columns


def _spread(cost: Cost) -> float | None:
    return cost.quartiles.upper - cost.quartiles.lower if cost.quartiles else None
