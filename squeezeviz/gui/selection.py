"""What is selected, as state: table and diagram show it, and say what a person selected in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, editable, text
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.document import Document
from squeezeviz.model.layers import Fire
from squeezeviz.model.operations import operations
from squeezeviz.model.table import LayerTable

Edge = tuple[Key, Key]

RESIZED_PARTS = {"squeeze1x1": Column.S1X1, "expand1x1": Column.E1X1, "expand3x3": Column.E3X3}
"""The parts of a Fire module whose filters have a column."""


class Selection(QObject):
    """One selection for all views: layers of which one is explained, down to a Key or a cell; or a line of the diagram;
    or the network as a whole.

    What the views should show comes as signals before `changed`; what they select meanwhile, nobody chose.
    """

    changed = Signal()
    rows_wanted = Signal(object, object)
    """The table should select the rows of these layers (tuple[int, ...]), and go to the row of that layer, INPUT_ROW,
    or None for the totals."""
    cell_wanted = Signal(object, object)
    """The table should go to the cell in that layer's row and Column."""
    key_wanted = Signal(object, bool)
    """The diagram should select that box, or none, and bring it into sight where the flag says so."""
    modules_wanted = Signal(object)
    """The diagram should mark the modules of these layers as selected (frozenset[Key])."""
    parts_wanted = Signal(object)
    """The diagram should mark these parts of Fire modules instead of their modules (frozenset[Key])."""
    line_dropped = Signal()
    """The diagram should select no line."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._followed = document.revision
        self._column = Column.NAME
        """That of the table's current cell."""
        self._columns: Sequence[Column] = ()
        """Those in which something is selected in the table."""
        self._names: tuple[str, ...] = ()
        """Those of all layers, as `follow` found them last."""
        self._rows: tuple[int, ...] = ()
        self._marked: frozenset[Key] = frozenset()
        self._parts: frozenset[Key] = frozenset()
        self._marked_parts: frozenset[Key] = frozenset()
        self._row: int | None = None
        self._key: Key | None = None
        self._cell: Column | None = None
        self._edge: Edge | None = None
        self._telling = False
        """Whether the views are being told."""
        self.start()

    def layer_row(self) -> int | None:
        """The selected layer's place in the table, INPUT_ROW for the input, None for none or the totals."""
        return self._row

    def part(self) -> str:
        """The selected part of a Fire module, such as `expand3x3`; empty for a layer as a whole."""
        return self._key.part if self._key else ""

    def parts(self) -> frozenset[Key]:
        """The parts of Fire modules that are selected; of the other selected layers all is."""
        if self._parts:
            return self._parts
        alone = self._key is not None and self._key.part in RESIZED_PARTS and len(self._rows) == 1
        return frozenset({self._key}) if alone and self._key is not None else frozenset()

    def cell(self) -> Column | None:
        """The column of the cell that was gone to in the table; None where the selection came from elsewhere."""
        return self._cell

    def edge(self) -> Edge | None:
        """The selected line of the diagram, from where its tensor comes to where it goes."""
        return self._edge

    def layer_name(self) -> str:
        """The selected layer's name; empty for the input, the totals or nothing."""
        layers = self._document.table.layers
        # Until `follow`, the row may be one of the table before.
        return layers[self._row].name if self._row is not None and 0 <= self._row < len(layers) else ""

    def rows(self) -> list[int]:
        """All selected layers, by their places in the table; none where a line, the input or the totals are."""
        return list(self._rows)

    def gap(self) -> int | None:
        """The row before which the selected line ends; None for a line inside of a module, and where none is."""
        return self._row if self._edge is not None and self._edge[0].layer != self._edge[1].layer else None

    def choose(self, row: int | None) -> None:
        """Select a layer's row everywhere; a row that is not there any more leaves all as it is."""
        if row is None or row < len(self._document.table.layers):
            self._cell = None
            self._set(self._key_of(row), row)

    def choose_layer(self, name: str) -> None:
        """Select the layer of that name everywhere; one that is not there leaves all as it is."""
        names = [layer.name for layer in self._document.table.layers]
        if name in names:
            self.choose(names.index(name))

    def choose_key(self, key: Key) -> None:
        """Select a box of the diagram everywhere."""
        if self._exists(key):
            self._cell = None
            self._set(key, self._row_of(key))

    def choose_edge(self, edge: Edge | None) -> None:
        """A line of the diagram was selected, or let go; the table shows the layer that takes what flows in it."""
        if edge == self._edge or self._telling:
            return
        self._edge = edge
        if not self.settled:
            return  # it went with an edit: `follow` finds what is selected instead
        if edge is None:
            self._set(None, None, reveal=False)
            return
        self._row = self._row_of(edge[1]) if self._exists(edge[1]) else None
        self._key = self._cell = None
        self._rows = ()
        with self._tell():
            self._tell_rows()
        self.changed.emit()

    def choose_rows(self, rows: list[int]) -> None:
        """Select layers everywhere, the first of them as the one that is explained; none: the network.

        Whoever was in a cell is in the first one's cell of that column.
        """
        if rows and rows[-1] >= len(self._document.table.layers):
            return
        in_cell, self._cell = self._cell is not None, None
        first = rows[0] if rows else None
        self._set(self._key_of(first), first, rows)
        if in_cell:
            self._explain_cell()

    def toggle(self, row: int) -> None:
        """Select a layer too, or no longer; what is selected beside it stays so."""
        parts = frozenset(part for part in self.parts() if part.layer != self._document.table.layers[row].name)
        rows = set(self._rows) ^ {row}
        kept = self._row if self._row in rows else min(rows, key=lambda each: abs(each - row), default=None)
        now = row if row in rows else kept
        self._cell = None
        self._set(self._key_of(now), now, rows, parts)

    def toggle_key(self, key: Key) -> None:
        """The same of the layer that a box belongs to, or of that part of it alone where its filters can be counted."""
        row = self._row_of(key) if self._exists(key) else None
        if row is None or row < 0:
            return
        parts = self.parts()
        whole = row in self._rows and not any(part.layer == key.layer for part in parts)
        if key.part not in RESIZED_PARTS or whole:
            self.toggle(row)
            return
        left = parts ^ {key}
        if not any(part.layer == key.layer for part in left):
            self.toggle(row)
            return
        self._cell = None
        now = key if key in left else min(part for part in left if part.layer == key.layer)
        self._set(now, row, {*self._rows, row}, left)

    def extend_to(self, key: Key) -> None:
        """Select all layers from the explained one to that of a box; the explained one stays."""
        row = self._row_of(key) if self._exists(key) else None
        if row is None or row < 0:
            return
        begin = row if self._row is None or self._edge is not None else max(self._row, 0)
        rows = range(min(begin, row), max(begin, row) + 1)
        self._cell = None
        self._set(Key(self._document.table.layers[begin].name), begin, rows, reveal=False)

    def choose_keys(self, keys: Sequence[Key]) -> None:
        """Select the layers that these boxes belong to, the explained one as before where it is among them."""
        places = {layer.name: row for row, layer in enumerate(self._document.table.layers)}
        rows = sorted({places[key.layer] for key in keys if key.layer in places})
        now = self._row if self._row in rows else rows[0] if rows else None
        self._cell = None
        self._set(self._key_of(now), now, rows, reveal=False)

    def reveal_step(self, before: LayerTable, after: LayerTable, rows: list[int] | None) -> None:
        """After a step back or forward: select the rows that it names, else what it changed unless that is selected."""
        if rows is not None:
            self.choose_rows(rows)
            return
        changed = _changed_rows(before, after)
        cell = _changed_cell(before, after)
        if changed and self._covers(changed, cell):
            return
        if cell is not None and (self._cell is not None or self._row != cell[0]):
            self.choose(cell[0])
            with self._tell():
                self.cell_wanted.emit(*cell)
            self._explain_cell()
        elif changed and self._row not in changed:
            self.choose(min(changed[0], len(after.layers) - 1) if after.layers else None)
            self._explain_cell()

    def _covers(self, changed: Sequence[int], cell: tuple[int, Column] | None) -> bool:
        """Whether all that changed is selected; `cell` where it was a single one."""
        if not set(changed) <= set(self._rows):
            return False
        return self._cell is None or cell is None or cell[1] in self._columns

    def _explain_cell(self) -> None:
        """The table made a cell of the selected row current: that is what should be explained."""
        self._cell = self._column
        self.changed.emit()

    def start(self) -> None:
        """Another table is open: its first Fire module is selected."""
        layers = self._document.table.layers
        self._row = next((row for row, layer in enumerate(layers) if isinstance(layer, Fire)), None)
        self._key = self._key_of(self._row)
        self._rows = () if self._row is None else (self._row,)
        self._names = tuple(layer.name for layer in layers)
        self._cell = self._edge = None
        self._parts = frozenset()

    def follow(self, network: ResolvedNetwork) -> None:
        """After a change, once the diagram shows it: stay with the layers of the same names, else with the row."""
        self._followed = self._document.revision
        layers = network.table.layers
        names = tuple(layer.name for layer in layers)
        rows = self._rows_now(names)
        if self._edge is not None:
            self._row = self._row_of(self._edge[1]) if self._exists(self._edge[1]) else None
        elif self._key is None and self._row is not None:
            self._row = min(self._row, len(layers) - 1) if layers else None
            self._key = self._key_of(self._row)
        elif self._row is not None and self._row >= 0 and self._key is not None:
            if not (self._row < len(layers) and names[self._row] == self._key.layer):
                row = names.index(self._key.layer) if self._key.layer in names else min(self._row, len(layers) - 1)
                self._row = row if row >= 0 else None
            if not (self._row is not None and names[self._row] == self._key.layer and self._exists(self._key)):
                self._key = self._key_of(self._row)
        if self._edge is not None or self._row is None or (self._row >= 0 and self._row not in rows):
            rows = ()
        chosen = {layers[row].name for row in rows}
        parts = frozenset(part for part in self._parts if part.layer in chosen and self._exists(part))
        self._set(self._key, self._row, rows, parts, reveal=False)

    def _rows_now(self, names: tuple[str, ...]) -> Sequence[int]:
        """Where the selected layers stand by now. One that was renamed stands where it stood; its parts go with it."""
        before, self._names = self._names, names
        if names == before or not self._rows:
            return self._rows
        places, known = {name: row for row, name in enumerate(names)}, set(before)
        found = {places[before[row]] for row in self._rows if before[row] in places}
        gone = (row for row in self._rows if before[row] not in places and row < len(names))
        renamed = {before[row]: row for row in gone if names[row] not in known}
        if self._key is not None and self._key.layer in renamed:
            self._key = Key(names[renamed[self._key.layer]], self._key.part)
        self._parts = frozenset(
            Key(names[renamed[part.layer]], part.part) if part.layer in renamed else part for part in self._parts
        )
        return sorted(found.union(renamed.values()))

    @property
    def settled(self) -> bool:
        """False from a change until `follow`: what the views select meanwhile, nobody chose."""
        return self._followed == self._document.revision

    def take_cells(self, row: int | None, column: Column, rows: Sequence[int], columns: Sequence[Column]) -> None:
        """The table went to a cell, and cells of these layers and columns are selected there."""
        self._column, self._columns = column, columns
        if self.settled and not self._telling:
            stretched = (row, column) == (self._row, self._cell)
            self._cell = column
            self._set(self._key_of(row), row, rows, reveal=not stretched)

    def take_key(self, key: Key | None) -> None:
        """A box of the diagram was selected, and nothing else, or none."""
        if (key != self._key or len(self._rows) > 1 or self._parts) and self.settled and not self._telling:
            self._cell = None
            self._set(key, self._row_of(key))

    def _set(
        self,
        key: Key | None,
        row: int | None,
        rows: Collection[int] = (),
        parts: frozenset[Key] = frozenset(),
        *,
        reveal: bool = True,
    ) -> None:
        """Select that box and layer; and `rows` of layers, if there are several, of some of them `parts` alone."""
        if (key, row) != (self._key, self._row):
            self._edge = None
        self._key, self._row = key, row
        alone = () if row is None or row < 0 or self._edge is not None else (row,)
        self._rows = tuple(sorted(each for each in rows if each >= 0)) or alone
        self._parts = parts
        if key is not None and key.part and len(self._rows) > 1 and key not in parts:
            self._key = key = Key(key.layer)
        with self._tell():
            if self._edge is None:
                self.line_dropped.emit()
            self.key_wanted.emit(key, reveal)
            self._tell_rows()
        self.changed.emit()

    def _tell_rows(self) -> None:
        layers = self._document.table.layers
        marked = frozenset(Key(layers[row].name) for row in self._rows)
        if marked != self._marked:
            self._marked = marked
            self.modules_wanted.emit(marked)
        if self._parts != self._marked_parts:
            self._marked_parts = self._parts
            self.parts_wanted.emit(self._parts)
        self.rows_wanted.emit(self._rows, self._row)

    @contextmanager
    def _tell(self) -> Iterator[None]:
        self._telling = True
        try:
            yield
        finally:
            self._telling = False

    def _key_of(self, row: int | None) -> Key | None:
        if row is None:
            return None
        return INPUT_KEY if row == INPUT_ROW else Key(self._document.table.layers[row].name)

    def _exists(self, key: Key) -> bool:
        """Whether the table has that layer, and the layer that part, whether or not it can run."""
        if key == INPUT_KEY:
            return True
        layer = next((layer for layer in self._document.table.layers if layer.name == key.layer), None)
        return layer is not None and (not key.part or any(step.part == key.part for step in operations(layer)))

    def _row_of(self, key: Key | None) -> int | None:
        if key is None:
            return None
        return INPUT_ROW if key == INPUT_KEY else self._document.table.index_of(key.layer)


