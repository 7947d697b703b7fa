"""The layer table: the document from which everything else is computed."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import LONGEST_NAME, Layer, check_name, check_whole, is_compressed, uncompressed
from squeezeviz.model.shapes import MapShape


@dataclasses.dataclass(frozen=True, slots=True)
class InputShape:
    """The shape of one input image: channels, and height and width in pixels."""

    channels: int = 3
    height: int = 227
    width: int = 227

    def __post_init__(self) -> None:
        for field in ("channels", "height", "width"):
            check_whole(getattr(self, field), field, 1, "input")

    @classmethod
    def parse(cls, text: str) -> InputShape:
        """Read `3x227x227`, channels first. ×, spaces, commas and brackets are accepted too.

        Raises SqueezevizError for anything else.
        """
        parts = re.split(r"\s*[xX×*,]\s*|\s+", text.strip().strip("()[]").strip())
        if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,13}", part) for part in parts):
            raise SqueezevizError(
                f"an input is channels x height x width, such as 3x227x227, not {shown(text)}",
                Place(row="input"),
            )
        return cls(*(int(part) for part in parts))

    @property
    def maps(self) -> MapShape:
        """The image as the feature maps that flow into the first layer."""
        return MapShape(self.channels, self.height, self.width)

    def __str__(self) -> str:
        return str(self.maps)


@dataclasses.dataclass(frozen=True, slots=True)
class LayerTable:
    """A network as a series of rows. It is frozen: every change returns a new table that shares the unchanged rows.

    Layer names are unique; SqueezevizError names one that is used twice.
    """

    name: str
    input: InputShape
    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        check_name(self.name, "the network")
        names = [layer.name for layer in self.layers]
        if len(set(names)) < len(names):
            name, count = Counter(names).most_common(1)[0]
            raise SqueezevizError(
                f"{count} layers are named {shown(name)}; give each a name of its own", Place(row=name, column="name")
            )

    def index_of(self, name: str) -> int:
        """Return the index of the layer named `name`. Raises KeyError if there is none."""
        for index, layer in enumerate(self.layers):
            if layer.name == name:
                return index
        raise KeyError(name)

    @property
    def is_compressed(self) -> bool:
        """Whether any layer has pruned weights, or weights of other than 32 bits."""
        return any(map(is_compressed, self.layers))

    def uncompressed(self) -> LayerTable:
        """Return the table with no weights pruned, and all of them in 32 bits."""
        return self._with(tuple(map(uncompressed, self.layers))) if self.is_compressed else self

    def with_field(self, index: int, field: str, value: Any) -> LayerTable:
        """Return the table with one cell changed. Raises SqueezevizError if the value is not valid there."""
        return self.with_layer(index, dataclasses.replace(self.layers[index], **{field: value}))

    def with_layer(self, index: int, layer: Layer) -> LayerTable:
        layers = list(self.layers)
        layers[index] = layer
        return self._with(tuple(layers))

    def with_input(self, shape: InputShape) -> LayerTable:
        return dataclasses.replace(self, input=shape)

    def inserted(self, index: int, layer: Layer) -> LayerTable:
        """Return the table with `layer` inserted before index `index`."""
        return self._with((*self.layers[:index], layer, *self.layers[index:]))

    def removed(self, *indices: int) -> LayerTable:
        gone = set(indices)
        return self._with(tuple(layer for index, layer in enumerate(self.layers) if index not in gone))

    def moved(self, index: int, to: int) -> LayerTable:
        """Return the table with the layer at `index` moved to index `to`."""
        rest = self.layers[:index] + self.layers[index + 1 :]
        return self._with((*rest[:to], self.layers[index], *rest[to:]))

    def gathered(self, indices: Collection[int], to: int) -> LayerTable:
        """Return the table with the given layers moved together, in their order, before index `to` (the table's
        length means the end)."""
        taken = set(indices)
        kept = [
            [layer for index, layer in enumerate(self.layers) if index not in taken and (index < to) is before]
            for before in (True, False)
        ]
        return self._with((*kept[0], *(self.layers[index] for index in sorted(taken)), *kept[1]))

    def free_name(self, stem: str) -> str:
        """Return an unused layer name: `stem` with a number one above the largest in use, or the next free one."""
        pattern = re.compile(re.escape(stem) + r"([0-9]{1,9})")
        used = {layer.name for layer in self.layers}
        numbers = [int(match[1]) for name in used if (match := pattern.fullmatch(name))]
        number = max(numbers, default=0) + 1
        while f"{stem}{number}" in used:
            number += 1
        return f"{stem}{number}"

    def free_names(self, wanted: Sequence[str]) -> list[str]:
        """Return a name for each wanted one: itself if it is free, else its stem with a number above the largest in
        use."""
        used = {layer.name for layer in self.layers}
        largest: dict[str, int] = {}
        for numbered in filter(None, map(_NUMBERED.fullmatch, used.union(wanted))):
            largest[numbered[1]] = max(largest.get(numbered[1], 0), int(numbered[2]))
        names = []
        for name in wanted:
            stem = (name.rstrip("0123456789") or name)[: LONGEST_NAME - _ROOM_FOR_NUMBER]
            free = name
            while free in used:
                largest[stem] = largest.get(stem, 0) + 1
                free = f"{stem}{largest[stem]}"
            used.add(free)
            names.append(free)
        return names

    def _with(self, layers: tuple[Layer, ...]) -> LayerTable:
        return dataclasses.replace(self, layers=layers)


_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)
_ROOM_FOR_NUMBER = 12


def same_pass(one: LayerTable, other: LayerTable) -> bool:
    """Whether a forward pass computes and measures the same for both tables, which differ at most in how weights are
    stored."""
    if one.input != other.input or len(one.layers) != len(other.layers):
        return False
    return all(
        first is second or uncompressed(first) == uncompressed(second)
        for first, second in zip(one.layers, other.layers, strict=True)
    )


class Change(StrEnum):
    """What became of a row from one table to another."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"
