"""New, open, save and leave: nothing of a person's is lost, and every mistake is a sentence."""

from pathlib import Path
from unittest.mock import Mock

import pytest
from hands import CTRL, LEFT, PLAIN, OpenWindow, answer_soon, click_cell, press, settle_saves, submenu, toast, type_into
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from squeezeviz.files import registry
from squeezeviz.gui.main_window import MainWindow


def edit_something(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    type_into(window, "24")
    press(window, Qt.Key.Key_Return)
    assert window.isWindowModified()


def test_save_as_then_open_gives_the_same_table_and_the_title_follows(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_something(window)
    target = tmp_path / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(window, Qt.Key.Key_S, CTRL)
    settle_saves(window)
    assert registry.read_file(target).table == window.document.table
    assert not window.isWindowModified()
    assert window.windowTitle().startswith("mine.toml")
    assert target in window.session.settings.recent


def test_a_file_that_would_lose_something_is_saved_under_another_name(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = tmp_path / "printed.csv"
    printed.write_text(
        "layer name/type,output size,filter size/stride,depth,s1x1,e1x1,e3x3,# bits\n"
        "input image,227x227x3,,,,,,\nconv1,1x1x96,7x7/2 (x96),1,,,,6bit\n"
    )
    before = printed.read_bytes()
    window = open_on(printed)
    assert window.document.notes
    ask = Mock(return_value=("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    window.parts.commands["save"].trigger()
    assert ask.call_args.args[2].endswith(".toml")
    assert printed.read_bytes() == before


@pytest.mark.parametrize(
    ("button", "leaves"),
    [(QMessageBox.StandardButton.Cancel, False), (QMessageBox.StandardButton.Discard, True)],
)
def test_unsaved_changes_are_asked_about_before_anything_is_lost(
    window: MainWindow, qtbot: QtBot, button: QMessageBox.StandardButton, leaves: bool
) -> None:
    edit_something(window)
    edited = window.document.table
    asked: list[str] = []
    answer_soon(button, asked)
    window.parts.files.open("squeezenet1_1")
    assert asked
    qtbot.waitUntil(lambda: not window.session.background.running)
    assert (window.document.table == edited) is not leaves
    if not leaves:
        answer_soon(button, asked)
        window.close()
        assert window.isVisible()


def test_what_is_edited_while_a_file_is_read_is_asked_about(window: MainWindow) -> None:
    asked: list[str] = []
    answer_soon(QMessageBox.StandardButton.Cancel, asked)
    window.parts.files.open("squeezenet1_1")
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 24))
    edited = window.document.table
    settle_saves(window)
    assert len(asked) == 1 and window.document.table == edited


BROKEN = {
    "broken.toml": b'format = "squeezeviz"\nversion = 1\n[[layer]]\nname = "c"\ntype = "conv"\nfilters = "many"\n',
    "empty.toml": b"",
    "noise.csv": bytes(range(256)) * 8,
    "page.prototxt": b"<!doctype html><html></html>",
    "gone.toml": None,
}


def test_a_file_that_cannot_be_read_is_one_sentence_and_the_open_table_stays(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    before = window.document.table
    for name, content in BROKEN.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    (tmp_path / "folder.toml").mkdir()
    for name in (*BROKEN, "folder.toml"):
        with qtbot.waitSignal(window.parts.files.refused):
            window.parts.files.open(str(tmp_path / name))
        assert name in toast(window)
        assert window.document.table == before


def test_a_file_dropped_on_the_window_opens(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    dropped = tmp_path / "dropped.toml"
    registry.write_file(dropped, registry.open_network("squeezenet1_1").table)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(dropped))])
    action, buttons, none = Qt.DropAction.CopyAction, LEFT, PLAIN
    enter = QDragEnterEvent(QPoint(50, 50), action, data, buttons, none)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), action, data, buttons, none))
    qtbot.waitUntil(lambda: window.document.path == dropped)
    assert "v1.1" in window.document.table.name


def test_new_begins_with_an_empty_table_that_can_be_built_up(window: MainWindow) -> None:
    for name in ("new", "insert_conv", "insert_maxpool", "insert_fire", "insert_global_avgpool"):
        window.parts.commands[name].trigger()
    assert [layer.type for layer in window.document.table.layers] == ["conv", "maxpool", "fire", "global_avgpool"]
    assert window.document.network.runs


def test_recent_files_are_listed_newest_first(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("one", "two"):
        registry.write_file(tmp_path / f"{name}.toml", window.document.table)
        with qtbot.waitSignal(window.parts.files.opened):
            window.parts.files.open(str(tmp_path / f"{name}.toml"))
    assert [path.name for path in window.session.settings.recent] == ["two.toml", "one.toml"]
    recent = submenu(window.menuBar(), "&File", "Open Recent")
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions() if action.text()] == [
        str(tmp_path / "two.toml"), str(tmp_path / "one.toml"), "Forget These",
    ]  # fmt: skip
    recent.actions()[-1].trigger()
    recent.aboutToShow.emit()
    assert [action.text() for action in recent.actions()] == ["No recent files"]


def test_the_diagram_is_copied_as_picture_and_as_svg(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_picture"].trigger()
    image = QGuiApplication.clipboard().image()
    assert image.width() > 500
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_svg"].trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasFormat("image/svg+xml")
    assert data.text().lstrip().startswith("<")
    assert "expand 3×3" in data.text()


def test_cells_are_copied_as_tab_separated_text(window: MainWindow) -> None:
    window.parts.table.selectAll()
    window.parts.commands["copy"].trigger()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[3].split("\t")[:7] == ["fire2", "55×55×128", "", "2", "16", "64", "64"]
    assert len(lines) == 17
