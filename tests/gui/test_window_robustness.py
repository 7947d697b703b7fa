"""What a person does at an awkward moment: nothing typed is lost, nothing raises, nothing stale is shown as new."""

from __future__ import annotations

import gc
import sys
import textwrap
import threading
from pathlib import Path
from unittest.mock import Mock

import pytest
from hands import OpenWindow, child, click_cell, fire, live_status, press, settle_saves, table, type_into
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.live import DeviceName, LivePass
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.files import registry
from squeezeviz.gui.live.client import LiveClient, Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.model.layers import LONGEST_NAME, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import Device, Done, Run

pytestmark = pytest.mark.gui

LONG = 60_000
SMALL = LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3), Fire("fire2", 2, 3, 3), Conv("conv3", 5, 1)))


def begin_typing(window: MainWindow, row: str, column: str, text: str) -> QLineEdit:
    """Type into a cell and leave its editor open."""
    click_cell(window, row, column)
    type_into(window, text)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    return editor


def test_save_saves_what_is_still_being_typed(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    target = tmp_path / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    begin_typing(window, "fire3", "s1x1", "24")
    window.parts.commands["save"].trigger()
    settle_saves(window)
    saved = registry.read_file(target).table
    assert saved.layers[3].s1x1 == 24  # type: ignore[union-attr]
    assert not window.document.modified


def test_undo_while_a_cell_is_typed_into_never_writes_into_another_layer(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "conv1", "layer")
    window.parts.commands["insert_fire"].trigger()
    before = {layer.name: layer for layer in window.document.table.layers}
    begin_typing(window, "fire3", "s1x1", "24")
    window.parts.commands["undo"].trigger()
    window.parts.commands["undo"].trigger()
    editor = QApplication.focusWidget()
    if isinstance(editor, CellEditor):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    for layer in window.document.table.layers:
        assert layer == before[layer.name]


def test_closing_asks_about_what_is_still_being_typed(open_on: OpenWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_on("table1")
    ask = Mock(return_value=QMessageBox.StandardButton.Cancel)
    monkeypatch.setattr(QMessageBox, "exec", ask)
    begin_typing(window, "fire3", "s1x1", "24")
    window.close()
    assert ask.called
    assert window.isVisible()
    assert fire(window, "fire3").s1x1 == 24


def test_what_stands_in_the_input_box_is_saved_too(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    target = tmp_path / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    line = window.parts.toolbar.input.lineEdit()
    assert isinstance(line, QLineEdit)
    QApplication.processEvents()
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "3x64x64")
    window.parts.commands["save"].trigger()
    settle_saves(window)
    assert registry.read_file(target).table.input == InputShape(3, 64, 64)


def test_the_cell_editors_own_menu_keeps_a_half_typed_text(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    editor = begin_typing(window, "fire3", "s1x1", "2")
    editor.clear()
    shown: list[bool] = []

    def look() -> None:
        popup = QApplication.activePopupWidget()
        shown.append(popup is not None and editor.isVisible())
        if popup is not None:
            popup.close()

    centre = editor.rect().center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, centre, editor.mapToGlobal(centre))
    QApplication.sendEvent(editor, event)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    look()
    assert shown == [True]
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor)


def test_a_save_that_fails_keeps_the_window_open(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "gone" / "mine.toml"), ""))
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Save)
    window.document.edit("Set", window.document.table.with_field(3, "s1x1", 24))
    window.close()
    assert window.isVisible()
    assert window.document.modified
    assert "gone" in child(window, QLabel, "toast_text").text()


def test_undoing_an_insertion_shows_where_it_was(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "conv1", "layer")
    window.parts.commands["insert_fire"].trigger()
    click_cell(window, window.document.table.layers[-1].name, "layer")
    window.document.stack.undo()
    assert table(window).currentIndex().siblingAtColumn(0).data() == "maxpool1"
    assert window.parts.graph.selected == Key("maxpool1")


