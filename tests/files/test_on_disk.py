"""A file is known to be another by what it holds; the system's word for it is not enough, and often too much."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from squeezeviz.files import atomic, on_disk
from squeezeviz.files.on_disk import Kind, look, written

Change = Callable[[Path], object]


def rewritten_with_its_time_put_back(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"OLDER")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def in_place_of_it(make: Change) -> Change:
    return lambda path: (path.rename(path.with_name("elsewhere")), make(path))


CHANGES: dict[str, tuple[Change, Kind | None]] = {
    "rewritten": (lambda path: path.write_bytes(b"newer"), Kind.FILE),
    "rewritten, its time put back": (rewritten_with_its_time_put_back, Kind.FILE),
    "replaced": (lambda path: atomic.write_bytes(path, b"other"), Kind.FILE),
    "moved": (in_place_of_it(lambda _: None), Kind.GONE),
    "a folder instead": (in_place_of_it(Path.mkdir), Kind.FOLDER),
    "a link to its like instead": (in_place_of_it(lambda path: path.symlink_to("elsewhere")), Kind.FILE),
    "a pipe instead": (in_place_of_it(os.mkfifo), Kind.IRREGULAR),
    "touched": (lambda path: os.utime(path, (1, 1)), None),
    "written again": (lambda path: path.write_bytes(path.read_bytes()), None),
    "replaced by the same": (lambda path: atomic.write_bytes(path, path.read_bytes()), None),
    "its mode changed": (lambda path: path.chmod(0o600), None),
}
"""What happens to a file, and what it then is; None where its bytes stay as they are."""


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_unless_it_leaves_the_bytes_as_they_are(tmp_path: Path, what: str) -> None:
    happens, kind = CHANGES[what]
    path = tmp_path / "file"
    path.write_bytes(b"older")
    before = look(path)
    happens(path)
    after = look(path, before)
    assert after.kind is (kind or Kind.FILE)
    assert after.is_as(before) is (kind is None)
    assert after.is_as(look(path))


def test_a_file_is_the_same_by_whatever_path_and_link_it_is_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"older")
    (tmp_path / "link").symlink_to("file")
    monkeypatch.chdir(tmp_path)
    assert look("link").is_as(look(tmp_path / "file"))
    (tmp_path / "file").write_bytes(b"newer")
    assert look("link").is_as(look("file"))


def test_what_was_written_is_what_is_found(tmp_path: Path) -> None:
    path = tmp_path / "file"
    atomic.write_bytes(path, b"content")
    assert look(path).is_as(written(path, b"content"))
    assert not look(path).is_as(written(path, b"another"))


def test_what_leads_nowhere_or_cannot_be_a_name_raises_nothing(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_bytes(b"")
    assert look(tmp_path / "loop").kind is Kind.UNREADABLE
    assert look(tmp_path / "nul\0").kind is Kind.UNREADABLE
    assert look(tmp_path / "file" / "below").kind is Kind.GONE
    assert look(tmp_path / ("n" * 4000)).kind is Kind.UNREADABLE


def test_of_what_is_too_large_to_be_hashed_size_and_time_must_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_disk, "LARGEST_HASHED", 3)
    path = tmp_path / "weights"
    atomic.write_bytes(path, b"older")
    before = written(path, b"older")
    assert look(path).is_as(before)
    os.utime(path, (1, 1))
    assert not look(path, before).is_as(before)


def test_a_large_file_is_read_again_only_where_the_system_says_that_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_disk, "_ALWAYS_HASHED", 3)
    path = tmp_path / "table"
    path.write_bytes(b"older")
    before = look(path)
    assert look(path, before) is before
    rewritten_with_its_time_put_back(path)
    assert not look(path, before).is_as(before)
