"""The command palette, by keys and mouse: what it finds, what it does, and what it leaves alone."""

import pytest
from hands import LEFT, OpenWindow, answer_soon, caught, child, keys, names, set_field, toast, type_into
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListView, QMessageBox
from pytestqt.qtbot import QtBot

from squeezeviz.files.presets import preset_ids
from squeezeviz.gui.commands import COMMANDS
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.palette.entries import (
    LAYER,
    MOST_SHOWN,
    PRESET,
    WHY_NOT,
    Entry,
    Offer,
    command_entries,
    preset_entries,
)
from squeezeviz.gui.palette.palette import CommandPalette
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape, LayerTable


def opened(window: MainWindow) -> CommandPalette:
    """The palette, asked for by its keys."""
    window.activateWindow()
    keys(window, "Ctrl+Shift+P")
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, CommandPalette)
    return shown


def entries(palette: CommandPalette) -> list[Entry]:
    model = child(palette, QListView).model()
    return [model.index(row, 0).data(Qt.ItemDataRole.UserRole) for row in range(model.rowCount())]


def titles(palette: CommandPalette) -> list[str]:
    return [entry.title for entry in entries(palette)]


def look_for(window: MainWindow, typed: str) -> CommandPalette:
    palette = opened(window)
    type_into(window, typed)
    return palette


def said(palette: CommandPalette) -> str:
    return child(palette, QLabel, "palette_said").text()


def current(palette: CommandPalette) -> int:
    return child(palette, QListView).currentIndex().row()


def test_a_command_is_found_by_some_letters_and_given_by_enter(window: MainWindow) -> None:
    window.parts.graph.setFocus()
    palette = look_for(window, "dark")
    assert entries(palette)[0].name == "command:theme_dark"
    assert palette.accessibleName()
    keys(window, "Return")
    assert not palette.isVisible()
    assert window.session.settings.theme == "dark"
    assert QApplication.focusWidget() is window.parts.graph


@pytest.mark.parametrize(
    ("typed", "found"),
    [("full screen", "diagram_alone"), ("collapse", "close_all"), ("halve", "halve_filters"), ("slide", "export"),
     ("hide table", "table_pane"), ("x2", "double_filters"), ("×½", "halve_filters"), ("1/2", "halve_filters"),
     ("+8", "add_filters")],
)  # fmt: skip
def test_a_command_is_found_by_what_it_does_too(window: MainWindow, typed: str, found: str) -> None:
    assert f"command:{found}" in [entry.name for entry in entries(look_for(window, typed))][:4]


def test_each_line_has_the_command_s_menu_and_shortcut_and_says_what_is_on(window: MainWindow) -> None:
    shown = {entry.id: entry for entry in command_entries(window.parts.commands)}
    assert shown.keys() == {command.id for command in COMMANDS} - {"palette"}
    for command in COMMANDS:
        if command.id != "palette":
            entry = shown[command.id]
            assert entry.where == command.menu.replace(">", " › ")
            assert bool(entry.keys) is bool(command.shortcuts)
            assert (entry.checked is not None) is command.checkable
    assert shown["theme_light"].sentence == "Light, on, View › Theme"
    assert shown["fill_down"].sentence == "Fill Down, Edit, Ctrl+D"


def test_a_command_that_cannot_be_given_says_why_and_is_not_given(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.parts.commands["line_means"].isEnabled())  # once it has been painted
    grey = [entry for entry in command_entries(window.parts.commands) if not entry.enabled]
    assert {entry.id for entry in grey} == WHY_NOT.keys()  # as a window opens none of them can be given
    palette = look_for(window, "stop comparing")
    assert entries(palette)[0].sentence == "Stop Comparing, Compare, not now: nothing is pinned"
    keys(window, "Return")
    assert palette.isVisible()
    assert said(palette) == "Not now: nothing is pinned."
    keys(window, "Esc")
    window.parts.commands["pin"].trigger()
    look_for(window, "stop comparing")
    keys(window, "Return")
    assert not window.session.baseline.title


