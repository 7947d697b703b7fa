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


PNG, PDF = "squeezeviz.figure.writers.png", "squeezeviz.figure.writers.pdf"
LOADING = """
class Interrupting:
    def find_spec(self, name, *_):
        if name == "squeezeviz.cli.commands":
            interrupt()
sys.meta_path.insert(0, Interrupting())
"""
THIRD_PASS = """
import squeezeviz.trace.passes
true = squeezeviz.trace.passes._measured
def third(*arguments, seen=[]):
    seen.append(1)
    return interrupt() if len(seen) == 3 else true(*arguments)
squeezeviz.trace.passes._measured = third
"""


@pytest.mark.parametrize(
    ("module", "hook", "arguments"),
    [
        pytest.param(PNG, f"{PNG}.paint = interrupt", "export table1 {out}.png", id="Qt paints"),
        pytest.param(PDF, f"{PDF}.paint = interrupt", "export table1 {out}.pdf", id="Qt prints"),
        pytest.param("os", "os.fsync = interrupt", "convert table1 {out}.toml", id="a file is written"),
        pytest.param("os", LOADING, "presets", id="modules are loaded"),
        pytest.param("os", THIRD_PASS, "trace table1 --repeat 50 --device meta", id="passes are repeated"),
    ],
)
def test_whatever_goes_on_it_ends_and_leaves_nothing(module: str, hook: str, arguments: str, tmp_path: Path) -> None:
    ran = interrupted(module, hook, *arguments.format(out=tmp_path / "out").split())
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")
    assert not list(tmp_path.iterdir())


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


def test_once_a_file_is_written_ctrl_c_does_what_it_did_before(run: Run, tmp_path: Path) -> None:
    def own(*_: object) -> None:
        pass

    before = signal.signal(signal.SIGINT, own)
    try:
        assert run("convert", "table1", tmp_path / "out.toml").code == 0
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, before)
