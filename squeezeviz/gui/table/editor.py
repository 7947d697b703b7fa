"""The line in which a cell is typed into."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget


class CellEditor(QLineEdit):
    """A line to type into, with the reason under it when what is typed cannot stand there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAccessibleName("cell")
        self._reason = QLabel(parent)
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.setObjectName("cell_reason")
        self._reason.hide()
        self.textEdited.connect(self.forgive)

    def refuse(self, reason: str) -> None:
        """Show why what is typed cannot stand there; typing on takes it away."""
        self.setProperty("refused", True)
        self._restyle()
        self.setAccessibleDescription(reason)
        self._reason.setText(reason)
        parent = self.parentWidget()
        assert parent is not None
        width = min(300, max(120, parent.width() - 16))
        self._reason.setFixedWidth(width)
        self._reason.adjustSize()
        left = max(4, min(self.x(), parent.width() - width - 4))
        below = self.geometry().bottom() + 4
        above = self.y() - self._reason.height() - 4
        self._reason.move(QPoint(left, below if below + self._reason.height() < parent.height() else max(0, above)))
        self._reason.show()
        self._reason.raise_()

    def forgive(self) -> None:
        self.setProperty("refused", False)
        self._restyle()
        self.setAccessibleDescription("")
        self._reason.hide()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)

    def dispose(self) -> None:
        self._reason.deleteLater()
