"""What is written and marked on an exported figure: a switch for each."""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from squeezeviz.figure.theme.look import ALL, NONE, TITLES, USUAL, Annotations

_COLUMNS = 2


class AnnotationBoxes(QWidget):
    """The switches of `Annotations`, and those of marks; what the window does not know now cannot be chosen."""

    changed = Signal()

    def __init__(self, *, measured: bool, compared: bool, coloured: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has = {"marks": measured, "differences": compared, "colours": coloured}
        self._boxes = {name: self._box(name, title) for name, title in TITLES.items()}
        self._boxes["totals"].setToolTip("What each Fire module adds: its depth and its parameters")
        self._boxes["kinds"].setToolTip("What is done: ReLU, max or average, and the words at concat, sum and bypass")
        for name in ("parameters", "macs", "field"):
            self._boxes[name].setToolTip(f"{TITLES[name]} of each box")
        self._marks = self._box("marks", "Live pass ✓")
        self._differences = self._box("differences", "Differences")
        self._colours = self._box("colours", "Cost colours")
        self._differences.setChecked(compared)
        self._colours.setChecked(coloured)
        self._drawn = True
        self._lay_out()
        self.choose(USUAL, marks=False)

    @property
    def annotations(self) -> Annotations:
        return Annotations(**{name: box.isChecked() for name, box in self._boxes.items()})

    @property
    def marks(self) -> bool:
        return self._marks.isChecked()

    @property
    def differences(self) -> bool:
        return self._drawn and self._has["differences"] and self._differences.isChecked()

    @property
    def colours(self) -> bool:
        return self._drawn and self._has["colours"] and self._colours.isChecked()

    def choose(self, annotations: Annotations, *, marks: bool) -> None:
        """Set the switches, and tell once."""
        for each in fields(Annotations):
            box = self._boxes[each.name]
            box.blockSignals(True)
            box.setChecked(getattr(annotations, each.name))
            box.blockSignals(False)
        self._marks.setChecked(marks and self._has["marks"])
        self.changed.emit()

    def set_drawn(self, drawn: bool) -> None:
        """Whether the format draws marks and colours at all."""
        self._drawn = drawn
        for box, name in ((self._marks, "marks"), (self._differences, "differences"), (self._colours, "colours")):
            box.setEnabled(drawn and self._has[name])
        self._boxes["legend"].setEnabled(drawn and self._has["colours"])

    def _box(self, name: str, title: str) -> QCheckBox:
        box = QCheckBox(title, self)
        box.setObjectName(f"export_{name}")
        box.toggled.connect(lambda _: self.changed.emit())
        return box

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        label = QLabel("Annotations")
        label.setProperty("tone", "formula")
        heading.addWidget(label)
        heading.addStretch(1)
        for title, wanted in (("&All", ALL), ("&None", NONE), ("&Usual", USUAL)):
            button = QPushButton(title)
            button.setObjectName(f"export_annotate_{title.strip('&').lower()}")
            button.setAccessibleName(f"Annotations: {title.replace('&', '').lower()}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, wanted=wanted: self.choose(wanted, marks=self.marks))
            heading.addWidget(button)
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(10)
        known = {"marks": self._marks, "differences": self._differences, "colours": self._colours}
        for box in (self._boxes["legend"], *known.values()):
            box.hide()
        there = [box for name, box in self._boxes.items() if name != "legend" or self._has["colours"]]
        shown = [*there, *(box for name, box in known.items() if self._has[name])]
        for place, box in enumerate(shown):
            grid.addWidget(box, place // _COLUMNS, place % _COLUMNS)
            box.show()
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(heading)
        column.addLayout(grid)
