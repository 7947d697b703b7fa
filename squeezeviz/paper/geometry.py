"""Totals by convention: the geometries in which people run one network, and its multiply-adds in each.

The same 1,248,424 parameters are quoted with 819, 833 and 861 million multiply-adds, because the input's size and
conv10's padding decide how often the weights are used.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Conv, Fire, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.likeness import likeness


@dataclass(frozen=True, slots=True)
class NamedGeometry:
    """A geometry: the side of the input in pixels, and conv10's padding in v1.0 and in v1.1.

    In all of them conv1 has no padding, and max pools have no padding and round up. A padding of None means that the
    convention has no such version.
    """

    id: str
    title: str
    whose: str
    side: int
    padding_v1_0: int | None
    padding_v1_1: int | None
    source: str

    @property
    def step_text(self) -> str:
        """The name of the undo step that gives a table this geometry."""
        return f"Use {self.whose} geometry"


TORCHVISION = NamedGeometry(
    "torchvision", "torchvision", "torchvision’s", 224, 0, 0, "torchvision.models: squeezenet1_0 and squeezenet1_1"
)
TABLE1_MEANT = NamedGeometry(
    "table1", "Table 1", "Table 1’s", 227, 0, None, "arXiv 1602.07360 v4, its input of 224 read as 227"
)
CAFFE = NamedGeometry("caffe", "Caffe release", "the Caffe release’s", 227, 1, 0, "the authors’ deploy.prototxt files")
CONVENTIONS = (TORCHVISION, TABLE1_MEANT, CAFFE)

V1_1_KERNEL = 3
"""The kernel of conv1 in v1.1. v1.0 has 7×7."""
_README_FLOPS = {861_339_936: "1.72 GFLOPS", 387_747_520: "0.72 GFLOPS"}


@dataclass(frozen=True, slots=True)
class GeometryTotal:
    """A table in a geometry, with its numbers. `followed` tells whether the open table has this geometry already."""

    convention: NamedGeometry
    network: ResolvedNetwork
    followed: bool

    @property
    def table(self) -> LayerTable:
        return self.network.table

    @property
    def macs(self) -> int | None:
        """Multiply-adds for one image, or None if the network cannot run in this geometry."""
        return self.network.macs.value if self.network.runs else None

    def side_after(self, row: int | None) -> int | None:
        """Return the height of the map after a row, in pixels, or None if no data reaches it."""
        if row is None or row >= len(self.network.layers):
            return None
        return self.network.layers[row].output.shape.height


@dataclass(frozen=True, slots=True)
class TotalsByConvention:
    """A table in every geometry. `conv1` and `conv10` are the rows that match these two layers, or None."""

    totals: tuple[GeometryTotal, ...]
    conv1: int | None
    conv10: int | None

    @property
    def followed(self) -> GeometryTotal | None:
        """The geometry that the table has, or None if it has one of its own."""
        return next((each for each in self.totals if each.followed), None)

    def why(self) -> str:
        """Why the totals differ, in a few sentences."""
        runs = [each for each in self.totals if each.macs is not None]
        if not runs:
            return "It cannot run in any of these geometries."
        count = runs[0].network.parameters.value
        macs = [f"{(each.macs or 0) / 1e6:,.0f}" for each in runs]
        listed = " or ".join([", ".join(macs[:-1]), macs[-1]] if len(macs) > 1 else macs)
        sentences = [f"One network of {count:,} parameters has {listed} million multiply-adds.", self._causes()]
        sentences += [
            _readme(total.macs, flops) for total in runs if total.macs and (flops := _README_FLOPS.get(total.macs))
        ]
        return " ".join(filter(None, sentences))

    def _causes(self) -> str:
        sides = [f"{total.convention.side}×{total.convention.side}" for total in self.totals]
        causes = [f"the input of {' or '.join(dict.fromkeys(sides))}"]
        if any(_padding(total) for total in self.totals):
            causes.append("conv10’s padding, which the Caffe release has and the others have not,")
        return f"{_sentence(' and '.join(causes))} decide{'' if len(causes) > 1 else 's'} how often a weight is used."


def totals_by_convention(network: ResolvedNetwork) -> TotalsByConvention | None:
    """Return the table of `network` in each geometry of its version, or None if it does not resemble SqueezeNet."""
    table = network.table
    if likeness(table) is None:
        return None
    conv1, conv10 = _ends(table)
    made = []
    for convention in CONVENTIONS:
        geometry = with_geometry(table, convention)
        if geometry is not None:
            followed = geometry == table
            made.append(GeometryTotal(convention, network if followed else resolve(geometry), followed))
    return TotalsByConvention(tuple(made), conv1, conv10)


def with_geometry(table: LayerTable, convention: NamedGeometry) -> LayerTable | None:
    """Return the table with a geometry's input, padding of conv1 and conv10, and rounding of pools. Filters stay as
    they are.

    Return None if the convention does not have the table's version.
    """
    conv1, conv10 = _ends(table)
    padding = convention.padding_v1_1 if is_v1_1(table) else convention.padding_v1_0
    if padding is None:
        return None
    layers: list[Layer] = []
    for row, layer in enumerate(table.layers):
        if isinstance(layer, MaxPool) and (not layer.ceil or layer.padding):
            layer = dataclasses.replace(layer, ceil=True, padding=0)
        elif isinstance(layer, Conv) and row in (conv1, conv10):
            wanted = padding if row == conv10 else 0
            layer = layer if layer.padding == wanted else dataclasses.replace(layer, padding=wanted)
        layers.append(layer)
    image = InputShape(table.input.channels, convention.side, convention.side)
    return dataclasses.replace(table, input=image, layers=tuple(layers))


def is_v1_1(table: LayerTable) -> bool:
    """Whether conv1 is that of SqueezeNet v1.1."""
    conv1 = _ends(table)[0]
    layer = None if conv1 is None else table.layers[conv1]
    return isinstance(layer, Conv) and layer.kernel == V1_1_KERNEL


def _ends(table: LayerTable) -> tuple[int | None, int | None]:
    """Return the rows of conv1 (the first convolution before all Fire modules) and conv10 (the last one after them)."""
    fires = [row for row, layer in enumerate(table.layers) if isinstance(layer, Fire)]
    convs = [row for row, layer in enumerate(table.layers) if isinstance(layer, Conv)]
    if not fires or not convs:
        return None, None
    return (convs[0] if convs[0] < fires[0] else None), (convs[-1] if convs[-1] > fires[-1] else None)


def _padding(total: GeometryTotal) -> int:
    layer = total.table.layers[row] if (row := _ends(total.table)[1]) is not None else None
    return layer.padding if isinstance(layer, Conv) else 0


def _readme(macs: int, flops: str) -> str:
    if flops == f"{2 * macs / 1e9:.2f} GFLOPS":
        return f"The authors’ README says {flops}: 2 × {macs:,}."
    return f"The authors’ README says {flops}, which none of these gives."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
