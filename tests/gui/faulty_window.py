"""A real window in which every method that Qt calls of ours fails; run as a program by test_guard.py.

python faulty_window.py FOLDER writes one line for each method that failed, and "alive" in the end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shiboken6
from gui_classes import gui_classes
from PySide6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QHoverEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintDevice,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QDialog, QWidget

from squeezeviz.formats import registry
from squeezeviz.gui import guard
from squeezeviz.gui.app import make_application, open_window
from squeezeviz.gui.live_client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings

NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
TABS = ("metaparameters", "comparison", "paper", "costs", "history")
met: set[str] = set()


def fail_everywhere() -> list[str]:
    """Put a failing method in the place of each guarded one; what each of them is called."""
    names = []
    for kind in gui_classes():
        for name, method in vars(kind).items():
            if guard.is_guarded(method):
                place = method.__code__.co_freevars.index("method")
                method.__closure__[place].cell_contents = _failing(method.guards, f"{kind.__name__}.{name}")
                names.append(f"{kind.__name__}.{name}")
    return names


DOORS = ("event", "viewportEvent", "eventFilter", "rowCount", "columnCount", "index", "redo", "selectionChanged",
         "CellsView.paintEvent")  # fmt: skip
"""Where these fail, Qt does not come as far as to call the others."""


class Armed:
    now = False
    doors = False


def _failing(method: Any, name: str) -> Any:
    def fail(self: Any, *given: Any, **named: Any) -> Any:
        if not Armed.now or (not Armed.doors and name.endswith(DOORS)):
            return method(self, *given, **named)
        met.add(name)
        if name.endswith("paintEvent"):
            paper: QPaintDevice = self.viewport() if isinstance(self, QAbstractScrollArea) else self
            painter = QPainter(paper)  # left active
            painter.save()
        return [][-1]  # not an exception that Python code raised: those are easier to bear

    return fail


def events(widget: QWidget) -> Iterator[QEvent]:
    at = QPoint(min(12, widget.width() // 2), min(12, widget.height() // 2))
    there, glob = QPointF(at), QPointF(widget.mapToGlobal(at))
    kinds = QEvent.Type
    yield QFocusEvent(kinds.FocusIn)
    for kind, button in (
        (kinds.MouseMove, Qt.MouseButton.NoButton),
        (kinds.MouseButtonPress, LEFT),
        (kinds.MouseMove, LEFT),
        (kinds.MouseButtonRelease, LEFT),
        (kinds.MouseButtonDblClick, LEFT),
        (kinds.MouseButtonRelease, LEFT),
    ):
        yield QMouseEvent(kind, there, glob, button, button, NONE)
    yield QHoverEvent(kinds.HoverMove, there, glob, there)
    yield QHelpEvent(kinds.ToolTip, at, glob.toPoint())
    yield QWheelEvent(
        there, glob, QPoint(0, -40), QPoint(0, -120), Qt.MouseButton.NoButton, NONE, Qt.ScrollPhase.NoScrollPhase, False
    )
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_A, Qt.Key.Key_F2, Qt.Key.Key_Escape):
        yield QKeyEvent(kinds.KeyPress, key, NONE, "a" if key is Qt.Key.Key_A else "")
        yield QKeyEvent(kinds.KeyRelease, key, NONE)
    yield QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, glob.toPoint())
    yield QEvent(kinds.Leave)
    yield QFocusEvent(kinds.FocusOut)


def disturb(window: MainWindow) -> None:
    """All that Qt may ask of the widgets that are there, asked directly and through the event loop."""
    for widget in (window, *window.findChildren(QWidget)):
        if not shiboken6.isValid(widget) or not widget.isVisible():
            continue
        if any(type(each).__module__.startswith("squeezeviz") for each in (widget, widget.parent())):
            for event in events(widget):
                if shiboken6.isValid(widget):
                    QApplication.sendEvent(widget, event)
        if shiboken6.isValid(widget):
            widget.updateGeometry()
            widget.repaint()
    size = window.size()
    window.resize(1024, 700)
    QApplication.processEvents()
    window.resize(size)
    window.document.edit("Set", window.document.table.with_field(0, "filters", 7 + window.document.revision))
    table = window.parts.table
    table.resizeColumnsToContents()
    table.edit(table.model().index(3, 4))
    window.parts.graph.verticalScrollBar().setValue(50)
    QApplication.processEvents()


def dismiss() -> None:
    """Close whatever an event has opened and waits for."""
    for opened in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
        if isinstance(opened, QDialog):
            QDialog.done(opened, 0)
        elif opened is not None:
            opened.close()


def main(folder: Path) -> None:
    names = fail_everywhere()
    application = make_application()
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.live = False
    client = LiveClient(worker=(sys.executable, "-S", "-c", "input()"))
    window = open_window(registry.open_network("table1"), settings, client)
    sys.excepthook = guard.Faults(window.toast.say)
    window.show()
    dismissing = QTimer(window)
    dismissing.timeout.connect(dismiss)
    dismissing.start(20)

    def go() -> None:
        for tab in TABS:
            for Armed.doors in (False, True):
                window.commands[tab].trigger()
                QApplication.processEvents()
                Armed.now = True
                disturb(window)
                Armed.now = False
        window.update()
        QTimer.singleShot(200, application.exit)
        Armed.now = True  # once more, in the loop alone

    QTimer.singleShot(200, go)
    application.exec()
    Armed.now = False
    window.repaint()
    QApplication.processEvents()
    said = window.toast.findChild(QWidget, "toast_text")
    window.document.stack.setClean()
    window.close()
    print(*(f"met {name}" for name in sorted(met)), f"of {len(names)}", f"said {said.text()}", "alive", sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
