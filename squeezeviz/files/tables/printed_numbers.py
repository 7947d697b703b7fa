"""Compares the numbers that a table prints with those that its rows give: sizes first, then Table 1's other columns.

A note names each cause once, and what would mend it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from squeezeviz.analysis.accounting import figures
from squeezeviz.analysis.columns import KEPT_COLUMNS, Column, number
from squeezeviz.analysis.compression import stored
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.tables import cell_texts
from squeezeviz.files.tables.cell_rows import CellRow
from squeezeviz.files.tables.cell_texts import Size
from squeezeviz.model.errors import Note, SqueezevizError, quoted
from squeezeviz.model.layers import LARGEST, AvgPool, Conv, GlobalAvgPool, Layer, MaxPool, uncompressed
from squeezeviz.model.problems import Problem
from squeezeviz.model.reading import printed_count, printed_kept, spaced
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed
from squeezeviz.model.wording import share_text

FARTHEST_INPUT = 64
"""How many pixels a mistyped input may be off for another one to be proposed."""
MOST_MENDED = 100
"""Wrong numbers for which something is tried that would mend them, and rows that another input is sent through."""

Value = TypeVar("Value")


def is_size(printed: Size | None, shape: MapShape) -> bool:
    """Whether the printed size is the map's. Channels count where they are printed."""
    if printed is None or (printed.height, printed.width) != (shape.height, shape.width):
        return False
    return printed.channels in (None, shape.channels)


class PrintedCells:
    """Reads computed cells, None where one is empty; `unreadable` collects a note on each that cannot be read."""

    def __init__(self) -> None:
        self.unreadable: list[Note] = []

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
            self.unreadable.append(Note(f"{row.fail(column, error.message)}; it is not compared"))
            return None


def notes_on_printed(table: LayerTable, rows: Sequence[CellRow], total: CellRow | None) -> Iterator[Note]:
    """Yield a note on each number that the layers' `rows` or the total print and that cannot be.

    Multiply-adds follow from sizes and parameters: where these have their note, those need none.
    """
    network = resolve(table)
    cells = PrintedCells()
    sizes = [cells.size(row) for row in rows]
    yield from _notes_on_sizes(network, sizes)
    yield from _notes_on_channels(network, sizes)
    yield from _notes_on_global_windows(network, rows, sizes)
    misprinted: set[str] = set()
    resized = {layer.name for layer, size in zip(network.layers, sizes, strict=False) if _differs(layer, size)}
    for column in (Column.DEPTH, Column.PARAMETERS, Column.MACS):
        explained = resized | misprinted if column is Column.MACS else set()
        counts = [None if row.name in explained else cells.count(row, column) for row in rows]
        pairs = zip(network.layers, counts, strict=False)
        wrong = [(layer, count) for layer, count in pairs if count is not None and count != number(layer, column)]
        misprinted |= {layer.name for layer, _ in wrong}
        yield from _notes_on_rows(column, wrong)
        if total is not None and network.runs and not explained:
            yield from _notes_on_total(network, column, counts, cells.count(total, column))
    yield from _notes_on_pruning(network, rows, total, cells, misprinted)
    yield from cells.unreadable


def _notes_on_global_windows(
    network: ResolvedNetwork, rows: Sequence[CellRow], sizes: Sequence[Size | None]
) -> Iterator[Note]:
    """Yield a note on each global pool that shows another window than its map, or than the size printed before it."""
    for layer, row, before in zip(network.layers, rows, [None, *sizes], strict=False):
        shown = spaced(row[Column.WINDOW]).replace("×", "x").replace(" ", "").casefold().removesuffix("/1")
        window = f"{layer.input.shape.height}x{layer.input.shape.width}"
        expected = ["", "global", window] + ([f"{before.height}x{before.width}"] if before else [])
        if isinstance(layer.layer, GlobalAvgPool) and shown not in expected:
            yield Note(
                f"{layer.name} prints {quoted(row[Column.WINDOW])}, but it averages its whole map, "
                f"which is {window.replace('x', '×')}"
            )


def _notes_on_rows(column: Column, wrong: list[tuple[ResolvedLayer, int]]) -> Iterator[Note]:
    if column is Column.DEPTH:
        for pair in sorted({(count, number(layer, column)) for layer, count in wrong}):
            names = [layer.name for layer, count in wrong if (count, number(layer, column)) == pair]
            yield Note(f"{listed(names)}: a depth of {pair[0]:,} is printed, but {pair[1]:,} is what is added")
    elif wrong:
        said = listed([f"{layer.name} {count:,} (it has {number(layer, column):,})" for layer, count in wrong])
        yield Note(f"{column.printed_heading} that cannot be as printed: {said}")


def _notes_on_total(
    network: ResolvedNetwork, column: Column, counts: Sequence[int | None], total: int | None
) -> Iterator[Note]:
    ours = number(network, column)
    if total is None or total == ours:
        return
    what = "a depth" if column is Column.DEPTH else column.printed_heading
    rows_sum = sum(count for count in counts if count is not None)
    same = " (the printed rows do add up to that)" if total == rows_sum else ""
    yield Note(f"the total prints {what} of {total:,}{same}, but it is {ours:,}")


