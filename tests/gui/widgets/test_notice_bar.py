"""The bar over the window waits for an answer without holding anything up."""

import pytest
from hands import LEFT, OpenWindow, caught, child, keys, notice_text, type_into
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSplitter, QToolButton

from squeezeviz.gui.main_window import MainWindow


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    return {each.text(): each for each in window.parts.notice.findChildren(QPushButton) if each.isVisible()}


def test_notices_wait_behind_one_another_and_a_button_takes_its_own_away(window: MainWindow) -> None:
    done: list[str] = []
    notice = window.parts.notice
    notice.show_notice("one", "One <b>waits</b>.", [("Take It", lambda: done.append("taken")), ("Leave It", list)])
    notice.show_notice("two", "Two waits.", [])
    assert notice_text(window) == "One <b>waits</b>."
    assert list(buttons(window)) == ["Take It", "Leave It"]
    following = child(notice, QToolButton, "notice_others")
    assert following.text() == "Next (1 more)"
    for text in ("Two waits.", "One <b>waits</b>."):
        QTest.mouseClick(following, LEFT)
        assert notice_text(window) == text
    before = window.focusWidget()
    QTest.mouseClick(buttons(window)["Take It"], LEFT)
    assert done == ["taken"]
    assert window.focusWidget() is before
    assert notice_text(window) == "Two waits."
    assert buttons(window) == {}
    QTest.mouseClick(child(notice, QToolButton, "notice_close"), LEFT)
    assert notice_text(window) == ""


def test_a_notice_of_the_same_key_replaces_the_one_before(window: MainWindow) -> None:
    notice = window.parts.notice
    for text in ("Older.", "Newer."):
        notice.show_notice("one", text, [])
    assert (notice_text(window), notice.keys) == ("Newer.", ("one",))
    notice.dismiss("another")
    assert notice_text(window) == "Newer."
    notice.dismiss("one")
    assert notice.isHidden()


def test_a_notice_leaves_the_keyboard_where_it_is_until_it_is_asked_for(window: MainWindow) -> None:
    before = window.focusWidget()
    done: list[str] = []
    window.parts.notice.show_notice("one", "One waits.", [("Take It", lambda: done.append("taken"))])
    QApplication.processEvents()
    assert window.focusWidget() is before
    keys(window, "Ctrl+8")
    assert window.focusWidget() is buttons(window)["Take It"]
    keys(window, "Return")
    assert done == ["taken"]
    assert window.focusWidget() is before


def test_esc_in_the_bar_closes_the_notice_and_nothing_else(window: MainWindow) -> None:
    closed = caught(window.parts.notice.closed)
    window.parts.notice.show_notice("one", "One waits.", [("Take It", list)])
    window.parts.notice.show_notice("two", "Two waits.", [])
    type_into(window, "24")  # a cell is being typed into
    keys(window, "Esc")
    assert window.parts.notice.keys == ("one", "two")
    keys(window, "Ctrl+8", "Esc")
    assert notice_text(window) == "Two waits."
    keys(window, "Esc")
    assert closed == ["one", "two"]


LONG = "A sentence that is rather long. " * 12


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_the_bar_covers_nothing_and_the_table_keeps_its_room(
    open_on: OpenWindow, size: tuple[int, int], by_hand: bool
) -> None:
    window = open_on(size=size)
    bar, splitter, view = window.parts.notice, window.parts.layout.splitter, window.parts.table
    cards = window.parts.panels.parentWidget()
    assert isinstance(cards, QSplitter)
    if by_hand:
        cards.setSizes([cards.sizes()[0] + 20, cards.sizes()[1] - 20])
        cards.splitterMoved.emit(0, 0)
    before, height = cards.sizes(), splitter.height()
    total = view.model().index(view.model().rowCount() - 1, 0)
    for text in ("Short.", LONG, "Short."):
        bar.show_notice("one", text, [("Take It", list)])
        settle()
        assert bar.geometry().bottom() < splitter.geometry().top()
        assert bar.height() >= bar.heightForWidth(bar.width())
        if size[1] == 900:
            assert view.viewport().rect().contains(view.visualRect(total)), "the totals are the last row"
            assert cards.sizes()[0] == before[0]
        assert all(room >= 140 for room in cards.sizes())
    bar.dismiss("one")
    settle()
    assert (cards.sizes(), splitter.height()) == (before, height)


def settle() -> None:
    for _ in range(5):
        QApplication.processEvents()
