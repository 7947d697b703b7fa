"""Costs in a window of their own: a table that is sorted by mouse and keys, a chart, a figure, and numbers to paste."""

from dataclasses import replace
from pathlib import Path

import pytest
from hands import CTRL, LEFT, SHIFT, caught, child, click_box
from live_passes import as_predicted
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.conventions import USUAL, Conventions
from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.live import Quartiles
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.cost_table import CostTable
from squeezeviz.gui.panels.cost_window import CostWindow
from squeezeviz.gui.widgets.style import LIGHT_STYLE


@pytest.fixture
def costs_of(window: MainWindow, qtbot: QtBot) -> CostWindow:
    """The costs of Table 1, opened with the shortcut."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_7, CTRL | SHIFT)
    opened = window.parts.costs().window()
    qtbot.waitUntil(lambda: opened.isVisible() and bool(column(opened.table, 0)))
    return opened


def column(table: CostTable, place: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, place).data()).strip() for row in range(model.rowCount())]


def headings(table: CostTable) -> list[str]:
    model = table.model()
    return [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]


def click_heading(table: CostTable, place: int) -> None:
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(place) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=at)


def test_the_table_has_each_layer_with_its_number_and_its_share(costs_of: CostWindow) -> None:
    table = costs_of.table
    assert headings(table) == ["layer ▴", "multiply-adds", "share"]
    assert column(table, 0)[:3] == ["conv1", "maxpool1", "fire2"]
    assert (column(table, 1)[0], column(table, 2)[0]) == ("174 M", "20.9 %")
    spoken = table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "conv1, 174 M, 20.9 %"


def test_a_click_on_a_heading_sorts_by_it_and_a_second_one_turns_the_order_round(costs_of: CostWindow) -> None:
    table = costs_of.table
    click_heading(table, 1)
    assert headings(table)[1] == "multiply-adds ▾" and column(table, 0)[0] == "conv1"
    assert column(table, 0)[-1] == "avgpool10", "equal ones stay in the network's order"
    click_heading(table, 1)
    assert headings(table)[1] == "multiply-adds ▴" and column(table, 0)[0] == "maxpool1"
    assert column(table, 0)[-1] == "conv1"


def test_keys_alone_sort_and_turn_the_order_round(costs_of: CostWindow) -> None:
    table = costs_of.table
    table.setFocus()
    for key, sorted_by in (
        (Qt.Key.Key_Right, ["layer", "multiply-adds ▾", "share"]),
        (Qt.Key.Key_Right, ["layer", "multiply-adds", "share ▾"]),
        (Qt.Key.Key_Right, ["layer", "multiply-adds", "share ▾"]),
        (Qt.Key.Key_Space, ["layer", "multiply-adds", "share ▴"]),
        (Qt.Key.Key_Left, ["layer", "multiply-adds ▾", "share"]),
        (Qt.Key.Key_Left, ["layer ▴", "multiply-adds", "share"]),
    ):
        QTest.keyClick(table, key)
        assert headings(table) == sorted_by


def test_what_is_selected_is_marked_in_table_chart_and_diagram_alike(window: MainWindow, costs_of: CostWindow) -> None:
    table = costs_of.table
    click_heading(table, 1)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, CTRL)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert window.session.selection.layer_name() == column(table, 0)[1] == "fire8"
    click_box(window, Key("conv1"))
    QApplication.processEvents()
    assert table.currentIndex().row() == 0
    click_heading(table, 0)
    assert window.session.selection.layer_name() == "conv1" and table.currentIndex().row() == 0


def test_it_follows_edits_measures_and_conventions_while_it_is_open_and_not_while_it_is_closed(
    window: MainWindow, costs_of: CostWindow, qtbot: QtBot
) -> None:
    document, table = window.document, costs_of.table
    document.edit("Set", document.table.with_field(0, "filters", 48))
    qtbot.waitUntil(lambda: column(table, 1)[0] == "86.9 M")
    chosen = child(costs_of.panel, QComboBox)
    QTest.keyClick(chosen, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: headings(table)[1] == "parameters")
    assert window.session.costing.measure is Measure.PARAMETERS
    QTest.keyClick(costs_of, Qt.Key.Key_Escape)
    assert not costs_of.isVisible()
    drawn = caught(costs_of.panel.drawn)
    document.edit("Set", document.table.with_field(0, "filters", 96))
    qtbot.wait(120)
    assert drawn == []


def test_spreads_have_a_column_where_passes_were_repeated(qtbot: QtBot, window: MainWindow) -> None:
    network = window.document.network
    live = as_predicted(network)
    layers = tuple(
        replace(layer, quartiles_ms=Quartiles(layer.time_ms - place / 10, layer.time_ms + place / 10), repeats=20)
        for place, layer in enumerate(live.layers)
    )
    table = CostTable(LIGHT_STYLE)
    qtbot.addWidget(table)
    table.show_costs(costs(network, live, Measure.TIME), Measure.TIME, USUAL)
    assert headings(table) == ["layer ▴", "measured time", "share"]
    table.show_costs(costs(network, replace(live, layers=layers), Measure.TIME), Measure.TIME, USUAL)
    assert headings(table)[3] == "quartiles" and column(table, 3)[2] == "3.3 ms to 3.7 ms"
    table.sort_by(3)
    assert column(table, 0)[0] == network.layers[-1].name
    table.show_costs(costs(network, live, Measure.TIME), Measure.TIME, USUAL)
    assert len(headings(table)) == 3, "without spreads nothing is sorted by them"


def test_numbers_are_copied_in_full_and_the_figure_is_written(
    window: MainWindow, costs_of: CostWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    QTest.mouseClick(child(costs_of, QPushButton, "copy_cost_numbers"), LEFT)
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert lines[0] == ["layer", "part", "multiply-adds", "share in %"]
    assert lines[1] == ["conv1", "", "173873952", "20.88"]
    whole = sum(float(line[3]) for line in lines[1:] if not line[1])
    assert whole == pytest.approx(100, abs=0.1)
    told = caught(window.parts.exports.done)
    QTest.mouseClick(child(costs_of, QPushButton, "copy_cost_picture"), LEFT)
    qtbot.waitUntil(lambda: "Copied the costs as a picture." in told)
    path = tmp_path / "costs.svg"
    window.parts.exports.write_picture(path, window.parts.costs().picture())
    qtbot.waitUntil(lambda: "Exported costs.svg." in told)
    text = path.read_text(encoding="utf-8")
    assert "174 M · 20.9 %" in text and "expand 3×3" in text


def test_flops_are_copied_as_flops(window: MainWindow, costs_of: CostWindow) -> None:
    window.parts.commands["flops"].trigger()
    window.parts.commands["copy_costs"].trigger()
    lines = [line.split("\t") for line in QApplication.clipboard().text().splitlines()]
    assert lines[0][2] == "FLOPs" and lines[1][2] == "347747904"
    assert window.session.costing.conventions == Conventions(flops=True)


def test_it_closes_with_the_window(window: MainWindow, costs_of: CostWindow) -> None:
    window.document.stack.setClean()
    window.close()
    assert not costs_of.isVisible()
