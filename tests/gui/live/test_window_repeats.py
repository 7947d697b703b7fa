"""Measure Repeatedly in the window, by keys: medians, their spread, and what becomes of them afterwards."""

import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
from hands import (
    CTRL,
    SHIFT,
    OpenWindow,
    caught,
    cell_text,
    child,
    click_cell,
    explained,
    live_status,
    press,
    soon,
    table,
    type_into,
)
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMessageBox, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.costs import Measure, costs
from squeezeviz.analysis.live import DeviceName, LivePass, MeasuredLayer, MeasuredOperation, Quartiles
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.cost_bars import bars, whiskers
from squeezeviz.figure.scene.diagram import Badge
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.live.dialogs import RepeatDialog
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.cost_panel import CostPanel, _which_is_slowest
from squeezeviz.gui.table.model import LIVE_COLUMN
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.recent import Recent
from squeezeviz.model.table import InputShape, LayerTable

SMALL = LayerTable("small", InputShape(3, 32, 32), (Conv("conv1", 8, 3), Fire("fire2", 2, 3, 3), Conv("conv3", 5, 1)))


def repeats(window: MainWindow) -> int:
    answer = window.session.live.answer
    return answer.measured.repeats if answer is not None and answer.fresh else 0


def come_back(window: MainWindow) -> None:
    """Without a window manager the keyboard does not return by itself once a dialog is closed."""
    window.activateWindow()
    table(window).setFocus()
    QApplication.processEvents()


def measure(window: MainWindow, passes: str) -> None:
    """Shift+F5, a number, Enter."""

    def choose(dialog: RepeatDialog) -> None:
        box = child(dialog, QLineEdit)
        QTest.keyClick(box, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(box, passes)
        QTest.keyClick(box, Qt.Key.Key_Return)

    soon(RepeatDialog, choose)
    press(window, Qt.Key.Key_F5, SHIFT)
    come_back(window)


def test_by_keys_medians_are_measured_and_shown_as_such(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    window.document.start(SMALL)
    measure(window, "6")
    qtbot.waitUntil(lambda: repeats(window) == 6)
    assert live_status(window).startswith("✓ live pass on CPU")
    assert "shapes, counts and depth as predicted · " in live_status(window)
    assert re.search(r" · \S+ [mµ]s \(IQR \S+\), median of 6 passes$", live_status(window))
    assert re.fullmatch(r"✓ \S+ [mµ]s n=6", cell_text(window, "fire2", "live"))
    assert re.fullmatch(r"✓ \S+ [mµ]s n=6", cell_text(window, "total", "live"))
    model = table(window).model()
    tips = [str(model.index(row, model.columnCount() - 1).data(Qt.ItemDataRole.ToolTipRole)) for row in (2, 4)]
    assert all("Shapes, counts and depth were measured, and are as predicted." in tip for tip in tips)
    assert "The time is the median of 6 passes; IQR is their interquartile range" in tips[0]
    assert "the median of the totals of 6 passes, not the sum of the rows' medians;" in unescape(tips[1])
    spoken = str(model.index(2, model.columnCount() - 1).data(Qt.ItemDataRole.AccessibleTextRole))
    assert re.search(r"shapes and counts measured, as predicted, \S+ [mµ]s \(IQR \S+\), median of 6 passes", spoken)
    click_cell(window, "fire2", "live")
    said = explained(window)
    assert "6 passes" in said
    assert "lower quartile" in said


def test_medians_stay_for_what_a_plain_pass_an_edit_and_other_conditions_leave_as_it_was(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    window.document.start(SMALL)
    measure(window, "5")
    qtbot.waitUntil(lambda: repeats(window) == 5)
    first, second, last = (cell_text(window, name, "live") for name in ("conv1", "fire2", "conv3"))
    answers = caught(window.session.live.answer_changed)
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: bool(answers))
    assert repeats(window) == 5
    assert cell_text(window, "fire2", "live") == second
    assert live_status(window).endswith("median of 5 passes made before")
    click_cell(window, "conv3", "filter/stride")
    type_into(window, "1x1/1 x7")
    press(window, Qt.Key.Key_Return)
    assert cell_text(window, "conv1", "live") == first
    qtbot.waitUntil(lambda: cell_text(window, "conv3", "live") == last.removeprefix("✓ "))
    assert not cell_text(window, "total", "live").startswith("✓")
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: repeats(window) == 1)
    assert cell_text(window, "conv1", "live") == first
    assert "n=" not in cell_text(window, "conv3", "live")
    assert "n=" not in cell_text(window, "total", "live")
    assert live_status(window).endswith("one pass; 2 unchanged layers keep their medians")
    model = table(window).model()
    tip = str(model.index(3, model.columnCount() - 1).data(Qt.ItemDataRole.ToolTipRole))
    assert "The time is that of one pass" in tip
    window.session.live.set_batch(2)
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: repeats(window) == 1)
    assert "n=" not in cell_text(window, "fire2", "live")


