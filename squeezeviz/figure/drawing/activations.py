"""Lines as wide as the mean activation that flows along them, what is said of it, and the legend of the widths."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from squeezeviz.figure.layout.boxes import DETAIL_SIZE
from squeezeviz.figure.scene.diagram import Key, Line, Point, Role, Size
from squeezeviz.figure.scene.primitives import Group, Polygon, Rectangle, Shape, Text
from squeezeviz.figure.theme.metrics import text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.wording import shape_text, significant

NARROWEST, WIDEST = 1.0, 9.0
"""Units: the width of a line along which zeros flow, and of the one with the largest mean."""


class MeanActivation(NamedTuple):
    """The mean of all values of one image that a box puts out, and their shape."""

    mean: float
    shape: MapShape


class Activations(NamedTuple):
    """What one pass put out for one image, by the key of the box that did. `of` names the image: `chelsea.png`."""

    means: Mapping[Key, MeanActivation]
    most: float
    """The largest mean, without its sign."""
    of: str

    @classmethod
    def found(cls, means: Mapping[Key, MeanActivation], of: str) -> Activations:
        sizes = [abs(each.mean) for each in means.values() if isfinite(each.mean)]
        return cls(means, max(sizes, default=0.0), of)

    def widened(self, line: Line, source: Key) -> Line | None:
        """Return a line as wide as the square root of the mean of what `source` puts into it, or None where that is
        not known, or no number."""
        found = self.means.get(source)
        if found is None or not isfinite(found.mean) or line.role is Role.PROBLEM:
            return None
        share = (abs(found.mean) / self.most) ** 0.5 if self.most else 0.0
        return line._replace(width=round(NARROWEST + (WIDEST - NARROWEST) * share, 1))

    def text(self, source: Key) -> str:
        """Return the mean of what a box puts out, or an empty text where it is not known."""
        found = self.means.get(source)
        return "" if found is None else significant(found.mean)

    def in_words(self, source: Key) -> str:
        """Say what flows out of a box: `mean activation 0.83 over 64 × 55 × 55, for chelsea.png`, or nothing."""
        found = self.means.get(source)
        if found is None:
            return ""
        return f"mean activation {significant(found.mean)} over {shape_text(found.shape)}, for {self.of}"


LEGEND_SIZE = Size(196.0, 46.0)
_PADDING = 10.0
_WEDGE_FROM, _WEDGE_MIDDLE = 24.0, 33.0


def legend_in_words(activations: Activations) -> str:
    """Return what the widths of the lines mean, for people who do not see it."""
    most = significant(activations.most)
    return f"Lines are as wide as the square root of the mean activation, up to {most}, for {activations.of}"


def draw_width_legend(activations: Activations, theme: Theme) -> Group:
    """Draw what the widths of the lines mean as a small card with its upper left corner at the origin."""
    width, height = LEGEND_SIZE
    most = significant(activations.most)
    right = width - _PADDING - text_width(most, DETAIL_SIZE) - 6.0
    corners = ((_WEDGE_FROM, -NARROWEST), (right, -WIDEST), (right, WIDEST), (_WEDGE_FROM, NARROWEST))
    wedge = tuple(Point(x, _WEDGE_MIDDLE + wide / 2) for x, wide in corners)
    baseline = _WEDGE_MIDDLE + DETAIL_SIZE * 0.35
    return Group(
        0,
        0,
        (
            Rectangle(0.5, 0.5, width - 1, height - 1, Shape(theme.box_fill, theme.box_outline), 8),
            Text(_PADDING, 18.0, "Mean activation", 12.0, theme.text, True),
            Text(width - _PADDING, 18.0, "√", DETAIL_SIZE, theme.quiet, anchor="end"),
            Text(_PADDING, baseline, "0", DETAIL_SIZE, theme.text),
            Polygon(wedge, Shape(fill=theme.link)),
            Text(width - _PADDING, baseline, most, DETAIL_SIZE, theme.text, anchor="end"),
        ),
        title=legend_in_words(activations),
        kind="legend",
    )
