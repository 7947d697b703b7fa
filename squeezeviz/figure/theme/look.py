"""How a diagram is set: which way it runs, what is written on it, and how much room things have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.text import did_you_mean


@dataclass(frozen=True, slots=True)
class Annotations:
    """What is written on a diagram. The defaults are what the window shows."""

    shapes: bool = True
    filters: bool = True
    kinds: bool = True
    depth: bool = True
    totals: bool = True
    legend: bool = True
    parameters: bool = False
    macs: bool = False
    field: bool = False

    @property
    def counts(self) -> bool:
        """Whether boxes show their costs or receptive fields."""
        return self.parameters or self.macs or self.field


USUAL = Annotations()
NONE = Annotations(False, False, False, False, False, False)
ALL = Annotations(parameters=True, macs=True, field=True)

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "shapes": "Output shapes",
        "filters": "Filters, kernels",
        "kinds": "Kinds: ReLU, max",
        "depth": "Depth ruler",
        "totals": "Fire totals",
        "legend": "Colour legend",
        "parameters": "Parameters",
        "macs": "Multiply-adds",
        "field": "Receptive field",
    }
)
"""What each switch is called in front of a person, in the order in which they are offered."""


WORDS: Mapping[str, str] = MappingProxyType({"multiply-adds" if name == "macs" else name: name for name in TITLES})
"""What each switch is called on a command line."""
_ALSO = {"macs": "macs", "kernels": "filters", "receptive-field": "field", "params": "parameters"}


def annotations_named(text: str) -> Annotations:
    """`all`, `none`, or the names of what to write, parted by commas.

    Raises:
        SqueezevizError: a name is none of the switches, or nothing is named.
    """
    if text in ("all", "none"):
        return ALL if text == "all" else NONE
    names = [each.strip() for each in text.split(",") if each.strip()]
    known = {**_ALSO, **WORDS}
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        what = f"there is no annotation {shown(unknown[0])}" if unknown else "no annotation is named"
        meant = did_you_mean(unknown[0], WORDS) if unknown else ""
        raise SqueezevizError(f"{what}: say all, none, or some of {','.join(WORDS)}{meant}", Place("--annotate"))
    wanted = {known[name] for name in names}
    return Annotations(**{name: name in wanted for name in TITLES})


@dataclass(frozen=True, slots=True)
class Spacing:
    """Room, in units. `part`, `single` and `closed` are the least widths of a part's, a row's and a closed Fire's box.

    `right` is kept free at a box's right edge, for its badge. On `paper` every unit counts: boxes hold their texts and
    no more, those of a row are stacked line on line where the network runs to the right. On the `canvas` are
    the triangles that open and close a Fire.
    """

    margin: float
    gap: float
    part: float
    single: float
    closed: float
    right: float
    paper: bool = False
    canvas: bool = False


SCREEN = Spacing(margin=24.0, gap=28.0, part=192.0, single=240.0, closed=352.0, right=32.0, canvas=True)
FIGURE = replace(SCREEN, canvas=False)
"""As on screen, but not for the mouse."""
PAPER = Spacing(margin=6.0, gap=17.0, part=64.0, single=56.0, closed=56.0, right=12.0, paper=True)


@dataclass(frozen=True, slots=True)
class Look:
    """All that decides how a row is drawn, but for the row itself and whether it is open."""

    direction: Direction = Direction.DOWN
    annotations: Annotations = USUAL
    spacing: Spacing = SCREEN

    @property
    def down(self) -> bool:
        return self.direction.down

    @property
    def stacked(self) -> bool:
        """Whether each fact of a box has a line of its own, so that the box is narrow."""
        return self.spacing.paper and not self.down
