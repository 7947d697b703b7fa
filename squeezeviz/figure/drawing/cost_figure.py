"""The costs of a network as a figure: a line for each layer with its bar, its number, its share and its spread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from squeezeviz.analysis.conventions import Conventions
from squeezeviz.analysis.costs import Cost, Measure, share_text, short_text, title
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.timing import time_text
from squeezeviz.figure.drawing.cost_bars import Bar, bars, round_ticks, whiskers
from squeezeviz.figure.drawing.picture_page import LINE, MARGIN, SMALL_SIZE, heading
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.scene.diagram import Point, Role
from squeezeviz.figure.scene.primitives import Group, Polygon, Primitive, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import elide, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

MOST_LAYERS = 100
"""Of more, the costliest are drawn: nobody reads as many lines."""
_SIZE, _PITCH, _BAR, _BEAM = 11.0, 19.0, 12.0, 3.5
_WIDEST_NAME, _CHART, _GAP = 150.0, 380.0, 10.0
_ABOVE = 1.06
"""The length of the axis, as a multiple of the longest bar."""
_STACKED = (Role.SQUEEZE, Role.EXPAND1X1, Role.EXPAND3X3, Role.BYPASS)
_WORDS = {**dict(PARTS.values()), Role.CONV: "convolution"}


class CostFigure(NamedTuple):
    """What a figure of costs shows: those of `network` that were `found`, and below the title what they are of."""

    network: ResolvedNetwork
    found: tuple[Cost, ...]
    measure: Measure
    conventions: Conventions
    lines: Sequence[str]


def draw_costs(figure: CostFigure, theme: Theme, *, titled: bool = True) -> tuple[Group, float, float]:
    """Return the drawn costs with the upper left corner at the origin, and width and height in units.

    Where it is not `titled`, its title stands elsewhere, such as on its slide.
    """
    found, measure, conventions = figure.found, figure.measure, figure.conventions
    rows = _rows(found)
    names = {row: elide(plain(found[row].layer), _SIZE, True, _WIDEST_NAME) for row in rows}
    left = MARGIN + max([text_width(name, _SIZE, True) for name in names.values()], default=0.0) + _GAP
    spread = {each.row: each for each in whiskers(found)}
    most = max([cost.value or 0.0 for cost in found] + [each.high for each in spread.values()], default=0.0)
    scale = _CHART / ((most or 1.0) * _ABOVE)
    said = {row: _number_text(found[row], measure, conventions) for row in rows}
    width = left + _CHART + _GAP + max([text_width(text, _SIZE) for text in said.values()], default=0.0) + MARGIN
    lines = [*figure.lines]
    if len(rows) < len(found):
        lines.append(f"the {len(rows):,} costliest of {len(found):,} layers")
    named = costs_title(figure)
    children: list[Primitive] = list(heading(plain(named) if titled else "", lines, width - 2 * MARGIN, theme))
    top = MARGIN + LINE * (len(children) + 0.5) + LINE
    foot = top + len(rows) * _PITCH
    children += _axis(round_ticks(most, measure, conventions), left, scale, (top, foot), theme)
    by_row: dict[int, list[Bar]] = {}
    for bar in bars(figure.network, found, measure):
        by_row.setdefault(bar.row, []).append(bar)
    for place, row in enumerate(rows):
        middle = top + (place + 0.5) * _PITCH
        children.append(Text(left - _GAP, middle + _SIZE * 0.36, names[row], _SIZE, theme.text, True, "end"))
        for bar in by_row.get(row, ()):
            at = left + bar.bottom * scale, middle - _BAR / 2
            children.append(Rectangle(*at, bar.height * scale, _BAR, Shape(fill=theme.roles[bar.role])))
        if row in spread:
            ends = left + spread[row].low * scale, left + spread[row].high * scale
            children += _whisker(ends, middle, theme)
        children.append(Text(left + _CHART + _GAP, middle + _SIZE * 0.36, said[row], _SIZE, theme.text))
    height = foot + MARGIN
    roles = {bar.role for row in rows for bar in by_row.get(row, ())}
    if any(role in roles for role in _STACKED):
        height += LINE
        children += _key([role for role in (*_STACKED, Role.CONV) if role in roles], left, height - MARGIN, theme)
    return Group(0, 0, tuple(children), title=plain(named), kind="costs"), width, height


def costs_title(figure: CostFigure) -> str:
    """Return `Multiply-adds of SqueezeNet v1.1`."""
    return f"{title(figure.measure, figure.conventions)} of {figure.network.table.name}"


def _rows(found: tuple[Cost, ...]) -> list[int]:
    """Return the places of the layers that are drawn, in the order of the network."""
    costliest = sorted(range(len(found)), key=lambda row: found[row].value or 0.0, reverse=True)
    return sorted(costliest[:MOST_LAYERS])


def _number_text(cost: Cost, measure: Measure, conventions: Conventions) -> str:
    """Return `35.6 M · 4.3 %`, of repeated passes `3.2 ms (IQR 0.2) · 4.3 %`."""
    if cost.value is None:
        return "not measured"
    value = time_text(cost.value, cost.quartiles) if cost.quartiles else short_text(measure, cost.value, conventions)
    share = share_text(cost.share)
    return f"{value} · {share}" if share else value


def _axis(
    ticks: list[tuple[float, str]], left: float, scale: float, span: tuple[float, float], theme: Theme
) -> Iterator[Primitive]:
    """Yield a line across the bars for each round value, with the value over it."""
    for value, text in ticks:
        x = left + value * scale
        ends = Point(x, span[0]), Point(x, span[1])
        yield Polygon(ends, Shape(stroke=theme.ruler_line, stroke_width=1.0), closed=False)
        yield Text(x, span[0] - 5, text, SMALL_SIZE, theme.quiet, anchor="middle")


def _whisker(ends: tuple[float, float], middle: float, theme: Theme) -> Iterator[Polygon]:
    """Yield the line of a spread, with a beam at either end."""
    stroke = Shape(stroke=theme.text, stroke_width=1.2)
    yield Polygon((Point(ends[0], middle), Point(ends[1], middle)), stroke, closed=False)
    for x in ends:
        yield Polygon((Point(x, middle - _BEAM), Point(x, middle + _BEAM)), stroke, closed=False)


def _key(roles: list[Role], x: float, baseline: float, theme: Theme) -> Iterator[Primitive]:
    for role in roles:
        yield Rectangle(x, baseline - 8, 9, 9, Shape(fill=theme.roles[role]))
        yield Text(x + 13, baseline, _WORDS[role], SMALL_SIZE, theme.text)
        x += 13 + text_width(_WORDS[role], SMALL_SIZE) + 14
