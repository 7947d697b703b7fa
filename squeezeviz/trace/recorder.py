"""The hooks of a live pass. They read shapes, times, depth and memory from the tensors and keep none of them."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from squeezeviz.trace.leaves import Leaf
from squeezeviz.trace.progress import PassProgress

WARM_UP_LIMIT_S = 1.0
"""The most time that one pass spends on warming up, roughly."""

_TAG = "squeezeviz_steps"
"""The attribute of a tensor that holds its `Steps`."""


class Steps(NamedTuple):
    """The number of weighted operations that a tensor has passed: since the network's input, and within row `row`."""

    whole: int
    row: int | None
    within: int


_FRESH = Steps(0, None, 0)


def steps_of(tensor: Tensor) -> Steps:
    """Return the weighted operations that the tensor has passed: none if no hook has seen it."""
    steps: Steps = getattr(tensor, _TAG, _FRESH)
    return steps


class Seen(NamedTuple):
    """One operation as it ran. `start` and `end` are marks of the stopwatch."""

    leaf: Leaf
    start: Any
    end: Any
    output_shape: tuple[int, ...]
    steps: Steps


class Recorder:
    """Records one forward pass. `progress` is informed before each operation, and may end the pass.

    The first time that a module runs with a size, libraries set themselves up for it (threads, kernels, plans).
    Therefore it first runs once without being recorded; `warm_up_s` sums the seconds that this takes. `held_bytes` and
    `most_bytes` count the tensors that are alive now and at the peak, weights included.
    """

    def __init__(self, watch: Stopwatch, weight_bytes: int, progress: PassProgress) -> None:
        self.seen: list[Seen] = []
        self.warm_up_s = 0.0
        self.held_bytes = self.most_bytes = weight_bytes
        self._watch = watch
        self._progress = progress
        self._leaves: dict[nn.Module, Leaf] = {}
        self._start: Any = None
        self._alive: list[weakref.ref[Tensor]] = []

    @contextmanager
    def following(self, leaves: Sequence[Leaf], image: Tensor) -> Iterator[None]:
        """Watch the modules of `leaves` inside the `with`.

        The hooks are torch's global ones, which take a fraction of the time to install that hooks on each module take.
        """
        self._leaves = {leaf.module: leaf for leaf in leaves}
        setattr(image, _TAG, _FRESH)
        self._hold(image)
        before = register_module_forward_pre_hook(self._before)
        try:
            after = register_module_forward_hook(self._after)
            try:
                yield
            finally:
                after.remove()
        finally:
            before.remove()

    def _before(self, module: nn.Module, args: tuple[Tensor, ...]) -> None:
        leaf = self._leaves.get(module)
        if leaf is None:
            return
        self._progress.before_operation(leaf)
        sizes = tuple([tensor.shape for tensor in args])
        if sizes not in _RUN_BEFORE.setdefault(module, set()):
            self._warm_up(module, args, sizes)
        self._start = self._watch.mark()

    def _after(self, module: nn.Module, args: tuple[Tensor, ...], output: Tensor) -> None:
        leaf = self._leaves.get(module)
        if leaf is None:
            return
        end = self._watch.mark()
        row, whole, within = leaf.row, 0, 0
        for tensor in args:
            steps: Steps = getattr(tensor, _TAG, _FRESH)
            whole = max(whole, steps.whole)
            if steps.row == row:
                within = max(within, steps.within)
        if not hasattr(output, _TAG):
            self._hold(output)
        steps = Steps(whole + leaf.weighs, row, within + leaf.weighs)
        setattr(output, _TAG, steps)
        self.seen.append(Seen(leaf, self._start, end, tuple(output.shape), steps))

    def _hold(self, tensor: Tensor) -> None:
        """Count the tensor's bytes as long as it lives."""
        count = tensor.nbytes
        self.held_bytes += count
        self.most_bytes = max(self.most_bytes, self.held_bytes)

        def release(_: object) -> None:
            self.held_bytes -= count

        self._alive.append(weakref.ref(tensor, release))

    def _warm_up(self, module: nn.Module, args: tuple[Tensor, ...], sizes: tuple[torch.Size, ...]) -> None:
        _RUN_BEFORE[module].add(sizes)
        if self.warm_up_s >= WARM_UP_LIMIT_S or args[0].is_meta:
            return
        self._watch.settle()
        start = time.perf_counter()
        module.forward(*args)
        self._watch.settle()
        self.warm_up_s += time.perf_counter() - start
        self._progress.give_up_if_cancelled()


_RUN_BEFORE: WeakKeyDictionary[nn.Module, set[tuple[torch.Size, ...]]] = WeakKeyDictionary()
"""The input sizes at which each module has run, for which the libraries are set up."""


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """`mark` notes a moment in the device's work, `elapsed_ms` returns the time between two marks, and `settle`
    waits for all work."""

    mark: Callable[[], Any]
    elapsed_ms: Callable[[Any, Any], float]
    settle: Callable[[], None]


def stopwatch(device: torch.device) -> Stopwatch:
    """Return the stopwatch for that device. On meta nothing is computed, and every time is 0."""
    match device.type:
        case "cpu":
            return Stopwatch(time.perf_counter, _host_ms, _nothing)
        case "cuda":
            return Stopwatch(_cuda_mark, _cuda_ms, torch.cuda.synchronize)
        case "xpu":
            return _settling(torch.xpu.synchronize)
        case "mps":
            return _settling(torch.mps.synchronize)
        case _:
            return Stopwatch(_no_time, _host_ms, _nothing)


def _settling(settle: Callable[[], None]) -> Stopwatch:
    """Return a stopwatch whose marks wait for the device, for devices without events that all drivers time well."""

    def mark() -> float:
        settle()
        return time.perf_counter()

    return Stopwatch(mark, _host_ms, settle)


def _host_ms(start: float, end: float) -> float:
    return (end - start) * 1000


def _cuda_mark() -> torch.cuda.Event:
    event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
    event.record()
    return event


def _cuda_ms(start: torch.cuda.Event, end: torch.cuda.Event) -> float:
    return float(start.elapsed_time(end))


def _no_time() -> float:
    return 0.0


def _nothing() -> None:
    return
