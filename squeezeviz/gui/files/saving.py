"""Saving on a thread. The window stays usable meanwhile, and the save can be cancelled."""

from __future__ import annotations

import contextlib
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from squeezeviz.files import registry
from squeezeviz.files.on_disk import OnDisk, look, written
from squeezeviz.gui.document import Document, Mark
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

UNNOTICED_MS = 250
"""A save that takes longer shows a message to a person who waits for it."""
_CLOSE_TIMEOUT_S = 1.0
"""How long a save that was given up has to take away what it wrote aside, when the window closes."""


class Save:
    """A table that is being saved to a file. `mark` is its step on the document's undo stack."""

    def __init__(
        self, path: Path, table: LayerTable, mark: Mark, expected: OnDisk | None = None, left_out: str = ""
    ) -> None:
        self.path, self.table, self.mark = path, table, mark
        self.expected = expected
        """The state of the file that may be replaced. None allows any, except that the open file must be as the
        document knows it."""
        self.left_out = left_out
        """A sentence on what the file does not store."""
        self._given_up = Event()

    def replacing(self, expected: OnDisk) -> Save:
        """Return the same save, which may replace that."""
        return Save(self.path, self.table, self.mark, expected, self.left_out)

    def give_up(self) -> None:
        self._given_up.set()

    @property
    def given_up(self) -> bool:
        return self._given_up.is_set()

    def write(self) -> OnDisk:
        """Write the file and return its new state on the disk.

        Raises SqueezevizError, or ChangedError if the file on the disk is not the expected one. That is checked before
        anything is written, and again right before the old file is replaced.
        """
        from squeezeviz.files import atomic

        self._check()
        content = registry.file_bytes(self.path, self.table)
        atomic.write_bytes(self.path, content, before_replace=self._check)
        return written(self.path, content)

    def _check(self) -> None:
        found = None if self.expected is None else look(self.path, self.expected)
        if self.given_up:
            raise SqueezevizError("it was cancelled, and the file is unchanged")
        if found is not None and self.expected is not None and not found.is_as(self.expected):
            raise ChangedError(found)


class ChangedError(Exception):
    """The file on the disk is not the expected one."""

    def __init__(self, found: OnDisk) -> None:
        super().__init__(found)
        self.found = found


class Saving(QObject):
    """Runs one save at a time. Of several requests meanwhile, only the last one waits."""

    refused = Signal(str)
    """Saving failed: one sentence."""
    done = Signal(str)
    """It was saved: one sentence."""
    saved = Signal(object)
    """The path from which the table can be opened again."""
    changed = Signal(object, object)
    """The Save that was not done, and the state of the file that was found instead of the expected one."""
    busy = Signal()
    """`title` changed."""
    _written = Signal(object, object)
    _ended = Signal()

    def __init__(self, document: Document, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._now: Save | None = None
        self._next: Save | None = None
        self._thread: Thread | None = None
        self._asking = False
        self._succeeded = False
        """Whether the last finished save wrote the table to where it can be opened again."""
        self._written.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a save runs, or a person is asked about a file to be replaced."""
        return self._now is not None or self._asking

    @property
    def path(self) -> Path | None:
        """Return the path of the last requested save, or None if none runs."""
        save = self._next or self._now
        return save.path if save is not None and not save.given_up else None

    @property
    def title(self) -> str:
        """Return what is being saved, or an empty text."""
        return f"Saving {plain(self.path.name, 60)}…" if self.path is not None else ""

    def save(self, path: Path, expected: OnDisk | None = None, left_out: str = "") -> None:
        """Save the present table; see `Save`."""
        self.do(Save(path, self._document.table, self._document.mark(), expected, left_out))

    def do(self, save: Save) -> None:
        if self._now is not None:
            self._next = save
        else:
            self._start(save)
        self.busy.emit()

    def cancel(self) -> bool:
        """Cancel the running save, which leaves the old file. Return whether there was one."""
        found = self.path is not None
        if self._now is not None:
            self._now.give_up()
        self._next = None
        self.busy.emit()
        return found

    def wait(self) -> bool:
        """Wait until no save runs, or until the person gives up. Return whether to go on.

        The window is painted meanwhile, and a message says what it waits for. The caller may go on if the table was
        saved, or if the person abandons the save.
        """
        if self.running:
            self._wait_silently()
        return self._wait_with_message() if self.running else self._succeeded

    def close(self) -> None:
        """Cancel the running save, because the window closes."""
        if self._now is not None and self._thread is not None:
            self._now.give_up()
            self._thread.join(_CLOSE_TIMEOUT_S)

    def _start(self, save: Save) -> None:
        if save.expected is None and save.path == self._document.path:
            save.expected = self._document.disk
        self._now = save
        self._thread = Thread(target=self._write, args=(save,), name="saving", daemon=True)
        self._thread.start()

    def _write(self, save: Save) -> None:
        """Write on the thread. Any exception but these errors is a bug, and Python shows its traceback."""
        outcome: OnDisk | ChangedError | SqueezevizError | None = None
        try:
            outcome = save.write()
        except (SqueezevizError, ChangedError) as error:
            outcome = error
        finally:
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._written.emit(save, outcome)

    def _take(self, save: Save, outcome: object) -> None:
        self._now, self._succeeded = None, False
        self.busy.emit()
        if isinstance(outcome, OnDisk):
            self._report_saved(save, outcome)
        elif self._next is None and isinstance(outcome, ChangedError) and not save.given_up:
            self._asking = True
            self.changed.emit(save, outcome.found)
            self._asking = False
        elif self._next is None:
            self.refused.emit(f"Not saved: {outcome or 'this is a bug in squeezeviz; the terminal shows the details'}.")
        following, self._next = self._next, None
        if following is not None:
            self._start(following)
        self.busy.emit()
        if not self.running:
            self._ended.emit()

    def _report_saved(self, save: Save, disk: OnDisk) -> None:
        named = registry.format_of(save.path)
        if named is None or not named.lossless:
            # A Markdown or LaTeX table cannot be opened again as the same network, so the changes stay unsaved.
            self.done.emit(f"Wrote {save.path.name}; save as .toml to keep the network itself.")
            return
        self._succeeded = True
        self._document.saved(save.path, save.mark, disk)
        self.saved.emit(save.path)
        self.done.emit(f"Saved as {save.path.name}.{save.left_out}")

    def _wait_silently(self) -> None:
        from PySide6.QtCore import QEventLoop

        loop, timer = QEventLoop(), QTimer(self, singleShot=True)
        self._ended.connect(loop.quit)
        timer.timeout.connect(loop.quit)
        timer.start(UNNOTICED_MS)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        timer.deleteLater()

    def _wait_with_message(self) -> bool:
        from PySide6.QtWidgets import QMessageBox

        from squeezeviz.gui.files.questions import message_box

        box = message_box(
            self._window,
            self.title or "The cancelled save still waits for its folder to answer.",
            "squeezeviz continues when that is finished. “Go On Without Saving” cancels it: the file stays as it was.",
        )
        box.setObjectName("saving_box")
        leave = box.addButton("Go On Without Saving", QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton("Stay Here", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        self._ended.connect(box.accept)
        box.exec()
        box.deleteLater()
        if box.clickedButton() is leave:
            self.cancel()
            return True
        return box.clickedButton() is not stay and self._succeeded
