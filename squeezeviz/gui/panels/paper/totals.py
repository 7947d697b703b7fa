"""Totals by convention: the geometries of one network side by side, and a switch to each."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from squeezeviz.analysis.conventions import flops_text
from squeezeviz.paper.geometry import CONVENTIONS, GeometryTotal, NamedGeometry, TotalsByConvention

_HEADINGS = ("input", "after conv1", "conv10’s map", "multiply-adds", "× 2, as FLOPs")
_SPARE = (1, 4)
"""The columns that a narrow page leaves out."""
_NOTHING = "—"


class TotalsPage(QScrollArea):
    """A row for each geometry. Choosing one asks for the table that has it."""

    geometry_chosen = Signal(object)
    """The `NamedGeometry` whose geometry the open table should get."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paper_totals")
        self.setAccessibleName("Totals by convention")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._narrow = False
        self._found: TotalsByConvention | None = None
        self._choices: dict[str, QRadioButton] = {}
        self._cells: dict[str, tuple[QLabel, ...]] = {}
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 4, 14, 8)
        column.setSpacing(7)
        column.addLayout(self._grid())
        self._follows, self._why = _sentence("paper_follows"), _sentence("paper_why")
        self._why.setProperty("quiet", True)
        column.addWidget(self._follows)
        column.addWidget(self._why)
        column.addStretch(1)
        self.setWidget(body)
        self.setFocusProxy(self._choices[CONVENTIONS[0].id])

    def show_totals(self, found: TotalsByConvention) -> None:
        """Show the geometries of the table's version."""
        self._found = found
        totals = {total.convention.id: total for total in found.totals}
        for convention in CONVENTIONS:
            self._show_row(convention, totals.get(convention.id))
        followed = found.followed
        text = f"This table has {followed.convention.whose} geometry." if followed else _OWN
        _set(self._follows, text)
        _set(self._why, found.why())

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
        self._headings = tuple(_label(heading, quiet=True) for heading in _HEADINGS)
        for column, heading in enumerate(self._headings, 1):
            grid.addWidget(heading, 0, column)
        for row, convention in enumerate(CONVENTIONS, 1):
            choice = QRadioButton(convention.title)
            choice.setObjectName(f"geometry_{convention.id}")
            choice.setAutoExclusive(False)  # none is chosen where the table has a geometry of its own
            choice.setToolTip(convention.source)
            choice.clicked.connect(lambda _=False, convention=convention: self._choose(convention))
            grid.addWidget(choice, row, 0)
            cells = tuple(_label("") for _ in _HEADINGS)
            for column, cell in enumerate(cells, 1):
                cell.setObjectName(f"{convention.id}_{column}")
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
            _set(cell, text)
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


_OWN = "This table has none of these geometries, but one of its own."


def _words(total: GeometryTotal, found: TotalsByConvention) -> tuple[str, ...]:
    side = total.convention.side
    sides = [total.side_after(row) for row in (found.conv1, found.conv10)]
    maps = [_NOTHING if after is None else f"{after}×{after}" for after in sides]
    if total.macs is None:
        return (f"{side}×{side}", *maps, "cannot run", _NOTHING)
    return (f"{side}×{side}", *maps, f"{total.macs:,}", flops_text(total.macs))


def _label(text: str, *, quiet: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if quiet:
        label.setProperty("quiet", True)
    return label


def _sentence(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _set(label: QLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
