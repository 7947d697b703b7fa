"""What is selected, as state: table and diagram show it, and say what a person selected in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column, editable, text
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.document import Document
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable

Edge = tuple[Key, Key]


class Selection(QObject):
    """One selection for all views: a Key, or None for the network as a whole.

    What the views should show comes as signals before `changed`; what they select meanwhile, nobody chose.
    """

    changed = Signal()
    row_wanted = Signal(object)
    """The table should go to the row of that layer, INPUT_ROW, or None for the totals."""
    cell_wanted = Signal(object, object)
    """The table should go to the cell in that layer's row and Column."""
    rows_wanted = Signal(object)
    """The table should select the rows of these layers (list[int])."""
    key_wanted = Signal(object, bool)
    """The diagram should select that box, or none, and bring it into sight where the flag says so."""
    line_dropped = Signal()
    """The diagram should select no line."""

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._followed = document.revision
        self._column = Column.NAME
        """That of the table's current cell."""
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

    def rows(self, in_table: list[int]) -> list[int]:
        """The layers that a command should act on: those selected in the table, or the one selected."""
        if self._row is not None and self._row >= 0 and self._row not in in_table:
            return [self._row]
        return in_table

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
            self._set(self._key_of(self._row), self._row, reveal=False)
            return
        self._row = self._row_of(edge[1]) if self._exists(edge[1]) else None
        self._key = self._cell = None
        with self._tell():
            self.row_wanted.emit(self._row)
        self.changed.emit()

    def choose_rows(self, rows: list[int]) -> None:
        """Select layers everywhere, the first of them as the one that is explained; none: the network.

        Whoever was in a cell is in the first one's cell of that column.
        """
        in_cell = self._cell is not None
        self.choose(rows[0] if rows else None)
        if len(rows) > 1:
            self.rows_wanted.emit(rows)
        if in_cell:
            self._explain_cell()

    def reveal_step(self, before: LayerTable, after: LayerTable, rows: list[int] | None) -> None:
        """After a step back or forward: select the rows that it names, else what it changed unless that is selected."""
        if rows is not None:
            self.choose_rows(rows)
            return
        changed = _changed_rows(before, after)
        cell = _changed_cell(before, after)
        if cell is not None and (self._cell is not None or self._row != cell[0]):
            self.choose(cell[0])
            with self._tell():
                self.cell_wanted.emit(*cell)
            self._explain_cell()
        elif changed and self._row not in changed:
            self.choose(min(changed[0], len(after.layers) - 1) if after.layers else None)
            self._explain_cell()

    def _explain_cell(self) -> None:
        """The table made a cell of the selected row current: that is what should be explained."""
        self._cell = self._column
        self.changed.emit()

    def start(self) -> None:
        """Another table is open: its first Fire module is selected."""
        layers = self._document.table.layers
        self._row = next((row for row, layer in enumerate(layers) if isinstance(layer, Fire)), None)
        self._key = self._key_of(self._row)
        self._cell = self._edge = None

    def follow(self, network: ResolvedNetwork) -> None:
        """After a change, once the diagram shows it: stay with the layer of the same name, else with the row."""
        self._followed = self._document.revision
        layers = network.table.layers
        if self._edge is not None:
            self._row = self._row_of(self._edge[1]) if self._exists(self._edge[1]) else None
        elif self._key is None and self._row is not None:
            self._row = min(self._row, len(layers) - 1) if layers else None
            self._key = self._key_of(self._row)
        elif self._row is not None and self._row >= 0 and self._key is not None:
            names = [layer.name for layer in layers]
            same = self._row < len(layers) and names[self._row] == self._key.layer
            if not same:
                row = names.index(self._key.layer) if self._key.layer in names else min(self._row, len(layers) - 1)
                self._row = row if row >= 0 else None
                self._key = self._key_of(self._row)
            elif not self._exists(self._key):
                self._key = Key(self._key.layer)
        self._set(self._key, self._row, reveal=False)

    @property
    def settled(self) -> bool:
        """False from a change until `follow`: what the views select meanwhile, nobody chose."""
        return self._followed == self._document.revision

    def take_cell(self, row: int | None, column: Column) -> None:
        """The table went to a cell."""
        self._column = column
        if self.settled and not self._telling:
            self._cell = column
            key = self._key_of(row) if row != self._row else self._key and Key(self._key.layer)
            self._set(key, row)

    def take_key(self, key: Key | None) -> None:
        """A box of the diagram was selected, or none."""
        if key != self._key and self.settled and not self._telling:
            self._cell = None
            self._set(key, self._row_of(key))

    def _set(self, key: Key | None, row: int | None, *, reveal: bool = True) -> None:
        if (key, row) != (self._key, self._row):
            self._edge = None
        self._key, self._row = key, row
        with self._tell():
            if self._edge is None:
                self.line_dropped.emit()
            self.key_wanted.emit(key, reveal)
            self.row_wanted.emit(row)
        self.changed.emit()

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
        if key == INPUT_KEY:
            return True
        network = self._document.network
        row = next((row for row, layer in enumerate(network.table.layers) if layer.name == key.layer), None)
        if row is None or not key.part:
            return row is not None
        return row < len(network.layers) and network.layers[row].part(key.part) is not None

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


def _changed_rows(before: LayerTable, after: LayerTable) -> range:
    """The rows of `after` between the first and the last that differ; where rows went, the one that follows."""
    old, new = before.layers, after.layers
    head, tail = equal_ends(old, new)
    if head == len(old) == len(new):
        return range(0)
    return range(head, max(head + 1, len(new) - tail))
