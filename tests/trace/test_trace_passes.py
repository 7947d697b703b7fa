"""The live pass: what it measures, once or as medians of many passes, how it is followed, and how it ends."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from preset_tables import Preset
from torch import nn
from trace_tables import table_of

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.what_if import what_if
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, MaxPool, Softmax
from squeezeviz.trace import devices, passes, recorder
from squeezeviz.trace.devices import DeviceKind, Stopwatch
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError
from squeezeviz.trace.module import build_module
from squeezeviz.trace.passes import Earlier, live_pass, prepare_module


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


def rows_run(network: ResolvedNetwork, earlier: Earlier | None, batch: int = 1) -> tuple[set[str], Earlier]:
    """The rows that a pass on the meta device runs after an earlier one, and that pass for the next."""
    ran: list[str] = []
    module = prepare_module(network, earlier.module if earlier else None, device="meta", batch=batch)
    live = live_pass(
        network, batch=batch, module=module, earlier=earlier, progress=lambda done, total, name: ran.append(name)
    )
    assert live == live_pass(network, batch=batch, device="meta")
    return {name.partition("/")[0].removeprefix("relu_") for name in ran}, Earlier(module, live)


def test_on_the_meta_device_only_rows_whose_layer_or_input_changed_run_again(preset: Preset) -> None:
    first = preset("table1")
    every = {layer.name for layer in first.layers}
    ran, earlier = rows_run(first, None)
    assert ran == every
    squeezed = resolve(first.table.with_field(first.table.index_of("fire3"), "s1x1", 23))
    assert rows_run(squeezed, earlier)[0] == {"fire3"}
    wider = resolve(first.table.with_field(first.table.index_of("fire3"), "e1x1", 65))
    assert rows_run(wider, earlier)[0] == {"fire3", "fire4"}, "the next row has another input"
    smaller = resolve(first.table.with_field(first.table.index_of("conv1"), "stride", 3))
    assert rows_run(smaller, earlier)[0] == every - {"conv10_softmax"}, "maps have another size"
    assert rows_run(first, earlier)[0] == every, "a pass that is asked for again"
    assert rows_run(squeezed, earlier, batch=2)[0] == every, "another batch"


def test_of_rows_that_do_not_run_again_no_weight_is_looked_at(preset: Preset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither counted, as that was measured, nor compared with given ones where none are given."""
    first = preset("table1")
    _, earlier = rows_run(first, None)
    changed = resolve(first.table.with_field(first.table.index_of("fire3"), "s1x1", 23))
    asked, walk = list[nn.Module](), nn.Module.named_parameters

    def noted(self: nn.Module, *given: Any, **named: Any) -> Any:
        asked.append(self)
        return walk(self, *given, **named)

    monkeypatch.setattr(nn.Module, "named_parameters", noted)
    monkeypatch.setattr("squeezeviz.trace.module.fit", lambda *_: pytest.fail("no weights were given"))
    module = prepare_module(changed, earlier.module, device="meta")
    live_pass(changed, module=module, earlier=earlier)
    row = module.rows[changed.table.index_of("fire3")].modules
    assert {*asked} <= {each for outer in (*row, module.flatten) for each in outer.modules()}


def test_what_the_cpu_measured_is_measured_again(preset: Preset) -> None:
    network = preset("table1")
    module = prepare_module(network)
    earlier, ran = Earlier(module, live_pass(network, module=module)), list[str]()
    changed = resolve(network.table.with_field(network.table.index_of("fire3"), "s1x1", 23))
    live_pass(
        changed, module=prepare_module(changed, module), earlier=earlier, progress=lambda *each: ran.append(each[2])
    )
    assert len({name.partition("/")[0].removeprefix("relu_") for name in ran}) == len(network.layers)


def test_memory_is_what_weights_and_live_maps_hold() -> None:
    live = live_pass(table_of(Conv("c", 4, 3), MaxPool("p", 2, 2)))
    image, weights, conv, pool = 3 * 12 * 12, 4 * 28, 4 * 10 * 10, 4 * 5 * 5
    assert live.memory_bytes == 4 * (weights + image + conv + pool)


