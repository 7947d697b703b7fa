"""The table under keys and mouse: what a spreadsheet's keys do, they do here."""

from typing import Any

import pytest
from hands import (
    LEFT,
    OF_THE_MACHINE,
    PLAIN,
    SHIFT,
    cell_text,
    child,
    click_cell,
    enter,
    fire,
    keys,
    names,
    table,
    toast,
    type_into,
)
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.gui.table.selecting import MOVES, Grid, Move, Place, Reach, Rect, extended, moved
from squeezeviz.model.layers import Bypass


def selected(window: MainWindow) -> tuple[list[str], list[str]]:
    """The names of the rows and the headings of the columns in which something is selected."""
    view, model = table(window), table(window).model()
    cells = view.selectionModel().selectedIndexes()
    rows = sorted({cell.row() for cell in cells})
    columns = sorted({cell.column() for cell in cells if not view.isColumnHidden(cell.column())})
    assert len(cells) >= len(rows) * len(columns), "the selection is no rectangle"
    return [str(model.index(row, 0).data()) for row in rows], [str(COLUMNS[column]) for column in columns]


def current(window: MainWindow) -> tuple[str, str]:
    index = table(window).currentIndex()
    return str(index.siblingAtColumn(0).data()), str(COLUMNS[index.column()])


def centre(window: MainWindow, row: str, column: str) -> QPoint:
    view, model = table(window), table(window).model()
    names = [str(model.index(place, 0).data()) for place in range(model.rowCount())]
    return view.visualRect(model.index(names.index(row), COLUMNS.index(Column(column)))).center()


def open_editor(window: MainWindow, row: str, column: str) -> CellEditor:
    click_cell(window, row, column)
    keys(window, "F2")
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    return editor


FROM_5_TO_8 = ["fire5", "fire6", "fire7", "fire8"]
ALL_ROWS = ["input", "conv1", "maxpool1", "fire2", "fire3", "fire4", "maxpool4", *FROM_5_TO_8, "maxpool8", "fire9",
            "dropout9", "conv10", "avgpool10", "total"]  # fmt: skip
ALL_COLUMNS = ["layer", "output", "filter/stride", "depth", "s1x1", "e1x1", "e3x3", "params", "live"]


@pytest.mark.parametrize(
    ("pressed", "rows", "columns"),
    [
        (["Shift+Down", "Shift+Right", "Shift+Right"], ["fire5", "fire6"], ["s1x1", "e1x1", "e3x3"]),
        (["Shift+Down", "Shift+Up", "Shift+Up"], ["maxpool4", "fire5"], ["s1x1"]),
        (["Ctrl+Shift+Down"], FROM_5_TO_8, ["s1x1"]),
        (["Ctrl+Shift+Down", "Ctrl+Shift+Right"], FROM_5_TO_8, ["s1x1", "e1x1", "e3x3", "params"]),
        (["Shift+Left", "Ctrl+Shift+Down"], FROM_5_TO_8, ["depth", "s1x1"]),
        (["Shift+Down", "Shift+Space"], ["fire5", "fire6"], ALL_COLUMNS),
        (["Ctrl+Space"], ALL_ROWS, ["s1x1"]),
        (["Ctrl+A"], ALL_ROWS, ALL_COLUMNS),
    ],
)
def test_keys_with_shift_select_a_rectangle_while_the_current_cell_stays(
    window: MainWindow, pressed: list[str], rows: list[str], columns: list[str]
) -> None:
    click_cell(window, "fire5", "s1x1")
    keys(window, *pressed)
    assert selected(window) == (rows, columns)
    assert current(window) == ("fire5", "s1x1")
    assert window.document.stack.count() == 0


def test_keys_without_shift_go_to_the_ends_and_to_the_edges_of_what_is_filled(window: MainWindow) -> None:
    for pressed, at in (
        (["Home"], ("fire5", "layer")),
        (["End"], ("fire5", "live")),
        (["Ctrl+Home"], ("input", "layer")),
        (["Ctrl+End"], ("total", "live")),
        (["Ctrl+PgUp"], ("input", "layer")),
        (["PgDown"] * 3, ("total", "s1x1")),
        (["PgUp"] * 3, ("input", "s1x1")),
        (["Ctrl+Down"], ("fire8", "s1x1")),
        (["Ctrl+Down", "Ctrl+Down"], ("fire9", "s1x1")),
    ):
        click_cell(window, "fire5", "s1x1")
        keys(window, *pressed)
        assert current(window) == at, pressed


