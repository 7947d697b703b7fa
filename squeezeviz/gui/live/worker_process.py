"""The worker's process: whole lines out of it, requests into it, neither without bound, and how it ended."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from squeezeviz.model.text import plain
from squeezeviz.trace.failures import FailureKind, kind_of_words
from squeezeviz.trace.protocol import LONGEST_LINE, Cancel, Request, Run, request_line

LINES_AT_ONCE = 200
"""So many lines are read before the window gets its turn."""
MOST_COMPLAINTS = 64 * 1024
"""Bytes of what the process wrote to its stderr that are kept, the last ones."""
_LONGEST_LAST_WORD = 200
_LINES_THAT_TELL = 8
_CLOSING_MS = 500


class WorkerProcess(QObject):
    """One process from its start to its end. After `stop` it says nothing more."""

    line = Signal(object)
    """A line of its stdout, bytes without the line end."""
    broke = Signal(str)
    """It says what no worker may, as a part of a sentence."""
    ended = Signal(str)
    """It did not start, or ended by itself; how, as the beginning of a sentence."""

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._buffer = bytearray()
        self._searched = 0
        """So much of the buffer is known to hold no line end."""
        self._complaints = bytearray()
        self._waiting: list[Request] = []
        """What the process has not been sent yet: it has not taken what was sent before."""
        self._over = False
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.bytesWritten.connect(self._send_waiting)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._erred)

    @property
    def process_id(self) -> int:
        return int(self._process.processId())

    def start(self) -> None:
        self._process.start(self._command[0], list(self._command[1:]))

    def send(self, request: Request) -> None:
        """Send a request now, or when those before it have been taken; only the newest run or cancel waits."""
        if isinstance(request, Run | Cancel):
            self._waiting = [each for each in self._waiting if not isinstance(each, Run | Cancel)]
        self._waiting.append(request)
        self._send_waiting()

    def complaints(self) -> str:
        """What it wrote to its stderr, the last of it, without characters that would steer whatever shows them."""
        text = self._complaints.decode(errors="replace").strip()
        return "\n".join(plain(line) for line in text.splitlines())

    def stop(self, *, wait: bool = False) -> None:
        """End it, whatever it does, even where it is stopped; with `wait` it is gone when this returns."""
        self._over = True
        process = self._process
        process.finished.connect(self.deleteLater)
        process.kill()
        if wait:
            process.waitForFinished(_CLOSING_MS)
        if process.state() is QProcess.ProcessState.NotRunning:
            self.deleteLater()

    def _send_waiting(self) -> None:
        process = self._process
        while self._waiting and not self._over and not process.bytesToWrite():
            process.write(request_line(self._waiting.pop(0)))
            # Without this it would leave with the next turn of the event loop, after all that waits to be painted.
            process.waitForBytesWritten(0)

    def _read(self) -> None:
        self._buffer += self._process.readAllStandardOutput().data()
        self._hand_on(LINES_AT_ONCE)

    def _hand_on(self, most: int) -> None:
        """Emit the whole lines that have come; the rest of many in the event loop's next turn."""
        for _ in range(most):
            if self._over:
                return
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                break
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched = 0
            self.line.emit(line)
        else:
            QTimer.singleShot(0, self, lambda: self._hand_on(LINES_AT_ONCE))
        if len(self._buffer) > LONGEST_LINE and not self._over:
            self._buffer.clear()
            self.broke.emit(f"more than {LONGEST_LINE // 1024**2} MiB without an end")

    def _read_complaints(self) -> None:
        self._complaints += self._process.readAllStandardError().data()
        del self._complaints[:-MOST_COMPLAINTS]

    def _erred(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._over:
            self._over = True
            reason = self._process.errorString().removeprefix("Child process set up failed: ")
            self.ended.emit(f"the live pass could not start its process {self._command[0]}: {reason}")

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._over:
            return
        self._read_complaints()
        self._read()
        self._hand_on(len(self._buffer) + 1)
        if not self._over:
            self._over = True
            crashed = status == QProcess.ExitStatus.CrashExit
            self.ended.emit(how_it_ended(code, self.complaints(), crashed=crashed))


def how_it_ended(code: int, complaints: str, *, crashed: bool) -> str:
    """The beginning of a sentence on how the process ended, with its own last words.

    `code` is the number of the signal where it crashed. Memory is named only where the process or the signal says so.
    """
    last = complaints.splitlines()[-_LINES_THAT_TELL:]
    said = f'; it said last: "{last[-1].strip()[:_LONGEST_LAST_WORD]}"' if last else ""
    memory = any(kind_of_words(line) is FailureKind.MEMORY for line in last)
    if not crashed:
        how = f"with exit code {code}" if code else "without an answer and without an error (exit code 0)"
    elif code == getattr(signal, "SIGKILL", None) and not memory:
        how = "as it was killed (SIGKILL), perhaps by the system because memory ran out"
    else:
        how = f"as it crashed ({_signal_name(code)})"
    return f"the process of the live pass ended unexpectedly {how}{', as memory ran out' if memory else ''}{said}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"code {number:#x}"
