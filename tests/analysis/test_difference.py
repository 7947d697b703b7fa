"""How a network differs from a baseline: every cell, every row, every total."""

from __future__ import annotations

import dataclasses

import pytest
from bounds import at_most
from hypothesis import example, given
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import edited, tables

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, text
from squeezeviz.analysis.difference import (
    Change,
    Difference,
    alignment,
    difference,
    signed,
)
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Conv, Fire, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import percent_change


def between(first: LayerTable, second: LayerTable) -> Difference:
    return difference(resolve(first), resolve(second))


def told(found: Difference) -> dict[str, str]:
    """Each row that a person added, moved or changed, by its present name."""
    layers = found.present.table.layers
    rows = zip(layers, found.rows, strict=True)
    return {layer.name: str(row.change) for layer, row in rows if row and row.change}


def cells(found: Difference, name: str) -> dict[str, str]:
    row = found.rows[found.present.table.index_of(name)]
    return {str(column): cell.text for column, cell in row.cells.items()} if row else {}


def changed(table: LayerTable, name: str, /, **fields: object) -> LayerTable:
    row = table.index_of(name)
    return table.with_layer(row, dataclasses.replace(table.layers[row], **fields))  # type: ignore[arg-type]


several_edits = tables().flatmap(
    lambda table: st.tuples(st.just(table), edited(table).flatmap(edited).flatmap(edited))
) | st.tuples(tables(), tables())


def test_v1_1_against_v1_0_is_two_moved_pools_and_a_smaller_conv1() -> None:
    found = between(preset("squeezenet1_0"), preset("squeezenet1_1"))
    assert told(found) == {"conv1": "changed", "maxpool3": "moved", "maxpool5": "moved"}
    assert found.removed == ()
    conv1 = cells(found, "conv1")
    assert (conv1["filter/stride"], conv1["output"], conv1["params"]) == (
        "was 7×7/2 ×96", "was 109×109×96", "−12,416",
    )  # fmt: skip
    assert cells(found, "maxpool3")["layer"] == "was maxpool4"


def test_a_narrower_squeeze_is_told_in_its_cells_and_its_total() -> None:
    found = between(preset("table1"), changed(preset("table1"), "fire5", s1x1=16))
    assert told(found) == {"fire5": "changed"}
    assert cells(found, "fire5")["s1x1"] == "−16"
    assert cells(found, "fire5")["params"] == "−24,592"
    parameters = next(total for total in found.totals if total.name == "parameters")
    assert (parameters.before, parameters.after) == (1_248_424, 1_223_832)
    assert (parameters.absolute, parameters.percent) == ("−24,592", "−2.0 %")


def test_a_row_that_only_another_rows_change_reaches_was_not_changed_itself() -> None:
    found = between(preset("table1"), changed(preset("table1"), "fire2", e1x1=80))
    assert told(found) == {"fire2": "changed"}
    fire3 = found.rows[found.present.table.index_of("fire3")]
    assert fire3 is not None and fire3.change is None and fire3.fields == {}
    assert cells(found, "fire3")["params"] == "+256"
    assert found.rows[found.present.table.index_of("fire4")] is None


def test_fewer_parameters_are_better_and_more_are_worse() -> None:
    for squeeze, better in ((8, True), (24, False)):
        found = between(preset("table1"), changed(preset("table1"), "fire2", s1x1=squeeze))
        row = found.rows[2]
        assert row is not None
        assert row.cells[Column.PARAMETERS].better is better
        assert row.cells[Column.S1X1].better is None


def test_a_changed_field_that_no_cell_shows_still_counts_as_a_change() -> None:
    found = between(preset("table1"), changed(preset("table1"), "fire3", bypass="simple"))
    row = found.rows[found.present.table.index_of("fire3")]
    assert row is not None and row.change is Change.CHANGED
    assert row.fields == {"bypass": ("none", "simple")}


def test_names_that_are_numbers_stay_names() -> None:
    table = LayerTable("n", InputShape(), (Conv("7", 8, 3),))
    assert cells(between(table, changed(table, "7", name="9")), "9") == {"layer": "was 7"}


def test_a_row_renamed_moved_and_edited_at_once_is_another_row() -> None:
    rows = (Conv("conv", 8, 3), MaxPool("pool"), Fire("fire", 2, 4, 4))
    before = LayerTable("n", InputShape(3, 64, 64), rows)
    after = changed(before.moved(1, 2), "pool", name="late pool", kernel=5)
    found = between(before, after)
    assert told(found) == {"late pool": "added"}
    assert [each.layer.name for each in found.removed] == ["pool"]


def test_a_row_put_in_does_not_stand_for_one_taken_out_elsewhere() -> None:
    before = preset("table1")
    grown = before.inserted(before.index_of("fire4") + 1, Fire("fire10", 32, 128, 128))
    found = between(before, grown.removed(grown.index_of("fire6")))
    assert told(found)["fire10"] == "added"
    assert [each.layer.name for each in found.removed] == ["fire6"]


def test_a_row_renamed_and_moved_has_moved() -> None:
    rows = (Conv("conv", 8, 3), MaxPool("pool"), Fire("fire", 2, 4, 4))
    before = LayerTable("n", InputShape(3, 64, 64), rows)
    found = between(before, changed(before.moved(1, 2), "pool", name="late pool"))
    assert told(found) == {"late pool": "moved"}


