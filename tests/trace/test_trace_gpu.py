"""The same laws on an NVIDIA GPU, where there is one, and what only a GPU has: a queue, TF32, memory of its own."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from plain_forward import plain_forward
from preset_tables import PRESETS, Preset
from strategies import running_tables
from trace_tables import table_of

from squeezeviz.analysis.arithmetic import Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.live import disagreements
from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.devices import find_device, kind_of_device
from squeezeviz.trace.failures import FailureKind, PassError
from squeezeviz.trace.following import followed_in_a_pass
from squeezeviz.trace.maps import FeatureMaps
from squeezeviz.trace.module import build_module
from squeezeviz.trace.passes import live_pass, prepare_module
from squeezeviz.trace.weights import current_weights

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no NVIDIA GPU that PyTorch can use is here"),
]


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


def test_the_times_of_operations_hold_no_waiting_for_python(preset: Preset) -> None:
    """At batch 1 the device waits for Python after nearly every operation, which the total holds and no layer does."""
    live = live_pass(preset("table1"), device="cuda", repeats=20)
    relu = next(each for each in live.layers[0].operations if each.type == "relu")
    assert relu.time_ms < 0.05
    assert sum(layer.time_ms for layer in live.layers) < live.time_ms


def test_one_pass_on_a_gpu_is_the_median_of_several(preset: Preset) -> None:
    live = live_pass(preset("table1"), device="cuda")
    assert live.repeats == 5
    assert live.quartiles_ms is not None


def test_memory_is_what_the_device_held_with_the_image(preset: Preset) -> None:
    network = preset("table1")
    image = network.table.input
    live = live_pass(network, device="cuda", batch=16)
    maps = 4 * 16 * (image.channels * image.height * image.width + network.layers[0].activations.value // 2)
    assert live.memory_bytes >= 4 * network.parameters.value + maps
    assert live.memory_bytes < 3 * pass_bytes(network, 16)


def test_the_same_weights_are_drawn_on_every_device(preset: Preset) -> None:
    here, there = (build_module(preset("table1"), device=device) for device in ("cpu", "cuda:0"))
    for name, weight in here.state_dict().items():
        assert torch.equal(weight, there.state_dict()[name].cpu())


@pytest.mark.parametrize("memory_format", MemoryFormat)
@pytest.mark.parametrize("precision", Precision)
def test_no_arithmetic_changes_a_count(precision: Precision, memory_format: MemoryFormat, preset: Preset) -> None:
    network, arithmetic = preset("complex-bypass"), Arithmetic(precision, memory_format)
    live = live_pass(network, device="cuda", batch=2, arithmetic=arithmetic)
    assert live.arithmetic == arithmetic
    assert disagreements(network, live) == ()


def test_float32_is_exact_and_tf32_is_not() -> None:
    """Both against float64: convolutions round to 10 bits of mantissa only where that was chosen."""
    network = table_of(Conv("c", 64, 3, relu=False), channels=64, size=32)
    module = prepare_module(network, device="cuda:0")
    image = torch.rand(1, 64, 32, 32, generator=torch.Generator().manual_seed(1))
    weight, bias = (each.detach().double().cpu() for each in module.parameters())
    true = torch.nn.functional.conv2d(image.double(), weight, bias)

    def error(precision: Precision) -> float:
        outputs: list[torch.Tensor] = []
        live_pass(network, module=module, image=image, arithmetic=Arithmetic(precision), on_output=outputs.append)
        return float((outputs[-1].double().cpu() - true).abs().max())

    before = torch.backends.cudnn.allow_tf32
    assert error(Precision.FLOAT32) < 1e-5 < error(Precision.TF32)
    assert torch.backends.cudnn.allow_tf32 == before


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


def test_a_value_is_followed_on_the_gpu_to_the_same_terms(preset: Preset) -> None:
    network = preset("squeezenet1_1")
    at = ValueAt("fire2/concat", 77, 20, 30)
    ours, cpus = (followed_in_a_pass(network, prepare_module(network, device=device), at) for device in ("cuda", "cpu"))
    assert ours.agrees
    assert [term[:3] for term in ours.terms] == [term[:3] for term in cpus.terms]
    assert [term.weight for term in ours.terms] == [term.weight for term in cpus.terms]
    assert ours.measured == pytest.approx(cpus.measured, rel=1e-3, abs=1e-3 * cpus.size)


@pytest.mark.parametrize("name", PRESETS)
def test_the_feature_maps_of_a_gpus_pass_are_those_of_plain_functions_on_the_processor(
    name: str, preset: Preset
) -> None:
    network = preset(name)
    image = torch.randn(2, *network.layers[0].input.shape, generator=torch.Generator().manual_seed(7))
    maps = FeatureMaps()
    live_pass(network, device="cuda", batch=2, image=image, on_operation=maps.take)
    expected = plain_forward(network, current_weights(network, None), image)
    assert maps.operations == tuple(expected)
    for operation, values in expected.items():
        found = maps.of(operation)
        assert (found.device.type, found.dtype) == ("cpu", torch.float32)
        assert (found - values).abs().max() <= 1e-4 * values.abs().max(), operation
