"""Usage: help, version, wrong usage, and the way errors are told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run

import squeezeviz
from squeezeviz.cli import commands
from squeezeviz.cli.options import parse

COMMANDS = ["presets", "devices", "show", "trace", "convert", "export", "compare", "features"]


def test_help_names_every_command_and_shows_examples_and_the_version_is_told(run: Run) -> None:
    assert run("--version").out == f"squeezeviz {squeezeviz.__version__}\n"
    ended = run("--help")
    assert ended.code == 0
    assert all(f"    {command} " in ended.out for command in COMMANDS)
    assert "examples:" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_and_answers_an_option_that_it_does_not_have(run: Run, command: str) -> None:
    helped = run(command, "--help")
    assert helped.code == 0
    assert helped.out.startswith(f"usage: squeezeviz {command}")
    if command in ("show", "trace"):
        assert "those of one image" in " ".join(helped.out.split())
        ended = run(command, "table1", "--bogus", "more")
        assert ended.code == 2
        assert ended.err.startswith(f"usage: squeezeviz {command} ")
        assert f"squeezeviz {command}: error: unrecognized arguments: --bogus more" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show"], "required: FILE|PRESET"),
        (["show", "table1", "--nonsense"], "--nonsense"),
        (["show", "table1", "--format", "xml"], "invalid choice: 'xml'"),
        (["show", "table1", "--form", "json"], "--form"),
        (["show", "table1", "--input", "227"], "channels x height x width"),
        (["show", "table1", "--input", "3x0x227"], "height must be a whole number from 1"),
        (["show", "table1", "--batch", "0"], "a whole number from 1 to 10^12, not '0'"),
        (["show", "table1", "--batch", "1_0"], "not '1_0'"),
        (["show", "table1", "--batch", "9" * 5000], "a whole number from 1 to 10^12"),
        (["compare", "table1"], "required: B"),
        (["compare", "table1", "table1", "--format", "csv"], "invalid choice: 'csv'"),
        (["export", "table1", "x.svg", "--theme", "blue"], "invalid choice: 'blue'"),
        (["--nonsense"], "--nonsense"),
        (["shwo", "table1"], "'shwo' is not a command, and the window opens one network; did you mean show?"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(run: Run, arguments: list[str], said: str) -> None:
    ended = run(*arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert said in ended.err


@pytest.mark.parametrize(
    ("named", "place"),
    [("tabel1", "tabel1"), ("{folder}/bad.toml", "{folder}/bad.toml:2"), ("a\nb\x1b[31m", "a\\nb\\x1b[31m")],
    ids=["no preset", "no table", "steers the terminal"],
)
def test_bad_input_is_one_plain_line_with_its_place(run: Run, tmp_path: Path, named: str, place: str) -> None:
    (tmp_path / "bad.toml").write_text('format = "squeezeviz"\nversion = = 1\n')
    ended = run("show", named.format(folder=tmp_path))
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {place.format(folder=tmp_path)}: ")
    assert ended.err.count("\n") == 1


def test_a_file_name_in_utf8_is_readable_in_every_locale(spawn: Run, tiny: Path) -> None:
    plainest = {"PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert spawn("show", "größe.toml", **plainest).err.startswith("squeezeviz: error: größe.toml: ")
    ended = spawn("compare", tiny.rename(tiny.with_name("größe.toml")), "squeezenet1_0", **plainest)
    assert (ended.code, ended.err) == (0, "")
    assert "größe.toml" in ended.out.splitlines()[0]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_bug_shows_its_traceback_and_ctrl_c_ends_with_130_and_says_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def ends(options: object) -> None:
        raise error

    monkeypatch.setitem(commands._COMMANDS, "presets", ends)
    if error is KeyboardInterrupt:
        ended = run("presets")
        assert (ended.code, ended.out, ended.err) == (130, "", "")
    else:
        with pytest.raises(ZeroDivisionError):
            run("presets")


def test_files_named_like_options_and_commands_can_be_told(
    run: Run, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tiny.rename("-tiny.toml")
    assert run("show", "--", "-tiny.toml").code == 0
    assert run("show", "./-tiny.toml").code == 0


def test_no_command_opens_the_window_on_what_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str | None] = []

    def window(options: object) -> int:
        opened.append(options.network)  # type: ignore[attr-defined]
        return 0

    monkeypatch.setitem(commands._COMMANDS, "window", window)
    for arguments in ([], ["table1"], ["./show"], ["--", "show"], ["--", "-odd"]):
        assert run(*arguments).code == 0
    assert opened == [None, "table1", "./show", "show", "-odd"]


def shell(command: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `squeezeviz` is this one."""
    line = command.replace("squeezeviz", f"{sys.executable} -P -m squeezeviz")
    return subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, timeout=500)


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    ran = shell("squeezeviz show table1 --format json | head -c 1")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "{", "")


def test_a_full_disk_under_stdout_is_told() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with full.open("w") as stdout:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "squeezeviz", "presets"], stdout=stdout, stderr=subprocess.PIPE, text=True
        )
    assert ran.returncode == 1
    assert ran.stderr == f"squeezeviz: error: stdout: the result could not be written: {os.strerror(28)}\n"


IS_CLOSED = "squeezeviz: error: stdout: the result could not be written: it is closed\n"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("squeezeviz presets >&-", 1, IS_CLOSED),
        ("squeezeviz show table1 >&-", 1, IS_CLOSED),
        ("squeezeviz show table1 --format json >&-", 1, IS_CLOSED),
        ("squeezeviz convert table1 {folder}/out.toml >&-", 0, ""),
        ("squeezeviz show tabel1 >&- 2>&-", 1, ""),
    ],
)
def test_closed_streams_are_no_bug_and_told_where_a_result_is_lost(
    tmp_path: Path, command: str, code: int, said: str
) -> None:
    ran = shell(command.format(folder=tmp_path))
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", said)
    assert (tmp_path / "out.toml").exists() == (code == 0)


def test_negative_means_are_values_and_no_option() -> None:
    assert parse(["classify", "cat.png", "--mean", "-1,-2.5,-3"]).mean == (-1, -2.5, -3)
