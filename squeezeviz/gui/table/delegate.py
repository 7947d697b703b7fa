"""How a cell looks and how it is typed into: white is yours to edit, grey is computed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLabel, QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from squeezeviz.core.cells import Column
from squeezeviz.core.errors import SqueezevizError
from squeezeviz.gui.style import Style
from squeezeviz.gui.table.model import Role, TableModel

Index = QModelIndex | QPersistentModelIndex

PADDING = 6
SLACK = 3
"""Advances are fractions of a pixel; without it a cell of just its text's width would be shortened."""
_BARS = {Column.S1X1: "squeeze", Column.E1X1: "expand1x1", Column.E3X3: "expand3x3"}


class CellEditor(QLineEdit):
    """A line to type into, with the reason under it when what is typed cannot stand there."""

    def __init__(self, parent: QWidget, style: Style) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setAccessibleName("cell")
        self._style = style
        self._reason = QLabel(parent)
        self._reason.setTextFormat(Qt.TextFormat.PlainText)
        self._reason.setWordWrap(True)
        self._reason.setObjectName("cell_reason")
        self._reason.hide()
        self.textEdited.connect(self.forgive)

    def refuse(self, reason: str) -> None:
        """Show why what is typed cannot stand there; typing on takes it away."""
        self.setProperty("refused", True)
        self._restyle()
        self.setAccessibleDescription(reason)
        self._reason.setText(reason)
        parent = self.parentWidget()
        assert parent is not None
        width = min(300, max(120, parent.width() - 16))
        self._reason.setFixedWidth(width)
        self._reason.adjustSize()
        left = max(4, min(self.x(), parent.width() - width - 4))
        below = self.geometry().bottom() + 4
        above = self.y() - self._reason.height() - 4
        self._reason.move(QPoint(left, below if below + self._reason.height() < parent.height() else max(0, above)))
        self._reason.show()
        self._reason.raise_()

    def forgive(self) -> None:
        self.setProperty("refused", False)
        self._restyle()
        self.setAccessibleDescription("")
        self._reason.hide()

    def _restyle(self) -> None:
        self.style().unpolish(self)
        self.style().polish(self)

    def dispose(self) -> None:
        self._reason.deleteLater()


class CellDelegate(QStyledItemDelegate):
    """Paints the cells and holds an editor open until what is typed can stand."""

    refused = Signal(str)
    moved_on = Signal(object)
    """A finished edit and the key that ended it: the view moves to the next cell."""

    def __init__(self, style: Style, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style = style

    def set_style(self, style: Style) -> None:
        self._style = style

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = index.data(Qt.ItemDataRole.DisplayRole) or ""
        font = self._font(option.font, index)
        extra = 4 if index.data(Role.COLUMN) in _BARS else 0
        return QSize(QFontMetrics(font).horizontalAdvance(text) + 2 * PADDING + SLACK + extra, 26)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        cell = QRect(option.rect)
        colours = self._style
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        current_row = self._is_current_row(option, index)
        self._paint_ground(painter, cell, index, selected=selected, current_row=current_row)
        column = index.data(Role.COLUMN)
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        if column in _BARS and text and index.data(Role.EDITABLE):
            bar = QRect(cell.left() + 2, cell.top() + 4, 3, cell.height() - 8)
            painter.fillRect(bar, QColor(colours.role(_BARS[column])))
        painter.setFont(self._font(option.font, index))
        painter.setPen(self._ink(index))
        inner = cell.adjusted(PADDING, 0, -PADDING, 0)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, inner.width())
        painter.drawText(inner, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), shown)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(cell.adjusted(1, 1, -1, -1))
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = CellEditor(parent, self._style)
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
            if event.type() == QEvent.Type.FocusOut and not self._stands(editor):
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

    def _is_current_row(self, option: QStyleOptionViewItem, index: Index) -> bool:
        view = option.widget
        current = view.currentIndex() if view is not None and hasattr(view, "currentIndex") else QModelIndex()
        return bool(current.isValid() and current.row() == index.row())

    def _paint_ground(self, painter: QPainter, cell: QRect, index: Index, *, selected: bool, current_row: bool) -> None:
        colours = self._style
        editable, total = index.data(Role.EDITABLE), index.data(Role.TOTAL)
        ground = colours.cell if editable else colours.computed
        if total:
            ground = colours.total
        elif index.data(Role.PROBLEM):
            ground = colours.problem_ground
        if current_row or selected:
            ground = colours.selected if editable or total else colours.selected_computed
        painter.fillRect(cell, QColor(ground))
        painter.setPen(QColor(colours.grid))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        if index.data(Role.PROBLEM) and index.column() == 0:
            painter.fillRect(QRect(cell.left(), cell.top(), 3, cell.height()), QColor(colours.problem))

    def _font(self, base: QFont, index: Index) -> QFont:
        font = QFont(base)
        strong = index.data(Role.COLUMN) in (Column.NAME, Column.DEPTH) or index.data(Role.TOTAL)
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        font.setItalic(index.data(Role.COLUMN) is None and index.data(Role.LIVE) == "stale")
        return font

    def _ink(self, index: Index) -> QColor:
        colours = self._style
        if index.data(Role.COLUMN) is None:
            live = {"measured": colours.measured, "differs": colours.problem}
            return QColor(live.get(str(index.data(Role.LIVE)), colours.quiet))
        strong = index.data(Role.EDITABLE) or index.data(Role.TOTAL)
        bold = index.data(Role.COLUMN) in (Column.NAME, Column.DEPTH)
        return QColor(colours.text if strong or bold else colours.quiet)