def test_undo_names_its_step(window: MainWindow) -> None:
    set_field(window, "fire2", "s1x1", 24)
    palette = look_for(window, "undo")
    assert titles(palette)[0] == "Undo Set fire2 s1x1"
    keys(window, "Return")
    assert not window.document.modified


def test_a_preset_opens_after_the_question_about_unsaved_changes(window: MainWindow, qtbot: QtBot) -> None:
    set_field(window, "fire2", "s1x1", 24)
    palette = look_for(window, "simple-bypass")
    assert entries(palette)[0].name == "preset:simple-bypass"
    asked: list[str] = []
    answer_soon(QMessageBox.StandardButton.Cancel, asked)
    keys(window, "Return")
    assert len(asked) == 1
    assert window.document.modified
    window.document.stack.undo()
    look_for(window, "simple bypass paper")
    keys(window, "Return")
    qtbot.waitUntil(lambda: "simple bypass" in window.document.table.name)


def test_every_preset_and_every_layer_is_offered(window: MainWindow) -> None:
    palette = opened(window)
    offered = {each.name for typed in ("preset", "layer") for each in palette._offer.find(typed).shown}
    assert {f"preset:{each}" for each in preset_ids()} | {f"layer:{name}" for name in names(window)} <= offered
    keys(window, "Esc")


def test_a_layer_is_selected_and_brought_into_sight(window: MainWindow) -> None:
    window.parts.graph.zoom_reset()
    palette = look_for(window, "fire 9")
    assert entries(palette)[0].name == "layer:fire9"
    keys(window, "Return")
    assert window.session.selection.layer_name() == "fire9"
    selected = window.parts.graph.selected
    assert selected is not None
    QTest.qWait(300)
    seen = window.parts.graph.seen_rect(selected)
    assert seen is not None
    assert window.parts.graph.viewport().rect().contains(seen.center().toPoint())


def test_keys_go_through_the_list_and_from_its_ends_to_the_other(window: MainWindow) -> None:
    palette = opened(window)
    assert current(palette) == 0
    last = len(entries(palette)) - 1
    way = []
    for key in ("Down", "Down", "Up", "PgDown", "PgUp", "Up", "Up", "End", "Home", "Up", "Down"):
        keys(window, key)
        way.append(current(palette))
    page = way[3] - way[2]
    assert page > 5
    assert way == [1, 2, 1, 1 + page, 1, 0, last, last, 0, last, 0]
    line = child(palette, QLineEdit)
    assert line.accessibleDescription() == entries(palette)[0].sentence
    keys(window, "Esc")


def test_esc_and_a_click_beside_it_close_it_and_change_nothing(window: MainWindow) -> None:
    window.parts.table.setFocus()
    chosen = caught(opened(window).chosen)
    type_into(window, "quit")
    keys(window, "Esc")
    assert QApplication.activePopupWidget() is None
    assert QApplication.focusWidget() is window.parts.table
    palette = look_for(window, "quit")
    QTest.mouseClick(palette, LEFT, pos=QPoint(-40, palette.height() + 60))
    assert QApplication.activePopupWidget() is None
    assert chosen == []
    assert not window.document.modified
    assert window.isVisible()


def test_no_key_of_the_window_reaches_it_while_the_palette_is_open(window: MainWindow) -> None:
    palette = look_for(window, "fir")
    keys(window, "Ctrl+Backspace", "Alt+Down", "Ctrl+D", "Tab", "Ctrl+Shift+D", "Shift+F2")
    assert palette.isVisible()
    assert not window.document.modified
    type_into(window, "e9")
    assert child(palette, QLineEdit).text() == "e9"  # Ctrl+Backspace took the word
    keys(window, "Esc")


def test_a_click_on_a_line_carries_it_out(window: MainWindow) -> None:
    palette = look_for(window, "fire")
    view = child(palette, QListView)
    row = next(row for row, entry in enumerate(entries(palette)) if entry.kind == LAYER and entry.id == "fire5")
    QTest.mouseClick(view.viewport(), LEFT, pos=view.visualRect(view.model().index(row, 0)).center())
    assert not palette.isVisible()
    assert window.session.selection.layer_name() == "fire5"


