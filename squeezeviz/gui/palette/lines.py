"""How a line of the command palette is painted: what it does at the left; its menu and its shortcut at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from squeezeviz.figure.writers.painter import saved
from squeezeviz.gui.palette.entries import Entry
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

Index = QModelIndex | QPersistentModelIndex

_EDGE, _GAP, _ABOVE = 8, 14, 5
_MARK, _KEYS = "✓", "Ctrl+Alt+Shift+W"
"""What is on has this mark; the column of shortcuts is as wide as that one."""
_SPARE = 4
"""Pixels by which a text may be wider than the sum of its letters, before it is shortened."""
_LEAST_TITLE = 0.45
"""The share of a line that a title may take in any case."""


@guarded
class EntryDelegate(QStyledItemDelegate):
    """Paints `entry_at` of an index as plain text, whatever a layer is called."""

    def __init__(self, style: Style, entry_at: Callable[[Index], Entry], view: QListView) -> None:
        super().__init__(view)
        self._view, self._entry_at, self._colours = view, entry_at, style

    def set_style(self, style: Style) -> None:
        self._colours = style

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, self._view.fontMetrics().height() + 2 * _ABOVE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry, colours = self._entry_at(index), self._colours
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        with saved(painter):
            painter.setFont(self._view.font())
            if chosen or option.state & QStyle.StateFlag.State_MouseOver:
                painter.fillRect(option.rect, QColor(colours.selected if chosen else colours.button_hover))
            words = painter.fontMetrics()
            left = _EDGE + words.horizontalAdvance(_MARK) + 6
            room = option.rect.adjusted(left, 0, -_EDGE, 0)
            greyed = QApplication.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            quiet = QColor(colours.quiet) if entry.enabled else greyed
            painter.setPen(QColor(colours.text) if entry.enabled else greyed)
            if entry.checked:
                _draw(painter, room.adjusted(_EDGE - left, 0, 0, 0), _MARK)
            aside = f"{entry.where} · {entry.why_not}" if entry.why_not else entry.where
            keys_from = room.right() - words.horizontalAdvance(_KEYS)
            title = min(words.horizontalAdvance(entry.title) + _SPARE, int(_LEAST_TITLE * room.width()))
            aside_from = max(room.left() + title + _GAP, keys_from - _GAP - words.horizontalAdvance(aside) - _SPARE)
            _draw(painter, QRect(room.left(), room.top(), aside_from - _GAP - room.left(), room.height()), entry.title)
            painter.setPen(quiet)
            _draw(painter, QRect(aside_from, room.top(), keys_from - _GAP - aside_from, room.height()), aside)
            _draw(
                painter, QRect(keys_from, room.top(), room.right() - keys_from, room.height()), entry.keys, right=True
            )


def _draw(painter: QPainter, room: QRect, text: str, *, right: bool = False) -> None:
    """Draw one line of text, shortened at its end if it does not fit."""
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | side | Qt.TextFlag.TextSingleLine), shown)