def _notes_on_pruning(
    network: ResolvedNetwork, rows: Sequence[CellRow], total: CellRow | None, cells: PrintedCells, misprinted: set[str]
) -> Iterator[Note]:
    """Yield notes on shares at the wrong filter, and on counts after pruning that do not follow from the shares.

    Rows in `misprinted` have a note already on the counts that these follow from.
    """
    summed = wrong = 0
    for layer, row in zip(network.layers, rows, strict=False):
        fields = _fields_kept(layer, row)
        yield from _notes_on_places(layer, row, fields)
        count = cells.count(row, Column.PRUNED)
        summed += count or 0
        if count not in (None, layer.after_pruning.value) and fields and layer.name not in misprinted:
            wrong += 1
            follows = _share_that_gives(layer, fields, count) if wrong <= MOST_MENDED else None
            shares = listed([share_text(getattr(layer.layer, field), " ") for field in dict.fromkeys(fields.values())])
            yield Note(
                f"{layer.name} prints {count:,} parameters after pruning, "
                f"but keeping {shares} of its weights leaves {layer.after_pruning.value:,}"
                + (
                    f"; {count:,} follows from {share_text(follows[1], ' ')} in {row.headers[follows[0]]}"
                    if follows
                    else ""
                )
            )
    said = cells.count(total, Column.PRUNED) if total else None
    if said is not None and said != summed:
        yield Note(f"the total prints {said:,} parameters after pruning, but its rows add up to {summed:,}")


def _fields_kept(layer: ResolvedLayer, row: CellRow) -> dict[Column, str]:
    """The layer's field for each filled sparsity cell; none where the row has no share at all."""
    filled = [column for column in KEPT_COLUMNS if row[column]]
    if isinstance(layer.layer, Conv):
        return dict.fromkeys(filled, "kept")
    return {column: field for column in filled if (field := column.field_of(type(layer.layer)))}


_FIRE_KERNELS = dict(zip(KEPT_COLUMNS, (1, 1, 3), strict=True))


def _notes_on_places(layer: ResolvedLayer, row: CellRow, fields: dict[Column, str]) -> Iterator[Note]:
    for column in fields:
        kernel = layer.layer.kernel if isinstance(layer.layer, Conv) else _FIRE_KERNELS[column]
        said = printed_kept(row[column], column.spec.file).kernel
        if said not in (None, kernel):
            yield Note(
                f"{layer.name} prints a sparsity of {quoted(row[column])}, but its filters are {kernel}×{kernel}"
            )


def _share_that_gives(layer: ResolvedLayer, fields: dict[Column, str], count: int) -> tuple[Column, float] | None:
    """The smallest change of one share, in whole percents, that leads to `count`."""
    known = figures(uncompressed(layer.layer), layer.input.shape)
    assert not isinstance(known, Problem)
    percents = range(1, 101)
    found = []
    for column, field in fields.items():

        def left(percent: int, field: str = field) -> int:
            changed: dict[str, Any] = {field: percent / 100}
            return stored(replace(layer.layer, **changed), known).after_pruning.value

        alike = percents[bisect_left(percents, count, key=left) : bisect_right(percents, count, key=left)]
        found += [(abs(percent / 100 - getattr(layer.layer, field)), column, percent / 100) for percent in alike]
    best = min(found, key=lambda each: each[0], default=None)
    return (best[1], best[2]) if best else None


def _notes_on_channels(network: ResolvedNetwork, printed: Sequence[Size | None]) -> Iterator[Note]:
    wrong = [
        f"{layer.name} {size.channels:,} (it has {layer.output.shape.channels:,})"
        for layer, size in zip(network.layers, printed, strict=False)
        if size is not None and size.channels is not None and size.channels != layer.output.shape.channels
    ]
    if wrong:
        yield Note(f"output channels that cannot be as printed: {listed(wrong)}")


def _notes_on_sizes(network: ResolvedNetwork, printed: Sequence[Size | None]) -> Iterator[Note]:
    """Yield a note on each cause for which rows in a series are printed with other sizes than they have."""
    row = causes = 0
    while row < len(network.layers):
        end = row + 1
        if _differs(network.layers[row], printed[row]):
            while end < len(network.layers) and _is_consequence(network, printed, end):
                end += 1
            causes += 1
            yield Note(" ".join(_sentences(network, printed, range(row, end), causes <= MOST_MENDED)))
        row = end


def _differs(layer: ResolvedLayer, size: Size | None) -> bool:
    """Whether the printed height and width are not the layer's."""
    return size is not None and (size.height, size.width) != layer.output.shape[1:]


def _is_consequence(network: ResolvedNetwork, printed: Sequence[Size | None], row: int) -> bool:
    """Whether the size printed for a row follows from the size printed before it, though it is not the row's."""
    before, size, layer = printed[row - 1], printed[row], network.layers[row]
    if not before or not size or not before.height or not before.width or not _differs(layer, size):
        return False
    reached = resolve(LayerTable("-", _image(layer, before.height, before.width), (layer.layer,))).layers
    return bool(reached) and not _differs(reached[0], size)


