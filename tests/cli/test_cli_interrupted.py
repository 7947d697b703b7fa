"""Ctrl+C, whenever it comes, ends a command with 130 and says nothing."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run

HOOKED = """
import os, signal, sys, {module}
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this test's own process was started with
def interrupt(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)
{hook}
from squeezeviz.cli.main import main
sys.argv[1:] = {arguments!r}
sys.exit(main())
"""


def interrupted(module: str, hook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command line that gets SIGINT where `hook` has it call `interrupt`."""
    script = HOOKED.format(module=module, hook=hook, arguments=list(arguments))
    return subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, timeout=500)


@pytest.mark.parametrize("suffix", ["png", "pdf"])
def test_while_qt_paints(tmp_path: Path, suffix: str) -> None:
    module = {"png": "squeezeviz.figure.writers.png", "pdf": "squeezeviz.figure.writers.pdf"}[suffix]
    out = tmp_path / f"out.{suffix}"
    ran = interrupted(module, f"{module}.paint = interrupt", "export", "table1", str(out))
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")
    assert not list(tmp_path.iterdir())


def test_while_a_file_is_written_leaves_nothing_of_it(tmp_path: Path) -> None:
    ran = interrupted("os", "os.fsync = interrupt", "convert", "table1", str(tmp_path / "out.toml"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")
    assert not list(tmp_path.iterdir())


def test_while_modules_are_loaded() -> None:
    hook = """
class Interrupting:
    def find_spec(self, name, *_):
        if name == "squeezeviz.cli.commands":
            interrupt()
sys.meta_path.insert(0, Interrupting())
"""
    ran = interrupted("os", hook, "presets")
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_after_the_result_was_printed() -> None:
    hook = """
class Interrupting:
    def __getattr__(self, name):
        return getattr(sys.__stderr__, name)
    def flush(self):
        interrupt()
sys.stderr = Interrupting()
"""
    ran = interrupted("os", hook, "presets")
    assert (ran.returncode, ran.stderr) == (130, "")
    assert "table1" in ran.stdout


def test_it_stays_ignored_where_the_parent_has_it_so(tmp_path: Path) -> None:
    hook = "signal.signal(signal.SIGINT, signal.SIG_IGN)\nos.fsync = interrupt"
    assert interrupted("os", hook, "convert", "table1", str(tmp_path / "out.toml")).returncode == 0
    assert (tmp_path / "out.toml").exists()


def test_while_passes_are_repeated() -> None:
    hook = """
import squeezeviz.trace.passes
true = squeezeviz.trace.passes._measured
def third(*arguments, seen=[]):
    seen.append(1)
    return interrupt() if len(seen) == 3 else true(*arguments)
squeezeviz.trace.passes._measured = third
"""
    ran = interrupted("os", hook, "trace", "table1", "--repeat", "50", "--device", "meta")
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_once_a_file_is_written_ctrl_c_does_what_it_did_before(run: Run, tmp_path: Path) -> None:
    def own(*_: object) -> None:
        pass

    before = signal.signal(signal.SIGINT, own)
    try:
        assert run("convert", "table1", tmp_path / "out.toml").code == 0
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, before)
