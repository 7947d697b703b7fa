"""Where a network spends: costs add up, shares are of the whole, and heat tells small costs apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from live_passes import as_predicted
from preset_tables import network
from strategies import running_tables

from squeezeviz.analysis.conventions import Conventions
from squeezeviz.analysis.costs import (
    COSTS,
    Cost,
    Measure,
    convention,
    costs,
    heat_of,
    share_text,
    short_text,
    title,
    value_at,
    value_text,
)
from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.table import LayerTable

TABLE1 = network("table1")
FLOPS, WEIGHTS_ONLY = Conventions(flops=True), Conventions(count_bias=False)


def by_name(measure: Measure, live: LivePass | None = None, conventions: Conventions | None = None) -> dict[str, Cost]:
    return {each.layer: each for each in costs(TABLE1, live, measure, conventions or Conventions())}


@pytest.mark.parametrize(
    ("measure", "layer", "value", "heat"),
    [
        (Measure.MACS, "conv1", 7 * 7 * 3 * 96 * 111 * 111, 1),
        (Measure.PARAMETERS, "conv10", 513_000, 1),
        (Measure.PARAMETERS, "fire2", 11_920, (11_920 / 513_000) ** 0.5),
        (Measure.ACTIVATIONS, "conv1", 4 * 96 * 111 * 111, None),
        (Measure.FIELD, "conv1", 7, None),
        (Measure.FIELD, "maxpool1", 11, None),
        (Measure.FIELD, "fire2", 19, None),
    ],
)
def test_a_layer_costs_what_the_paper_s_table_comes_to(
    measure: Measure, layer: str, value: int, heat: float | None
) -> None:
    found = by_name(measure)[layer]
    assert found.value == value
    assert heat is None or found.heat == pytest.approx(heat)
    assert (found.share is None) is (measure is Measure.FIELD)


def test_weights_only_costs_less_kind_is_no_cost_and_every_measure_has_a_title_and_a_convention() -> None:
    assert by_name(Measure.PARAMETERS, conventions=WEIGHTS_ONLY)["conv10"].value == 512_000
    assert costs(TABLE1, None, Measure.KIND) == () and Measure.KIND not in COSTS
    assert len({title(measure) for measure in Measure}) == len(Measure)
    assert all(map(convention, Measure))


@pytest.mark.parametrize("measure", [Measure.PARAMETERS, Measure.MACS, Measure.ACTIVATIONS])
def test_shares_add_up_to_the_whole_and_boxes_to_their_module(measure: Measure) -> None:
    found = costs(network("complex-bypass"), None, measure)
    assert sum(each.share or 0 for each in found) == pytest.approx(1)
    for each in found:
        assert not each.parts or sum(part.value or 0 for part in each.parts) == each.value


def test_a_fire_is_spent_in_its_boxes_and_any_other_layer_is_one() -> None:
    found = by_name(Measure.PARAMETERS)
    assert [(part.part, part.value) for part in found["fire2"].parts] == [
        ("squeeze1x1", 1552), ("expand1x1", 1088), ("expand3x3", 9280), ("concat", 0),
    ]  # fmt: skip
    assert found["conv1"].parts == ()


def test_time_is_unknown_before_a_pass_and_of_a_meta_pass_and_of_what_did_not_run() -> None:
    for measured in (None, as_predicted(TABLE1, time_ms=0.0)):
        assert all(each.value is each.heat is each.share is None for each in costs(TABLE1, measured, Measure.TIME))
    found = by_name(Measure.TIME, as_predicted(network("squeezenet1_1"), time_ms=1.0))
    assert (found["maxpool4"].value, found["conv1"].value) == (None, 2)


def test_a_relus_time_counts_with_its_convolution() -> None:
    found = by_name(Measure.TIME, as_predicted(TABLE1, time_ms=2.0))
    parts = {part.part: part.value for part in found["fire2"].parts}
    assert parts == {"squeeze1x1": 4, "expand1x1": 4, "expand3x3": 4, "concat": 2}
    assert found["fire2"].value == 14
    assert found["conv1"].share == 4 / (2 * sum(len(layer.operations) for layer in TABLE1.layers))


@given(running_tables())
def test_heat_is_between_0_and_1_follows_the_value_and_no_box_is_hotter_than_its_layer(table: LayerTable) -> None:
    resolved = resolve(table)
    for measure in COSTS:
        found = costs(resolved, as_predicted(resolved), measure)
        heats = [each.heat or 0 for each in sorted(found, key=lambda each: each.value or 0)]
        assert heats == sorted(heats) and all(0 <= heat <= 1 for heat in heats)
        assert None not in [each.heat for each in found]
        if any(each.value for each in found):
            assert max(heats) == 1
        assert all((part.heat or 0) <= (each.heat or 0) + 1e-12 for each in found for part in each.parts)


@pytest.mark.parametrize("measure", COSTS)
def test_the_scale_reads_backwards(measure: Measure) -> None:
    for heat in (0.0, 0.25, 0.5, 1.0):
        assert heat_of(value_at(heat, 1000.0, measure), 1000.0, measure) == pytest.approx(heat)


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (lambda: value_text(Measure.MACS, 35_622_400), "35.6 M multiply-adds"),
        (lambda: value_text(Measure.MACS, 35_622_400, FLOPS), "71.2 MFLOPs (2 × multiply-adds)"),
        (lambda: value_text(Measure.PARAMETERS, 11_920, WEIGHTS_ONLY), "11,920 parameters (weights only)"),
        (lambda: value_text(Measure.ACTIVATIONS, 4 * 96 * 111 * 111), "4.51 MiB of activations"),
        (lambda: value_text(Measure.TIME, 3.24), "3.2 ms"),
        (lambda: value_text(Measure.FIELD, 19), "19 px"),
        (lambda: short_text(Measure.MACS, 35_622_400), "35.6 M"),
        (lambda: short_text(Measure.MACS, 35_622_400, FLOPS), "71.2 MFLOPs"),
        (lambda: short_text(Measure.PARAMETERS, 11_920), "11.9 k"),
        (lambda: short_text(Measure.ACTIVATIONS, 2**20, Conventions(decimal_sizes=True)), "1.05 MB"),
        (lambda: short_text(Measure.TIME, 3.24), "3.2 ms"),
        (lambda: short_text(Measure.FIELD, 1e9), "1 G px"),
        (lambda: short_text(Measure.FIELD, 999_999), "999999 px"),
        (lambda: title(Measure.MACS), "Multiply-adds"),
        (lambda: title(Measure.MACS, FLOPS), "FLOPs"),
        (lambda: convention(Measure.MACS, FLOPS), "2 × multiply-adds, one image"),
        (lambda: convention(Measure.PARAMETERS, WEIGHTS_ONLY), "weights only"),
        (lambda: share_text(0.0428), "4.3 %"),
        (lambda: share_text(None), ""),
    ],
)
def test_numbers_are_written_with_their_convention(write: Callable[[], str], text: str) -> None:
    assert write() == text
