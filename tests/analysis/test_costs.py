"""Where a network spends: costs add up, shares are of the whole, and heat tells small costs apart."""

from __future__ import annotations

import preset_tables
import pytest
from hypothesis import given
from strategies import running_tables

from squeezeviz.analysis.conventions import USUAL, Conventions
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
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.table import LayerTable


def preset(name: str) -> ResolvedNetwork:
    return resolve(preset_tables.preset(name))


def by_name(found: tuple[Cost, ...]) -> dict[str, Cost]:
    return {each.layer: each for each in found}


def a_pass(network: ResolvedNetwork, time_ms: float = 1.0) -> LivePass:
    """A pass in which every operation took as long."""
    layers = tuple(
        MeasuredLayer(
            layer.name, layer.layer.type, (), 0, 0, 0, time_ms * len(layer.operations),
            tuple(MeasuredOperation(s.name, str(s.operation.kind), (), 0, 0, 0, time_ms) for s in layer.operations),
        )
        for layer in network.layers
    )  # fmt: skip
    whole = sum(layer.time_ms for layer in layers)
    return LivePass(DeviceName("cpu", "CPU"), (), (), 0, 0, 0, whole, 0, layers)


def test_conv1_is_the_hottest_by_multiply_adds_and_conv10_by_parameters() -> None:
    network = preset("table1")
    macs = by_name(costs(network, None, Measure.MACS))
    assert macs["conv1"].value == 7 * 7 * 3 * 96 * 111 * 111
    assert macs["conv1"].heat == 1
    parameters = by_name(costs(network, None, Measure.PARAMETERS))
    assert parameters["conv10"].value == 513_000
    assert parameters["conv10"].heat == 1
    assert parameters["fire2"].value == 11_920


@pytest.mark.parametrize("measure", [Measure.PARAMETERS, Measure.MACS, Measure.ACTIVATIONS])
def test_shares_add_up_to_the_whole_and_boxes_to_their_module(measure: Measure) -> None:
    found = costs(preset("complex-bypass"), None, measure)
    assert sum(each.share or 0 for each in found) == pytest.approx(1)
    for each in found:
        if each.parts:
            assert sum(part.value or 0 for part in each.parts) == each.value


def test_a_fire_is_spent_in_its_boxes_and_any_other_layer_is_one() -> None:
    found = by_name(costs(preset("table1"), None, Measure.PARAMETERS))
    assert [(part.part, part.value) for part in found["fire2"].parts] == [
        ("squeeze1x1", 1552), ("expand1x1", 1088), ("expand3x3", 9280), ("concat", 0),
    ]  # fmt: skip
    assert found["conv1"].parts == ()


def test_activation_memory_is_four_bytes_a_value() -> None:
    found = by_name(costs(preset("table1"), None, Measure.ACTIVATIONS))
    assert found["conv1"].value == 4 * 96 * 111 * 111
    assert value_text(Measure.ACTIVATIONS, found["conv1"].value) == "4.51 MiB of activations"


def test_receptive_fields_have_no_share_and_grow() -> None:
    found = costs(preset("table1"), None, Measure.FIELD)
    assert [each.value for each in found[:3]] == [7, 11, 19]
    assert all(each.share is None for each in found)
    values = [each.value or 0 for each in found]
    assert values == sorted(values)


def test_time_is_unknown_before_a_pass_and_of_a_meta_pass() -> None:
    network = preset("table1")
    for measured in (None, a_pass(network, 0.0)):
        assert all(each.value is each.heat is each.share is None for each in costs(network, measured, Measure.TIME))


def test_a_relus_time_counts_with_its_convolution() -> None:
    network = preset("table1")
    found = by_name(costs(network, a_pass(network, 2.0), Measure.TIME))
    parts = {part.part: part.value for part in found["fire2"].parts}
    assert parts == {"squeeze1x1": 4, "expand1x1": 4, "expand3x3": 4, "concat": 2}
    assert found["fire2"].value == 14
    assert found["conv1"].share == 4 / (2 * sum(len(layer.operations) for layer in network.layers))


def test_a_layer_that_the_pass_did_not_run_has_no_time() -> None:
    network, other = preset("table1"), preset("squeezenet1_1")
    found = by_name(costs(network, a_pass(other), Measure.TIME))
    assert found["maxpool4"].value is None
    assert found["conv1"].value == 2


def test_kind_is_no_cost() -> None:
    assert costs(preset("table1"), None, Measure.KIND) == ()
    assert Measure.KIND not in COSTS


@given(running_tables())
def test_heat_is_between_0_and_1_and_follows_the_value(table: LayerTable) -> None:
    network = resolve(table)
    for measure in COSTS:
        found = costs(network, a_pass(network), measure)
        heats = [each.heat for each in sorted(found, key=lambda each: each.value or 0)]
        assert heats == sorted(heats, key=lambda heat: heat or 0)
        assert all(heat is not None and 0 <= heat <= 1 for heat in heats)
        if any(each.value for each in found):
            assert max(heat or 0 for heat in heats) == 1


@given(running_tables())
def test_no_box_is_hotter_than_its_layer(table: LayerTable) -> None:
    network = resolve(table)
    for measure in COSTS:
        for layer in costs(network, a_pass(network), measure):
            assert all((part.heat or 0) <= (layer.heat or 0) + 1e-12 for part in layer.parts)


@pytest.mark.parametrize("measure", COSTS)
def test_the_scale_reads_backwards(measure: Measure) -> None:
    for heat in (0.0, 0.25, 0.5, 1.0):
        assert heat_of(value_at(heat, 1000.0, measure), 1000.0, measure) == pytest.approx(heat)


def test_weights_only_costs_less() -> None:
    network = preset("table1")
    found = by_name(costs(network, None, Measure.PARAMETERS, Conventions(count_bias=False)))
    assert found["conv10"].value == 512_000


def test_numbers_are_written_with_their_convention() -> None:
    flops = Conventions(flops=True)
    assert value_text(Measure.MACS, 35_622_400) == "35.6 M multiply-adds"
    assert value_text(Measure.MACS, 35_622_400, flops) == "71.2 MFLOPs (2 × multiply-adds)"
    assert short_text(Measure.MACS, 35_622_400) == "35.6 M"
    assert short_text(Measure.MACS, 35_622_400, flops) == "71.2 MFLOPs"
    assert value_text(Measure.TIME, 3.24) == "3.2 ms"
    assert value_text(Measure.FIELD, 19) == "19 px"
    assert title(Measure.MACS) == "Multiply-adds"
    assert title(Measure.MACS, flops) == "FLOPs"
    assert convention(Measure.MACS, flops) == "2 × multiply-adds, one image"
    assert convention(Measure.PARAMETERS, Conventions(count_bias=False)) == "weights only"
    assert share_text(0.0428) == "4.3 %"
    assert share_text(None) == ""


def test_every_measure_has_a_title_and_a_convention() -> None:
    assert len({title(measure) for measure in Measure}) == len(Measure)
    assert all(convention(measure, USUAL) for measure in Measure)
