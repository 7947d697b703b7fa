"""A change reaches the parts in one order; a drag is quicker than what follows it, and nothing meets an old state."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hands import (
    CTRL,
    LEFT,
    OpenWindow,
    child,
    click_cell,
    drag_to,
    explained,
    fire,
    names,
    set_field,
    slider,
    table,
    type_in,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files import registry
from squeezeviz.gui.document import Document
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.session import Changes


def steps(window: MainWindow) -> list[str]:
    return [window.document.stack.text(place) for place in range(window.document.stack.count())]


def test_a_drag_that_is_back_before_the_window_follows_leaves_no_step(window: MainWindow) -> None:
    window.parts.panels.bring("metaparameters")
    QApplication.processEvents()
    for name, there, back in (("s1x1", 40, 16), ("base_e", 150, 128)):
        drag_to(window, name, there, back)
        assert steps(window) == [], name
        QApplication.processEvents()
        assert slider(window, name).value() == back


def test_a_row_that_a_drag_takes_away_is_let_go(window: MainWindow) -> None:
    window.parts.panels.bring("metaparameters")
    QApplication.processEvents()
    window.session.selection.choose(len(names(window)) - 1)
    drag_to(window, "count", 2)
    QTest.keyClick(table(window), Qt.Key.Key_Backspace, CTRL)
    assert steps(window) == ["Set the number of Fire modules to 2", "Delete avgpool10"]


@pytest.mark.parametrize("command", ["duplicate", "move_down", "insert_fire", "delete"])
def test_a_step_with_rows_leaves_the_cell_that_is_framed_the_one_that_is_explained(
    window: MainWindow, command: str
) -> None:
    click_cell(window, "fire3", "e1x1")
    for step in (window.parts.commands[command].trigger, window.document.stack.undo, window.document.stack.redo):
        step()
        QApplication.processEvents()
        assert table(window).currentIndex().column() == COLUMNS.index(Column.E1X1)
        assert f"e1x1: {table(window).currentIndex().data()} filters" in explained(window)


def test_a_press_right_after_a_tick_is_meant_for_the_table_as_it_is(window: MainWindow) -> None:
    drag_to(window, "s1x1", 40)
    QTest.keyClick(slider(window, "e1x1"), Qt.Key.Key_Right)
    assert (fire(window, "fire2").s1x1, fire(window, "fire2").e1x1) == (40, 65)


def test_a_click_on_one_slider_takes_what_was_typed_for_another(window: MainWindow) -> None:
    other = slider(window, "e1x1")
    type_in(child(window, QLineEdit, "box_s1x1"), "24", finish=False)
    QTest.mouseClick(other, LEFT, pos=QPoint(other.width() - 3, other.height() // 2))
    assert (fire(window, "fire2").s1x1, fire(window, "fire2").e1x1) == (24, 80)
    assert steps(window) == ["Set fire2 s1x1 to 24", "Set fire2 e1x1 to 80"]


def test_a_change_reaches_the_worker_first_then_the_table_the_diagram_and_the_selection(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    session, parts = window.session, window.parts
    show_diagram = parts.graph.set_diagram

    def noted(*given: Any, **named: Any) -> None:
        reached.append("diagram")
        show_diagram(*given, **named)

    monkeypatch.setattr(session.client, "run", lambda _: reached.append("worker"))
    monkeypatch.setattr(parts.graph, "set_diagram", noted)
    session.live.set_live(True)
    parts.model.dataChanged.connect(lambda *_: reached.append("table"))
    session.selection.changed.connect(lambda: reached.append("selection"))
    reached.clear()
    set_field(window, "fire2", "s1x1", 24)
    assert list(dict.fromkeys(reached)) == ["worker", "table", "diagram", "selection"]


def test_a_part_that_fails_keeps_no_other_from_following(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, reported: list[Exception]
) -> None:
    document, widget, reached = Document(registry.open_network("table1").table), QWidget(), []
    qtbot.addWidget(widget)

    def fail(network: ResolvedNetwork) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    Changes(document, (fail, lambda _: reached.append("at once")), (fail, lambda _: reached.append("painted")), widget)
    document.edit("Set", document.table.with_field(2, "s1x1", 24))
    assert reached == ["at once", "painted"]
    assert [str(error) for error in reported] == ["a bug", "a bug"]
    reported.clear()


def test_a_part_that_fails_at_the_end_keeps_no_other_from_ending(
    open_on: OpenWindow, monkeypatch: pytest.MonkeyPatch, reported: list[Exception]
) -> None:
    window, ended = open_on("table1"), []

    def fail() -> None:
        raise ValueError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(sys, "excepthook", lambda *_: None)
        patched.setattr(window.parts.depth_help, "close", fail)
        patched.setattr(window.session.client, "close", lambda: ended.append("worker"))
        window.shut()
    assert ended == ["worker"]
    assert [str(error) for error in reported] == ["a bug"]
    reported.clear()


WITHOUT_WIDGETS = """
import sys
from PySide6.QtCore import QCoreApplication, QSettings
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.session import Session
from squeezeviz.gui.settings import Settings

application = QCoreApplication([])
table = load_preset("table1")
session = Session(Document(table), Settings(QSettings(sys.argv[1], QSettings.Format.IniFormat)))
session.baseline.pin(table, "as it was")
session.selection.choose_layer("fire3")
session.document.edit("Delete fire2", table.removed(table.index_of("fire2")))
for follow in (session.live.follow, session.baseline.follow, session.selection.follow, session.costing.show_network):
    follow(session.document.network)
print(session.selection.layer_name(), session.selection.layer_row(), len(session.baseline.difference.present.layers))
session.close(keep=False)
"""


def test_a_session_knows_what_is_open_without_any_widget(tmp_path: Path) -> None:
    """A widget in a process that has none but a QCoreApplication would end it."""
    command = [sys.executable, "-P", "-c", WITHOUT_WIDGETS, str(tmp_path / "settings.ini")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.stdout.split() == ["fire3", "2", "14"], done.stderr
