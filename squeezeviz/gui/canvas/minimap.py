"""The whole network in a corner of the canvas, with a frame around what is in sight: drag it to pan."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from squeezeviz.figure.drawing.heat import Heat
from squeezeviz.figure.scene.diagram import Rect
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.gui.canvas.overview import BROAD, Overview
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.widgets.guard import guarded

_RADIUS = 8.0
_FRAME_RADIUS = 4.0
_VEIL = 90
"""How opaque, of 255, the ground is drawn over what is out of sight."""


@guarded
class Minimap(QWidget):
    """Shows where the canvas looks; whoever owns the camera answers `look_wanted`."""

    look_wanted = Signal(object)
    """The `Point`, in diagram units, that should be in the middle."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("minimap")
        self.setAccessibleName("Overview")
        self.setAccessibleDescription("The whole network; drag the frame to pan. Arrow keys walk the graph itself.")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self._theme = LIGHT
        self._heat: Heat | None = None
        self._overview: Overview | None = None
        self._series: Series | None = None
        self._sight = Rect(0, 0, 0, 0)
        self._picture: QPixmap | None = None
        self._held: QPointF | None = None
        """While the frame is dragged: from its middle to where it was taken hold of, in pixels."""

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._forget()

    def set_heat(self, heat: Heat | None) -> None:
        self._heat = heat
        self._forget()

    def show_series(self, series: Series, most: QSize, breadth: int = BROAD) -> None:
        """Show the network of `series`, in `most` pixels at most, `breadth` across; as long as it needs to be."""
        overview = Overview(series, most, breadth)
        if series is self._series and self._overview is not None and overview.size == self._overview.size:
            return
        self._series, self._overview = series, overview
        self.setFixedSize(overview.size)
        self._forget()

    def show_sight(self, sight: Rect) -> None:
        """Put the frame around `sight`, which is in diagram units."""
        if sight != self._sight:
            self._sight = sight
            self.update()

    def frame(self) -> QRectF:
        """Where the frame is, in pixels; empty where there is nothing to show."""
        return QRectF() if self._overview is None else self._overview.frame(self._sight)

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _look(self, at: QPointF) -> None:
        """Ask for the frame's middle to be at a place of the minimap."""
        if self._overview is not None:
            self.look_wanted.emit(self._overview.to_diagram(at, self._sight))

    def _drawn(self) -> QPixmap:
        """The ground with the network on it, which stays the same while the canvas pans."""
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            with QPainter(self._picture) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(self._theme.box_outline), 1))
                painter.setBrush(QColor(self._theme.box_fill))
                painter.drawRoundedRect(self._ground(), _RADIUS, _RADIUS)
                if self._overview is not None:
                    self._overview.paint(painter, self._theme, self._heat)
        return self._picture

    def _ground(self) -> QRectF:
        return QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._drawn())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = self.frame()
            veiled = QPainterPath()
            veiled.addRoundedRect(self._ground().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
            veiled.addRoundedRect(frame, _FRAME_RADIUS, _FRAME_RADIUS)
            veil = QColor(self._theme.box_fill)
            veil.setAlpha(_VEIL)
            painter.fillPath(veiled, veil)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.text), 1.75))
            painter.drawRoundedRect(frame, _FRAME_RADIUS, _FRAME_RADIUS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the frame; elsewhere it jumps under the mouse first."""
        event.accept()
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._overview is not None and self.frame().contains(at):
            self._held = at - self._overview.middle(self._sight)
        else:
            self._held = QPointF()
            self._look(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._held is not None:
            self._look(event.position() - self._held)
        else:
            over = self.frame().contains(event.position())
            self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:
            self._held = None
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)
