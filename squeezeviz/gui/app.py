"""Opening the window."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from squeezeviz.analysis.memory import FOR_PAINTING, require_room
from squeezeviz.figure.writers.fonts import diagram_font
from squeezeviz.files.opened import Opened
from squeezeviz.files.process_folders import remove_old_folders
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.opening import writes_back
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.recovery.starting import DEFAULT, Start, begin
from squeezeviz.gui.session import Session
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.first_paint import after_first_paint
from squeezeviz.gui.widgets.guard import Faults
from squeezeviz.gui.wiring import build_window

if TYPE_CHECKING:
    from squeezeviz.gui.recovery.leaving import Leaving

__all__ = ["DEFAULT", "Settings", "WorkFolder", "begin", "make_application", "open_window", "run"]

NAME = "squeezeviz"
COLLECT_EVERY_MS = 2000
TOO_MANY = 50_000
"""New objects since the last collection that take too long to look through in one go."""


class Collector(QObject):
    """Python's cyclic garbage collector, run on the main thread alone.

    Left to itself it may run on any thread that happens to allocate, and destroy QObjects there.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(COLLECT_EVERY_MS)

    def _collect(self) -> None:
        young, middle, _ = gc.get_count()
        if young > TOO_MANY:
            # A large network was opened. Its hundred thousands of frozen rows form no cycles; to look through
            # them would hold the window up, so they are set aside for good.
            gc.freeze()
        elif middle > 50:
            gc.collect(1)
        elif young > 700:
            gc.collect(0)


def run(argument: str | None = None, images: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; the exit status.

    It opens on a file or preset where one is said, else as `recovery.starting` has it, and shows the network pictures.
    Raises SqueezevizError where the argument cannot be opened.
    """
    QCoreApplication.setApplicationName(NAME)  # the state folder is named after it
    settings, work = Settings(), WorkFolder()
    try:
        start = begin(argument, settings, work)
    except BaseException:
        work.close()
        raise
    application = make_application()
    window = open_window(start.opened, settings, work=work, start=start)
    sys.excepthook = Faults(window.parts.toast.say)
    leaving: list[Leaving] = []
    after_first_paint(window.parts.graph.viewport(), lambda: leaving.append(watch_signals(window)))
    if images:
        after_first_paint(window.parts.graph.viewport(), lambda: window.parts.pictures().open(images))
    window.show()
    status = application.exec()
    window.session.client.close()
    return leaving[0].close(int(status)) if leaving else int(status)


def make_application() -> QApplication:
    """The application object, with its typeface and name; the one there is where there is one."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    require_room(FOR_PAINTING)
    # Qt waits 5 ms before it paints, for what may follow; nothing here does that has not come by then.
    os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
    application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName(NAME)
    application.setDesktopFileName("squeezeviz")
    application.setFont(window_font())
    Collector(application)
    return application


def _tidy_up() -> None:
    """Remove what processes that were killed left in the folder for temporary files, beside everything else."""
    with suppress(RuntimeError):  # where no thread can be started, they can wait
        Thread(target=remove_old_folders, name="tidy-up", daemon=True).start()


def window_font() -> QFont:
    """The bundled typeface, with figures of equal width so that columns of numbers line up."""
    font = QFont(diagram_font(13))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def open_window(
    opened: Opened,
    settings: Settings | None = None,
    client: LiveClient | None = None,
    work: WorkFolder | None = None,
    start: Start | None = None,
) -> MainWindow:
    """A window on an opened network; its live pass starts once the window has been painted.

    `start` says how that network was found, and how it was looked at before.
    """
    recovered = start.recovered if start else None
    document = Document(opened.table)
    back = recovered.snapshot.writes_back if recovered else writes_back(opened)
    document.open(opened, writes_back=back, modified=recovered is not None)
    window = build_window(Session(document, settings or Settings(), client, work))
    if start is not None and start.outlook is not None:
        window.look(start.outlook)
    # The last two have PySide make what the first keys would wait for: QStyle's names, and all that a viewport may be.
    late = (
        lambda: start_live(window),
        lambda: _keep_work(window, start),
        _tidy_up,
        window.style,
        window.parts.table.viewport,
    )
    for act in late:
        after_first_paint(window.parts.graph.viewport(), act)
    if opened.unknown_geometry is not None:
        QTimer.singleShot(0, lambda: window.parts.files.settle(opened))
    return window


def start_live(window: MainWindow) -> None:
    """Start the worker, and the first pass where Live is on."""
    session, parts = window.session, window.parts
    session.client.start()
    session.live.set_device(parts.toolbar.device.device)
    parts.commands["live"].setChecked(session.settings.flag("live"))
    session.live.set_live(session.settings.flag("live"))


def watch_signals(window: MainWindow) -> Leaving:
    """End as the system asks for it from now on; until then, Ctrl+C ends the process."""
    from squeezeviz.gui.recovery.leaving import Leaving

    session, parts = window.session, window.parts
    stop = session.background.close_within
    return Leaving(window, parts.files, parts.recovery(), stop, lambda keep: window.shut(keep=keep))


def _keep_work(window: MainWindow, start: Start | None) -> None:
    """Keep unsaved work from now on, and say what the window opened with."""
    recovery = window.parts.recovery()
    if start is not None:
        recovery.greet(start)
    else:
        recovery.follow_title()
