"""Costs in a window of its own, as large as a person makes it: the table of all layers beside the chart."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QSplitter, QWidget

from squeezeviz.gui.panels.cost_panel import CostPanel
from squeezeviz.gui.panels.cost_table import CostTable
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style

_SHARE = 0.75
"""How much of the main window it takes at first."""


@guarded
class CostWindow(QDialog):
    """Shows what `panel`, which it holds, shows as a chart, and beside it all numbers; Esc closes it."""

    export_requested = Signal()
    picture_requested = Signal()
    numbers_requested = Signal()
    shown = Signal()
    """It was opened, or came to the front again."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cost_window")
        self.setWindowTitle("Costs — squeezeviz")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.panel, self.table = CostPanel(style, enlarges=False), CostTable(style)
        self.panel.drawn.connect(self._show_costs)
        self.table.layer_chosen.connect(self.panel.layer_chosen)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.setHandleWidth(8)
        for shown in (self.table, self.panel):
            card = QFrame()
            card.setObjectName("card")
            in_column(shown, margins=(1, 1, 1, 1), of=card)
            both.addWidget(card)
        both.setStretchFactor(1, 1)
        buttons = (
            push_button("Copy Numbers", "copy_cost_numbers", self.numbers_requested),
            push_button("Copy as Picture", "copy_cost_picture", self.picture_requested),
            push_button("Export…", "export_costs", self.export_requested),
        )
        for button in buttons:
            button.setAutoDefault(False)
        in_column((both, 1), in_row(1, *buttons, spacing=8), spacing=8, margins=(8, 8, 8, 8), of=self)
        size = parent.window().size() * _SHARE
        self.resize(size)
        both.setSizes([max(320, size.width() * 2 // 5), size.width() * 3 // 5])

    def set_style(self, style: Style) -> None:
        self.panel.set_style(style)
        self.table.set_style(style)

    def set_selected(self, name: str) -> None:
        """Mark a layer in the chart and in the table."""
        self.panel.set_selected(name)
        self.table.set_selected(name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _show_costs(self) -> None:
        self.table.show_costs(self.panel.found, self.panel.measure, self.panel.conventions)