def test_the_mouse_selects_a_rectangle_by_drag_and_by_shift_and_click(window: MainWindow) -> None:
    view = table(window).viewport()
    start, end = centre(window, "fire5", "s1x1"), centre(window, "fire7", "e3x3")
    QTest.mousePress(view, LEFT, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, pos=end)
    assert selected(window) == (["fire5", "fire6", "fire7"], ["s1x1", "e1x1", "e3x3"])
    click_cell(window, "fire4", "depth", SHIFT)
    assert selected(window)[0] == ["fire4", "maxpool4", "fire5"]
    assert current(window) == ("fire5", "s1x1")
    QTest.mouseMove(view, start)
    assert selected(window)[0] == ["fire4", "maxpool4", "fire5"], "the drag is over"


def test_an_edit_within_a_selection_moves_on_within_it_and_round(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    keys(window, "Shift+Down", "Shift+Right")
    for typed, end, then in (
        ("11", "Return", ("fire4", "s1x1")),
        ("12", "Return", ("fire3", "e1x1")),
        ("13", "Return", ("fire4", "e1x1")),
        ("14", "Tab", ("fire3", "s1x1")),
        ("15", "Shift+Tab", ("fire4", "e1x1")),
    ):
        type_into(window, typed)
        keys(window, end)
        assert current(window) == then
    assert selected(window) == (["fire3", "fire4"], ["s1x1", "e1x1"])
    shown = [cell_text(window, row, column) for row in ("fire3", "fire4") for column in ("s1x1", "e1x1")]
    assert shown == ["15", "13", "12", "14"]


def test_enter_after_tab_goes_back_under_where_tab_set_out(window: MainWindow) -> None:
    for column, end, then in (
        ("s1x1", "Tab", ("fire3", "e1x1")),
        ("e1x1", "Tab", ("fire3", "e3x3")),
        ("e3x3", "Return", ("fire4", "s1x1")),
        ("s1x1", "Shift+Tab", ("fire4", "layer")),
    ):
        if column == "s1x1" and end == "Tab":
            click_cell(window, "fire3", column)
        type_into(window, "9")
        keys(window, end)
        assert current(window) == then


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("fire3", "params", "computed"),
        ("total", "params", "computed"),
        ("fire3", "live", "a live pass measures this cell"),
        ("total", "live", "a live pass measures this cell"),
    ],
)
def test_a_cell_that_takes_no_text_says_why(window: MainWindow, row: str, column: str, said: str) -> None:
    click_cell(window, row, column)
    for key in ("5", "F2", ""):
        window.parts.toast.hide()
        if key:
            keys(window, key)
        else:
            QTest.mouseDClick(table(window).viewport(), LEFT, pos=centre(window, row, column))
        assert said in toast(window)
        assert current(window) == (row, column)
    assert not isinstance(QApplication.focusWidget(), CellEditor)


@pytest.mark.parametrize(
    ("column", "typed", "said"),
    [
        *(("s1x1", typed, "whole number") for typed in ("-1", "−1", "2.5", "16x", "1e3", "１６")),
        ("s1x1", "0", "from 1"),
        ("s1x1", "1" + "0" * 30, "10^12"),
        ("s1x1", "10^30", ""),
        ("layer", "fire4", "another layer"),
        ("layer", "", "name"),
    ],
)
def test_a_wrong_text_is_kept_with_the_reason_until_it_is_mended(
    window: MainWindow, qtlog: Any, column: str, typed: str, said: str
) -> None:
    before = window.document.table
    editor = open_editor(window, "fire3", column)
    editor.clear()
    for character in typed:  # Qt's own test keys know no others than Latin letters
        QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, 0, PLAIN, character))
    reason = child(window, QLabel, "cell_reason")
    for key in ("Return", "F2", "Shift+F2", ""):
        if key:
            keys(window, key)
        else:
            click_cell(window, "fire6", "e1x1")
        QApplication.processEvents()
        assert QApplication.focusWidget() is editor
        assert editor.text() == typed and current(window) == ("fire3", column)
        assert reason.isVisible() and said in reason.text()
        assert reason.geometry().top() >= editor.geometry().bottom()
    assert window.document.table is before
    assert not [record.message for record in qtlog.records if not record.message.startswith(OF_THE_MACHINE)]
    editor.selectAll()
    type_into(window, "24")
    assert not reason.isVisible()
    keys(window, "Return")
    assert "24" in cell_text(window, names(window)[3], column)


