"""A painted page of an explanation. Its text can be selected and copied, and wraps at the page's width."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QTextLayout,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from squeezeviz.figure.writers.painter import fill
from squeezeviz.gui.explain.placing import Page, Piece, plain
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from PySide6.QtGui import QTextCharFormat

KEPT_WIDTHS = 8
"""How many widths are cached. A layout asks for the height at several widths before it decides."""
NARROWEST = 120


class Spot(NamedTuple):
    """A position between two characters: the piece's index on the page, and the number of its characters before."""

    piece: int
    character: int


class TextSelection:
    """The selection from where the mouse was pressed to where it moved. It may span several pieces, in reading
    order."""

    def __init__(self) -> None:
        self._anchor: Spot | None = None
        self._end: Spot | None = None

    def clear(self) -> None:
        self._anchor = self._end = None

    def all(self, page: Page) -> None:
        if page.pieces:
            last = len(page.pieces) - 1
            self._anchor, self._end = Spot(0, 0), Spot(last, len(page.pieces[last].text.layout.text()))

    def press(self, page: Page, point: QPoint, *, stretch: bool) -> None:
        """Begin a selection at a point. With `stretch`, extend the present one to it."""
        if page.pieces:
            self._end = _spot(page, point)
            if not stretch or self._anchor is None:
                self._anchor = self._end

    def word(self, page: Page, point: QPoint) -> None:
        """Select the word at a point."""
        if page.pieces:
            spot = _spot(page, point)
            layout, words = page.pieces[spot.piece].text.layout, QTextLayout.CursorMode.SkipWords
            end = layout.nextCursorPosition(spot.character, words)
            self._anchor = Spot(spot.piece, layout.previousCursorPosition(end, words))
            self._end = Spot(
                spot.piece, self._anchor.character + len(layout.text()[self._anchor.character : end].rstrip())
            )

    def text(self, page: Page) -> str:
        """Return the selected text. Pieces on one line are separated by a tab, others by a line break."""
        ranges = self._ranges(page)
        pieces = [page.pieces[place] for place, _, _ in ranges]
        texts = [plain(page.pieces[place].text.layout.text()[begin:end]) for place, begin, end in ranges]
        joints = ["", *("\t" if _beside(one, other) else "\n" for one, other in pairwise(pieces))]
        return "".join(joint + words for joint, words in zip(joints, texts, strict=False))

    def formats(self, page: Page, palette: QPalette) -> dict[int, list[QTextLayout.FormatRange]]:
        """Return how selected text is painted, by the piece's index on the page."""
        marked = {}
        for place, begin, end in self._ranges(page):
            chosen = QTextLayout.FormatRange()
            chosen.start, chosen.length = begin, end - begin
            chosen.format = _highlighted(palette)
            marked[place] = [chosen]
        return marked

    def _ranges(self, page: Page) -> list[tuple[int, int, int]]:
        """Return, for each piece with selected characters, its index, the first of them, and the one after the last."""
        if self._anchor is None or self._end is None:
            return []
        first, last = sorted((self._anchor, self._end))
        ranges = []
        for place in range(first.piece, last.piece + 1):
            begin = first.character if place == first.piece else 0
            end = last.character if place == last.piece else len(page.pieces[place].text.layout.text())
            if begin < end:
                ranges.append((place, begin, end))
        return ranges


