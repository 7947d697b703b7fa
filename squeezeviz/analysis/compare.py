"""The changes between two tables. Rows are matched by name first, and otherwise by kind and order."""

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
    """One row that differs. `fields` maps each differing field to (before, after).

    `follows` has the name of the row before it, in the first and in the second table; None if the table does not have
    the row.
    """

    change: Change
    before: Layer | None
    after: Layer | None
    fields: dict[str, tuple[Any, Any]]
    follows: tuple[str | None, str | None]

    @property
    def name(self) -> str:
        """The layer's name in the first table; for an added layer, its name in the second."""
        layer = self.before or self.after
        assert layer is not None
        return layer.name

    @property
    def other_name(self) -> str | None:
        return self.after.name if self.after and self.before else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two tables side by side: totals as (first, second), the rows that differ, and notes on what cannot run.

    The totals of a table that does not run cover the rows that data reaches.
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
        """The input of each table, as channels×height×width."""
        before, after = self.networks
        return str(before.table.input), str(after.table.input)

    def to_json(self) -> dict[str, Any]:
        """Return the object that `compare --format json` prints (schema squeezeviz/compare-1)."""
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
    """Compare two tables. If only one of them is compressed, it counts as uncompressed."""
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
    """Which row of the second table matches which row of the first, and which rows of the first kept their order."""

    pairs: Mapping[int, int]
    in_place: frozenset[int]


def alignment(first: LayerTable, second: LayerTable) -> Alignment:
    """Match the rows of two tables.

    Rows of the same name match. The remaining rows between the same matched neighbours match by kind, in order. Any row
    that is still left matches a row of its kind elsewhere only if it differs in nothing but its name: it has moved.

    If two rows swap places, the renamed one counts as moved. A table in which rows were only edited needs no new
    search.
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
    """Map rows of the first table to the matching rows of the second; see `alignment`."""
    return dict(alignment(first, second).pairs)


def differing(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    """Return each field, except the name, that differs. None stands for a field that the other kind of layer does
    not have."""
    same_kind = before.type == after.type
    earlier, later = (_fields(each, compression=same_kind or is_compressed(each)) for each in (before, after))
    names = [*earlier, *(name for name in later if name not in earlier)]
    pairs = {name: (earlier.get(name), later.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def follows(table: LayerTable, row: int) -> str:
    """Return what comes before the row: a layer's name, or the input."""
    return table.layers[row - 1].name if row else "input"


def _changes(first: LayerTable, second: LayerTable) -> tuple[LayerChange, ...]:
    """Return the changes in the order of the first table. An added row comes after the row that precedes it in the
    second.

    Rows removed at the same position come before it.
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
    """Return the name and kind of each row, by which rows are matched."""
    return tuple([(layer.name, layer.type) for layer in table.layers])


class _Sure(NamedTuple):
    """The matches that are certain, and the remaining rows of both tables by kind."""

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
    """Return the layer's fields and values. Without `compression`, the fields about how weights are stored are left
    out."""
    left_out = {"name"} if compression else {"name", *COMPRESSION_FIELDS}
    names = [field.name for field in dataclasses.fields(layer) if field.name not in left_out]
    return {"type": layer.type} | {name: getattr(layer, name) for name in names}


def _heaviest_rising(targets: list[int], weights: list[int]) -> list[int]:
    """Return the positions of the heaviest increasing subsequence of `targets`, which are all different: the rows that
    kept their order.

    `ends` holds the best subsequences by their last target; each later one is heavier.
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
