"""What follows a pass as it runs: its progress, and hooks that read shapes, times, depth and memory of the tensors."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.live import MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.errors import Place, brief
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.trace.devices import Stopwatch
from squeezeviz.trace.failures import FailureKind, PassCancelledError, PassError, kind_of, reason_of
from squeezeviz.trace.module import Add, Concat, FireModule, SqueezeNet

_TYPES: tuple[tuple[type[nn.Module], str], ...] = (
    (nn.Conv2d, OperationKind.CONV),
    (nn.ReLU, OperationKind.RELU),
    (nn.MaxPool2d, OperationKind.MAXPOOL),
    (nn.AvgPool2d, OperationKind.AVGPOOL),
    (nn.AdaptiveAvgPool2d, OperationKind.GLOBAL_AVGPOOL),
    (Concat, OperationKind.CONCAT),
    (Add, OperationKind.ADD),
    (nn.Dropout, OperationKind.DROPOUT),
    (nn.Softmax, OperationKind.SOFTMAX),
    (FireModule, "fire"),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A module without children.

    `row` is the index of its row, or None if it belongs to none. `name` is its operation's name, or the path of a
    module that the table does not know. `filter_weights` is the number of weights used for each position of the output,
    over all filters. `weighs` is whether it has parameters, and so adds to the depth.
    """

    module: nn.Module
    name: str
    type: str
    row: int | None
    parameters: int
    filter_weights: int
    weighs: bool


def leaves(network: SqueezeNet) -> list[Leaf]:
    """Return every leaf module of the network as it is now. A module that was replaced counts, not the table."""
    names = {path: name for row in network.rows for path, name in row.paths.items()}
    rows = {place: index for index, row in enumerate(network.rows) for place in row.places}
    return [
        leaf_of(module, names.get(path, path), rows.get(".".join(path.split(".", 2)[:2])))
        for path, module in network.named_modules(remove_duplicate=False)
        if _has_no_children(module) and not isinstance(module, nn.Sequential)  # which is an empty stage
    ]


def leaves_of_row(network: SqueezeNet, index: int) -> list[Leaf]:
    """Return the leaf modules of one row, as `leaves` does."""
    names = network.rows[index].paths
    return [
        leaf_of(module, names.get(path, path), index)
        for place in network.rows[index].places
        for path, module in network.get_submodule(place).named_modules(prefix=place, remove_duplicate=False)
        if _has_no_children(module)
    ]


def _works_in_place(leaf: Leaf, row: int | None) -> bool:
    """Whether a leaf of that row overwrites its input, which is the output of the leaf before it."""
    return leaf.row == row and isinstance(leaf.module, nn.ReLU) and leaf.module.inplace


def _has_no_children(module: nn.Module) -> bool:
    return next(module.children(), None) is None


def type_of(module: nn.Module) -> str:
    """Return our word for what the module does, or the class's name if we have none."""
    for kind, word in _TYPES:
        if isinstance(module, kind):
            return word
    return type(module).__name__


def leaf_of(module: nn.Module, name: str, row: int | None) -> Leaf:
    weights = list(module.parameters(recurse=False))
    parameters = sum(weight.numel() for weight in weights)
    filter_weights = sum(weight.numel() for weight in weights if weight.dim() > 1)
    return Leaf(module, name, type_of(module), row, parameters, filter_weights, parameters > 0)


OnProgress = Callable[[int, int, str], None]
"""Called with the number of operations that have run, their total, and the name of the next one."""

IsCancelled = Callable[[], bool]
"""Called before each operation. Returns whether to give up."""


_SENTENCES = {
    FailureKind.MEMORY: "memory ran out {where}; take a smaller batch or input, or the meta device. PyTorch: {reason}",
    FailureKind.DEVICE: "the device stopped working {where}; choose another, or start again. PyTorch: {reason}",
    FailureKind.DISK: "no room was left on the disk {where}; make room, or set TMPDIR to another folder. {reason}",
}


