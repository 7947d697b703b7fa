"""Commands that change rows and cells of the table, each one undo step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from squeezeviz.analysis.columns import Column
from squeezeviz.gui.commands import FILTER_COMMANDS, KINDS
from squeezeviz.gui.document import Document, SelectedRows
from squeezeviz.gui.selection import RESIZED_PARTS, Selection
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.selecting import stay
from squeezeviz.gui.table.view import TableView
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.files.clipboard.blocks import Block, Pasted
    from squeezeviz.paper.geometry import NamedGeometry


class RowCommands(QObject):
    """Inserts, copies, deletes and moves the selected rows, and selects what they became."""

    refused = Signal(str)
    """Why nothing was changed: one sentence."""

    def __init__(
        self, document: Document, selection: Selection, view: TableView, model: TableModel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._view, self._model = view, model

    def handlers(self) -> dict[str, Callable[..., object]]:
        return {
            **{f"insert_{kind}": lambda _=False, kind=kind: self.insert(kind) for kind in KINDS},
            **{f"insert_{kind}_before": lambda _=False, kind=kind: self.insert_before(kind) for kind in KINDS},
            "duplicate": lambda: self._with_rows("duplicate", self._duplicate),
            "delete": lambda: self._with_rows("delete", self._delete),
            "move_up": lambda: self._with_rows("move", lambda rows: self._gather(rows, rows[0] - 1)),
            "move_down": lambda: self._with_rows("move", lambda rows: self._gather(rows, rows[-1] + 2)),
            "rename": self.rename,
            **{f"bypass_{kind}": lambda _=False, kind=kind: self.set_bypass(kind) for kind in Bypass},
        }

    def selected(self) -> list[int]:
        """The layers that a command acts on, by their places in the table."""
        return self._selection.rows()

    def insert(self, kind: str) -> None:
        """Insert a layer after the selected ones, or into the selected line; at the end where nothing is selected."""
        rows, gap = self.selected(), self._selection.gap()
        row = self._selection.layer_row()
        after = rows[-1] if rows else len(self._document.table.layers) - 1 if row is None else row
        self._insert(kind, after + 1 if gap is None else gap)

    def insert_before(self, kind: str) -> None:
        """Insert a layer before the selected ones, or into the selected line; at the head where nothing is selected."""
        rows, row = self.selected(), self._selection.layer_row()
        self._insert(kind, rows[0] if rows else max(row or 0, 0))

    def drag(self, rows: list[int], to: int) -> None:
        """Rows were dragged before what stands at `to`; nothing happens where they stand there."""
        if not stay(rows, to):
            self._gather(rows, to)

    def drop(self, after: str) -> None:
        """The selected layers were dragged behind the layer of that name; of an empty one to the head."""
        self.drag(self.selected(), self._document.table.index_of(after) + 1 if after else 0)

    def rename(self) -> None:
        """Put the keyboard into the name of the selected layer."""
        row = self._selection.layer_row()
        if row is not None and row >= 0 and self._selection.edge() is None:
            self._view.setFocus()
            self._view.begin_edit(self._model.index(self._model.row_of(row), 0))
        else:
            self._refuse("rename")

    def fires(self) -> list[Fire]:
        """The selected Fire modules."""
        layers = self._document.table.layers
        return [layer for row in self.selected() if row < len(layers) and isinstance(layer := layers[row], Fire)]

    def set_bypass(self, kind: Bypass) -> None:
        """Run that around all selected Fire modules."""
        fires = self.fires()
        if not fires:
            self.refused.emit("No Fire module is selected: a bypass runs around one.")
            return
        table, changed = self._document.table, {fire.name: dataclasses.replace(fire, bypass=kind) for fire in fires}
        layers = tuple(changed.get(layer.name, layer) for layer in table.layers)
        whose = fires[0].name if len(fires) == 1 else f"{len(fires)} Fire modules"
        self._document.edit(f"Set the bypass of {whose} to {kind}", dataclasses.replace(table, layers=layers))

    def change_layer(self, name: str, field: str, value: object, merge: str) -> None:
        """Set one field of the layer of that name, if it is still there and has it; what else it is stays."""
        table = self._document.table
        row = next((row for row, layer in enumerate(table.layers) if layer.name == name), None)
        if row is not None and hasattr(table.layers[row], field):
            text = f"Set the bypass of {name} to {value}" if field == "bypass" else f"Set {name} {field} to {value}"
            self._document.edit(text, table.with_field(row, field, value), merge)

    def set_geometry(self, convention: NamedGeometry) -> None:
        """Give the table the geometry of that convention, where its version has one."""
        from squeezeviz.paper.geometry import with_geometry

        table = with_geometry(self._document.table, convention)
        if table is not None:
            self._document.edit(convention.step_text, table)

    def set_input(self, shape: InputShape) -> None:
        self._document.edit(f"Set the input to {shape}", self._document.table.with_input(shape))

    def apply_fix(self, title: str) -> None:
        """Apply the fix of that title to the table as it is now, which may have changed since the fix was shown."""
        from squeezeviz.analysis.fixes import fixes

        fix = next((fix for fix in fixes(self._document.network) if fix.title == title), None)
        if fix is not None:
            self._document.edit(fix.title, fix.table)

    def _with_rows(self, verb: str, command: Callable[[list[int]], None]) -> None:
        rows = self.selected()
        if rows:
            command(rows)
        else:
            self._refuse(verb)

    def _refuse(self, verb: str) -> None:
        line = self._selection.edge() is not None
        say = f"A line is selected, and no layer: select the layer to {verb}." if line else ""
        self.refused.emit(say or f"No layer to {verb} is selected.")

    def _edit(self, text: str, table: LayerTable, after: list[int]) -> None:
        """Make an undo step of a change of rows, and select those `after` it."""
        row = self._selection.layer_row()
        before = self.selected() or ([] if row is None else [row])
        self._document.edit(text, table, rows=SelectedRows(before, after))
        self._selection.choose_rows(after)

    def _insert(self, kind: str, at: int) -> None:
        """Insert a layer of that kind as row `at`, made like its neighbours."""
        table = self._document.table
        layer = _new_layer(kind, table, at)
        self._edit(f"Insert {layer.name}", table.inserted(at, layer), [at])

    def _duplicate(self, rows: list[int]) -> None:
        """Put copies of the rows, under names of their own, after the last of them."""
        table = self._document.table
        at = rows[-1] + 1
        names = table.free_names([table.layers[row].name for row in rows])
        copies = [dataclasses.replace(table.layers[row], name=name) for row, name in zip(rows, names, strict=True)]
        copied = dataclasses.replace(table, layers=(*table.layers[:at], *copies, *table.layers[at:]))
        self._edit(f"Duplicate {_named(table, rows)}", copied, list(range(at, at + len(rows))))

    def _delete(self, rows: list[int]) -> None:
        table = self._document.table
        left = len(table.layers) - len(rows)
        then = [min(rows[0], left - 1)] if left else []
        self._edit(f"Delete {_named(table, rows)}", table.removed(*rows), then)

    def _gather(self, rows: list[int], to: int) -> None:
        """Move the rows, gathered, before what stands at `to`."""
        table = self._document.table
        way = "up" if to <= rows[0] else "down"
        if not 0 <= to <= len(table.layers):
            self.refused.emit(f"{_named(table, rows)} cannot move further {way}.")
            return
        first = to - sum(row < to for row in rows)
        moved = list(range(first, first + len(rows)))
        self._edit(f"Move {_named(table, rows)} {way}", table.gathered(rows, to), moved)


def _named(table: LayerTable, rows: list[int]) -> str:
    return table.layers[rows[0]].name if len(rows) == 1 else f"{len(rows)} layers"


def _new_layer(kind: str, table: LayerTable, at: int) -> Layer:
    name = table.free_name("avgpool" if kind == "global_avgpool" else kind)
    make: dict[str, Callable[[str], Layer]] = {
        "fire": lambda name: _fire_like(table, at, name),
        "conv": lambda name: Conv(name, filters=64, kernel=3, padding=1),
        "maxpool": MaxPool,
        "avgpool": AvgPool,
        "global_avgpool": GlobalAvgPool,
        "dropout": Dropout,
        "softmax": Softmax,
    }
    return make[kind](name)


def _fire_like(table: LayerTable, at: int, name: str) -> Fire:
    """A Fire as wide as the nearest one before it, or after it, or else the paper's first."""
    before = [layer for layer in table.layers[:at] if isinstance(layer, Fire)]
    behind = [layer for layer in table.layers[at:] if isinstance(layer, Fire)]
    model = before[-1] if before else behind[0] if behind else None
    return Fire(name, model.s1x1, model.e1x1, model.e3x3) if model else Fire(name, 16, 64, 64)


