"""The live pass on what people open: the published numbers come out of a forward pass that ran."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from tracing_tables import table_of

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.core.live import LivePass, disagreements
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.core.table import InputShape, LayerTable
from squeezeviz.tracing.failures import FailureKind, PassCancelledError, PassError
from squeezeviz.tracing.module import build_module
from squeezeviz.tracing.passes import live_pass, prepare_module

Preset = Callable[[str], ResolvedNetwork]

PUBLISHED = {
    "table1": (1_248_424, 832_667_936),
    "squeezenet1_0": (1_248_424, 818_924_576),
    "squeezenet1_1": (1_235_496, 349_151_936),
    "caffe-v1.0": (1_248_424, 861_339_936),
    "simple-bypass": (1_248_424, 832_667_936),
    "complex-bypass": (1_589_672, 1_183_953_184),
}
"""Parameters and multiply-adds of each preset."""

Edit = Callable[[LayerTable], LayerTable]


def rounded_down(table: LayerTable) -> LayerTable:
    return replace(
        table, layers=tuple(replace(row, ceil=False) if isinstance(row, MaxPool) else row for row in table.layers)
    )


def padded(padding: int) -> Edit:
    """The first convolution with that padding."""
    return lambda table: table.with_field(0, "padding", padding)


def bypassed(table: LayerTable) -> LayerTable:
    """Simple bypasses where the paper has them."""
    for name in ("fire3", "fire5", "fire7", "fire9"):
        table = table.with_field(table.index_of(name), "bypass", Bypass.SIMPLE)
    return table


def as_it_is(table: LayerTable) -> LayerTable:
    return table


REFERENCE: dict[str, tuple[str, int, Edit]] = {
    "torchvision 1.0 @224": ("squeezenet1_0", 224, as_it_is),
    "torchvision 1.0 @227": ("table1", 227, as_it_is),
    "torchvision 1.1 @224": ("squeezenet1_1", 224, as_it_is),
    "torchvision 1.1 @227": ("squeezenet1_1", 227, as_it_is),
    "caffe 1.0 @227 (conv10 pad1)": ("caffe-v1.0", 227, as_it_is),
    "caffe 1.0 @224 (conv10 pad1)": ("caffe-v1.0", 224, as_it_is),
    "caffe 1.1 @227": ("squeezenet1_1", 227, as_it_is),
    "floor 1.0 @224": ("squeezenet1_0", 224, rounded_down),
    "floor 1.0 @227": ("table1", 227, rounded_down),
    "floor 1.1 @224": ("squeezenet1_1", 224, rounded_down),
    "floor 1.1 @227": ("squeezenet1_1", 227, rounded_down),
    "table 1 literal 1.0 @224 (conv1 pad 2)": ("table1", 224, padded(2)),
    "1.0 @224 conv1 pad3": ("table1", 224, padded(3)),
    "caffe 1.0 simple bypass @227 (conv10 pad 1)": ("caffe-v1.0", 227, bypassed),
}
"""The variants of the reference counts: the preset that each is, its image, and what is changed in it."""


def measured(live: LivePass) -> dict[str, tuple[list[int], int, int]]:
    """Shape of one image's output, parameters and multiply-adds by operation name."""
    return {
        each.name: (list(each.output_shape[1:]), each.parameters, each.macs)
        for layer in live.layers
        for each in layer.operations
    }


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_preset_measures_what_is_published(name: str, device: str, preset: Preset) -> None:
    network = preset(name)
    live = live_pass(network, device=device)
    assert (live.parameters, live.macs) == PUBLISHED[name]
    assert live.depth == 18
    assert live.output_shape == (1, 1000)
    assert disagreements(network, live) == ()


def test_table_1_as_printed_is_wrong_about_maxpool8(preset: Preset) -> None:
    live = live_pass(preset("table1"), device="meta")
    shapes = {layer.name: layer.output_shape for layer in live.layers}
    assert shapes["maxpool8"] == (1, 512, 13, 13)
    assert shapes["conv1"] == (1, 96, 111, 111)


def our_name(name: str) -> str:
    """The reference's pool1 is our maxpool1, its bypass3/add our fire3/add."""
    if name == "pool10":
        return "avgpool10"
    return re.sub("^pool", "maxpool", re.sub("^bypass", "fire", name))


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("variant", REFERENCE)
def test_every_reference_count_is_measured(variant: str, device: str, preset: Preset, shared_data: Path) -> None:
    reference = json.loads((shared_data / "paper/reference_counts.json").read_text())["variants"][variant]
    name, size, edit = REFERENCE[variant]
    network = resolve(edit(preset(name).table.with_input(InputShape(3, size, size))))
    live = live_pass(network, device=device)
    found = measured(live)
    for row in reference["layers"]:
        own = our_name(row["name"])
        shape = row["output_shape"] if len(row["output_shape"]) == 3 else [*row["output_shape"], 1, 1]
        assert found[own] == (shape, row["parameters"], row["macs"]), own
    assert (live.parameters, live.macs) == (reference["parameters"], reference["macs"])


