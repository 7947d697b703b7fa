"""Notes beside the table: marked by what they ask for, hidden and brought back, no higher than their words."""

from pathlib import Path

from hands import OpenWindow, child, explained, keys, set_field
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.errors import Note, Severity
from squeezeviz.model.layers import Bypass

FACT = Note("the live pass runs with the weights of a.onnx", Severity.INFO)
WARNING = Note("left out: the layer prob")


def start(window: MainWindow, *notes: Note) -> None:
    window.document.open(Opened(load_preset("table1"), notes, path=Path("a.onnx")))
    QApplication.processEvents()


def marks(window: MainWindow) -> list[tuple[str, str]]:
    found = window.parts.notes.findChildren(QLabel, "note_mark")
    return [(label.text(), label.accessibleName()) for label in found]


def close_button(window: MainWindow) -> QToolButton:
    return child(window.parts.notes, QToolButton, "hide_notes")


def last_row_is_seen(window: MainWindow) -> bool:
    table = window.parts.table
    last = table.visualRect(table.model().index(table.model().rowCount() - 1, 0))
    return table.viewport().rect().contains(last)


def test_notes_are_marked_by_what_they_ask_for_and_no_higher_than_their_words(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on(size=(1440, 900))
    start(window, FACT)
    qtbot.waitUntil(lambda: last_row_is_seen(window))
    notes = window.parts.notes
    assert notes.isVisible()
    start(window, FACT, WARNING)
    assert marks(window) == [("i", "Good to know"), ("!", "To be looked at")]
    qtbot.waitUntil(lambda: notes.height() == notes.wanted_height(notes.width()))
    lines = notes.findChildren(QLabel, "note")
    assert notes.height() <= sum(line.height() for line in lines) + 24
    assert notes.geometry().bottom() >= window.parts.layout.table_card.height() - 3


def test_many_notes_leave_half_of_the_card_to_the_table(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(size=(1024, 700))
    start(window, *(Note(f"left out: the layer {place}") for place in range(40)))
    qtbot.waitUntil(lambda: 0 < window.parts.notes.height() <= window.parts.layout.table_card.height() // 2)
    assert window.parts.notes.verticalScrollBar().maximum() > 0


def test_several_facts_are_one_line_with_their_count_where_room_is_short(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(size=(1440, 900))
    other = Note("its weights are float16 in the file; they run as float32", Severity.INFO)
    start(window, FACT, other, WARNING)
    assert len(marks(window)) == 3
    window.resize(1024, 620)
    qtbot.waitUntil(lambda: marks(window) == [("!", "To be looked at")])
    folded = child(window.parts.notes, QToolButton, "folded_notes")
    assert folded.text().endswith("2 notes, good to know…")
    QTest.keyClick(folded, Qt.Key.Key_Space)
    assert len(marks(window)) == 3
    start(window, FACT, other)
    qtbot.waitUntil(lambda: not marks(window))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: len(marks(window)) == 2)


def test_notes_are_hidden_by_keyboard_and_brought_back(window: MainWindow) -> None:
    for notes, told in (((FACT,), "1 note"), ((FACT, WARNING), "2 notes")):
        start(window, *notes)
        button, chip = close_button(window), window.parts.layout.table_card.notes_chip
        assert button.accessibleName() == "Hide the notes" and button.focusPolicy() & Qt.FocusPolicy.TabFocus
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert not window.parts.notes.isVisible()
        assert chip.isVisible() and chip.text() == told and chip.accessibleName() == f"Show {told}"
        chip.setFocus()
        QTest.keyClick(chip, Qt.Key.Key_Space)
        assert window.parts.notes.isVisible() and len(marks(window)) == len(notes)
        assert not chip.isVisible()


def test_hidden_notes_stay_hidden_through_edits_while_a_problem_is_told_and_come_with_another_file(
    window: MainWindow,
) -> None:
    start(window, FACT)
    close_button(window).click()
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 24))
    assert not window.parts.notes.isVisible()
    window.document.edit("Set", window.document.table.with_field(2, "e1x1", 65).with_field(3, "bypass", Bypass.SIMPLE))
    texts = [label.text() for label in window.parts.notes.findChildren(QLabel)]
    assert window.parts.notes.isVisible() and "fire3 cannot run" in texts
    assert window.parts.layout.table_card.notes_chip.isVisible()
    start(window, WARNING)
    assert window.parts.notes.isVisible()
    assert marks(window) == [("!", "To be looked at")]


def test_an_empty_table_says_how_to_begin_and_is_called_no_problem(window: MainWindow) -> None:
    window.parts.files.new()
    QApplication.processEvents()
    texts = " ".join(label.text() for label in window.parts.notes.findChildren(QLabel))
    assert "paste a table" in texts
    assert window.parts.graph.diagram.modules[-1].boxes[0].title == "nothing to draw yet"
    assert "Cannot run" not in explained(window)


def test_the_panels_give_the_room_that_a_problem_takes_and_have_it_back_with_its_end(window: MainWindow) -> None:
    table, panels = window.parts.table, window.parts.panels
    rows = table.rowHeight(0)
    before = table.viewport().height(), panels.height()
    set_field(window, "conv1", "kernel", 999)
    QApplication.processEvents()
    notes = window.parts.notes
    assert notes.isVisible() and panels.height() == 150 < before[1]
    given = before[1] - panels.height()
    assert before[0] - table.viewport().height() <= notes.height() - given + rows
    keys(window, "Ctrl+Z")
    QApplication.processEvents()
    assert notes.isHidden() and (table.viewport().height(), panels.height()) == before
