"""Another program's change of the open file is said, and is not written over unasked."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hands import CTRL, LEFT, OpenWindow, answer_soon, notice_text, press, settle_saves, toast
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.files import registry
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.files.file_watch import SHARED
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import LayerTable

OLD, MINE, THEIRS = (load_preset("table1").with_field(2, "s1x1", filters) for filters in (16, 24, 40))


def write(path: Path, table: LayerTable) -> None:
    path.write_text(registry.to_text(table, "toml"), encoding="utf-8")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    write(path, OLD)
    return path


@pytest.fixture
def window(open_on: OpenWindow, mine: Path) -> MainWindow:
    return open_on(mine)


def look(window: MainWindow, qtbot: QtBot, times: int = 2) -> None:
    """Come back to the window so often: what is found twice is said."""
    for _ in range(times):
        qtbot.waitUntil(lambda: not window.parts.watch._looking)
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
        assert window.parts.watch._looking
        qtbot.waitUntil(lambda: not window.parts.watch._looking)


def click(window: MainWindow, title: str) -> None:
    button = next(each for each in window.parts.notice.findChildren(QPushButton) if each.text() == title)
    QTest.mouseClick(button, LEFT)


def save(window: MainWindow) -> None:
    window.activateWindow()  # a question may have had the keyboard
    QApplication.processEvents()
    press(window, Qt.Key.Key_S, CTRL)
    settle_saves(window)


def edited(window: MainWindow) -> None:
    window.document.edit("Set fire2 s1x1 to 24", MINE)


def test_a_change_is_said_and_the_file_is_loaded_again(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    look(window, qtbot)
    assert notice_text(window) == ""
    write(mine, THEIRS)
    look(window, qtbot)
    assert notice_text(window) == "“mine.toml” was changed by another program since it was opened or saved here."
    with qtbot.waitSignal(window.parts.files.opened):
        click(window, "Reload")
    assert (window.document.table, notice_text(window)) == (THEIRS, "")
    look(window, qtbot)
    assert notice_text(window) == ""


def test_a_second_window_on_a_file_says_so_at_once_until_the_first_lets_it_go(
    open_on: OpenWindow, mine: Path, qtbot: QtBot
) -> None:
    first = open_on(mine)
    look(first, qtbot)
    link = mine.with_name("link.toml")
    link.symlink_to(mine)
    second = open_on(link)
    look(second, qtbot)
    assert notice_text(second).startswith("“link.toml” is open in another window too.")
    assert notice_text(first) == ""
    press(second, Qt.Key.Key_8, CTRL)
    press(second, Qt.Key.Key_Escape)
    look(second, qtbot)
    assert notice_text(second) == "", "what was closed is not said again"
    first.document.start(OLD)
    first.parts.watch.look()
    look(second, qtbot)
    third = open_on(mine)
    look(third, qtbot)
    assert notice_text(third).startswith("“mine.toml” is open in another window too.")


def test_what_is_said_of_unsaved_changes_stays_true(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    write(mine, THEIRS)
    look(window, qtbot)
    unchanged, lost = notice_text(window), "What you changed here is not in it."
    assert unchanged and not unchanged.endswith(lost)
    edited(window)
    assert notice_text(window) == f"{unchanged} {lost}"
    window.document.stack.undo()
    assert notice_text(window) == unchanged
    window.document.stack.redo()
    assert notice_text(window).endswith(lost)


def test_that_a_file_is_open_twice_is_said_no_more_once_another_is_open(
    window: MainWindow, mine: Path, open_on: OpenWindow, qtbot: QtBot
) -> None:
    second = open_on(mine)
    look(second, qtbot)
    assert notice_text(second).startswith("“mine.toml” is open in another window too.")
    second.parts.files.new()
    assert SHARED not in second.parts.notice.keys


def test_unsaved_changes_that_a_reload_replaces_can_be_brought_back(
    window: MainWindow, mine: Path, qtbot: QtBot
) -> None:
    edited(window)
    write(mine, THEIRS)
    look(window, qtbot)
    assert notice_text(window).endswith("What you changed here is not in it.")
    with qtbot.waitSignal(window.parts.files.opened):
        click(window, "Reload")
    assert (window.document.table, window.document.modified) == (THEIRS, False)
    assert notice_text(window) == "The unsaved changes to “mine.toml” were discarded."
    click(window, "Bring Them Back")
    assert (window.document.table, window.document.modified) == (MINE, True)
    look(window, qtbot)
    assert notice_text(window).endswith("What you changed here is not in it."), "nobody has answered"
    assert registry.read_file(mine).table == THEIRS


def test_who_keeps_his_own_is_not_asked_again_and_has_something_unsaved(
    window: MainWindow, mine: Path, qtbot: QtBot
) -> None:
    write(mine, THEIRS)
    look(window, qtbot)
    click(window, "Keep Mine")
    look(window, qtbot)
    assert notice_text(window) == ""
    assert window.isWindowModified()
    save(window)
    assert registry.read_file(mine).table == OLD
    assert not window.isWindowModified()


def test_a_notice_that_is_closed_does_not_come_back_for_the_same_change(
    window: MainWindow, mine: Path, qtbot: QtBot
) -> None:
    write(mine, THEIRS)
    look(window, qtbot)
    press(window, Qt.Key.Key_8, CTRL)
    press(window, Qt.Key.Key_Escape)
    look(window, qtbot)
    assert notice_text(window) == ""
    write(mine, MINE)
    look(window, qtbot)
    assert notice_text(window) != ""
    write(mine, OLD)
    look(window, qtbot)
    assert notice_text(window) == ""


def test_a_file_that_is_gone_leaves_the_only_copy_in_the_window(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    mine.rename(mine.with_name("moved"))
    look(window, qtbot)
    assert notice_text(window).startswith("“mine.toml” is gone")
    assert window.isWindowModified()
    mine.with_name("moved").rename(mine)
    look(window, qtbot)
    assert notice_text(window) == ""
    assert not window.isWindowModified()


def test_what_is_no_change_is_not_said(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    os.utime(mine, (1, 1))
    look(window, qtbot)
    mine.chmod(0o600)
    look(window, qtbot)
    before = mine.read_bytes()
    mine.unlink()
    look(window, qtbot, times=1)
    assert notice_text(window) == "", "it may be half written"
    mine.write_bytes(before)
    look(window, qtbot)
    assert (notice_text(window), window.document.modified) == ("", False)
    edited(window)
    save(window)
    look(window, qtbot)
    assert (notice_text(window), window.document.modified) == ("", False)


def changed_with_its_time_put_back(path: Path) -> None:
    before = path.stat()
    write(path, THEIRS)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def a_link_elsewhere(path: Path) -> None:
    write(path.with_name("other.toml"), THEIRS)
    path.unlink()
    path.symlink_to("other.toml")


@pytest.mark.parametrize(
    ("happens", "answer"),
    [
        *((lambda path: write(path, THEIRS), answer) for answer in ("Overwrite", "Reload", "Save As…", "Cancel")),
        (lambda path: registry.write_file(path, THEIRS), "Reload"),
        (changed_with_its_time_put_back, "Cancel"),
        (a_link_elsewhere, "Cancel"),
        (a_link_elsewhere, "Overwrite"),
    ],
)
def test_save_asks_before_it_replaces_what_another_program_wrote(
    window: MainWindow,
    mine: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Path], None],
    answer: str,
) -> None:
    edited(window)
    happens(mine)
    elsewhere = mine.with_name("elsewhere.toml")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(elsewhere), ""))
    asked: list[str] = []
    answer_soon(answer, asked)
    save(window)
    assert len(asked) == 1 and asked[0].startswith("“mine.toml” ")
    on_disk = registry.read_file(mine).table
    assert on_disk == (MINE if answer == "Overwrite" else THEIRS)
    assert window.document.table == (THEIRS if answer == "Reload" else MINE)
    assert window.document.modified is (answer == "Cancel")
    assert elsewhere.exists() is (answer == "Save As…")
    if answer == "Cancel":
        assert toast(window).startswith("Not saved: “mine.toml” ")


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("happens", "sentence", "answers"),
    [
        (Path.unlink, "“mine.toml” is gone", ["Cancel", "Save Anyway", "Save As…"]),
        (
            lambda path: path.parent.rename(path.parent.with_name("other folder")),
            "“mine.toml” is gone",
            ["Cancel", "Save Anyway", "Save As…"],
        ),
        (replaced_by_a_folder, "There is a folder where “mine.toml” was", ["Cancel", "Save As…"]),
    ],
    ids=["gone", "without its folder", "a folder"],
)
def test_save_asks_where_the_file_is_no_more(
    open_on: OpenWindow,
    tmp_path: Path,
    happens: Callable[[Path], None],
    sentence: str,
    answers: list[str],
) -> None:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "mine.toml"
    write(path, OLD)
    window = open_on(path)
    edited(window)
    happens(path)
    asked: list[str] = []
    offered: list[str] = []
    answer_soon("Cancel", asked, offered)
    save(window)
    assert asked[0].startswith(sentence)
    assert sorted(offered) == answers
    assert window.document.modified
    if happens is Path.unlink:
        answer_soon("Save Anyway")
        save(window)
        assert registry.read_file(path).table == MINE


def test_what_is_written_between_the_look_and_the_move_is_not_replaced(
    window: MainWindow, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(window)
    monkeypatch.setattr(os, "fsync", lambda _: write(mine, THEIRS))
    asked: list[str] = []
    answer_soon("Cancel", asked)
    save(window)
    assert len(asked) == 1
    assert registry.read_file(mine).table == THEIRS
    assert [path.name for path in mine.parent.iterdir() if path.name.startswith(".squeezeviz")] == []


def test_two_windows_on_one_file_by_different_paths(
    open_on: OpenWindow, mine: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = mine.with_name("link.toml")
    link.symlink_to("mine.toml")
    monkeypatch.chdir(mine.parent)
    one, other = open_on("mine.toml"), open_on(link)
    one.document.edit("Mine", MINE)
    one.parts.files.save()
    settle_saves(one)
    other.document.edit("Theirs", THEIRS)
    asked: list[str] = []
    answer_soon("Cancel", asked)
    other.parts.files.save()
    settle_saves(other)
    assert len(asked) == 1
    assert registry.read_file(mine).table == MINE


def test_a_file_that_changes_while_it_is_opened_is_a_changed_one(
    open_on: OpenWindow, mine: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = registry.open_network

    def slowly(name: str):  # type: ignore[no-untyped-def]
        found = read(name)
        write(mine, THEIRS)
        return found

    monkeypatch.setattr(registry, "open_network", slowly)
    window = open_on(mine)
    look(window, qtbot)
    assert "changed by another program" in notice_text(window)