def test_fire2_of_table_1_chained_measures_64_channels_and_a_depth_of_3_on_the_cpu(preset: Preset) -> None:
    network = preset("table1")
    case = what_if(network, network.table.index_of("fire2"))
    assert case is not None
    real, chained = live_pass(case.real, device="cpu"), live_pass(case.chained, device="cpu")
    assert real.input_shape == chained.input_shape == (1, 96, 55, 55)
    assert (list(real.layers[-1].output_shape), real.depth) == ([1, 128, 55, 55], 2)
    assert (list(chained.layers[-1].output_shape), chained.depth) == ([1, 64, 55, 55], 3)
    assert [layer.depth for layer in chained.layers] == [1, 1, 1]


@pytest.mark.parametrize(
    ("rows", "reason"), [((), "the table has no layers"), ((MaxPool("huge", 30),), "30×30 window does not fit")]
)
def test_where_no_row_runs_the_reason_is_told(rows: tuple[MaxPool, ...], reason: str) -> None:
    with pytest.raises(PassError, match=reason) as refused:
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


def test_a_failure_says_how_far_the_pass_came_and_no_hook_is_left_after_it_or_after_a_pass() -> None:
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4), Conv("d", 4, 3))
    module = build_module(network)
    live_pass(network, module=module)
    assert hooks_of(module) == 0
    module.get_submodule("features.2.expand3x3").weight = nn.Parameter(torch.zeros(4, 9, 3, 3))
    with pytest.raises(PassError, match="stopped at f/expand3x3, operation 7 of 11") as stopped:
        live_pass(network, module=module)
    assert (stopped.value.kind, stopped.value.place.row) == (FailureKind.FAILED, "f")
    assert hooks_of(module) == 0


