"""Answers what waits for an answer: menus and dialogs that an event opens and that hold it until they are closed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PySide6.QtCore import QObject, Qt, QThread, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

MOST = 12
"""Answers, until what is open is closed."""
PATIENCE = 400
_EVERY_MS = 3


class Answers(QObject):
    """Once an event has begun, and as long as it holds the loop, answers by `random`; `count` says how often.

    `do` does one of the events that may be done in what is open.
    """

    def __init__(self, do: Callable[[Random], None], say: Callable[[str], None], wrong: Callable[[str], None]) -> None:
        super().__init__()
        self._do, self._say, self._wrong = do, say, wrong
        self._random = Random(0)
        self.count = self._ticks = 0
        QTimer.singleShot(_EVERY_MS, self._answer)

    def begin(self, random: Random) -> None:
        self._random = random
        self.count = self._ticks = 0

    def _answer(self) -> None:
        # Another timer each time: an answer may open what waits for the next one.
        QTimer.singleShot(_EVERY_MS, self._answer)
        if not QThread.currentThread().loopLevel():
            return  # nothing is held: the next event may do with a menu what it likes
        opened = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        self._ticks += 1
        if self._ticks > PATIENCE:
            self._wrong(f"{opened} does not close.")
            self._ticks = 0
        if opened is None:
            return
        self.count += 1
        if self.count > MOST:
            self._say("  close what is open")
            QDialog.done(opened, 0) if isinstance(opened, QDialog) else opened.close()
        else:
            self._one(opened)

    def _one(self, opened: QWidget) -> None:
        buttons = [each for each in opened.findChildren(QAbstractButton) if each.isVisible() and each.isEnabled()]
        kind = self._random.random()
        if kind < 0.3 and buttons:
            button = self._random.choice(buttons)
            self._say(f"  press {button.text()!r}")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        elif kind < 0.4:
            self._say("  Esc")
            QTest.keyClick(opened, Qt.Key.Key_Escape)
        else:
            self._do(self._random)
