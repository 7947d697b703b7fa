"""What must not happen in the window, noticed wherever it happens."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

LONGEST_S = 0.5
"""Processor time of the window's thread for one event; what runs beside it on other threads does not hold it up."""
NOT_OF_THE_WINDOW = ("This plugin does not support", "OpenType support missing", "not accepted by receiving widget")
"""What Qt says of a platform without a screen, of the fonts that are installed, and of the mouse that it plays."""


class Watch:
    """Collects in `found` what went wrong: exceptions, Qt's warnings, writing elsewhere, which it prevents."""

    def __init__(self, folder: Path) -> None:
        self.found: list[str] = []
        self._folder = f"{folder.resolve()}/"
        self._began = 0.0
        sys.excepthook = lambda kind, error, trace: self.note(error)
        sys.unraisablehook = lambda unraisable: self.note(unraisable.exc_value)
        threading.excepthook = lambda ended: self.note(ended.exc_value)
        qInstallMessageHandler(self._hear)
        sys.addaudithook(self._audit)

    def note(self, error: BaseException | None) -> None:
        self.found.append("".join(traceback.format_exception(error)) if error else "an unknown error")

    def begin(self) -> None:
        self._began = time.thread_time()

    def end(self, parts: int) -> None:
        """An event is over, of so many parts, each of which may take its time."""
        took = time.thread_time() - self._began
        if took > LONGEST_S * parts:
            self.found.append(f"The window was held up for {took * 1000:.0f} ms.")

    def turn(self) -> None:
        """One of several turns of an event is over: each is judged alone, as a person would wait for it."""
        self.end(1)
        self.begin()

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(each in text for each in NOT_OF_THE_WINDOW):
            self.found.append(f"Qt says: {text}")

    def _audit(self, event: str, given: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(given[0], str) or not isinstance(given[1], str):
            return
        path, mode = given[0], given[1]
        if set(mode) & set("wax+") and not os.path.realpath(path).startswith((self._folder, "/dev/")):
            self.found.append(f"No monkey writes outside of its folder: {path}")
            raise PermissionError(path)
