"""Placing a followed value on a page: where it stands, why it comes from there, and its sum with coloured numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage

from squeezeviz.analysis.feature_maps import NETWORK_INPUT, ConcatPart, parts_of_concat
from squeezeviz.analysis.following import MOST_BACK, FollowedValue, Term
from squeezeviz.analysis.pictures.preprocessing import Crop
from squeezeviz.analysis.value_sources import INPUT, ValueAt, place_text, seen_by, shown_operation, span
from squeezeviz.explain.following import Role, SumLine, sum_lines
from squeezeviz.gui.explain.placing import GAP, Bar, Face, Faces, Page, Piece
from squeezeviz.gui.following.shades import FADED, Shades, letters_on
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain
from squeezeviz.model.wording import significant

if TYPE_CHECKING:
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.gui.maps.enlarged import SeenPicture

MOST_STEPS_SHOWN = 4
"""Of a long way the first and the last ones are shown."""
FEWEST_CHANNELS = 2
"""Of a convolution, where there is no room for more."""
WIDEST_WINDOW = 15
"""The most columns of a pool's window whose values are all painted."""
WIDEST_KERNEL = 11
"""The same of a filter."""
_AIR = 10
_LINE = 4
_CELL_GAP = 1
_CELL_HEIGHT, _LOWEST_CELL = 18, 10
_WIDEST_CELL = 46
_WIDEST_PIXEL = 20
_SHARE_OF_PIXELS = 0.4
"""What magnified pixels take of the page's width if the opened picture stands beside them."""
_DIMMED = 170
"""How opaque what lies over the part of a picture that is not seen is, of 255."""
_MARK = 9
"""The side of the mark where a pixel is."""
BRIGHT = "#ffffff"
_LETTERED = 25
"""From this width on a cell has its number written in it."""
_NEXT_TO_NOTHING = 0.02
"""As a share of the largest."""
_STRIP = 22
"""The height of a concat's bar."""
_SUM_BAR = 5
_LEGEND = 8
_NEGATIVE = 0.12
"""The share of the weights' colours that bars of negative sums have."""
_SIGN = 14
"""What × and = take, with the space about them."""
_LABEL_GAP = 6
_BETWEEN = 5
"""Between the grids of two channels."""


Pixels = tuple[tuple[tuple[int, int, int] | None, ...], ...]
"""Rows of pixels, each red, green and blue from 0 to 255, or None beyond the edge; the one in the middle is meant."""


class OpenedPixel(NamedTuple):
    """Which rows and columns of the opened picture a value of the network's input is drawn from, in words too, and the
    picture, unless that is closed."""

    rows: range
    columns: range
    said: str
    picture: SeenPicture | None = None


class PaintedImage(NamedTuple):
    """An image in its room on the page, `opaque` from 0 to 1."""

    room: QRect
    image: QImage
    opaque: float


class Target(NamedTuple):
    """Where a value can be gone to: its room on the page, and what is said of it.

    `place` is the index of a value along the way, or -1 if it is one step further back. A `first` one is among those
    that weigh most.
    """

    room: QRect
    at: ValueAt
    said: str
    place: int = -1
    first: bool = False


class Shown(NamedTuple):
    """Everything that the page shows. `network` computed `value`, in a pass that `ran_on` says something about; it is
    `old` if that is not of the network as it is now. Of a picture's value `pixels` are those about it."""

    value: FollowedValue
    network: ResolvedNetwork
    way: tuple[ValueAt, ...]
    ran_on: str = ""
    old: bool = False
    pixels: Pixels = ()
    letters: tuple[str, ...] = ()
    """What the channels that the value comes from are of a picture, such as B, G and R; empty of other maps."""
    opened: OpenedPixel | None = None
    room: int = 0
    """The height in sight, in pixels. Rather than that the result lies below it, fewer channels are listed."""


class FollowedPage(Page):
    """A page with the values on it that can be gone to, in reading order."""

    def __init__(self, width: int, faces: Faces) -> None:
        super().__init__(width, faces)
        self.targets: list[Target] = []
        self.result = 0
        """Where what the pass measured ends, in pixels from the top; below it are legends alone."""
        self.images: list[PaintedImage] = []
        """What lies below all bars."""
        self.tips: list[tuple[QRect, str]] = []
        """What is said of a cell that leads nowhere, where the mouse points at it."""


