"""The bar over the window waits for an answer without holding anything up."""

from __future__ import annotations

import pytest
from hands import CTRL, OpenWindow, child, notice_text, press, type_into
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QToolButton

from squeezeviz.gui.main_window import MainWindow

pytestmark = pytest.mark.gui


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    return {each.text(): each for each in window.parts.notice.findChildren(QPushButton) if each.isVisible()}


def test_notices_wait_behind_one_another_and_a_button_takes_its_own_away(open_on: OpenWindow) -> None:
    window = open_on("table1")
    done: list[str] = []
    notice = window.parts.notice
    notice.show_notice("one", "One <b>waits</b>.", [("Take It", lambda: done.append("taken")), ("Leave It", list)])
    notice.show_notice("two", "Two waits.", [])
    assert notice_text(window) == "One <b>waits</b>."
    assert list(buttons(window)) == ["Take It", "Leave It"]
    following = child(notice, QToolButton, "notice_others")
    assert following.text() == "Next (1 more)"
    for text in ("Two waits.", "One <b>waits</b>."):
        QTest.mouseClick(following, Qt.MouseButton.LeftButton)
        assert notice_text(window) == text
    before = window.focusWidget()
    QTest.mouseClick(buttons(window)["Take It"], Qt.MouseButton.LeftButton)
    assert done == ["taken"]
    assert window.focusWidget() is before
    assert notice_text(window) == "Two waits."
    assert buttons(window) == {}
    QTest.mouseClick(child(notice, QToolButton, "notice_close"), Qt.MouseButton.LeftButton)
    assert notice_text(window) == ""


def test_a_notice_of_the_same_key_replaces_the_one_before(open_on: OpenWindow) -> None:
    window = open_on("table1")
    notice = window.parts.notice
    for text in ("Older.", "Newer."):
        notice.show_notice("one", text, [])
    assert (notice_text(window), notice.keys) == ("Newer.", ("one",))
    notice.dismiss("another")
    assert notice_text(window) == "Newer."
    notice.dismiss("one")
    assert notice.isHidden()


def test_a_notice_leaves_the_keyboard_where_it_is_until_it_is_asked_for(open_on: OpenWindow) -> None:
    window = open_on("table1")
    before = window.focusWidget()
    done: list[str] = []
    window.parts.notice.show_notice("one", "One waits.", [("Take It", lambda: done.append("taken"))])
    QApplication.processEvents()
    assert window.focusWidget() is before
    press(window, Qt.Key.Key_8, CTRL)
    assert window.focusWidget() is buttons(window)["Take It"]
    press(window, Qt.Key.Key_Return)
    assert done == ["taken"]
    assert window.focusWidget() is before


def test_esc_in_the_bar_closes_the_notice_and_nothing_else(open_on: OpenWindow) -> None:
    window = open_on("table1")
    closed: list[str] = []
    window.parts.notice.closed.connect(closed.append)
    window.parts.notice.show_notice("one", "One waits.", [("Take It", list)])
    window.parts.notice.show_notice("two", "Two waits.", [])
    type_into(window, "24")  # a cell is being typed into
    press(window, Qt.Key.Key_Escape)
    assert window.parts.notice.keys == ("one", "two")
    press(window, Qt.Key.Key_8, CTRL)
    press(window, Qt.Key.Key_Escape)
    assert notice_text(window) == "Two waits."
    press(window, Qt.Key.Key_Escape)
    assert closed == ["one", "two"]


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_bar_pushes_the_cards_down_and_covers_nothing(open_on: OpenWindow, size: tuple[int, int]) -> None:
    window = open_on("table1", size=size)
    height = window.parts.layout.splitter.height()
    window.parts.notice.show_notice("one", "A sentence that is rather long. " * 12, [("Take It", list)])
    QApplication.processEvents()
    bar, splitter = window.parts.notice, window.parts.layout.splitter
    assert bar.geometry().bottom() < splitter.geometry().top() or bar.geometry().bottom() + 1 == splitter.y()
    assert bar.height() >= bar.heightForWidth(bar.width())
    bar.dismiss("one")
    QApplication.processEvents()
    assert splitter.height() == height


@pytest.mark.parametrize("by_hand", [False, True])
def test_the_table_s_totals_stay_in_view_under_a_notice(open_on: OpenWindow, by_hand: bool) -> None:
    window = open_on("table1", size=(1440, 900))
    cards = window.parts.panels.parentWidget()
    assert isinstance(cards, QSplitter)
    if by_hand:
        cards.setSizes([cards.sizes()[0] + 20, cards.sizes()[1] - 20])
        cards.splitterMoved.emit(0, 0)
    view, before = window.parts.table, cards.sizes()
    total = view.model().index(view.model().rowCount() - 1, 0)
    assert view.viewport().rect().contains(view.visualRect(total))
    for text in ("Short.", "A sentence that is rather long. " * 12, "Short."):
        window.parts.notice.show_notice("one", text, [("Take It", list)])
        settle()
        assert view.viewport().rect().contains(view.visualRect(total))
        assert cards.sizes()[0] == before[0]
    window.parts.notice.dismiss("one")
    settle()
    assert cards.sizes() == before


def test_on_a_low_window_table_and_panels_both_keep_room_under_a_notice(open_on: OpenWindow) -> None:
    window = open_on("table1", size=(1024, 700))
    cards = window.parts.panels.parentWidget()
    assert isinstance(cards, QSplitter)
    before = cards.sizes()
    window.parts.notice.show_notice("one", "A sentence that is rather long. " * 12, [("Take It", list)])
    settle()
    assert all(size >= 140 for size in cards.sizes())
    window.parts.notice.dismiss("one")
    settle()
    assert cards.sizes() == before


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()
