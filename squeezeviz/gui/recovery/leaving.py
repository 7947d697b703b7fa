"""How the program is ended from outside: by a signal, or with the desktop's session. No work is lost on the way."""

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
from squeezeviz.gui.widgets.undo_keys import finish_typing

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Those that end a process, where the system has them; SIGBREAK is Windows' for a console that is closed."""
_PATIENCE_S = 1.0
"""How long an export or a reading that is under way has to stop."""


class SignalWatch(QObject):
    """Hands signals of the system to the event loop.

    Python runs a signal's handler between any two steps of whatever is going on, inside a paint too. So the handler
    does nothing: Python also writes the signal's number into a socket, and the event loop reads it when it is its turn.
    Windows can be woken through a socket alone, not through a pipe.
    """

    came = Signal(int)

    def __init__(self, numbers: Iterable[int], parent: QObject) -> None:
        super().__init__(parent)
        import socket  # not sooner: the window opens without

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
        """Signals do again what they did before."""
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
                # Once the socket is done with: what is done then may open a dialog, with an event loop of its own.
                QTimer.singleShot(0, self, lambda number=number: self.came.emit(number))


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """See `SignalWatch`."""


class Leaving(QObject):
    """SIGINT asks about unsaved changes; SIGTERM, SIGHUP and the end of the session keep them for the next start.

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
        """Whether `may_leave` is under way, which may also wait for a file that is being saved."""
        self._watch = SignalWatch([getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)], self)
        self._watch.came.connect(self._signalled)
        application = _application()
        application.commitDataRequest.connect(self._session_ends)
        application.saveStateRequest.connect(self._tell_how_to_restart)

    def close(self, status: int) -> int:
        """The event loop has ended with `status`; the exit code."""
        self._watch.close()
        return status if self._code is None else self._code

    def _signalled(self, number: int) -> None:
        if number == signal.SIGINT:
            self._ask(number)
        else:
            self._keep_and_leave(number)

    def _ask(self, number: int) -> None:
        """Leave, after the question about unsaved changes; where that is asked already, bring it forward."""
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
            _application().exit(self._code)

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
        self._stop(_PATIENCE_S)
        self._shut(True)
        end_process(128 + number)

    def _session_ends(self, manager: QSessionManager) -> None:
        """The desktop asks for what is unsaved to be saved: it is kept. Nothing is asked, which would hold it up."""
        finish_typing(self._window)
        self._recovery.desktop_ends = self._recovery.keep()
        self._tell_how_to_restart(manager)

    def _tell_how_to_restart(self, manager: QSessionManager) -> None:
        # Qt would add an option of its own, which is none of ours.
        manager.setRestartCommand([sys.executable, "-m", "squeezeviz"])


def end_process(code: int) -> None:
    """End without unwinding: a dialog's or a drag's event loop may be under way."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with contextlib.suppress(OSError):  # the terminal may be gone
                stream.flush()
    os._exit(code)


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application
