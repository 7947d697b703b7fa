"""What a person does at an awkward moment: nothing typed is lost, nothing raises, nothing stale is shown as new."""

import gc
import sys
import threading
from pathlib import Path
from unittest.mock import Mock
from weakref import ref

import pytest
from hands import (
    OpenWindow,
    ask_for_a_menu,
    child,
    click_cell,
    explained,
    fire,
    keys,
    live_status,
    outcome,
    set_field,
    settle_saves,
    table,
    toast,
    type_in,
    type_into,
)
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.live import DeviceName, LivePass
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.files import registry
from squeezeviz.gui.app import open_window
from squeezeviz.gui.files.opening import read_network
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient, Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import Device, Done, Run

SMALL = LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3), Fire("fire2", 2, 3, 3), Conv("conv3", 5, 1)))


def begin_typing(window: MainWindow, row: str, column: str, text: str) -> QLineEdit:
    """Type into a cell and leave its editor open."""
    click_cell(window, row, column)
    type_into(window, text)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    return editor


def current_row(window: MainWindow) -> str:
    return str(table(window).currentIndex().siblingAtColumn(0).data())


def test_save_saves_what_is_still_being_typed(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, target = open_on(), tmp_path / "mine.toml"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    begin_typing(window, "fire3", "s1x1", "24")
    window.parts.commands["save"].trigger()
    settle_saves(window)
    assert registry.read_file(target).table == window.document.table
    assert fire(window, "fire3").s1x1 == 24 and not window.document.modified
    line = window.parts.toolbar.input.lineEdit()
    assert isinstance(line, QLineEdit)
    type_in(line, "3x64x64", finish=False)
    window.parts.commands["save"].trigger()
    settle_saves(window)
    assert registry.read_file(target).table.input == InputShape(3, 64, 64)


def test_closing_asks_about_what_is_still_being_typed(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Mock(return_value=QMessageBox.StandardButton.Cancel)
    monkeypatch.setattr(QMessageBox, "exec", ask)
    begin_typing(window, "fire3", "s1x1", "24")
    window.close()
    assert ask.called and window.isVisible()
    assert fire(window, "fire3").s1x1 == 24


def test_a_save_that_fails_keeps_the_window_open(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "gone" / "mine.toml"), ""))
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Save)
    set_field(window, "fire3", "s1x1", 24)
    window.close()
    assert window.isVisible() and window.document.modified
    assert "gone" in toast(window)


def test_undo_while_a_cell_is_typed_into_never_writes_into_another_layer(window: MainWindow) -> None:
    click_cell(window, "conv1", "layer")
    window.parts.commands["insert_fire"].trigger()
    before = window.document.table.layers
    begin_typing(window, "fire3", "s1x1", "24")
    for _ in range(2):
        window.parts.commands["undo"].trigger()
    if isinstance(QApplication.focusWidget(), CellEditor):
        keys(window, "Return")
    assert set(window.document.table.layers) <= set(before)


def test_the_cell_editors_own_menu_keeps_a_half_typed_text(window: MainWindow, qtbot: QtBot) -> None:
    editor = begin_typing(window, "fire3", "s1x1", "2")
    editor.clear()
    ask_for_a_menu(editor, editor.rect().center())
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    assert editor.isVisible()
    child(editor, QMenu).close()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor)


@pytest.mark.parametrize(("name", "typed", "before"), [("input_box", "3x9x9", "3×227×227"), ("batch_box", "12", "1")])
def test_esc_in_a_box_of_the_toolbar_forgets_what_was_typed(
    window: MainWindow, name: str, typed: str, before: str
) -> None:
    box = window.findChild(QComboBox, name) or window.findChild(QLineEdit, name)
    line = box.lineEdit() if isinstance(box, QComboBox) else box
    assert isinstance(line, QLineEdit)
    type_in(line, typed, finish=False)
    assert line.text() == typed
    keys(window, "Esc")
    assert line.text() == before
    assert not window.document.modified


def test_why_a_batch_was_refused_is_said_until_another_is_taken(window: MainWindow) -> None:
    box = child(window, QLineEdit, "batch_box")
    type_in(box, "0")
    assert "batch must be a whole number" in toast(window)
    type_in(box, "3")
    assert toast(window) == ""


def test_the_selection_stays_where_it_makes_sense(window: MainWindow) -> None:
    click_cell(window, "conv1", "layer")
    window.parts.commands["insert_fire"].trigger()
    click_cell(window, window.document.table.layers[-1].name, "layer")
    window.document.stack.undo()
    assert current_row(window) == "conv1", "what was selected when the layer was inserted after it"
    assert window.parts.graph.selected == Key("conv1")
    click_cell(window, window.document.table.layers[-1].name, "layer")
    window.document.start(SMALL)
    assert current_row(window) == "fire2", "the first Fire module of a shorter network"


def test_moving_a_closed_module_leaves_its_neighbour_open(window: MainWindow) -> None:
    window.parts.control.toggle("fire2")
    click_cell(window, "fire2", "layer")
    window.parts.commands["move_down"].trigger()
    assert window.parts.control.options.collapsed == {"fire2"}


