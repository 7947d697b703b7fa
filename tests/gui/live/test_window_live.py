"""The live pass seen from the window: the real worker process, killed, cancelled, refused, outrun and switched."""

import os
import signal
import sys
from contextlib import suppress

import pytest
from hands import OpenWindow, caught, cell_text, child, click_cell, fresh, live_status, press, type_into
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QProgressBar, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.arithmetic import MemoryFormat, Precision
from squeezeviz.analysis.resolve import resolve
from squeezeviz.gui.commands import MEMORY_FORMATS, PRECISIONS
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.first_paint import BeforePaint
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.protocol import Device, Progress

SMALL = LayerTable("small", InputShape(3, 8, 8), (Conv("conv1", 4, 3),))
HEAVY = LayerTable("heavy", InputShape(3, 256, 256), tuple(Conv(f"conv{place}", 256, 3, 1, 1) for place in range(40)))
"""Its pass takes many seconds on a CPU, in short operations."""


def run_and_measure(window: MainWindow, qtbot: QtBot) -> None:
    window.document.start(SMALL)
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: fresh(window))


def test_live_measures_what_is_opened_and_the_newest_of_many_edits_without_being_asked(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window))
    assert live_status(window).startswith("✓ live pass on CPU")
    assert cell_text(window, "maxpool8", "live").startswith("✓")
    assert cell_text(window, "total", "live").startswith("✓")
    for filters in range(20, 40):
        window.document.edit("Set", window.document.table.with_field(3, "s1x1", filters))
    qtbot.waitUntil(lambda: fresh(window))
    answer = window.session.live.answer
    assert answer is not None
    assert answer.network.table == window.document.table
    assert answer.measured.parameters == window.document.network.parameters.value
    assert answer.disagreements == ()
    click_cell(window, "fire2", "depth")
    child(window, QPushButton, "bypass_simple").click()
    qtbot.waitUntil(lambda: "as far as maxpool1" in live_status(window))
    assert cell_text(window, "maxpool1", "live").startswith("✓")
    assert cell_text(window, "fire3", "live") == ""


@pytest.mark.parametrize("live", [True, False])
def test_undo_to_the_table_that_was_measured_needs_no_pass_and_says_so(
    open_on: OpenWindow, qtbot: QtBot, live: bool
) -> None:
    window = open_on("table1", worker=True)
    client = window.session.client
    run_and_measure(window, qtbot)
    verdict = live_status(window)
    window.session.live.set_live(live)
    begun: list[object] = []
    run = client.run
    client.run = lambda request: (begun.append(request), run(request))  # type: ignore[method-assign, assignment, func-returns-value]
    window.document.edit("Set", HEAVY)
    assert len(begun) == live and "✓" not in live_status(window)
    window.document.stack.undo()
    assert not window.session.live.running and not child(window, QProgressBar).isVisible()
    assert fresh(window) and live_status(window) == verdict
    qtbot.waitUntil(lambda: client.running is None)
    assert len(begun) == live and live_status(window) == verdict