def test_no_variant_of_the_reference_is_left_out(shared_data: Path) -> None:
    assert set(json.loads((shared_data / "paper/reference_counts.json").read_text())["variants"]) == set(REFERENCE)


def test_a_pass_on_a_batch_counts_for_one_image() -> None:
    network = table_of(Conv("c", 4, 3), GlobalAvgPool("p"))
    live = live_pass(network, batch=3)
    assert live.input_shape == (3, 3, 12, 12)
    assert live.layers[0].output_shape == (3, 4, 10, 10)
    assert live.output_shape == (3, 4)
    assert live.macs == network.macs.value
    assert disagreements(network, live) == ()


def test_times_are_taken_and_add_up(preset: Preset) -> None:
    live = live_pass(preset("table1"))
    for layer in live.layers:
        assert layer.time_ms == pytest.approx(sum(each.time_ms for each in layer.operations))
    assert all(each.time_ms > 0 for layer in live.layers for each in layer.operations)
    assert 0 < sum(layer.time_ms for layer in live.layers) <= live.time_ms


def test_the_meta_device_computes_nothing_and_takes_no_time_or_memory(preset: Preset) -> None:
    live = live_pass(preset("table1"), device="meta")
    assert (live.time_ms, live.memory_bytes) == (0, 0)
    assert {each.time_ms for layer in live.layers for each in layer.operations} == {0}


def test_memory_is_what_weights_and_live_maps_hold() -> None:
    live = live_pass(table_of(Conv("c", 4, 3), MaxPool("p", 2, 2)))
    image, weights, conv, pool = 3 * 12 * 12, 4 * 28, 4 * 10 * 10, 4 * 5 * 5
    assert live.memory_bytes == 4 * (weights + image + conv + pool)


def test_depth_is_that_of_the_longest_path() -> None:
    live = live_pass(table_of(Conv("c", 4, 1), Fire("f", 2, 3, 4, Bypass.COMPLEX)))
    depth = {each.name: each.depth for each in live.layers[1].operations}
    assert depth["f/squeeze1x1"] == depth["f/bypass1x1"] == 1
    assert depth["f/expand1x1"] == depth["f/expand3x3"] == depth["f/concat"] == depth["f/add"] == 2
    assert live.depth == 3


def test_operations_are_named_as_the_field_names_them() -> None:
    live = live_pass(table_of(Fire("fire2", 2, 3, 4, Bypass.SIMPLE), channels=7))
    assert [(each.name, each.type) for each in live.layers[0].operations] == [
        ("fire2/squeeze1x1", "conv"),
        ("fire2/relu_squeeze1x1", "relu"),
        ("fire2/expand1x1", "conv"),
        ("fire2/relu_expand1x1", "relu"),
        ("fire2/expand3x3", "conv"),
        ("fire2/relu_expand3x3", "relu"),
        ("fire2/concat", "concat"),
        ("fire2/add", "add"),
    ]


def test_a_pass_comes_back_from_json_as_it_went() -> None:
    live = live_pass(table_of(Conv("c", 4, 3), Softmax("s")))
    assert LivePass.from_json(json.loads(json.dumps(live.to_json()))) == live


def test_rows_before_a_problem_are_run() -> None:
    network = table_of(Conv("c", 4, 3), MaxPool("too large", 30), Dropout("d"))
    live = live_pass(network)
    assert [layer.name for layer in live.layers] == ["c"]
    assert disagreements(network, live) == ()


@pytest.mark.parametrize(
    ("rows", "reason"), [((), "the table has no layers"), ((MaxPool("huge", 30),), "30×30 window does not fit")]
)
def test_where_no_row_runs_the_reason_is_told(rows: tuple[MaxPool, ...], reason: str) -> None:
    with pytest.raises(SqueezevizError, match=reason) as refused:
        live_pass(table_of(*rows))
    assert refused.value.kind is FailureKind.REFUSED


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_windows_and_strides_of_any_size_run(device: str) -> None:
    network = table_of(
        Conv("c", 4, 3, 2, 2), MaxPool("far", 3, 10**12), AvgPool("p", 1, 10**12, ceil=False), Conv("d", 2, 1, 10**12)
    )
    assert disagreements(network, live_pass(network, device=device)) == ()


def test_average_pooling_counts_its_padding_as_zeros() -> None:
    module = build_module(table_of(AvgPool("p", 2, 2, 1)))
    assert module(torch.ones(1, 3, 12, 12))[0, 0, 0, 0].item() == 0.25


def hooks_of(module: nn.Module) -> int:
    own = sum(len(part._forward_hooks) + len(part._forward_pre_hooks) for part in module.modules())
    everywhere = nn.modules.module
    return own + len(everywhere._global_forward_hooks) + len(everywhere._global_forward_pre_hooks)


