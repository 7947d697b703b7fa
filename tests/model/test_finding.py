"""Layers and their parts are found by what a person would type."""

from __future__ import annotations

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import tables

from squeezeviz.model.finding import Found, find
from squeezeviz.model.layers import Conv, Fire, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable

FIRES = tuple(f"fire{number}" for number in range(2, 10))


def names(preset_name: str, text: str) -> list[str]:
    return ["/".join(filter(None, found)) or "input" for found in find(preset(preset_name), text)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("fire5", ["fire5"]),
        ("FIRE 5", ["fire5"]),
        ("  Fire5 ", ["fire5"]),
        ("fire", list(FIRES)),
        ("conv1", ["conv1", "conv10"]),
        ("conv", ["conv1", "conv10"]),
        ("convolution", ["conv1", "conv10"]),
        ("pool", ["maxpool1", "maxpool4", "maxpool8", "avgpool10"]),
        ("maxpool", ["maxpool1", "maxpool4", "maxpool8"]),
        ("average pooling", ["avgpool10"]),
        ("squeeze", [f"{fire}/squeeze1x1" for fire in FIRES]),
        ("expand3x3", [f"{fire}/expand3x3" for fire in FIRES]),
        ("expand 3×3", [f"{fire}/expand3x3" for fire in FIRES]),
        ("concat", [f"{fire}/concat" for fire in FIRES]),
        ("fire5 expand", ["fire5/expand1x1", "fire5/expand3x3"]),
        ("fire5/exp", ["fire5/expand1x1", "fire5/expand3x3"]),
        ("fire5/", ["fire5/squeeze1x1", "fire5/expand1x1", "fire5/expand3x3", "fire5/concat"]),
        ("fire5/expand3x3", ["fire5/expand3x3"]),
        ("7x7", ["conv1"]),
        ("7×7/2", ["conv1"]),
        ("×96", ["conv1"]),
        ("96 filters", ["conv1"]),
        ("s1x1 16", ["fire2", "fire3"]),
        ("16", ["fire2", "fire3"]),
        ("input", ["input"]),
        ("dropout", ["dropout9"]),
        ("50 %", ["dropout9"]),
        ("bypass", []),
        ("softmax", []),
        ("zzz", []),
        ("", []),
        ("   ", []),
    ],
)
def test_table_1_is_searched(text: str, expected: list[str]) -> None:
    assert names("table1", text) == expected


@pytest.mark.parametrize(
    ("layers", "text", "order"),
    [
        ((Fire("other", 3, 3, 3), MaxPool("fired"), Conv("my fire", 3, 1), Conv("c", 4, 1)), "fire",
         ["fired", "my fire", "other"]),
        ((MaxPool("a"), Conv("conv3x3", 8, 1)), "3x3", ["conv3x3", "a"]),
        ((Conv("conv10", 8, 1), Conv("xconv1", 8, 1), Conv("conv1", 8, 1)), "conv1", ["conv1", "conv10", "xconv1"]),
    ],
)  # fmt: skip
def test_exact_names_come_before_others_then_kinds_then_facts(
    layers: tuple[Layer, ...], text: str, order: list[str]
) -> None:
    assert [found.layer for found in find(LayerTable("t", InputShape(), layers), text)] == order


def test_bypasses_are_found_with_their_kind_and_their_convolution() -> None:
    assert names("complex-bypass", "simple") == ["fire3", "fire5", "fire7", "fire9"]
    assert names("complex-bypass", "complex bypass") == ["fire2", "fire4", "fire6", "fire8"]
    found = names("complex-bypass", "bypass")
    assert set(found) == {*FIRES, "fire2/bypass1x1", "fire4/bypass1x1", "fire6/bypass1x1", "fire8/bypass1x1"}
    assert len(names("simple-bypass", "sum")) == 4


def test_a_number_is_all_of_a_number_and_a_softmax_is_found_by_its_kind() -> None:
    table = LayerTable("t", InputShape(), (Fire("a", 6, 8, 8), Fire("b", 64, 8, 8), Softmax("probabilities")))
    assert find(table, "6") == (Found("a"),)
    assert find(table, "64") == (Found("b"),)
    assert find(table, "softmax") == (Found("probabilities"),)


@given(table=tables(), text=st.text(max_size=12))
def test_every_layer_is_found_by_its_own_name_and_nothing_that_is_not_there_or_twice(
    table: LayerTable, text: str
) -> None:
    names = [layer.name for layer in table.layers]
    for wanted in (text, *names):
        found = find(table, wanted)
        assert len(set(found)) == len(found)
        assert {each.layer for each in found} <= {*names, ""}
        assert wanted not in names or not wanted.split() or Found(wanted) in found


def test_a_thousand_fires_are_searched_while_one_types() -> None:
    table = LayerTable("t", InputShape(), tuple(Fire(f"fire{number}", 16, 64, 64) for number in range(1000)))
    find(table, "f")
    with at_most(0.05):
        assert find(table, "fire700") == (Found("fire700"),)
