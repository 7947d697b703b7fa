"""What one edit makes the window and its worker do: each thing once a paint, and only for what changed."""

import gc
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Callable
from itertools import count as count_from
from typing import Any

import pytest
from hands import OpenWindow, caught, child, click_cell, enter, fire
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableView, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis import live
from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.explain.explanation import Section
from squeezeviz.figure.writers import painter
from squeezeviz.figure.writers.painter import Recording
from squeezeviz.gui.canvas import drawing
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.explain import placing
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.explain.placing import Face
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.live.worker_process import WorkerProcess
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.metaparameters import MetaparametersPanel
from squeezeviz.gui.table.columns import ColumnChooser
from squeezeviz.gui.table.contents import Contents
from squeezeviz.gui.table.delegate import CellDelegate
from squeezeviz.gui.table.editor import CellEditor
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.row_header import RowHeader
from squeezeviz.gui.widgets.labels import ElidedLabel
from squeezeviz.gui.widgets.number_slider import NumberSlider


class Paints(QObject):
    """Counts how often a widget is painted, and notes where."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count, self.region = 0, QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.count += 1
            self.region += event.region()
        return False


def measured(window: MainWindow) -> bool:
    answer = window.session.live.answer
    return answer is not None and answer.fresh and answer.measured.device.id == "meta"


def test_an_edit_does_each_thing_once_a_paint_and_only_for_what_changed(
    open_on: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two things are seen of it: the change, and the answer to it."""
    window = open_on(live=True, size=(1440, 1800))  # so that nothing need be scrolled to
    window.parts.graph.animated = False
    window.parts.live.choose_device("meta")
    qtbot.waitUntil(lambda: measured(window))
    qtbot.wait(300)  # the columns are fitted and the room is made for what was shown first
    done: Counter[str] = Counter()
    sections: set[int] = set()

    def count(owner: Any, name: str, note: Callable[..., object] = lambda *_: None) -> None:
        before = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            done[name] += 1
            note(*given)
            return before(*given, **named)

        monkeypatch.setattr(owner, name, counted)

    count(ExplainPanel, "show_explanation")
    count(MetaparametersPanel, "show_network")
    count(ColumnChooser, "wanted", lambda _, section: sections.add(section))
    drawn: list[str] = []
    count(drawing, "draw_module", lambda module, *_: drawn.append(module.key.layer))
    threads: set[int] = set()
    count(LiveAnswer, "of", lambda *_: threads.add(threading.get_ident()))
    painted: list[set[str]] = []
    count(painter, "_step")
    count(live, "layer_differences")
    count(Face, "_lay_out")
    count(RowHeader, "paintSection")
    count(NumberSlider, "_show")
    count(Contents, "live_cell")
    count(Contents, "cell")
    count(TableModel, "check")
    count(QTableView, "isColumnHidden")
    said: set[str] = set()
    count(ElidedLabel, "setText", lambda line, *_: said.add(line.objectName()))
    count(GraphView, "set_appearance")
    play = drawing.Drawing._paint_modules

    def paint(self: drawing.Drawing, painter: Any, scene: Any, room: Any) -> None:
        painted.append({scene.series.modules[place].key.layer for place in scene.places(room)})
        play(self, painter, scene, room)

    monkeypatch.setattr(drawing.Drawing, "_paint_modules", paint)
    answers = caught(window.session.live.answer_changed)
    click_cell(window, "fire3", "s1x1")
    qtbot.wait(50)
    for noted in (done, painted, drawn):
        noted.clear()
    assert window.session.live.answer is not None
    marks = window.session.live.answer.badges
    announced = caught(window.parts.model.dataChanged)
    copy = Paints(child(window.parts.explaining.panel, QToolButton, "copy_explanation"))
    enter(window, "fire3", "s1x1", "23")
    qtbot.waitUntil(lambda: measured(window))
    qtbot.wait(300)
    assert fire(window, "fire3").s1x1 == 23
    assert len(answers) == 2, "what still holds, and what was measured"
    assert 1 <= done["show_explanation"] <= len(answers)
    assert done["show_network"] <= len(answers)
    assert drawn in (["fire3"], ["fire3", "fire3"]), "as it is now and, where that came later, as measured"
    assert threads == {threading.get_ident()}, "no other thread"
    assert done["_step"] < 60, "what its boxes, lines and words were before is not recorded again"
    assert done["layer_differences"] == 1, "what was compared before, and agreed, is not compared again"
    assert done["_lay_out"] < 50, "a text that fits its column is laid out once"
    assert all(names <= {"fire2", "fire3", "fire4"} for names in painted), painted
    assert done["paintSection"] <= 8, "the heads of the rows that were left and gone to, at most twice"
    assert done["_show"] <= 4, "of sliders and their boxes those whose number is another"
    assert copy.count == 0, "though a remark far below makes the editor higher"
    assert Column.S1X1 in {COLUMNS[section] for section in sections}
    assert len(sections) < 5
    assert done["live_cell"] < 50, (
        "each one is compared with what was measured anew, and of what still holds the totals' alone"
    )
    assert done["cell"] < 30, "of a row that is the same no cell is made anew but the live one"
    assert done["check"] == 2, "what is typed, as it is taken and as it is written"
    assert done["isColumnHidden"] < 30, "which columns are shown is known"
    assert "metaparameters_roundings" not in said, "which are the same"
    assert done["set_appearance"] <= len(answers), "of marks that are others, not of a baseline that there is none of"
    assert len(painted) <= len(answers), "modules that follow each other are painted at once"
    assert window.session.live.answer.badges is marks, "all is as predicted again: no mark is made anew"
    assert len(announced) <= 15, "the edited row's cells and totals that look other, and live cells as they come to"


