"""How a network differs from another: every row, every cell, every total, told as a person would tell it."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import pytest
from bounds import at_most
from hypothesis import example, given, settings
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import edited, tables

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, text
from squeezeviz.analysis.difference import (
    Difference,
    LayerChange,
    alignment,
    changes,
    changes_by_baseline,
    compare,
    difference,
    signed,
)
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.tables.comparison import comparison_json
from squeezeviz.model.layers import COMPRESSION_FIELDS, AvgPool, Conv, Fire, Layer, MaxPool, Softmax
from squeezeviz.model.table import Change, InputShape, LayerTable
from squeezeviz.model.wording import percent_change

TABLE1, V1_0, V1_1 = preset("table1"), preset("squeezenet1_0"), preset("squeezenet1_1")


def told(found: Difference) -> list[str]:
    """Each change as `change name`, in the baseline's order, with the other name where it is another."""
    return [
        f"{each.change} {each.name}" + (f" as {each.other_name}" if each.other_name not in (None, each.name) else "")
        for each in changes_by_baseline(found)
    ]


def changed_layers(first: LayerTable, second: LayerTable) -> tuple[LayerChange, ...]:
    return changes_by_baseline(compare(first, second))


def totals(found: Difference) -> dict[str, tuple[int, int]]:
    return {each.name: (each.before, each.after) for each in found.totals}


def cells(found: Difference, name: str) -> dict[str, str]:
    row = found.rows[found.present.table.index_of(name)]
    return {str(column): cell.text for column, cell in row.cells.items()} if row else {}


def changed(table: LayerTable, name: str, /, **fields: object) -> LayerTable:
    row = table.index_of(name)
    return table.with_layer(row, dataclasses.replace(table.layers[row], **fields))  # type: ignore[arg-type]


def rows(*layers: Layer) -> LayerTable:
    return LayerTable("n", InputShape(3, 64, 64), layers)


edits = tables().flatmap(
    lambda table: st.tuples(st.just(table), edited(table).flatmap(edited).flatmap(edited))
) | st.tuples(tables(), tables())


def test_v1_1_is_v1_0_with_two_moved_pools_and_a_smaller_conv1() -> None:
    found = compare(V1_0, V1_1)
    assert told(found) == ["changed conv1", "moved maxpool4 as maxpool3", "moved maxpool8 as maxpool5"]
    assert [each.fields for each in changes_by_baseline(found)] == [{"filters": (96, 64), "kernel": (7, 3)}, {}, {}]
    assert totals(found) | {"activations": (0, 0)} == {
        "parameters": (1_248_424, 1_235_496), "macs": (818_924_576, 349_151_936), "depth": (18, 18),
        "activations": (0, 0),
    }  # fmt: skip
    assert told(compare(V1_1, V1_0)) == ["changed conv1", "moved maxpool3 as maxpool4", "moved maxpool5 as maxpool8"]
    conv1 = cells(found, "conv1")
    assert [conv1[each] for each in ("filter/stride", "output", "params")] == [
        "was 7×7/2 ×96", "was 109×109×96", "−12,416",
    ]  # fmt: skip
    assert cells(found, "maxpool3")["layer"] == "was maxpool4"


def test_the_json_is_the_documented_one() -> None:
    document = comparison_json(compare(V1_0, V1_1))
    assert document["schema"] == "squeezeviz/compare-1"
    assert document["totals"]["parameters"] == [1_248_424, 1_235_496]
    assert document["layers"][:2] == [
        {"name": "conv1", "other_name": "conv1", "change": "changed",
         "fields": {"filters": [96, 64], "kernel": [7, 3]}},
        {"name": "maxpool4", "other_name": "maxpool3", "change": "moved", "fields": {}},
    ]  # fmt: skip
    assert (document["input"], document["notes"]) == (["3×224×224", "3×224×224"], [])