def _image(layer: ResolvedLayer, height: int, width: int) -> InputShape:
    """An image of that size with the channels of the map that reaches the layer, as far as an image may have them."""
    return InputShape(min(layer.input.shape.channels, LARGEST), height, width)


def _sentences(network: ResolvedNetwork, printed: Sequence[Size | None], rows: range, is_mended: bool) -> Iterator[str]:
    """Yield what is printed for `rows`, the first of which is at fault, and what would give that."""
    layer, said = network.layers[rows[0]], printed[rows[0]]
    following = listed(list(_consequences(network, printed, rows)))
    yield (
        f"{layer.name} prints {said}, but {_cause(layer, rows[0])} gives {_times(layer.output.shape)}"
        + (f", and so {following}" if following else "")
        + _agreeing_after(network, printed, rows)
        + "."
    )
    inputs = list(_inputs(network.table, printed, rows)) if is_mended else []
    remedies = inputs + (list(_windows(network, printed, rows)) if is_mended else [])
    if remedies:
        first, *others = remedies
        also = f", and so does {listed(others)}" if others else ""
        yield f"{first[0].upper()}{first[1:]} gives what is printed{also}."
    if inputs:
        yield f"The input is kept as printed, {_times(layer.input.shape)}."


def _cause(layer: ResolvedLayer, row: int) -> str:
    reached = f"{'an input' if row == 0 else 'a map'} of {_times(layer.input.shape)}"
    match layer.layer:
        case Conv() | MaxPool() | AvgPool() as windowed:
            padded = f" with a padding of {windowed.padding}" if windowed.padding else " without padding"
            return f"{windowed.kernel}×{windowed.kernel}/{windowed.stride}{padded} on {reached}"
        case _:
            return reached


def _consequences(network: ResolvedNetwork, printed: Sequence[Size | None], rows: range) -> Iterator[str]:
    """`maxpool1 and fire2 give 54×54, not 55×55`, rows in a series with the same sizes together."""

    def sizes(row: int) -> tuple[str, str]:
        size = printed[row]
        assert size is not None
        return _times(network.layers[row].output.shape), f"{size.height}×{size.width}"

    for (ours, theirs), alike in groupby(rows[1:], sizes):
        names = [network.layers[row].name for row in alike]
        yield f"{listed(names)} {'gives' if len(names) == 1 else 'give'} {ours}, not {theirs}"


def _agreeing_after(network: ResolvedNetwork, printed: Sequence[Size | None], rows: range) -> str:
    if len(rows) == 1:
        return ""
    after = next((row for row in range(rows.stop, len(network.layers)) if printed[row]), None)
    if after is None or _differs(network.layers[after], printed[after]):
        return ""
    if isinstance(network.layers[after].layer, GlobalAvgPool):
        return ""  # one value comes of every map, so that says nothing
    return f"; {network.layers[after].name} agrees again"


def _inputs(table: LayerTable, printed: Sequence[Size | None], rows: range) -> Iterator[str]:
    """The nearest other input that gives the sizes printed; only the first cause can lie there."""
    if rows[0] >= MOST_MENDED or any(printed[: rows[0]]):
        return
    shape = table.input
    for step in (step for off in range(1, FARTHEST_INPUT + 1) for step in (off, -off)):
        if min(shape.height, shape.width) + step < 1 or max(shape.height, shape.width) + step > LARGEST:
            continue
        image = InputShape(shape.channels, shape.height + step, shape.width + step)
        if _mends(image, table.layers[: rows.stop], printed[: rows.stop], rows[0]):
            yield f"an input of {image.height}×{image.width}"
            return


def _windows(network: ResolvedNetwork, printed: Sequence[Size | None], rows: range) -> Iterator[str]:
    """Another padding or rounding of the row at fault that gives the sizes printed."""
    layer, *following = network.table.layers[rows.start : rows.stop]
    if not isinstance(layer, Conv | MaxPool | AvgPool):
        return
    reached = network.layers[rows[0]]
    image = _image(reached, *reached.input.shape[1:])
    sizes = printed[rows.start : rows.stop]
    largest = layer.kernel - 1 if isinstance(layer, Conv) else layer.kernel // 2
    for padding in range(min(largest, 16) + 1):
        if padding != layer.padding and _mends(image, (replace(layer, padding=padding), *following), sizes):
            yield f"a padding of {padding} in {layer.name}"
    if not isinstance(layer, Conv) and _mends(image, (replace(layer, ceil=not layer.ceil), *following), sizes):
        yield f"rounding {'down' if layer.ceil else 'up'} in {layer.name}"


def _mends(image: InputShape, layers: Sequence[Layer], printed: Sequence[Size | None], first: int = 0) -> bool:
    """Whether the layers from `first` on then have their printed sizes; most fail at the first of them."""
    for end in (first + 1, len(layers)):
        reached = resolve(LayerTable("-", image, tuple(layers[:end]))).layers
        if len(reached) < end or any(map(_differs, reached[first:], printed[first:end])):
            return False
    return True


def _times(shape: MapShape) -> str:
    return f"{shape.height}×{shape.width}"
