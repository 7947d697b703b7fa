"""The first column stays in sight while the others scroll: painted, clicked, edited and resized where it is seen."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hands import OpenWindow, cell_text, keys, names, press, type_into
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.delegate import CellDelegate
from squeezeviz.gui.table.view import TableView

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def wide(open_on: OpenWindow) -> MainWindow:
    """A window whose table shows every column, and has room for some."""
    window = open_on("table1", size=(1024, 760))
    for action in window.parts.table.columns.actions():
        if action.isCheckable() and not action.isChecked():
            action.trigger()
    window.parts.layout.splitter.setSizes([430, 500, 0])
    QApplication.processEvents()
    return window


def scrolled(window: MainWindow, by: int = 300) -> TableView:
    table = window.parts.table
    table.horizontalScrollBar().setValue(by)
    QApplication.processEvents()
    assert table.horizontalScrollBar().value() == by and table.frozen == table.columnWidth(0)
    return table


def name_cell(table: TableView, row: int) -> QPoint:
    """The middle of a row's name, as it is seen."""
    return QPoint(table.frozen // 2, table.rowViewportPosition(row) + 10)


def picture(widget: QWidget, room: QRect) -> QImage:
    return widget.grab(room).toImage()


def test_names_and_their_heading_are_seen_however_far_it_is_scrolled(wide: MainWindow) -> None:
    table = wide.parts.table
    assert table.frozen == 0
    width = table.columnWidth(0) - 1  # its edge is a line then
    areas = (table.viewport(), table.horizontalHeader().viewport())
    rooms = [QRect(0, 0, width, area.height()) for area in areas]
    before = [picture(area, room) for area, room in zip(areas, rooms, strict=True)]
    for by in (1, 40, 300, table.horizontalScrollBar().maximum()):
        scrolled(wide, by)
        assert [picture(area, room) for area, room in zip(areas, rooms, strict=True)] == before


def test_what_stands_on_the_screen_is_what_painting_all_of_it_would_show(wide: MainWindow, qtbot: QtBot) -> None:
    table = scrolled(wide, 120)
    table.setFocus()
    acts: tuple[Callable[[], object], ...] = (
        lambda: table.horizontalScrollBar().setValue(200),
        lambda: table.horizontalScrollBar().setValue(90),
        lambda: QTest.mouseClick(table.viewport(), LEFT, pos=name_cell(table, 3)),
        lambda: press(wide, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier),
        lambda: press(wide, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier),
        lambda: wide.document.edit("Rename", wide.document.table.with_field(2, "name", "renamed")),
        lambda: keys(wide, "Ctrl+Z"),
        lambda: table.select_cell(4, Column.MACS),
        lambda: table.horizontalScrollBar().setValue(0),
    )
    for number, act in enumerate(acts):
        act()
        qtbot.wait(300)
        all_anew = wide.grab().toImage()
        on_screen = wide.screen().grabWindow(wide.winId()).toImage().convertToFormat(all_anew.format())
        assert on_screen == all_anew, number


def test_each_cell_is_painted_once_and_the_first_column_last(
    wide: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, seen, order = scrolled(wide), Counter[tuple[int, int]](), list[int]()
    paint = CellDelegate.paint_cell

    def painted(self: CellDelegate, painter: Any, room: Any, cell: Any, row: int, section: int) -> None:
        seen[row, section] += 1
        order.append(section)
        paint(self, painter, room, cell, row, section)

    monkeypatch.setattr(CellDelegate, "paint_cell", painted)
    table.viewport().repaint()
    assert set(seen.values()) == {1} and 0 in order
    assert 0 not in order[: order.index(0)] and set(order[order.index(0) :]) == {0}


def test_a_name_is_clicked_typed_and_dragged_over_where_it_is_seen(wide: MainWindow) -> None:
    table = scrolled(wide)
    row = table._table.row_of(2)
    QTest.mouseClick(table.viewport(), LEFT, pos=name_cell(table, row))
    assert (table.currentIndex().row(), table.currentIndex().column()) == (row, 0)
    assert table.horizontalScrollBar().value() == 300, "a name is in sight already"
    type_into(wide, "first")
    editor = table.findChild(QLineEdit)
    assert editor is not None and editor.geometry().left() == 0
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert names(wide)[2] == "first" and cell_text(wide, "first", "depth") == "2"
    QTest.mousePress(table.viewport(), LEFT, pos=name_cell(table, row))
    QTest.mouseMove(table.viewport(), name_cell(table, row + 2))
    QTest.mouseRelease(table.viewport(), LEFT, pos=name_cell(table, row + 2))
    block = table.selected_block()
    assert block is not None and block.columns == (Column.NAME,) and len(block.rows) == 3


def test_an_editor_that_is_scrolled_beneath_the_names_does_not_cover_them(wide: MainWindow) -> None:
    table = scrolled(wide, 1)
    table.select_cell(2, Column.S1X1)
    table.edit(table.currentIndex())
    editor = table.findChild(QLineEdit)
    assert editor is not None and editor.mask().isEmpty()
    left = editor.x()
    table.horizontalScrollBar().setValue(1 + left - table.frozen + 10)
    assert editor.x() == table.frozen - 10 and editor.mask().boundingRect().left() == 10
    table.horizontalScrollBar().setValue(1 + left + 400)
    assert editor.x() + editor.mask().boundingRect().left() >= table.frozen
    table.horizontalScrollBar().setValue(0)
    assert editor.mask().isEmpty()
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    table.select_cell(2, Column.NAME)
    table.edit(table.currentIndex())
    named = table._delegate.editor
    for by in (200, 50, 0):
        table.horizontalScrollBar().setValue(by)
        assert named is not None and named.x() == 0 and named.isVisible()


def test_the_keyboard_never_goes_to_a_cell_beneath_the_names(wide: MainWindow) -> None:
    table = wide.parts.table
    table.select_cell(2, Column.NAME)
    table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        for _ in COLUMNS:
            press(wide, key)
            QApplication.processEvents()
            seen = table.visualRect(table.currentIndex())
            covered = table.frozen if table.currentIndex().column() else 0
            assert covered <= seen.left() <= table.viewport().width() - min(seen.width(), 30)
    assert table.currentIndex().column() == 0 and table.visualRect(table.currentIndex()).left() >= 0


def test_its_heading_selects_and_resizes_it(wide: MainWindow) -> None:
    table = scrolled(wide)
    ground, width = table.horizontalHeader().viewport(), table.columnWidth(0)
    QTest.mouseClick(ground, LEFT, pos=QPoint(width // 2, 10))
    block = table.selected_block()
    assert block is not None and block.columns == (Column.NAME,)
    kinds, none = QEvent.Type, Qt.MouseButton.NoButton
    for kind, x, button, held in (
        (kinds.MouseMove, width - 2, none, none),
        (kinds.MouseButtonPress, width - 2, LEFT, LEFT),
        (kinds.MouseMove, width + 28, none, LEFT),
        (kinds.MouseButtonRelease, width + 28, LEFT, none),
    ):
        at = QPointF(x, 10)
        where = QPointF(ground.mapToGlobal(QPoint(x, 10)))
        QApplication.sendEvent(ground, QMouseEvent(kind, at, where, button, held, Qt.KeyboardModifier.NoModifier))
    assert table.columnWidth(0) == width + 30
    QTest.mouseClick(ground, LEFT, pos=QPoint(table.columnWidth(0) + 60, 10))
    block = table.selected_block()
    assert block is not None and Column.NAME not in block.columns


def test_names_that_would_leave_the_others_no_room_scroll_with_them(wide: MainWindow) -> None:
    table = wide.parts.table
    table.setColumnWidth(0, table.viewport().width() - 20)
    table.horizontalScrollBar().setValue(200)
    assert table.frozen == 0
    assert table.visualRect(table.model().index(1, 0)).left() == -200
