"""Saving on a thread of its own: the window can be used meanwhile, and the save be given up."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from squeezeviz.files import atomic, registry
from squeezeviz.files.on_disk import OnDisk, look, written
from squeezeviz.gui.document import Document, Mark
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

UNNOTICED_MS = 250
"""So long a save may take before who waits for it is told so."""
_PATIENCE_S = 1.0
"""How long a save that was given up has to take away what it wrote aside, when the window closes."""


@dataclass(eq=False)
class Save:
    """A table on its way to a file. `mark` is the step of the document that it was at."""

    path: Path
    table: LayerTable
    mark: Mark
    expected: OnDisk | None = None
    """What may be replaced there; None is whatever there is, but of the open file only what the document knows of."""
    left_out: str = ""
    """A sentence on what the file does not hold."""
    _given_up: Event = field(default_factory=Event, init=False)

    def give_up(self) -> None:
        self._given_up.set()

    @property
    def given_up(self) -> bool:
        return self._given_up.is_set()

    def write(self) -> OnDisk:
        """Write the file; what stands there then.

        Raises SqueezevizError, and ChangedError where something else stands there than was expected; it is looked at
        before anything is written, and again right before the old file is replaced.
        """
        self._check()
        content = registry.file_bytes(self.path, self.table)
        atomic.write_bytes(self.path, content, before_replace=self._check)
        return written(self.path, content)

    def _check(self) -> None:
        found = None if self.expected is None else look(self.path, self.expected)
        if self.given_up:
            raise SqueezevizError("it was given up, and the file is as it was")
        if found is not None and self.expected is not None and not found.is_as(self.expected):
            raise ChangedError(found)


class ChangedError(Exception):
    """Something else stands at the path than was expected."""

    def __init__(self, found: OnDisk) -> None:
        super().__init__(found)
        self.found = found


class Saving(QObject):
    """Does one save at a time; of those that are asked for meanwhile, the last one next."""

    refused = Signal(str)
    """It was not saved: one sentence."""
    done = Signal(str)
    """It was saved: one sentence."""
    saved = Signal(object)
    """The path from which the table can be opened again."""
    changed = Signal(object, object)
    """The Save that was not done, and the OnDisk that was found where something else was expected."""
    busy = Signal()
    """`title` is another."""
    _came_back = Signal(object, object)
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
        """Whether the last save that ended put the table where it can be opened from again."""
        self._came_back.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether something is being saved, or a person is asked what is to be replaced."""
        return self._now is not None or self._asking

    @property
    def path(self) -> Path | None:
        """Where what was asked for last is being saved; None where nothing is."""
        save = self._next or self._now
        return save.path if save is not None and not save.given_up else None

    @property
    def title(self) -> str:
        """What is being saved; empty where nothing is."""
        return f"Saving {plain(self.path.name, 60)}…" if self.path is not None else ""

    def save(self, path: Path, expected: OnDisk | None = None, left_out: str = "") -> None:
        """Save the table as it is now; see `Save`."""
        self.do(Save(path, self._document.table, self._document.mark(), expected, left_out))

    def do(self, save: Save) -> None:
        if self._now is not None:
            self._next = save
        else:
            self._start(save)
        self.busy.emit()

    def cancel(self) -> bool:
        """Give up what is being saved: the old file stays. Whether there was any."""
        found = self.path is not None
        if self._now is not None:
            self._now.give_up()
        self._next = None
        self.busy.emit()
        return found

    def wait(self) -> bool:
        """Wait until nothing is being saved any more, or a person has enough of it; whether to go on.

        The window is painted meanwhile, and a sentence says what is waited for. One goes on where the table was saved,
        or where a person gives that up.
        """
        if self.running:
            self._wait_unnoticed()
        return self._wait_aloud() if self.running else self._succeeded

    def close(self) -> None:
        """Give up what is being saved, for the window closes."""
        if self._now is not None and self._thread is not None:
            self._now.give_up()
            self._thread.join(_PATIENCE_S)

    def _start(self, save: Save) -> None:
        if save.expected is None and save.path == self._document.path:
            save.expected = self._document.disk
        self._now = save
        self._thread = Thread(target=self._write, args=(save,), name="saving", daemon=True)
        self._thread.start()

    def _write(self, save: Save) -> None:
        """On the thread: what is raised beyond these errors is a bug, and Python shows its traceback."""
        outcome: OnDisk | ChangedError | SqueezevizError | None = None
        try:
            outcome = save.write()
        except (SqueezevizError, ChangedError) as error:
            outcome = error
        finally:
            with contextlib.suppress(RuntimeError):  # the window is gone
                self._came_back.emit(save, outcome)

    def _take(self, save: Save, outcome: object) -> None:
        self._now, self._succeeded = None, False
        self.busy.emit()
        if isinstance(outcome, OnDisk):
            self._tell_saved(save, outcome)
        elif self._next is None and isinstance(outcome, ChangedError) and not save.given_up:
            self._asking = True
            self.changed.emit(save, outcome.found)
            self._asking = False
        elif self._next is None:
            self.refused.emit(f"Not saved: {outcome or 'this is a mistake in squeezeviz; it is told on the terminal'}.")
        following, self._next = self._next, None
        if following is not None:
            self._start(following)
        self.busy.emit()
        if not self.running:
            self._ended.emit()

    def _tell_saved(self, save: Save, disk: OnDisk) -> None:
        named = registry.format_of(save.path)
        if named is None or not named.lossless:
            # A table for reading is no place to come back to: what is unsaved stays so.
            self.done.emit(f"Wrote {save.path.name}; save as .toml to keep the network itself.")
            return
        self._succeeded = True
        self._document.saved(save.path, save.mark, disk)
        self.saved.emit(save.path)
        self.done.emit(f"Saved as {save.path.name}.{save.left_out}")

    def _wait_unnoticed(self) -> None:
        loop, patience = QEventLoop(), QTimer(self)
        self._ended.connect(loop.quit)
        patience.setSingleShot(True)
        patience.timeout.connect(loop.quit)
        patience.start(UNNOTICED_MS)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        patience.deleteLater()

    def _wait_aloud(self) -> bool:
        box = QMessageBox(self._window)
        box.setObjectName("saving_box")
        box.setWindowTitle("squeezeviz")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.title or "The save that was given up still waits for its folder to answer.")
        box.setInformativeText(
            "squeezeviz goes on when that is done. “Go On Without Saving” gives it up: the file stays as it was."
        )
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
