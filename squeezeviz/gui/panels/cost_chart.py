"""The bar chart. Importing this module loads the plotting library, which takes half a second."""

from __future__ import annotations

import sys
import threading
from math import ceil, floor
from typing import Any

import numpy
from PySide6.QtCore import QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

# On its import the library replaces these two, to print more of each error than the program wants printed.
_hooks = sys.excepthook, threading.excepthook
import pyqtgraph  # noqa: E402

sys.excepthook, threading.excepthook = _hooks
# At exit it would put every item that it finds in memory into a scene.
pyqtgraph.setConfigOption("exitCleanup", False)

from squeezeviz.figure.scene.diagram import Role  # noqa: E402
from squeezeviz.figure.writers.painter import saved  # noqa: E402
from squeezeviz.gui.panels.cost_bars import Bar, Whisker  # noqa: E402
from squeezeviz.gui.widgets.guard import guarded  # noqa: E402
from squeezeviz.gui.widgets.style import Style  # noqa: E402
from squeezeviz.model.text import plain, tip_text  # noqa: E402

_BAR = 0.72
"""The width of a bar, as a share of its place."""
_BEAM = 0.22
"""The width of the cross-lines at a whisker's ends, as a share of a bar's place."""
_FONT = 11
_NAMES_APART = 15.0
_LONGEST_NAME = 72.0
_OUT_OF_PLACE = 60
"""How many pixels a name may extend beyond its axis."""
_ABOVE = 1.06
"""The height of the axis, as a multiple of the highest bar."""
_FEWEST_SEEN = 4


