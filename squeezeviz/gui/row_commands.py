"""Commands on the selected row, from the menus, the fixes and the Fire editor; each is one undo step."""

from __future__ import annotations

from collections.abc import Callable

from squeezeviz.core.fixes import Fix
from squeezeviz.core.layers import Fire
from squeezeviz.core.table import InputShape
from squeezeviz.gui.document import Document
from squeezeviz.gui.edit_commands import EditCommands
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.selection import Selection

KINDS = ("fire", "conv", "maxpool", "avgpool", "global_avgpool", "dropout", "softmax")


class RowCommands:
    """What the commands do with what is selected, and what they select afterwards."""

    def __init__(self, document: Document, edits: EditCommands, selection: Selection, parts: Layout) -> None:
        self._document = document
        self._edits = edits
        self._selection = selection
        self._parts = parts

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        edits = self._edits
        insert = {f"insert_{kind}": lambda _=False, kind=kind: self.insert(kind) for kind in KINDS}
        return insert | {
            "duplicate": lambda: self._with_row(edits.duplicate),
            "delete": self.delete,
            "move_up": lambda: self._with_row(lambda row: edits.move(row, -1)),
            "move_down": lambda: self._with_row(lambda row: edits.move(row, 1)),
            "rename": self.rename,
        }

    def insert(self, kind: str) -> None:
        """Insert a layer after the selected one; at the end where none is."""
        row = self._selection.layer_row()
        after = len(self._document.table.layers) - 1 if row is None else row
        self._selection.choose(self._edits.insert(kind, after))

    def delete(self) -> None:
        rows = self._selection.rows()
        if rows:
            self._selection.choose(self._edits.delete(rows))

    def rename(self) -> None:
        """Put the keyboard into the name of the selected layer."""

        def begin(row: int) -> int:
            index = self._parts.model.index(self._parts.model.row_of(row), 0)
            self._parts.table.setFocus()
            self._parts.table.setCurrentIndex(index)
            self._parts.table.edit(index)
            return row

        self._with_row(begin)

    def change_fire(self, fire: Fire, text: str, merge: str) -> None:
        row = self._selection.layer_row()
        if row is not None and row >= 0:
            self._document.edit(text, self._document.table.with_layer(row, fire), merge)

    def set_input(self, shape: InputShape) -> None:
        self._document.edit(f"Set the input to {shape}", self._document.table.with_input(shape))

    def apply_fix(self, fix: Fix) -> None:
        self._document.edit(fix.title, fix.table)

    def _with_row(self, command: Callable[[int], int]) -> None:
        row = self._selection.layer_row()
        if row is not None and row >= 0:
            self._selection.choose(command(row))
