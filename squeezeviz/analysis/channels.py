"""What is said of each channel of a feature map, and the orders in which channels are shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from math import isnan

from squeezeviz.model.records import NamedTuple

CAPPED_AT = 99
"""The percentile of the values that are not zero, at which colours may be capped: a few are far above all others."""


class ChannelStatistics(NamedTuple):
    """The numbers of one channel over the positions of its map, for one image.

    `zeros` is the share of positions that are exactly 0, as a ReLU leaves them, from 0 to 1. `variance` is the mean
    squared distance from `mean`. `size` is the mean of the values without their signs: of a difference of two maps how
    much these differ.
    """

    least: float
    largest: float
    mean: float
    zeros: float
    variance: float
    size: float = 0.0

    @property
    def is_dead(self) -> bool:
        """Whether the channel is 0 everywhere, so that nothing after it can see it."""
        return self.least == self.largest == 0


class MapOrder(StrEnum):
    """By index; or first what has the largest mean, the largest value, most zeros, the largest variance or size."""

    INDEX = "index"
    MEAN = "mean"
    MAXIMUM = "maximum"
    ZEROS = "zeros"
    VARIES = "varies"
    SIZE = "size"


ORDERS_OF_MAPS = tuple(order for order in MapOrder if order is not MapOrder.SIZE)
"""The orders of maps that are no differences; most of these have no negative values, and a size that is their mean."""

ORDER_FIELDS: dict[MapOrder, str | None] = {
    MapOrder.INDEX: None,
    MapOrder.MEAN: "mean",
    MapOrder.MAXIMUM: "largest",
    MapOrder.ZEROS: "zeros",
    MapOrder.VARIES: "variance",
    MapOrder.SIZE: "size",
}
"""The field of `ChannelStatistics` that each order goes by."""

ORDER_WORDS = {
    MapOrder.INDEX: "in the order of the channels",
    MapOrder.MEAN: "the largest mean first",
    MapOrder.MAXIMUM: "the largest value first",
    MapOrder.ZEROS: "the most zeros first",
    MapOrder.VARIES: "those that vary most over the map first",
    MapOrder.SIZE: "the largest mean of absolute values first",
}


def ordered(channels: Sequence[ChannelStatistics], order: MapOrder) -> tuple[int, ...]:
    """Return the indices of the channels in that order; equal ones by index, and what is no number last."""
    field = ORDER_FIELDS[order]
    values = [0.0 if field is None else getattr(channel, field) for channel in channels]

    def place(index: int) -> tuple[bool, float]:
        return isnan(values[index]), 0.0 if isnan(values[index]) else -values[index]

    return tuple(sorted(range(len(values)), key=place))


def of_both_parts(channels: Sequence[int], border: int, count: int) -> list[int]:
    """Return at most `count` of some channels that stand in an order: as many of those below `border` as of the others,
    first the former, as far as either part has them. With a border of 0 there is one part."""
    first, second = ([each for each in channels if (each < border) is below] for below in (True, False))
    found = first[: max(count // 2, count - len(second))]
    return found + second[: count - len(found)]


def dead(channels: Sequence[ChannelStatistics]) -> tuple[int, ...]:
    """Return the indices of the channels that are 0 everywhere."""
    return tuple(index for index, channel in enumerate(channels) if channel.is_dead)
