"""See cost: what diagram, table and chart are coloured by, under which conventions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.conventions import Conventions
from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.settings import Settings

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.gui.live.answer import LiveAnswer


class Costing(QObject):
    """Keeps the choice, and works out the same colours for every view."""

    changed = Signal()
    """Another measure or convention was chosen."""
    coloured = Signal(object, object)
    """The diagram's Heat, and each row's part of the costliest one's by its place in the table; None: by kind."""

    def __init__(self, document: Document, live: LiveControl, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._live = live
        self._settings = settings
        self.measure = Measure.KIND
        self.conventions = Conventions(
            settings.flag("flops", usual=False),
            settings.flag("decimal_sizes", usual=False),
            settings.flag("count_bias"),
        )

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return the command handlers by command id."""
        measures = {
            f"colour_{measure}": lambda _=False, measure=measure: self.set_measure(measure) for measure in Measure
        }
        return measures | {
            "flops": lambda on: self._set_conventions("flops", on),
            "decimal_sizes": lambda on: self._set_conventions("decimal_sizes", on),
            "count_bias": lambda on: self._set_conventions("count_bias", on),
        }

    def set_measure(self, measure: Measure) -> None:
        self.measure = measure
        self.show_network(self._document.network)
        self.changed.emit()

    def show_answer(self, _: LiveAnswer | None) -> None:
        """Another live pass is known: times are coloured anew."""
        if self.measure is Measure.TIME:
            self.show_network(self._document.network)

    def show_network(self, network: ResolvedNetwork) -> None:
        if self.measure is Measure.KIND:
            self.coloured.emit(None, None)
            return
        from squeezeviz.figure.drawing.cost_heat import heat_of

        measured = self._live.answer.measured if self._live.answer else None
        heat = heat_of(network, measured, self.measure, self.conventions)
        self.coloured.emit(heat, self._shares(network, measured))

    def _shares(self, network: ResolvedNetwork, measured: LivePass | None) -> dict[int, float] | None:
        found = costs(network, measured, self.measure, self.conventions)
        most = max((cost.value or 0 for cost in found), default=0)
        return {row: cost.value / most for row, cost in enumerate(found) if cost.value} if most else None

    def _set_conventions(self, name: str, on: bool) -> None:
        self._settings.set_flag(name, on)
        self.conventions = self.conventions._replace(**{name: on})
        self.show_network(self._document.network)
        self.changed.emit()
