"""The live-pass worker: `python -m squeezeviz.trace.worker`. It reads requests on stdin and writes events on stdout
(see `protocol`).

The main thread runs passes. A second thread reads stdin, so that a cancel, a newer run or the end of the input reaches
a pass that is going, which then stops at its next operation.
"""

from __future__ import annotations

import dataclasses
import gc
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Condition, Lock, Thread
from threading import Event as Flag
from typing import TYPE_CHECKING, BinaryIO

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.trace import protocol
from squeezeviz.trace.asked_maps import AskedMaps
from squeezeviz.trace.failures import (
    FailureKind,
    PassCancelledError,
    PassError,
    could_not_load,
    kind_of,
    load_torch,
    reason_of,
)
from squeezeviz.trace.protocol import (
    LONGEST_LINE,
    Event,
    FollowValue,
    LocateClass,
    MapRequest,
    NoMaps,
    OtherNetwork,
    Quit,
    Request,
    Run,
    ShowMaps,
    event_line,
    no_maps,
    parse_request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from squeezeviz.analysis.arithmetic import Arithmetic
    from squeezeviz.analysis.following import FollowedValue
    from squeezeviz.analysis.pictures.batch import SeenPictures
    from squeezeviz.analysis.pictures.class_maps import ClassMap
    from squeezeviz.analysis.value_sources import ValueAt
    from squeezeviz.trace.brought_maps import KeptMaps
    from squeezeviz.trace.module import GivenWeights, SqueezeNet
    from squeezeviz.trace.passes import Earlier
    from squeezeviz.trace.picture_input import PictureTensors, Prepared

GRACE_S = 0.5
"""How long a pass may take to its next operation after the window is gone."""

QUIET_S = 0.1
"""A shorter pass reports no progress."""

PROGRESS_EVERY_S = 0.05

HEARTBEAT_S = 1.0
"""How often a worker that loads or computes sends a sign of life."""

NICENESS = 10
"""How much the worker lowers its priority, on POSIX's scale up to 19."""


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window
    _lower_priority()
    outbox = Outbox(_take_stdout())
    inbox = Inbox()
    Thread(target=_listen_or_exit, args=(sys.stdin.buffer, inbox, outbox), daemon=True).start()
    exit_code = Worker(inbox, outbox).work()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)  # the listening thread holds stdin, which Python would wait for


def _lower_priority() -> None:
    """Lower this process's priority, because the window has to answer at once and a pass may take a little longer."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)


class Outbox:
    """Writes events, one a line, from any thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def send(self, event: Event) -> bool:
        """Write an event; whether it is not too long to be read. If nobody reads, the window is gone, and this process
        exits."""
        line = event_line(event)
        fits = len(line) <= LONGEST_LINE
        if not fits and isinstance(event, protocol.Done):
            line = event_line(protocol.Failed(event.revision, _TOO_MUCH_TO_SAY, FailureKind.REFUSED))
        with self._lock:
            try:
                self._stream.write(line)
                self._stream.flush()
            except BrokenPipeError:
                os._exit(0)
        return fits


_TOO_MUCH_TO_SAY = (
    f"the result of the pass has more than {LONGEST_LINE // 1024**2} MiB to tell; take fewer layers, or shorter names"
)


