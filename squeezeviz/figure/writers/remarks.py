"""What a person should know before they use a figure: text too small, a page too high; and what helps most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import shown_rows
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.look import Annotations
from squeezeviz.figure.writers.figure import SMALLEST_PT, ExportOptions, Figure, figure_of, smallest_on_page, too_high
from squeezeviz.figure.writers.figure_size import FITS
from squeezeviz.model.layers import Fire

SMALL_PT = 6.0
"""Smaller text is what some publishers send back."""
SLIDE_PT = 8.0
"""Smaller text on a slide is not read from the second row."""
_ROUNDING = 0.05
_MOST_WAYS = 3
_WORTH_SAYING = 1.05
"""How much larger the text has to become for a way to be named."""
_TRIED_ROWS = 200
"""Of a longer network nothing is drawn to see what would help."""


def remarks(figure: Figure, network: ResolvedNetwork, options: ExportOptions) -> tuple[str, ...]:
    """Sentences on the size of a figure; none where it is as on screen."""
    size = options.size
    if size is None:
        return ()
    found, smallest = [], figure.smallest_text_pt
    paper = size.pixels is None and size.height_in is None
    least = SLIDE_PT if size.height_in else SMALLEST_PT
    if smallest is not None and smallest < least - _ROUNDING:
        where = " in print" if paper else (" on a slide" if size.height_in else "")
        found.append(f"the smallest text is {smallest:.1f} pt, too small to read{where}")
    elif smallest is not None and paper and smallest < SMALL_PT - _ROUNDING:
        found.append(f"the smallest text is {smallest:.1f} pt, small for print")
    if size.pixels is None and too_high(figure, size):
        found.append(f"the figure is {figure.size_mm[1]:.0f} mm high, more than a page holds")
    if not found:
        return ()
    helps = _what_helps(figure, network, options)
    return (f"{', and '.join(found)}; {helps}",)


def _what_helps(figure: Figure, network: ResolvedNetwork, options: ExportOptions) -> str:
    """What would make the text larger on a page, the best first, and how large, as far as it can be tried."""
    rows = shown_rows(network, options.diagram.rows)
    ways = list(_ways(network, options))
    if len(rows) <= _TRIED_ROWS:
        now = smallest_on_page(figure)
        tried = [(smallest_on_page(figure_of(network, way)), said) for said, way in ways]
        best = sorted((each for each in tried if each[0] > _WORTH_SAYING * now), reverse=True)
        told = [f"{said} ({larger:.1f} pt)" for larger, said in best[:_MOST_WAYS]]
    else:
        told = [said for said, _ in ways[:1]]
    if options.size is not None and options.size.pixels is not None:
        told.insert(0, "make it wider")
    if len(rows) > 1:
        told.append("show fewer rows")
    return f"{', '.join(told[:-1])} or {told[-1]}" if len(told) > 1 else (told[0] if told else "make it wider")


def _ways(network: ResolvedNetwork, options: ExportOptions) -> Iterator[tuple[str, ExportOptions]]:
    """What could still be chosen, in words and as options."""
    diagram, size = options.diagram, options.size
    shown = shown_rows(network, diagram.rows)
    fires = {row.name for row in network.layers[shown.start : shown.stop] if isinstance(row.layer, Fire)}
    if not fires <= diagram.collapsed:
        yield "close Fire modules", replace(options, diagram=replace(diagram, collapsed=diagram.collapsed | fires))
    if diagram.direction is Direction.DOWN:
        right = replace(options, diagram=replace(diagram, direction=Direction.RIGHT))
        yield "turn it to the right, where it is folded into rows" if len(shown) > 1 else "turn it to the right", right
    else:
        yield "turn it down", replace(options, diagram=replace(diagram, direction=Direction.DOWN))
    annotations = diagram.annotations
    names_only = Annotations(False, False, False, annotations.depth, False, annotations.legend)
    if annotations != names_only:
        yield "write less on it", replace(options, diagram=replace(diagram, annotations=names_only))
    if annotations.depth:
        no_ruler = replace(annotations, depth=False)
        yield "leave the depth ruler out", replace(options, diagram=replace(diagram, annotations=no_ruler))
    wide = FITS["two-columns"]
    if (
        size is not None
        and size.height_in is None
        and size.pixels is None
        and size.width_in < wide.width_in - _ROUNDING
    ):
        yield "make it two columns wide", replace(options, size=wide)
