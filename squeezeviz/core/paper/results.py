"""Tables 2 and 3 as arXiv 1602.07360 v4 prints them. Its MB are of 1,048,576 bytes, mostly rounded up."""

from __future__ import annotations

from dataclasses import dataclass

from squeezeviz.core.layers import Bypass


@dataclass(frozen=True, slots=True)
class SizeRow:
    """A row of Table 2. `bits` for each weight; `smaller` is how many times smaller than AlexNet, None for itself.

    Accuracies on ImageNet are in percent, empty where no matter here.
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
    """A row of Table 3; `bypasses` are those that its Fire modules have. Accuracies are in percent."""

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
"""AlexNet and the SqueezeNets; its other rows compress AlexNet."""

TABLE3 = (
    AccuracyRow("none (vanilla)", frozenset({Bypass.NONE}), "4.8", "57.5", "80.3"),
    AccuracyRow("simple", frozenset({Bypass.NONE, Bypass.SIMPLE}), "4.8", "60.4", "82.5"),
    AccuracyRow("complex", frozenset({Bypass.SIMPLE, Bypass.COMPLEX}), "7.7", "58.8", "82.0"),
)
