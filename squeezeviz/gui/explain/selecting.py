"""The selected text of a page."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPalette, QTextCharFormat, QTextLayout

from squeezeviz.gui.explain.faces import plain
from squeezeviz.gui.explain.section import Page, Piece


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
            look = QTextCharFormat()
            look.setBackground(palette.highlight())
            look.setForeground(palette.highlightedText())
            chosen.format = look
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


def _spot(page: Page, point: QPoint) -> Spot:
    """Return the spot nearest to a point."""
    place = min(range(len(page.pieces)), key=lambda each: _distance(page.pieces[each].room, point))
    piece = page.pieces[place]
    layout, inside = piece.text.layout, point - piece.room.topLeft()
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
