"""What a live pass brings back: every number read off a forward pass that ran, none copied from a prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.shapes import MapShape


@dataclass(frozen=True, slots=True)
class DeviceName:
    """A device as torch names it (`cpu`, `cuda:0`, `meta`) and as a person does."""

    id: str
    name: str


class Quartiles(NamedTuple):
    """The times, in milliseconds, between which the middle half of several passes lies."""

    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MeasuredOperation:
    """One operation as the pass ran it.

    `output_shape` is N, C, H, W (N, C where the map was flattened); `depth` the weighted operations that the
    tensor had passed since its layer's input; `parameters` counted on the module; `macs` the multiply-adds for one
    image, from the weight and output tensors; `time_ms` wall time, 0 on the meta device. Of repeated passes it is the
    median, and `quartiles_ms` stand beside it.
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
    """One row as the pass ran it; `depth` is what it added.

    Its time is the sum of its operations'. Of `repeats` passes it is the median of these sums, not the sum of medians.
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
    """A finished forward pass. `memory_bytes` is the most that the device held for it, 0 where it cannot say.

    `given` are the rows that ran with weights that were given; the others had fresh ones, or have none. `repeats` is
    how many passes `time_ms` is the median of; a layer may have another number, where its times are of an earlier pass.
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


class Disagreement(NamedTuple):
    """A number that the pass measured otherwise than predicted. `name` is empty for the network's own totals."""

    name: str
    field: str
    predicted: Any
    measured: Any

    def __str__(self) -> str:
        return f"{self.name or 'network'}: {self.field} was predicted {self.predicted}, measured {self.measured}"


def disagreements(network: ResolvedNetwork, measured: LivePass) -> tuple[Disagreement, ...]:
    """Every number where prediction and measurement differ, in the network's order."""
    batch = measured.input_shape[0] if measured.input_shape else 0
    found: list[Disagreement] = []
    if len(network.layers) != len(measured.layers):
        found.append(Disagreement("", "layers", len(network.layers), len(measured.layers)))
    for layer, seen in zip(network.layers, measured.layers, strict=False):
        found += _layer_differences(layer, seen, batch)
    found += [
        Disagreement("", field, predicted, value)
        for field, predicted, value in (
            ("input_shape", [batch, *_input_shape(network)], list(measured.input_shape)),
            ("output_shape", network_output(network, batch), list(measured.output_shape)),
            ("depth", network.depth.value, measured.depth),
            ("parameters", network.parameters.value, measured.parameters),
            ("macs", network.macs.value, measured.macs),
        )
        if predicted != value
    ]
    return tuple(found)


def network_output(network: ResolvedNetwork, batch: int) -> list[int]:
    """The network's own output: flattened to N, C where its last map is 1×1, as torchvision does."""
    shape = network.output
    if network.layers and (shape.height, shape.width) == (1, 1):
        return [batch, shape.channels]
    return [batch, *shape]


def _input_shape(network: ResolvedNetwork) -> list[int]:
    return [network.table.input.channels, network.table.input.height, network.table.input.width]


def _layer_differences(layer: ResolvedLayer, seen: MeasuredLayer, batch: int) -> list[Disagreement]:
    """What differs in a layer, the operations within it first; what both say is said once."""
    found: list[Disagreement] = []
    names, names_seen = ([step.name for step in each.operations] for each in (layer, seen))
    if len(names) != len(names_seen):
        found.append(Disagreement(layer.name, "operations", names, names_seen))
    for step, step_seen in zip(layer.operations, seen.operations, strict=False):
        found += _differences(step, step_seen, str(step.operation.kind), step.shape, batch)
    of_layer = _differences(layer, seen, layer.layer.type, layer.output.shape, batch)
    return found + [each for each in of_layer if each not in found]


def _differences(
    predicted: ResolvedLayer | ResolvedOperation,
    measured: MeasuredLayer | MeasuredOperation,
    kind: str,
    shape: MapShape,
    batch: int,
) -> Iterator[Disagreement]:
    for field, expected in (
        ("name", predicted.name),
        ("type", kind),
        ("output_shape", [batch, *shape]),
        ("depth", predicted.depth.value),
        ("parameters", predicted.parameters.value),
        ("macs", predicted.macs.value),
    ):
        seen = getattr(measured, field)
        seen = list(seen) if field == "output_shape" else seen
        if expected != seen:
            yield Disagreement(predicted.name, field, expected, seen)
