"""Which of a document's tables are parts of one network, decided table by table; the others are named in notes.

The network begins with the first table that has a row for the input. A later table goes on with it if all of its rows
are layers, none under a name that is there already but one that overlaps, and what it says of its input agrees:

- it has no input row, and the network so far does not end with a total or a softmax, nor, unless nothing but 1×1
  convolutions, dropout and softmax follow, with a global pool or a map of 1×1;
- or its input row is the size that comes out of the network so far;
- or its input row is the network's own input, said again, while the network so far does not end as networks do (a
  total, a softmax, a global pool, a map of 1×1), and the sizes that it prints do not say that it begins anew.

A row that overlaps is the last one so far, said again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from squeezeviz.analysis.columns import FIRE_COLUMNS, Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.opened import Read
from squeezeviz.files.tables.cell_rows import CellRow, Frame, Kind, input_of, kind_of, layer_of, with_global_pools
from squeezeviz.files.tables.layer_rows import (
    FoundLayers,
    FoundTable,
    HeadedRows,
    KindRule,
    is_channels_first,
    read_rows,
    rows_under,
    turned,
)
from squeezeviz.files.tables.printed_numbers import PrintedCells, is_size
from squeezeviz.model.errors import Note, SqueezevizError, quoted
from squeezeviz.model.layers import Conv, Dropout, GlobalAvgPool, Layer, Softmax
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed

MOST_NAMED = 4
"""Tables that are not read get a note each, up to so many."""


def read_tables(tables: Iterable[FoundTable], stem: str) -> Read:
    """Read the network that begins with the first table that has an input row; notes name the tables outside of it.

    `stem` names the network where no row does. SqueezevizError with line, row and column, that of the first table where
    none has an input row.
    """
    headed, notes = one_network(tables)
    read = read_rows(headed, stem)
    return read._replace(notes=(*notes, *read.notes))


def one_network(
    tables: Iterable[FoundTable], kind_rule: KindRule = kind_of, where: str = "line"
) -> tuple[HeadedRows, tuple[Note, ...]]:
    """Collect the rows of all tables that are parts of the network that `read_tables` reads, and notes on the others.

    Where no table has an input row, those that go on with the first. `where` is what the numbers in notes count.
    """
    parts = [part for table in tables for part in _parts(table, kind_rule)]
    begin = max(range(len(parts)), key=lambda place: parts[place].beginning)
    if not parts[begin].has_input:
        for part in parts:
            if part.error is not None:
                raise part.error
    if len(parts) == 1:
        return HeadedRows(list(parts[0].rows), list(parts[0].unknown)), parts[0].table.notes
    network = _Network(parts[begin])
    others = [*((part, "it has no row for the input") for part in parts[:begin] if part.is_of_layers)]
    skipped: _Part | None = None
    for part in parts[begin + 1 :]:
        reason = network.refusal(part) if skipped is None else network.refusal_after(part, f"{where} {skipped.line:,}")
        if reason is None:
            network.join(part)
        elif part.is_of_layers:
            others.append((part, reason))
            skipped = skipped or (part if part.defines_layers else None)
    return network.headed, (*network.notes(where), *_notes_on_others(others, where))


def _notes_on_others(others: Sequence[tuple[_Part, str]], where: str) -> list[Note]:
    notes = []
    for part, reason in others[:MOST_NAMED]:
        title = f", {quoted(part.title)}," if part.title else ""
        alone = "; to open it, copy it into a file of its own" if part.has_input else ""
        said = f"another table{title} begins here and is not read, as {reason}{alone}"
        notes.append(Note(f"{where} {part.line:,}: {said}"))
    if len(others) > MOST_NAMED:
        last = others[-1][0].line
        more = len(others) - MOST_NAMED
        notes.append(Note(f"{more} more tables are not read; the last of them begins on {where} {last:,}"))
    return notes


@dataclass(frozen=True, slots=True)
class _Part:
    """A table, or its rows from an input row on up to the next; `error` says why it cannot be read, without any rows.

    `kinds` are those of the rows, None where unknown; `unknown` are words of its head that name no column.
    """

    table: FoundTable
    line: int
    rows: Sequence[CellRow] = ()
    kinds: Sequence[Kind | None] = ()
    unknown: Sequence[str] = ()
    error: SqueezevizError | None = None

    @property
    def has_input(self) -> bool:
        return Frame.INPUT in self.kinds

    @property
    def beginning(self) -> tuple[bool, bool, int]:
        """How well a network begins with it, the larger the better: with an input's size, an input, columns."""
        return self._has_input_size, self.has_input, min(len(self.rows[0].headers), 3) if self.rows else 0

    @property
    def _has_input_size(self) -> bool:
        if not self.has_input:
            return False
        try:
            input_of(self.rows[self.kinds.index(Frame.INPUT)])
        except SqueezevizError:
            return False
        return True

    @property
    def is_of_layers(self) -> bool:
        """Whether some of its rows are layers. Tables of other things get no note."""
        return self.error is not None or any(_is_layer(kind) for kind in self.kinds if kind is not None)

    @property
    def defines_layers(self) -> bool:
        """Whether it says what its layers are. A table of times, for one, only names layers that stand elsewhere."""
        return self.error is not None or self.has_input or _define_layers(self.rows)

    @property
    def title(self) -> str:
        return next((name for row in self.rows if (name := row[Column.NETWORK].strip())), self.table.title)


