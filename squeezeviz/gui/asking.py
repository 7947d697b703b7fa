"""Short questions to the disk, which may take long to answer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal


class Asking(QObject):
    """Asks each question on a thread of its own. One that gets no answer holds nothing up, nor the program's end."""

    _answered = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._answered.connect(self._hand_back, Qt.ConnectionType.QueuedConnection)

    def ask(self, question: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Call `question` elsewhere, then `done` with its answer on the window's thread."""

        def work() -> None:
            answer = question()
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._answered.emit(done, answer)

        Thread(target=work, name="asking", daemon=True).start()

    def _hand_back(self, done: Callable[[Any], object], answer: Any) -> None:
        done(answer)
