"""What changed between two tables, told as a person would tell it."""

from __future__ import annotations

import dataclasses
import json
from itertools import combinations

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import edited, tables

from squeezeviz.analysis.difference import Change, Difference, LayerChange, alignment, changes_by_baseline, compare
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.tables.comparison import comparison_json
from squeezeviz.model.layers import AvgPool, Conv, Fire, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable


def layers(first: LayerTable, second: LayerTable) -> tuple[LayerChange, ...]:
    return changes_by_baseline(compare(first, second))


def totals(found: Difference) -> dict[str, tuple[int, int]]:
    return {each.name: (each.before, each.after) for each in found.totals}


def told(comparison: Difference) -> list[str]:
    """Each change as `change name`, with the other name where it is another."""
    return [
        f"{each.change} {each.name}" + (f" as {each.other_name}" if each.other_name not in (None, each.name) else "")
        for each in changes_by_baseline(comparison)
    ]


def test_v1_1_is_v1_0_with_two_moved_pools_and_a_smaller_conv1() -> None:
    comparison = compare(preset("squeezenet1_0"), preset("squeezenet1_1"))
    assert told(comparison) == ["changed conv1", "moved maxpool4 as maxpool3", "moved maxpool8 as maxpool5"]
    conv1, *pools = changes_by_baseline(comparison)
    assert conv1.fields == {"filters": (96, 64), "kernel": (7, 3)}
    assert [pool.fields for pool in pools] == [{}, {}]
    assert totals(comparison) == {
        "parameters": (1_248_424, 1_235_496),
        "macs": (818_924_576, 349_151_936),
        "depth": (18, 18),
        "activations": totals(comparison)["activations"],
    }
    back = compare(preset("squeezenet1_1"), preset("squeezenet1_0"))
    assert told(back) == ["changed conv1", "moved maxpool3 as maxpool4", "moved maxpool5 as maxpool8"]


def test_the_json_is_the_documented_one() -> None:
    document = json.loads(json.dumps(comparison_json(compare(preset("squeezenet1_0"), preset("squeezenet1_1")))))
    assert document["schema"] == "squeezeviz/compare-1"
    assert document["totals"]["parameters"] == [1_248_424, 1_235_496]
    assert document["layers"][0] == {
        "name": "conv1", "other_name": "conv1", "change": "changed",
        "fields": {"filters": [96, 64], "kernel": [7, 3]},
    }  # fmt: skip
    assert document["layers"][1] == {"name": "maxpool4", "other_name": "maxpool3", "change": "moved", "fields": {}}
    assert (document["input"], document["notes"]) == (["3×224×224", "3×224×224"], [])


def test_a_bypass_is_a_changed_field() -> None:
    document = comparison_json(compare(preset("table1"), preset("simple-bypass")))
    assert [(each["name"], each["fields"]) for each in document["layers"]] == [
        (f"fire{number}", {"bypass": ["none", "simple"]}) for number in (3, 5, 7, 9)
    ]


def rows(*layers: Conv | Fire | MaxPool | AvgPool | Softmax) -> LayerTable:
    return LayerTable("n", InputShape(3, 64, 64), layers)


A, B, C, POOL = Fire("a", 2, 4, 4), Fire("b", 3, 4, 4), Fire("c", 4, 4, 4), MaxPool("p")


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
    ],
)
def test_changes_are_told_as_a_person_would(first: LayerTable, second: LayerTable, expected: list[str]) -> None:
    assert told(compare(first, second)) == expected


def test_a_renamed_row_says_its_names() -> None:
    (change,) = layers(rows(A), rows(dataclasses.replace(A, name="z", s1x1=9)))
    assert change.fields == {"name": ("a", "z"), "s1x1": (2, 9)}


def test_a_row_of_another_kind_says_its_kinds_and_what_only_one_of_them_has() -> None:
    (change,) = layers(rows(MaxPool("p", 3, 2)), rows(Conv("p", 8, 3, 2)))
    assert change.fields == {
        "type": ("maxpool", "conv"), "ceil": (True, None), "filters": (None, 8), "relu": (None, True),
        "bias": (None, True),
    }  # fmt: skip


def test_a_table_that_cannot_run_says_that_its_totals_end_there() -> None:
    broken = preset("table1").with_field(1, "kernel", 500)
    (note,) = compare(preset("table1"), broken).notes
    assert note.startswith("second table: maxpool1: the 500×500 window does not fit the 111×111 map")
    assert note.endswith("; its totals end there")