def _is_layer(kind: Kind | None) -> bool:
    """Whether a row of that kind is a layer or may be one; the others are the input and the total."""
    return not isinstance(kind, Frame)


def _define_layers(rows: Sequence[CellRow]) -> bool:
    return any(row[column] for row in rows for column in _STRUCTURE)


def _parts(table: FoundTable, kind_rule: KindRule) -> list[_Part]:
    """Cut a table that begins with an input row before each further one; any other table is one part."""
    header, *records = table.rows
    try:
        rows, unknown = rows_under(header, records)
    except SqueezevizError as error:
        return [_Part(table, table.line, error=error)]
    kinds = [_kind(row, kind_rule) for row in rows]
    cuts = [0]
    if kinds[0] is Frame.INPUT:
        cuts += [place for place, kind in enumerate(kinds) if kind is Frame.INPUT and place > 1]
    made = []
    for begin, end in zip(cuts, [*cuts[1:], len(kinds)], strict=True):
        line = rows[begin].line if begin else table.line
        cut = table if not begin else replace(table, title="", notes=())
        made.append(_Part(cut, line, rows[begin:end], kinds[begin:end], unknown))
    return made


def _kind(row: CellRow, kind_rule: KindRule) -> Kind | None:
    try:
        return kind_rule(row)
    except SqueezevizError:
        return None


class _Network:
    """A network as far as it is read: the rows of its first table, and of those that continue it."""

    def __init__(self, first: _Part) -> None:
        if first.error is not None:
            raise first.error
        self._rows = list(first.rows)
        self._unknown = list(first.unknown)
        self._notes = [*first.table.notes]
        self._lines = [first.line]
        self._channels_first = is_channels_first(first.rows)
        self._names = _names_of_layers(first.rows, first.kinds)
        self._total: CellRow | None = None
        self._last: Layer | None = None
        self._has_input = first.has_input
        self._image: InputShape | None = None
        self._output: MapShape | None = None
        rows = self._turned(first.rows)
        with suppress(SqueezevizError):  # what is wrong with the rows is said when they are read
            self._image = input_of(rows[first.kinds.index(Frame.INPUT)]) if first.has_input else None
            self._output = self._flow_through(_sorted(rows, first.kinds))

    @property
    def headed(self) -> HeadedRows:
        return HeadedRows(self._rows, list(dict.fromkeys(self._unknown)))

    def notes(self, where: str) -> tuple[Note, ...]:
        """Say what is assumed and what is left out; `where` is what line numbers count."""
        if len(self._lines) == 1:
            return tuple(self._notes)
        lines = [f"{line:,}" for line in self._lines]
        shown = lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES - 1], f"so on to {lines[-1]}"]
        return (Note(f"the tables on {where}s {listed(shown)} are read as parts of one network"), *self._notes)

    def refusal(self, part: _Part) -> str | None:
        """Why the table is no part of this network; None where it is. SqueezevizError where a cell cannot be read."""
        if part.error is not None:
            return f"it cannot be read ({part.error})"
        strange = next((row for row, kind in zip(part.rows, part.kinds, strict=True) if kind is None), None)
        if strange is not None:
            return f"{quoted(strange.name)} in it is no layer"
        if Frame.INPUT in part.kinds[1:]:
            return "its input is not its first row"
        if self._output is None and self._has_input:
            return "no data comes out of the rows before it"
        again = self._name_again(part)
        if again is not None:
            return again
        rows, kinds = self._going_on(part)
        image = part.rows[0] if part.kinds[0] is Frame.INPUT else None
        return self._why_not_after(image, self._turned(rows), kinds)

    def refusal_after(self, part: _Part, skipped: str) -> str:
        """Why a table is no part of this network that follows another one, at `skipped`, which is none either."""
        if part.has_input:
            return "it has an input of its own"
        return self._name_again(part) or f"it follows that on {skipped}"

    def _name_again(self, part: _Part) -> str | None:
        pairs = zip(*self._going_on(part), strict=True)
        again = next((row.name for row, kind in pairs if _is_layer(kind) and row.name in self._names), None)
        return f"{quoted(again)} is in the first one already" if again is not None else None

    def join(self, part: _Part) -> None:
        """Add the rows of a table that continues the network."""
        rows, kinds = self._going_on(part)
        if self._total is not None:
            said = "a total that stands before the network's end is left out"
            self._notes.append(Note(f"line {self._total.line}: {said}"))
            self._rows.remove(self._total)
            self._total = None
        self._rows += rows
        self._names |= _names_of_layers(rows, kinds)
        self._unknown += part.unknown
        self._notes += part.table.notes
        self._lines.append(part.line)
        self._output = self._flow_through(_sorted(self._turned(rows), kinds))

    def _going_on(self, part: _Part) -> tuple[Sequence[CellRow], Sequence[Kind | None]]:
        """The rows of a table without its input, and without its first row where that repeats the network's last."""
        begin = 1 if part.kinds[:1] == [Frame.INPUT] else 0
        rows, kinds = part.rows[begin:], part.kinds[begin:]
        said_again = not begin and self._last is not None and bool(rows) and rows[0].name == self._last.name
        if said_again and self._is_last(rows[0], kinds[0]):
            return rows[1:], kinds[1:]
        return rows, kinds

    def _is_last(self, row: CellRow, kind: Kind | None) -> bool:
        """Whether a row with the last layer's name repeats that layer, in all that it says."""
        assert self._last is not None
        printed = PrintedCells().size(self._turned([row])[0])
        if printed is not None and self._output is not None and not is_size(printed, self._output):
            return False
        if not _define_layers([row]):
            return True
        try:
            return kind is not None and not isinstance(kind, Frame) and layer_of(row, kind) == self._last
        except SqueezevizError:
            return False

    def _why_not_after(self, image: CellRow | None, rows: list[CellRow], kinds: Sequence[Kind | None]) -> str | None:
        if image is None and self._is_ended:
            return "the network before it has ended"
        try:
            start = InputShape(*self._output) if self._output else InputShape()
            table = LayerTable("-", start, tuple(_sorted(rows, kinds).layers))
        except SqueezevizError:
            if not _define_layers(rows):
                return "it does not say what its layers are"
            raise
        if image is None:
            return (
                "the network before it has ended" if self._is_flat and not all(map(_suits_one, table.layers)) else None
            )
        return self._why_not_from(self._turned([image])[0], rows, table)

    def _why_not_from(self, image: CellRow, rows: list[CellRow], table: LayerTable) -> str | None:
        """Why a table with an input row of its own does not continue the network; None where it does."""
        assert self._output is not None
        given = input_of(image)
        if MapShape(given.channels, given.height, given.width) == self._output:
            return None
        if given != self._image:
            return f"it has an input of its own, {quoted(image[Column.OUTPUT])}"
        if self._is_ended or self._is_flat or _misprints(table, rows) > _misprints(table.with_input(given), rows):
            return "it begins with the input again"
        return None

    @property
    def _is_ended(self) -> bool:
        return self._total is not None or isinstance(self._last, Softmax)

    @property
    def _is_flat(self) -> bool:
        """Whether one value a channel comes out, as at the end of a network."""
        return isinstance(self._last, GlobalAvgPool) or (self._output is not None and self._output[1:] == (1, 1))

    def _turned(self, rows: Sequence[CellRow]) -> list[CellRow]:
        return turned(rows) if self._channels_first else list(rows)

    def _flow_through(self, rows: FoundLayers) -> MapShape | None:
        """Resolve further rows, and return the shape that comes out of them; None where nothing does."""
        self._total = rows.total
        self._last = rows.layers[-1] if rows.layers else self._last
        shape = self._output or self._image
        if shape is None or not rows.layers:
            return MapShape(shape.channels, shape.height, shape.width) if shape else None
        try:
            made = LayerTable("-", InputShape(shape.channels, shape.height, shape.width), tuple(rows.layers))
            table = with_global_pools(made, rows.rows)
        except SqueezevizError:
            return None
        self._last = table.layers[-1]
        network = resolve(table)
        return network.output if network.runs else None


