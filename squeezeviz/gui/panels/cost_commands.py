"""What is done with costs: their chart follows the network, has a window of its own, and goes into files."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.costs import Measure, convention, costs, costs_table
from squeezeviz.analysis.timing import passes_text
from squeezeviz.figure.drawing.cost_figure import CostFigure, costs_title, draw_costs
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.look import FITS
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files.clipboard.pasting import named_rows_text
from squeezeviz.gui.actions import Actions
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.panels.cost_panel import CostPanel
from squeezeviz.gui.panels.cost_window import CostWindow
from squeezeviz.gui.panels.costing import Costing
from squeezeviz.gui.panels.panels import Panel
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.widgets.first_paint import BeforePaint, Late
from squeezeviz.gui.widgets.style import Style, Theming


class CostCommands(QObject):
    """Makes the panel and the window of costs; `soon` is what is done before the next painting."""

    done = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        document: Document,
        live: LiveControl,
        selection: Selection,
        costing: Costing,
        commands: Actions,
        theming: Theming,
        soon: BeforePaint,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._document, self._live, self._selection, self._costing = document, live, selection, costing
        self._commands, self._theming, self._soon, self._parent = commands, theming, soon, parent
        self.window = Late(self._made_window)
        for told in (selection.changed, live.answer_changed, costing.changed):
            told.connect(lambda *_: self.refresh())

    def made_panel(self) -> Panel:
        """Make the panel below the table."""
        panel = CostPanel(self._theming.style)
        self._connect(panel)
        panel.enlarge_requested.connect(self._commands["cost_window"].trigger)
        self._selection.changed.connect(lambda: panel.set_selected(self._selection.layer_name()))

        def show() -> None:
            self._show(panel)
            panel.set_selected(self._selection.layer_name())

        return Panel(panel, show, panel.set_style)

    def open_window(self) -> None:
        """Show the costs in a window of their own, with the keyboard in their table."""
        window = self.window()
        window.show()
        window.raise_()
        window.activateWindow()
        window.table.setFocus()

    def refresh(self) -> None:
        """Bring the window up to date before it is painted next."""
        self.window.tell(lambda _: self._soon.ask(self._show_in_window))

    def set_style(self, style: Style) -> None:
        self.window.tell(lambda window: window.set_style(style))

    def close(self) -> None:
        self.window.tell(lambda window: window.close())

    def copy(self) -> None:
        """Put the numbers on the clipboard, as a spreadsheet takes them."""
        shown = self._shown()
        rows = costs_table(shown.found, shown.measure, shown.conventions)
        QGuiApplication.clipboard().setText(named_rows_text(rows))
        self.done.emit("Copied the costs as a table.")

    def picture(self) -> DrawnPicture:
        """The costs of the open network as a picture."""
        shown = self._shown()
        name = shown.network.table.name

        def draw(options: ExportOptions) -> tuple[Group, float, float]:
            return draw_costs(shown, options.theme, titled=options.size != FITS["slide"])

        return DrawnPicture(f"{name} {shown.measure}", "the costs", costs_title(shown), self._theming.style.theme, draw)

    def _shown(self) -> CostFigure:
        """These costs by the measure that is chosen, multiply-adds where none is."""
        network, answer, costing = self._document.network, self._live.answer, self._costing
        measure = Measure.MACS if costing.measure is Measure.KIND else costing.measure
        measured = answer.measured if answer is not None else None
        found = costs(network, measured, measure, costing.conventions)
        said = convention(measure, costing.conventions)
        if measure is Measure.TIME:
            said = "not measured yet"
            if measured is not None:
                said = f"{passes_text(measured.repeats)} on {measured.where}"
                said += "" if answer is not None and answer.fresh else ", of an earlier table"
        return CostFigure(network, found, measure, costing.conventions, (said,))

    def _made_window(self) -> CostWindow:
        window = CostWindow(self._theming.style, self._parent)
        self._connect(window.panel)
        window.shown.connect(self._show_in_window)
        for asked, name in (
            (window.export_requested, "export_costs"),
            (window.picture_requested, "copy_costs_picture"),
            (window.numbers_requested, "copy_costs"),
        ):
            asked.connect(self._commands[name].trigger)
        return window

    def _connect(self, panel: CostPanel) -> None:
        panel.layer_chosen.connect(self._selection.choose_layer)
        panel.measure_chosen.connect(self._costing.set_measure)

    def _show(self, panel: CostPanel) -> None:
        panel.set_conventions(self._costing.conventions)
        panel.set_measure(self._costing.measure)
        panel.show_network(self._document.network, self._live.answer)

    def _show_in_window(self) -> None:
        window = self.window()
        if window.isVisible():
            self._show(window.panel)
            window.set_selected(self._selection.layer_name())
