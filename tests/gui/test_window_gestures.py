"""Every gesture that changes the table, with keys and mouse in the real window: one step, undone to the same bytes."""

import csv
import itertools
from collections.abc import Callable

import pytest
from hands import (
    LEFT,
    PLAIN,
    RIGHT,
    SHIFT,
    OpenWindow,
    ask_for_a_menu,
    bytes_of,
    cell_text,
    child,
    choose_soon,
    click_box,
    click_cell,
    drag_grip,
    drag_slider,
    enter,
    explained,
    fire,
    fresh,
    grip,
    keys,
    names,
    one_step,
    refused,
    submenu,
    table,
    toast,
    type_in,
    type_into,
)
from places import PAPER
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSlider, QToolButton, QUndoView
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.costs import Measure
from squeezeviz.figure.scene.diagram import Badge, Key
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.table import InputShape

TABLE1 = [layer.name for layer in load_preset("table1").layers]


def select_cells(window: MainWindow, first: tuple[str, str], last: tuple[str, str]) -> None:
    """Click the first cell, and the last with Shift."""
    click_cell(window, *first)
    click_cell(window, *last, SHIFT)


def select_rows(window: MainWindow, first: str, last: str) -> None:
    """Click the grip of the first row, and that of the last with Shift."""
    ground, rows = table(window).verticalHeader().viewport(), names(window)
    QTest.mouseClick(ground, LEFT, PLAIN, grip(window, 1 + rows.index(first)))
    QTest.mouseClick(ground, LEFT, SHIFT, grip(window, 1 + rows.index(last)))


def clip(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def widths(window: MainWindow, name: str) -> tuple[int, int, int]:
    module = fire(window, name)
    return module.s1x1, module.e1x1, module.e3x3


def button(window: MainWindow, name: str) -> QPushButton:
    found = child(window, QPushButton, name)
    assert found.isVisible(), name
    return found


# Cells


def test_a_typed_number_is_one_step_however_it_begins_and_ends(window: MainWindow) -> None:
    for number, (begin, end) in enumerate(itertools.product([(), ("F2",), ("Return",)], ["Return", "Tab"]), 20):
        click_cell(window, "fire3", "s1x1")
        with one_step(window):
            keys(window, *begin)
            type_into(window, str(number))
            keys(window, end)
        assert fire(window, "fire3").s1x1 == number


def test_a_typed_squeeze_changes_table_diagram_totals_and_the_live_pass(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on(live=True)
    before, totals = window.document.table, child(window, QLabel, "totals_label")
    assert "1,248,424" in totals.text()
    keys(window, "Ctrl+1", "Ctrl+Home", *["Down"] * 4, *["Right"] * 4)
    type_into(window, "24")
    keys(window, "Return")
    assert fire(window, "fire3").s1x1 == 24
    # squeeze 128·24+24, expands (24+1)·64 and (9·24+1)·64
    assert cell_text(window, "fire3", "params") == f"{128 * 24 + 24 + 25 * 64 + (9 * 24 + 1) * 64:,}"
    assert "1,254,576" in totals.text()
    boxes = [box.title for module in window.parts.graph.diagram.modules for box in module.boxes]
    assert any("24" in title and "squeeze" in title for title in boxes)
    assert max(mark.depth or 0 for mark in window.parts.graph.diagram.ruler) == 18
    qtbot.waitUntil(lambda: fresh(window))
    answer = window.session.live.answer
    assert answer is not None
    assert (answer.measured.parameters, answer.disagreements) == (1_254_576, ())
    assert cell_text(window, "fire3", "live").startswith("✓")
    assert window.parts.control.appearance.badges[Key("fire3", "squeeze1x1")] is Badge.MEASURED
    keys(window, "Ctrl+Z")
    assert window.document.table == before
    assert not window.document.modified
    assert "1,248,424" in totals.text()


def test_the_input_is_typed_in_its_row_and_in_the_toolbar(window: MainWindow) -> None:
    line = window.parts.toolbar.input.lineEdit()
    assert isinstance(line, QLineEdit)
    with one_step(window):
        enter(window, "input", "output", "224x224x3")
    assert cell_text(window, "conv1", "output") == "109×109×96"
    assert line.text() == "3×224×224"
    type_in(line, "3x64x64")
    assert window.document.table.input == InputShape(3, 64, 64)
    assert window.focusWidget() is table(window)
    with refused(window, "3x227x227"):
        type_in(line, "big")


def test_what_a_narrow_toolbar_leaves_out_stands_in_its_menu(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", size=(1024, 700))
    more, bar = child(window, QToolButton, "more_button"), window.parts.toolbar
    assert more.isVisible() and not bar.input.isVisible() and not bar.colour.isVisible()
    offered = choose_soon("Colour By: Kind", "Parameters")
    QTest.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: window.session.costing.measure is Measure.PARAMETERS)
    assert offered == ["Input Size: 3×227×227", "Colour By: Kind"]
    choose_soon("Input Size: 3×227×227", "3×224×224")
    QTest.keyClick(more, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.document.table.input == InputShape(3, 224, 224))
    choose_soon("Input Size: 3×224×224", "Another: Type It in the Table's First Row")
    QTest.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: bool(table(window).findChildren(QLineEdit)))
    typed = child(table(window), QLineEdit)
    QTest.keyClicks(typed, "64x64x3")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert window.document.table.input == InputShape(3, 64, 64)
    window.resize(660, 460)
    QApplication.processEvents()
    offered = choose_soon("Insert", "Convolution")
    QTest.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: len(names(window)) == 16, timeout=20_000)
    assert offered == ["Input Size: 3×64×64", "Colour By: Parameters", "Insert", "Undo", "Redo", "Left to Right"]
    choose_soon("Undo")
    QTest.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: len(names(window)) == 15)
    window.resize(1300, 700)
    QApplication.processEvents()
    offered = choose_soon()
    QTest.mouseClick(more, LEFT)
    qtbot.waitUntil(lambda: offered == ["Colour By: Parameters"])
    assert bar.input.isVisible()


