"""Live passes beside those of the open table: one after another, whenever the worker has nothing else to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.analysis.live import LivePass
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.protocol import Progress, Run


class WhatIfPasses(QObject):
    """Measures tables in their order. The open table's own passes go first: one of these gives way and comes again.

    Revisions are negative, so that nobody takes such a pass for one of the open table.
    """

    measured = Signal(object, object)
    """The LayerTable, and its LivePass."""
    failed = Signal(str)
    """Why, in a sentence; what waited is given up too."""
    progressed = Signal(object)
    """The Progress of the pass that runs."""
    advanced = Signal()
    """Another pass has begun, or none is left."""

    def __init__(self, client: LiveClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._waiting: list[LayerTable] = []
        self._device = "cpu"
        self._asked: Run | None = None
        self._revision = 0
        # Whoever else hears that the worker is idle comes first.
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._next)
        client.phase_changed.connect(lambda _: self._turn.start())
        client.finished.connect(self._finished)
        client.failed.connect(self._failed)
        client.cancelled.connect(self._cancelled)
        client.progressed.connect(self._progressed)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    @property
    def current(self) -> LayerTable | None:
        """The table that the worker runs now; None where it runs none of these."""
        return self._waiting[0] if self._waiting and self._asked is self._client.running is not None else None

    def measure(self, tables: tuple[LayerTable, ...], device: str) -> None:
        """Measure these, in place of what ran or waited."""
        self._stop()
        self._waiting, self._device = list(tables), device
        self._turn.start()

    def cancel(self) -> None:
        """Give up what runs and what waits."""
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

    def _finished(self, request: Run, live: LivePass) -> None:
        if request is self._asked:
            table = self._waiting.pop(0)
            self._asked = None
            self.measured.emit(table, live)
            self.advanced.emit()
            self._turn.start()

    def _failed(self, request: Run, reason: str) -> None:
        if request is self._asked:
            self._asked, self._waiting = None, []
            self.failed.emit(reason)

    def _cancelled(self, request: Run) -> None:
        if request is self._asked:
            self.cancel()

    def _progressed(self, request: Run, progress: Progress) -> None:
        if request is self._asked:
            self.progressed.emit(progress)
