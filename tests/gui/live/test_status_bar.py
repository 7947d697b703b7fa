"""The status bar by itself."""

from __future__ import annotations

from hands import child
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.trace.protocol import Progress


def test_what_was_done_stays_while_a_pass_and_other_work_speak(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(700, 30)
    bar.show()
    outcome, status = child(bar, QLabel, "outcome"), child(bar, QLabel, "live_status")
    bar.tell("Exported squeezenet.svg.")
    bar.show_progress(Progress(1, 1, 65, "conv1"))
    bar.show_busy("Exporting squeezenet.pdf…")
    bar.say("Live pass: 1 of 65 operations, conv1 (Esc cancels) " * 9)
    bar.show_busy("")
    QApplication.processEvents()
    assert outcome.isVisible() and outcome.text() == "Exported squeezenet.svg."
    assert outcome.width() >= outcome.sizeHint().width()
    assert status.isVisible() and status.text().startswith("Live pass: 1 of 65")
    bar.showMessage("Insert convolution after the layer")
    bar.tell("Exported squeezenet.pdf.")
    assert not outcome.isVisible()
    bar.clearMessage()
    assert outcome.isVisible()
    bar.dismiss()
    assert not outcome.isVisible()


def test_a_status_tip_is_not_drawn_over(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show()
    status, progress = child(bar, QLabel, "live_status"), child(bar, QProgressBar)
    bar.say("Live pass…")
    bar.showMessage("Insert convolution after the layer")
    bar.show_progress(Progress(1, 1, 65, "conv1"))
    bar.setStyleSheet("QLabel { font-size: 40px }")  # laid out anew
    for _ in range(3):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()
    assert not status.isVisible()
    assert not progress.isVisible()
    bar.clearMessage()
    assert status.isVisible()
    assert progress.isVisible()
    bar.showMessage("Insert convolution after the layer")
    bar.show_progress(None)
    bar.clearMessage()
    assert status.isVisible()
    assert not progress.isVisible()
