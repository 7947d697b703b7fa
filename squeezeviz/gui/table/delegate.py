"""How a cell looks and how it is typed into: white is yours to edit, grey is computed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.gui.style import Style
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.gui.table.look import BARS, CellLook
from squeezeviz.gui.table.model import Cell, TableModel

Index = QModelIndex | QPersistentModelIndex

PADDING = 6
SLACK = 3
"""Advances are fractions of a pixel; without it a cell of just its text's width would be shortened."""
ROW_HEIGHT = 26


# Numbers: an enum's & takes longer than painting the cell's ground.
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


class CellDelegate(QStyledItemDelegate):
    """Paints the cells and holds an editor open until what is typed can stand."""

    refused = Signal(str)
    moved_on = Signal(object)
    """A finished edit and the key that ended it: the view moves to the next cell."""

    def __init__(self, style: Style, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.set_style(style, font)
        self.current_row = -1
        """The row of the current cell, drawn as chosen from end to end."""

    def set_style(self, style: Style, font: QFont) -> None:
        self._look = CellLook(style)
        self._look.set_font(font)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = _cell(index)
        extra = 4 if cell.column in BARS else 0
        advance = self._look.advance(cell)
        return QSize(round(advance) + 2 * PADDING + SLACK + extra, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, room = _cell(index), QRect(option.rect)
        state = option.state.value
        chosen = bool(state & _SELECTED) or index.row() == self.current_row
        self._look.paint_ground(painter, room, cell, chosen=chosen)
        if cell.text:
            self._look.paint_text(painter, room.adjusted(PADDING, 0, -PADDING, 0), cell)
        if state & _FOCUSED:
            self._look.paint_focus(painter, room)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = CellEditor(parent)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.setAlignment(Qt.AlignmentFlag(int(index.data(Qt.ItemDataRole.TextAlignmentRole))))
        editor.setProperty("index", QPersistentModelIndex(index))
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor):
            editor.dispose()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        if isinstance(editor, CellEditor) and isinstance(model, TableModel):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        room = QRect(option.rect)
        width = min(200, max(room.width(), editor.fontMetrics().horizontalAdvance(self._longest(editor, index)) + 24))
        editor.setGeometry(QRect(room.left(), room.top(), width, room.height()))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, CellEditor):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                key = event.key()
                if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                    return self._finish(editor, event)
            if event.type() == QEvent.Type.FocusOut and _is_left(editor) and not self._stands(editor):
                reason = self._reason(editor)
                self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.RevertModelCache)
                self.refused.emit(reason)
                return True
        return super().eventFilter(editor, event)

    def _finish(self, editor: CellEditor, event: QKeyEvent) -> bool:
        reason = self._reason(editor)
        if reason:
            editor.refuse(reason)
            return True
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.moved_on.emit((Qt.Key(event.key()), bool(back)))
        return True

    def _stands(self, editor: CellEditor) -> bool:
        return not self._reason(editor)

    def _reason(self, editor: CellEditor) -> str:
        """Why what is typed cannot stand in its cell; empty where it can."""
        index = editor.property("index")
        model = index.model() if index is not None and index.isValid() else None
        if not isinstance(model, TableModel):
            return ""
        try:
            model.check(index, editor.text())
        except SqueezevizError as error:
            return error.message
        return ""

    def _longest(self, editor: QWidget, index: Index) -> str:
        return editor.text() if isinstance(editor, CellEditor) else str(index.data())


def _is_left(editor: CellEditor) -> bool:
    """Whether the keyboard went elsewhere for good: it comes back from a menu."""
    return not editor.isActiveWindow() or QApplication.focusWidget() is not editor


def _cell(index: Index) -> Cell:
    model = index.model()
    assert isinstance(model, TableModel)
    return model.cell(index)
