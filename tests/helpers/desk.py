"""A panel on a document of its own, shown as the window shows it, without the window."""

import dataclasses
from collections.abc import Callable
from typing import Generic, TypeVar

from hands import LEFT, child, on_screen
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.gui.document import Document
from squeezeviz.model.layers import uncompressed
from squeezeviz.model.table import LayerTable

Shown = TypeVar("Shown", bound=QWidget)


class Desk(Generic[Shown]):
    """A document and a panel. `make` makes the panel for the document."""

    def __init__(
        self, qtbot: QtBot, table: LayerTable, make: Callable[[Document], Shown], size: tuple[int, int]
    ) -> None:
        self.document = Document(table)
        self.panel = make(self.document)
        on_screen(qtbot, self.panel, *size).activateWindow()

    @property
    def table(self) -> LayerTable:
        return self.document.table

    @property
    def steps(self) -> list[str]:
        return [self.document.stack.text(place) for place in range(self.document.stack.index())]

    def set(self, name: str, /, **fields: object) -> None:
        """Edit fields of the layer of that name."""
        row = self.table.index_of(name)
        layer = dataclasses.replace(self.table.layers[row], **fields)  # type: ignore[arg-type]
        self.document.edit(f"Set {name}", self.table.with_layer(row, layer))

    def text(self, name: str) -> str:
        return child(self.panel, QLabel, name).text()

    def says(self, text: str) -> bool:
        return any(label.isVisible() and text in label.text() for label in self.panel.findChildren(QLabel))

    def button(self, name: str) -> QPushButton:
        return child(self.panel, QPushButton, name)

    def press(self, name: str) -> None:
        QTest.mouseClick(self.button(name), LEFT)
        QApplication.processEvents()


def dense(table: LayerTable) -> LayerTable:
    """The table without what compression leaves of its weights."""
    return dataclasses.replace(table, layers=tuple(map(uncompressed, table.layers)))


def cut_off(panel: QWidget, parts: type[QWidget], *, elided: str = "qt_") -> list[str]:
    """The visible parts that reach over the panel's edge or are narrower than their text, but for those named so."""
    return [
        part.objectName()
        for part in panel.findChildren(parts)
        if part.isVisible()
        and not part.objectName().startswith(elided)
        and (
            part.mapTo(panel, QPoint(part.width(), 0)).x() > panel.width()
            or part.width() < part.minimumSizeHint().width()
        )
    ]
