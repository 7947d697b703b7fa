"""The live-pass worker: `python -m squeezeviz.trace.worker`. Requests on stdin, events on stdout (see `protocol`).

The main thread runs passes. A second one reads stdin, so that a cancel, a newer run and the end of the input reach
a pass that is going: it stops at its next operation.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event as Flag
from threading import Lock, Thread
from typing import TYPE_CHECKING, BinaryIO

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError, kind_of, reason_of
from squeezeviz.trace.loading import could_not_load, load_torch
from squeezeviz.trace.protocol import (
    LONGEST_LINE,
    Alive,
    BadRequestError,
    Cancelled,
    CannotStart,
    Devices,
    Done,
    Event,
    Failed,
    ListDevices,
    Progress,
    Quit,
    Ready,
    Run,
    event_line,
    parse_request,
)

if TYPE_CHECKING:
    from squeezeviz.trace.module import GivenWeights, SqueezeNet
    from squeezeviz.trace.weights import KeptWeightsReader
from threading import Condition

from squeezeviz.trace.protocol import Beat, Cancel, Request

GRACE_S = 0.5
"""How long a pass may take to its next operation once nobody listens any more."""

QUIET_S = 0.1
"""A pass that is over sooner reports no progress."""

PROGRESS_EVERY_S = 0.05

HEARTBEAT_S = 1.0
"""How often a worker that loads or computes says that it is not stopped."""

NICENESS = 10
"""How far the worker stands back, on POSIX's scale to 19."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    _stand_back()
    outbox = Outbox(_private_stdout())
    inbox = Inbox()
    Thread(target=_listen_to_the_end, args=(sys.stdin.buffer, inbox, outbox), daemon=True).start()
    exit_code = Worker(inbox, outbox).work()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)  # the listening thread holds stdin, which Python would wait for


def _stand_back() -> None:
    """Leave the processor to the window where both want it: it has to answer, a pass may take a little longer."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


class Outbox:
    """Writes events, one line each, from whatever thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def send(self, event: Event) -> None:
        """Where nobody reads, the window is gone, and so are we."""
        line = event_line(event)
        if len(line) > LONGEST_LINE and isinstance(event, Done):
            line = event_line(Failed(event.revision, _TOO_MUCH_TO_SAY, FailureKind.REFUSED))
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except BrokenPipeError:
                os._exit(0)


_TOO_MUCH_TO_SAY = (
    f"what was measured takes more than {LONGEST_LINE // 1024**2} MiB to tell; take fewer layers, or shorter names"
)


