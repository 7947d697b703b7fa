"""How much is done by a gesture among 100 and among 1,000 Fire modules: as much, or at most ten times as much."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Thread, current_thread, main_thread
from typing import Any

import pytest
from calls import calls_of
from hands import OpenWindow, Told
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis import columns
from squeezeviz.figure.layout import build
from squeezeviz.figure.scene.diagram import Direction, Module
from squeezeviz.files.registry import write_file
from squeezeviz.gui.canvas import drawing
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.table.model import TableModel
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper import metaparameters

COUNTED = {
    "layouts": (build, "_module"),
    "recordings": (drawing, "record"),
    "cells": (TableModel, "cell"),
    "free names": (LayerTable, "free_name"),
    "lists of free names": (LayerTable, "free_names"),
    "fits": (metaparameters, "_judged"),
    "modules placed": (build, "_moved"),
    "links": (build, "_link"),
    "texts read": (columns, "layer_with_text"),
}
LINEAR = 20
"""Ten times as many modules, twice: where one becomes wider than it was, all stand elsewhere."""


Work = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """The calls of each of these."""
    return {what: calls_of(monkeypatch, owner, name) for what, (owner, name) in COUNTED.items()}


def long_table(modules: int) -> LayerTable:
    fires = tuple(Fire(f"fire{place}", 16 + place % 7, 64, 64) for place in range(modules))
    return LayerTable("long", InputShape(3, 64, 64), (Conv("conv1", 64, 3, 2), *fires))


@pytest.fixture
def done(open_on: OpenWindow, tmp_path: Path, qtbot: QtBot, work: Work) -> Callable[..., Counter[str]]:
    """Do something in a window on so many modules, and say what was called from there until all is painted."""

    def do(modules: int, *commands: str, before: tuple[str, ...] = ()) -> Counter[str]:
        path = tmp_path / f"{modules}.toml"
        write_file(path, long_table(modules))
        build._laid_out.cache_clear()
        window = open_on(path)
        window.parts.graph.animated = False
        settle(qtbot)
        for command in before:
            act(window, command)
            settle(qtbot)
        for calls in work.values():
            calls.clear()
        for command in commands:
            act(window, command)
            settle(qtbot)
            qtbot.waitUntil(lambda: not window.session.background.running)
            settle(qtbot)
        return Counter({what: len(calls) for what, calls in work.items()})

    return do


def act(window: MainWindow, command: str) -> None:
    if command == "edit":
        table = window.document.table
        window.document.edit("Set fire50 s1x1", table.with_field(table.index_of("fire50"), "s1x1", 40))
    else:
        window.parts.commands[command].trigger()


@pytest.mark.parametrize(("modules", "turns"), [(10, 0), (100, 1)])
def test_a_change_of_many_layers_is_painted_in_a_later_turn(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot, modules: int, turns: int
) -> None:
    path = tmp_path / "table.toml"
    write_file(path, long_table(modules))
    window = open_on(path)
    settle(qtbot)
    told = Told([window.parts.table.viewport()])
    table = window.document.table
    window.document.edit("Set fire5 s1x1", table.with_field(table.index_of("fire5"), "s1x1", 40))
    qtbot.waitUntil(lambda: told.painted.total() > 0)
    assert min(told.turns_before_painting, 1) == turns


def test_filters_of_many_rows_reach_table_and_diagram_in_turns_of_their_own(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot, work: Work
) -> None:
    """None of what takes long lies between a key and the next, and all of it is painted at once."""
    path = tmp_path / "table.toml"
    write_file(path, long_table(150))
    window = open_on(path)
    parts, undo = window.parts, window.parts.commands["undo"]
    parts.table.selectAll()
    settle(qtbot)
    selected = parts.table.selected_block()
    told = Told([parts.table.viewport(), parts.graph.viewport()])
    for step, filters in ((parts.commands["double_filters"], 32), (undo, 16), (parts.commands["redo"], 32)):
        laid_out = len(work["layouts"])
        told.painted.clear()
        step.trigger()
        assert fires(window)[0].s1x1 == fires(window, parts.model.network.table)[0].s1x1 == filters
        assert len(work["layouts"]) == laid_out
        assert told.painted.total() == 0
        qtbot.waitUntil(lambda: told.painted.total() > 0)
        assert parts.control.diagram.modules[2].full.startswith(f"fire0: Fire module, s1x1 {filters},")
        assert parts.table.selected_block() == selected
    parts.commands["undo"].trigger()
    QTest.keyClick(parts.graph, Qt.Key.Key_Shift)  # whatever is pressed is meant for the table as it is now
    assert parts.control.diagram.modules[2].full.startswith("fire0: Fire module, s1x1 16,")


def fires(window: MainWindow, table: LayerTable | None = None) -> list[Fire]:
    return [layer for layer in (table or window.document.table).layers if isinstance(layer, Fire)]


def assert_what_is_seen(*found: Counter[str]) -> None:
    """Only what is in sight is asked for and recorded: some thirty rows and some modules, painted a few times."""
    for work in found:
        assert work["cells"] < 4000
        assert work["recordings"] < 60


def settle(qtbot: QtBot) -> None:
    qtbot.wait(50)
    QApplication.processEvents()


def test_opening_lays_nothing_out_on_the_windows_thread(done: Callable[..., Counter[str]]) -> None:
    for modules in (100, 1000):
        found = done(modules, "open_all", "close_all")
        assert found["layouts"] == 1  # the first module, which is open at first, is seen closed


def test_all_modules_are_laid_out_anew_in_the_background_unless_that_is_cancelled(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.toml"
    write_file(path, long_table(150))
    window = open_on(path)
    threads: set[Thread] = set()
    laid_out = build._module

    def module(*given: Any, **named: Any) -> Module:
        threads.add(current_thread())
        return laid_out(*given, **named)

    monkeypatch.setattr(build, "_module", module)

    def opened() -> int:
        return sum(module.opened for module in window.parts.graph.diagram.modules)

    build._laid_out.cache_clear()
    window.parts.commands["open_all"].trigger()
    assert opened() == 1 and window.session.background.title
    window.parts.commands["cancel"].trigger()
    settle(qtbot)
    assert opened() == 1
    build._laid_out.cache_clear()
    window.parts.commands["direction"].trigger()
    assert not window.parts.commands["direction"].isChecked()
    qtbot.waitUntil(window.parts.commands["direction"].isChecked)
    window.parts.commands["open_all"].trigger()
    qtbot.waitUntil(lambda: opened() == 150)
    assert main_thread() not in threads
    window.parts.commands["close_all"].trigger()
    window.document.start(long_table(120))
    qtbot.waitUntil(lambda: not window.session.background.running)
    assert opened() == 1  # as the network that was opened meanwhile is at first


def test_an_edit_lays_out_and_places_one_module_however_many_there_are(done: Callable[..., Counter[str]]) -> None:
    few, many = done(100, "edit"), done(1000, "edit")
    assert (many["layouts"], many["modules placed"], many["links"], many["fits"]) == (1, 1, 2, 1)
    assert_what_is_seen(few, many)


@pytest.mark.parametrize("steps", [("undo",), ("undo", "redo")])
def test_a_step_back_and_forth_costs_what_an_edit_does(
    done: Callable[..., Counter[str]], steps: tuple[str, ...]
) -> None:
    few, many = (done(modules, *steps, before=("edit",)) for modules in (100, 1000))
    assert many["layouts"] == 0
    assert many["modules placed"] == len(steps)
    assert_what_is_seen(few, many)


def test_selecting_all_asks_only_the_cells_in_sight(done: Callable[..., Counter[str]]) -> None:
    few, many = done(100, "select_all"), done(1000, "select_all")
    assert_what_is_seen(few, many)


def test_copies_are_named_in_one_search(done: Callable[..., Counter[str]]) -> None:
    few, many = (done(modules, "duplicate", before=("select_all",)) for modules in (100, 1000))
    assert (many["lists of free names"], many["free names"]) == (1, 0)
    for what in COUNTED:
        assert many[what] <= LINEAR * few[what], what


def test_a_paste_over_what_says_the_same_changes_nothing(done: Callable[..., Counter[str]]) -> None:
    for modules in (100, 1000):
        found = done(modules, "paste", before=("select_all", "copy"))
        assert not found["layouts"] and not found["modules placed"] and not found["fits"]
        assert not found["texts read"]


def test_copying_all_asks_no_cells_but_those_in_sight(done: Callable[..., Counter[str]]) -> None:
    assert done(1000, "copy", before=("select_all",))["cells"] == 0


def test_rows_pasted_behind_are_named_in_one_search(done: Callable[..., Counter[str]]) -> None:
    few, many = (done(modules, "insert_fire", "paste", before=("select_all", "copy")) for modules in (100, 1000))
    assert (many["lists of free names"], many["free names"]) == (1, 1)
    for what in COUNTED:
        assert many[what] <= LINEAR * few[what], what


def test_what_is_chosen_while_another_choice_is_laid_out_is_chosen_on_top_of_it(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    write_file(tmp_path / "long.toml", long_table(150))
    window = open_on(tmp_path / "long.toml")
    control, background = window.parts.control, window.session.background
    for command in ("wrapped", "direction", "open_all"):
        window.parts.commands[command].trigger()
    assert background.running
    qtbot.waitUntil(lambda: not background.running)
    assert control.wrapped and control.direction is Direction.RIGHT and not control.options.collapsed
    assert window.parts.commands["wrapped"].isChecked() and window.parts.commands["direction"].isChecked()
    window.parts.commands["wrapped"].trigger()
    background.cancel()
    window.parts.commands["close_all"].trigger()
    qtbot.waitUntil(lambda: not background.running)
    assert control.wrapped and len(control.options.collapsed) == 150
