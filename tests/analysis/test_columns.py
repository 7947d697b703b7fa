"""The table's cells as text: what a cell shows can be typed back, and anything else is refused in a sentence."""

from __future__ import annotations

import dataclasses

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

SMALL = LayerTable("n", InputShape(3, 32, 24), (Conv("c", 8, 3), MaxPool("p"), Dropout("d"), Fire("f", 1, 2, 3)))
ROWS = (INPUT_ROW, *range(len(SMALL.layers)))


@given(tables())
def test_what_a_cell_shows_means_the_same_typed_back(table: LayerTable) -> None:
    network = resolve(table)
    for row in (INPUT_ROW, *range(len(table.layers))):
        for column in COLUMNS:
            shown = cells.text(network, row, column)
            if cells.editable(table, row, column) and shown == shown.strip():
                assert cells.with_text(table, row, column, shown) == table


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


def test_multiply_adds_activations_and_receptive_field_have_columns_of_their_own() -> None:
    network = resolve(preset("table1"))
    fire2 = network.layers[2]
    # 3,025 places, 96 channels in: 16·96 + 64·16 + 9·64·16 multiply-adds at each.
    assert cells.text(network, 2, Column.MACS) == f"{3025 * (16 * 96 + 64 * 16 + 9 * 64 * 16):,}"
    assert cells.text(network, 2, Column.ACTIVATIONS) == f"{fire2.activations.value:,}"
    assert cells.text(network, 2, Column.FIELD) == "19 px /4"


def test_a_receptive_field_that_is_no_square_gives_both_sides() -> None:
    table = LayerTable("n", InputShape(3, 8, 6), (GlobalAvgPool("g"),))
    assert cells.text(resolve(table), 0, Column.FIELD) == "8×6 px /1"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("simple", Bypass.SIMPLE), ("S", Bypass.SIMPLE), (" c ", Bypass.COMPLEX), ("None", Bypass.NONE)],
)
def test_a_bypass_is_typed_by_its_name_or_first_letter(typed: str, meant: Bypass) -> None:
    fire = cells.with_text(SMALL, 3, Column.BYPASS, typed).layers[3]
    assert isinstance(fire, Fire)
    assert fire.bypass is meant


@pytest.mark.parametrize("typed", ["", "yes", "simply", "none simple"])
def test_any_other_bypass_is_refused_with_the_three(typed: str) -> None:
    with pytest.raises(SqueezevizError, match="none, simple or complex"):
        cells.with_text(SMALL, 3, Column.BYPASS, typed)


@pytest.mark.parametrize("typed", ["-1", "−1", "2.5", "16x", "1e3", "10^30", "１６", "٣", "²", "", "+5", "0x10", "1 6"])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(SqueezevizError, match="a whole number is needed"):
        cells.with_text(SMALL, 3, Column.S1X1, typed)


def test_digits_of_another_script_are_named_as_the_reason() -> None:
    with pytest.raises(SqueezevizError, match="with the digits 0 to 9"):
        cells.with_text(SMALL, 3, Column.S1X1, "１６")


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("column", COLUMNS)
def test_only_cells_that_may_be_edited_take_text(row: int, column: Column) -> None:
    if not cells.editable(SMALL, row, column):
        with pytest.raises(SqueezevizError, match="this cell cannot be changed"):
            cells.with_text(SMALL, row, column, "3")


@pytest.mark.parametrize("typed", ["33%", "33 %", "0.33", "33.0%", "33% (3x3)", " 33%(3×3) ", "3.3e1%"])
def test_a_share_kept_is_typed_as_percentage_or_decimal(typed: str) -> None:
    fire = cells.with_text(SMALL, 3, Column.E3X3_KEPT, typed).layers[3]
    assert isinstance(fire, Fire)
    assert (fire.s1x1_kept, fire.e1x1_kept, fire.e3x3_kept) == (1.0, 1.0, 0.33)


def test_seven_percent_and_its_decimal_are_one_share() -> None:
    assert cells.with_text(SMALL, 0, Column.S1X1_KEPT, "7%") == cells.with_text(SMALL, 0, Column.S1X1_KEPT, "0.07")


@pytest.mark.parametrize(
    "typed", ["0%", "0", "33", "101%", "1.5", "-5%", "", "1e-400%", "3,3%", "1/3", "３３%", "dense"]
)
def test_any_other_share_kept_is_refused(typed: str) -> None:
    with pytest.raises(SqueezevizError, match=r"a share is written like|the share of weights kept, above 0%"):
        cells.with_text(SMALL, 3, Column.S1X1_KEPT, typed)


@pytest.mark.parametrize(("typed", "bits"), [("6", 6), ("6bit", 6), ("8 bits", 8), ("64", 64), ("1", 1), ("5-bit", 5)])
def test_bits_are_typed_with_or_without_the_word(typed: str, bits: int) -> None:
    assert cells.with_text(SMALL, 0, Column.BITS, typed) == SMALL.with_field(0, "bits", bits)


@pytest.mark.parametrize("typed", ["0", "65", "6.5", "bits", "six", "9" * 30])
def test_other_bits_are_refused(typed: str) -> None:
    with pytest.raises(SqueezevizError, match="whole number"):
        cells.with_text(SMALL, 0, Column.BITS, typed)


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


def test_every_field_of_every_layer_has_a_column_and_every_column_s_field_a_layer() -> None:
    fields = {field.name for layer in LAYERS_OF_EACH_KIND for field in dataclasses.fields(layer)}
    assert fields - WINDOW_FIELDS == {field for column in Column for field in column.spec.fields}


def test_a_column_that_only_tells_how_weights_are_stored_is_one_on_which_no_pass_depends() -> None:
    stored = {field for column in Column if column.spec.stored for field in column.spec.fields}
    assert stored == COMPRESSION_FIELDS
    assert not any(COMPRESSION_FIELDS.intersection(column.spec.fields) for column in Column if not column.spec.stored)


def test_every_column_of_the_window_says_what_it_holds_and_whether_it_is_computed() -> None:
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


def test_a_column_is_found_by_its_heading() -> None:
    assert Column("s1x1") is Column.S1X1
    with pytest.raises(ValueError, match="no such column"):
        Column("no such column")


@given(tables())
def test_each_number_has_its_total_and_no_other_column_has_one(table: LayerTable) -> None:
    network = resolve(table)
    shown = {column: cells.total_text(network, column) for column in COLUMNS}
    assert {column for column in shown if shown[column]} == {Column.NAME} | {c for c in COLUMNS if c.spec.number}
    for column in TOTALS:
        assert shown[column].replace(",", "") == str(cells.number(network, column))