def test_what_was_used_last_stands_first_and_so_it_does_in_the_next_window(
    window: MainWindow, open_on: OpenWindow
) -> None:
    for typed in ("fit diagram", "fire7", "close all"):
        look_for(window, typed)
        keys(window, "Return")
    palette = opened(window)
    assert titles(palette)[:4] == ["Close All Modules", "fire7", "Fit Diagram", "New"]
    keys(window, "Esc")
    other = open_on()
    other.document.edit("Delete fire7", other.document.table.removed(names(other).index("fire7")))
    palette = opened(other)
    assert titles(palette)[:3] == ["Close All Modules", "Fit Diagram", "New"]
    keys(window, "Esc")


@pytest.mark.parametrize("stored", ['"x"', "[1, null, {}]", "{", '["command:quit", "layer:gone", "x"]'])
def test_whatever_stands_in_the_settings_it_opens(window: MainWindow, stored: str) -> None:
    window.session.settings.set_text("palette", stored)
    assert len(entries(opened(window))) == MOST_SHOWN
    keys(window, "Esc")


def test_a_name_is_shown_as_it_is_spelt_and_is_no_markup(window: MainWindow, open_on: OpenWindow) -> None:
    name = "\u202e<b>co&nv</b>\u200b" + "y" * 300
    window.document.edit("Rename", LayerTable("n", InputShape(3, 8, 8), (Conv(name, 1, 1),)))
    palette = look_for(window, "co&nv")
    found = next(entry for entry in entries(palette) if entry.kind == LAYER)
    assert found.title.startswith("\\u202e<b>co&nv</b>\\u200b")
    assert len(found.title) == 80
    index = child(palette, QListView).model().index(0, 0)
    assert index.data(Qt.ItemDataRole.ToolTipRole) is None  # Qt would guess markup there
    keys(window, "Return")
    assert window.session.selection.layer_name() == name
    assert not toast(window)


def test_of_ten_thousand_layers_a_bounded_list_is_shown_and_the_best_are_in_it(window: MainWindow) -> None:
    many = [Entry(LAYER, f"fire{place}", f"fire{place}", "Layer") for place in range(10_000)]
    offer = Offer([*many, Entry(PRESET, "x", "Fire Engines", "File")])
    hits = offer.find("fire")
    assert (len(hits.shown), hits.total) == (MOST_SHOWN, 10_001)
    assert offer.find("fire9999").shown[0].id == "fire9999"
    assert [each.id for each in offer.find("f e n").shown] == ["x"]
    for typed in ("f", "f e", "f e n", "f 99", "f 9", "f", "", "lay 9"):  # narrowed down, and wider again
        assert offer.find(typed) == Offer([*many, Entry(PRESET, "x", "Fire Engines", "File")]).find(typed)
    palette = opened(window)
    palette.open(offer)
    assert len(entries(palette)) == MOST_SHOWN
    assert said(palette) == "The first 100 of 10,001: type to narrow them down"
    type_into(window, "fire42 zzz")
    assert entries(palette) == []
    assert said(palette) == "Nothing fits what is typed"
    keys(window, "Return", "Down", "End", "Esc")
    assert not palette.isVisible()


@pytest.mark.parametrize("size", [(1440, 900), (640, 420)])
def test_it_lies_within_the_window_and_fits_it(open_on: OpenWindow, size: tuple[int, int]) -> None:
    window = open_on(size=size)
    palette = opened(window)
    assert window.frameGeometry().contains(palette.geometry())
    keys(window, "Esc")


@pytest.mark.parametrize("typed", ["v1.0 torch", "squeezenet v1.0 torch", "v1.1 torchvision"])
def test_a_preset_stands_before_weights_that_would_be_fetched_where_both_fit_alike(
    window: MainWindow, typed: str
) -> None:
    offer = Offer([*command_entries(window.parts.commands), *preset_entries()])
    shown = offer.find(typed).shown
    assert shown[0].kind == PRESET and "torchvision" in shown[0].title
    assert any(entry.may_fetch for entry in shown)
