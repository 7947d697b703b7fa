"""Feature maps in the boxes of the diagram: what is in sight is fetched, and the diagram makes room for it."""

from types import SimpleNamespace
from typing import Any

import pytest
from hands import OpenWindow, OpenWithMaps, child, fresh
from maps_at_hand import MapsAtHand, noise
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QImage
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.scene.diagram import INPUT_KEY, Box, Key, Rect, Role, StripPlace
from squeezeviz.figure.theme.look import SCREEN, STRIP
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.canvas.strips import StripMap, arranged, cells
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.maps.strips import BOXES_AT_ONCE, DiagramStrips
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

SMALL = LayerTable("small", InputShape(3, 40, 40), (Conv("conv1", 5, 3), MaxPool("pool"), Fire("fire2", 3, 4, 6)))


@pytest.fixture
def opened(open_with_maps: OpenWithMaps, qtbot: QtBot) -> OpenWithMaps:
    """A window that shows maps on its diagram, and the requests for maps since."""

    def open_it(table: LayerTable = SMALL) -> tuple[MainWindow, list[Any]]:
        window, asked = open_with_maps(table, "diagram_maps")
        qtbot.waitUntil(lambda: fresh(window) and bool(maps(window, INPUT_KEY)))
        return window, asked

    return open_it


def boxes(window: MainWindow) -> dict[Key, Box]:
    return {box.key: box for module in window.parts.graph.diagram.modules for box in module.boxes}


def maps(window: MainWindow, key: Key, count: int = 4) -> list[Any]:
    return list(window.parts.strips().maps(key, count))


def test_boxes_have_room_for_maps_and_more_of_them_the_nearer_one_is(opened: OpenWithMaps) -> None:
    window, _ = opened()
    counts = []
    for key in (Key("conv1"), Key("fire2", "expand1x1"), Key("fire2", "concat")):
        place = boxes(window)[key].strip
        assert place is not None and place.of == key
        room = QRectF(*place.rect).adjusted(-0.1, -0.1, 0.1, 0.1)
        for rows in (1, 2, 3):
            assert all(room.contains(cell) for cell in cells(place, rows))
        counts.append([len(cells(place, rows)) for rows in (1, 2, 3)])
    assert counts[1:] == [[4, 16, 36], [4, 16, 36]]
    window.parts.commands["diagram_maps"].trigger()
    assert all(box.strip is None for box in boxes(window).values())


def test_what_the_maps_show_is_said_in_full_beside_the_zoom_control(opened: OpenWithMaps) -> None:
    window, _ = opened()
    note = child(window, QLabel, "diagram_note")
    for width in (1440, 1024):
        window.resize(width, 760)
        QApplication.processEvents()
        lines = QFontMetrics(note.font()).boundingRect(
            QRect(0, 0, note.width(), 999), Qt.TextFlag.TextWordWrap, note.text()
        )
        assert note.isVisible() and lines.height() <= note.height() and lines.width() <= note.width()
    assert "up to the map's own maximum" in note.accessibleDescription() and note.toolTip()
    window.parts.commands["diagram_maps"].trigger()
    assert not note.isVisible()


def test_figures_that_are_exported_have_no_room_for_maps(opened: OpenWithMaps) -> None:
    window, _ = opened()
    assert window.parts.control.options.spacing == SCREEN


def test_every_box_in_sight_gets_its_maps_a_closed_fire_those_of_both_parts(opened: OpenWithMaps, qtbot: QtBot) -> None:
    window, asked = opened()
    single = (Key("conv1"), Key("pool"), Key("fire2", "squeeze1x1"), Key("fire2", "expand3x3"))
    qtbot.waitUntil(lambda: all(maps(window, key) for key in single))
    assert not any(each.role for key in single for each in maps(window, key))
    wanted = {each.operation for request in asked for each in request.wanted}
    assert {"relu_conv1", "pool", "fire2/relu_expand1x1", ""} <= wanted
    concat = Key("fire2", "concat")
    qtbot.waitUntil(lambda: len(maps(window, concat, 8)) == 8)
    parts = [Role.EXPAND1X1, Role.EXPAND3X3]
    assert [each.role for each in maps(window, concat, 8)] == [role for role in parts for _ in range(4)]
    assert [each.role for each in maps(window, concat, 4)] == [role for role in parts for _ in range(2)]
    window.parts.control.close("fire2")
    assert boxes(window)[Key("fire2")].strip.of == concat  # type: ignore[union-attr]


