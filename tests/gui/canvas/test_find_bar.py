"""Finding a layer with the keyboard: type, go on, go back, and return to the canvas."""

import pytest
from canvas_networks import open_canvas
from hands import LEFT, PLAIN, SHIFT, caught, child
from preset_tables import network
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.canvas.find_bar import FindBar
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE, sheet
from squeezeviz.model.table import InputShape, LayerTable


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    """The canvas with the bar over it, wired as the window wires them."""
    made = open_canvas(qtbot, build_diagram(network()), 600, 700)
    bar = FindBar(made)
    made.setStyleSheet(sheet(LIGHT_STYLE))
    bar.set_network(network())
    bar.chosen.connect(lambda key: made.select(key, reveal=False))
    bar.chosen.connect(made.centre)
    made.activateWindow()
    made.setFocus()
    return made


def bar_of(view: GraphView) -> FindBar:
    return child(view, FindBar)


def line(view: GraphView) -> QLineEdit:
    return child(view, QLineEdit, "find_text")


def said(view: GraphView) -> str:
    found = child(view, QLabel, "find_count")
    return found.text()


def look_for(view: GraphView, text: str) -> None:
    bar_of(view).open()
    QTest.keyClicks(line(view), text)


def press(view: GraphView, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(QApplication.focusWidget() or line(view), key, modifier)


def test_it_is_out_of_sight_until_it_is_asked_for_and_fits_whatever_it_lies_over(view: GraphView) -> None:
    assert not bar_of(view).isVisible()
    bar_of(view).open()
    assert bar_of(view).isVisible() and line(view).hasFocus()
    for width in (600, 220, 1200):
        view.resize(width, 500)
        QApplication.processEvents()
        area, bar = view.viewport().geometry(), bar_of(view).geometry()
        assert area.contains(bar) and bar.right() > area.right() - 20


@pytest.mark.parametrize("text", ["fire7", "fire5 3x3"])
def test_typing_shows_the_best_match_in_the_middle_of_the_canvas(view: GraphView, text: str) -> None:
    look_for(view, text)
    key = Key("fire7") if text == "fire7" else Key("fire5", "expand3x3")
    seen, room = view.seen_rect(key), view.room()
    assert view.selected == key and said(view) == "1 of 1"
    assert seen is not None and seen.center().y() == pytest.approx(room.y + room.height / 2, abs=1)


@pytest.mark.parametrize("onward", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3])
def test_one_goes_on_and_back_through_the_matches_and_around_the_ends(view: GraphView, onward: Qt.Key) -> None:
    look_for(view, "fire")
    assert (view.selected, said(view)) == (Key("fire2"), "1 of 8")
    press(view, onward)
    assert (view.selected, said(view)) == (Key("fire3"), "2 of 8")
    press(view, onward, SHIFT)
    press(view, onward, SHIFT)
    assert (view.selected, said(view)) == (Key("fire9"), "8 of 8")
    press(view, onward)
    assert (view.selected, said(view)) == (Key("fire2"), "1 of 8")


def test_what_is_not_there_is_said_and_moves_nothing(view: GraphView) -> None:
    look_for(view, "fire")
    before = view.camera
    QTest.keyClicks(line(view), "works")
    assert said(view) == "nothing found" == line(view).accessibleDescription()
    press(view, Qt.Key.Key_Return)
    press(view, Qt.Key.Key_F3)
    assert view.camera == before and view.selected == Key("fire2")


def test_esc_gives_the_keyboard_back_to_the_canvas_and_one_can_go_on_with_the_bar_closed(view: GraphView) -> None:
    closed: list[None] = []
    bar_of(view).closed.connect(lambda: closed.append(None))
    look_for(view, "fire")
    press(view, Qt.Key.Key_Escape)
    assert not bar_of(view).isVisible() and view.hasFocus() and len(closed) == 1
    press(view, Qt.Key.Key_Down)
    assert view.selected == Key("fire3")
    bar_of(view).find_next()
    bar_of(view).find_next()
    assert view.selected == Key("fire4")
    bar_of(view).find_previous()
    assert view.selected == Key("fire3")


def test_it_opens_again_with_the_last_text_ready_to_be_replaced(view: GraphView) -> None:
    look_for(view, "pool")
    press(view, Qt.Key.Key_Escape)
    bar_of(view).open()
    assert line(view).selectedText() == "pool" and said(view) == "1 of 4"
    QTest.keyClicks(line(view), "conv")
    assert (line(view).text(), said(view)) == ("conv", "1 of 2")
    line(view).clear()
    assert said(view) == ""


def test_an_edit_keeps_the_place_among_the_matches_and_is_known_when_the_bar_opens_again(view: GraphView) -> None:
    look_for(view, "fire")
    press(view, Qt.Key.Key_Return)
    chosen = caught(bar_of(view).chosen)
    bar_of(view).set_network(resolve(network().table.removed(2)))
    assert said(view) == "1 of 7" and chosen == []
    press(view, Qt.Key.Key_Escape)
    bar_of(view).set_network(resolve(LayerTable("none", InputShape(), ())))
    bar_of(view).open()
    assert said(view) == "nothing found"


@pytest.mark.parametrize(
    "key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Insert, Qt.Key.Key_F2, Qt.Key.Key_Down]
)
def test_keys_typed_into_it_are_not_for_the_canvas(view: GraphView, key: Qt.Key) -> None:
    asked = caught(view.command_requested)
    view.select(Key("conv1"))
    bar_of(view).open()
    press(view, key)
    assert asked == [] and view.selected == Key("conv1")


def test_its_buttons_are_named_and_do_what_the_keys_do(view: GraphView) -> None:
    look_for(view, "pool")
    back, on, close = bar_of(view).findChildren(QToolButton)
    assert all(button.accessibleName() for button in (back, on, close))
    QTest.mouseClick(on, LEFT)
    assert said(view) == "2 of 4"
    QTest.mouseClick(back, LEFT)
    assert said(view) == "1 of 4"
    QTest.mouseClick(close, LEFT)
    assert not bar_of(view).isVisible()


def test_both_styles_paint_it_in_their_colours(view: GraphView) -> None:
    bar_of(view).open()
    pictures = []
    for style in (LIGHT_STYLE, DARK_STYLE):
        view.setStyleSheet(sheet(style))
        pictures.append(bar_of(view).grab().toImage())
        assert pictures[-1].pixelColor(6, bar_of(view).height() // 2).name() == style.card
