"""A live pass beside its prediction: every number that differs is found, and none that agrees."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live_passes import as_predicted
from preset_tables import PRESETS, preset
from strategies import tables

from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.report import measured_report, predicted_report
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import Note
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable

UNPREDICTED = {"time_ms", "quartiles_ms", "repeats", "memory_bytes", "device"}


def tampered(value: Any) -> Any:
    if isinstance(value, str):
        return value + "x"
    return (*value[:-1], value[-1] + 1) if isinstance(value, tuple) else value + 1


def with_one_number_changed(live: LivePass) -> Iterator[tuple[str, str, LivePass]]:
    """Each way to change one field of the pass, with the name and field that ought to be told."""
    for field in ("input_shape", "output_shape", "depth", "parameters", "macs"):
        yield "", field, dataclasses.replace(live, **{field: tampered(getattr(live, field))})
    for row, layer in enumerate(live.layers):
        for field, value in _told(layer):
            yield layer.name, field, _with_layer(live, row, dataclasses.replace(layer, **{field: tampered(value)}))
        for place, step in enumerate(layer.operations):
            for field, value in _told(step):
                steps = list(layer.operations)
                steps[place] = dataclasses.replace(step, **{field: tampered(value)})
                changed = dataclasses.replace(layer, operations=tuple(steps))
                yield step.name, field, _with_layer(live, row, changed)


def _told(part: Any) -> list[tuple[str, Any]]:
    names = [field.name for field in dataclasses.fields(part)]
    return [(name, getattr(part, name)) for name in names if name not in UNPREDICTED | {"operations"}]


def _with_layer(live: LivePass, row: int, layer: Any) -> LivePass:
    return dataclasses.replace(live, layers=(*live.layers[:row], layer, *live.layers[row + 1 :]))


@given(tables(), st.integers(1, 4))
def test_a_pass_that_measures_what_was_predicted_disagrees_in_nothing_and_survives_json(
    table: LayerTable, batch: int
) -> None:
    network = resolve(table)
    live = as_predicted(network, batch)
    assert disagreements(network, live) == ()
    assert from_json(LivePass, json.loads(json.dumps(to_json(live))), "a pass") == live


@pytest.mark.parametrize("name", ["table1", "complex-bypass"])
def test_every_single_number_that_differs_is_found(name: str) -> None:
    network = resolve(preset(name))
    cases = list(with_one_number_changed(as_predicted(network)))
    assert len(cases) > 450
    for where, field, live in cases:
        (found,) = disagreements(network, live)
        assert (found.name, found.field) == (where, field)
        assert found.predicted != found.measured
        assert (where or "network") in str(found)


def test_another_depth_or_batch_than_the_shapes_say_is_found() -> None:
    network = resolve(preset("table1"))
    live = dataclasses.replace(as_predicted(network), depth=17)
    assert measured_report(network, live)["disagreements"] == [
        {"name": "", "field": "depth", "predicted": 18, "measured": 17}
    ]
    live = dataclasses.replace(as_predicted(network), input_shape=(2, 3, 227, 227))
    assert {found.field for found in disagreements(network, live)} == {"output_shape"}


def test_a_layer_or_an_operation_too_few_is_found() -> None:
    network = resolve(preset("table1"))
    live = as_predicted(network)
    (found,) = disagreements(network, dataclasses.replace(live, layers=live.layers[:-1]))
    assert (found.name, found.field, found.predicted, found.measured) == ("", "layers", 15, 14)
    fire2 = dataclasses.replace(live.layers[2], operations=live.layers[2].operations[:-1])
    (found,) = disagreements(network, _with_layer(live, 2, fire2))
    assert (found.name, found.field) == ("fire2", "operations")
    assert [*found.measured, "fire2/concat"] == found.predicted


def test_a_number_that_layer_and_operation_share_is_told_once() -> None:
    network = resolve(preset("table1"))
    live = as_predicted(network)
    pool = live.layers[1]
    step = dataclasses.replace(pool.operations[0], output_shape=(1, 96, 54, 54))
    cropped = dataclasses.replace(pool, output_shape=(1, 96, 54, 54), operations=(step,))
    told = [str(found) for found in disagreements(network, _with_layer(live, 1, cropped))]
    assert told == ["maxpool1: output_shape was predicted [1, 96, 55, 55], measured [1, 96, 54, 54]"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_reports_have_the_documented_fields(name: str) -> None:
    network = resolve(preset(name))
    shown = predicted_report(network, notes=[Note("a remark")], batch=2)
    traced = measured_report(network, as_predicted(network, 2), notes=[Note("a remark")])
    layer = {"name", "type", "output_shape", "depth", "parameters", "macs"}
    sums = {"output_shape", "depth", "parameters", "macs"}
    document = {"schema", "name", "runs", "input_shape", "layers", "notes"} | sums
    assert shown.keys() == document
    assert traced.keys() == document | {
        "device", "precision", "memory_format", "repeats", "time_ms", "time_ms_iqr", "memory_bytes", "disagreements",
    }  # fmt: skip
    for report, extra in ((shown, set()), (traced, {"time_ms", "time_ms_iqr"})):
        assert report["schema"] == "squeezeviz/trace-1"
        assert (report["input_shape"][0], report["output_shape"], report["notes"]) == (2, [2, 1000], ["a remark"])
        for part in report["layers"]:
            assert part.keys() == layer | extra | {"operations"}
            assert all(step.keys() == layer | extra for step in part["operations"])
    for field in document - {"layers"}:
        assert traced[field] == shown[field]


def test_the_report_of_fire2_is_the_one_in_the_design() -> None:
    fire2 = predicted_report(resolve(preset("table1")))["layers"][2]
    squeeze = fire2["operations"][0]
    del fire2["operations"]
    assert fire2 == {
        "name": "fire2", "type": "fire", "output_shape": [1, 128, 55, 55], "depth": 2, "parameters": 11_920,
        "macs": 35_622_400,
    }  # fmt: skip
    assert squeeze == {
        "name": "fire2/squeeze1x1", "type": "conv", "output_shape": [1, 16, 55, 55], "depth": 1, "parameters": 1_552,
        "macs": 4_646_400,
    }  # fmt: skip


HUGE = tuple(Conv(f"conv{number}", 10**9, 1) for number in range(1, 12))


@pytest.mark.parametrize(
    ("table", "layers", "note", "cut"),
    [
        (preset("table1").with_field(4, "bypass", "simple"), 4, "fire4: a simple bypass adds", True),
        (LayerTable("nothing", InputShape(3, 8, 8), ()), 0, "the table has no layers", False),
        (LayerTable("huge", InputShape(10**6, 1, 1), HUGE), len(HUGE), "all parameters together", False),
    ],
)
def test_a_table_that_cannot_run_is_never_taken_for_a_network(
    table: LayerTable, layers: int, note: str, cut: bool
) -> None:
    report = predicted_report(resolve(table), notes=[Note("first")])
    assert (report["runs"], len(report["layers"]), report["notes"][0]) == (False, layers, "first")
    assert report["macs"] == sum(layer["macs"] for layer in report["layers"])
    assert report["notes"][1].startswith(note)
    assert report["notes"][1].endswith("; totals and layers end before that row") is cut
