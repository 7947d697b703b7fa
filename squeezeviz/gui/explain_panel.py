"""The explanation of what is selected, and the sliders that edit a Fire module."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from squeezeviz.core.explain import Explanation, Line, Section, Tone
from squeezeviz.gui.style import Style

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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._style = style
        self._shown: Explanation | None = None
        self._body = QWidget()
        self._layout = QVBoxLayout(self._body)
        self._layout.setContentsMargins(16, 14, 16, 14)
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
        return "\n".join(label.text() for label in self._content.findChildren(QLabel))

    def show_explanation(self, explanation: Explanation) -> None:
        """Show another explanation; one equal to what is shown changes nothing."""
        if explanation == self._shown:
            return
        same_subject = self._shown is not None and self._shown.title == explanation.title
        place = self.verticalScrollBar().value() if same_subject else 0
        self._shown = explanation
        content = self._made(explanation)
        self._layout.replaceWidget(self._content, content)
        self._content.hide()
        self._content.setParent(None)
        self._content.deleteLater()
        self._content = content
        self.setAccessibleDescription(self.text())
        self.verticalScrollBar().setValue(place)

    def _made(self, explanation: Explanation) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(self._title(explanation))
        for section in explanation.sections:
            column.addSpacing(9)
            column.addWidget(self._heading(section.heading))
            self._fill(column, section)
        return content

    def _title(self, explanation: Explanation) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        name = self._label(explanation.title if len(explanation.title) <= 80 else explanation.title[:79] + "…")
        name.setStyleSheet("font-weight: 600; font-size: 17px;")
        name.setToolTip("")
        kind = self._label(explanation.kind, quiet=True)
        kind.setWordWrap(False)
        kind.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(name, 1)
        row.addWidget(kind, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _heading(self, text: str) -> QLabel:
        label = self._label(text)
        label.setStyleSheet("font-weight: 600; font-size: 14px;")
        return label

    def _fill(self, column: QVBoxLayout, section: Section) -> None:
        rows = [line for line in section.lines if line.label]
        for line in section.lines:
            if not line.label:
                column.addWidget(self._prose(line))
        if not rows:
            return
        grid = QGridLayout()
        grid.setContentsMargins(0, 1, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(5)
        wide = any(each.part or each.text for each in rows)
        grid.setColumnStretch(2 if wide else 1, 1)
        for place, line in enumerate(rows):
            self._row(grid, place, line, wide)
        column.addLayout(grid)

    def _row(self, grid: QGridLayout, place: int, line: Line, wide: bool) -> None:
        value = self._label(line.value)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if not wide:
            label = self._label(line.label, quiet=True)
            label.setWordWrap(False)
            grid.addWidget(label, place, 0)
            grid.addWidget(value, place, 1)
            return
        if line.part:
            grid.addWidget(RoleBar(self._style.role(_ROLE_OF_PART.get(line.part, line.part))), place, 0)
            value.setStyleSheet("font-weight: 600;")
        label = self._label(line.label, quiet=not line.part)
        label.setWordWrap(False)
        value.setWordWrap(False)
        grid.addWidget(label, place, 1)
        grid.addWidget(self._label(line.text, quiet=True), place, 2)
        grid.addWidget(value, place, 3)

    def _prose(self, line: Line) -> QLabel:
        label = self._label(line.text, quiet=line.tone is Tone.QUIET)
        if line.tone is Tone.FORMULA:
            label.setStyleSheet("font-weight: 600;")
        elif line.tone is Tone.MEASURED:
            label.setStyleSheet(f"font-weight: 600; font-size: 12px; color: {self._style.measured};")
        elif line.tone is Tone.DIFFERS:
            label.setStyleSheet(f"font-weight: 600; color: {self._style.problem};")
        return label

    def _label(self, text: str, *, quiet: bool = False) -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if quiet:
            label.setProperty("quiet", True)
        return label