def test_a_shorter_network_opens_on_its_first_fire(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, window.document.table.layers[-1].name, "layer")
    window.document.start(SMALL)
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire2"


def test_moving_a_closed_module_leaves_its_neighbour_open(open_on: OpenWindow) -> None:
    window = open_on("table1")
    window.parts.control.toggle("fire2")
    click_cell(window, "fire2", "layer")
    window.parts.commands["move_down"].trigger()
    assert window.parts.control.options.collapsed == {"fire2"}


def test_a_name_like_markup_is_shown_as_it_is_in_the_tool_tip(open_on: OpenWindow) -> None:
    window = open_on("table1")
    name = "<h1>a name that looks like a page</h1>"
    window.document.edit("Rename", window.document.table.with_field(3, "name", name))
    index = window.parts.model.index(4, 0)
    tip = str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "&lt;h1&gt;" in tip
    assert "<h1>" not in tip
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == name


def test_the_longest_name_can_be_duplicated(open_on: OpenWindow) -> None:
    window = open_on("table1")
    longest = "n" * LONGEST_NAME
    window.document.edit("Rename", window.document.table.with_field(3, "name", longest))
    click_cell(window, longest, "layer")
    window.parts.commands["duplicate"].trigger()
    assert window.document.table.layers[4].name == "n" * (LONGEST_NAME - 12) + "1"


def test_layers_named_like_the_other_rows_are_selected_and_explained(open_on: OpenWindow) -> None:
    window = open_on("table1")
    for row, name in ((3, "input"), (4, "total")):
        window.document.edit("Rename", window.document.table.with_field(row, "name", name))
        window.session.selection.choose(row)
        assert table(window).currentIndex().row() == row + 1
        assert "Why is its depth 2?" in window.parts.explaining.panel.text()


def test_coming_back_to_the_window_keeps_zoom_and_keyboard(open_on: OpenWindow) -> None:
    window = open_on("table1")
    window.parts.commands["zoom_in"].trigger()
    window.parts.graph.setFocus()
    zoom = window.parts.graph.zoom
    window.hide()
    window.show()
    assert window.parts.graph.zoom == zoom
    assert window.focusWidget() is window.parts.graph


