"""A real window, driven by keys and mouse, and the means to know when it has shown what it should."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from squeezeviz.files.opened import Opened
from squeezeviz.gui import app
from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.model.table import LayerTable

PATIENCE_S = 60
TICK_MS = 1
"""How often a condition is looked at where nothing happens."""
S1X1 = 4
"""The table's column of that name."""


class Paints(QObject):
    """When a widget was painted and on the screen, since it began to count."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.times: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            # What is posted now comes right after the window has been painted, and before any timer.
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.User:
            self.times.append(time.perf_counter())
            return True
        return super().event(event)

    @property
    def count(self) -> int:
        return len(self.times)


def open_on(table: LayerTable) -> MainWindow:
    """A shown window on `table`, its worker running."""
    app.make_application()
    store = QSettings(str(Path(tempfile.mkdtemp()) / "settings.ini"), QSettings.Format.IniFormat)
    window = app.open_window(Opened(table), Settings(store))
    window.resize(1600, 1000)
    window.show()
    QTest.qWaitForWindowExposed(window)
    wait(lambda: window.session.client.process_id != 0)
    return window


def choose_device(window: MainWindow, device: str) -> None:
    """Choose a device in the box, once the worker has said which there are."""
    box = window.parts.toolbar.device
    wait(lambda: box.findData(device) >= 0 and window.session.client.phase is Phase.IDLE)
    box.choose(device)
    box.chosen.emit(device)


def close(window: MainWindow) -> None:
    """Close the window without the question about unsaved changes."""
    window.document.stack.setClean()
    window.close()
    window.deleteLater()
    # Without a screen Qt lets go of what was copied after Python has ended, and the process would crash.
    QApplication.clipboard().clear()
    QApplication.processEvents()


def wait(condition: Callable[[], bool]) -> None:
    """Let the window work until `condition` holds; asleep while there is nothing to do, as the program is."""
    limit = time.monotonic() + PATIENCE_S
    alarm = QTimer()
    alarm.start(TICK_MS)
    while not condition():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > limit:
            raise TimeoutError("the window did not get there")


def is_measured(window: MainWindow) -> bool:
    """Whether a finished pass of the very table that is open is shown."""
    answer = window.session.live.answer
    return answer is not None and answer.fresh and answer.network.table == window.document.table


def type_into(window: MainWindow, layer: str, text: str) -> None:
    """Type into a layer's s1x1 cell; Enter is left to be pressed."""
    table = window.parts.table
    row = window.parts.model.row_of(window.document.table.index_of(layer))
    window.activateWindow()
    table.setFocus()
    table.setCurrentIndex(window.parts.model.index(row, S1X1))
    for character in text:
        QTest.keyClicks(_focused(window), character)


def press_enter(window: MainWindow) -> None:
    QTest.keyClick(_focused(window), Qt.Key.Key_Return)


def _focused(window: MainWindow) -> QWidget:
    """What the keyboard types into: a cell's editor as soon as there is one."""
    QApplication.processEvents()
    return QApplication.focusWidget() or window


def drag_with_middle_button(widget: QWidget, step: QPoint, frames: int, after_each: Callable[[], None]) -> None:
    at = widget.rect().center()
    QTest.mousePress(widget, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, at)
    for frame in range(1, frames + 1):
        QTest.mouseMove(widget, at + step * frame)
        after_each()
    QTest.mouseRelease(widget, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, at + step * frames)
