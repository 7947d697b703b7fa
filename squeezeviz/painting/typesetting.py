"""One line of text set in the diagram's font: where its letters stand, however the painter is scaled."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextLayout, QTextOption

from squeezeviz.painting.fonts import diagram_font
from squeezeviz.painting.legible import one_line
from squeezeviz.painting.per_thread import cached_per_thread

_SHARE_TO_THE_LEFT = {"start": 0.0, "middle": 0.5, "end": 1.0}
_UNBROKEN = 1e6


@dataclass(frozen=True, slots=True)
class Typeset:
    """A line laid out at a whole number of pixels, to be painted `scale` times as large.

    Qt knows whole font sizes only. `width` and `ascent` are in units, after scaling.
    """

    layout: QTextLayout
    scale: float
    width: float
    ascent: float

    def left_of(self, anchor: str) -> float:
        """How far the line begins left of its anchor, in units."""
        return self.width * _SHARE_TO_THE_LEFT[anchor]


@cached_per_thread(maxsize=4096)
def typeset(text: str, size: float, bold: bool) -> Typeset:
    whole = max(1, ceil(size))
    layout = QTextLayout(one_line(text), diagram_font(whole, bold))
    layout.setTextOption(_from_left_to_right())
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(_UNBROKEN)
    layout.endLayout()
    scale = size / whole
    return Typeset(layout, scale, line.naturalTextWidth() * scale, line.ascent() * scale)


def _from_left_to_right() -> QTextOption:
    # A name that runs right to left must not pull the rest of its line to the other side.
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setTextDirection(Qt.LayoutDirection.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option
