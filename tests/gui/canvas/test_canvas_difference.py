"""What differs from a baseline is seen on the canvas at every zoom, and heard."""

from __future__ import annotations

import pytest
from canvas_networks import FIRES, long_network, open_canvas, spot, tool_tip
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.difference import Change, Difference, difference
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.changes import marks_of
from squeezeviz.figure.scene.diagram import Direction, Key, Point
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.gui

BEFORE = LayerTable(
    "before", InputShape(), (Conv("conv1", 96, 7, 2), MaxPool("maxpool1"), Fire("fire2", 16, 64, 64), Conv("c10", 9, 1))
)
AFTER = BEFORE.with_field(2, "s1x1", 32).inserted(3, Fire("fire3", 16, 64, 64)).removed(1)


def compared() -> tuple[ResolvedNetwork, Difference]:
    present = resolve(AFTER)
    return present, difference(resolve(BEFORE), present)


MARKED = Appearance(marks=marks_of(compared()[1]))


@pytest.fixture(params=list(Direction))
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> GraphView:
    return open_canvas(qtbot, build_diagram(compared()[0], DiagramOptions(request.param, frozenset(FIRES))), 1500, 700)


def colours(view: GraphView) -> set[str]:
    picture = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = set(memoryview(bytes(picture.constBits())).cast("I"))
    return {f"#{pixel & 0xFFFFFF:06x}" for pixel in pixels}


@pytest.mark.parametrize("zoom", [1.0, 0.15, 0.02])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_each_change_has_its_colour_at_every_zoom(view: GraphView, zoom: float, theme: Theme) -> None:
    view.set_appearance(Appearance(theme))
    view.look(view.camera.zoomed(zoom, Point(300, 300)))
    view.reveal(Key("fire2"))
    expected = {theme.changes[change] for change in (Change.ADDED, Change.CHANGED, Change.REMOVED)}
    assert not expected & colours(view)
    view.set_appearance(Appearance(theme, marks=marks_of(compared()[1])))
    assert expected <= colours(view)
    view.set_appearance(Appearance(theme))
    assert not expected & colours(view)


def test_a_screen_reader_and_the_tooltip_say_what_differs(view: GraphView) -> None:
    view.set_appearance(MARKED)
    view.select(Key("fire2"))
    assert "fire2 changed: s1x1 16 → 32" in view.accessibleDescription()
    view.select(Key("conv1"))
    assert "removed: maxpool1" in view.accessibleDescription()
    assert "removed: maxpool1" in tool_tip(view, spot(view, Key("conv1")))
    view.set_appearance(Appearance())
    assert "removed" not in view.accessibleDescription()


def test_marks_follow_an_edit_of_the_diagram(view: GraphView) -> None:
    view.set_appearance(MARKED)
    view.set_diagram(long_network(3))
    assert LIGHT.changes[Change.REMOVED] in colours(view), "conv1 is still there, and what followed it is still gone"
