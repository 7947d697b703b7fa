"""The open table compared with the paper: Table 1 row by row, totals by convention, and the paper's other networks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QStackedWidget,
    QWidget,
)

from squeezeviz.analysis.conventions import flops_text
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.panels.panels import ScrolledPanel
from squeezeviz.gui.panels.paper_lines import (
    REFERENCE_HEADINGS,
    PaperList,
    check_headings,
    check_lines,
    reference_lines,
)
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row, page
from squeezeviz.gui.widgets.style import Style
from squeezeviz.paper.check import check
from squeezeviz.paper.geometry import (
    CONVENTIONS,
    GeometryTotal,
    NamedGeometry,
    TotalsByConvention,
    totals_by_convention,
)
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

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("paper_panel")
        self.setAccessibleName("Against the paper")
        self._network: ResolvedNetwork | None = None
        self._measured: LivePass | None = None
        self._verdicts = PaperList(style, "paper_verdicts", "Checks against Table 1", 3)
        self._verdicts.layer_chosen.connect(self.layer_chosen)
        self._reference = PaperList(
            style, "paper_reference", "Tables 2 and 3 and Figure 3 of the paper", len(REFERENCE_HEADINGS)
        )
        self._totals = TotalsPage()
        self._totals.geometry_chosen.connect(self.geometry_chosen)
        self._unlike = label(_UNLIKE, name="paper_unlike", wraps=True)
        self._unlike.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._unlike.setContentsMargins(6, 6, 8, 6)
        self._stack = QStackedWidget()
        for each in (self._verdicts, self._totals, self._reference, self._unlike):
            self._stack.addWidget(each)
        in_column(self._head(), (self._stack, 1), spacing=5, margins=(8, 7, 6, 4), of=self)
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
        self._buttons = QButtonGroup(self)
        row = in_row(spacing=4)
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
        self._source = ElidedLabel("paper_source")
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
        self._verdicts.show_lines(check_lines(found), check_headings(found))
        device = f"measured on {self._measured.where}" if self._measured else "predicted, not measured yet"
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
        self._reference.show_lines(reference_lines(kin(network)), REFERENCE_HEADINGS, opened=True)
        return True

    def _say(self, text: str, *, measured: bool) -> None:
        """Say, beside the page buttons, where the numbers come from."""
        show_text(self._source, text, "measured" if measured else "quiet")


_HEADINGS = ("input", "after conv1", "conv10’s map", "multiply-adds", "× 2, as FLOPs")
_SPARE = (1, 4)
"""The columns that a narrow page leaves out."""
_NOTHING = "—"
_OWN = "This table has none of these geometries, but one of its own."


class TotalsPage(ScrolledPanel):
    """A row for each geometry. Choosing one asks for the table that has it."""

    geometry_chosen = Signal(object)
    """The `NamedGeometry` whose geometry the open table should get."""

    def __init__(self) -> None:
        super().__init__("paper_totals", "Totals by convention")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._narrow = False
        self._found: TotalsByConvention | None = None
        self._choices: dict[str, QRadioButton] = {}
        self._cells: dict[str, tuple[QLabel, ...]] = {}
        self._follows = label(name="paper_follows", wraps=True, selectable=True)
        self._why = label(tone="quiet", name="paper_why", wraps=True, selectable=True)
        self.setWidget(page(self._grid(), self._follows, self._why, 1, spacing=7, margins=(14, 4, 14, 8)))
        self.setFocusProxy(self._choices[CONVENTIONS[0].id])

    def show_totals(self, found: TotalsByConvention) -> None:
        self._found = found
        totals = {total.convention.id: total for total in found.totals}
        for convention in CONVENTIONS:
            self._show_row(convention, totals.get(convention.id))
        followed = found.followed
        text = f"This table has {followed.convention.whose} geometry." if followed else _OWN
        show_text(self._follows, text)
        show_text(self._why, found.why())

    def set_narrow(self, narrow: bool) -> None:
        """Leave out less important columns. This must be called before the page is laid out."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        for place in _SPARE:
            self._headings[place].setVisible(not narrow)
        if self._found is not None:
            self.show_totals(self._found)

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        self._headings = tuple(label(heading, "quiet", right=True) for heading in _HEADINGS)
        for column, heading in enumerate(self._headings, 1):
            grid.addWidget(heading, 0, column)
        for row, convention in enumerate(CONVENTIONS, 1):
            choice = QRadioButton(convention.title)
            choice.setObjectName(f"geometry_{convention.id}")
            choice.setAutoExclusive(False)  # none is chosen where the table has a geometry of its own
            choice.setToolTip(convention.source)
            choice.clicked.connect(lambda _=False, convention=convention: self._choose(convention))
            grid.addWidget(choice, row, 0)
            cells = tuple(label(name=f"{convention.id}_{column}", right=True) for column, _ in enumerate(_HEADINGS, 1))
            for column, cell in enumerate(cells, 1):
                grid.addWidget(cell, row, column)
            self._choices[convention.id], self._cells[convention.id] = choice, cells
        grid.setColumnStretch(len(_HEADINGS) + 1, 1)
        return grid

    def _show_row(self, convention: NamedGeometry, total: GeometryTotal | None) -> None:
        choice, cells = self._choices[convention.id], self._cells[convention.id]
        choice.setVisible(total is not None)
        for place, cell in enumerate(cells):
            cell.setVisible(total is not None and not (self._narrow and place in _SPARE))
        if total is None or self._found is None:
            return
        choice.setChecked(total.followed)
        words = _words(total, self._found)
        for cell, text in zip(cells, words, strict=True):
            show_text(cell, text)
        description = ", ".join(f"{heading} {text}" for heading, text in zip(_HEADINGS, words, strict=True))
        choice.setAccessibleDescription(description)

    def _choose(self, convention: NamedGeometry) -> None:
        """Ask for that geometry. The mark shows the geometry of the table, whether the request succeeds or not."""
        totals = self._found.totals if self._found else ()
        total = next((each for each in totals if each.convention is convention), None)
        if total is None:
            return
        self._choices[convention.id].setChecked(total.followed)
        if not total.followed:
            self.geometry_chosen.emit(convention)


def _words(total: GeometryTotal, found: TotalsByConvention) -> tuple[str, ...]:
    side = total.convention.side
    sides = [total.side_after(row) for row in (found.conv1, found.conv10)]
    maps = [_NOTHING if after is None else f"{after}×{after}" for after in sides]
    if total.macs is None:
        return (f"{side}×{side}", *maps, "cannot run", _NOTHING)
    return (f"{side}×{side}", *maps, f"{total.macs:,}", flops_text(total.macs))
