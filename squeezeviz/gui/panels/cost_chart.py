"""The bar chart of costs, which can be clicked, walked, zoomed and moved."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from squeezeviz.figure.drawing.cost_bars import Bar, Whisker
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.figure.writers.painter import saved
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain, tip_text

_BAR = 0.72
"""The width of a bar, as a share of its place."""
_BEAM = 0.22
"""The width of the cross-lines at a whisker's ends, as a share of a bar's place."""
_FONT = 11
_NUMBERS, _NUMBER_GAP = 62, 5
"""The width in pixels of the numbers at the left, and the space between them and the bars."""
_NAMES_APART = 15.0
_LONGEST_NAME = 72.0
_SLANT = -40
"""How the names are turned, in degrees."""
_ABOVE = 1.06
"""The height of the axis, as a multiple of the highest bar."""
_GRID = 40
"""How opaque the lines across the bars are, of 255."""
_FEWEST_SEEN = 4
_ZOOM = 1.0025
"""How much one unit of the wheel's angle zooms; a notch has 120."""
_DRAG_FROM = 5
"""Pixels that the pointer moves before a press becomes a drag."""
_DRAGGING = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


def numbered_ticks(ticks: list[tuple[float, str]], scale: float, height: float) -> list[tuple[float, str]]:
    """Return which ticks above 0 have room for a number of that height, at `scale` pixels a unit: every n-th."""
    every = min(ceil(height / max(ticks[0][0] * scale, 1.0)), len(ticks)) if ticks else 1
    return ticks[every - 1 :: every]


def named_rows(low: float, high: float, count: int, pixels: float) -> range:
    """Return which of `count` rows are named between two places: every n-th, so that there is room between them."""
    step = max(1, ceil(ceil(high - low) * _NAMES_APART / max(pixels, 1.0)))
    first = max(0, ceil(low))
    return range(first + -first % step, min(count - 1, floor(high)) + 1, step)


