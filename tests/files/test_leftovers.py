"""What a killed process left behind is removed by the next one that comes by; what anybody else has there is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from squeezeviz.files import atomic, process_folders
from squeezeviz.files.process_folders import LOCK, make_folder

WRITING = """
import os, sys
from squeezeviz.files import atomic
def stop(descriptor):
    print(flush=True)
    sys.stdin.read()
os.fsync = stop
atomic.write_text(sys.argv[1], "half of it")
"""
ASIDE = ".squeezeviz-0123456789abcdef.tmp"
LONG_AGO = time.time() - 30 * 24 * 3600


@contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has written aside, and has not yet moved it into place."""
    command = [sys.executable, "-P", "-c", WRITING, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_was_writing_goes_with_the_next_write(tmp_path: Path) -> None:
    with writer(tmp_path / "a") as process:
        process.kill()
        process.wait()
    (left,) = names_in(tmp_path)
    assert atomic._ASIDE.fullmatch(left)
    atomic.write_text(tmp_path / "b", "new")
    assert names_in(tmp_path) == ["b"]


def test_what_a_living_process_is_writing_stays(tmp_path: Path) -> None:
    with writer(tmp_path / "a") as process:
        atomic.write_text(tmp_path / "b", "new")
        assert len(names_in(tmp_path)) == 2
        assert process.stdin is not None
        process.stdin.close()
        process.wait(60)
    assert names_in(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_text() == "half of it"


@pytest.mark.parametrize(
    "name",
    [".squeezeviz-0123.tmp", "squeezeviz-0123456789abcdef.tmp", f"{ASIDE}.bak", ".squeezeviz-n.tmp", "x.tmp"],
)
def test_files_of_other_names_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    atomic.write_text(tmp_path / "b", "new")
    assert sorted(names_in(tmp_path)) == sorted(["b", name])


def test_links_folders_and_pipes_stay(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("mine")
    (tmp_path / ASIDE).symlink_to("real")
    (tmp_path / ASIDE.replace("0", "1")).mkdir()
    os.mkfifo(tmp_path / ASIDE.replace("0", "2"))
    atomic.write_text(tmp_path / "b", "new")
    assert len(names_in(tmp_path)) == 5
    assert (tmp_path / "real").read_text() == "mine"


def test_a_file_of_another_person_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ASIDE).write_text("theirs")
    person = os.getuid()
    monkeypatch.setattr("os.getuid", lambda: person + 1)
    atomic._remove_asides(tmp_path)
    assert names_in(tmp_path) == [ASIDE]


def test_a_file_that_may_be_about_to_be_locked_stays(tmp_path: Path) -> None:
    (tmp_path / ASIDE).touch()
    atomic._remove_asides(tmp_path)
    assert names_in(tmp_path) == [ASIDE]
    os.utime(tmp_path / ASIDE, (LONG_AGO, LONG_AGO))
    atomic._remove_asides(tmp_path)
    assert names_in(tmp_path) == []


def test_where_files_cannot_be_locked_nothing_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ASIDE).write_text("whose?")
    monkeypatch.setattr("squeezeviz.files.atomic.try_lock", lambda _: False)
    atomic.write_text(tmp_path / "b", "new")
    assert names_in(tmp_path) == [ASIDE, "b"]
    assert (tmp_path / "b").read_text() == "new"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("squeezeviz.files.process_folders.gettempdir", lambda: str(tmp_path))
    return tmp_path


def old_folder(parent: Path, name: str, *files: str) -> Path:
    folder = parent / name
    folder.mkdir()
    for file in files:
        (folder / file).write_text("weights")
    os.utime(folder, (LONG_AGO, LONG_AGO))
    return folder


def test_folders_of_weights_without_a_process_go(temporary: Path) -> None:
    old_folder(temporary, "squeezeviz-abcd_123", "weights-abcd_123.safetensors")
    old_folder(temporary, "squeezeviz-empty_12")
    process_folders.remove_old_folders()
    assert names_in(temporary) == []


def test_a_folder_that_may_be_somebody_s_stays_untouched(temporary: Path) -> None:
    for name, file in (
        ("squeezeviz-figures1", "fig.pdf"),
        ("squeezeviz-x", "weights-abcd_123.safetensors"),
        ("squeezeviz-my-plots", "a"),
    ):
        old_folder(temporary, name, file)
    fresh = temporary / "squeezeviz-fresh_12"
    fresh.mkdir()
    owned = make_folder(temporary, "squeezeviz-")
    process_folders.remove_old_folders()
    assert len(names_in(temporary)) == 5
    assert [path.parent.name for path in temporary.glob(f"*/{LOCK}")] == [owned.path.name]
    owned.remove()