class PassProgress:
    """The progress of one pass over `network`, from building its module to its last operation."""

    def __init__(
        self, network: ResolvedNetwork, progress: OnProgress | None = None, cancelled: IsCancelled | None = None
    ) -> None:
        self.total = 0
        """The number of operations that will run, once it is known."""
        self._network = network
        self._progress = progress
        self._cancelled = cancelled
        self._done = -1
        self._name = self._row = ""
        self._repeat = ""

    def expect(self, working: Sequence[Leaf]) -> None:
        """Note what will run; where that turns out on the way, all that the network has."""
        predicted = sum(len(layer.operations) for layer in self._network.layers)
        self.total = sum(leaf.row is not None for leaf in working) or predicted

    def before_row(self, layer: ResolvedLayer) -> None:
        """Note that the modules of a row are about to be built."""
        self._name = self._row = layer.name
        self.give_up_if_cancelled()

    def before_pass(self, repeat: int, repeats: int) -> None:
        """Note that pass number `repeat` is about to begin; 0 only warms up. A single pass has no number."""
        self._done = -1
        self._repeat = "" if repeats == 1 else f", pass {repeat} of {repeats}" if repeat else ", warming up"

    def before_operation(self, leaf: Leaf) -> None:
        """Report the operation that is about to run. Raises PassCancelledError if the pass was cancelled."""
        self.give_up_if_cancelled()
        if leaf.row is None:
            return
        self._done += 1
        self._name = leaf.name
        self._row = self._network.layers[leaf.row].name
        if self._progress is not None:
            self._progress(self._done, self.total, leaf.name)

    def skip(self, operations: int) -> None:
        """Note that so many operations need not run."""
        self._done += operations

    def give_up_if_cancelled(self) -> None:
        """Raise PassCancelledError if the pass was cancelled."""
        if self._cancelled is not None and self._cancelled():
            raise PassCancelledError

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Convert what torch raises inside the `with` to a PassError that says how far the pass came."""
        try:
            yield
        except (MemoryError, RuntimeError, OSError) as error:
            raise self._failure(kind_of(error), error) from error

    def _failure(self, kind: FailureKind, error: Exception) -> PassError:
        sentence = _SENTENCES.get(kind, "the pass stopped {where}. PyTorch: {reason}")
        message = sentence.format(where=self._where(), reason=reason_of(error))
        return PassError(kind, message, Place(row=self._row or None))

    def _where(self) -> str:
        if self._done < 0:
            return f"while the weights of {brief(self._name)} were made" if self._name else "before its first operation"
        return f"at {brief(self._name)}, operation {self._done + 1} of {self.total}{self._repeat}"


WARM_UP_LIMIT_S = 1.0
"""The most time that one pass spends on warming up, roughly."""

HELD_OPERATIONS = 100
"""How many operations are enqueued while the device is held. With their marks they fit its queue, and Python takes a
few milliseconds."""

_Kind = tuple[torch.Size, torch.dtype, tuple[int, ...]]
"""What libraries prepare for: a tensor's size, type and strides."""

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


class OperationRun(NamedTuple):
    """One operation as it ran.

    `output` is on the pass's device, N×C×H×W. Where `is_overwritten`, an operation after it works in place: a copy
    alone keeps the values.
    """

    name: str
    output: Tensor
    is_overwritten: bool = False


OnOperation = Callable[[OperationRun], None]
"""Called with the images, as the output of `NETWORK_INPUT`, and then after each operation."""


