"""What changed between two tables: rows aligned by name first, by kind and order otherwise."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import COMPRESSION_FIELDS, Layer, is_compressed
from squeezeviz.model.table import LayerTable


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class LayerChange:
    """One row that differs. `fields` gives each differing field as (before, after).

    `follows` is the name of what stands before it in either table; None where it does not stand in that one.
    """

    change: Change
    before: Layer | None
    after: Layer | None
    fields: dict[str, tuple[Any, Any]]
    follows: tuple[str | None, str | None]

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
    """Two tables side by side: totals as (first, second), the rows that differ, and what cannot run.

    Totals of a table that does not run are those of the rows that can be reached.
    """

    networks: tuple[ResolvedNetwork, ResolvedNetwork]
    totals: dict[str, tuple[int, int]]
    layers: tuple[LayerChange, ...]
    notes: tuple[str, ...]

    @property
    def runs(self) -> tuple[bool, bool]:
        before, after = self.networks
        return before.runs, after.runs

    @property
    def input(self) -> tuple[str, str]:
        """Each table's input as channels×height×width."""
        before, after = self.networks
        return str(before.table.input), str(after.table.input)

    def to_json(self) -> dict[str, Any]:
        """The object that `compare --format json` prints (schema squeezeviz/compare-1)."""
        return {
            "schema": "squeezeviz/compare-1",
            "totals": {name: list(pair) for name, pair in self.totals.items()},
            "runs": list(self.runs),
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
            "notes": list(self.notes),
        }


def compare(first: LayerTable, second: LayerTable) -> Comparison:
    """The two tables side by side. A compressed one beside one that nowhere is counts as it was trained."""
    stripped = first.is_compressed and not second.is_compressed
    first = first.uncompressed() if stripped else first
    before, after = resolve(first), resolve(second)
    totals = {
        name: (getattr(before, name).value, getattr(after, name).value)
        for name in ("parameters", "macs", "depth", "activations")
    }
    notes = [
        f"{which} table: {problem}; its totals end there"
        for which, network in (("first", before), ("second", after))
        for problem in network.problems
    ]
    if stripped:
        notes.append("only the first table is pruned or quantized: shares kept, bits and stored sizes are left out")
    return Comparison((before, after), totals, _changes(first, second), tuple(notes))


class Alignment(NamedTuple):
    """Which row of the second table stands for which of the first, and which of the first stayed in order."""

    pairs: Mapping[int, int]
    in_place: frozenset[int]


def alignment(first: LayerTable, second: LayerTable) -> Alignment:
    """Rows of the same name stand for one another; of the others those between the same rows, kind by kind in order.

    What is left over stands for one of its kind elsewhere only where it differs in nothing but its name: it has moved.

    Of two rows that swap, the one renamed has moved. What is only edited costs no new search.
    """
    rows = _rows(first), _rows(second)
    sure = _sure(*rows)
    if not sure.left:
        return sure.alignment
    pairs = dict(sure.alignment.pairs)
    for left, spare in sure.left:
        free = list(spare)
        for index in left:
            alike = next((row for row in free if not differing(first.layers[index], second.layers[row])), None)
            if alike is not None:
                pairs[index] = alike
                free.remove(alike)
    return Alignment(pairs, _in_place(*rows, pairs))


def aligned(first: LayerTable, second: LayerTable) -> dict[int, int]:
    """Which row of the second table stands for which of the first: see `alignment`."""
    return dict(alignment(first, second).pairs)


