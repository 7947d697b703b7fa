"""scripts/_children.py, _terminal.py and run.py: how processes are started, shown and ended, here and on Windows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from places import ROOT

from squeezeviz.cli.options import COMMANDS

SCRIPTS = ROOT / "scripts"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send there")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return lambda name: __import__(name)


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A Python that has the signals as a shell's foreground has them, whatever this process has."""
    usual = (
        f"import signal, sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
        "for each in (signal.SIGHUP, signal.SIGTERM): signal.signal(each, signal.SIG_DFL)\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    )
    command = [sys.executable, "-c", usual + script, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


INSTALLING = """
import _children
from pathlib import Path
def main():
    say = "echo begun > $0/begun; while [ ! -e $0/go ]; do sleep 0.01; done; echo whole > $0/whole"
    ended = _children.run_logged(["/bin/sh", "-c", say, sys.argv[1]], Path(sys.argv[1], "log"), uncut="this")
    print("ended with", ended.code)
_children.run_script(main)
"""


@POSIX
def test_ctrl_c_waits_for_what_must_not_be_cut_off(tmp_path: Path) -> None:
    process = started(INSTALLING, tmp_path)
    wait_for(tmp_path / "begun", process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "this must not be cut off and is finished first; Ctrl+C again" in process.stderr.readline()
    (tmp_path / "go").touch()
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "squeezeviz: interrupted\n")
    assert (tmp_path / "whole").exists()


@POSIX
@pytest.mark.parametrize(
    ("numbers", "code"), [([signal.SIGINT, signal.SIGINT], 130), ([signal.SIGTERM], 143), ([signal.SIGHUP], 129)]
)
def test_what_ends_a_script_leaves_alone_what_must_not_be_cut_off(
    tmp_path: Path, numbers: list[signal.Signals], code: int
) -> None:
    process = started(INSTALLING, tmp_path)
    wait_for(tmp_path / "begun", process)
    assert process.stderr is not None
    for place, number in enumerate(numbers):
        if place:
            process.stderr.readline()  # it has heard the one before
        process.send_signal(number)
    assert process.wait() == code
    assert not (tmp_path / "whole").exists()
    (tmp_path / "go").touch()
    wait_for(tmp_path / "whole")


def wait_for(path: Path, process: subprocess.Popen[str] | None = None) -> None:
    while not path.exists():
        assert process is None or process.poll() is None
        time.sleep(0.01)


DEAF = "trap '' INT; sleep 100 & echo $$ $! > {pids}; wait; sleep 100"
SETTING_UP = """
import _children
from pathlib import Path
def set_up():
    print("begun", flush=True)
    _children.run_logged(["/bin/sh", "-c", {deaf!r}], Path({log!r}))
_children.LAST_WORDS_S = 0.5
_children.run_script(set_up)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system does not list its processes as files")
@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, "squeezeviz: interrupted\n"), (signal.SIGTERM, 143, ""), (signal.SIGHUP, 129, "")],
    ids=["Ctrl+C", "SIGTERM", "SIGHUP"],
)
def test_what_ends_a_script_ends_what_it_started(tmp_path: Path, number: signal.Signals, code: int, said: str) -> None:
    """Even one that does not listen to Ctrl+C, and those that it has started itself."""
    pids, log = tmp_path / "pids", tmp_path / "log"
    process = started(SETTING_UP.format(deaf=DEAF.format(pids=pids), log=str(log)))
    assert process.stdout is not None
    process.stdout.readline()
    while not (pids.exists() and len(pids.read_text().split()) == 2):
        assert process.poll() is None
    process.send_signal(number)
    _, err = process.communicate()
    assert (process.returncode, err) == (code, said)
    while any(map(is_alive, pids.read_text().split())):
        time.sleep(0.01)


def is_alive(pid: str) -> bool:
    """Whether the process runs: one that has ended may wait for its parent to look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


FOLLOWING = """
import _children
def main():
    return _children.follow([sys.executable, "-c", sys.argv[1]])
_children.run_script(main)
"""


def test_the_exit_code_of_a_command_is_passed_on() -> None:
    process = started(FOLLOWING, "import sys; print('here'); sys.exit(7)")
    out, _ = process.communicate()
    assert (process.returncode, out) == (7, "here\n")


@POSIX
def test_ctrl_c_lets_a_command_say_its_last_words() -> None:
    """subprocess.run would kill it a quarter of a second later."""
    words = "import sys, time\nprint('begun', flush=True)\nsys.stdin.read()\ntime.sleep(1)\nprint('last words')"
    process = started(FOLLOWING, words)
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate("")
    assert (process.returncode, out, err) == (130, "last words\n", "squeezeviz: interrupted\n")


@POSIX
def test_sigterm_is_passed_on_to_a_command() -> None:
    process = started(FOLLOWING, "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 143
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


ON_WINDOWS = """
import json, os, pathlib, shutil, signal, subprocess, sys, types
from pathlib import Path

sys.path.insert(0, {scripts!r})
locked = []
sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=lambda *given: locked.append(given))
sys.modules["fcntl"] = None
sys.platform = "win32"
for name in ("geteuid", "killpg", "execv"):
    delattr(os, name)
del signal.SIGHUP, signal.SIGKILL
import _children, _setup
import run

assert _children.OWN_GROUP == {{"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP if hasattr(subprocess,
    "CREATE_NEW_PROCESS_GROUP") else 0x200}}
_children.OWN_GROUP.clear()  # this system has none
root = Path({root!r})
assert _setup.PYTHON == _setup.VENV / "Scripts" / "python.exe"
_setup.ROOT, _setup.VENV, _setup.LOG = root, root / ".venv", root / ".venv.log"
_setup.PYTHON, _setup.STAMP = root / ".venv/Scripts/python.exe", root / ".venv/squeezeviz-setup.json"


def make_venv(venv, log):
    (venv / "Scripts").mkdir()
    (venv / "Lib" / "site-packages" / "numpy").mkdir(parents=True)
    _setup.PYTHON.write_text('#!/bin/sh\\necho "pip 25.1 $*"\\n[ "$3" != squeezeviz ] || exit 5\\n')
    _setup.PYTHON.chmod(0o755)


_setup._pip.make_venv = make_venv
sys.argv[1:] = ["show", "table1"]
_children.run_script(run.main)
"""


@POSIX
def test_windows_is_set_up_and_started_by_what_it_has(tmp_path: Path) -> None:
    """With neither fcntl nor execv nor geteuid, in Scripts and Lib, and the exit code passed on."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "constraints.txt").touch()
    script = ON_WINDOWS.format(scripts=str(SCRIPTS), root=str(tmp_path))
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 5, ran.stderr
    assert ran.stdout == "pip 25.1 -P -m squeezeviz show table1\n"
    assert "set up after" in ran.stderr
    assert '"numpy"' in (tmp_path / ".venv/squeezeviz-setup.json").read_text()


def test_every_command_is_known_to_need_qt_or_not(load: Callable[[str], ModuleType]) -> None:
    run = load("run")
    assert set(run.WITHOUT_QT) == set(COMMANDS)
    assert run.needs_qt([])
    assert run.needs_qt(["table1"])
    assert not run.needs_qt(["show", "table1"])
    assert not run.needs_qt(["export", "table1", "a.svg"])
    assert run.needs_qt(["export", "table1", "a.PDF"])
    assert run.needs_qt(["features", "cat.png", "maps.png"])


@pytest.mark.parametrize(
    ("script", "arguments", "said"),
    [
        ("run.py", ["--help"], "usage: squeezeviz [FILE|PRESET]"),
        ("run.py", ["export", "--help"], "usage: squeezeviz export"),
        ("run.py", ["--version"], "squeezeviz "),
        ("test.py", ["--help"], "Run the tests"),
        ("test.py", ["--version"], "squeezeviz "),
    ],
)
def test_help_and_version_set_nothing_up(tmp_path: Path, script: str, arguments: list[str], said: str) -> None:
    """They take the standard library alone: -S keeps what is installed here out of sight."""
    for folder in ("scripts", "squeezeviz"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    program = (
        "import runpy, sys, _setup\n"
        "from pathlib import Path\n"
        f"_setup.ROOT = Path({str(tmp_path)!r}); _setup.VENV = _setup.ROOT / '.venv'\n"
        "_setup.PYTHON = _setup.VENV / 'bin/python'; _setup.STAMP = _setup.VENV / 'none'\n"
        "_setup.ASKING = ()\n"
        f"sys.argv = [{script!r}, *{arguments!r}]\n"
        f"runpy.run_path({str(SCRIPTS / script)!r}, run_name='__main__')\n"
    )
    environment = os.environ | {"PYTHONPATH": str(SCRIPTS)}
    ran = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.lstrip().startswith(said)
    assert not (tmp_path / ".venv").exists()


class Terminal:
    """A stand-in for stderr that is a terminal or not."""

    def __init__(self, is_terminal: bool) -> None:
        self.is_terminal = is_terminal
        self.written = ""

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("is_terminal", [True, False])
def test_how_a_step_goes_moves_on_a_terminal_and_is_repeated_elsewhere(
    load: Callable[[str], ModuleType], is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = load("_terminal")
    screen = Terminal(is_terminal)
    now = [0.0]
    monkeypatch.setattr(terminal.sys, "stderr", screen)
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    monkeypatch.setenv("COLUMNS", "40")
    line = terminal.MovingLine()
    for text in ("fetching " + "x" * 100, "installing", "installing"):
        now[0] += 15
        line.show(text)
    line.clear()
    if is_terminal:
        shown = screen.written.split("\r")
        assert [each.strip() for each in shown] == ["", "fetching " + "x" * 26, "installing (30 s)",
                                                    "installing (45 s)", "", ""]  # fmt: skip
        assert all(len(each) <= 39 for each in shown)
        assert "\n" not in screen.written
    else:
        assert screen.written == "squeezeviz:     installing (30 s)\n"
