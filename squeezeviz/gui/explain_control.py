"""What the explanation says of what is selected, and the editor and the picture that stand with it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from squeezeviz.core.cells import INPUT_ROW
from squeezeviz.core.explaining.edges import explain_edge
from squeezeviz.core.explaining.model import Explanation
from squeezeviz.core.explaining.rows import explain_cell, explain_input, explain_layer, explain_operation
from squeezeviz.core.explaining.totals import explain_network, explain_total
from squeezeviz.core.layers import Fire
from squeezeviz.core.live import LivePass
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.live_answer import LiveAnswer, Standing
from squeezeviz.gui.selection import Selection


class ExplainControl(QObject):
    """Explains the selected cell, box, edge or total, with the last pass as far as it still speaks of it."""

    def __init__(self, document: Document, selection: Selection, parts: Layout) -> None:
        super().__init__(selection)
        self._document = document
        self._selection = selection
        self._parts = parts
        self._live: LiveAnswer | None = None
        selection.changed.connect(self.show)

    def set_live(self, live: LiveAnswer | None) -> None:
        self._live = live
        # One that is of another table comes before the selection has found its row.
        if live is not None and live.shown is self._document.network:
            self.show()

    def show(self) -> None:
        """Say what is selected now."""
        network, row = self._document.network, self._selection.layer_row()
        self._parts.explain.show_explanation(self._explanation(network, row))
        # A line belongs to no layer: what stands below would speak of another than the one it leads to.
        whole = self._selection.edge() is None
        layer = network.table.layers[row] if row is not None and row >= 0 and whole else None
        self._parts.what_if.setVisible(isinstance(layer, Fire))
        self._parts.editor.setVisible(isinstance(layer, Fire))
        if isinstance(layer, Fire) and row is not None:
            self._parts.editor.show_fire(layer, _channels_into(network, row))
        reached = row is not None and 0 <= row < len(network.layers) and whole
        self._parts.field.show_field(network, row if reached else None, self._selection.part())

    def _explanation(self, network: ResolvedNetwork, row: int | None) -> Explanation:
        measured, cell, edge = self._measured(network, row), self._selection.cell(), self._selection.edge()
        if edge is not None and edge[1].layer in {layer.name for layer in network.layers}:
            return explain_edge(network, *edge, measured)
        if row is None:
            return explain_total(network, cell.column, measured) if cell else explain_network(network, measured)
        if row == INPUT_ROW:
            return explain_input(network)
        if self._selection.part():
            return explain_operation(network, row, self._selection.part(), measured)
        return explain_cell(network, row, cell.column, measured) if cell else explain_layer(network, row, measured)

    def _measured(self, network: ResolvedNetwork, row: int | None) -> LivePass | None:
        """The pass, as far as it still speaks of what is selected."""
        live = self._live
        if live is None or row == INPUT_ROW:
            return None
        if row is None:
            return live.measured if live.fresh else None
        if row >= len(network.layers):
            return None
        return live.measured if live.standing(network.layers[row]) in (Standing.MEASURED, Standing.DIFFERS) else None


def _channels_into(network: ResolvedNetwork, row: int) -> int | None:
    if row > len(network.layers):
        return None
    return network.layers[row - 1].output.shape.channels if row else network.table.input.channels
