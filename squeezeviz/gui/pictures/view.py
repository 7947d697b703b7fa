"""The open picture with what the network sees of it, and the classes that it tells, both painted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from squeezeviz.analysis.pictures.classes import TOP, ClassProbability
from squeezeviz.analysis.pictures.preprocessing import Crop
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

_LEAST = 110
_DIMMED = 170
"""How opaque what lies over the part that is not seen is, of 255."""


@guarded
class PictureView(QWidget):
    """A picture in its proportions. What lies outside of the crop is dimmed."""

    enlarge_wanted = Signal()
    """A person clicked it twice."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("picture_view")
        self.setAccessibleName("Picture")
        self.setMinimumSize(_LEAST, _LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._style = style
        self._picture: QImage | None = None
        self._image: QImage | None = None
        """The picture, perhaps with something over it."""
        self._scaled: QPixmap | None = None
        self._size = 1, 1
        self._crop: Crop | None = None
        """The picture's width and height, and what of it the network sees, both in its own pixels."""

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_picture(self, image: QImage, size: tuple[int, int], crop: Crop | None) -> None:
        """Show a small copy of a picture of that width and height, and what a network sees of it, both in pixels."""
        if image is not self._picture:
            self._picture = image
            self.show_image(image)
        self._size, self._crop = size, crop
        self.update()

    def show_image(self, image: QImage) -> None:
        """Show another image of the same picture in its place."""
        if image is not self._image:
            self._image, self._scaled = image, None
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.enlarge_wanted.emit()

    def placed(self) -> QRectF:
        """Return where the picture is painted."""
        if self._image is None:
            return QRectF()
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) / 2, 0, size.width(), size.height())

    def seen(self) -> QRectF:
        """Return where what the network sees is painted."""
        place = self.placed()
        if self._crop is None:
            return place
        seen = self._crop.on_copy(self._size, (place.width(), place.height()))
        return QRectF(*seen).translated(place.topLeft())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        place, seen = self.placed(), self.seen()
        with QPainter(self) as painter:
            painter.drawPixmap(place.topLeft(), self._of_size(place))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            outside = QPainterPath()
            outside.addRect(place)
            outside.addRect(seen)  # a rectangle within a rectangle is left out
            veil = QColor(self._style.card)
            veil.setAlpha(_DIMMED)
            painter.fillPath(outside, veil)
            painter.setPen(QPen(QColor(self._style.accent), 2))
            painter.drawRect(seen.adjusted(1, 1, -1, -1))

    def _of_size(self, place: QRectF) -> QPixmap:
        """Return the picture in the size in which it is painted, kept until that is another."""
        assert self._image is not None
        scale = self.devicePixelRatioF()
        wanted = QSize(max(1, round(place.width() * scale)), max(1, round(place.height() * scale)))
        if self._scaled is None or self._scaled.size() != wanted:
            smooth = Qt.TransformationMode.SmoothTransformation
            scaled = self._image.scaled(wanted, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
            self._scaled = QPixmap.fromImage(scaled)
        self._scaled.setDevicePixelRatio(scale)
        return self._scaled


_ROW = 4
"""How much higher a row is than its letters, in pixels."""
_INSET = 4
_NAMES = 0.42
"""The share of the width that names may take."""


_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_CHOOSES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_ASIDE = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


@guarded
class ClassBars(QWidget):
    """The likeliest classes, a line each: the name, a bar as long as it is likely, and its probability. A click on one,
    or Enter, chooses it."""

    chosen = Signal(int)
    """The number of a class."""
    walked = Signal(int)
    """The keyboard asks for the picture so many further on."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("class_bars")
        self.setAccessibleName("The likeliest classes")
        self.setToolTip("Show what of the picture speaks for a class (Enter)")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._style = style
        self._top: tuple[ClassProbability, ...] = ()
        self._faded = False
        self._current = 0
        """The line that the keyboard is at."""
        self._marked: int | None = None

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_classes(self, top: Sequence[ClassProbability], *, faded: bool, marked: int | None = None) -> None:
        """Show these classes; faded where they mean nothing. `marked` is the number of the one that was chosen."""
        self._top, self._faded, self._marked = tuple(top), faded, marked
        self._current = min(self._current, max(0, len(top) - 1))
        self._describe()
        self.setVisible(bool(top))
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        """Say what is painted to who does not see it."""
        said = [f"{each.title}, {percent(each.probability)}" for each in self._top]
        said += [f"{each.title} is shown in the picture" for each in self._top if each.number == self._marked]
        if self.hasFocus() and self._top:
            said.append(f"at {self._top[self._current].title}")
        self.setAccessibleDescription("; ".join(said))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and 0 <= self._current + _STEPS[key] < len(self._top):
            self._current += _STEPS[key]
            self._describe()
            self.update()
        elif key in _CHOOSES and self._top:
            self.chosen.emit(self._top[self._current].number)
        elif key in _ASIDE:
            self.walked.emit(_ASIDE[key])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        line = int(event.position().y() // self._row())
        if event.button() == Qt.MouseButton.LeftButton and 0 <= line < len(self._top):
            self._current = line
            self.chosen.emit(self._top[line].number)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._describe()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(200, (len(self._top) or TOP) * self._row())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _row(self) -> int:
        return QFontMetrics(self.font()).height() + _ROW

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place, each in enumerate(self._top):
                self._paint_ground(painter, place, marked=each.number == self._marked)
                self._paint_row(painter, each, place * self._row(), first=place == 0)

    def _paint_ground(self, painter: QPainter, place: int, *, marked: bool) -> None:
        """Paint what lies below a line: of the class that was chosen, and a frame around where the keyboard is."""
        room = QRectF(0, place * self._row(), self.width(), self._row()).adjusted(0.5, 0.5, -0.5, -0.5)
        at_keyboard = self.hasFocus() and place == self._current
        if marked or at_keyboard:
            painter.setPen(QPen(QColor(self._style.accent), 1) if at_keyboard else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._style.selected) if marked else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room, 3, 3)

    def _paint_row(self, painter: QPainter, each: ClassProbability, top: int, *, first: bool) -> None:
        font = QFont(self.font())
        font.setBold(first)
        painter.setFont(font)
        painter.setPen(QColor(self._style.quiet if self._faded else self._style.text))
        metrics, height = QFontMetrics(font), self._row()
        bold = QFont(self.font())
        bold.setBold(True)
        number = QFontMetrics(bold).horizontalAdvance("100.0 %") + 4 + _INSET
        names = round(self.width() * _NAMES)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        text = metrics.elidedText(each.title, Qt.TextElideMode.ElideRight, names - 8 - _INSET)
        painter.drawText(QRectF(_INSET, top, names - _INSET, height), middle | int(Qt.AlignmentFlag.AlignLeft), text)
        right = QRectF(self.width() - number, top, number - _INSET, height)
        painter.drawText(right, middle | int(Qt.AlignmentFlag.AlignRight), percent(each.probability))
        groove = QRectF(names, top + height / 2 - 5, max(0, self.width() - names - number - 8), 10)
        colour = QColor(self._style.quiet if self._faded else self._style.accent)
        if not first:
            colour.setAlpha(140)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, brush in ((groove.width(), QColor(self._style.total)), (groove.width() * each.probability, colour)):
            painter.setBrush(brush)
            painter.drawRoundedRect(QRectF(groove.left(), groove.top(), width, groove.height()), 2, 2)


def percent(probability: float) -> str:
    """Return `43.6 %`, with two digits below a thousandth."""
    return f"{100 * probability:.{1 if probability >= 0.001 else 2}f} %"
