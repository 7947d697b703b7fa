"""Feature maps in the boxes of a diagram, and the legend that says what they show."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.figure.layout.boxes import DETAIL_SIZE, LINE, PART_BAR, wrapped_lines
from squeezeviz.figure.scene.diagram import Rect, Role, StripPlace
from squeezeviz.figure.scene.primitives import Group, Pixels, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.scene.strips import ColourScale, MapsLegend, Strip, Tile
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple

_OUTLINE = 0.75
_LETTER = 12.0
"""The side of the square on which the letter of a picture's channel stands."""
_TITLE_SIZE = 12.0
_PADDING = 10.0
_SCALE_WIDTH, _SCALE_HEIGHT = 196.0, 10.0
_BETWEEN_SCALES = 28.0
_NARROWEST = 2 * _SCALE_WIDTH + _BETWEEN_SCALES
_BAR_WIDTH = 24.0
_MOST_LINES = 12


def draw_strip(place: StripPlace, strip: Strip, theme: Theme) -> Group:
    """Draw the maps of a box in squares of equal size, as many as there are."""
    height = place.rect.height - (PART_BAR if any(tile.part for tile in strip) else 0.0)
    left = place.rect.width - height
    pitch = left / (len(strip) - 1) if len(strip) > 1 else 0.0
    children: list[Primitive] = []
    for number, tile in enumerate(strip):
        children += _tile(tile, Rect(place.rect.x + number * pitch, place.rect.y, height, height), theme)
    return Group(0, 0, tuple(children), kind="maps")


def _tile(tile: Tile, room: Rect, theme: Theme) -> Iterator[Primitive]:
    """Yield a map in the middle of its square, and below it the colour of the part that it comes from."""
    scale = room.width / max(tile.columns, tile.rows)
    width, height = tile.columns * scale, tile.rows * scale
    x, y = room.x + (room.width - width) / 2, room.y + (room.height - height) / 2
    yield Pixels(x, y, width, height, tile.columns, tile.rows, tile.rgb)
    yield Rectangle(x, y, width, height, Shape(stroke=theme.box_outline, stroke_width=_OUTLINE))
    if tile.letter:
        ground = Rectangle(x, y + height - _LETTER, _LETTER, _LETTER, Shape(fill=theme.box_fill))
        middle = ground.x + _LETTER / 2
        yield ground
        yield Text(middle, y + height - 2.5, tile.letter, DETAIL_SIZE, theme.text, bold=True, anchor="middle")
    if tile.part is not None:
        bar = room.y + room.height + 1.0
        rim = Shape(theme.shares[tile.part], theme.box_fill, _OUTLINE)  # seen on the colours of costs too
        yield Rectangle(room.x, bar, room.width, PART_BAR - 1.0, rim)


class _Lines(NamedTuple):
    """The sentences of a legend in lines, and its inner width."""

    lines: tuple[str, ...]
    width: float


def maps_legend_size(legend: MapsLegend, room: float) -> tuple[float, float]:
    """Return the width and height of the drawn legend, in units, where it may take `room`, or a little more."""
    found = _lines(legend, room)
    scales = _SCALE_HEIGHT + 2 * LINE if legend.scales else 0.0
    bars = LINE if legend.bars else 0.0
    return found.width + 2 * _PADDING, 2 * _PADDING + LINE + scales + bars + LINE * len(found.lines)


def draw_maps_legend(legend: MapsLegend, room: float, theme: Theme) -> Group:
    """Draw the legend as a small card with its upper left corner at the origin."""
    width, height = maps_legend_size(legend, room)
    children: list[Primitive] = [
        Rectangle(0.5, 0.5, width - 1, height - 1, Shape(theme.box_fill, theme.box_outline), 8),
        Text(_PADDING, 22.0, legend.title, _TITLE_SIZE, theme.text, True),
    ]
    top = _PADDING + LINE + 6.0
    for number, scale in enumerate(legend.scales):
        children += _scale(scale, _PADDING + number * (_SCALE_WIDTH + _BETWEEN_SCALES), top, theme)
    lines = _lines(legend, room).lines
    first = height - _PADDING - 2.0 - LINE * (len(lines) - 1)
    for number, (role, text) in enumerate(legend.bars):
        children += _bar(role, text, _PADDING + number * (_SCALE_WIDTH + _BETWEEN_SCALES), first - LINE - 5.0, theme)
    for number, line in enumerate(lines):
        children.append(Text(_PADDING, first + number * LINE, line, DETAIL_SIZE, theme.quiet))
    return Group(0, 0, tuple(children), title=legend.in_words(), kind="legend")


def _bar(role: Role, text: str, left: float, baseline: float, theme: Theme) -> Iterator[Primitive]:
    """Yield a bar as it stands below the maps of a concat, and what it means."""
    thick = PART_BAR - 1.0
    middle = baseline - DETAIL_SIZE * 0.35
    yield Rectangle(left, middle - thick / 2, _BAR_WIDTH, thick, Shape(theme.shares[role], theme.box_fill, _OUTLINE))
    yield Text(left + _BAR_WIDTH + 6.0, baseline, text, DETAIL_SIZE, theme.text)


def _lines(legend: MapsLegend, room: float) -> _Lines:
    inner = max(_NARROWEST, room - 2 * _PADDING, text_width(legend.title, _TITLE_SIZE, True))
    lines = tuple(line for each in legend.sentences for line in wrapped_lines(each, inner, _MOST_LINES))
    return _Lines(lines, inner)


def _scale(scale: ColourScale, left: float, top: float, theme: Theme) -> Iterator[Primitive]:
    yield Pixels(left, top, _SCALE_WIDTH, _SCALE_HEIGHT, len(scale.rgb) // 3, 1, scale.rgb)
    outline = Shape(stroke=theme.box_outline, stroke_width=_OUTLINE)
    yield Rectangle(left, top, _SCALE_WIDTH, _SCALE_HEIGHT, outline)
    for share, text in scale.ticks:
        anchor = "start" if share == 0 else "end" if share == 1 else "middle"
        at = left + share * _SCALE_WIDTH
        yield Text(at, top + _SCALE_HEIGHT + 13.0, text, DETAIL_SIZE, theme.text, anchor=anchor)
