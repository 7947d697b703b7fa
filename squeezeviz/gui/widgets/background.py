"""Work that takes long, on a thread of its own, so that the window always answers.

The work may use Qt's painting, never a widget; its answer comes back on the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from squeezeviz.model.errors import SqueezevizError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


@dataclass(eq=False)
class Job:
    """One piece of work. Once `cancel` is called its answer is dropped, and work that asks `cancelled` stops."""

    title: str
    work: Callable[[Job], Any]
    done: Callable[[Any], None]
    refused: Callable[[SqueezevizError], None]
    _cancelled: Event = field(default_factory=Event)

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()


class Background(QObject):
    """Does jobs one after the other."""

    busy = Signal()
    """`title` is another."""
    _finished = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._executor: ThreadPoolExecutor | None = None
        self._finished.connect(self._hand_back, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return bool(self._jobs)

    @property
    def title(self) -> str:
        """What is being done; empty where nothing is that anybody need be told of."""
        return next((job.title for job in self._jobs if job.title), "")

    def run(
        self,
        title: str,
        work: Callable[[Job], Any],
        done: Callable[[Any], None],
        refused: Callable[[SqueezevizError], None],
    ) -> Job:
        """Do `work(job)`, then `done(answer)`, or `refused(error)` where it raised a SqueezevizError.

        An empty title is work that nobody need be told of.
        """
        job = Job(title, work, done, refused)
        self._jobs.append(job)
        if self._executor is None:
            from concurrent.futures import ThreadPoolExecutor

            self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="background")
        future = self._executor.submit(work, job)
        # What was cancelled is off the list already, and this object may be gone with its window.
        future.add_done_callback(lambda future: None if job.cancelled else self._finished.emit(job, future))
        self.busy.emit()
        return job

    def cancel(self) -> bool:
        """Drop all that is being done and told of; whether there was any."""
        dropped = [job for job in self._jobs if job.title]
        for job in dropped:
            job.cancel()
        self._jobs = [job for job in self._jobs if not job.title]
        self.busy.emit()
        return bool(dropped)

    def close(self) -> None:
        """Drop everything, without waiting for what is under way."""
        for job in self._jobs:
            job.cancel()
        self._jobs = []
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    def close_within(self, seconds: float) -> None:
        """Drop everything, and give what is under way so long to stop by itself."""
        executor = self._executor
        self.close()
        if executor is not None:
            ended = Thread(target=executor.shutdown, daemon=True)
            ended.start()
            ended.join(seconds)

    def _hand_back(self, job: Job, future: Future[Any]) -> None:
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
