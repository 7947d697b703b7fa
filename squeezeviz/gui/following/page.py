"""The painted page of a followed value. Each value on it that it comes from can be gone to, by mouse or keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip

from squeezeviz.figure.writers.painter import fill
from squeezeviz.gui.explain.page import ExplainText
from squeezeviz.gui.explain.placing import Page
from squeezeviz.gui.following.placing import BRIGHT, FollowedPage, Target, frame
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import tip_text

NAME = "Followed value"
_RING = 2
_DIGITS = tuple("0123456789")
_ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
_ACROSS = 3
"""How much more a pixel to the side counts than one ahead, for what an arrow key leads to."""


@guarded
class FollowedText(ExplainText):
    """Arrow keys lead from value to value, Tab to the next of those that weigh most; Enter or a click follows one.

    Where the keyboard is here, it is at the heaviest value from the start, so that Enter goes on and on.
    """

    chosen = Signal(object)
    """The Target that was chosen."""
    back_wanted = Signal()
    """Go back along the way."""
    reached = Signal(QRect)
    """The room of the value that the keyboard came to."""
    typed = Signal(str)
    """A digit."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("followed_text")
        self.setAccessibleName(NAME)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._accent = QColor()
        self._current: int | None = None
        self._pressed: Target | None = None

    def set_accent(self, accent: str) -> None:
        """Set the colour of the frame around the value that the keyboard is at."""
        self._accent = QColor(accent)

    def show_page(self, make: Callable[[int], Page]) -> None:
        """Show another page. The keyboard stays at the value that it is at, if that is on it."""
        at = self.current.at if self.current is not None else None
        super().show_page(make)
        self._current = None
        kept = (place for place, each in enumerate(self.targets) if each.at == at and each.place < 0)
        self._begin(next(kept, None))

    def begin_anew(self) -> None:
        """Be at the heaviest value of the page that comes next, whatever the keyboard is at now."""
        self._current = None

    @property
    def targets(self) -> list[Target]:
        """The values that can be gone to, in reading order."""
        page = self.page if self._make is not None else None
        return page.targets if isinstance(page, FollowedPage) else []

    @property
    def current(self) -> Target | None:
        """The value that the keyboard is at."""
        return self.targets[self._current] if self._current is not None else None

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            target = self._target_at(event.pos())
            if target is not None:
                QToolTip.showText(event.globalPos(), tip_text(f"Follow {target.said}"), self, target.room)
                return True
            tips = self.page.tips if isinstance(self.page, FollowedPage) else ()
            for room, said in tips:
                if room.contains(event.pos()):
                    QToolTip.showText(event.globalPos(), tip_text(said), self, room)
                    return True
        return super().event(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go to the next value that weighs most, or on to the next widget."""
        places = [place for place, target in enumerate(self.targets) if target.first]
        here = self._current if self._current is not None else (-1 if forwards else len(self.targets))
        ahead = [place for place in places if (place > here if forwards else place < here)]
        if not ahead:
            self._set_current(None)
            return super().focusNextPrevChild(forwards)
        self._set_current(ahead[0] if forwards else ahead[-1])
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current is None:
            self._begin()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held == Qt.KeyboardModifier.NoModifier
        if (key == Qt.Key.Key_Backspace and plain) or (
            key == Qt.Key.Key_Left and held == Qt.KeyboardModifier.AltModifier
        ):
            self.back_wanted.emit()
        elif key in _ARROWS and plain:
            self._walk(*_ARROWS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain and self.current is not None:
            self.chosen.emit(self.current)
        elif plain and event.text() in _DIGITS:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = self._target_at(event.position().toPoint())
        if self._pressed is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            return
        super().mouseMoveEvent(event)
        if self._target_at(event.position().toPoint()) is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._target_at(event.position().toPoint()) == pressed:
            self.chosen.emit(pressed)
        elif pressed is None:
            super().mouseReleaseEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        page = self.page if self._make is not None else None
        if isinstance(page, FollowedPage) and page.images:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                for room, image, opaque in page.images:
                    painter.setOpacity(opaque)
                    painter.drawImage(room, image)
        super().paintEvent(event)
        target = self.current
        if target is None or not self.hasFocus():
            return
        ring = target.room.adjusted(-_RING, -_RING, _RING, _RING)
        with QPainter(self) as painter:  # of two colours, of which one is seen on any ground
            for room, colour in ((ring, QColor(BRIGHT)), (ring.adjusted(-_RING, -_RING, _RING, _RING), self._accent)):
                for edge in frame(room, _RING):
                    fill(painter, edge, colour)

    def _walk(self, across: int, down: int) -> None:
        """Go to the nearest value in a direction; at first to the one that weighs most."""
        targets = self.targets
        if self.current is None:
            if targets:
                self._set_current(self._first() or 0)
            return
        here, best = self.current.room.center(), (0, -1)
        for place, target in enumerate(targets):
            way = target.room.center() - here
            ahead, aside = (way.x() * across, abs(way.y())) if across else (way.y() * down, abs(way.x()))
            far = ahead + _ACROSS * aside
            if ahead > 0 and (best[1] < 0 or far < best[0]):
                best = far, place
        if best[1] >= 0:
            self._set_current(best[1])

    def _first(self) -> int | None:
        """Return the value that weighs most."""
        return next((place for place, target in enumerate(self.targets) if target.first), None)

    def _begin(self, place: int | None = None) -> None:
        """Be at that value, or at the one that weighs most, without moving the page."""
        if self.hasFocus():
            self._current = self._first() if place is None else place
        self._say()

    def _set_current(self, place: int | None) -> None:
        self._current = place
        if self.current is not None:
            self.reached.emit(self.current.room)
        self._say()

    def _say(self) -> None:
        target = self.current
        self.setAccessibleName(NAME if target is None else f"{target.said}; Enter follows it")
        self.update()

    def _target_at(self, point: QPoint) -> Target | None:
        return next((target for target in self.targets if target.room.contains(point)), None)
