"""Panes that are hidden and shown again, and the diagram alone: nobody loses a way back, and it is remembered."""

import pytest
from hands import OpenWindow, child, keys, press, table
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.commands import OF_A_PANE
from squeezeviz.gui.layout import PANES
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.maps.panel import FeatureMapsPanel
from squeezeviz.gui.settings import Settings


def seen(window: MainWindow) -> dict[str, bool]:
    """Which panes a person sees."""
    named = {"table_pane": "layer_table", "diagram_pane": "graph_view", "explanation_pane": "explain_panel"}
    return {pane: child(window, QWidget, name).isVisible() for pane, name in named.items()}


@pytest.mark.parametrize("pane", PANES)
def test_a_pane_is_hidden_and_shown_by_its_command(window: MainWindow, pane: str) -> None:
    action = window.parts.commands[pane]
    assert action.isChecked() and all(seen(window).values())
    action.trigger()
    assert seen(window) == {each: each != pane for each in PANES} and not action.isChecked()
    action.trigger()
    assert all(seen(window).values()) and action.isChecked()


def test_of_table_and_diagram_one_is_always_there(window: MainWindow) -> None:
    for pane in PANES:
        window.parts.commands[pane].trigger()
    assert seen(window) == {"table_pane": True, "diagram_pane": False, "explanation_pane": False}
    checked = {pane: window.parts.commands[pane].isChecked() for pane in PANES}
    assert checked == seen(window)


def test_going_to_a_hidden_pane_shows_it(window: MainWindow) -> None:
    for pane, command, name in zip(
        PANES,
        ("focus_table", "focus_graph", "focus_panel"),
        ("layer_table", "graph_view", "explain_panel"),
        strict=True,
    ):
        window.parts.commands[pane].trigger()
        assert not seen(window)[pane]
        window.parts.commands[command].trigger()
        assert seen(window)[pane] and child(window, QWidget, name).hasFocus()
    window.parts.commands["table_pane"].trigger()
    window.parts.commands["costs"].trigger()
    assert seen(window)["table_pane"] and window.parts.panels.front == "costs"


@pytest.mark.parametrize(("pane", "command"), [(pane, each) for pane, names in OF_A_PANE.items() for each in names])
def test_a_command_shows_the_pane_that_it_does_something_in(window: MainWindow, pane: str, command: str) -> None:
    window.parts.commands[pane].trigger()
    assert not seen(window)[pane]
    action = window.parts.commands[command]
    if action.isEnabled():
        action.trigger()
        assert seen(window)[pane] and window.parts.commands[pane].isChecked()


@pytest.mark.parametrize("command", ["find", "find_next", "find_previous"])
def test_what_is_looked_for_is_typed_where_it_is_seen(window: MainWindow, command: str) -> None:
    window.parts.commands["diagram_pane"].trigger()
    window.parts.commands[command].trigger()
    line = child(window, QWidget, "find_text")
    assert line.isVisible() and line.hasFocus() and all(seen(window).values())


@pytest.mark.parametrize("width", [1440, 1000])
@pytest.mark.parametrize("hidden", ["explanation_pane", "diagram_alone", "table_pane"])
def test_the_page_of_a_followed_value_is_seen_whatever_was_hidden(open_on: OpenWindow, width: int, hidden: str) -> None:
    window = open_on("table1", size=(width, 800))
    window.parts.commands[hidden].trigger()
    window.parts.commands["follow_value"].trigger()
    page = child(window, QWidget, "followed_text")
    assert page.isVisible() and window.focusWidget() is page and not window.parts.layout.alone
    assert window.parts.commands["explanation_pane"].isChecked()


def test_a_value_that_is_followed_from_its_map_is_seen_though_the_explanation_was_hidden(window: MainWindow) -> None:
    window.parts.commands["explanation_pane"].trigger()
    window.parts.commands["feature_maps"].trigger()
    child(window, FeatureMapsPanel, "feature_maps_panel").follow_requested.emit(ValueAt("conv1", 0, 1, 1, 0))
    assert child(window, QWidget, "followed_text").isVisible()
    assert window.parts.commands["explanation_pane"].isChecked()


