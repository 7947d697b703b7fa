"""The application object that Qt wants before it touches a font."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from squeezeviz.core.memory import FOR_PAINTING, require_room

_kept: list[QGuiApplication] = []
"""Qt keeps no reference to the application it lives by."""


def ensure_gui_application() -> None:
    """Make an application that needs no display, unless one exists: the window's own is left alone."""
    existing = QCoreApplication.instance()
    if existing is None:
        require_room(FOR_PAINTING)
        # As an argument, not through the environment, which child processes would inherit.
        _kept.append(QGuiApplication(["squeezeviz", "-platform", "offscreen"]))
    elif not isinstance(existing, QGuiApplication):
        raise RuntimeError("painting needs a QGuiApplication, but a QCoreApplication is already running")
