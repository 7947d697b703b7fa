"""Tables 2 and 3 and Figure 3 of the paper: what they print, with our numbers beside it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.compression import INDEX_BITS
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import FULL_BITS, Bypass, Fire
from squeezeviz.paper.likeness import likeness, pruned_as_printed
from squeezeviz.paper.metaparameters import SQUEEZENET, Metaparameters
from squeezeviz.paper.table1 import table1_network


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A row of Table 2. `bits` is the size of a weight. `smaller` says how many times smaller than AlexNet the network
    is, or is None for AlexNet.

    Accuracies on ImageNet are in percent, and empty if they do not matter here.
    """

    network: str
    compression: str
    bits: int
    megabytes: str
    smaller: int | None
    top1: str
    top5: str


@dataclass(frozen=True, slots=True)
class AccuracyRow:
    """A row of Table 3. `bypasses` are those of its Fire modules. Accuracies are in percent."""

    network: str
    bypasses: frozenset[Bypass]
    megabytes: str
    top1: str
    top5: str


ALEXNET = SizeRow("AlexNet", "none", 32, "240", None, "", "")

TABLE2 = (
    ALEXNET,
    SizeRow("SqueezeNet", "none", 32, "4.8", 50, "57.5", "80.3"),
    SizeRow("SqueezeNet", "Deep Compression, 8 bit", 8, "0.66", 363, "57.5", "80.3"),
    SizeRow("SqueezeNet", "Deep Compression, 6 bit", 6, "0.47", 510, "57.5", "80.3"),
)
"""AlexNet and the SqueezeNets. The table's other rows are compressed AlexNets."""

TABLE3 = (
    AccuracyRow("none (vanilla)", frozenset({Bypass.NONE}), "4.8", "57.5", "80.3"),
    AccuracyRow("simple", frozenset({Bypass.NONE, Bypass.SIMPLE}), "4.8", "60.4", "82.5"),
    AccuracyRow("complex", frozenset({Bypass.SIMPLE, Bypass.COMPLEX}), "7.7", "58.8", "82.0"),
)


@dataclass(frozen=True, slots=True)
class FigurePoint:
    """One SqueezeNet of a figure. `megabytes` is as printed, in units of 2^20 bytes. `top5` is in percent, or None if
    it is not printed.

    `parameters` is the count that Table 1's network has with these metaparameters; the paper does not print it.
    """

    id: str
    figure: str
    setting: str
    metaparameters: Metaparameters
    megabytes: str
    top5: str | None
    parameters: int

    @property
    def printed(self) -> str:
        """`13 MB, top-5 85.3 %`."""
        return f"{self.megabytes} MB" + (f", top-5 {self.top5} %" if self.top5 else "")

    @property
    def title(self) -> str:
        """`SR 0.5 (Figure 3a: 13 MB, top-5 85.3 %)`."""
        return f"{self.setting} (Figure {self.figure}: {self.printed})"

    @property
    def network_name(self) -> str:
        """`SqueezeNet, SR 0.5 (Figure 3a)`."""
        return f"SqueezeNet, {self.setting} (Figure {self.figure})"


def _squeeze_ratio(sr: str, megabytes: str, top5: str | None, parameters: int) -> FigurePoint:
    meta = dataclasses.replace(SQUEEZENET, sr=Fraction(sr))
    return FigurePoint(f"figure3a-sr{sr}", "3a", f"SR {sr}", meta, megabytes, top5, parameters)


def _share_of_3x3(percent: str, megabytes: str, top5: str | None, parameters: int) -> FigurePoint:
    meta = dataclasses.replace(SQUEEZENET, sr=Fraction(1, 2), pct3x3=Fraction(percent) / 100)
    return FigurePoint(f"figure3b-pct{percent}", "3b", f"{percent} % 3×3 filters", meta, megabytes, top5, parameters)


FIGURE_POINTS = (
    _squeeze_ratio("0.125", "4.8", "80.3", 1_248_424),
    _squeeze_ratio("0.25", "7.6", None, 1_967_080),
    _squeeze_ratio("0.5", "13", "85.3", 3_404_392),
    _squeeze_ratio("0.75", "19", "86.0", 4_841_704),
    _squeeze_ratio("1.0", "24", None, 6_279_016),
    _share_of_3x3("1", "5.7", "76.3", 1_478_248),
    _share_of_3x3("12.5", "7.4", None, 1_929_832),
    _share_of_3x3("25", "9.3", None, 2_421_352),
    _share_of_3x3("37.5", "11", None, 2_912_872),
    _share_of_3x3("50", "13", "85.3", 3_404_392),
    _share_of_3x3("62.5", "15", None, 3_895_912),
    _share_of_3x3("75", "17", None, 4_387_432),
    _share_of_3x3("87.5", "19", None, 4_878_952),
    _share_of_3x3("99", "21", "85.3", 5_330_536),
)
"""The points in the figures' order. SR 0.5 and 50 % 3×3 filters are one network, which is in both figures."""


