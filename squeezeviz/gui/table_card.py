"""The card of the layer table: its heading with what can be done to rows, the table, and what should be known of it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSplitter, QToolButton, QVBoxLayout, QWidget

from squeezeviz.gui.elided_label import ElidedLabel
from squeezeviz.gui.style import Style

_HINTS = {
    "light": "white cells are yours to edit, grey ones are computed",
    "dark": "lighter cells are yours to edit, the others are computed",
}


class TableCard(QFrame):
    """`chip` tells what the table is compared with; it takes the hint's place."""

    def __init__(self, table: QWidget, notes: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._hint = ElidedLabel()
        self._hint.setProperty("quiet", True)
        self._hint.setProperty("small", True)
        self.chip = QPushButton()
        self.chip.setObjectName("baseline_chip")
        self.chip.hide()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._head())
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(table)
        parts.addWidget(notes)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 1)
        column.addWidget(parts, 1)

    def set_style(self, style: Style) -> None:
        self._hint.setText(_HINTS[style.name])

    def show_baseline(self, title: str) -> None:
        """What the table is compared with; nothing where it is empty."""
        shown = title if len(title) <= 34 else title[:33] + "…"
        self.chip.setText(f"Compared with {shown}".replace("&", "&&"))
        self.chip.setAccessibleName(f"Compared with {title}; go to the comparison")
        self.chip.setVisible(bool(title))
        self._hint.setVisible(not title)

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
        head.addWidget(self._hint, 1)
        head.addStretch(0)
        head.addLayout(self._buttons)
        return head