@guarded
class CostChart(QWidget):
    """A bar or a stack of bars for each row. The rows from `low` to `high` are in sight; a row is 1 wide, and its
    middle is its number."""

    row_chosen = Signal(int)
    row_hovered = Signal(int)
    """The row under the mouse, or -1."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("cost_chart")
        self.setAccessibleName("Bar chart of costs")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._style = style
        self._chart_font = QFont(self.font())
        self._chart_font.setPixelSize(_FONT)
        self._names: tuple[str, ...] = ()
        self._bars: list[Bar] = []
        self._whiskers: list[Whisker] = []
        self._ticks: list[tuple[float, str]] = []
        self._most, self._selected = 1.0, -1
        self._names_height = 0.0
        self.seen = (-0.5, 0.5)
        """From where to where the chart shows rows."""
        self._pressed: QPointF | None = None
        self._drag: tuple[float, float] | None = None
        """What was in sight when the mouse was pressed, once it is dragged."""
        self.tips: list[str] = []
        """The tool tip of each row."""

    @property
    def roles(self) -> set[Role]:
        """What the bars in the chart stand for."""
        return {bar.role for bar in self._bars}

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_bars(
        self,
        names: tuple[str, ...],
        made: list[Bar],
        spreads: list[Whisker],
        ticks: list[tuple[float, str]],
        most: float,
    ) -> None:
        """Show a bar, or a stack of bars, for each of `names`, and the spreads over them, both in the order of rows.

        The axis runs from 0 to a little over `most`.
        """
        another = len(names) != len(self._names)
        self._names = tuple(map(plain, names))
        self._bars, self._whiskers, self._ticks = made, spreads, ticks
        self._most = (most or 1.0) * _ABOVE
        metrics = QFontMetricsF(self._chart_font)
        widest = max([metrics.horizontalAdvance(name) for name in self._names[:200]], default=0.0)
        self._names_height = round(min(widest, _LONGEST_NAME) * 0.64) + 18
        if another:
            self.show_all()
        self.select(self._selected)
        self.update()

    def select(self, row: int) -> None:
        """Mark a row (-1 for none) and scroll it into view."""
        self._selected = row if row < len(self._names) else -1
        low, high = self.seen
        if self._selected >= 0 and not low - 1e-6 <= row - 0.5 <= row + 0.5 <= high + 1e-6:
            self.show_rows(row - (high - low) / 2, row + (high - low) / 2)
        self.update()

    def show_all(self) -> None:
        """Zoom out to all rows."""
        self.show_rows(-0.5, len(self._names) - 0.5)

    def show_rows(self, low: float, high: float) -> None:
        """Show the rows between two places, or as many beside them where fewer than four are left."""
        end = max(len(self._names), 1) - 0.5
        width = min(max(high - low, _FEWEST_SEEN), end + 0.5)
        start = min(max(low, -0.5), end - width)
        self.seen = start, start + width
        self.update()

    def place(self, row: float, value: float) -> QPointF:
        """Return where a value of a row stands, in pixels."""
        (low, high), room = self.seen, self._room()
        across = (row - low) / (high - low) * room.width()
        return QPointF(room.left() + across, room.bottom() - value / self._most * room.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room, style = self._room(), self._style
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(style.card))
            painter.setFont(self._chart_font)
            with saved(painter):
                painter.setClipRect(room)
                self._paint_bars(painter)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            self._paint_numbers(painter, room)
            self._paint_names(painter, room)
            painter.setClipRect(room)
            self._paint_whiskers(painter)

    def _room(self) -> QRectF:
        """Return where the bars stand: right of the numbers and above the names."""
        return QRectF(_NUMBERS, 0, max(1, self.width() - _NUMBERS), max(1.0, self.height() - self._names_height))

    def _paint_bars(self, painter: QPainter) -> None:
        low, high = self.seen
        if self._selected >= 0:
            mark = QRectF(self.place(self._selected - 0.5, self._most), self.place(self._selected + 0.5, 0))
            painter.fillRect(mark, QColor(self._style.selected))
        first = bisect_left(self._bars, floor(low), key=lambda bar: bar.row)
        for bar in self._bars[first : bisect_right(self._bars, ceil(high), key=lambda bar: bar.row)]:
            top_left = self.place(bar.row - _BAR / 2, bar.bottom + bar.height)
            painter.fillRect(
                QRectF(top_left, self.place(bar.row + _BAR / 2, bar.bottom)), QColor(self._style.role(bar.role))
            )

    def _paint_numbers(self, painter: QPainter, room: QRectF) -> None:
        line, number = QColor(self._style.border), QColor(self._style.quiet)
        painter.setPen(line)
        painter.drawLine(room.topLeft(), room.bottomLeft())
        line.setAlpha(_GRID)
        height = painter.fontMetrics().height()
        for value, text in numbered_ticks(self._ticks[1:], room.height() / self._most, height):
            y = self.place(0, value).y()
            painter.setPen(line)
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(number)
            beside = QRectF(0, y - height / 2, room.left() - _NUMBER_GAP, height)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_names(self, painter: QPainter, room: QRectF) -> None:
        metrics = QFontMetricsF(self._chart_font)
        painter.setPen(QColor(self._style.quiet))
        for row in named_rows(*self.seen, len(self._names), room.width()):
            with saved(painter):
                painter.translate(self.place(row, 0) + QPointF(3, 8))
                painter.rotate(_SLANT)
                shown = metrics.elidedText(self._names[row], Qt.TextElideMode.ElideMiddle, _LONGEST_NAME)
                painter.drawText(QPointF(-metrics.horizontalAdvance(shown), metrics.ascent() / 2), shown)

    def _paint_whiskers(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._style.text), 1.2))
        for row, low, high in self._whiskers:
            painter.drawLine(self.place(row, low), self.place(row, high))
            for value in (low, high):
                painter.drawLine(self.place(row - _BEAM / 2, value), self.place(row + _BEAM / 2, value))

    def _place_at(self, x: float) -> float:
        """Return the place in the row's direction that is at that pixel."""
        (low, high), room = self.seen, self._room()
        return low + (x - room.left()) / room.width() * (high - low)

    def _row_at(self, point: QPointF) -> int:
        """Return the row at a point in pixels, or -1."""
        row = floor(self._place_at(point.x()) + 0.5)
        return row if self._room().contains(point) and 0 <= row < len(self._names) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _DRAGGING:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._point_at(event)
            return
        moved = event.position().x() - self._pressed.x()
        if self._drag is None and abs(moved) >= _DRAG_FROM:
            self._drag = self.seen
        if self._drag is not None:
            low, high = self._drag
            rows = moved / self._room().width() * (high - low)
            self.show_rows(low - rows, high - rows)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() not in _DRAGGING or self._pressed is None:
            return
        clicked = self._drag is None and event.button() is Qt.MouseButton.LeftButton
        row = self._row_at(event.position()) if clicked else -1
        self._pressed = self._drag = None
        if row >= 0:
            self.row_chosen.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        at, (low, high) = self._place_at(event.position().x()), self.seen
        fewest = min(_FEWEST_SEEN, len(self._names) or 1)
        factor = max(_ZOOM ** -event.angleDelta().y(), fewest / (high - low))
        self.show_rows(at + (low - at) * factor, at + (high - at) * factor)
        self.row_hovered.emit(self._row_at(event.position()))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.row_hovered.emit(-1)

    def _point_at(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position())
        self.row_hovered.emit(row)
        if 0 <= row < len(self.tips):
            QToolTip.showText(event.globalPosition().toPoint(), tip_text(self.tips[row], "white-space:pre"), self)
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move from layer to layer with the arrow keys, and to the ends with Home and End."""
        here, count = self._selected, len(self._names)
        ways = {
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Left: max(here, 1) - 1,
            Qt.Key.Key_Up: max(here, 1) - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: count - 1,
            Qt.Key.Key_PageDown: here + 10,
            Qt.Key.Key_PageUp: here - 10,
        }
        key = Qt.Key(event.key())
        if key not in ways or not count or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        row = min(max(ways[key], 0), count - 1)
        if row != here:
            self.row_chosen.emit(row)
