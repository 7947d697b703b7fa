"""The costs of every layer: a choice of measures, a bar chart, and the number under the pointer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import COSTS, Cost, Measure, convention, costs, share_text, short_text, title, value_text
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.timing import passes_text, slowest, spread_text, time_text
from squeezeviz.figure.drawing.cost_bars import bars, round_ticks, whiskers
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.panels.cost_chart import CostChart
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain

_REDRAW_MS = 30
"""Edits in quicker succession, like those of a slider, are drawn together."""
_ROOM_FOR_KEY = 540
_MOST_LISTED_ROWS = 60
"""With more layers than this, a screen reader gets only the costliest."""
_NAMED = 4
_STACKED = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS)


@guarded
class CostPanel(QWidget):
    """A chart of one measure. It follows the network, but draws only while it is visible."""

    layer_chosen = Signal(str)
    measure_chosen = Signal(object)
    """The `Measure` that a person chose in this panel."""
    enlarge_requested = Signal()
    """The costs should be shown in a window of their own."""
    drawn = Signal()
    """Other costs were drawn."""

    def __init__(self, style: Style, *, enlarges: bool = True) -> None:
        """`enlarges`: whether a button asks for a window of its own."""
        super().__init__()
        self.setObjectName("cost_panel")
        self.setAccessibleName("Costs layer by layer")
        self._conventions, self._measure = USUAL, Measure.MACS
        self._network: ResolvedNetwork | None = None
        self._answer: LiveAnswer | None = None
        self._found: tuple[Cost, ...] = ()
        self._selected = ""
        self._hovered = -1
        self._chart = CostChart(style)
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._draw)
        self._choice, self._number, self._convention = (
            ComboBox(),
            ElidedLabel(tone="formula"),
            ElidedLabel(tone="quiet", small=True),
        )
        self._key = PartKey(_STACKED)
        self._enlarge = push_button("Enlarge", "enlarge_costs", self.enlarge_requested, small=True)
        self._arrange(enlarges=enlarges)
        self._fill_choice()
        self.setFocusProxy(self._choice)

    @property
    def measure(self) -> Measure:
        """The measure that the chart shows, which is never KIND."""
        return self._measure

    @property
    def conventions(self) -> Conventions:
        return self._conventions

    @property
    def found(self) -> tuple[Cost, ...]:
        """The costs that were drawn last."""
        return self._found

    @property
    def said(self) -> str:
        """What the numbers are of, in all and by which convention."""
        return self._convention.text()

    @property
    def ready(self) -> bool:
        """Whether the chart shows the present network."""
        return not self._redraw.isActive()

    def show_network(self, network: ResolvedNetwork, answer: LiveAnswer | None) -> None:
        """Show the costs of a network, with times from the last pass."""
        self._network, self._answer = network, answer
        self._later()

    def set_measure(self, measure: Measure) -> None:
        """Show another measure. KIND is not a cost and leaves the chart as it is."""
        if measure in COSTS and measure is not self._measure:
            self._measure = measure
            self._choice.setCurrentIndex(COSTS.index(measure))
            self._later()

    def set_conventions(self, conventions: Conventions) -> None:
        if conventions != self._conventions:
            self._conventions = conventions
            self._fill_choice()
            self._later()

    def set_selected(self, name: str) -> None:
        """Mark the bar of the layer of that name. No bar is marked if the name is empty or has no bar."""
        self._selected = name
        self._chart.select(self._row_of(name))
        self._show_number()

    def set_style(self, style: Style) -> None:
        self._chart.set_style(style)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_key()

    def _arrange(self, *, enlarges: bool) -> None:
        self._choice.setAccessibleName("Cost")
        self._choice.activated.connect(self._chosen)
        for shown in (self._number, self._convention):
            shown.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        in_column(
            in_row(self._choice, (self._number, 1), *((self._enlarge,) if enlarges else ()), spacing=10),
            in_row((self._convention, 1), self._key, spacing=12),
            (self._chart, 1),
            spacing=5,
            margins=(14, 8, 12, 0),
            of=self,
        )
        self._chart.row_chosen.connect(self._row_chosen)
        self._chart.row_hovered.connect(self._row_hovered)

    def _fill_choice(self) -> None:
        self._choice.clear()
        self._choice.addItems([title(measure, self._conventions) for measure in COSTS])
        self._choice.setCurrentIndex(COSTS.index(self._measure))

    def _chosen(self, place: int) -> None:
        if COSTS[place] is not self._measure:
            self.set_measure(COSTS[place])
            self.measure_chosen.emit(self._measure)

    def _later(self) -> None:
        if self.isVisible() and not self._redraw.isActive():
            self._redraw.start()

    def _draw(self) -> None:
        network, chart = self._network, self._chart
        if network is None:
            return
        measured = self._answer.measured if self._answer else None
        self._found = costs(network, measured, self._measure, self._conventions)
        spreads = whiskers(self._found)
        most = max([cost.value or 0.0 for cost in self._found] + [each.high for each in spreads], default=0.0)
        chart.tips = [self._row_text(row) for row in range(len(self._found))]
        chart.show_bars(
            tuple(cost.layer for cost in self._found),
            bars(network, self._found, self._measure),
            spreads,
            round_ticks(most, self._measure, self._conventions),
            most,
        )
        chart.select(self._row_of(self._selected))
        chart.setAccessibleDescription(_as_table(chart.tips, self._found))
        self._show_key()
        self._show_convention(network)
        self._show_number()
        self.drawn.emit()

    def _show_convention(self, network: ResolvedNetwork) -> None:
        values = [cost.value for cost in self._found if cost.value is not None]
        text = convention(self._measure, self._conventions)
        if not values:
            text = "not measured yet: run a live pass" if self._measure is Measure.TIME else "no layer runs"
        elif self._measure is Measure.TIME and self._answer is not None:
            stale = "" if self._answer.fresh else ", an earlier table"
            which = _which_is_slowest(self._answer.measured, {cost.layer for cost in self._found})
            text = f"{which} · {self._answer.measured.where}{stale}"
        elif self._measure is not Measure.FIELD:
            reach = "in all" if network.runs else "as far as it runs"
            whole = sum(values)
            exact = self._measure is Measure.PARAMETERS
            total = f"{round(whole):,}" if exact else short_text(self._measure, whole, self._conventions)
            text = f"{total} {reach} · {text}"
        self._convention.setText(text)

    def _show_key(self) -> None:
        """Show the colours of a Fire's parts, if there are any and there is room."""
        stacked = self._measure is not Measure.FIELD and any(cost.value for each in self._found for cost in each.parts)
        self._key.show_role(Role.BYPASS, Role.BYPASS in self._chart.roles)
        self._key.setVisible(stacked and self.width() >= _ROOM_FOR_KEY)

    def _show_number(self) -> None:
        row = self._hovered if 0 <= self._hovered < len(self._found) else self._row_of(self._selected)
        self._number.setText(self._row_text(row) if row >= 0 else "")

    def _row_text(self, row: int) -> str:
        """Return `fire2: 35.6 M multiply-adds (4.3 %)`, or for repeated passes `fire2: 3.2 ms (IQR 0.2) · 4.3 %,
        quartiles …`."""
        cost = self._found[row]
        name = plain(cost.layer)
        if cost.value is None:
            return f"{name}: not measured"
        share = share_text(cost.share) if cost.share is not None else ""
        if cost.quartiles:
            shared = f" · {share}" if share else ""
            return f"{name}: {time_text(cost.value, cost.quartiles)}{shared}, quartiles {spread_text(cost.quartiles)}"
        shared = f" ({share})" if share else ""
        return f"{name}: {value_text(self._measure, cost.value, self._conventions)}{shared}"

    def _row_of(self, name: str) -> int:
        return next((row for row, cost in enumerate(self._found) if cost.layer == name), -1)

    def _row_chosen(self, row: int) -> None:
        if row < len(self._found):
            self._hovered = -1  # a key may have chosen another row than that at which the mouse lies
            self.layer_chosen.emit(self._found[row].layer)

    def _row_hovered(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self._show_number()


def _which_is_slowest(measured: LivePass, shown: set[str]) -> str:
    """Say which layer takes longest, as far as the passes can show, and how many passes there were."""
    layers = [layer for layer in measured.layers if layer.name in shown]
    repeats = sorted({layer.repeats for layer in layers})
    of = passes_text(repeats[0]) if len(repeats) == 1 else "medians and single passes"
    first = slowest(layers)
    if not first:
        return f"{of}: too few to say which layer takes longest"
    if len(first) == 1:
        return f"{first[0]} takes longest, {of}"
    named = ", ".join(first[:_NAMED]) + (f" and {len(first) - _NAMED} more" if len(first) > _NAMED else "")
    return f"{named} are alike within their spread, {of}"


def _as_table(tips: Sequence[str], found: Sequence[Cost]) -> str:
    """Return the chart as text for screen readers, a layer a line. For a long network it has only the costliest
    layers."""
    if len(tips) <= _MOST_LISTED_ROWS:
        return "\n".join(tips)
    costliest = sorted(range(len(found)), key=lambda row: found[row].value or 0.0, reverse=True)[:_MOST_LISTED_ROWS]
    return "\n".join([f"The {_MOST_LISTED_ROWS} costliest of {len(tips):,} layers:", *(tips[row] for row in costliest)])


class PartKey(QWidget):
    """A colour swatch and a word for each role."""

    def __init__(self, roles: Sequence[Role]) -> None:
        super().__init__()
        words = dict(PARTS.values())
        self._shown: dict[Role, tuple[QWidget, QWidget]] = {}
        row = in_row(spacing=5, margins=(0, 0, 0, 0), of=self)
        for role in roles:
            swatch = QWidget()
            swatch.setFixedSize(9, 9)
            swatch.setObjectName(f"swatch_{role}")
            word = label(words[role], "quiet", small=True)
            row.addSpacing(5)
            row.addWidget(swatch)
            row.addWidget(word)
            self._shown[role] = swatch, word

    def show_role(self, role: Role, shown: bool) -> None:
        for widget in self._shown[role]:
            widget.setVisible(shown)
