"""The table's cells as text: what a cell shows can be typed back, and anything else is refused in a sentence."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import tables

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import COLUMNS, FILE_COLUMNS, INPUT_ROW, TABLE1_COLUMNS, TOTALS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import (
    COMPRESSION_FIELDS,
    AvgPool,
    Bypass,
    Conv,
    Dropout,
    Fire,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Softmax,
)
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import share_text

SMALL = LayerTable("n", InputShape(3, 32, 24), (Conv("c", 8, 3), MaxPool("p"), Dropout("d"), Fire("f", 1, 2, 3)))
ROWS = (INPUT_ROW, *range(len(SMALL.layers)))


@given(tables())
def test_what_a_cell_shows_means_the_same_typed_back_and_each_number_has_its_total(table: LayerTable) -> None:
    network = resolve(table)
    for row, column in product((INPUT_ROW, *range(len(table.layers))), COLUMNS):
        shown = cells.text(network, row, column)
        if cells.editable(table, row, column) and shown == shown.strip():
            assert cells.with_text(table, row, column, shown) == table
    totals = {column: cells.total_text(network, column) for column in COLUMNS}
    assert {column for column in totals if totals[column]} == {Column.NAME} | {c for c in COLUMNS if c.spec.number}
    for column in TOTALS:
        assert totals[column].replace(",", "") == str(cells.number(network, column))


def test_cells_of_table1_read_as_in_the_paper() -> None:
    network = resolve(preset("table1"))

    def row(index: int) -> list[str]:
        return [cells.text(network, index, column) for column in COLUMNS]

    none = [""] * 4
    assert row(INPUT_ROW) == ["input", "227×227×3", *[""] * 17]
    assert row(0)[:8] == ["conv1", "111×111×96", "7×7/2 ×96", "1", *none]
    assert row(0)[8:15] == ["100%", "", "", "6", "14,208", "14,208", "10.7 KiB"]
    assert row(2)[:8] == ["fire2", "55×55×128", "", "2", "16", "64", "64", "none"]
    assert row(2)[8:15] == ["100%", "100%", "33%", "6", "11,920", "5,746", "6.52 KiB"]
    assert row(12)[:15] == ["dropout9", "13×13×512", "50%", "0", *none, *none, "0", "0", "0"]
    assert row(13)[8:15] == ["20%", "", "", "6", "513,000", "103,400", "141 KiB"]
    assert row(14)[:15] == ["avgpool10", "1×1×1000", "13×13/1", "0", *none, *none, "0", "0", "0"]


def test_costs_and_receptive_field_have_columns_of_their_own() -> None:
    network = resolve(preset("table1"))
    # 3,025 places, 96 channels in: 16·96 + 64·16 + 9·64·16 multiply-adds at each.
    assert cells.text(network, 2, Column.MACS) == f"{3025 * (16 * 96 + 64 * 16 + 9 * 64 * 16):,}"
    assert cells.text(network, 2, Column.ACTIVATIONS) == f"{network.layers[2].activations.value:,}"
    assert cells.text(network, 2, Column.FIELD) == "19 px /4"
    oblong = resolve(LayerTable("n", InputShape(3, 8, 6), (GlobalAvgPool("g"),)))
    assert cells.text(oblong, 0, Column.FIELD) == "8×6 px /1"


@pytest.mark.parametrize(
    ("row", "column", "field", "value", "written"),
    [
        (3, Column.BYPASS, "bypass", Bypass.SIMPLE, ["simple", "S", " s "]),
        (3, Column.BYPASS, "bypass", Bypass.COMPLEX, [" c ", "Compl"]),
        (3, Column.BYPASS, "bypass", Bypass.NONE, ["None", "n"]),
        (3, Column.E3X3_KEPT, "e3x3_kept", 0.33,
         ["33%", "33 %", "0.33", "33.0%", "33% (3x3)", " 33%(3×3) ", "3.3e1%"]),
        (0, Column.S1X1_KEPT, "kept", 0.07, ["7%", "0.07"]),
        (0, Column.BITS, "bits", 6, ["6", "6bit", "6 bits", "6-bit"]),
        (0, Column.BITS, "bits", 64, ["64"]),
        (3, Column.S1X1, "s1x1", 1024, ["1024", "1,024", "1 024", " 1’024"]),
        (0, Column.WINDOW, "stride", 1, ["3×3/1 ×8", "3x3 (x8)", "3 X 3 ×8 "]),
        (0, Column.WINDOW, "relu", False, ["3×3/1 ×8 no ReLU", "3×3 ×8 No  relu"]),
        (0, Column.WINDOW, "padding", 2, ["3×3/1 ×8 pad 2", "3×3 ×8 padding=2"]),
        (1, Column.WINDOW, "ceil", False, ["3×3/2 floor", "3x3/2 FLOOR"]),
        (2, Column.WINDOW, "p", 0.25, ["25%", "0.25"]),
    ],
)  # fmt: skip
def test_a_value_may_be_typed_in_several_ways(
    row: int, column: Column, field: str, value: object, written: list[str]
) -> None:
    for typed in written:
        assert cells.with_text(SMALL, row, column, typed) == SMALL.with_field(row, field, value)


@pytest.mark.parametrize(
    ("row", "column", "reason", "written"),
    [
        (3, Column.BYPASS, "none, simple or complex", ["", "yes", "simply", "none simple"]),
        (3, Column.S1X1, "a whole number is needed",
         ["-1", "−1", "2.5", "16x", "1e3", "10^30", "１６", "٣", "²", "", "+5", "0x10", "1 6"]),
        (3, Column.S1X1, "with the digits 0 to 9", ["１６"]),
        (3, Column.S1X1_KEPT, "a share is written like|the share of weights kept, above 0%",
         ["0%", "0", "33", "101%", "1.5", "-5%", "", "1e-400%", "3,3%", "1/3", "３３%", "dense"]),
        (0, Column.BITS, "whole number", ["0", "65", "6.5", "bits", "six", "9" * 30]),
        (0, Column.WINDOW, "a window is written like 7×7/2 ×96", ["", "7", "seven"]),
        (0, Column.WINDOW, "windows here are square; 3×5 is not", ["3×5"]),
        (0, Column.WINDOW, "“floor” does not belong here", ["3×3 floor"]),
        (1, Column.WINDOW, "does not belong here; write 3×3/2", ["3×3/2 ×8", "3×3 no bias"]),
        (INPUT_ROW, Column.OUTPUT, "an input is height × width × channels", ["227", "227×227", "1×2×3×4"]),
        (3, Column.NAME, "another layer is named “c”", ["c", " c "]),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_cell_is_refused_with_the_reason(
    row: int, column: Column, reason: str, written: list[str]
) -> None:
    for typed in written:
        with pytest.raises(SqueezevizError, match=reason):
            cells.with_text(SMALL, row, column, typed)


def test_only_cells_that_may_be_edited_take_text() -> None:
    for row, column in product(ROWS, COLUMNS):
        if not cells.editable(SMALL, row, column):
            with pytest.raises(SqueezevizError, match="this cell cannot be changed"):
                cells.with_text(SMALL, row, column, "3")


pieces = st.sampled_from(
    ["7", "×", "x", "/", "2", " ", "pad ", "no ReLU", "floor", "(x96)", "9" * 5000, "%", "0.5", "-", "−", "1,000",
     "10^30", "３", "\u00a0", "1e999", "nan", "\n", "\x1b", "\ud800"]
)  # fmt: skip


@given(st.sampled_from(ROWS), st.sampled_from(COLUMNS), st.lists(pieces, max_size=7).map("".join))
def test_anything_else_is_refused_in_one_short_line(row: int, column: Column, typed: str) -> None:
    try:
        cells.with_text(SMALL, row, column, typed)
    except SqueezevizError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 300


def test_a_row_that_is_not_reached_shows_what_it_says_itself() -> None:
    table = LayerTable("n", InputShape(3, 4, 4), (MaxPool("p", 9), Fire("f", 1, 2, 3), Softmax("s")))
    network = resolve(table)
    assert [cells.text(network, 0, column) for column in COLUMNS] == ["p", "", "9×9/2", *[""] * 16]
    fire = ["f", *[""] * 3, "1", "2", "3", "none", "100%", "100%", "100%", "32", *[""] * 7]
    assert [cells.text(network, 1, column) for column in COLUMNS] == fire


@given(st.decimals(0, 1, places=7).map(float))
def test_a_share_is_shown_with_all_its_decimals_and_no_more(share: float) -> None:
    assert share_text(share) == f"{(Decimal(repr(share)) * 100).normalize():f}%"


@pytest.mark.parametrize(
    ("p", "shown"),
    [(1e-320, "1e-318%"), (1.5e-9, "1.5e-7%"), (1e-8, "0.000001%"), (0.5, "50%"), (0.0, "0%"), (0.07, "7%")],
)
def test_a_tiny_share_is_short_and_reads_back_the_same(p: float, shown: str) -> None:
    table = LayerTable("n", InputShape(), (Dropout("d", p),))
    assert cells.own_text(table.layers[0], Column.WINDOW) == shown
    assert cells.with_text(table, 0, Column.WINDOW, shown) == table


LAYERS_OF_EACH_KIND: tuple[Layer, ...] = (*SMALL.layers, AvgPool("a"), GlobalAvgPool("g"), Softmax("s"))
WINDOW_FIELDS = {"filters", "kernel", "stride"}
"""What the filter/stride cell alone holds."""


def test_every_field_has_a_column_every_column_says_what_it_holds_and_passes_depend_on_no_stored_one() -> None:
    fields = {field.name for layer in LAYERS_OF_EACH_KIND for field in dataclasses.fields(layer)}
    assert fields - WINDOW_FIELDS == {field for column in Column for field in column.spec.fields}
    stored = {field for column in Column if column.spec.stored for field in column.spec.fields}
    assert stored == COMPRESSION_FIELDS
    assert not any(COMPRESSION_FIELDS.intersection(column.spec.fields) for column in Column if not column.spec.stored)
    for column in COLUMNS:
        assert column.spec.about
        computed = not column.takes_text and column is not Column.LIVE
        assert column.spec.about.endswith(" (computed)") is computed


def test_a_file_begins_with_the_columns_of_table_1_and_names_each_column_once() -> None:
    headings = [column.spec.file for column in FILE_COLUMNS]
    assert FILE_COLUMNS[:13] == TABLE1_COLUMNS
    assert headings[6:13] == [
        "e3x3", "s1x1 sparsity", "e1x1 sparsity", "e3x3 sparsity", "# bits", "#parameter before pruning",
        "#parameter after pruning",
    ]  # fmt: skip
    assert len(set(headings)) == len(headings) and all(headings)
