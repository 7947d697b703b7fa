"""Two networks as one figure: side by side, level, in columns, with what differs marked on both."""

from __future__ import annotations

from collections.abc import Iterator

from squeezeviz.analysis.difference import Difference, difference
from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.drawing.picture_page import LINE, MARGIN, SMALL_SIZE, TITLE_SIZE
from squeezeviz.figure.layout.aligning import aligned, closed_alike, level_places
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import SIGNS, Marks, baseline_marks, marks_of
from squeezeviz.figure.layout.wrapping import paper_gap, wrap
from squeezeviz.figure.scene.diagram import Badge, Diagram, Size
from squeezeviz.figure.scene.primitives import Group, Primitive, Text
from squeezeviz.figure.theme.metrics import elide, extent, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change, LayerTable
from squeezeviz.model.text import plain

_HEAD = 2.4 * LINE
"""What title and totals take above a diagram."""
_BETWEEN = 44.0
_USUAL_WIDTH, _LARGEST = 480.0, 3.0
"""Of one network; titles over broader ones are as many times larger, but no more than that."""
_TOTALS = ("depth", "parameters", "macs")


class Compared(NamedTuple):
    """What a figure of a comparison shows: the baseline and the open table as `options` say, under their titles.

    Fires that match are closed alike; those that only the baseline has are named in the options too, where closed."""

    tables: tuple[LayerTable, LayerTable]
    titles: tuple[str, str]
    options: DiagramOptions


def draw_compared(shown: Compared, theme: Theme, aspect: float) -> tuple[Group, float, float]:
    """Return both networks with the upper left corner at the origin, and width and height in units.

    They stand beside each other, in lines one below the other where they run right, in as many columns as fill a page
    of that `aspect`, width by height.
    """
    baseline, present = map(resolve, shown.tables)
    found, way = difference(baseline, present), shown.options.direction
    options = shown.options
    closed = closed_alike(found, options.collapsed, options.collapsed)
    first = build_diagram(found.baseline, options._replace(collapsed=closed))
    second = build_diagram(found.present, options)
    both = _in_columns(*aligned(first, second, level_places(found, first, second), options.spacing), options, aspect)
    marks = baseline_marks(found), marks_of(found)
    drawn = [draw_diagram(diagram, theme, marks=marked) for diagram, marked in zip(both, marks, strict=True)]
    around = [extent(each) for each in drawn]
    left, top = min(each.x for each in around), min(each.y for each in around)  # of both, or they would not be level
    wide = max(each.x + each.width for each in around) - left
    high = max(each.y + each.height for each in around) - top
    scale = min(_LARGEST, max(1.0, (wide if way.down else wide / 2) / _USUAL_WIDTH))
    head = _HEAD * scale
    step = (wide + _BETWEEN * scale, 0.0) if way.down else (0.0, head + high + _BETWEEN * scale)
    children: list[Primitive] = []
    for place, (title, diagram) in enumerate(zip(shown.titles, drawn, strict=True)):
        x, y = MARGIN + place * step[0], MARGIN + place * step[1]
        heading = tuple(_heading(title, found, wide, scale, theme, present=bool(place)))
        children += [Group(x, y, heading, kind="heading"), diagram._replace(x=x - left, y=y + head - top)]
    width, height = wide + step[0] + 2 * MARGIN, head + high + step[1] + 2 * MARGIN
    key = _key(marks)
    if key:
        height += LINE * scale
        children.append(Text(MARGIN, height - MARGIN, key, SMALL_SIZE * scale, theme.quiet))
    title = plain(f"{shown.titles[0]} compared with {shown.titles[1]}")
    return Group(0, 0, tuple(children), title=title, kind="comparison"), width, height


def _in_columns(first: Diagram, second: Diagram, options: DiagramOptions, aspect: float) -> tuple[Diagram, Diagram]:
    half = Size(aspect / 2, 1.0) if options.direction.down else Size(aspect, 0.5)
    gap = paper_gap((*first.modules, *second.modules), options.look)
    return wrap(first, half, gap, beside=second), wrap(second, half, gap, beside=first)


def _heading(
    title: str, found: Difference, room: float, scale: float, theme: Theme, *, present: bool
) -> Iterator[Text]:
    """Yield what a network is called, which of the two it is, and its totals, with what the present one's differ by."""
    large, small = TITLE_SIZE * scale, SMALL_SIZE * scale
    role, gap, baseline = "now" if present else "baseline", 8 * scale, large + LINE * scale
    named = elide(plain(title), large, True, room - text_width(role, large) - gap)
    yield Text(0, large, named, large, theme.text, True)
    yield Text(text_width(named, large, True) + gap, large, role, large, theme.quiet)
    if not (found.present if present else found.baseline).runs:
        yield Text(0, baseline, "cannot run, so it has no totals", small, theme.quiet)
        return
    judged = {True: theme.badges[Badge.MEASURED], False: theme.changes[Change.REMOVED], None: theme.text}
    at = 0.0
    for total in (each for each in found.totals if each.name in _TOTALS):
        text = f"{' · ' if at else ''}{total.in_words(present=present)}"
        yield Text(at, baseline, text, small, theme.quiet)
        at += text_width(text, small)
        if present and total.percent:
            share = f" {total.percent}"
            yield Text(at, baseline, share, small, judged[total.better], True)
            at += text_width(share, small, True)


def _key(marks: tuple[Marks, Marks]) -> str:
    """Say what the signs mean that occur: `± changed   ↕ moved`."""
    used = {mark.change for each in marks for mark in each.layers.values()}
    used |= {each.missing for each in marks if each.absent}
    return "   ".join(f"{SIGNS[change]} {change}" for change in Change if change in used)