def followed_page(shown: Shown, style: Style, width: int, faces: Faces) -> FollowedPage:
    """Return the page of that width in pixels."""
    for channels in range(MOST_BACK, FEWEST_CHANNELS - 1, -1):
        page = FollowedPage(width, faces)
        _Placer(page, shown, style, channels).place()
        if not shown.room or page.height <= shown.room:
            return page
    return page if page.result <= shown.room else followed_page(shown._replace(room=0), style, width, faces)


def heaviest_first(value: FollowedValue) -> frozenset[tuple[str, int, int, int]]:
    """Return which values the command line offers to follow next."""
    return frozenset((each.operation, each.channel, each.row, each.column) for each in value.back)


class _Grids(NamedTuple):
    """Where a channel's values and weights stand: cells so wide, so many beside each other, `left` and `right`. `sums`
    is the width of what they add up to, which stands above them if they are `stacked`."""

    label: int
    cell: int
    columns: int
    sums: int
    stacked: bool

    @property
    def left(self) -> int:
        return 0 if self.stacked else self.label

    @property
    def width(self) -> int:
        return self.cell * self.columns

    @property
    def right(self) -> int:
        return self.left + self.width + _SIGN


class _Placer:
    def __init__(self, page: FollowedPage, shown: Shown, style: Style, channels: int) -> None:
        self._page, self._shown, self._style = page, shown, style
        self._value = value = shown.value
        self._lines = sum_lines(value, channels)
        parts = [term for line in self._lines for term in line.terms]
        listed = value.terms if self._is_pool else parts
        self._values = Shades([term.input for term in listed], style, faded=shown.old)
        weights = [term.weight for term in parts if term.weight is not None] if value.filter is not None else []
        self._weights = Shades(weights, style, weights=True, faded=shown.old)
        self._back = heaviest_first(value)

    def place(self) -> None:
        value = self._value
        self._write_way()
        self._write("heading", shown_operation(value.operation))
        if self._shown.ran_on:
            self._write("quiet", self._shown.ran_on)
        parts = parts_of_concat(self._shown.network, value.operation)
        if parts:
            self._paint_concat(parts)
        self._write_reason()
        self._page.height += _AIR
        part_lines = [line for line in self._lines if line.role is Role.PART]
        if value.filter is not None and part_lines and self._columns_of(part_lines[0].terms) <= WIDEST_KERNEL:
            self._paint_products(part_lines)
        else:
            self._paint_window()
            self._paint_pixels()
            if not (value.kind == OperationKind.MAXPOOL and self._is_pool):
                self._paint_parts(part_lines)
        self._write_results()
        self._page.result = self._page.height
        self._write_legends()

    @property
    def _is_pool(self) -> bool:
        """Whether all values of a window are painted."""
        pools = (OperationKind.MAXPOOL, OperationKind.AVGPOOL, OperationKind.GLOBAL_AVGPOOL)
        value = self._value
        return value.kind in pools and bool(value.terms) and self._columns_of(value.terms) <= WIDEST_WINDOW

    @staticmethod
    def _columns_of(terms: Sequence[Term]) -> int:
        return len({term.column for term in terms})

    # Words

    def _face(self, tone: str) -> Face:
        return self._page.faces[tone]

    def _ink(self, tone: str) -> QColor:
        return self._values.toned(self._face(tone).ink)

    def _put(self, tone: str, text: str, room: QRect, ink: QColor | None = None, tip: str = "") -> None:
        """Write a text at a place, broken into lines as wide as that is."""
        laid = self._face(tone).laid(plain(text), room.width())
        place = QRect(room.left(), room.top(), room.width(), laid.height)
        self._page.pieces.append(Piece(laid, place, ink or self._ink(tone), tip))
        self._page.height = max(self._page.height, room.top() + laid.height)

    def _write(self, tone: str, text: str) -> None:
        """Write a paragraph below all that is on the page."""
        laid = self._face(tone).laid(plain(text), self._page.width)
        room = QRect(0, self._page.height + _LINE, self._page.width, laid.height)
        self._page.pieces.append(Piece(laid, room, self._ink(tone)))
        self._page.height = room.top() + laid.height

    def _centred(self, tone: str, text: str, room: QRect, ink: QColor, tip: str = "") -> None:
        """Write a text into the middle of a room that it fits in."""
        face = self._face(tone)
        width = face.width(text)
        laid = face.laid(text, width)
        left = room.left() + (room.width() - width) // 2
        top = room.top() + (room.height() - laid.height) // 2
        self._page.pieces.append(Piece(laid, QRect(left, top, width, laid.height), ink, tip))

    def _right(self, tone: str, text: str, top: int, right: int, ink: QColor | None = None) -> int:
        """Write a text that ends at `right`, and return how high it is."""
        face = self._face(tone)
        width = face.width(text)
        laid = face.laid(text, width)
        room = QRect(right - width, top, width, laid.height)
        self._page.pieces.append(Piece(laid, room, ink or self._ink(tone)))
        self._page.height = max(self._page.height, top + laid.height)
        return laid.height

    def _fill(self, room: QRect, colour: QColor) -> None:
        self._page.bars.append(Bar(room, colour))
        self._page.height = max(self._page.height, room.top() + room.height())

    def _colour(self, name: str) -> QColor:
        return self._values.toned(QColor(name))

    # The way, and where the value stands

    def _write_way(self) -> None:
        """Write the values that led here, each of which can be gone back to."""
        before = list(enumerate(self._shown.way[:-1]))
        if not before:
            return
        if len(before) > MOST_STEPS_SHOWN:
            before = [before[0], *before[1 - MOST_STEPS_SHOWN :]]
        accent, left, top, height = self._colour(self._style.accent), 0, self._page.height, 0
        face, last = self._face("source"), -1
        for place, at in before:
            gap = "… " if place != last + 1 else ""
            last = place
            text = f"{gap}{plain(shown_operation(at.operation), 40)} {at.channel:,} ›"
            width = min(face.width(text), self._page.width)
            laid = face.laid(text, width)
            if left and left + width > self._page.width:
                left, top = 0, top + height + 1
            room = QRect(left, top, width, laid.height)
            self._page.pieces.append(Piece(laid, room, accent))
            said = f"back to {at}"
            self._page.targets.append(Target(room, at, said, place))
            left, height = left + width + _LINE, laid.height
        self._page.height = top + height + _LINE

    def _paint_concat(self, parts: Sequence[ConcatPart]) -> None:
        """Paint the concat to scale in its parts' colours, with a mark where the channel stands."""
        page, total = self._page, parts[-1].end
        top, channel = page.height + _AIR, self._value.channel
        ends = [round(page.width * part.end / total) for part in parts]
        for part, left, right in zip(parts, [0, *ends], ends, strict=False):
            colour = self._values.toned(page.faces.role(part.part))
            room = QRect(left, top, max(1, right - left - 1), _STRIP)
            self._fill(room, colour)
            channels = f"{part.first:,}–{part.end - 1:,}"
            for text in (f"{part.part} · {channels}", channels):
                if self._face("source").width(text) + GAP <= room.width():
                    self._centred("source", text, room, letters_on(colour))
                    break
        middle = min(page.width - 2, round(page.width * (channel + 0.5) / total))
        ink, number = self._colour(self._style.text), f"{channel:,}"
        self._fill(QRect(middle - 1, top - 2, 2, _STRIP + 4), ink)
        below = QRect(middle - 40, top + _STRIP + 1, 80, self._face("source").laid("▲", 80).height)
        self._centred("source", "▲", below, ink)
        width = self._face("source").width(number)
        left = middle + 8 if middle + 8 + width <= page.width else middle - 8 - width
        self._put("source", number, QRect(left, below.top(), width, below.height()), ink)
        page.height = below.bottom() + 1

    def _write_reason(self) -> None:
        value = self._value
        first, dot, rest = value.reason.partition(". ")
        self._write("text", first + dot.rstrip())
        rows, columns = seen_by(self._shown.network, value.at)
        if value.source != NETWORK_INPUT:
            sees = f"It sees {len(rows)}×{len(columns)} pixels of the input:"
            rest = f"{rest} {sees} {span('row', rows)}, {span('column', columns)}.".strip()
        elif self._shown.opened is not None:
            rest = f"{rest} {self._shown.opened.said}"
        if rest:
            self._write("quiet", rest)

    # The sum

    def _paint_products(self, lines: Sequence[SumLine]) -> None:
        """Paint, for each channel that weighs most, its values times its weights, and what they add up to.

        Where there is no room for the sums beside these, they stand above them.
        """
        columns = max(self._columns_of(line.terms) for line in lines)
        labels = max(self._face("formula").width(self._channel_text(line)) for line in lines) + _LABEL_GAP
        sums = max(self._face("formula").width(line.value) for line in lines)
        room = self._page.width - labels - 2 * _SIGN
        beside = (room - sums) // 2 // columns
        if stacked := beside < _LETTERED or not self._all_fit(lines, min(_WIDEST_CELL, beside)):
            beside = (room + _SIGN) // 2 // columns
        grids = _Grids(labels, max(_LOWEST_CELL, min(_WIDEST_CELL, beside)), columns, sums, stacked)
        channels = len({term.channel for term in self._value.terms})
        if len(lines) < channels:
            self._write("quiet", f"The {len(lines)} of {channels:,} channels that weigh most:")
        top = self._page.height + _LINE
        small, name = self._face("source"), f"filter {self._value.filter:,}"
        self._put("source", "values", QRect(grids.left, top, small.width("values"), 0))
        self._put("source", name, QRect(grids.right, top, small.width(name), 0))
        if grids.right + small.width(name) + GAP + small.width("sum") <= self._page.width:
            self._right("source", "sum", top, self._page.width)
        most = max((abs(_total(line)) for line in lines), default=0.0) or 1.0
        for line in lines:
            self._paint_channel(line, grids, most)

    def _all_fit(self, lines: Sequence[SumLine], cell: int) -> bool:
        """Whether cells of that width hold all values and weights, be it with few digits."""
        width = cell - _CELL_GAP - 2
        return all(
            self._fitting(number, width, shades) != "…"
            for line in lines
            for term in line.terms
            for number, shades in ((term.input, self._values), (term.weight or 0.0, self._weights))
        )

    def _paint_channel(self, line: SumLine, grids: _Grids, most: float) -> None:
        page, top, quiet = self._page, self._page.height + _BETWEEN, self._ink("quiet")
        accent, label = self._colour(self._style.accent), self._channel_text(line)
        if grids.stacked:
            self._put("formula", label, QRect(0, top, page.width - grids.sums - GAP, 0), accent)
            self._paint_sum(line, top, 0, grids.sums, most)
            top = page.height + 2
        height = self._paint_grid(line.terms, grids.left, top, grids.cell, self._values, targets=True)
        self._paint_grid(line.terms, grids.right, top, grids.cell, self._weights)
        self._centred("quiet", "×", QRect(grids.left + grids.width, top, _SIGN, height), quiet)
        if not grids.stacked:
            self._centred("formula", label, QRect(0, top, grids.left - _LABEL_GAP, height), accent)
            self._centred("quiet", "=", QRect(grids.right + grids.width, top, _SIGN, height), quiet)
            self._paint_sum(line, top, height, grids.sums, most)

    def _channel_text(self, line: SumLine) -> str:
        """Return the number of a line's channel, with its letter if that is one of a picture."""
        channel, letters = line.terms[0].channel, self._shown.letters
        return f"{channel:,} {letters[channel]}" if channel < len(letters) else f"{channel:,}"

    def _paint_sum(self, line: SumLine, top: int, height: int, room: int, most: float) -> None:
        """Write what a channel's products add up to, over a bar that is as long as it weighs."""
        words = self._face("formula").laid(line.value, room).height
        first = top + max(0, (height - words - _SUM_BAR - 2) // 2)
        self._right("formula", line.value, first, self._page.width)
        total = _total(line)
        length = max(1, round(room * abs(total) / most))
        colour = self._weights.at(_NEGATIVE if total < 0 else 1 - _NEGATIVE)
        self._fill(QRect(self._page.width - length, first + words + 1, length, _SUM_BAR), colour)

    def _paint_window(self) -> None:
        """Paint the values of a pool's window; of a maximum the one that won has a frame."""
        if not self._is_pool:
            return
        value, page = self._value, self._page
        cell = max(_LOWEST_CELL, min(_WIDEST_CELL, page.width // self._columns_of(value.terms)))
        self._paint_grid(value.terms, 0, page.height, cell, self._values, targets=True)
        if value.kind == OperationKind.MAXPOOL:
            winner = next(target.room for target in page.targets if target.first)
            self._frame(winner.adjusted(-1, -1, 1, 1), 2)
        page.height += _LINE

    def _paint_pixels(self) -> None:
        """Paint the picture about the followed pixel, magnified, as the network sees it; beside it the opened one."""
        rows, page, opened = self._shown.pixels, self._page, self._shown.opened
        if not rows:
            return
        picture, columns, left, top = opened and opened.picture, len(rows[0]), 0, page.height
        cell = max(2, min(_WIDEST_PIXEL, page.width // columns))
        if opened is not None and picture is not None:
            cell = max(2, int(page.width * _SHARE_OF_PIXELS) // columns)
            left = page.width - cell * columns
            for words, at in (("opened picture", 0), ("as the network gets it", left)):
                self._put("source", words, QRect(at, top, (page.width if at else left - GAP) - at, 0))
            top = page.height + 2
            self._paint_picture(opened, picture, QRect(0, top, left - GAP, cell * len(rows)))
        middle = len(rows) // 2, columns // 2
        for down, row in enumerate(rows):
            for across, pixel in enumerate(row):
                if pixel is not None:
                    room = QRect(left + across * cell, top + down * cell, cell, cell)
                    self._fill(room, self._values.toned(QColor(*pixel)))
        self._frame(QRect(left + middle[1] * cell, top + middle[0] * cell, cell, cell).adjusted(-2, -2, 2, 2), 2)
        page.height = max(page.height, top + len(rows) * cell)
        meant = rows[middle[0]][middle[1]]
        if meant is not None:
            self._write("source", "R {} · G {} · B {}".format(*meant))
        page.height += _LINE

    def _paint_picture(self, opened: OpenedPixel, picture: SeenPicture, within: QRect) -> None:
        """Paint the opened picture with what of it the network sees, and a mark where the followed pixel is."""
        (across, down), page = picture.size, self._page
        scale = min(within.width() / across, within.height() / down)
        room = QRect(within.topLeft(), QSize(max(1, round(across * scale)), max(1, round(down * scale))))
        page.images.append(PaintedImage(room, picture.image, 1 - FADED if self._shown.old else 1.0))
        seen, veil = _scaled(picture.crop, scale, room), QColor(self._style.card)
        veil.setAlpha(_DIMMED)
        for side in _around(room, seen):
            self._fill(side, veil)
        self._frame(seen, 1)
        rows, columns = opened.rows, opened.columns
        mark = QRect(0, 0, _MARK, _MARK)
        mark.moveCenter(_scaled(Crop(columns.start, rows.start, columns.stop, rows.stop), scale, room).center())
        mark.moveLeft(max(mark.left(), 2))  # in a corner it reaches beyond the picture, but not beyond the page
        for edge in frame(mark.adjusted(-2, -2, 2, 2)):
            self._fill(edge, QColor(BRIGHT))
        self._frame(mark, 2)

    def _frame(self, room: QRect, width: int) -> None:
        for edge in frame(room, width):
            self._fill(edge, self._colour(self._style.accent))

    def _paint_grid(
        self, terms: Sequence[Term], left: int, top: int, cell: int, shades: Shades, *, targets: bool = False
    ) -> int:
        """Paint a window's values or weights where they stand beside each other. Return how high that is."""
        rows, columns = sorted({term.row for term in terms}), sorted({term.column for term in terms})
        lettered = cell >= _LETTERED
        height = _CELL_HEIGHT if lettered else cell
        for term in terms:
            room = QRect(
                left + columns.index(term.column) * cell, top + rows.index(term.row) * height,
                cell - _CELL_GAP, height - _CELL_GAP,
            )  # fmt: skip
            number = term.input if targets or shades is self._values else term.weight or 0.0
            colour = shades.of(number)
            self._fill(room, colour)
            said = _term_text(term)
            if lettered:
                text = self._fitting(number, room.width() - 2, shades)
                self._centred("source", text, room, letters_on(colour))
            if targets:
                self._add_target(room, term, 0, said)
            else:
                self._page.tips.append((room, said))
        return height * len(rows)

    def _fitting(self, number: float, width: int, shades: Shades) -> str:
        """Return the number with as many digits as fit; none of one that is next to nothing beside the others."""
        plain_texts = [significant(number, digits) for digits in (3, 2, 1)]
        if shades is self._weights:
            shorter = (text.replace("0.", ".", 1) for text in plain_texts)
            plain_texts = [
                short if text.removeprefix("−").startswith("0.") else text
                for text, short in zip(plain_texts, shorter, strict=True)
            ]
        powers = [_power(number, digits) for digits in (2, 1)]
        hundredths = [_hundredths(number)] if shades is self._weights and 0.005 < abs(number) < 0.995 else []
        for text in [*plain_texts[:2], powers[0], plain_texts[2], powers[1], *hundredths]:
            if self._face("source").width(text) <= width:
                return text
        return "≈0" if abs(number) < _NEXT_TO_NOTHING * shades.scale.most else "…"

    def _add_target(self, room: QRect, term: Term, side: int, said: str) -> None:
        value = self._value
        at = ValueAt(value.inputs[side], term.channel, term.row, term.column, value.image)
        first = (at.operation, at.channel, at.row, at.column) in self._back
        self._page.targets.append(Target(room, at, f"{shown_operation(at.operation)}, {said}", first=first))

    def _paint_parts(self, lines: Sequence[SumLine]) -> None:
        """Write the parts of a sum that has no weights, each with its value in colour."""
        for side, line in enumerate(lines):
            term = line.terms[0]
            is_value = len(line.terms) == 1 and self._value.kind != INPUT
            top, left = self._page.height + _LINE, 0
            if is_value:
                text = significant(term.input)
                room = QRect(0, top, max(_WIDEST_CELL, self._face("source").width(text) + GAP), _CELL_HEIGHT)
                colour = self._values.of(term.input)
                self._fill(room, colour)
                self._centred("source", text, room, letters_on(colour))
                self._add_target(room, term, side if len(self._value.inputs) > 1 else 0, _term_text(term))
                left = room.right() + GAP
            label = line.label
            if len(line.terms) > 1:
                largest = max(line.terms, key=lambda each: abs(each.product))
                label = f"{line.label}: {len(line.terms):,} products"
                self._add_target(QRect(0, top, self._page.width, _CELL_HEIGHT), largest, 0, _term_text(largest))
            self._row(label, line.value, "text", "text", top, left)

    def _row(self, label: str, value: str, tone: str, value_tone: str, top: int, left: int = 0) -> None:
        """Write a label and, at the right, its value."""
        room = self._page.width - left - GAP - (self._face(value_tone).width(value) if value else 0)
        self._put(tone, label, QRect(left, top, room, 0))
        if value:
            self._right(value_tone, value, top, self._page.width)

    def _write_results(self) -> None:
        """Write the rest of the parts, bias, total, ReLU, and what the pass measured."""
        page, grid = self._page, QColor(self._style.border)
        page.height += _LINE
        total_before = False
        for line in self._lines:
            if line.role is Role.PART:
                continue
            if line.role is Role.TOTAL and not total_before:
                total_before = True
                self._fill(
                    QRect(page.width // 2, page.height + 3, page.width - page.width // 2, 1), self._values.toned(grid)
                )
                page.height += 3
            if line.role in (Role.MEASURED, Role.DIFFERS):
                self._write_measured(line)
            else:
                tone = "formula" if line.role is Role.TOTAL else "text"
                self._row(line.label, line.value, "quiet", tone, page.height + _LINE)

    def _write_measured(self, line: SumLine) -> None:
        """Write what the pass measured, on a ground that says whether it is what the sum comes to."""
        page, agrees = self._page, line.role is Role.MEASURED
        tone, mark = ("measured", "✓ ") if agrees else ("differs", "≠ ")
        ground = QColor(self._style.measured_ground if agrees else self._style.problem_ground)
        top, inset, place = page.height + GAP, 7, len(page.bars)
        face, value = self._face(tone), self._face(tone).width(line.value)
        room = QRect(inset, top + 5, page.width - 2 * inset - GAP - value, 0)
        self._put(tone, mark + line.label, room)
        self._right(tone, line.value, top + 5, page.width - inset)
        height = face.laid(mark + line.label, room.width()).height + 10
        page.bars.insert(place, Bar(QRect(0, top, page.width, height), self._values.toned(ground)))
        page.height = top + height

    def _write_legends(self) -> None:
        """Say what the colours stand for."""
        top, half = self._page.height + _AIR, self._page.width // 2
        if self._values.scale.most and self._value.kind != INPUT:  # a pixel alone has the picture's own colour
            self._legend(self._values, "√", 0, top, half - GAP)
        if self._weights.scale.most:
            self._legend(self._weights, "", half, top, half)

    def _legend(self, shades: Shades, tone: str, left: int, top: int, width: int) -> None:
        face = self._face("source")
        low, high = shades.ends
        high = f"{high}, {tone}" if tone else high
        room = width - face.width(low) - face.width(high) - 8
        height = face.laid(low, face.width(low)).height
        self._put("source", low, QRect(left, top, face.width(low), 0), self._ink("quiet"))
        start, steps = left + face.width(low) + 4, max(2, min(32, room // 3))
        for step in range(steps):
            here, there = (start + room * each // steps for each in (step, step + 1))
            bar = QRect(here, top + (height - _LEGEND) // 2, there - here, _LEGEND)
            self._fill(bar, shades.at((step + 0.5) / steps))
        self._put("source", high, QRect(start + room + 4, top, face.width(high), 0), self._ink("quiet"))


def _power(number: float, digits: int) -> str:
    """Return a number with a power of ten, as short as it can be: `3.1e-4`."""
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    return f"{mantissa.replace('-', '−')}e{int(exponent)}"


def _hundredths(number: float) -> str:
    """Return a number below 1 with two decimals, as short as it can be: `−.01`."""
    return f"{number:.2f}".replace("-", "−").replace("0.", ".", 1)


def _total(line: SumLine) -> float:
    return sum(term.product for term in line.terms)


def _term_text(term: Term) -> str:
    """Return where a term's value stands, and what it is multiplied with."""
    text = f"{place_text(*term[:3])}: {significant(term.input, 6)}"
    if term.weight in (None, 0.0, 1.0):
        return text
    return f"{text} × {significant(term.weight or 0.0, 4)} = {significant(term.product, 6)}"


def _scaled(part: Crop, scale: float, room: QRect) -> QRect:
    """Return where a part of a picture stands on the page, if the picture fills that room."""
    left, top, right, bottom = (round(edge * scale) for edge in part)
    return QRect(room.left() + left, room.top() + top, right - left, bottom - top).intersected(room)


def _around(room: QRect, within: QRect) -> tuple[QRect, ...]:
    """Return what of a rectangle lies above, below, left and right of another one in it."""
    end, bottom, height = room.right() + 1, room.bottom() + 1, within.height()
    return (
        QRect(room.left(), room.top(), room.width(), within.top() - room.top()),
        QRect(room.left(), within.bottom() + 1, room.width(), bottom - within.bottom() - 1),
        QRect(room.left(), within.top(), within.left() - room.left(), height),
        QRect(within.right() + 1, within.top(), end - within.right() - 1, height),
    )


def frame(room: QRect, width: int = 2) -> tuple[QRect, ...]:
    """Return the four edges of a rectangle, which lie within it."""
    left, top, right, bottom = room.left(), room.top(), room.right() + 1, room.bottom() + 1
    return (
        QRect(left, top, right - left, width),
        QRect(left, bottom - width, right - left, width),
        QRect(left, top, width, bottom - top),
        QRect(right - width, top, width, bottom - top),
    )
