"""The worker's process: bounded reading and writing of whole lines, and how the process ended."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from squeezeviz.model.text import plain
from squeezeviz.trace.failures import FailureKind, kind_of_words
from squeezeviz.trace.protocol import LONGEST_LINE, Cancel, Request, Run, request_line

LINES_AT_ONCE = 200
"""How many lines are read before the window gets its turn."""
MOST_STDERR_BYTES = 64 * 1024
"""How many bytes of the process's stderr are kept, counted from its end."""
_LONGEST_LAST_WORD = 200
_LAST_LINES = 8
_CLOSING_MS = 500


class WorkerProcess(QObject):
    """One process from start to end. It emits nothing after `stop`."""

    line = Signal(object)
    """A line of its stdout, as bytes without the line end."""
    broke = Signal(str)
    """It wrote something that no worker may write; what, as part of a sentence."""
    ended = Signal(str)
    """It did not start, or ended by itself; how, as the beginning of a sentence."""

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._buffer = bytearray()
        self._searched_bytes = 0
        """How many bytes of the buffer are known to contain no line end."""
        self._stderr = bytearray()
        self._queue: list[Request] = []
        """Requests that wait until the process has read the earlier ones."""
        self._ended_or_stopped = False
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUNBUFFERED", "1")
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._on_stdout)
        process.readyReadStandardError.connect(self._read_stderr)
        process.bytesWritten.connect(self._send_queued)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)

    @property
    def process_id(self) -> int:
        return int(self._process.processId())

    def start(self) -> None:
        self._process.start(self._command[0], list(self._command[1:]))

    def send(self, request: Request) -> None:
        """Send a request now, or after those before it. Of the runs and cancels only the newest waits."""
        if isinstance(request, Run | Cancel):
            self._queue = [each for each in self._queue if not isinstance(each, Run | Cancel)]
        self._queue.append(request)
        self._send_queued()

    def take(self) -> None:
        """Emit the lines that it has written by now."""
        if not self._ended_or_stopped:
            self._process.waitForReadyRead(0)

    def stderr_text(self) -> str:
        """Return the end of the process's stderr, without control characters."""
        text = self._stderr.decode(errors="replace").strip()
        return "\n".join(plain(line) for line in text.splitlines())

    def stop(self, *, wait: bool = False) -> None:
        """Kill the process, even if it is suspended. With `wait`, return once it is gone."""
        self._ended_or_stopped = True
        process = self._process
        process.finished.connect(self.deleteLater)
        process.kill()
        if wait:
            process.waitForFinished(_CLOSING_MS)
        if process.state() is QProcess.ProcessState.NotRunning:
            self.deleteLater()

    def _send_queued(self) -> None:
        process = self._process
        while self._queue and not self._ended_or_stopped and not process.bytesToWrite():
            process.write(request_line(self._queue.pop(0)))
            # Otherwise it would be sent in the event loop's next turn, after all waiting paints.
            process.waitForBytesWritten(0)

    def _on_stdout(self) -> None:
        self._buffer += self._process.readAllStandardOutput().data()
        self._dispatch_lines(LINES_AT_ONCE)

    def _dispatch_lines(self, most: int) -> None:
        """Emit up to `most` whole lines. The rest follow in the event loop's next turn."""
        for _ in range(most):
            if self._ended_or_stopped:
                return
            end = self._buffer.find(b"\n", self._searched_bytes)
            if end < 0:
                self._searched_bytes = len(self._buffer)
                break
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched_bytes = 0
            self.line.emit(line)
        else:
            QTimer.singleShot(0, self, lambda: self._dispatch_lines(LINES_AT_ONCE))
        if len(self._buffer) > LONGEST_LINE and not self._ended_or_stopped:
            self._buffer.clear()
            self.broke.emit(f"more than {LONGEST_LINE // 1024**2} MiB without an end")

    def _read_stderr(self) -> None:
        self._stderr += self._process.readAllStandardError().data()
        del self._stderr[:-MOST_STDERR_BYTES]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._ended_or_stopped:
            self._ended_or_stopped = True
            reason = self._process.errorString().removeprefix("Child process set up failed: ")
            self.ended.emit(f"the live pass could not start its process {self._command[0]}: {reason}")

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._ended_or_stopped:
            return
        self._read_stderr()
        self._on_stdout()
        self._dispatch_lines(len(self._buffer) + 1)
        if not self._ended_or_stopped:
            self._ended_or_stopped = True
            crashed = status == QProcess.ExitStatus.CrashExit
            self.ended.emit(how_it_ended(code, self.stderr_text(), crashed=crashed))


def how_it_ended(code: int, stderr_text: str, *, crashed: bool) -> str:
    """Return the beginning of a sentence on how the process ended, with the last lines of its stderr.

    `code` is the signal's number if it crashed. Memory is mentioned only if the process or the signal indicates it.
    """
    last = stderr_text.splitlines()[-_LAST_LINES:]
    last_words = f'; it said last: "{last[-1].strip()[:_LONGEST_LAST_WORD]}"' if last else ""
    memory = any(kind_of_words(line) is FailureKind.MEMORY for line in last)
    if not crashed:
        how = f"with exit code {code}" if code else "without an answer and without an error (exit code 0)"
    elif code == getattr(signal, "SIGKILL", None) and not memory:
        how = "as it was killed (SIGKILL), perhaps by the system because memory ran out"
    else:
        how = f"as it crashed ({_signal_name(code)})"
    return f"the process of the live pass ended unexpectedly {how}{', as memory ran out' if memory else ''}{last_words}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"code {number:#x}"
