"""What can wait until a window has been seen: it opens sooner without."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.widgets.guard import guarded

PATIENCE_MS = 1000
"""What is never painted, such as a window that starts minimised, is not waited for longer."""


def after_first_paint(widget: QWidget, act: Callable[[], object]) -> None:
    """Call `act` once the widget has been painted, and only once."""
    _FirstPaint(widget, act)


@guarded
class _FirstPaint(QObject):
    def __init__(self, widget: QWidget, act: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._act = act
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._done)
        self._patience.start(PATIENCE_MS)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._patience.start(0)  # once all of the window is painted
        return False

    def _done(self) -> None:
        self._widget.removeEventFilter(self)
        self._act()
