"""What follows a change once the table shows it: the diagram, the explanation, the comparison."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.widgets.guard import guarded

_PRESSES = (
    QEvent.Type.KeyPress,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
    QEvent.Type.Drop,
    QEvent.Type.Close,
)


@guarded
class FollowUp(QObject):
    """Takes the steps in their order, at once; for the ticks of a drag when table and totals have been painted.

    Ticks that come faster than the steps can be taken are passed over: only the last one's table is shown then.
    Whatever else is pressed meanwhile is meant for the table as it is now: before that the steps are taken.
    """

    def __init__(
        self, document: Document, steps: tuple[Callable[[ResolvedNetwork], None], ...], window: QWidget
    ) -> None:
        super().__init__(window)
        self._window = window
        self._application = _application()
        self._document = document
        self._steps = steps
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take)
        document.table_changed.connect(self._changed)

    def _changed(self, network: ResolvedNetwork) -> None:
        if self._document.dragging:
            self._paint()
            self._wait()
        else:
            self._take()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        held = isinstance(event, QKeyEvent) and event.isAutoRepeat()
        if event.type() in _PRESSES and not held:
            self._take()
        return False

    def _wait(self) -> None:
        self._application.installEventFilter(self)
        self._timer.start()

    def _take(self) -> None:
        self._application.removeEventFilter(self)
        self._timer.stop()
        for step in self._steps:
            step(self._document.network)
        if self._document.dragging:
            self._paint()

    def _paint(self) -> None:
        """Paint now what is to be painted, not some milliseconds later and together with what follows."""
        QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
