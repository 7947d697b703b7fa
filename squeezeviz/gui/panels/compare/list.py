"""The list of layers that differ from the baseline, with what changed in each."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from squeezeviz.analysis.difference import Change
from squeezeviz.figure.writers.painter import saved
from squeezeviz.gui.panels.compare.entries import Entry, EntryModel
from squeezeviz.gui.widgets.escaped_text import tip_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain

Index = QModelIndex | QPersistentModelIndex

SIGNS = {Change.ADDED: "+", Change.REMOVED: "−", Change.MOVED: "↕", Change.CHANGED: "•"}
WIDE = 340
"""From this width in pixels, a layer takes one line. In a narrower list each part has a line of its own."""
_EDGE, _GAP, _SIGN = 5, 8, 14
_WIDEST_NAME = 0.45
_LOWEST = 60
_MEASURED = 60
"""How many names are measured at every tick of a drag. Longer names after them are shortened."""


@guarded
class ChangeList(QListView):
    """Clicking an entry, or pressing Enter on it, selects its layer."""

    layer_chosen = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("changes")
        self.setAccessibleName("Layers that differ from the baseline")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.entries = EntryModel(self)
        self.setModel(self.entries)
        self._delegate = _EntryDelegate(style, self)
        self.setItemDelegate(self._delegate)
        self.clicked.connect(self._choose)

    def set_style(self, style: Style) -> None:
        self._delegate.set_style(style)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LOWEST)

    def show_entries(self, new: tuple[Entry, ...]) -> None:
        """Show the changes. An entry that stays keeps its position."""
        self._delegate.fit_names(new)
        self.entries.show_entries(new)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            text = self.entries.entry(index.row()).text if index.isValid() else ""
            QToolTip.showText(event.globalPos(), tip_text(text), self)
            return True
        return super().viewportEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        target = self.entries.entry(index.row()).target
        if target:
            self.layer_chosen.emit(target)


@guarded
class _EntryDelegate(QStyledItemDelegate):
    """Paints a sign, the name, and the change. In a narrow list each part has a line of its own."""

    def __init__(self, style: Style, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._longest = 0
        self.set_style(style)

    def fit_names(self, entries: tuple[Entry, ...]) -> None:
        """Put the changes in one column, to the right of the longest name."""
        metrics = QFontMetrics(self._bold())
        longest = max((metrics.horizontalAdvance(plain(entry.name)) for entry in entries[:_MEASURED]), default=0)
        if longest != self._longest:
            self._longest = longest
            self._view.viewport().update()

    def set_style(self, style: Style) -> None:
        self._text, self._quiet = QColor(style.text), QColor(style.quiet)
        self._selected, self._hover, self._focus = (
            QColor(style.selected),
            QColor(style.button_hover),
            QColor(style.accent),
        )
        self._signs = {
            Change.ADDED: QColor(style.measured),
            Change.REMOVED: QColor(style.problem),
            Change.MOVED: QColor(style.accent),
            Change.CHANGED: QColor(style.accent),
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = len(self._lines(self._entry(index)))
        return QSize(100, max(1, lines) * self._pitch() + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, room = self._entry(index), option.rect
        with saved(painter):
            self._paint_ground(painter, room, option.state)
            line = QRect(room.left() + _EDGE, room.top() + 2, room.width() - 2 * _EDGE, self._pitch())
            bold = self._bold()
            painter.setFont(bold)
            if entry.change is not None:
                painter.setPen(self._signs[entry.change])
                sign = QRect(line.left(), line.top(), _SIGN - 4, line.height())
                painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, SIGNS[entry.change])
            width = self._name_width(line.width())
            painter.setPen(self._text if entry.change else self._quiet)
            at = QRect(line.left() + _SIGN, line.top(), width, line.height())
            _draw(painter, QFontMetrics(bold), at, plain(entry.name))
            painter.setFont(self._view.font())
            metrics = self._view.fontMetrics()
            left = line.left() + _SIGN + width + _GAP
            painter.setPen(self._quiet if entry.change in (Change.ADDED, Change.REMOVED) else self._text)
            for place, text in enumerate(self._lines(entry)):
                top = line.top() + place * self._pitch()
                _draw(painter, metrics, QRect(left, top, line.right() - left, line.height()), text)

    def _paint_ground(self, painter: QPainter, room: QRect, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or over:
            painter.fillRect(room, self._selected if chosen else self._hover)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(self._focus)
            painter.drawRect(room.adjusted(0, 0, -1, -1))

    def _lines(self, entry: Entry) -> tuple[str, ...]:
        if self._view.viewport().width() >= WIDE:
            return (", ".join(entry.parts),)
        return entry.parts

    def _name_width(self, room: int) -> int:
        return min(self._longest + 1, int(room * _WIDEST_NAME))

    def _bold(self) -> QFont:
        bold = QFont(self._view.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold

    def _pitch(self) -> int:
        return self._view.fontMetrics().height() + 2

    def _entry(self, index: Index) -> Entry:
        model = index.model()
        assert isinstance(model, EntryModel)
        return model.entry(index.row())


def _draw(painter: QPainter, metrics: QFontMetrics, room: QRect, text: str) -> None:
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)
