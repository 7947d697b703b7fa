"""Ending the program from outside, by a signal or by the end of the desktop session, without losing work."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtGui import QDrag, QSessionManager
from PySide6.QtWidgets import QApplication, QWidget

from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.recovery.control import RecoveryControl
from squeezeviz.gui.widgets.field_keys import finish_typing

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""The signals that end a process, where the system has them. SIGBREAK means on Windows that the console was closed."""
_STOP_TIMEOUT_S = 1.0
"""How long running background work has to stop."""


class SignalWatch(QObject):
    """Forwards signals of the system to the event loop.

    Python runs a signal handler between any two bytecodes, even inside a paint. So the handler does nothing. Python
    also writes the signal's number into a socket, which the event loop reads when it is ready. It is a socket, not a
    pipe, because nothing else wakes Qt on Windows.
    """

    came = Signal(int)

    def __init__(self, numbers: Iterable[int], parent: QObject) -> None:
        super().__init__(parent)
        import socket  # imported late so that the window opens sooner

        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        self._wakeup = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        # Where the parent has a signal ignored, as nohup does, it stays so.
        self._handlers = {
            number: signal.signal(number, _do_nothing)
            for number in numbers
            if signal.getsignal(number) is not signal.SIG_IGN
        }

    def close(self) -> None:
        """Restore the earlier signal handlers."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _read(self) -> None:
        try:
            numbers = self._reader.recv(4096)
        except BlockingIOError:
            return
        for number in numbers:
            if number in self._handlers:
                # After the socket was read, because the slot may open a dialog with an event loop of its own.
                QTimer.singleShot(0, self, lambda number=number: self.came.emit(number))


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Handle a signal without doing anything; see `SignalWatch`."""


class Leaving(QObject):
    """SIGINT asks about unsaved changes. SIGTERM, SIGHUP and the end of the session keep them for the next start.

    The exit code of a process that a signal ended is 128 and the signal's number, as shells have it. `shut(keep)` ends
    all that goes on in the window, and `stop(seconds)` what is done in the background, which has so long for it.
    """

    def __init__(
        self, window: QWidget, files: FileCommands, recovery: RecoveryControl, stop: Callable[[float], object],
        shut: Callable[[bool], object],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._files, self._recovery = window, files, recovery
        self._stop, self._shut = stop, shut
        self._code: int | None = None
        self._asking = False
        """Whether `may_leave` is running, which may also wait for a file that is being saved."""
        self._watch = SignalWatch([getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)], self)
        self._watch.came.connect(self._on_signal)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.commitDataRequest.connect(self._on_session_end)
        application.saveStateRequest.connect(self._set_restart_command)

    def close(self, status: int) -> int:
        """Stop watching after the event loop ended with `status`, and return the exit code."""
        self._watch.close()
        return status if self._code is None else self._code

    def _on_signal(self, number: int) -> None:
        if number == signal.SIGINT:
            self._ask(number)
        else:
            self._keep_and_leave(number)

    def _ask(self, number: int) -> None:
        """Leave, after the question about unsaved changes. If that is already open, bring it to the front."""
        modal = QApplication.activeModalWidget()
        waits = modal is not None and (self._asking or modal.objectName() == "saving_box")
        asked = self._files.question or (modal if waits else None)
        if asked is not None:
            asked.raise_()
            asked.activateWindow()
            QApplication.alert(asked)
        if asked is not None or self._asking:
            return
        QDrag.cancel()
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass  # a menu would keep the mouse from the question
        self._asking = True
        try:
            leaves = self._files.may_leave()
        finally:
            self._asking = False
        if leaves:
            self._code = 128 + number
            self._shut(False)
            QApplication.exit(self._code)

    def _keep_and_leave(self, number: int) -> None:
        """Keep what is unsaved, and end here and now, whatever dialogs are open; ask where it cannot be kept."""
        kept = self._recovery.keep()
        try:
            finish_typing(self._window)
        except Exception:
            traceback.print_exc()  # it is a bug, and no reason to stay
        if not (kept and self._recovery.keep()):
            self._ask(number)
            return
        self._stop(_STOP_TIMEOUT_S)
        self._shut(True)
        end_process(128 + number)

    def _on_session_end(self, manager: QSessionManager) -> None:
        """Write what is unsaved when the desktop asks for it. A question would delay the end of the session."""
        finish_typing(self._window)
        self._recovery.desktop_ends = self._recovery.keep()
        self._set_restart_command(manager)

    def _set_restart_command(self, manager: QSessionManager) -> None:
        # Qt would add an option that squeezeviz does not have.
        manager.setRestartCommand([sys.executable, "-m", "squeezeviz"])


def end_process(code: int) -> None:
    """Exit without unwinding, because a dialog's or a drag's event loop may be running."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):  # the terminal may be gone
                stream.flush()
    os._exit(code)