def test_esc_stops_between_passes_and_on_meta_there_is_no_time_to_repeat(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    window.document.start(SMALL)
    measure(window, "10000")
    third = re.compile(r"Live pass (?:[3-9]|\d\d+) of 10000: ")
    qtbot.waitUntil(lambda: third.match(live_status(window)) is not None)
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: repeats(window) > 1)
    assert repeats(window) < 10_000
    assert live_status(window).endswith(f"median of {repeats(window):,} passes, stopped before 10,000")
    box = child(window, QComboBox, "device_box")
    qtbot.waitUntil(lambda: box.count() > 2)
    box.setCurrentIndex(box.findData("meta"))
    box.activated.emit(box.currentIndex())
    measure(window, "20")
    qtbot.waitUntil(lambda: repeats(window) == 1)
    assert live_status(window).endswith("no arithmetic was done, so there are no times to take medians of")
    assert cell_text(window, "fire2", "live") == "✓"


# The dialog


def offered(window: MainWindow) -> str:
    """What the dialog offers; it is left with Esc, which measures nothing."""
    numbers: list[str] = []

    def leave(dialog: RepeatDialog) -> None:
        numbers.append(child(dialog, QLineEdit).text())
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    soon(RepeatDialog, leave)
    window.parts.commands["repeat"].trigger()
    return numbers[0]


def test_the_last_number_is_offered_unless_someone_spoilt_it(window: MainWindow) -> None:
    measure(window, "3")
    window.session.live.cancel()
    assert offered(window) == "3"
    for stored in (0, 10_001, True, "many", [5], None):
        window.session.settings.set_plain("repeats", stored)
        assert offered(window) == "20", stored


def test_a_number_that_cannot_be_is_refused_in_the_dialog_with_a_sentence(window: MainWindow) -> None:
    told: dict[str, str] = {}

    def choose(dialog: RepeatDialog) -> None:
        box = child(dialog, QLineEdit)
        for typed in ("0", "10001", "", "many", "-3"):
            QTest.keyClick(box, Qt.Key.Key_A, CTRL)
            QTest.keyClick(box, Qt.Key.Key_Delete)
            QTest.keyClicks(box, typed)
            QTest.keyClick(box, Qt.Key.Key_Return)
            told[typed] = child(dialog, QLabel, "repeat_refused").text() if dialog.isVisible() else "gone"
        QTest.keyClick(box, Qt.Key.Key_Escape)

    soon(RepeatDialog, choose)
    window.parts.commands["repeat"].trigger()
    assert "from 1 to 10,000, not 0" in told["0"] and "not 10001" in told["10001"]
    assert "this is empty" in told[""] and "a whole number" in told["many"] and len(told["-3"]) > 10
    assert not window.session.live.running


# What is shown of them


def test_no_measurement_moves_a_line_or_a_column_and_a_usual_one_is_shown_whole(
    window: MainWindow, qtbot: QtBot
) -> None:
    view, network = window.parts.table, window.document.network

    def places() -> list[list[int]]:
        columns = [view.columnWidth(section) for section in range(view.model().columnCount())]
        return [window.parts.layout.splitter.sizes(), columns, [view.horizontalScrollBar().maximum()]]

    def show(spread: float, longest: float) -> None:
        window.session.live.answer_changed.emit(LiveAnswer.of(network, medians(network, spread, longest=longest)))
        qtbot.wait(300)

    for size in ((1024, 700), (1440, 860)):
        window.resize(*size)
        window.session.live.answer_changed.emit(None)
        qtbot.wait(200)
        before = places()
        for widest in (3.2, 12.34, 9876.5):
            show(0.3, widest)
            assert places() == before
        assert "n=" in cell_text(window, "fire2", "live")
    show(0.005, 12.34)
    assert view.sizeHintForColumn(LIVE_COLUMN) <= view.columnWidth(LIVE_COLUMN)


# What the costs say


def test_a_row_is_known_again_though_no_cache_remembers_it(monkeypatch: pytest.MonkeyPatch) -> None:
    network = resolve(load_preset("table1"))
    answer = LiveAnswer.of(network, medians(network, 0.2))
    monkeypatch.setattr("squeezeviz.analysis.resolve._resolved", Recent())
    shown = resolve(network.table.with_field(2, "bits", 8))
    assert shown.layers[2].operations is not network.layers[2].operations
    assert answer.beside(shown).badge(shown.layers[2]) is not Badge.STALE
    assert "fire2" in answer.layers_as_in(shown)


def medians(network: ResolvedNetwork, spread: float, count: int = 20, longest: float = 10.0) -> LivePass:
    """A made-up measurement in which the first layer takes longest, and each quartile is `spread` away."""
    layers = []
    for place, layer in enumerate(network.layers):
        time = max(longest - place, 0.5)
        steps = tuple(
            MeasuredOperation(each.name, str(each.operation.kind), (), 0, 0, 0, time, Quartiles(time, time))
            for each in layer.operations
        )
        quartiles = Quartiles(time - spread, time + spread)
        layers.append(MeasuredLayer(layer.name, layer.layer.type, (), 0, 0, 0, time, steps, quartiles, count))
    whole = Quartiles(19.0, 21.0)
    return LivePass(DeviceName("cpu", "CPU"), (), (), 0, 0, 0, 20.0, 0, tuple(layers), (), count, whole)


