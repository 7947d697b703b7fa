"""What changed between two tables: rows aligned by name first, by kind and order otherwise."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from squeezeviz.core.layers import Layer
from squeezeviz.core.resolve import resolve
from squeezeviz.core.table import LayerTable


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LayerChange:
    """One row that differs. `fields` gives each differing cell as (before, after)."""

    change: Change
    before: Layer | None
    after: Layer | None
    fields: dict[str, tuple[Any, Any]]

    @property
    def name(self) -> str:
        """The name in the first table; of an added layer, that in the second."""
        layer = self.before or self.after
        assert layer is not None
        return layer.name

    @property
    def other_name(self) -> str | None:
        return self.after.name if self.after and self.before else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two tables side by side: totals as (first, second), and the rows that differ."""

    totals: dict[str, tuple[int, int]]
    input: tuple[str, str]
    layers: tuple[LayerChange, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that `compare --format json` prints (schema squeezeviz/compare-1)."""
        return {
            "schema": "squeezeviz/compare-1",
            "totals": {name: list(pair) for name, pair in self.totals.items()},
            "input": list(self.input),
            "layers": [
                {
                    "name": each.name,
                    "other_name": each.other_name,
                    "change": str(each.change),
                    "fields": {field: list(pair) for field, pair in each.fields.items()},
                }
                for each in self.layers
            ],
        }


def compare(first: LayerTable, second: LayerTable) -> Comparison:
    before, after = resolve(first), resolve(second)
    totals = {
        name: (getattr(before, name).value, getattr(after, name).value)
        for name in ("parameters", "macs", "depth", "activations")
    }
    return Comparison(totals, (str(first.input), str(second.input)), _changes(first, second))


def _changes(first: LayerTable, second: LayerTable) -> tuple[LayerChange, ...]:
    pairs = aligned(first, second)
    order = sorted(pairs)
    same_name = [first.layers[index].name == second.layers[pairs[index]].name for index in order]
    kept = _heaviest_rising([pairs[index] for index in order], [2 if same else 1 for same in same_name])
    in_place = {index for place, index in enumerate(order) if place in kept}
    changes: list[tuple[float, LayerChange]] = []
    for index, layer in enumerate(first.layers):
        if index not in pairs:
            changes.append((index, LayerChange(Change.REMOVED, layer, None, {})))
            continue
        other = second.layers[pairs[index]]
        fields = _differing(layer, other)
        if index not in in_place:
            changes.append((index, LayerChange(Change.MOVED, layer, other, fields)))
        elif fields or layer.name != other.name:
            names = {} if layer.name == other.name else {"name": (layer.name, other.name)}
            changes.append((index, LayerChange(Change.CHANGED, layer, other, names | fields)))
    back = {target: index for index, target in pairs.items()}
    last = -1
    for target, layer in enumerate(second.layers):
        if target in back:
            last = back[target]
        else:
            changes.append((last + 0.5, LayerChange(Change.ADDED, None, layer, {})))
    return tuple(change for _, change in sorted(changes, key=lambda each: each[0]))


def aligned(first: LayerTable, second: LayerTable) -> dict[int, int]:
    """Which row of the second table stands for which of the first: same name and kind, else kind by kind in order."""
    by_name = {layer.name: index for index, layer in enumerate(second.layers)}
    pairs: dict[int, int] = {}
    for index, layer in enumerate(first.layers):
        target = by_name.get(layer.name)
        if target is not None and second.layers[target].type == layer.type:
            pairs[index] = target
    taken = set(pairs.values())
    spare: dict[str, list[int]] = {}
    for target, layer in enumerate(second.layers):
        if target not in taken:
            spare.setdefault(layer.type, []).append(target)
    for index, layer in enumerate(first.layers):
        if index not in pairs and spare.get(layer.type):
            pairs[index] = spare[layer.type].pop(0)
    return pairs


def _differing(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    names = [field.name for field in dataclasses.fields(before) if field.name != "name"]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _heaviest_rising(targets: list[int], weights: list[int]) -> set[int]:
    """The places of the heaviest rising series in `targets`: the rows that stayed in order."""
    if all(one < other for one, other in pairwise(targets)):
        return set(range(len(targets)))
    best: list[tuple[int, int]] = []
    for place, target in enumerate(targets):
        before = max(((best[other][0], other) for other in range(place) if targets[other] < target), default=(0, -1))
        best.append((before[0] + weights[place], before[1]))
    kept: set[int] = set()
    place = max(range(len(best)), key=lambda other: best[other][0], default=-1)
    while place >= 0:
        kept.add(place)
        place = best[place][1]
    return kept
