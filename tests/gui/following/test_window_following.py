"""One value followed in the window: where it comes from, one step back after another, and what an edit does to it."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from hands import (
    LEFT,
    OpenWindow,
    ask_for_a_menu,
    child,
    choose_soon,
    click_box,
    click_cell,
    fresh,
    keys,
    live_status,
    outcome,
    set_field,
    toast,
    type_in,
    type_into,
)
from PIL import Image
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.pictures.preprocessing import BGR
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.following.followed import Following
from squeezeviz.gui.following.page import FollowedText
from squeezeviz.gui.following.pixels import REACH
from squeezeviz.gui.following.placing import FollowedPage, Target
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.maps.enlarged import EnlargedMap
from squeezeviz.gui.maps.grid import MapGrid
from squeezeviz.gui.widgets.shortcuts import GESTURES
from squeezeviz.model.layers import Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

SMALL = LayerTable("small", InputShape(3, 18, 18), (Conv("c", 4, 3), MaxPool("p", 2, 2), Fire("f", 3, 5, 4)))


@pytest.fixture
def window(open_on: OpenWindow, qtbot: QtBot) -> MainWindow:
    """The window on a small network with a Fire module, measured, Live on."""
    window = open_on("table1", live=True)
    window.document.start(SMALL)
    qtbot.waitUntil(lambda: fresh(window))
    return window


def following(window: MainWindow) -> Following:
    return window.session.following()


def come(qtbot: QtBot, window: MainWindow) -> Following:
    """What is followed, once its numbers have come."""
    found = following(window)
    qtbot.waitUntil(lambda: found.value is not None and found.value.at == found.at and not found.said)
    return found


def page(window: MainWindow) -> FollowedText:
    return child(window, FollowedText, "followed_text")


def said(window: MainWindow) -> str:
    """What is written on the page, a line for each piece."""
    return "\n".join(piece.plain_text for piece in page(window).page.pieces)


def page_text(window: MainWindow) -> str:
    """What is written on the page, in one line."""
    return " ".join(said(window).split())


def click(window: MainWindow, target: Target) -> None:
    QTest.mouseClick(page(window), LEFT, pos=target.room.center())


def field(window: MainWindow, what: str) -> QLineEdit:
    return child(window, QLineEdit, f"follow_{what}")


def test_of_a_fire_module_a_channel_of_the_3x3_is_followed_and_any_other_can_be_typed(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_box(window, Key("f"))
    keys(window, "F12")
    found = come(qtbot, window)
    assert found.at == ValueAt("f/concat", 8, 4, 4)
    assert "Channel 8 is filter 3 of expand3x3, because the first 5 channels are expand1x1's." in said(window)
    assert not window.parts.explaining.panel.isVisible()
    type_in(field(window, "channel"), "6")
    assert come(qtbot, window).at == ValueAt("f/concat", 6, 4, 4)
    words = said(window)
    assert "Channel 6 is filter 1 of expand3x3" in words
    assert "✓ measured in the pass, in float32" in words
    assert "The pass ran on a ramp of grey with random weights." in words
    type_in(field(window, "channel"), "4")
    assert come(qtbot, window).value is not None
    assert "Channel 4 is filter 4 of expand1x1, because expand1x1's channels come first." in said(window)


def test_a_click_goes_one_step_back_and_backspace_returns(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    chosen = next(target for target in page(window).targets if target.first)
    click(window, chosen)
    found = come(qtbot, window)
    assert list(found.way) == [ValueAt("f/concat", 8, 3, 3), chosen.at]
    assert chosen.at.operation == "f/relu_squeeze1x1"
    assert window.parts.graph.selected == Key("f", "squeeze1x1")
    click(window, next(target for target in page(window).targets if target.first))
    assert come(qtbot, window).at is not None
    assert said(window).startswith("f/concat 8 ›\nf/relu_squeeze1x1")
    page(window).setFocus()
    keys(window, "Backspace")
    assert come(qtbot, window).at == chosen.at
    keys(window, "Alt+Left")
    assert come(qtbot, window).way == (ValueAt("f/concat", 8, 3, 3),)
    keys(window, "Backspace")
    assert list(found.way) == [ValueAt("f/concat", 8, 3, 3)]


def test_any_value_of_the_way_can_be_gone_back_to(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    for _ in range(3):
        come(qtbot, window)
        click(window, next(target for target in page(window).targets if target.first))
    found = come(qtbot, window)
    assert len(found.way) == 4
    click(window, page(window).targets[0])
    assert come(qtbot, window).way == (ValueAt("f/concat", 8, 3, 3),)


def test_the_feature_maps_panel_is_at_the_value_that_is_followed(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.commands["feature_maps"].trigger()
    panel = window.parts.panels.panel("feature_maps")
    shown = child(panel, EnlargedMap)

    def are_together() -> bool:
        at, here = following(window).at, panel.value  # type: ignore[attr-defined]
        return at is not None and at == here and shown.shown is not None and shown.shown.place == at[1:4]

    window.parts.following().follow(ValueAt("f/concat", 8, 4, 4))
    come(qtbot, window)
    grid = child(panel, MapGrid)
    qtbot.waitUntil(lambda: grid.selected == 8)
    QTest.mouseClick(grid.viewport(), LEFT, pos=grid.cell_of(7).center().toPoint())
    QTest.mouseDClick(shown, LEFT, pos=shown.map_rect().center().toPoint())
    at = come(qtbot, window).at
    assert at is not None and at[:2] == ("f/concat", 7) and are_together(), "a double click moves what is followed"
    for _ in range(3):  # to operations of fewer channels, and of more
        click(window, next(target for target in page(window).targets if target.first))
        come(qtbot, window)
        qtbot.waitUntil(are_together)
        assert not child(panel, QLabel, "maps_message").isVisible()
    for _ in range(3):
        page(window).setFocus()
        keys(window, "Backspace")
        come(qtbot, window)
        qtbot.waitUntil(are_together)
    type_in(field(window, "row"), "1")
    assert come(qtbot, window).at == at._replace(row=1)
    assert are_together()
    window.parts.following().follow(ValueAt("c", 3, 2, 1))
    come(qtbot, window)
    qtbot.waitUntil(are_together)
    assert child(panel, QComboBox, "maps_relu").currentData() == "before"


def test_it_goes_back_to_the_input_where_nothing_comes_before(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("c", 1, 2, 3))
    come(qtbot, window)
    click(window, next(target for target in page(window).targets if target.first))
    found = come(qtbot, window)
    assert found.at is not None and found.at.operation == NETWORK_INPUT
    assert window.parts.graph.selected == INPUT_KEY
    assert [target.place for target in page(window).targets] == [0]


def test_at_the_end_of_the_way_stands_the_pixel_of_the_picture(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "two.png"
    picture = Image.new("RGB", (18, 18), (200, 30, 90))
    picture.putpixel((5, 4), (10, 220, 130))
    picture.save(path)
    with qtbot.waitSignal(window.parts.pictures().opened):
        window.parts.pictures().open([str(path)])
    window.session.pictures.choose(BGR)
    qtbot.waitUntil(lambda: live_status(window).endswith("· its weights are random"))
    window.parts.following().follow(ValueAt("c", 1, 3, 4))
    come(qtbot, window)
    assert "random weights" in said(window) and "ramp" not in said(window)
    assert {"0 B", "1 G", "2 R"} <= set(said(window).splitlines()), "channels of a picture have their letters"
    window.parts.following().follow(ValueAt(NETWORK_INPUT, 0, 4, 5))
    come(qtbot, window)
    qtbot.waitUntil(lambda: "R 10 · G 220 · B 130" in said(window))
    assert "It comes from B 130 of 255. It is the pixel at x 5, y 4 of the opened picture" in page_text(window)
    assert "It is the pixel at x 5, y 4 of the opened picture, two.png (18×18)." in " ".join(
        page(window).accessibleDescription().split()
    )
    colours = Counter(bar.colour.name() for bar in page(window).page.bars)
    assert colours["#0adc82"] == 1
    assert colours["#c81e5a"] == (4 + 1 + REACH) * (5 + 1 + REACH) - 1
    assert not list(window.session.work.path().glob("maps-*"))


def test_the_keyboard_walks_the_values_and_follows_one(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    text = page(window)
    assert text.current is None
    text.setFocus()
    assert text.current is not None and text.current.first, "Enter goes on from where the keyboard comes"
    here = text.current
    assert "f/relu_squeeze1x1, channel" in text.accessibleName() and "Enter follows it" in text.accessibleName()
    weights = {target.at for target in text.targets if target.first}
    keys(window, "Tab")
    assert text.current.at in weights - {here.at}
    keys(window, "Shift+Tab")
    assert text.current == here
    for key, back in (("Right", "Left"), ("Down", "Up"), ("Left", "Right"), ("Up", "Down")):
        keys(window, key)
        if text.current != here:
            keys(window, back)
        assert text.current == here
    keys(window, "Return")
    assert come(qtbot, window).at == here.at


def test_of_another_channel_the_heaviest_value_is_framed(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 6, 3, 3))
    come(qtbot, window)
    text = page(window)
    text.setFocus()
    keys(window, "Right", "Down")
    assert text.current is not None and text.current != next(each for each in text.targets if each.first)
    type_into(window, "7")
    keys(window, "Return")
    assert come(qtbot, window).at == ValueAt("f/concat", 7, 3, 3)
    assert text.current == next(each for each in text.targets if each.first)


def test_with_keys_alone_a_value_of_a_typed_channel_is_followed_to_the_pixels_and_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    click_cell(window, "f", "layer")
    keys(window, "F12")
    type_into(window, "6")
    assert field(window, "channel").text() == "6", "before the numbers are there"
    keys(window, "Return")
    found = come(qtbot, window)
    assert found.at == ValueAt("f/concat", 6, 4, 4)
    hint = child(window, QLabel, "follow_keys")
    assert hint.isVisible() and "Enter: follow" in hint.text() and "Backspace" not in hint.text()
    passed = [found.at]
    while passed[-1].operation != NETWORK_INPUT:
        assert len(passed) < 9 and page(window).current is not None
        keys(window, "Return")
        at = come(qtbot, window).at
        assert at is not None
        passed.append(at)
    assert [at.operation for at in passed] == ["f/concat", "f/relu_squeeze1x1", "p", "relu_c", NETWORK_INPUT]
    assert "Backspace: return" in hint.text() and "Enter" not in hint.text()
    for _ in passed[1:]:
        keys(window, "Backspace")
        come(qtbot, window)
    assert found.way == (passed[0],)
    type_into(window, "2")
    keys(window, "Return")
    assert come(qtbot, window).at == ValueAt("f/concat", 2, 4, 4)
    keys(window, "Esc")
    assert found.at is None and window.parts.explaining.panel.isVisible()


def test_the_keyboard_stays_at_its_value_when_a_pass_brings_other_numbers(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    before = come(qtbot, window).value
    page(window).setFocus()
    keys(window, "Right")
    here = page(window).current
    assert here is not None
    set_field(window, "f", "e3x3", 6)
    assert come(qtbot, window).value != before
    now = page(window).current
    assert now is not None and now.at == here.at


def test_the_shortcut_guide_names_the_keys_of_a_followed_value() -> None:
    assert {"Enter, click", "Backspace, Alt+Left"} <= {keys for keys, _ in GESTURES["In a followed value (F12)"]}


def test_tab_leaves_the_page_after_the_last_value(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    page(window).setFocus()
    keys(window, *["Tab"] * sum(target.first for target in page(window).targets))
    assert QApplication.focusWidget() is not page(window)


def test_escape_and_the_close_button_bring_the_explanation_back(window: MainWindow, qtbot: QtBot) -> None:
    for by_key in (True, False):
        window.parts.following().follow(ValueAt("p", 1, 2, 3))
        come(qtbot, window)
        assert window.parts.following().panel.isVisible()
        if by_key:
            keys(window, "Esc")
        else:
            child(window, QToolButton, "follow_close").click()
        assert window.parts.explaining.panel.isVisible()
        assert not window.parts.following().panel.isVisible()
        set_field(window, "c", "filters", 5 if window.document.table == SMALL else 6)
        qtbot.waitUntil(lambda: fresh(window))
        answer = window.session.live.answer
        assert answer is not None and answer.maps_of is None


def test_after_an_edit_the_value_is_asked_for_anew_and_old_numbers_are_said_to_be_old(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.parts.following().follow(ValueAt("f/concat", 6, 3, 3))
    before = come(qtbot, window).value
    set_field(window, "f", "e1x1", 3)
    assert following(window).said == "A pass runs, to bring the values…"
    assert child(window, QLabel, "follow_said").isVisible()
    assert come(qtbot, window).value != before
    assert not child(window, QLabel, "follow_said").isVisible()
    assert "Channel 6 is filter 3 of expand3x3, because the first 3 channels are expand1x1's." in said(window)
    set_field(window, "f", "e1x1", 4)
    come(qtbot, window)
    assert "Channel 6 is filter 2 of expand3x3, because the first 4 channels are expand1x1's." in said(window)


def test_a_value_that_an_edit_took_away_is_a_sentence_with_the_range(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    set_field(window, "f", "e3x3", 2)
    label = child(window, QLabel, "follow_said")
    assert label.text() == "Channel 8 is none of the 7 channels of f/concat; they are numbered from 0 to 6."
    window.document.stack.undo()
    come(qtbot, window)


def test_a_place_that_there_is_not_is_refused_with_the_range(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    for what, typed, range_ in (("channel", "9", "0 to 8"), ("row", "8", "0 to 7"), ("column", "-1", "whole number")):
        type_in(field(window, what), typed)
        QApplication.processEvents()
        assert range_ in toast(window)
        keys(window, "Esc", "Esc")
    assert following(window).at == ValueAt("f/concat", 8, 3, 3)


def test_tab_selects_the_next_field_whose_number_stays_selected_when_the_answer_comes(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    type_in(field(window, "row"), "9")
    QApplication.processEvents()
    assert "0 to 7" in toast(window)
    type_in(field(window, "row"), "5", finish=False)
    keys(window, "Tab")
    come(qtbot, window)
    assert not toast(window), "the next step has succeeded"
    following(window).changed.emit()
    QTest.keyClicks(field(window, "column"), "6")
    keys(window, "Return")
    assert come(qtbot, window).at == ValueAt("f/concat", 8, 5, 6)


def test_without_live_one_pass_is_run_for_it_and_an_edit_says_how_to_run_another(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", worker=True)
    window.document.start(SMALL)
    assert window.session.live.answer is None
    window.parts.following().follow(ValueAt("p", 1, 2, 3))
    come(qtbot, window)
    window.parts.following().follow(ValueAt("p", 2, 2, 3))
    come(qtbot, window)
    set_field(window, "c", "filters", 5)
    assert "F5 runs one" in child(window, QLabel, "follow_said").text()
    assert not window.session.live.running
    keys(window, "F5")
    come(qtbot, window)


def test_the_meta_device_has_no_values(window: MainWindow, qtbot: QtBot) -> None:
    window.session.live.set_device("meta")
    window.parts.following().follow(ValueAt("p", 1, 2, 3))
    assert following(window).is_refused
    assert "Choose another device" in child(window, QLabel, "follow_said").text()
    window.session.live.set_device("cpu")
    come(qtbot, window)


def test_it_is_copied_and_read_as_the_command_line_prints_it(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    child(window, QToolButton, "follow_copy").click()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("f/concat, channel 8, row 3, column 3\nChannel 8 is filter 3 of expand3x3")
    assert text.endswith("✓\n")
    assert page(window).accessibleDescription() == text
    assert "copied" in outcome(window)


def test_a_value_says_under_the_mouse_what_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    target = page(window).targets[0]
    at = target.room.center()
    QApplication.sendEvent(page(window), QHelpEvent(QEvent.Type.ToolTip, at, page(window).mapToGlobal(at)))
    assert "f/relu_squeeze1x1, channel" in QToolTip.text()
    page_ = page(window).page
    assert isinstance(page_, FollowedPage)
    room, words = page_.tips[0]
    at = room.topLeft()
    QApplication.sendEvent(page(window), QHelpEvent(QEvent.Type.ToolTip, at, page(window).mapToGlobal(at)))
    assert QToolTip.text() and "×" in words and words.split(":")[0] in QToolTip.text()


def test_another_network_closes_it(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    window.document.start(LayerTable("other", InputShape(3, 18, 18), (Conv("c", 4, 3),)))
    assert following(window).at is None
    assert window.parts.explaining.panel.isVisible()


def test_the_menu_of_a_layer_offers_it(window: MainWindow, qtbot: QtBot) -> None:
    at = click_box(window, Key("p"))
    choose_soon("Follow One Value…")
    ask_for_a_menu(window.parts.graph.viewport(), at)
    assert come(qtbot, window).at == ValueAt("p", 0, 3, 3)


def test_what_was_followed_last_of_an_operation_is_proposed_again(window: MainWindow, qtbot: QtBot) -> None:
    window.parts.following().follow(ValueAt("p", 2, 1, 0))
    come(qtbot, window)
    keys(window, "Esc")
    click_box(window, Key("p"))
    keys(window, "F12")
    assert come(qtbot, window).at == ValueAt("p", 2, 1, 0)


def test_on_a_narrow_window_it_stands_where_the_explanation_does_also_when_that_moves(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1", live=True, size=(1024, 700))
    window.document.start(SMALL)
    window.parts.following().follow(ValueAt("p", 1, 2, 3))
    come(qtbot, window)
    panel, explanation = window.parts.following().panel, window.parts.explaining.panel
    assert panel.isVisible() and window.parts.panels.front == "explanation"
    copy, fields = child(panel, QToolButton, "follow_copy"), panel.fields.values()

    def below_the_title() -> set[bool]:
        return {each.mapTo(panel, QPoint()).y() >= copy.geometry().bottom() for each in fields}

    assert below_the_title() == {False}, "the page is low here"
    window.resize(1500, 900)
    QApplication.processEvents()
    assert below_the_title() == {True}
    assert panel.isVisible() and panel.parentWidget() is explanation.parentWidget()
    assert not explanation.isVisible()
    window.resize(1024, 700)
    QApplication.processEvents()
    assert panel.isVisible() and not explanation.isVisible()
    keys(window, "Esc")
    assert explanation.isVisible() and not panel.isVisible()


def test_the_page_outlives_the_panel_of_a_narrow_window_in_which_it_stood(open_on: OpenWindow) -> None:
    window = open_on("table1", size=(1024, 700))
    found, at = following(window), ValueAt("pool1", 1, 2, 3)
    window.parts.following().follow(at)
    found.leave()
    panel, explanation = window.parts.following().panel, window.parts.explaining.panel
    for size, theme in (((1500, 900), "dark"), ((1024, 700), "light"), ((1500, 900), "dark")):
        window.resize(*size)
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        window.parts.commands[f"theme_{theme}"].trigger()
        window.parts.following().follow(at)
        assert panel.isVisible() and not explanation.isVisible()
        found.leave()
        assert explanation.isVisible() and not panel.isVisible()


def test_the_columns_have_their_widths_again_after_it(window: MainWindow, qtbot: QtBot) -> None:
    before = window.parts.layout.splitter.sizes()
    window.parts.following().follow(ValueAt("f/concat", 8, 3, 3))
    come(qtbot, window)
    while_followed = window.parts.layout.splitter.sizes()
    assert while_followed[2] > before[2] and while_followed[0] == before[0]
    keys(window, "Esc")
    assert window.parts.layout.splitter.sizes() == before


def test_a_window_in_which_nothing_is_followed_has_made_nothing_of_it(window: MainWindow) -> None:
    assert window.session.following.made is None
    assert window.parts.following.made is None


@pytest.mark.parametrize("is_live", [True, False])
def test_a_value_is_followed_again_after_the_worker_was_lost(window: MainWindow, qtbot: QtBot, is_live: bool) -> None:
    client = window.session.client
    following(window).follow(ValueAt("f/concat", 8, 4, 4))
    come(qtbot, window)
    window.session.live.set_live(is_live)
    lost = client.process_id
    os.kill(lost, signal.SIGKILL)
    qtbot.waitUntil(lambda: client.process_id not in (0, lost) and client.phase is Phase.IDLE, timeout=60_000)
    following(window).step(ValueAt("f/concat", 1, 4, 4))
    come(qtbot, window)
