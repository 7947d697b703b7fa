"""Buttons that the keyboard reaches, ready to stand in a layout."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtWidgets import QPushButton, QToolButton

Act = Callable[[], object] | SignalInstance


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