@pytest.mark.parametrize(
    ("error", "sentence", "kind"),
    [
        *(
            (error, "memory ran out at p, operation 3 of 3; take a smaller batch", FailureKind.MEMORY)
            for error in (torch.cuda.OutOfMemoryError("CUDA out of memory"), MemoryError())
        ),
        (
            RuntimeError("CUDA error: an illegal memory access was encountered\nmore\nlines"),
            "device stopped working at p, .* encountered$",
            FailureKind.DEVICE,
        ),
    ],
)
def test_what_fails_on_the_way_is_told_with_its_kind(
    error: Exception, sentence: str, kind: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(nn.MaxPool2d, "forward", fail)
    with pytest.raises(PassError, match=sentence) as stopped:
        live_pass(table_of(Conv("c", 4, 3), MaxPool("p")))
    assert stopped.value.kind is kind


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


def counted_forwards(monkeypatch: pytest.MonkeyPatch, first_s: float = 0.0) -> list[torch.Size]:
    """The inputs of every max pooling from now on; the first takes that long."""
    forward = nn.MaxPool2d.forward
    inputs: list[torch.Size] = []

    def counted(module: nn.MaxPool2d, x: torch.Tensor) -> torch.Tensor:
        time.sleep(0.0 if inputs else first_s)
        inputs.append(x.shape)
        pooled: torch.Tensor = forward(module, x)
        return pooled

    monkeypatch.setattr(nn.MaxPool2d, "forward", counted)
    return inputs


def test_an_operation_is_warmed_up_once_for_each_size(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = counted_forwards(monkeypatch)
    network = table_of(MaxPool("p"))
    module = prepare_module(network)
    for batch, forwards in ((1, 2), (1, 1), (2, 2), (1, 1)):
        inputs.clear()
        live_pass(network, module=module, batch=batch)
        assert len(inputs) == forwards


def test_setting_up_is_in_no_time_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    counted_forwards(monkeypatch, first_s=0.5)
    live = live_pass(table_of(MaxPool("p")))
    assert live.layers[0].time_ms <= live.time_ms < 400


def test_warming_up_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "WARM_UP_LIMIT_S", 0.1)
    inputs = counted_forwards(monkeypatch, first_s=0.2)
    live_pass(table_of(MaxPool("p", 2, 1), MaxPool("q", 2, 1), MaxPool("r", 2, 1)))
    assert len(inputs) == 4


def test_nothing_is_warmed_up_where_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = counted_forwards(monkeypatch)
    live_pass(table_of(MaxPool("p")), device="meta")
    assert len(inputs) == 1


SMALL = resolve(table_of(Conv("c", 4, 3), Fire("f", 2, 3, 4)).table)
STEPS = sum(len(layer.operations) for layer in SMALL.layers)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[LivePass]:
    """Every single pass that is measured from now on."""
    single: list[LivePass] = []
    true = passes._measured

    def measured(*arguments: object) -> LivePass:
        single.append(true(*arguments))  # type: ignore[arg-type]
        return single[-1]

    monkeypatch.setattr(passes, "_measured", measured)
    return single


def test_times_are_the_medians_of_the_passes_after_the_one_that_warms_up(monkeypatch: pytest.MonkeyPatch) -> None:
    single = spied(monkeypatch)
    found = live_pass(SMALL, repeats=7)
    assert len(single) == 8
    assert found.repeats == 7
    assert found.time_ms == statistics.median(each.time_ms for each in single[1:])
    for place, layer in enumerate(found.layers):
        times = [each.layers[place].time_ms for each in single[1:]]
        assert layer.time_ms == pytest.approx(statistics.median(times))
        lower, _, upper = statistics.quantiles(times, n=4, method="inclusive")
        assert layer.quartiles_ms == pytest.approx((lower, upper))
    assert found.memory_bytes == max(each.memory_bytes for each in single[1:])
    assert disagreements(SMALL, found) == ()


def test_each_pass_is_told_of_and_begins_at_its_first_operation() -> None:
    told: list[int] = []
    done: list[int] = []
    live_pass(SMALL, repeats=3, on_pass=told.append, progress=lambda count, total, name: done.append(count))
    assert told == [0, 1, 2, 3]
    assert done == list(range(STEPS)) * 4


def test_repeats_run_with_a_batch_and_with_weights_that_were_given() -> None:
    from squeezeviz.trace.weights import current_weights

    weights = current_weights(SMALL, None)
    found = live_pass(SMALL, batch=3, repeats=2, weights=weights)
    assert (found.input_shape[0], found.repeats, set(found.given)) == (3, 2, {"c", "f"})


@pytest.mark.parametrize(("begun", "whole"), [(5, 3), (2, 0), (1, 0)])
def test_of_a_run_that_is_cancelled_the_whole_passes_count(begun: int, whole: int) -> None:
    told: list[int] = []

    def cancelled() -> bool:
        return len(told) >= begun

    if whole:
        assert live_pass(SMALL, repeats=20, on_pass=told.append, cancelled=cancelled).repeats == whole
    else:
        with pytest.raises(PassCancelledError):
            live_pass(SMALL, repeats=20, on_pass=told.append, cancelled=cancelled)


def test_a_failure_on_the_way_says_in_which_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    true = torch.nn.Conv2d.forward

    def sometimes(conv: torch.nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
        if begun[-1] == 2:
            raise OSError(28, "No space left on device")
        return true(conv, x)

    monkeypatch.setattr(torch.nn.Conv2d, "forward", sometimes)
    with pytest.raises(
        PassError, match=r"no room was left on the disk at c, operation 1 of \d+, pass 2 of 5"
    ) as raised:
        live_pass(SMALL, repeats=5, on_pass=begun.append)
    assert raised.value.kind is FailureKind.DISK


def convolved(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """The outputs of every convolution from now on."""
    outputs: list[torch.Tensor] = []
    true = nn.Conv2d.forward

    def forward(conv: nn.Conv2d, x: torch.Tensor) -> torch.Tensor:
        outputs.append(true(conv, x))
        return outputs[-1]

    monkeypatch.setattr(nn.Conv2d, "forward", forward)
    return outputs


@pytest.mark.parametrize("memory_format", MemoryFormat)
@pytest.mark.parametrize("precision", [Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16])
def test_a_pass_computes_in_what_was_chosen_and_the_next_in_its_own_and_no_count_changes(
    precision: Precision, memory_format: MemoryFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    arithmetic = Arithmetic(precision, memory_format)
    network = table_of(Conv("c", 4, 3), Fire("f", 2, 4, 4, Bypass.COMPLEX), MaxPool("p"), Conv("d", 4, 3), Softmax("s"))
    module = prepare_module(network)
    outputs = convolved(monkeypatch)
    live = live_pass(network, module=module, arithmetic=arithmetic, batch=2)
    assert (live.arithmetic, disagreements(network, live)) == (arithmetic, ())
    assert {each.dtype for each in outputs} == {getattr(torch, precision)}
    strided = memory_format is MemoryFormat.CHANNELS_LAST
    filters = [module.get_submodule(name).weight for name in ("features.0", "classifier.1")]
    for each in (outputs[0], outputs[-1], *filters):
        assert isinstance(each, torch.Tensor)
        assert each.is_contiguous(memory_format=torch.channels_last) is strided
    outputs.clear()
    live_pass(network, module=module)
    assert {each.dtype for each in outputs} == {torch.float32}
    assert all(each.is_contiguous() for each in outputs)
    assert {weight.dtype for weight in module.parameters()} == {torch.float32}


def test_a_precision_that_a_device_does_not_have_is_refused() -> None:
    reason = "cpu cannot compute in tf32: TF32 is a format of NVIDIA GPUs"
    with pytest.raises(PassError, match=reason) as refused:
        live_pass(SMALL, device="cpu", arithmetic=Arithmetic(Precision.TF32))
    assert refused.value.kind is FailureKind.REFUSED


@pytest.mark.parametrize("precision", Precision)
def test_on_meta_no_precision_plays_a_part(precision: Precision) -> None:
    assert live_pass(SMALL, device="meta", arithmetic=Arithmetic(precision)).arithmetic == EXACT


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of the processor from now on, which passes take for a GPU with a queue."""
    asked: list[str] = []

    def mark() -> float:
        asked.append("mark")
        return float(len(asked))

    def peak(device: torch.device, held_bytes: int) -> Callable[[], int]:
        asked.append(f"peak beside {held_bytes}")
        return lambda: 7

    watch = Stopwatch(
        mark, lambda start, end: end - start, lambda: asked.append("settle"), lambda: asked.append("hold")
    )
    cpu = devices.kind_of_device(torch.device("cpu"))
    fake = DeviceKind(cpu.listed, watch, cpu.free_bytes, peak=peak, is_gpu=True, beside=", and a workspace")
    monkeypatch.setitem(devices._KINDS, "cpu", fake)
    return asked


def test_on_a_gpu_operations_are_timed_in_a_full_queue_and_the_total_without_hooks(
    queue: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "HELD_OPERATIONS", 2)
    network = table_of(Conv("c", 4, 3), MaxPool("p", 2, 2))
    inputs = counted_forwards(monkeypatch)
    live = live_pass(network)
    weights, image = 4 * 28, 3 * 12 * 12  # and the last operation flattens
    timed = ["settle", "settle", "hold", *["mark"] * 4, "settle", "hold", *["mark"] * 4, "settle"]
    once = [f"peak beside {4 * (weights + image)}", *timed, "settle", "settle"]
    assert queue == once * 6, "one whole pass warms up, and five are measured, each with a forward that has no hooks"
    assert len(inputs) == 12
    assert (live.repeats, live.memory_bytes) == (5, 7)
    assert [layer.time_ms for layer in live.layers] == [2, 1]


def test_on_a_gpu_the_total_is_that_of_the_forward_without_hooks(
    queue: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, true = iter([9.0, 2.0] * 6), passes._timed
    monkeypatch.setattr(passes, "_timed", lambda module, image, watch: (true(module, image, watch)[0], next(given)))
    assert live_pass(SMALL).time_ms == 2000


def test_what_a_gpu_takes_to_work_in_is_named_as_unknown(queue: list[str]) -> None:
    with pytest.raises(PassError, match=r"would take .*iB, and a workspace, and cpu has .* free"):
        live_pass(table_of(Conv("c", 10**9, 3)))
    assert queue == []