def _changed_cell(before: LayerTable, after: LayerTable) -> tuple[int, Column] | None:
    """The one cell to type into in which the tables differ, by its row and column; None where several do, or none."""
    if len(before.layers) != len(after.layers):
        return None
    changed = [row for row, layer in enumerate(after.layers) if layer != before.layers[row]]
    if before.input != after.input:
        return None if changed else (INPUT_ROW, Column.OUTPUT)
    if len(changed) != 1:
        return None
    row = changed[0]
    old, new = (resolve(replace(table, layers=(table.layers[row],))) for table in (before, after))
    columns = [
        column for column in COLUMNS if editable(new.table, 0, column) and text(old, 0, column) != text(new, 0, column)
    ]
    return (row, columns[0]) if len(columns) == 1 else None


def equal_ends(old: Sequence[object], new: Sequence[object]) -> tuple[int, int]:
    """How many items at the head, and how many others at the tail, are the same in both."""
    shorter = min(len(old), len(new))
    head = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    tail = next((at for at in range(shorter - head) if old[-1 - at] != new[-1 - at]), shorter - head)
    return head, tail


def _changed_rows(before: LayerTable, after: LayerTable) -> Sequence[int]:
    """The rows of `after` that differ, of other names or more or fewer of them all from the first to the last; where
    rows went, the one that follows."""
    old, new = before.layers, after.layers
    if len(old) == len(new):
        return [row for row, layer in enumerate(new) if layer != old[row]]
    head, tail = equal_ends(old, new)
    return range(head, max(head + 1, len(new) - tail))
