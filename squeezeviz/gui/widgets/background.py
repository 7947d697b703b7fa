"""Long work on a thread, so that the window always responds.

The work may use Qt's painting but no widgets. Its answer arrives on the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


LOOK_AGAIN_MS = 50
"""How often an answer that waits for a dialog to close looks whether it has."""


class Job:
    """One piece of work. Once it is cancelled its answer is dropped; the work may check that, and stop."""

    def __init__(
        self,
        title: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        refused: Callable[[SqueezevizError], None],
        *,
        after_dialogs: bool = False,
    ) -> None:
        self.title, self.work, self.done, self.refused = title, work, done, refused
        self.after_dialogs = after_dialogs
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def check(self) -> None:
        """Raise SqueezevizError if it was cancelled: to be called right before what cannot be taken back."""
        if self.cancelled:
            raise SqueezevizError("it was cancelled")


class Background(QObject):
    """Runs jobs one after the other."""

    busy = Signal()
    """`title` changed."""
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._executor: ThreadPoolExecutor | None = None
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return any(not job.cancelled for job in self._jobs)

    @property
    def title(self) -> str:
        """The title of the present work, or empty if there is none that a person should see."""
        return next((job.title for job in self._jobs if job.title and not job.cancelled), "")

    def run(
        self,
        title: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        refused: Callable[[SqueezevizError], None],
        *,
        after_dialogs: bool = False,
    ) -> Job:
        """Run `work(job)` on the thread, then `done(answer)`, or `refused(error)` if it raised a SqueezevizError.

        Work with an empty title is not shown to the person. What takes the place of the open network, or of what it
        is compared with, comes `after_dialogs`: a person who is asked something is asked about what is open then.
        """
        job = Job(title, work, done, refused, after_dialogs=after_dialogs)
        self._jobs = [each for each in self._jobs if not each.cancelled] + [job]
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        future = self._executor.submit(lambda: None if job.cancelled else work(job))
        # What was cancelled is off the list already, and this object may be gone with its window.
        future.add_done_callback(lambda future: None if job.cancelled else self._finished.emit(job, future))
        self.busy.emit()
        return job

    def cancel(self) -> list[str]:
        """Drop all work that has a title. Return the titles."""
        dropped = [job for job in self._jobs if job.title]
        for job in dropped:
            job.cancel()
        self._jobs = [job for job in self._jobs if not job.title]
        self.busy.emit()
        return [job.title for job in dropped]

    def close(self) -> None:
        """Drop everything without waiting for running work."""
        for job in self._jobs:
            job.cancel()
        self._jobs = []
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def close_within(self, seconds: float) -> None:
        """Drop everything, and wait up to `seconds` for running work to stop."""
        executor = self._executor
        self.close()
        if executor is not None:
            ended = Thread(target=executor.shutdown, daemon=True)
            ended.start()
            ended.join(seconds)

    def _deliver(self, job: Job, future: Future[Any]) -> None:
        if job.after_dialogs and not job.cancelled and QApplication.activeModalWidget() is not None:
            QTimer.singleShot(LOOK_AGAIN_MS, self, lambda: self._deliver(job, future))
            return
        if job in self._jobs:
            self._jobs.remove(job)
        self.busy.emit()
        if job.cancelled or future.cancelled():
            return
        error = future.exception()
        if isinstance(error, SqueezevizError):
            job.refused(error)
        else:
            # Anything else that was raised is a bug, and raises here.
            job.done(future.result())
