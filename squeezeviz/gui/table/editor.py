"""The line in which a cell is typed into."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QPushButton, QWidget

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import set_property
from squeezeviz.gui.widgets.layouts import in_row


class CellEditor(QLineEdit):
    """A line to type into, with the reason under it when what is typed cannot stand there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAccessibleName("cell")
        self._reason = QLabel(parent)  # with the table's own font
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.setObjectName("cell_reason")
        self._reason.hide()
        self.textEdited.connect(self.forgive)

    def refuse(self, reason: str) -> None:
        """Show why what is typed cannot stand there; typing on takes it away."""
        set_property(self, "refused", True)
        self.setAccessibleDescription(reason)
        self._reason.setText(reason)
        parent = self.parentWidget()
        assert parent is not None
        self._reason.setFixedWidth(min(300, max(120, parent.width() - 16)))
        self._reason.adjustSize()
        self._put_under(self._reason)

    def forgive(self) -> None:
        set_property(self, "refused", False)
        self.setAccessibleDescription("")
        self._reason.hide()

    def dispose(self) -> None:
        """Take away what stands beside the line."""
        self._reason.hide()
        self._reason.deleteLater()

    def _put_under(self, widget: QWidget) -> None:
        """Show a widget under the line, or over it where there is no room below."""
        parent = self.parentWidget()
        assert parent is not None
        left = max(4, min(self.x(), parent.width() - widget.width() - 4))
        below = self.geometry().bottom() + 4
        above = self.y() - widget.height() - 4
        widget.move(QPoint(left, below if below + widget.height() < parent.height() else max(0, above)))
        widget.show()
        widget.raise_()


@guarded
class ChoiceEditor(CellEditor):
    """A line for one of a few words: a letter completes it, Up and Down go through them, a click takes one."""

    chosen = Signal()
    """A word was clicked: the edit is finished."""

    def __init__(self, choices: Sequence[str], parent: QWidget) -> None:
        from PySide6.QtWidgets import QCompleter

        super().__init__(parent)
        self._choices = list(choices)
        completer = QCompleter(self._choices, self)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self._buttons = QFrame(parent)
        self._buttons.setObjectName("cell_choices")
        # A press on a word leaves the keyboard in the line; else the line would be closed under the pointer.
        self._buttons.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._buttons.setFocusProxy(self)
        row = in_row(spacing=4, margins=(4, 4, 4, 4), of=self._buttons)
        for choice in self._choices:
            row.addWidget(self._button(choice))
        self._buttons.hide()

    def show_choices(self) -> None:
        """Show the words under the line, once it stands in its place."""
        self._buttons.adjustSize()
        self._put_under(self._buttons)

    def refuse(self, reason: str) -> None:
        self._buttons.hide()
        super().refuse(reason)

    def dispose(self) -> None:
        self._buttons.hide()
        self._buttons.deleteLater()
        super().dispose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        known = self.text() in self._choices
        place = self._choices.index(self.text()) + step if known else 0
        self._put(self._choices[place % len(self._choices)])

    def _button(self, choice: str) -> QPushButton:
        button = QPushButton(choice)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setObjectName(f"choose_{choice}")
        button.setCheckable(True)
        self.textChanged.connect(lambda text: button.setChecked(text == choice))
        button.clicked.connect(lambda: self._take(choice))
        return button

    def _take(self, choice: str) -> None:
        self._put(choice)
        self.chosen.emit()

    def _put(self, choice: str) -> None:
        self.setText(choice)
        self.setModified(True)
        self.selectAll()
        self.forgive()
