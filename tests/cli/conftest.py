"""The command line as a person uses it: what it prints, and the code it ends with."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from command_line import Ended, Run
from places import CHELSEA

from squeezeviz.analysis.pictures.picture import Picture
from squeezeviz.cli.main import main
from squeezeviz.files import sandbox
from squeezeviz.files.sandbox import read_picture


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], qapp: object) -> Run:
    """Run a command line in this process, where Qt can have but one application."""

    def run(*arguments: str | Path) -> Ended:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


@pytest.fixture(autouse=True)
def _cat_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a child to read a picture takes longer than all else that most commands with one do."""
    monkeypatch.setattr(sandbox, "read_picture", lambda path: cat() if path == str(CHELSEA) else read_picture(path))


@cache
def cat() -> Picture:
    return read_picture(str(CHELSEA))


@pytest.fixture
def spawn() -> Run:
    """Run a command line as a process of its own; without a display, and in the plainest locale."""

    def spawn(*arguments: str | Path, **environment: str) -> Ended:
        kept = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "squeezeviz", *map(str, arguments)],
            capture_output=True,
            env=kept | {"LC_ALL": "C"} | environment,
            timeout=500,
        )
        return Ended(ran.returncode, ran.stdout.decode("utf-8"), ran.stderr.decode("utf-8"))

    return spawn


NOT_INHERITED = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONUTF8", "PYTHONIOENCODING", "LANG"}


TINY = """\
format = "squeezeviz"
version = 1
name = "tiny"

[input]
channels = 3
height = 32
width = 32

[[layer]]
name = "conv1"
type = "conv"
filters = 8
kernel = 3

[[layer]]
name = "fire2"
type = "fire"
s1x1 = 2
e1x1 = 4
e3x3 = 4
"""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A table of one conv and one Fire module."""
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A table that opens but cannot run: the second pool's window does not fit."""
    path = tmp_path / "broken.toml"
    path.write_text(TINY + '\n[[layer]]\nname = "pool3"\ntype = "maxpool"\nkernel = 99\nstride = 1\n')
    return path
