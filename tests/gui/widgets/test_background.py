"""Work beside the window is done in its order, and no error is lost."""

from __future__ import annotations

from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.errors import SqueezevizError


@pytest.fixture
def background(qtbot: QtBot) -> Background:
    return Background()


def test_work_is_done_in_its_order(background: Background, qtbot: QtBot) -> None:
    done: list[object] = []
    goes_on = Event()
    background.run("", lambda _: goes_on.wait(300), done.append, done.append)
    for number in range(3):
        background.run("", lambda _, number=number: number, done.append, done.append)  # type: ignore[misc]
    goes_on.set()
    qtbot.waitUntil(lambda: not background.running)
    assert done == [True, 0, 1, 2]


def test_what_was_cancelled_before_its_turn_is_not_begun(background: Background, qtbot: QtBot) -> None:
    done: list[object] = []
    goes_on = Event()
    background.run("", lambda _: goes_on.wait(300), done.append, done.append)
    background.run("Exporting…", lambda _: done.append("begun"), done.append, done.append)
    assert background.cancel() == ["Exporting…"]
    goes_on.set()
    qtbot.waitUntil(lambda: not background.running)
    assert done == [True]


def test_what_work_refuses_is_told_and_any_other_error_is_raised_on_the_windows_thread(
    background: Background, qtbot: QtBot
) -> None:
    told: list[object] = []

    def refuse(_: Job) -> None:
        raise SqueezevizError("no")

    background.run("", refuse, told.append, told.append)
    qtbot.waitUntil(lambda: not background.running)
    assert [str(each) for each in told] == ["no"]
    with qtbot.captureExceptions() as raised:
        background.run("", lambda _: 1 // 0, told.append, told.append)
        qtbot.waitUntil(lambda: bool(raised))
    assert [kind for kind, _, _ in raised] == [ZeroDivisionError]
    assert len(told) == 1
