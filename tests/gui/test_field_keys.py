"""Ctrl+Z and its kin do the same wherever in the window the keyboard is; a drop-down keeps the keys that open it."""

import pytest
from hands import child, click_cell, enter, explained, fire, keys, set_field, table, type_in, type_into
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.gui.table.editor import CellEditor

INPUTS = (QLineEdit, QComboBox, QAbstractSlider, QAbstractSpinBox, QTextEdit, QPlainTextEdit, QAbstractItemView)


def inputs(within: QWidget) -> list[QWidget]:
    """Whatever is seen there and takes keys to mean a text, a number or a choice."""
    return [
        widget
        for widget in within.findChildren(QWidget)
        if isinstance(widget, INPUTS)
        and not isinstance(widget, QScrollBar)
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def focus(window: MainWindow, widget: QWidget) -> None:
    window.activateWindow()
    QApplication.processEvents()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    if isinstance(widget, QLineEdit):
        widget.selectAll()
    assert QApplication.focusWidget() is not None


@pytest.mark.parametrize("front", PANELS)
def test_undo_and_redo_work_in_every_input_of_the_window(window: MainWindow, front: str) -> None:
    window.parts.panels.bring(front)
    window.parts.commands["find"].trigger()
    set_field(window, "fire2", "s1x1", 24)
    everywhere = front == "metaparameters"  # with another panel in front, its own are new
    walked = inputs(window if everywhere else window.parts.panels)
    assert len(walked) >= 10 * everywhere
    for widget in walked:
        for redo in ("Ctrl+Shift+Z", "Ctrl+Y"):
            for key, value in (("Ctrl+Z", 16), (redo, 24)):
                focus(window, widget)
                keys(window, key)
                assert fire(window, "fire2").s1x1 == value, f"{type(widget).__name__} {widget.objectName()}"


@pytest.mark.parametrize("name", ["box_s1x1", "input_box", "batch_box", "find_text", "box_sr", "box_count", "cell"])
def test_what_is_being_typed_is_taken_back_before_the_document_s_last_step(window: MainWindow, name: str) -> None:
    window.parts.panels.bring("metaparameters")
    window.parts.commands["find"].trigger()
    set_field(window, "fire2", "s1x1", 24)
    QApplication.processEvents()
    if name == "cell":
        click_cell(window, "fire3", "s1x1")
        keys(window, "F2")
    else:
        focus(window, child(window, QWidget, name))
    line = window.findChild(CellEditor) if name == "cell" else window.findChild(QWidget, name)
    line = line.lineEdit() if isinstance(line, QComboBox) else line
    assert isinstance(line, QLineEdit)
    before = line.text()
    line.selectAll()
    type_into(window, "7")
    for key, text in (("", "7"), ("Ctrl+Z", before), ("Ctrl+Y", "7"), ("Ctrl+Z", before)):
        keys(window, *[key] if key else [])
        assert (line.text(), fire(window, "fire2").s1x1) == (text, 24)
    keys(window, "Ctrl+Z")
    assert fire(window, "fire2").s1x1 == 16


def test_a_number_that_was_entered_is_the_document_s_to_take_back(window: MainWindow) -> None:
    box = child(window, QLineEdit, "box_s1x1")
    type_in(box, "40")
    assert fire(window, "fire2").s1x1 == 40
    for key, value in (("Ctrl+Z", 16), ("Ctrl+Shift+Z", 40)):
        keys(window, key)
        assert (fire(window, "fire2").s1x1, box.text()) == (value, str(value))


def test_a_box_that_is_no_part_of_the_document_keeps_what_was_entered(window: MainWindow) -> None:
    set_field(window, "fire2", "s1x1", 24)
    box = child(window, QLineEdit, "batch_box")
    type_in(box, "12")
    focus(window, box)
    keys(window, "Ctrl+Z")
    assert (fire(window, "fire2").s1x1, box.text()) == (16, "12")


def test_every_key_that_the_platform_has_for_undo_is_the_window_s_too(window: MainWindow) -> None:
    for name, keys_of in (("undo", QKeySequence.StandardKey.Undo), ("redo", QKeySequence.StandardKey.Redo)):
        assert set(QKeySequence.keyBindings(keys_of)) <= set(window.parts.commands[name].shortcuts())


def test_the_key_that_opens_a_drop_down_moves_no_layer(window: MainWindow) -> None:
    boxes = [each for each in inputs(window) if isinstance(each, QComboBox)]
    assert len(boxes) >= 3
    for box in boxes:
        focus(window, box)
        keys(window, "Alt+Down")
        assert not window.document.modified, box.objectName()
        assert box.view().isVisible(), box.objectName()
        box.hidePopup()


def test_undo_in_an_untouched_cell_editor_closes_it_and_takes_the_step_back(window: MainWindow) -> None:
    set_field(window, "fire2", "s1x1", 24)
    click_cell(window, "fire3", "s1x1")
    keys(window, "F2")
    assert isinstance(QApplication.focusWidget(), CellEditor)
    keys(window, "Ctrl+Z")
    assert fire(window, "fire2").s1x1 == 16
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChild(CellEditor) is None


@pytest.mark.parametrize(
    ("row", "column", "typed", "gone_to"),
    [
        ("fire3", "e1x1", "72", ("fire5", "layer")),
        ("fire3", "e1x1", "72", ("fire3", "layer")),
        ("conv10", "filter/stride", "3×3/1 ×1000", ("conv1", "layer")),
        ("fire4", "layer", "renamed", ("total", "params")),
        ("input", "output", "64×64×3", ("fire5", "layer")),
    ],
)
def test_undo_and_redo_of_a_cell_go_to_that_cell_and_explain_it(
    window: MainWindow, row: str, column: str, typed: str, gone_to: tuple[str, str]
) -> None:
    click_cell(window, row, column)
    edited, before = table(window).currentIndex(), explained(window)
    here = edited.row(), edited.column()
    enter(window, row, column, typed)
    for step in ("Ctrl+Z", "Ctrl+Y"):
        click_cell(window, *gone_to)
        keys(window, step)
        current = table(window).currentIndex()
        assert (current.row(), current.column()) == here
        assert window.session.selection.cell() is COLUMNS[current.column()]
        assert (explained(window) == before) is (step == "Ctrl+Z")


def test_undo_leaves_a_box_of_the_changed_layer_selected(window: MainWindow) -> None:
    set_field(window, "fire2", "s1x1", 24)
    window.session.selection.choose_key(Key("fire2", "expand3x3"))
    window.document.stack.undo()
    assert window.session.selection.part() == "expand3x3"
