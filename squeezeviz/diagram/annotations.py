"""What stands on a figure beside boxes, lines and names: each a switch, and the layout closes up where one is off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from squeezeviz.core.errors import Place, SqueezevizError, shown
from squeezeviz.core.nearest import did_you_mean


@dataclass(frozen=True, slots=True)
class Annotations:
    """What is written on a diagram; unless said, what the window shows."""

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
        """Whether boxes say what they cost or see."""
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
