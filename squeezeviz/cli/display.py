"""Where there is no display: one sentence instead of the abort that Qt has for it."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

_OTHERWISE = "the other commands need no display, see: squeezeviz --help"


def explain_a_missing_display() -> None:
    """From now until there is a screen, what Qt would abort for ends the process with exit code 1.

    To be called before the application is made.
    """
    complaints: list[str] = []

    def take(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if QGuiApplication.primaryScreen() is not None:
            print(message, file=sys.stderr)
        elif kind == QtMsgType.QtFatalMsg:
            _end(complaints)
        else:
            complaints.append(message)

    qInstallMessageHandler(take)


def _end(complaints: list[str]) -> NoReturn:
    """Leave at once: Qt aborts the process as soon as its handler returns."""
    print(f"squeezeviz: error: display: {reason(dict(os.environ), complaints)}", file=sys.stderr, flush=True)
    os._exit(1)


def reason(environment: dict[str, str], complaints: list[str]) -> str:
    """Why no window can open, from the environment and what Qt said before it gave up."""
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return f"there is none to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set; {_OTHERWISE}"
    refused = [complaint for complaint in complaints if "could not connect to display" in complaint]
    said = (refused or complaints or ["Qt cannot open a window here"])[0].strip()
    if refused or not said.startswith("Could not load"):
        return f"{said}; {_OTHERWISE}"
    return f"{said}; python3 scripts/run.py installs the libraries that Qt needs, or names them"
