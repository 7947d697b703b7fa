"""What every window should have: names for those who cannot see it, keys for those who have no mouse."""

import re

import pytest
from hands import OpenWindow, Told, child, soon, submenu
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtGui import QAction, QColor, QImage, QKeySequence, QRegion, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.gui.commands import COMMANDS
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.shortcuts import ShortcutsDialog
from squeezeviz.model.layers import Fire

NAMED = ("layer_table", "graph_view", "explain_panel", "device_box", "live_button", "totals_label")


def test_the_parts_are_found_by_their_names_and_whatever_takes_the_keyboard_has_an_accessible_one(
    window: MainWindow,
) -> None:
    assert all(child(window, QWidget, name).accessibleName() for name in NAMED)
    nameless = [
        widget
        for kind in (QAbstractButton, QComboBox, QSlider, QLineEdit, QScrollArea)
        for widget in window.findChildren(kind)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", str)())
        and not isinstance(widget.parent(), QComboBox)
    ]
    assert nameless == []


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def test_no_two_commands_share_a_key() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.shortcuts]
    assert sorted(keys) == sorted(set(keys))


def test_no_two_actions_of_the_window_share_a_key_either(window: MainWindow) -> None:
    """What answers to a key without a command, and what the platform adds, is among them."""
    for name in PANELS:
        window.parts.panels.bring(name)
    window.parts.commands["find"].trigger()
    keys = [
        key.toString() for action in window.findChildren(QAction) for key in action.shortcuts() if not key.isEmpty()
    ]
    keys += [each.key().toString() for each in window.findChildren(QShortcut)]
    assert len(keys) > 60
    assert [key for key in keys if keys.count(key) > 1] == []


def test_every_command_stands_in_a_menu_and_on_the_shortcut_page_if_it_has_a_key(window: MainWindow) -> None:
    submenu(window.menuBar(), "&Compare", "With a Preset")
    in_menus = {action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()}
    dialog = ShortcutsDialog(window)
    said = {label.text() for label in dialog.findChildren(QLabel)}
    for command in COMMANDS:
        assert window.parts.commands[command.id] in in_menus, command.id
        assert not command.shortcuts or command.title.rstrip("…") in said
        assert not command.shortcuts or any(text.startswith(_native(command.shortcuts[0])) for text in said)
    assert {"Command Palette", "In the command palette (Ctrl+Shift+P)"} <= said
    dialog.deleteLater()


def test_modules_open_and_close_one_by_one_and_all_together_and_the_diagram_turns(window: MainWindow) -> None:

    def opened() -> list[str]:
        return [module.key.layer for module in window.parts.graph.diagram.modules if module.opened]

    fires = [layer.name for layer in window.document.table.layers if isinstance(layer, Fire)]
    window.parts.commands["close_all"].trigger()
    assert opened() == []
    window.parts.graph.toggle_requested.emit("fire5")
    assert opened() == ["fire5"]
    window.parts.commands["open_all"].trigger()
    assert opened() == fires
    window.parts.commands["direction"].trigger()
    diagram = window.parts.graph.diagram
    assert diagram.direction is Direction.RIGHT and diagram.width > diagram.height
    assert window.document.stack.count() == 0


