"""A layer table as a PyTorch module: weights have torchvision's names, and every operation is a module."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.analysis.weights import TensorName, fit, tensor_shapes
from squeezeviz.model.layers import Dropout, Fire, Layer
from squeezeviz.model.operations import Operation, OperationKind, operations
from squeezeviz.trace.places import ATTRIBUTES, next_place, places

_LONGEST_STRIDE = 2**31 - 1
"""The largest stride of PyTorch's pooling, which uses 32 bits on every device."""

GivenWeights = Mapping[TensorName, Tensor]
"""The tensors of a network file by the rows that they belong to, float32 on the CPU."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table as modules, the first of which is at `place`. `paths` maps module paths to operation names.

    `given` are the tensors that its weights were copied from, or empty if they are fresh.
    """

    layer: Layer
    in_channels: int
    place: str
    modules: tuple[nn.Module, ...]
    given: tuple[Tensor, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """The place of each of `modules`."""
        return (self.place, next_place(self.place))[: len(self.modules)]

    @property
    def paths(self) -> dict[str, str]:
        """Map each path in the network (`features.3.squeeze`) to the operation's name (`fire2/squeeze1x1`), in
        running order."""
        if isinstance(self.layer, Fire):
            return {f"{self.place}.{ATTRIBUTES[each.part]}": each.name for each in operations(self.layer)}
        return dict(zip(self.places, (each.name for each in operations(self.layer)), strict=True))


class SqueezeNet(nn.Module):
    """The network of a table, in eval mode. `rows` tells which modules belong to which row, `name` is the network's.

    It takes N×C×H×W and returns N×C×H×W, or N×C if the last map is 1×1.
    """

    def __init__(self, rows: tuple[Row, ...], device: torch.device, name: str) -> None:
        super().__init__()
        self.name = name
        self.rows = rows
        self.device = device
        self.features = nn.Sequential()
        self.classifier = nn.Sequential()
        self.flatten = Flatten()
        self.eval()  # before the rows, which are in eval mode already
        for row in rows:
            for place, module in zip(row.places, row.modules, strict=True):
                stage, index = place.split(".")
                self.get_submodule(stage).add_module(index, module)

    def forward(self, x: Tensor) -> Tensor:
        flat: Tensor = self.flatten(self.classifier(self.features(x)))
        return flat


class FireModule(nn.Module):
    """Squeeze, then two expands in parallel, concatenated, with no bypass, the input, or a 1×1 convolution around them.

    `parts` are its operations by attribute name, with None for those that the row does not have.
    """

    concat: nn.Module
    bypass: nn.Module | None
    add: nn.Module | None

    def __init__(self, parts: dict[str, nn.Module]) -> None:
        super().__init__()
        for name in ATTRIBUTES.values():
            self.register_module(name, parts.get(name))

    def forward(self, x: Tensor) -> Tensor:
        squeezed = self._convolved("squeeze", x)
        stacked: Tensor = self.concat(self._convolved("expand1x1", squeezed), self._convolved("expand3x3", squeezed))
        if self.add is None:
            return stacked
        total: Tensor = self.add(stacked, x if self.bypass is None else self._convolved("bypass", x))
        return total

    def _convolved(self, name: str, x: Tensor) -> Tensor:
        """Run that convolution and its ReLU, if it has one."""
        x = getattr(self, name)(x)
        activation = getattr(self, f"{name}_activation")
        return x if activation is None else activation(x)


class Concat(nn.Module):
    """Concatenates feature maps along the channels.

    On the meta device this, a sum and a mean are done by other operations of torch, which come to the same: the usual
    ones import torch._dynamo there, which takes a second and 60 MiB.
    """

    def forward(self, *maps: Tensor) -> Tensor:
        return _stacked(maps) if maps[0].is_meta else torch.cat(maps, 1)


def _stacked(maps: Sequence[Tensor]) -> Tensor:
    """Copy the maps into one tensor, one after the other along the channels. RuntimeError if their sizes differ."""
    channels = [each.shape[1] for each in maps]
    whole = maps[0].new_empty((maps[0].shape[0], sum(channels), *maps[0].shape[2:]))
    for part, each in zip(whole.split_with_sizes(channels, 1), maps, strict=True):
        part.copy_(each.view_as(part))
    return whole


class Add(nn.Module):
    """Adds two stacks of feature maps of the same shape."""

    def forward(self, inside: Tensor, around: Tensor) -> Tensor:
        return inside.clone().add_(around) if inside.is_meta else inside + around


class GlobalAvgPool(nn.AdaptiveAvgPool2d):
    """Averages each map. On the meta device its window is the whole map."""

    def __init__(self) -> None:
        super().__init__(1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.avg_pool2d(x, x.shape[2:]) if x.is_meta else super().forward(x)


class Flatten(nn.Module):
    """Reshapes N×C×1×1 to N×C. Any other map passes unchanged."""

    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1) if x.shape[-2:] == (1, 1) else x


def build_module(
    network: ResolvedNetwork,
    previous: SqueezeNet | None = None,
    *,
    device: str | torch.device = "cpu",
    weights: GivenWeights | None = None,
    before_row: Callable[[ResolvedLayer], None] | None = None,
) -> SqueezeNet:
    """Return the module of all rows that resolve, on `device`. The same table always gets the same weights.

    A row gets the given `weights` if all of its tensors are there in its shapes, and fresh ones otherwise. Rows of
    `previous` on the same device, with the same input channels, are reused with their weights. `before_row` is called
    before each row that is built; an exception that it raises ends the building.
    """
    target = torch.device(device)
    rows = []
    stands = places([each.layer for each in network.layers])
    for (resolved, given, row), place in zip(_rows(network, previous, target, weights), stands, strict=True):
        if row is None and before_row is not None:
            before_row(resolved)
        modules = row.modules if row else _modules(resolved, target, given)
        rows.append(Row(resolved.layer, resolved.input.shape.channels, place, modules, given))
    return SqueezeNet(tuple(rows), target, network.table.name)


def reusable_bytes(
    previous: SqueezeNet | None,
    network: ResolvedNetwork,
    device: torch.device,
    weights: GivenWeights | None = None,
) -> int:
    """Return the size in bytes of the weights that `build_module` would reuse from `previous`."""
    reused = [row for _, _, row in _rows(network, previous, device, weights) if row]
    return sum(weight.nbytes for row in reused for module in row.modules for weight in module.parameters())


def _rows(
    network: ResolvedNetwork, previous: SqueezeNet | None, device: torch.device, weights: GivenWeights | None
) -> Iterator[tuple[ResolvedLayer, tuple[Tensor, ...], Row | None]]:
    """Iterate over the rows that resolve, each with the given tensors that fit it and the row to be reused for it.

    On the meta device tensors have no values, and none are given.
    """
    weights = {} if weights is None or device.type == "meta" else weights
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.items()}
    fitting = set(fit(network, shapes).fitting) if shapes else ()
    earlier = previous.rows if previous is not None and previous.device == device else ()
    reusable = {_key(row.layer, row.in_channels, row.given): row for row in earlier}
    for each in network.layers:
        given = tuple(weights[name] for name in tensor_shapes(each)) if each.name in fitting else ()
        yield each, given, reusable.get(_key(each.layer, each.input.shape.channels, given))


