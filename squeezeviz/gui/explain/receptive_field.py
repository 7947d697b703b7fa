"""The receptive field of the selection, painted to scale on the input image."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.receptive_field import FieldWindow, middle_field_window
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.table import InputShape

HEIGHT = 120
_PICTURE = 108
_EDGE = 3.0
_MOST_BEYOND = 1.0
"""How much beyond the image is shown at each side, as a share of it. A field that extends further is cut there."""
_DOTS_APART = 3.5
"""In pixels. If dots would be nearer to each other than this, none are drawn."""
_DOT = 1.6


@guarded
class FieldPicture(QWidget):
    """The image, the field of its middle value, and a dot for the field of each value of the map."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setFixedSize(_PICTURE, _PICTURE)
        self._style = style
        self._image = InputShape()
        self._window: FieldWindow | None = None

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_field_window(self, image: InputShape, window: FieldWindow) -> None:
        self._image, self._window = image, window
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._window is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            scale, origin = placed(self._image, self._window)
            image = QRectF(origin.x(), origin.y(), self._image.width * scale, self._image.height * scale)
            painter.setPen(QPen(QColor(self._style.quiet), 1))
            painter.setBrush(QColor(self._style.total))
            painter.drawRect(image)
            self._paint_dots(painter, scale, origin, image)
            self._paint_field(painter, scale, origin)

    def _paint_dots(self, painter: QPainter, scale: float, origin: QPointF, image: QRectF) -> None:
        window = self._window
        assert window is not None
        spacing = window.stride * scale
        if spacing < _DOTS_APART:
            return
        first = QPointF(
            origin.x() + (window.left - window.column * window.stride + window.width / 2) * scale,
            origin.y() + (window.top - window.row * window.stride + window.height / 2) * scale,
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._style.quiet))
        most = ceil(_PICTURE / _DOTS_APART) + 1
        for down in range(min(window.rows, most)):
            for across in range(min(window.columns, most)):
                at = QPointF(first.x() + across * spacing, first.y() + down * spacing)
                if image.contains(at):
                    painter.drawEllipse(at, _DOT / 2, _DOT / 2)

    def _paint_field(self, painter: QPainter, scale: float, origin: QPointF) -> None:
        window = self._window
        assert window is not None
        field = QRectF(
            origin.x() + window.left * scale,
            origin.y() + window.top * scale,
            window.width * scale,
            window.height * scale,
        )
        # What is cut off at the picture's edge shows no side there. Qt cannot stroke sides of millions of pixels.
        shown = field.intersected(QRectF(self.rect()).adjusted(-4, -4, 4, 4))
        tint = QColor(self._style.accent)
        tint.setAlpha(70)
        painter.setBrush(tint)
        painter.setPen(QPen(QColor(self._style.accent), 1.75))
        painter.drawRect(_at_least(shown, 2.0))


class FieldView(QWidget):
    """The picture, with its numbers beside it."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("field_view")
        self.setAccessibleName("Receptive field")
        self.setFixedHeight(HEIGHT)
        self._picture = FieldPicture(style)
        tones = ("formula", "", "quiet", "quiet")
        self._words = [label(tone=tone, wraps=True, small=place > 1) for place, tone in enumerate(tones)]
        """Size, distance, which value it is, how far it extends beyond the image."""
        in_row(
            (self._picture, 0, Qt.AlignmentFlag.AlignTop),
            (in_column(*self._words, 1, spacing=3), 1),
            spacing=12,
            margins=(0, 4, 0, 8),
            of=self,
        )
        self.hide()

    def set_style(self, style: Style) -> None:
        self._picture.set_style(style)

    def show_field(self, network: ResolvedNetwork, row: int | None, part: str = "") -> None:
        """Show the field of a layer or of one of its operations. Hide it for what has none: input, totals, problems."""
        window = None if row is None else middle_field_window(network, row, part)
        self.setVisible(window is not None)
        if window is None:
            return
        image = network.table.input
        self._picture.show_field_window(image, window)
        words = in_words(image, window)
        for line, text in zip(self._words, words, strict=True):
            show_text(line, text)
        self.setAccessibleDescription(". ".join(text for text in words if text))


def in_words(image: InputShape, window: FieldWindow) -> tuple[str, str, str, str]:
    """Return the field's size, the distance to the next value's field, which value it is, and how far it extends
    beyond the image."""
    values = f"{window.rows:,}\u00a0×\u00a0{window.columns:,}"
    only_one = window.rows == window.columns == 1
    which = "Of the map's only value" if only_one else f"Of the middle one of {values} values"
    beyond = [
        max(0, -window.top, window.top + window.height - image.height),
        max(0, -window.left, window.left + window.width - image.width),
    ]
    outside = f"Reaches up to {max(beyond):,} px beyond the image's edges" if max(beyond) else ""
    return (
        f"{window.height:,} × {window.width:,} px",
        "one value of the whole map" if only_one else f"every {window.stride:,} px",
        which,
        outside,
    )


def placed(image: InputShape, window: FieldWindow) -> tuple[float, QPointF]:
    """Return how many pixels of the picture a pixel of the image takes, and the position of the image's corner.

    The whole field is visible. Of a field that reaches beyond the image by more than the image's size, only that much
    is shown at each side, so that the image stays visible.
    """
    spans = []
    for start, length, side in ((window.left, window.width, image.width), (window.top, window.height, image.height)):
        before = min(max(0, -start), side * _MOST_BEYOND)
        after = min(max(0, start + length - side), side * _MOST_BEYOND)
        spans.append((before, before + side + after))
    room = _PICTURE - 2 * _EDGE
    scale = room / max(spans[0][1], spans[1][1])
    return scale, QPointF(*(_EDGE + (room - whole * scale) / 2 + before * scale for before, whole in spans))


def _at_least(rect: QRectF, side: float) -> QRectF:
    """Return a rectangle with the same middle that is large enough to be seen."""
    width, height = max(rect.width(), side), max(rect.height(), side)
    return QRectF(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height)
