"""A layer table as a PyTorch module: weights have torchvision's names, and every operation is a module."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.analysis.weights import TensorName, fits, tensor_shapes
from squeezeviz.model.layers import Dropout, Fire, Layer
from squeezeviz.model.operations import Operation, OperationKind, operations
from squeezeviz.trace.places import next_place, places

_LONGEST_STRIDE = 2**31 - 1
"""The largest stride of PyTorch's pooling, which uses 32 bits on every device."""

GivenWeights = Mapping[TensorName, Tensor]
"""The tensors of a network file by the rows that they belong to, float32 on the CPU."""

ATTRIBUTES = {
    "squeeze1x1": "squeeze",
    "relu_squeeze1x1": "squeeze_activation",
    "expand1x1": "expand1x1",
    "relu_expand1x1": "expand1x1_activation",
    "expand3x3": "expand3x3",
    "relu_expand3x3": "expand3x3_activation",
    "concat": "concat",
    "bypass1x1": "bypass",
    "relu_bypass1x1": "bypass_activation",
    "add": "add",
}
"""torchvision's attribute for each part of a Fire module. The names for a bypass, which torchvision lacks, follow
the same pattern."""


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
    """The network of a table, in eval mode. `rows` tells which modules belong to which row.

    It takes N×C×H×W and returns N×C×H×W, or N×C if the last map is 1×1.
    """

    def __init__(self, rows: tuple[Row, ...], device: torch.device) -> None:
        super().__init__()
        self.rows = rows
        self.device = device
        self.features = nn.Sequential()
        self.classifier = nn.Sequential()
        self.flatten = Flatten()
        for row in rows:
            for place, module in zip(row.places, row.modules, strict=True):
                stage, index = place.split(".")
                self.get_submodule(stage).add_module(index, module)
        self.eval()

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
    """Concatenates feature maps along the channels."""

    def forward(self, *maps: Tensor) -> Tensor:
        return torch.cat(maps, 1)


class Add(nn.Module):
    """Adds two stacks of feature maps of the same shape."""

    def forward(self, inside: Tensor, around: Tensor) -> Tensor:
        return inside + around


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
    kept = _kept(previous, target)
    given_weights = _with_values(weights, target)
    rows = []
    for resolved, place in zip(network.layers, places([each.layer for each in network.layers]), strict=True):
        layer, channels = resolved.layer, resolved.input.shape.channels
        given = _given(resolved, given_weights)
        row = kept.get((layer, channels, _identity(given)))
        if row is None and before_row is not None:
            before_row(resolved)
        modules = row.modules if row else _modules(resolved, target, given_weights if given else {})
        rows.append(Row(layer, channels, place, modules, given))
    return SqueezeNet(tuple(rows), target)


def reusable_bytes(
    previous: SqueezeNet | None,
    network: ResolvedNetwork,
    device: torch.device,
    weights: GivenWeights | None = None,
) -> int:
    """Return the size in bytes of the weights that `build_module` would reuse from `previous`."""
    kept, given = _kept(previous, device), _with_values(weights, device)
    rows = (
        kept.get((each.layer, each.input.shape.channels, _identity(_given(each, given)))) for each in network.layers
    )
    modules = (module for row in rows if row for module in row.modules)
    return sum(weight.nbytes for module in modules for weight in module.parameters())


def _with_values(weights: GivenWeights | None, device: torch.device) -> GivenWeights:
    """Return the given weights, or none on the meta device, where tensors have no values."""
    return {} if weights is None or device.type == "meta" else weights


_Identity = tuple[int, ...]


def _kept(previous: SqueezeNet | None, device: torch.device) -> dict[tuple[Layer, int, _Identity], Row]:
    if previous is None or previous.device != device:
        return {}
    return {(row.layer, row.in_channels, _identity(row.given)): row for row in previous.rows}


def _identity(given: tuple[Tensor, ...]) -> _Identity:
    """Return which tensors these are. A row keeps a reference to its tensors, so no other tensor can get their id."""
    return tuple(map(id, given))


def _given(resolved: ResolvedLayer, weights: GivenWeights) -> tuple[Tensor, ...]:
    """Return the given tensors of a row if all of them are there in its shapes, otherwise nothing."""
    if not weights:
        return ()
    needed = tensor_shapes(resolved)
    shapes = {
        name: tuple(weights[name].shape)
        for wanted in needed
        for name in (wanted, wanted._replace(kind="bias"))
        if name in weights
    }
    return tuple(weights[name] for name in needed) if fits(needed, shapes) else ()


def _modules(resolved: ResolvedLayer, device: torch.device, weights: GivenWeights) -> tuple[nn.Module, ...]:
    if isinstance(resolved.layer, Dropout):
        return (nn.Dropout(resolved.layer.p).eval(),)
    made = [_module(step.operation, step.inputs[0].channels, device) for step in resolved.operations]
    if device.type != "meta":
        for module, step in zip(made, resolved.operations, strict=True):
            if isinstance(module, nn.Conv2d):
                _fill(module, step.operation, resolved.name, weights)
    if isinstance(resolved.layer, Fire):
        parts = (ATTRIBUTES[step.operation.part] for step in resolved.operations)
        made = [FireModule(dict(zip(parts, made, strict=True)))]
    return tuple(module.eval() for module in made)


def _module(operation: Operation, channels: int, device: torch.device) -> nn.Module:
    kernel, padding = operation.kernel, operation.padding
    stride = operation.stride if device.type == "meta" else min(operation.stride, _LONGEST_STRIDE)
    match operation.kind:
        case OperationKind.CONV:
            return _convolution(operation, channels, device)
        case OperationKind.RELU:
            return nn.ReLU(inplace=True)
        case OperationKind.MAXPOOL:
            return nn.MaxPool2d(kernel, stride, padding, ceil_mode=operation.ceil)
        case OperationKind.AVGPOOL:
            return nn.AvgPool2d(kernel, stride, padding, ceil_mode=operation.ceil, count_include_pad=True)
        case OperationKind.GLOBAL_AVGPOOL:
            return nn.AdaptiveAvgPool2d(1)
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


def _convolution(operation: Operation, channels: int, device: torch.device) -> nn.Conv2d:
    return Convolution(
        channels,
        operation.filters,
        operation.kernel,
        operation.stride,
        operation.padding,
        bias=operation.bias,
        device=device,
    )


@torch.no_grad()
def _fill(conv: nn.Conv2d, operation: Operation, row: str, weights: GivenWeights) -> None:
    """Copy the given weights; if there are none, draw them as torchvision does (Kaiming uniform, biases 0).

    Drawn weights depend only on the operation's name and shape.
    """
    if given := {
        kind: weights[name] for kind in ("weight", "bias") if (name := TensorName(row, operation.part, kind)) in weights
    }:
        for kind, tensor in given.items():
            conv.get_parameter(kind).copy_(tensor)
        return
    seed = zlib.crc32(f"{operation.name} {tuple(conv.weight.shape)}".encode())
    bound = math.sqrt(6 / conv.weight[0].numel())
    conv.weight.uniform_(-bound, bound, generator=torch.Generator(conv.weight.device).manual_seed(seed))
    if conv.bias is not None:
        conv.bias.zero_()
