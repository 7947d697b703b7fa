"""A thousand open Fire modules, some 8,000 operations, pan smoothly at every zoom."""

from __future__ import annotations

import time
from statistics import median

import pytest
from canvas_networks import long_network, open_canvas
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Diagram, Point
from squeezeviz.gui.canvas.view import GraphView

pytestmark = pytest.mark.gui

FRAME_MS = 1000 / 60


@pytest.fixture(scope="module")
def thousand() -> Diagram:
    return long_network(1000)


def frame_ms(view: GraphView, pixels: int) -> float:
    """What one frame costs after a step of the scroll bar, in the processor's time: other programs do not count."""
    bar = view.verticalScrollBar()
    bar.setValue(bar.value() + pixels)
    begun = time.thread_time()
    view.viewport().repaint()
    return (time.thread_time() - begun) * 1000


@pytest.mark.parametrize("zoom", [None, 0.005, 0.05, 0.25, 0.4, 1.0, 2.0], ids=lambda zoom: f"{zoom or 'fit'}")
def test_a_frame_while_panning_takes_less_than_a_60th_of_a_second(
    qtbot: QtBot, thousand: Diagram, zoom: float | None
) -> None:
    view = open_canvas(qtbot, thousand, 1440, 900, animated=True)
    if zoom is None:
        view.zoom_to_fit()
    else:
        view.look(view.camera.zoomed(zoom, Point(700, 24)))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 3)
    view.viewport().repaint()
    assert median(frame_ms(view, 24) for _ in range(20)) < FRAME_MS


def test_an_edit_of_a_long_network_is_taken_at_once(qtbot: QtBot, thousand: Diagram) -> None:
    view = open_canvas(qtbot, thousand, 1440, 900, animated=True)
    edited = long_network(1001)
    begun = time.thread_time()
    view.set_diagram(edited)
    view.viewport().repaint()
    assert time.thread_time() - begun < 0.1
