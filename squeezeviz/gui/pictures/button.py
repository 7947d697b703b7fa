"""The toolbar's button for pictures: what the live pass runs on and how it is prepared, with a menu of what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetrics, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton

from squeezeviz.figure.writers.painter import fill
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain, tip_text

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

_THUMBNAIL, _EDGE, _ARROW = 28, 5, 18
_SMALLER = 0.85
"""How large the letters of the lower line are, as a share of those of the upper one."""
_GREYS = 7
"""In so many steps the ramp is painted."""


@guarded
class PictureButton(QToolButton):
    """A thumbnail with two lines beside it: which picture it is, and how it is prepared."""

    menu_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picture_button")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self.menu_wanted)
        self._image: QImage | None = None
        self._lines = ("", "")
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that passes run on a ramp of grey."""
        if self._show("No picture", "ramp of grey", None):
            self.setToolTip("What the live pass runs on: a ramp of grey")

    def show_picture(self, name: str, prepared: str, image: QImage) -> None:
        if self._show(plain(name), plain(prepared), image):
            self.setToolTip(tip_text(f"What the live pass runs on: {name}, {prepared}"))

    def _show(self, upper: str, lower: str, image: QImage | None) -> bool:
        """Return whether that is something else than before."""
        if (upper, lower) == self._lines and image is self._image:
            return False
        self._lines, self._image = (upper, lower), image
        self.setAccessibleName(f"Input of the live pass: {upper}, {lower}")
        self.update()
        return True

    def sizeHint(self) -> QSize:
        return QSize(200, 2 * QFontMetrics(self.font()).lineSpacing() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            left = _EDGE + 1
            self._paint_thumbnail(painter, QRect(left, (self.height() - _THUMBNAIL) // 2, _THUMBNAIL, _THUMBNAIL))
            room = self.rect().adjusted(left + _THUMBNAIL + 7, 0, -_ARROW, 0)
            if room.width() > _ARROW:
                self._paint_lines(painter, room)
            self._paint_arrow(painter)

    def _paint_thumbnail(self, painter: QPainter, place: QRect) -> None:
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            side = min(self._image.width(), self._image.height())
            middle = QRect((self._image.width() - side) // 2, (self._image.height() - side) // 2, side, side)
            painter.drawImage(place, self._image, middle)
            return
        for step in range(_GREYS):
            grey = round(255 * step / (_GREYS - 1))
            left = place.left() + step * place.width() // _GREYS
            room = QRect(left, place.top(), place.width() // _GREYS, place.height())
            fill(painter, room, QColor(grey, grey, grey))

    def _paint_lines(self, painter: QPainter, room: QRect) -> None:
        upper, lower = QFont(self.font()), QFont(self.font())
        size = QFontInfo(self.font()).pixelSize()
        upper.setBold(True)
        upper.setPixelSize(round(size * 0.93))
        lower.setPixelSize(round(size * _SMALLER))
        quiet, middle = self.palette().placeholderText().color(), room.center().y() + 1
        alignment = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for line, font, up in zip(self._lines, (upper, lower), (True, False), strict=True):
            metrics, colour = QFontMetrics(font), self.palette().buttonText().color() if up else quiet
            painter.setFont(font)
            painter.setPen(colour)
            height = metrics.height()
            place = QRect(room.left(), middle - height + 1 if up else middle - 1, room.width(), height)
            painter.drawText(place, alignment, metrics.elidedText(line, Qt.TextElideMode.ElideRight, room.width()))

    def _paint_arrow(self, painter: QPainter) -> None:
        right, middle = self.width() - 8, self.height() // 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QGuiApplication.palette().placeholderText().color(), 1.5))  # as that of `ComboBox`
        painter.drawLine(right - 8, middle - 2, right - 4, middle + 2)
        painter.drawLine(right - 4, middle + 2, right, middle - 2)
