"""Where in the picture a class is seen: chosen by mouse or keyboard, shown over it, and checked by occlusion."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from hands import LEFT, PLAIN, OpenWindow, child, fresh
from places import CHELSEA
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.pictures.class_maps import Method
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.pictures.enlarged import EnlargedPicture
from squeezeviz.gui.pictures.panel import PicturePanel
from squeezeviz.gui.pictures.sought import SoughtClass
from squeezeviz.gui.pictures.view import ClassBars, PictureView
from squeezeviz.gui.widgets.scale_legend import ScaleLegend
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape
from squeezeviz.trace.protocol import Run

EGYPTIAN_CAT, TABBY = 285, 281


class Looking:
    """A window on a cat, and the parts of its panel."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.panel = child(window, PicturePanel)
        self.bars, self.view = child(window, ClassBars), child(window, PictureView)
        self.legend = next(each for each in self.panel.findChildren(ScaleLegend))
        self.sought = next(each for each in self.panel.findChildren(SoughtClass))
        self.button = child(self.panel, QPushButton, "class_method")
        self.words = child(self.panel, QLabel, "class_words")
        self.progress = child(self.panel, QProgressBar, "class_progress")
        self.notice = child(self.panel, QLabel, "class_notice")

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=120_000)

    def press(self, *names: str) -> None:
        for name in names:
            QTest.keyClick(self.bars, getattr(Qt.Key, f"Key_{name}"))

    def click(self, line: int) -> None:
        height = self.bars.height() // 5
        QTest.mouseClick(self.bars, LEFT, PLAIN, QPoint(20, line * height + height // 2))

    def check_first_cat(self) -> None:
        """Choose the cat, and let the check by occlusion begin."""
        self.click(0)
        self.until(lambda: self.shown() is Method.ACTIVATION)
        self.button.click()
        self.until(lambda: self.sought.progress is not None)

    def lose_worker(self) -> None:
        """Kill the worker, and wait until its successor can run a pass."""
        client = self.window.session.client
        lost = client.process_id
        os.kill(lost, signal.SIGKILL)
        self.until(lambda: client.process_id not in (0, lost) and client.phase is Phase.IDLE)

    def shown(self) -> Method | None:
        """The method whose map is painted over the picture."""
        QApplication.processEvents()
        painted = self.panel._painted
        return painted[0].found.method if painted is not None and self.legend.isVisible() else None


@pytest.fixture
def looking(open_on: OpenWindow, qtbot: QtBot) -> Looking:
    window = open_on(BUILT_IN, live=True)
    live = window.session.live
    window.parts.panels.bring("picture")
    window.parts.pictures().open([str(CHELSEA)])
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.seen is not None, timeout=120_000)
    QApplication.processEvents()
    return Looking(window, qtbot)


def test_a_click_on_a_class_shows_where_it_is_seen_and_another_hides_it(looking: Looking) -> None:
    before = looking.view.grab().toImage()
    assert looking.shown() is None
    assert "Choose a class" in looking.words.text() and not looking.button.isVisible()
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert "Egyptian cat is shown in the picture" in looking.bars.accessibleDescription()
    assert looking.words.text() == (
        "Egyptian cat: class activation map: avgpool10 makes the score of the class, 30.44, the mean of these 14×14 "
        "values of relu_conv10."
    )
    assert looking.legend.accessibleDescription() == "From 0 to 87.6: colours are linear in the value."
    during = looking.view.grab().toImage()
    seen = looking.view.seen().center().toPoint()
    assert during.pixelColor(seen) != before.pixelColor(seen)
    looking.click(1)
    looking.until(lambda: looking.shown() is not None and "tabby: class activation map" in looking.words.text())
    looking.click(1)
    assert looking.shown() is None and "Choose a class" in looking.words.text()
    assert looking.view.grab().toImage() == before


def test_the_picture_with_its_map_is_enlarged_by_a_double_click_and_by_enter(looking: Looking) -> None:
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert child(looking.panel, QLabel, "class_scale").text() == "values of relu_conv10"
    for by_mouse in (True, False):
        if by_mouse:
            QTest.mouseDClick(looking.view, LEFT)
        else:
            QTest.keyClick(looking.panel, Qt.Key.Key_Return)
        (large,) = looking.panel.findChildren(EnlargedPicture)
        shown = child(large, PictureView)
        assert large.isVisible() and shown.placed().width() > 2 * looking.view.placed().width()
        assert shown._image is looking.view._image, "with the map over it"
        assert child(large, QLabel, "enlarged_scale").text() == "values of relu_conv10"
        looking.until(large.isActiveWindow)
        QTest.keyClick(large, Qt.Key.Key_Escape)
        looking.until(lambda: not looking.panel.findChildren(EnlargedPicture))


def test_the_enlarged_picture_follows_what_the_panel_shows_and_is_closed_with_it(looking: Looking) -> None:
    QTest.keyClick(looking.panel, Qt.Key.Key_Return)
    (large,) = looking.panel.findChildren(EnlargedPicture)
    shown, scale = child(large, PictureView), child(large, QLabel, "enlarged_scale")
    assert not scale.isVisible() and shown._image is looking.view._image
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert scale.text() == "values of relu_conv10" and scale.isVisible()
    assert shown._image is looking.view._image, "with the map that came later"
    looking.click(0)
    assert not scale.isVisible() and shown._image is looking.view._image
    QTest.keyClick(looking.panel, Qt.Key.Key_Return)
    assert looking.panel.findChildren(EnlargedPicture) == [large], "there is one of them"
    looking.window.parts.panels.put_in_front("costs")
    looking.until(lambda: not looking.panel.findChildren(EnlargedPicture))
    looking.window.parts.panels.put_in_front("picture")
    QTest.keyClick(looking.panel, Qt.Key.Key_Return)
    looking.window.parts.commands["no_picture"].trigger()
    looking.until(lambda: not looking.panel.findChildren(EnlargedPicture))


def test_the_keyboard_goes_through_the_classes_and_chooses_one(looking: Looking) -> None:
    looking.bars.setFocus()
    looking.press("Down")
    assert looking.bars.accessibleDescription().endswith("at tabby")
    looking.press("Return")
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert looking.sought.number == TABBY
    looking.press("Up", "Up", "Space")
    looking.until(lambda: looking.sought.brought is not None and looking.sought.number == EGYPTIAN_CAT)
    looking.press("Return")
    assert looking.sought.number is None


def test_occlusion_tells_how_far_it_is_and_is_cancelled(looking: Looking) -> None:
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert looking.button.text() == "Check by Occlusion"
    looking.button.click()
    looking.until(lambda: looking.sought.progress is not None)
    assert looking.button.text() == "Cancel" and looking.progress.isVisible()
    assert looking.progress.maximum() == 196 and looking.progress.value() > 0
    assert looking.words.text().endswith("of 196 places were covered.")
    looking.button.click()
    assert looking.shown() is Method.ACTIVATION
    assert looking.button.text() == "Check by Occlusion" and not looking.progress.isVisible()
    looking.click(1)
    looking.until(lambda: looking.sought.brought is not None)  # the worker is free again


def test_occlusion_shows_what_covering_a_place_costs_and_stays_known(looking: Looking) -> None:
    looking.window.document.edit("Set", looking.window.document.table.with_input(InputShape(3, 64, 64)))
    looking.until(lambda: fresh(looking.window) and not looking.window.session.live.running)
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    looking.button.click()
    looking.until(lambda: looking.shown() is Method.OCCLUSION)
    assert "occlusion: a grey patch of 13×13 pixels of the input covers one of 14×14 places" in looking.words.text()
    assert looking.button.text() == "Show Activation Map"
    looking.button.click()
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    looking.button.click()
    assert not looking.sought.is_waiting
    looking.until(lambda: looking.shown() is Method.OCCLUSION)


def test_a_change_makes_the_map_an_older_one_until_its_pass_brings_another(looking: Looking) -> None:
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    brought = looking.sought.brought
    assert brought is not None
    looking.button.click()
    looking.until(lambda: looking.sought.progress is not None)
    looking.window.document.edit("Set", looking.window.document.table.with_input(InputShape(3, 240, 240)))
    looking.until(lambda: fresh(looking.window) and not looking.window.session.live.running)
    looking.until(lambda: looking.sought.brought is not None and not looking.sought.is_older)
    assert looking.sought.brought is not None
    assert looking.sought.method is Method.ACTIVATION
    assert looking.sought.brought.revision > brought.revision
    assert looking.sought.brought.network.table.input.height == 240


def test_another_picture_has_a_map_of_its_own(looking: Looking) -> None:
    window = looking.window
    window.parts.pictures().open([str(CHELSEA), str(CHELSEA)])
    looking.until(lambda: fresh(window) and not window.session.live.running and window.session.live.batch == 2)
    QApplication.processEvents()
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    looking.bars.setFocus()
    looking.press("Right")
    assert window.session.pictures.current == 1
    looking.until(lambda: looking.sought.brought is not None and looking.sought.brought.image == 1)


def test_a_network_that_averages_no_maps_says_so_and_offers_occlusion(looking: Looking) -> None:
    window = looking.window
    table = window.document.table.with_input(InputShape(3, 64, 64))
    table = table.inserted(len(table.layers), Conv("last", 6, 1, relu=False))
    window.document.edit("Set", table)
    looking.until(lambda: fresh(window) and not window.session.live.running)
    QApplication.processEvents()
    looking.click(0)
    looking.until(lambda: bool(looking.sought.said))
    assert "is not to be told: last does not average whole maps" in looking.notice.text()
    assert not looking.words.isVisible()
    assert looking.button.text() == "Check by Occlusion"
    looking.button.click()
    looking.until(lambda: looking.shown() is Method.OCCLUSION)


def test_a_pass_that_the_worker_no_longer_has_is_run_again(looking: Looking) -> None:
    live, client = looking.window.session.live, looking.window.session.client
    answer = live.answer
    assert answer is not None
    client.run(Run(-5, looking.window.document.table, "meta"))  # beside the open table
    looking.until(lambda: client.running is None)
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert live.answer is not None and live.answer.revision > answer.revision
    assert looking.sought.said == ""


def test_other_keys_and_buttons_of_the_mouse_choose_nothing(looking: Looking) -> None:
    QTest.mouseClick(looking.bars, Qt.MouseButton.RightButton, PLAIN, QPoint(20, 5))
    looking.press("A")
    assert looking.sought.number is None


def test_a_check_whose_worker_dies_says_so_above_the_classes_and_can_be_started_again(looking: Looking) -> None:
    looking.check_first_cat()
    looking.lose_worker()
    assert looking.shown() is Method.ACTIVATION
    assert looking.button.text() == "Check by Occlusion" and not looking.progress.isVisible()
    assert looking.notice.isVisible() and looking.notice.y() < looking.bars.y()
    assert looking.notice.text() == (
        "The check by occlusion ended: the process of the live pass ended. Check by Occlusion starts it again."
    )
    assert "class activation map" in looking.words.text()
    looking.button.click()
    assert looking.button.text() == "Cancel" and not looking.notice.isVisible()
    looking.until(lambda: looking.sought.progress is not None)


@pytest.mark.parametrize("is_live", [True, False])
def test_a_check_begins_after_the_pass_that_a_new_worker_has_to_run(looking: Looking, is_live: bool) -> None:
    live = looking.window.session.live
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert live.answer is not None
    before = live.answer.revision
    live.set_live(is_live)
    looking.lose_worker()
    looking.button.click()
    looking.until(lambda: looking.sought.is_owed)
    assert looking.button.text() == "Cancel" and "begins after the next pass" in looking.words.text()
    looking.until(lambda: looking.sought.progress is not None)
    assert live.answer.revision == before + 1
    assert looking.sought.brought is not None and looking.sought.brought.revision == before + 1


def test_a_check_that_waits_for_a_pass_ends_with_it(looking: Looking) -> None:
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    looking.lose_worker()
    looking.button.click()
    looking.until(lambda: looking.window.session.live.running)
    looking.window.session.live.cancel()
    looking.until(lambda: bool(looking.sought.ended))
    assert looking.notice.text().startswith("The check by occlusion ended: the live pass that it needs")
    assert looking.button.text() == "Check by Occlusion"


def test_a_pass_of_the_same_network_lets_the_check_begin_anew(looking: Looking) -> None:
    looking.check_first_cat()
    looking.window.session.live.run()
    looking.until(lambda: looking.sought.is_owed)
    assert looking.button.text() == "Cancel"
    looking.until(lambda: looking.sought.progress is not None)


def test_a_change_ends_the_check_and_that_is_said_beside_the_new_map(looking: Looking) -> None:
    looking.check_first_cat()
    looking.window.document.edit("Set", looking.window.document.table.with_input(InputShape(3, 240, 240)))
    looking.until(lambda: bool(looking.sought.ended))
    assert looking.button.text() == "Check by Occlusion"
    looking.until(lambda: looking.sought.brought is not None and not looking.sought.is_older)
    assert "ended: the network or its input changed" in looking.notice.text() and not looking.sought.is_checking
    looking.window.session.live.run()
    looking.until(lambda: not looking.notice.text())


def test_without_live_the_maps_of_before_a_change_are_told_apart(looking: Looking) -> None:
    window = looking.window
    window.document.edit("Set", window.document.table.with_input(InputShape(3, 64, 64)))
    looking.until(lambda: fresh(window) and not window.session.live.running)
    looking.click(0)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    looking.button.click()
    looking.until(lambda: looking.shown() is Method.OCCLUSION)
    window.session.live.set_live(False)
    window.document.edit("Set", window.document.table.with_input(InputShape(3, 70, 70)))
    looking.until(lambda: looking.sought.is_older)
    looking.button.click()
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert looking.button.text() == "Check by Occlusion"


def test_another_picture_ends_the_check_of_the_one_before(looking: Looking) -> None:
    window = looking.window
    window.parts.pictures().open([str(CHELSEA), str(CHELSEA)])
    looking.until(lambda: fresh(window) and not window.session.live.running and window.session.live.batch == 2)
    QApplication.processEvents()
    looking.check_first_cat()
    looking.bars.setFocus()
    looking.press("Right")
    looking.until(lambda: looking.sought.brought is not None and looking.sought.brought.image == 1)
    looking.until(lambda: looking.shown() is Method.ACTIVATION)
    assert looking.button.text() == "Check by Occlusion" and not looking.progress.isVisible()
