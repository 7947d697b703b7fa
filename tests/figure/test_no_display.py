"""Figures are painted where there is no display, and an application that runs already is left alone."""

from __future__ import annotations

import os
import subprocess
import sys

from PySide6.QtWidgets import QApplication

from squeezeviz.figure.writers.fonts import ensure_gui_application

PAINT = """
from squeezeviz.figure.scene.primitives import Group, Text
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, Figure
from squeezeviz.figure.writers.pdf import to_pdf
from squeezeviz.figure.writers.png import to_png
from squeezeviz.figure.writers.painter import record
group = Group(0, 0, (Text(5, 15, "fire2 שלום 🔥", 12.5, "#000000"),))
figure = Figure(group, 60, 20, "")
assert to_png(figure, AS_ON_SCREEN).startswith(b"\\x89PNG")
assert to_pdf(figure, AS_ON_SCREEN).startswith(b"%PDF")
kept = record(group)
"""


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in hidden} | environment
    return subprocess.run([sys.executable, "-c", program], env=kept, capture_output=True, text=True, timeout=500)


def test_pictures_need_no_display() -> None:
    done = run(PAINT)
    assert done.returncode == 0, done.stderr


def test_a_display_that_does_not_answer_is_not_asked() -> None:
    assert run(PAINT, DISPLAY=":987", WAYLAND_DISPLAY="no-such-wayland").returncode == 0


def test_an_svg_needs_no_qt() -> None:
    done = run("import sys, squeezeviz.figure.writers.svg; print(any('PySide6' in name for name in sys.modules))")
    assert done.stdout == "False\n", done.stderr


def test_torch_is_not_imported() -> None:
    done = run(PAINT + "import sys; print('torch' in sys.modules)")
    assert done.stdout == "False\n", done.stderr


def test_the_application_of_the_window_is_left_alone(qapp: QApplication) -> None:
    ensure_gui_application()
    assert QApplication.instance() is qapp


def test_a_console_application_is_refused_as_the_mistake_it_is() -> None:
    done = run(
        "from PySide6.QtCore import QCoreApplication\n"
        "from squeezeviz.figure.writers.fonts import ensure_gui_application\n"
        "app = QCoreApplication([])\nensure_gui_application()"
    )
    assert "needs a QGuiApplication" in done.stderr
