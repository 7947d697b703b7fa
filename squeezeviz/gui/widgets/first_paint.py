"""What can wait until a window has been seen: it opens sooner without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.widgets.guard import guarded

_Part = TypeVar("_Part")

PATIENCE_MS = 1000
"""What is never painted, such as a window that starts minimised, is not waited for longer."""


def after_first_paint(widget: QWidget, act: Callable[[], object]) -> None:
    """Call `act` once the widget has been painted, and only once."""
    _FirstPaint(widget, act)


class Late(Generic[_Part]):
    """A part of the window that is made when it is first asked for; until then `made` is None."""

    def __init__(self, make: Callable[[], _Part]) -> None:
        self._make = make
        self.made: _Part | None = None

    def __call__(self) -> _Part:
        if self.made is None:
            self.made = self._make()
        return self.made

    def tell(self, act: Callable[[_Part], object]) -> None:
        """Call `act` with the part, if it has been made."""
        if self.made is not None:
            act(self.made)


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
