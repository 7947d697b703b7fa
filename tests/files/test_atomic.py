"""A written file is the old one or the whole new one; what a killed process left beside it goes with the next write."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from squeezeviz.files import atomic
from squeezeviz.model.errors import SqueezevizError


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_holds_what_was_written_with_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic.write_bytes(tmp_path / "a.toml", "naïve ×\n".encode())
    finally:
        os.umask(before)
    assert (tmp_path / "a.toml").read_bytes() == "naïve ×\n".encode()
    assert names_in(tmp_path) == ["a.toml"]
    assert stat.S_IMODE((tmp_path / "a.toml").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o604, 0o640, 0o755])
def test_nobody_else_can_read_the_new_content_before_it_is_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(mode)
    seen = []

    def look(descriptor: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077)

    monkeypatch.setattr(os, "fsync", look)
    atomic.write_bytes(path, b"new")
    assert seen[0] == 0
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("may_be_given", [True, False])
def test_a_replaced_file_keeps_its_owner_where_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, may_be_given: bool
) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    os.chown(path, 1234, 2345)
    path.chmod(0o4750)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if not may_be_given:
        monkeypatch.setattr(os, "chown", refuse)
    atomic.write_bytes(path, b"new")
    assert path.read_text() == "new"
    if may_be_given:
        assert (path.stat().st_uid, path.stat().st_gid) == (1234, 2345)
        assert stat.S_IMODE(path.stat().st_mode) == 0o4750


@pytest.mark.parametrize("folders_can_be_synced", [True, False])
def test_the_file_and_then_its_folder_reach_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders_can_be_synced: bool
) -> None:
    settled: list[tuple[str, bool]] = []

    def fsync(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"
        settled.append((kind, (tmp_path / "a").exists()))
        if kind == "folder" and not folders_can_be_synced:
            raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", fsync)
    atomic.write_bytes(tmp_path / "a", b"new")
    assert settled == [("file", False), ("folder", True)]
    assert (tmp_path / "a").read_text() == "new"


def test_a_chain_of_links_is_written_through_and_stays(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "real").write_text("old")
    (tmp_path / "deep" / "third").symlink_to("real")
    (tmp_path / "second").symlink_to(tmp_path / "deep" / "third")
    (tmp_path / "first").symlink_to("second")
    atomic.write_bytes(tmp_path / "first", b"new")
    assert (tmp_path / "deep" / "real").read_text() == "new"
    assert all(link.is_symlink() for link in (tmp_path / "first", tmp_path / "second", tmp_path / "deep" / "third"))
    assert names_in(tmp_path / "deep") == ["real", "third"]
    (tmp_path / "deep" / "real").unlink()  # a link to nothing makes the file that it points at
    atomic.write_bytes(tmp_path / "first", b"newer")
    assert (tmp_path / "deep" / "real").read_text() == "newer"


def test_a_second_name_of_a_file_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    atomic.write_bytes(tmp_path / "a", b"new")
    assert ((tmp_path / "a").read_text(), (tmp_path / "b").read_text()) == ("new", "old")


FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("failing", "error"),
    [("os.fsync", FULL), ("pathlib.Path.replace", FULL), ("os.fsync", KeyboardInterrupt())],
    ids=["full", "full at the end", "interrupted"],
)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, error: BaseException
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(failing, fail)
    with pytest.raises((SqueezevizError, KeyboardInterrupt)) as raised:
        atomic.write_bytes(path, b"new")
    if error is FULL:
        assert str(raised.value).startswith(f"{path}: the disk is full")
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a"]


WRITING = """
import sys
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.files import atomic
try:
    atomic.write_bytes(sys.argv[1], bytes(1_000_000))
except SqueezevizError as error:
    sys.exit(error.message)
