"""The filters of a convolution as a picture that scrolls. What is in sight is painted, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)

from squeezeviz.analysis.convolutions import Convolution
from squeezeviz.analysis.pictures.preprocessing import ChannelOrder
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.tone import Scale
from squeezeviz.gui.filters.placing import FilterLayout, WeightPlace, filter_layout
from squeezeviz.gui.filters.reading import FilterReader
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.images import image_of
from squeezeviz.gui.widgets.painted_area import PaintedArea
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FONT = 10
_APART = 6
"""Pixels between the numbers of channels, at least."""


class ShownFilters(NamedTuple):
    """Whose filters are shown, which values the colours stand for, and the order of the channels of a picture; without
    an order a filter is shown channel by channel."""

    convolution: Convolution
    scale: Scale
    order: ChannelOrder | None = None

    @property
    def in_colour(self) -> bool:
        return self.order is not None


class _Block(NamedTuple):
    """The tiles of one page of filters that are in sight: from which row and column of tiles, up to which."""

    page: int
    first: int
    end: int
    left: int
    right: int


@guarded
class FilterPicture(PaintedArea):
    """Output channels from top to bottom, input channels from left to right; filters over a picture's channels as
    pictures. The arrow keys go from weight to weight."""

    chosen = Signal(object)
    """The weight that was gone to (WeightPlace)."""
    copied = Signal()
    """Ctrl+C: the picture is to go to the clipboard."""
    menu_wanted = Signal(object)
    """A menu is wanted at that point of the screen."""

    def __init__(self, reader: FilterReader, style: Style) -> None:
        super().__init__("filter_picture", "Filters", style)
        self._reader = reader
        self._number_font = QFont(self.font())
        self._number_font.setPixelSize(_FONT)
        self._shown: ShownFilters | None = None
        self._layout: FilterLayout | None = None
        self._images: dict[_Block, QImage] = {}
        self._place: WeightPlace | None = None
        self.painted = 0
        """How many weights were coloured since the convolution came."""
        reader.arrived.connect(self.viewport().update)

    @property
    def shown(self) -> ShownFilters | None:
        """The filters that are shown."""
        return self._shown

    @property
    def place(self) -> WeightPlace | None:
        """The weight that was gone to."""
        return self._place

    def set_style(self, style: Style) -> None:
        self._images.clear()
        super().set_style(style)

    def show_filters(self, shown: ShownFilters | None) -> None:
        """Show other filters, from their beginning; none until these are known."""
        if shown == self._shown:
            return
        another = shown is None or self._shown is None or shown.convolution != self._shown.convolution
        self._shown = shown
        self._images.clear()
        if another:
            self._place, self.painted = None, 0
            self.horizontalScrollBar().setValue(0)
            self.verticalScrollBar().setValue(0)
        self._arrange()
        self.viewport().update()

    def value(self, place: WeightPlace) -> NDArray[np.float32] | None:
        """Return the weights at a place, if they are here: one, or in colour that of each channel."""
        if self._shown is None:
            return None
        page, within = divmod(place.output, self._reader.page)
        found = self._reader.filters(page)
        if found is None:
            return None
        channels = slice(None) if self._shown.in_colour else slice(place.input, place.input + 1)
        return found[within, channels, place.row, place.column]

    # Where things lie. The layout is in pixels of the screen, so that all squares are equally large.

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _head(self) -> tuple[float, float]:
        """Return what the numbers of channels take at the left and at the top, in pixels of the window."""
        if self._shown is None or self._shown.in_colour:
            return 0.0, 0.0
        metrics = QFontMetrics(self._number_font)
        widest = metrics.horizontalAdvance(str(self._shown.convolution.shape[0] - 1))
        return widest + _APART, metrics.height() + 2.0

    def _arrange(self) -> None:
        shown = self._shown
        if shown is None:
            self._layout = None
            return
        left, top = self._head()
        room = self.maximumViewportSize()
        bars = self.verticalScrollBar().sizeHint().width()
        ratio = self._ratio
        width, height = (room.width() - left - bars) * ratio, (room.height() - top) * ratio
        self._layout = filter_layout(shown.convolution.shape, shown.in_colour, (width, height), ratio)
        self._images.clear()
        wide, high = (side / ratio for side in self._layout.size)
        port = self.viewport().size()
        for bar, whole, seen in (
            (self.horizontalScrollBar(), wide + left, port.width()),
            (self.verticalScrollBar(), high + top, port.height()),
        ):
            bar.setRange(0, max(0, round(whole - seen + 0.49)))
            bar.setPageStep(seen)
            bar.setSingleStep(20)

    def _origin(self) -> tuple[float, float]:
        left, top = self._head()
        return left - self.horizontalScrollBar().value(), top - self.verticalScrollBar().value()

    def square(self, place: WeightPlace) -> QRectF:
        """Return where a weight is painted, in pixels of the viewport."""
        assert self._layout is not None
        (left, top), (x, y) = self._origin(), self._layout.corner(place)
        side = self._layout.cell / self._ratio
        return QRectF(left + x / self._ratio, top + y / self._ratio, side, side)

    def place_at(self, point: QPointF) -> WeightPlace | None:
        """Return the weight at a point of the viewport."""
        head = self._head()
        if self._layout is None or point.x() < head[0] or point.y() < head[1]:
            return None
        left, top = self._origin()
        return self._layout.place_at((point.x() - left) * self._ratio, (point.y() - top) * self._ratio)

    def _tiles_in_sight(self) -> tuple[range, range]:
        """Return the rows and the columns of tiles that can be seen."""
        assert self._layout is not None
        wide, high = self._layout.tile
        size, (left, top), ratio = self.viewport().size(), self._head(), self._ratio
        from_left, from_top = (bar.value() * ratio for bar in (self.horizontalScrollBar(), self.verticalScrollBar()))
        columns = range(int(from_left // wide), int((from_left + (size.width() - left) * ratio) // wide) + 1)
        rows = range(int(from_top // high), int((from_top + (size.height() - top) * ratio) // high) + 1)
        return range(rows.start, min(rows.stop, self._layout.down)), range(
            columns.start, min(columns.stop, self._layout.across)
        )

    def _blocks(self) -> list[_Block]:
        layout, page = self._layout, self._reader.page
        assert layout is not None
        rows, columns = self._tiles_in_sight()
        if not rows or not columns:
            return []
        if layout.in_colour:
            # Pages begin within a row of tiles: each is painted whole.
            first, last = rows.start * layout.across, min(rows.stop * layout.across, layout.shape[0]) - 1
            return [
                _Block(each, each * page, min((each + 1) * page, layout.shape[0]), 0, layout.across)
                for each in range(first // page, last // page + 1)
            ]
        return [
            _Block(each, max(rows.start, each * page), min(rows.stop, (each + 1) * page), columns.start, columns.stop)
            for each in range(rows.start // page, (rows.stop - 1) // page + 1)
        ]

    # What is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self.viewport()) as painter:
            painter.fillRect(self.viewport().rect(), QColor(self._style.card))
            if self._shown is None or self._layout is None:
                return
            blocks = self._blocks()
            self._images = {block: image for block, image in self._images.items() if block in blocks}
            for block in blocks:
                self._paint_block(painter, block)
            self._paint_numbers(painter)
            self._paint_place(painter)
        if blocks:
            self._reader.want_filters(min(each.first for each in blocks), max(each.end for each in blocks))

    def _paint_block(self, painter: QPainter, block: _Block) -> None:
        layout = self._layout
        assert layout is not None
        rect = self._block_rect(block)
        image = self._images.get(block)
        values = self._reader.filters(block.page) if image is None else None
        if image is None and values is not None:
            image = self._images[block] = self._coloured(block, values)
        if image is None:
            painter.fillRect(rect, QColor(self._style.total))
            return
        before = block.first % layout.across if layout.in_colour else 0
        if before:  # the page before has put its last tiles there
            wide, high = layout.tile
            first = QRectF(before * wide, 0, image.width() - before * wide, high)
            at = QPointF(rect.left() + first.left() / self._ratio, rect.top())
            painter.drawImage(QRectF(at, first.size() / self._ratio), image, first)
            painter.setClipRect(rect.adjusted(0, high / self._ratio, 0, 0))
        painter.drawImage(rect.topLeft(), image)
        painter.setClipping(False)

    def _block_rect(self, block: _Block) -> QRectF:
        layout, ratio, (left, top) = self._layout, self._ratio, self._origin()
        assert layout is not None
        wide, high = layout.tile
        first, end = block.first, block.end
        if layout.in_colour:
            first, end = first // layout.across, -(-end // layout.across)
        x, y = left + block.left * wide / ratio, top + first * high / ratio
        return QRectF(x, y, (block.right - block.left) * wide / ratio, (end - first) * high / ratio)

    def _coloured(self, block: _Block, values: NDArray[np.float32]) -> QImage:
        from squeezeviz.figure.drawing.filter_pixels import colour_tiles, matrix_pixels, tile_pixels

        layout, shown = self._layout, self._shown
        assert layout is not None and shown is not None
        between = QColor(self._style.card if shown.in_colour else self._style.border)
        ground, begins = (between.red(), between.green(), between.blue()), block.page * self._reader.page
        seen = values[block.first - begins : block.end - begins]
        if shown.order is not None:
            tiles = colour_tiles(seen, shown.scale.most, shown.order)
            before = block.first % layout.across
            image = image_of(tile_pixels(tiles, layout.across, layout.cell, layout.gap, ground, before))
        else:
            seen = seen[:, block.left : block.right]
            colours = colour_map(self._style.theme, both_signs=True)
            image = image_of(matrix_pixels(seen, shown.scale, colours, layout.cell, layout.gap, ground))
        self.painted += seen.size
        image.setDevicePixelRatio(self._ratio)
        return image

    def _paint_numbers(self, painter: QPainter) -> None:
        """Paint the numbers of channels beside and above the tiles; they stay in sight."""
        layout, shown = self._layout, self._shown
        assert layout is not None and shown is not None
        if shown.in_colour:
            return
        (head_left, head_top), (left, top), ratio = self._head(), self._origin(), self._ratio
        port, card = self.viewport().rect(), QColor(self._style.card)
        painter.fillRect(QRectF(0, 0, head_left, port.height()), card)
        painter.fillRect(QRectF(0, 0, port.width(), head_top), card)
        painter.setFont(self._number_font)
        painter.setPen(QColor(self._style.quiet))
        metrics = QFontMetrics(self._number_font)
        rows, columns = self._tiles_in_sight()
        wide, high = (side / ratio for side in layout.tile)
        centre = Qt.AlignmentFlag.AlignCenter
        for row in _numbered(rows, high, metrics.height()):
            at = QRectF(0, top + row * high + layout.cell * layout.shape[2] / ratio / 2 - 8, head_left - 3, 16)
            if at.center().y() > head_top + 4:
                painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(row))
        for column in _numbered(columns, wide, metrics.horizontalAdvance(str(layout.across - 1)) + _APART):
            at = QRectF(left + column * wide + layout.cell * layout.shape[3] / ratio / 2 - 30, 0, 60, head_top)
            if at.center().x() > head_left:
                painter.drawText(at, centre, str(column))

    def _paint_place(self, painter: QPainter) -> None:
        if self._place is None:
            return
        head = self._head()
        painter.setClipRect(QRect(round(head[0]), round(head[1]), self.width(), self.height()))
        square = self.square(self._place)
        painter.setPen(QPen(QColor(self._style.card), 3))
        painter.drawRect(square.adjusted(-1, -1, 1, 1))
        painter.setPen(QPen(QColor(self._style.accent), 1.5 if self.hasFocus() else 1))
        painter.drawRect(square.adjusted(-1, -1, 1, 1))
        painter.setClipping(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self._go(place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        # Ctrl+C is a command of the window's otherwise.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Copy)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            if self._shown is not None:
                self.copied.emit()
            return
        layout, key = self._layout, Qt.Key(event.key())
        if layout is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        outputs, _, height, width = layout.shape
        page = max(1, self.viewport().height() * self._ratio // layout.tile[1]) * height
        many = outputs * layout.across * max(height, width)
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
            Qt.Key.Key_PageUp: (0, -int(page)),
            Qt.Key.Key_PageDown: (0, int(page)),
            Qt.Key.Key_Home: (-many, -many),
            Qt.Key.Key_End: (many, many),
        }
        if key not in steps:
            super().keyPressEvent(event)
        elif self._place is None:
            self._go(WeightPlace(0, 0, 0, 0))
        else:
            self._go(layout.moved(self._place, *steps[key]))

    def _go(self, place: WeightPlace) -> None:
        self._place = place
        square, head = self.square(place), self._head()
        for bar, low, high, room in (
            (self.horizontalScrollBar(), square.left() - head[0], square.right(), self.viewport().width()),
            (self.verticalScrollBar(), square.top() - head[1], square.bottom(), self.viewport().height()),
        ):
            if low < 0:
                bar.setValue(round(bar.value() + low))
            elif high > room:
                bar.setValue(round(bar.value() + high - room + 0.5))
        self.viewport().update()
        self.chosen.emit(place)


def _numbered(tiles: range, apart: float, room: float) -> range:
    """Return which of these tiles are numbered: every n-th, so that there is room between the numbers."""
    step = next(step for power in range(9) for each in (1, 2, 4, 8) if (step := each * 16**power) * apart >= room)
    return range(tiles.start + -tiles.start % step, tiles.stop, step)
