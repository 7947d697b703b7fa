"""Rows of the table: grips select and drag them, and what is selected follows its layers."""

import pytest
from hands import (
    LEFT,
    PLAIN,
    SHIFT,
    OpenWindow,
    cell_text,
    click_cell,
    drag_grip,
    grip,
    keys,
    names,
    refused,
    set_field,
    table,
    type_into,
)
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import network
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from strategies import running_tables

from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.difference import difference
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.document import Document
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.model import RowChange, TableModel, row_change
from squeezeviz.gui.table.row_header import RowHeader
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable


def drags(window: MainWindow, row: int, to: int) -> list[object] | None:
    """What the table asks for when a row is dragged by its grip: the layers and the place; None for nothing."""
    asked: list[list[object]] = []
    link = window.parts.table.rows_dragged.connect(lambda *dragged: asked.append(list(dragged)))
    drag_grip(window, row, to)
    QObject.disconnect(link)
    return asked[0] if asked else None


def current(window: MainWindow) -> tuple[str, int]:
    index = table(window).currentIndex()
    return str(index.siblingAtColumn(0).data()), index.column()


def test_a_click_on_a_grip_selects_the_row_and_shift_more(window: MainWindow) -> None:
    ground, view = table(window).verticalHeader().viewport(), window.parts.table
    for row, modifier, selected in ((4, PLAIN, [3]), (6, SHIFT, [3, 4, 5]), (5, PLAIN, [4])):
        QTest.mouseClick(ground, LEFT, modifier, grip(window, row))
        assert view.selected_layers() == selected
    assert len(view.selectionModel().selectedIndexes()) == view.model().columnCount()


def test_dragged_grips_take_all_selected_layers_and_neither_input_nor_totals(window: MainWindow) -> None:
    last, ground = len(names(window)) + 1, table(window).verticalHeader().viewport()
    window.parts.table.rows_dragged.disconnect()
    assert drags(window, 4, 9) == [[3], 8]
    assert drags(window, 4, 5) is None, "there it is already"
    assert drags(window, 4, 4) is None
    QTest.mouseClick(ground, LEFT, PLAIN, grip(window, 4))
    QTest.mouseClick(ground, LEFT, SHIFT, grip(window, 6))
    assert drags(window, 5, 0) == [[3, 4, 5], 0]
    assert drags(window, 0, 5) is None
    assert drags(window, last, 5) is None


def test_escape_gives_a_drag_up(window: MainWindow, qtbot: QtBot) -> None:
    header = window.parts.table.verticalHeader()
    assert isinstance(header, RowHeader)
    QApplication.processEvents()
    with qtbot.assertNotEmitted(window.parts.table.rows_dragged):
        drag_grip(window, 4, 9, release=False)
        assert header.insertion == 9
        keys(window, "Esc")
        assert header.insertion is None
        QTest.mouseRelease(header.viewport(), LEFT, pos=grip(window, 9))
    assert names(window)[3] == "fire3"


