"""Saving into a folder that is slow to answer holds nothing up, and whatever is done meanwhile stays true."""

import dataclasses
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from calls import calls_of
from hands import CTRL, OpenWindow, answer_soon, live_status, press, settle_saves, soon, toast
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from squeezeviz.files import registry, sandbox
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.opening import LARGEST_HERE, read_network
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import LayerTable


class Folder:
    """A folder that takes nothing to the disk until `answers` is set; `asked` tells that something waits for it."""

    def __init__(self) -> None:
        self.answers, self.asked = Event(), Event()
        self.error: OSError | None = None

    def fsync(self, _: int) -> None:
        self.asked.set()
        self.answers.wait(300)
        if self.error is not None:
            raise self.error


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    folder = Folder()
    monkeypatch.setattr(os, "fsync", folder.fsync)
    yield folder
    folder.answers.set()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(registry.to_text(load_preset("table1"), "toml"), encoding="utf-8")
    return path


@pytest.fixture
def window(open_on: OpenWindow, mine: Path) -> MainWindow:
    return open_on(mine)


def squeezed(window: MainWindow, filters: int, merge: str = "") -> LayerTable:
    table = window.document.table.with_field(2, "s1x1", filters)
    window.document.edit(f"Set fire2 s1x1 to {filters}", table, merge)
    return table


def save(window: MainWindow, slow: Folder) -> None:
    press(window, Qt.Key.Key_S, CTRL)
    assert slow.asked.wait(300)


def test_the_table_is_saved_as_it_was_when_save_was_pressed(window: MainWindow, mine: Path, slow: Folder) -> None:
    wanted = squeezed(window, 24)
    save(window, slow)
    assert live_status(window) == "Saving mine.toml… (Esc cancels)"
    squeezed(window, 40)
    assert window.document.modified
    slow.answers.set()
    settle_saves(window)
    assert registry.read_file(mine).table == wanted
    assert window.document.modified
    press(window, Qt.Key.Key_Z, CTRL)
    assert not window.document.modified
    assert not window.isWindowModified()
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.document.modified


def test_two_saves_in_a_row_leave_the_later_table(window: MainWindow, mine: Path, slow: Folder) -> None:
    squeezed(window, 24)
    save(window, slow)
    wanted = squeezed(window, 40)
    press(window, Qt.Key.Key_S, CTRL)
    squeezed(window, 48)
    slow.answers.set()
    settle_saves(window)
    assert registry.read_file(mine).table == wanted
    assert window.document.modified
    window.document.stack.undo()
    assert not window.document.modified


def test_save_right_after_save_as_goes_to_the_new_file(
    window: MainWindow, mine: Path, slow: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = mine.read_bytes()
    new = mine.with_name("new.toml")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(new), ""))
    squeezed(window, 24)
    window.parts.commands["save_as"].trigger()
    assert slow.asked.wait(300)
    wanted = squeezed(window, 40)
    press(window, Qt.Key.Key_S, CTRL)
    slow.answers.set()
    settle_saves(window)
    assert (mine.read_bytes(), window.document.path) == (before, new)
    assert registry.read_file(new).table == wanted


def test_a_save_does_not_wait_behind_an_export(window: MainWindow, mine: Path, qtbot: QtBot) -> None:
    goes_on = Event()
    window.session.background.run("Exporting…", lambda _: goes_on.wait(300), lambda _: None, lambda _: None)
    wanted = squeezed(window, 24)
    press(window, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: not window.parts.files.saving.running)
    assert registry.read_file(mine).table == wanted
    assert window.session.background.running
    assert live_status(window) == "Exporting… (Esc cancels)"
    goes_on.set()


def test_a_save_that_is_given_up_leaves_the_old_file_whole(window: MainWindow, mine: Path, slow: Folder) -> None:
    before = mine.read_bytes()
    squeezed(window, 24)
    save(window, slow)
    press(window, Qt.Key.Key_Escape)
    assert "Saving" not in live_status(window)
    slow.answers.set()
    settle_saves(window)
    assert mine.read_bytes() == before
    assert [path.name for path in mine.parent.iterdir() if path.name.startswith(".squeezeviz")] == []
    assert window.document.modified
    assert "cancelled" in toast(window)


