"""The table under keys and mouse: what a spreadsheet's keys do, they do here."""

from __future__ import annotations

import pytest
from hands import OpenWindow, cell_text, child, click_cell, press, table, type_into
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.gui.table.selecting import MOVES, Grid, Move, Place, Reach, Rect, extended, moved
from squeezeviz.model.layers import Bypass, Fire

pytestmark = pytest.mark.gui

SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def selected(window: MainWindow) -> tuple[list[str], list[str]]:
    """The names of the rows and the headings of the columns in which something is selected."""
    view, model = table(window), table(window).model()
    cells = view.selectionModel().selectedIndexes()
    rows = sorted({cell.row() for cell in cells})
    columns = sorted({cell.column() for cell in cells if not view.isColumnHidden(cell.column())})
    assert len(cells) >= len(rows) * len(columns), "the selection is no rectangle"
    headings = [str(model.headerData(column, Qt.Orientation.Horizontal)) for column in columns]
    return [str(model.index(row, 0).data()) for row in rows], headings


def current(window: MainWindow) -> tuple[str, str]:
    index = table(window).currentIndex()
    heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
    return str(index.siblingAtColumn(0).data()), str(heading)


def centre(window: MainWindow, row: str, column: str) -> QPoint:
    view, model = table(window), table(window).model()
    headings = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]
    names = [str(model.index(place, 0).data()) for place in range(model.rowCount())]
    return view.visualRect(model.index(names.index(row), headings.index(column))).center()


def test_shift_and_arrows_select_a_rectangle_while_the_current_cell_stays(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "s1x1")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        press(window, key, SHIFT)
    assert selected(window) == (["fire3", "fire4"], ["s1x1", "e1x1", "e3x3"])
    assert current(window) == ("fire3", "s1x1")
    press(window, Qt.Key.Key_Up, SHIFT)
    press(window, Qt.Key.Key_Up, SHIFT)
    assert selected(window)[0] == ["fire2", "fire3"]


def test_the_mouse_selects_a_rectangle_by_drag_and_by_shift_and_click(open_on: OpenWindow) -> None:
    window = open_on("table1")
    view = table(window).viewport()
    start, end = centre(window, "fire5", "s1x1"), centre(window, "fire7", "e3x3")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert selected(window) == (["fire5", "fire6", "fire7"], ["s1x1", "e1x1", "e3x3"])
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, SHIFT, centre(window, "fire4", "depth"))
    assert selected(window)[0] == ["fire4", "maxpool4", "fire5"]
    assert current(window) == ("fire5", "s1x1")
    QTest.mouseMove(view, start)
    assert selected(window)[0] == ["fire4", "maxpool4", "fire5"], "the drag is over"


def test_control_and_arrows_jump_to_the_edges_of_what_is_filled(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire2", "s1x1")
    press(window, Qt.Key.Key_Down, CTRL)
    assert current(window) == ("fire4", "s1x1")
    press(window, Qt.Key.Key_Down, CTRL)
    assert current(window) == ("fire5", "s1x1")
    press(window, Qt.Key.Key_Down, CTRL | SHIFT)
    assert selected(window)[0] == ["fire5", "fire6", "fire7", "fire8"]
    press(window, Qt.Key.Key_Right, CTRL | SHIFT)
    assert selected(window) == (["fire5", "fire6", "fire7", "fire8"], ["s1x1", "e1x1", "e3x3", "params"])


@pytest.mark.parametrize(
    ("key", "held", "at"),
    [
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, ("fire5", "layer")),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, ("fire5", "live")),
        (Qt.Key.Key_Home, CTRL, ("input", "layer")),
        (Qt.Key.Key_End, CTRL, ("total", "live")),
        (Qt.Key.Key_PageUp, CTRL, ("input", "layer")),
    ],
)
def test_home_and_end_go_to_the_ends(
    open_on: OpenWindow, key: Qt.Key, held: Qt.KeyboardModifier, at: tuple[str, str]
) -> None:
    window = open_on("table1")
    click_cell(window, "fire5", "depth")
    press(window, key, held)
    assert current(window) == at


