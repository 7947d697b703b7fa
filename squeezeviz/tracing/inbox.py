"""What the worker has been asked and has not done yet. Filled by one thread, emptied by another."""

from __future__ import annotations

from threading import Condition

from squeezeviz.tracing.protocol import Beat, Cancel, ListDevices, Quit, Request, Run


class Inbox:
    """Of several runs only the newest waits, and the one that is going is given up for it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: Run | None = None
        self._devices_wanted = False
        self.beats_wanted = False
        """Whether the window wants to hear that this process goes on."""
        self._given_up = False
        self._closed = False

    def put(self, request: Request) -> Run | None:
        """Take a request in; the run that waited and now never will be done, if there is one."""
        with self._changed:
            dropped = None
            match request:
                case Run():
                    dropped, self._waiting = self._waiting, request
                    self._given_up = True
                case Cancel():
                    dropped, self._waiting = self._waiting, None
                    self._given_up = True
                case ListDevices():
                    self._devices_wanted = True
                case Beat():
                    self.beats_wanted = True
                case Quit():
                    self._closed = True
            self._changed.notify()
            return dropped

    def take(self) -> Run | ListDevices | Quit:
        """What to do next; waits for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._devices_wanted or self._waiting)
            if self._closed:
                return Quit()
            if self._devices_wanted:
                self._devices_wanted = False
                return ListDevices()
            run, self._waiting = self._waiting, None
            assert run is not None
            self._given_up = False
            return run

    def given_up(self) -> bool:
        """Whether the run that was taken last is no longer wanted. Cheap: asked before every operation."""
        return self._given_up or self._closed
