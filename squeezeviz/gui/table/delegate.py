"""How a cell looks and how it is typed into: white is yours to edit, grey is computed."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from functools import cached_property

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from squeezeviz.analysis.columns import Column
from squeezeviz.figure.scene.diagram import Badge
from squeezeviz.figure.writers.painter import fill
from squeezeviz.gui.table.contents import Cell
from squeezeviz.gui.table.editor import CellEditor, ChoiceEditor
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError

Index = QModelIndex | QPersistentModelIndex

BARS = {Column.S1X1: "squeeze", Column.E1X1: "expand1x1", Column.E3X3: "expand3x3"}
"""The columns whose cells carry the colour of a part of a Fire module."""
_STRONG = (Column.NAME, Column.DEPTH)

PADDING = 6
SLACK = 3
"""Advances are fractions of a pixel; without it a cell of just its text's width would be shortened."""
ROW_HEIGHT = 26
TWO_LINES = 36
"""Pixels: a row's height, and that of one with a line for the difference to the baseline."""
WIDEST_EDITOR = 320
NOTE_SIZE = 10
"""Pixels: the letters of the difference to a baseline, under a cell's value."""
NOTE_ROOM = 16
"""Pixels of a row's height that the difference takes."""
MOST_ADVANCES = 512
_PART = 0.45
_COST_STOP = 4
"""Of the diagram's scale the colour in which every bar is painted: its length tells how much."""


class Tint(IntEnum):
    """How far a cell stands out: not at all, as part of the current row, as selected."""

    NONE = 0
    ROW = 1
    CHOSEN = 2


class _Face:
    """A font with the widths that it gave; a table shows the same few hundred texts again and again."""

    def __init__(self, base: QFont, strong: bool, italic: bool = False, size: int = 0) -> None:
        self.font = QFont(base)
        if size:
            self.font.setPixelSize(size)
        self.font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        self.font.setItalic(italic)
        self.metrics = QFontMetricsF(self.font)
        self.drop = (self.metrics.ascent() - self.metrics.descent()) / 2 + 0.5
        """From a line's middle down to its baseline."""
        self._advances: dict[str, float] = {}

    def advance(self, text: str) -> float:
        """How wide the text is, in pixels."""
        # Not functools.lru_cache around Qt's method: that asks for its doc string, which loads PySide's signatures.
        if text not in self._advances:
            if len(self._advances) >= MOST_ADVANCES:
                self._advances.clear()
            self._advances[text] = self.metrics.horizontalAdvance(text)
        return self._advances[text]


class CellLook:
    """The colours and fonts of one style, made once: a table paints hundreds of cells a frame."""

    def __init__(self, style: Style, font: QFont) -> None:
        self._scale = style.name
        self._faces = {
            (strong, italic): _Face(font, strong, italic) for strong in (False, True) for italic in (False, True)
        }
        self._small = _Face(font, strong=False, size=NOTE_SIZE)
        self._bars = {column: QColor(style.role(role)) for column, role in BARS.items()}
        cell, computed, total = QColor(style.cell), QColor(style.computed), QColor(style.total)
        chosen, chosen_computed = QColor(style.selected), QColor(style.selected_computed)
        self._white = cell, _between(cell, chosen), chosen
        self._grey = computed, _between(computed, chosen_computed), chosen_computed
        self._last = total, _between(total, chosen), chosen
        self._problem, self._problem_ground = QColor(style.problem), QColor(style.problem_ground)
        self._grid, self._focus = QColor(style.grid), QPen(QColor(style.accent), 2)
        self._text, self._quiet = QColor(style.text), QColor(style.quiet)
        self._live: dict[Badge | None, QColor] = {Badge.MEASURED: QColor(style.measured), Badge.DIFFERS: self._problem}
        self._notes = {True: QColor(style.measured), False: self._problem, None: QColor(style.accent)}

    @cached_property
    def _cost(self) -> QColor:
        from squeezeviz.figure.drawing.heat import SCALES

        return QColor(SCALES[self._scale][_COST_STOP])

    def paint_ground(self, painter: QPainter, room: QRect, cell: Cell, tint: Tint) -> None:
        fill(painter, room, self._ground(cell, tint))
        painter.setPen(self._grid)
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        if cell.bar:
            length = max(2, round((room.width() - 2 * PADDING) * cell.bar))
            fill(painter, QRect(room.left() + PADDING, room.bottom() - 4, length, 3), self._cost)
        if cell.problem and cell.column is Column.NAME:
            fill(painter, QRect(room.left(), room.top(), 3, room.height()), self._problem)
        if cell.column in self._bars and cell.editable:
            fill(painter, QRect(room.left() + 2, room.top() + 4, 3, room.height() - 8), self._bars[cell.column])

    def paint_focus(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(self._focus)
        painter.drawRect(room.adjusted(1, 1, -1, -1))

    def paint_text(self, painter: QPainter, room: QRect, cell: Cell) -> None:
        """The cell's value, and under it how it differs from the baseline."""
        if cell.note:
            under = room.adjusted(0, room.height() - NOTE_ROOM, 0, -3)
            self._write(painter, under, cell.note, self._small, self._notes[cell.better], right=cell.right)
        if cell.two_lines:
            room = room.adjusted(0, 2, 0, 2 - NOTE_ROOM)
        text, face = cell.text, self._face(cell)
        if cell.mark:  # what was checked stands apart from the time, which nothing was checked of
            self._write(painter, room, cell.mark, face, self._ink(cell), right=False)
            text = text.removeprefix(cell.mark).lstrip()
            room = room.adjusted(round(face.advance(f"{cell.mark} ")), 0, 0, 0)
        ink = self._text if cell.mark and cell.total else self._quiet if cell.mark else self._ink(cell)
        self._write(painter, room, text, face, ink, right=cell.right)

    def _write(self, painter: QPainter, room: QRect, text: str, face: _Face, ink: QColor, *, right: bool) -> None:
        painter.setFont(face.font)
        painter.setPen(ink)
        advance = face.advance(text)
        if advance > room.width() + 1:
            text = face.metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
            advance = face.metrics.horizontalAdvance(text)
        x = room.right() + 1 - advance if right else float(room.left())
        painter.drawText(QPointF(x, room.center().y() + face.drop), text)

    def advance(self, cell: Cell) -> float:
        """How wide the cell's text is, in pixels."""
        value = self._face(cell).advance(cell.text)
        return max(value, self._small.advance(cell.note)) if cell.note else value

    def _face(self, cell: Cell) -> _Face:
        strong = cell.column in _STRONG or cell.total
        return self._faces[strong, cell.column is Column.LIVE and cell.live is Badge.STALE]

    def _ink(self, cell: Cell) -> QColor:
        if cell.column is Column.LIVE:
            return self._live.get(cell.live, self._quiet)
        return self._text if cell.editable or cell.total or cell.column in _STRONG else self._quiet

    def _ground(self, cell: Cell, tint: Tint) -> QColor:
        if cell.total:
            return self._last[tint]
        if cell.problem and tint is Tint.NONE:
            return self._problem_ground
        return self._white[tint] if cell.editable else self._grey[tint]


def _between(one: QColor, other: QColor) -> QColor:
    parts = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(first + (second - first) * _PART) for first, second in parts))


