"""Compares the numbers that a table prints with those that its rows give, in the order of Table 1's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from squeezeviz.analysis.columns import KEPT_COLUMNS, Column, number
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.tables import cell_texts
from squeezeviz.files.tables.cell_rows import CellRow
from squeezeviz.files.tables.cell_texts import Size
from squeezeviz.files.tables.printed_sizes import differs, notes_on_sizes
from squeezeviz.model.errors import SqueezevizError, quoted
from squeezeviz.model.layers import Conv, Fire, GlobalAvgPool
from squeezeviz.model.reading import printed_count, printed_kept, spaced
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed
from squeezeviz.model.wording import share_text

Value = TypeVar("Value")


def is_size(printed: Size | None, shape: MapShape) -> bool:
    """Whether the printed size is the map's. Channels count where they are printed."""
    if printed is None or (printed.height, printed.width) != (shape.height, shape.width):
        return False
    return printed.channels in (None, shape.channels)


class PrintedCells:
    """Reads computed cells, None where one is empty; `unreadable` collects a note on each that cannot be read."""

    def __init__(self) -> None:
        self.unreadable: list[str] = []

    def size(self, row: CellRow) -> Size | None:
        return self._read(row, Column.OUTPUT, cell_texts.size)

    def count(self, row: CellRow, column: Column) -> int | None:
        return self._read(row, column, printed_count)

    def _read(self, row: CellRow, column: Column, reader: Callable[[str, str], Value]) -> Value | None:
        if not row[column]:
            return None
        try:
            return reader(row[column], column.spec.file)
        except SqueezevizError as error:
            self.unreadable.append(f"{row.fail(column, error.message)}; it is not compared")
            return None


_COUNTED = (Column.DEPTH, Column.PARAMETERS, Column.MACS)
"""The counts that follow from the layers alone; those after pruning have notes of their own."""


def notes_on_printed(table: LayerTable, rows: Sequence[CellRow], total: CellRow | None) -> Iterator[str]:
    """Yield a note on each number that the layers' `rows` or the total print and that cannot be.

    Multiply-adds follow from sizes and parameters: where these have their note, those need none.
    """
    network = resolve(table)
    cells = PrintedCells()
    sizes = [cells.size(row) for row in rows]
    yield from notes_on_sizes(network, sizes)
    yield from _notes_on_global_windows(network, rows, sizes)
    misprinted: set[str] = set()
    resized = {layer.name for layer, size in zip(network.layers, sizes, strict=False) if differs(layer, size)}
    for column in _COUNTED:
        explained = resized | misprinted if column is Column.MACS else set()
        counts = [None if row.name in explained else cells.count(row, column) for row in rows]
        wrong = _misprinted(network, column, counts)
        misprinted |= {layer.name for layer, _ in wrong}
        yield from _notes_on_rows(column, wrong)
        if total is not None and network.runs and not explained:
            yield from _notes_on_total(network, column, counts, cells.count(total, column))
    yield from notes_on_pruning(network, rows, total, cells, misprinted)
    yield from cells.unreadable


def _notes_on_global_windows(
    network: ResolvedNetwork, rows: Sequence[CellRow], sizes: Sequence[Size | None]
) -> Iterator[str]:
    """Yield a note on each global pool that shows another window than its map, or than the size printed before it."""
    for layer, row, before in zip(network.layers, rows, [None, *sizes], strict=False):
        shown = spaced(row[Column.WINDOW]).replace("×", "x").replace(" ", "").casefold().removesuffix("/1")
        window = f"{layer.input.shape.height}x{layer.input.shape.width}"
        expected = ["", "global", window] + ([f"{before.height}x{before.width}"] if before else [])
        if isinstance(layer.layer, GlobalAvgPool) and shown not in expected:
            yield (
                f"{layer.name} prints {quoted(row[Column.WINDOW])}, but it averages its whole map, "
                f"which is {window.replace('x', '×')}"
            )


def _misprinted(
    network: ResolvedNetwork, column: Column, counts: Sequence[int | None]
) -> list[tuple[ResolvedLayer, int]]:
    pairs = zip(network.layers, counts, strict=False)
    return [(layer, count) for layer, count in pairs if count is not None and count != number(layer, column)]


