"""One section of an explanation as widgets, which another section of the same form can take over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from squeezeviz.core.explaining.model import Line, Section, Tone
from squeezeviz.gui.style import Style

_BREAK = "\u200b"
_UNBROKEN = ("multiply-adds", "multiply\u2011adds")
"""A word that should not end a line at its hyphen, as it is said and as it is shown."""
_LONG_WORD = re.compile(r"(\S{24})(?=\S)")
_ROLE_OF_PART = {"squeeze1x1": "squeeze", "bypass1x1": "bypass"}


class RoleBar(QWidget):
    """The coloured bar of a part of a Fire module."""

    def __init__(self, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setFixedSize(4, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colour))
        painter.end()


class SectionView(QWidget):
    """A heading with its source, prose, and rows of label, formula and value."""

    def __init__(self, section: Section, style: Style) -> None:
        super().__init__()
        self.form = form(section)
        self._words = list(_words(section))
        self._labels: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 9, 0, 0)
        column.setSpacing(5)
        column.addLayout(self._head(section))
        for line in _prose(section):
            column.addWidget(self._label(line.text, _tone(line)))
        if _rows(section):
            column.addLayout(self._grid(section, style))

    def show_section(self, section: Section) -> None:
        """Another section of the same form: only its words change. That happens on every edit."""
        words = list(_words(section))
        for label, old, new in zip(self._labels, self._words, words, strict=True):
            if new != old:
                _change(label, *new)
        self._words = words

    def text(self) -> str:
        """All that it says, as plain text."""
        return "\n".join([text for text, _ in self._words])

    def _head(self, section: Section) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label(section.heading, "heading"), 1)
        if section.source:
            source = self._label(section.source, "source", wraps=False)
            source.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            source.setToolTip("Where this is defined")
            row.addWidget(source, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _grid(self, section: Section, style: Style) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 1, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        wide = _is_wide(section)
        grid.setColumnStretch(2 if wide else 1, 1)
        for place, line in enumerate(_rows(section)):
            if line.part:
                grid.addWidget(RoleBar(style.role(_ROLE_OF_PART.get(line.part, line.part))), place, 0)
            self._add_row(grid, place, line, wide)
        return grid

    def _add_row(self, grid: QGridLayout, place: int, line: Line, wide: bool) -> None:
        """What it is and its value; on a wide row the formula between them."""
        label = self._label(line.label, "text" if line.part else "quiet", wraps=False)
        grid.addWidget(label, place, 1 if wide else 0)
        if wide:
            grid.addWidget(self._label(line.text, "quiet"), place, 2)
        value = self._label(line.value, "formula" if line.part else "text", wraps=not wide)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(value, place, 3 if wide else 1)

    def _label(self, text: str, tone: str, *, wraps: bool = True) -> QLabel:
        label = text_label(text, tone, wraps=wraps)
        self._labels.append(label)
        return label


def form(section: Section) -> object:
    """What decides which labels there are; sections of one form differ in their words alone."""
    parts = tuple(line.part for line in _rows(section))
    return len(_prose(section)), parts, _is_wide(section), bool(section.source)


def text_label(text: str, tone: str, *, wraps: bool = True) -> QLabel:
    """A label whose text is text, whatever it holds, and can be selected."""
    label = QLabel(_breakable(text))
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("tone", str(tone))
    return label


def set_label_text(label: QLabel, text: str) -> None:
    """Change the text of a `text_label`."""
    if label.text() != _breakable(text):
        label.setText(_breakable(text))


def plain(text: str) -> str:
    """A label's text without what says where it may break."""
    said, shown = _UNBROKEN
    return text.replace(_BREAK, "").replace(shown, said)


def _breakable(text: str) -> str:
    """The text with places where a line may end: within products, and within words longer than the panel is wide."""
    loose = text.replace("·", f"·{_BREAK}").replace(*_UNBROKEN)
    return _LONG_WORD.sub(rf"\1{_BREAK}", loose)


def _prose(section: Section) -> list[Line]:
    return [line for line in section.lines if not line.label]


def _rows(section: Section) -> list[Line]:
    return [line for line in section.lines if line.label]


def _is_wide(section: Section) -> bool:
    """Whether some row has a formula or a colour."""
    return any(line.part or line.text for line in _rows(section))


def _tone(line: Line) -> str:
    return Tone.QUIET if line.tone is Tone.RULE else line.tone


def _words(section: Section) -> Iterator[tuple[str, str | None]]:
    """The text of each label in the order in which they are made, and of prose its tone."""
    yield section.heading, None
    if section.source:
        yield section.source, None
    wide = _is_wide(section)
    for line in _prose(section):
        yield line.text, _tone(line)
    for line in _rows(section):
        yield line.label, None
        if wide:
            yield line.text, None
        yield line.value, None


def _change(label: QLabel, text: str, tone: str | None) -> None:
    set_label_text(label, text)
    if tone is not None and label.property("tone") != str(tone):
        label.setProperty("tone", str(tone))
        label.style().unpolish(label)
        label.style().polish(label)
