"""Weights that a file brought along go into the rows that they fit, and into no others."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from preset_tables import Preset
from torch import nn
from trace_tables import table_of

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.analysis.weights import TensorName, TensorShape, fit, tensor_shapes
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.module import build_module
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.weights import as_tensors, current_weights, saved


def shapes_of(network: ResolvedNetwork) -> dict[TensorName, TensorShape]:
    return {name: shape for layer in network.layers for name, shape in tensor_shapes(layer).items()}


def trained(network: ResolvedNetwork, seed: int = 0) -> dict[TensorName, np.ndarray]:
    made = np.random.default_rng(seed)
    return {name: made.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes_of(network).items()}


def edited(network: ResolvedNetwork, row: str, field: str, value: object) -> ResolvedNetwork:
    table: LayerTable = network.table
    return resolve(table.with_field(table.index_of(row), field, value))


def test_all_tensors_of_a_preset_are_named_and_shaped_as_its_modules_are(
    preset: Preset,
) -> None:
    network = preset("complex-bypass")
    found = {name: tuple(tensor.shape) for name, tensor in current_weights(network, None).items()}
    assert found == shapes_of(network)
    assert sum(int(np.prod(shape)) for shape in found.values()) == network.parameters.value


def test_given_weights_are_what_the_pass_runs_with() -> None:
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4), MaxPool("p"))
    given = trained(network)
    module = build_module(network, weights=as_tensors(given))
    assert isinstance(module.get_submodule("classifier.1"), nn.Conv2d)
    for name, tensor in current_weights(network, given).items():
        assert np.array_equal(tensor.numpy(), given[name])


def test_the_image_that_is_given_flows_through_the_given_weights() -> None:
    network = table_of(Conv("c", 2, 1, relu=False))
    weights = {
        TensorName("c", "", "weight"): np.arange(6, dtype=np.float32).reshape(2, 3, 1, 1),
        TensorName("c", "", "bias"): np.array([10, 20], np.float32),
    }
    side = network.table.input.height
    seen: list[torch.Tensor] = []
    live_pass(network, weights=as_tensors(weights), image=torch.ones(1, 3, side, side), on_output=seen.append)
    assert torch.equal(seen[0][0, :, 0, 0], torch.tensor([13.0, 32.0]))


def test_an_edited_row_and_the_one_that_it_feeds_run_with_fresh_weights_and_the_pass_tells_which_did_not(
    preset: Preset,
) -> None:
    network = preset("table1")
    given = trained(network)
    changed = edited(network, "fire5", "e1x1", 100)
    assert fit(changed, shapes_of(network)).fresh == ("fire5", "fire6")
    fresh = current_weights(changed, None)
    for name, tensor in current_weights(changed, given).items():
        expected = fresh[name].numpy() if name.row in ("fire5", "fire6") else given[name]
        assert np.array_equal(tensor.numpy(), expected)
    live = live_pass(changed, weights=as_tensors(given))
    assert live.given == ("conv1", "fire2", "fire3", "fire4", "fire7", "fire8", "fire9", "conv10")
    assert live_pass(changed, device="meta", weights=as_tensors(given)).given == ()


def test_rows_that_did_not_change_are_taken_over_only_with_the_same_weights(
    preset: Preset,
) -> None:
    network = preset("table1")
    one, other = as_tensors(trained(network, 1)), as_tensors(trained(network, 2))
    first = build_module(network, weights=one)
    again = build_module(network, first, weights=one)
    assert again.get_submodule("features.3") is first.get_submodule("features.3")
    different = build_module(network, first, weights=other)
    assert different.get_submodule("features.3") is not first.get_submodule("features.3")
    assert build_module(network, first).get_submodule("features.3") is not first.get_submodule("features.3")


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1", "complex-bypass"])
def test_pytorch_loads_what_was_saved_strictly_and_without_running_code(name: str, preset: Preset) -> None:
    module = build_module(preset(name))
    loaded = torch.load(io.BytesIO(saved(module.state_dict())), weights_only=True)
    build_module(preset(name)).load_state_dict(loaded, strict=True)
    assert list(loaded) == list(module.state_dict())
    assert all(torch.equal(loaded[key], value) for key, value in module.state_dict().items())


def test_a_view_of_a_large_tensor_is_saved_with_its_own_numbers_alone() -> None:
    assert len(saved({"a": torch.zeros(1_000_000)[:10]})) < 10_000