def printed_for(network: ResolvedNetwork, metaparameters: Metaparameters) -> FigurePoint | None:
    """Return the point that a network which follows `metaparameters` in every row represents, or None.

    The paper's sizes and accuracies belong to Table 1's network without bypasses. A network with another number of
    parameters has other layers, so the printed values do not apply to it.
    """
    if any(isinstance(layer, Fire) and layer.bypass is not Bypass.NONE for layer in network.table.layers):
        return None
    known = (point for point in FIGURE_POINTS if point.metaparameters == metaparameters)
    return next((point for point in known if point.parameters == network.parameters.value), None)


MIB = 2**20
_AROUND = {Bypass.SIMPLE: ("fire3", "fire5", "fire7", "fire9"), Bypass.COMPLEX: ("fire2", "fire4", "fire6", "fire8")}


@dataclass(frozen=True, slots=True)
class Kin:
    """What distinguishes a network of the paper. `stored_bytes` is None if it does not matter."""

    parameters: int
    bypasses: frozenset[Bypass]
    stored_bytes: int | None

    def knows(self, other: Kin) -> bool:
        """Whether `other` is this network."""
        stored = self.stored_bytes in (None, other.stored_bytes)
        return stored and (self.parameters, self.bypasses) == (other.parameters, other.bypasses)


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A network of the paper. `printed` and `ours` are its size; `accuracy` is top-1 and top-5 in percent.

    `note` says why the sizes differ, if needed. `kin` is None if squeezeviz cannot show the network.
    """

    network: str
    printed: str
    accuracy: str
    ours: str
    kin: Kin | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A table or a figure of the paper."""

    title: str
    rows: tuple[ReferenceRow, ...]


@cache
def references() -> tuple[Reference, ...]:
    """Return Table 2, Table 3 and both parts of Figure 3. The accuracies are the printed ones, since squeezeviz
    trains nothing."""
    return (
        Reference("Table 2 · compression, and how many times smaller than AlexNet", tuple(map(_size_row, TABLE2))),
        Reference("Table 3 · bypasses", tuple(map(_accuracy_row, TABLE3))),
        *(
            Reference(
                f"Figure {figure} · {varied}",
                tuple(_point_row(point) for point in FIGURE_POINTS if point.figure == figure),
            )
            for figure, varied in (("3a", "squeeze ratio SR"), ("3b", "share of 3×3 filters, at SR 0.5"))
        ),
    )


def kin(network: ResolvedNetwork) -> Kin:
    """Return what identifies `network` among the rows."""
    bypasses = frozenset([layer.bypass for layer in network.table.layers if isinstance(layer, Fire)])
    return Kin(network.parameters.value, bypasses, network.size.value)


def _size_row(row: SizeRow) -> ReferenceRow:
    printed = f"{row.megabytes} MB" + (f", {row.smaller}×" if row.smaller else "")
    accuracy = f"{row.top1} / {row.top5}" if row.top1 else ""
    if row is ALEXNET:
        return ReferenceRow(row.network, printed, accuracy, "", None)
    table = table1_network()
    found = likeness(table)
    assert found is not None
    network = resolve(table if row.bits == FULL_BITS else pruned_as_printed(table, found, row.bits))
    ratio = float(ALEXNET.megabytes) * MIB / network.size.value
    ours = f"{_mib(network.size.value)}, {ratio:,.0f}×"
    name = row.network if row.bits == FULL_BITS else f"at {row.bits} bits"
    return ReferenceRow(name, printed, accuracy, ours, kin(network), "" if row.bits == FULL_BITS else _ESTIMATE)


_ESTIMATE = (
    f"A simple estimate: kept weights × bits, {INDEX_BITS} bits more for the place of each weight of a pruned "
    "convolution (an assumption), biases in 32 bits; codebooks and Huffman coding are left out."
)


def _accuracy_row(row: AccuracyRow) -> ReferenceRow:
    table = table1_network()
    for bypass in row.bypasses - {Bypass.NONE}:
        for name in _AROUND[bypass]:
            table = table.with_field(table.index_of(name), "bypass", bypass)
    network = resolve(table)
    note = ""
    if Bypass.COMPLEX in row.bypasses:
        note = (
            f"The printed {row.megabytes} MB cannot be reproduced: its {network.parameters.value:,} parameters take "
            f"{_mib(network.size.value)}, and the authors’ own generator has as many."
        )
    accuracy = f"{row.top1} / {row.top5}"
    known = dataclasses.replace(kin(network), stored_bytes=None)
    return ReferenceRow(row.network, f"{row.megabytes} MB", accuracy, _mib(network.size.value), known, note)


def _point_row(point: FigurePoint) -> ReferenceRow:
    accuracy = f"– / {point.top5}" if point.top5 else ""
    size = _mib(BYTES_PER_VALUE * point.parameters)
    known = Kin(point.parameters, frozenset({Bypass.NONE}), None)
    return ReferenceRow(point.setting.removesuffix(" 3×3 filters"), f"{point.megabytes} MB", accuracy, size, known)


def _mib(count: int) -> str:
    """Return `0.61 MiB`, `4.76 MiB`, `13.0 MiB`: always the same unit, so that the numbers can be compared."""
    value = count / MIB
    return f"{value:.2f} MiB" if value < 9.995 else f"{value:.1f} MiB"
