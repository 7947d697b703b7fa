"""Where table, diagram and explanation stand; on a narrow window the explanation goes below the table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSplitter, QUndoView, QVBoxLayout, QWidget

from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.document import Document
from squeezeviz.gui.explain_panel import ExplainPanel
from squeezeviz.gui.fire_editor import FireEditor
from squeezeviz.gui.notes_panel import NotesPanel
from squeezeviz.gui.style import Style
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.view import TableView

NARROW = 1240
"""Below this width, in pixels, three columns are too many."""


class Layout:
    """Makes the views and their cards."""

    def __init__(self, document: Document, style: Style, parent: QWidget) -> None:
        self.model = TableModel(document, parent)
        self.table = TableView(self.model, style)
        self.notes = NotesPanel()
        self.graph = GraphView()
        self.explain = ExplainPanel(style)
        self.editor = FireEditor(style)
        self.editor.hide()
        self.explain.set_footer(self.editor)
        self._table_card = _card()
        self._fill_table_card()
        self._graph_card = _card(self.graph)
        self._explain_card = _card(self.explain)
        self._left = QSplitter(Qt.Orientation.Vertical)
        self.history = _history_card(document)
        self.history.hide()
        self._left.addWidget(self._table_card)
        self._left.addWidget(self.history)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setContentsMargins(8, 8, 8, 8)
        self._narrow: bool | None = None
        for splitter in (self._left, self.splitter):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self._graph_card)
        self.splitter.addWidget(self._explain_card)

    def arrange(self, width: int) -> None:
        """Three columns on a wide window, two on a narrow one."""
        narrow = width < NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        (self._left if narrow else self.splitter).addWidget(self._explain_card)
        self.table.fit_columns()
        table = self.table_width()
        if narrow:
            self.splitter.setSizes([min(table, width * 56 // 100), width])
            self._left.setSizes([340, 120, 230])
        else:
            explain = max(300, min(340, width // 5))
            self.splitter.setSizes([table, width - table - explain, explain])
        self.splitter.setStretchFactor(1, 1)

    def show_focus(self, focused: QWidget | None) -> None:
        """Outline the card in which the keyboard is."""
        for card in (self._table_card, self._graph_card, self._explain_card):
            within = focused is not None and card.isAncestorOf(focused)
            if bool(card.property("focused")) is not within:
                card.setProperty("focused", within)
                card.style().unpolish(card)
                card.style().polish(card)

    def table_width(self) -> int:
        """What the table needs to show all its columns."""
        columns = range(self.model.columnCount() - 1)
        return sum(self.table.columnWidth(column) for column in columns) + self.table.live_width() + 16

    def set_style(self, style: Style) -> None:
        self.table.set_style(style)
        own = "white cells are yours to edit, grey ones are computed"
        self._hint.setText(own if style.name == "light" else "lighter cells are yours to edit, the others are computed")
        self.graph.set_theme(style.theme)
        self.explain.set_style(style)
        self.editor.set_style(style)

    def _fill_table_card(self) -> None:
        column = self._table_card.layout()
        assert isinstance(column, QVBoxLayout)
        head = QHBoxLayout()
        head.setContentsMargins(14, 10, 14, 8)
        title = QLabel("Layer table")
        title.setObjectName("card_title")
        self._hint = hint = QLabel()
        hint.setProperty("quiet", True)
        hint.setMinimumWidth(10)
        hint.setStyleSheet("font-size: 11px;")
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(hint)
        column.addLayout(head)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self.notes)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 1)
        column.addWidget(parts, 1)


def _history_card(document: Document) -> QFrame:
    """Every step by name; a click goes there."""
    view = QUndoView(document.stack)
    view.setObjectName("history")
    view.setEmptyLabel("As opened")
    view.setAccessibleName("History of changes")
    view.setFrameShape(QFrame.Shape.NoFrame)
    card = _card()
    column = card.layout()
    assert isinstance(column, QVBoxLayout)
    title = QLabel("History")
    title.setObjectName("card_title")
    title.setContentsMargins(14, 10, 14, 6)
    column.addWidget(title)
    column.addWidget(view, 1)
    return card


def _card(content: QWidget | None = None) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    if content is not None:
        column.addWidget(content)
    return card
