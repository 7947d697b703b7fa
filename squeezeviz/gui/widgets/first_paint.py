"""What waits until a window has first been painted, so that it opens sooner, or until just before its next painting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.widgets.guard import guarded, take_all

_Part = TypeVar("_Part")

TIMEOUT_MS = 5000
"""What is never painted, such as a window that starts minimised, is not waited for longer."""


def after_first_paint(widget: QWidget, act: Callable[[], object]) -> None:
    """Call `act` once, after the widget was first painted."""
    _FirstPaint(widget, act)


class Late(Generic[_Part]):
    """A part of the window that is made once, when it is first asked for; until then `made` is None."""

    def __init__(self, make: Callable[[], _Part]) -> None:
        self._make: Callable[[], _Part] | None = make
        self.made: _Part | None = None

    def __call__(self) -> _Part:
        if self._make is not None:
            self.made = self._make()
            self._make = None
        return cast("_Part", self.made)  # which may be None itself, where making it is all

    def tell(self, act: Callable[[_Part], object]) -> None:
        """Call `act` with the part, if it has been made."""
        if self.made is not None:
            act(self.made)


class BeforePaint(QObject):
    """Does work once before the window is painted next, however often it is asked for until then.

    So a person never sees what is not up to date. Where nothing is painted, it is done in the event loop's next turn.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._due: dict[Callable[[], object], None] = {}
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.do)

    def ask(self, act: Callable[[], object]) -> None:
        self._due[act] = None
        self._timer.start()

    def do(self) -> None:
        """Do what was asked for, in that order."""
        self._timer.stop()
        due, self._due = self._due, {}
        take_all(due)


@guarded
class _FirstPaint(QObject):
    def __init__(self, widget: QWidget, act: Callable[[], object]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._act = act
        self._timeout = QTimer(self, singleShot=True)
        self._timeout.timeout.connect(self._done)
        self._timeout.start(TIMEOUT_MS)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._widget.removeEventFilter(self)
            self._timeout.start(0)  # once all of the window is painted
        return False

    def _done(self) -> None:
        self._widget.removeEventFilter(self)
        self._act()
