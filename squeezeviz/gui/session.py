"""What is open and what is known of it, for as long as a window lives; and the road of a change from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.panels.baseline import Baseline
from squeezeviz.gui.panels.costing import Costing
from squeezeviz.gui.pictures.open_pictures import OpenPictures
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.guard import guarded, take_all

if TYPE_CHECKING:
    from squeezeviz.gui.following.followed import Following

_PRESSES = (
    QEvent.Type.KeyPress,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonDblClick,
    QEvent.Type.ContextMenu,
    QEvent.Type.Drop,
    QEvent.Type.Close,
)

Step = Callable[[ResolvedNetwork], object]


class Session(QObject):
    """Holds the state that the parts of one window share; each of them says by signals what of it changed."""

    def __init__(
        self, document: Document, settings: Settings, client: LiveClient | None = None, work: WorkFolder | None = None
    ) -> None:
        super().__init__()
        self.document = document
        """The open table and its history."""
        self.settings = settings
        """What the window remembers from one day to the next."""
        self.work = work or WorkFolder()
        """Where opened weights lie, and what is unsaved is kept."""
        self.background = Background(self)
        """What takes long."""
        self.client = client or LiveClient()
        """The worker's process."""
        for each in (self.document, self.client):
            each.setParent(self)  # their signals hold what follows them for as long as they live
        self.live = LiveControl(document, self.client, self.background, self)
        """The last live pass, and when the next one runs."""
        self.pictures = OpenPictures(document, self.live, self)
        """What the live pass runs on."""
        self.following = Late(self._following)
        """Which value is followed."""
        self.selection = Selection(document, self)
        self.baseline = Baseline(document, self)
        """What was pinned, and what differs from it."""
        self.costing = Costing(document, self.live, settings, self)
        """What is coloured by, and how it is counted."""

    def _following(self) -> Following:
        from squeezeviz.gui.following.followed import Following

        return Following(self.document, self.live, self.client, self)

    def close(self, *, keep: bool) -> None:
        """End all that goes on; what is kept of unsaved work stays only if `keep`."""
        self.client.close()
        self.background.close()
        self.work.close(keep=keep and self.document.modified)
        # A stack that is destroyed tells of its emptying, to a window that is half gone by then.
        self.document.stack.blockSignals(True)


@guarded
class Changes(QObject):
    """Takes the steps of every change in their order: those `at_once`, then those `once_painted`.

    The latter are taken at once too, but for the ticks of a drag when table and totals have been painted, and for a
    change of many rows in the next turn, before anything of it is painted. Ticks that come faster than these steps can
    be taken are passed over: only the last one's table is shown then. Whatever else is pressed meanwhile is meant for
    the table as it is now: before that the steps are taken.
    """

    def __init__(
        self, document: Document, at_once: Sequence[Step], once_painted: Sequence[Step], window: QObject
    ) -> None:
        super().__init__(window)
        self._window = window
        self._application = _application()
        self._document = document
        self._at_once, self._once_painted = at_once, once_painted
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._take)
        document.table_changed.connect(self._changed)

    def _changed(self, network: ResolvedNetwork) -> None:
        take_all(partial(step, network) for step in self._at_once)
        if self._document.dragging:
            self._paint()
            self._wait()
        elif self._document.in_turns:
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
        take_all(partial(step, self._document.network) for step in self._once_painted)
        if self._document.dragging:
            self._paint()

    def _paint(self) -> None:
        """Paint now what is to be painted, not some milliseconds later and together with what follows."""
        QCoreApplication.sendEvent(self._window, QEvent(QEvent.Type.UpdateRequest))


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
