"""The legend of a diagram that is coloured by cost: a strip of the scale with its ends, unit and convention."""

from __future__ import annotations

from squeezeviz.figure.drawing.heat import Legend, heat_ramp
from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme

TITLE_SIZE = 12.0
SMALL_SIZE = 10.5
PADDING = 10.0
_STRIP = 196.0
_STRIP_HEIGHT = 10.0
_STRIP_AT = 32.0
_TICKS_AT = 56.0
_NOTE_AT = 72.0
_TITLE_AT = 22.0


def legend_size(legend: Legend) -> tuple[float, float]:
    """Return the width and height of the drawn legend, in units."""
    inner = max(_STRIP, text_width(legend.title, TITLE_SIZE, True), text_width(legend.note, SMALL_SIZE))
    return inner + 2 * PADDING, (_NOTE_AT if legend.ticks else _NOTE_AT - 32) + PADDING


def draw_legend(legend: Legend, theme: Theme) -> Group:
    """Draw the legend as a small card with its upper left corner at the origin."""
    width, height = legend_size(legend)
    children: list[Primitive] = [
        Rectangle(0.5, 0.5, width - 1, height - 1, Shape(theme.box_fill, theme.box_outline), 8),
        Text(PADDING, _TITLE_AT, legend.title, TITLE_SIZE, theme.text, True),
    ]
    if legend.ticks:
        children += _strip(theme)
        children += [_tick(heat, text, theme) for heat, text in legend.ticks]
    note_at = _NOTE_AT if legend.ticks else _NOTE_AT - 32
    children.append(Text(PADDING, note_at, legend.note, SMALL_SIZE, theme.quiet))
    return Group(0, 0, tuple(children), title=legend.in_words(), kind="legend")


def _strip(theme: Theme) -> list[Primitive]:
    ramp = heat_ramp(theme)
    step = _STRIP / len(ramp)
    # Each reaches under the next, so that no seam shows where steps fall between pixels.
    steps = [
        Rectangle(PADDING + place * step, _STRIP_AT, _STRIP - place * step, _STRIP_HEIGHT, Shape(fill=fill))
        for place, fill in enumerate(ramp)
    ]
    outline = Shape(stroke=theme.box_outline, stroke_width=1.0)
    return [*steps, Rectangle(PADDING, _STRIP_AT, _STRIP, _STRIP_HEIGHT, outline)]


def _tick(heat: float, text: str, theme: Theme) -> Text:
    anchor = "start" if heat == 0 else "end" if heat == 1 else "middle"
    return Text(PADDING + heat * _STRIP, _TICKS_AT, text, SMALL_SIZE, theme.text, anchor=anchor)
