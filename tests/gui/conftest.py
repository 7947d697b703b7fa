"""The real window, driven as a person drives it: with keys and mouse, on a platform without a screen."""

import gc
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen

import forked_worker
import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from hands import OpenWindow, keys, still
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.gui.app import open_window
from squeezeviz.gui.files.opening import read_network
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.recovery.starting import begin
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets import guard
from squeezeviz.gui.widgets.field_keys import finish_typing


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of this test alone, Live off."""
    made = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made.set_flag("live", False)
    made.theme = "light"
    return made


@pytest.fixture(autouse=True)
def reported(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exception]]:
    """The errors of ours that were kept from Qt: a test that leaves any fails."""
    met: list[Exception] = []
    release_frames = guard.release_frames

    def note(error: Exception) -> None:
        met.append(error)
        release_frames(error)

    monkeypatch.setattr(guard, "release_frames", note)
    yield met
    assert not met, "".join(traceback.format_exception(met[0]))


@pytest.fixture(scope="session")
def worker() -> Iterator[tuple[str, ...]]:
    """The command of a worker of the live pass; where it can be done, of one that has loaded PyTorch already."""
    if not hasattr(os, "pidfd_open"):
        yield ()
        return
    name = f"tests-of-squeezeviz-{os.getpid()}"
    serving = [sys.executable, "-P", forked_worker.__file__, "serve", name]
    with Popen(serving, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == b"listening\n"
        yield (sys.executable, "-I", "-S", forked_worker.__file__, name)
        process.stdin.close()


WAITS = ("sleep", "600")
"""Stands in for a worker where nothing is measured."""


@pytest.fixture
def open_on(qtbot: QtBot, settings: Settings, request: pytest.FixtureRequest) -> Iterator[OpenWindow]:
    """Open the window on a file or preset; `live` measures after every change, as the program does by default.

    Without `live` or `worker` a process that only waits stands in for the live pass's.
    """
    opened: list[MainWindow] = []
    gc.collect(0)  # what the last test's window left: here nothing else collects garbage

    def open_it(
        name: str | Path = "table1",
        *,
        live: bool = False,
        worker: bool = False,
        size: tuple[int, int] = (1440, 900),
    ) -> MainWindow:
        settings.set_flag("live", live)
        client = LiveClient(worker=request.getfixturevalue("worker") if live or worker else WAITS)
        work = WorkFolder()
        window = open_window(read_network(str(name), work), settings, client, work=work)
        opened.append(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield open_it
    _let_go(opened)


@pytest.fixture
def started(qtbot: QtBot, settings: Settings) -> Iterator[OpenWindow]:
    """Start as the program does, with an argument or none; the window once it keeps what is unsaved."""
    opened: list[MainWindow] = []

    def start_it(argument: str | Path | None = None) -> MainWindow:
        work = WorkFolder()
        start = begin(None if argument is None else str(argument), settings, work)
        window = open_window(start.opened, settings, LiveClient(worker=WAITS), work, start)
        opened.append(window)
        window.resize(1440, 900)
        window.show()
        qtbot.waitUntil(lambda: window.parts.recovery.made is not None)
        return window

    yield start_it
    _let_go(opened)


def _let_go(windows: list[MainWindow]) -> None:
    for window in windows:
        finish_typing(window)
        window.document.stack.setClean()
        window.document.left_unsaved = list  # type: ignore[method-assign]  # nor what was swapped out
        window.close()
        window.deleteLater()
    # Without a screen Qt lets go of the clipboard after Python has ended, which Python's objects do not survive.
    QApplication.clipboard().clear()
    QApplication.processEvents()
    # Or they would live on, and every later window's style sheet be worked out for them too.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_on: OpenWindow) -> MainWindow:
    """The window on Table 1, Live off."""
    return open_on()


@pytest.fixture
def closed(window: MainWindow) -> MainWindow:
    """The window on Table 1 with every Fire closed, all of it in sight."""
    keys(window, "Ctrl+Shift+L")
    window.parts.graph.zoom_to_fit()
    still(window)
    return window
