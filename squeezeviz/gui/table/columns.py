"""The columns of the layer table: which are shown, how wide they are, and the first one, which stays in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAction, QGuiApplication, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.gui.table.model import LIVE_COLUMN
from squeezeviz.gui.widgets.first_paint import Late
from squeezeviz.gui.widgets.guard import guarded

WIDEST_SHARE = 0.5
"""Of the table's width: a first column that is wider scrolls with the others, or they had no room."""

GRIP = 4
"""Pixels before the first column's edge at which it is taken hold of."""

Index = QModelIndex | QPersistentModelIndex


@guarded
class FrozenTable(QTableView):
    """Says where cells are seen, and what is seen at a point; whoever paints them paints the first column last."""

    @property
    def frozen(self) -> int:
        """How many pixels at the left are the first column's, which lies over others; 0 where nothing is scrolled."""
        if not self.horizontalScrollBar().value():
            return 0
        width = self.columnWidth(0)
        return width if width <= WIDEST_SHARE * self.viewport().width() else 0

    def columnAt(self, x: int) -> int:
        return 0 if 0 <= x < self.frozen else super().columnAt(x)

    def indexAt(self, pos: QPoint) -> QModelIndex:
        if 0 <= pos.x() < self.frozen:
            return self.model().index(self.rowAt(pos.y()), 0)
        return super().indexAt(pos)

    def visualRect(self, index: Index) -> QRect:
        rect = super().visualRect(index)
        if index.column() == 0 and self.frozen:
            rect.moveLeft(0)
        return rect

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a cell into sight, beside the first column, which is so anyhow."""
        bar = self.horizontalScrollBar()
        before, held = bar.value(), index.column() == 0 and bool(self.frozen)
        super().scrollTo(index, hint)
        if held:
            bar.setValue(before)
        elif index.column() > 0 and (hidden := self.frozen - self.columnViewportPosition(index.column())) > 0:
            bar.setValue(bar.value() - hidden)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if dx:  # what was moved of the first column, and what it comes to lie on
            for ground in (self.viewport(), self.horizontalHeader().viewport()):
                ground.update(0, 0, self.columnWidth(0) + abs(dx), ground.height())

    # Where the first column is elsewhere than Qt has it, Qt does not ask for it to be painted.

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._update_frozen()

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        super().dataChanged(first, last, roles)
        if first.column() == 0:
            self._update_frozen()

    def _update_frozen(self) -> None:
        if width := self.frozen:
            self.viewport().update(0, 0, width, self.viewport().height())


@guarded
class Headings(QHeaderView):
    """The header above the columns. A heading has one line; the first stays over its column."""

    def __init__(self, table: FrozenTable) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self._table = table
        self._resized_from: float | None = None
        """Pixels from the pointer to the first column's edge, while that is dragged."""

    def sizeHint(self) -> QSize:
        # Not Qt's own, which measures the headings of all columns whenever the table's room changes.
        return self.sectionSizeFromContents(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if width := self._table.frozen:
            with QPainter(self.viewport()) as painter:
                self.paintSection(painter, QRect(0, 0, width, self.viewport().height()), 0)

    def viewportEvent(self, event: QEvent) -> bool:
        """Take what is done to the first heading where it is seen."""
        width = self._table.frozen
        if isinstance(event, QMouseEvent) and (self._resized_from is not None or event.position().x() < width):
            self._use_mouse(event, width)
            return True
        if isinstance(event, QHelpEvent) and event.pos().x() < width:
            event = QHelpEvent(event.type(), event.pos() - QPoint(self.offset(), 0), event.globalPos())
        return super().viewportEvent(event)

    def _use_mouse(self, event: QMouseEvent, width: int) -> None:
        """Drag the first column's edge, which Qt could not where it is scrolled out of sight; else have Qt take the
        event at the place where it has the heading."""
        kind, x = event.type(), event.position().x()
        at_edge = width - GRIP <= x < width and event.button() != Qt.MouseButton.RightButton
        if kind is QEvent.Type.MouseMove:
            if self._resized_from is not None:
                self.resizeSection(0, max(self.minimumSectionSize(), round(x + self._resized_from)))
            elif event.buttons() == Qt.MouseButton.NoButton:
                self.setCursor(Qt.CursorShape.SplitHCursor if at_edge else Qt.CursorShape.ArrowCursor)
        elif kind is QEvent.Type.MouseButtonPress and at_edge:
            self._resized_from = width - x
        elif kind is QEvent.Type.MouseButtonRelease and self._resized_from is not None:
            self._resized_from = None
        elif kind is QEvent.Type.MouseButtonDblClick and at_edge:
            self.sectionHandleDoubleClicked.emit(0)
        else:
            place = event.position() - QPointF(self.offset(), 0)
            button, held, keys = event.button(), event.buttons(), event.modifiers()
            super().viewportEvent(QMouseEvent(kind, place, event.globalPosition(), button, held, keys))
        event.accept()


WIDEST_NAME = 200
WIDEST_STORED = 2000
FIT_AFTER_MS = 60
LIVE_WIDTH = 108
"""Pixels; room for `✓ 44.1 ms n=20` before there is any, so that nothing moves when it comes."""

_USUAL = frozenset(column for column in COLUMNS if column.spec.usual)


class ColumnChooser(QObject):
    """Fits, hides and shows the columns of one view."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._by_hand: dict[int, int] = {}
        """The widths that a person chose."""
        self._fitting = QTimer(self, singleShot=True, interval=FIT_AFTER_MS)
        self._fitting.timeout.connect(self._fit_changed)
        self._changed: set[int] = set()
        """The sections of which a cell changed since they were fitted."""
        self._toggles = Late(lambda: {column: self._toggle(column) for column in COLUMNS[1:]})
        self._further = Late(self._further_actions)
        header = view.horizontalHeader()
        header.sectionResized.connect(self._resized)
        header.sectionHandleDoubleClicked.connect(self._fit_one)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._open_menu)
        self._show_only(_USUAL)

    def actions(self) -> list[QAction]:
        """A checkable action for each column but the name, then what sets widths and columns back."""
        return [*self._toggles().values(), *self._further()]

    def state(self) -> dict[str, Any]:
        """What a person chose, as plain data: the headings of the columns shown, and widths in pixels."""
        return {
            "shown": [str(column) for column in COLUMNS[1:] if self._is_shown(column)],
            "widths": {str(COLUMNS[section]): width for section, width in self._by_hand.items()},
        }

    def restore(self, state: object) -> None:
        """Bring back what `state` gave, to be fitted then; whatever is odd in it is left out."""
        found = state if isinstance(state, dict) else {}
        columns = {str(column): column for column in COLUMNS}
        shown, widths = found.get("shown"), found.get("widths")
        if isinstance(shown, list):
            self._show_only({columns[each] for each in shown if isinstance(each, str) and each in columns})
        if isinstance(widths, dict):
            self._by_hand = {
                COLUMNS.index(columns[name]): width
                for name, width in widths.items()
                if name in columns and _is_width(width) and width >= self._view.horizontalHeader().minimumSectionSize()
            }
            for section, width in self._by_hand.items():
                self._view.setColumnWidth(section, width)

    def fit(self, sections: Iterable[int] = range(len(COLUMNS))) -> None:
        """Make each of the shown columns as wide as what it shows, but for very long names and widths chosen by
        hand."""
        for section in sections:
            if section not in self._by_hand and not self._view.isColumnHidden(section):
                width = self.wanted(section)
                if not (section == LIVE_COLUMN and self._is_stretched(width)):
                    self._view.setColumnWidth(section, width)

    def fit_soon(self, first: QModelIndex, last: QModelIndex) -> None:
        """Fit the columns from the first cell to the last once they have been painted; of many changes, the last
        counts."""
        self._changed.update(range(first.column(), last.column() + 1))
        if not self._fitting.isActive():
            self._fitting.start()

    def _fit_changed(self) -> None:
        changed, self._changed = self._changed, set()
        self.fit(sorted(changed))

    def wanted(self, section: int) -> int:
        """How wide the column would like to be, in pixels."""
        if section == LIVE_COLUMN:  # stretched to fill the table; measuring does not widen it
            return LIVE_WIDTH
        content = self._view.sizeHintForColumn(section)
        wanted = max(content, self._view.horizontalHeader().sectionSizeHint(section))
        return min(wanted, WIDEST_NAME) if section == 0 else wanted

    def _is_stretched(self, width: int) -> bool:
        """Whether the last column fills the table and has room for `width`.

        Narrowed, it would be stretched again at once, and the whole table be painted for nothing.
        """
        header = self._view.horizontalHeader()
        return width <= header.sectionSize(LIVE_COLUMN) and header.length() <= header.width()

    def _toggle(self, column: Column) -> QAction:
        def choose() -> None:
            self._show(column, shown=action.isChecked())
            self.fit()

        action = self._action(str(column), column.spec.about, choose)
        action.setCheckable(True)
        action.setChecked(self._is_shown(column))
        return action

    def _further_actions(self) -> tuple[QAction, QAction, QAction]:
        rule = QAction(self)
        rule.setSeparator(True)
        return (
            rule,
            self._action("Fit Columns", "Make every column as wide as what it shows", self._fit_all),
            self._action("Show the Usual Columns", "Those of the paper's Table 1, and live", self._show_usual),
        )

    def _action(self, title: str, said: str, chosen: Callable[[], object]) -> QAction:
        action = QAction(title, self)
        action.setToolTip(said)
        action.setStatusTip(said)
        action.triggered.connect(lambda: chosen())
        return action

    def _is_shown(self, column: Column) -> bool:
        return not self._view.isColumnHidden(COLUMNS.index(column))

    def _show(self, column: Column, *, shown: bool) -> None:
        self._toggles.tell(lambda toggles: toggles[column].setChecked(shown))
        section = COLUMNS.index(column)
        if not shown and self._view.currentIndex().column() == section:
            self._view.setCurrentIndex(self._view.currentIndex().siblingAtColumn(0))
        self._view.setColumnHidden(section, not shown)

    def _show_only(self, columns: Set[Column]) -> None:
        for column in COLUMNS[1:]:
            self._show(column, shown=column in columns)

    def _show_usual(self) -> None:
        self._show_only(_USUAL)
        self._fit_all()

    def _fit_all(self) -> None:
        self._by_hand.clear()
        self.fit()

    def _fit_one(self, section: int) -> None:
        self._by_hand.pop(section, None)
        self.fit()

    def _resized(self, section: int, before: int, after: int) -> None:
        """A width that a person chose is kept."""
        dragged = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        if dragged and after and self._view.horizontalHeader().underMouse():
            self._by_hand[section] = after

    def _open_menu(self, point: QPoint) -> None:
        menu = QMenu(self._view)
        menu.setToolTipsVisible(True)
        menu.addActions(self.actions())
        menu.exec(self._view.horizontalHeader().mapToGlobal(point))
        menu.deleteLater()


def _is_width(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= WIDEST_STORED
