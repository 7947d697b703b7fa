"""Live passes beside those of the open table. They run one after another, when the worker has nothing else to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.gui.live.client import LiveClient
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.protocol import Cancelled, Done, Failed, Progress, Run


class WhatIfPasses(QObject):
    """Measures tables in order. A pass of the open table interrupts one of these, which then runs again.

    The revisions are negative, so that no answer is mistaken for one of the open table.
    """

    measured = Signal(object, object)
    """The LayerTable, and its LivePass."""
    failed = Signal(str)
    """Why a pass failed, in a sentence. The waiting passes are cancelled too."""
    progressed = Signal(object)
    """The Progress of the running pass."""
    advanced = Signal()
    """Another pass has begun, or none is left."""

    def __init__(self, client: LiveClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._waiting: list[LayerTable] = []
        self._device = "cpu"
        self._asked: Run | None = None
        self._revision = 0
        # Others who hear that the worker is idle come first.
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._next)
        client.phase_changed.connect(lambda _: self._turn.start())
        client.answered.connect(self._answered)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    @property
    def current(self) -> LayerTable | None:
        """Return the table that the worker runs now, or None if it runs none of these."""
        return self._waiting[0] if self._waiting and self._asked is self._client.running is not None else None

    def measure(self, tables: tuple[LayerTable, ...], device: str) -> None:
        self._stop()
        self._waiting, self._device = list(tables), device
        self._turn.start()

    def cancel(self) -> None:
        self._stop()
        self._waiting = []
        self.advanced.emit()

    def _stop(self) -> None:
        if self._asked is not None and self._client.running is self._asked:
            self._client.cancel()
        self._asked = None

    def _next(self) -> None:
        if self._waiting and self._client.running is None:
            self._revision -= 1
            self._asked = Run(self._revision, self._waiting[0], self._device)
            self._client.run(self._asked)
            self.advanced.emit()

    def _answered(self, request: Run, answer: object) -> None:
        if request is not self._asked:
            return
        match answer:
            case Progress():
                self.progressed.emit(answer)
            case Done():
                table = self._waiting.pop(0)
                self._asked = None
                self.measured.emit(table, answer.pass_)
                self.advanced.emit()
                self._turn.start()
            case Failed(_, reason):
                self._asked, self._waiting = None, []
                self.failed.emit(reason)
            case Cancelled():
                self.cancel()
