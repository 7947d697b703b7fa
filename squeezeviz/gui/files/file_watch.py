"""Checking, while the window is in front, whether the open file on the disk is still what was opened or saved."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from squeezeviz.files.on_disk import Kind, OnDisk, look
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.saving import Saving
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.messages import NoticeBar
from squeezeviz.model.text import plain

KEY, SHARED = "file", "shared"
"""The keys of the notices."""
EVERY_MS = 2_000
SETTLED_MS = 400
"""How long a program has to finish writing a file in steps. A change is reported if it is found twice."""


@guarded
class FileWatch(QObject):
    """Shows a notice if the file was changed or is gone, or is open in another window. The person decides what to do.

    It looks at the file itself. QFileSystemWatcher loses a file when it is replaced, which is how most programs save,
    and does not report changes from another machine.
    """

    reload_wanted = Signal()
    elsewhere_wanted = Signal()
    _looked = Signal(object, object, object, bool)

    def __init__(
        self, document: Document, work: WorkFolder, saving: Saving, notice: NoticeBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._work = work
        self._saving = saving
        self._notice = notice
        self._looked.connect(self._take, Qt.ConnectionType.QueuedConnection)
        document.title_changed.connect(self._say_again)
        self._looking = False
        self._found: OnDisk | None = None
        """The state of the file that was found last."""
        self._closed: OnDisk | None = None
        """The state whose notice a person closed without an answer."""
        self._reported: OnDisk | None = None
        """The state that the visible notice is about."""
        self._happened = ""
        """What that notice says of the file."""
        self._shared: Path | None = None
        """The path of which was said that another window has it open."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self.look() if window.isActiveWindow() else None)
        self._timer.start(EVERY_MS)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
        return False

    def look(self) -> None:
        """Look at the file on a thread of its own, so that a folder that does not answer blocks not even the exit."""
        path, known = self._document.path, self._document.disk
        if path is None or self._looking or self._saving.running:
            if path is None:
                self._work.claim("")
                self._say_shared(None)
            return
        self._looking = True
        before = self._found or known

        def work() -> None:
            found, alone = look(path, before), True
            with contextlib.suppress(OSError):
                alone = self._work.claim(found.real)
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._looked.emit(path, known, found, alone)

        Thread(target=work, name="looking", daemon=True).start()

    def _take(self, path: Path, known: OnDisk | None, found: OnDisk, alone: bool) -> None:
        self._looking = False
        document = self._document
        if document.path != path or document.disk is not known or self._saving.running:
            return  # it was opened or saved again meanwhile
        self._say_shared(None if alone else path)
        before, self._found = self._found, found
        if known is None:
            document.disk = found
        elif found.is_as(known):
            self._closed = None
            self._dismiss()
            document.find_saved()
        elif before is None or not found.is_as(before):
            QTimer.singleShot(SETTLED_MS, self, lambda: self.look())
        else:
            self._say(path, known, found)

    def _say_shared(self, path: Path | None) -> None:
        """Say once of a path that another window has it open; None takes that back."""
        if path is None:
            self._notice.dismiss(SHARED)
        elif path != self._shared:
            name = plain(path.name, 80)
            self._notice.show_notice(
                SHARED,
                f"“{name}” is open in another window too. If both change it, the one that saves later is asked which "
                "version to keep.",
                (),
            )
        self._shared = path

    def _say(self, path: Path, known: OnDisk, found: OnDisk) -> None:
        from squeezeviz.gui.files.questions import what_happened

        if found.kind is not Kind.FILE:
            self._document.lose_saved()
        for known_state in (self._closed, self._reported):
            if known_state is not None and found.is_as(known_state):
                return
        self._reported, self._closed = found, None
        self._happened = what_happened(path, known, found)
        self._say_again()

    def _say_again(self) -> None:
        """Say of the file what was found, and of the open table whether it was changed since, as long as that waits."""
        found = self._reported
        if found is None:
            return
        if found.kind is Kind.FILE:
            offered = "Reload", self.reload_wanted.emit
            lost = " What you changed here is not in it." if self._document.modified else ""
        else:
            offered, lost = ("Save As…", self.elsewhere_wanted.emit), ""
        actions = [
            (offered[0], lambda: self._answer(offered[1])),
            # The version in the window is the newest then: it is unsaved, and Save replaces the file.
            ("Keep Mine", lambda: self._answer(lambda: self._document.prevail(found))),
        ]
        self._notice.show_notice(KEY, f"{self._happened}{lost}", actions)

    def _answer(self, act: Callable[[], object]) -> None:
        self._reported = None
        act()

    def close_notice(self, key: str) -> None:
        """A person closed a notice without an answer."""
        if key == KEY:
            self._closed, self._reported = self._reported, None

    def save_begins(self) -> None:
        """A save is an answer too; if it comes to nothing, what is still so is said again."""
        if self._saving.running:
            self._dismiss()

    def forget(self, _: object = None) -> None:
        """The file was opened or saved anew: what was found before is of no interest."""
        self._found = self._closed = None
        self._dismiss()
        if self._shared != self._document.path:
            self._say_shared(None)

    def _dismiss(self) -> None:
        self._reported = None
        self._notice.dismiss(KEY)