class Worker:
    """Runs the requests of the inbox, one pass at a time, and keeps the last module on each device for the next
    pass, and what the last pass on the meta device measured."""

    def __init__(self, inbox: Inbox, outbox: Outbox) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._modules: dict[str, SqueezeNet] = {}
        self._earlier: Earlier | None = None
        self._told: LivePass | None = None
        """The pass of the last `Done`."""
        self._pictures: PictureTensors | None = None
        self._compare: Callable[[OtherNetwork], KeptMaps] | None = None
        self._compared: tuple[OtherNetwork, KeptMaps] | None = None
        """Runs another network on the input of the last run, and the maps of the one that it was."""
        self._asked = AskedMaps()
        self._maps: KeptMaps | None = None
        self._follow: Callable[[ValueAt], FollowedValue] | None = None
        self._locate: Callable[[LocateClass], ClassMap] | None = None
        self._revision: int | None = None
        """Maps of the last run, what follows a value of them, what finds a class in its pictures; and its number."""
        self._device_lost = False
        self._busy = Flag()
        Thread(target=self._beat, daemon=True).start()

    def work(self) -> int:
        """Work until told to quit, or until a device fails during a pass, because its state in this process stays
        broken.

        Returns the exit code.
        """
        with self._beating():
            try:
                load_torch()  # the listener is already running
                gc.freeze()  # none of torch's half million objects ever goes, and looking at them takes 0.1 s
            except PassError as error:
                traceback.print_exc()
                self._outbox.send(protocol.CannotStart(str(error), error.kind))
                return 1
        from squeezeviz.trace.devices import devices

        self._outbox.send(protocol.Ready())
        while True:
            match self._inbox.take():
                case Quit():
                    return 0
                case protocol.ListDevices():
                    self._outbox.send(protocol.Devices(tuple(devices())))
                case (ShowMaps() | FollowValue() | LocateClass()) as request:
                    self._outbox.send(self._brought(request))
                case Run() as run:
                    with self._beating():
                        answer = self._answer(run)
                    self._tell(answer, only_new=run.only_new)
                    if self._device_lost:
                        return 1

    def _tell(self, answer: protocol.Done | protocol.Failed | protocol.Cancelled, *, only_new: bool) -> None:
        """Send the answer; of a pass, where that is asked for, what the one before did not tell."""
        if not isinstance(answer, protocol.Done):
            self._outbox.send(answer)
        elif self._outbox.send(protocol.shortened(answer, self._told) if only_new else answer):
            self._told = answer.pass_

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Inside the `with`, send the window an `Alive` every second if it asked for that."""
        self._busy.set()
        try:
            yield
        finally:
            self._busy.clear()

    def _beat(self) -> None:
        while self._busy.wait():
            time.sleep(HEARTBEAT_S)
            if self._busy.is_set() and self._inbox.beats_wanted:
                self._outbox.send(protocol.Alive())

    def _answer(self, run: Run) -> protocol.Done | protocol.Failed | protocol.Cancelled:
        try:
            network = resolve(run.table)
            problems = tuple(str(each) for each in network.problems)
            if run.pictures is not None:
                run = dataclasses.replace(run, batch=len(run.pictures.pictures))
            measured, seen = self._pass(run, network)
            return protocol.Done(run.revision, measured, problems, seen=seen)
        except PassCancelledError:
            return protocol.Cancelled(run.revision)
        except PassError as error:
            self._device_lost = error.kind is FailureKind.DEVICE and error.__cause__ is not None
            if error.kind is FailureKind.MEMORY:
                self._modules.clear()
            return protocol.Failed(run.revision, str(error), error.kind)
        except SqueezevizError as error:
            return protocol.Failed(run.revision, str(error), FailureKind.REFUSED)
        except ImportError as error:
            traceback.print_exc()
            return protocol.Failed(run.revision, str(could_not_load(error)), FailureKind.LOADING)
        except (MemoryError, OSError) as error:
            self._modules.clear()
            traceback.print_exc()
            return protocol.Failed(run.revision, _reason_outside_pass(error), kind_of(error))
        except Exception as error:  # a bug of ours must not cost the passes after it
            traceback.print_exc()
            reason = f"a bug in squeezeviz stopped the pass: {type(error).__name__}: {error}"
            return protocol.Failed(run.revision, reason, FailureKind.FAILED)

    def _pass(self, run: Run, network: ResolvedNetwork) -> tuple[LivePass, SeenPictures | None]:
        from squeezeviz.trace.brought_maps import KeptMaps
        from squeezeviz.trace.following import follow_kept
        from squeezeviz.trace.passes import Earlier
        from squeezeviz.trace.weights import retained_tensors

        self._maps = self._follow = self._locate = self._compare = self._compared = (
            None  # before there are others: memory may not hold both
        )
        self._revision = run.revision
        weights = retained_tensors(run.weights) if run.weights else None
        reporter = _Reporter(self._outbox, run)
        module = self._module(run, network, weights)
        shown = self._shown(run, network, module)
        outputs: deque[Tensor] = deque(maxlen=1)
        image = shown.image if shown is not None else None
        measure = self._ready_to_run(run, network, module, weights, image)
        maps = KeptMaps(measure, self._asked.begin_pass()) if run.keep_maps and run.device != "meta" else None
        measured = (maps.measured if maps is not None else measure)(
            repeats=run.repeats,
            on_output=outputs.append if shown is not None else None,
            on_pass=reporter.begin,
            progress=reporter.report,
            earlier=self._earlier,
        )
        self._maps = maps
        if maps is not None:
            way = shown.preprocessing.preprocessing if shown is not None else None
            self._follow = partial(follow_kept, network, module, maps, way, run.arithmetic)
            self._compare = partial(self._maps_of_other, run, image)
        if shown is not None:
            self._locate = partial(self._located, network, module, shown, run.arithmetic)
        self._earlier = Earlier(module, measured) if run.device == "meta" and run.repeats == 1 else None
        return measured, self._seen(shown, outputs, network)

    def _ready_to_run(
        self,
        run: Run,
        network: ResolvedNetwork,
        module: SqueezeNet,
        weights: GivenWeights | None,
        image: Tensor | None,
    ) -> Callable[..., LivePass]:
        from squeezeviz.trace.passes import live_pass

        return partial(
            live_pass,
            network,
            device=run.device,
            batch=run.batch,
            arithmetic=run.arithmetic,
            module=module,
            weights=weights,
            image=image,
            cancelled=self._inbox.given_up,
        )

    def _maps_of_other(self, run: Run, image: Tensor | None, other: OtherNetwork) -> KeptMaps:
        """Return the maps of another network for the input of a run. Those of the last one are kept."""
        from squeezeviz.trace.brought_maps import KeptMaps
        from squeezeviz.trace.weights import retained_tensors

        if self._compared is None or self._compared[0] != other:
            self._compared = None
            network = resolve(other.table)
            weights = retained_tensors(other.weights) if other.weights else None
            module = self._prepared(run, network, weights)
            kept = KeptMaps(self._ready_to_run(run, network, module, weights, image), images=run.batch)
            self._compared = other, kept
        return self._compared[1]

    def _shown(self, run: Run, network: ResolvedNetwork, module: SqueezeNet) -> Prepared | None:
        """Return the pictures of a run as its input, or None where it has none, or its device no values."""
        if run.pictures is None or run.device == "meta":
            return None
        if self._pictures is None:
            from squeezeviz.trace.picture_input import PictureTensors  # not sooner: it loads Pillow

            self._pictures = PictureTensors()
        weights = run.weights.path if run.weights is not None else ""
        return self._pictures.prepared(run.pictures, network, module, weights, self._inbox.given_up)

    def _seen(self, shown: Prepared | None, outputs: deque[Tensor], network: ResolvedNetwork) -> SeenPictures | None:
        if shown is None:
            return None
        from squeezeviz.trace.picture_input import seen_pictures

        return seen_pictures(outputs.pop(), network, shown.preprocessing)

    def _brought(self, request: MapRequest) -> protocol.Maps | protocol.Followed | protocol.Located | NoMaps:
        """Return what is asked for of the last run, or why it is not to be had."""
        if request.revision != self._revision:
            return no_maps(request, "another pass has run since", is_stale=True)
        try:
            return self._answer_to(request)
        except PassCancelledError:
            if self._inbox.is_given_up(request.serial):
                return no_maps(request, "it was cancelled")
            return no_maps(request, "another pass has been asked for", is_stale=True)
        except SqueezevizError as error:
            return no_maps(request, str(error))
        except (MemoryError, OSError) as error:
            return no_maps(request, f"the feature maps could not be handed over: {reason_of(error)}")

    def _answer_to(self, request: MapRequest) -> protocol.Maps | protocol.Followed | protocol.Located:
        """Write the maps, follow the value or find the class. Raises SqueezevizError if the run has no such thing."""
        if isinstance(request, LocateClass):
            if self._locate is None:
                raise SqueezevizError("the last pass ran on no pictures, or did not come to its end")
            return protocol.Located(request.revision, request.serial, self._locate(request))
        if self._maps is None or self._follow is None or self._compare is None:
            raise SqueezevizError("the last pass kept no feature maps, or did not come to its end")
        if isinstance(request, ShowMaps):
            if request.other is not None:
                return self._maps.bring(request, self._compare(request.other))
            self._asked.note(request)
            return self._maps.bring(request)
        return protocol.Followed(request.revision, request.serial, self._follow(request.at))

    def _located(
        self, network: ResolvedNetwork, module: SqueezeNet, shown: Prepared, arithmetic: Arithmetic, asked: LocateClass
    ) -> ClassMap:
        """Return where a class is seen in one of the pictures. In the meantime other requests are answered."""
        from squeezeviz.trace.class_maps import class_map

        def report(done: int, total: int) -> None:
            self._outbox.send(protocol.Locating(asked.revision, asked.serial, done, total))
            while (other := self._inbox.take_quick()) is not None:
                self._outbox.send(self._brought(other))

        if asked.image >= len(shown.image):
            raise SqueezevizError(f"picture {asked.image:,} is none of the {len(shown.image):,} of this pass")
        return class_map(
            network,
            module,
            shown.image[asked.image : asked.image + 1],
            asked.number,
            asked.method,
            shown.preprocessing.preprocessing,
            arithmetic=arithmetic,
            progress=report,
            cancelled=lambda: self._inbox.given_up() or self._inbox.is_given_up(asked.serial),
        )

    def _module(self, run: Run, network: ResolvedNetwork, weights: GivenWeights | None) -> SqueezeNet:
        """Build the module from the last one on that device, or from nothing if both do not fit into memory
        together."""
        previous = self._modules.get(run.device)
        try:
            module = self._prepared(run, network, weights, previous)
        except PassError as error:
            if error.kind is not FailureKind.MEMORY or previous is None:
                raise
            previous = None
            self._modules.clear()
            module = self._prepared(run, network, weights)
        self._modules[run.device] = module
        return module

    def _prepared(
        self, run: Run, network: ResolvedNetwork, weights: GivenWeights | None, previous: SqueezeNet | None = None
    ) -> SqueezeNet:
        from squeezeviz.trace.passes import prepare_module

        return prepare_module(
            network,
            previous,
            device=run.device,
            batch=run.batch,
            weights=weights,
            arithmetic=run.arithmetic,
            cancelled=self._inbox.given_up,
        )


class _Reporter:
    """Reports the progress of one run, not more often than a person can see."""

    def __init__(self, outbox: Outbox, run: Run) -> None:
        self._outbox = outbox
        self._run = run
        self._repeat = 1
        self._next = time.monotonic() + QUIET_S

    def begin(self, repeat: int) -> None:
        """Note that pass number `repeat` begins."""
        self._repeat = repeat

    def report(self, done: int, total: int, name: str) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + PROGRESS_EVERY_S
            self._outbox.send(protocol.Progress(self._run.revision, done, total, name, self._repeat, self._run.repeats))


def _take_stdout() -> BinaryIO:
    """Return the stdout that the window reads. What libraries print to stdout goes to stderr from now on."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def _reason_outside_pass(error: MemoryError | OSError) -> str:
    """Return the message for a lack of memory or disk space before or after the operations run."""
    reason = reason_of(error)
    match kind_of(error):
        case FailureKind.MEMORY:
            return f"memory ran out before the pass began; take a smaller batch or input. {reason}"
        case FailureKind.DISK:
            return f"no room was left on the disk; make room, or set TMPDIR to another folder. {reason}"
    return f"the system refused what the pass needs: {reason}"


