"""The points of the paper's Figures 3a and 3b: metaparameters, with the size and accuracy printed for them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from fractions import Fraction

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.paper.metaparameters import SQUEEZENET, Metaparameters


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