_NO_CELL = "Select a cell of the table first."
_NO_LAYER = "A line is selected, and no layer: select a layer, or cells of the table."


class CellCommands(QObject):
    """Takes the table's selection to the clipboard and back, whole or not at all.

    `in_diagram` says whether the keyboard is in the diagram, where no cells are selected, but layers.
    """

    refused = Signal(str)
    """Why nothing was changed: a sentence that names the cell."""
    remarked = Signal(str)
    """What was changed, and what was left out or named anew on the way."""
    done = Signal(str)
    """What was changed, and what came of it."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        view: TableView,
        model: TableModel,
        in_diagram: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._view = view
        self._model = model
        self._selection = selection
        self._in_diagram = in_diagram

    def handlers(self) -> dict[str, Callable[..., object]]:
        return {
            "cut": self.cut,
            "copy": self.copy,
            "paste": self.paste,
            "fill_down": self.fill_down,
            **{name: lambda _=False, name=name: self.resize_filters(name) for name in FILTER_COMMANDS},
            "select_all": self._view.selectAll,
        }

    # What reads and writes clipboards is loaded by the first one that is asked for: the window opens sooner.

    def copy(self) -> None:
        """Put the selected cells on the clipboard: as text, and whole layers with all that the text cannot say."""
        self._copy(self._block())

    def cut(self) -> None:
        """Copy, then clear: layers that are taken out are copied whole, though only their names be selected."""
        block = self._block()
        if block is not None and Column.NAME in block.columns:
            block = dataclasses.replace(block, columns=self._view.displayed_columns())
        self._copy(block)
        self.clear()

    def paste(self) -> None:
        from squeezeviz.files.clipboard import pasting

        # Of an empty clipboard Qt may give no data at all.
        data = QGuiApplication.clipboard().mimeData() or QMimeData()
        text, layers = data.text(), bytes(data.data(pasting.LAYERS_TYPE).data()).decode(errors="replace")

        def pasted(block: Block) -> Pasted:
            beyond = self._view.displayed_columns(block.columns[0]) if block.columns else ()
            return pasting.paste(self._document.network, text, block, beyond, layers)

        self._apply(pasted)

    def fill_down(self) -> None:
        from squeezeviz.files.clipboard import cells

        self._apply(lambda block: cells.fill_down(self._document.network, block))

    def resize_filters(self, command: str) -> None:
        """Halve, double or widen the selected numbers of filters; in the diagram those of the selected boxes."""
        from squeezeviz.files.clipboard import filters

        block, alone = self._block(), dict[str, tuple[Column, ...]]()
        if block is not None and self._takes_layers:
            block = dataclasses.replace(block, columns=filters.FILTER_COLUMNS)
            for part in self._selection.parts():
                alone[part.layer] = (*alone.get(part.layer, ()), RESIZED_PARTS[part.part])
        resized, title = filters.RESIZED[command], FILTER_COMMANDS[command][0]
        table = self._document.table
        before = self._document.network
        self._apply(lambda block: filters.resize(table, block, resized, title, alone), block, stays=True)
        after = self._document.network
        if after is not before:
            step, parameters = self._document.stack.undoText(), after.parameters.value
            self.done.emit(f"{step}; {before.parameters.value:,} parameters became {parameters:,}.")

    def resized_filters(self) -> str:
        """What numbers of filters `resize_filters` would change in the diagram; empty where cells are selected."""
        selection, table = self._selection, self._document.table
        rows, parts = selection.rows(), selection.parts()
        if not rows or not self._takes_layers:
            return ""
        names = [table.layers[row].name for row in rows]
        of = plain(names[0], 30) if len(names) == 1 else f"{len(names):,} layers"
        if not parts:
            return of
        columns = {RESIZED_PARTS[part.part] for part in parts}
        whole = len({part.layer for part in parts}) < len(names)
        return f"{'parts' if whole or len(columns) > 1 else columns.pop()} of {of}"

    def clear(self) -> None:
        """What Del does to the selected cells."""
        from squeezeviz.files.clipboard import cells

        self._apply(lambda block: cells.clear(self._document.network, block))

    def _copy(self, block: Block | None) -> None:
        from squeezeviz.files.clipboard import pasting

        if block is None:
            self._refuse_no_cell()
            return
        network = self._document.network
        data = QMimeData()
        data.setText(pasting.copied(network, block, self._model.live_text))
        layers = pasting.layers_text(network, block, self._view.displayed_columns())
        if layers:
            data.setData(pasting.LAYERS_TYPE, layers.encode())
        QGuiApplication.clipboard().setMimeData(data)

    @property
    def _takes_layers(self) -> bool:
        """Whether whole layers are taken, and no cells: where the keyboard is in the diagram, or neither there nor in
        the table while layers were selected otherwise than by their cells."""
        return self._in_diagram() or (not self._view.hasFocus() and self._selection.cell() is None)

    def _block(self) -> Block | None:
        """The selected cells, or the whole of the selected layers."""
        from squeezeviz.files.clipboard.blocks import Block

        rows = self._selection.rows()
        if rows and self._takes_layers:
            together = range(rows[0], rows[-1] + 1)
            return Block(together if len(together) == len(rows) else tuple(rows), self._view.displayed_columns())
        return self._view.selected_block()

    def _refuse_no_cell(self) -> None:
        self.refused.emit(_NO_CELL if self._selection.edge() is None else _NO_LAYER)

    def _apply(self, change: Callable[[Block], Pasted], block: Block | None = None, *, stays: bool = False) -> None:
        """Make a change of the block, by default of the selected cells, one undo step, and select what it became;
        where what is selected `stays` so, nothing."""
        block = block or self._block()
        if block is None:
            self._refuse_no_cell()
            return
        try:
            pasted = change(block)
        except SqueezevizError as error:
            self.refused.emit(str(error))
            return
        rows, left = None, len(pasted.table.layers)
        if left != len(self._document.table.layers):
            rows = SelectedRows(list(block.rows), [row for row in pasted.rows if row < left])
        self._document.edit(pasted.text, pasted.table, rows=rows, in_turns=stays)
        if not stays:
            self._view.select_block(pasted.rows, pasted.columns)
        if pasted.remarks:
            self.remarked.emit(f"{pasted.text}: {'; '.join(pasted.remarks)}.")
