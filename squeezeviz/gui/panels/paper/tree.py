"""A list of headings that open: verdicts with the rows behind them, or the paper's tables with our numbers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QToolTip, QTreeView, QWidget

from squeezeviz.gui.panels.paper.lines import PaperGroup
from squeezeviz.gui.panels.paper.look import PaperDelegate
from squeezeviz.gui.panels.paper.model import PaperModel
from squeezeviz.gui.widgets.escaped_text import tip_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style


@guarded
class PaperTree(QTreeView):
    """Clicking a heading, or pressing Enter on it, opens it. A line about a layer selects that layer."""

    layer_chosen = Signal(str)

    def __init__(self, style: Style, columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setIndentation(18)
        self._columns = columns
        self._wide: tuple[tuple[bool, ...], ...] = ()
        self._lines = PaperModel(columns, self)
        self.setModel(self._lines)
        self._delegate = PaperDelegate(style, self)
        self.setItemDelegate(self._delegate)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setSectionsClickable(False)
        self.clicked.connect(self._clicked)
        self.expanded.connect(lambda index: self._opened(index, on=True))
        self.collapsed.connect(lambda index: self._opened(index, on=False))
        header.hide()

    def set_style(self, style: Style) -> None:
        self._delegate.set_style(style)
        self.viewport().update()

    def show_groups(self, groups: tuple[PaperGroup, ...], headings: tuple[str, ...], *, opened: bool = False) -> None:
        """Show these groups. Unchanged ones are not touched, so nothing closes or jumps. With `opened`, new ones are
        open."""
        had = self._lines.rowCount()
        self._lines.show_headings(headings)
        self._lines.show_groups(groups)
        wide = tuple([tuple([line.wide for line in group.lines]) for group in groups])
        if wide != self._wide:
            self._wide = wide
            self._span()
        if opened:
            for row in range(had, len(groups)):
                self.setExpanded(self._lines.index(row, 0), True)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._clicked(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.viewport().width()
        shares = _SHARES[self._columns]
        for column, share in enumerate(shares):
            self.setColumnWidth(column, int(room * share))
        self.scheduleDelayedItemsLayout()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._lines.rowCount():
            first = self._lines.index(0, 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            QToolTip.showText(event.globalPos(), tip_text(self._lines.sentence(index)), self)
            return True
        return super().viewportEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        first = index.siblingAtColumn(0)
        line = self._lines.line(first)
        if line is None:
            self.setExpanded(first, not self.isExpanded(first))
        elif line.target:
            self.layer_chosen.emit(line.target)

    def _opened(self, group: QModelIndex, *, on: bool) -> None:
        """Show the column headings only if there are columns."""
        (self._lines.opened.add if on else self._lines.opened.discard)(group.row())
        self.header().setVisible(bool(self._lines.opened))

    def _span(self) -> None:
        """Let headings and sentences span all columns."""
        for row, lines in enumerate(self._wide):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
            for place, wide in enumerate(lines):
                self.setFirstColumnSpanned(place, self._lines.index(row, 0), wide)


_SHARES = {3: (0.36, 0.3, 0.34), 4: (0.29, 0.25, 0.21, 0.25)}
"""How the width is divided among the columns, by their number."""
