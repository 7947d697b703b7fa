"""Showing the explanation of the selection, with the editor and the receptive field that belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.columns import INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.explanation import Explanation
from squeezeviz.explain.rows import explain_cell, explain_input, explain_layer, explain_operation
from squeezeviz.figure.scene.diagram import Badge
from squeezeviz.gui.document import Document
from squeezeviz.gui.explain.layer_editor import EDITED, LayerEditor
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.explain.receptive_field import FieldView
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.selection import Edge, Selection
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.first_paint import BeforePaint
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.layers import Fire
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.live import LivePass
    from squeezeviz.analysis.weights import RetainedWeights


class _Subject(NamedTuple):
    """Everything that the explanation depends on. `measured` is the pass, if it still applies to the selection."""

    row: int | None
    part: str
    cell: Column | None
    edge: Edge | None
    network: ResolvedNetwork
    measured: LivePass | None
    weights: RetainedWeights | None

    def is_as(self, other: _Subject | None) -> bool:
        """Whether both have the same explanation. Networks and passes are compared by identity, which is fast."""
        return (
            other is not None
            and self.network is other.network
            and self.measured is other.measured
            and self.weights is other.weights
            and self[:4] == other[:4]
        )


class ExplainControl:
    """Explains the selected cell, box, edge or total, with the last pass as far as it still speaks of it.

    Below the text of `panel` it shows, if they apply to the selection, a button that runs its Fire chained, an editor
    of its filters, and a picture of its receptive field.
    """

    def __init__(
        self, document: Document, selection: Selection, live: LiveControl, style: Style, soon: BeforePaint
    ) -> None:
        self._document = document
        self._soon = soon
        self._selection = selection
        self._live = live
        self._shown_subject: _Subject | None = None
        self.panel = ExplainPanel(style)
        self.what_if = push_button("What if they were chained? Run it", "what_if")
        self.editor = LayerEditor()
        self.editor.hide()
        self.field = FieldView(style)
        self.panel.set_footer(_stacked(self.what_if, self.editor, self.field))

    def set_style(self, style: Style) -> None:
        for part in (self.panel, self.field):
            part.set_style(style)

    def show(self) -> None:
        """Show the selection's editor at once, for a hand may be on it; explain it before the window is painted."""
        network, row = self._document.network, self._selection.layer_row()
        # A line belongs to no layer, so the parts below would be about another one than its target.
        whole = self._selection.edge() is None
        layer = network.table.layers[row] if row is not None and row >= 0 and whole else None
        self.what_if.setVisible(isinstance(layer, Fire))
        edited = layer is not None and type(layer) in EDITED
        if edited and layer is not None and row is not None:
            self.editor.show_layer(layer, _channels_into(network, row))
        self.editor.setVisible(edited)
        self._soon.ask(self.explain)

    def explain(self) -> None:
        """Explain the selection with the last pass, unless that is shown already, or the selection is yet to follow."""
        if not self._selection.settled:
            return
        subject = self._subject()
        if subject.is_as(self._shown_subject):
            return
        before, self._shown_subject = self._shown_subject, subject
        network, row = subject.network, subject.row
        self.panel.show_explanation(_explained(subject), hold=before is not None and subject[:4] == before[:4])
        reached = row is not None and 0 <= row < len(network.layers) and subject.edge is None
        self.field.show_field(network, row if reached else None, subject.part)

    def of_layer(self) -> Explanation:
        """Return the explanation of the selected layer as a whole, whatever of it is selected."""
        return _explained(self._subject()._replace(part="", cell=None, edge=None))

    def _subject(self) -> _Subject:
        selection, network, row = self._selection, self._document.network, self._selection.layer_row()
        measured = self._measured(network, row)
        weights = self._document.weights
        return _Subject(row, selection.part(), selection.cell(), selection.edge(), network, measured, weights)

    def _measured(self, network: ResolvedNetwork, row: int | None) -> LivePass | None:
        """Return the pass if it still applies to the selection, or None."""
        live = self._live.answer
        if live is None or row == INPUT_ROW:
            return None
        if row is None:
            return live.measured if live.fresh else None
        if row >= len(network.layers):
            return None
        return live.measured if live.badge(network.layers[row]) in (Badge.MEASURED, Badge.DIFFERS) else None


def _explained(subject: _Subject) -> Explanation:
    explanation, weights = _explanation(subject), subject.weights
    if weights is None or not weights.stored or subject.row is None or subject.edge is not None:
        return explanation
    from squeezeviz.explain.weights import with_weights  # not sooner: a table alone has no weights

    return with_weights(explanation, subject.network, subject.row, subject.part, subject.cell, weights)


def _explanation(subject: _Subject) -> Explanation:
    row, part, cell, edge, network, measured, _ = subject
    if edge is not None and edge[1].layer in {layer.name for layer in network.layers}:
        from squeezeviz.explain.edges import explain_edge  # not sooner: a window opens on a layer

        return explain_edge(network, *edge, measured)
    if row is None:
        from squeezeviz.explain.totals import explain_network, explain_total

        return explain_total(network, cell, measured) if cell else explain_network(network, measured)
    if row == INPUT_ROW:
        return explain_input(network)
    if part:
        return explain_operation(network, row, part, measured)
    return explain_cell(network, row, cell, measured) if cell else explain_layer(network, row, measured)


def _channels_into(network: ResolvedNetwork, row: int) -> int | None:
    if row > len(network.layers):
        return None
    return network.layers[row - 1].output.shape.channels if row else network.table.input.channels


def _stacked(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    holder.setAttribute(Qt.WidgetAttribute.WA_StaticContents)  # it looks the same however high it is
    in_column(*widgets, spacing=6, margins=(0, 8, 0, 0), of=holder)
    return holder
