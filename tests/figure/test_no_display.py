"""Figures are painted without a display, on any thread; only what needs Qt loads it; an application that runs stays."""

import os
import subprocess
import sys
import textwrap

import pytest
from PySide6.QtWidgets import QApplication

from squeezeviz.figure.writers.fonts import ensure_gui_application

EXPORT = """
import sys
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.figure.writers.export import exported
network = resolve(load_preset("table1"))
assert "pptx" not in sys.modules
for suffix in sys.argv[1:]:
    exported(network, suffix)
print([name for name in ("PySide6", "torch") if name in sys.modules])
"""
MANY_THREADS = """
from threading import Thread
from PySide6.QtGui import QGuiApplication
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.registry import open_network
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.theme.look import Rows
from squeezeviz.figure.writers.export import exported
from squeezeviz.figure.writers.figure import ExportOptions

application = QGuiApplication([])
network = resolve(open_network("table1").table)
pictures = []

options = ExportOptions(DiagramOptions(rows=Rows(0, 2)))

def draw():
    pictures.append(exported(network, "png", options).content)

for count in (1, 1, 4, 4):
    threads = [Thread(target=draw) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draw()
assert len(set(pictures)) == 1, len(set(pictures))
print("drawn", len(pictures))
"""


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in hidden} | environment
    command = [sys.executable, "-c", textwrap.dedent(program), *arguments]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=500)


@pytest.mark.parametrize(
    ("suffixes", "loaded"),
    [(("svg", "tex", "dot", "pptx", "html"), []), (("png",), ["PySide6"]), (("pdf",), ["PySide6"])],
)
def test_qt_is_loaded_only_for_what_it_paints_and_no_display_is_asked(
    suffixes: tuple[str, ...], loaded: list[str]
) -> None:
    done = run(EXPORT, *suffixes, DISPLAY=":987", WAYLAND_DISPLAY="no-such-wayland")
    assert done.stdout == f"{loaded}\n", done.stderr


def test_threads_that_come_and_go_draw_the_same_picture() -> None:
    # In a process of its own: what goes wrong here takes the whole process with it.
    done = run(MANY_THREADS, QT_QPA_PLATFORM="offscreen")
    assert (done.stdout, done.returncode) == ("drawn 14\n", 0), done.stderr[-2000:]


def test_the_application_of_the_window_is_left_alone(qapp: QApplication) -> None:
    ensure_gui_application()
    assert QApplication.instance() is qapp


def test_a_console_application_is_refused_as_the_mistake_it_is() -> None:
    done = run(
        """
        from PySide6.QtCore import QCoreApplication
        from squeezeviz.figure.writers.fonts import ensure_gui_application
        app = QCoreApplication([])
        ensure_gui_application()
        """
    )
    assert "needs a QGuiApplication" in done.stderr
