"""Why no window can open: a sentence where Qt would abort."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

LIBRARIES = "python3 scripts/run.py installs the libraries that Qt needs, or names them"
_NO_DISPLAY_NEEDED = "the other commands need no display, see: squeezeviz --help"


def explain_a_missing_display() -> None:
    """Until there is a screen, end the process with exit code 1 where Qt would abort.

    Call it before the application is created.
    """
    from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
    from PySide6.QtGui import QGuiApplication

    qt_messages: list[str] = []

    def take(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if QGuiApplication.primaryScreen() is not None:
            print(message, file=sys.stderr)
        elif kind == QtMsgType.QtFatalMsg:
            _end_without_a_window(qt_messages)
        else:
            qt_messages.append(message)

    qInstallMessageHandler(take)


def _end_without_a_window(qt_messages: list[str]) -> NoReturn:
    """Exit at once, because Qt aborts the process as soon as its message handler returns."""
    print(f"squeezeviz: error: display: {why_no_window(dict(os.environ), qt_messages)}", file=sys.stderr, flush=True)
    os._exit(1)


def why_no_window(environment: dict[str, str], qt_messages: list[str]) -> str:
    """Return why no window can open, from the environment and from Qt's messages."""
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return f"there is none to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set; {_NO_DISPLAY_NEEDED}"
    refused = [message for message in qt_messages if "could not connect to display" in message]
    message = (refused or qt_messages or ["Qt cannot open a window here"])[0].strip()
    if refused or not message.startswith("Could not load"):
        return f"{message}; {_NO_DISPLAY_NEEDED}"
    return f"{message}; {LIBRARIES}"
