"""Several layers are selected in the diagram, by mouse and keys; table and diagram have one selection."""

import pytest
from hands import (
    CTRL,
    LEFT,
    MIDDLE,
    PLAIN,
    SHIFT,
    OpenWindow,
    click_box,
    click_cell,
    fire,
    grip,
    keys,
    names,
    one_step,
    outcome,
    refused,
    still,
    table,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.selection import Edge
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

LINE: Edge = (Key("fire2"), Key("fire3"))


def click(window: MainWindow, name: str, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    click_box(window, Key(name), modifier=modifier)


def chosen(window: MainWindow) -> list[str]:
    """What is selected, where session, table and diagram agree on it."""
    QApplication.processEvents()
    rows = window.session.selection.rows()
    assert window.parts.table.selected_layers() == rows
    found = [names(window)[row] for row in rows]
    assert window.parts.graph.marked == frozenset(map(Key, found))
    return found


def test_ctrl_and_a_click_takes_a_module_in_and_out_again(window: MainWindow) -> None:
    click(window, "fire2")
    for name, now in (("maxpool4", ["fire2", "maxpool4"]), ("fire3", ["fire2", "fire3", "maxpool4"])):
        click(window, name, CTRL)
        assert chosen(window) == now
        assert window.session.selection.layer_name() == name, "the last one is explained"
    click(window, "fire2", CTRL)
    assert chosen(window) == ["fire3", "maxpool4"] and window.session.selection.layer_name() == "fire3"
    click(window, "fire3", CTRL)
    assert chosen(window) == ["maxpool4"] and window.session.selection.layer_name() == "maxpool4"
    click(window, "maxpool4", CTRL)
    assert chosen(window) == [] and window.session.selection.layer_row() is None


def test_shift_and_a_click_takes_all_layers_up_to_it_along_the_table(window: MainWindow) -> None:
    click(window, "fire3")
    click(window, "fire5", SHIFT)
    assert chosen(window) == ["fire3", "fire4", "maxpool4", "fire5"]
    click(window, "conv1", SHIFT)
    assert chosen(window) == ["conv1", "maxpool1", "fire2", "fire3"]
    assert window.session.selection.layer_name() == "fire3"
    click(window, "fire3")
    assert chosen(window) == ["fire3"]


def test_shift_and_arrows_take_more_modules_and_let_them_go(window: MainWindow) -> None:
    click_box(window, Key("fire2", "expand1x1"))
    keys(window, "Shift+Down", "Shift+Down")
    assert chosen(window) == ["fire2", "fire3", "fire4"]
    assert "3 layers are selected" in window.parts.graph.accessibleDescription()
    keys(window, "Shift+Up", "Shift+Up", "Shift+Up")
    assert chosen(window) == ["maxpool1", "fire2"]
    keys(window, *["Shift+Up"] * 4)
    assert chosen(window) == ["conv1", "maxpool1", "fire2"], "the input is no layer"
    keys(window, "Down")
    assert chosen(window) == ["fire3"]


def drag_band(window: MainWindow, first: str, last: str, modifier: Qt.KeyboardModifier = PLAIN) -> QPoint:
    """Draw a band beside one module to within another; where the mouse is then, its button still down."""
    graph = window.parts.graph
    begin, end = graph.seen_rect(Key(first)), graph.seen_rect(Key(last))
    assert begin is not None and end is not None
    start, stop = begin.topRight().toPoint() + QPoint(60, 2), end.center().toPoint()
    assert graph.target_at(start.toPointF()) is None
    QTest.mousePress(graph.viewport(), LEFT, modifier, start)
    for at in ((start + stop) / 2, stop):
        QTest.mouseMove(graph.viewport(), at)
    return stop


def test_a_band_on_empty_ground_selects_what_it_touches_and_says_how_to_pan(closed: MainWindow) -> None:
    graph = closed.parts.graph
    click(closed, "conv10")
    stop = drag_band(closed, "fire3", "fire5")
    assert "To pan: Space-drag or middle button" in outcome(closed)
    QTest.mouseRelease(graph.viewport(), LEFT, PLAIN, stop)
    assert chosen(closed) == ["fire3", "fire4", "maxpool4", "fire5"] and not outcome(closed)
    stop = drag_band(closed, "fire8", "maxpool8", CTRL)
    QTest.mouseRelease(graph.viewport(), LEFT, CTRL, stop)
    assert chosen(closed) == ["fire3", "fire4", "maxpool4", "fire5", "fire8", "maxpool8"]
    QTest.mouseClick(graph.viewport(), LEFT, PLAIN, QPoint(4, 60))
    assert chosen(closed) == []


def test_esc_gives_a_band_up_and_leaves_what_was_selected(closed: MainWindow) -> None:
    graph = closed.parts.graph
    click(closed, "conv10")
    stop = drag_band(closed, "fire3", "fire5")
    keys(closed, "Esc")
    QTest.mouseRelease(graph.viewport(), LEFT, PLAIN, stop)
    assert chosen(closed) == ["conv10"] and not outcome(closed)


def test_a_band_held_at_the_edge_scrolls(window: MainWindow) -> None:
    graph = window.parts.graph
    bar = graph.verticalScrollBar()
    ground = graph.viewport()
    QTest.mousePress(ground, LEFT, PLAIN, QPoint(6, 60))
    QTest.mouseMove(ground, QPoint(40, 90))
    beyond = QPoint(ground.width() // 2, ground.height() + 30)
    QTest.mouseMove(ground, beyond)
    while bar.value() < bar.maximum():
        QTest.qWait(10)
    QTest.mouseRelease(ground, LEFT, PLAIN, beyond)
    assert chosen(window) == names(window), "from where it began to the end"


def test_the_middle_button_and_space_still_pan(window: MainWindow) -> None:
    graph = window.parts.graph
    click(window, "fire2")
    before = graph.camera
    for button in (MIDDLE, LEFT):
        if button is LEFT:
            QTest.keyPress(graph, Qt.Key.Key_Space)
        QTest.mousePress(graph.viewport(), button, PLAIN, QPoint(40, 300))
        QTest.mouseMove(graph.viewport(), QPoint(40, 240))
        QTest.mouseRelease(graph.viewport(), button, PLAIN, QPoint(40, 240))
    QTest.keyRelease(graph, Qt.Key.Key_Space)
    assert graph.camera.y == before.y + 120 and chosen(window) == ["fire2"]


def test_rows_of_the_table_are_marked_in_the_diagram_and_taken_in_with_ctrl(window: MainWindow) -> None:
    click_cell(window, "fire3", "s1x1")
    click_cell(window, "fire5", "e1x1", SHIFT)
    assert chosen(window) == ["fire3", "fire4", "maxpool4", "fire5"]
    ground = table(window).verticalHeader().viewport()
    QTest.mouseClick(ground, LEFT, CTRL, grip(window, 1 + names(window).index("fire4")))
    assert chosen(window) == ["fire3", "maxpool4", "fire5"]
    keys(window, "Ctrl+A")
    assert chosen(window) == names(window)


def test_commands_take_all_that_is_selected_and_nothing_between(window: MainWindow) -> None:
    click(window, "fire2")
    click(window, "fire4", CTRL)
    for undone in (False, True):
        with one_step(window):
            window.parts.graph.setFocus()
            window.parts.commands["double_filters"].trigger()
        assert [fire(window, name).s1x1 for name in ("fire2", "fire3", "fire4")] == [32, 16, 64]
        window.document.stack.undo()
        assert chosen(window) == ["fire2", "fire4"], undone
    with one_step(window):
        keys(window, "Ctrl+2", "Del")
    assert [name for name in names(window) if name.startswith("fire")][:2] == ["fire3", "fire5"]
    window.document.stack.undo()
    assert chosen(window) == ["fire2", "fire4"]
    with one_step(window):
        keys(window, "Alt+Up")
    assert names(window)[:4] == ["conv1", "fire2", "fire4", "maxpool1"] and chosen(window) == ["fire2", "fire4"]


def test_a_module_of_several_that_is_clicked_is_selected_alone(window: MainWindow) -> None:
    click_cell(window, "fire3", "layer")
    keys(window, "Shift+Down")
    click(window, "fire3")
    assert chosen(window) == ["fire3"]
    with one_step(window):
        keys(window, "Del")
    assert "fire3" not in names(window) and "fire4" in names(window)


def test_selected_layers_are_followed_through_edits_of_others(window: MainWindow) -> None:
    click(window, "fire3")
    click(window, "fire5", CTRL)
    table_now = window.document.table
    window.document.edit("Delete conv1", table_now.removed(0))
    assert chosen(window) == ["fire3", "fire5"]
    window.document.edit("Rename", window.document.table.with_field(2, "name", "wide"))
    assert chosen(window) == ["wide", "fire5"]
    window.document.edit("Delete", window.document.table.removed(2))
    assert chosen(window) == ["fire5"]


def test_selected_parts_stay_so_where_the_network_cannot_run_any_more(open_on: OpenWindow) -> None:
    window = open_on("simple-bypass")
    before = window.document.table
    click(window, "fire2")
    for name in ("fire3", "fire8"):
        click_box(window, Key(name, "squeeze1x1"), modifier=CTRL)
    parts = window.session.selection.parts()
    window.parts.commands["double_filters"].trigger()
    assert not window.document.network.runs and len(window.document.network.layers) < names(window).index("fire8")
    assert (fire(window, "fire2").e1x1, fire(window, "fire8").s1x1, fire(window, "fire8").e1x1) == (128, 128, 256)
    assert chosen(window) == ["fire2", "fire3", "fire8"] and window.session.selection.parts() == parts
    doubled = window.document.table
    window.parts.commands["halve_filters"].trigger()
    assert window.document.table == before, "the same numbers were halved"
    keys(window, "Ctrl+Z")
    assert window.document.table == doubled and window.session.selection.parts() == parts
    keys(window, "Ctrl+Z")
    assert window.document.table == before and window.session.selection.parts() == parts
    assert window.parts.graph.marked_parts == parts


def test_one_selected_part_stays_so_where_its_module_is_not_reached_or_goes_elsewhere(window: MainWindow) -> None:
    click_box(window, Key("fire3", "squeeze1x1"))
    selection, squeeze = window.session.selection, frozenset({Key("fire3", "squeeze1x1")})
    conv1 = names(window).index("conv1")
    window.document.edit("Break", window.document.table.with_field(conv1, "kernel", 999))
    assert not window.document.network.layers and selection.parts() == squeeze
    window.document.edit("Delete", window.document.table.removed(conv1))
    assert chosen(window) == ["fire3"] and selection.parts() == squeeze


def test_selected_parts_go_with_a_module_that_is_renamed(window: MainWindow) -> None:
    click_box(window, Key("fire3", "squeeze1x1"))
    selection, row = window.session.selection, names(window).index("fire3")
    window.document.edit("Rename", window.document.table.with_field(row, "name", "narrow"))
    assert selection.parts() == {Key("narrow", "squeeze1x1")} and selection.part() == "squeeze1x1"
    click_box(window, Key("fire5", "expand3x3"), modifier=CTRL)
    window.document.edit("Rename", window.document.table.with_field(row, "name", "thin"))
    assert selection.parts() == {Key("thin", "squeeze1x1"), Key("fire5", "expand3x3")}
    assert chosen(window) == ["thin", "fire5"]


@pytest.mark.parametrize("select", [("Ctrl+Space",), ("Ctrl+A",), ("Shift+Down", "Shift+Down")])
def test_undo_leaves_a_selection_that_holds_what_it_changed(window: MainWindow, select: tuple[str, ...]) -> None:
    click_cell(window, "fire3", "s1x1")
    keys(window, *select)
    before = window.parts.table.selected_block()
    window.parts.commands["halve_filters"].trigger()
    assert window.parts.table.selected_block() == before
    for step in (window.document.stack.undo, window.document.stack.redo, window.document.stack.undo):
        step()
        assert window.parts.table.selected_block() == before


def test_of_a_selected_line_no_layer_is_changed(window: MainWindow) -> None:
    window.parts.graph.select_edge(LINE)
    window.parts.graph.setFocus()
    assert chosen(window) == []
    for name in ("delete", "duplicate", "move_up", "move_down", "rename"):
        with refused(window, "A line is selected"):
            window.parts.commands[name].trigger()
    for name in ("double_filters", "copy", "cut"):
        with refused(window, "A line is selected"):
            window.parts.commands[name].trigger()
    with refused(window, "Only a Fire module opens"):
        keys(window, "Ctrl+Return")
    at = names(window).index("fire3")
    with one_step(window):
        keys(window, "Ctrl+2", "Ins")
    assert names(window)[at : at + 2] == ["fire10", "fire3"], "a layer goes into the line"


def test_a_click_on_empty_ground_lets_a_line_go_and_selects_no_layer(window: MainWindow) -> None:
    window.parts.graph.select_edge((INPUT_KEY, Key("conv1")))
    QTest.mouseClick(window.parts.graph.viewport(), LEFT, PLAIN, QPoint(4, 60))
    assert window.parts.graph.selected_edge is None and window.session.selection.layer_row() is None


def test_a_thousand_fires_are_selected_at_once(window: MainWindow) -> None:
    fires = (Fire(f"fire{place}", 16, 64, 64) for place in range(1000))
    window.document.start(LayerTable("long", InputShape(3, 64, 64), (Conv("conv1", 128, 3, 2), *fires)))
    graph = window.parts.graph
    graph.zoom_to_fit()
    still(window)
    ground = graph.viewport()
    beyond = QPoint(ground.width() - 4, ground.height() - 4)
    QTest.mousePress(ground, LEFT, PLAIN, QPoint(40, 30))
    for at in (QPoint(60, 60), beyond):
        QTest.mouseMove(ground, at)
        ground.repaint()
    QTest.mouseRelease(ground, LEFT, PLAIN, beyond)
    assert len(chosen(window)) > 900
    with one_step(window):
        graph.setFocus()
        window.parts.commands["add_filters"].trigger()
    assert all(layer.s1x1 == 24 for layer in window.document.table.layers[20:900] if isinstance(layer, Fire))
