"""The window's end of the live-pass worker: one process, one pass at a time, the newest table next."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.live.worker_process import WorkerProcess
from squeezeviz.model.errors import shown
from squeezeviz.trace import protocol
from squeezeviz.trace.protocol import Run

TICK_MS = 1000
SILENT_TICKS = 60
"""A worker that computes says every second that it is alive; one on a crowded machine now and then."""
STARTING_TICKS = 240
"""While Python and PyTorch load, a disk may keep the process from saying anything."""
REMARKABLE_TICKS = 10
"""From here on the window says that it hears nothing."""
_LEAST_TICKS = 120
_SLOWEST_RATE = 1e8
"""Multiply-adds a second: a hundredth of what one core of an old laptop does."""
_GENEROUS = 20
_LONG_ENOUGH_MS = 100.0
_MOST_TICKS = 24 * 3600


class Patience:
    """What is plausible follows from the heaviest operation's work and from the slowest pass seen on each device."""

    def __init__(self) -> None:
        self._rates: dict[str, float] = {}

    def learn(self, measured: LivePass) -> None:
        """Take note of how fast a pass was; one too short to tell teaches nothing."""
        if measured.time_ms >= _LONG_ENOUGH_MS and measured.macs:
            images = measured.input_shape[0] if measured.input_shape else 1
            rate = measured.macs * images / (measured.time_ms / 1000) / _GENEROUS
            device = measured.device.id
            self._rates[device] = min(rate, self._rates.get(device, _SLOWEST_RATE))

    def ticks(self, run: Run) -> int:
        """So long one operation, or making the weights, may take without the next one being told of."""
        if run.device == "meta":
            return _LEAST_TICKS
        network = resolve(run.table)
        heaviest = max((step.macs.value + step.activations.value for _, step in network.operations()), default=0)
        work = network.parameters.value + run.batch * heaviest
        return round(min(_LEAST_TICKS + work / self._rates.get(run.device, _SLOWEST_RATE), _MOST_TICKS))


PATIENCE_MS = 700
"""How long a pass has to stop after a cancel before its process is ended."""
PATIENCE_WITH_MANY_MS = 5000
"""The same where passes that are whole already would be lost with it."""
MOST_RESTARTS = 3
"""So many times in a row a process that was lost is started again unasked."""
MOST_NOISE = 50
"""Lines that are no JSON, such as those that a Python set-up may print, before the worker itself speaks."""


class Phase(StrEnum):
    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    GONE = "gone"


def _worker_command() -> tuple[str, ...]:
    # -P: a folder named torch where the person happens to be must not be imported.
    return (sys.executable, "-P", "-m", "squeezeviz.trace.worker")


