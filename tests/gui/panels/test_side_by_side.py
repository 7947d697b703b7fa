"""The baseline's diagram beside the open one, and the two swapped, with keys and mouse."""

import re
from pathlib import Path

import pytest
from canvas_networks import spot, wheel
from desk import cut_off
from hands import (
    CTRL,
    LEFT,
    OpenWindow,
    answer_soon,
    bytes_of,
    caught,
    child,
    choose_soon,
    click_box,
    click_cell,
    export_soon,
    keys,
    one_step,
    refused,
    set_field,
    settle_saves,
    soon,
    toast,
)
from painted_labels import painted_labels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import INPUT_KEY, Direction, Key
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import to_text
from squeezeviz.gui.canvas.beside import FollowingView
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import Change

CTRL_ALT = CTRL | Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(open_on: OpenWindow, qtbot: QtBot) -> MainWindow:
    """v1.1, side by side with v1.0."""
    opened = active(open_on("squeezenet1_1"), qtbot)
    opened.parts.graph.setFocus()
    choose_soon("SqueezeNet v1.0 (torchvision)")
    QTest.keyClick(opened, Qt.Key.Key_B, CTRL_ALT)
    qtbot.waitUntil(lambda: opened.session.baseline.network is not None)
    opened.parts.graph.animated = False
    settle()
    return active(opened, qtbot)  # the menu had the keyboard


