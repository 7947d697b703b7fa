"""What the diagram's context menus offer on layers, lines and empty ground; and the double click."""

import pytest
from canvas_networks import open_canvas, squeezenet
from hands import (
    CTRL,
    LEFT,
    PLAIN,
    RIGHT,
    ask_for_a_menu,
    choose_soon,
    click_box,
    click_cell,
    fire,
    keys,
    names,
    one_step,
    refused,
    rim,
    still,
)
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.main_window import MainWindow

ROWS = {"Delete Layer", "Duplicate Layer", "Move Layer Up", "Cut", "Bypass", "Rename Layer"}
"""What needs a layer."""


def menu_at(window: MainWindow, at: QPoint, *chosen: str) -> list[str]:
    """Press the right button there and choose from the menu; what it offers."""
    ground = window.parts.graph.viewport()
    offered = choose_soon(*chosen)
    QTest.mouseClick(ground, RIGHT, PLAIN, at)
    ask_for_a_menu(ground, at)
    return offered


def click_twice(ground: QWidget, at: QPoint) -> None:
    QTest.mouseClick(ground, LEFT, PLAIN, at)
    QTest.mouseDClick(ground, LEFT, PLAIN, at)
    QTest.mouseRelease(ground, LEFT, PLAIN, at)


def test_on_empty_ground_nothing_that_needs_a_layer_is_offered(window: MainWindow) -> None:
    click_box(window, Key("fire2"))
    offered = menu_at(window, QPoint(4, 60), "Insert at the End", "Softmax")
    assert (
        not any(each.startswith("Filters") for each in offered)
        and not ROWS & set(offered)
        and {"Fit Diagram", "Export Diagram…", "Close All Modules"} <= set(offered)
    )
    assert names(window)[-1] == "softmax1", "its own commands work"


def test_a_line_takes_a_layer_and_offers_nothing_that_needs_one(window: MainWindow) -> None:
    middle = window.parts.graph.seen_edge((Key("conv1"), Key("maxpool1")))
    assert middle is not None
    with one_step(window):
        offered = menu_at(window, middle.toPoint(), "Insert Here", "Convolution")
    assert not any(each.startswith("Filters") for each in offered)
    assert not ROWS & set(offered)
    assert names(window)[:3] == ["conv1", "conv11", "maxpool1"]


def test_a_layer_s_menu_has_bypass_filters_and_export(window: MainWindow) -> None:
    click_box(window, Key("fire3"))
    with one_step(window):
        offered = menu_at(window, rim(window, "fire3"), "Bypass", "Simple")
    wanted = {
        "Filters ×½: fire3",
        "Filters ×2: fire3",
        "Export Selection…",
        "Copy Selection as Picture",
        "Zoom to Selection",
    }
    assert ROWS | wanted <= set(offered)
    assert fire(window, "fire3").bypass == "simple"
    actions = window.parts.commands
    assert [actions[f"bypass_{kind}"].isChecked() for kind in ("none", "simple", "complex")] == [False, True, False]
    assert "Bypass" not in menu_at(window, rim(window, "maxpool1"))


def test_the_bypass_is_chosen_for_all_selected_fires_in_one_step(window: MainWindow) -> None:
    click_box(window, Key("fire2"))
    QTest.mouseClick(window.parts.graph.viewport(), LEFT, CTRL, rim(window, "maxpool1"))
    QTest.mouseClick(window.parts.graph.viewport(), LEFT, CTRL, rim(window, "fire3"))
    with one_step(window):
        menu_at(window, rim(window, "fire2"), "Bypass", "Complex")
    assert fire(window, "fire2").bypass == fire(window, "fire3").bypass == "complex"
    assert window.document.stack.undoText() == "Set the bypass of 2 Fire modules to complex"
    window.parts.commands["bypass_complex"].trigger()
    assert window.parts.commands["bypass_complex"].isChecked(), "chosen twice it stays chosen"
    click_cell(window, "conv1", "layer")
    with refused(window, "No Fire module is selected"):
        window.parts.commands["bypass_simple"].trigger()


def test_the_menu_of_input_and_totals_in_the_table_needs_no_layer(window: MainWindow) -> None:
    for row in ("input", "total"):
        click_cell(window, row, "params")
        offered = choose_soon()
        window.parts.table.setFocus()
        keys(window, "Menu")
        window.parts.table.menu_requested.emit(window.mapToGlobal(QPoint(200, 200)))
        assert "Copy" in offered and not ROWS & set(offered)


def test_layers_that_do_not_follow_one_another_are_no_figure(window: MainWindow) -> None:
    window.session.selection.choose_rows([2, 4])
    for name in ("export_selection", "copy_selection"):
        with refused(window, "do not follow one another"):
            window.parts.commands[name].trigger()


@pytest.mark.parametrize("columns", [False, True])
def test_a_double_click_opens_a_module_and_brings_it_to_the_middle(window: MainWindow, columns: bool) -> None:
    graph = window.parts.graph
    keys(window, "Ctrl+Shift+L", *(["Ctrl+Shift+W"] if columns else []))
    still(window)
    for opened in (True, False):
        graph.reveal(Key("fire6"))
        QApplication.processEvents()
        at = rim(window, "fire6")
        click_twice(graph.viewport(), at)
        still(window)
        module = graph.series.module(Key("fire6"))
        assert module is not None and module.opened is opened
        area, room = graph.seen_rect(Key("fire6")), graph.room()
        assert area is not None
        # In columns a scroll bar may come with the larger zoom, and take its room from below.
        assert abs(area.center().y() - room.middle.y) <= (8 if columns else 2) or area.height() > room.height
        assert window.session.selection.layer_name() == "fire6"


def test_a_double_click_on_ground_or_line_leaves_the_view_as_it_is(qtbot: QtBot) -> None:
    view = open_canvas(qtbot, squeezenet("fire2"), 700, 870)
    middle = view.seen_edge((Key("conv1"), Key("maxpool1")))
    assert middle is not None
    before = view.camera
    for at in (QPoint(4, 60), middle.toPoint()):
        click_twice(view.viewport(), at)
        assert view.camera == before


def test_where_all_of_the_network_can_be_read_a_double_click_leaves_all_of_it_in_sight(window: MainWindow) -> None:
    graph = window.parts.graph
    keys(window, "Ctrl+Shift+1", "Ctrl+Shift+3", "Ctrl+2", "Ctrl+Shift+W")
    still(window)
    at = rim(window, "fire2")
    click_twice(graph.viewport(), at)
    still(window)
    module = graph.series.module(Key("fire2"))
    assert module is not None and not module.opened
    for name in names(window):
        area = graph.seen_rect(Key(name))
        assert area is not None and graph.viewport().rect().contains(area.toRect()), name
