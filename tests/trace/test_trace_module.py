"""The table as a module: torchvision's places and names for its weights, made anew only where it changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from preset_tables import Preset
from published_counts import state_dict_shapes
from strategies import running_tables, tables
from torch import nn
from trace_tables import table_of

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.module import FireModule, SqueezeNet, build_module, reusable_bytes
from squeezeviz.trace.places import next_place, places

CPU = torch.device("cpu")


def shapes(module: SqueezeNet) -> dict[str, list[int]]:
    return {key: list(value.shape) for key, value in module.state_dict().items()}


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_keys_and_shapes_are_torchvisions(version: str, device: str, preset: Preset) -> None:
    published = state_dict_shapes(version)
    found = shapes(build_module(preset(f"squeezenet{version.replace('.', '_')}"), device=device))
    assert found == published
    assert list(found) == list(published)


def test_a_bypass_convolution_stands_beside_the_squeeze(preset: Preset) -> None:
    found = shapes(build_module(preset("complex-bypass"), device="meta"))
    assert found["features.3.bypass.weight"] == [128, 96, 1, 1]
    assert found["features.3.bypass.bias"] == [128]
    assert "features.4.bypass.weight" not in found


def test_weights_are_drawn_as_kaiming_has_it_the_same_each_time_and_nobody_else_s_numbers_change(
    preset: Preset,
) -> None:
    weight = build_module(table_of(Conv("c", 400, 5))).state_dict()["classifier.1.weight"]
    bound = (6 / (3 * 5 * 5)) ** 0.5
    assert weight.abs().max() <= bound
    assert weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.05)
    torch.manual_seed(1)
    first, drawn = build_module(preset("table1")).state_dict(), torch.rand(3)
    torch.manual_seed(2)
    second = build_module(preset("table1")).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(3), drawn)


@pytest.mark.parametrize(("field", "value", "anew"), [("s1x1", 24, ["fire3"]), ("e1x1", 65, ["fire3", "fire4"])])
def test_a_row_that_changed_or_whose_input_did_is_made_anew_and_the_rest_taken_over(
    field: str, value: int, anew: list[str], preset: Preset
) -> None:
    before = preset("table1")
    module = build_module(before, device="meta")
    changed = resolve(before.table.with_field(before.table.index_of("fire3"), field, value))
    made: list[str] = []
    after = build_module(changed, module, device="meta", before_row=lambda row: made.append(row.name))
    kept = [old.modules == new.modules for old, new in zip(module.rows, after.rows, strict=True)]
    assert made == anew == [row.layer.name for row, same in zip(after.rows, kept, strict=True) if not same]


def test_edited_into_being_or_built_at_once_is_the_same(preset: Preset) -> None:
    before = preset("squeezenet1_1")
    changed = resolve(before.table.removed(1).with_field(0, "filters", 32))
    edited = build_module(changed, build_module(before)).state_dict()
    fresh = build_module(changed).state_dict()
    assert list(edited) == list(fresh)
    assert all(torch.equal(edited[key], fresh[key]) for key in fresh)


def test_nothing_is_taken_over_from_another_device(preset: Preset) -> None:
    network = preset("table1")
    module = build_module(network, build_module(network, device="meta"))
    assert not any(weight.is_meta for weight in module.parameters())


def test_what_can_be_taken_over_is_counted_in_bytes(preset: Preset) -> None:
    network = preset("table1")
    module = build_module(network)
    assert reusable_bytes(module, network, CPU) == 4 * 1_248_424
    changed = resolve(network.table.with_field(0, "name", "another"))
    assert reusable_bytes(module, changed, CPU) == 4 * (1_248_424 - 14_208)
    assert reusable_bytes(None, network, CPU) == 0


def test_relus_and_dropout_stand_as_the_rows_say_and_the_module_is_in_eval_mode() -> None:
    full, bare = (
        build_module(table_of(Fire("f", 2, 3, 4, Bypass.COMPLEX, relu=on, bypass_relu=on), Dropout("d", 0.25)))
        for on in (True, False)
    )
    assert [sum(isinstance(part, nn.ReLU) for part in module.modules()) for module in (full, bare)] == [4, 0]
    assert [part.p for part in full.modules() if isinstance(part, nn.Dropout)] == [0.25]
    assert not any(part.training for part in full.modules())


def test_the_two_expands_both_take_what_the_squeeze_gives() -> None:
    fire = build_module(table_of(Fire("f", 2, 3, 4))).get_submodule("features.0")
    assert isinstance(fire, FireModule)
    x = torch.rand(1, 3, 12, 12)
    squeezed = fire.get_submodule("squeeze")(x).relu()
    parts = [fire.get_submodule(name)(squeezed).relu() for name in ("expand1x1", "expand3x3")]
    assert torch.allclose(fire(x), torch.cat(parts, 1))


def test_a_simple_bypass_adds_what_came_in() -> None:
    plain = Fire("f", 2, 1, 2)
    x = torch.rand(1, 3, 12, 12)
    around = build_module(table_of(replace(plain, bypass=Bypass.SIMPLE)))(x)
    assert torch.allclose(around, build_module(table_of(plain))(x) + x)


def test_the_output_is_flattened_where_its_last_map_is_one_place() -> None:
    assert build_module(table_of(MaxPool("p", 12)))(torch.ones(2, 3, 12, 12)).shape == (2, 3)
    assert build_module(table_of(MaxPool("p", 11, 1)))(torch.ones(2, 3, 12, 12)).shape == (2, 3, 2, 2)


@settings(max_examples=60)
@given(running_tables())
def test_every_weight_of_any_table_has_a_key_of_its_own(table: LayerTable) -> None:
    network = resolve(table)
    module = build_module(network, device="meta")
    assert sum(value.numel() for value in module.state_dict().values()) == network.parameters.value


FIRE = Fire("fire", 1, 1, 1)


@pytest.mark.parametrize(
    ("rows", "stands"),
    [
        ((Conv("a", 1, 1), MaxPool("b"), Conv("c", 1, 1, relu=False), FIRE, Conv("last", 1, 1)),
         "features.0 features.2 features.3 features.5 classifier.1"),
        ((FIRE, Dropout("d"), Conv("last", 1, 1), GlobalAvgPool("p"), Softmax("s")),
         "features.0 classifier.0 classifier.1 classifier.3 classifier.4"),
        ((Dropout("d"), MaxPool("p"), Conv("last", 1, 1), Dropout("e")),
         "features.0 features.1 classifier.1 classifier.3"),
        ((FIRE, Dropout("d"), GlobalAvgPool("p")), "features.0 features.1 features.2"),
        ((), ""),
    ],
)  # fmt: skip
def test_a_convolution_takes_two_places_and_the_last_one_begins_the_classifier(
    rows: tuple[Layer, ...], stands: str
) -> None:
    """A dropout right before that is `classifier.0`; one elsewhere, and all where there is none, are features."""
    assert places(rows) == stands.split()


@given(tables())
def test_no_two_modules_share_a_place(table: LayerTable) -> None:
    taken = []
    for layer, place in zip(table.layers, places(table.layers), strict=True):
        taken += [place, next_place(place)] if isinstance(layer, Conv) else [place]
    assert len(taken) == len(set(taken))
