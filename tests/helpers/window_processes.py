"""The program as a process of its own, which edits by itself and says what it did, to be ended in every way."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from squeezeviz.files.presets import load_preset
from squeezeviz.files.process_folders import make_folder
from squeezeviz.gui.files.window_folders import PREFIX, SNAPSHOT
from squeezeviz.gui.recovery.snapshot import Snapshot, to_text

EDITS = """
def drive(window):
    edit(window, 1)
    def again():
        number = value(window)
        edit(window, number + 1)
    until(again, 15)
"""
"""Edits without end, about every 15 ms: each counts one up."""


PATIENCE_S = 300
"""A busy machine may be slow to do what is waited for; where it is done, nobody waits any longer."""


@dataclass
class Driven:
    """A running program. What it says comes line by line, split into words."""

    process: subprocess.Popen[str]
    lines: Queue[list[str]]
    edits: list[int] = field(default_factory=list)
    """Each edit that it told of, in order."""

    def until(self, first: str, seconds: float = PATIENCE_S) -> list[str]:
        """The next line that begins so; AssertionError where none comes."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            with contextlib.suppress(Empty):
                line = self.lines.get(timeout=0.1)
                if line[:1] == [first]:
                    return line
            if self.process.poll() is not None and self.lines.empty():
                break
        raise AssertionError(f"it did not say {first!r}; it ended with {self.process.poll()}: {self.complaints()}")

    def rest(self) -> list[list[str]]:
        """What it has said since."""
        said = []
        while not self.lines.empty():
            said.append(self.lines.get())
        return said

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = PATIENCE_S) -> int:
        """Its exit code, once it has ended."""
        code = self.process.wait(seconds)
        time.sleep(0.05)  # what it said last is still on its way through the thread that reads
        return code

    def complaints(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read() if self.process.poll() is not None else ""


@contextlib.contextmanager
def driven(home: Path, *arguments: str | Path, drive: str = "", **options: object) -> Iterator[Driven]:
    """Run the program with settings, state and temporary files below `home`; it is killed at the end."""
    environment = (
        os.environ
        | {"DRIVE": drive}
        | {
            name: str(home / folder)
            for name, folder in (("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state"), ("TMPDIR", "tmp"))
        }
    )
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-P", str(Path(__file__).with_name("driven_window.py")), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=home,
        preexec_fn=_as_a_terminal_starts_it,
        **options,  # type: ignore[call-overload]
    )
    lines: Queue[list[str]] = Queue()

    program = Driven(process, lines)

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if not line.endswith("\n"):
                return  # it was killed while it spoke
            words = line.split()
            if words[0] == "edited":
                program.edits.append(int(words[1]))
            lines.put(words)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield program
    finally:
        process.kill()
        process.wait()
        reader.join(10)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _as_a_terminal_starts_it() -> None:
    """Background jobs of some shells have SIGINT ignored, which is inherited."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def leave_unsaved(state: Path, number: int, path: Path | None = None, written: float = 1.7e9) -> Path:
    """Leave in the state folder what a window does that is gone: Table 1, its first squeeze set to `number`.

    Return the snapshot.
    """
    state.mkdir(parents=True, exist_ok=True)
    folder = make_folder(state, PREFIX)
    kept = folder.path / SNAPSHOT
    table = load_preset("table1").with_field(2, "s1x1", number)
    kept.write_text(to_text(Snapshot(table, written, path, path is not None)))
    os.utime(kept, (written, written))
    folder.release()
    return kept


def kept_files(home: Path) -> list[str]:
    """What lies in the state folder, but for lock files and what is half written."""
    state = home / "state" / "squeezeviz"
    files = (path for path in state.rglob("*") if path.is_file() and path.suffix not in (".lock", ".tmp"))
    return sorted(str(path.relative_to(state)) for path in files)


def kept_text(home: Path) -> str:
    """All snapshots as one text."""
    return "".join(path.read_text() for path in home.rglob(SNAPSHOT))


def eventually(true: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until it is so; AssertionError where it never is."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.02)
