"""Where memory, files, threads, the disk or the folder itself are short, a command works or says one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import Run

from squeezeviz.analysis.memory import require_room
from squeezeviz.cli import main as cli
from squeezeviz.cli.main import _shortage

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")

LIMITED = """
import resource, sys
resource.setrlimit(getattr(resource, sys.argv[1]), (int(sys.argv[2]),) * 2)
from squeezeviz.cli.main import main
sys.argv[1:] = sys.argv[3:]
main()
"""
MIB = 1024**2


def limited(kind: str, limit: int, *arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", LIMITED, kind, str(limit), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=500, **options)


def assert_sentence_or_success(ended: subprocess.CompletedProcess[str]) -> None:
    assert ended.returncode in (0, 1), ended.stderr
    lines = ended.stderr.splitlines()
    assert all(re.match(r"squeezeviz: (error|note): ", line) for line in lines), ended.stderr
    if ended.returncode:
        assert len([line for line in lines if "error" in line]) == 1


# At 24 MiB, where the program just does not fit, Python 3.13 writes lines of its own about its garbage collector.
SMALL_ROOMS = [20, *([24] if sys.version_info < (3, 13) else []), 30, 40, 50, 100, 200]
SHOW, TRACE = ("show", "table1"), ("trace", "table1", "--device", "meta")


@pytest.mark.parametrize(
    ("arguments", "limit", "rooms"),
    [
        (SHOW, "RLIMIT_AS", [room * MIB for room in SMALL_ROOMS]),
        (("export", "table1", "{out}.pdf"), "RLIMIT_AS", [room * MIB for room in (60, 160, 250, 290, 310, 320, 340)]),
        (TRACE, "RLIMIT_AS", [room * MIB for room in (100, 400, 440, 500, 600, 650)]),
        (("convert", "table1", "{out}.toml"), "RLIMIT_NOFILE", [4, 5, 6, 8]),
    ],
    ids=["show", "export", "trace", "open files"],
)
def test_a_command_works_or_says_what_there_is_too_little_of(
    tmp_path: Path, arguments: tuple[str, ...], limit: str, rooms: list[int]
) -> None:
    for room in rooms:
        out = tmp_path / str(room)
        ended = limited(limit, room, *(argument.format(out=out) for argument in arguments))
        assert_sentence_or_success(ended)
        if "out" in arguments[-1]:
            assert (len(list(tmp_path.glob(f"{room}.*"))) == 1) == (ended.returncode == 0)


def test_a_result_that_is_larger_than_a_file_may_be(tmp_path: Path) -> None:
    ended = limited("RLIMIT_FSIZE", 100, "export", "table1", tmp_path / "x.svg")
    assert ended.returncode == 1
    assert ended.stderr == (
        f"squeezeviz: error: {tmp_path / 'x.svg'}: the file would be larger than this system allows\n"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "not enough memory"),
        (ImportError("libtorch.so: failed to map segment from shared object"), "not enough memory"),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
            "not enough memory",
        ),
        (OSError(12, "Cannot allocate memory"), "not enough memory"),
        (OSError(24, "Too many open files"), "ulimit -n"),
        (ImportError("x.so: cannot open shared object file: Too many open files"), "ulimit -n"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
        (BlockingIOError(11, "Resource temporarily unavailable"), "ulimit -u"),
    ],
)
def test_what_is_short_is_said(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        try:
            raise error
        finally:
            raise ImportError("a second failure in its wake")

    monkeypatch.setattr("squeezeviz.cli.commands.run", fail)
    assert cli.main(["show"]) == 1
    err = capfd.readouterr().err
    assert err.startswith("squeezeviz: error: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("error", [ValueError("x"), RuntimeError("a bug"), OSError(5, "I/O"), ImportError("no name")])
def test_a_bug_is_no_shortage(error: Exception) -> None:
    assert _shortage(error) == ""


def test_room_that_there_is_not() -> None:
    require_room(MIB)
    with pytest.raises(MemoryError):
        require_room(2**60)


IN_FOLDER = """
import json, os, sys
top, names, gone, arguments = json.loads(sys.argv[1])
os.chdir(top)
for name in names:
    os.makedirs(name, exist_ok=True)
    os.chdir(name)
if gone:
    os.rmdir(top)
if arguments:
    os.execv(sys.executable, [sys.executable, "-P", "-m", "squeezeviz", *arguments])
print(*os.listdir())
"""
DEEP = ["d" * 200] * 25
"""Folders in folders, to a path of more than 4,096 bytes."""


def in_folder(top: Path, *arguments: str, names: list[str], gone: bool = False) -> Any:
    said = json.dumps([str(top), names, gone, arguments])
    return subprocess.run([sys.executable, "-c", IN_FOLDER, said], capture_output=True, text=True, timeout=500)


@pytest.mark.parametrize(
    ("folder", "arguments", "code", "found"),
    [
        ("gone", SHOW, 0, []),
        ("gone", ("show", "x.toml"), 1, []),
        ("gone", ("export", "table1", "x.svg"), 1, []),
        ("gone", TRACE, 1, []),
        ("gone", ("convert", "table1", "x.onnx"), 1, []),
        ("gone", ("devices",), 1, []),
        ("deep", SHOW, 0, []),
        ("deep", ("convert", "table1", "x.toml"), 0, ["x.toml"]),
        ("deep", ("export", "table1", "x.svg"), 0, ["x.svg"]),
        ("deep", ("export", "table1", "sub/x.svg"), 1, []),
        ("deep", TRACE, 1, []),
    ],
)
def test_in_a_folder_that_is_gone_or_has_a_longer_path_than_the_system_takes(
    tmp_path: Path, folder: str, arguments: tuple[str, ...], code: int, found: list[str]
) -> None:
    top = tmp_path / "top"
    top.mkdir()
    names = DEEP if folder == "deep" else []
    ended = in_folder(top, *arguments, names=names, gone=folder == "gone")
    assert_sentence_or_success(ended)
    assert ended.returncode == code, ended.stderr
    assert "name is too long" not in ended.stderr
    assert folder == "gone" or in_folder(top, names=names).stdout.split() == found


def test_an_encoding_that_was_asked_for(spawn: Run) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUTF8"}
    command = [sys.executable, "-P", "-m", "squeezeviz", "show", "table1"]
    asked = environment | {"PYTHONIOENCODING": "ascii"}
    for more in ((), ("--format", "json")):
        ended = subprocess.run([*command, *more], capture_output=True, env=asked, timeout=500)
        assert ended.returncode == 0
        assert ended.stdout.isascii()
        if more:
            assert json.loads(ended.stdout)["name"]
    ended = subprocess.run([*command[:-1], "no×"], capture_output=True, env=asked, timeout=500)
    assert ended.returncode == 1
    assert ended.stderr.startswith(b"squeezeviz: error: no?: there is no")