def test_a_wrong_text_waits_while_the_keyboard_is_elsewhere(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    type_into(window, "16x")
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    window.parts.graph.setFocus()
    assert editor.isVisible()
    table(window).setFocus()
    assert QApplication.focusWidget() is editor
    keys(window, "Esc")
    assert QApplication.focusWidget() is table(window)
    assert cell_text(window, "fire3", "s1x1") == "16"
    type_into(window, "16x")
    window.session.selection.choose(7)
    assert "16x" in toast(window), "a text that cannot be kept is not lost in silence"


def test_a_right_text_is_taken_when_another_cell_is_clicked(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    type_into(window, "24")
    click_cell(window, "fire6", "e1x1")
    assert cell_text(window, "fire3", "s1x1") == "24"
    assert current(window) == ("fire6", "e1x1")


def test_a_double_click_edits_what_stands_there(window: MainWindow) -> None:
    QApplication.processEvents()
    QTest.mouseDClick(table(window).viewport(), LEFT, pos=centre(window, "fire3", "e1x1"))
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    assert editor.selectedText() == "64"


def test_a_bypass_is_chosen_by_a_letter_by_arrows_and_by_a_click(window: MainWindow) -> None:
    next(each for each in window.parts.table.columns.actions() if each.text() == "bypass").trigger()
    for typed, meant in (("s", Bypass.SIMPLE), ("c", Bypass.COMPLEX), ("n", Bypass.NONE), ("com", Bypass.COMPLEX)):
        enter(window, "fire3", "bypass", typed)
        assert fire(window, "fire3").bypass is meant
        assert current(window) == ("fire4", "bypass")
        assert window.document.stack.undoText() == f"Set fire3 bypass to {meant}"
    open_editor(window, "fire4", "bypass")
    keys(window, "Down", "Return")
    assert fire(window, "fire4").bypass is Bypass.SIMPLE
    open_editor(window, "fire5", "bypass")
    button = next(each for each in window.findChildren(QPushButton, "choose_complex") if each.isVisible())
    QTest.mouseClick(button, LEFT)
    assert fire(window, "fire5").bypass is Bypass.COMPLEX
    assert window.document.stack.count() == 6


def sheet(text: str) -> Grid:
    """A grid of which some cells are filled."""
    lines = text.split()
    return Grid(len(lines), len(lines[0]), lambda place: lines[place.row][place.column] == "x")


@pytest.mark.parametrize(
    ("line", "start", "reached"),
    [("xxx..x", 0, 2), ("xxx..x", 2, 5), ("...x.x", 0, 3), ("x.....", 0, 5), ("xx", 1, 1), (".xx.", 0, 1)],
)
def test_a_jump_ends_where_the_filled_cells_begin_or_end(line: str, start: int, reached: int) -> None:
    assert moved(sheet(line), Place(0, start), Move(0, 1, Reach.EDGE), 1) == Place(0, reached)
    mirrored = sheet(line[::-1])
    last = len(line) - 1
    assert moved(mirrored, Place(0, last - start), Move(0, -1, Reach.EDGE), 1) == Place(0, last - reached)
    upright = sheet("\n".join(line))
    assert moved(upright, Place(start, 0), Move(1, 0, Reach.EDGE), 1) == Place(reached, 0)


grids = st.integers(1, 5).flatmap(
    lambda wide: st.lists(st.text("x.", min_size=wide, max_size=wide), min_size=1, max_size=6).map("\n".join)
)


every_move = st.sampled_from([move for moves in MOVES.values() for move in moves])


@given(text=grids, moves=st.lists(st.tuples(every_move, st.booleans()), max_size=12), page=st.integers(1, 4))
def test_no_key_leaves_the_grid_nor_the_current_cell_the_selection(
    text: str, moves: list[tuple[Move, bool]], page: int
) -> None:
    grid = sheet(text)
    current, chosen = Place(0, 0), Rect(0, 0, 0, 0)
    for move, stretch in moves:
        if stretch:
            chosen = extended(grid, chosen, current, move, page)
        else:
            current = moved(grid, current, move, page)
            chosen = Rect.between(current, current)
        assert chosen.holds(current)
        assert 0 <= chosen.top <= chosen.bottom < grid.rows
        assert 0 <= chosen.left <= chosen.right < grid.columns


def test_every_cell_that_becomes_current_is_told_by_row_and_column(window: MainWindow) -> None:
    told: list[tuple[object, object]] = []
    window.parts.table.cells_selected.connect(lambda row, column, *_: told.append((row, column)))
    click_cell(window, "conv1", "params")
    keys(window, "Up", "Left")
    click_cell(window, "total", "live")
    assert told[:2] == [(0, Column.PARAMETERS), (INPUT_ROW, Column.PARAMETERS)]
    assert told[2][0] == INPUT_ROW and told[2][1] != Column.PARAMETERS
    assert told[-1] == (None, Column.LIVE)
