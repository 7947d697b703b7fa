"""Starts and ends the scripts' processes: none is left behind, and one that must not be cut off is not."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from _terminal import MovingLine, say

LOOK_EVERY_S = 0.2
LAST_WORDS_S = 10.0
"""How long a process may take to end that was asked to."""

ON_WINDOWS = sys.platform == "win32"
OWN_GROUP: dict[str, Any] = {"creationflags": 0x200} if ON_WINDOWS else {"start_new_session": True}
"""A group of its own (on Windows, CREATE_NEW_PROCESS_GROUP): Ctrl+C at the terminal reaches this script alone."""

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it wrote."""

    code: int
    lines: tuple[str, ...]

    def last(self, *beginnings: str) -> str:
        """Return the last line that begins so, or the last of all: what a failure is about."""
        said = [line.strip() for line in self.lines if line.strip()]
        return next((line for line in reversed(said) if line.startswith(beginnings)), said[-1] if said else "")


def run_script(main: Callable[[], int | None]) -> NoReturn:
    """Run a script's `main` and exit with what it returns; whatever ends the script ends its processes first."""
    for number in _ending_signals():
        if number != signal.SIGINT:
            signal.signal(number, _leave)
    try:
        code = main()
    except KeyboardInterrupt:
        say("interrupted")
        code = 130
    sys.exit(code)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def run_logged(
    command: Command,
    log: Path,
    watch: Callable[[str], str] = str,
    *,
    uncut: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Ended:
    """Run a command that writes to the log; `watch` turns each of its lines into how the step goes.

    What ends this script ends the command too. If `uncut` says what the command does, it is not ended: Ctrl+C waits
    for it, and whatever else ends this script leaves it to go on alone.
    """
    said = _Output(watch)
    moving = MovingLine()
    with log.open("ab") as written, log.open("rb") as read, _signals_noted() as noted:
        read.seek(0, os.SEEK_END)
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=written, stderr=subprocess.STDOUT, cwd=cwd, env=env, **OWN_GROUP
        )
        warned = False
        while True:
            code = _look(child)
            said.take(read.read())
            if code is not None:
                break
            if noted and not (uncut and noted == [signal.SIGINT]):
                if not uncut:
                    _end(child)
                break
            if noted and not warned:
                warned = True
                moving.clear()
                say(f"{uncut} must not be cut off and is finished first; Ctrl+C again leaves it to finish alone")
            moving.show(said.shown or "working")
        moving.clear()
    if noted or code is None:
        raise _ended_by(noted)
    return Ended(code, tuple(said.lines))


class _Output:
    """The lines that a command has written so far, and what they show of how it goes."""

    def __init__(self, watch: Callable[[str], str]) -> None:
        self.lines = [""]
        self.shown = ""
        self._watch = watch

    def take(self, written: bytes) -> None:
        *whole, begun = (self.lines.pop() + written.decode(errors="replace")).split("\n")
        for line in whole:
            self.lines.append(line)
            self.shown = self._watch(line) or self.shown
        self.lines.append(begun)


@contextlib.contextmanager
def _signals_noted() -> Iterator[list[int]]:
    """Yield the list of signals that came: none takes effect between the start of a process and the look at it."""
    noted: list[int] = []
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in _ending_signals():
            before[number] = signal.signal(number, lambda number, _: noted.append(number))
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ending_signals() -> list[signal.Signals]:
    """Return Ctrl+C and its like, without those that the script ignores because nohup or a shell said so."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [signal.Signals[name] for name in names]
    return [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]


def _look(child: subprocess.Popen[bytes]) -> int | None:
    """Return the exit code, or None if the process still runs after a moment."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return child.wait(LOOK_EVERY_S)
    return None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started: first as Ctrl+C does, so that it can tidy up, then by force."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_IGN:  # then it ignores it too
            continue
        _tell(child, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(LAST_WORDS_S)
            break
    _tell(child, signal.SIGTERM)  # whoever is left of its group


def _tell(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if ON_WINDOWS:
            child.terminate()
        else:
            os.killpg(child.pid, number)


def become(command: Command) -> NoReturn:
    """Replace this process by the command; on Windows, run it and wait for it."""
    if ON_WINDOWS:  # there, execv returns to the shell at once and leaves the command in the background
        sys.exit(follow(command))
    os.execv(command[0], [str(each) for each in command])


def follow(command: Command, cwd: Path | None = None) -> int:
    """Run a command at this terminal to its end and return its exit code, as a shell would.

    Ctrl+C at the terminal reaches the command too, which may have last words; a second one ends it. Any other signal
    that ends this script ends the command first.
    """
    with _signals_noted() as noted:
        child = subprocess.Popen(command, cwd=cwd)
        while (code := _look(child)) is None:
            if set(noted) - {signal.SIGINT}:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(LAST_WORDS_S)
                child.kill()
                break
            if len(noted) > 1:
                child.terminate()
    if noted or code is None:
        raise _ended_by(noted)
    return code if code >= 0 else 128 - code


def _ended_by(noted: list[int]) -> BaseException:
    """Return what the last of the signals raises in this script."""
    return KeyboardInterrupt() if noted[-1] == signal.SIGINT else SystemExit(128 + noted[-1])
