"""Writing a live pass as JSON and reading it back. JSON from another process is checked before it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation, Quartiles
from squeezeviz.model.errors import shown

_LONGEST_MS = 1e12
"""Thirty years. A longer time was not measured."""
_LARGEST = 10**24
"""More than any count that resolves. Numbers too large for a float could not be divided."""


class WrongShapeError(ValueError):
    """A JSON document has a missing or wrong field. The message names it."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Reads typed fields of a JSON object. Raises WrongShapeError if a field is missing or has another type."""

    document: Mapping[str, Any]

    @classmethod
    def of(cls, document: object, what: str) -> Fields:
        if not isinstance(document, dict):
            raise WrongShapeError(f"{what} must be an object, not {shown(document)}")
        return cls(document)

    def text(self, key: str) -> str:
        value = self.document.get(key)
        return value if isinstance(value, str) else self._refuse(key, "a text")

    def whole(self, key: str, least: int = 0) -> int:
        value = self.document.get(key)
        right = isinstance(value, int) and not isinstance(value, bool) and least <= value <= _LARGEST
        return value if right else self._refuse(key, f"a whole number from {least}")  # type: ignore[return-value]

    def milliseconds(self, key: str) -> float:
        value = self.document.get(key)
        right = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _LONGEST_MS
        return value if right else self._refuse(key, "a time")  # type: ignore[return-value]

    def flag(self, key: str) -> bool:
        value = self.document.get(key)
        return value if isinstance(value, bool) else self._refuse(key, "true or false")

    def items(self, key: str) -> list[Any]:
        value = self.document.get(key)
        return value if isinstance(value, list) else self._refuse(key, "a list")

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.items(key)
        return tuple(values) if all(isinstance(each, str) for each in values) else self._refuse(key, "a list of texts")

    def shape(self, key: str) -> tuple[int, ...]:
        sides = self.items(key)
        right = all(isinstance(side, int) and not isinstance(side, bool) and 0 <= side <= _LARGEST for side in sides)
        return tuple(sides) if right else self._refuse(key, "a list of sizes")

    def object(self, key: str) -> Fields:
        return Fields.of(self.document.get(key), key)

    def objects(self, key: str) -> list[Fields]:
        return [Fields.of(each, key) for each in self.items(key)]

    def _refuse(self, key: str, wanted: str) -> Any:
        raise WrongShapeError(f"{key} must be {wanted}, not {shown(self.document.get(key))}")


def pass_json(live: LivePass) -> dict[str, Any]:
    """Return the pass as plain lists and dicts. `read_pass` restores it if all of its layers have its number of
    repeats."""
    return {
        "device": {"id": live.device.id, "name": live.device.name},
        "input_shape": list(live.input_shape),
        "output_shape": list(live.output_shape),
        **_counts(live),
        "repeats": live.repeats,
        **timing_json(live),
        "memory_bytes": live.memory_bytes,
        "layers": [layer_json(layer) for layer in live.layers],
        "quartiles_ms": [list(each.quartiles_ms or ()) for each in _timed(live)] if live.repeats > 1 else [],
        "given": list(live.given),
    }


def read_pass(document: object) -> LivePass:
    """Read the pass that `pass_json` wrote. Raises WrongShapeError for any other document."""
    fields = Fields.of(document, "a pass")
    device, repeats = fields.object("device"), fields.whole("repeats", 1) if "repeats" in fields.document else 1
    quartiles = iter(fields.items("quartiles_ms") if repeats > 1 else ())
    whole = _next_quartiles(quartiles, repeats)
    return LivePass(
        DeviceName(device.text("id"), device.text("name")),
        fields.shape("input_shape"),
        fields.shape("output_shape"),
        fields.whole("depth"),
        fields.whole("parameters"),
        fields.whole("macs"),
        fields.milliseconds("time_ms"),
        fields.whole("memory_bytes"),
        tuple([_layer(each, repeats, quartiles) for each in fields.objects("layers")]),
        fields.texts("given"),
        repeats,
        whole,
    )


def layer_json(measured: MeasuredLayer) -> dict[str, Any]:
    """Return one layer as reports print it, with its operations."""
    return {**_step_json(measured), "operations": [_step_json(operation) for operation in measured.operations]}


def timing_json(measured: LivePass | MeasuredLayer | MeasuredOperation) -> dict[str, float]:
    """Return the time and its spread in milliseconds: the median and interquartile range of repeated passes; the
    spread of one pass is 0."""
    low, high = measured.quartiles_ms or (0.0, 0.0)
    return {"time_ms": measured.time_ms, "time_ms_iqr": high - low}


def _timed(live: LivePass) -> Iterator[LivePass | MeasuredLayer | MeasuredOperation]:
    """Iterate over everything that has a time: the pass, then each layer followed by its operations."""
    yield live
    for layer in live.layers:
        yield layer
        yield from layer.operations


def _step_json(measured: MeasuredLayer | MeasuredOperation) -> dict[str, Any]:
    return {
        "name": measured.name,
        "type": measured.type,
        "output_shape": list(measured.output_shape),
        **_counts(measured),
        **timing_json(measured),
    }


def _counts(measured: LivePass | MeasuredLayer | MeasuredOperation) -> dict[str, int]:
    return {"depth": measured.depth, "parameters": measured.parameters, "macs": measured.macs}


def _next_quartiles(written: Iterator[Any], repeats: int) -> Quartiles | None:
    if repeats == 1:
        return None
    match next(written, None):
        case [low, high]:
            read = Fields({"lower": low, "upper": high})
            return Quartiles(read.milliseconds("lower"), read.milliseconds("upper"))
    raise WrongShapeError("quartiles_ms must have two times for each time")


def _layer(fields: Fields, repeats: int, quartiles: Iterator[Any]) -> MeasuredLayer:
    own = _next_quartiles(quartiles, repeats)
    operations = [
        MeasuredOperation(*_step(each), _next_quartiles(quartiles, repeats)) for each in fields.objects("operations")
    ]
    return MeasuredLayer(*_step(fields), tuple(operations), own, repeats)


def _step(fields: Fields) -> tuple[str, str, tuple[int, ...], int, int, int, float]:
    return (
        fields.text("name"),
        fields.text("type"),
        fields.shape("output_shape"),
        fields.whole("depth"),
        fields.whole("parameters"),
        fields.whole("macs"),
        fields.milliseconds("time_ms"),
    )
