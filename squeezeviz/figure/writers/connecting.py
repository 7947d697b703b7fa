"""What writers of connected shapes need to know of a drawing: what lies over what, and where lines may end."""

from __future__ import annotations

from dataclasses import replace

from squeezeviz.figure.scene.primitives import Group, Primitive, Rectangle, Text

_LINES = ("links", "line")
_ON_TOP = ("toggle", "badge", "differences", "legend")


def layer(primitive: Primitive) -> int:
    """Nodes, then what runs between them, then what lies over both."""
    if isinstance(primitive, Text):
        return 2
    kind = primitive.kind if isinstance(primitive, Group) else ""
    return 1 if kind in _LINES else 2 if kind in _ON_TOP else 0


def meeting(first: Rectangle, second: Rectangle) -> tuple[Rectangle, Rectangle]:
    """Two parts that are drawn a hair's breadth apart, grown to where they meet."""
    across, down = second.x - first.x, second.y - first.y
    if across > down:
        seam = (across - first.width) / 2
        return replace(first, width=first.width + seam), replace(second, x=second.x - seam, width=second.width + seam)
    seam = (down - first.height) / 2
    return replace(first, height=first.height + seam), replace(second, y=second.y - seam, height=second.height + seam)


def spot(x: float, y: float) -> tuple[float, float]:
    """A point of the page, to look up what ends there."""
    return round(x, 1), round(y, 1)
