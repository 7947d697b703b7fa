"""The typefaces and inks of an explanation, and its texts laid out in them."""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextLayout, QTextOption

from squeezeviz.gui.style import Style

KEPT_TEXTS = 1000
"""How many texts stay laid out: those of the explanations seen last, and of the ticks of a drag."""

_BREAK = "\u200b"
_UNBROKEN = ("multiply-adds", "multiply\u2011adds")
"""A word that should not end a line at its hyphen, as it is said and as it is shown."""


class _Look(NamedTuple):
    size: int
    """Pixels."""
    bold: bool
    ink: str
    """Which of a style's colours."""


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
    """A text broken into lines of some width; `height` is in pixels."""

    layout: QTextLayout
    height: int


class Face:
    """A tone's font and ink, with the texts that were laid out in it."""

    def __init__(self, base: QFont, look: _Look, style: Style) -> None:
        self.ink = QColor(getattr(style, look.ink))
        self._font = QFont(base)
        self._font.setPixelSize(look.size)
        self._font.setWeight(QFont.Weight.DemiBold if look.bold else QFont.Weight.Normal)
        self._metrics = QFontMetricsF(self._font)
        self._widths: dict[str, int] = {}
        self._laid: dict[tuple[str, int, bool], LaidText] = {}

    def width(self, text: str) -> int:
        """How wide the text is on one line, in pixels."""
        if text not in self._widths:
            _keep_few(self._widths)
            self._widths[text] = ceil(self._metrics.horizontalAdvance(_breakable(text)))
        return self._widths[text]

    def laid(self, text: str, width: int, *, right: bool = False) -> LaidText:
        """The text in lines of `width` pixels, which end at words where they can; `right`: flush with the right."""
        key = text, width, right
        if key not in self._laid:
            _keep_few(self._laid)
            self._laid[key] = self._lay_out(text, width, right=right)
        return self._laid[key]

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
    """The faces of every tone, for one style."""

    def __init__(self, base: QFont, style: Style) -> None:
        self._style = style
        self._faces = {tone: Face(base, look, style) for tone, look in _LOOKS.items()}

    def __getitem__(self, tone: str) -> Face:
        return self._faces[tone]

    def role(self, role: str) -> QColor:
        """The colour of a part of a Fire module."""
        return QColor(self._style.role(role))


def plain(shown: str) -> str:
    """What is shown, without what says where it may break."""
    said, unbroken = _UNBROKEN
    return shown.replace(_BREAK, "").replace(unbroken, said)


def _breakable(text: str) -> str:
    """The text with places within products where a line may end."""
    return text.replace("·", f"·{_BREAK}").replace(*_UNBROKEN)


def _keep_few(kept: dict[Any, Any]) -> None:
    if len(kept) >= KEPT_TEXTS:
        kept.clear()
