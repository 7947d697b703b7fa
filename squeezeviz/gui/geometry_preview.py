"""What a geometry makes of a network, in one line: the sizes of its maps and what a pass costs."""

from __future__ import annotations

from dataclasses import dataclass

from squeezeviz.core.errors import brief
from squeezeviz.core.layers import Conv, Fire, MaxPool
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.core.table import LayerTable

_MOST_SIZES = 9


@dataclass(frozen=True, slots=True)
class Preview:
    """`sizes` and `costs` of a network that runs; else `trouble` says why it cannot."""

    sizes: str
    costs: str
    trouble: str

    @property
    def text(self) -> str:
        return self.trouble or f"{self.sizes}, {self.costs}"


def preview(table: LayerTable) -> Preview:
    """What follows from the table's geometry."""
    network = resolve(table)
    for problem in network.problems:
        where = f"{brief(problem.name)}: " if problem.name else ""
        return Preview("", "", f"This cannot run. {where}{problem.reason}.")
    return Preview(" → ".join(_sizes(network)), f"{network.macs.value:,} multiply-adds", "")


def _sizes(network: ResolvedNetwork) -> list[str]:
    """The sides of the maps that come out of the convolutions and pools, in order; a long series is cut within."""
    sizes = []
    for index, layer in enumerate(network.layers):
        last = index + 1 == len(network.layers) and isinstance(layer.layer, Fire)
        if isinstance(layer.layer, Conv | MaxPool) or last:
            height, width = layer.output.shape.height, layer.output.shape.width
            sizes.append(str(height) if height == width else f"{height}×{width}")
    half = _MOST_SIZES // 2
    return sizes if len(sizes) <= _MOST_SIZES else [*sizes[:half], "…", *sizes[-half:]]
