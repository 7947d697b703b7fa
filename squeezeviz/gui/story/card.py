"""The card of a guided story. It shows one step at a time, and dots for the steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QPropertyAnimation, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPushButton, QStyle, QWidget

from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, set_property
from squeezeviz.gui.widgets.layouts import in_column, in_row

WIDTH = 372
_KEYS = (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


@guarded
class Dots(QWidget):
    """Shows `2 of 5` as dots. The number is beside them."""

    def __init__(self) -> None:
        super().__init__()
        self._at, self._count = 0, 0
        self._colours = (QColor(), QColor())

    def show_place(self, at: int, count: int) -> None:
        self._at, self._count = at, count
        self.setFixedSize(self.sizeHint())
        self.update()

    def set_colours(self, reached: str, other: str) -> None:
        self._colours = QColor(reached), QColor(other)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(12 * self._count, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            for place in range(self._count):
                radius = 4 if place == self._at else 3
                painter.setBrush(self._colours[0 if place <= self._at else 1])
                painter.drawEllipse(QPoint(12 * place + 6, 6), radius, radius)


@guarded
class StoryCard(QFrame):
    """Shows one step. Right or Enter asks for the next step, Left for the one before, Esc to leave."""

    next_requested = Signal()
    back_requested = Signal()
    leave_requested = Signal()
    action_requested = Signal()
    """The step's own button was pressed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("story_card")
        self.setProperty("over", True)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title, self._text, self._formula, self._found = (
            label(tone=tone, wraps=True) for tone in ("title", "", "formula", "quiet")
        )
        self._dots, self._count = Dots(), label(tone="quiet")
        self.back, self.next, self.action = QPushButton("Back"), QPushButton("Next"), QPushButton()
        self.close_button = QPushButton("Close")
        self.action.setObjectName("primary")
        self._connect()
        self._lay_out()
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._last = False
        self.hide()

    def show_step(self, title: str, text: str, formula: str = "", found: str = "", tone: str = "quiet") -> None:
        labels = (self._title, self._text, self._formula, self._found)
        for shown, words in zip(labels, (title, text, formula, found), strict=True):
            shown.setText(words)
            shown.setVisible(bool(words))
        set_property(self._found, "tone", tone)
        self.setAccessibleDescription("\n".join(filter(None, (text, formula, found))))

    def show_place(self, at: int, count: int) -> None:
        """Show step `at` of `count`. If `count` is 0, the card has no steps."""
        self._count.setText(f"{at + 1} of {count}" if count else "")
        self._dots.show_place(at, count)
        self.setAccessibleName(f"What is depth? Step {at + 1} of {count}: {self._title.text()}" if count else "Story")
        self.back.setVisible(bool(count))
        self.back.setEnabled(at > 0)
        self.next.setVisible(bool(count))
        self._last = at == count - 1
        self.next.setText("Done" if self._last else "Next")
        self.close_button.setVisible(not self._last)

    def show_action(self, text: str) -> None:
        self.action.setText(text)
        self.action.setVisible(bool(text))

    def fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        self.setFixedHeight(layout.totalHeightForWidth(WIDTH))

    def set_colours(self, reached: str, other: str) -> None:
        self._dots.set_colours(reached, other)

    def go_to(self, corner: QPoint) -> None:
        """Slide to a corner. If the system disables animations, or the card was hidden, move there at once."""
        self._slide.stop()
        duration = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if duration <= 0 or not self.isVisible():
            self.move(corner)
            return
        self._slide.setDuration(min(duration, 200))
        self._slide.setEndValue(corner)
        self._slide.start()

    @property
    def destination(self) -> QPoint:
        """Return the position of the card, or the one that it is sliding to."""
        end = self._slide.endValue()
        return end if self._slide.state() == QPropertyAnimation.State.Running else self.pos()

    def _connect(self) -> None:
        for button, signal in (
            (self.back, self.back_requested), (self.next, self.next_requested), (self.action, self.action_requested),
            (self.close_button, self.leave_requested),
        ):  # fmt: skip
            button.setAutoDefault(True)
            button.clicked.connect(signal)
            button.installEventFilter(self)

    def _lay_out(self) -> None:
        in_column(
            in_row((self._title, 1), (self._count, 0, Qt.AlignmentFlag.AlignTop)),
            self._text,
            self._formula,
            self._found,
            self.action,
            in_row(self._dots, 1, self.close_button, self.back, self.next),
            spacing=7,
            margins=(16, 12, 14, 12),
            of=self,
        )

    def _press(self, key: int) -> None:
        match key:
            case Qt.Key.Key_Left:
                self.back.click()
            case Qt.Key.Key_Escape:
                self.leave_requested.emit()
            case Qt.Key.Key_Right if self._last:
                pass
            case _ if self.next.isVisible():
                self.next.click()

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Use the arrow keys for the story's steps instead of moving between buttons. Enter presses the focused
        button."""
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in arrows:
            self._press(event.key())
            return True
        return False

    def event(self, event: QEvent) -> bool:
        """Claim these keys while the card has the keyboard, even if they are shortcuts of the window."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _KEYS:
            self._press(event.key())
        else:
            super().keyPressEvent(event)


_MARGIN = 14.0
_STEPS = 14
"""How many positions are tried in each direction."""


def card_place(room: QRectF, size: QSizeF, spoken_of: Sequence[QRectF], around: Sequence[QRectF]) -> QPointF:
    """Return the top left corner for a card of `size` within `room`, in the window's pixels.

    The card covers nothing of `spoken_of` if possible, and as little as possible of `around`. Of the remaining places
    it takes the one nearest to the first thing in `spoken_of`.
    """
    inside = room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    across, along = max(0.0, inside.width() - size.width()), max(0.0, inside.height() - size.height())
    target = spoken_of[0].center() if spoken_of else room.center()
    kept_clear = [rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) for rect in spoken_of]

    def cost(corner: QPointF) -> tuple[float, float, float]:
        card = QRectF(corner, size)
        off = card.center() - target
        return _covered(card, kept_clear), _covered(card, around), off.x() ** 2 + off.y() ** 2

    corners = (
        QPointF(inside.x() + across * x / _STEPS, inside.y() + along * y / _STEPS)
        for x in range(_STEPS + 1)
        for y in range(_STEPS + 1)
    )
    return min(corners, key=cost)


def _covered(card: QRectF, rects: Sequence[QRectF]) -> float:
    overlaps = (card.intersected(rect) for rect in rects)
    return sum(overlap.width() * overlap.height() for overlap in overlaps)


_RADIUS = 7.0
_WIDTH = 2.5
_GAP = 3.0

Places = Callable[[], Sequence[QRectF]]
"""Returns the present places of the rings, in the window's pixels."""


@guarded
class Spotlight(QWidget):
    """Covers the whole window and draws rings around things. It asks for their places on every paint, so the rings
    follow.

    When something beneath scrolls and repaints, this widget repaints too.
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
