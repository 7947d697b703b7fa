"""Commands on the selected rows, from the menus, the fixes and the Fire editor; each is one undo step."""

from __future__ import annotations

from collections.abc import Callable

from squeezeviz.core.fixes import fixes
from squeezeviz.core.geometry import Convention, with_geometry
from squeezeviz.core.layers import Fire
from squeezeviz.core.table import InputShape
from squeezeviz.gui.commands import KINDS
from squeezeviz.gui.document import Document
from squeezeviz.gui.edit_commands import EditCommands
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.selection import Selection


class RowCommands:
    """What the commands do with what is selected, and what they select afterwards."""

    def __init__(self, document: Document, selection: Selection, parts: Layout) -> None:
        self._document = document
        self._edits = EditCommands(document)
        self._selection = selection
        self._parts = parts

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        edits = self._edits
        after = {f"insert_{kind}": lambda _=False, kind=kind: self.insert(kind) for kind in KINDS}
        before = {f"insert_{kind}_before": lambda _=False, kind=kind: self.insert_before(kind) for kind in KINDS}
        return (
            after
            | before
            | {
                "duplicate": lambda: self._with_rows(edits.duplicate),
                "delete": lambda: self._with_rows(edits.delete),
                "move_up": lambda: self._with_rows(lambda rows: edits.move(rows, -1)),
                "move_down": lambda: self._with_rows(lambda rows: edits.move(rows, 1)),
                "rename": self.rename,
            }
        )

    def insert(self, kind: str) -> None:
        """Insert a layer after the selected ones; at the end where none is."""
        rows = self._selection.rows()
        row = self._selection.layer_row()
        after = rows[-1] if rows else len(self._document.table.layers) - 1 if row is None else row
        self._selection.choose_rows(self._edits.insert(kind, after + 1))

    def insert_before(self, kind: str) -> None:
        """Insert a layer before the selected ones; at the head where none is."""
        rows = self._selection.rows()
        self._selection.choose_rows(self._edits.insert(kind, rows[0] if rows else 0))

    def drag(self, rows: list[int], to: int) -> None:
        """Rows were dragged before what stands at `to`."""
        self._selection.choose_rows(self._edits.drag(rows, to))

    def rename(self) -> None:
        """Put the keyboard into the name of the selected layer."""
        row = self._selection.layer_row()
        if row is not None and row >= 0:
            index = self._parts.model.index(self._parts.model.row_of(row), 0)
            self._parts.table.setFocus()
            self._parts.table.begin_edit(index)

    def change_fire(self, name: str, field: str, value: object, merge: str) -> None:
        """Set one field of the module of that name, if it is still there; what else it is stays."""
        table = self._document.table
        row = next((row for row, layer in enumerate(table.layers) if layer.name == name), None)
        if row is not None and isinstance(table.layers[row], Fire):
            text = f"Set the bypass of {name} to {value}" if field == "bypass" else f"Set {name} {field} to {value}"
            self._document.edit(text, table.with_field(row, field, value), merge)

    def set_geometry(self, convention: Convention) -> None:
        """Give the table the geometry of that convention, where its version has one."""
        table = with_geometry(self._document.table, convention)
        if table is not None:
            self._document.edit(convention.step_text, table)

    def set_input(self, shape: InputShape) -> None:
        self._document.edit(f"Set the input to {shape}", self._document.table.with_input(shape))

    def apply_fix(self, title: str) -> None:
        """Apply the fix of that title to the table as it is now, which may have changed since the fix was shown."""
        fix = next((fix for fix in fixes(self._document.network) if fix.title == title), None)
        if fix is not None:
            self._document.edit(fix.title, fix.table)

    def _with_rows(self, command: Callable[[list[int]], list[int]]) -> None:
        rows = self._selection.rows()
        if rows:
            self._selection.choose_rows(command(rows))