def test_no_verdict_is_said_of_a_table_that_undo_and_redo_bring_back_while_its_pass_runs(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    run_and_measure(window, qtbot)
    window.session.live.set_live(True)
    window.document.edit("Set", HEAVY)
    qtbot.waitUntil(lambda: window.session.live.running)
    window.document.stack.undo()
    window.document.stack.redo()
    assert window.session.client.phase is Phase.RUNNING, "the pass of before is not over yet: no phase changes"
    assert not fresh(window) and window.session.live.running
    assert live_status(window) == "Live pass…"


def test_without_live_the_verdict_goes_with_the_table_before_anything_is_painted(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    run_and_measure(window, qtbot)
    heard = caught(window.session.live.said)
    window.session.live.follow(resolve(HEAVY))
    assert heard == ["Predicted, not measured. F5 runs a live pass."]


def test_undo_to_a_table_that_was_measured_without_the_maps_that_are_wanted_now_brings_them(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    live = window.session.live
    run_and_measure(window, qtbot)
    assert live.answer is not None and live.answer.maps_of is None
    live.want_maps("test", wanted=True)
    window.document.edit("Set", HEAVY)
    window.document.stack.undo()
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.fresh and live.answer.maps_of is not None)


def test_a_million_million_filters_are_refused_at_once_and_meta_still_shows_shapes(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: fresh(window))
    click_cell(window, "conv1", "filter/stride")
    press(window, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    editor.selectAll()  # type: ignore[union-attr]
    type_into(window, "7x7/2 x1000000000000")
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: live_status(window).startswith("No live pass"))
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
    qtbot.waitUntil(lambda: fresh(window))
    assert window.session.live.answer.measured.layers[0].output_shape == (1, 10**12, 111, 111)
    assert window.session.live.answer.disagreements == ()


def test_without_live_nothing_is_measured_until_f5_or_the_live_button(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    box = child(window, QComboBox, "device_box")
    qtbot.waitUntil(lambda: box.count() > 2)
    ids = [box.itemData(place) for place in range(box.count())]
    assert ids[0] == "cpu"
    assert "meta" in ids
    model = box.model()
    greyed = [place for place in range(len(ids)) if not model.flags(model.index(place, 0)) & Qt.ItemFlag.ItemIsEnabled]
    assert all(box.itemData(place, Qt.ItemDataRole.ToolTipRole) for place in greyed), "each says what it misses"
    assert box.findData("mps") in greyed or sys.platform == "darwin"
    assert window.session.live.answer is None
    run_and_measure(window, qtbot)
    button = child(window, QToolButton, "live_button")
    assert not button.isChecked()
    window.document.edit("Set", SMALL.with_field(0, "filters", 5))
    assert not fresh(window)
    button.click()
    qtbot.waitUntil(lambda: fresh(window))
    assert window.session.settings.flag("live")


def test_a_pass_is_cancelled_by_esc_and_survives_neither_its_worker_nor_its_window(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    client = window.session.client

    def begin() -> int:
        window.document.start(HEAVY)
        press(window, Qt.Key.Key_F5)
        qtbot.waitUntil(lambda: "operations" in live_status(window))
        return client.process_id

    begin()
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "cancelled" in live_status(window))
    run_and_measure(window, qtbot)
    os.kill(begin(), signal.SIGKILL)
    qtbot.waitUntil(lambda: "ended unexpectedly" in live_status(window))
    run_and_measure(window, qtbot)
    worker = begin()
    assert client.phase is Phase.RUNNING
    window.close()
    assert not window.isVisible()

    def gone() -> bool:
        with suppress(ProcessLookupError):
            os.kill(worker, 0)
            return False
        return True

    qtbot.waitUntil(gone)


def test_a_chosen_arithmetic_runs_at_once_and_is_said_where_times_are(
    open_on: OpenWindow, qtbot: QtBot, settings: Settings
) -> None:
    window = open_on("table1", live=True)
    window.document.start(SMALL)
    qtbot.waitUntil(lambda: fresh(window))
    commands, box = window.parts.commands, window.parts.toolbar.device
    assert commands["precision_float32"].isChecked() and commands["memory_format_contiguous"].isChecked()
    assert "float32, exact (without TF32)" in box.toolTip()
    commands["precision_bfloat16"].trigger()
    commands["memory_format_channels_last"].trigger()
    assert not fresh(window), "times of another arithmetic are old"
    qtbot.waitUntil(lambda: fresh(window))
    assert "live pass on CPU in bfloat16, channels_last: shapes, counts" in live_status(window)
    assert "bfloat16 by autocast, channels_last" in box.toolTip()
    assert [name for name in PRECISIONS if commands[f"precision_{name}"].isChecked()] == ["bfloat16"]
    commands["precision_bfloat16"].trigger()
    assert commands["precision_bfloat16"].isChecked(), "what is chosen again stays chosen"
    assert (settings.text("precision"), settings.text("memory_format")) == ("bfloat16", "channels_last")
    commands["precision_tf32"].trigger()
    qtbot.waitUntil(lambda: "cpu cannot compute in tf32: TF32 is a format" in live_status(window))
    window.parts.live.choose_device("meta")
    qtbot.waitUntil(lambda: fresh(window))
    assert "no arithmetic was done" in live_status(window)
    assert "float32, exact" in box.toolTip(), "nothing is computed in what was chosen"


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_device_and_what_it_computes_in_are_both_legible(open_on: OpenWindow, width: int) -> None:
    window = open_on("table1", size=(width, 700))
    box = window.parts.toolbar.device
    box.show_devices([Device("cpu", "CPU · 2 threads", 0)])
    high = box.height()
    for precision in ("float32", "bfloat16"):
        window.parts.commands[f"precision_{precision}"].trigger()
        QApplication.processEvents()
        assert box.shown() == "CPU · 2 threads"
    window.parts.commands["memory_format_channels_last"].trigger()
    QApplication.processEvents()
    assert box.arithmetic == "BF16 NHWC" and box.height() > high
    window.parts.live.choose_device("meta")
    assert box.arithmetic == "" and "meta does no arithmetic, so that bfloat16 and channels_last play" in box.toolTip()


@pytest.mark.parametrize("stored", ["float16", "nonsense"])
def test_the_arithmetic_is_remembered_and_what_is_none_is_exact(
    stored: str, open_on: OpenWindow, settings: Settings
) -> None:
    settings.set_text("precision", stored)
    window = open_on("table1")
    expected = "float16" if stored == "float16" else "float32"
    assert window.session.live.arithmetic.precision == expected
    assert window.parts.commands[f"precision_{expected}"].isChecked()


def test_menus_name_every_arithmetic_that_a_pass_can_have() -> None:
    assert tuple(PRECISIONS) == tuple(Precision)
    assert tuple(MEMORY_FORMATS) == tuple(MemoryFormat)


# The status bar by itself


class Requests(QObject):
    """Counts how often a widget is to be laid out."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def test_what_was_done_stays_while_a_pass_and_other_work_speak(qtbot: QtBot, qapp: QApplication) -> None:
    bar = StatusBar(BeforePaint(qapp))
    qtbot.addWidget(bar)
    bar.resize(700, 30)
    bar.show()
    outcome, status = child(bar, QLabel, "outcome"), child(bar, QLabel, "live_status")
    bar.tell("Exported squeezenet.svg.")
    bar.show_progress(Progress(1, 1, 65, "conv1"))
    bar.show_busy("Exporting squeezenet.pdf…")
    bar.say("Live pass: 1 of 65 operations, conv1 (Esc cancels) " * 9)
    bar.show_busy("")
    QApplication.processEvents()
    assert outcome.isVisible() and outcome.text() == "Exported squeezenet.svg."
    assert outcome.width() >= outcome.sizeHint().width()
    assert status.isVisible() and status.text().startswith("Live pass: 1 of 65")
    bar.showMessage("Insert convolution after the layer")
    bar.tell("Exported squeezenet.pdf.")
    assert not outcome.isVisible()
    bar.clearMessage()
    assert outcome.isVisible()
    bar.dismiss()
    assert not outcome.isVisible()


def test_a_status_tip_is_not_drawn_over(qtbot: QtBot, qapp: QApplication) -> None:
    bar = StatusBar(BeforePaint(qapp))
    qtbot.addWidget(bar)
    bar.show()
    status, progress = child(bar, QLabel, "live_status"), child(bar, QProgressBar)
    bar.say("Live pass…")
    bar.showMessage("Insert convolution after the layer")
    bar.show_progress(Progress(1, 1, 65, "conv1"))
    bar.setStyleSheet("QLabel { font-size: 40px }")  # laid out anew
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()
    assert not status.isVisible()
    assert not progress.isVisible()
    bar.clearMessage()
    assert status.isVisible()
    assert progress.isVisible()
    bar.showMessage("Insert convolution after the layer")
    bar.show_progress(None)
    bar.clearMessage()
    assert status.isVisible()
    assert not progress.isVisible()


def test_other_totals_of_the_same_width_lay_out_nothing(qtbot: QtBot, qapp: QApplication) -> None:
    bar = StatusBar(BeforePaint(qapp))
    qtbot.addWidget(bar)
    bar.resize(900, 30)
    table = LayerTable("one", InputShape(3, 64, 64), (Conv("conv1", 24, 3),))
    bar.show_totals(resolve(table))
    bar.show()
    QApplication.processEvents()
    totals = child(bar, QLabel, "totals_label")
    laid_out = Requests(bar)
    before, place = totals.text(), totals.geometry()
    for filters in (25, 24):
        bar.show_totals(resolve(table.with_field(0, "filters", filters)))
        QApplication.processEvents()
        assert (totals.text() == before) is (filters == 24)
    assert laid_out.count == 0
    assert totals.geometry() == place
    bar.show_totals(resolve(table.with_field(0, "filters", 24_000)))
    QApplication.processEvents()
    assert totals.width() == totals.sizeHint().width() > place.width()
    bar.show_totals(resolve(table))
    bar.setStyleSheet("QLabel { font-size: 20px }")
    QApplication.processEvents()
    assert totals.height() > place.height()
    bar.setStyleSheet("")
    QApplication.processEvents()
    assert totals.geometry() == place


def test_in_a_narrow_status_bar_the_last_totals_make_way_for_the_message_and_stand_where_one_points(
    open_on: OpenWindow,
) -> None:
    window = open_on("table1", size=(1440, 900))
    totals = child(window, QLabel, "totals_label")
    whole = totals.text()
    assert whole == "depth 18 · 1,248,424 parameters · 4.76 MiB · 833 M multiply-adds" and not totals.toolTip()
    bar = totals.parentWidget()
    assert bar is not None
    room = 42 * totals.fontMetrics().averageCharWidth() + totals.fontMetrics().horizontalAdvance(whole)
    for width, shown in (
        (room, whole),
        (room - 1, "depth 18 · 1,248,424 parameters · 4.76 MiB"),
        (200, "depth 18 · 1,248,424 parameters"),
    ):
        bar.resize(width, bar.height())
        assert totals.text() == shown
        assert totals.accessibleDescription() == whole
        assert ("833 M" in totals.toolTip()) == (shown != whole)
