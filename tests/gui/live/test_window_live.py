"""The live pass seen from the window: the real worker process, killed, cancelled, refused, outrun and switched."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
from pathlib import Path

import pytest
from hands import OpenWindow, answer, cell_text, child, click_cell, live_status, press, type_into
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.client import LiveClient, Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import Cancelled, Failed, Run

pytestmark = pytest.mark.gui

LONG = 60_000


def fresh(window: MainWindow) -> bool:
    return window.session.live.answer is not None and window.session.live.answer.fresh


def heavy_table(layers: int = 40) -> LayerTable:
    """A table whose pass takes many seconds on a CPU, in short operations."""
    rows = tuple(Conv(f"conv{place}", 256, 3, 1, 1) for place in range(layers))
    return LayerTable("heavy", InputShape(3, 256, 256), rows)


def test_live_measures_the_opened_table_without_being_asked(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    assert live_status(window).startswith("✓ live pass on CPU")
    assert cell_text(window, "maxpool8", "live").startswith("✓")
    assert cell_text(window, "total", "live").startswith("✓")


def test_without_live_nothing_is_measured_until_f5(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    qtbot.waitUntil(lambda: window.session.client.phase is Phase.IDLE, timeout=LONG)
    assert window.session.live.answer is None
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)


def test_a_killed_worker_is_told_kept_and_replaced(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    window.document.start(heavy_table())
    qtbot.waitUntil(lambda: window.session.client.phase is Phase.RUNNING, timeout=LONG)
    os.kill(window.session.client.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: "ended unexpectedly" in live_status(window), timeout=LONG)
    window.parts.commands["live"].trigger()
    window.document.start(LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3),)))
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)


def test_esc_cancels_a_running_pass_and_the_next_one_works(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    window.document.start(heavy_table())
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: "operations" in live_status(window), timeout=LONG)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "cancelled" in live_status(window), timeout=10_000)
    window.document.start(LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3),)))
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)


def test_the_window_closes_at_once_in_the_middle_of_a_pass(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    window.document.start(heavy_table())
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.client.phase is Phase.RUNNING, timeout=LONG)
    worker = window.session.client.process_id
    window.close()
    assert not window.isVisible()

    def gone() -> bool:
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return True
        return False

    qtbot.waitUntil(gone, timeout=5_000)


def test_a_million_million_filters_are_refused_at_once_and_meta_still_shows_shapes(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    click_cell(window, "conv1", "filter/stride")
    press(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    editor.selectAll()  # type: ignore[union-attr]
    type_into(window, "7x7/2 x1000000000000")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: live_status(window).startswith("No live pass"), timeout=5_000)
    assert "iB" in live_status(window)
    assert window.session.live.answer is not None
    assert not window.session.live.answer.fresh
    for changed in ("conv1", "maxpool1", "fire2", "total"):
        assert not cell_text(window, changed, "live").startswith("✓")
    # What flows into fire3 is as it was when it was measured.
    assert cell_text(window, "fire3", "live").startswith("✓")

    box = child(window, QComboBox, "device_box")
    box.setCurrentIndex(box.findData("meta"))
    box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    assert window.session.live.answer.measured.layers[0].output_shape == (1, 10**12, 111, 111)
    assert window.session.live.answer.disagreements == ()


def test_only_the_newest_of_many_edits_is_shown_as_measured(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    for filters in range(20, 40):
        window.document.edit("Set", window.document.table.with_field(3, "s1x1", filters))
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    answer = window.session.live.answer
    assert answer is not None
    assert answer.network.table == window.document.table
    assert answer.measured.parameters == window.document.network.parameters.value
    assert answer.disagreements == ()


def test_a_table_that_cannot_run_is_measured_as_far_as_it_goes(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    child(window, QPushButton, "bypass_simple").click()
    qtbot.waitUntil(lambda: "as far as maxpool1" in live_status(window), timeout=LONG)
    assert cell_text(window, "maxpool1", "live").startswith("✓")
    assert cell_text(window, "fire3", "live") == ""


def test_devices_that_are_missing_are_listed_greyed_with_the_reason(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    box = child(window, QComboBox, "device_box")
    qtbot.waitUntil(lambda: box.count() > 2, timeout=LONG)
    ids = [box.itemData(place) for place in range(box.count())]
    assert ids[0] == "cpu"
    assert "meta" in ids
    model = box.model()
    greyed = [
        place for place in range(box.count()) if not model.flags(model.index(place, 0)) & Qt.ItemFlag.ItemIsEnabled
    ]
    for place in greyed:
        assert box.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert box.findData("mps") in greyed or sys.platform == "darwin"


def test_the_live_button_turns_measuring_on_and_off(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    button = child(window, QToolButton, "live_button")
    assert not button.isChecked()
    button.click()
    qtbot.waitUntil(lambda: fresh(window), timeout=LONG)
    assert window.session.settings.flag("live")


FAKE = """
    import json, sys, time
    print(json.dumps({"event": "ready"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "run":
            BEHAVIOUR
"""


def client_with(tmp_path: Path, behaviour: str) -> LiveClient:
    """A client whose worker misbehaves in a way that the real one cannot be made to at will."""
    script = tmp_path / "worker.py"
    script.write_text(textwrap.dedent(FAKE).replace("BEHAVIOUR", behaviour))
    return LiveClient(worker=(sys.executable, str(script)))


SMALL = LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3),))


def test_a_worker_that_does_not_listen_is_ended_and_replaced(tmp_path: Path, qtbot: QtBot) -> None:
    client = client_with(tmp_path, "time.sleep(600)")
    client.run(Run(1, SMALL))
    qtbot.waitUntil(lambda: client.phase is Phase.RUNNING, timeout=LONG)
    first = client.process_id
    with answer(qtbot, client, Cancelled):
        client.cancel()
    qtbot.waitUntil(lambda: client.process_id not in (0, first), timeout=5_000)
    client.close()


def test_a_worker_that_dies_on_every_run_fails_every_run_and_is_not_restarted_for_ever(
    tmp_path: Path, qtbot: QtBot
) -> None:
    client = client_with(tmp_path, "sys.exit(3)")
    for revision in (1, 2):
        with answer(qtbot, client, Failed) as failed:
            client.run(Run(revision, SMALL))
        assert failed.args[0].revision == revision
        assert "ended unexpectedly" in failed.args[1].reason
    client.close()


def test_a_worker_that_cannot_start_is_a_sentence(qtbot: QtBot) -> None:
    client = LiveClient(worker=("/nonexistent/python",))
    with answer(qtbot, client, Failed) as failed:
        client.run(Run(1, SMALL))
    assert "could not start" in failed.args[1].reason
    client.close()


def test_answers_to_older_tables_are_dropped(tmp_path: Path, qtbot: QtBot) -> None:
    behaviour = (
        'print(json.dumps({"event": "failed", "revision": asked["revision"] - 1, "reason": "old", "kind": "failed"}))'
        '; print(json.dumps({"event": "failed", "revision": asked["revision"], "reason": "new", "kind": "failed"}))'
        "; sys.stdout.flush()"
    )
    client = client_with(tmp_path, behaviour)
    with answer(qtbot, client, Failed) as failed:
        client.run(Run(7, SMALL))
    assert failed.args[1].reason == "new"
    client.close()