def test_a_save_that_fails_says_so_and_the_state_that_was_saved_before_is_still_the_saved_one(
    window: MainWindow, mine: Path, slow: Folder
) -> None:
    before = mine.read_bytes()
    squeezed(window, 24)
    slow.error = OSError(errno.ENOSPC, "no space")
    save(window, slow)
    slow.answers.set()
    settle_saves(window)
    assert mine.read_bytes() == before
    assert toast(window).startswith(f"Not saved: {mine}: the disk is full")
    assert window.document.modified
    press(window, Qt.Key.Key_Z, CTRL)
    assert not window.document.modified


def test_closing_waits_for_the_save_with_a_sentence(window: MainWindow, mine: Path, slow: Folder) -> None:
    wanted = squeezed(window, 24)
    save(window, slow)
    said: list[str] = []

    def wait_on(box: QMessageBox) -> None:
        said.append(box.text())
        slow.answers.set()

    soon(QMessageBox, wait_on, "saving_box")
    window.close()
    assert said == ["Saving mine.toml…"]
    assert not window.isVisible()
    assert registry.read_file(mine).table == wanted


def test_a_large_text_is_read_in_a_child_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    children = calls_of(monkeypatch, sandbox, "read_into")
    path = tmp_path / "large.toml"
    text = registry.to_text(load_preset("table1"), "toml") + f"{'#' * 999}\n" * 1_100
    for size in (LARGEST_HERE, LARGEST_HERE + 1):
        path.write_bytes(text.encode()[:size])
        opened = read_network(str(path), WorkFolder())
        assert opened == dataclasses.replace(registry.read_file(path), disk=opened.disk)
    assert len(children) == 1


@pytest.mark.parametrize(("button", "stays"), [("Stay Here", True), ("Go On Without Saving", False)])
def test_nobody_has_to_wait_for_a_folder_that_does_not_answer(
    window: MainWindow, mine: Path, slow: Folder, button: str, stays: bool
) -> None:
    before = mine.read_bytes()
    squeezed(window, 24)
    answer_soon(QMessageBox.StandardButton.Save)
    soon(QMessageBox, lambda box: next(each for each in box.buttons() if each.text() == button).click(), "saving_box")
    if not stays:
        QTimer.singleShot(1_500, slow.answers.set)
    window.close()
    assert window.isVisible() is stays
    assert mine.read_bytes() == before


def test_a_network_that_is_saved_first_is_saved_before_another_opens(
    window: MainWindow, mine: Path, slow: Folder, qtbot: QtBot
) -> None:
    wanted = squeezed(window, 24)
    answer_soon(QMessageBox.StandardButton.Save)
    QTimer.singleShot(600, slow.answers.set)
    with qtbot.waitSignal(window.parts.files.opened):
        window.parts.files.open("squeezenet1_1")
    assert registry.read_file(mine).table == wanted
    assert window.document.path is None


steps = st.lists(st.sampled_from(["edit", "drag", "undo", "redo", "save", "saved", "failed"]), max_size=14)


@settings(max_examples=200, deadline=None)
@example(steps=["drag", "save", "saved", "drag", "undo", "drag", "save", "drag", "saved"])
@given(steps=steps)
def test_the_saved_step_is_the_one_at_which_save_was_pressed(qapp: QApplication, steps: list[str]) -> None:
    """Whatever is edited, undone, merged or cut off between the press and the answer of the disk."""
    document = Document(load_preset("table1"))
    mark, saved, filters = None, document.table, 100
    for step in steps:
        match step:
            case "edit" | "drag":
                filters += 1
                document.edit(step, document.table.with_field(2, "s1x1", filters), "drag" if step == "drag" else "")
            case "undo":
                document.stack.undo()
            case "redo":
                document.stack.redo()
            case "save":
                mark, pressed = document.mark(), document.table
            case "saved" if mark is not None:
                before, index = document.table, document.stack.index()
                document.saved(Path("mine.toml"), mark)
                saved = pressed
                assert (document.table, document.stack.index()) == (before, index)
        assert document.modified is (document.table != saved)
    for more, go in ((document.stack.canUndo, document.stack.undo), (document.stack.canRedo, document.stack.redo)):
        while more():
            go()
            assert document.modified is (document.table != saved)
