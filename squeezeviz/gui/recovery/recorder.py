"""Writing the open network to a snapshot while it has unsaved changes, at most two seconds after each change."""

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
"""How long after a change it is written, together with later changes."""
AGAIN_MS = 5000
"""How long after a failure the next attempt comes."""


class Recorder(QObject):
    """Writes snapshots on a thread of its own, so that neither an export nor the window has to wait for them."""

    failed = Signal(str)
    """Why nothing can be written. Emitted once, until writing works again."""
    recovered = Signal()
    """Writing works again."""

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
        self._writing = self._write_again = self._failing = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._write)

    def has(self, snapshot: Snapshot) -> None:
        """Note that this snapshot is already in the window's folder."""
        self._last = snapshot

    def take_note(self, *_: object) -> None:
        """Write a snapshot soon, because the network or its view changed."""
        if not self._timer.isActive() or self._timer.interval() > DELAY_MS:
            self._timer.start(DELAY_MS)

    def take_note_now(self, *_: object) -> None:
        """Update the snapshot at once, because another network was opened, or this one was saved."""
        self._timer.start(0)

    def keep(self) -> None:
        """Write a snapshot before this returns. Raises SqueezevizError if it cannot be written."""
        self._timer.stop()
        self._work.keep(self.next_number(), to_text(self._capture()) if self._document.modified else None)

    def next_number(self) -> int:
        """Return the number of the next snapshot. Snapshots with lower numbers are no longer written."""
        self._number += 1
        return self._number

    def stop(self) -> None:
        self._timer.stop()
        self._timer.blockSignals(True)

    def _write(self) -> None:
        if self._writing:
            self._write_again = True
            return
        snapshot = self._capture() if self._document.modified else None
        if _same(snapshot, self._last) and not self._failing:
            return
        number, work = self.next_number(), self._work
        self._last, self._writing = snapshot, True
        try:
            self._background.run(
                "",
                lambda _: work.keep(number, None if snapshot is None else to_text(snapshot)),
                lambda _: self._on_written(),
                self._on_failed,
            )
        except RuntimeError as error:  # no thread can be started now
            self._on_failed(SqueezevizError(str(error)))

    def _on_written(self) -> None:
        self._writing = False
        if self._failing:
            self._failing = False
            self.recovered.emit()
        self._write_if_needed()

    def _on_failed(self, error: SqueezevizError) -> None:
        self._writing = False
        if not self._failing:
            self._failing = True
            self.failed.emit(reason_of(error))
        self._write_if_needed()
        if not self._timer.isActive():
            self._timer.start(AGAIN_MS)

    def _write_if_needed(self) -> None:
        if self._write_again:
            self._write_again = False
            self._timer.start(0)


def reason_of(error: SqueezevizError) -> str:
    """Return why nothing can be written, with its place, but without the advice for a file that a person chose."""
    return str(SqueezevizError(error.message.partition(";")[0], error.place))


def _same(one: Snapshot | None, other: Snapshot | None) -> bool:
    if one is None or other is None:
        return one is other
    return dataclasses.replace(one, saved_at=other.saved_at) == other
