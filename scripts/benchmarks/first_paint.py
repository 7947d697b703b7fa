"""A process that opens a window, says so once its content has been painted, and ends.

`ours` is squeezeviz with Table 1; `bare` is the least that PySide6 can show in its place, a window with an empty table.
Each loads what it needs in its own order, so nothing is imported before it is known which is wanted.
"""

from __future__ import annotations

import sys


def bare() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget

    from benchmarks.painted import Painted

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
    from squeezeviz.gui import app  # isort: skip
    from benchmarks.painted import Painted

    settings, work = app.Settings(), app.WorkFolder()
    start = app.begin(None, settings, work)
    application = app.make_application()
    window = app.open_window(start.opened, settings, work=work, start=start)
    window.resize(1600, 1000)
    painted = Painted(window.parts.graph.viewport())
    window.show()
    application.exec()
    window.session.client.close()
    del painted


if __name__ == "__main__":
    {"bare": bare, "ours": ours}[sys.argv[1]]()
