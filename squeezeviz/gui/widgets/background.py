"""Long work on a thread, so that the window always responds.

The work may use Qt's painting but no widgets. Its answer arrives on the window's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock, Thread
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from squeezeviz.model.errors import SqueezevizError


class Job:
    """One piece of work. Once it is cancelled its answer is dropped; the work may check that, and stop."""

    def __init__(
        self,
        title: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        refused: Callable[[SqueezevizError], None],
    ) -> None:
        self.title, self.work, self.done, self.refused = title, work, done, refused
        self.cancelled = False
        self.answer: Any = None
        self.error: BaseException | None = None

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
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._waiting = deque[Job]()
        self._thread: Thread | None = None
        """Runs while there is work."""
        self._lock = Lock()
        """Of both, which the thread changes too."""
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return bool(self._jobs)

    @property
    def title(self) -> str:
        """The title of the present work, or empty if there is none that a person should see."""
        return next((job.title for job in self._jobs if job.title), "")

    def run(
        self,
        title: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        refused: Callable[[SqueezevizError], None],
    ) -> Job:
        """Run `work(job)` on the thread, then `done(answer)`, or `refused(error)` if it raised a SqueezevizError.

        Work with an empty title is not shown to the person.
        """
        job = Job(title, work, done, refused)
        self._jobs.append(job)
        with self._lock:
            self._waiting.append(job)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="background")
                self._thread.start()
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

    def close_within(self, seconds: float) -> None:
        """Drop everything, and wait up to `seconds` for running work to stop."""
        thread = self._thread
        self.close()
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        """Do on the thread what waits, until nothing does."""
        while (job := self._next()) is not None:
            try:
                job.answer = job.work(job)
            except Exception as error:  # `_deliver` raises it on the window's thread
                job.error = error
            # What was cancelled is off the list already, and this object may be gone with its window.
            if not job.cancelled:
                self._finished.emit(job)

    def _next(self) -> Job | None:
        """Return what waits longest; what was cancelled is not begun."""
        with self._lock:
            while self._waiting:
                job = self._waiting.popleft()
                if not job.cancelled:
                    return job
            self._thread = None
            return None

    def _deliver(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
        self.busy.emit()
        if job.cancelled:
            return
        if isinstance(job.error, SqueezevizError):
            job.refused(job.error)
        elif job.error is not None:
            raise job.error  # a bug
        else:
            job.done(job.answer)
