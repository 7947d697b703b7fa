"""The button that copies an explanation, as text, Markdown or LaTeX."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from squeezeviz.core.explaining.model import Explanation
from squeezeviz.core.explaining.writing import as_latex, as_markdown, as_text

_WAYS = {"Text": as_text, "Markdown": as_markdown, "LaTeX": as_latex}


class CopyMenu(QToolButton):
    """Puts the explanation it was given on the clipboard."""

    copied = Signal(str)
    """What was copied, as a sentence for the status bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("copy_explanation")
        self.setText("Copy")
        self.setAccessibleName("Copy this explanation")
        self.setToolTip("Copy this explanation as text, Markdown or LaTeX")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._explanation: Explanation | None = None
        menu = QMenu(self)
        for name in _WAYS:
            menu.addAction(f"Copy as {name}").triggered.connect(lambda _=False, name=name: self.copy(name))
        self.setMenu(menu)

    def set_explanation(self, explanation: Explanation) -> None:
        self._explanation = explanation

    def copy(self, way: str) -> None:
        """Copy as `Text`, `Markdown` or `LaTeX`."""
        if self._explanation is None:
            return
        QGuiApplication.clipboard().setText(_WAYS[way](self._explanation))
        self.copied.emit(f"The explanation of {self._explanation.title} is copied as {way}")