def test_layers_named_like_the_other_rows_are_selected_and_explained(window: MainWindow) -> None:
    for row, name in ((3, "input"), (4, "total")):
        set_field(window, window.document.table.layers[row].name, "name", name)
        window.session.selection.choose(row)
        assert table(window).currentIndex().row() == row + 1
        assert "Why is its depth 2?" in explained(window)


def test_coming_back_to_the_window_keeps_zoom_and_keyboard(window: MainWindow) -> None:
    window.parts.commands["zoom_in"].trigger()
    window.parts.graph.setFocus()
    zoom = window.parts.graph.zoom
    window.hide()
    window.show()
    assert window.parts.graph.zoom == zoom
    assert window.focusWidget() is window.parts.graph


def test_the_first_layer_of_a_new_table_is_shown_as_large_as_it_fits(window: MainWindow) -> None:
    keys(window, "Ctrl+N")
    empty = window.parts.graph.zoom
    keys(window, "Ctrl+Alt+F")
    fitted = window.parts.graph.zoom
    window.parts.graph.zoom_to_width()
    assert window.parts.graph.zoom == fitted != empty


@pytest.mark.parametrize("stored", [[[660, 440, 300], [500, 200], 5], [[660, 440, 300], [500, 200], None], [5], 5])
def test_sizes_that_someone_spoilt_do_not_keep_the_window_from_opening(
    open_on: OpenWindow, settings: Settings, stored: object
) -> None:
    settings.set_plain("sizes", {"wide": stored})
    window = open_on()
    assert window.isVisible()
    assert window.parts.layout.sizes() == {}


def test_work_that_was_cancelled_is_no_longer_said_to_go_on(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: "not measured" in live_status(window))
    goes_on = threading.Event()
    window.session.background.run("Working…", lambda _: goes_on.wait(300), lambda _: None, lambda _: None)
    assert "Working" in live_status(window)
    keys(window, "Esc")
    assert "not measured" in live_status(window)
    assert outcome(window) == "Working was cancelled."
    set_field(window, "fire2", "s1x1", 24)
    assert outcome(window) == ""
    goes_on.set()


def test_a_window_that_is_closed_is_let_go_with_all_that_follows_its_document(settings: Settings) -> None:
    work = WorkFolder()
    window = open_window(read_network("table1", work), settings, work=work)
    window.show()
    gone = [ref(each) for each in (window, window.parts, window.document, window.session.client)]
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del window
    gc.collect()
    assert [each() for each in gone] == [None] * len(gone)


def test_work_that_outlives_its_window_is_dropped_in_silence(
    open_on: OpenWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    background, goes_on = open_on().session.background, threading.Event()
    background.run("Working…", lambda _: goes_on.wait(300), lambda _: None, lambda _: None)
    executor = background._executor
    assert executor is not None
    background.close()
    background.setParent(None)
    background.deleteLater()
    qtbot.wait(20)
    goes_on.set()
    executor.shutdown(wait=True)
    gc.collect()
    assert not [record for record in caplog.records if "callback" in record.getMessage()]


def test_a_chosen_device_that_is_gone_gives_way_to_the_cpu(window: MainWindow) -> None:
    window.session.settings.set_text("device", "cuda")
    gone = (Device("cpu", "CPU", 0), Device("cuda", "CUDA", 0, available=False, reason="no driver"))
    window.session.client.devices_known.emit(gone)
    assert window.parts.toolbar.device.device == "cpu"


def test_a_pass_under_conditions_that_changed_meanwhile_is_old(window: MainWindow, qtbot: QtBot) -> None:
    session = window.session
    window.document.start(SMALL)
    session.live.run()
    request = session.client.running
    assert request is not None
    session.live.set_batch(7)
    session.client._running = None
    measured = LivePass(DeviceName("cpu", "CPU"), (), (), 0, 0, 0, 1.0, 0, ())
    session.client.answered.emit(request, Done(request.revision, measured))
    qtbot.waitUntil(lambda: session.live.answer is not None)
    assert session.live.answer is not None and not session.live.answer.fresh


READY = 'print(\'{"event": "ready"}\', flush=True)\n'


def test_a_worker_that_dies_as_soon_as_it_is_ready_is_not_started_for_ever(tmp_path: Path, qtbot: QtBot) -> None:
    starts, script = tmp_path / "starts", tmp_path / "worker.py"
    script.write_text(f"open({str(starts)!r}, 'a').write('x')\n{READY}")
    client = LiveClient(worker=(sys.executable, "-S", str(script)))
    client.start()
    qtbot.waitUntil(starts.exists)
    qtbot.waitUntil(lambda: client.phase is Phase.GONE)
    qtbot.wait(600)
    assert starts.read_text() == "x"
    client.close()


def test_esc_held_down_still_ends_a_pass_that_does_not_listen(tmp_path: Path, qtbot: QtBot) -> None:
    script = tmp_path / "worker.py"
    script.write_text(f"import time\n{READY}time.sleep(600)\n")
    client = LiveClient(worker=(sys.executable, "-S", str(script)))
    client.run(Run(1, SMALL))
    qtbot.waitUntil(lambda: client.phase is Phase.RUNNING)
    ended: list[object] = []
    client.answered.connect(lambda _, answer: ended.append(answer))
    for _ in range(12):
        client.cancel()
        qtbot.wait(100)
    qtbot.waitUntil(lambda: bool(ended))
    client.close()
