"""All notes on a table's printed numbers, in the order of Table 1's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.tables.csv_cells import Size, listed, quoted, spaced
from squeezeviz.files.tables.csv_columns import CsvColumn
from squeezeviz.files.tables.csv_rows import CsvRow
from squeezeviz.files.tables.printed.cells import PrintedCells
from squeezeviz.files.tables.printed.pruning import notes_on_pruning
from squeezeviz.files.tables.printed.sizes import differs, notes_on_sizes
from squeezeviz.model.layers import GlobalAvgPool
from squeezeviz.model.table import LayerTable


@dataclass(frozen=True, slots=True)
class _Counted:
    """A column of counts: what it is called in a note, and the number that it should hold."""

    column: CsvColumn
    word: str
    of_layer: Callable[[ResolvedLayer], int]
    of_network: Callable[[ResolvedNetwork], int]


_COUNTED = (
    _Counted(CsvColumn.DEPTH, "a depth", lambda layer: layer.depth.value, lambda network: network.depth.value),
    _Counted(
        CsvColumn.PARAMETERS,
        "parameters",
        lambda layer: layer.parameters.value,
        lambda network: network.parameters.value,
    ),
    _Counted(CsvColumn.MACS, "multiply-adds", lambda layer: layer.macs.value, lambda network: network.macs.value),
)


def notes_on_printed(table: LayerTable, rows: Sequence[CsvRow], total: CsvRow | None) -> Iterator[str]:
    """A note for whatever `rows`, those of the table's layers, print that cannot be; likewise the total.

    Multiply-adds follow from sizes and parameters: where these have their note, those need none.
    """
    network = resolve(table)
    cells = PrintedCells()
    sizes = [cells.size(row) for row in rows]
    yield from notes_on_sizes(network, sizes)
    yield from _notes_on_global_windows(network, rows, sizes)
    misprinted: set[str] = set()
    resized = {layer.name for layer, size in zip(network.layers, sizes, strict=False) if differs(layer, size)}
    for counted in _COUNTED:
        explained = resized | misprinted if counted.column is CsvColumn.MACS else set()
        counts = [None if row.name in explained else cells.count(row, counted.column) for row in rows]
        wrong = _misprinted(network, counted, counts)
        misprinted |= {layer.name for layer, _ in wrong}
        yield from _notes_on_rows(counted, wrong)
        if total is not None and network.runs and not explained:
            yield from _notes_on_total(network, counted, counts, cells.count(total, counted.column))
    yield from notes_on_pruning(network, rows, total, cells, misprinted)
    yield from cells.unreadable


def _notes_on_global_windows(
    network: ResolvedNetwork, rows: Sequence[CsvRow], sizes: Sequence[Size | None]
) -> Iterator[str]:
    """A global pool may show the window that it turns out to have, or that comes of the size printed before it."""
    for layer, row, before in zip(network.layers, rows, [None, *sizes], strict=False):
        shown = spaced(row[CsvColumn.WINDOW]).replace("×", "x").replace(" ", "").casefold().removesuffix("/1")
        window = f"{layer.input.shape.height}x{layer.input.shape.width}"
        expected = ["", "global", window] + ([f"{before.height}x{before.width}"] if before else [])
        if isinstance(layer.layer, GlobalAvgPool) and shown not in expected:
            yield (
                f"{layer.name} prints {quoted(row[CsvColumn.WINDOW])}, but it averages its whole map, "
                f"which is {window.replace('x', '×')}"
            )


def _misprinted(
    network: ResolvedNetwork, counted: _Counted, counts: Sequence[int | None]
) -> list[tuple[ResolvedLayer, int]]:
    pairs = zip(network.layers, counts, strict=False)
    return [(layer, count) for layer, count in pairs if count is not None and count != counted.of_layer(layer)]


def _notes_on_rows(counted: _Counted, wrong: list[tuple[ResolvedLayer, int]]) -> Iterator[str]:
    if counted.column is CsvColumn.DEPTH:
        for pair in sorted({(count, counted.of_layer(layer)) for layer, count in wrong}):
            names = [layer.name for layer, count in wrong if (count, counted.of_layer(layer)) == pair]
            yield f"{listed(names)}: a depth of {pair[0]:,} is printed, but {pair[1]:,} is what is added"
    elif wrong:
        said = listed([f"{layer.name} {count:,} (it has {counted.of_layer(layer):,})" for layer, count in wrong])
        yield f"{counted.word} that cannot be as printed: {said}"


def _notes_on_total(
    network: ResolvedNetwork, counted: _Counted, counts: Sequence[int | None], total: int | None
) -> Iterator[str]:
    ours = counted.of_network(network)
    if total is None or total == ours:
        return
    rows_sum = sum(count for count in counts if count is not None)
    same = " (the printed rows do add up to that)" if total == rows_sum else ""
    yield f"the total prints {counted.word} of {total:,}{same}, but it is {ours:,}"
