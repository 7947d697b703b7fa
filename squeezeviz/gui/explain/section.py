"""Placing the text of an explanation on a page of a given width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor

from squeezeviz.explain.explanation import Line, Section, Tone
from squeezeviz.gui.explain.faces import Face, Faces, LaidText, plain

GAP = 8
"""The space in pixels between columns."""
_LEADING = 5
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


class Piece(NamedTuple):
    """A text and its place, in pixels from the page's corner."""

    text: LaidText
    room: QRect
    ink: QColor
    tip: str = ""

    @property
    def plain_text(self) -> str:
        return plain(self.text.layout.text())


class Bar(NamedTuple):
    """The coloured bar of a part of a Fire module."""

    room: QRect
    colour: QColor


class Page:
    """The pieces placed so far, in reading order."""

    def __init__(self, width: int, faces: Faces) -> None:
        self.width = width
        self.faces = faces
        self.height = 0
        self.pieces: list[Piece] = []
        self.bars: list[Bar] = []

    def write(self, text: LaidText, face: Face, left: int, top: int, width: int, tip: str = "") -> None:
        self.pieces.append(Piece(text, QRect(left, top, width, text.height), face.ink, tip))
        self.height = max(self.height, top + text.height)


def title_page(title: str, kind: str, width: int, faces: Faces) -> Page:
    """Return a page with what is explained and, at the right, what kind of thing that is."""
    page = Page(width, faces)
    _side_by_side(page, (title, "title"), (kind, "quiet"), _ABOVE_KIND)
    return page


def sections_page(sections: Sequence[Section], width: int, faces: Faces) -> Page:
    """Return a page with headings and their sources, prose, and rows of label, formula and value."""
    page = Page(width, faces)
    for place, section in enumerate(sections):
        page.height += _ABOVE_SECTION + (_LEADING if place else 0)
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
    if line.part:
        colour = page.faces.role(_ROLE_OF_PART.get(line.part, line.part))
        page.bars.append(Bar(QRect(0, top + (height - _BAR_HEIGHT) // 2, _BAR_WIDTH, _BAR_HEIGHT), colour))
    for face, text, (left, width) in laid:
        page.write(text, face, left, top + (height - text.height) // 2, width)


def _write_stacked(page: Page, line: Line, label: _Span, value: _Span) -> None:
    """Place a row whose formula does not fit beside its label below the label."""
    name, figures, number = (page.faces[tone] for tone in (_label_tone(line), "quiet", _value_tone(line)))
    plain_text, result = name.laid(line.label, label[1]), number.laid(line.value, value[1], right=True)
    top = page.height + _LEADING
    below = top + max(plain_text.height, result.height) + _BELOW_LABEL
    if line.part:
        colour = page.faces.role(_ROLE_OF_PART.get(line.part, line.part))
        page.bars.append(Bar(QRect(0, top + (plain_text.height - _BAR_HEIGHT) // 2, _BAR_WIDTH, _BAR_HEIGHT), colour))
    page.write(plain_text, name, label[0], top, label[1])
    width = page.width - label[0]
    page.write(figures.laid(line.text, width), figures, label[0], below, width)
    page.write(result, number, value[0], top, value[1])


def _label_tone(line: Line) -> str:
    return "text" if line.part else "quiet"


def _value_tone(line: Line) -> str:
    return "formula" if line.part else "text"
