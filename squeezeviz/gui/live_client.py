"""The window's end of the live-pass worker: one process, one pass at a time, the newest table next."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from squeezeviz.tracing import protocol
from squeezeviz.tracing.protocol import Run

PATIENCE_MS = 700
"""How long a pass has to stop after a cancel before its process is ended."""


class Phase(StrEnum):
    STARTING = "starting"
    IDLE = "idle"
    RUNNING = "running"
    GONE = "gone"


def _worker_command() -> tuple[str, ...]:
    # -P: a folder named torch where the person happens to be must not be imported.
    return (sys.executable, "-P", "-m", "squeezeviz.tracing.worker")


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
    """The Run, and a sentence."""
    cancelled = Signal(object)

    def __init__(self, parent: QObject | None = None, worker: tuple[str, ...] = ()) -> None:
        super().__init__(parent)
        self._command = worker or _worker_command()
        self._process: QProcess | None = None
        self._phase = Phase.GONE
        self._running: Run | None = None
        self._buffer = bytearray()
        self._complaints = bytearray()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._lose_patience)
        self._closed = False
        self._proven = False

    @property
    def phase(self) -> Phase:
        return self._phase

    @property
    def running(self) -> Run | None:
        return self._running

    @property
    def process_id(self) -> int:
        """The worker's process, 0 where there is none."""
        return int(self._process.processId()) if self._process else 0

    def start(self) -> None:
        """Start the worker unless it runs, so that torch is there when the first pass is asked for."""
        if self._process is not None or self._closed:
            return
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._overhear)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._stumbled)
        self._process = process
        self._proven = False
        self._set_phase(Phase.STARTING)
        process.start(self._command[0], list(self._command[1:]))
        self._send(protocol.ListDevices())

    def run(self, request: Run) -> None:
        """Run a pass now; one that runs or waits gives way to it."""
        self._patience.stop()
        self._running = request
        self.start()
        if self._phase is Phase.IDLE:
            self._set_phase(Phase.RUNNING)
        self._send(request)

    def cancel(self) -> None:
        """Stop the pass that runs. One that does not listen is ended with its process."""
        if self._running is not None:
            self._send(protocol.Cancel())
            if not self._patience.isActive():
                self._patience.start()

    def close(self) -> None:
        """End the worker without waiting for what it does."""
        self._closed = True
        self._patience.stop()
        process, self._process = self._process, None
        self._running = None
        if process is None:
            return
        process.blockSignals(True)
        process.kill()
        process.waitForFinished(500)
        process.deleteLater()

    def _send(self, message: protocol.Request) -> None:
        if self._process is not None:
            self._process.write(protocol.request_line(message))
            # Without this it would leave with the next turn of the event loop, after all that waits to be painted.
            self._process.waitForBytesWritten(0)

    def _read(self) -> None:
        process = self._process
        if process is None:
            return
        self._buffer += process.readAllStandardOutput().data()
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._take(protocol.parse_event(line))

    def _overhear(self) -> None:
        if self._process is not None:
            self._complaints += self._process.readAllStandardError().data()
            del self._complaints[:-4000]

    def _take(self, event: protocol.Event) -> None:
        """An answer to an older request is dropped, the newest's handed on."""
        newest = self._running
        match event:
            case protocol.Ready():
                self._set_phase(Phase.RUNNING if newest else Phase.IDLE)
            case protocol.Devices(devices):
                self._proven = True
                self.devices_known.emit(devices)
            case _ if newest is None or event.revision != newest.revision:
                pass
            case protocol.Progress():
                self.progressed.emit(newest, event)
            case _:
                self._patience.stop()
                self._running = None
                self._set_phase(Phase.IDLE)
                self._hand_on(newest, event)

    def _hand_on(self, request: Run, event: protocol.Done | protocol.Failed | protocol.Cancelled) -> None:
        match event:
            case protocol.Done():
                self.finished.emit(request, event.live_pass)
            case protocol.Failed():
                self.failed.emit(request, event.reason)
            case protocol.Cancelled():
                self.cancelled.emit(request)

    def _lose_patience(self) -> None:
        """The pass does not listen: end its process, and start another for what comes next."""
        request, self._running = self._running, None
        self._replace()
        if request is not None:
            self.cancelled.emit(request)

    def _replace(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            QTimer.singleShot(2000, process.deleteLater)
        self._forget()
        self.start()

    def _forget(self) -> None:
        self._buffer.clear()
        self._complaints.clear()

    def _stumbled(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._lost("the live pass could not start its process; choose Run > Measure now to try again")

    def _ended(self, code: int, status: QProcess.ExitStatus) -> None:
        last = self._complaints.decode(errors="replace").strip().splitlines()
        said = f" It said last: {last[-1][:200]}" if last and status == QProcess.ExitStatus.NormalExit and code else ""
        self._lost(
            f"the process of the live pass ended unexpectedly (out of memory?).{said} The next pass starts anew."
        )

    def _lost(self, reason: str) -> None:
        # One that dies before it was of any use would die again, for ever; the next pass tries.
        again = self._proven
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.deleteLater()
        request, self._running = self._running, None
        self._patience.stop()
        self._forget()
        self._set_phase(Phase.GONE)
        if request is not None:
            self.failed.emit(request, reason)
        if again:
            self.start()

    def _set_phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.phase_changed.emit(phase)