A, B, C, POOL = Fire("a", 2, 4, 4), Fire("b", 3, 4, 4), Fire("c", 4, 4, 4), MaxPool("p")
LATE = rows(Conv("conv", 8, 3), Fire("fire", 2, 4, 4), MaxPool("late pool"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (rows(A, B), rows(A, B), []),
        (rows(A, B), rows(B, A), ["moved a"]),
        (rows(A, B, C, POOL), rows(POOL, A, B, C), ["moved p"]),
        (rows(A, B, C), rows(A, C), ["removed b"]),
        (rows(A, C), rows(A, B, C), ["added b"]),
        (rows(C), rows(A, B, C), ["added a", "added b"]),
        (rows(A, B), rows(A, dataclasses.replace(B, name="z")), ["changed b as z"]),
        (rows(A, POOL), rows(A, Softmax("s")), ["removed p", "added s"]),
        (rows(A, POOL), rows(A, AvgPool("p")), ["changed p"]),
        (rows(), rows(A), ["added a"]),
        (rows(A), rows(), ["removed a"]),
        (rows(Conv("conv", 8, 3), POOL, Fire("fire", 2, 4, 4)), LATE, ["moved p as late pool"]),
        (rows(Conv("conv", 8, 3), POOL, Fire("fire", 2, 4, 4)), changed(LATE, "late pool", kernel=5),
         ["removed p", "added late pool"]),
        (TABLE1, TABLE1.inserted(5, Fire("fire10", 32, 128, 128)).removed(8), ["added fire10", "removed fire6"]),
    ],
)  # fmt: skip
def test_changes_are_told_as_a_person_would(first: LayerTable, second: LayerTable, expected: list[str]) -> None:
    assert told(compare(first, second)) == expected


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [
        (rows(A), rows(Fire("z", 9, 4, 4)), {"name": ("a", "z"), "s1x1": (2, 9)}),
        (rows(POOL), rows(Conv("p", 8, 3, 2)), {
            "type": ("maxpool", "conv"), "ceil": (True, None), "filters": (None, 8), "relu": (None, True),
            "bias": (None, True),
        }),
        (TABLE1, changed(TABLE1, "fire3", bypass="simple", e3x3_kept=0.5),
         {"bypass": ("none", "simple"), "e3x3_kept": (0.33, 0.5)}),
        (V1_0, changed(V1_0, "fire2", bits=6), {"bits": (32, 6)}),
    ],
)  # fmt: skip
def test_a_changed_row_says_what_only_one_of_its_kinds_has(
    first: LayerTable, second: LayerTable, fields: dict[str, object]
) -> None:
    (change,) = changed_layers(first, second)
    assert change.fields == fields


def test_a_row_that_only_another_rows_change_reaches_was_not_changed_itself() -> None:
    found = compare(TABLE1, changed(TABLE1, "fire2", e1x1=80))
    assert told(found) == ["changed fire2"]
    fire3 = found.rows[found.present.table.index_of("fire3")]
    assert fire3 is not None and fire3.change is None and fire3.fields == {}
    assert cells(found, "fire3")["params"] == "+256"
    assert found.rows[found.present.table.index_of("fire4")] is None


@pytest.mark.parametrize(("squeeze", "better", "shown"), [(8, True, "−5,896"), (24, False, "+5,896")])
def test_fewer_parameters_are_better_and_more_are_worse(squeeze: int, better: bool, shown: str) -> None:
    found = compare(TABLE1, changed(TABLE1, "fire2", s1x1=squeeze))
    row, parameters = found.rows[2], next(total for total in found.totals if total.name == "parameters")
    assert row is not None
    assert (row.cells[Column.PARAMETERS].better, row.cells[Column.PARAMETERS].text) == (better, parameters.absolute)
    assert (parameters.better, parameters.absolute) == (better, shown)
    assert row.cells[Column.S1X1].better is None


def test_more_and_less_are_judged_only_of_equal_inputs() -> None:
    smaller = changed(TABLE1, "fire2", s1x1=8)
    found = compare(TABLE1, smaller.with_input(InputShape(3, 224, 224)))
    assert not found.judges and compare(TABLE1, smaller).judges
    assert all(total.better is None for total in found.totals)
    assert all(cell.better is None for row in found.rows if row for cell in row.cells.values())
    back = difference(found.baseline, resolve(smaller), found)
    assert back == compare(TABLE1, smaller)