def _key(layer: Layer, in_channels: int, given: tuple[Tensor, ...]) -> tuple[Layer, int, tuple[int, ...]]:
    """Return what makes two rows the same. A row refers to its tensors, so that no others can get their ids."""
    return layer, in_channels, tuple(map(id, given))


def _modules(resolved: ResolvedLayer, device: torch.device, given: tuple[Tensor, ...]) -> tuple[nn.Module, ...]:
    if isinstance(resolved.layer, Dropout):
        return (nn.Dropout(resolved.layer.p).eval(),)
    made = [_module(step.operation, step.inputs[0].channels, device) for step in resolved.operations]
    values = iter(given)
    for module, step in zip(made, resolved.operations, strict=True):
        if isinstance(module, nn.Conv2d) and device.type != "meta":
            _fill(module, step.name, values if given else None)
    if isinstance(resolved.layer, Fire):
        parts = (ATTRIBUTES[step.operation.part] for step in resolved.operations)
        made = [FireModule(dict(zip(parts, made, strict=True)))]
    return tuple(module.eval() for module in made)


def _module(operation: Operation, channels: int, device: torch.device) -> nn.Module:
    kernel, padding = operation.kernel, operation.padding
    stride = operation.stride if device.type == "meta" else min(operation.stride, _LONGEST_STRIDE)
    match operation.kind:
        case OperationKind.CONV:
            filters, bias = operation.filters, operation.bias
            return Convolution(channels, filters, kernel, operation.stride, padding, bias=bias, device=device)
        case OperationKind.RELU:
            return nn.ReLU(inplace=True)
        case OperationKind.MAXPOOL:
            return nn.MaxPool2d(kernel, stride, padding, ceil_mode=operation.ceil)
        case OperationKind.AVGPOOL:
            return nn.AvgPool2d(kernel, stride, padding, ceil_mode=operation.ceil, count_include_pad=True)
        case OperationKind.GLOBAL_AVGPOOL:
            return GlobalAvgPool()
        case OperationKind.CONCAT:
            return Concat()
        case OperationKind.ADD:
            return Add()
        case OperationKind.SOFTMAX:
            return nn.Softmax(1)
        case OperationKind.DROPOUT:
            raise AssertionError("a dropout's share stands in its row")


class Convolution(nn.Conv2d):
    """A convolution whose weights are filled in later. torch would initialize them first, for nothing."""

    def reset_parameters(self) -> None:
        return


@torch.no_grad()
def _fill(conv: nn.Conv2d, name: str, values: Iterator[Tensor] | None) -> None:
    """Copy the next values, a weight before its bias. Without any, draw them as torchvision does (Kaiming uniform,
    biases 0).

    Drawn weights depend only on the operation's name and shape. They are drawn on the CPU, because each kind of device
    draws other numbers from a seed.
    """
    if values is not None:
        for parameter in conv.parameters():
            parameter.copy_(next(values))
        return
    seed = zlib.crc32(f"{name} {tuple(conv.weight.shape)}".encode())
    bound = math.sqrt(6 / conv.weight[0].numel())
    drawn = conv.weight if conv.weight.is_cpu else torch.empty_like(conv.weight, device="cpu")
    drawn.uniform_(-bound, bound, generator=torch.Generator().manual_seed(seed))
    if drawn is not conv.weight:
        conv.weight.copy_(drawn)
    if conv.bias is not None:
        conv.bias.zero_()
