"""Two networks side by side as a picture for any format: on a slide or on paper as close as these want it."""

from __future__ import annotations

from functools import partial

from squeezeviz.figure.drawing.compared import Compared, draw_compared
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.look import FIGURE, FITS
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.alt_texts import alt_texts_of_both
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.figure.writers.figure import ExportOptions, for_paper
from squeezeviz.figure.writers.slides import ROOM_PT
from squeezeviz.model.layers import Fire

_USUAL_ASPECT = 16 / 9


def compared_picture(shown: Compared, theme: Theme, *, large: bool = False) -> DrawnPicture:
    """Return the picture of a comparison; a `large` one is drawn by a process of its own."""
    (baseline, present), (first, second) = shown.tables, shown.titles
    fires = frozenset(each.name for table in (baseline, present) for each in table.layers if isinstance(each, Fire))
    return DrawnPicture(
        f"{second} compared with {first}",
        "the comparison",
        f"{first} vs {second}",
        theme,
        partial(_draw, shown),
        alt_texts=partial(alt_texts_of_both, baseline, present),
        seen=shown.options,
        fires=fires,
        takes_long=large,
        by_itself=large,
    )


def _draw(shown: Compared, options: ExportOptions) -> tuple[Group, float, float]:
    spacing = for_paper(options).diagram.spacing._replace(gap=FIGURE.gap)  # for the tags of what only one of them has
    aspect = ROOM_PT[0] / ROOM_PT[1] if options.size == FITS["slide"] else _USUAL_ASPECT
    wanted = options.diagram._replace(spacing=spacing, rows=None)
    return draw_compared(shown._replace(options=wanted), options.theme, aspect)
