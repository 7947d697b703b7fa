"""What a live pass brings back: every number read off a forward pass that ran, none copied from a prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.core.shapes import MapShape


@dataclass(frozen=True, slots=True)
class DeviceName:
    """A device as torch names it (`cpu`, `cuda:0`, `meta`) and as a person does."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class MeasuredOperation:
    """One operation as the pass ran it.

    `output_shape` is N, C, H, W (N, C where the map was flattened); `depth` the weighted operations that the
    tensor had passed since its layer's input; `parameters` counted on the module; `macs` the multiply-adds for one
    image, from the weight and output tensors; `time_ms` wall time, 0 on the meta device.
    """

    name: str
    type: str
    output_shape: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float


@dataclass(frozen=True, slots=True)
class MeasuredLayer:
    """One row as the pass ran it; `depth` is what it added."""

    name: str
    type: str
    output_shape: tuple[int, ...]
    depth: int
    parameters: int
    macs: int
    time_ms: float
    operations: tuple[MeasuredOperation, ...]


@dataclass(frozen=True, slots=True)
class LivePass:
    """A finished forward pass. `memory_bytes` is the most that the device held for it, 0 where it cannot say.

    `given` are the rows that ran with weights that were given; the others had fresh ones, or have none.
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

    def to_json(self) -> dict[str, Any]:
        """Plain lists and dicts; `from_json` gives the same pass back."""
        return {
            "device": {"id": self.device.id, "name": self.device.name},
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            **_counts(self),
            "time_ms": self.time_ms,
            "memory_bytes": self.memory_bytes,
            "layers": [layer_json(layer) for layer in self.layers],
            "given": list(self.given),
        }

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> LivePass:
        layers = tuple(
            MeasuredLayer(**_fields(layer), operations=tuple(MeasuredOperation(**_fields(each)) for each in parts))
            for layer in document["layers"]
            for parts in [layer["operations"]]
        )
        return cls(
            DeviceName(**document["device"]),
            tuple(document["input_shape"]),
            tuple(document["output_shape"]),
            document["depth"],
            document["parameters"],
            document["macs"],
            document["time_ms"],
            document["memory_bytes"],
            layers,
            tuple(document["given"]),
        )


def _fields(document: dict[str, Any]) -> dict[str, Any]:
    fields = {key: value for key, value in document.items() if key != "operations"}
    return fields | {"output_shape": tuple(fields["output_shape"])}


def _counts(measured: LivePass | MeasuredLayer | MeasuredOperation) -> dict[str, int]:
    return {"depth": measured.depth, "parameters": measured.parameters, "macs": measured.macs}


def operation_json(measured: MeasuredOperation) -> dict[str, Any]:
    """One operation as the reports print it."""
    return {
        "name": measured.name,
        "type": measured.type,
        "output_shape": list(measured.output_shape),
        **_counts(measured),
        "time_ms": measured.time_ms,
    }


def layer_json(measured: MeasuredLayer) -> dict[str, Any]:
    """One layer as the reports print it, its operations within."""
    return {
        "name": measured.name,
        "type": measured.type,
        "output_shape": list(measured.output_shape),
        **_counts(measured),
        "time_ms": measured.time_ms,
        "operations": [operation_json(operation) for operation in measured.operations],
    }


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