_FINISHING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


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
        self.chosen: tuple[Collection[int], range] = range(0), range(0)
        """The rows and sections of the selected cells."""
        self.focused: tuple[int, int] | None = None
        """Row and section of the current cell, where the table has the keyboard."""
        self.editor: CellEditor | None = None
        """The editor that is open."""

    def set_style(self, style: Style, font: QFont) -> None:
        self._look = CellLook(style, font)

    def reason(self) -> str:
        """Why what is typed in the open editor cannot stand in its cell; empty where it can, or none is open."""
        return _reason(self.editor) if self.editor is not None else ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        cell = _cell(index)
        extra = 4 if cell.column in BARS else 0
        advance = self._look.advance(cell)
        return QSize(round(advance) + 2 * PADDING + SLACK + extra, TWO_LINES if cell.note else ROW_HEIGHT)

    def paint_cell(self, painter: QPainter, room: QRect, cell: Cell, row: int, section: int) -> None:
        """Paint a cell, as the view does it: Qt would first ask the model for flags that tell nothing here."""
        chosen = row in self.chosen[0] and section in self.chosen[1]
        tint = Tint.CHOSEN if chosen else Tint.ROW if row == self.current_row else Tint.NONE
        self._look.paint_ground(painter, room, cell, tint)
        if cell.text or cell.note:
            self._look.paint_text(painter, room.adjusted(PADDING, 0, -PADDING, 0), cell)
        if (row, section) == self.focused:
            self._look.paint_focus(painter, room)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        choices = _cell(index).column.spec.cells.choices
        if choices:
            editor: CellEditor = (choosing := ChoiceEditor([str(choice) for choice in choices], parent))
            choosing.chosen.connect(lambda: self._take(choosing))
        else:
            editor = CellEditor(parent)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
        editor.setAlignment(Qt.AlignmentFlag(int(index.data(Qt.ItemDataRole.TextAlignmentRole))))
        editor.setProperty("index", QPersistentModelIndex(index))
        self.editor = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor):
            editor.dispose()
        if editor is self.editor:
            self.editor = None
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
        text = editor.text() if isinstance(editor, CellEditor) else str(index.data())
        wanted = editor.fontMetrics().horizontalAdvance(text) + 24
        width = max(room.width(), min(wanted, WIDEST_EDITOR))
        editor.setGeometry(QRect(room.left(), room.top(), width, room.height()))
        if isinstance(editor, ChoiceEditor) and not editor.isModified():
            editor.show_choices()

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if isinstance(editor, CellEditor):
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _FINISHING:
                if self._take(editor):
                    back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                    self.moved_on.emit((Qt.Key(event.key()), bool(back)))
                return True
            if event.type() == QEvent.Type.FocusOut and _is_left(editor) and (reason := _reason(editor)):
                # What is typed is kept, to be mended: the editor stays.
                editor.refuse(reason)
                return False
        return super().eventFilter(editor, event)

    def _take(self, editor: CellEditor) -> bool:
        """Write what is typed into the table; whether it could stand there."""
        if reason := _reason(editor):
            editor.refuse(reason)
            return False
        self.commitData.emit(editor)
        self.editor = None  # what it took need not be checked again as it is closed
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        return True


def _reason(editor: CellEditor) -> str:
    index = editor.property("index")
    model = index.model() if index is not None and index.isValid() else None
    if not isinstance(model, TableModel):
        return ""
    try:
        model.check(index, editor.text())
    except SqueezevizError as error:
        return error.message
    return ""


def _is_left(editor: CellEditor) -> bool:
    """Whether the keyboard went elsewhere for good: it comes back from a menu."""
    return not editor.isActiveWindow() or QApplication.focusWidget() is not editor


def _cell(index: Index) -> Cell:
    model = index.model()
    assert isinstance(model, TableModel)
    return model.cell(index)
