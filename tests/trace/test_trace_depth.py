"""Depth is measured by following the tensors, and is what Table 1 means by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from preset_tables import PRESETS, Preset
from strategies import running_tables
from torch import Tensor

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.what_if import what_if
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.module import FireModule
from squeezeviz.trace.passes import live_pass


def defined_depths(table: LayerTable) -> list[int]:
    """The definition, said without the core: a convolution 1, a Fire module 2, everything else 0."""
    return [2 if isinstance(layer, Fire) else 1 if isinstance(layer, Conv) else 0 for layer in table.layers]


def agrees(network: ResolvedNetwork, measured: LivePass) -> None:
    wanted = defined_depths(network.table)
    assert [layer.depth for layer in measured.layers] == wanted
    assert measured.depth == sum(wanted)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_measures_the_depth_of_the_definition(preset: Preset, name: str) -> None:
    network = preset(name)
    agrees(network, live_pass(network, device="meta"))
    assert sum(defined_depths(network.table)) == 18


@settings(max_examples=200, deadline=None)
@given(running_tables())
def test_any_table_measures_the_depth_of_the_definition(table: LayerTable) -> None:
    network = resolve(table)
    agrees(network, live_pass(network, device="meta"))


def test_within_a_fire_the_expands_stand_beside_each_other(preset: Preset) -> None:
    measured = live_pass(preset("table1"), device="meta")
    fire2 = next(layer for layer in measured.layers if layer.name == "fire2")
    depths = {each.name.removeprefix("fire2/"): each.depth for each in fire2.operations}
    assert depths == {
        "squeeze1x1": 1, "relu_squeeze1x1": 1, "expand1x1": 2, "relu_expand1x1": 2, "expand3x3": 2,
        "relu_expand3x3": 2, "concat": 2,
    }  # fmt: skip


def test_fire2_of_table_1_chained_measures_64_channels_and_a_depth_of_3_on_the_cpu(preset: Preset) -> None:
    network = preset("table1")
    case = what_if(network, network.table.index_of("fire2"))
    assert case is not None
    real, chained = live_pass(case.real, device="cpu"), live_pass(case.chained, device="cpu")
    assert real.input_shape == chained.input_shape == (1, 96, 55, 55)
    assert (list(real.layers[-1].output_shape), real.depth) == ([1, 128, 55, 55], 2)
    assert (list(chained.layers[-1].output_shape), chained.depth) == ([1, 64, 55, 55], 3)
    assert [layer.depth for layer in chained.layers] == [1, 1, 1]


def chained(fire: FireModule, x: Tensor) -> Tensor:
    """What a Fire would put out that ran its expands in sequence, whatever its table says."""
    first = fire.get_submodule("expand1x1")(fire.get_submodule("squeeze")(x))
    joined: Tensor = fire.concat(first, fire.get_submodule("expand3x3")(first))
    return joined


def test_depth_follows_the_tensors_and_not_the_table(preset: Preset, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is wired otherwise than its table says is measured as it is wired."""
    network = resolve(LayerTable("one", preset("table1").table.input, (Fire("fire2", 3, 3, 4),)))
    monkeypatch.setattr(FireModule, "forward", chained)
    measured = live_pass(network, device="meta")
    assert (network.depth.value, measured.depth) == (2, 3)
    assert measured.layers[0].depth == 3
