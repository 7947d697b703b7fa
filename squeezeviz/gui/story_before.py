"""How the window was when a story began, to be put back when it is left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from squeezeviz.diagram.model import Key
from squeezeviz.formats.pasting import Block
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.selection import Selection


@dataclass(frozen=True)
class Before:
    """What was selected, where table and graph looked, and where the keyboard was."""

    key: Key | None
    row: int | None
    block: Block | None
    sight: tuple[Camera, Fit]
    scrolled: tuple[int, int]
    focus: QWidget | None

    @classmethod
    def of(cls, selection: Selection, parts: Layout) -> Before:
        table, graph = parts.table, parts.graph
        scrolled = table.horizontalScrollBar().value(), table.verticalScrollBar().value()
        return cls(
            graph.selected, selection.layer_row(), table.selected_block(), graph.sight(), scrolled,
            table.window().focusWidget(),
        )  # fmt: skip

    def restore(self, selection: Selection, parts: Layout) -> None:
        """Put back what can still be: the layer may be gone."""
        if self.key is None:
            selection.choose(self.row)
        else:
            selection.choose_key(self.key)
        if self.block is not None and self.row == selection.layer_row():
            parts.table.select_block(self.block.rows, self.block.columns)
            if self.key is not None:
                selection.choose_key(self.key)
        parts.graph.restore(self.sight)
        table = parts.table
        table.horizontalScrollBar().setValue(self.scrolled[0])
        table.verticalScrollBar().setValue(self.scrolled[1])
        if self.focus is not None and self.focus.isVisible():
            self.focus.setFocus()
