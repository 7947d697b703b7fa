"""Table 1 as arXiv 1602.07360 v4 prints it, misprints included, and the network that it describes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from squeezeviz.model.layers import Conv, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

Size = tuple[int, int, int]
"""Height, width, channels: the order in which the table prints them."""


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as printed. A value is None if its cell is empty.

    `window` is kernel and stride; `fire` is s1x1, e1x1, e3x3. `kept` has the share of weights kept ("sparsity") of each
    convolution, and `kept_kernel` the filter size printed in brackets after it. `parameters` are those before pruning,
    `pruned` those after.
    """

    name: str
    type: str
    size: Size
    depth: int
    window: tuple[int, int] | None = None
    filters: int | None = None
    fire: tuple[int, int, int] | None = None
    kept: tuple[Fraction, ...] = ()
    kept_kernel: int | None = None
    bits: int | None = None
    parameters: int | None = None
    pruned: int | None = None

    @property
    def layout(self) -> str:
        """The row's kernel, stride and filters, in our notation: `7×7/2 ×96`, `16 → 64 + 64`, `3×3/2`."""
        if self.fire:
            return fire_layout(*self.fire)
        assert self.window is not None
        return window_layout(*self.window, self.filters)


def fire_layout(s1x1: int, e1x1: int, e3x3: int) -> str:
    """Return `16 → 64 + 64`: squeeze filters, then the filters of both expands."""
    return f"{s1x1:,} → {e1x1:,} + {e3x3:,}"


def window_layout(kernel: int, stride: int, filters: int | None = None) -> str:
    """Return `7×7/2 ×96`, or `3×3/2` for a pool."""
    window = f"{kernel}×{kernel}/{stride}"
    return window if filters is None else f"{window} ×{filters:,}"


def _conv(
    name: str, size: Size, window: tuple[int, int], kept: tuple[int, int], parameters: int, pruned: int
) -> PrintedRow:
    """`kept` is the percentage, and the filter size printed after it."""
    share, kernel = (Fraction(kept[0], 100),), kept[1]
    return PrintedRow(name, "conv", size, 1, window, size[2], None, share, kernel, 6, parameters, pruned)


def _pool(name: str, size: Size, window: tuple[int, int], kind: str = "maxpool") -> PrintedRow:
    return PrintedRow(name, kind, size, 0, window)


def _fire(
    name: str, size: Size, filters: tuple[int, int, int], kept: tuple[int, int, int], parameters: int, pruned: int
) -> PrintedRow:
    shares = tuple(Fraction(percent, 100) for percent in kept)
    return PrintedRow(name, "fire", size, 2, None, None, filters, shares, None, 6, parameters, pruned)


PRINTED_INPUT: Size = (224, 224, 3)

TABLE1 = (
    _conv("conv1", (111, 111, 96), (7, 2), (100, 7), 14_208, 14_208),
    _pool("maxpool1", (55, 55, 96), (3, 2)),
    _fire("fire2", (55, 55, 128), (16, 64, 64), (100, 100, 33), 11_920, 5_746),
    _fire("fire3", (55, 55, 128), (16, 64, 64), (100, 100, 33), 12_432, 6_258),
    _fire("fire4", (55, 55, 256), (32, 128, 128), (100, 100, 33), 45_344, 20_646),
    _pool("maxpool4", (27, 27, 256), (3, 2)),
    _fire("fire5", (27, 27, 256), (32, 128, 128), (100, 100, 33), 49_440, 24_742),
    _fire("fire6", (27, 27, 384), (48, 192, 192), (100, 50, 33), 104_880, 44_700),
    _fire("fire7", (27, 27, 384), (48, 192, 192), (50, 100, 33), 111_024, 46_236),
    _fire("fire8", (27, 27, 512), (64, 256, 256), (100, 50, 33), 188_992, 77_581),
    _pool("maxpool8", (13, 12, 512), (3, 2)),
    _fire("fire9", (13, 13, 512), (64, 256, 256), (50, 100, 30), 197_184, 77_581),
    _conv("conv10", (13, 13, 1000), (1, 1), (20, 3), 513_000, 103_400),
    _pool("avgpool10", (1, 1, 1000), (13, 1), "global_avgpool"),
)
"""The rows in order. Dropout after fire9, which Section 4 describes, is not printed."""

PLACES = {row.name: place for place, row in enumerate(TABLE1)}
"""The index of each row in TABLE1."""


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """The last line of Table 1. The paper prints no total of the depths; they add up to `depth`."""

    depth: int
    parameters: int
    pruned: int


PRINTED_TOTAL = PrintedTotal(sum(row.depth for row in TABLE1), 1_248_424, 421_098)

MEANT_INPUT = InputShape(3, 227, 227)
"""The input that the paper means: its first author says that 224 is a typo for 227."""

MEANT_SIZES = {"maxpool8": (13, 13, 512)}
"""What misprinted sizes should be: 27×27 gives a square map, and fire9 after it is printed with 13×13."""

PRINTED_SHARES_LEAVE = {"fire8": 82_005}
"""The parameters that the printed shares leave, where the printed count differs."""
MEANT_SHARES = {"fire8": (Fraction(1), Fraction(1, 2), Fraction(3, 10))}
"""What misprinted shares should be: 77,581 follows from 30 % of fire8's 3×3 weights, not from 33 %, and the authors'
weights keep 29.9 %."""


@cache
def table1_network() -> LayerTable:
    """Return the network that Table 1 describes, with an input of 227×227."""
    return LayerTable("SqueezeNet v1.0 (Table 1)", MEANT_INPUT, tuple(_layer(row) for row in TABLE1))


def _layer(row: PrintedRow) -> Layer:
    if row.fire:
        return Fire(row.name, *row.fire)
    assert row.window is not None
    if row.filters is not None:
        return Conv(row.name, row.filters, *row.window)
    return MaxPool(row.name, *row.window) if row.type == MaxPool.type else GlobalAvgPool(row.name)