def test_pages_lead_to_the_ends_and_back(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire5", "depth")
    for _ in range(20):
        press(window, Qt.Key.Key_PageDown)
    assert current(window) == ("total", "depth")
    for _ in range(20):
        press(window, Qt.Key.Key_PageUp)
    assert current(window) == ("input", "depth")


def test_whole_rows_whole_columns_and_everything(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire5", "e1x1")
    press(window, Qt.Key.Key_Down, SHIFT)
    press(window, Qt.Key.Key_Space, SHIFT)
    rows, columns = selected(window)
    assert rows == ["fire5", "fire6"]
    assert (columns[0], columns[-1]) == ("layer", "live")
    click_cell(window, "fire5", "e1x1")
    press(window, Qt.Key.Key_Space, CTRL)
    rows, columns = selected(window)
    assert columns == ["e1x1"]
    assert (rows[0], rows[-1]) == ("input", "total")
    press(window, Qt.Key.Key_A, CTRL)
    rows, columns = selected(window)
    assert (rows[0], rows[-1], columns[0], columns[-1]) == ("input", "total", "layer", "live")
    assert current(window) == ("fire5", "e1x1")
    assert window.document.stack.count() == 0


def test_an_edit_within_a_selection_moves_on_within_it_and_round(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "s1x1")
    press(window, Qt.Key.Key_Down, SHIFT)
    press(window, Qt.Key.Key_Right, SHIFT)
    for typed, then in (("11", ("fire4", "s1x1")), ("12", ("fire3", "e1x1")), ("13", ("fire4", "e1x1"))):
        type_into(window, typed)
        press(window, Qt.Key.Key_Return)
        assert current(window) == then
    type_into(window, "14")
    press(window, Qt.Key.Key_Tab)
    assert current(window) == ("fire3", "s1x1")
    assert selected(window) == (["fire3", "fire4"], ["s1x1", "e1x1"])
    shown = [cell_text(window, row, column) for row in ("fire3", "fire4") for column in ("s1x1", "e1x1")]
    assert shown == ["11", "13", "12", "14"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_asks_for_the_cells_to_be_cleared(open_on: OpenWindow, qtbot: QtBot, key: Qt.Key) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "depth")
    with qtbot.waitSignal(window.parts.table.clear_requested, timeout=1000):
        press(window, key)
    assert not isinstance(QApplication.focusWidget(), CellEditor)


def test_typing_on_a_computed_cell_says_why_nothing_is_typed(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "params")
    with qtbot.waitSignal(window.parts.table.refused, timeout=1000) as said:
        type_into(window, "5")
    assert "computed" in said.args[0]
    assert current(window) == ("fire3", "params")


WRONG = ["-1", "−1", "2.5", "0", "16x", "1" + "0" * 30, "10^30", "1e3", "１６"]


@pytest.mark.parametrize("typed", WRONG)
def test_a_wrong_text_is_kept_when_another_cell_is_clicked(open_on: OpenWindow, typed: str) -> None:
    window = open_on("table1")
    before = window.document.table
    click_cell(window, "fire3", "s1x1")
    press(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    editor.clear()
    for character in typed:  # Qt's own test keys know no others than Latin letters
        QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))
    click_cell(window, "fire6", "e1x1")
    QApplication.processEvents()
    assert QApplication.focusWidget() is editor
    assert editor.text() == typed
    assert current(window) == ("fire3", "s1x1")
    assert window.document.table is before
    reason = child(window, QLabel, "cell_reason")
    assert reason.isVisible()
    assert reason.geometry().top() >= editor.geometry().bottom()
    editor.selectAll()
    type_into(window, "24")
    assert not reason.isVisible()
    press(window, Qt.Key.Key_Return)
    assert cell_text(window, "fire3", "s1x1") == "24"


def test_a_wrong_text_waits_while_the_keyboard_is_elsewhere(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "s1x1")
    type_into(window, "16x")
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    window.parts.graph.setFocus()
    assert editor.isVisible()
    table(window).setFocus()
    assert QApplication.focusWidget() is editor
    press(window, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is table(window)
    assert cell_text(window, "fire3", "s1x1") == "16"


def test_a_wrong_text_that_cannot_be_kept_is_not_lost_in_silence(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "s1x1")
    type_into(window, "16x")
    with qtbot.waitSignal(window.parts.table.refused, timeout=1000) as said:
        window.session.selection.choose(7)
    assert "16x" in said.args[0]


def test_a_right_text_is_taken_when_another_cell_is_clicked(open_on: OpenWindow) -> None:
    window = open_on("table1")
    click_cell(window, "fire3", "s1x1")
    type_into(window, "24")
    click_cell(window, "fire6", "e1x1")
    assert cell_text(window, "fire3", "s1x1") == "24"
    assert current(window) == ("fire6", "e1x1")


def test_a_double_click_edits_and_on_a_computed_cell_says_why_not(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    view = table(window).viewport()
    QApplication.processEvents()
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=centre(window, "fire3", "e1x1"))
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    assert editor.selectedText() == "64"
    press(window, Qt.Key.Key_Escape)
    with qtbot.waitSignal(window.parts.table.refused, timeout=1000):
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=centre(window, "fire3", "params"))


def open_bypass(window: MainWindow, row: str) -> QWidget:
    """Show the bypass column and open the editor of a row's cell."""
    action = next(action for action in window.parts.table.columns.actions() if action.text() == str(Column.BYPASS))
    if not action.isChecked():
        action.trigger()
    click_cell(window, row, "bypass")
    press(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    assert isinstance(editor, CellEditor)
    return editor


def bypass_of(window: MainWindow, name: str) -> Bypass:
    fire = window.document.table.layers[window.document.table.index_of(name)]
    assert isinstance(fire, Fire)
    return fire.bypass


@pytest.mark.parametrize(
    ("typed", "meant"), [("s", Bypass.SIMPLE), ("c", Bypass.COMPLEX), ("com", Bypass.COMPLEX), ("n", Bypass.NONE)]
)
def test_a_letter_chooses_a_bypass(open_on: OpenWindow, typed: str, meant: Bypass) -> None:
    window = open_on("table1")
    open_bypass(window, "fire3")
    press(window, Qt.Key.Key_Escape)
    type_into(window, typed)
    press(window, Qt.Key.Key_Return)
    assert bypass_of(window, "fire3") is meant
    assert current(window) == ("fire4", "bypass")
    if meant is not Bypass.NONE:
        assert window.document.stack.undoText() == f"Set fire3 bypass to {meant}"


def test_arrows_and_a_click_choose_a_bypass(open_on: OpenWindow) -> None:
    window = open_on("table1")
    open_bypass(window, "fire3")
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Return)
    assert bypass_of(window, "fire3") is Bypass.SIMPLE
    open_bypass(window, "fire5")
    button = next(each for each in window.findChildren(QPushButton, "choose_complex") if each.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert bypass_of(window, "fire5") is Bypass.COMPLEX
    assert window.document.stack.count() == 2


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


def test_every_cell_that_becomes_current_is_told_by_row_and_column(open_on: OpenWindow) -> None:
    window = open_on("table1")
    told: list[tuple[object, object]] = []
    window.parts.table.cell_selected.connect(lambda row, column: told.append((row, column)))
    click_cell(window, "conv1", "params")
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Left)
    click_cell(window, "total", "live")
    assert told[:2] == [(0, Column.PARAMETERS), (INPUT_ROW, Column.PARAMETERS)]
    assert told[2][0] == INPUT_ROW and told[2][1] != Column.PARAMETERS
    assert told[-1] == (None, Column.LIVE)