def active(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window, once it has the keyboard."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def other(window: MainWindow) -> FollowingView:
    return child(window, FollowingView)


def shown(window: MainWindow) -> bool:
    beside = window.parts.beside.made
    return beside is not None and beside.view.isVisible()


def along(view: GraphView, name: str) -> float:
    seen = view.seen_rect(Key(name))
    assert seen is not None
    return seen.top() if view.direction.down else seen.left()


def assert_together(window: MainWindow) -> None:
    lead, view = window.parts.graph, other(window)
    assert view.camera == lead.camera
    for name in ("conv1", "fire4", "fire9"):
        assert along(view, name) == pytest.approx(along(lead, name))


def test_a_shortcut_and_one_choice_show_two_networks_side_by_side(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    assert shown(window) and window.parts.commands["beside"].isChecked()
    assert abs(view.width() - lead.width()) <= 1 and view.height() == lead.height()
    assert_together(window)
    assert child(view, QLabel, "baseline_heading_title").text() == "SqueezeNet v1.0 (torchvision)"
    saved = child(lead, QLabel, "present_heading_macs")
    assert (saved.text(), saved.property("tone")) == ("−57.4 %", "saves")


def test_both_say_what_differs(window: MainWindow) -> None:
    for view in (other(window), window.parts.graph):
        view.select(Key("conv1"))
        assert "conv1 changed: ×96 → ×64, kernel 7 → 3" in view.accessibleDescription()
    other(window).select(Key("maxpool8"))
    assert "maxpool8 moved: now maxpool5, after fire5" in other(window).accessibleDescription()


def test_either_is_scrolled_and_zoomed_and_the_other_goes_along(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    before = lead.camera
    for widget, by in ((view, -3), (lead, -2), (view, 2)):
        wheel(widget.viewport(), widget.viewport().rect().center(), by)
        assert lead.camera != before
        before = lead.camera
        assert_together(window)
    wheel(view.viewport(), view.viewport().rect().center(), 2, CTRL)
    assert lead.zoom == view.zoom > before.zoom
    assert_together(window)
    at, grabbed = view.viewport().rect().center(), lead.camera
    QTest.mousePress(view.viewport(), Qt.MouseButton.MiddleButton, pos=at)
    QTest.mouseMove(view.viewport(), at - at / 3)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.MiddleButton, pos=at - at / 3)
    assert lead.camera != grabbed
    assert_together(window)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert_together(window)
    QTest.keyClick(window, Qt.Key.Key_F)
    assert lead.camera.zoom < 0.3
    assert_together(window)
    window.resize(1200, 760)
    settle()
    assert_together(window)


def test_a_click_or_a_key_on_the_baseline_selects_what_it_became(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    QTest.mouseClick(view.viewport(), LEFT, pos=spot(view, Key("conv1")))
    assert (view.selected, lead.selected) == (Key("conv1"), Key("conv1"))
    assert window.session.selection.layer_name() == "conv1"
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.selected == lead.selected == INPUT_KEY
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.selected == lead.selected == Key("avgpool10")
    lead.select(Key("maxpool5"))
    assert view.selected == Key("maxpool8")
    click_box(window, Key("fire2", "expand3x3"))
    assert view.selected == Key("fire2", "expand3x3")


def test_a_fire_opens_and_closes_on_both(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    view.setFocus()
    view.select(Key("fire4"))
    QTest.keyClick(view, Qt.Key.Key_Return)
    for each in (view, lead):
        module = next(module for module in each.diagram.modules if module.key == Key("fire4"))
        assert not module.opened
    assert_together(window)


def test_a_fire_that_only_the_baseline_has_opens_and_closes_there(window: MainWindow) -> None:
    document, view = window.document, other(window)
    document.edit("Remove", document.table.removed(document.table.index_of("fire5")))
    view.setFocus()
    view.select(Key("fire5"))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not next(module for module in view.diagram.modules if module.key == Key("fire5")).opened
    assert_together(window)


def test_the_baseline_is_not_edited(window: MainWindow) -> None:
    view = other(window)
    view.setFocus()
    view.select(Key("fire4"))
    with refused(window, "swap"):
        QTest.keyClick(view, Qt.Key.Key_Delete)


def test_turned_right_they_stand_one_below_the_other_and_in_columns_they_have_the_same(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    QTest.keyClick(window, Qt.Key.Key_R, CTRL)
    settle()
    assert view.direction is lead.direction is Direction.RIGHT
    assert abs(view.height() - lead.height()) <= 1 and view.width() == lead.width()
    assert_together(window)
    QTest.keyClick(window, Qt.Key.Key_R, CTRL)
    QTest.keyClick(window, Qt.Key.Key_F11)
    QTest.keyClick(window, Qt.Key.Key_W, CTRL | Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert shown(window)
    assert len(lead.diagram.columns) == len(view.diagram.columns) > 1
    for size in ((1300, 800), (900, 700), (1440, 900)):
        window.resize(*size)
        settle()
        assert [column.side for column in lead.diagram.columns] == [column.side for column in view.diagram.columns]
        assert_together(window)


def test_an_edit_is_marked_on_both_and_moves_both(window: MainWindow) -> None:
    document, view, lead = window.document, other(window), window.parts.graph
    with one_step(window):
        document.edit("Set", document.table.with_field(document.table.index_of("fire4"), "e3x3", 96))
    assert_together(window)
    for each in (view, lead):
        each.select(Key("fire4"))
        assert "fire4 changed: e3x3 128 → 96" in each.accessibleDescription()
    document.edit("Remove", document.table.removed(document.table.index_of("fire4")))
    view.select(Key("fire4"))
    assert "fire4 removed" in view.accessibleDescription() and view.selected == Key("fire4")
    assert lead.selected != Key("fire4")
    beside = window.parts.control.beside
    assert beside is not None and len(view.diagram.modules) == 16 and len(lead.diagram.modules) == 15


def test_both_say_the_same_of_their_closed_fires_at_every_zoom(window: MainWindow) -> None:
    document, lead = window.document, window.parts.graph
    window.session.baseline.pin(load_preset("table1"), "Table 1")
    halved = load_preset("table1")
    for row, layer in enumerate(halved.layers):
        halved = halved.with_field(row, "s1x1", layer.s1x1 // 2) if isinstance(layer, Fire) else halved
    with one_step(window):
        document.edit("Halve", halved)
    window.parts.control.close_all()
    seen = set[str]()
    for percent in range(56, 80):
        lead.look_at(lead.content, percent / 100)
        before, now = (
            {re.sub("[0-9]+", "#", text) for text in label_texts(view) if "=" in text or " ch" in text}
            for view in (other(window), lead)
        )
        assert before == now and len(now) == 1, percent
        seen |= now
    assert seen == {"# → # + # = #", "# → #+#=#", "# + # = #", "# ch"}


def label_texts(view: GraphView) -> list[str]:
    return [label.text for label in painted_labels(view)]


def test_in_neither_column_does_a_sign_of_a_change_lie_under_the_ruler(window: MainWindow) -> None:
    document, lead = window.document, window.parts.graph
    document.edit("Set", document.table.with_field(document.table.index_of("fire2"), "e3x3", 96))
    window.resize(1140, 760)
    settle()
    lead.look_at(lead.content, 0.5)  # above, tags tell
    lead.reveal(Key("fire2"))
    lead.horizontalScrollBar().setValue(lead.horizontalScrollBar().minimum())
    assert_together(window)
    for view in (other(window), lead):
        seen, picture = view.seen_rect(Key("fire2")), view.viewport().grab().toImage()
        assert seen is not None
        outer = QPoint(round(seen.left()) - 15, round(seen.top()) + 7)
        assert picture.pixelColor(outer).name() == LIGHT.changes[Change.CHANGED]


def test_the_explanation_makes_way_for_as_long_as_they_stand_there(window: MainWindow) -> None:
    explanation = window.parts.explaining.panel
    assert not explanation.isVisible() and not window.parts.commands["explanation_pane"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    assert explanation.isVisible() and not shown(window)
    assert window.parts.graph.viewport().y() == 0, "the heading is gone"
    settle()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    assert shown(window) and not explanation.isVisible()
    QTest.keyClick(window, Qt.Key.Key_3, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert explanation.isVisible() and shown(window)


SMALL = [(1024, 668), (960, 560), (683, 436)]
"""What screens of 1024×700 pixels, of 1440×900 at one and a half times the size, and of 1024×700 at that leave."""


@pytest.mark.parametrize(("width", "height"), SMALL)
def test_on_a_small_screen_nothing_about_the_diagrams_is_cut(
    open_on: OpenWindow, qtbot: QtBot, width: int, height: int
) -> None:
    window = active(open_on("squeezenet1_1"), qtbot)
    window.resize(width, height)
    settle()
    lead, layout = window.parts.graph, window.parts.layout
    before = layout.splitter.sizes()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    settle()
    view, table = other(window), window.parts.table
    assert window.width() == width and min(view.width(), lead.width()) >= 240
    assert table.isVisible() is window.parts.commands["table_pane"].isChecked() is (width > 800)
    for shown_table in (table.isVisible(), True):
        window.parts.commands["table_pane"].setChecked(shown_table)
        layout.show_pane("table_pane", shown_table)
        layout.splitter.setSizes([width, 0, 0] if shown_table else layout.splitter.sizes())  # as far as it goes
        settle()
        assert window.width() == width
        assert view.viewport().y() == lead.viewport().y() > 30
        for each in (view, lead):
            assert cut_off(each, QToolButton) == cut_off(each, QLabel) == []
        assert cut_off(layout.table_card, QPushButton) == cut_off(layout.table_card, QToolButton) == []
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    settle()
    assert not shown(window) and table.isVisible() and layout.splitter.sizes() == before


def test_the_cards_have_their_widths_again_once_one_diagram_is_left(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = active(open_on("squeezenet1_1"), qtbot)
    for width, alone in ((1440, False), (1000, False), (1000, True)):
        window.resize(width, 800)
        settle()
        before = window.parts.layout.splitter.sizes()
        window.parts.commands["pin"].trigger()
        for key in (Qt.Key.Key_F11, Qt.Key.Key_F11) if alone else ():
            QTest.keyClick(window, key)
            if not shown(window):
                QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
        if not alone:
            QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
        settle()
        assert shown(window) and window.parts.layout.splitter.sizes() != before
        QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
        settle()
        assert window.parts.layout.splitter.sizes() == before


def standing(window: MainWindow) -> tuple[object, ...]:
    """What of the window is shown and how large, and where its diagram is looked at."""
    layout, lead = window.parts.layout, window.parts.graph
    views = [(each.camera, each.fit, each.size()) for each in (lead, other(window))]
    return layout.panes, layout.splitter.sizes(), layout._left.sizes(), views, len(lead.diagram.columns)


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("drawn", [False, True], ids=["usual", "drawn by hand"])
@pytest.mark.parametrize("scrolled", [False, True])
def test_after_the_diagram_was_alone_or_presented_all_is_as_before(
    window: MainWindow, columns: bool, drawn: bool, scrolled: bool
) -> None:
    layout, lead = window.parts.layout, window.parts.graph
    window.resize(760, 620) if drawn else window.resize(1440, 900)
    settle()
    if columns:
        QTest.keyClick(window, Qt.Key.Key_W, CTRL | Qt.KeyboardModifier.ShiftModifier)
    if drawn:
        QTest.keyClick(window, Qt.Key.Key_1, CTRL | Qt.KeyboardModifier.ShiftModifier)  # it made way
        handle = layout.splitter.handle(1)
        QTest.mousePress(handle, LEFT, pos=QPoint(3, 50))
        QTest.mouseMove(handle, QPoint(-27, 50))
        QTest.mouseRelease(handle, LEFT, pos=QPoint(-27, 50))
    settle()
    if scrolled:
        lead.zoom_in()
        wheel(lead.viewport(), lead.viewport().rect().center(), -300)
    before = standing(window)
    assert drawn or not layout.panes["explanation_pane"]
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F11)
        window.resize(1900, 1000)  # as the system makes it, at some later time
        settle()
        assert layout.alone and standing(window) != before
        QTest.keyClick(window, Qt.Key.Key_F11)
        settle()
        window.resize(*((760, 620) if drawn else (1440, 900)))
        settle()
        assert standing(window) == before
    QTest.keyClick(window, Qt.Key.Key_F11, Qt.KeyboardModifier.ShiftModifier)
    presented = window.parts.presentation()
    assert presented.isVisible()
    QTest.keySequence(presented, "Shift+F11")
    assert not presented.isVisible()
    settle()
    assert standing(window) == before


def test_what_was_seen_across_is_seen_across_half_the_room(window: MainWindow) -> None:
    lead, view = window.parts.graph, other(window)
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    settle()
    lead.zoom_reset()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    settle()
    for each in (lead, view):
        seen = each.seen_rect(Key("fire2"))
        assert seen is not None and seen.left() > 0 and seen.right() < each.viewport().width()


def test_that_they_stand_side_by_side_is_remembered_and_what_hides_the_diagram_gives_way(
    window: MainWindow, open_on: OpenWindow, qtbot: QtBot
) -> None:
    again = active(open_on(), qtbot)
    assert not again.parts.commands["beside"].isChecked() and again.parts.beside.made is None
    QTest.keyClick(again, Qt.Key.Key_B, CTRL)
    assert shown(again)
    QTest.keyClick(again, Qt.Key.Key_B, CTRL_ALT)
    again.parts.commands["diagram_pane"].trigger()
    assert not again.parts.graph.isVisible()
    QTest.keyClick(again, Qt.Key.Key_B, CTRL_ALT)
    assert shown(again) and again.parts.graph.isVisible()
    again.parts.commands["unpin"].trigger()
    assert not shown(again) and not again.parts.commands["beside"].isChecked()


def test_the_comparison_panel_shows_them_and_swaps_them(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = active(open_on("squeezenet1_1"), qtbot)
    QTest.keyClick(window, Qt.Key.Key_5, CTRL)
    choose_soon("SqueezeNet v1.0 (torchvision)")
    QTest.mouseClick(child(window, QPushButton, "choose_beside"), LEFT)
    qtbot.waitUntil(lambda: shown(window))
    assert child(window, QPushButton, "beside").isChecked()
    QTest.mouseClick(child(window, QPushButton, "swap_baseline"), LEFT)
    assert window.document.table == load_preset("squeezenet1_0")
    assert child(other(window), QLabel, "baseline_heading_title").text() == "SqueezeNet v1.1 (torchvision)"
    QTest.mouseClick(child(window, QPushButton, "beside"), LEFT)
    assert not shown(window)


def test_swapping_is_one_step_that_takes_both_back(window: MainWindow) -> None:
    document, baseline = window.document, window.session.baseline
    was_open, was_pinned = bytes_of(document.table), baseline.network
    assert was_pinned is not None

    def pinned() -> str:
        assert baseline.network is not None
        return bytes_of(baseline.network.table)

    QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)
    assert (bytes_of(document.table), pinned()) == (bytes_of(was_pinned.table), was_open)
    assert baseline.title == "SqueezeNet v1.1 (torchvision)" and document.stack.count() == 1
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert (bytes_of(document.table), pinned()) == (was_open, bytes_of(was_pinned.table))
    assert baseline.title == "SqueezeNet v1.0 (torchvision)"
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert (bytes_of(document.table), pinned()) == (bytes_of(was_pinned.table), was_open)
    QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)
    assert bytes_of(document.table) == was_open and document.stack.count() == 2


def test_save_asks_for_a_name_only_as_long_as_the_file_held_the_other_network(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(to_text(load_preset("squeezenet1_1"), "toml"), encoding="utf-8")
    window = active(open_on(mine), qtbot)
    document, stack = window.document, window.document.stack
    window.session.baseline.pin(load_preset("squeezenet1_0"), "v1.0")
    assert document.writes_back
    QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)
    assert not document.writes_back
    for step, alike in ((stack.undo, True), (stack.redo, False), (stack.undo, True)):
        step()
        assert document.writes_back is alike and document.modified is not alike


def test_what_was_swapped_out_unsaved_is_asked_about_until_it_is_saved(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(bytes_of(load_preset("table1")), encoding="utf-8")
    window = active(open_on(mine), qtbot)
    window.session.baseline.pin(load_preset("squeezenet1_1"), "v1.1")
    document, files, commands = window.document, window.parts.files, window.parts.commands
    set_field(window, "fire2", "s1x1", 17)
    commands["swap"].trigger()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "other.toml"), ""))
    commands["save_as"].trigger()
    settle_saves(window)
    assert not document.modified and document.left_unsaved() == ["mine.toml"]
    for answer, leaves in (("Cancel", False), ("Discard", True)):
        asked: list[str] = []
        answer_soon(QMessageBox.StandardButton[answer], asked)
        assert files.may_leave() is leaves
        assert asked == ["Leave the changes to “mine.toml” unsaved?"]
    commands["undo"].trigger()
    assert document.left_unsaved() == [] and document.modified
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "saved.toml"), ""))
    commands["save_as"].trigger()
    settle_saves(window)
    commands["redo"].trigger()
    assert document.left_unsaved() == []


def test_a_baseline_that_is_swapped_in_and_out_again_has_nothing_unsaved(window: MainWindow) -> None:
    for _ in range(2):
        window.parts.commands["swap"].trigger()
        assert window.document.left_unsaved() == []
    set_field(window, "fire2", "s1x1", 17)
    for expected in ([window.document.table.name], []) * 2:
        window.parts.commands["swap"].trigger()
        assert window.document.left_unsaved() == expected


def test_what_is_pinned_after_a_swap_stays_when_the_swap_is_taken_back(window: MainWindow) -> None:
    document, baseline = window.document, window.session.baseline
    QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)
    baseline.pin(load_preset("table1"), "another")
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert baseline.title == "another" and document.table == load_preset("squeezenet1_1")


def test_swapping_needs_a_baseline_that_differs(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = active(open_on(), qtbot)
    assert not window.parts.commands["swap"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_B, CTRL)
    with refused(window, "the same"):
        QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)


def test_save_asks_for_a_name_before_the_baseline_takes_the_place_of_the_file(
    open_on: OpenWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(bytes_of(load_preset("squeezenet1_1")), encoding="utf-8")
    window = active(open_on(path), qtbot)
    window.session.baseline.pin(load_preset("squeezenet1_0"), "squeezenet1_0")
    QTest.keyClick(window, Qt.Key.Key_S, CTRL_ALT)
    before, asked = path.read_bytes(), list[QFileDialog]()

    def refuse(dialog: QFileDialog) -> None:
        asked.append(dialog)
        dialog.reject()

    soon(QFileDialog, refuse)
    window.parts.commands["save"].trigger()
    assert asked and path.read_bytes() == before


def test_equal_colours_of_costs_are_equal_costs_on_both(window: MainWindow) -> None:
    window.parts.commands["colour_multiply-adds"].trigger()
    before, now = (view._appearance.heat for view in (other(window), window.parts.graph))
    assert before is not None and now is not None
    assert before.values[Key("fire5")] == now.values[Key("fire5")] > 0, "it costs the same in both"
    assert before.values[Key("conv1")] == 1.0 > now.values[Key("conv1")]
    assert before.legend.ticks[-1][1] == f"≥ {now.legend.ticks[-1][1]}"
    window.parts.commands["colour_kind"].trigger()
    assert other(window)._appearance.heat is None


def test_what_only_one_has_leaves_room_in_the_other_where_it_says_so(window: MainWindow) -> None:
    document, view = window.document, other(window)
    row = document.table.index_of("fire4")
    document.edit("Insert", document.table.inserted(row, Fire("fireX", 16, 64, 64)))
    marks = view._appearance.marks
    assert marks is not None and marks.missing is Change.ADDED
    assert [name for names in marks.absent.values() for name in names] == ["fireX"]
    assert_together(window)


def test_the_comparison_is_exported_and_copied_as_one_figure(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, suggested = tmp_path / "compared.svg", list[str]()

    def ask(_: object, title: str, name: str, *more: object) -> tuple[str, str]:
        suggested.append(name)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    export_soon()
    QTest.mouseClick(child(window, QPushButton, "export_comparison"), LEFT)
    qtbot.waitUntil(path.exists)
    assert "compared" in suggested[0]
    text = path.read_text(encoding="utf-8")
    assert "SqueezeNet v1.0 (torchvision)" in text and "×96 → ×64, kernel 7 → 3" in text and "−57.4 %" in text
    told = caught(window.parts.exports.done)
    window.parts.commands["copy_comparison_picture"].trigger()
    qtbot.waitUntil(lambda: "Copied the comparison as a picture." in told)
    assert QApplication.clipboard().mimeData().hasFormat("image/svg+xml")
    window.parts.commands["unpin"].trigger()
    assert not window.parts.commands["export_comparison"].isEnabled()


def test_the_baselines_own_menu_swaps(window: MainWindow) -> None:
    view = other(window)
    view.setFocus()
    choose_soon("Swap with the Baseline")
    QTest.keyClick(view, Qt.Key.Key_Menu)
    assert window.document.table == load_preset("squeezenet1_0")


def test_the_baseline_s_layers_are_not_dragged_and_a_click_on_one_selects_its_match_alone(window: MainWindow) -> None:
    view, lead = other(window), window.parts.graph
    before = bytes_of(window.document.table)
    window.session.selection.choose_rows([3, 5])
    settle()
    at, to = spot(view, Key("fire3")), spot(view, Key("conv1"))
    at.setY(round(along(view, "fire3")) + 5)
    QTest.mousePress(view.viewport(), LEFT, pos=at)
    for point in ((at + to) / 2, to):
        QTest.mouseMove(view.viewport(), point)
    QTest.mouseRelease(view.viewport(), LEFT, pos=to)
    settle()
    assert bytes_of(window.document.table) == before
    assert lead.selected == Key("fire3")
    assert window.session.selection.rows() == [window.document.table.index_of("fire3")]


def test_what_was_refused_goes_from_over_the_headings_once_a_comparison_is_chosen(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = active(open_on("squeezenet1_1"), qtbot)
    click_cell(window, "fire2", "depth")
    with refused(window, "nothing to clear"):
        keys(window, "Del")
    assert toast(window)
    window.parts.graph.setFocus()
    choose_soon("SqueezeNet v1.0 (torchvision)")
    QTest.keyClick(window, Qt.Key.Key_B, CTRL_ALT)
    qtbot.waitUntil(lambda: window.session.baseline.network is not None)
    assert not toast(window)
    for name in ("copy_comparison", "pin", "unpin"):
        click_cell(window, "fire2", "depth")
        with refused(window, "nothing to clear"):
            keys(window, "Del")
        window.parts.commands[name].trigger()
        assert not toast(window), name
