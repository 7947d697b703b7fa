"""A person chooses the columns of the table and their widths, and finds them again the next day."""

import json

import pytest
from hands import (
    LEFT,
    OpenWindow,
    cell_text,
    choose_soon,
    click_cell,
    enter,
    fire,
    fresh,
    keys,
    names,
    set_field,
    table,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_passes import as_predicted
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, KEPT_COLUMNS, Column
from squeezeviz.files import registry
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.style import LIGHT_STYLE

USUAL = ["layer", "output", "filter/stride", "depth", "s1x1", "e1x1", "e3x3", "params", "live"]


def headings(view: TableView) -> list[str]:
    """The headings of the columns that are shown, from the left."""
    return list(map(str, view.displayed_columns()))


def action(window: MainWindow, text: str) -> QAction:
    return next(each for each in window.parts.table.columns.actions() if each.text() == text)


def drag_border(window: MainWindow, section: int, by: int) -> None:
    """Drag the right border of a heading."""
    header = table(window).horizontalHeader()
    at = QPoint(header.sectionViewportPosition(section) + header.sectionSize(section) - 1, header.height() // 2)
    QTest.mouseMove(header.viewport(), at)
    QTest.mousePress(header.viewport(), LEFT, pos=at)
    QTest.mouseMove(header.viewport(), at + QPoint(by // 2, 0))
    QTest.mouseMove(header.viewport(), at + QPoint(by, 0))
    QTest.mouseRelease(header.viewport(), LEFT, pos=at + QPoint(by, 0))


def test_a_total_time_stands_while_anything_that_it_is_of_does(window: MainWindow) -> None:
    network = window.document.network
    window.session.live.answer_changed.emit(LiveAnswer.of(network, as_predicted(network)))
    assert "ms" in cell_text(window, "total", "live")
    click_cell(window, "conv1", "layer")
    keys(window, "Ctrl+A", "Ctrl+Backspace")
    assert names(window) == [] and cell_text(window, "total", "live") == ""
    keys(window, "Ctrl+Z")
    assert "ms" in cell_text(window, "total", "live")


def test_every_column_but_the_name_can_be_shown_and_hidden(window: MainWindow) -> None:
    view = window.parts.table
    assert headings(view) == USUAL
    choices = [each.text() for each in view.columns.actions() if each.isCheckable()]
    assert choices == list(map(str, COLUMNS[1:]))
    for text in choices:
        shown = text in headings(view)
        action(window, text).trigger()
        assert (text in headings(view)) is not shown
        assert action(window, text).isChecked() is not shown
    assert headings(view) == ["layer", *(text for text in choices if text not in USUAL)]
    action(window, "Show the Usual Columns").trigger()
    assert headings(view) == USUAL


def test_the_headings_have_a_menu_with_the_same_choices(window: MainWindow, qtbot: QtBot) -> None:
    offered = choose_soon()
    table(window).horizontalHeader().customContextMenuRequested.emit(QPoint(20, 5))
    assert offered == [each.text() for each in window.parts.table.columns.actions() if each.text()]


def test_the_further_columns_show_what_each_layer_costs_and_sees(window: MainWindow) -> None:
    network = window.document.network
    assert cell_text(window, "fire2", "multiply-adds") == f"{network.layers[2].macs.value:,}"
    assert cell_text(window, "fire2", "receptive field") == "19 px /4"
    assert cell_text(window, "total", "multiply-adds") == "832,667,936"
    assert cell_text(window, "total", "activations") == f"{network.activations.value:,}"


def test_keys_and_blocks_pass_over_hidden_columns(window: MainWindow) -> None:
    view = window.parts.table
    click_cell(window, "fire3", "s1x1")
    for hidden in ("depth", "s1x1"):
        action(window, hidden).trigger()
    current = view.currentIndex()
    assert (current.column(), current.data()) == (0, "fire3"), "the current cell is never a hidden one"
    click_cell(window, "fire3", "filter/stride")
    keys(window, "Shift+Right")
    assert view.selected_block() == Block(range(3, 4), (Column.WINDOW, Column.E1X1))
    window.parts.commands["copy"].trigger()
    assert QApplication.clipboard().text() == "\t64\n"
    assert view.displayed_columns(Column.E1X1) == (Column.E1X1, Column.E3X3, Column.PARAMETERS, Column.LIVE)


def test_a_block_of_any_rows_is_selected_as_it_was(window: MainWindow) -> None:
    layers = len(names(window))
    for block in (
        Block(range(-1, 3), (Column.NAME, Column.OUTPUT)),
        Block(range(4, 5), (Column.S1X1,)),
        Block(range(layers - 1, layers + 1), (Column.PARAMETERS, Column.LIVE)),
    ):
        window.parts.table.select_block(block.rows, block.columns)
        assert window.parts.table.selected_block() == block


def test_columns_and_widths_that_a_person_chose_stay_and_are_found_again(open_on: OpenWindow) -> None:
    window = open_on()
    view = window.parts.table
    fitted = view.columnWidth(1)
    for text in ("bypass", "depth"):
        action(window, text).trigger()
    drag_border(window, 1, 60)
    wide, stored = view.columnWidth(1), json.dumps(view.columns.state())
    assert wide > fitted + 40
    set_field(window, "fire3", "s1x1", 2400)
    view.columns.fit()
    assert view.columnWidth(1) == wide
    second = open_on().parts.table
    second.columns.restore(json.loads(stored))
    assert headings(second) == headings(view)
    assert second.columnWidth(1) == wide
    assert json.dumps(second.columns.state()) == stored
    action(window, "Fit Columns").trigger()
    assert view.columnWidth(1) == fitted


@pytest.fixture(scope="module")
def lone(qapp: QApplication) -> TableView:
    return TableView(TableModel(Document(registry.open_network("table1").table)), LIGHT_STYLE)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*USUAL, "bypass", "", "x"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*USUAL, "bypass", "y"]), inner),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(state=plain | st.fixed_dictionaries({}, optional={"shown": plain, "widths": plain}))
def test_nonsense_in_the_stored_state_is_left_out(lone: TableView, state: object) -> None:
    lone.columns.restore(state)
    assert headings(lone)[0] == "layer"
    assert all(lone.columnWidth(section) > 0 for section in range(13) if not lone.isColumnHidden(section))
    json.dumps(lone.columns.state())


# Shares kept and bits: typed and pasted like any number, and nothing is measured anew


STORED = (*KEPT_COLUMNS, Column.BITS, Column.PRUNED, Column.SIZE)


def show_columns(window: MainWindow) -> None:
    """Choose the columns as a person does in the header's menu."""
    wanted = {str(column) for column in STORED}
    for action in window.parts.table.columns.actions():
        if action.text() in wanted and not action.isChecked():
            action.trigger()


def test_the_columns_are_hidden_until_they_are_chosen_and_say_that_sparsity_is_what_is_kept(window: MainWindow) -> None:
    assert all(table(window).isColumnHidden(COLUMNS.index(column)) for column in STORED)
    show_columns(window)
    assert not any(table(window).isColumnHidden(COLUMNS.index(column)) for column in STORED)
    assert all("keeps" in column.spec.about and "sparsity" in column.spec.about for column in KEPT_COLUMNS)
    assert cell_text(window, "fire2", "e3x3 kept") == "33%"
    assert cell_text(window, "total", "after pruning") == "425,522"
    assert cell_text(window, "total", "stored size") == "519 KiB"


def test_shares_and_bits_are_typed_and_pasted_and_the_totals_follow(open_on: OpenWindow) -> None:
    window = open_on(size=(1800, 900))
    show_columns(window)
    for typed in ("30%", "0.3"):
        enter(window, "fire8", "e3x3 kept", typed)
        assert fire(window, "fire8").e3x3_kept == 0.3
        assert cell_text(window, "fire8", "after pruning") == "77,581"
        assert cell_text(window, "total", "after pruning") == "421,098"
        keys(window, "Ctrl+Z")
        assert cell_text(window, "total", "after pruning") == "425,522"
    enter(window, "fire8", "e3x3 kept", "120%")
    assert not window.document.modified and fire(window, "fire8").e3x3_kept == 0.33
    keys(window, "Esc")
    click_cell(window, "fire2", "s1x1 kept")
    QApplication.clipboard().setText("50%\t50%\t20%\t8bit\n7%\t0.5\t1\t4\n")
    keys(window, "Ctrl+V")
    pasted = [fire(window, name) for name in ("fire2", "fire3")]
    assert [(each.s1x1_kept, each.e1x1_kept, each.e3x3_kept, each.bits) for each in pasted] == [
        (0.5, 0.5, 0.2, 8),
        (0.07, 0.5, 1.0, 4),
    ]


def test_an_edit_of_shares_and_bits_keeps_every_number_measured(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window))
    measured = window.session.live.answer.measured  # type: ignore[union-attr]
    set_field(window, "fire3", "e3x3_kept", 0.5)
    set_field(window, "fire3", "bits", 8)
    assert not window.session.live.running
    assert window.session.live.answer is not None and window.session.live.answer.fresh
    assert window.session.live.answer.measured is measured
    assert cell_text(window, "fire3", "live").startswith("✓")
    assert cell_text(window, "total", "live").startswith("✓")
    set_field(window, "fire3", "s1x1", 24)
    assert window.session.live.running
    qtbot.waitUntil(lambda: fresh(window))
    assert window.session.live.answer.measured is not measured