@pytest.mark.parametrize("name", PRESETS)
def test_a_table_differs_in_nothing_from_itself(name: str) -> None:
    comparison = compare(preset(name), preset(name))
    assert changes_by_baseline(comparison) == ()
    assert all(first == second for first, second in totals(comparison).values())


@given(tables(), tables())
def test_both_ways_tell_of_the_same_totals_and_as_many_rows(first: LayerTable, second: LayerTable) -> None:
    there, back = compare(first, second), compare(second, first)
    assert totals(back) == {name: (other, one) for name, (one, other) in totals(there).items()}
    assert (back.baseline.table.input, back.present.table.input) == (second.input, first.input)

    def names(comparison: Difference, change: Change) -> list[str]:
        return sorted(each.name for each in changes_by_baseline(comparison) if each.change is change)

    assert names(there, Change.ADDED) == names(back, Change.REMOVED)
    assert names(there, Change.REMOVED) == names(back, Change.ADDED)
    assert totals(there)["parameters"] == (resolve(first).parameters.value, resolve(second).parameters.value)


edits = tables().flatmap(lambda table: st.tuples(st.just(table), edited(table))) | st.tuples(tables(), tables())


@given(edits)
def test_the_changes_lead_from_the_first_table_to_the_second(pair: tuple[LayerTable, LayerTable]) -> None:
    first, second = pair
    comparison = compare(first, second)
    if not second.is_compressed:
        first = first.uncompressed()
    gone = {each.name for each in changes_by_baseline(comparison) if each.change is Change.REMOVED}
    partner = {first.layers[one].name: second.layers[other] for one, other in alignment(first, second).pairs.items()}
    said = {each.name: each for each in changes_by_baseline(comparison) if each.before and each.after}
    assert gone == {layer.name for layer in first.layers} - partner.keys()
    assert {each.name for each in changes_by_baseline(comparison) if each.change is Change.ADDED} == (
        {layer.name for layer in second.layers} - {layer.name for layer in partner.values()}
    )
    for layer in first.layers:
        if layer.name in said and layer.type == partner[layer.name].type:
            change = said[layer.name]
            cells = {field: after for field, (_, after) in change.fields.items()}
            assert dataclasses.replace(layer, **cells | {"name": change.other_name}) == partner[layer.name]
        elif layer.name in partner and layer.name not in said:
            assert partner[layer.name] == layer


def test_a_compressed_network_beside_one_that_nowhere_is_counts_as_it_was_trained() -> None:
    compressed = preset("table1")
    comparison = compare(compressed, preset("simple-bypass"))
    assert {each.name: list(each.fields) for each in changes_by_baseline(comparison)} == {
        name: ["bypass"] for name in ("fire3", "fire5", "fire7", "fire9")
    }
    assert any("only the first table is pruned or quantized" in note for note in comparison.notes)
    row = compressed.index_of("fire2")
    denser = compressed.with_field(row, "e3x3_kept", 0.5)
    (change,) = layers(compressed, denser)
    assert (change.name, change.fields) == ("fire2", {"e3x3_kept": (0.33, 0.5)})
    (change,) = layers(compressed.uncompressed(), compressed.uncompressed().with_field(row, "bits", 6))
    assert (change.name, change.fields) == ("fire2", {"bits": (32, 6)})


@given(edits)
def test_as_few_rows_as_possible_are_said_to_have_moved(pair: tuple[LayerTable, LayerTable]) -> None:
    first, second = pair
    pairs = sorted(alignment(first, second).pairs.items())
    same = {row: first.layers[row].name == second.layers[target].name for row, target in pairs}
    moved = {each.name for each in changes_by_baseline(compare(first, second)) if each.change is Change.MOVED}
    kept = [(row, target) for row, target in pairs if first.layers[row].name not in moved]
    assert kept == sorted(kept, key=lambda pair: pair[1])

    def weight(rows: list[tuple[int, int]]) -> int:
        return sum(2 if same[row] else 1 for row, _ in rows)

    series = [list(each) for size in range(len(pairs) + 1) for each in combinations(pairs, size)]
    rising = [each for each in series if each == sorted(each, key=lambda pair: pair[1])]
    assert weight(kept) == max(map(weight, rising))


def test_a_thousand_rows_upside_down_are_compared_at_once() -> None:
    layers = tuple(Softmax(f"row{place}") for place in range(2000))
    first, second = (LayerTable("n", InputShape(), each) for each in (layers, layers[::-1]))
    with at_most(5):
        assert len(changes_by_baseline(compare(first, second))) == 1999