def test_names_that_are_numbers_stay_names() -> None:
    table = rows(Conv("7", 8, 3))
    assert cells(compare(table, changed(table, "7", name="9")), "9") == {"layer": "was 7"}


def test_a_removed_row_stands_after_what_it_followed() -> None:
    found = compare(TABLE1, TABLE1.removed(0, 5))
    assert [(gone.after_row, gone.layer.name) for gone in found.removed] == [(INPUT_ROW, "conv1"), (3, "maxpool4")]
    assert [each.name for each in changes(found)] == ["conv1", "maxpool4"]


def test_a_table_that_cannot_run_says_that_its_totals_end_there() -> None:
    broken = changed(TABLE1, "maxpool1", kernel=500)
    found = compare(broken, TABLE1)
    assert told(found) == ["changed maxpool1"]
    assert {(total.absolute, total.percent) for total in found.totals} == {("", "")}
    assert cells(found, "fire9")["params"] == "was —"
    assert cells(compare(TABLE1, broken), "fire9")["params"] == "was 197,184"
    (note,) = compare(TABLE1, broken).notes
    assert note.startswith("second table: maxpool1: the 500×500 window does not fit the 111×111 map")
    assert note.endswith("; its totals end there")


def test_another_input_is_told() -> None:
    found = compare(TABLE1, TABLE1.with_input(InputShape(3, 224, 224)))
    assert found.input is not None and found.input.text == "was 227×227×3"
    assert told(found) == [] and not found.nothing


def test_a_compressed_network_beside_one_that_nowhere_is_counts_as_it_was_trained() -> None:
    found = compare(TABLE1, preset("simple-bypass"))
    assert told(found) == ["changed fire3", "changed fire5", "changed fire7", "changed fire9"]
    assert {tuple(each.fields) for each in changes(found)} == {("bypass",)}
    assert any("only the first table is pruned or quantized" in note for note in found.notes)
    back = compare(preset("simple-bypass"), TABLE1)
    assert told(back) == told(found) and {tuple(each.fields) for each in changes(back)} == {("bypass",)}
    assert any("only the second table is pruned or quantized" in note for note in back.notes)
    assert back.is_of(resolve(TABLE1)) and not back.is_of(resolve(preset("simple-bypass")))


def test_of_a_network_that_was_only_pruned_and_quantized_that_is_what_differs() -> None:
    dense = TABLE1.uncompressed()
    for found in (compare(dense, TABLE1), compare(TABLE1, dense)):
        assert len(changes(found)) == 10 and not found.notes
        assert all(set(each.fields) <= COMPRESSION_FIELDS for each in changes(found))


def test_two_compressed_networks_are_compared_by_how_their_weights_are_stored() -> None:
    found = compare(TABLE1, changed(TABLE1, "fire4", bits=8))
    assert told(found) == ["changed fire4"] and not found.notes
    assert [each.fields for each in changes(found)] == [{"bits": (6, 8)}]


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


@given(st.sampled_from(PRESETS).map(preset) | tables())
def test_any_table_differs_in_nothing_from_itself(table: LayerTable) -> None:
    found = compare(table, table)
    assert found.nothing and not changes(found)
    assert {(total.absolute, total.percent) for total in found.totals} == {("", "")}


@given(tables(), tables())
def test_both_ways_tell_of_the_same_totals_and_as_many_rows(first: LayerTable, second: LayerTable) -> None:
    there, back = compare(first, second), compare(second, first)
    assert totals(back) == {name: (other, one) for name, (one, other) in totals(there).items()}
    assert totals(there)["parameters"] == (resolve(first).parameters.value, resolve(second).parameters.value)

    def names(found: Difference, change: Change) -> list[str]:
        return sorted(each.name for each in changes(found) if each.change is change)

    assert names(there, Change.ADDED) == names(back, Change.REMOVED)
    assert names(there, Change.REMOVED) == names(back, Change.ADDED)