class Recorder:
    """Records one forward pass. `progress` is informed before each operation, and may end the pass.

    The first time that a module runs with a size, libraries set themselves up for it (threads, kernels, plans).
    Therefore it first runs once without being recorded, unless whole passes warm up or nothing is computed
    (`warms_up`). `aside_s` sums the seconds that this takes, and those of `on_operation`, which are in no operation's
    time. `held_bytes` and `most_bytes` count the tensors that are alive now and at the peak, weights included.

    A device with a queue would wait for Python between two small operations, and these gaps would count as theirs.
    Therefore the device is held before every `HELD_OPERATIONS`, until Python has enqueued them. One layer at a time
    would be simpler, but then caches and clocks would not be as in a pass.
    """

    def __init__(
        self,
        watch: Stopwatch,
        weight_bytes: int,
        progress: PassProgress,
        *,
        warms_up: bool = True,
        on_operation: OnOperation | None = None,
    ) -> None:
        self.seen: list[Seen] = []
        self.skipped: dict[int, MeasuredLayer] = {}
        """Rows that an earlier pass measured, by index."""
        self.aside_s = self._warm_up_s = 0.0
        self.held_bytes = self.most_bytes = weight_bytes
        self._watch = watch
        self._progress = progress
        self._warms_up = warms_up
        self._on_operation = on_operation
        self._leaves: dict[nn.Module, Leaf] = {}
        self._overwritten: set[nn.Module] = set()
        """The modules whose output the one after them overwrites."""
        self._start: Any = None
        self._alive: list[weakref.ref[Tensor]] = []

    @contextmanager
    def following(self, leaves: Sequence[Leaf], image: Tensor) -> Iterator[None]:
        """Watch the modules of `leaves` inside the `with`.

        The hooks are torch's global ones, which take a fraction of the time to install that hooks on each module take.
        """
        self._leaves = {leaf.module: leaf for leaf in leaves}
        self._overwritten = {one.module for one, after in pairwise(leaves) if _works_in_place(after, one.row)}
        setattr(image, _TAG, _FRESH)
        self._hold(image)
        if self._on_operation is not None:
            self._on_operation(OperationRun(NETWORK_INPUT, image))
        before = register_module_forward_pre_hook(self._before)
        try:
            after = register_module_forward_hook(self._after)
            try:
                yield
            finally:
                after.remove()
        finally:
            before.remove()

    def follow(self, leaves: Sequence[Leaf]) -> None:
        """Watch these modules too."""
        self._leaves |= {leaf.module: leaf for leaf in leaves}

    def skip(self, row: int, layer: MeasuredLayer, tensor: Tensor) -> Tensor:
        """Return the output of a row on the meta device that an earlier pass measured, without running it."""
        self._progress.skip(len(layer.operations))
        self.skipped[row] = layer
        output = torch.empty(layer.output_shape, device=tensor.device)
        setattr(output, _TAG, Steps(steps_of(tensor).whole + layer.depth, row, layer.depth))
        return output

    def _before(self, module: nn.Module, args: tuple[Tensor, ...]) -> None:
        leaf = self._leaves.get(module)
        if leaf is None:
            return
        self._progress.before_operation(leaf)
        if self._warms_up:
            kinds = tuple([(tensor.shape, tensor.dtype, tensor.stride()) for tensor in args])
            if kinds not in _RUN_BEFORE.setdefault(module, set()):
                self._warm_up(module, args, kinds)
        if len(self.seen) % HELD_OPERATIONS == 0:
            self._watch.settle()
            self._watch.hold()
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
        if self._on_operation is not None and row is not None:
            aside = time.perf_counter()
            self._on_operation(OperationRun(leaf.name, output, module in self._overwritten))
            self.aside_s += time.perf_counter() - aside

    def _hold(self, tensor: Tensor) -> None:
        """Count the tensor's bytes as long as it lives."""
        count = tensor.nbytes
        self.held_bytes += count
        self.most_bytes = max(self.most_bytes, self.held_bytes)

        def release(_: object) -> None:
            self.held_bytes -= count

        self._alive.append(weakref.ref(tensor, release))

    def _warm_up(self, module: nn.Module, args: tuple[Tensor, ...], kinds: tuple[_Kind, ...]) -> None:
        _RUN_BEFORE[module].add(kinds)
        if self._warm_up_s >= WARM_UP_LIMIT_S:
            return
        self._watch.settle()
        start = time.perf_counter()
        module.forward(*args)
        self._watch.settle()
        torch.clear_autocast_cache()  # every pass copies its weights anew
        took = time.perf_counter() - start
        self._warm_up_s += took
        self.aside_s += took
        self._progress.give_up_if_cancelled()


_RUN_BEFORE: WeakKeyDictionary[nn.Module, set[tuple[_Kind, ...]]] = WeakKeyDictionary()
"""The kinds of inputs with which each module has run, for which the libraries are set up."""
