"""What follows a change once the table shows it: the diagram, the explanation, the comparison."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document


class FollowUp(QObject):
    """Takes the steps in their order, at once; for the ticks of a drag when table and totals have been painted.

    Ticks that come faster than the steps can be taken are passed over: only the last one's table is shown then.
    """

    def __init__(
        self, document: Document, steps: tuple[Callable[[ResolvedNetwork], None], ...], window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._steps = steps
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take)
        document.table_changed.connect(self._changed)

    def _changed(self, network: ResolvedNetwork) -> None:
        if self._document.dragging:
            self._timer.start()
            self._paint()
        else:
            self._take()

    def _take(self) -> None:
        self._timer.stop()
        for step in self._steps:
            step(self._document.network)
        if self._document.dragging:
            self._paint()

    def _paint(self) -> None:
        """Paint now what is to be painted, not some milliseconds later and together with what follows."""
        QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))
