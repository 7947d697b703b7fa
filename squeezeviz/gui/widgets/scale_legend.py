"""What the colours of feature maps stand for: a strip of them with the values at its ends, and words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from squeezeviz.figure.theme.colour_maps import ColourMap
from squeezeviz.figure.theme.tone import Scale
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import tip_text

_STRIP, _HEIGHT, _GAP, _FONT = 72, 9, 5, 11


@guarded
class ScaleLegend(QWidget):
    """`0 ▭ ≥ 250`: the least and the largest value, and between them the colours."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("map_legend")
        self.setAccessibleName("What the colours stand for")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._style = style
        self._legend_font = QFont(self.font())
        self._legend_font.setPixelSize(_FONT)
        self._ends = ("", "")
        self._note = ""
        self._strip: QImage | None = None

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_scale(
        self, scale: Scale, colours: ColourMap, of: str = "", note: str = "", *, each_channel: bool = False
    ) -> None:
        """Show a scale, and say what it is `of`; or that each channel has a scale of its own. `note` says beside the
        strip what the values are the difference of."""
        texts = [text for _, text in (scale.own_ticks() if each_channel else scale.ticks())]
        ends = texts[0], texts[-1]
        words = f"From {ends[0]} to {ends[1]}: {'; '.join(filter(None, (scale.in_words, of)))}."
        if note:
            words = f"{words} The values are differences: {note}."
        self._ends, self._note = ends, note
        self._strip = QImage(
            colours.rgb, len(colours.rgb) // 3, 1, len(colours.rgb), QImage.Format.Format_RGB888
        ).copy()
        self.setAccessibleDescription(words)
        self.setToolTip(tip_text(words))
        self.updateGeometry()
        self.update()

    @property
    def _right(self) -> str:
        return f"{self._ends[1]}   {self._note}" if self._note else self._ends[1]

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._legend_font)
        texts = sum(metrics.horizontalAdvance(text) for text in (self._ends[0], self._right))
        return QSize(round(texts) + 2 * _GAP + _STRIP + 2, round(metrics.height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._strip is None:
            return
        with QPainter(self) as painter:
            painter.setFont(self._legend_font)
            metrics = QFontMetricsF(self._legend_font)
            painter.setPen(QColor(self._style.quiet))
            left = metrics.horizontalAdvance(self._ends[0]) + _GAP
            middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRectF(0, 0, left, self.height()), middle, self._ends[0])
            strip = QRectF(left, (self.height() - _HEIGHT) / 2, _STRIP, _HEIGHT)
            painter.drawImage(strip, self._strip)
            painter.drawText(QRectF(strip.right() + _GAP, 0, self.width(), self.height()), middle, self._right)
            painter.setPen(QPen(QColor(self._style.border), 1))
            painter.drawRect(strip)