def _notes_on_rows(column: Column, wrong: list[tuple[ResolvedLayer, int]]) -> Iterator[str]:
    if column is Column.DEPTH:
        for pair in sorted({(count, number(layer, column)) for layer, count in wrong}):
            names = [layer.name for layer, count in wrong if (count, number(layer, column)) == pair]
            yield f"{listed(names)}: a depth of {pair[0]:,} is printed, but {pair[1]:,} is what is added"
    elif wrong:
        said = listed([f"{layer.name} {count:,} (it has {number(layer, column):,})" for layer, count in wrong])
        yield f"{column.printed_heading} that cannot be as printed: {said}"


def _notes_on_total(
    network: ResolvedNetwork, column: Column, counts: Sequence[int | None], total: int | None
) -> Iterator[str]:
    ours = number(network, column)
    if total is None or total == ours:
        return
    what = "a depth" if column is Column.DEPTH else column.printed_heading
    rows_sum = sum(count for count in counts if count is not None)
    same = " (the printed rows do add up to that)" if total == rows_sum else ""
    yield f"the total prints {what} of {total:,}{same}, but it is {ours:,}"


_FIRE_KERNELS = dict(zip(KEPT_COLUMNS, (1, 1, 3), strict=True))


def notes_on_pruning(
    network: ResolvedNetwork, rows: Sequence[CellRow], total: CellRow | None, cells: PrintedCells, misprinted: set[str]
) -> Iterator[str]:
    """Yield notes on shares at the wrong filter, and on counts after pruning that do not follow from the shares.

    Rows in `misprinted` have a note already on the counts that these follow from.
    """
    counts = []
    for layer, row in zip(network.layers, rows, strict=False):
        fields = _fields(layer, row)
        yield from _notes_on_places(layer, row, fields)
        count = cells.count(row, Column.PRUNED)
        counts.append(count)
        if count is not None and fields and layer.name not in misprinted:
            yield from _note_on_count(layer, row, fields, count)
    said = cells.count(total, Column.PRUNED) if total else None
    summed = sum(count for count in counts if count is not None)
    if said is not None and said != summed:
        yield f"the total prints {said:,} parameters after pruning, but its rows add up to {summed:,}"


def _fields(layer: ResolvedLayer, row: CellRow) -> dict[Column, str]:
    """The layer's field for each filled sparsity cell; none where the row has no share at all."""
    filled = [column for column in KEPT_COLUMNS if row[column]]
    match layer.layer:
        case Conv():
            return dict.fromkeys(filled, "kept")
        case Fire():
            return {column: field for column in filled if (field := column.field_of(Fire))}
        case _:
            return {}


def _notes_on_places(layer: ResolvedLayer, row: CellRow, fields: dict[Column, str]) -> Iterator[str]:
    for column in fields:
        kernel = layer.layer.kernel if isinstance(layer.layer, Conv) else _FIRE_KERNELS[column]
        said = printed_kept(row[column], column.spec.file).kernel
        if said not in (None, kernel):
            yield f"{layer.name} prints a sparsity of {quoted(row[column])}, but its filters are {kernel}×{kernel}"


def _note_on_count(layer: ResolvedLayer, row: CellRow, fields: dict[Column, str], count: int) -> Iterator[str]:
    expected = layer.after_pruning.value
    if count == expected:
        return
    shares = listed([share_text(getattr(layer.layer, field), " ") for field in dict.fromkeys(fields.values())])
    other = _share_that_gives(layer, fields, count)
    yield (
        f"{layer.name} prints {count:,} parameters after pruning, "
        f"but keeping {shares} of its weights leaves {expected:,}"
        + (f"; {count:,} follows from {share_text(other[1], ' ')} in {row.headers[other[0]]}" if other else "")
    )


def _share_that_gives(layer: ResolvedLayer, fields: dict[Column, str], count: int) -> tuple[Column, float] | None:
    """The smallest change of one share, in whole percents, that leads to `count`."""
    table = LayerTable("-", InputShape(*layer.input.shape), (layer.layer,))
    found = []
    for column, field in fields.items():
        for percent in range(1, 101):
            share = percent / 100
            if resolve(table.with_field(0, field, share)).after_pruning.value == count:
                found.append((abs(share - getattr(layer.layer, field)), column, share))
    best = min(found, key=lambda each: each[0], default=None)
    return (best[1], best[2]) if best else None
