"""A process that opens a window, says so once its content has been painted, and ends.

`ours` is squeezeviz with Table 1; `bare` is the least that PySide6 can show in its place, a window with an empty table.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QWidget


class Painted(QObject):
    """Notices the first paint of a widget, and tells stdout as soon as it is done."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._tell)
        return False

    def _tell(self) -> None:
        print("painted", flush=True)
        QApplication.quit()


def bare() -> None:
    application = QApplication(sys.argv[:1])
    window = QMainWindow()
    table = QTableWidget()
    window.setCentralWidget(table)
    window.resize(1600, 1000)
    painted = Painted(table.viewport())
    window.show()
    application.exec()
    del painted


def ours() -> None:
    from squeezeviz.formats import registry
    from squeezeviz.gui import app

    opened = registry.open_network(app.DEFAULT)
    application = app.make_application()
    window = app.open_window(opened)
    window.resize(1600, 1000)
    painted = Painted(window.parts.graph.viewport())
    window.show()
    application.exec()
    window.client.close()
    del painted


if __name__ == "__main__":
    {"bare": bare, "ours": ours}[sys.argv[1]]()