@guarded
class ExplainText(QWidget):
    """One widget for all text, because dozens of labels would each be laid out and painted again on every edit."""

    def __init__(self) -> None:
        super().__init__()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self._make: Callable[[int], Page] | None = None
        self._pages: dict[int, Page] = {}
        self._selection = TextSelection()

    def show_page(self, make: Callable[[int], Page]) -> None:
        """Show another text. `make` places it on a page whose width in pixels it is given."""
        # Its width is not known before it is shown, and what is selected is painted otherwise.
        before = self.page if self._make and self.isVisible() and not self.selected_text() else None
        self._make = make
        self._pages.clear()
        self._selection.clear()
        if before is None or self.page.height != before.height:
            self.updateGeometry()
        if before is None:
            self.update()
        elif not self.visibleRegion().isEmpty():  # what comes into sight is painted in any case
            self.update(_differing(before, self.page))

    @property
    def page(self) -> Page:
        """Return the text as it is placed now."""
        return self._page_of(self.width())

    def selected_text(self) -> str:
        return self._selection.text(self.page)

    def select_all(self) -> None:
        self._selection.all(self.page)
        self.update()

    def copy(self) -> None:
        if text := self.selected_text():
            QGuiApplication.clipboard().setText(text)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._page_of(width).height if self._make else 0

    def sizeHint(self) -> QSize:
        width = max(self.width(), NARROWEST)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, 0)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event)
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._make is None:
            return
        with QPainter(self) as painter:
            page, region = self.page, event.region()
            for bar in page.bars:
                fill(painter, bar.room, bar.colour)
            chosen = self._selection.formats(page, self.palette())
            for place, piece in enumerate(page.pieces):
                if region.intersects(piece.room):
                    # One after the other: Qt's painter takes twice as long over a region of several rectangles.
                    painter.setClipRect(piece.painted)
                    painter.setPen(piece.ink)
                    piece.text.layout.draw(painter, piece.corner, chosen.get(place, []))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        stretch = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._selection.press(self.page, event.position().toPoint(), stretch=stretch)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        over = any(piece.room.contains(point) for piece in self.page.pieces)
        self.setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._selection.press(self.page, point, stretch=True)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._selection.word(self.page, event.position().toPoint())
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            self.select_all()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = menu.addAction("Copy", self.copy)
        copy.setEnabled(bool(self.selected_text()))
        menu.addAction("Select All", self.select_all)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Whether a key acts on the selected text here, even if it is a shortcut of the window."""
        if event.matches(QKeySequence.StandardKey.Copy):
            return bool(self.selected_text())
        return event.matches(QKeySequence.StandardKey.SelectAll)

    def _page_of(self, width: int) -> Page:
        assert self._make is not None
        if width not in self._pages:
            if len(self._pages) >= KEPT_WIDTHS:
                self._pages.clear()
            self._pages[width] = self._make(max(width, NARROWEST))
        return self._pages[width]

    def _show_tip(self, event: QHelpEvent) -> None:
        piece = next((each for each in self.page.pieces if each.tip and each.room.contains(event.pos())), None)
        if piece is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), piece.tip, self, piece.room)


def _differing(before: Page, now: Page) -> QRegion:
    """Return where a page is to be painted again: an edit changes a few numbers of many."""
    changed = QRegion()
    for was, item in (*zip_longest(before.pieces, now.pieces), *zip_longest(before.bars, now.bars)):
        if was != item:
            for each in (was, item):
                changed += each.painted if each is not None else QRect()
    return changed


def _highlighted(palette: QPalette) -> QTextCharFormat:
    from PySide6.QtGui import QTextCharFormat

    look = QTextCharFormat()
    look.setBackground(palette.highlight())
    look.setForeground(palette.highlightedText())
    return look


def _spot(page: Page, point: QPoint) -> Spot:
    """Return the spot nearest to a point."""
    place = min(range(len(page.pieces)), key=lambda each: _distance(page.pieces[each].room, point))
    piece = page.pieces[place]
    layout, inside = piece.text.layout, QPointF(point) - piece.corner
    lines = [layout.lineAt(number) for number in range(layout.lineCount())]
    line = next((each for each in lines if inside.y() < each.y() + each.height()), lines[-1])
    character = line.xToCursor(inside.x())
    return Spot(place, int(character[0]) if isinstance(character, tuple) else int(character))


def _distance(room: QRect, point: QPoint) -> tuple[int, int]:
    """Return how far a point is from a rectangle. The vertical distance counts first, because lines are read across."""
    across = max(room.left() - point.x(), point.x() - room.right(), 0)
    return max(room.top() - point.y(), point.y() - room.bottom(), 0), across


def _beside(one: Piece, other: Piece) -> bool:
    """Whether two pieces are on one line of the page."""
    return one.room.top() <= other.room.bottom() and other.room.top() <= one.room.bottom()
