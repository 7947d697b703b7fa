"""One edit's path through the window: a key in a cell, and table, diagram, ruler, totals and live pass follow."""

from __future__ import annotations

import dataclasses

import pytest
from hands import OpenWindow, cell_text, child, click_cell, press, table, type_into
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Badge, Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.model.layers import Bypass, Fire

pytestmark = pytest.mark.gui


def totals(window: MainWindow) -> str:
    label = child(window, QLabel, "totals_label")
    return label.text()


def test_typing_a_squeeze_changes_table_diagram_totals_and_the_live_pass(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    before = window.document.table
    assert "1,248,424" in totals(window)

    click_cell(window, "fire3", "s1x1")
    type_into(window, "24")
    press(window, Qt.Key.Key_Return)

    fire3 = window.document.table.layers[window.document.table.index_of("fire3")]
    assert isinstance(fire3, Fire)
    assert fire3.s1x1 == 24
    # squeeze 128·24+24, expands (24+1)·64 and (9·24+1)·64
    assert cell_text(window, "fire3", "params") == f"{128 * 24 + 24 + 25 * 64 + (9 * 24 + 1) * 64:,}"
    assert "1,254,576" in totals(window)
    titles = [box.title for module in window.parts.graph.diagram.modules for box in module.boxes]
    assert any("24" in title and "squeeze" in title for title in titles)
    assert max(mark.depth or 0 for mark in window.parts.graph.diagram.ruler) == 18
    qtbot.waitUntil(lambda: window.session.live.answer is not None and window.session.live.answer.fresh, timeout=60_000)
    answer = window.session.live.answer
    assert answer is not None
    assert answer.measured.parameters == 1_254_576
    assert answer.disagreements == ()
    assert cell_text(window, "fire3", "live").startswith("✓")
    assert window.parts.control.appearance.badges[Key("fire3", "squeeze1x1")] is Badge.MEASURED

    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.document.table == before
    assert not window.document.modified
    assert "1,248,424" in totals(window)


def test_the_same_by_keyboard_alone(open_on: OpenWindow) -> None:
    window = open_on("table1")
    press(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is table(window)
    press(window, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for _ in range(4):
        press(window, Qt.Key.Key_Down)
    for _ in range(4):
        press(window, Qt.Key.Key_Right)
    type_into(window, "24")
    press(window, Qt.Key.Key_Tab)
    fire3 = window.document.table.layers[3]
    assert isinstance(fire3, Fire)
    assert (fire3.name, fire3.s1x1) == ("fire3", 24)
    assert table(window).currentIndex().column() == 5


def test_enter_moves_down_to_the_next_cell_that_can_be_edited(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire4", "e1x1")
    press(window, Qt.Key.Key_F2)
    type_into(window, "100")
    press(window, Qt.Key.Key_Return)
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire5"
    assert cell_text(window, "fire4", "e1x1") == "100"


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        ("s1x1", "-1", "whole number"),
        ("s1x1", "2.5", "whole number"),
        ("s1x1", "0", "from 1"),
        ("s1x1", "16x", "whole number"),
        ("s1x1", "1" + "0" * 30, "10^12"),
        ("layer", "fire4", "another layer"),
        ("layer", "", "name"),
    ],
)
def test_a_wrong_cell_keeps_the_editor_open_with_the_reason(
    open_on: OpenWindow, column: str, typed: str, said: str
) -> None:
    window = open_on("table1")
    before = window.document.table
    click_cell(window, "fire3", column)
    press(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    editor.clear()
    type_into(window, typed)
    press(window, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is editor
    reason = child(window, QLabel, "cell_reason")
    assert reason.isVisible()
    assert said in reason.text()
    press(window, Qt.Key.Key_Escape)
    assert window.document.table == before
    assert not window.document.modified


def test_a_letter_on_a_name_begins_an_edit_and_is_no_shortcut(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "layer")
    type_into(window, "first")
    press(window, Qt.Key.Key_Return)
    assert window.document.table.layers[3].name == "first"


def test_a_row_selects_its_module_and_a_module_its_row(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire5", "depth")
    assert window.parts.graph.selected == Key("fire5")
    assert "fire5" in window.parts.explaining.panel.text()
    window.parts.graph.select(Key("maxpool8"))
    assert table(window).currentIndex().siblingAtColumn(0).data() == "maxpool8"
    window.parts.graph.select(Key("fire9", "expand3x3"))
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire9"
    assert "fire9/expand3x3" in window.parts.explaining.panel.text()


def test_the_explanation_of_a_fire_says_why_it_is_two_deep_and_has_128_channels(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire2", "depth")
    said = window.parts.explaining.panel.text()
    assert "+1, not +2" in said
    assert "e1x1 + e3x3 = 64 + 64 = 128" in said
    assert "(3·3·16 + 1)·64" in said
    assert "19×19 px, every 4 px" in said


def test_one_drag_of_a_slider_is_one_undo_step(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    click_cell(window, "fire5", "s1x1")
    slider = child(window, QSlider, "slider_s1x1")
    before = window.document.table
    slider.setSliderDown(True)
    for value in range(33, 60, 3):
        slider.setSliderPosition(value)
    slider.setSliderDown(False)
    assert cell_text(window, "fire5", "s1x1") == "57"
    assert window.document.stack.count() == 1
    window.document.stack.undo()
    assert window.document.table == before


def test_a_simple_bypass_with_unequal_channels_is_kept_explained_and_mended(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire2", "s1x1")
    button = child(window, QPushButton, "bypass_simple")
    button.click()
    fire2 = window.document.table.layers[2]
    assert isinstance(fire2, Fire)
    assert fire2.bypass is Bypass.SIMPLE
    assert window.parts.notes.isVisible()
    assert "cannot run" in " ".join(label.text() for label in window.parts.notes.findChildren(QLabel))
    fixes = window.parts.notes.findChildren(QPushButton, "fix_button")
    assert fixes
    fixes[0].click()
    assert window.document.network.runs
    assert not window.parts.notes.isVisible()


def test_rows_are_inserted_copied_moved_and_deleted_and_every_step_is_undone(open_on: OpenWindow) -> None:
    window = open_on("table1")
    first = window.document.table
    click_cell(window, "fire4", "layer")
    window.parts.commands["insert_fire"].trigger()
    names = [layer.name for layer in window.document.table.layers]
    assert names[names.index("fire4") + 1] == "fire10"
    window.parts.commands["duplicate"].trigger()
    window.parts.commands["move_down"].trigger()
    window.parts.commands["delete"].trigger()
    changed = window.document.table
    assert window.document.stack.count() == 4
    for _ in range(4):
        window.document.stack.undo()
    assert window.document.table == first
    for _ in range(4):
        window.document.stack.redo()
    assert window.document.table == changed


def test_the_last_layer_can_go_and_the_empty_table_is_explained(open_on: OpenWindow) -> None:
    window = open_on("table1")
    table(window).selectAll()
    window.parts.commands["delete"].trigger()
    assert not window.document.table.layers
    assert "The table is empty" in " ".join(label.text() for label in window.parts.notes.findChildren(QLabel))
    window.parts.commands["insert_conv"].trigger()
    assert [layer.type for layer in window.document.table.layers] == ["conv"]


def test_the_input_row_is_typed_as_height_width_channels(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "input", "output")
    type_into(window, "224x224x3")
    press(window, Qt.Key.Key_Return)
    assert cell_text(window, "conv1", "output") == "109×109×96"
    box = window.parts.toolbar.input.lineEdit()
    assert isinstance(box, QLineEdit)
    assert box.text() == "3×224×224"


def test_the_input_box_edits_the_table_and_refuses_nonsense(open_on: OpenWindow) -> None:
    window = open_on("table1")
    line = window.parts.toolbar.input.lineEdit()
    assert isinstance(line, QLineEdit)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "3x64x64")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert dataclasses.astuple(window.document.table.input) == (3, 64, 64)
    assert window.focusWidget() is table(window)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "big")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert dataclasses.astuple(window.document.table.input) == (3, 64, 64)
    assert "3x227x227" in child(window, QLabel, "toast_text").text()