def test_of_an_explanation_sections_that_an_edit_leaves_as_they_were_are_not_placed_anew(
    open_on: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on(size=(1440, 1800))
    placed: list[str] = []
    place = placing._section_page

    def noted(section: Section, *given: Any) -> placing.Page:
        placed.append(section.heading)
        return place(section, *given)

    monkeypatch.setattr(placing, "_section_page", noted)
    click_cell(window, "fire4", "s1x1")
    qtbot.wait(50)
    assert len(placed) >= 10
    placed.clear()
    table = window.document.table
    window.document.edit("Set fire3 s1x1 to 23", table.with_field(table.index_of("fire3"), "s1x1", 23))
    qtbot.wait(50)
    assert len(placed) == 3, "those that tell a share of what all layers take"


def test_of_the_table_each_cell_that_is_in_sight_and_to_be_painted_is_painted_once(
    open_on: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on(size=(1440, 1800))
    qtbot.wait(300)
    table, seen = window.parts.table, Counter[tuple[int, int]]()
    paint = CellDelegate.paint_cell

    def painted(self: CellDelegate, painter: Any, room: Any, cell: Any, row: int, section: int) -> None:
        seen[row, section] += 1
        paint(self, painter, room, cell, row, section)

    monkeypatch.setattr(CellDelegate, "paint_cell", painted)
    table.viewport().repaint()
    shown = [section for section in range(len(COLUMNS)) if not table.isColumnHidden(section)]
    assert seen == {(row, section): 1 for row in range(window.parts.model.rowCount()) for section in shown}
    seen.clear()
    rooms = [table.visualRect(window.parts.model.index(row, section)) for row, section in ((2, 3), (2, 4), (9, 4))]
    table.viewport().repaint(QRegion(rooms[0].united(rooms[1])) + QRegion(rooms[2].adjusted(5, 5, -5, -5)))
    assert seen == {(2, 3): 1, (2, 4): 1, (9, 4): 1}


def test_of_a_letter_typed_into_a_cell_nothing_below_the_table_is_painted(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(size=(1440, 900))
    click_cell(window, "fire3", "s1x1")
    QTest.keyClicks(window.parts.table, "1")
    qtbot.wait(300)
    below = Paints(window.parts.layout.splitter)
    editor = window.parts.table.findChild(CellEditor)
    assert editor is not None
    QTest.keyClicks(editor, "7")
    qtbot.wait(50)
    table, splitter = window.parts.table.viewport(), window.parts.layout.splitter
    assert not below.region.intersects(QRect(table.mapTo(splitter, QPoint()), table.size()))


def test_of_an_explanation_nothing_below_it_is_painted(open_on: OpenWindow, qtbot: QtBot) -> None:
    """A style sheet that says that it can be seen through would have six widgets painted below each of its words."""
    window = open_on(size=(1440, 900))
    panel = window.parts.explaining.panel
    title, below = Paints(panel._title), Paints(panel)
    window.repaint()
    qtbot.waitUntil(lambda: bool(title.count))
    room = QRect(panel._title.mapTo(panel, QPoint()), panel._title.size())
    assert not below.region.intersects(room)


@pytest.mark.parametrize("look", [1, 2, 3, None])
def test_an_answer_that_is_there_before_the_change_is_painted_is_painted_with_it(
    look: int | None, open_on: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that comes while the change is explained; one that takes longer comes after what is predicted."""
    window = open_on(live=True, size=(1440, 1800))
    window.parts.graph.animated = False
    window.parts.live.choose_device("meta")
    qtbot.waitUntil(lambda: measured(window))
    click_cell(window, "fire3", "s1x1")
    qtbot.wait(300)
    marked: list[object] = []
    mark = DiagramControl.show_answer

    def marks(self: DiagramControl, answer: LiveAnswer | None) -> None:
        marked.append(answer)
        mark(self, answer)

    monkeypatch.setattr(DiagramControl, "show_answer", marks)
    seen: list[bool] = []
    paint = drawing.Drawing.paint

    def painted(self: drawing.Drawing, *given: Any) -> None:
        seen.append(measured(window))
        paint(self, *given)

    monkeypatch.setattr(drawing.Drawing, "paint", painted)
    held = [True]
    read = WorkerProcess._on_stdout
    monkeypatch.setattr(WorkerProcess, "_on_stdout", lambda self: None if held[0] and look is None else read(self))
    looks, order = count_from(1), list[str]()
    show = MetaparametersPanel.show_network

    def show_network(self: MetaparametersPanel, network: ResolvedNetwork) -> None:
        order.append("panel")
        show(self, network)

    monkeypatch.setattr(MetaparametersPanel, "show_network", show_network)

    def take(self: WorkerProcess) -> None:
        order.append("look")
        if next(looks) == look:  # as if the window had been as long about it as the worker is on this machine
            while window.session.client.phase is Phase.RUNNING:  # it may tell how far it is before it answers
                self._process.waitForReadyRead(500_000)

    monkeypatch.setattr(WorkerProcess, "take", take)
    # A worker that is slow tells of its progress first, and Qt paints a progress bar, with all that waits, at once.
    window.session.live.progressed.disconnect(window.parts.status.show_progress)
    table, said = window.document.table, Paints(child(window, QLabel, "live_status"))
    window.document.edit("Set fire3 s1x1 to 23", table.with_field(table.index_of("fire3"), "s1x1", 23))
    qtbot.waitUntil(lambda: bool(seen))
    held[0] = False
    process = window.session.client._process
    assert process is not None
    process._on_stdout()
    qtbot.waitUntil(lambda: measured(window))
    qtbot.wait(300)
    assert seen == ([True] if look else [False, True])
    assert order[:2] == ["panel", "look"], "what takes no answer is done while the worker works"
    # At the last look it was said already that the pass runs.
    assert bool(said.count) is (look in (3, None)), "what is said anew in the same words is not painted"
    assert len(marked) == (1 if look == 1 else 2), "boxes are marked by what is known when the window is painted"


def test_what_stands_on_the_screen_after_edits_is_what_painting_all_of_it_would_show(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on(live=True)
    window.parts.graph.animated = False
    window.parts.live.choose_device("meta")
    qtbot.waitUntil(lambda: measured(window), timeout=500_000)
    table = window.parts.table
    click_cell(window, "fire3", "s1x1")

    def stretch() -> None:
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
            QTest.keyClick(table, key, Qt.KeyboardModifier.ShiftModifier)

    acts: tuple[Callable[[], object], ...] = (
        lambda: enter(window, "fire3", "s1x1", "23"),
        lambda: enter(window, "fire4", "e1x1", "96"),
        window.document.stack.undo,
        stretch,
        window.parts.commands["select_all"].trigger,
    )
    for act in acts:
        act()
        qtbot.waitUntil(lambda: measured(window), timeout=500_000)
        qtbot.wait(500)
        all_anew = window.grab().toImage()
        on_screen = window.screen().grabWindow(window.winId()).toImage().convertToFormat(all_anew.format())
        assert on_screen == all_anew


def test_a_module_is_kept_as_it_was_drawn_last_and_not_as_it_was_before(open_on: OpenWindow, qtbot: QtBot) -> None:
    """What was drawn of every number that was typed would take a megabyte for each three of them."""
    window = open_on(size=(1440, 1800))

    def recordings() -> int:
        qtbot.wait(20)
        return sum(isinstance(each, Recording) for each in gc.get_objects())

    enter(window, "fire3", "s1x1", "23")
    before = recordings()
    for number in range(24, 30):
        enter(window, "fire3", "s1x1", str(number))
    assert recordings() == before


def test_what_edits_leave_in_caches_does_not_grow_with_their_number(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(size=(1440, 1800))
    window.parts.graph.animated = False

    def edit(numbers: range) -> tuple[int, int]:
        """Type these, then count what every cache holds, and what was noted of callables that come later."""
        for number in numbers:
            table = window.document.table
            window.document.edit(f"Set {number}", table.with_field(table.index_of("fire3"), "s1x1", number))
            qtbot.wait(1)
        qtbot.wait(300)
        gc.collect()
        return sum(entries().values()), sum(isinstance(each, weakref.ref) for each in gc.get_objects())

    few, many = edit(range(1001, 1101)), edit(range(1101, 1161))
    assert abs(many[0] - few[0]) < 20, "entries"
    assert abs(many[1] - few[1]) < 20, "weak references"
    faces = window.parts.explaining.panel._faces._faces.values()
    assert sum(len(face._laid) for face in faces) < 160, "texts that are laid out, of which each takes 6 kB"


def entries() -> dict[str, int]:
    """How much each of our functions with a cache has kept."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("squeezeviz.")]
    found = {id(each): each for module in modules for each in vars(module).values() if hasattr(each, "cache_info")}
    return {each.__qualname__: each.cache_info().currsize for each in found.values()}
