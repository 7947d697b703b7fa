"""The receptive field of what is selected, painted on the input image to scale."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from squeezeviz.analysis.receptive_field import Sight, middle_sight
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.table import InputShape

HEIGHT = 120
_PICTURE = 108
_EDGE = 3.0
_MOST_BEYOND = 1.0
"""How much beyond the image is shown at each side, as a part of it; a field that goes further is cut there."""
_DOTS_APART = 3.5
"""Pixels; values that look at places nearer to each other than this are not told apart."""
_DOT = 1.6


@guarded
class FieldPicture(QWidget):
    """The image, the field of its middle value, and a dot where each value of the map looks."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(_PICTURE, _PICTURE)
        self._style = style
        self._image = InputShape()
        self._sight: Sight | None = None

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_sight(self, image: InputShape, sight: Sight) -> None:
        self._image, self._sight = image, sight
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._sight is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            scale, origin = placed(self._image, self._sight)
            image = QRectF(origin.x(), origin.y(), self._image.width * scale, self._image.height * scale)
            painter.setPen(QPen(QColor(self._style.quiet), 1))
            painter.setBrush(QColor(self._style.total))
            painter.drawRect(image)
            self._paint_dots(painter, scale, origin, image)
            self._paint_field(painter, scale, origin)

    def _paint_dots(self, painter: QPainter, scale: float, origin: QPointF, image: QRectF) -> None:
        sight = self._sight
        assert sight is not None
        apart = sight.stride * scale
        if apart < _DOTS_APART:
            return
        first = QPointF(
            origin.x() + (sight.left - sight.column * sight.stride + sight.width / 2) * scale,
            origin.y() + (sight.top - sight.row * sight.stride + sight.height / 2) * scale,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.quiet))
        most = ceil(_PICTURE / _DOTS_APART) + 1
        for down in range(min(sight.rows, most)):
            for across in range(min(sight.columns, most)):
                at = QPointF(first.x() + across * apart, first.y() + down * apart)
                if image.contains(at):
                    painter.drawEllipse(at, _DOT / 2, _DOT / 2)

    def _paint_field(self, painter: QPainter, scale: float, origin: QPointF) -> None:
        sight = self._sight
        assert sight is not None
        field = QRectF(
            origin.x() + sight.left * scale, origin.y() + sight.top * scale, sight.width * scale, sight.height * scale
        )
        # What is cut off at the picture's edge shows no side there. Qt cannot stroke sides of millions of pixels.
        shown = field.intersected(QRectF(self.rect()).adjusted(-4, -4, 4, 4))
        tint = QColor(self._style.accent)
        tint.setAlpha(70)
        painter.setBrush(tint)
        painter.setPen(QPen(QColor(self._style.accent), 1.75))
        painter.drawRect(_at_least(shown, 2.0))


class FieldView(QWidget):
    """The picture, and its numbers beside it."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("field_view")
        self.setAccessibleName("Receptive field")
        self.setFixedHeight(HEIGHT)
        self._picture = FieldPicture(style)
        self._size, self._stride, self._which, self._outside = (QLabel() for _ in range(4))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 8)
        row.setSpacing(12)
        row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        for label in (self._size, self._stride, self._which, self._outside):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            words.addWidget(label)
        self._size.setProperty("tone", "formula")
        for label in (self._which, self._outside):
            label.setProperty("quiet", True)
            label.setProperty("small", True)
        words.addStretch(1)
        row.addLayout(words, 1)
        self.hide()

    def set_style(self, style: Style) -> None:
        self._picture.set_style(style)

    def show_field(self, network: ResolvedNetwork, row: int | None, part: str = "") -> None:
        """Show the field of a layer or of one of its operations; hidden for what has none: input, totals, problems."""
        sight = None if row is None else middle_sight(network, row, part)
        self.setVisible(sight is not None)
        if sight is None:
            return
        image = network.table.input
        self._picture.show_sight(image, sight)
        words = in_words(image, sight)
        for label, text in zip((self._size, self._stride, self._which, self._outside), words, strict=True):
            if label.text() != text:
                label.setText(text)
        self.setAccessibleDescription(". ".join(text for text in words if text))


def in_words(image: InputShape, sight: Sight) -> tuple[str, str, str, str]:
    """Its size, how far apart two values look, which value this is, and how much of it lies outside of the image."""
    values = f"{sight.rows:,}\u00a0×\u00a0{sight.columns:,}"
    alone = sight.rows == sight.columns == 1
    which = "Of the map's only value" if alone else f"Of the middle one of {values} values"
    beyond = [
        max(0, -sight.top, sight.top + sight.height - image.height),
        max(0, -sight.left, sight.left + sight.width - image.width),
    ]
    outside = f"Reaches up to {max(beyond):,} px beyond the image's edges" if max(beyond) else ""
    return (
        f"{sight.height:,} × {sight.width:,} px",
        "one value of the whole map" if alone else f"every {sight.stride:,} px",
        which,
        outside,
    )


def placed(image: InputShape, sight: Sight) -> tuple[float, QPointF]:
    """Pixels of the picture a pixel of the image takes, and where the image's corner lies: all of the field is seen.

    A field that reaches further than the image is large shows as much again at each side, or the image would vanish.
    """
    spans = []
    for start, length, side in ((sight.left, sight.width, image.width), (sight.top, sight.height, image.height)):
        before = min(max(0, -start), side * _MOST_BEYOND)
        after = min(max(0, start + length - side), side * _MOST_BEYOND)
        spans.append((before, before + side + after))
    room = _PICTURE - 2 * _EDGE
    scale = room / max(spans[0][1], spans[1][1])
    return scale, QPointF(*(_EDGE + (room - whole * scale) / 2 + before * scale for before, whole in spans))


def _at_least(rect: QRectF, side: float) -> QRectF:
    """A rectangle that can be seen, about the same middle."""
    width, height = max(rect.width(), side), max(rect.height(), side)
    return QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
