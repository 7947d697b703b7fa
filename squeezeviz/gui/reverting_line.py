"""A line to type into that Esc leaves as it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from squeezeviz.gui.guard import guarded


@guarded
class RevertingLine(QLineEdit):
    """Says when what was typed is to be forgotten; whoever owns it puts the old text back."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        # Esc is the window's too, to cancel a pass: while there is something typed it belongs here.
        claims = event.type() == QEvent.Type.ShortcutOverride and self.isModified()
        if claims and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.left.emit()
            self.selectAll()
        else:
            super().keyPressEvent(event)
