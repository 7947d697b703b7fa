"""The window itself: what Qt tells it of its size, what is dropped on it, and how it closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from squeezeviz.gui.parts import Parts
from squeezeviz.gui.recovery.starting import remember_last
from squeezeviz.gui.session import Session
from squeezeviz.gui.widgets.field_keys import FieldKeys
from squeezeviz.gui.widgets.first_paint import after_first_paint
from squeezeviz.gui.widgets.guard import guarded, take_all
from squeezeviz.model.text import title_text

if TYPE_CHECKING:
    from squeezeviz.gui.recovery.outlook import Outlook

_USUAL_SIZE = QSize(1440, 860)
_EDGE, _TITLE = 4, 24
"""How wide a window's frame may be, and how high its title on top of that, in pixels at 96 to the inch."""


@guarded
class MainWindow(QMainWindow):
    """Hands events on to its parts, asks about unsaved changes before it closes, and remembers how it looked."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        session.setParent(self)
        self.session = session
        self.document = session.document
        self.parts = parts = Parts(self, session)
        self._seen = self._answers_first = False
        self._outlook: Outlook | None = None
        FieldKeys(self, parts.commands["undo"], parts.commands["redo"])
        self.setAcceptDrops(True)
        self.setMinimumSize(640, 420)
        self.setCentralWidget(parts.layout.whole)
        self.addToolBar(parts.toolbar)
        self.setStatusBar(parts.status)
        self.installEventFilter(self)  # only now: while a window is made, it is sent an event for each of its actions

    def look(self, outlook: Outlook) -> None:
        """Show what is open as it was looked at before. To be called before the window is shown."""
        self._outlook = outlook
        self.parts.outlook().show(outlook)

    def show_title(self) -> None:
        path = self.document.path
        name = path.name if path else self.document.table.name
        self.setWindowTitle(f"{title_text(name)}[*] — squeezeviz")
        self.setWindowModified(self.document.modified)

    def show_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        self.parts.layout.show_focus(now)

    def restore(self) -> None:
        """Look as the last window did that was closed, as far as the screen reaches."""
        settings, parts = self.session.settings, self.parts
        parts.table.columns.restore(settings.plain("columns"))
        parts.layout.restore_sizes(settings.plain("sizes"))
        # Qt fits a geometry of a somewhat larger screen to this one, and takes none of a much larger one.
        if not self.restoreGeometry(settings.bytes("geometry")):
            title = round(_TITLE * self.logicalDpiY() / 96)
            frame = QSize(2 * _EDGE, title + 2 * _EDGE)  # what the window will have is known once it is shown
            self.resize(_USUAL_SIZE.boundedTo(self.screen().availableGeometry().size() - frame))

    def answer_first(self) -> None:
        """Let keys and clicks in before the window is painted next: what was changed took long enough."""
        self._answers_first = self._seen

    def shut(self, *, keep: bool = False) -> None:
        """End all that goes on, for the window is about to go; what is kept of unsaved work stays only if `keep`."""
        settings, parts = self.session.settings, self.parts
        take_all(
            (
                lambda: parts.recovery.tell(lambda recovery: recovery.stop()),
                lambda: parts.trained.tell(lambda trained: trained.cancel()),
                parts.depth_help.close,
                lambda: parts.costs.tell(lambda costs: costs.close()),
                parts.files.saving.close,
                lambda: self.session.close(keep=keep),
                self._leave_full_screen,
                lambda: settings.set_bytes("geometry", self.saveGeometry()),
                lambda: settings.set_plain("columns", parts.table.columns.state()),
                lambda: settings.set_plain("sizes", parts.layout.sizes()),
                lambda: remember_last(self.document, settings, lambda: parts.outlook().outlook()),
                settings.sync,
            )
        )

    def _leave_full_screen(self) -> None:
        """The next window opens with all of its panes."""
        if self.parts.layout.alone:
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.UpdateRequest:
            if self._answers_first:
                self._answers_first = False
                QTimer.singleShot(1, self, lambda: QCoreApplication.postEvent(self, QEvent(QEvent.Type.UpdateRequest)))
                return True
            # What is known by now is painted with the rest, not right after it. The panel in front takes a while, in
            # which the worker may finish, so that the words are made once; these take long enough to look again.
            self.parts.early.do()
            for _ in range(2):
                self._show_answers()
            self.parts.last.do()
            self._show_answers()  # one that comes later is painted once more, which takes far longer than a look
            # What is said anew may be higher than before: placed now, it is painted once and not twice.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.parts.commands.draw_icons(self.parts.theming.style)
        return False

    def _show_answers(self) -> None:
        """Show what the worker has answered by now."""
        self.session.client.take_answers()
        self.parts.early.do()
        self.parts.soon.do()

    def closeEvent(self, event: QCloseEvent) -> None:
        # An exception here would close the window all the same and lose what is unsaved.
        try:
            recovery = self.parts.recovery.made
            kept = recovery is not None and recovery.desktop_ends and recovery.keep()
            stay = not kept and not self.parts.files.may_leave()
        except Exception:
            event.ignore()
            raise
        if stay:
            event.ignore()
            return
        self.shut(keep=kept)
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()
        if not self._seen:  # coming back from the task bar changes nothing
            self._seen = True
            after_first_paint(self.parts.graph.viewport(), self.parts.panels.refresh)
            self.parts.graph.zoom_to_width()
            if self._outlook is not None:
                self.parts.outlook().show_place(self._outlook)
            self.parts.table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasImage() or any(url.isLocalFile() for url in data.urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped: of several networks the first, and all pictures."""
        from squeezeviz.gui.pictures.reading import is_picture

        data, pictures = event.mimeData(), self.parts.pictures()
        names = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        shown = [name for name in names if is_picture(name)]
        networks = [name for name in names if name not in shown]
        if names:
            event.acceptProposedAction()
            # The question about unsaved changes must not hold the other program's drag.
            if networks:
                QTimer.singleShot(0, lambda: self.parts.files.open(networks[0]))
            if shown:
                QTimer.singleShot(0, lambda: pictures.open(shown))
        elif data.hasImage() and pictures.take(data):
            event.acceptProposedAction()

    def _arrange(self) -> None:
        self.parts.toolbar.set_width(self.width())
        self.parts.layout.arrange(self.width(), self.height())
        self.parts.commands.check(**self.parts.layout.panes)
