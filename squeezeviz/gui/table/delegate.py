"""How a cell looks and how it is typed into: white is yours to edit, grey is computed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from squeezeviz.analysis.columns import Column
from squeezeviz.gui.table.contents import Cell
from squeezeviz.gui.table.editor import CellEditor, ChoiceEditor
from squeezeviz.gui.table.look import BARS, CellLook, Tint
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError

Index = QModelIndex | QPersistentModelIndex

PADDING = 6
SLACK = 3
"""Advances are fractions of a pixel; without it a cell of just its text's width would be shortened."""
ROW_HEIGHT = 26
TWO_LINES = 36
"""Pixels: a row's height, and that of one with a line for the difference to the baseline."""
WIDEST_EDITOR = 320


# Numbers: an enum's & takes longer than painting the cell's ground.
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


@guarded
class CellDelegate(QStyledItemDelegate):
    """Paints the cells and holds an editor open until what is typed can stand."""

    moved_on = Signal(object)
    """A finished edit and the key that ended it: the view moves to the next cell."""

    def __init__(self, style: Style, font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.set_style(style, font)
        self.current_row = -1
        """The row of the current cell, tinted from end to end."""
        self._editor: CellEditor | None = None

    def set_style(self, style: Style, font: QFont) -> None:
        self._look = CellLook(style)
        self._look.set_font(font)

    @property
    def editor(self) -> CellEditor | None:
        """The editor that is open."""
        return self._editor

    @property
    def unfinished(self) -> CellEditor | None:
        """The open editor, where what is typed in it cannot stand."""
        return self._editor if self._editor is not None and self.reason() else None

    def reason(self) -> str:
        """Why what is typed cannot stand in its cell; empty where it can, and where nothing is typed."""
        return self._reason(self._editor) if self._editor is not None else ""

    def let_go(self) -> None:
        """The open editor is closing: what is typed in it holds nobody back."""
        self._editor = None

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = _cell(index)
        extra = 4 if cell.column in BARS else 0
        advance = self._look.advance(cell)
        return QSize(round(advance) + 2 * PADDING + SLACK + extra, TWO_LINES if cell.note else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, room = _cell(index), QRect(option.rect)
        state = option.state.value
        tint = Tint.CHOSEN if state & _SELECTED else Tint.ROW if index.row() == self.current_row else Tint.NONE
        self._look.paint_ground(painter, room, cell, tint)
        if cell.text or cell.note:
            self._look.paint_text(painter, room.adjusted(PADDING, 0, -PADDING, 0), cell)
        if state & _FOCUSED:
            self._look.paint_focus(painter, room)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = self._made(parent, _cell(index).column)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.setAlignment(Qt.AlignmentFlag(int(index.data(Qt.ItemDataRole.TextAlignmentRole))))
        editor.setProperty("index", QPersistentModelIndex(index))
        self._editor = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor):
            editor.dispose()
        if editor is self._editor:
            self._editor = None
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
        wanted = editor.fontMetrics().horizontalAdvance(self._longest(editor, index)) + 24
        width = max(room.width(), min(wanted, WIDEST_EDITOR))
        editor.setGeometry(QRect(room.left(), room.top(), width, room.height()))
        if isinstance(editor, ChoiceEditor) and not editor.isModified():
            editor.show_choices()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, CellEditor):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                key = event.key()
                if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                    return self._finish(editor, event)
            if event.type() == QEvent.Type.FocusOut and _is_left(editor) and (reason := self._reason(editor)):
                # What is typed is kept, to be mended: the editor stays.
                editor.refuse(reason)
                return False
        return super().eventFilter(editor, event)

    def _made(self, parent: QWidget, column: Column) -> CellEditor:
        choices = column.spec.cells.choices
        if not choices:
            return CellEditor(parent)
        editor = ChoiceEditor([str(choice) for choice in choices], parent)
        editor.chosen.connect(lambda: self._take(editor))
        return editor

    def _finish(self, editor: CellEditor, event: QKeyEvent) -> bool:
        """Take what is typed and move on, if it can stand."""
        if self._take(editor):
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.moved_on.emit((Qt.Key(event.key()), bool(back)))
        return True

    def _take(self, editor: CellEditor) -> bool:
        """Write what is typed into the table; whether it could stand there."""
        if reason := self._reason(editor):
            editor.refuse(reason)
            return False
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        return True

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
