"""The live pass: an input tensor goes through the network on a device, and hooks record every operation."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.arithmetic import EXACT, Arithmetic, MemoryFormat, Precision
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation
from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.timing import FEWEST_TO_TELL, RepeatedTimes, check_repeats
from squeezeviz.model.errors import Place, brief, shown
from squeezeviz.model.layers import LARGEST
from squeezeviz.model.problems import LARGEST_COUNT
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.wording import readable_bytes
from squeezeviz.trace.devices import Stopwatch, check_arithmetic, computing, find_device, kind_of_device
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError
from squeezeviz.trace.module import GivenWeights, Row, SqueezeNet, build_module, reusable_bytes
from squeezeviz.trace.recorder import (
    IsCancelled,
    OnOperation,
    OnProgress,
    PassProgress,
    Recorder,
    Seen,
    leaf_of,
    leaves,
    leaves_of_row,
    steps_of,
    type_of,
)


class Earlier(NamedTuple):
    """A finished pass on the meta device, and the module that it ran."""

    module: SqueezeNet
    measured: LivePass


class Known(NamedTuple):
    """What an earlier pass measured of a row, and the shape of its input then."""

    input_shape: tuple[int, ...]
    layer: MeasuredLayer


def live_pass(
    network: ResolvedNetwork,
    *,
    device: str = "cpu",
    batch: int = 1,
    repeats: int = 1,
    arithmetic: Arithmetic = EXACT,
    module: SqueezeNet | None = None,
    weights: GivenWeights | None = None,
    image: Tensor | None = None,
    on_output: Callable[[Tensor], None] | None = None,
    on_operation: OnOperation | None = None,
    on_pass: Callable[[int], None] | None = None,
    progress: OnProgress | None = None,
    cancelled: IsCancelled | None = None,
    earlier: Earlier | None = None,
) -> LivePass:
    """Run the layers of `network` that resolve, on `batch` images, and measure every operation.

    With `repeats` above 1, one pass warms up and times are the medians of that many passes after it; on a GPU there
    are at least `FEWEST_TO_TELL`. `arithmetic` changes times and memory alone, and nothing on the meta device.
    `on_pass` is called with the number of each pass before it begins, 0 for the first. If a repeated run is
    cancelled, the complete passes count. `module` is the network's module if it is built already; it runs on its own
    device. `weights` go into the rows that they fit. `image` (N×C×H×W) is the input, by default a ramp from 0 to 1.
    `on_output` is called with the output: N×C×H×W, or N×C if the last map is 1×1. `on_operation` is called after each
    operation of a single pass, or of one more pass after several, and is in no time that is told. A layer's time is the
    sum of its operations' times; the pass's own is wall time, which is a little more. On a GPU it is that of a forward
    without hooks, and holds the time in which the device waits for Python, which no operation's does. A single pass on
    the meta device does not run again what `earlier` ran.

    Raises PassError (a SqueezevizError) if there is nothing to run, no such device, or too little free memory, or if an
    operation fails; it says how far the pass came. Raises PassCancelledError if `cancelled` returned true before one
    pass was complete.
    """
    check_repeats(repeats)
    if module is None:
        module = prepare_module(
            network, device=device, batch=batch, weights=weights, arithmetic=arithmetic, cancelled=cancelled
        )
    target, found = module.device, find_device(str(module.device))
    kind, pass_progress = kind_of_device(target), PassProgress(network, progress, cancelled)
    with kind.current(target), pass_progress.failures(), torch.inference_mode():
        _check(network, batch, target, module, weights, arithmetic)
        _check_has_values(target, on_operation)
        shown = _arranged(module, _image(network, batch, target) if image is None else image.to(target), arithmetic)
        name = DeviceName(found.id, found.name)
        known = _known(module, shown, earlier) if repeats == 1 else {}
        one = partial(_measured, module, shown, name, pass_progress, on_output, arithmetic.on(target.type), known)
        return _passes(one, max(repeats, FEWEST_TO_TELL if kind.is_gpu else 1), pass_progress, on_pass, on_operation)


def prepare_module(
    network: ResolvedNetwork,
    previous: SqueezeNet | None = None,
    *,
    device: str = "cpu",
    batch: int = 1,
    weights: GivenWeights | None = None,
    arithmetic: Arithmetic = EXACT,
    cancelled: IsCancelled | None = None,
) -> SqueezeNet:
    """Return the module for a pass, once it is clear that the pass will fit. Raises as `live_pass` does.

    Unchanged rows are reused from `previous`.
    """
    target = torch.device(find_device(device).id)
    pass_progress = PassProgress(network, cancelled=cancelled)
    with kind_of_device(target).current(target), pass_progress.failures():
        _check(network, batch, target, previous, weights, arithmetic)
        return build_module(network, previous, device=target, weights=weights, before_row=pass_progress.before_row)


def _check(
    network: ResolvedNetwork,
    batch: int,
    device: torch.device,
    module: SqueezeNet | None,
    weights: GivenWeights | None,
    arithmetic: Arithmetic,
) -> None:
    """Raise PassError if the pass cannot run there. The memory that `module` takes is allocated already."""
    _check_batch(batch)
    check_arithmetic(device, arithmetic.on(device.type))
    if not network.layers:
        problem = network.problems[0]
        raise PassError(
            FailureKind.REFUSED, problem.reason, Place(row=problem.name or None, column=problem.field or None)
        )
    if pass_bytes(network, batch) > LARGEST_COUNT:
        _check_countable(network, batch)
    check_fits(network, batch, device, module, weights, arithmetic.precision)


def _check_has_values(device: torch.device, on_operation: OnOperation | None) -> None:
    if on_operation is not None and device.type == "meta":
        raise PassError(
            FailureKind.REFUSED,
            "the meta device works out shapes and has no values to see; choose another device, such as cpu",
            Place(column="device"),
        )


def _check_batch(batch: int) -> None:
    if not isinstance(batch, int) or isinstance(batch, bool) or not 1 <= batch <= LARGEST:
        raise PassError(
            FailureKind.REFUSED,
            f"batch must be a whole number from 1 to 10^12, not {shown(batch)}",
            Place(column="batch"),
        )


def _check_countable(network: ResolvedNetwork, batch: int) -> None:
    """Raise PassError if a tensor of the pass has more bytes than a 64-bit count holds, on any device."""
    for what, row, values in _tensors(network, batch):
        if values * BYTES_PER_VALUE > LARGEST_COUNT:
            raise PassError(
                FailureKind.REFUSED,
                f"{what} would hold {values:.1e} values, which at 4 bytes each exceed a 64-bit count of bytes; "
                "take smaller numbers or a smaller batch",
                Place(row=row),
            )


def _tensors(network: ResolvedNetwork, batch: int) -> Iterator[tuple[str, str, int]]:
    """Iterate over the tensors of a pass: what each is called, its row, and the number of its values."""
    yield "the input", "input", batch * math.prod(network.layers[0].input.shape)
    for layer, step in network.operations():
        yield f"the weights of {brief(step.name)}", layer.name, step.parameters.value
        yield f"the output of {brief(step.name)}", layer.name, batch * math.prod(step.shape)


def check_fits(
    network: ResolvedNetwork,
    batch: int,
    device: torch.device,
    previous: SqueezeNet | None,
    weights: GivenWeights | None = None,
    precision: Precision = Precision.FLOAT32,
) -> None:
    """Raise PassError if the pass needs more memory than the device has free. Rows reused from `previous` need none."""
    kind = kind_of_device(device)
    free = kind.free_bytes(device)
    if free is None:
        return
    needed = pass_bytes(network, batch)
    if precision in (Precision.BFLOAT16, Precision.FLOAT16):  # autocast copies the weights
        needed += network.parameters.value * BYTES_PER_VALUE // 2
    if needed <= free:
        return
    needed -= reusable_bytes(previous, network, device, weights)
    if needed <= free:
        return
    heaviest = max(network.layers, key=lambda layer: layer.parameters.value + batch * layer.activations.value)
    smaller = "take a smaller batch or input" if batch > 1 else "take smaller layers or a smaller input"
    raise PassError(
        FailureKind.MEMORY,
        f"this pass would take {readable_bytes(needed)}{kind.beside}, and {device} has {readable_bytes(free)} free; "
        f"{smaller}, or "
        "the meta device, which works out shapes without computing",
        Place(row=heaviest.name),
    )


def _passes(
    one: Callable[[OnOperation | None], LivePass],
    repeats: int,
    pass_progress: PassProgress,
    on_pass: Callable[[int], None] | None,
    on_operation: OnOperation | None,
) -> LivePass:
    """Return the measurement of a single pass, or the medians of several, after which one that is not measured calls
    `on_operation`. If that one is cancelled, the passes before it count."""
    if repeats == 1:
        return one(on_operation)
    measured = _repeated(partial(one, None), repeats, pass_progress, on_pass)
    if on_operation is not None:
        pass_progress.before_pass(repeats, repeats)
        with suppress(PassCancelledError):
            one(on_operation)
    return measured


def _repeated(
    measure: Callable[[], LivePass], repeats: int, pass_progress: PassProgress, on_pass: Callable[[int], None] | None
) -> LivePass:
    """Return the medians of `repeats` passes, or of those that were complete when it was cancelled."""
    times = RepeatedTimes()
    for repeat in range(repeats + 1):
        pass_progress.before_pass(repeat, repeats)
        if on_pass is not None:
            on_pass(repeat)
        try:
            measured = measure()
        except PassCancelledError:
            if not times.count:
                raise
            break
        if repeat:
            times.add(measured)
    return times.as_one_pass()


def _known(module: SqueezeNet, image: Tensor, earlier: Earlier | None) -> dict[int, Known]:
    """Return the rows, by index, whose modules ran in the earlier pass.

    On the meta device all that is measured of a row follows from its modules and the shape of its input: where both are
    the very same, it is measured already. Where the whole network is, a pass was asked for again, and all of it runs.
    """
    if earlier is None or not image.is_meta or earlier.module.device.type != "meta":
        return {}
    measured, rows, before = earlier.measured, module.rows, earlier.module.rows
    if tuple(image.shape) == measured.input_shape and [row.modules for row in rows] == [row.modules for row in before]:
        return {}
    shapes = (measured.input_shape, *(layer.output_shape for layer in measured.layers))
    ran = {row.modules: Known(shape, layer) for row, shape, layer in zip(before, shapes, measured.layers, strict=False)}
    return {index: ran[row.modules] for index, row in enumerate(rows) if row.modules in ran}


def _run(module: SqueezeNet, recorder: Recorder, known: Mapping[int, Known], image: Tensor) -> Tensor:
    """Return the output of a pass that runs the rows that are not known, or not with this input."""
    flowing = image
    for index, row in enumerate(module.rows):
        found = known.get(index)
        if found is not None and found.input_shape == tuple(flowing.shape):
            flowing = recorder.skip(index, found.layer, flowing)
            continue
        recorder.follow(leaves_of_row(module, index))
        for place in row.places:
            flowing = module.get_submodule(place)(flowing)
    recorder.follow([leaf_of(module.flatten, "flatten", None)])
    output: Tensor = module.flatten(flowing)
    return output


def _measured(
    module: SqueezeNet,
    image: Tensor,
    device: DeviceName,
    pass_progress: PassProgress,
    on_output: Callable[[Tensor], None] | None,
    arithmetic: Arithmetic,
    known: Mapping[int, Known],
    on_operation: OnOperation | None = None,
) -> LivePass:
    working = [] if known else leaves(module)
    pass_progress.expect(working)
    kind = kind_of_device(module.device)
    watch = kind.stopwatch
    weights = [] if known else list(module.parameters())  # what is known is of meta, where there are no bytes
    warms_up = not (kind.is_gpu or image.is_meta)
    weight_bytes = sum(weight.nbytes for weight in weights)
    recorder = Recorder(watch, weight_bytes, pass_progress, warms_up=warms_up, on_operation=on_operation)
    held_bytes = recorder.held_bytes + image.nbytes
    peak = kind.peak(module.device, held_bytes) if kind.peak else lambda: recorder.most_bytes
    with recorder.following(working, image), computing(module.device, arithmetic.precision):
        run = partial(_run, module, recorder, known) if known else module
        output, wall_s = _timed(run, image, watch)
        wall_s -= recorder.aside_s
        if on_output is not None:
            on_output(output)
    memory_bytes, output_shape, depth = peak(), tuple(output.shape), steps_of(output).whole
    if kind.is_gpu:
        del output
        with computing(module.device, arithmetic.precision):
            wall_s = _timed(module, image, watch)[1]
    return LivePass(
        device,
        tuple(image.shape),
        output_shape,
        depth,
        sum(weight.numel() for weight in (_weights_beside(module, recorder.skipped) if known else weights))
        + sum(layer.parameters for layer in recorder.skipped.values()),
        sum(_macs(each) for each in recorder.seen) + sum(layer.macs for layer in recorder.skipped.values()),
        0.0 if image.is_meta else wall_s * 1000,
        0 if image.is_meta else memory_bytes,
        _measured_layers(module, recorder.seen, watch.elapsed_ms, recorder.skipped),
        tuple(row.layer.name for row in module.rows if row.given),
        arithmetic=arithmetic,
    )


def _weights_beside(module: SqueezeNet, skipped: Mapping[int, MeasuredLayer]) -> Iterator[Tensor]:
    """Iterate over the weights of the rows that were not skipped."""
    for index, row in enumerate(module.rows):
        if index not in skipped:
            for each in row.modules:
                yield from each.parameters()


def _timed(run: Callable[[Tensor], Tensor], image: Tensor, watch: Stopwatch) -> tuple[Tensor, float]:
    """Return the output of a forward, and the seconds from its beginning until the device has finished it."""
    watch.settle()
    start = time.perf_counter()
    output = run(image)
    watch.settle()
    return output, time.perf_counter() - start


_FORMATS = {
    MemoryFormat.CONTIGUOUS: torch.contiguous_format,
    MemoryFormat.CHANNELS_LAST: torch.channels_last,
}


def _arranged(module: SqueezeNet, image: Tensor, arithmetic: Arithmetic) -> Tensor:
    """Return the images in the order of that arithmetic. The weights of all filters are put into it, those of reused
    rows too. Without values there is no order."""
    if image.is_meta:
        return image
    _arrange(module, arithmetic.memory_format)
    return image.contiguous(memory_format=_FORMATS[arithmetic.memory_format])


def _arrange(module: SqueezeNet, memory_format: MemoryFormat) -> None:
    wanted = _FORMATS[memory_format]
    with torch.inference_mode(False):  # else the weights would be tensors of inference mode, which nothing may change
        for weight in module.parameters():
            if weight.dim() == 4 and not weight.is_contiguous(memory_format=wanted):
                weight.data = weight.data.contiguous(memory_format=wanted)


def _image(network: ResolvedNetwork, batch: int, device: torch.device) -> Tensor:
    """Return images whose values rise from 0 to 1. No operation takes longer for one value than for another."""
    shape = (batch, *network.layers[0].input.shape)
    if device.type == "meta":
        return torch.empty(shape, device=device)
    return torch.linspace(0, 1, math.prod(shape), device=device).view(shape)


ElapsedMs = Callable[[Any, Any], float]


def _measured_layers(
    module: SqueezeNet, seen: Sequence[Seen], elapsed_ms: ElapsedMs, skipped: Mapping[int, MeasuredLayer]
) -> tuple[MeasuredLayer, ...]:
    """Return each row with the operations that ran in it, in running order, or ran in an earlier pass."""
    ran: list[list[Seen]] = [[] for _ in module.rows]
    for each in seen:
        if each.leaf.row is not None:
            ran[each.leaf.row].append(each)
    return tuple(
        skipped.get(index) or _layer(module, row, part, elapsed_ms)
        for index, (row, part) in enumerate(zip(module.rows, ran, strict=True))
    )


def _macs(seen: Seen) -> int:
    """Return the multiply-adds for one image: the weights of all filters, at each position of the output map."""
    return seen.leaf.filter_weights * math.prod(seen.output_shape[2:])


def _layer(module: SqueezeNet, row: Row, seen: list[Seen], elapsed_ms: ElapsedMs) -> MeasuredLayer:
    operations = tuple(_operation(each, elapsed_ms) for each in seen)
    return MeasuredLayer(
        row.layer.name,
        type_of(module.get_submodule(row.place)),
        seen[-1].output_shape if seen else (),
        seen[-1].steps.within if seen else 0,
        sum(each.parameters for each in operations),
        sum(each.macs for each in operations),
        sum(each.time_ms for each in operations),
        operations,
    )


def _operation(seen: Seen, elapsed_ms: ElapsedMs) -> MeasuredOperation:
    leaf = seen.leaf
    return MeasuredOperation(
        leaf.name,
        leaf.type,
        seen.output_shape,
        seen.steps.within,
        leaf.parameters,
        _macs(seen),
        elapsed_ms(seen.start, seen.end),
    )