def test_the_keyboard_goes_on_in_a_pane_that_is_there(window: MainWindow) -> None:
    table(window).setFocus()
    window.parts.commands["table_pane"].trigger()
    assert window.parts.graph.hasFocus()


def test_what_was_hidden_is_hidden_in_the_next_window(open_on: OpenWindow, settings: Settings) -> None:
    open_on("table1").parts.commands["explanation_pane"].trigger()
    after = open_on("table1")
    assert seen(after) == {"table_pane": True, "diagram_pane": True, "explanation_pane": False}
    assert not after.parts.commands["explanation_pane"].isChecked()
    settings.set_plain("panes", {"table_pane": 7, "more": False, "diagram_pane": None})
    assert all(seen(open_on("table1")).values())


def test_f11_gives_the_diagram_all_of_the_window_and_esc_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    width = window.parts.graph.width()
    press(window, Qt.Key.Key_F11)
    assert seen(window) == {"table_pane": False, "diagram_pane": True, "explanation_pane": False}
    assert window.parts.graph.hasFocus()
    qtbot.waitUntil(lambda: window.parts.graph.width() > 0.9 * window.width() > width)
    assert not window.menuBar().isVisible() and not window.parts.toolbar.isVisible()
    assert window.isFullScreen()
    assert "Esc" in child(window.parts.graph, QLabel, "diagram_note").text()
    press(window, Qt.Key.Key_Escape)
    assert all(seen(window).values()) and window.menuBar().isVisible() and not window.isFullScreen()
    press(window, Qt.Key.Key_F11)
    press(window, Qt.Key.Key_F11)
    assert all(seen(window).values()) and not window.parts.commands["diagram_alone"].isChecked()


def test_alone_the_keys_still_walk_edit_and_lead_back_to_the_table(window: MainWindow) -> None:
    press(window, Qt.Key.Key_F11)
    window.parts.graph.select(Key("fire2"))
    keys(window, "Down")
    assert window.session.selection.layer_name() == "fire3"
    keys(window, "Del")
    assert "fire3" not in [layer.name for layer in window.document.table.layers]
    window.parts.commands["focus_table"].trigger()
    assert seen(window)["table_pane"] and table(window).hasFocus() and window.menuBar().isVisible()


def test_a_window_that_is_closed_with_the_diagram_alone_opens_with_all_of_it(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    press(window, Qt.Key.Key_F11)
    window.close()
    after = open_on("table1")
    assert all(seen(after).values()) and not after.isFullScreen() and after.menuBar().isVisible()


def test_columns_are_chosen_by_key_button_and_menu_and_come_back_with_the_network(window: MainWindow) -> None:
    button, action = child(window, QToolButton, "columns"), window.parts.commands["wrapped"]
    button.click()
    assert action.isChecked() and button.isChecked() and window.parts.graph.diagram.columns
    outlook = window.parts.outlook().outlook()
    assert outlook.wrapped
    action.trigger()
    assert not button.isChecked() and not window.parts.graph.diagram.columns
    window.parts.outlook().show(outlook)
    assert action.isChecked() and button.isChecked() and window.parts.graph.diagram.columns


def test_in_columns_an_edit_keeps_all_of_the_network_in_sight(window: MainWindow) -> None:
    window.parts.commands["wrapped"].trigger()
    window.parts.graph.animated = False
    window.parts.graph.select(Key("fire9"))
    for command in ("delete", "undo", "close_all", "open_all", "direction"):
        window.parts.commands[command].trigger()
        shown = [window.parts.graph.seen_rect(module.key) for module in window.parts.graph.diagram.modules]
        room = window.parts.graph.viewport().rect()
        assert all(rect is not None and room.contains(rect.toRect()) for rect in shown), command
