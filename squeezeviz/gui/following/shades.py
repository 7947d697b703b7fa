"""The colours of the values and of the weights in a followed value's sum."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor

from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.tone import Scale, Tone
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.wording import significant

FADED = 0.6
"""How much of the card shines through numbers that are old."""
_DARK, _BRIGHT = "#10131a", "#ffffff"
_MIDDLE = 140
"""The brightness, of 255, from which on letters are dark."""


class Shades:
    """A colour for each number: for values from zero on, and for those of both signs."""

    def __init__(self, numbers: Sequence[float], style: Style, *, weights: bool = False, faded: bool = False) -> None:
        both_signs = weights or any(number < 0 for number in numbers)
        tone = Tone.LINEAR if weights else Tone.SQRT
        self.scale = Scale(max((abs(number) for number in numbers), default=0.0), tone, both_signs)
        self._colours = colour_map(style.theme, both_signs=both_signs).rgb
        self._ground, self._faded = QColor(style.card), faded

    def at(self, share: float) -> QColor:
        """Return the colour at that share of the map, from 0 to 1."""
        last = len(self._colours) // 3 - 1
        place = 3 * round(max(0.0, min(1.0, share)) * last)
        return self.toned(QColor(*self._colours[place : place + 3]))

    def of(self, number: float) -> QColor:
        return self.at(self.scale.share_of(number))

    def toned(self, colour: QColor) -> QColor:
        """Return the colour as it is shown, paler if the numbers are old."""
        return mixed(colour, self._ground, FADED) if self._faded else colour

    @property
    def ends(self) -> tuple[str, str]:
        """The values at both ends of the map, as text."""
        most = significant(self.scale.most)
        return (f"−{most}" if self.scale.both_signs else "0"), most


def mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Return a colour between two, with that share of the other."""
    parts = zip((one.red(), one.green(), one.blue()), (other.red(), other.green(), other.blue()), strict=True)
    return QColor(*(round(a + (b - a) * share) for a, b in parts))


def letters_on(colour: QColor) -> QColor:
    """Return dark or bright, whichever can be read on that colour."""
    bright = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return QColor(_DARK if bright > _MIDDLE else _BRIGHT)
