"""The channels of an operation as a grid that scrolls: each a small map, with its number below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)

from squeezeviz.analysis.feature_maps import ConcatPart
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.gui.maps.images import MapImages
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.painted_area import PaintedArea
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple

LEAST_CELL, LARGEST_CELL = 36, 112
"""Pixels of a map's longer side."""
_GAP, _BAR, _EDGE = 5, 3, 8
_FONT = 10
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
FADED = 0.35
"""How opaque maps are that are no longer those of the table."""


class MapPlace(NamedTuple):
    """A value of a map, by its channel, row and column."""

    channel: int
    row: int
    column: int


class GridContent(NamedTuple):
    """The channels in the order in which they are shown, and the rows and columns of each map."""

    channels: Sequence[int] = ()
    rows: int = 1
    columns: int = 1
    dead: frozenset[int] = frozenset()
    """Those that are 0 everywhere."""
    parts: tuple[ConcatPart, ...] = ()
    """Those that a concat puts one after the other."""


@guarded
class MapGrid(PaintedArea):
    """Paints the maps that are in sight. The arrow keys step through the channels."""

    chosen = Signal(object)
    """A channel was gone to (MapPlace; row and column are -1 where it was not by the mouse)."""
    followed = Signal()
    """A double click, or F: the chosen value is to be followed."""
    opened, left = Signal(), Signal()
    """Enter and Esc."""
    nudged = Signal(object)
    """An arrow key with Shift (Qt.Key): the value beside the chosen one is meant."""
    sight_changed = Signal()

    def __init__(self, images: MapImages, style: Style) -> None:
        super().__init__("map_grid", "Feature maps", style)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._images = images
        self._content = GridContent()
        self._label_font = QFont(self.font())
        self._label_font.setPixelSize(_FONT)
        self._selected = -1
        self.is_faded = False
        self.is_enlarged = False
        """Whether a channel is shown enlarged, which Esc ends."""
        self.painted = 0
        """How many maps were painted last."""
        self._cell, self._across = LEAST_CELL, 1
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._colour)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def selected(self) -> int:
        """The chosen channel, or -1."""
        return self._selected

    def show_content(self, content: GridContent) -> None:
        self._content = content
        if self._selected not in content.channels:
            self._selected = -1
        self._arrange()
        self.viewport().update()

    def set_faded(self, faded: bool) -> None:
        if faded != self.is_faded:
            self.is_faded = faded
            self.viewport().update()

    def select(self, channel: int) -> None:
        """Mark a channel, -1 for none, and scroll it into view."""
        self._selected = channel
        if channel in self._content.channels:
            top = self._top(list(self._content.channels).index(channel) // self._across)
            bar, pitch = self.verticalScrollBar(), self._pitch()[1]
            if not bar.value() <= top <= bar.value() + self.viewport().height() - pitch:
                bar.setValue(round(top if top < bar.value() else top + pitch - self.viewport().height()))
        self.viewport().update()

    def channels_in_sight(self) -> list[int]:
        """Return the channels whose maps can be seen, in their order."""
        return [self._content.channels[place] for place in self._in_sight()]

    def cell_of(self, channel: int) -> QRectF:
        """Return where a channel's map is painted, in pixels of the viewport."""
        return self._map_rect(list(self._content.channels).index(channel))

    # Where the cells lie

    def _arrange(self) -> None:
        """Make the cells as large as they can be while all are in sight, or small ones to scroll."""
        count, room = len(self._content.channels), self.viewport().size()
        self._cell = LEAST_CELL
        for cell in range(LARGEST_CELL, LEAST_CELL - 1, -4):
            self._cell = cell
            width, height = self._pitch()
            self._across = max(1, int((room.width() - 2 * _EDGE + _GAP) // width))
            if -(-count // self._across) * height + 2 * _EDGE <= room.height():
                break
        down = -(-count // self._across)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, round(down * self._pitch()[1] + 2 * _EDGE) - room.height()))
        bar.setPageStep(room.height())
        bar.setSingleStep(round(self._pitch()[1] / 2))
        self.sight_changed.emit()

    def _map_size(self) -> tuple[int, int]:
        longest = max(self._content.rows, self._content.columns)
        sides = (self._content.columns, self._content.rows)
        width, height = (max(2, round(self._cell * side / longest)) for side in sides)
        return width, height

    def _pitch(self) -> tuple[int, int]:
        """Return how far the cells lie apart, to the right and down."""
        width, height = self._map_size()
        bar = _BAR if self._content.parts else 0
        return max(width, LEAST_CELL) + _GAP, height + bar + QFontMetrics(self._label_font).height() + _GAP

    def _top(self, row: int) -> int:
        return _EDGE + row * self._pitch()[1]

    def _map_rect(self, place: int) -> QRectF:
        row, column = divmod(place, self._across)
        across, (width, height) = self._pitch()[0], self._map_size()
        left = _EDGE + column * across + (across - _GAP - width) / 2
        return QRectF(left, self._top(row) - self.verticalScrollBar().value(), width, height)

    def _in_sight(self) -> range:
        scrolled, pitch = self.verticalScrollBar().value(), self._pitch()[1]
        first = max(0, (scrolled - _EDGE) // pitch)
        last = max(0, (scrolled + self.viewport().height() - _EDGE) // pitch)
        count = len(self._content.channels)
        return range(min(first * self._across, count), min((last + 1) * self._across, count))

    def place_at(self, point: QPointF) -> MapPlace | None:
        """Return the value at a point of the viewport."""
        for place in self._in_sight():
            rect = self._map_rect(place)
            if rect.contains(point):
                row = int((point.y() - rect.top()) / rect.height() * self._content.rows)
                column = int((point.x() - rect.left()) / rect.width() * self._content.columns)
                row, column = min(row, self._content.rows - 1), min(column, self._content.columns - 1)
                return MapPlace(self._content.channels[place], row, column)
        return None

    # What is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        self.painted = 0
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), QColor(self._style.card))
            painter.setFont(self._label_font)
            for place in self._in_sight():
                self._paint_cell(painter, place)
                self.painted += 1
        if self._images.is_due:
            self._later.start()

    def _paint_cell(self, painter: QPainter, place: int) -> None:
        channel, rect = self._content.channels[place], self._map_rect(place)
        image = self._images.image(channel)
        painter.setOpacity(FADED if self.is_faded else 1)
        if image is None:
            painter.fillRect(rect, QColor(self._style.total))
        else:
            smaller = image.width() > rect.width() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
            painter.drawImage(rect, image)
        below = rect.bottom()
        for part in self._content.parts:
            if part.first <= channel < part.end:
                colour = QColor(self._style.theme.shares[Role(part.part)])
                painter.fillRect(QRectF(rect.left(), below, rect.width(), _BAR), colour)
        below += _BAR if self._content.parts else 0
        is_dead = channel in self._content.dead
        if is_dead:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._images.colours.colours[-1]), 1.5))
            painter.drawLine(rect.bottomLeft(), rect.topRight())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(self._style.problem if is_dead else self._style.quiet))
        number = QRectF(rect.center().x() - 30, below, 60, QFontMetrics(self._label_font).height())
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, f"{channel} ×" if is_dead else str(channel))
        if channel == self._selected:
            painter.setOpacity(1)
            painter.setPen(QPen(QColor(self._style.accent), 3 if self.hasFocus() else 2))
            painter.drawRect(rect.adjusted(-1, -1, 1, 1))

    def _colour(self) -> None:
        if self._images.colour_some():
            self.viewport().update()

    def _scrolled(self) -> None:
        self.viewport().update()
        self.sight_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        if self._selected >= 0:
            self.select(self._selected)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place)
            self.opened.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place)
            self.followed.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key that is a command of the window's otherwise is for the grid."""
        if event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        return event.key() == Qt.Key.Key_F or (event.key() == Qt.Key.Key_Escape and self.is_enlarged)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.ShiftModifier and Qt.Key(event.key()) in _ARROWS:
            self.nudged.emit(Qt.Key(event.key()))
            return
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._content.channels:
            super().keyPressEvent(event)
            return
        acts = {
            Qt.Key.Key_Return: self.opened,
            Qt.Key.Key_Enter: self.opened,
            Qt.Key.Key_Escape: self.left,
            Qt.Key.Key_F: self.followed,
        }
        key = Qt.Key(event.key())
        if key in acts:
            if self._selected < 0 and key is not Qt.Key.Key_Escape:
                self._go(0)
            acts[key].emit()
        elif not self._step(key):
            super().keyPressEvent(event)

    def _step(self, key: Qt.Key) -> bool:
        page = self._across * max(1, self.viewport().height() // self._pitch()[1])
        count = len(self._content.channels)
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: self._across,
            Qt.Key.Key_Up: -self._across,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Home: -count,
            Qt.Key.Key_End: count,
        }
        if key not in steps:
            return False
        channels = list(self._content.channels)
        here = channels.index(self._selected) if self._selected in channels else -1
        wanted = 0 if here < 0 else here + steps[key]
        if not 0 <= wanted < count and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            wanted = here
        self._go(min(max(wanted, 0), count - 1))
        return True

    def _go(self, place: int) -> None:
        channel = self._content.channels[place]
        self.select(channel)
        self.chosen.emit(MapPlace(channel, -1, -1))