@given(edits)
@example((V1_0, V1_1))
@example((TABLE1, preset("complex-bypass").with_input(InputShape(1, 99, 300))))
@example((TABLE1, TABLE1.removed(*range(15))))
def test_the_changes_lead_from_the_first_table_to_the_second(pair: tuple[LayerTable, LayerTable]) -> None:
    first, second = pair
    found = compare(first, second)
    trained = first.uncompressed(), second.uncompressed()
    alike = (trained[0].input, trained[0].layers) == (trained[1].input, trained[1].layers)
    if first.is_compressed is not second.is_compressed and not alike:
        first, second = trained
    pairs = alignment(first, second).pairs
    earlier = {target: row for row, target in pairs.items()}
    assert [each.layer for each in found.removed] == [each for row, each in enumerate(first.layers) if row not in pairs]
    assert all(INPUT_ROW <= each.after_row < len(second.layers) for each in found.removed)
    for target, (layer, row) in enumerate(zip(second.layers, found.rows, strict=True)):
        if target not in earlier:
            assert row is not None and (row.change, row.before) == (Change.ADDED, None) and not row.cells
            continue
        before = first.layers[earlier[target]]
        if before != layer:
            assert row is not None and row.before == before and row.change in (Change.CHANGED, Change.MOVED)
            after = {field: value for field, (_, value) in row.fields.items()} | {"name": layer.name}
            assert before.type != layer.type or dataclasses.replace(before, **after) == layer
        else:
            assert row is None or row.change in (Change.MOVED, None)
        shown = {each: text(found.baseline, earlier[target], each) for each in COLUMNS}
        expected = {each: was for each, was in shown.items() if was != text(found.present, target, each)}
        assert ({column: cell.before for column, cell in row.cells.items()} if row else {}) == expected
        assert not row or all(cell.text for cell in row.cells.values())


@given(edits)
def test_as_few_rows_as_possible_are_said_to_have_moved(pair: tuple[LayerTable, LayerTable]) -> None:
    first, second = pair
    pairs = sorted(alignment(first, second).pairs.items())
    same = {row: first.layers[row].name == second.layers[target].name for row, target in pairs}
    moved = {each.name for each in changed_layers(first, second) if each.change is Change.MOVED}
    kept = [(row, target) for row, target in pairs if first.layers[row].name not in moved]
    assert kept == sorted(kept, key=lambda pair: pair[1])

    def weight(rows: list[tuple[int, int]]) -> int:
        return sum(2 if same[row] else 1 for row, _ in rows)

    series = [list(each) for size in range(len(pairs) + 1) for each in combinations(pairs, size)]
    rising = [each for each in series if each == sorted(each, key=lambda pair: pair[1])]
    assert weight(kept) == max(map(weight, rising))


@settings(max_examples=40)
@given(edits, edits)
@example((rows(A, B, C), rows(C, A, B)), (rows(C, B), rows(C, A, B)))
def test_what_was_found_before_an_edit_makes_no_difference_to_what_is_found_after(
    pair: tuple[LayerTable, LayerTable], other: tuple[LayerTable, LayerTable]
) -> None:
    baseline, *states = (resolve(table) for table in (*pair, *other))
    last = None
    for state in (*states, baseline, *states):
        last = difference(baseline, state, last)
        assert last == difference(baseline, state)


def test_thousands_of_rows_are_compared_at_once() -> None:
    layers: tuple[Layer, ...] = (Conv("conv", 16, 7, 2), *(Fire(f"fire{place}", 16, 8, 8) for place in range(1000)))
    table = LayerTable("deep", InputShape(), layers)
    before, after = resolve(table), resolve(table.with_field(500, "s1x1", 24))
    difference(before, after)
    with at_most(0.2):
        for _ in range(10):
            assert sum(row is not None for row in difference(before, after).rows) == 1
    layers = tuple(Softmax(f"row{place}") for place in range(2000))
    with at_most(5):
        assert len(changed_layers(rows(*layers), rows(*layers[::-1]))) == 1999
