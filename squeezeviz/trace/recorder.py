"""The hooks of a live pass: they read shapes, times, depth and memory off the tensors that go by, and keep none."""

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
from squeezeviz.trace.progress import Course

WARM_UP_LIMIT_S = 1.0
"""No more than about this long is spent on warming up in one pass."""

_TAG = "squeezeviz_steps"
"""Attribute of a tensor that says how it came to be: a `Steps`."""


class Steps(NamedTuple):
    """The weighted operations that a tensor has passed: since the network's input, and within row `row`."""

    whole: int
    row: int | None
    within: int


_FRESH = Steps(0, None, 0)


def steps_of(tensor: Tensor) -> Steps:
    """What the tensor has passed; nothing, of one that no hook has met."""
    steps: Steps = getattr(tensor, _TAG, _FRESH)
    return steps


class Seen(NamedTuple):
    """One operation as it ran; `start` and `end` are marks of the stopwatch."""

    leaf: Leaf
    start: Any
    end: Any
    output_shape: tuple[int, ...]
    steps: Steps


class Recorder:
    """Follows one forward pass. `course` is told of each operation before it runs, and may end the pass.

    The first time that a module runs at a size, the libraries below set themselves up for it (threads, kernels,
    plans). It is then run once beforehand, and the time for that is kept apart in `warm_up_s`: what is recorded is
    what a pass takes that is not the first. `held_bytes` and `most_bytes` count the tensors that are alive, from the
    weights on.
    """

    def __init__(self, watch: Stopwatch, weight_bytes: int, course: Course) -> None:
        self.seen: list[Seen] = []
        self.warm_up_s = 0.0
        self.held_bytes = self.most_bytes = weight_bytes
        self._watch = watch
        self._course = course
        self._leaves: dict[nn.Module, Leaf] = {}
        self._start: Any = None
        self._alive: list[weakref.ref[Tensor]] = []

    @contextmanager
    def following(self, leaves: Sequence[Leaf], image: Tensor) -> Iterator[None]:
        """The modules of `leaves` are watched inside the `with`, and not after it.

        The hooks are torch's for all modules, which stand in a fraction of the time that hooks on each module take.
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
        self._course.before_operation(leaf)
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
        """Count the tensor's bytes for as long as it lives."""
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
        self._course.give_up_if_cancelled()


_RUN_BEFORE: WeakKeyDictionary[nn.Module, set[tuple[torch.Size, ...]]] = WeakKeyDictionary()
"""The input sizes at which each module has run: what the libraries are set up for."""


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """`mark` notes a moment in the device's work, `elapsed_ms` tells the time between two, `settle` waits for all."""

    mark: Callable[[], Any]
    elapsed_ms: Callable[[Any, Any], float]
    settle: Callable[[], None]


def stopwatch(device: torch.device) -> Stopwatch:
    """The way to measure on that device. On meta nothing is computed, and every time is 0."""
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
    """Every mark waits for the device, as neither of these has events that all of its drivers time well."""

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
