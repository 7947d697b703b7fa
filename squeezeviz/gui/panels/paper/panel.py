"""The open table compared with the paper: Table 1 row by row, totals by convention, and the paper's other networks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.panels.paper.lines import REFERENCE_HEADINGS, check_groups, check_headings, reference_groups
from squeezeviz.gui.panels.paper.totals import TotalsPage
from squeezeviz.gui.panels.paper.tree import PaperTree
from squeezeviz.gui.widgets.elided_label import ElidedLabel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.paper.check import check
from squeezeviz.paper.geometry import totals_by_convention
from squeezeviz.paper.reference import kin

_UNLIKE = (
    "This table does not resemble SqueezeNet, so there is nothing to check: less than two thirds of its rows, or of "
    "Table 1’s, are of the same kinds in the same order."
)
_NARROW = 520
"""Below this width in pixels, the pages have short titles."""
_NARROWEST = 320
"""The smallest width in pixels. It is set because the long titles would keep the panel too wide for the short ones."""
_PAGES = (
    ("table1", "Table 1", "Table 1", "The open table against Table 1, row by row"),
    ("totals", "Totals by convention", "Totals", "Why one network is quoted with several totals"),
    ("reference", "Tables 2, 3, Figure 3", "Reference", "What the paper reports, with ours beside it"),
)


@guarded
class PaperPanel(QWidget):
    """Three pages, of which only the one in front is kept up to date. The panel itself changes nothing."""

    layer_chosen = Signal(str)
    geometry_chosen = Signal(object)
    """The `NamedGeometry` whose geometry the open table should get."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paper_panel")
        self.setAccessibleName("Against the paper")
        self._network: ResolvedNetwork | None = None
        self._measured: LivePass | None = None
        self._verdicts, self._reference = PaperTree(style, 3), PaperTree(style, len(REFERENCE_HEADINGS))
        self._verdicts.setObjectName("paper_verdicts")
        self._verdicts.setAccessibleName("Checks against Table 1")
        self._reference.setObjectName("paper_reference")
        self._reference.setAccessibleName("Tables 2 and 3 and Figure 3 of the paper")
        self._totals = TotalsPage()
        self._verdicts.layer_chosen.connect(self.layer_chosen)
        self._totals.geometry_chosen.connect(self.geometry_chosen)
        self._unlike = _unlike()
        self._stack = QStackedWidget()
        for page in (self._verdicts, self._totals, self._reference, self._unlike):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 7, 6, 4)
        column.setSpacing(5)
        column.addLayout(self._head())
        column.addWidget(self._stack, 1)
        self.setMinimumWidth(_NARROWEST)
        self.setFocusProxy(self._verdicts)

    def show_network(self, network: ResolvedNetwork, measured: LivePass | None) -> None:
        """Compare `network` with the paper. `measured` is a pass over this very network, or None."""
        self._network, self._measured = network, measured
        self._show_page()

    def set_style(self, style: Style) -> None:
        self._verdicts.set_style(style)
        self._reference.set_style(style)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        for place, (_, title, short, _) in enumerate(_PAGES):
            self._buttons.button(place).setText(short if narrow else title)
        self._totals.set_narrow(narrow)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self._buttons = QButtonGroup(self)
        for place, (name, title, _, means) in enumerate(_PAGES):
            button = QPushButton(title)
            button.setObjectName(f"paper_page_{name}")
            button.setAccessibleName(title)
            button.setToolTip(means)
            button.setCheckable(True)
            button.setChecked(place == 0)
            self._buttons.addButton(button, place)
            row.addWidget(button)
        self._buttons.idToggled.connect(lambda _, on: self._show_page() if on else None)
        self._source = ElidedLabel()
        self._source.setObjectName("paper_source")
        row.addSpacing(6)
        row.addWidget(self._source, 1)
        return row

    def _show_page(self) -> None:
        if self._network is None:
            return
        place = self._buttons.checkedId()
        shown = (self._show_verdicts, self._show_totals, self._show_reference)[place](self._network)
        page = self._stack.widget(place) if shown else self._unlike
        if page is not None and page is not self._stack.currentWidget():
            self._stack.setCurrentWidget(page)
        self.setFocusProxy(page if shown and page is not None else self._buttons.button(place))

    def _show_verdicts(self, network: ResolvedNetwork) -> bool:
        found = check(network, self._measured)
        if found is None:
            self._say("", measured=False)
            return False
        self._verdicts.show_groups(check_groups(found), check_headings(found))
        device = f"measured on {self._measured.device.name}" if self._measured else "predicted, not measured yet"
        self._say(device, measured=found.measured)
        return True

    def _show_totals(self, network: ResolvedNetwork) -> bool:
        found = totals_by_convention(network)
        self._say("", measured=False)
        if found is not None:
            self._totals.show_totals(found)
        return found is not None

    def _show_reference(self, network: ResolvedNetwork) -> bool:
        self._say("● this table; accuracies as printed", measured=False)
        self._reference.show_groups(reference_groups(kin(network)), REFERENCE_HEADINGS, opened=True)
        return True

    def _say(self, text: str, *, measured: bool) -> None:
        """Say, beside the page buttons, where the numbers come from."""
        if self._source.text() != text:
            self._source.setText(text)
        tone = "measured" if measured else "quiet"
        if self._source.property("tone") != tone:
            self._source.setProperty("tone", tone)
            self._source.style().unpolish(self._source)
            self._source.style().polish(self._source)


def _unlike() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(6, 6, 8, 6)
    label = QLabel(_UNLIKE)
    label.setObjectName("paper_unlike")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    column.addWidget(label)
    column.addStretch(1)
    return page
