"""Every gesture that changes the table, with keys and mouse in the real window: one step, undone to the same bytes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from hands import (
    ALT,
    CTRL,
    LEFT,
    OF_THE_MACHINE,
    SHIFT,
    OpenWindow,
    bytes_of,
    cell_text,
    child,
    choose_soon,
    click_box,
    click_cell,
    drag_grip,
    drag_slider,
    fire,
    grip,
    names,
    one_step,
    press,
    refused,
    submenu,
    table,
    toast,
    type_into,
)
from places import PAPER
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSlider, QToolButton, QUndoView
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.canvas.minimap import Minimap
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.editor import CellEditor

pytestmark = pytest.mark.gui

TABLE1 = [layer.name for layer in load_preset("table1").layers]
PLAIN = Qt.KeyboardModifier.NoModifier


def select_cells(window: MainWindow, first: tuple[str, str], last: tuple[str, str]) -> None:
    """Click the first cell, and the last with Shift."""
    click_cell(window, *first)
    view = table(window)
    model = view.model()
    heads = [model.headerData(place, Qt.Orientation.Horizontal) for place in range(model.columnCount())]
    index = model.index(1 + names(window).index(last[0]), heads.index(last[1]))
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, SHIFT, view.visualRect(index).center())


def select_rows(window: MainWindow, first: str, last: str) -> None:
    """Click the grip of the first row, and that of the last with Shift."""
    ground, rows = table(window).verticalHeader().viewport(), names(window)
    QTest.mouseClick(ground, LEFT, PLAIN, grip(window, 1 + rows.index(first)))
    QTest.mouseClick(ground, LEFT, SHIFT, grip(window, 1 + rows.index(last)))


def clip(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def button(window: MainWindow, name: str) -> QPushButton:
    found = child(window, QPushButton, name)
    assert found.isVisible(), name
    return found


# Cells


def test_a_typed_number_is_one_step_however_it_begins_and_ends(open_on: OpenWindow) -> None:
    window = open_on()
    ways = itertools.product([None, Qt.Key.Key_F2, Qt.Key.Key_Return], [Qt.Key.Key_Return, Qt.Key.Key_Tab])
    for number, (begin, end) in enumerate(ways, 20):
        click_cell(window, "fire3", "s1x1")
        with one_step(window):
            if begin is not None:
                press(window, begin)
            type_into(window, str(number))
            press(window, end)
        assert fire(window, "fire3").s1x1 == number


@pytest.mark.parametrize("key", [(Qt.Key.Key_F2, PLAIN), (Qt.Key.Key_F2, SHIFT)], ids=["F2", "Shift+F2"])
def test_a_text_that_cannot_stand_keeps_the_keyboard_when_another_edit_is_asked_for(
    open_on: OpenWindow, qtlog: Any, key: tuple[Qt.Key, Qt.KeyboardModifier]
) -> None:
    window = open_on()
    before = bytes_of(window.document.table)
    click_cell(window, "fire3", "s1x1")
    type_into(window, "16x")
    press(window, Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    press(window, *key)
    assert isinstance(editor, CellEditor) and QApplication.focusWidget() is editor and editor.text() == "16x"
    assert not [record.message for record in qtlog.records if not record.message.startswith(OF_THE_MACHINE)]
    press(window, Qt.Key.Key_Escape)
    assert bytes_of(window.document.table) == before


def test_a_block_is_pasted_as_one_step_and_stays_selected(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire3", "s1x1")
    clip("20\t70\t80\r\n21\t71\t81\r\n")
    with one_step(window):
        press(window, Qt.Key.Key_V, CTRL)
    assert [(each.s1x1, each.e1x1, each.e3x3) for each in (fire(window, "fire3"), fire(window, "fire4"))] == [
        (20, 70, 80),
        (21, 71, 81),
    ]
    press(window, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().split() == ["20", "70", "80", "21", "71", "81"]


def test_one_value_is_pasted_over_all_that_is_selected(open_on: OpenWindow) -> None:
    window = open_on()
    select_cells(window, ("fire7", "e1x1"), ("fire8", "e3x3"))
    clip("100")
    with one_step(window):
        press(window, Qt.Key.Key_V, CTRL)
    assert {getattr(fire(window, name), side) for name in ("fire7", "fire8") for side in ("e1x1", "e3x3")} == {100}


def test_copied_rows_are_pasted_after_the_row_under_free_names(open_on: OpenWindow) -> None:
    window = open_on()
    select_rows(window, "fire2", "fire4")
    press(window, Qt.Key.Key_C, CTRL)
    click_cell(window, "fire9", "layer")
    at = names(window).index("fire9") + 1
    with one_step(window):
        press(window, Qt.Key.Key_V, CTRL)
        assert window.parts.table.selected_layers() == [at, at + 1, at + 2]
    assert names(window)[at : at + 3] == ["fire10", "fire11", "fire12"]
    assert [fire(window, name).e1x1 for name in ("fire10", "fire11", "fire12")] == [64, 64, 128]


def test_the_papers_table_pasted_into_an_empty_one_is_the_network(open_on: OpenWindow) -> None:
    import csv

    window = open_on()
    press(window, Qt.Key.Key_N, CTRL)
    assert names(window) == []
    with PAPER.open(encoding="utf-8", newline="") as file:
        clip("\r\n".join("\t".join(row) for row in csv.reader(file)))
    with one_step(window):
        press(window, Qt.Key.Key_V, CTRL)
    assert names(window) == [name for name in TABLE1 if "dropout" not in name]
    assert window.document.network.parameters.value == 1_248_424


def test_what_cannot_be_pasted_names_its_cell_and_changes_nothing(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire3", "s1x1")
    clip("20\t70\n21\t７1")
    with refused(window, "fire4", "e1x1"):
        press(window, Qt.Key.Key_V, CTRL)
    click_cell(window, "conv10", "params")
    clip("5")
    with refused(window, "conv10", "params"):
        press(window, Qt.Key.Key_V, CTRL)
    clip("")
    with refused(window, "clipboard"):
        press(window, Qt.Key.Key_V, CTRL)
    QGuiApplication.clipboard().clear()
    with refused(window, "clipboard"):
        press(window, Qt.Key.Key_V, CTRL)


def test_rows_are_cut_and_come_back_where_they_are_pasted(open_on: OpenWindow) -> None:
    window = open_on()
    select_rows(window, "fire3", "fire4")
    with one_step(window):
        press(window, Qt.Key.Key_X, CTRL)
    assert names(window) == [name for name in TABLE1 if name not in ("fire3", "fire4")]
    click_cell(window, "fire2", "layer")
    with one_step(window):
        press(window, Qt.Key.Key_V, CTRL)
    assert names(window) == TABLE1


def test_a_layer_that_is_cut_by_its_name_comes_back_whole(open_on: OpenWindow) -> None:
    window = open_on()
    before = window.document.table
    click_cell(window, "fire3", "layer")
    press(window, Qt.Key.Key_X, CTRL)
    click_cell(window, "fire2", "layer")
    press(window, Qt.Key.Key_V, CTRL)
    assert window.document.table == before


def test_cells_alone_cannot_be_cut(open_on: OpenWindow) -> None:
    window = open_on()
    select_cells(window, ("fire3", "s1x1"), ("fire4", "e1x1"))
    with refused(window, "fire3", "cannot be empty"):
        press(window, Qt.Key.Key_X, CTRL)


def test_numbers_are_filled_down(open_on: OpenWindow) -> None:
    window = open_on()
    select_cells(window, ("fire5", "s1x1"), ("fire8", "e1x1"))
    with one_step(window):
        press(window, Qt.Key.Key_D, CTRL)
    assert [(fire(window, f"fire{at}").s1x1, fire(window, f"fire{at}").e1x1) for at in (6, 7, 8)] == [(32, 128)] * 3
    click_cell(window, "conv10", "layer")
    with refused(window, "names are not filled down"):
        press(window, Qt.Key.Key_D, CTRL)


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_del_on_names_takes_the_layers_out_and_on_numbers_says_why_not(open_on: OpenWindow, key: Qt.Key) -> None:
    window = open_on()
    select_cells(window, ("fire3", "layer"), ("fire4", "layer"))
    with one_step(window):
        press(window, key)
    assert names(window) == [name for name in TABLE1 if name not in ("fire3", "fire4")]
    click_cell(window, "fire5", "e1x1")
    with refused(window, "fire5", "cannot be empty", "Ctrl+Backspace"):
        press(window, key)
    click_cell(window, "conv1", "depth")
    with refused(window, "conv1", "computed"):
        press(window, key)


# Rows

INSERTS = [
    (Qt.Key.Key_F, "fire10"),
    (Qt.Key.Key_V, "conv11"),
    (Qt.Key.Key_P, "maxpool9"),
]


def test_layers_are_inserted_after_and_before_by_shortcut(open_on: OpenWindow) -> None:
    window = open_on()
    for (key, name), (modifier, offset) in itertools.product(INSERTS, ((CTRL | ALT, 1), (CTRL | ALT | SHIFT, 0))):
        click_cell(window, "fire4", "layer")
        at = names(window).index("fire4") + offset
        with one_step(window):
            press(window, key, modifier)
        assert names(window)[at] == name
        window.document.stack.undo()


def test_layers_are_inserted_from_the_menu_bar(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on()
    bar = window.menuBar()
    action = next(each for each in bar.actions() if each.text() == "&Insert")
    click_cell(window, "fire4", "layer")
    offered = choose_soon("Before the Layer", "Softmax")
    with one_step(window):
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(action).center())
        qtbot.waitUntil(lambda: bool(offered) and QApplication.activePopupWidget() is None)
    assert names(window)[names(window).index("fire4") - 1] == "softmax1"


CONTEXT: list[tuple[tuple[str, ...], Callable[[list[str]], list[str]]]] = [
    (("Duplicate Layer",), lambda before: [*before[:5], "fire10", *before[5:]]),
    (("Delete Layer",), lambda before: [*before[:4], *before[5:]]),
    (("Move Layer Up",), lambda before: [*before[:3], "fire4", "fire3", *before[5:]]),
    (("Move Layer Down",), lambda before: [*before[:4], "maxpool4", "fire4", *before[6:]]),
    (("Insert Before", "Convolution"), lambda before: [*before[:4], "conv11", *before[4:]]),
    (("Insert After", "Fire Module"), lambda before: [*before[:5], "fire10", *before[5:]]),
]


def open_context_menu(window: MainWindow, where: str) -> None:
    """On fire4: with the right button or the menu key, in the table, on its grip or on the canvas."""
    view, graph = table(window), window.parts.graph
    click_cell(window, "fire4", "layer")
    reason = QContextMenuEvent.Reason.Mouse
    if where == "cell":
        at = view.visualRect(view.currentIndex()).center()
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at)))
    elif where == "grip":
        at, ground = grip(window, 5), view.verticalHeader().viewport()
        QApplication.sendEvent(ground, QContextMenuEvent(reason, at, ground.mapToGlobal(at)))
    elif where == "canvas":
        at = click_box(window, Key("fire4"), Qt.MouseButton.RightButton)
        event = QContextMenuEvent(reason, at, graph.viewport().mapToGlobal(at))
        QApplication.sendEvent(graph.viewport(), event)
    else:
        graph.setFocus()
        press(window, Qt.Key.Key_Menu)


@pytest.mark.parametrize("where", ["cell", "grip", "canvas", "menu key"])
def test_rows_are_changed_from_every_context_menu(open_on: OpenWindow, where: str) -> None:
    window = open_on()
    for titles, after in CONTEXT:
        wanted = after(names(window))
        with one_step(window):
            offered = choose_soon(*titles)
            open_context_menu(window, where)
        assert titles[0] in offered
        assert names(window) == wanted
        window.document.stack.undo()
        QApplication.processEvents()


def test_one_layer_and_several_are_duplicated_moved_and_deleted_by_keys(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire3", "layer")
    with one_step(window):
        press(window, Qt.Key.Key_D, CTRL | SHIFT)
    assert names(window)[3:6] == ["fire3", "fire10", "fire4"]
    with one_step(window):
        press(window, Qt.Key.Key_Backspace, CTRL)
    assert names(window) == TABLE1
    for last in ("fire5", "fire7"):
        select_rows(window, "fire5", last)
        for key, step in ((Qt.Key.Key_Up, -1), (Qt.Key.Key_Down, 1)):
            rows = window.parts.table.selected_layers()
            moved = [names(window)[row] for row in rows]
            with one_step(window):
                press(window, key, ALT)
                assert window.parts.table.selected_layers() == [row + step for row in rows]
            assert [names(window)[row + step] for row in rows] == moved
            select_rows(window, moved[0], moved[-1])
    assert names(window) == TABLE1
    select_rows(window, "fire5", "fire7")
    with one_step(window):
        press(window, Qt.Key.Key_D, CTRL | SHIFT)
    at = TABLE1.index("fire7") + 1
    assert names(window)[at : at + 3] == ["fire10", "fire11", "fire12"]


def test_the_buttons_over_the_table_do_what_the_keys_do(open_on: OpenWindow) -> None:
    window = open_on()
    for name, wanted in (
        ("Duplicate Layer", ["fire4", "fire10", "maxpool4"]),
        ("Move Layer Up", ["fire10", "fire4", "maxpool4"]),
        ("Delete Layer", ["fire4", "maxpool4", "fire5"]),
    ):
        if name == "Duplicate Layer":
            click_cell(window, "fire4", "layer")
        each = next(
            found
            for found in window.parts.layout.table_card.findChildren(QToolButton)
            if found.accessibleName() == name
        )
        with one_step(window):
            QTest.mouseClick(each, LEFT)
        assert names(window)[4:7] == wanted


def test_rows_are_dragged_by_their_grips(open_on: OpenWindow) -> None:
    window = open_on()
    with one_step(window):
        drag_grip(window, 1 + names(window).index("fire3"), 1 + names(window).index("fire6"))
    assert names(window)[3:7] == ["fire4", "maxpool4", "fire5", "fire3"]
    select_rows(window, "fire7", "fire8")
    with one_step(window):
        drag_grip(window, 1 + names(window).index("fire8"), 1)
        assert window.parts.table.selected_layers() == [0, 1]
    assert names(window)[:3] == ["fire7", "fire8", "conv1"]


@pytest.mark.parametrize("where", ["table", "canvas"])
def test_a_rename_changes_that_name_and_nothing_else(open_on: OpenWindow, where: str) -> None:
    window = open_on()
    click_cell(window, "fire4", "params")
    before = window.document.table
    with one_step(window):
        if where == "canvas":
            press(window, Qt.Key.Key_2, CTRL)
            press(window, Qt.Key.Key_F2)
        else:
            press(window, Qt.Key.Key_F2, SHIFT)
        type_into(window, "wide")
        press(window, Qt.Key.Key_Return)
    assert window.document.table == before.with_field(4, "name", "wide")


# Panels


def test_a_fire_slider_shows_every_number_on_its_way_and_is_one_step(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire5", "s1x1")
    slider = child(window.parts.explaining.editor, QSlider, "slider_s1x1")
    seen: list[tuple[str, str, int]] = []
    window.document.table_changed.connect(
        lambda network: seen.append(
            (cell_text(window, "fire5", "s1x1"), cell_text(window, "total", "params"), network.parameters.value)
        )
    )
    ticks = drag_slider(slider, [9, 14, 20, -6])
    assert [said for said, _, _ in seen] == [str(tick) for tick in ticks]
    assert all(shown == f"{value:,}" for _, shown, value in seen)
    assert len(set(ticks)) == 4
    label = child(window, QLabel, "totals_label")
    assert f"{seen[-1][2]:,} parameters" in label.text()
    window.document.stack.undo()
    assert window.document.stack.index() == 0
    with one_step(window):
        drag_slider(slider, [15, 8, 13])


def test_a_bypass_is_chosen_by_its_button(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire3", "s1x1")
    for kind in ("complex", "simple", "none"):
        with one_step(window):
            QTest.mouseClick(button(window, f"bypass_{kind}"), LEFT)
        assert fire(window, "fire3").bypass == kind
        assert cell_text(window, "fire3", "bypass") == kind


def test_a_metaparameter_is_dragged_as_one_step(open_on: OpenWindow) -> None:
    window = open_on()
    press(window, Qt.Key.Key_4, CTRL)
    for name in ("base_e", "incr_e", "freq", "sr", "pct3x3"):
        slider = child(window.parts.panels.panel("metaparameters"), QSlider, f"slider_{name}")
        with one_step(window):
            ticks = drag_slider(slider, [12, 17, 25])
        assert len(set(ticks)) > 1
        assert [layer.type for layer in window.document.table.layers].count("fire") == 8


def test_the_number_of_fires_is_typed(open_on: OpenWindow) -> None:
    window = open_on()
    press(window, Qt.Key.Key_4, CTRL)
    box = child(window.parts.panels.panel("metaparameters"), QLineEdit, "box_count")
    for text, count in (("11", 11), ("3", 3)):
        with one_step(window):
            box.setFocus()
            box.selectAll()
            type_into(window, text)
            press(window, Qt.Key.Key_Return)
        assert [layer.type for layer in window.document.table.layers].count("fire") == count
    with refused(window, "Fires"):
        box.setFocus()
        box.selectAll()
        type_into(window, "1.5")
        press(window, Qt.Key.Key_Return)


def test_a_point_of_figure_3_is_opened_from_its_menu(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on()
    press(window, Qt.Key.Key_4, CTRL)
    points = button(window, "figure_points")
    title = next(each.text() for each in points.menu().actions() if each.text().startswith("SR 0.5:"))
    with qtbot.waitSignal(window.parts.files.opened, timeout=10_000):
        choose_soon(title)
        QTest.mouseClick(points, LEFT)
    assert window.document.network.parameters.value == 3_404_392
    assert not window.document.modified


def test_every_way_out_of_a_problem_is_one_step(open_on: OpenWindow) -> None:
    window = open_on()
    click_cell(window, "fire2", "s1x1")
    QTest.mouseClick(button(window, "bypass_simple"), LEFT)
    ways = len(window.parts.notes.findChildren(QPushButton, "fix_button"))
    assert ways > 1
    for way in range(ways):
        QApplication.processEvents()
        with one_step(window):
            QTest.mouseClick(window.parts.notes.findChildren(QPushButton, "fix_button")[way], LEFT)
        assert window.document.network.runs
        window.document.stack.undo()
        assert not window.document.network.runs


# Canvas

CANVAS_KEYS = [
    (Qt.Key.Key_Delete, PLAIN, [*TABLE1[:4], *TABLE1[5:]]),
    (Qt.Key.Key_Insert, PLAIN, [*TABLE1[:5], "fire10", *TABLE1[5:]]),
    (Qt.Key.Key_Insert, SHIFT, [*TABLE1[:4], "fire10", *TABLE1[4:]]),
    (Qt.Key.Key_Up, ALT, [*TABLE1[:3], "fire4", "fire3", *TABLE1[5:]]),
    (Qt.Key.Key_Down, ALT, [*TABLE1[:4], "maxpool4", "fire4", *TABLE1[6:]]),
]


@pytest.mark.parametrize("part", ["", "expand3x3"])
def test_keys_on_the_canvas_change_the_module_that_is_selected(open_on: OpenWindow, part: str) -> None:
    window = open_on()
    for key, modifier, wanted in CANVAS_KEYS:
        click_box(window, Key("fire4", part))
        assert window.parts.graph.selected == Key("fire4", part)
        assert window.focusWidget() is window.parts.graph
        with one_step(window):
            press(window, key, modifier)
        assert names(window) == wanted
        window.document.stack.undo()
        QApplication.processEvents()


def test_looking_at_it_changes_nothing(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on()
    before = bytes_of(window.document.table)
    press(window, Qt.Key.Key_F, CTRL)
    type_into(window, "fire7")
    assert window.parts.graph.selected == Key("fire7")
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire7"
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Escape)
    assert window.focusWidget() is window.parts.graph
    press(window, Qt.Key.Key_Return)  # closes the module that was found
    assert not next(each for each in window.parts.graph.diagram.modules if each.key.layer == "fire7").opened
    overview = child(window.parts.graph, Minimap)
    bar, start = window.parts.graph.verticalScrollBar(), overview.frame().center().toPoint()
    seen = bar.value()
    QTest.mousePress(overview, LEFT, pos=start)
    QTest.mouseMove(overview, start - QPoint(0, 25))
    QTest.mouseRelease(overview, LEFT, pos=start - QPoint(0, 25))
    assert bar.value() < seen
    columns = next(each for each in window.parts.table.columns.actions() if "multiply" in each.text().casefold())
    columns.trigger()
    assert cell_text(window, "conv1", "multiply-adds")
    assert bytes_of(window.document.table) == before
    assert window.document.stack.count() == 0 and not window.document.modified
    assert not toast(window)


# Comparison and history


def test_what_is_pinned_is_compared_with_and_let_go_without_a_step(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on()
    before = bytes_of(window.document.table)
    press(window, Qt.Key.Key_B, CTRL)
    assert window.session.baseline.difference is not None and window.session.baseline.difference.nothing
    click_cell(window, "fire3", "s1x1")
    with one_step(window):
        type_into(window, "24")
        press(window, Qt.Key.Key_Return)
    model = window.parts.model
    assert model.cell(model.index(4, 4)).note == "+8"
    bar = window.menuBar()
    action = next(each for each in bar.actions() if each.text() == "&Compare")
    presets = submenu(bar, "&Compare", "With a Preset")
    presets.aboutToShow.emit()
    with qtbot.waitSignal(window.parts.compares.pinned, timeout=10_000):
        choose_soon("With a Preset", presets.actions()[2].text())
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(action).center())
    assert window.session.baseline.title and window.parts.layout.table_card.chip.isVisible()
    assert window.session.baseline.difference is not None and not window.session.baseline.difference.nothing
    window.parts.commands["unpin"].trigger()
    assert window.session.baseline.difference is None and not window.parts.layout.table_card.chip.isVisible()
    window.document.stack.undo()
    assert bytes_of(window.document.table) == before


def test_a_click_in_the_history_goes_to_that_step(open_on: OpenWindow) -> None:
    window = open_on()
    held = [bytes_of(window.document.table)]
    for text in ("24", "32", "40"):
        click_cell(window, "fire3", "s1x1")
        type_into(window, text)
        press(window, Qt.Key.Key_Return)
        held.append(bytes_of(window.document.table))
    press(window, Qt.Key.Key_H, CTRL)
    history = child(window, QUndoView, "history")
    for place in (1, 3, 0, 2):
        at = history.visualRect(history.model().index(place, 0)).center()
        QTest.mouseClick(history.viewport(), LEFT, pos=at)
        assert bytes_of(window.document.table) == held[place]
        assert window.document.modified is (place != 0)
    assert [history.model().index(place, 0).data() for place in (1, 3)] == [
        "Set fire3 s1x1 to 24",
        "Set fire3 s1x1 to 40",
    ]