class Worker:
    """Runs what the inbox holds, one pass at a time, and keeps the last module on each device for the next."""

    def __init__(self, inbox: Inbox, outbox: Outbox) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._modules: dict[str, SqueezeNet] = {}
        self._weights: KeptWeightsReader | None = None
        self._device_lost = False

    def work(self) -> int:
        """Until told to quit, or until a device fails under a pass: its state in this process stays broken.

        Returns the exit code.
        """
        with self._beating():
            try:
                load_torch()  # while the listener listens already
            except PassError as error:
                traceback.print_exc()
                self._outbox.send(CannotStart(str(error), error.kind))
                return 1
        from squeezeviz.trace.devices import devices

        self._outbox.send(Ready())
        while True:
            match self._inbox.take():
                case Quit():
                    return 0
                case ListDevices():
                    self._outbox.send(Devices(tuple(devices())))
                case Run() as run:
                    with self._beating():
                        answer = self._answer(run)
                    self._outbox.send(answer)
                    if self._device_lost:
                        return 1

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Inside the `with` the window hears every second that this process goes on, where it wants to."""
        over = Flag()
        Thread(target=self._beat, args=(over,), daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def _beat(self, over: Flag) -> None:
        while not over.wait(HEARTBEAT_S):
            if self._inbox.beats_wanted:
                self._outbox.send(Alive())

    def _answer(self, run: Run) -> Done | Failed | Cancelled:
        try:
            network = resolve(run.table)
            return Done(run.revision, self._pass(run, network), tuple(str(each) for each in network.problems))
        except PassCancelledError:
            return Cancelled(run.revision)
        except PassError as error:
            self._device_lost = error.kind is FailureKind.DEVICE and error.__cause__ is not None
            if error.kind is FailureKind.MEMORY:
                self._modules.clear()
            return Failed(run.revision, str(error), error.kind)
        except SqueezevizError as error:
            return Failed(run.revision, str(error), FailureKind.REFUSED)
        except ImportError as error:
            traceback.print_exc()
            return Failed(run.revision, str(could_not_load(error)), FailureKind.LOADING)
        except (MemoryError, OSError) as error:
            self._modules.clear()
            traceback.print_exc()
            return Failed(run.revision, _outside_of_the_pass(error), kind_of(error))
        except Exception as error:  # a bug of ours must not cost the passes after it
            traceback.print_exc()
            reason = f"a bug in squeezeviz stopped the pass: {type(error).__name__}: {error}"
            return Failed(run.revision, reason, FailureKind.FAILED)

    def _pass(self, run: Run, network: ResolvedNetwork) -> LivePass:
        from squeezeviz.trace.passes import live_pass

        weights = self._given(run)
        reporter = _Reporter(self._outbox, run)
        return live_pass(
            network,
            device=run.device,
            batch=run.batch,
            repeats=run.repeats,
            module=self._module(run, network, weights),
            weights=weights,
            on_pass=reporter.begin,
            progress=reporter.report,
            cancelled=self._inbox.given_up,
        )

    def _given(self, run: Run) -> GivenWeights | None:
        from squeezeviz.trace.weights import KeptWeightsReader

        self._weights = self._weights or KeptWeightsReader()
        return self._weights.weights(run.weights)

    def _module(self, run: Run, network: ResolvedNetwork, weights: GivenWeights | None) -> SqueezeNet:
        """Made of the last one on that device; where both do not fit beside each other, from nothing."""
        from squeezeviz.trace.passes import prepare_module

        prepare = partial(
            prepare_module,
            network,
            device=run.device,
            batch=run.batch,
            weights=weights,
            cancelled=self._inbox.given_up,
        )
        previous = self._modules.get(run.device)
        try:
            module = prepare(previous)
        except PassError as error:
            if error.kind is not FailureKind.MEMORY or previous is None:
                raise
            previous = None
            self._modules.clear()
            module = prepare()
        self._modules[run.device] = module
        return module


class _Reporter:
    """Progress of one run, not more often than anybody can see."""

    def __init__(self, outbox: Outbox, run: Run) -> None:
        self._outbox = outbox
        self._run = run
        self._repeat = 1
        self._next = time.monotonic() + QUIET_S

    def begin(self, repeat: int) -> None:
        """The pass of that number begins."""
        self._repeat = repeat

    def report(self, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PROGRESS_EVERY_S
            self._outbox.send(Progress(self._run.revision, done, total, name, self._repeat, self._run.repeats))


def _private_stdout() -> BinaryIO:
    """The stdout that the window reads; what libraries print goes to stderr from now on."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _outside_of_the_pass(error: MemoryError | OSError) -> str:
    """What is said of a lack of memory or room before or after the operations run."""
    said = reason_of(error)
    match kind_of(error):
        case FailureKind.MEMORY:
            return f"memory ran out before the pass began; take a smaller batch or input. {said}"
        case FailureKind.DISK:
            return f"no room was left on the disk; make room, or set TMPDIR to another folder. {said}"
    return f"the system refused what the pass needs: {said}"


def _listen_to_the_end(stream: BinaryIO, inbox: Inbox, outbox: Outbox) -> None:
    """Listen; a worker that cannot do so any more ends, for nobody could tell it to."""
    try:
        _listen(stream, inbox, outbox)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of the input; of one that is too long, as much as shows that it is, and then its end."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
            pass


def _listen(stream: BinaryIO, inbox: Inbox, outbox: Outbox) -> None:
    for line in _lines(stream):
        if not line.strip():
            continue
        try:
            request = parse_request(line)
        except BadRequestError as error:
            outbox.send(Failed(error.revision, str(error), FailureKind.REFUSED))
            continue
        if isinstance(request, Quit):
            break
        dropped = inbox.put(request)
        if dropped is not None:
            outbox.send(Cancelled(dropped.revision))
    inbox.put(Quit())
    time.sleep(GRACE_S)
    os._exit(0)


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


if __name__ == "__main__":
    main()