_STRUCTURE = (*FIRE_COLUMNS, Column.WINDOW, Column.TYPE)
"""Columns that say what a layer is; a table without them only tells of layers that stand elsewhere."""

_MOST_LINES = 6


def _suits_one(layer: Layer) -> bool:
    """Whether a layer makes sense where each channel has one value."""
    return isinstance(layer, Dropout | Softmax) or (isinstance(layer, Conv) and layer.kernel == 1)


def _sorted(rows: Sequence[CellRow], kinds: Sequence[Kind | None]) -> FoundLayers:
    """Read rows of known kinds, except the input's. SqueezevizError where a cell cannot be read."""
    pairs = list(zip(rows, kinds, strict=True))
    of_layers = [(row, kind) for row, kind in pairs if kind is not None and not isinstance(kind, Frame)]
    total = next((row for row, kind in pairs if kind is Frame.TOTAL), None)
    return FoundLayers(None, [layer_of(row, kind) for row, kind in of_layers], [row for row, _ in of_layers], total)


def _names_of_layers(rows: Sequence[CellRow], kinds: Sequence[Kind | None]) -> set[str]:
    return {row.name for row, kind in zip(rows, kinds, strict=True) if _is_layer(kind)}


def _misprints(table: LayerTable, rows: Sequence[CellRow]) -> int:
    """Count the printed sizes and parameters that the layers of `table` do not have."""
    printed = PrintedCells()
    wrong = 0
    for layer, row in zip(resolve(table).layers, rows, strict=False):
        size, count = printed.size(row), printed.count(row, Column.PARAMETERS)
        wrong += size is not None and not is_size(size, layer.output.shape)
        wrong += count is not None and count != layer.parameters.value
    return wrong
