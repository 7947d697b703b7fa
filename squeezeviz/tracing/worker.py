"""The live-pass worker: `python -m squeezeviz.tracing.worker`. Requests on stdin, events on stdout (see `protocol`).

The main thread runs passes. A second one reads stdin, so that a cancel, a newer run and the end of the input reach
a pass that is going: it stops at its next operation.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, BinaryIO

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.live import LivePass
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.tracing.failures import FailureKind, PassCancelledError, PassError
from squeezeviz.tracing.inbox import Inbox
from squeezeviz.tracing.protocol import (
    BadRequestError,
    Cancelled,
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
    from squeezeviz.tracing.kept_weights import KeptWeightsReader
    from squeezeviz.tracing.module import GivenWeights, SqueezeNet

GRACE_S = 0.5
"""How long a pass may take to its next operation once nobody listens any more."""

QUIET_S = 0.1
"""A pass that is over sooner reports no progress."""

PROGRESS_EVERY_S = 0.05


NICENESS = 10
"""How far the worker stands back, on POSIX's scale to 19."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    _stand_back()
    outbox = Outbox(_private_stdout())
    inbox = Inbox()
    Thread(target=_listen, args=(sys.stdin.buffer, inbox, outbox), daemon=True).start()
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
        """Nobody reads: the window is gone, and so are we."""
        with self._lock:
            try:
                self._stream.write(event_line(event))
                self._stream.flush()
            except BrokenPipeError:
                os._exit(0)


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
        from squeezeviz.tracing.devices import devices  # torch loads here, while the listener listens already

        self._outbox.send(Ready())
        while True:
            match self._inbox.take():
                case Quit():
                    return 0
                case ListDevices():
                    self._outbox.send(Devices(tuple(devices())))
                case Run() as run:
                    self._outbox.send(self._answer(run))
                    if self._device_lost:
                        return 1

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
        except Exception as error:  # a bug of ours must not cost the passes after it
            traceback.print_exc()
            reason = f"a bug in squeezeviz stopped the pass: {type(error).__name__}: {error}"
            return Failed(run.revision, reason, FailureKind.FAILED)

    def _pass(self, run: Run, network: ResolvedNetwork) -> LivePass:
        from squeezeviz.tracing.passes import live_pass

        weights = self._given(run)
        return live_pass(
            network,
            device=run.device,
            batch=run.batch,
            module=self._module(run, network, weights),
            weights=weights,
            progress=_Reporter(self._outbox, run.revision).report,
            cancelled=self._inbox.given_up,
        )

    def _given(self, run: Run) -> GivenWeights | None:
        from squeezeviz.tracing.kept_weights import KeptWeightsReader

        self._weights = self._weights or KeptWeightsReader()
        return self._weights.weights(run.weights)

    def _module(self, run: Run, network: ResolvedNetwork, weights: GivenWeights | None) -> SqueezeNet:
        """Made of the last one on that device; where both do not fit beside each other, from nothing."""
        from squeezeviz.tracing.passes import prepare_module

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

    def __init__(self, outbox: Outbox, revision: int) -> None:
        self._outbox = outbox
        self._revision = revision
        self._next = time.monotonic() + QUIET_S

    def report(self, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PROGRESS_EVERY_S
            self._outbox.send(Progress(self._revision, done, total, name))


def _private_stdout() -> BinaryIO:
    """The stdout that the window reads; what libraries print goes to stderr from now on."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _listen(stream: BinaryIO, inbox: Inbox, outbox: Outbox) -> None:
    for line in stream:
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


if __name__ == "__main__":
    main()