@pytest.mark.parametrize(("rows", "first", "second"), [(1, 2, 2), (2, 8, 8), (3, 18, 18), (2, 1, 15), (1, 3, 1)])
def test_the_two_parts_of_a_concat_stand_side_by_side_with_a_gap_between_them(
    rows: int, first: int, second: int
) -> None:
    place = StripPlace(Rect(10, 10, 4 * STRIP.side + 3 * STRIP.gap, STRIP.side), Key("fire2", "concat"))
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    maps = [StripMap(image, Role.EXPAND1X1)] * first + [StripMap(image, Role.EXPAND3X3)] * second
    shown = arranged(maps, cells(place, rows), rows)
    sides = {role: [where for where, each in shown if each.role is role] for role in (Role.EXPAND1X1, Role.EXPAND3X3)}
    left, right = sides.values()
    assert len(left) == first and 0 < len(right) <= second
    usual = cells(place, rows)[1].left() - cells(place, rows)[0].right()
    assert min(each.left() for each in right) - max(each.right() for each in left) == pytest.approx(usual + 5)
    single = [StripMap(image)] * 4
    assert [where for where, _ in arranged(single, cells(place, 1), 1)] == cells(place, 1)


def test_nothing_is_asked_for_again_while_nothing_changes_and_all_of_it_after_an_edit(
    opened: OpenWithMaps, qtbot: QtBot
) -> None:
    window, asked = opened(SMALL.with_field(2, "bypass", Bypass.NONE))
    graph = window.parts.graph
    qtbot.waitUntil(lambda: bool(maps(window, Key("fire2", "expand3x3"))))
    qtbot.wait(100)
    before = len(asked)
    for _ in range(20):
        graph.viewport().repaint()
        QApplication.processEvents()
    assert len(asked) == before
    window.document.edit("Set", window.document.table.with_field(0, "filters", 6))
    qtbot.waitUntil(lambda: fresh(window) and len(asked) > before)
    assert {request.revision for request in asked[before:]} == {window.session.live.answer.maps_of}  # type: ignore[union-attr]


def test_of_a_long_network_the_boxes_in_sight_are_asked_for_a_few_at_a_time(opened: OpenWithMaps, qtbot: QtBot) -> None:
    layers = tuple(Conv(f"c{place}", 4, 1) for place in range(300))
    window, asked = opened(LayerTable("long", InputShape(3, 16, 16), layers))
    graph = window.parts.graph
    graph.zoom_reset()
    qtbot.waitUntil(lambda: bool(maps(window, Key("c1"))))
    qtbot.wait(100)
    wanted = [each.operation for request in asked for each in request.wanted]
    assert max(len(request.wanted) for request in asked) <= BOXES_AT_ONCE
    assert len(set(wanted)) < 60
    bar = graph.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: bool(maps(window, Key("c299"))))


def test_maps_on_the_diagram_are_off_at_first_and_remembered(opened: OpenWithMaps, qtbot: QtBot) -> None:
    window, _ = opened()
    settings, live = window.session.settings, window.session.live
    assert settings.flag("diagram_maps", usual=False)
    window.parts.commands["diagram_maps"].trigger()
    assert not settings.flag("diagram_maps", usual=True)
    window.document.edit("Set", SMALL.with_field(0, "filters", 7))
    qtbot.waitUntil(lambda: fresh(window))
    assert live.answer is not None and live.answer.maps_of is None


def test_a_window_opens_with_the_maps_that_were_shown_last(open_on: OpenWindow, qtbot: QtBot, settings: Any) -> None:
    settings.set_flag("diagram_maps", True)
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: window.parts.commands["diagram_maps"].isChecked())
    qtbot.waitUntil(lambda: bool(maps(window, Key("conv1"))))


@pytest.mark.parametrize("forgets", [False, True])
def test_maps_that_arrive_when_another_network_is_open_are_not_shown(qtbot: QtBot, forgets: bool) -> None:
    client = MapsAtHand({"relu_conv1": noise(5, 12)})
    client.show_maps = client.asked.append  # type: ignore[method-assign, assignment]
    answer = SimpleNamespace(maps_of=1, network=resolve(SMALL), pictures=None, seen=None)
    live = SimpleNamespace(answer=answer, running=False)
    strips = DiagramStrips(live, client, WorkFolder(), lambda: 0, LIGHT)  # type: ignore[arg-type]
    key = Key("conv1")
    strips.maps(key, 4)
    qtbot.waitUntil(lambda: bool(client.asked))
    if forgets:
        strips.forget()
    client._answer(client.asked.pop())
    for _ in range(5):
        QApplication.processEvents()
    assert len(strips.maps(key, 4)) == (0 if forgets else 4)
