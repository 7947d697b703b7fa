"""A written file is the old one or the whole new one."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.formats import atomic


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_new_file_holds_what_was_written(tmp_path: Path) -> None:
    atomic.write_text(tmp_path / "a.toml", "naïve ×\n")
    assert (tmp_path / "a.toml").read_bytes() == "naïve ×\n".encode()
    assert names_in(tmp_path) == ["a.toml"]


def test_a_new_file_gets_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic.write_text(tmp_path / "a", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o604)
    atomic.write_text(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "real").write_text("old")
    (tmp_path / "link").symlink_to("there/real")
    atomic.write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "real").read_text() == "new"


def test_a_link_to_nothing_makes_the_file_it_points_at(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    atomic.write_text(tmp_path / "link", "new")
    assert (tmp_path / "real").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), full)
    with pytest.raises(SqueezevizError, match="the disk is full") as raised:
        atomic.write_text(path, "new")
    assert raised.value.place.file == str(path)
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a"]


def test_even_an_interrupt_leaves_nothing_beside_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_text(tmp_path / "a", "new")
    assert names_in(tmp_path) == []


def _missing_folder(tmp_path: Path) -> Path:
    return tmp_path / "missing" / "a.toml"


def _folder(tmp_path: Path) -> Path:
    return tmp_path


def _below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("")
    return tmp_path / "file" / "a.toml"


def _pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def _endless_link(tmp_path: Path) -> Path:
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path / "loop"


def _long_name(tmp_path: Path) -> Path:
    return tmp_path / ("n" * 300)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_missing_folder, "the folder does not exist"),
        (_folder, "this is a folder"),
        (_below_a_file, "a part of this path is a file"),
        (_pipe, "no ordinary file"),
        (_endless_link, "leads back to itself"),
        (_long_name, "the name is too long"),
    ],
)
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, make: object, sentence: str) -> None:
    path = make(tmp_path)  # type: ignore[operator]
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        atomic.write_text(path, "new")
    assert raised.value.place.file == str(path)


def test_a_write_protected_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # what a person who is not root sees of mode 0444
    with pytest.raises(SqueezevizError, match="write-protected"):
        atomic.write_text(path, "new")
    assert path.read_text() == "old"


def test_a_zero_byte_in_a_name_is_told_in_a_sentence() -> None:
    with pytest.raises(SqueezevizError, match="cannot be a file's name"):
        atomic.write_text("a\0b", "new")