def _listen_or_exit(stream: BinaryIO, inbox: Inbox, outbox: Outbox) -> None:
    """Listen. A worker that can no longer listen exits, because nobody could stop it."""
    try:
        _listen(stream, inbox, outbox)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Iterate over the lines of the input. A line that is too long is cut just beyond the limit."""
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
        except protocol.BadRequestError as error:
            outbox.send(protocol.Failed(error.revision, str(error), FailureKind.REFUSED))
            continue
        if isinstance(request, Quit):
            break
        dropped = inbox.put(request)
        if isinstance(dropped, Run):
            outbox.send(protocol.Cancelled(dropped.revision))
        elif dropped is not None:
            outbox.send(no_maps(dropped, f"more than {MOST_WAITING} other requests for maps or values came after it"))
    inbox.put(Quit())
    time.sleep(GRACE_S)
    os._exit(0)


MOST_WAITING = 16
"""The most requests for maps, values or places that wait."""


class Inbox:
    """Holds the requests. Only the newest run waits, and the present one is cancelled for it. It comes before requests
    for maps, which may be of its pass."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: Run | None = None
        self._maps_wanted: deque[MapRequest] = deque()
        self._no_longer_wanted: deque[int] = deque(maxlen=MOST_WAITING)
        self._devices_wanted = False
        self.beats_wanted = False
        """Whether the window asked for signs of life."""
        self._given_up = False
        self._closed = False

    def put(self, request: Request) -> Run | MapRequest | None:
        """Add a request. Return the waiting one that it replaces, if there is one."""
        with self._changed:
            dropped: Run | MapRequest | None = None
            match request:
                case Run():
                    dropped, self._waiting = self._waiting, request
                    self._given_up = True
                case protocol.Cancel():
                    dropped, self._waiting = self._waiting, None
                    self._given_up = True
                case protocol.GiveUp(serial):
                    self._no_longer_wanted.append(serial)
                case ShowMaps() | FollowValue() | LocateClass():
                    self._maps_wanted.append(request)
                    if len(self._maps_wanted) > MOST_WAITING:
                        dropped = self._maps_wanted.popleft()
                case protocol.ListDevices():
                    self._devices_wanted = True
                case protocol.Beat():
                    self.beats_wanted = True
                case Quit():
                    self._closed = True
            self._changed.notify()
            return dropped

    def take(self) -> Run | MapRequest | protocol.ListDevices | Quit:
        """Wait for the next thing to do, and return it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._devices_wanted or self._waiting or self._maps_wanted)
            if self._closed:
                return Quit()
            if self._devices_wanted:
                self._devices_wanted = False
                return protocol.ListDevices()
            run, self._waiting = self._waiting, None
            self._given_up = False
            return self._maps_wanted.popleft() if run is None else run

    def take_quick(self) -> ShowMaps | FollowValue | None:
        """Return the next request for maps or a value, without waiting for one. None if there is none, or a run."""
        with self._changed:
            for request in self._maps_wanted:
                if self._waiting is None and not isinstance(request, LocateClass):
                    self._maps_wanted.remove(request)
                    return request
            return None

    def is_given_up(self, serial: int) -> bool:
        """Whether the request of that serial is no longer wanted."""
        return serial in self._no_longer_wanted

    def given_up(self) -> bool:
        """Whether the run taken last is no longer wanted. This is cheap, because it is asked before every operation."""
        return self._given_up or self._closed


if __name__ == "__main__":
    main()
