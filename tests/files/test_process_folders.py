"""Folders of processes: a living process keeps its own, a dead one's can be taken over."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from squeezeviz.files.process_folders import LOCK, abandoned_folders, make_folder, remove_old_folders, take_folder

OWNER = """
import sys
from pathlib import Path
from squeezeviz.files.process_folders import make_folder
print(make_folder(Path(sys.argv[1]), "kept-").path, flush=True)
sys.stdin.read()
"""


@contextmanager
def owner(parent: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that owns a folder, and that folder."""
    command = [sys.executable, "-P", "-c", OWNER, str(parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_a_folder_is_kept_while_its_process_lives_and_can_be_taken_after_it_was_killed(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, path):
        assert path.parent == tmp_path
        assert list(abandoned_folders(tmp_path, "kept-")) == []
        assert take_folder(path) is None
        process.kill()
        process.wait()
        (found,) = abandoned_folders(tmp_path, "kept-")
        assert found.path == path
        found.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_its_owner_s_alone_and_once_released_can_be_taken_again_until_it_is_removed(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, "kept-")
    assert os.name != "posix" or folder.path.stat().st_mode & 0o077 == 0
    (folder.path / "table.toml").write_text("kept")
    folder.release()
    again = take_folder(folder.path)
    assert again is not None
    assert (again.path / "table.toml").read_text() == "kept"
    (again.path / LOCK).unlink()
    again.remove()
    assert take_folder(folder.path) is None


def test_a_folder_without_a_lock_file_is_left_alone_until_it_is_old(tmp_path: Path) -> None:
    path = tmp_path / "kept-older"
    path.mkdir()
    assert list(abandoned_folders(tmp_path, "kept-")) == []
    os.utime(path, (0, 0))
    (found,) = abandoned_folders(tmp_path, "kept-")
    found.remove()
    assert not path.exists()


def test_neither_a_link_to_a_folder_nor_a_missing_parent_holds_any(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    os.utime(target, (0, 0))
    (tmp_path / "kept-link").symlink_to(target)
    assert list(abandoned_folders(tmp_path, "kept-")) == []
    assert list(abandoned_folders(tmp_path / "none", "kept-")) == []


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    return tmp_path


def old_folder(parent: Path, name: str, *files: str) -> Path:
    folder = parent / name
    folder.mkdir()
    for file in files:
        (folder / file).write_text("weights")
    os.utime(folder, (0, 0))
    return folder


def test_folders_of_weights_without_a_process_go(temporary: Path) -> None:
    old_folder(temporary, "squeezeviz-abcd_123", "weights-abcd_123.safetensors")
    old_folder(temporary, "squeezeviz-empty_12")
    remove_old_folders()
    assert list(temporary.iterdir()) == []


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
    remove_old_folders()
    assert len(list(temporary.iterdir())) == 5
    assert [path.parent.name for path in temporary.glob(f"*/{LOCK}")] == [owned.path.name]
    owned.remove()