def test_work_that_was_cancelled_is_no_longer_said_to_go_on(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    qtbot.waitUntil(lambda: "not measured" in live_status(window), timeout=5_000)
    goes_on = threading.Event()
    window.session.background.run("Working…", lambda _: goes_on.wait(20), lambda _: None, lambda _: None)
    assert "Working" in live_status(window)
    press(window, Qt.Key.Key_Escape)
    assert "not measured" in live_status(window)
    goes_on.set()


def test_work_that_outlives_its_window_is_dropped_in_silence(
    open_on: OpenWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    window = open_on("table1")
    goes_on, over = threading.Event(), threading.Event()

    def work(_: object) -> None:
        goes_on.wait(20)

    background = window.session.background
    background.run("Working…", work, lambda _: None, lambda _: None)
    executor = background._executor
    assert executor is not None
    background.close()
    background.setParent(None)
    background.deleteLater()
    qtbot.wait(20)
    goes_on.set()
    executor.shutdown(wait=True)
    over.set()
    gc.collect()
    assert not [record for record in caplog.records if "callback" in record.getMessage()]


def test_a_chosen_device_that_is_gone_gives_way_to_the_cpu(open_on: OpenWindow) -> None:
    window = open_on("table1")
    window.session.settings.device = "cuda"
    gone = (Device("cpu", "CPU", 0), Device("cuda", "CUDA", 0, available=False, reason="no driver"))
    window.session.client.devices_known.emit(gone)
    assert window.parts.toolbar.device.device == "cpu"


def test_a_pass_under_conditions_that_changed_meanwhile_is_old(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    window.document.start(SMALL)
    window.session.live.run()
    request = window.session.client.running
    assert request is not None
    window.session.live.set_batch(7)
    window.session.client._running = None
    measured = LivePass(DeviceName("cpu", "CPU"), (), (), 0, 0, 0, 1.0, 0, ())
    window.session.client.answered.emit(request, Done(request.revision, measured))
    qtbot.waitUntil(lambda: window.session.live.answer is not None, timeout=5_000)
    assert window.session.live.answer is not None
    assert not window.session.live.answer.fresh


def test_a_worker_that_dies_as_soon_as_it_is_ready_is_not_started_for_ever(tmp_path: Path, qtbot: QtBot) -> None:
    starts = tmp_path / "starts"
    script = tmp_path / "worker.py"
    script.write_text(
        textwrap.dedent(f"""
        open({str(starts)!r}, "a").write("x")
        print('{{"event": "ready"}}', flush=True)
        """)
    )
    client = LiveClient(worker=(sys.executable, "-S", str(script)))
    client.start()
    qtbot.waitUntil(starts.exists, timeout=10_000)
    qtbot.waitUntil(lambda: client.phase is Phase.GONE, timeout=10_000)
    qtbot.wait(600)
    assert starts.read_text() == "x"
    client.close()


def test_esc_held_down_still_ends_a_pass_that_does_not_listen(tmp_path: Path, qtbot: QtBot) -> None:
    script = tmp_path / "worker.py"
    script.write_text('import time\nprint(\'{"event": "ready"}\', flush=True)\ntime.sleep(600)\n')
    client = LiveClient(worker=(sys.executable, "-S", str(script)))
    client.run(Run(1, SMALL))
    qtbot.waitUntil(lambda: client.phase is Phase.RUNNING, timeout=LONG)
    ended: list[object] = []
    client.answered.connect(lambda _, answer: ended.append(answer))
    for _ in range(12):
        client.cancel()
        qtbot.wait(100)
    qtbot.waitUntil(lambda: bool(ended))
    client.close()


def test_a_fix_names_a_layer_with_an_ampersand_in_full(open_on: OpenWindow) -> None:
    window = open_on("table1")
    window.document.edit("Rename", window.document.table.with_field(2, "name", "a&b"))
    window.session.selection.choose(2)
    child(window, QPushButton, "bypass_simple").click()
    titles = [button.text() for button in window.parts.notes.findChildren(QPushButton, "fix_button")]
    assert titles
    assert all("a&b" not in title for title in titles)


@pytest.mark.parametrize(("name", "typed", "before"), [("input_box", "3x9x9", "3×227×227"), ("batch_box", "12", "1")])
def test_esc_in_a_box_of_the_toolbar_forgets_what_was_typed(
    open_on: OpenWindow, name: str, typed: str, before: str
) -> None:
    window = open_on("table1")
    box = window.findChild(QComboBox, name) or window.findChild(QLineEdit, name)
    line = box.lineEdit() if isinstance(box, QComboBox) else box
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    type_into(window, typed)
    assert line.text() == typed
    press(window, Qt.Key.Key_Escape)
    assert line.text() == before
    assert not window.document.modified


@pytest.mark.parametrize("stored", [[[660, 440, 300], [500, 200], 5], [[660, 440, 300], [500, 200], None], [5], 5])
def test_sizes_that_someone_spoilt_do_not_keep_the_window_from_opening(
    open_on: OpenWindow, settings: Settings, stored: object
) -> None:
    settings.set_plain("sizes", {"wide": stored})
    window = open_on()
    assert window.isVisible()
    assert window.parts.layout.sizes() == {}


def test_undoing_an_edit_explains_the_cell_that_is_current_then(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire2", "s1x1")
    type_into(window, "24")
    press(window, Qt.Key.Key_Return)
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire3"
    window.document.stack.undo()
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire2"
    assert "s1x1: 16 filters" in window.parts.explaining.panel.text()
