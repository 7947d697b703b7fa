"""Keeps what is open while it has unsaved changes: at most two seconds after a change it lies in a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.gui.document import Document
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.recovery.snapshot import Snapshot, to_text
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.errors import SqueezevizError

DELAY_MS = 500
"""How long after a change it is written, together with all changes until then."""
AGAIN_MS = 5000
"""How long after it could not be written that is tried again."""


class Recorder(QObject):
    """Writes snapshots on a thread of its own, so that no export holds them up and they never hold the window up."""

    failed = Signal(str)
    """Nothing can be kept: why, said once until it works again."""
    recovered = Signal()
    """It works again."""

    def __init__(
        self, document: Document, work: WorkFolder, background: Background, capture: Callable[[], Snapshot]
    ) -> None:
        super().__init__(background)
        self._document = document
        self._work = work
        self._background = background
        self._capture = capture
        self._number = 0
        self._last: Snapshot | None = None
        self._writing = self._owed = self._fails = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write)

    def has(self, snapshot: Snapshot) -> None:
        """A snapshot is what lies in the window's folder already."""
        self._last = snapshot

    def take_note(self, *_: object) -> None:
        """Something changed, of the network or of how it is looked at."""
        if not self._timer.isActive() or self._timer.interval() > DELAY_MS:
            self._timer.start(DELAY_MS)

    def take_note_now(self, *_: object) -> None:
        """Another network was opened, or this one was saved: what is kept is of no use any more."""
        self._timer.start(0)

    def keep(self) -> None:
        """Write what is open now, before this returns. SqueezevizError where that cannot be done."""
        self._timer.stop()
        self._work.keep(self.next_number(), to_text(self._capture()) if self._document.modified else None)

    def next_number(self) -> int:
        """A number for what is kept next: whatever has a smaller one is not written any more."""
        self._number += 1
        return self._number

    def stop(self) -> None:
        """Write nothing any more."""
        self._timer.stop()
        self._timer.blockSignals(True)

    def _write(self) -> None:
        if self._writing:
            self._owed = True
            return
        snapshot = self._capture() if self._document.modified else None
        if _same(snapshot, self._last) and not self._fails:
            return
        number, work = self.next_number(), self._work
        self._last, self._writing = snapshot, True
        try:
            self._background.run(
                "",
                lambda _: work.keep(number, None if snapshot is None else to_text(snapshot)),
                lambda _: self._written(),
                self._refused,
            )
        except RuntimeError as error:  # no thread can be started now
            self._refused(SqueezevizError(str(error)))

    def _written(self) -> None:
        self._writing = False
        if self._fails:
            self._fails = False
            self.recovered.emit()
        self._go_on()

    def _refused(self, error: SqueezevizError) -> None:
        self._writing = False
        if not self._fails:
            self._fails = True
            self.failed.emit(reason_of(error))
        self._go_on()
        if not self._timer.isActive():
            self._timer.start(AGAIN_MS)

    def _go_on(self) -> None:
        if self._owed:
            self._owed = False
            self._timer.start(0)


def reason_of(error: SqueezevizError) -> str:
    """Why nothing can be kept, with its place, and without the advice for a file that a person names."""
    return str(SqueezevizError(error.message.partition(";")[0], error.place))


def _same(one: Snapshot | None, other: Snapshot | None) -> bool:
    """Whether they are of the same network, looked at in the same way."""
    if one is None or other is None:
        return one is other
    return dataclasses.replace(one, saved_at=other.saved_at) == other
