"""What stands in the panels below the table, and when they are brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QUndoView, QWidget

from squeezeviz.gui.widgets.style import Style

if TYPE_CHECKING:
    from squeezeviz.gui.main_window import MainWindow


PANELS = ("metaparameters", "comparison", "paper", "costs", "history")
"""From left to right; a command of each name brings it."""


class Panels(QObject):
    """Makes each panel when it is first looked at, and keeps the one in front up to date."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._lower = lower = window.parts.lower
        self._shown: dict[str, Callable[[], None]] = {}
        """How to bring a panel that was made up to date, by its name."""
        self._restyled: list[Callable[[Style], None]] = []
        makers = self._metaparameters, self._comparison, self._paper, self._costs, self._history
        for name, make in zip(PANELS, makers, strict=True):
            lower.add(name, name.capitalize(), make)
        lower.fronted.connect(lambda _: self.refresh())

    def refresh(self, _: object = None) -> None:
        """Bring the panel in front up to date."""
        front = self._lower.front
        if front:
            self._lower.panel(front)
            self._shown.get(front, _nothing)()

    def bring(self, name: str) -> None:
        """Show the panel of that name, though all be hidden, and put the keyboard there."""
        self._window.commands["panels"].setChecked(True)
        self._lower.bring(name)
        self.refresh()
        self.refresh()

    def set_style(self, style: Style) -> None:
        for restyle in self._restyled:
            restyle(style)

    # What only a panel needs is loaded with it: the window opens sooner.

    def _metaparameters(self) -> QWidget:
        from squeezeviz.gui.panels.metaparameters.panel import MetaparametersPanel

        window = self._window
        panel = MetaparametersPanel(window.document, window.theming.style)
        window.document.started.connect(panel.begin_anew)
        panel.preset_chosen.connect(window.files.open)
        panel.refused.connect(window.toast.say)
        self._restyled.append(panel.set_style)
        self._shown["metaparameters"] = lambda: panel.show_network(window.document.network)
        return panel

    def _comparison(self) -> QWidget:
        from squeezeviz.gui.panels.compare.panel import ComparePanel

        window = self._window
        baseline, commands = window.baseline, window.compares
        panel = ComparePanel(window.theming.style)
        panel.layer_chosen.connect(window.selection.choose_layer)
        panel.pin_requested.connect(commands.pin)
        panel.choose_requested.connect(commands.choose)
        panel.unpin_requested.connect(baseline.unpin)
        panel.copied.connect(commands.take_copy)
        self._restyled.append(panel.set_style)
        self._shown["comparison"] = lambda: panel.show_difference(baseline.title, baseline.difference)
        return panel

    def _paper(self) -> QWidget:
        from squeezeviz.gui.panels.paper.panel import PaperPanel

        window = self._window
        panel = PaperPanel(window.theming.style)
        panel.layer_chosen.connect(window.selection.choose_layer)
        panel.geometry_chosen.connect(window.rows.set_geometry)

        def show() -> None:
            answer = window.live.answer
            measured = answer.measured if answer is not None and answer.fresh else None
            panel.show_network(window.document.network, measured)

        self._restyled.append(panel.set_style)
        self._shown["paper"] = show
        return panel

    def _costs(self) -> QWidget:
        from squeezeviz.gui.panels.costs.panel import CostPanel

        window = self._window
        costing, live = window.costing, window.live
        panel = CostPanel(window.theming.style)
        panel.layer_chosen.connect(window.selection.choose_layer)
        panel.measure_chosen.connect(costing.set_measure)
        window.selection.changed.connect(lambda: panel.set_selected(window.selection.layer_name()))

        def show() -> None:
            panel.set_conventions(costing.conventions)
            panel.set_measure(costing.measure)
            panel.show_network(window.document.network, live.answer)
            panel.set_selected(window.selection.layer_name())

        self._restyled.append(panel.set_style)
        self._shown["costs"] = show
        return panel

    def _history(self) -> QWidget:
        """Every step by name; a click goes there."""
        view = QUndoView(self._window.document.stack)
        view.setObjectName("history")
        view.setEmptyLabel("As opened")
        view.setAccessibleName("History of changes")
        view.setFrameShape(QFrame.Shape.NoFrame)
        return view


def _nothing() -> None:
    """What a panel needs that keeps itself up to date."""
