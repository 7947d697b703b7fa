"""The same laws on an NVIDIA GPU, where there is one."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from preset_tables import PRESETS, Preset
from strategies import running_tables

from squeezeviz.analysis.live import disagreements
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.devices import find_device, kind_of_device
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.passes import live_pass, prepare_module

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that PyTorch can use is here")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_measures_what_is_predicted(name: str, preset: Preset) -> None:
    network = preset(name)
    live = live_pass(network, device="cuda", batch=4)
    assert live.device.id == "cuda:0"
    assert disagreements(network, live) == ()


def test_times_are_the_devices_own_and_add_up(preset: Preset) -> None:
    network = preset("table1")
    module = prepare_module(network, device="cuda:0")
    live_pass(network, device="cuda:0", batch=64, module=module)
    live = live_pass(network, device="cuda:0", batch=64, module=module)
    assert all(each.time_ms > 0 for layer in live.layers for each in layer.operations)
    assert 0 < sum(layer.time_ms for layer in live.layers) <= live.time_ms * 1.05


def test_the_first_pass_is_as_honest_as_the_second(preset: Preset) -> None:
    network = preset("squeezenet1_1")
    first, second = (live_pass(network, device="cuda").time_ms for _ in range(2))
    assert first < 10 * second


def test_memory_is_what_the_device_held(preset: Preset) -> None:
    network = preset("table1")
    live = live_pass(network, device="cuda")
    assert live.memory_bytes >= 4 * network.parameters.value


def test_what_does_not_fit_is_refused_before_it_is_tried(preset: Preset) -> None:
    device = torch.device("cuda:0")
    free_bytes = kind_of_device(device).free_bytes
    before = free_bytes(device)
    with pytest.raises(PassError, match=r"cuda:0 has .* free") as refused:
        live_pass(preset("table1"), device="cuda", batch=10**6)
    assert refused.value.kind is FailureKind.MEMORY
    assert free_bytes(device) == before


def test_the_device_has_a_name_and_memory() -> None:
    device = find_device("cuda")
    assert device.name
    assert device.memory_bytes > 2**30


@settings(max_examples=40)
@given(running_tables(largest=24))
def test_predicted_is_measured(table: LayerTable) -> None:
    network = resolve(table)
    assert disagreements(network, live_pass(network, device="cuda")) == ()
