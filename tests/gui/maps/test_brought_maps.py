"""Maps come in pages, one request at a time, and no more of them are kept than may be."""

import numpy as np
import pytest
from hands import caught
from maps_at_hand import brought, noise
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.channels import MapOrder
from squeezeviz.gui.maps import brought as module
from squeezeviz.gui.maps.brought import PAGE, Wanted

MAPS = noise(300, 20)


def test_the_first_page_comes_with_all_numbers_and_the_rest_when_it_is_wanted(qtbot: QtBot) -> None:
    found, client = brought(MAPS)
    qtbot.waitUntil(lambda: found.shown is not None)
    assert len(found.statistics) == 300
    assert [found.small(channel) is not None for channel in (0, PAGE - 1, PAGE)] == [True, True, False]
    found.want_channels(range(100, 300))
    assert len(client.asked) == 2, "one request is under way at a time"
    qtbot.waitUntil(lambda: not found.is_waiting)
    assert [len(request.wanted[0].channels) for request in client.asked[1:]] == [64, 64, 64, 8]
    assert np.array_equal(found.small(299), MAPS[299])  # type: ignore[arg-type]
    asked = len(client.asked)
    found.want_channels(range(100, 300))
    assert len(client.asked) == asked, "what is here is not asked for again"


def test_channels_that_went_out_of_sight_are_not_fetched(qtbot: QtBot) -> None:
    found, client = brought(MAPS)
    qtbot.waitUntil(lambda: found.shown is not None)
    found.want_channels(range(64, 300))
    found.want_channels(range(290, 300))
    qtbot.waitUntil(lambda: not found.is_waiting)
    assert [request.wanted[0].channels[-1] for request in client.asked[1:]] == [127, 299]


def test_only_what_was_wanted_last_is_shown(qtbot: QtBot) -> None:
    found, client = brought(MAPS, "a")
    client.maps = {"a": MAPS, "b": noise(4, 8), "c": noise(7, 8)}
    changes = caught(found.changed)
    found.want(Wanted(1, "b"))
    found.want(Wanted(1, "c"))
    qtbot.waitUntil(lambda: found.shown == Wanted(1, "c"))
    assert len(changes) == 1
    assert [request.wanted[0].operation for request in client.asked] == ["a", "c"]
    assert len(found.statistics) == 7


def test_what_is_refused_is_said_once_and_not_asked_for_again(qtbot: QtBot) -> None:
    found, client = brought(MAPS, "a")
    reasons = caught(found.refused)
    found.want(Wanted(1, "unknown"))
    qtbot.waitUntil(lambda: bool(reasons))
    found.want(Wanted(1, "unknown"))
    found.want_channels([1])
    assert (reasons, len(client.asked)) == (["nothing is called so"], 2)
    found.want(Wanted(1, "a"))
    qtbot.waitUntil(lambda: found.shown == Wanted(1, "a"))


def test_that_maps_of_a_pass_that_is_over_do_not_come_is_told_without_a_reason(qtbot: QtBot) -> None:
    found, client = brought(MAPS)
    client.revision = 2
    reasons = caught(found.refused)
    qtbot.waitUntil(lambda: not found.is_waiting)
    assert found.shown is None and reasons == [""]
    found.want(Wanted(2, "c"))
    qtbot.waitUntil(lambda: found.shown == Wanted(2, "c"))


def test_maps_that_were_not_looked_at_for_long_make_room(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 100 * MAPS[0].nbytes)
    found, _ = brought(MAPS)
    qtbot.waitUntil(lambda: found.shown is not None)
    found.small(0)
    found.want_channels(range(64, 128))
    qtbot.waitUntil(lambda: not found.is_waiting)
    here = [channel for channel in range(300) if found.small(channel) is not None]
    assert len(here) == 100
    assert 0 in here and 1 not in here


def test_a_large_map_is_small_in_the_grid_and_whole_where_it_is_enlarged(qtbot: QtBot) -> None:
    large = noise(3, 150)
    found, _ = brought(large)
    qtbot.waitUntil(lambda: found.shown is not None)
    assert found.reduced == 3
    assert found.small(2).shape == (50, 50)  # type: ignore[union-attr]
    assert found.whole(2) is None
    found.want_whole(2)
    qtbot.waitUntil(lambda: found.whole(2) is not None)
    assert np.array_equal(found.whole(2), large[2])  # type: ignore[arg-type]
    assert found.whole(1) is None


def test_a_whole_channel_is_not_asked_for_of_maps_that_have_fewer(qtbot: QtBot) -> None:
    found, client = brought(MAPS, "a")
    client.maps = {"a": MAPS, "b": noise(16, 8)}
    found.want_whole(100)
    qtbot.waitUntil(lambda: not found.is_waiting)
    reasons = caught(found.refused)
    found.changed.connect(lambda: found.want_channels(range(16)))
    found.want(Wanted(1, "b"))
    qtbot.waitUntil(lambda: found.shown == Wanted(1, "b") and not found.is_waiting)
    assert not reasons and len(found.statistics) == 16


def test_the_first_page_is_that_of_the_order(qtbot: QtBot) -> None:
    found, _ = brought(MAPS)
    found.order = MapOrder.MEAN
    found.want(Wanted(1, "d"))
    found.want(Wanted(1, "c"))
    qtbot.waitUntil(lambda: found.shown is not None)
    found.forget()
    found.want(Wanted(1, "c"))
    qtbot.waitUntil(lambda: found.shown is not None)
    best = int(MAPS.mean((1, 2)).argmax())
    assert found.small(best) is not None
