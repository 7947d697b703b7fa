"""Whose feature maps the worker keeps: those of passes that run while somebody wants them, and of no other."""

from hands import OpenWindow, fresh
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.maps import OperationMaps
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import MapsWanted, NoMaps, Run, ShowMaps

SMALL = LayerTable("small", InputShape(3, 16, 16), (Conv("c", 4, 3),))


def kept(window: MainWindow) -> int | None:
    answer = window.session.live.answer
    return answer.maps_of if answer is not None and answer.fresh else None


def asked_for(window: MainWindow, revision: int | None) -> list[object]:
    """What comes of a request for maps of that pass, once it has come."""
    found: list[object] = []
    client: LiveClient = window.session.client
    assert revision is not None
    serial = client.new_serial()
    client.maps_brought.connect(lambda request, brought: found.append(brought) if request.serial == serial else None)
    path = window.session.work.path() / "asked"
    client.show_maps(ShowMaps(revision, serial, (MapsWanted("c", most=2),), str(path)))
    return found


def test_a_pass_keeps_its_maps_while_somebody_wants_them_and_is_run_again_for_that(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    live = window.session.live
    window.document.start(SMALL)
    live.run()
    qtbot.waitUntil(lambda: fresh(window))
    assert kept(window) is None
    live.want_maps("a test", True)
    qtbot.waitUntil(lambda: kept(window) is not None)
    found = asked_for(window, kept(window))
    qtbot.waitUntil(lambda: bool(found))
    assert isinstance(found[0], tuple) and isinstance(found[0][0], OperationMaps)
    assert found[0][0].maps.shape == (2, 14, 14)
    live.want_maps("a test", False)
    window.document.edit("Set", SMALL.with_field(0, "filters", 5))
    qtbot.waitUntil(lambda: fresh(window))
    assert kept(window) is None


def test_maps_that_another_pass_replaced_are_made_again(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    live, client = window.session.live, window.session.client
    live.want_maps("a test", True)
    window.document.start(SMALL)
    live.run()
    qtbot.waitUntil(lambda: fresh(window) and kept(window) is not None)
    first = kept(window)
    client.run(Run(-1, SMALL))
    qtbot.waitUntil(lambda: client.running is None)
    found = asked_for(window, first)
    qtbot.waitUntil(lambda: bool(found))
    assert isinstance(found[0], NoMaps)
    qtbot.waitUntil(lambda: kept(window) not in (None, first))


def test_the_meta_device_has_no_values_to_keep(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    live = window.session.live
    live.want_maps("a test", True)
    qtbot.waitUntil(lambda: kept(window) is not None)
    live.set_device("meta")
    qtbot.waitUntil(lambda: fresh(window))
    assert kept(window) is None
    live.set_device("cpu")
    qtbot.waitUntil(lambda: kept(window) is not None)
