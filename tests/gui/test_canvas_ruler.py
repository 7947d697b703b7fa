"""The ruler's marks at any zoom: readable, in order, and never one on another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from canvas_networks import long_network, squeezenet

from squeezeviz.gui.canvas.axes import Span
from squeezeviz.gui.canvas.ruler import NUMBER_SPACING, readable, within

LONG = long_network(300)


def test_at_full_size_every_mark_is_there() -> None:
    marks = squeezenet("fire2").ruler
    assert readable(marks, 1.0) == marks


@pytest.mark.parametrize("zoom", [0.002, 0.01, 0.05, 0.1, 0.3, 0.6, 1.0, 3.0])
def test_numbers_keep_their_distance_and_the_ends_stay(zoom: float) -> None:
    numbers = [mark for mark in readable(LONG.ruler, zoom) if mark.depth is not None]
    assert numbers[-1].depth == 601
    gaps = [after.position - before.position for before, after in pairwise(numbers)]
    assert all(gap >= NUMBER_SPACING for gap in gaps)
    if numbers[-1].position - LONG.ruler[0].position * zoom >= NUMBER_SPACING:
        assert numbers[0].depth == 1


def test_far_away_depths_go_in_round_steps() -> None:
    depths = [mark.depth for mark in readable(LONG.ruler, 0.03)]
    assert set(depths[1:-1]) == set(range(10, 600, 10))


def test_thinned_numbers_have_no_notes() -> None:
    assert any("one step" in mark.note for mark in readable(LONG.ruler, 1.0))
    assert not any(mark.note for mark in readable(LONG.ruler, 0.05))


def test_only_what_is_in_the_window_is_drawn() -> None:
    marks = readable(LONG.ruler, 1.0)
    seen = within(marks, Span(1000, 1900))
    assert seen == tuple(mark for mark in marks if 1000 <= mark.position <= 1900)
    assert 0 < len(seen) < 10
