"""Keys on the graph ask for commands, plain letters stay free, and what is found is brought to the middle."""

from __future__ import annotations

import pytest
from canvas_networks import long_network, open_canvas, squeezenet
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Direction, Key
from squeezeviz.gui.canvas.view import GraphView

pytestmark = pytest.mark.gui

SHIFT = Qt.KeyboardModifier.ShiftModifier
PLAIN = Qt.KeyboardModifier.NoModifier
both_directions = pytest.mark.parametrize("direction", Direction)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    return open_canvas(qtbot, squeezenet("fire2"), 640, 700, animated=True)


@pytest.mark.parametrize(
    "key, modifier, command",
    [
        (Qt.Key.Key_Delete, PLAIN, "delete"),
        (Qt.Key.Key_Backspace, PLAIN, "delete"),
        (Qt.Key.Key_Insert, PLAIN, "insert_fire"),
        (Qt.Key.Key_Insert, SHIFT, "insert_fire_before"),
        (Qt.Key.Key_F2, PLAIN, "rename"),
    ],
)
def test_a_key_asks_for_its_command(view: GraphView, key: Qt.Key, modifier: Qt.KeyboardModifier, command: str) -> None:
    asked: list[str] = []
    view.command_requested.connect(asked.append)
    QTest.keyClick(view, key, modifier)
    assert asked == [command]


@pytest.mark.parametrize(
    "key, modifier",
    [
        (Qt.Key.Key_F2, SHIFT),
        (Qt.Key.Key_Delete, SHIFT),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_D, PLAIN),
        (Qt.Key.Key_F, PLAIN),
    ],
)
def test_other_keys_are_left_to_the_window(view: GraphView, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    asked: list[str] = []
    view.command_requested.connect(asked.append)
    QTest.keyClick(view, key, modifier)
    assert asked == []


@both_directions
def test_what_is_centred_comes_to_the_middle_of_the_flow(view: GraphView, direction: Direction) -> None:
    view.set_diagram(squeezenet("fire2", direction=direction))
    view.centre(Key("fire6"))
    seen, room = view.seen_rect(Key("fire6")), view.room()
    assert seen is not None
    if direction is Direction.DOWN:
        assert seen.center().y() == pytest.approx(room.y + room.height / 2, abs=1)
    else:
        assert seen.center().x() == pytest.approx(room.x + room.width / 2, abs=1)


@pytest.mark.parametrize("key", [Key(""), Key("avgpool10")], ids=["first", "last"])
def test_the_ends_come_to_the_middle_too_clear_of_what_lies_over_the_corners(view: GraphView, key: Key) -> None:
    view.centre(key)
    seen, room = view.seen_rect(key), view.room()
    assert seen is not None and seen.center().y() == pytest.approx(room.y + room.height / 2, abs=1)


def test_centring_zooms_in_where_nothing_could_be_read_and_else_keeps_the_zoom(view: GraphView) -> None:
    view.set_diagram(long_network(300))
    view.zoom_to_fit()
    view.centre(Key("fire150", "expand3x3"))
    seen = view.seen_rect(Key("fire150", "expand3x3"))
    assert view.zoom == 1.0 and seen is not None and view.viewport().rect().contains(seen.toRect())
    view.zoom_out()
    zoom = view.zoom
    view.centre(Key("fire20"))
    assert view.zoom == zoom < 1.0


def test_centring_a_hidden_part_shows_its_module(view: GraphView) -> None:
    view.centre(Key("fire8", "squeeze1x1"))
    seen = view.seen_rect(Key("fire8"))
    assert seen is not None and view.viewport().rect().contains(seen.toRect())


def test_centring_what_is_not_there_moves_nothing(view: GraphView) -> None:
    before = view.camera
    view.centre(Key("no such layer"))
    view.centre(None)
    assert view.camera == before


def test_selecting_a_hidden_part_selects_its_module(view: GraphView) -> None:
    view.select(Key("fire8", "squeeze1x1"))
    assert view.selected == Key("fire8")


@both_directions
def test_a_screen_reader_hears_each_step_of_a_walk(view: GraphView, direction: Direction) -> None:
    view.set_diagram(squeezenet("fire2", direction=direction))
    onward = Qt.Key.Key_Down if direction is Direction.DOWN else Qt.Key.Key_Right
    heard = []
    for key in (Qt.Key.Key_Home, onward, onward, onward, Qt.Key.Key_End):
        QTest.keyClick(view, key)
        heard.append(view.accessibleDescription())
    assert len(set(heard)) == 5
    assert "fire2" in heard[3] and "avgpool10" in heard[4]
