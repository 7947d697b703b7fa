"""What the diagram is coloured by, chosen in the toolbar."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from squeezeviz.core.costs import Measure
from squeezeviz.gui.commands import MEASURES


class ColourBox(QComboBox):
    """`chosen` carries the Measure that a person picked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("colour_box")
        self.setAccessibleName("Colour by")
        self.setToolTip("Colour the diagram by")
        for title in MEASURES.values():
            self.addItem(title)
        self.activated.connect(lambda place: self.chosen.emit(list(Measure)[place]))

    def show_measure(self, measure: Measure) -> None:
        self.setCurrentIndex(list(Measure).index(measure))
