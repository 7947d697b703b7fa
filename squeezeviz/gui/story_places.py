"""Where in the window the things are that a step of a story speaks of: boxes of the graph, cells of the table."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QWidget

from squeezeviz.core.depth_story import TOTAL_ROW, Cells, Step
from squeezeviz.diagram.model import Key
from squeezeviz.gui.document import Document
from squeezeviz.gui.layout import Layout
from squeezeviz.gui.table.columns import section_of


class StoryPlaces:
    """All in the window's pixels, as far as it is shown and in sight."""

    def __init__(self, document: Document, parts: Layout, window: QWidget) -> None:
        self._document, self._parts, self._window = document, parts, window

    def spoken_of(self, step: Step) -> list[QRectF]:
        """What the step speaks of, the boxes first."""
        boxes = [self.box(Key(*key)) for key in step.boxes]
        cells = [rect for each in step.cells for rect in self._cells(each)]
        return [rect for rect in (*boxes, *cells) if not rect.isEmpty()]

    def box(self, key: Key) -> QRectF:
        """A box or module of the graph; empty where it is out of sight."""
        graph = self._parts.graph
        seen = graph.seen_rect(key)
        return QRectF() if seen is None else self._in_window(graph.viewport(), seen)

    def row(self, name: str) -> int | None:
        """The row of the table's model; None where the layer is gone."""
        model, names = self._parts.model, [layer.name for layer in self._document.table.layers]
        if name == TOTAL_ROW:
            return model.rowCount() - 1
        return model.row_of(names.index(name)) if name in names else None

    def _cells(self, cells: Cells) -> list[QRectF]:
        """Cells of one row; those that stand beside each other as one."""
        table, model = self._parts.table, self._parts.model
        joined: list[QRectF] = []
        row = self.row(cells.row)
        if row is None:
            return joined
        for column in cells.columns:
            index = model.index(row, section_of(column))
            rect = QRectF(table.visualRect(index))
            if joined and abs(joined[-1].right() - rect.left()) <= 1:
                joined[-1] = joined[-1].united(rect)
            elif not table.isColumnHidden(index.column()):
                joined.append(rect)
        return [self._in_window(table.viewport(), rect) for rect in joined]

    def _in_window(self, viewport: QWidget, rect: QRectF) -> QRectF:
        shown = rect.intersected(QRectF(viewport.rect()))
        if shown.isEmpty() or not viewport.isVisible():
            return QRectF()
        return shown.translated(QPointF(viewport.mapTo(self._window, viewport.rect().topLeft())))
