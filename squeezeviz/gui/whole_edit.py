"""A field for one whole number: typed, or stepped with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from squeezeviz.core.cells import whole
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import check_whole
from squeezeviz.gui.guard import guarded


@guarded
class WholeEdit(QLineEdit):
    """`value` is the number; where what is typed is none, or too small, `trouble` says so and `value` is the last."""

    changed = Signal()
    """A person typed or stepped."""

    def __init__(self, name: str, spoken: str, lowest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setFixedSize(78, 28)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._spoken, self._lowest = spoken, lowest
        self.value = lowest
        self.trouble = ""
        self.textEdited.connect(self._typed)

    def show_value(self, value: int) -> None:
        self.value, self.trouble = value, ""
        self.setText(str(value))
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.show_value(max(self._lowest, self.value + step))
        self.changed.emit()

    def _typed(self, text: str) -> None:
        try:
            typed = whole(text)
            check_whole(typed, self._spoken, self._lowest)
        except SqueezevizError as error:
            said = error.message
            self.trouble = said if said.startswith(self._spoken) else f"{self._spoken}: {said}"
        else:
            self.value, self.trouble = typed, ""
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        self.setProperty("refused", bool(self.trouble))
        self.style().polish(self)