@guarded
class NameAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """The layers' names, slanted, as many as fit."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.names: tuple[str, ...] = ()

    def tickValues(self, lowest: float, highest: float, pixels: float) -> list[tuple[float, list[int]]]:
        # Every n-th name is written, so that there is room between them.
        step = max(1, ceil(ceil(highest - lowest) * _NAMES_APART / max(pixels, 1.0)))
        first, last = max(0, ceil(lowest)), min(len(self.names) - 1, floor(highest))
        return [(step, [row for row in range(first, last + 1) if row % step == 0])]

    def tickStrings(self, values: list[int], scale: float, spacing: float) -> list[str]:
        return [self.names[int(value)] for value in values]

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self.style["tickFont"])
        painter.setPen(self.textPen())
        metrics = QFontMetricsF(self.style["tickFont"])
        for rect, _, text in texts:
            with saved(painter):
                painter.translate(rect.center().x() + 3, 8)
                painter.rotate(-40)
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, _LONGEST_NAME)
                painter.drawText(QPointF(-metrics.horizontalAdvance(shown), metrics.ascent() / 2), shown)


@guarded
class CostChart(QWidget):
    """Bars that can be clicked, walked through with the arrow keys, and zoomed with the wheel."""

    row_chosen = Signal(int)
    row_hovered = Signal(int)
    """The row under the mouse, or -1."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("cost_chart")
        self.setAccessibleName("Bar chart of costs")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._names = NameAxis()
        self._plot = pyqtgraph.PlotWidget(self, axisItems={"bottom": self._names})
        self._items: dict[Role, Any] = {}
        self._mark = pyqtgraph.BarGraphItem(x=[0], width=1, height=[0], pen=None)
        self._whiskers = pyqtgraph.ErrorBarItem(beam=_BEAM)
        self._whiskers.setZValue(10)
        self._count, self._selected, self._most = 0, -1, 1.0
        self.tips: list[str] = []
        """The tool tip of each row."""
        self._prepare()
        self.set_style(style)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)

    def set_style(self, style: Style) -> None:
        self._style = style
        self._plot.setBackground(style.card)
        for side in ("bottom", "left"):
            axis = self._plot.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(style.border))
            axis.setTextPen(pyqtgraph.mkPen(style.quiet))
        self._plot.getAxis("left").setGrid(40)
        self._mark.setOpts(brush=QColor(style.selected))
        self._whiskers.setOpts(pen=pyqtgraph.mkPen(style.text, width=1.2))
        for role, item in self._items.items():
            item.setOpts(brush=QColor(style.role(role)))

    def show_bars(
        self,
        names: tuple[str, ...],
        made: list[Bar],
        spreads: list[Whisker],
        ticks: list[tuple[float, str]],
        most: float,
    ) -> None:
        """Show a bar, or a stack of bars, for each of `names`, and the spreads over them.

        The axis runs from 0 to a little over `most`.
        """
        if len(names) != self._count:
            self._count = len(names)
            end = max(self._count, 1) - 0.5
            self._plot.setLimits(xMin=-0.5, xMax=end, minXRange=min(_FEWEST_SEEN, end + 0.5))
            self.show_all()
        self._most = (most or 1.0) * _ABOVE
        self._plot.setYRange(0, self._most, padding=0)
        self._plot.getAxis("left").setTicks([ticks])
        if names != self._names.names:
            self._names.names = tuple(map(plain, names))
            self._names.setHeight(self._names_height(names))
            self._names.picture = None
            self._names.update()
        self._show(made)
        self._show_whiskers(spreads)
        self.select(self._selected)

    def select(self, row: int) -> None:
        """Mark a row (-1 for none) and scroll it into view."""
        self._selected = row if row < self._count else -1
        self._mark.setVisible(self._selected >= 0)
        if self._selected < 0:
            return
        self._mark.setOpts(x=[row], height=[self._most])
        low, high = self._plot.viewRange()[0]
        if row - 0.5 < low - 1e-6 or row + 0.5 > high + 1e-6:
            width = high - low
            start = min(max(row - width / 2, -0.5), max(self._count - 0.5 - width, -0.5))
            self._plot.setXRange(start, start + width, padding=0)

    def show_all(self) -> None:
        """Zoom out to all layers."""
        self._plot.setXRange(-0.5, max(self._count, 1) - 0.5, padding=0)

    def _prepare(self) -> None:
        plot = self._plot
        plot.setFrameShape(plot.Shape.NoFrame)
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=True, y=False)
        plot.getViewBox().setDefaultPadding(0)
        plot.disableAutoRange()
        font = QFont(self.font())
        font.setPixelSize(_FONT)
        for side in ("bottom", "left"):
            plot.getAxis(side).setStyle(tickFont=font, tickLength=0, hideOverlappingLabels=_OUT_OF_PLACE)
        plot.getAxis("left").setWidth(62)
        plot.addItem(self._mark)
        plot.addItem(self._whiskers)
        plot.scene().sigMouseClicked.connect(self._clicked)
        plot.scene().sigMouseMoved.connect(self._moved)

    def _show(self, made: list[Bar]) -> None:
        for role in dict.fromkeys((*self._items, *(bar.role for bar in made))):
            of_role = [bar for bar in made if bar.role is role]
            if role not in self._items:
                self._items[role] = pyqtgraph.BarGraphItem(
                    x=[], width=_BAR, y0=[], height=[], pen=None, brush=QColor(self._style.role(role))
                )
                self._plot.addItem(self._items[role])
            self._items[role].setOpts(
                x=[bar.row for bar in of_role],
                y0=[bar.bottom for bar in of_role],
                height=[bar.height for bar in of_role],
            )

    def _show_whiskers(self, spreads: list[Whisker]) -> None:
        if not spreads:
            self._whiskers.setData(x=None, y=None)
            return
        rows, low, high = (numpy.array(each, dtype=float) for each in zip(*spreads, strict=True))
        middle = (low + high) / 2
        self._whiskers.setData(x=rows, y=middle, bottom=middle - low, top=high - middle)

    def _names_height(self, names: tuple[str, ...]) -> int:
        metrics = QFontMetricsF(self._names.style["tickFont"])
        widest = max([metrics.horizontalAdvance(name) for name in names[:200]], default=0.0)
        return round(min(widest, _LONGEST_NAME) * 0.64) + 18

    def _row_at(self, position: QPointF) -> int:
        """Return the row at a point of the scene, or -1."""
        box = self._plot.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return -1
        row = floor(box.mapSceneToView(position).x() + 0.5)
        return row if 0 <= row < self._count else -1

    def _clicked(self, event: Any) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.double():
            self.show_all()
        elif (row := self._row_at(event.scenePos())) >= 0:
            self.row_chosen.emit(row)

    def _moved(self, position: QPointF) -> None:
        row = self._row_at(position)
        self.row_hovered.emit(row)
        if 0 <= row < len(self.tips):
            at: QPoint = self._plot.mapToGlobal(self._plot.mapFromScene(position))
            QToolTip.showText(at, tip_text(self.tips[row], "white-space:pre"), self._plot)
        else:
            QToolTip.hideText()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move from layer to layer with the arrow keys, and to the ends with Home and End."""
        here = self._selected
        ways = {
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_Left: max(here, 1) - 1,
            Qt.Key.Key_Up: max(here, 1) - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._count - 1,
            Qt.Key.Key_PageDown: here + 10,
            Qt.Key.Key_PageUp: here - 10,
        }
        key = Qt.Key(event.key())
        if key not in ways or not self._count or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        row = min(max(ways[key], 0), self._count - 1)
        if row != here:
            self.row_chosen.emit(row)
