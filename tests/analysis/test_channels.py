"""The orders of channels, and which are dead."""

from __future__ import annotations

import math

import pytest

from squeezeviz.analysis.channels import ORDER_WORDS, ChannelStatistics, MapOrder, dead, ordered

CHANNELS = (
    ChannelStatistics(0, 2, 0.5, 0.5, 0.9, 0.5),
    ChannelStatistics(0, 0, 0, 1, 0, 0),
    ChannelStatistics(0, 9, 0.1, 0.9, 0.2, 0.1),
    ChannelStatistics(1, 2, 1.5, 0, 0.1, 1.5),
    ChannelStatistics(-3, 0, -1, 0.1, 4, 1),
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (MapOrder.INDEX, (0, 1, 2, 3, 4)),
        (MapOrder.MEAN, (3, 0, 2, 1, 4)),
        (MapOrder.MAXIMUM, (2, 0, 3, 1, 4)),
        (MapOrder.ZEROS, (1, 2, 0, 4, 3)),
        (MapOrder.VARIES, (4, 0, 2, 3, 1)),
        (MapOrder.SIZE, (3, 4, 0, 2, 1)),
    ],
)
def test_channels_come_in_the_order_that_is_asked_for(order: MapOrder, expected: tuple[int, ...]) -> None:
    assert ordered(CHANNELS, order) == expected


def test_what_is_no_number_comes_last() -> None:
    broken = ChannelStatistics(math.nan, math.nan, math.nan, 0, math.nan)
    assert ordered((broken, *CHANNELS[:2]), MapOrder.MEAN) == (1, 2, 0)


def test_a_channel_is_dead_where_all_of_it_is_zero() -> None:
    assert dead(CHANNELS) == (1,)


def test_every_order_has_its_words() -> None:
    assert set(ORDER_WORDS) == set(MapOrder)
