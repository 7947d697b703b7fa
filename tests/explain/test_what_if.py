"""What a Fire would come to if its expands were chained: the numbers, and what is said of them."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import assume, given, settings
from live_passes import as_predicted
from preset_tables import preset
from strategies import running_tables

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.what_if import Agreement, Outcome, WhatIf, comparisons, conclusion, predicted, remarks, what_if
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable


def case_of(fire: Fire, channels: int = 96, size: int = 55) -> WhatIf:
    found = what_if(resolve(LayerTable("one", InputShape(channels, size, size), (fire,))), 0)
    assert found is not None
    return found


def both(case: WhatIf) -> tuple[Outcome, Outcome]:
    real, chained = predicted(case.real), predicted(case.chained)
    assert real is not None and chained is not None
    return real, chained


def table1_case(name: str = "fire2") -> WhatIf:
    network = resolve(preset("table1"))
    found = what_if(network, network.table.index_of(name))
    assert found is not None
    return found


def test_fire2_chained_gives_64_channels_and_a_depth_of_3_as_it_was_asked() -> None:
    case = table1_case()
    real, chained = both(case)
    assert real == Outcome((1, 128, 55, 55), 2, 11_920, 35_622_400)
    parameters = (96 + 1) * 16 + (16 + 1) * 64 + (9 * 64 + 1) * 64
    assert chained == Outcome((1, 64, 55, 55), 3, parameters, (96 * 16 + 16 * 64 + 9 * 64 * 64) * 55 * 55)
    assert conclusion(case, real, chained) == (
        "Chained, 64 channels would come out and depth would be 3. Table 1 says 128 and 2: they stand side by side."
    )
    assert remarks(case) == ()


def test_what_table_1_does_not_print_it_is_not_said_to_say() -> None:
    case = case_of(Fire("fire2", 16, 48, 80))
    assert conclusion(case, *both(case)) == (
        "Chained, 80 channels would come out and depth would be 3. fire2 gives 128 and 2: they stand side by side."
    )
    other = case_of(Fire("fire9", 16, 64, 64))
    assert "fire9 gives" in conclusion(other, *both(other))
    single = case_of(Fire("f", 1, 2, 1))
    assert "1 channel would" in conclusion(single, *both(single))


def test_equal_costs_are_told_as_the_coincidence_that_they_are_and_unequal_expands_whose_channels_come_out() -> None:
    case = case_of(Fire("f", 32, 32, 32))
    real, chained = both(case)
    assert (real.parameters, real.macs) == (chained.parameters, chained.macs)
    assert remarks(case) == (
        "Parameters and multiply-adds are equal here only because s1x1 = e1x1 = 32: the 3×3 reads as many "
        "channels either way.",
    )
    (said,) = remarks(case_of(Fire("f", 8, 48, 80)))
    assert "only the 3×3's 80 come out" in said and "1×1's 48" in said


@pytest.mark.parametrize("bypass", [Bypass.SIMPLE, Bypass.COMPLEX])
def test_a_bypass_is_left_out_on_both_sides_and_that_is_said(bypass: Bypass) -> None:
    case = case_of(Fire("fire3", 16, 64, 64, bypass), channels=128)
    assert both(case) == both(case_of(Fire("fire3", 16, 64, 64), channels=128))
    assert remarks(case) == (f"The {bypass} bypass of fire3 is left out on both sides.",)


def test_a_fire_whose_bypass_cannot_run_can_be_asked_about_but_no_other_row_and_none_that_no_data_reaches() -> None:
    network = resolve(LayerTable("t", InputShape(96, 9, 9), (Fire("f", 4, 8, 8, Bypass.SIMPLE),)))
    assert not network.runs and what_if(network, 0) is not None
    network = resolve(LayerTable("t", InputShape(3, 4, 4), (Conv("c", 4, 9), Fire("f", 4, 8, 8))))
    assert [what_if(network, row) for row in (-1, 0, 1, 2)] == [None] * 4


def test_without_bias_and_relu_the_chain_has_neither() -> None:
    case = case_of(Fire("f", 4, 8, 16, relu=False, bias=False), channels=5)
    assert both(case)[1].parameters == 5 * 4 + 4 * 8 + 9 * 8 * 16
    assert all(not (layer.relu or layer.bias) for layer in case.chained.table.layers if isinstance(layer, Conv))


def test_a_chain_too_large_to_count_says_so_and_leaves_its_figures_open() -> None:
    case = case_of(Fire("f", 1, 10**10, 10**10), channels=1, size=1)
    assert predicted(case.real) is not None
    assert case.chained.problems and predicted(case.chained) is None
    assert {each.chained.text for each in comparisons(case)} == {"—"}


@settings(max_examples=50)
@given(running_tables())
def test_chained_it_would_always_give_fewer_channels_and_one_step_more(table: LayerTable) -> None:
    network = resolve(table)
    cases = [case for row in range(len(table.layers)) if (case := what_if(network, row))]
    assume(cases)
    for case in cases:
        real, chained = both(case)
        fire = case.fire
        assert (real.channels, chained.channels) == (fire.e1x1 + fire.e3x3, fire.e3x3)
        assert (real.depth, chained.depth) == (2, 3)
        assert real.output[2:] == chained.output[2:]
        assert (real.parameters == chained.parameters) is (fire.s1x1 == fire.e1x1)


def a_pass(network: ResolvedNetwork, **changed: float) -> LivePass:
    """A pass that found what is predicted, but for `changed`."""
    return dataclasses.replace(as_predicted(network), **{"time_ms": 3.25} | changed)  # type: ignore[arg-type]


def test_figures_are_predicted_until_a_pass_has_measured_them() -> None:
    case = table1_case()
    assert {each.real.agreement for each in comparisons(case)} == {Agreement.PREDICTED}
    rows = {each.label: each for each in comparisons(case, a_pass(case.real))}
    assert rows["output shape"].real.text == "[1, 128, 55, 55]"
    assert rows["time"].real.text == "3.2 ms"
    assert rows.pop("time").real.agreement is Agreement.TIMED
    assert {each.real.agreement for each in rows.values()} == {Agreement.MEASURED}
    assert {each.chained.agreement for each in rows.values()} == {Agreement.PREDICTED}


def test_a_figure_that_was_measured_otherwise_shows_both() -> None:
    case = table1_case()
    rows = {each.label: each for each in comparisons(case, None, a_pass(case.chained, depth=2))}
    assert rows["depth"].chained.text == "2, predicted 3"
    assert rows["depth"].chained.agreement is Agreement.DIFFERS
    assert rows["parameters"].chained.agreement is Agreement.MEASURED


def test_on_a_device_without_clock_the_time_is_not_called_measured() -> None:
    case = table1_case()
    time = next(each for each in comparisons(case, a_pass(case.real, time_ms=0.0)) if each.label == "time")
    assert (time.real.text, time.real.agreement) == ("—", Agreement.PREDICTED)
