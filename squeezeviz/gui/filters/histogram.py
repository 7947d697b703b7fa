"""The histogram of a convolution's weights: a bar for each interval of values, and one of its own for zero."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from squeezeviz.analysis.weight_statistics import BINS, WeightStatistics
from squeezeviz.gui.filters.wording import numbers_of
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import counted
from squeezeviz.model.wording import significant

_FONT, _HEIGHT, _ABOVE, _EDGE = 10, 92, 16, 4
ZERO = BINS
"""The bar of the weights that are exactly zero, beside those of the intervals."""


@guarded
class WeightHistogram(QWidget):
    """Bars as high as intervals hold weights. That of zero may be cut off: it would leave nothing of the others."""

    hovered = Signal(str)
    """What is said of the bar under the mouse or the keys; empty for none."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("weight_histogram")
        self.setAccessibleName("Histogram of the weights")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._style = style
        self._bar_font = QFont(self.font())
        self._bar_font.setPixelSize(_FONT)
        self._shown: WeightStatistics | None = None
        self._bar = -1

    def set_style(self, style: Style) -> None:
        self._style = style
        self.update()

    def show_statistics(self, statistics: WeightStatistics | None) -> None:
        if statistics is self._shown:
            return
        self._shown, self._bar = statistics, -1
        said = numbers_of(statistics) if statistics is not None else ()
        self.setAccessibleDescription("; ".join(f"{name}: {value}" for name, value in said))
        self.update()

    @property
    def heights(self) -> tuple[int, ...]:
        """How many weights each bar stands for: those of the intervals without zeros, and last the zeros."""
        shown = self._shown
        if shown is None:
            return (0,) * (BINS + 1)
        counts = list(shown.histogram.counts)
        if shown.zero_bin >= 0:
            counts[shown.zero_bin] = max(0, counts[shown.zero_bin] - shown.zeros)
        return (*counts, shown.zeros)

    def bar_text(self, bar: int) -> str:
        """Return what is said of a bar: `−0.012 to −0.0093: 214 weights (2.3 %)`."""
        shown = self._shown
        if shown is None or shown.minimum is None or not 0 <= bar <= ZERO:
            return ""
        count = self.heights[bar]
        share = f"{counted(count, 'weight')} ({100 * count / shown.weights:.2g} %)"
        if bar == ZERO:
            return f"exactly 0: {share}"
        low, high, _ = shown.histogram
        step = (high - low) / BINS
        beside = ", without the zeros" if bar == shown.zero_bin else ""
        return f"{significant(low + bar * step)} to {significant(low + (bar + 1) * step)}: {share}{beside}"

    def bar_rect(self, bar: int) -> QRectF:
        """Return where a bar is painted; that of zero stands where the others leave zero."""
        heights, room = self.heights, self._room()
        most = max(heights[:ZERO]) or heights[ZERO] or 1
        share = min(1.0, heights[bar] / most)
        place = (self._shown.zero_bin if self._shown is not None else 0) if bar == ZERO else bar
        width = room.width() / BINS
        height = room.height() * share + (_ABOVE - 5 if bar == ZERO and heights[bar] > most else 0)
        left, wide = room.left() + place * width, width
        if bar == ZERO:
            wide = max(3.0, width)
            left += (width - wide) / 2
        return QRectF(left, room.bottom() - height, wide, height)

    def _room(self) -> QRectF:
        below = QFontMetrics(self._bar_font).height() + 2
        return QRectF(_EDGE, _ABOVE, self.width() - 2 * _EDGE, self.height() - _ABOVE - below)

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._shown
        if shown is None:
            return
        room = self._room()
        with QPainter(self) as painter:
            painter.setFont(self._bar_font)
            for bar, count in enumerate(self.heights[:ZERO]):
                if count:
                    rect = self.bar_rect(bar)
                    rect.setTop(min(rect.top(), room.bottom() - 1))  # one weight is seen among thousands
                    painter.fillRect(rect, QColor(self._style.accent if bar == self._bar else self._style.quiet))
            painter.setPen(QPen(QColor(self._style.border), 1))
            painter.drawLine(room.bottomLeft(), room.bottomRight())
            if shown.zeros:
                self._paint_zeros(painter, shown)
            self._paint_ends(painter, shown, room)
            if self.hasFocus():
                painter.setPen(QPen(QColor(self._style.accent), 1))
                painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_zeros(self, painter: QPainter, shown: WeightStatistics) -> None:
        rect = self.bar_rect(ZERO)
        painter.fillRect(rect, QColor(self._style.warning))
        heights = self.heights
        if heights[ZERO] > max(heights[:ZERO]) > 0:  # cut off
            cut = QPen(QColor(self._style.card), 2)
            painter.setPen(cut)
            painter.drawLine(QPointF(rect.left() - 3, rect.top() + 9), QPointF(rect.right() + 3, rect.top() + 5))
        text = f"{100 * shown.share_of_zeros:.3g} % are 0"
        width = QFontMetrics(self._bar_font).horizontalAdvance(text)
        left = rect.right() + 4
        if left + width > self.width():
            left = max(0.0, rect.left() - 4 - width)
        painter.setPen(QColor(self._style.warning))
        painter.drawText(QPointF(left, QFontMetrics(self._bar_font).ascent() + 1), text)

    def _paint_ends(self, painter: QPainter, shown: WeightStatistics, room: QRectF) -> None:
        low, high = shown.minimum, shown.maximum
        if low is None or high is None:
            return
        painter.setPen(QColor(self._style.quiet))
        below = QRectF(room.left(), room.bottom() + 2, room.width(), self.height() - room.bottom() - 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, significant(low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, significant(high))
        if low < 0 < high:
            at = room.left() + room.width() * -low / (high - low)
            if room.left() + 40 < at < room.right() - 40:
                painter.drawText(QRectF(at - 20, below.top(), 40, below.height()), Qt.AlignmentFlag.AlignHCenter, "0")

    # Mouse and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(self._bar_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._go(-1)

    def _bar_at(self, point: QPointF) -> int:
        shown, room = self._shown, self._room()
        if shown is None:
            return -1
        if shown.zeros and self.bar_rect(ZERO).adjusted(-1, 0, 1, 0).contains(point):
            # What is left of its interval is pointed at below its own height.
            rest = self.bar_rect(shown.zero_bin)
            if not (rest.height() > 2 and rest.contains(point)):
                return ZERO
        bar = int((point.x() - room.left()) / room.width() * BINS)
        return bar if 0 <= bar < BINS else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key = Qt.Key(event.key())
        shown = self._shown
        if shown is None or key not in (*steps, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        bars = [bar for bar in range(BINS) if self.heights[bar]]
        if shown.zeros:
            bars.insert(sum(bar <= shown.zero_bin for bar in bars), ZERO)
        if not bars:
            return
        if key not in steps or self._bar not in bars:
            self._go(bars[-1] if key is Qt.Key.Key_End else bars[0])
        else:
            self._go(bars[min(max(bars.index(self._bar) + steps[key], 0), len(bars) - 1)])

    def _go(self, bar: int) -> None:
        if bar != self._bar:
            self._bar = bar
            self.hovered.emit(self.bar_text(bar))
            self.update()
