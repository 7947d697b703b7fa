"""A file is known to be another by what it holds; the system's word for it is not enough, and often too much."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from squeezeviz.files import atomic, on_disk
from squeezeviz.files.on_disk import Kind, look, written


def rewritten(path: Path) -> None:
    path.write_bytes(b"newer")


def rewritten_with_its_time_put_back(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"OLDER")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(path: Path) -> None:
    atomic.write_bytes(path, b"other")


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def a_folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link_elsewhere_instead(path: Path) -> None:
    (path.parent / "other").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to("other")


def a_pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def touched(path: Path) -> None:
    os.utime(path, (1, 1))


def written_again(path: Path) -> None:
    path.write_bytes(path.read_bytes())


def replaced_by_the_same(path: Path) -> None:
    atomic.write_bytes(path, path.read_bytes())


def its_mode_changed(path: Path) -> None:
    path.chmod(0o600)


@pytest.mark.parametrize(
    ("happens", "kind"),
    [
        (rewritten, Kind.FILE), (rewritten_with_its_time_put_back, Kind.FILE), (replaced, Kind.FILE),
        (moved, Kind.GONE), (a_folder_instead, Kind.FOLDER), (a_link_elsewhere_instead, Kind.FILE),
        (a_pipe_instead, Kind.IRREGULAR),
    ],
)  # fmt: skip
def test_a_change_is_seen(tmp_path: Path, happens: Callable[[Path], None], kind: Kind) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older")
    before = look(path)
    happens(path)
    after = look(path, before)
    assert after.kind is kind
    assert not after.is_as(before)
    assert after.is_as(look(path))


@pytest.mark.parametrize("happens", [touched, written_again, replaced_by_the_same, its_mode_changed])
def test_what_leaves_the_bytes_as_they_are_is_no_change(tmp_path: Path, happens: Callable[[Path], None]) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"older")
    before = look(path)
    happens(path)
    assert look(path, before).is_as(before)


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
