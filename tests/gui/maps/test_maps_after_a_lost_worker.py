"""Feature maps in the panel, in the diagram's boxes and along its lines once the worker that had them was killed."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from hands import OpenWithMaps, child, click_cell, fresh, press
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")

SMALL = LayerTable("small", InputShape(3, 40, 40), (Conv("conv1", 5, 3), MaxPool("pool"), Fire("fire2", 3, 4, 6)))


@pytest.fixture
def opened(open_with_maps: OpenWithMaps, qtbot: QtBot) -> tuple[MainWindow, list[Any]]:
    """A window with maps everywhere, once they are there, and the requests for maps."""
    window, asked = open_with_maps(SMALL, "diagram_maps", "line_means", "feature_maps")
    come(window, asked, qtbot)
    qtbot.waitUntil(lambda: heading(window) == "fire2 · concat")
    return window, asked


def come(window: MainWindow, asked: list[Any], qtbot: QtBot) -> None:
    """Wait until the maps of the present pass are in the panel, in the boxes and along the lines."""
    live, control = window.session.live, window.parts.control
    strips = window.parts.strips()

    def there() -> bool:
        if not fresh(window) or live.answer is None or live.answer.maps_of is None or said(window):
            return False
        of_now = wanted([request for request in asked if request.revision == live.answer.maps_of])
        has_strip = bool(strips.maps(Key("conv1"), 4))
        return of_now == {"panel", "boxes", "lines"} and has_strip and control.appearance.activations is not None

    qtbot.waitUntil(there, timeout=60_000)


def wanted(requests: list[Any]) -> set[str]:
    """For what these requests are."""
    return {
        "panel" if each.statistics else "lines" if each.side == 1 else "boxes"
        for request in requests
        for each in request.wanted
    }


def panel(window: MainWindow) -> Any:
    return window.parts.panels.panel("feature_maps")


def said(window: MainWindow) -> str:
    """Why the panel shows no maps, where it shows none."""
    message = child(panel(window), QLabel, "maps_message")
    return message.text() if message.isVisible() else ""


def heading(window: MainWindow) -> str:
    return child(panel(window), QLabel, "maps_title").text()


def killed(window: MainWindow, qtbot: QtBot) -> None:
    """Kill the worker, and wait until there is another one."""
    client = window.session.client
    lost = client.process_id
    os.kill(lost, signal.SIGKILL)
    qtbot.waitUntil(lambda: client.process_id not in (0, lost) and client.phase is Phase.IDLE, timeout=60_000)


def test_what_is_asked_of_the_pass_that_went_with_it_runs_it_again_and_brings_all_maps_anew(
    opened: tuple[MainWindow, list[Any]], qtbot: QtBot
) -> None:
    window, asked = opened
    before = window.session.live.answer
    killed(window, qtbot)
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: window.session.live.answer is not before and heading(window) == "conv1", timeout=60_000)
    come(window, asked, qtbot)
    assert before is not None and window.session.live.answer is not None
    assert window.session.live.answer.maps_of != before.maps_of


def test_where_nothing_runs_by_itself_the_panel_says_what_brings_them_and_it_does(
    opened: tuple[MainWindow, list[Any]], qtbot: QtBot
) -> None:
    window, asked = opened
    window.session.live.set_live(False)
    killed(window, qtbot)
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: "measure once" in said(window))
    press(window, Qt.Key.Key_F5)
    come(window, asked, qtbot)
    qtbot.waitUntil(lambda: heading(window) == "conv1")


def test_maps_on_their_way_are_refused_with_the_reason_and_the_next_pass_brings_them(
    opened: tuple[MainWindow, list[Any]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, asked = opened
    client, commands = window.session.client, window.parts.commands
    send = client._send
    monkeypatch.setattr(client, "_send", lambda request: None)  # the worker is killed before it reads what is sent
    before = len(asked)
    for _ in range(2):
        commands["line_means"].trigger()
    click_cell(window, "conv1", "layer")
    qtbot.waitUntil(lambda: wanted(asked[before:]) == {"panel", "lines"})
    monkeypatch.setattr(client, "_send", send)
    gone, messages = asked[before:], list[str]()
    reasons: dict[Any, str] = {}
    client.maps_brought.connect(lambda request, brought: reasons.update({request: getattr(brought, "reason", "")}))
    panel(window)._maps.refused.connect(lambda reason: messages.append(said(window)))
    killed(window, qtbot)
    ended = "the process of the live pass ended"
    assert [reasons[request] for request in gone] == [ended] * len(gone)
    assert messages[0] == f"There are no feature maps: {ended}."
    press(window, Qt.Key.Key_F5)
    come(window, asked, qtbot)
    qtbot.waitUntil(lambda: heading(window) == "conv1")
