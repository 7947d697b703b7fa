"""A real window in which every method that Qt calls of ours fails; run as a program by test_guard.py.

python faulty_window.py FOLDER writes one line for each method that failed, and "alive" in the end.
"""

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import shiboken6
from hands import child, dismiss_what_opens, mouse_and_keys
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtGui import QPaintDevice, QPainter
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget

from squeezeviz import gui
from squeezeviz.figure import writers as painting
from squeezeviz.files import registry
from squeezeviz.gui.app import make_application, open_window
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets import guard

met: set[str] = set()


def gui_classes() -> list[type]:
    """Every class of the window that derives from one of Qt's, in an order that does not change."""
    for package in (gui, painting):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    ours = {each for each in _below(shiboken6.Shiboken.Object) if each.__module__.startswith("squeezeviz")}
    return sorted(ours, key=lambda each: (each.__module__, each.__qualname__))


def _below(kind: type) -> Iterator[type]:
    each: type
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


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


DOORS = ("event", "viewportEvent", "eventFilter", "rowCount", "columnCount", "redo", "selectionChanged",
         "TableView.paintEvent", "_PaperDelegate.sizeHint", "_Wrapped.setText")  # fmt: skip
"""Where these fail, Qt does not come as far as to call the others, nor the window to say so."""


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


def disturb(window: MainWindow, within: QWidget) -> None:
    """All that Qt may ask of the widgets that are there, asked directly and through the event loop."""
    for widget in (within, *within.findChildren(QWidget)):
        if not shiboken6.isValid(widget) or not widget.isVisible():
            continue
        if any(type(each).__module__.startswith("squeezeviz") for each in (widget, widget.parent())):
            for event in mouse_and_keys(widget):
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


def main(folder: Path) -> None:
    names = fail_everywhere()
    application = make_application()
    settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    settings.set_flag("live", False)
    client = LiveClient(worker=(sys.executable, "-S", "-c", "input()"))
    window = open_window(registry.open_network("table1"), settings, client)
    window.resize(1440, 860)
    sys.excepthook = guard.Faults(window.parts.toast.say)
    window.show()
    dismissing = dismiss_what_opens()

    def go() -> None:
        for tab in PANELS:
            for Armed.doors in (False, True):
                window.parts.commands[tab].trigger()
                QApplication.processEvents()
                Armed.now = True
                disturb(window, window if Armed.doors or tab == PANELS[0] else window.parts.panels)
                Armed.now = False
        window.update()
        QTimer.singleShot(200, application.exit)
        Armed.now = True  # once more, in the loop alone

    QTimer.singleShot(200, go)
    application.exec()
    Armed.now = False
    dismissing.stop()
    window.repaint()
    QApplication.processEvents()
    said = child(window.parts.toast, QLabel, "toast_text")
    window.document.stack.setClean()
    window.close()
    print(*(f"met {name}" for name in sorted(met)), f"of {len(names)}", f"said {said.text()}", "alive", sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