def test_a_letter_on_a_name_begins_an_edit_and_is_no_shortcut(window: MainWindow) -> None:
    with one_step(window):
        enter(window, "fire3", "layer", "first")
    assert names(window)[3] == "first"


def test_blocks_and_single_values_are_pasted_as_one_step_and_stay_selected(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    clip("20\t70\t80\r\n21\t71\t81\r\n")
    with one_step(window):
        keys(window, "Ctrl+V")
    assert [widths(window, name) for name in ("fire3", "fire4")] == [(20, 70, 80), (21, 71, 81)]
    keys(window, "Ctrl+C")
    assert QGuiApplication.clipboard().text().split() == ["20", "70", "80", "21", "71", "81"]
    select_cells(window, ("fire7", "e1x1"), ("fire8", "e3x3"))
    clip("100")
    with one_step(window):
        keys(window, "Ctrl+V")
    assert {widths(window, name)[1:] for name in ("fire7", "fire8")} == {(100, 100)}


def test_the_papers_table_pasted_into_an_empty_one_is_the_network(window: MainWindow) -> None:
    keys(window, "Ctrl+N")
    assert names(window) == []
    with PAPER.open(encoding="utf-8", newline="") as file:
        clip("\r\n".join("\t".join(row) for row in csv.reader(file)))
    with one_step(window):
        keys(window, "Ctrl+V")
    assert names(window) == [name for name in TABLE1 if "dropout" not in name]
    assert window.document.network.parameters.value == 1_248_424


@pytest.mark.parametrize(
    ("cell", "text", "key", "said"),
    [
        (("fire3", "s1x1"), "20\t70\n21\t７1", "Ctrl+V", ("fire4", "e1x1")),
        (("conv10", "params"), "5", "Ctrl+V", ("conv10", "params")),
        (("fire3", "s1x1"), "", "Ctrl+V", ("clipboard",)),
        (("fire3", "s1x1"), None, "Ctrl+V", ("clipboard",)),
        (("fire3", "s1x1"), "", "Ctrl+X", ("fire3", "cannot be empty")),
        (("conv10", "layer"), "", "Ctrl+D", ("names are not filled down",)),
        (("fire5", "e1x1"), "", "Del", ("fire5", "cannot be empty", "Ctrl+Backspace")),
        (("fire5", "e1x1"), "", "Backspace", ("fire5", "cannot be empty", "Ctrl+Backspace")),
        (("conv1", "depth"), "", "Del", ("conv1", "computed")),
    ],
)
def test_what_cannot_be_done_to_a_cell_names_it_and_changes_nothing(
    window: MainWindow, cell: tuple[str, str], text: str | None, key: str, said: tuple[str, ...]
) -> None:
    click_cell(window, *cell)
    clip(text or "")
    if text is None:
        QGuiApplication.clipboard().clear()
    with refused(window, *said):
        keys(window, key)


@pytest.mark.parametrize("by_name", [False, True])
def test_rows_are_cut_and_come_back_whole_where_they_are_pasted(window: MainWindow, by_name: bool) -> None:
    before = window.document.table
    if by_name:
        select_cells(window, ("fire3", "layer"), ("fire4", "layer"))
    else:
        select_rows(window, "fire3", "fire4")
    with one_step(window):
        keys(window, "Ctrl+X")
    assert names(window) == [name for name in TABLE1 if name not in ("fire3", "fire4")]
    click_cell(window, "fire2", "layer")
    with one_step(window):
        keys(window, "Ctrl+V")
    assert window.document.table == before


def test_numbers_are_filled_down(window: MainWindow) -> None:
    select_cells(window, ("fire5", "s1x1"), ("fire8", "e1x1"))
    with one_step(window):
        keys(window, "Ctrl+D")
    assert [widths(window, f"fire{at}")[:2] for at in (6, 7, 8)] == [(32, 128)] * 3


@pytest.mark.parametrize("key", ["Del", "Backspace"])
def test_del_on_names_takes_the_layers_out(window: MainWindow, key: str) -> None:
    select_cells(window, ("fire3", "layer"), ("fire4", "layer"))
    with one_step(window):
        keys(window, key)
    assert names(window) == [name for name in TABLE1 if name not in ("fire3", "fire4")]


def test_an_empty_table_is_explained_and_takes_a_first_layer(window: MainWindow) -> None:
    keys(window, "Ctrl+A", "Ctrl+Backspace")
    assert names(window) == []
    assert "The table is empty" in " ".join(label.text() for label in window.parts.notes.findChildren(QLabel))
    with one_step(window):
        keys(window, "Ctrl+Alt+V")
    assert names(window) == ["conv1"]


# Rows: what each command makes of those around fire4

AROUND = ["fire3", "fire4", "maxpool4"]
ROW_COMMANDS: dict[str, tuple[str, list[str]]] = {
    "Duplicate Layer": ("Ctrl+Shift+D", ["fire3", "fire4", "fire10", "maxpool4"]),
    "Delete Layer": ("Ctrl+Backspace", ["fire3", "maxpool4"]),
    "Move Layer Up": ("Alt+Up", ["fire4", "fire3", "maxpool4"]),
    "Move Layer Down": ("Alt+Down", ["fire3", "maxpool4", "fire4"]),
    "Insert After>Fire Module": ("Ctrl+Alt+F", ["fire3", "fire4", "fire10", "maxpool4"]),
    "Insert After>Convolution": ("Ctrl+Alt+V", ["fire3", "fire4", "conv11", "maxpool4"]),
    "Insert After>Max Pooling": ("Ctrl+Alt+P", ["fire3", "fire4", "maxpool9", "maxpool4"]),
    "Insert Before>Fire Module": ("Ctrl+Alt+Shift+F", ["fire3", "fire10", "fire4", "maxpool4"]),
    "Insert Before>Convolution": ("Ctrl+Alt+Shift+V", ["fire3", "conv11", "fire4", "maxpool4"]),
    "Insert Before>Max Pooling": ("Ctrl+Alt+Shift+P", ["fire3", "maxpool9", "fire4", "maxpool4"]),
}
CANVAS_KEYS = {
    "Del": ["fire3", "maxpool4"],
    "Ins": ["fire3", "fire4", "fire10", "maxpool4"],
    "Shift+Ins": ["fire3", "fire10", "fire4", "maxpool4"],
    "Alt+Up": ["fire4", "fire3", "maxpool4"],
    "Alt+Down": ["fire3", "maxpool4", "fire4"],
}


def changes_rows(window: MainWindow, gesture: Callable[[], object], around: list[str]) -> None:
    """The gesture is one step, after which these layers stand where AROUND stood; it is taken back."""
    with one_step(window):
        gesture()
    assert names(window) == [*TABLE1[:3], *around, *TABLE1[6:]]
    window.document.stack.undo()
    QApplication.processEvents()


def test_rows_are_changed_by_shortcut(window: MainWindow) -> None:
    for key, around in ROW_COMMANDS.values():
        click_cell(window, "fire4", "layer")
        changes_rows(window, lambda key=key: keys(window, key), around)  # type: ignore[misc]


def test_rows_are_changed_by_the_buttons_over_the_table(window: MainWindow) -> None:
    buttons = {each.accessibleName(): each for each in window.parts.layout.table_card.findChildren(QToolButton)}
    for title, each in buttons.items():
        click_cell(window, "fire4", "layer")
        changes_rows(window, lambda each=each: QTest.mouseClick(each, LEFT), ROW_COMMANDS[title][1])  # type: ignore[misc]
    assert len(buttons) == 4


@pytest.mark.parametrize("part", ["", "expand3x3"])
def test_rows_are_changed_by_keys_on_the_canvas(window: MainWindow, part: str) -> None:
    for key, around in CANVAS_KEYS.items():
        click_box(window, Key("fire4", part))
        assert window.parts.graph.selected == Key("fire4", part)
        assert window.focusWidget() is window.parts.graph
        changes_rows(window, lambda key=key: keys(window, key), around)  # type: ignore[misc]


def open_context_menu(window: MainWindow, where: str) -> None:
    """On fire4: with the right button or the menu key, in the table, on its grip or on the canvas."""
    view, graph = table(window), window.parts.graph
    click_cell(window, "fire4", "layer")
    if where == "menu key":
        graph.setFocus()
        keys(window, "Menu")
        return
    ground, at = {
        "cell": lambda: (view.viewport(), view.visualRect(view.currentIndex()).center()),
        "grip": lambda: (view.verticalHeader().viewport(), grip(window, 5)),
        "canvas": lambda: (graph.viewport(), click_box(window, Key("fire4"), RIGHT)),
    }[where]()
    ask_for_a_menu(ground, at)


@pytest.mark.parametrize("where", ["cell", "grip", "canvas", "menu key"])
def test_rows_are_changed_from_every_context_menu(window: MainWindow, where: str) -> None:
    for title, (_, around) in ROW_COMMANDS.items():
        if "Pooling" not in title:
            offered = choose_soon(*title.split(">"))
            changes_rows(window, lambda: open_context_menu(window, where), around)
            assert title.partition(">")[0] in offered


def test_several_layers_are_moved_duplicated_and_dragged_together_and_stay_selected(window: MainWindow) -> None:
    first, view = TABLE1.index("fire5"), window.parts.table
    for key, step in (("Alt+Up", -1), ("Alt+Down", 0)):
        select_rows(window, "fire5", "fire7")
        with one_step(window):
            keys(window, key)
            assert view.selected_layers() == [first + step, first + step + 1, first + step + 2]
        assert names(window)[first + step : first + step + 3] == ["fire5", "fire6", "fire7"]
    select_rows(window, "fire5", "fire7")
    with one_step(window):
        keys(window, "Ctrl+Shift+D")
    assert names(window)[first + 3 : first + 6] == ["fire10", "fire11", "fire12"]
    window.document.stack.undo()
    with one_step(window):
        drag_grip(window, 1 + TABLE1.index("fire3"), 1 + TABLE1.index("fire6"))
    assert names(window)[3:7] == ["fire4", "maxpool4", "fire5", "fire3"]
    select_rows(window, "fire7", "fire8")
    with one_step(window):
        drag_grip(window, 1 + names(window).index("fire8"), 1)
        assert view.selected_layers() == [0, 1]
    assert names(window)[:3] == ["fire7", "fire8", "conv1"]


@pytest.mark.parametrize("begin", [("Shift+F2",), ("Ctrl+2", "F2")])
def test_a_rename_changes_that_name_and_nothing_else(window: MainWindow, begin: tuple[str, ...]) -> None:
    click_cell(window, "fire4", "params")
    before = window.document.table
    with one_step(window):
        keys(window, *begin)
        type_into(window, "wide")
        keys(window, "Return")
    assert window.document.table == before.with_field(4, "name", "wide")


# Panels


def test_a_fire_slider_shows_every_number_on_its_way_and_is_one_step(window: MainWindow) -> None:
    click_cell(window, "fire5", "s1x1")
    slider = child(window.parts.explaining.editor, QSlider, "slider_s1x1")
    seen: list[tuple[str, str, int]] = []
    window.document.table_changed.connect(
        lambda network: seen.append(
            (cell_text(window, "fire5", "s1x1"), cell_text(window, "total", "params"), network.parameters.value)
        )
    )
    ticks = drag_slider(slider, [9, 14, 20, -6])
    assert [said for said, _, _ in seen] == [str(tick) for tick in ticks]
    assert all(shown == f"{value:,}" for _, shown, value in seen)
    assert len(set(ticks)) == 4
    assert f"{seen[-1][2]:,} parameters" in child(window, QLabel, "totals_label").text()
    window.document.stack.undo()
    assert window.document.stack.index() == 0
    with one_step(window):
        drag_slider(slider, [15, 8, 13])


def test_a_bypass_is_chosen_by_its_button_and_every_way_out_of_a_problem_is_one_step(window: MainWindow) -> None:
    for row, kind in (("fire3", "complex"), ("fire3", "simple"), ("fire3", "none"), ("fire2", "simple")):
        click_cell(window, row, "s1x1")
        with one_step(window):
            QTest.mouseClick(button(window, f"bypass_{kind}"), LEFT)
        assert fire(window, row).bypass == kind
        assert cell_text(window, row, "bypass") == kind
    assert "cannot run" in " ".join(label.text() for label in window.parts.notes.findChildren(QLabel))
    ways = len(window.parts.notes.findChildren(QPushButton, "fix_button"))
    assert ways > 1
    for way in range(ways):
        assert window.parts.notes.isVisible()
        QApplication.processEvents()
        with one_step(window):
            QTest.mouseClick(window.parts.notes.findChildren(QPushButton, "fix_button")[way], LEFT)
        assert window.document.network.runs and not window.parts.notes.isVisible()
        window.document.stack.undo()
        assert not window.document.network.runs


def test_a_point_of_figure_3_is_opened_from_its_menu(window: MainWindow, qtbot: QtBot) -> None:
    keys(window, "Ctrl+4")
    points = button(window, "figure_points")
    title = next(each.text() for each in points.menu().actions() if each.text().startswith("SR 0.5:"))
    with qtbot.waitSignal(window.parts.files.opened):
        choose_soon(title)
        QTest.mouseClick(points, LEFT)
    assert window.document.network.parameters.value == 3_404_392
    assert not window.document.modified


# What changes nothing


def test_looking_at_it_changes_nothing(window: MainWindow) -> None:
    before, graph = bytes_of(window.document.table), window.parts.graph
    click_cell(window, "fire2", "depth")
    assert graph.selected == Key("fire2")
    assert "+1, not +2" in explained(window)
    graph.select(Key("fire9", "expand3x3"))
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire9"
    assert "fire9/expand3x3" in explained(window)
    keys(window, "Ctrl+F")
    type_into(window, "fire7")
    assert graph.selected == Key("fire7")
    assert table(window).currentIndex().siblingAtColumn(0).data() == "fire7"
    keys(window, "Return", "Esc")
    assert window.focusWidget() is graph
    keys(window, "Return")  # closes the module that was found
    assert not next(each for each in graph.diagram.modules if each.key.layer == "fire7").opened
    assert bytes_of(window.document.table) == before
    assert window.document.stack.count() == 0 and not window.document.modified
    assert not toast(window)


def test_what_is_pinned_is_compared_with_until_it_is_unpinned_without_a_step(window: MainWindow, qtbot: QtBot) -> None:
    before, baseline = bytes_of(window.document.table), window.session.baseline
    keys(window, "Ctrl+B")
    assert baseline.difference is not None and baseline.difference.nothing
    with one_step(window):
        enter(window, "fire3", "s1x1", "24")
    model = window.parts.model
    assert model.cell(model.index(4, 4)).note == "+8"
    bar = window.menuBar()
    action = next(each for each in bar.actions() if each.text() == "&Compare")
    presets = submenu(bar, "&Compare", "With a Preset")
    presets.aboutToShow.emit()
    with qtbot.waitSignal(window.parts.compares.pinned):
        choose_soon("With a Preset", presets.actions()[2].text())
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(action).center())
    assert baseline.title and window.parts.layout.table_card.chip.isVisible()
    assert baseline.difference is not None and not baseline.difference.nothing
    window.parts.commands["unpin"].trigger()
    assert baseline.difference is None and not window.parts.layout.table_card.chip.isVisible()
    window.document.stack.undo()
    assert bytes_of(window.document.table) == before


def test_a_click_in_the_history_goes_to_that_step(window: MainWindow) -> None:
    held = [bytes_of(window.document.table)]
    for text in ("24", "32", "40"):
        enter(window, "fire3", "s1x1", text)
        held.append(bytes_of(window.document.table))
    keys(window, "Ctrl+H")
    history = child(window, QUndoView, "history")
    for place in (1, 3, 0, 2):
        at = history.visualRect(history.model().index(place, 0)).center()
        QTest.mouseClick(history.viewport(), LEFT, pos=at)
        assert bytes_of(window.document.table) == held[place]
        assert window.document.modified is (place != 0)
    steps = [history.model().index(place, 0).data() for place in (1, 3)]
    assert steps == ["Set fire3 s1x1 to 24", "Set fire3 s1x1 to 40"]
