"""How a diagram is set: which way it runs, what is written on it, and how much room things have."""

from __future__ import annotations

from dataclasses import dataclass, replace

from squeezeviz.diagram.annotations import USUAL, Annotations
from squeezeviz.diagram.model import Direction


@dataclass(frozen=True, slots=True)
class Spacing:
    """Room, in units. `part`, `alone` and `closed` are the narrowest boxes: in an open Fire, of a row, of a closed one.

    `right` is kept free at a box's right edge, for its badge. On `paper` every unit counts: boxes hold their texts and
    no more, those of a row are stacked line on line where the network runs to the right. On the `canvas` are
    the triangles that open and close a Fire.
    """

    margin: float
    gap: float
    part: float
    alone: float
    closed: float
    right: float
    paper: bool = False
    canvas: bool = False


SCREEN = Spacing(margin=24.0, gap=28.0, part=192.0, alone=240.0, closed=352.0, right=32.0, canvas=True)
FIGURE = replace(SCREEN, canvas=False)
"""As on screen, but not for the mouse."""
PAPER = Spacing(margin=6.0, gap=17.0, part=64.0, alone=56.0, closed=56.0, right=12.0, paper=True)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides how a row is drawn, but for the row and whether it is open."""

    direction: Direction = Direction.DOWN
    annotations: Annotations = USUAL
    spacing: Spacing = SCREEN

    @property
    def down(self) -> bool:
        return self.direction is Direction.DOWN

    @property
    def stacked(self) -> bool:
        """Whether a box has a line for each thing that it says, so that it is narrow."""
        return self.spacing.paper and not self.down