"""


def test_a_disk_that_is_really_full_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    """A small file system of its own, which only this process sees."""
    mounting = 'mount -t tmpfs -o size=64k none "$1" || exit 99; echo old > "$1/a"; "$2" -P -c "$3" "$1/a"; '
    looking = 'code=$?; cat "$1/a"; ls -A "$1"; exit $code'
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here to mount a small disk with")
    command = ["unshare", "-rm", "sh", "-c", mounting + looking, "sh", str(tmp_path), sys.executable, WRITING]
    ran = subprocess.run(command, capture_output=True, text=True)
    if ran.returncode == 99 or "unshare" in ran.stderr:
        pytest.skip(f"no small disk can be mounted here: {ran.stderr.strip()}")
    assert ran.stderr.strip() == "the disk is full; free some space or choose another place"
    assert ran.returncode == 1
    assert ran.stdout.split() == ["old", "a"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on Windows")
def test_a_file_that_may_not_grow_so_large_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    limited = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n" + WRITING
    ran = subprocess.run([sys.executable, "-P", "-c", limited, path], capture_output=True, text=True)
    assert ran.stderr.strip() == "the file would be larger than this system allows"
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a"]


@pytest.mark.skipif(sys.platform == "win32", reason="no signals on Windows")
@pytest.mark.parametrize("moment", ["os.fsync", "pathlib.Path.replace"])
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_file(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    killed = f"import os, pathlib, signal\n{moment} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n" + WRITING
    ran = subprocess.run([sys.executable, "-P", "-c", killed, path])
    assert ran.returncode == -signal.SIGKILL
    assert path.read_text() == "old"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_must_not_be_written_in_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    tmp_path.chmod(0o555)
    with pytest.raises(SqueezevizError, match="no permission to write in this folder"):
        atomic.write_bytes(tmp_path / "a", b"new")
    tmp_path.chmod(0o755)
    assert (tmp_path / "a").read_text() == "old"


def test_a_write_protected_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # what a person who is not root sees of mode 0444
    with pytest.raises(SqueezevizError, match="write-protected"):
        atomic.write_bytes(path, b"new")
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing/a.toml", "the folder does not exist"),
        ("", "this is a folder"),
        ("file/a.toml", "a part of this path is a file"),
        ("pipe", "no ordinary file"),
        ("loop", "leads back to itself"),
        ("n" * 300, "the name is too long"),
        ("/".join(["n" * 200] * 25), "the path is too long"),
        ("a\0b", "cannot be a file's name"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        atomic.write_bytes(tmp_path / name, b"new")
    assert raised.value.place.file == str(tmp_path / name)


STOPPED = """
import os, sys
from squeezeviz.files import atomic
def stop(descriptor):
    print(flush=True)
    sys.stdin.read()
os.fsync = stop
atomic.write_bytes(sys.argv[1], b"half of it")
"""
ASIDE = ".squeezeviz-0123456789abcdef.tmp"


@contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has written aside, and has not yet moved it into place."""
    command = [sys.executable, "-P", "-c", STOPPED, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def test_what_a_killed_process_was_writing_goes_with_the_next_write(tmp_path: Path) -> None:
    with writer(tmp_path / "a") as process:
        process.kill()
        process.wait()
    (left,) = names_in(tmp_path)
    assert atomic._ASIDE.fullmatch(left)
    atomic.write_bytes(tmp_path / "b", b"new")
    assert names_in(tmp_path) == ["b"]


def test_what_a_living_process_is_writing_stays(tmp_path: Path) -> None:
    with writer(tmp_path / "a") as process:
        atomic.write_bytes(tmp_path / "b", b"new")
        assert len(names_in(tmp_path)) == 2
        assert process.stdin is not None
        process.stdin.close()
        process.wait(300)
    assert names_in(tmp_path) == ["a", "b"]
    assert (tmp_path / "a").read_text() == "half of it"


def test_files_of_other_names_links_folders_and_pipes_stay(tmp_path: Path) -> None:
    others = (".squeezeviz-0123.tmp", ASIDE[1:], f"{ASIDE}.bak", ".squeezeviz-n.tmp", "x.tmp")
    for name in others:
        (tmp_path / name).write_text("mine")
    (tmp_path / ASIDE).symlink_to("x.tmp")
    (tmp_path / ASIDE.replace("0", "1")).mkdir()
    os.mkfifo(tmp_path / ASIDE.replace("0", "2"))
    before = names_in(tmp_path)
    atomic.write_bytes(tmp_path / "b", b"new")
    assert names_in(tmp_path) == sorted([*before, "b"])
    assert {(tmp_path / name).read_text() for name in others} == {"mine"}


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
    os.utime(tmp_path / ASIDE, (0, 0))
    atomic._remove_asides(tmp_path)
    assert names_in(tmp_path) == []


def test_where_files_cannot_be_locked_nothing_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ASIDE).write_text("whose?")
    monkeypatch.setattr("squeezeviz.files.atomic.try_lock", lambda _: False)
    atomic.write_bytes(tmp_path / "b", b"new")
    assert names_in(tmp_path) == [ASIDE, "b"]
    assert (tmp_path / "b").read_text() == "new"
