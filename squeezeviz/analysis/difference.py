"""How a network differs from a baseline, in its rows, in its totals, and in every cell of its table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, TOTALS, Column, number, text
from squeezeviz.analysis.compare import Alignment, Change, LayerChange, alignment, differing, follows
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.layers import Layer
from squeezeviz.model.shares import percent_change


@dataclass(frozen=True, slots=True)
class CellDifference:
    """What a cell showed in the baseline, and a short text that says how it differs: `+8`, `was 7×7/2 ×96`.

    `better` is True if the change saves parameters or work, False if it costs more, and None if neither is the case.
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
    totals then cover only some rows. `percent` is empty if the first total is 0.
    """

    column: Column
    before: int
    after: int
    absolute: str
    percent: str

    @property
    def name(self) -> str:
        """`depth`, `parameters`, `macs` or `activations`."""
        return self.column.spec.number

    @property
    def better(self) -> bool | None:
        """As of a cell's difference."""
        return self.after < self.before if self.column.spec.saves else None


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences between two networks. `rows[i]` belongs to row i of the present table and is None if the row
    is the same; `input` belongs to the input image."""

    baseline: ResolvedNetwork
    present: ResolvedNetwork
    rows: tuple[RowDifference | None, ...]
    removed: tuple[Removed, ...]
    totals: tuple[TotalDifference, ...]
    input: CellDifference | None

    @property
    def nothing(self) -> bool:
        """Whether the two networks are the same everywhere."""
        return not (self.removed or self.input or any(self.rows))


_WHOLE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")


def difference(baseline: ResolvedNetwork, present: ResolvedNetwork, last: Difference | None = None) -> Difference:
    """Compare `present` with `baseline`. Rows are matched by name first, and otherwise by kind and order.

    `last`, the result from before an edit, spares rows that the edit did not change. If the baseline is compressed and
    `present` is not, the baseline counts as uncompressed.
    """
    if not present.table.is_compressed:
        baseline = baseline.as_trained
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
    changed_input = None if image[0] == image[1] else _cell(Column.OUTPUT, *image)
    removed = tuple(_removed(baseline, found))
    return Difference(baseline, present, rows, removed, _totals(baseline, present), changed_input)


def changes(found: Difference) -> tuple[LayerChange, ...]:
    """Return the rows that were added, removed, moved or edited, in the order of the present table."""
    first, second = found.baseline.table, found.present.table
    earlier = {layer.name: row for row, layer in enumerate(first.layers)}

    def stood(layer: Layer) -> str:
        return follows(first, earlier[layer.name])

    gone: dict[int, list[LayerChange]] = {}
    for each in found.removed:
        removed = LayerChange(Change.REMOVED, each.layer, None, {}, (stood(each.layer), None))
        gone.setdefault(each.after_row, []).append(removed)
    listed = list(gone.get(INPUT_ROW, ()))
    for index, (layer, row) in enumerate(zip(second.layers, found.rows, strict=True)):
        if row is not None and row.change is not None:
            places = stood(row.before) if row.before else None, follows(second, index)
            listed.append(LayerChange(row.change, row.before, layer, dict(row.fields), places))
        listed += gone.get(index, ())
    return tuple(listed)


def signed(before: int, after: int) -> str:
    """Return `+8` or `−12,928`; an empty text if nothing changed."""
    return f"{after - before:+,}".replace("-", "−") if before != after else ""


def _still_true(
    last: Difference | None, baseline: ResolvedNetwork, present: ResolvedNetwork, found: Alignment
) -> dict[int, RowDifference | None]:
    """Return the earlier results for the rows that are unchanged objects and matched as before."""
    if last is None or last.baseline is not baseline or alignment(baseline.table, last.present.table) != found:
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
    cells = {}
    for column in COLUMNS:
        before, after = text(baseline, earlier, column), text(present, row, column)
        if before != after:
            cells[column] = _cell(column, before, after)
    return cells


def _cell(column: Column, before: str, after: str) -> CellDifference:
    """Describe the difference of numbers by a signed number. A name is compared as text, even if it looks like a
    number."""
    if column is Column.NAME or not (_WHOLE.fullmatch(before) and _WHOLE.fullmatch(after)):
        return CellDifference(before, f"was {before or '—'}", None)
    one, other = int(before.replace(",", "")), int(after.replace(",", ""))
    return CellDifference(before, signed(one, other), other < one if column.spec.saves else None)


def _removed(baseline: ResolvedNetwork, found: Alignment) -> Iterator[Removed]:
    """Iterate over the removed rows, each with the nearest row before it that kept its place."""
    after_row = INPUT_ROW
    for row, layer in enumerate(baseline.table.layers):
        if row in found.in_place:
            after_row = found.pairs[row]
        elif row not in found.pairs:
            yield Removed(after_row, layer)


def _totals(baseline: ResolvedNetwork, present: ResolvedNetwork) -> tuple[TotalDifference, ...]:
    totals = []
    for column in TOTALS:
        before, after = number(baseline, column), number(present, column)
        told = (signed(before, after), percent_change(before, after)) if baseline.runs and present.runs else ("", "")
        totals.append(TotalDifference(column, before, after, *told))
    return tuple(totals)
