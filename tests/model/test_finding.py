"""Layers and their parts are found by what a person would type."""

from __future__ import annotations

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import tables

from squeezeviz.model.finding import Found, find
from squeezeviz.model.layers import Conv, Fire, MaxPool, Softmax
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


def test_names_come_before_kinds_and_kinds_before_facts() -> None:
    table = LayerTable(
        "t", InputShape(), (Fire("other", 3, 3, 3), MaxPool("fired"), Conv("my fire", 3, 1), Conv("c", 4, 1))
    )
    assert [found.layer for found in find(table, "fire")] == ["fired", "my fire", "other"]
    facts = LayerTable("t", InputShape(), (MaxPool("a"), Conv("conv3x3", 8, 1)))
    assert [found.layer for found in find(facts, "3x3")] == ["conv3x3", "a"]


def test_an_exact_name_comes_first_wherever_it_stands() -> None:
    table = LayerTable("t", InputShape(), (Conv("conv10", 8, 1), Conv("xconv1", 8, 1), Conv("conv1", 8, 1)))
    assert [found.layer for found in find(table, "conv1")] == ["conv1", "conv10", "xconv1"]


def test_bypasses_are_found_with_their_kind_and_their_convolution() -> None:
    assert names("complex-bypass", "simple") == ["fire3", "fire5", "fire7", "fire9"]
    assert names("complex-bypass", "complex bypass") == ["fire2", "fire4", "fire6", "fire8"]
    found = names("complex-bypass", "bypass")
    assert set(found) == {*FIRES, "fire2/bypass1x1", "fire4/bypass1x1", "fire6/bypass1x1", "fire8/bypass1x1"}
    assert len(names("simple-bypass", "sum")) == 4


def test_a_softmax_is_found_by_its_kind() -> None:
    table = LayerTable("t", InputShape(), (Conv("c", 4, 1), Softmax("probabilities")))
    assert find(table, "softmax") == (Found("probabilities"),)


def test_a_number_is_all_of_a_number() -> None:
    table = LayerTable("t", InputShape(), (Fire("a", 6, 8, 8), Fire("b", 64, 8, 8)))
    assert find(table, "6") == (Found("a"),)
    assert find(table, "64") == (Found("b"),)


@given(table=tables(), place=st.integers(min_value=0))
def test_every_layer_is_found_by_its_own_name_first(table: LayerTable, place: int) -> None:
    layer = table.layers[place % len(table.layers)] if table.layers else None
    if layer is not None and layer.name.split():
        assert Found(layer.name) in find(table, layer.name)


@given(table=tables(), text=st.text(max_size=12))
def test_any_text_finds_only_what_is_there_and_nothing_twice(table: LayerTable, text: str) -> None:
    found = find(table, text)
    assert len(set(found)) == len(found)
    assert {each.layer for each in found} <= {layer.name for layer in table.layers} | {""}


def test_a_thousand_fires_are_searched_while_one_types() -> None:
    table = LayerTable("t", InputShape(), tuple(Fire(f"fire{number}", 16, 64, 64) for number in range(1000)))
    find(table, "f")
    with at_most(0.05):
        assert find(table, "fire700") == (Found("fire700"),)