def test_no_hook_is_left_after_a_pass_or_a_failure() -> None:
    network = table_of(Conv("c", 4, 3), Conv("d", 4, 3))
    module = build_module(network)
    live_pass(network, module=module)
    assert hooks_of(module) == 0
    module.get_submodule("classifier.1").weight = nn.Parameter(torch.zeros(4, 9, 3, 3))
    with pytest.raises(SqueezevizError):
        live_pass(network, module=module)
    assert hooks_of(module) == 0


def test_a_failure_says_how_far_the_pass_came() -> None:
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4), Conv("d", 4, 3))
    module = build_module(network)
    module.get_submodule("features.2.expand3x3").weight = nn.Parameter(torch.zeros(4, 9, 3, 3))
    with pytest.raises(PassError, match="stopped at f/expand3x3, operation 7 of 11") as stopped:
        live_pass(network, module=module)
    assert stopped.value.kind is FailureKind.FAILED
    assert stopped.value.place.row == "f"


@pytest.mark.parametrize(
    "error",
    [
        torch.cuda.OutOfMemoryError("CUDA out of memory"),
        MemoryError(),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:116] DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"
        ),
    ],
)
def test_memory_that_runs_out_on_the_way_is_told(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(nn.MaxPool2d, "forward", fail)
    with pytest.raises(PassError, match="memory ran out at p, operation 3 of 3; take a smaller batch") as stopped:
        live_pass(table_of(Conv("c", 4, 3), MaxPool("p")))
    assert stopped.value.kind is FailureKind.MEMORY


def test_a_device_that_is_lost_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nmore\nlines")

    monkeypatch.setattr(nn.MaxPool2d, "forward", fail)
    with pytest.raises(PassError, match=r"device stopped working at p, .* encountered$") as stopped:
        live_pass(table_of(MaxPool("p")))
    assert stopped.value.kind is FailureKind.DEVICE


def test_progress_counts_every_operation_once() -> None:
    told: list[tuple[int, int, str]] = []
    live_pass(table_of(Conv("c", 4, 3), GlobalAvgPool("p")), progress=lambda *each: told.append(each))
    assert told == [(0, 3, "c"), (1, 3, "relu_c"), (2, 3, "p")]


def test_a_cancelled_pass_stops_before_its_next_operation() -> None:
    told: list[str] = []
    enough = threading.Event()

    def report(done: int, total: int, name: str) -> None:
        told.append(name)
        if name == "relu_c":
            enough.set()

    with pytest.raises(PassCancelledError):
        live_pass(table_of(Conv("c", 4, 3), MaxPool("p"), Dropout("d")), progress=report, cancelled=enough.is_set)
    assert told == ["c", "relu_c"]


def test_a_pass_can_be_cancelled_while_its_module_is_built() -> None:
    with pytest.raises(PassCancelledError):
        prepare_module(table_of(Conv("c", 4, 3)), cancelled=lambda: True)


def test_a_module_used_twice_measures_the_same(preset: Preset) -> None:
    network = preset("squeezenet1_1")
    module = prepare_module(network, device="meta")
    assert live_pass(network, device="meta", module=module) == live_pass(network, device="meta", module=module)


def test_an_unknown_device_is_named_with_those_there_are() -> None:
    with pytest.raises(SqueezevizError, match=r"no device 'tpu' here; there are cpu.*meta"):
        live_pass(table_of(Conv("c", 4, 3)), device="tpu")


def test_a_pass_keeps_no_feature_map_alive(preset: Preset) -> None:
    """What a bare forward would have freed is freed under the hooks too."""
    network = table_of(*(Conv(f"c{index}", 4, 3, 1, 1) for index in range(20)))
    live = live_pass(network)
    one_map = 4 * 4 * 12 * 12
    assert live.memory_bytes < network.parameters.value * 4 + 4 * 3 * 12 * 12 + 3 * one_map


def test_a_whole_table_of_every_kind_agrees() -> None:
    network = resolve(
        LayerTable(
            "all",
            InputShape(2, 33, 21),
            (
                Conv("conv.1", 6, 3, 2, 1),
                MaxPool("max", 3, 2, 1),
                Fire("fire", 2, 3, 3, Bypass.SIMPLE, relu=False),
                AvgPool("avg", 2, 1, 1, ceil=False),
                Fire("🔥", 3, 4, 5, Bypass.COMPLEX, bypass_relu=False),
                Dropout("drop", 0.1),
                Conv("last", 7, 1, relu=False, bias=False),
                GlobalAvgPool("global"),
                Softmax("soft"),
            ),
        )
    )
    assert network.runs
    for device in ("cpu", "meta"):
        assert disagreements(network, live_pass(network, device=device, batch=2)) == ()
