"""The results of a live pass. Every number was read from a forward pass that ran; none is copied from a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from squeezeviz.analysis.arithmetic import EXACT, Arithmetic
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.records import NamedTuple


@dataclass(frozen=True, slots=True)
class DeviceName:
    """A device: its `id` in torch (`cpu`, `cuda:0`, `meta`) and a readable `name`."""

    id: str
    name: str


class Quartiles(NamedTuple):
    """The first and third quartile of the times of several passes, in milliseconds."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MeasuredOperation:
    """One operation as the pass ran it.

    `output_shape` is N, C, H, W (N, C if the map was flattened). `depth` is the number of weighted operations that the
    tensor has passed since its layer's input. `parameters` are counted on the module. `macs` are multiply-adds for one
    image, computed from the weight and output tensors. `time_ms` is wall time (0 on the meta device); for repeated
    passes it is the median, and `quartiles_ms` belong to it.
    """

    name: str
    type: str
    output_shape: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float
    quartiles_ms: Quartiles | None = None


@dataclass(frozen=True, slots=True)
class MeasuredLayer:
    """One row as the pass ran it. `depth` is what it added to the network's depth.

    `time_ms` is the sum over its operations. For repeated passes it is the median of these sums, not the sum of
    medians.
    """

    name: str
    type: str
    output_shape: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float
    operations: tuple[MeasuredOperation, ...]
    quartiles_ms: Quartiles | None = None
    repeats: int = 1


@dataclass(frozen=True, slots=True)
class LivePass:
    """A finished forward pass. `memory_bytes` is the most that the device held for it, or 0 if unknown: weights, image
    and feature maps, on NVIDIA also what cuDNN works in and autocast's copies.

    `given` names the rows that ran with opened weights; the other rows had fresh weights or have none. `repeats` is the
    number of passes that `time_ms` is the median of. A layer may have another number if its times come from an earlier
    pass.
    """

    device: DeviceName
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float
    memory_bytes: int
    layers: tuple[MeasuredLayer, ...]
    given: tuple[str, ...] = ()
    repeats: int = 1
    quartiles_ms: Quartiles | None = None
    arithmetic: Arithmetic = EXACT

    @property
    def where(self) -> str:
        """Return the device, and how it computed unless that is exact: `CPU · 2 threads, bfloat16`."""
        return self.device.name if self.arithmetic == EXACT else f"{self.device.name}, {self.arithmetic}"


class Disagreement(NamedTuple):
    """A number whose measured and predicted values differ. `name` is empty for the network's totals."""

    name: str
    field: str
    predicted: Any
    measured: Any

    def __str__(self) -> str:
        return f"{self.name or 'network'}: {self.field} was predicted {self.predicted}, measured {self.measured}"


def disagreements(
    network: ResolvedNetwork, measured: LivePass, agreed: Set[tuple[int, int]] = frozenset()
) -> tuple[Disagreement, ...]:
    """Return every number where prediction and measurement differ, in the network's order.

    `agreed` has the ids of the prediction and the measurement of rows that were compared before, and agree.
    """
    batch = measured.input_shape[0] if measured.input_shape else 0
    found: list[Disagreement] = []
    if len(network.layers) != len(measured.layers):
        found.append(Disagreement("", "layers", len(network.layers), len(measured.layers)))
    for layer, seen in zip(network.layers, measured.layers, strict=False):
        if (id(layer), id(seen)) not in agreed:
            found += layer_differences(layer, seen, batch)
    return (*found, *_differences("", predicted_totals(network, batch), measured))


def predicted_totals(network: ResolvedNetwork, batch: int) -> dict[str, Any]:
    """Return a network's numbers as a pass measures them. The output is flattened to N, C if its last map is 1×1, as
    torchvision does."""
    output = [batch, *network.output]
    return {
        "input_shape": [batch, *network.table.input.maps],
        "output_shape": output[:2] if network.layers and output[2:] == [1, 1] else output,
        "depth": network.depth.value,
        "parameters": network.parameters.value,
        "macs": network.macs.value,
    }


def predicted_numbers(predicted: ResolvedLayer | ResolvedOperation, batch: int) -> dict[str, Any]:
    """Return the numbers of a layer or an operation as a pass measures them."""
    return {
        "name": predicted.name,
        "type": predicted.kind,
        "output_shape": [batch, *predicted.shape],
        "depth": predicted.depth.value,
        "parameters": predicted.parameters.value,
        "macs": predicted.macs.value,
    }


def layer_differences(layer: ResolvedLayer, seen: MeasuredLayer, batch: int) -> list[Disagreement]:
    """Return what differs in a layer, its operations first. A difference that both have is listed once."""
    found: list[Disagreement] = []
    names, names_seen = ([step.name for step in each.operations] for each in (layer, seen))
    if len(names) != len(names_seen):
        found.append(Disagreement(layer.name, "operations", names, names_seen))
    for step, step_seen in zip(layer.operations, seen.operations, strict=False):
        found += _differences(step.name, predicted_numbers(step, batch), step_seen)
    of_layer = _differences(layer.name, predicted_numbers(layer, batch), seen)
    return found + [each for each in of_layer if each not in found]


def _differences(
    name: str, predicted: dict[str, Any], measured: LivePass | MeasuredLayer | MeasuredOperation
) -> Iterator[Disagreement]:
    for field, expected in predicted.items():
        seen = getattr(measured, field)
        seen = list(seen) if isinstance(seen, tuple) else seen
        if expected != seen:
            yield Disagreement(name, field, expected, seen)
