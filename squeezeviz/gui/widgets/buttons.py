"""Buttons that the keyboard reaches, ready to stand in a layout."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, SignalInstance
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import action_text

Act = Callable[[], object] | SignalInstance

_FEWEST_LETTERS = 6
"""What an elided button shows at the least."""


@guarded
class ElidedButton(QPushButton):
    """A button, hidden at first, that says what it says in the words for which there is room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._wordings: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_words(self, *wordings: str) -> None:
        """Say the first of these, each plain text, that fits; the last is cut where none does."""
        self._wordings = wordings
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._width_of(self._wordings[0]), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width_of(self._wordings[-1][:_FEWEST_LETTERS] + "…"), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        last = self._wordings[-1]
        fitting = next((each for each in self._wordings if self._width_of(each) <= self.width()), last)
        room = self.width() - self._width_of("")
        self.setText(action_text(self.fontMetrics().elidedText(fitting, Qt.TextElideMode.ElideRight, room)))

    def _width_of(self, words: str) -> int:
        """The pixels that the button takes with these words."""
        metrics = self.fontMetrics()
        shown = self.text() or "XXXX"  # what Qt leaves room for where there is no text
        around = super().sizeHint().width() - metrics.size(Qt.TextFlag.TextShowMnemonic, shown).width()
        return metrics.horizontalAdvance(words) + around


def push_button(text: str, name: str, act: Act | None = None, *, small: bool = False) -> QPushButton:
    """Return a button of that object name which does `act`, or emits it if it is a signal."""
    made = QPushButton(text)
    made.setObjectName(name)
    made.setProperty("small", small)
    _connect(made, act)
    return made


def tool_button(text: str, name: str, purpose: str, act: Act | None = None, *, small: bool = False) -> QToolButton:
    """Return a small flat button; its tool tip and its accessible name say what it is for."""
    made = QToolButton()
    made.setText(text)
    made.setObjectName(name)
    made.setToolTip(purpose)
    made.setAccessibleName(purpose)
    made.setProperty("small", small)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    _connect(made, act)
    return made


def _connect(button: QPushButton | QToolButton, act: Act | None) -> None:
    if isinstance(act, SignalInstance):
        button.clicked.connect(lambda: act.emit())
    elif act is not None:
        button.clicked.connect(lambda: act())
