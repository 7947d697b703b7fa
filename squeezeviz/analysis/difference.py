"""How a network differs from another: in its rows, in its totals, and in every cell of its table.

Rows are matched by name first, and otherwise by kind and order.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, TOTALS, Column, number, text
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import COMPRESSION_FIELDS, Layer, is_compressed
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change, LayerTable
from squeezeviz.model.wording import percent_change, short_number


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
class CellDifference:
    """What a cell showed in the baseline, and a short text that says how it differs: `+8`, `was 7×7/2 ×96`.

    `better` is True if the change saves parameters or work, False if it costs more, and None if neither is the case or
    the two networks have different inputs.
    """

    before: str
    text: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row of the present table that differs from the baseline.

    `change` is None if only computed cells differ, because of another row. `before` is the matching row of the
    baseline, or None if the row was added; an added row has no differing cells. `fields` maps the layer's own differing
    fields, except the name, to (before, after).
    """

    change: Change | None
    before: Layer | None
    cells: Mapping[Column, CellDifference]
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removed:
    """A row of the baseline that the present table lacks, and the index of the present row before it; -1 is the
    input."""

    after_row: int
    layer: Layer


@dataclass(frozen=True, slots=True)
class TotalDifference:
    """A total of both networks, one of TOTALS.

    `absolute` and `percent` are empty if the totals are equal. They are also empty if a network cannot run, because its
    totals then cover only some rows. `percent` is empty if the first total is 0. `better` is as of a cell's difference.
    """

    column: Column
    before: int
    after: int
    absolute: str
    percent: str
    better: bool | None

    @property
    def name(self) -> str:
        """`depth`, `parameters`, `macs` or `activations`."""
        return self.column.spec.number

    def in_words(self, *, present: bool) -> str:
        """Return `819 M multiply-adds` or `depth 18`, of the present network or of the baseline."""
        count = self.after if present else self.before
        if self.column is Column.DEPTH:
            return f"depth {count:,}"
        shown = f"{count:,}" if self.name == "parameters" else short_number(count)
        return f"{shown} {self.column.printed_heading}"


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences between two networks. `rows[i]` belongs to row i of the present table and is None if the row
    is the same; `input` belongs to the input image.

    `uncompressed` tells which of the two, `first` or `second`, is compressed and stands here as it was trained, because
    the other is not and they differ in more: how weights are stored would be a difference of every row. It is empty
    otherwise. The totals of a network that does not run cover the rows that data reaches.
    """

    baseline: ResolvedNetwork
    present: ResolvedNetwork
    rows: tuple[RowDifference | None, ...]
    removed: tuple[Removed, ...]
    totals: tuple[TotalDifference, ...]
    input: CellDifference | None
    uncompressed: str = ""

    @property
    def nothing(self) -> bool:
        """Whether the two networks are the same everywhere."""
        return not (self.removed or self.input or any(self.rows))

    @property
    def judges(self) -> bool:
        """Whether more and less can be called cost and saving: both networks have the same input."""
        return _same_input(self.baseline, self.present)

    @property
    def notes(self) -> tuple[str, ...]:
        """What keeps the totals or the rows from being compared in full."""
        both = (("first", self.baseline), ("second", self.present))
        notes = [f"{which} table: {each}; its totals end there" for which, found in both for each in found.problems]
        if self.uncompressed:
            notes.append(f"only the {self.uncompressed} table is pruned or quantized: {_LEFT_OUT}")
        return tuple(notes)

    def is_of(self, network: ResolvedNetwork) -> bool:
        """Whether this tells of `network` as the present one."""
        return (network.as_trained if self.uncompressed else network).table == self.present.table


_LEFT_OUT = "shares kept, bits and stored sizes are left out"
_WHOLE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")


def difference(baseline: ResolvedNetwork, present: ResolvedNetwork, last: Difference | None = None) -> Difference:
    """Compare `present` with `baseline`. Rows are matched by name first, and otherwise by kind and order.

    `last`, the result from before an edit, spares rows that the edit did not change. If only one of the two is
    compressed, it counts as it was trained, unless that is all that differs.
    """
    stored, uncompressed = (baseline.table.is_compressed, present.table.is_compressed), ""
    if stored[0] is not stored[1]:
        trained = baseline.as_trained, present.as_trained
        if not _same_rows(*trained):
            (baseline, present), uncompressed = trained, "first" if stored[0] else "second"
    found = alignment(baseline.table, present.table)
    earlier = {target: row for row, target in found.pairs.items()}
    listed = _still_true(last, baseline, present, found)
    rows = tuple(
        [
            listed[row] if row in listed else _row(baseline, present, earlier.get(row), row, found.in_place)
            for row in range(len(present.table.layers))
        ]
    )
    image = text(baseline, INPUT_ROW, Column.OUTPUT), text(present, INPUT_ROW, Column.OUTPUT)
    changed_input = None if image[0] == image[1] else _cell(Column.OUTPUT, *image, judged=False)
    removed = tuple(_removed(baseline, found))
    return Difference(baseline, present, rows, removed, _totals(baseline, present), changed_input, uncompressed)


def compare(first: LayerTable, second: LayerTable) -> Difference:
    return difference(resolve(first), resolve(second))


def changes(found: Difference) -> tuple[LayerChange, ...]:
    """Return the rows that were added, removed, moved or edited, in the order of the present table."""
    first, second = found.baseline.table, found.present.table
    earlier = {layer.name: row for row, layer in enumerate(first.layers)}
    gone: dict[int, list[LayerChange]] = {}
    for each in found.removed:
        removed = LayerChange(Change.REMOVED, each.layer, None, {}, (_follows(first, earlier[each.layer.name]), None))
        gone.setdefault(each.after_row, []).append(removed)
    listed = list(gone.get(INPUT_ROW, ()))
    for index, (layer, row) in enumerate(zip(second.layers, found.rows, strict=True)):
        if row is not None and row.change is not None:
            before = row.before
            stood = _follows(first, earlier[before.name]) if before else None
            fields = dict(row.fields)
            if before and row.change is Change.CHANGED and before.name != layer.name:
                fields = {"name": (before.name, layer.name), **fields}
            listed.append(LayerChange(row.change, before, layer, fields, (stood, _follows(second, index))))
        listed += gone.get(index, ())
    return tuple(listed)


def changes_by_baseline(found: Difference) -> tuple[LayerChange, ...]:
    """Return the same changes in the order of the baseline. An added row comes after the row that precedes it in the
    present table, and after rows that were removed there."""
    earlier = {layer.name: row for row, layer in enumerate(found.baseline.table.layers)}
    removed = {earlier[each.layer.name] for each in found.removed}

    def with_removed(row: int) -> int:
        """The row, or the last of the removed ones that follow it."""
        while row + 1 in removed:
            row += 1
        return row

    places = {name: float(row) for name, row in earlier.items()}
    added: dict[str, float] = {}
    here = with_removed(-1)
    for layer, row in zip(found.present.table.layers, found.rows, strict=True):
        if row is not None and row.before is None:
            added[layer.name] = here + 0.5
        else:
            here = with_removed(earlier[row.before.name if row is not None and row.before else layer.name])
    return tuple(sorted(changes(found), key=lambda each: (places if each.before else added)[each.name]))


def signed(before: int, after: int) -> str:
    """Return `+8` or `−12,928`; an empty text if nothing changed."""
    return f"{after - before:+,}".replace("-", "−") if before != after else ""


def _still_true(
    last: Difference | None, baseline: ResolvedNetwork, present: ResolvedNetwork, found: Alignment
) -> dict[int, RowDifference | None]:
    """Return the earlier results for the rows that are unchanged objects and matched as before."""
    if last is None or last.baseline is not baseline or last.present.table.input != present.table.input:
        return {}
    if alignment(baseline.table, last.present.table) != found:
        return {}
    both = zip(last.present.layers, present.layers, strict=False)
    return {row: last.rows[row] for row, (then, now) in enumerate(both) if then is now}


def _row(
    baseline: ResolvedNetwork, present: ResolvedNetwork, earlier: int | None, row: int, in_place: frozenset[int]
) -> RowDifference | None:
    if earlier is None:
        return RowDifference(Change.ADDED, None, {})
    before, after = baseline.table.layers[earlier], present.table.layers[row]
    cells = {} if _same_row(baseline, earlier, present, row) else _cells(baseline, earlier, present, row)
    if earlier not in in_place:
        return RowDifference(Change.MOVED, before, cells, differing(before, after))
    if before is not after and before != after:
        return RowDifference(Change.CHANGED, before, cells, differing(before, after))
    return RowDifference(None, before, cells) if cells else None


def _same_row(baseline: ResolvedNetwork, earlier: int, present: ResolvedNetwork, row: int) -> bool:
    """Whether the two rows certainly show the same. `resolve` returns one object for equal rows with equal inputs."""
    if earlier < len(baseline.layers) and row < len(present.layers):
        return baseline.layers[earlier] is present.layers[row]
    return False


def _cells(baseline: ResolvedNetwork, earlier: int, present: ResolvedNetwork, row: int) -> dict[Column, CellDifference]:
    cells, judged = {}, _same_input(baseline, present)
    for column in COLUMNS:
        before, after = text(baseline, earlier, column), text(present, row, column)
        if before != after:
            cells[column] = _cell(column, before, after, judged=judged)
    return cells


def _same_input(one: ResolvedNetwork, other: ResolvedNetwork) -> bool:
    return one.table.input == other.table.input


def _same_rows(one: ResolvedNetwork, other: ResolvedNetwork) -> bool:
    return _same_input(one, other) and one.table.layers == other.table.layers


def _cell(column: Column, before: str, after: str, *, judged: bool) -> CellDifference:
    """Describe the difference of numbers by a signed number. A name is compared as text, even if it looks like a
    number."""
    if column is Column.NAME or not (_WHOLE.fullmatch(before) and _WHOLE.fullmatch(after)):
        return CellDifference(before, f"was {before or '—'}", None)
    one, other = int(before.replace(",", "")), int(after.replace(",", ""))
    return CellDifference(before, signed(one, other), other < one if judged and column.spec.saves else None)


def _removed(baseline: ResolvedNetwork, found: Alignment) -> Iterator[Removed]:
    """Iterate over the removed rows, each with the nearest row before it that kept its place."""
    after_row = INPUT_ROW
    for row, layer in enumerate(baseline.table.layers):
        if row in found.in_place:
            after_row = found.pairs[row]
        elif row not in found.pairs:
            yield Removed(after_row, layer)


def _totals(baseline: ResolvedNetwork, present: ResolvedNetwork) -> tuple[TotalDifference, ...]:
    totals, judged = [], _same_input(baseline, present)
    for column in TOTALS:
        before, after = number(baseline, column), number(present, column)
        told = (signed(before, after), percent_change(before, after)) if baseline.runs and present.runs else ("", "")
        better = after < before if judged and column.spec.saves else None
        totals.append(TotalDifference(column, before, after, *told, better))
    return tuple(totals)


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


def differing(before: Layer, after: Layer) -> dict[str, tuple[Any, Any]]:
    """Return each field, except the name, that differs. None stands for a field that the other kind of layer does
    not have."""
    same_kind = before.type == after.type
    earlier, later = (_fields(each, compression=same_kind or is_compressed(each)) for each in (before, after))
    names = [*earlier, *(name for name in later if name not in earlier)]
    pairs = {name: (earlier.get(name), later.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _follows(table: LayerTable, row: int) -> str:
    """Return what comes before the row: a layer's name, or the input."""
    return table.layers[row - 1].name if row else "input"


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
