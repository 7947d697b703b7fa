"""The table's cells as text: what a cell shows can be typed back, and anything else is refused in a sentence."""

from __future__ import annotations

import pytest
from core_presets import preset
from hypothesis import given
from hypothesis import strategies as st
from strategies import tables

from squeezeviz.core import cells
from squeezeviz.core.cells import INPUT_ROW, Column
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Conv, Dropout, Fire, MaxPool, Softmax
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import InputShape, LayerTable

SMALL = LayerTable("n", InputShape(3, 32, 24), (Conv("c", 8, 3), MaxPool("p"), Dropout("d"), Fire("f", 1, 2, 3)))
ROWS = (INPUT_ROW, *range(len(SMALL.layers)))


@given(tables())
def test_what_a_cell_shows_means_the_same_typed_back(table: LayerTable) -> None:
    network = resolve(table)
    for row in (INPUT_ROW, *range(len(table.layers))):
        for column in Column:
            shown = cells.text(network, row, column)
            if cells.editable(table, row, column) and shown == shown.strip():
                assert cells.with_text(table, row, column, shown) == table


def test_cells_of_table1_read_as_in_the_paper() -> None:
    network = resolve(preset("table1"))

    def row(index: int) -> list[str]:
        return [cells.text(network, index, column) for column in Column]

    assert row(INPUT_ROW) == ["input", "227×227×3", "", "", "", "", "", ""]
    assert row(0) == ["conv1", "111×111×96", "7×7/2 ×96", "1", "", "", "", "14,208"]
    assert row(2) == ["fire2", "55×55×128", "", "2", "16", "64", "64", "11,920"]
    assert row(12) == ["dropout9", "13×13×512", "50%", "0", "", "", "", "0"]
    assert row(14) == ["avgpool10", "1×1×1000", "13×13/1", "0", "", "", "", "0"]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("column", Column)
def test_only_cells_that_may_be_edited_take_text(row: int, column: Column) -> None:
    if not cells.editable(SMALL, row, column):
        with pytest.raises(SqueezevizError, match="this cell cannot be changed"):
            cells.with_text(SMALL, row, column, "3")


pieces = st.sampled_from(
    ["7", "×", "x", "/", "2", " ", "pad ", "no ReLU", "floor", "(x96)", "9" * 5000, "%", "0.5", "-", "−", "1,000",
     "10^30", "３", "\u00a0", "1e999", "nan", "\n", "\x1b", "\ud800"]
)  # fmt: skip


@given(st.sampled_from(ROWS), st.sampled_from(Column), st.lists(pieces, max_size=7).map("".join))
def test_anything_else_is_refused_in_one_short_line(row: int, column: Column, typed: str) -> None:
    try:
        cells.with_text(SMALL, row, column, typed)
    except SqueezevizError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 300


def test_a_row_that_is_not_reached_shows_what_it_says_itself() -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (MaxPool("p", 9), Fire("f", 1, 2, 3), Softmax("s")))
    network = resolve(table)
    assert [cells.text(network, 0, column) for column in Column] == ["p", "", "9×9/2", "", "", "", "", ""]
    assert [cells.text(network, 1, column) for column in Column] == ["f", "", "", "", "1", "2", "3", ""]


@pytest.mark.parametrize(
    ("p", "shown"),
    [(1e-320, "1e-318%"), (1.5e-9, "1.5e-7%"), (1e-8, "0.000001%"), (0.5, "50%"), (0.0, "0%"), (0.07, "7%")],
)
def test_a_tiny_share_is_short_and_reads_back_the_same(p: float, shown: str) -> None:
    table = LayerTable("n", InputShape(), (Dropout("d", p),))
    assert cells.own_window_text(table.layers[0]) == shown
    assert cells.with_text(table, 0, Column.WINDOW, shown) == table
