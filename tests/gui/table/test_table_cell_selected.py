"""The table says which cell is current, so that the cell can be explained."""

from __future__ import annotations

from conftest import OpenWindow, click_cell, press
from PySide6.QtCore import Qt

from squeezeviz.analysis.columns import INPUT_ROW, Column


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