def test_a_drag_beyond_the_edge_scrolls(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(size=(1024, 500))
    bar, ground = table(window).verticalScrollBar(), table(window).verticalHeader().viewport()
    assert bar.maximum() > 0
    beyond = QPoint(10, ground.height() + 30)
    QTest.mousePress(ground, LEFT, pos=grip(window, 1))
    QTest.mouseMove(ground, QPoint(10, ground.height() - 20))
    QTest.mouseMove(ground, beyond)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    with qtbot.waitSignal(window.parts.table.rows_dragged) as told:
        QTest.mouseRelease(ground, LEFT, pos=beyond)
    assert told.args == [[0], 15]


def test_what_is_selected_current_and_typed_into_follows_its_layer(window: MainWindow) -> None:
    first, document = window.document.table, window.document
    window.parts.table.select_layers([3, 4], 3)
    moved = (*first.layers[:3], *first.layers[5:9], *first.layers[3:5], *first.layers[9:])
    document.edit("Move", LayerTable(first.name, first.input, moved))
    assert [names(window)[row] for row in window.parts.table.selected_layers()] == ["fire3", "fire4"]
    assert current(window)[0] == "fire3"
    click_cell(window, "fire6", "e1x1")
    document.edit("Insert", document.table.inserted(2, Fire("fire10", 16, 64, 64)))
    assert current(window) == ("fire6", 5)
    type_into(window, "7")
    document.edit("Insert", document.table.inserted(2, Fire("fire11", 16, 64, 64)))
    keys(window, "Return")
    assert cell_text(window, "fire6", "e1x1") == "7"


ROW_STEPS = {
    "insert": ("Ctrl+Alt+F", [4]),
    "insert before": ("Ctrl+Alt+Shift+F", [2]),
    "duplicate": ("Ctrl+Shift+D", [4, 5]),
    "delete": ("Ctrl+Backspace", [2]),
    "move up": ("Alt+Up", [1, 2]),
    "move down": ("Alt+Down", [3, 4]),
    "cut": ("Ctrl+X", [2]),
}


@pytest.mark.parametrize("step", ROW_STEPS)
def test_a_step_with_rows_that_is_undone_selects_them_again_and_once_more_what_they_became(
    window: MainWindow, step: str
) -> None:
    key, became = ROW_STEPS[step]
    selected = window.parts.table.selected_layers
    window.parts.table.select_layers([2, 3], 2)
    keys(window, key)
    assert selected() == became
    click_cell(window, "conv10", "layer")
    keys(window, "Ctrl+Z")
    assert (selected(), window.session.selection.layer_row()) == ([2, 3], 2)
    click_cell(window, "conv10", "layer")
    keys(window, "Ctrl+Y")
    assert (selected(), window.session.selection.layer_row()) == (became, became[0])


def test_layers_that_were_pasted_and_dragged_are_selected_again_too(window: MainWindow) -> None:
    selected = window.parts.table.selected_layers
    window.parts.table.select_layers([2, 3], 2)
    keys(window, "Ctrl+C")
    window.parts.table.select_layers([5, 6], 5)
    keys(window, "Ctrl+V")
    pasted = selected()
    assert pasted == [7, 8]
    drag_grip(window, 1, 9)
    moved = selected()
    for key, expected in (("Ctrl+Z", [0]), ("Ctrl+Z", [5, 6]), ("Ctrl+Y", pasted), ("Ctrl+Y", moved)):
        keys(window, key)
        assert selected() == expected


def test_what_cannot_be_done_with_the_selection_is_said(window: MainWindow) -> None:
    click_cell(window, "input", "layer")
    for key, verb in (
        ("Ctrl+Shift+D", "duplicate"), ("Ctrl+Backspace", "delete"), ("Alt+Up", "move"), ("Alt+Down", "move"),
        ("Shift+F2", "rename"),
    ):  # fmt: skip
        with refused(window, f"No layer to {verb} is selected."):
            keys(window, key)
    with refused(window, "Only a Fire module opens"):
        keys(window, "Ctrl+Return")
    with refused(window, "No notice waits for an answer."):
        keys(window, "Ctrl+8")
    keys(window, "F3")
    assert window.parts.find().isVisible(), "nothing was looked for yet"
    keys(window, "Esc")
    click_cell(window, "conv1", "layer")
    with refused(window, "conv1 cannot move further up."):
        keys(window, "Alt+Up")
    window.parts.table.select_layers([13, 14], 13)
    with refused(window, "2 layers cannot move further down."):
        keys(window, "Alt+Down")


def test_with_all_cells_selected_all_layers_are_duplicated_wherever_the_current_cell_is(window: MainWindow) -> None:
    click_cell(window, "input", "layer")
    keys(window, "Ctrl+A", "Ctrl+Shift+D")
    assert len(names(window)) == 30


letters = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(before=letters, after=letters)
def test_the_step_told_leads_to_as_many_rows_and_keeps_those_around_it(before: list[str], after: list[str]) -> None:
    rows = list(before)
    match row_change(before, after):
        case RowChange("inserted", first, last):
            rows[first:first] = [""] * (last - first + 1)
        case RowChange("removed", first, last):
            del rows[first : last + 1]
        case RowChange("moved", first, last, to):
            assert [*rows[:first], *rows[last + 1 : to], *rows[first : last + 1], *rows[to:]] == after
            return
    assert len(rows) == len(after)


@given(before=letters, place=st.integers(0, 8), name=st.just("new"))
def test_one_row_that_came_or_went_is_told_at_its_own_place(before: list[str], place: int, name: str) -> None:
    at = min(place, len(before))
    after = [*before[:at], name, *before[at:]]
    assert row_change(before, after) == RowChange("inserted", at, at)
    assert row_change(after, before) == RowChange("removed", at, at)


def lines(model: TableModel, row: int) -> dict[str, str]:
    """What stands under the values of a row, by the heading of its column."""
    cells = {
        str(model.headerData(column, Qt.Orientation.Horizontal)): model.cell(model.index(row, column)).note
        for column in range(model.columnCount())
    }
    return {heading: note for heading, note in cells.items() if note}


def test_a_baseline_shows_its_difference_under_every_value_that_differs(window: MainWindow) -> None:
    model, document = window.parts.model, window.document
    baseline, height = document.network, table(window).rowHeight(0)
    set_field(window, "fire3", "s1x1", 24)
    model.set_difference(difference(baseline, document.network))
    assert lines(model, 4)["s1x1"] == "+8"
    assert lines(model, 4)["params"] == "+6,152"
    assert lines(model, 3) == {}
    assert lines(model, model.rowCount() - 1)["params"] == "+6,152 (+0.5 %)"
    spoken = str(model.index(4, 4).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "fire3 s1x1 24 +8 against the baseline"
    assert table(window).rowHeight(0) > height
    model.set_difference(None)
    assert lines(model, 4) == {}
    assert table(window).rowHeight(0) == height


def test_rows_added_moved_and_renamed_say_so_at_the_name(window: MainWindow) -> None:
    model, document = window.parts.model, window.document
    baseline = document.network
    changed = baseline.table.moved(baseline.table.index_of("maxpool4"), 4)
    changed = changed.with_field(changed.index_of("fire9"), "name", "wide9")
    changed = changed.inserted(9, Fire("new", 16, 64, 64)).inserted(9, Fire("newer", 16, 64, 64))
    document.edit("Change", changed)
    model.set_difference(difference(baseline, document.network))
    notes = {str(model.index(row, 0).data()): lines(model, row).get("layer", "") for row in range(model.rowCount())}
    assert "added" in notes.values()
    assert "moved" in notes.values()
    assert "was fire9" in " ".join(notes.values())


def test_the_columns_make_room_for_the_difference(window: MainWindow, qtbot: QtBot) -> None:
    model, document, view = window.parts.model, window.document, window.parts.table
    baseline, before = document.network, view.columnWidth(2)
    document.edit("Set", document.table.with_field(0, "filters", 97))
    model.set_difference(difference(baseline, document.network))
    assert lines(model, 1)["filter/stride"] == "was 7×7/2 ×96"
    assert all(view.columnWidth(section) >= view.sizeHintForColumn(section) for section in range(4))
    assert view.columnWidth(2) >= before


def test_a_difference_of_another_table_is_not_shown(window: MainWindow) -> None:
    model, document = window.parts.model, window.document
    baseline = document.network
    set_field(window, "fire3", "s1x1", 24)
    found = difference(baseline, document.network)
    document.edit("Delete", document.table.removed(0, 1))
    model.set_difference(found)
    assert all(lines(model, row) == {} for row in range(model.rowCount()))


@given(first=running_tables(), second=running_tables())
def test_any_two_networks_can_be_told_apart(qapp: QApplication, first: LayerTable, second: LayerTable) -> None:
    document = Document(first)
    model = TableModel(document)
    document.table_changed.connect(model.show_network)
    document.edit("Other", second)
    model.set_difference(difference(resolve(first), document.network))
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            cell = model.cell(model.index(row, column))
            spoken = str(model.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))
            assert not cell.note or cell.note in spoken


# Colours of costs


def test_the_tables_names_are_underlined_by_cost_and_only_those_that_look_different_are_announced(
    window: MainWindow,
) -> None:
    model = window.parts.model
    found = costs(network(), None, Measure.PARAMETERS)
    most = max(cost.value or 0 for cost in found)
    shares = {row: (cost.value or 0) / most for row, cost in enumerate(found)}
    model.set_heat(shares)
    lengths = {model.cell(model.index(row, 0)).text: model.cell(model.index(row, 0)).bar for row in range(17)}
    assert lengths["conv10"] == 1
    assert lengths["fire2"] == pytest.approx(11_920 / 513_000)
    assert lengths["maxpool1"] == lengths["input"] == lengths["total"] == 0
    assert model.cell(model.index(14, 1)).bar == 0
    announced: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: announced.append((first.row(), first.column())))
    for _ in range(2):
        model.set_heat(shares | {2: 0.25})
    assert announced == [(3, 0)]
    model.set_heat(None)
    assert not any(model.cell(model.index(row, 0)).bar for row in range(17))
