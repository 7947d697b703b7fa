"""What figures of pixels have in common: measures, a title with lines below it, and the strip of their colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from squeezeviz.figure.scene.primitives import Pixels, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.colour_maps import ColourMap
from squeezeviz.figure.theme.metrics import elide
from squeezeviz.figure.theme.theme import Theme

MARGIN, LINE = 16.0, 16.0
TITLE_SIZE, SMALL_SIZE = 14.0, 10.5
UNITS_PER_PIXEL = 0.5
"""Of a PNG. A value is a whole number of its pixels, so that all of them are equally large."""
STRIP_WIDTH, STRIP_HEIGHT = 240.0, 10.0


def heading(title: str, lines: Iterable[str], room: float, theme: Theme) -> Iterator[Text]:
    """Yield a title and the lines below it, each shortened to `room` units."""
    baseline = MARGIN + TITLE_SIZE
    yield Text(MARGIN, baseline, elide(title, TITLE_SIZE, True, room), TITLE_SIZE, theme.text, True)
    for number, line in enumerate(lines, 1):
        text = elide(line, SMALL_SIZE, False, room)
        yield Text(MARGIN, baseline + number * LINE, text, SMALL_SIZE, theme.quiet)


def scale_strip(ticks: Iterable[tuple[float, str]], colours: ColourMap, theme: Theme) -> Iterator[Primitive]:
    """Yield a strip of colours from the origin on, with the values that they stand for below it."""
    yield Pixels(0, 0, STRIP_WIDTH, STRIP_HEIGHT, len(colours.rgb) // 3, 1, colours.rgb)
    yield Rectangle(0, 0, STRIP_WIDTH, STRIP_HEIGHT, Shape(stroke=theme.box_outline))
    for share, text in ticks:
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        at = STRIP_HEIGHT + LINE * 0.8
        yield Text(share * STRIP_WIDTH, at, text, SMALL_SIZE, theme.text, anchor=anchor)