def test_the_table_gets_the_room_that_its_columns_need_unless_a_person_drew_the_line(open_on: OpenWindow) -> None:
    window = open_on(size=(1800, 900))
    layout = window.parts.layout
    before = layout.splitter.sizes()
    for action in window.parts.table.columns.actions():
        if action.text() in ("bypass", "bits"):
            action.trigger()
    layout.make_room()
    assert layout.splitter.sizes()[0] > before[0]
    layout.splitter.setSizes(before)
    layout.splitter.splitterMoved.emit(0, 0)
    layout.make_room()
    assert layout.splitter.sizes() == before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chosen_theme_is_kept(window: MainWindow, theme: str) -> None:
    window.parts.commands[f"theme_{theme}"].trigger()
    assert window.session.settings.theme == theme
    dark_ground = window.palette().window().color().lightness() < 128
    assert dark_ground is (theme == "dark")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_diagram_s_ground_goes_on_below_it_where_its_zoom_is(window: MainWindow, theme: str, qtbot: QtBot) -> None:
    window.parts.commands[f"theme_{theme}"].trigger()
    graph = window.parts.graph
    qtbot.waitUntil(lambda: window.parts.control.appearance.theme.name == theme)
    shown = window.grab().toImage()
    for x in (graph.width() // 3, graph.width() - 20):
        strip = shown.pixelColor(graph.mapTo(window, QPoint(x, graph.height() - 4)))
        assert strip.name() == window.parts.theming.style.theme.page


@pytest.mark.parametrize("last", [None, (3000, 2000)])
def test_the_window_opens_within_the_screen(
    open_on: OpenWindow, settings: Settings, last: tuple[int, int] | None
) -> None:
    window = open_on(size=last or (1440, 900))
    settings.set_bytes("geometry", window.saveGeometry() if last else QByteArray())
    window.restore()
    assert window.screen().availableGeometry().contains(window.geometry())


@pytest.mark.parametrize(("width", "columns"), [(1440, 3), (1024, 2)])
def test_a_narrow_window_puts_the_explanation_below_the_table(open_on: OpenWindow, width: int, columns: int) -> None:
    window = open_on(size=(width, 700))
    splitter = window.parts.layout.splitter
    shown = [part for place in range(splitter.count()) if (part := splitter.widget(place)) and part.isVisible()]
    assert len(shown) == columns
    graph, explain = window.parts.graph, window.parts.explaining.panel
    assert graph.isVisible()
    assert explain.isVisible()
    assert graph.width() > 300


def test_a_panel_that_was_in_front_is_so_again_once_the_explanation_has_its_column(open_on: OpenWindow) -> None:
    window = open_on(size=(1440, 860))
    panels = window.parts.panels
    panels.put_in_front("filters")
    window.resize(1024, 700)
    assert panels.front == "explanation"
    window.resize(1440, 860)
    assert panels.front == "filters"
    window.resize(1024, 700)
    panels.put_in_front("costs")
    window.resize(1440, 860)
    assert panels.front == "costs"


def test_another_theme_restyles_a_widget_twice_tells_of_it_in_a_later_turn_and_paints_once_in_a_third(
    window: MainWindow, qtbot: QtBot
) -> None:
    QTest.qWait(50)
    told, turns = Told([each for each in window.findChildren(QWidget) if each.isVisible()]), []
    window.parts.theming.changed.connect(lambda: turns.append(told.turns))
    window.parts.commands["theme_dark"].trigger()
    qtbot.waitUntil(lambda: told.painted.total() > 0)
    QTest.qWait(50)
    assert set(told.styled.values()) == {2}
    assert told.painted[window.parts.graph.viewport()] == told.painted[window.parts.table.viewport()] == 1
    assert told.painted.total() < 1.1 * len(told.painted)
    assert 0 < turns.pop() < told.turns_before_painting
    assert turns == []


def test_one_style_sheet_styles_the_whole_window(window: MainWindow) -> None:
    for name in PANELS:
        window.parts.panels.bring(name)
    assert [widget for widget in window.findChildren(QWidget) if widget.styleSheet()] == []


def test_the_style_sheet_names_widgets_by_the_class_that_they_have(window: MainWindow) -> None:
    for name in PANELS:
        window.parts.panels.put_in_front(name)
    named = re.findall(r"\b(Q\w+)#(\w+)", window.styleSheet())
    found = [(name, kind, widget) for kind, name in named for widget in window.findChildren(QWidget, name)]
    styled = {name for name, kind, widget in found if widget.inherits(kind)}
    assert {"changes", "compare_panel"} <= styled
    assert {name for name, *_ in found} == styled


@pytest.mark.parametrize("command", ["shortcuts", "export", "repeat"])
def test_the_buttons_of_dialogs_have_words_and_no_icons_of_the_platform(window: MainWindow, command: str) -> None:
    icons: list[bool] = []

    def look(opened: QDialog) -> None:
        icons.extend(not button.icon().isNull() for button in child(opened, QDialogButtonBox, "").buttons())
        opened.reject()

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 1; }")  # as a desktop may have it
    try:
        soon(QDialog, look)
        window.parts.commands[command].trigger()
    finally:
        application.setStyleSheet("")
    assert icons and not any(icons)


def test_where_a_unit_is_no_whole_number_of_pixels_the_graph_s_ground_reaches_the_last_one(window: MainWindow) -> None:
    scale, graph = 1.5, window.parts.graph.viewport()
    graph.resize(501, 301)
    picture = QImage(round(501 * scale), round(301 * scale), QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.black)
    graph.render(picture, QPoint(), QRegion(), QWidget.RenderFlag(0))
    page = window.parts.theming.style.theme.page
    assert picture.pixelColor(picture.width() - 1, 5) == QColor(page)
    assert picture.pixelColor(5, picture.height() - 1) == QColor(page)
