"""The fonts and colours of an explanation, and its texts laid out with them."""

from __future__ import annotations

import re
from math import ceil
from typing import Any, NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QTextLayout, QTextOption

from squeezeviz.gui.widgets.style import Style

KEPT_TEXTS = 1000
"""How many laid-out texts are cached: those of the last explanations and of the ticks of a drag."""

_UNBOUNDED = 1e6
_BREAK = "\u200b"
_SPACE = "\u00a0"
"""A space at which no line ends."""
_GROUP = re.compile(r"(\([\d ·×+−/.,]{1,32}\))")
"""The contents of brackets in a formula. Longer ones must be broken somewhere."""
_WITH_NUMBER = re.compile(r"(?<=\d) (?=(?:px|ms|s|bytes|[KMG]i?B|%)(?!\w))|(?<=every) (?=\d)")
"""The space between a number and its unit."""
_UNBROKEN = ("multiply-adds", "multiply\u2011adds")
"""A word that should not be broken at its hyphen, as it is stored and as it is shown."""


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
    """A text broken into lines. `height` is in pixels."""

    layout: QTextLayout
    height: int


class Face:
    """The font and colour of a tone, with a cache of the texts laid out in it."""

    def __init__(self, base: QFont, look: _Look, style: Style) -> None:
        self.ink = QColor(getattr(style, look.ink))
        self._font = QFont(base)
        self._font.setPixelSize(look.size)
        self._font.setWeight(QFont.Weight.DemiBold if look.bold else QFont.Weight.Normal)
        self._widths: dict[str, int] = {}
        self._laid: dict[tuple[str, int, bool], LaidText] = {}

    def width(self, text: str) -> int:
        """Return the width of the text on one line, in pixels."""
        if text not in self._widths:
            _keep_few(self._widths)
            self._widths[text] = ceil(self._natural_width(_breakable(text)))
        return self._widths[text]

    def laid(self, text: str, width: int, *, right: bool = False) -> LaidText:
        """Return the text in lines of `width` pixels, broken between words if possible. `right` aligns it to the
        right."""
        key = text, width, right
        if key not in self._laid:
            _keep_few(self._laid)
            self._laid[key] = self._lay_out(text, width, right=right)
        return self._laid[key]

    def _natural_width(self, shown: str) -> float:
        """Return the width by the layout itself. The font's metrics round differently, and a word would be broken."""
        layout = QTextLayout(shown, self._font)
        layout.beginLayout()
        line = layout.createLine()
        if line.isValid():
            line.setLineWidth(_UNBOUNDED)
        layout.endLayout()
        return line.naturalTextWidth() if line.isValid() else 0.0

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
        """Return the colour of a part of a Fire module."""
        return QColor(self._style.role(role))


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


def _keep_few(kept: dict[Any, Any]) -> None:
    if len(kept) >= KEPT_TEXTS:
        kept.clear()
