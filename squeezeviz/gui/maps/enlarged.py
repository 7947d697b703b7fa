"""One channel enlarged, with its numbers, and what of the picture one of its values depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.pictures.preprocessing import Crop
from squeezeviz.gui.maps.chosen import value_text
from squeezeviz.gui.maps.grid import FADED, MapPlace
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_GAP, _FONT = 10, 11
_NUMBERS = 124
"""Pixels that the numbers take, beside the map or below it."""
_SMALL_FIELD = 0.3
"""The share of the picture's side up to which a receptive field is magnified."""
_MOVES = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class SeenPicture(NamedTuple):
    """A small copy of a picture of that width and height, and what a network sees of it, both in its pixels."""

    image: QImage
    size: tuple[int, int]
    crop: Crop

    def part_seen(self) -> QRectF:
        """Return what the network sees, in pixels of the small copy."""
        return QRectF(*self.crop.on_copy(self.size, (self.image.width(), self.image.height())))


class Enlarged(NamedTuple):
    """A channel's whole map (None until it is here) with its image, and which value of it is meant.

    `numbers` are lines of a name and a value. `field` are the rows and columns of the network's input that the value
    depends on, out of `taken`, its height and width. Without a picture the input is a ramp of grey.
    """

    place: MapPlace
    values: NDArray[np.float32] | None
    image: QImage | None
    numbers: tuple[tuple[str, str], ...]
    field: tuple[range, range]
    taken: tuple[int, int]
    picture: SeenPicture | None
    is_faded: bool = False

    @property
    def value(self) -> float | None:
        return None if self.values is None else float(self.values[self.place.row, self.place.column])

    @property
    def in_words(self) -> str:
        """All that is painted, for who does not see it."""
        channel, row, column = self.place
        value = "" if self.value is None else f" is {value_text(self.value)}"
        rows, columns = self.field
        numbers = ", ".join(f"{name} {number}" for name, number in self.numbers)
        return (
            f"Channel {channel}: {numbers}. The value in row {row}, column {column}{value}. It depends on "
            f"{len(columns)} × {len(rows)} pixels: x {_span(columns)}, y {_span(rows)}."
        )


class _Places(NamedTuple):
    """Where the map, the picture, the numbers and the magnified field are painted."""

    map: QRectF
    picture: QRectF
    numbers: QRectF
    magnified: QRectF


