"""A scroll area of one painted picture, which tells what the mouse points at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style


@guarded
class PaintedArea(QAbstractScrollArea):
    """What is in sight is painted again when it is scrolled, or has another style."""

    hovered = Signal(object)
    """What `place_at` tells of where the mouse is, or None."""

    def __init__(self, name: str, title: str, style: Style) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setViewport(QWidget())
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._style = style

    def set_style(self, style: Style) -> None:
        self._style = style
        self.viewport().update()

    def place_at(self, point: QPointF) -> object:
        """Return what lies at a point of the viewport, or None."""
        raise NotImplementedError

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hovered.emit(self.place_at(event.position()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(None)
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
