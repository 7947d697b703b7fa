"""The story of depth: its figures come from the network and the pass, and it answers what readers ask."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from preset_tables import PRESETS, preset
from strategies import running_tables

from squeezeviz.analysis.columns import Column
from squeezeviz.analysis.following import FollowedValue, Readings
from squeezeviz.analysis.following import followed as make_followed
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.explain.depth_story import TOTAL_ROW, Step, depth_story, value_to_follow
from squeezeviz.explain.what_if import Agreement
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable


def told(table: LayerTable) -> tuple[Step, ...]:
    return depth_story(resolve(table))


def whole(step: Step) -> str:
    return " ".join((step.title, *step.text, step.formula, step.found))


def test_a_reader_of_table_1_finds_every_answer_and_each_step_points_at_what_it_speaks_of() -> None:
    riddle, squeeze, beside, concat, pools = told(preset("table1"))
    assert "depth 2, e1x1 64, e3x3 64, and 128 channels" in whole(riddle)
    assert "its 64 channels would come out, not 128, and depth would be 3, not 2" in whole(riddle)
    assert "96 channels come into fire2" in whole(squeeze) and "16 channels go on" in whole(squeeze)
    assert beside.formula == "depth = 1 + max(1, 1) = 2"
    assert concat.formula == "64 + 64 = 128 channels"
    assert "two 64s has nothing to do with the depth of 2" in whole(concat)
    assert "maxpool1" in whole(pools) and "no weights and adds 0" in whole(pools)
    assert pools.formula == "2·1 + 8·2 = 18"
    assert riddle.cells[0].row == "fire2"
    assert set(riddle.cells[0].columns) >= {Column.DEPTH, Column.E1X1, Column.E3X3}
    assert squeeze.boxes == (("fire2", "squeeze1x1"),)
    assert beside.boxes == (("fire2", "expand1x1"), ("fire2", "expand3x3"))
    assert concat.boxes == (("fire2", "concat"),)
    assert pools.boxes == (("maxpool1", ""),)
    assert [each.row for each in pools.cells] == ["maxpool1", TOTAL_ROW]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_told_in_five_steps_none_of_them_long(name: str) -> None:
    steps = told(preset(name))
    assert len(steps) == 5
    assert all(len(" ".join(step.text)) <= 380 for step in steps)


def test_other_numbers_make_another_story() -> None:
    table = LayerTable(
        "t", InputShape(3, 20, 20), (Conv("c", 7, 3), Fire("spark", 3, 5, 8), MaxPool("p", 2), Fire("g", 1, 1, 1))
    )
    text = " ".join(map(whole, told(table)))
    assert "8 channels would come out, not 13" in text
    assert "5 + 8 = 13 channels" in text
    assert "1·1 + 2·2 = 5" in text
    assert "nothing to do" not in text and "64" not in text


def test_without_a_fire_or_without_a_pool_there_is_no_story() -> None:
    image = InputShape(3, 20, 20)
    assert told(LayerTable("t", image, (Conv("c", 7, 3), MaxPool("p")))) == ()
    assert told(LayerTable("t", image, (Conv("c", 7, 3), Fire("f", 1, 1, 1)))) == ()
    assert told(LayerTable("t", image, ())) == ()
    assert told(LayerTable("t", image, (Conv("c", 7, 99), MaxPool("p"), Fire("f", 1, 1, 1)))) == ()


def test_a_bypass_is_told_to_change_neither_channels_nor_depth_and_nothing_is_measured_before_a_pass() -> None:
    table = preset("complex-bypass")
    steps = told(table)
    assert "complex bypass is then added" in whole(steps[3])
    assert "bypass" not in whole(told(table.with_field(table.index_of("fire2"), "bypass", Bypass.NONE))[3])
    for step in steps:
        assert step.agreement is Agreement.PREDICTED and "not measured yet" in step.found


@settings(max_examples=80)
@given(running_tables())
def test_whatever_is_told_ends_with_the_depth_of_the_network(table: LayerTable) -> None:
    network = resolve(table)
    steps = depth_story(network)
    if steps:
        assert steps[-1].formula.endswith(f"= {network.depth.value:,}")
        assert len(steps) == 5


def followed(table: LayerTable, at: ValueAt) -> FollowedValue:
    """A value whose window holds ones everywhere, and whose filter and bias are ones too."""
    network = resolve(table)
    source = source_of(network, at)
    assert source.step is not None
    window = [[[1.0] * len(source.window.columns)] * len(source.window.rows)] * source.step.inputs[0].channels
    measured = float(len(window) * len(source.window.rows) * len(source.window.columns) + 1)
    return make_followed(at, source, Readings(measured, [window], window, 1.0))


def test_a_followed_value_of_the_3x3_is_a_step_of_its_own() -> None:
    table = preset("table1")
    at = value_to_follow(resolve(table))
    assert at == ValueAt("fire2/concat", 77, 27, 27)
    value = followed(table, at)
    *_, concat, step, pools = depth_story(resolve(table), None, value)
    assert (concat.title, pools.title) == ("Stacked, not chained", "Pools add nothing: 18 in all")
    assert step.formula == "77 − 64 = 13"
    assert "the sum of 144 products and a bias" in whole(step) and "the squeeze's 16 channels" in whole(step)
    assert step.found == "ReLU: max(0, 145.000) = 145.000; measured in the pass, in float32: 145.000"
    assert step.agreement is Agreement.MEASURED
    assert len(" ".join(step.text)) <= 380
    wrong = dataclasses.replace(value, measured=3.0)
    assert depth_story(resolve(table), None, wrong)[4].agreement is Agreement.DIFFERS


def test_a_followed_value_of_another_operation_is_not_told_of() -> None:
    table = preset("table1")
    for at in (ValueAt("fire2/concat", 63, 27, 27), ValueAt("fire3/concat", 77, 27, 27), ValueAt("conv1", 77, 27, 27)):
        assert depth_story(resolve(table), None, followed(table, at)) == told(table)
    assert value_to_follow(resolve(table.removed(table.index_of("fire2")))) == ValueAt("fire3/concat", 77, 27, 27)
    assert value_to_follow(resolve(LayerTable("t", InputShape(3, 20, 20), (Conv("c", 7, 3),)))) is None


@settings(max_examples=80)
@given(running_tables())
def test_the_value_that_a_story_follows_is_one_of_the_3x3(table: LayerTable) -> None:
    network = resolve(table)
    at = value_to_follow(network)
    if at is not None and sum(step.name == at.operation for _, step in network.operations()) == 1:
        assert source_of(network, at).name == at.operation.removesuffix("concat") + "expand3x3"
