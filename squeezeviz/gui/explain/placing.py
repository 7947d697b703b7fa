"""Placing the text of an explanation on a page of a given width, in the fonts and colours of a style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import ceil
from operator import attrgetter

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QTextLayout, QTextOption

from squeezeviz.explain.explanation import Line, Section, Tone
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.recent import LEAST, Recent
from squeezeviz.model.records import NamedTuple

KEPT_TEXTS = 24
"""How many laid-out texts of one look are cached at the least, or what the last explanations have; each takes 6 kB."""
KEPT_WIDTHS = 300

_UNBOUNDED = 1_000_000
_BREAK = "\u200b"
_SPACE = "\u00a0"
"""A space at which no line ends."""
_GROUP = re.compile(r"(\([\d ·×+−/.,]{1,32}\))")
"""The contents of brackets in a formula. Longer ones must be broken somewhere."""
_WITH_NUMBER = re.compile(r"(?<=\d) (?=(?:px|ms|s|bytes|[KMG]i?B|%)(?!\w))|(?<=every) (?=\d)")
"""The space between a number and its unit."""
_UNBROKEN = ("multiply-adds", "multiply\u2011adds")
"""A word that should not be broken at its hyphen, as it is stored and as it is shown."""
GAP = 8
"""The space in pixels between columns."""
_LEADING = 5
_OVERHANG = 2
_BELOW_LABEL = 1
_ABOVE_SECTION = 9
_ABOVE_ROWS = 1
_ABOVE_SOURCE = 3
_ABOVE_KIND = 4
_BAR_WIDTH, _BAR_HEIGHT = 4, 14
_WIDEST_BESIDE = 0.5
"""As a share of the page's width. Longer text is wrapped, not cut."""
_NARROWEST_FORMULA = 60
_ROLE_OF_PART = {"squeeze1x1": "squeeze", "bypass1x1": "bypass"}

_Span = tuple[int, int]
"""The left edge of a column, and its width."""
_SHOWN = attrgetter("text", "label", "value", "part", "tone")
"""What is shown of a line; not the formula behind it."""


class _Look(NamedTuple):
    size: int
    """In pixels."""
    bold: bool
    ink: str
    """The name of one of a style's colours."""


_LOOKS = {
    "title": _Look(17, True, "text"),
    "heading": _Look(14, True, "text"),
    "source": _Look(11, False, "quiet"),
    "text": _Look(13, False, "text"),
    "formula": _Look(13, True, "text"),
    "measured": _Look(12, True, "measured"),
    "differs": _Look(13, True, "problem"),
    "quiet": _Look(13, False, "quiet"),
}


class LaidText(NamedTuple):
    """A text broken into lines. `height` is in pixels, as is `left`, from its room's edge to the layout's."""

    layout: QTextLayout
    height: int
    left: float = 0.0


class Face:
    """The font and colour of a tone, with a cache of the texts laid out in it."""

    def __init__(self, base: QFont, look: _Look, style: Style) -> None:
        self.ink = QColor(getattr(style, look.ink))
        self._font = QFont(base)
        self._font.setPixelSize(look.size)
        self._font.setWeight(QFont.Weight.DemiBold if look.bold else QFont.Weight.Normal)
        self._laid: Recent[tuple[str, int, bool], LaidText] = Recent()
        self._widths: dict[str, int] = {}

    def begin_page(self) -> None:
        """Forget the texts that no page of late has."""
        self._laid.begin(KEPT_TEXTS)

    def width(self, text: str) -> int:
        """Return the width of the text on one line, in pixels.

        The layout itself knows it. The font's metrics round differently, and a word would be broken.
        """
        if text not in self._widths:
            if len(self._widths) >= KEPT_WIDTHS:
                self._widths.clear()
            self._widths[text] = ceil(self._in_one_line(text).layout.lineAt(0).naturalTextWidth())
        return self._widths[text]

    def laid(self, text: str, width: int, *, right: bool = False) -> LaidText:
        """Return the text in lines of `width` pixels, broken between words if possible. `right` aligns it to the
        right."""
        if self._widths.get(text, _UNBOUNDED) <= width:
            laid = self._in_one_line(text)
            return laid._replace(left=width - laid.layout.lineAt(0).horizontalAdvance()) if right else laid
        return self._laid.get((text, width, right), lambda: self._lay_out(text, width, right=right))

    def _in_one_line(self, text: str) -> LaidText:
        return self._laid.get((text, _UNBOUNDED, False), lambda: self._lay_out(text, _UNBOUNDED, right=False))

    def _lay_out(self, text: str, width: int, *, right: bool) -> LaidText:
        layout = QTextLayout(_breakable(text), self._font)
        option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLeadingIncluded(True)
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return LaidText(layout, ceil(height))


