"""The heat of each box as the colour of its ground. Screen, files and overview share one scale.

Lightness alone shows the order, in steps that look equal, so the scales hold in greyscale and for every kind of colour
vision. On a light page more is darker, on a dark page more is lighter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple

SCALES = {
    "light": ("#f0edbb", "#b6d49d", "#75bb92", "#2e9e91", "#007d8c", "#005c82", "#1d3a70"),
    "dark": ("#2b3d66", "#1e5c7f", "#067e8d", "#2f9e8f", "#6dbb8a", "#b2d485", "#f9ea8d"),
    "print": ("#f0edbb", "#b6d49d", "#75bb92", "#2e9e91", "#007d8c"),
    "greyscale": ("#f1f1f1", "#d4d4d4", "#b9b9b9", "#9e9e9e", "#848484", "#6a6a6a", "#525252"),
}
"""By the theme's name, from nothing to the most: even steps of CIE lightness, from 93 to 25 and from 26 to 92; for a
press from 93 to 48, which needs less ink; in greys from 95 to 35."""
LEVELS = 32
"""Steps of colour. Nobody could distinguish more, and equal colours share what is drawn with them."""
_WHITE, _BLACK = "#ffffff", "#000000"


class Paint(NamedTuple):
    """The ground of a box, and what can be read on it."""

    fill: str
    ink: str


class Legend(NamedTuple):
    """What the colours mean: `ticks` are (heat, text) from the least to the most, `note` unit, convention, scale."""

    title: str
    note: str
    ticks: tuple[tuple[float, str], ...]

    def in_words(self) -> str:
        """Return the legend as a sentence, for people who do not see it."""
        if not self.ticks:
            return f"Coloured by {self.title}: {self.note}"
        return f"Coloured by {self.title}, from {self.ticks[0][1]} to {self.ticks[-1][1]}; {self.note}"


class Heat(NamedTuple):
    """The heat of modules and boxes, from 0 to 1. A box without a value keeps the colour of its kind."""

    values: Mapping[Key, float]
    legend: Legend

    def paint(self, key: Key, theme: Theme) -> Paint | None:
        value = self.values.get(key)
        return None if value is None else heat_paint(value, theme)


def heat_paint(heat: float, theme: Theme) -> Paint:
    """Return the colours of a heat from 0 to 1, rounded to one of LEVELS steps."""
    return _paint(round(min(max(heat, 0.0), 1.0) * (LEVELS - 1)), theme.name)


def heat_ramp(theme: Theme) -> tuple[str, ...]:
    """Return every colour that a box may have, from the least cost to the most."""
    return tuple(_paint(level, theme.name).fill for level in range(LEVELS))


@lru_cache(maxsize=2 * LEVELS)
def _paint(level: int, scale: str) -> Paint:
    stops = SCALES[scale]
    at = level / (LEVELS - 1) * (len(stops) - 1)
    first = min(int(at), len(stops) - 2)
    fill = _mixed(stops[first], stops[first + 1], at - first)
    # One of the two is at least 4.5 : 1 on any ground, which no softer pair can promise.
    return Paint(fill, _BLACK if _luminance(fill) > 0.179 else _WHITE)


def _mixed(one: str, other: str, part: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(first + (second - first) * part):02x}" for first, second in pairs)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))


# The legend: a strip of the scale with its ends, unit and convention

_TITLE_SIZE = 12.0
_SMALL_SIZE = 10.5
_PADDING = 10.0
_STRIP = 196.0
_STRIP_HEIGHT = 10.0
_STRIP_AT = 32.0
_TICKS_AT = 56.0
_NOTE_AT = 72.0
_TITLE_AT = 22.0


def legend_size(legend: Legend) -> tuple[float, float]:
    """Return the width and height of the drawn legend, in units."""
    inner = max(_STRIP, text_width(legend.title, _TITLE_SIZE, True), text_width(legend.note, _SMALL_SIZE))
    return inner + 2 * _PADDING, (_NOTE_AT if legend.ticks else _NOTE_AT - 32) + _PADDING


def draw_legend(legend: Legend, theme: Theme) -> Group:
    """Draw the legend as a small card with its upper left corner at the origin."""
    width, height = legend_size(legend)
    children: list[Primitive] = [
        Rectangle(0.5, 0.5, width - 1, height - 1, Shape(theme.box_fill, theme.box_outline), 8),
        Text(_PADDING, _TITLE_AT, legend.title, _TITLE_SIZE, theme.text, True),
    ]
    if legend.ticks:
        children += _strip(theme)
        children += [_tick(heat, text, theme) for heat, text in legend.ticks]
    note_at = _NOTE_AT if legend.ticks else _NOTE_AT - 32
    children.append(Text(_PADDING, note_at, legend.note, _SMALL_SIZE, theme.quiet))
    return Group(0, 0, tuple(children), title=legend.in_words(), kind="legend")


def _strip(theme: Theme) -> list[Primitive]:
    ramp = heat_ramp(theme)
    step = _STRIP / len(ramp)
    # Each reaches under the next, so that no seam shows where steps fall between pixels.
    steps = [
        Rectangle(_PADDING + place * step, _STRIP_AT, _STRIP - place * step, _STRIP_HEIGHT, Shape(fill=fill))
        for place, fill in enumerate(ramp)
    ]
    outline = Shape(stroke=theme.box_outline, stroke_width=1.0)
    return [*steps, Rectangle(_PADDING, _STRIP_AT, _STRIP, _STRIP_HEIGHT, outline)]


def _tick(heat: float, text: str, theme: Theme) -> Text:
    anchor = "start" if heat == 0 else "end" if heat == 1 else "middle"
    return Text(_PADDING + heat * _STRIP, _TICKS_AT, text, _SMALL_SIZE, theme.text, anchor=anchor)
