"""The card of the layer table: its heading with what can be done to rows, the table, and what should be known of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from squeezeviz.gui.widgets.elided_label import ElidedLabel
from squeezeviz.gui.widgets.escaped_text import action_text
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import Fact
from squeezeviz.model.text import plain

_HINTS = {
    "light": "white cells are yours to edit, grey ones are computed",
    "dark": "lighter cells are yours to edit, the others are computed",
}


class TableCard(QFrame):
    """`chip` tells what the table is compared with; it takes the hint's place. `notes_chip` brings notes back."""

    def __init__(self, table: QWidget, notes: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._hint = ElidedLabel()
        self._hint.setProperty("quiet", True)
        self._hint.setProperty("small", True)
        self.chip = QPushButton()
        self.chip.setObjectName("baseline_chip")
        self.chip.hide()
        self.notes_chip = QPushButton()
        self.notes_chip.setObjectName("notes_chip")
        self.notes_chip.setToolTip("Show the notes on this table")
        self.notes_chip.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(table, 1)
        column.addWidget(notes)

    def set_style(self, style: Style) -> None:
        self._hint.setText(_HINTS[style.name])

    def show_baseline(self, title: str) -> None:
        """What the table is compared with; nothing where it is empty."""
        self.chip.setText(f"Compared with {action_text(title, 34)}")
        self.chip.setAccessibleName(f"Compared with {plain(title)}; go to the comparison")
        self.chip.setVisible(bool(title))
        self._hint.setVisible(not title)

    def show_hidden_notes(self, notes: Sequence[str]) -> None:
        """How many notes are hidden, orange where one of them is more than a fact."""
        self.notes_chip.setText("1 note" if len(notes) == 1 else f"{len(notes)} notes")
        self.notes_chip.setProperty("warns", any(not isinstance(note, Fact) for note in notes))
        self.notes_chip.setAccessibleName(f"Show {self.notes_chip.text()}")
        self.notes_chip.style().unpolish(self.notes_chip)
        self.notes_chip.style().polish(self.notes_chip)
        self.notes_chip.setVisible(bool(notes))

    def add_buttons(self, actions: Iterable[QAction]) -> None:
        """Small buttons at the right of the heading."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text())
            self._buttons.addWidget(button)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(14, 7, 8, 6)
        head.setSpacing(12)
        title = QLabel("Layer table")
        title.setObjectName("card_title")
        head.addWidget(title)
        head.addWidget(self.chip)
        head.addWidget(self.notes_chip)
        head.addWidget(self._hint, 1)
        head.addStretch(0)
        head.addLayout(self._buttons)
        return head