class Faces:
    """The faces of every tone, for one style; none is smaller than `least` pixels."""

    def __init__(self, base: QFont, style: Style, least: int = 0) -> None:
        self._style = style
        self._faces = {
            tone: Face(base, look._replace(size=max(look.size, least)), style) for tone, look in _LOOKS.items()
        }
        self._sections: Recent[tuple[object, ...], Page] = Recent()

    def begin_page(self) -> None:
        """Forget the texts and the sections that no page of late has."""
        self._sections.begin(LEAST)
        for face in self._faces.values():
            face.begin_page()

    def section(self, section: Section, top: int, width: int) -> Page:
        """Return the page down to the end of a section that begins at `top`. An edit leaves most of them as they
        were."""
        key = top, width, section.heading, section.source, *map(_SHOWN, section.lines)
        return self._sections.get(key, lambda: _section_page(section, top, width, self))

    def __getitem__(self, tone: str) -> Face:
        return self._faces[tone]

    def role(self, role: str) -> QColor:
        """Return the colour of a part of a Fire module."""
        return QColor(self._style.role(role))


class Piece(NamedTuple):
    """A text and its place, in pixels from the page's corner."""

    text: LaidText
    room: QRect
    ink: QColor
    tip: str = ""

    @property
    def corner(self) -> QPointF:
        """Of its layout."""
        return QPointF(self.room.x() + self.text.left, self.room.y())

    @property
    def plain_text(self) -> str:
        return plain(self.text.layout.text())

    @property
    def painted(self) -> QRect:
        """Its room, and as much about it as letters reach beyond."""
        return self.room.adjusted(-_OVERHANG, -_OVERHANG, _OVERHANG, _OVERHANG)


class Bar(NamedTuple):
    """The coloured bar of a part of a Fire module."""

    room: QRect
    colour: QColor

    @property
    def painted(self) -> QRect:
        return self.room