def test_a_removed_row_stands_after_what_it_followed() -> None:
    table = preset("table1")
    found = between(table, table.removed(0, 5))
    assert [(gone.after_row, gone.layer.name) for gone in found.removed] == [(INPUT_ROW, "conv1"), (3, "maxpool4")]
    assert found.present.table.layers[3].name == "fire4"


def test_a_baseline_that_cannot_run_gives_no_difference_of_totals() -> None:
    broken = changed(preset("table1"), "maxpool1", kernel=500)
    found = between(broken, preset("table1"))
    assert told(found) == {"maxpool1": "changed"}
    assert {(total.absolute, total.percent) for total in found.totals} == {("", "")}
    assert cells(found, "fire9")["params"] == "was —"
    assert cells(between(preset("table1"), broken), "fire9")["params"] == "was 197,184"


def test_another_input_is_told() -> None:
    found = between(preset("table1"), preset("table1").with_input(InputShape(3, 224, 224)))
    assert found.input is not None and found.input.text == "was 227×227×3"
    assert told(found) == {} and not found.nothing


def test_an_empty_table_and_a_full_one_differ_in_every_row() -> None:
    table = preset("table1")
    empty = table.removed(*range(len(table.layers)))
    assert set(told(between(empty, table)).values()) == {"added"}
    assert [gone.layer for gone in between(table, empty).removed] == list(table.uncompressed().layers)
    assert between(empty, empty).nothing


@pytest.mark.parametrize(
    ("before", "after", "absolute", "percent"),
    [
        (1_248_424, 1_235_496, "−12,928", "−1.0 %"),
        (100, 250, "+150", "+150.0 %"),
        (1, 1_000_000, "+999,999", "+99,999,900.0 %"),
        (10_000, 9_999, "−1", "−0.01 %"),
        (10_000, 1, "−9,999", "−99.99 %"),
        (0, 5, "+5", ""),
        (5, 0, "−5", "−100.0 %"),
        (7, 7, "", ""),
    ],
)
def test_differences_are_signed_and_grouped(before: int, after: int, absolute: str, percent: str) -> None:
    assert (signed(before, after), percent_change(before, after)) == (absolute, percent)


@pytest.mark.parametrize("name", PRESETS)
def test_a_network_differs_in_nothing_from_itself(name: str) -> None:
    assert between(preset(name), preset(name)).nothing


@given(tables())
def test_any_table_differs_in_nothing_from_itself(table: LayerTable) -> None:
    found = between(table, table)
    assert found.nothing
    assert {(total.absolute, total.percent) for total in found.totals} == {("", "")}


@given(several_edits)
@example((preset("squeezenet1_0"), preset("squeezenet1_1")))
@example((preset("table1"), preset("complex-bypass").with_input(InputShape(1, 99, 300))))
def test_the_cells_that_show_another_text_are_told_and_no_others(pair: tuple[LayerTable, LayerTable]) -> None:
    found = between(*pair)
    earlier = {target: row for row, target in alignment(*pair).pairs.items()}
    for row, told_row in enumerate(found.rows):
        expected = {}
        if row in earlier:
            shown = {each: text(found.baseline, earlier[row], each) for each in COLUMNS}
            expected = {each: before for each, before in shown.items() if before != text(found.present, row, each)}
        said = {column: cell.before for column, cell in told_row.cells.items()} if told_row else {}
        assert said == expected
        assert all(cell.text for cell in told_row.cells.values()) if told_row else True


@given(several_edits)
def test_every_row_of_both_tables_is_accounted_for(pair: tuple[LayerTable, LayerTable]) -> None:
    first, second = pair
    found = between(first, second)
    if not second.is_compressed:
        first = first.uncompressed()
    pairs = alignment(first, second).pairs
    earlier = {target: first.layers[row] for row, target in pairs.items()}
    assert len(found.rows) == len(second.layers)
    for row, layer in enumerate(second.layers):
        told_row = found.rows[row]
        if row not in earlier:
            assert told_row is not None and told_row.change is Change.ADDED and told_row.before is None
        elif earlier[row] != layer:
            assert told_row is not None and told_row.change in (Change.CHANGED, Change.MOVED)
            assert told_row.before == earlier[row]
        else:
            assert told_row is None or told_row.change in (Change.MOVED, None)
    gone = [layer for row, layer in enumerate(first.layers) if row not in pairs]
    assert [each.layer for each in found.removed] == gone
    assert all(INPUT_ROW <= each.after_row < len(second.layers) for each in found.removed)


@given(several_edits, several_edits)
def test_what_was_found_before_an_edit_makes_no_difference_to_what_is_found_after(
    pair: tuple[LayerTable, LayerTable], other: tuple[LayerTable, LayerTable]
) -> None:
    baseline, *states = (resolve(table) for table in (*pair, *other))
    last = None
    for state in (*states, baseline, *states):
        last = difference(baseline, state, last)
        assert last == difference(baseline, state)


def test_one_edit_of_a_thousand_rows_is_told_at_once() -> None:
    rows: tuple[Layer, ...] = (Conv("conv", 16, 7, 2), *(Fire(f"fire{place}", 16, 8, 8) for place in range(1000)))
    table = LayerTable("deep", InputShape(), rows)
    before, after = resolve(table), resolve(table.with_field(500, "s1x1", 24))
    difference(before, after)
    with at_most(0.2):
        for _ in range(10):
            assert sum(row is not None for row in difference(before, after).rows) == 1