class LiveClient(QObject):
    """Starts the worker, restarts it when it is lost, and hands its answers on.

    Nothing here waits: every answer comes as a signal.
    """

    phase_changed = Signal(object)
    devices_known = Signal(object)
    progressed = Signal(object, object)
    finished = Signal(object, object)
    """The Run, and its LivePass."""
    failed = Signal(object, str)
    """The Run, and a sentence; `details` has the whole of what the worker said."""
    cancelled = Signal(object)
    unheard = Signal(object, int)
    """The Run, and for how many seconds its worker has said nothing, as long as that goes on."""
    gone = Signal(str)
    """No worker runs, none is started until a pass is asked for, and no pass was going that could fail: why."""

    def __init__(self, parent: QObject | None = None, worker: tuple[str, ...] = (), tick_ms: int = TICK_MS) -> None:
        super().__init__(parent)
        self._command = worker or _worker_command()
        self._process: WorkerProcess | None = None
        self._phase = Phase.GONE
        self._running: Run | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._lose_patience)
        self._plausible = Patience()
        self._tick = QTimer(self)
        self._tick.setInterval(tick_ms)
        self._tick.timeout.connect(self._ticked)
        self._silent = self._standing = 0
        """Ticks since anything was heard, and since the pass went on to another operation."""
        self._allowed = 0
        """How many of the latter are plausible for the pass that runs; 0 until that is worked out."""
        self._closed = self._proven = self._ready = False
        self._restarts = self._noise = 0
        self.details = ""
        """What the worker had to say when a pass failed last, the end of its stderr."""

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def running(self) -> Run | None:
        return self._running

    @property
    def process_id(self) -> int:
        """The worker's process, 0 where there is none."""
        return self._process.process_id if self._process else 0

    def start(self) -> None:
        """Start the worker unless it runs, so that torch is there when the first pass is asked for."""
        if self._process is not None or self._closed:
            return
        process = self._process = WorkerProcess(self._command, self)
        process.line.connect(self._take_line)
        process.broke.connect(self._break_with)
        process.ended.connect(self._lost)
        self._proven = self._ready = False
        self._noise = self._silent = 0
        self._set_phase(Phase.STARTING)
        self._tick.start()
        process.start()
        self._send(protocol.Beat())
        self._send(protocol.ListDevices())

    def run(self, request: Run) -> None:
        """Run a pass now; one that runs or waits gives way to it."""
        self._patience.stop()
        self._running = request
        self._silent = self._standing = self._allowed = 0
        self.start()
        if self._phase is Phase.IDLE:
            self._set_phase(Phase.RUNNING)
        self._tick.start()
        self._send(request)

    def cancel(self) -> None:
        """Stop the pass that runs. One that does not listen is ended with its process."""
        request = self._running
        if request is None:
            return
        self._send(protocol.Cancel())
        if self._phase is Phase.STARTING:  # a process that loads is slow to listen, and nothing of the pass is lost
            self._running = None
            self.cancelled.emit(request)
        elif not self._patience.isActive():
            self._patience.start(PATIENCE_MS if request.repeats == 1 else PATIENCE_WITH_MANY_MS)

    def close(self) -> None:
        """End the worker without waiting for what it does."""
        self._closed = True
        self._patience.stop()
        self._tick.stop()
        self._process = self._running = None
        for process in self.findChildren(WorkerProcess):  # those that were given up and have not ended yet, too
            process.stop(wait=True)

    def _send(self, message: protocol.Request) -> None:
        if self._process is not None:
            self._process.send(message)

    def _take_line(self, line: bytes) -> None:
        self._silent = 0
        try:
            event = protocol.parse_event(line)
        except protocol.BadEventError as error:
            self._take_no_event(line, error)
        else:
            self._take(event)

    def _take_no_event(self, line: bytes, error: protocol.BadEventError) -> None:
        """Python's own set-up may print something before the worker takes its stdout over; nothing else may."""
        self._noise += 1
        if self._ready or line.lstrip().startswith(b"{") or self._noise > MOST_NOISE:
            self._break_with(f"{shown(line.decode(errors='replace'))}: {error}")

    def _take(self, event: protocol.Event) -> None:
        """An answer to an older request is dropped, the newest's handed on."""
        newest = self._running
        match event:
            case protocol.Alive():
                pass
            case protocol.Ready():
                self._ready = True
                self._set_phase(Phase.RUNNING if newest else Phase.IDLE)
            case protocol.CannotStart(reason):
                self._lost(reason)
            case protocol.Devices() | protocol.Progress() | protocol.Done() if not self._ready:
                self._break_with("an answer before it was ready")
            case protocol.Devices(devices):
                self._proven = True
                self.devices_known.emit(devices)
            case protocol.Failed(None) if newest is not None:  # it could not read what it was sent
                self._answered(newest, event)
            case _ if newest is None or event.revision != newest.revision:
                pass
            case protocol.Progress():
                self._standing = 0
                self.progressed.emit(newest, event)
            case _:
                self._answered(newest, event)

    def _answered(self, request: Run, event: protocol.Done | protocol.Failed | protocol.Cancelled) -> None:
        self._patience.stop()
        self._proven = True
        self._restarts = 0
        self._running = None
        self._set_phase(Phase.IDLE if self._ready else Phase.STARTING)
        match event:
            case protocol.Done():
                self._plausible.learn(event.live_pass)
                self.finished.emit(request, event.live_pass)
            case protocol.Failed():
                self._remember_details(event.reason)
                self.failed.emit(request, event.reason)
            case protocol.Cancelled():
                self.cancelled.emit(request)

    def _lose_patience(self) -> None:
        """The pass does not listen: end its process, and start another for what comes next."""
        request, self._running = self._running, None
        self._let_go()
        self.start()
        if request is not None:
            self.cancelled.emit(request)

    def _ticked(self) -> None:
        """Another second in which the window was awake. One that is silent too long is given up."""
        request = self._running
        if self._ready and request is None:
            self._tick.stop()
            return
        self._silent += 1
        self._standing += 1
        if self._silent > (SILENT_TICKS if self._ready else STARTING_TICKS):
            self._give_up(f"has said nothing for {_duration(self._silent)}, as if it were stopped")
        elif request is not None and self._ready and self._standing > self._plausible_ticks(request):
            self._give_up(f"has been at the same operation for {_duration(self._standing)}, longer than is plausible")
        elif request is not None and self._silent >= REMARKABLE_TICKS:
            self.unheard.emit(request, self._silent)

    def _plausible_ticks(self, request: Run) -> int:
        """Worked out once for a pass, and not before it has stood still for a while."""
        if self._standing <= SILENT_TICKS:
            return self._standing
        if not self._allowed:
            self._allowed = self._plausible.ticks(request)
        return self._allowed

    def _give_up(self, why: str) -> None:
        self._lost(f"the process of the live pass {why}; it was given up")

    def _break_with(self, what: str) -> None:
        """It writes what is not ours: nothing that it says can be believed any more."""
        self._lost(f"the process of the live pass wrote what is no answer ({what}) and was ended")

    def _lost(self, reason: str) -> None:
        """There is no worker any more. One that was of use is started again, unless that goes on and on."""
        self._remember_details(reason)
        self._restarts += 1
        # One that dies before it was of any use would die again, for ever; the next pass tries.
        again = self._proven and self._restarts <= MOST_RESTARTS
        request, self._running = self._running, None
        self._patience.stop()
        self._let_go()
        self._set_phase(Phase.GONE)
        last = "A new one has been started; F5 runs the pass again" if again else "F5 tries again"
        told = f"{reason.rstrip('.')}. {last}."
        if request is not None:
            self.failed.emit(request, told)
        elif not again:
            self.gone.emit(told)
        if again:
            self.start()

    def _let_go(self) -> None:
        process, self._process = self._process, None
        self._tick.stop()
        if process is not None:
            process.stop()

    def _remember_details(self, reason: str) -> None:
        complaints = self._process.complaints() if self._process is not None else ""
        self.details = f"{reason}\n\n{complaints}" if complaints else ""

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)


def _duration(ticks: int) -> str:
    return f"{ticks} s" if ticks < 120 else f"{ticks // 60} minutes"
