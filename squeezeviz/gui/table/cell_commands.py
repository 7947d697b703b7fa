"""Copy, cut, paste, fill down and clear: the layer table as a spreadsheet, each change one undo step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication

from squeezeviz.analysis.columns import Column
from squeezeviz.files.clipboard.blocks import Block, Pasted
from squeezeviz.gui.document import Document
from squeezeviz.gui.table.model import LIVE_COLUMN, TableModel
from squeezeviz.gui.table.view import TableView
from squeezeviz.model.errors import SqueezevizError


class CellCommands(QObject):
    """Takes the table's selection to the clipboard and back, whole or not at all.

    `in_diagram` says whether the keyboard is in the diagram, where no cells are selected, but layers.
    """

    refused = Signal(str)
    """Why nothing was changed: a sentence that names the cell."""
    remarked = Signal(str)
    """What was changed, and what was left out or named anew on the way."""

    def __init__(
        self, document: Document, view: TableView, model: TableModel, in_diagram: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._view = view
        self._model = model
        self._in_diagram = in_diagram

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        return {
            "cut": self.cut,
            "copy": self.copy,
            "paste": self.paste,
            "fill_down": self.fill_down,
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

    def clear(self) -> None:
        """What Del does to the selected cells."""
        from squeezeviz.files.clipboard import cells

        self._apply(lambda block: cells.clear(self._document.network, block))

    def _copy(self, block: Block | None) -> None:
        from squeezeviz.files.clipboard import pasting

        if block is None:
            return
        network = self._document.network
        data = QMimeData()
        data.setText(pasting.copied(network, block, self._live_text))
        layers = pasting.layers_text(network, block, self._view.displayed_columns())
        if layers:
            data.setData(pasting.LAYERS_TYPE, layers.encode())
        QGuiApplication.clipboard().setMimeData(data)

    def _block(self) -> Block | None:
        """The selected cells; with the keyboard in the diagram the whole of the selected layers."""
        rows = self._view.selected_layers()
        if rows and self._in_diagram():
            return Block(range(rows[0], rows[-1] + 1), self._view.displayed_columns())
        return self._view.selected_block()

    def _live_text(self, row: int) -> str:
        return str(self._model.index(self._model.row_of(row), LIVE_COLUMN).data() or "")

    def _apply(self, change: Callable[[Block], Pasted]) -> None:
        block = self._block()
        if block is None:
            self.refused.emit("Select a cell of the table first.")
            return
        try:
            pasted = change(block)
        except SqueezevizError as error:
            self.refused.emit(str(error))
            return
        self._document.edit(pasted.text, pasted.table)
        self._view.select_block(pasted.rows, pasted.columns)
        if pasted.remarks:
            self.remarked.emit(f"{pasted.text}: {'; '.join(pasted.remarks)}.")