@guarded
class EnlargedMap(QWidget):
    """Paints one channel. A click chooses a value of it, a double click follows it."""

    chosen = Signal(object)
    """Another value (MapPlace)."""
    hovered = Signal(object)
    followed = Signal()

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("enlarged_map")
        self.setAccessibleName("Enlarged feature map")
        self.setMouseTracking(True)
        self._style = style
        self._shown: Enlarged | None = None
        self._font, self._bold = QFont(self.font()), QFont(self.font())
        for font in (self._font, self._bold):
            font.setPixelSize(_FONT)
        self._bold.setWeight(QFont.Weight.DemiBold)

    @property
    def shown(self) -> Enlarged | None:
        return self._shown

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_channel(self, shown: Enlarged | None) -> None:
        self._shown = shown
        self.setAccessibleDescription(shown.in_words if shown is not None else "")
        self.update()

    def nudge(self, key: Qt.Key) -> None:
        """Choose the value that lies beside the chosen one where that arrow key points."""
        if self._shown is None or self._shown.values is None:
            return
        (rows, columns), place = self._shown.values.shape, self._shown.place
        down, right = _MOVES[key]
        row, column = min(max(place.row + down, 0), rows - 1), min(max(place.column + right, 0), columns - 1)
        self.chosen.emit(place._replace(row=row, column=column))

    # Where things lie

    def _places(self) -> _Places:
        line, width, height = QFontMetricsF(self._font).height(), float(self.width()), float(self.height())
        below = min((width - _GAP) / 2, height - (len(self._lines()) + 1) * line - _GAP)
        beside = min((width - 2 * _GAP - _NUMBERS) / 2, height - 2 * line)
        side = max(20.0, below, beside)
        first = QRectF(0, line, side, side)
        second = first.translated(side + _GAP, 0)
        if below >= beside:
            top = line + side + 4
            numbers = QRectF(0, top, max(side, _NUMBERS), height - top)
            room = min(side / 2, height - top - 4)
            magnified = QRectF(max(second.left(), numbers.right() + _GAP), top + 2, room, room)
        else:
            numbers = QRectF(second.right() + _GAP, line, _NUMBERS, height - line)
            left = numbers.top() + (len(self._lines()) + 0.5) * line
            room = min(_NUMBERS * 0.8, height - left - 2 * line)
            magnified = QRectF(numbers.left(), left, room, room)
        return _Places(first, second, numbers, magnified)

    def _lines(self) -> tuple[tuple[str, str], ...]:
        return self._shown.numbers if self._shown is not None else ()

    def map_rect(self) -> QRectF:
        """Return where the values lie within the map's square, whose proportions they keep."""
        rect = self._places().map
        if self._shown is None or self._shown.image is None:
            return rect
        return _fitted(rect, self._shown.image.width(), self._shown.image.height())

    def place_at(self, point: QPointF) -> MapPlace | None:
        """Return the value of the map at a point."""
        shown, rect = self._shown, self.map_rect()
        if shown is None or shown.values is None or not rect.contains(point):
            return None
        rows, columns = shown.values.shape
        row = min(int((point.y() - rect.top()) / rect.height() * rows), rows - 1)
        column = min(int((point.x() - rect.left()) / rect.width() * columns), columns - 1)
        return MapPlace(shown.place.channel, row, column)

    # What is painted

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._shown is None:
            return
        with QPainter(self) as painter:
            painter.setFont(self._bold)
            painter.setPen(QColor(self._style.text))
            places, place = self._places(), self._shown.place
            line = QFontMetricsF(self._font).height()
            rows, columns = self._shown.field
            self._paint_heading(painter, places.map, line, f"channel {place.channel}", f"({place.row}, {place.column})")
            size = f"{len(columns)} × {len(rows)} px"
            self._paint_heading(painter, places.picture, line, "what it sees", size)
            painter.setOpacity(FADED if self._shown.is_faded else 1)
            self._paint_map(painter)
            self._paint_picture(painter, places)
            painter.setOpacity(1)
            self._paint_numbers(painter, places.numbers, line)

    def _paint_heading(self, painter: QPainter, below: QRectF, line: float, bold: str, quiet: str) -> None:
        at = QPointF(below.left(), below.top() - 4)
        painter.setFont(self._bold)
        painter.setPen(QColor(self._style.text))
        painter.drawText(at, bold)
        painter.setPen(QColor(self._style.quiet))
        width = QFontMetricsF(self._bold).horizontalAdvance(bold) + 6
        painter.setFont(self._font)
        room = (below.width() if below.left() == 0 else self.width() - below.left()) - width
        text = QFontMetricsF(self._font).elidedText(quiet, Qt.TextElideMode.ElideRight, room)
        painter.drawText(at + QPointF(width, 0), text)

    def _paint_map(self, painter: QPainter) -> None:
        shown, rect = self._shown, self.map_rect()
        assert shown is not None
        if shown.image is None or shown.values is None:
            painter.fillRect(rect, QColor(self._style.total))
            return
        painter.drawImage(rect, shown.image)
        rows, columns = shown.values.shape
        cell = QRectF(
            rect.left() + shown.place.column * rect.width() / columns,
            rect.top() + shown.place.row * rect.height() / rows,
            rect.width() / columns,
            rect.height() / rows,
        )
        _paint_frame(painter, _at_least(cell, 5), self._style)

    def _paint_picture(self, painter: QPainter, places: _Places) -> None:
        shown = self._shown
        assert shown is not None
        height, width = shown.taken
        rect = _fitted(places.picture, width, height)
        rows, columns = shown.field
        field = QRectF(
            rect.left() + columns.start * rect.width() / width,
            rect.top() + rows.start * rect.height() / height,
            len(columns) * rect.width() / width,
            len(rows) * rect.height() / height,
        )
        self._paint_input(painter, rect, QRectF(0, 0, width, height))
        _paint_frame(painter, _at_least(field, 4).intersected(rect), self._style)
        small = max(len(columns) / width, len(rows) / height) <= _SMALL_FIELD
        if small and places.magnified.height() > 24 and len(rows) and len(columns):
            self._paint_magnified(painter, places.magnified, rows, columns)

    def _paint_magnified(self, painter: QPainter, place: QRectF, rows: range, columns: range) -> None:
        target = _fitted(place, len(columns), len(rows))
        self._paint_input(painter, target, QRectF(columns.start, rows.start, len(columns), len(rows)))
        painter.setPen(QPen(QColor(self._style.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(target)
        painter.setFont(self._font)
        painter.setPen(QColor(self._style.quiet))
        line = QFontMetricsF(self._font).height()
        texts = (f"x {_span(columns)}", f"y {_span(rows)}")
        beside = target.right() + 6 + QFontMetricsF(self._font).horizontalAdvance(texts[0]) < self.width()
        at = (
            QPointF(target.right() + 6, target.top() + line)
            if beside
            else QPointF(target.left(), target.bottom() + line)
        )
        for number, text in enumerate(texts):
            painter.drawText(at + QPointF(0, number * line), text)

    def _paint_input(self, painter: QPainter, target: QRectF, part: QRectF) -> None:
        """Paint a part of what the network takes, in its pixels: of the picture, or of the ramp of grey."""
        shown = self._shown
        assert shown is not None
        height, width = shown.taken
        if shown.picture is None:
            ramp = QLinearGradient(target.topLeft(), target.bottomLeft())
            for at, y in ((0.0, part.top()), (1.0, part.bottom())):
                grey = round(255 * y / height)
                ramp.setColorAt(at, QColor(grey, grey, grey))
            painter.fillRect(target, ramp)
            return
        seen = shown.picture.part_seen()
        across, down = seen.width() / width, seen.height() / height
        source = QRectF(
            seen.left() + part.left() * across, seen.top() + part.top() * down, part.width() * across,
            part.height() * down,
        )  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, shown.picture.image, source)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)

    def _paint_numbers(self, painter: QPainter, room: QRectF, line: float) -> None:
        for place, (name, number) in enumerate(self._lines()):
            row = QRectF(room.left(), room.top() + place * line, room.width(), line)
            if row.bottom() > self.height() + 2:
                break
            painter.setFont(self._font)
            painter.setPen(QColor(self._style.quiet))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.setFont(self._bold)
            painter.setPen(QColor(self._style.text))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and place is not None:
            self.chosen.emit(place)
            self.followed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self.place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered.emit(None)


def _span(numbers: range) -> str:
    """Return `32–46`, `7`, or `none`."""
    if len(numbers) < 2:
        return str(numbers[0]) if numbers else "none"
    return f"{numbers[0]}–{numbers[-1]}"


def _fitted(rect: QRectF, width: int, height: int) -> QRectF:
    """Return the largest rectangle of those proportions at the upper left of another one."""
    scale = min(rect.width() / max(1, width), rect.height() / max(1, height))
    return QRectF(rect.left(), rect.top(), width * scale, height * scale)


def _at_least(rect: QRectF, side: float) -> QRectF:
    """Return a rectangle with the same middle that is large enough to be seen."""
    width, height = max(rect.width(), side), max(rect.height(), side)
    return QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)


def _paint_frame(painter: QPainter, rect: QRectF, style: Style) -> None:
    """Frame a place so that it is seen on dark and on light ground."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in (("#ffffff", 3.5), (style.accent, 1.75)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(rect)
