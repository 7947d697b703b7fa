"""Rings over the window around what is being spoken of; the mouse goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.guard import guarded

_RADIUS = 7.0
_WIDTH = 2.5
_GAP = 3.0

Places = Callable[[], Sequence[QRectF]]
"""Where the rings are now, in the window's pixels."""


@guarded
class Spotlight(QWidget):
    """Lies over the whole window. It asks for the places whenever it paints, so that rings go with what they are round.

    What is beneath repaints when it scrolls, and with it what lies over it.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setObjectName("spotlight")
        self._places: Places = list
        self._colour, self._page = QColor(), QColor()
        window.installEventFilter(self)
        self.hide()

    def point_at(self, places: Places) -> None:
        self._places = places
        self._cover()
        self.show()
        self.update()

    def set_colours(self, ring: str, page: str) -> None:
        self._colour, self._page = QColor(ring), QColor(page)
        self.update()

    def _cover(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        places = self._places()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for place in places:
                ring = place.adjusted(-_GAP, -_GAP, _GAP, _GAP)
                for colour, width in ((self._page, _WIDTH + 3), (self._colour, _WIDTH)):
                    painter.setPen(QPen(colour, width))
                    painter.drawRoundedRect(ring, _RADIUS, _RADIUS)