def test_a_layer_is_said_to_take_longest_only_where_that_is_so_beyond_the_spread() -> None:
    network = resolve(SMALL)
    shown = {layer.name for layer in network.layers}
    assert _which_is_slowest(medians(network, 0.2), shown) == "conv1 takes longest, median of 20 passes"
    alike = _which_is_slowest(medians(network, 0.7), shown)
    assert alike == "conv1, fire2 are alike within their spread, median of 20 passes"
    assert "too few to say" in _which_is_slowest(medians(network, 0.2, 3), shown)


def test_every_bar_has_its_whisker_and_a_stack_is_as_high_as_its_median() -> None:
    network = resolve(SMALL)
    found = costs(network, medians(network, 0.2), Measure.TIME)
    assert [(each.low, each.high) for each in whiskers(found)] == [(9.8, 10.2), (8.8, 9.2), (7.8, 8.2)]
    stack = [bar for bar in bars(network, found, Measure.TIME) if bar.row == 1]
    assert len(stack) > 1
    assert stack[-1].bottom + stack[-1].height == pytest.approx(9.0)
    assert whiskers(costs(network, None, Measure.MACS)) == []


def test_the_chart_draws_spreads_and_says_what_takes_longest(window: MainWindow, qtbot: QtBot) -> None:
    window.document.start(SMALL)
    window.session.costing.set_measure(Measure.TIME)
    window.parts.panels.bring("costs")
    panel = child(window, CostPanel, "cost_panel")
    qtbot.waitUntil(lambda: panel.ready)
    chart = child(window, QWidget, "cost_chart")
    window.session.live._show(LiveAnswer.of(window.document.network, medians(window.document.network, 0.2)))
    qtbot.waitUntil(lambda: "quartiles" in chart.accessibleDescription())
    assert [whisker.row for whisker in panel._chart._whiskers] == list(range(len(SMALL.layers)))
    panel.grab()
    assert "conv1: 10.0 ms (IQR 0.4) · 50.0 %, quartiles 9.8 ms to 10.2 ms" in chart.accessibleDescription()
    panel.set_measure(Measure.MACS)
    qtbot.waitUntil(lambda: "quartiles" not in chart.accessibleDescription())
    assert panel._chart._whiskers == []


# Failures, seen from the window


@pytest.fixture
def window_with(open_on: OpenWindow, tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[str], MainWindow]]:
    """The window with a worker that does what a script says."""

    def open_it(script: str) -> MainWindow:
        path = tmp_path / "worker.py"
        path.write_text("import json, sys\n" + textwrap.dedent(script))
        window = open_on("table1")
        window.session.client.close()
        window.session.client._closed = False
        window.session.client._command = (sys.executable, "-S", str(path))
        return window

    yield open_it


FAILS = """
    print('{"event": "ready"}', flush=True)
    for line in sys.stdin:
        if json.loads(line)["op"] == "run":
            print("<b>one</b>\\nTraceback: two", file=sys.stderr)
            sys.exit(3)
"""


def test_what_went_wrong_can_be_read_in_full_by_keys(window_with: Callable[[str], MainWindow], qtbot: QtBot) -> None:
    window = window_with(FAILS)
    assert not window.parts.commands["live_details"].isEnabled()
    press(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: live_status(window).startswith("No live pass: "))
    assert 'with exit code 3; it said last: "Traceback: two". F5 tries again.' in live_status(window)
    label = child(window, QLabel, "live_status")
    assert "&lt;b&gt;one&lt;/b&gt;<br>Traceback: two" in label.toolTip()
    assert "<b>one</b>" in label.accessibleDescription()
    assert window.parts.commands["live_details"].isEnabled()
    read: list[str] = []

    def look(box: QMessageBox) -> None:
        text = child(box, QTextEdit)
        read.extend([unescape(box.informativeText()), text.toPlainText()])
        QTest.keyClick(box, Qt.Key.Key_Escape)

    soon(QMessageBox, look)
    window.parts.commands["live_details"].trigger()
    come_back(window)
    assert "exit code 3" in read[0]
    assert read[1] == "<b>one</b>\nTraceback: two"
    press(window, Qt.Key.Key_F5)
    assert not window.parts.commands["live_details"].isEnabled()


def test_a_worker_without_pytorch_is_told_without_being_asked(
    window_with: Callable[[str], MainWindow], qtbot: QtBot
) -> None:
    window = window_with("""print('{"event": "cannot_start", "reason": "no PyTorch", "kind": "loading"}')""")
    window.session.client.start()
    qtbot.waitUntil(lambda: live_status(window) == "No live pass: no PyTorch. F5 tries again.")
