"""The explanation of what is selected, and the sliders that edit a Fire module."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from squeezeviz.core.explaining.model import Explanation, Line, Section
from squeezeviz.gui.style import Style

_BREAK = "\u200b"
_LONGEST_WORD = 24
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


class ExplainPanel(QScrollArea):
    """Shows an Explanation; what follows it, such as the Fire editor, is set with `set_footer`."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain_panel")
        self.setAccessibleName("Explanation")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its room is always kept, or text would wrap anew, and buttons jump, whenever it comes and goes.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._style = style
        self._shown: Explanation | None = None
        self._labels: list[QLabel] = []
        self._body = QWidget()
        self._layout = QVBoxLayout(self._body)
        self._layout.setContentsMargins(16, 14, 6, 14)
        self._layout.setSpacing(4)
        self._content = QWidget()
        self._footer: QWidget | None = None
        self._layout.addWidget(self._content)
        self._layout.addStretch(1)
        self.setWidget(self._body)

    def set_style(self, style: Style) -> None:
        self._style = style
        shown, self._shown = self._shown, None
        if shown:
            self.show_explanation(shown)

    def set_footer(self, footer: QWidget) -> None:
        """A widget below the explanation, kept from one explanation to the next."""
        self._footer = footer
        self._layout.insertWidget(1, footer)

    def text(self) -> str:
        """All that the panel says, as plain text."""
        return "\n".join(label.text().replace(_BREAK, "") for label in self._content.findChildren(QLabel))

    def show_explanation(self, explanation: Explanation) -> None:
        """Show another explanation. One of the same form only changes its words: that happens on every edit."""
        if explanation == self._shown:
            return
        if self._shown is not None and _form(explanation) == _form(self._shown):
            for label, (text, tone) in zip(self._labels, _words(explanation), strict=True):
                _change(label, text, tone)
        else:
            self._rebuild(explanation)
        self._shown = explanation
        self.setAccessibleDescription(self.text())

    def _rebuild(self, explanation: Explanation) -> None:
        same_subject = self._shown is not None and self._shown.title == explanation.title
        place = self.verticalScrollBar().value() if same_subject else 0
        self._labels = []
        content = self._made(explanation)
        self._layout.replaceWidget(self._content, content)
        self._content.hide()
        self._content.setParent(None)
        self._content.deleteLater()
        self._content = content
        self.verticalScrollBar().setValue(place)

    def _made(self, explanation: Explanation) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(self._title(explanation))
        for section in explanation.sections:
            column.addSpacing(9)
            column.addWidget(self._label(section.heading, "heading"))
            self._fill(column, section)
        return content

    def _title(self, explanation: Explanation) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label(_short(explanation.title), "title"), 1)
        kind = self._label(explanation.kind, "quiet", wraps=False)
        kind.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(kind, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _fill(self, column: QVBoxLayout, section: Section) -> None:
        for line in _prose(section):
            column.addWidget(self._label(line.text, line.tone))
        rows = _rows(section)
        if not rows:
            return
        grid = QGridLayout()
        grid.setContentsMargins(0, 1, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        wide = _is_wide(section)
        grid.setColumnStretch(2 if wide else 1, 1)
        for place, line in enumerate(rows):
            self._add_row(grid, place, line, wide)
        column.addLayout(grid)

    def _add_row(self, grid: QGridLayout, place: int, line: Line, wide: bool) -> None:
        """What it is and its value; on a wide row a part's colour before, and the formula between them."""
        if line.part:
            grid.addWidget(RoleBar(self._style.role(_ROLE_OF_PART.get(line.part, line.part))), place, 0)
        grid.addWidget(self._label(line.label, "text" if line.part else "quiet", wraps=False), place, 1 if wide else 0)
        if wide:
            grid.addWidget(self._label(line.text, "quiet"), place, 2)
        value = self._label(line.value, "formula" if line.part else "text", wraps=not wide)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(value, place, 3 if wide else 1)

    def _label(self, text: str, tone: str, *, wraps: bool = True) -> QLabel:
        label = QLabel(_breakable(text))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(wraps)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setProperty("tone", str(tone))
        self._labels.append(label)
        return label


def _breakable(text: str) -> str:
    """The text with places where a line may end: within products, and within words longer than the panel is wide."""
    return re.sub(rf"(\S{{{_LONGEST_WORD}}})(?=\S)", rf"\1{_BREAK}", text.replace("·", f"·{_BREAK}"))


def _prose(section: Section) -> list[Line]:
    return [line for line in section.lines if not line.label]


def _rows(section: Section) -> list[Line]:
    return [line for line in section.lines if line.label]


def _is_wide(section: Section) -> bool:
    """Whether some row has a formula or a colour."""
    return any(line.part or line.text for line in _rows(section))


def _short(title: str) -> str:
    return title if len(title) <= 80 else title[:79] + "…"


def _form(explanation: Explanation) -> object:
    """What decides which labels there are; explanations of one form differ in their words alone."""
    return tuple(
        (len(_prose(section)), tuple(line.part for line in _rows(section)), _is_wide(section))
        for section in explanation.sections
    )


def _words(explanation: Explanation) -> Iterator[tuple[str, str | None]]:
    """The text of each label in the order in which they are made, and of prose its tone."""
    yield _short(explanation.title), None
    yield explanation.kind, None
    for section in explanation.sections:
        yield section.heading, None
        for line in _prose(section):
            yield line.text, line.tone
        for line in _rows(section):
            yield line.label, None
            if _is_wide(section):
                yield line.text, None
            yield line.value, None


def _change(label: QLabel, text: str, tone: str | None) -> None:
    if label.text() != _breakable(text):
        label.setText(_breakable(text))
    if tone is not None and label.property("tone") != str(tone):
        label.setProperty("tone", str(tone))
        label.style().unpolish(label)
        label.style().polish(label)
