"""The status bar by itself."""

from __future__ import annotations

import pytest
from hands import child
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.status_bar import StatusBar
from squeezeviz.trace.protocol import Progress

pytestmark = pytest.mark.gui


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