def differing(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    """Each field but the name that differs; None stands for one that the other kind of layer does not have."""
    same_kind = before.type == after.type
    earlier, later = (_fields(each, compression=same_kind or is_compressed(each)) for each in (before, after))
    names = [*earlier, *(name for name in later if name not in earlier)]
    pairs = {name: (earlier.get(name), later.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def follows(table: LayerTable, row: int) -> str:
    """What stands before the row: a layer's name, or the input."""
    return table.layers[row - 1].name if row else "input"


def _changes(first: LayerTable, second: LayerTable) -> tuple[LayerChange, ...]:
    """In the order of the first table; what was added stands after the row that it follows in the second.

    Where rows were removed at the same place, these come first.
    """
    pairs, in_place = alignment(first, second)
    changes: list[tuple[float, LayerChange]] = []
    for index, layer in enumerate(first.layers):
        if index not in pairs:
            gone = LayerChange(Change.REMOVED, layer, None, {}, (follows(first, index), None))
            changes.append((index, gone))
            continue
        other = second.layers[pairs[index]]
        places = follows(first, index), follows(second, pairs[index])
        fields = differing(layer, other)
        if index not in in_place:
            changes.append((index, LayerChange(Change.MOVED, layer, other, fields, places)))
        elif fields or layer.name != other.name:
            names = {} if layer.name == other.name else {"name": (layer.name, other.name)}
            changes.append((index, LayerChange(Change.CHANGED, layer, other, names | fields, places)))
    back = {target: index for index, target in pairs.items()}
    here = _last_removed_after(-1, pairs, len(first.layers))
    for target, layer in enumerate(second.layers):
        if target in back:
            here = _last_removed_after(back[target], pairs, len(first.layers))
        else:
            new = LayerChange(Change.ADDED, None, layer, {}, (None, follows(second, target)))
            changes.append((here + 0.5, new))
    return tuple(change for _, change in sorted(changes, key=lambda each: each[0]))


def _last_removed_after(row: int, pairs: Mapping[int, int], count: int) -> int:
    while row + 1 < count and row + 1 not in pairs:
        row += 1
    return row


def _rows(table: LayerTable) -> tuple[tuple[str, str], ...]:
    """Name and kind of each row: what rows are aligned by."""
    return tuple([(layer.name, layer.type) for layer in table.layers])


class _Sure(NamedTuple):
    """Rows that surely stand for one another, and those of both tables that are left over, kind by kind."""

    alignment: Alignment
    left: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


@lru_cache(maxsize=8)
def _sure(first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]) -> _Sure:
    by_name = {name: index for index, (name, _) in enumerate(second)}
    pairs = {index: by_name[name] for index, (name, _) in enumerate(first) if name in by_name}
    taken = set(pairs.values())
    spare: dict[tuple[int, str], deque[int]] = {}
    after = -1
    for target, (_, kind) in enumerate(second):
        if target in taken:
            after = target
        else:
            spare.setdefault((after, kind), deque()).append(target)
    after, left = -1, []
    for index, (_, kind) in enumerate(first):
        if index in pairs:
            after = pairs[index]
        elif waiting := spare.get((after, kind)):
            pairs[index] = waiting.popleft()
        else:
            left.append(index)
    kinds = {first[index][1] for index in left}
    remaining = sorted(target for waiting in spare.values() for target in waiting)
    over = tuple(
        (tuple(index for index in left if first[index][1] == kind), tuple(t for t in remaining if second[t][1] == kind))
        for kind in sorted(kinds)
    )
    return _Sure(Alignment(pairs, _in_place(first, second, pairs)), tuple(both for both in over if both[1]))


def _in_place(
    first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...], pairs: Mapping[int, int]
) -> frozenset[int]:
    rows = sorted(pairs)
    targets = [pairs[row] for row in rows]
    weights = [2 if first[row][0] == second[pairs[row]][0] else 1 for row in rows]
    return frozenset(rows[place] for place in _heaviest_rising(targets, weights))


def _fields(layer: Layer, *, compression: bool) -> dict[str, Any]:
    """Fields and values; without `compression`, those aside that say how weights are stored."""
    left_out = {"name"} if compression else {"name", *COMPRESSION_FIELDS}
    names = [field.name for field in dataclasses.fields(layer) if field.name not in left_out]
    return {"type": layer.type} | {name: getattr(layer, name) for name in names}


def _heaviest_rising(targets: list[int], weights: list[int]) -> list[int]:
    """The places of the heaviest rising series in `targets`, all different: the rows that stayed in order.

    `ends` holds the series worth keeping by their last target; a later one is always heavier.
    """
    ends: list[tuple[int, int, int]] = []
    previous: list[int] = []
    for place, (target, weight) in enumerate(zip(targets, weights, strict=True)):
        at = bisect_left(ends, (target,))
        before = ends[at - 1] if at else (0, 0, -1)
        previous.append(before[2])
        heavy = before[1] + weight
        stop = at
        while stop < len(ends) and ends[stop][1] <= heavy:
            stop += 1
        ends[at:stop] = [(target, heavy, place)]
    kept: list[int] = []
    place = ends[-1][2] if ends else -1
    while place >= 0:
        kept.append(place)
        place = previous[place]
    return kept
