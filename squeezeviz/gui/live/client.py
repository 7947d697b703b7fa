"""The window's side of the live-pass worker: one process, one pass at a time, and only the newest table waits."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import shown
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.following import FollowedValue
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.analysis.pictures.class_maps import ClassMap
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.gui.live.worker_process import WorkerProcess
    from squeezeviz.trace import protocol
    from squeezeviz.trace.protocol import FollowValue, LocateClass, MapRequest, Run, ShowMaps

TICK_MS = 1000
SILENT_TICKS = 60
"""How long a worker may be silent. It sends a sign of life every second, on a busy machine less often."""
STARTING_TICKS = 240
"""How long it may be silent while Python and PyTorch load, when a slow disk may hold it up."""
SILENCE_REPORT_TICKS = 10
"""From here on the window says that it hears nothing."""
_LEAST_TICKS = 120
_SLOWEST_RATE = 1e8
"""Multiply-adds a second: a hundredth of what one core of an old laptop does."""
_SAFETY_FACTOR = 20
_SHORTEST_TELLING_PASS_MS = 100.0
_MOST_TICKS = 24 * 3600


class PassTimeouts:
    """How long an operation may take before the pass counts as stuck.

    That depends on the heaviest operation's work, and on the slowest pass seen on each device.
    """

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def learn(self, measured: LivePass) -> None:
        """Note the speed of a finished pass, unless it was too short to judge."""
        if measured.time_ms >= _SHORTEST_TELLING_PASS_MS and measured.macs:
            images = measured.input_shape[0] if measured.input_shape else 1
            rate = measured.macs * images / (measured.time_ms / 1000) / _SAFETY_FACTOR
            device = measured.device.id
            self._rates[device] = min(rate, self._rates.get(device, _SLOWEST_RATE))

    def ticks(self, run: Run) -> int:
        """Return how many ticks one operation, or making the weights, may take without any progress."""
        if run.device == "meta":
            return _LEAST_TICKS
        network = resolve(run.table)
        heaviest = max((step.macs.value + step.activations.value for _, step in network.operations()), default=0)
        work = network.parameters.value + run.batch * heaviest
        return round(min(_LEAST_TICKS + work / self._rates.get(run.device, _SLOWEST_RATE), _MOST_TICKS))


CANCEL_TIMEOUT_MS = 700
"""How long a pass has to stop after a cancel before its process is ended."""
CANCEL_TIMEOUT_OF_REPEATS_MS = 5000
"""The same for a repeated measurement, whose complete passes would be lost."""
MOST_RESTARTS = 3
"""How many times in a row a lost process is restarted without being asked for."""
MOST_NOISE_LINES = 50
"""The most lines that are not JSON, such as those of a Python set-up, before the worker itself writes."""


class Silence(NamedTuple):
    """For how many seconds the worker of a pass has been silent. This is answered every second."""

    seconds: int


class Phase(StrEnum):
    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    GONE = "gone"


def _worker_command() -> tuple[str, ...]:
    # -P: a folder named torch where the person happens to be must not be imported.
    return (sys.executable, "-P", "-m", "squeezeviz.trace.worker")


class LiveClient(QObject):
    """Starts the worker, restarts it if it is lost, and emits its answers as signals.

    Nothing here waits.
    """

    phase_changed = Signal(object)
    devices_known = Signal(object)
    answered = Signal(object, object)
    """The Run, and its Progress or Silence so far, or in the end its Done, Failed or Cancelled.

    If it failed, `details` has everything that the worker wrote.
    """
    maps_brought = Signal(object, object)
    """A ShowMaps, and in the end its OperationMaps in a tuple, or the NoMaps that says why there are none.

    Every request gets one of them.
    """
    value_followed = Signal(object, object)
    """A FollowValue, and in the end its FollowedValue, or the NoMaps that says why there is none."""
    class_located = Signal(object, object)
    """A LocateClass, and its Locating so far, or in the end its ClassMap, or the NoMaps that says why there is none."""
    gone = Signal(str)
    """Why there is no worker. None is started until a pass is requested, and no pass was running that could fail."""

    def __init__(self, parent: QObject | None = None, worker: tuple[str, ...] = (), tick_ms: int = TICK_MS) -> None:
        super().__init__(parent)
        self._command = worker or _worker_command()
        self._process: WorkerProcess | None = None
        self._phase = Phase.GONE
        self._running: Run | None = None
        self._cancel_timer = QTimer(self)
        self._cancel_timer.setSingleShot(True)
        self._cancel_timer.timeout.connect(self._on_cancel_timeout)
        self._timeouts = PassTimeouts()
        self._ticker = QTimer(self)
        self._ticker.setInterval(tick_ms)
        self._ticker.timeout.connect(self._on_tick)
        self._silent_ticks = self._ticks_at_operation = 0
        """Ticks since the worker was last heard, and since the pass reached its present operation."""
        self._allowed_ticks = 0
        """How many ticks the running pass may stay at one operation; 0 until that is computed."""
        self._closed = self._was_useful = self._ready = self._telling = False
        self._restarts = self._noise_lines = 0
        self._serial = 0
        self._maps_wanted: dict[int, MapRequest] = {}
        """The requests for maps, values and places that are not answered yet, by their serials."""
        self._told: LivePass | None = None
        """The pass that this worker told last, whether or not it was still wanted."""
        self.details = ""
        """What the worker wrote when a pass last failed: the end of its stderr."""

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def running(self) -> Run | None:
        return self._running

    @property
    def process_id(self) -> int:
        """The worker's process id, or 0 if there is none."""
        return self._process.process_id if self._process else 0

    def start(self) -> None:
        """Start the worker unless it runs, so that torch is loaded when the first pass is requested."""
        from squeezeviz.gui.live.worker_process import WorkerProcess
        from squeezeviz.trace import protocol

        if self._process is not None or self._closed:
            return
        process = self._process = WorkerProcess(self._command, self)
        process.line.connect(self._on_line)
        process.broke.connect(self._on_bad_output)
        process.ended.connect(self._on_worker_lost)
        self._was_useful = self._ready = False
        self._told = None
        self._noise_lines = self._silent_ticks = 0
        self._set_phase(Phase.STARTING)
        self._ticker.start()
        process.start()
        self._send(protocol.Beat())
        self._send(protocol.ListDevices())

    def run(self, request: Run) -> None:
        """Run a pass now, in place of the running or waiting one."""
        self._cancel_timer.stop()
        self._running = request
        self._silent_ticks = self._ticks_at_operation = self._allowed_ticks = 0
        self.start()
        if self._phase is Phase.IDLE:
            self._set_phase(Phase.RUNNING)
        self._ticker.start()
        self._send(request)

    def take_answers(self) -> None:
        """Take what the worker has answered by now to the running pass, without waiting for the event loop's turn.

        While an answer is being handled, the next one waits: what handles it may paint, and paints take answers.
        """
        if self._process is not None and self._phase is Phase.RUNNING and not self._telling:
            self._process.take()

    def cancel(self) -> None:
        """Cancel the running pass. If it does not react in time, its process is killed."""
        from squeezeviz.trace import protocol

        request = self._running
        if request is None:
            return
        self._send(protocol.Cancel())
        if self._phase is Phase.STARTING:  # a loading process reacts slowly, and the pass has not begun
            self._running = None
            self._tell(request, protocol.Cancelled(request.revision))
        elif not self._cancel_timer.isActive():
            self._cancel_timer.start(CANCEL_TIMEOUT_MS if request.repeats == 1 else CANCEL_TIMEOUT_OF_REPEATS_MS)

    def new_serial(self) -> int:
        """Return the serial of the next request for maps or a value: no two have one."""
        self._serial += 1
        return self._serial

    def show_maps(self, request: ShowMaps) -> None:
        """Ask for feature maps of the pass that kept them, which may be running."""
        self._ask(request)

    def follow_value(self, request: FollowValue) -> None:
        """Ask for a value of the pass that kept its maps, with the terms that make it, as `show_maps` does for maps."""
        self._ask(request)

    def locate_class(self, request: LocateClass) -> None:
        """Ask where a class is seen in a picture of a pass, as `show_maps` does for maps."""
        self._ask(request)

    def give_up(self, request: LocateClass) -> None:
        """Have the worker give up what is no longer wanted. The request is answered all the same."""
        from squeezeviz.trace import protocol

        if request.serial in self._maps_wanted:
            self._send(protocol.GiveUp(request.serial))

    def _ask(self, request: MapRequest) -> None:
        from squeezeviz.trace import protocol

        if self._process is None:
            self._answer(request, protocol.no_maps(request, "no live pass has run"))
            return
        self._maps_wanted[request.serial] = request
        self._send(request)

    def close(self) -> None:
        """Kill the worker without waiting for its work."""
        from squeezeviz.gui.live.worker_process import WorkerProcess

        self._closed = True
        self._cancel_timer.stop()
        self._ticker.stop()
        self._process = self._running = None
        for process in self.findChildren(WorkerProcess):  # including those that were given up but have not ended
            process.stop(wait=True)
        self._forget_maps()

    def _tell(self, request: Run, event: protocol.Event | Silence) -> None:
        before, self._telling = self._telling, True
        try:
            self.answered.emit(request, event)
        finally:
            self._telling = before

    def _send(self, message: protocol.Request) -> None:
        if self._process is not None:
            self._process.send(message)

    def _on_line(self, line: bytes) -> None:
        from squeezeviz.trace import protocol

        self._silent_ticks = 0
        try:
            event = protocol.parse_event(line)
            if isinstance(event, protocol.Done):
                event = protocol.completed(event, self._told)
                self._told = event.pass_
        except protocol.BadEventError as error:
            self._on_bad_line(line, error)
        else:
            self._on_event(event)

    def _on_bad_line(self, line: bytes, error: protocol.BadEventError) -> None:
        """Ignore a few lines that Python's set-up may print before the worker takes over stdout. Others are an
        error."""
        self._noise_lines += 1
        if self._ready or line.lstrip().startswith(b"{") or self._noise_lines > MOST_NOISE_LINES:
            self._on_bad_output(f"{shown(line.decode(errors='replace'))}: {error}")

    def _on_event(self, event: protocol.Event) -> None:
        """Handle an event. An answer to an older request is ignored."""
        from squeezeviz.trace import protocol

        newest = self._running
        match event:
            case protocol.Alive():
                pass
            case protocol.Ready():
                self._ready = True
                self._set_phase(Phase.RUNNING if newest else Phase.IDLE)
            case protocol.CannotStart(reason):
                self._on_worker_lost(reason)
            case protocol.Devices() | protocol.Progress() | protocol.Done() if not self._ready:
                self._on_bad_output("an answer before it was ready")
            case protocol.Devices(devices):
                self._was_useful = True
                self.devices_known.emit(devices)
            case protocol.Failed(None) if newest is not None:  # it could not read what it was sent
                self._on_final_answer(newest, event)
            case protocol.Maps() | protocol.Followed() | protocol.Locating() | protocol.Located() | protocol.NoMaps():
                self._on_maps(event)
            case _ if newest is None or event.revision != newest.revision:
                pass
            case protocol.Progress():
                self._ticks_at_operation = 0
                self._tell(newest, event)
            case _:
                self._on_final_answer(newest, event)

    def _answer(self, request: MapRequest, answer: object) -> None:
        from squeezeviz.trace import protocol

        match request:
            case protocol.ShowMaps():
                self.maps_brought.emit(request, answer)
            case protocol.FollowValue():
                self.value_followed.emit(request, answer)
            case _:
                self.class_located.emit(request, answer)

    def _on_maps(self, event: protocol.MapEvent) -> None:
        from squeezeviz.gui.live.maps import WrongMapsError, answer_to
        from squeezeviz.trace import protocol

        request = self._maps_wanted.get(event.serial)
        if request is None or request.revision != event.revision:
            self._on_bad_output("feature maps that nobody asked for")
            return
        if isinstance(event, protocol.Locating) and isinstance(request, protocol.LocateClass):
            self._answer(request, event)
            return
        brought: tuple[OperationMaps, ...] | FollowedValue | ClassMap | protocol.NoMaps
        try:
            brought = answer_to(request, event)
        except OSError as error:
            brought = protocol.no_maps(request, f"their file cannot be read: {error.strerror}")
        except WrongMapsError as error:
            self._on_bad_output(str(error))
            return
        del self._maps_wanted[event.serial]
        self._answer(request, brought)

    def _forget_maps(self) -> list[MapRequest]:
        """Remove what the worker may have written for requests that it can no longer answer, and return these."""
        from squeezeviz.trace import protocol

        requests, self._maps_wanted = list(self._maps_wanted.values()), {}
        for request in requests:
            if not isinstance(request, protocol.ShowMaps):
                continue
            with suppress(OSError):
                os.remove(request.path)  # noqa: PTH107 - pathlib takes time to load
        return requests

    def _give_up_maps(self, reason: str) -> None:
        """Answer the requests for maps of a worker that is gone."""
        from squeezeviz.trace import protocol

        for request in self._forget_maps():
            self._answer(request, protocol.no_maps(request, reason))

    def _on_final_answer(self, request: Run, event: protocol.Done | protocol.Failed | protocol.Cancelled) -> None:
        from squeezeviz.trace import protocol

        self._cancel_timer.stop()
        self._was_useful = True
        self._restarts = 0
        self._running = None
        self._set_phase(Phase.IDLE if self._ready else Phase.STARTING)
        if isinstance(event, protocol.Done):
            self._timeouts.learn(event.pass_)
        elif isinstance(event, protocol.Failed):
            self._set_details(event.reason)
        self._tell(request, event)

    def _on_cancel_timeout(self) -> None:
        """Kill the process of a pass that does not react to Cancel, and start a new one."""
        from squeezeviz.trace import protocol

        request, self._running = self._running, None
        self._drop_process()
        self.start()
        if request is not None:
            self._tell(request, protocol.Cancelled(request.revision))

    def _on_tick(self) -> None:
        """Count one more second in which the window was awake, and give up a worker that was silent too long."""
        request = self._running
        if self._ready and request is None:
            self._ticker.stop()
            return
        self._silent_ticks += 1
        self._ticks_at_operation += 1
        if self._silent_ticks > (SILENT_TICKS if self._ready else STARTING_TICKS):
            self._give_up_on_worker(f"has said nothing for {_duration(self._silent_ticks)}, as if it were stopped")
        elif request is not None and self._ready and self._ticks_at_operation > self._allowed_ticks_of(request):
            self._give_up_on_worker(
                f"has been at the same operation for {_duration(self._ticks_at_operation)}, longer than is plausible"
            )
        elif request is not None and self._silent_ticks >= SILENCE_REPORT_TICKS:
            self._tell(request, Silence(self._silent_ticks))

    def _allowed_ticks_of(self, request: Run) -> int:
        """Return how long the pass may stay at one operation. It is computed once, and only after a while without
        progress."""
        if self._ticks_at_operation <= SILENT_TICKS:
            return self._ticks_at_operation
        if not self._allowed_ticks:
            self._allowed_ticks = self._timeouts.ticks(request)
        return self._allowed_ticks

    def _give_up_on_worker(self, why: str) -> None:
        self._on_worker_lost(f"the process of the live pass {why}; it was given up")

    def _on_bad_output(self, what: str) -> None:
        """Give up a worker that writes something else than answers, because nothing it says can be trusted."""
        self._on_worker_lost(
            f"the process of the live pass wrote something that is not an answer ({what}) and was ended"
        )

    def _on_worker_lost(self, reason: str) -> None:
        """Handle the loss of the worker. It is restarted if it had been useful, but only a few times in a row."""
        from squeezeviz.trace import protocol
        from squeezeviz.trace.failures import FailureKind

        self._set_details(reason)
        self._restarts += 1
        # A process that dies before it was useful would die again and again. The next pass tries.
        again = self._was_useful and self._restarts <= MOST_RESTARTS
        request, self._running = self._running, None
        self._cancel_timer.stop()
        self._drop_process()
        self._set_phase(Phase.GONE)
        last = "A new one has been started; F5 runs the pass again" if again else "F5 tries again"
        message = f"{reason.rstrip('.')}. {last}."
        if request is not None:
            self._tell(request, protocol.Failed(request.revision, message, FailureKind.FAILED))
        elif not again:
            self.gone.emit(message)
        if again:
            self.start()

    def _drop_process(self) -> None:
        process, self._process = self._process, None
        self._ticker.stop()
        if process is not None:
            process.stop()
        if self._maps_wanted:
            self._give_up_maps("the process of the live pass ended")

    def _set_details(self, reason: str) -> None:
        stderr_text = self._process.stderr_text() if self._process is not None else ""
        self.details = f"{reason}\n\n{stderr_text}" if stderr_text else ""

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)


def _duration(ticks: int) -> str:
    return f"{ticks} s" if ticks < 120 else f"{ticks // 60} minutes"