class Page:
    """The pieces placed so far, in reading order."""

    def __init__(self, width: int, faces: Faces, top: int = 0) -> None:
        self.width = width
        self.faces = faces
        self.height = top
        self.pieces: list[Piece] = []
        self.bars: list[Bar] = []

    def write(self, text: LaidText, face: Face, left: int, top: int, width: int, tip: str = "") -> None:
        self.pieces.append(Piece(text, QRect(left, top, width, text.height), face.ink, tip))
        self.height = max(self.height, top + text.height)

    def add(self, below: Page) -> None:
        """Add what is placed below all that is here."""
        self.pieces += below.pieces
        self.bars += below.bars
        self.height = below.height

    def mark(self, part: str, top: int, height: int) -> None:
        """Put the bar of a part of a Fire module, if that is one, beside what is `height` pixels high."""
        if part:
            colour = self.faces.role(_ROLE_OF_PART.get(part, part))
            self.bars.append(Bar(QRect(0, top + (height - _BAR_HEIGHT) // 2, _BAR_WIDTH, _BAR_HEIGHT), colour))


def title_page(title: str, kind: str, width: int, faces: Faces) -> Page:
    """Return a page with what is explained and, at the right, what kind of thing that is."""
    faces.begin_page()
    page = Page(width, faces)
    _side_by_side(page, (title, "title"), (kind, "quiet"), _ABOVE_KIND)
    return page


def sections_page(sections: Sequence[Section], width: int, faces: Faces) -> Page:
    """Return a page with headings and their sources, prose, and rows of label, formula and value."""
    faces.begin_page()
    page = Page(width, faces)
    for place, section in enumerate(sections):
        page.add(faces.section(section, page.height + _ABOVE_SECTION + (_LEADING if place else 0), width))
    return page


def _section_page(section: Section, top: int, width: int, faces: Faces) -> Page:
    page = Page(width, faces, top)
    _side_by_side(page, (section.heading, "heading"), (section.source, "source"), _ABOVE_SOURCE)
    for line in section.lines:
        if not line.label:
            _write_prose(page, line)
    rows = [line for line in section.lines if line.label]
    if rows:
        page.height += _ABOVE_ROWS
        _write_rows(page, rows)
    return page


def plain_text(title: str, kind: str, sections: Iterable[Section]) -> str:
    """Return the text of an explanation in reading order, a line for each piece."""
    words = [title, kind]
    for section in sections:
        words += [section.heading, section.source]
        words += [line.text for line in section.lines if not line.label]
        words += [word for line in section.lines if line.label for word in (line.label, line.text, line.value)]
    return "\n".join(filter(None, words))


def _side_by_side(page: Page, main: tuple[str, str], beside: tuple[str, str], drop: int) -> None:
    """Place a text and, at the right, a smaller one, `drop` pixels lower so that both have one baseline."""
    top, room = page.height, page.width
    face, small = page.faces[main[1]], page.faces[beside[1]]
    if beside[0]:
        width = min(small.width(beside[0]), round(page.width * _WIDEST_BESIDE))
        room -= width + GAP
    page.write(face.laid(main[0], room), face, 0, top, room)
    if beside[0]:
        tip = "Where this is defined" if beside[1] == "source" else ""
        page.write(small.laid(beside[0], width), small, room + GAP, top + drop, width, tip)


def _write_prose(page: Page, line: Line) -> None:
    face = page.faces[Tone.QUIET if line.tone is Tone.RULE else line.tone]
    page.write(face.laid(line.text, page.width), face, 0, page.height + _LEADING, page.width)


def _write_rows(page: Page, rows: Sequence[Line]) -> None:
    """Place rows of label and value. If some row has a formula, it comes between them."""
    labels = max(page.faces[_label_tone(line)].width(line.label) for line in rows)
    values = max(page.faces[_value_tone(line)].width(line.value) for line in rows)
    indent = _BAR_WIDTH + GAP if any(line.part for line in rows) else 0
    if any(line.part or line.text for line in rows):
        room = page.width - indent - 2 * GAP
        missing = max(page.faces["quiet"].width(line.text) for line in rows) - (room - labels - values)
        labels -= max(0, min(missing, labels - _longest_word(page, rows)))
        formulas = room - labels - values
        if formulas < _NARROWEST_FORMULA:  # formulas get lines of their own
            labels, values = _shared(page.width - indent - GAP, labels, values)
            formulas = max(0, page.width - indent - 2 * GAP - labels - values)
    else:
        labels, values = _shared(page.width - GAP, labels, values)
        values, formulas = page.width - GAP - labels, 0
    for line in rows:
        value = (page.width - values, values)
        if line.text and page.faces["quiet"].width(line.text) > formulas:
            _write_stacked(page, line, (indent, labels + GAP + formulas), value)
        else:
            _write_row(page, line, (indent, labels), (indent + labels + GAP, formulas), value)


def _longest_word(page: Page, rows: Sequence[Line]) -> int:
    """Return the smallest width of the column of labels that breaks no word."""
    return max(page.faces[_label_tone(line)].width(word) for line in rows for word in line.label.split())


def _shared(room: int, one: int, other: int) -> tuple[int, int]:
    """Return the widths of two columns that together take at most `room` pixels. A narrow one keeps its width."""
    if one + other > room:
        one, other = min(one, max(room // 2, room - other)), min(other, max(room - room // 2, room - one))
    return one, other


def _write_row(page: Page, line: Line, label: _Span, formula: _Span, value: _Span) -> None:
    words = [
        (line.label, _label_tone(line), label),
        (line.text, "quiet", formula),
        (line.value, _value_tone(line), value),
    ]
    laid = [
        (page.faces[tone], page.faces[tone].laid(text, span[1], right=span is value), span)
        for text, tone, span in words
        if text
    ]
    top, height = page.height + _LEADING, max(text.height for _, text, _ in laid)
    page.mark(line.part, top, height)
    for face, text, (left, width) in laid:
        page.write(text, face, left, top + (height - text.height) // 2, width)


def _write_stacked(page: Page, line: Line, label: _Span, value: _Span) -> None:
    """Place a row whose formula does not fit beside its label below the label."""
    name, figures, number = (page.faces[tone] for tone in (_label_tone(line), "quiet", _value_tone(line)))
    label_text, result = name.laid(line.label, label[1]), number.laid(line.value, value[1], right=True)
    top = page.height + _LEADING
    below = top + max(label_text.height, result.height) + _BELOW_LABEL
    page.mark(line.part, top, label_text.height)
    page.write(label_text, name, label[0], top, label[1])
    width = page.width - label[0]
    page.write(figures.laid(line.text, width), figures, label[0], below, width)
    page.write(result, number, value[0], top, value[1])


def _label_tone(line: Line) -> str:
    return "text" if line.part else "quiet"


def _value_tone(line: Line) -> str:
    return "formula" if line.part else "text"


def plain(shown: str) -> str:
    """Return the shown text without the marks that allow line breaks."""
    stored, unbroken = _UNBROKEN
    return shown.replace(_BREAK, "").replace(_SPACE, " ").replace(unbroken, stored)


def _breakable(text: str) -> str:
    """Return the text with marks that allow line breaks in products, but not within brackets or before a unit."""
    pieces = _GROUP.split(text)
    pieces[::2] = [_WITH_NUMBER.sub(_SPACE, piece.replace("·", f"·{_BREAK}")) for piece in pieces[::2]]
    pieces[1::2] = [piece.replace(" ", _SPACE) for piece in pieces[1::2]]
    return "".join(pieces).replace(*_UNBROKEN)
