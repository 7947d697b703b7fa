"""What happens before the window is seen, and what waits until it has been."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hands import OpenWindow
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.widgets.first_paint import after_first_paint

pytestmark = pytest.mark.gui

HEAVY = {"torch", "numpy", "onnx", "google", "pptx", "lxml", "PIL", "safetensors", "pyqtgraph", "pygraphviz"}
LATE = {
    "squeezeviz.paper.check",
    "squeezeviz.explain.what_if",
    "squeezeviz.files.weights",
    "squeezeviz.files.networks.graph",
    "squeezeviz.gui.panels.comparison",
    "squeezeviz.gui.panels.cost_panel",
    "squeezeviz.gui.export.dialog",
    "squeezeviz.gui.recovery.leaving",
    "squeezeviz.gui.panels.metaparameters",
    "squeezeviz.gui.panels.paper",
    "squeezeviz.gui.recovery.control",
    "squeezeviz.gui.recovery.outlook",
    "squeezeviz.gui.recovery.recorder",
    "squeezeviz.gui.recovery.snapshot",
    "squeezeviz.gui.widgets.shortcuts",
    "squeezeviz.gui.story.story",
    "squeezeviz.gui.story.what_if",
    "squeezeviz.figure.writers.pdf",
    "squeezeviz.figure.writers.png",
    "squeezeviz.figure.writers.svg",
    "concurrent.futures",
}
OPENING = """
import json, sys
before = set()
class AsQtComes:
    def find_spec(self, name, *_):
        if name == "PySide6":
            before.update(sys.modules)
sys.meta_path.insert(0, AsQtComes())
from squeezeviz.gui import app
after = set(sys.modules)
from squeezeviz.files import registry
application = app.make_application()
window = app.open_window(registry.open_network(app.DEFAULT))
print(json.dumps([sorted(before), sorted(after - before), sorted(sys.modules)]))
sys.stdout.flush()
import os; os._exit(0)
"""


@pytest.fixture(scope="module")
def loaded() -> tuple[set[str], set[str], set[str]]:
    """The modules that are there before Qt is, those that come with the window's, and all once it stands."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", OPENING], capture_output=True, text=True, env=os.environ, timeout=500, check=True
    )
    before, then, all_of_them = (set(names) for names in json.loads(done.stdout.splitlines()[-1]))
    return before, then, all_of_them


def test_a_window_opens_without_what_other_formats_passes_and_later_looks_need(loaded: tuple[set[str], ...]) -> None:
    assert not {name.partition(".")[0] for name in loaded[2]} & HEAVY
    assert not {name for name in loaded[2] if any(name == late or name.startswith(f"{late}.") for late in LATE)}


def test_what_needs_no_qt_is_loaded_before_it(loaded: tuple[set[str], ...]) -> None:
    """PySide6 slows the import of each module that comes after it."""
    _, then, _ = loaded
    late = {name for name in then if name.startswith("squeezeviz.")}
    assert late
    assert not [name for name in late if not name.startswith(("squeezeviz.gui", "squeezeviz.figure.writers"))]
    assert "PySide6.QtWidgets" in then


def test_pyside_reads_no_source_of_ours_in_search_of_its_features() -> None:
    reading = "import linecache; from squeezeviz.gui import app; print([n for n in linecache.cache if 'squeeze' in n])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", reading], capture_output=True, text=True, timeout=500, check=True
    )
    assert done.stdout == "[]\n"


def test_the_panel_below_and_the_worker_come_once_the_network_has_been_painted(
    open_on: OpenWindow, qtbot: QtBot
) -> None:
    window = open_on("table1")
    qtbot.waitUntil(lambda: window.findChild(QWidget, "metaparameters_panel") is not None)
    qtbot.waitUntil(lambda: window.session.client.phase is not Phase.GONE)


def test_what_waits_for_the_first_paint_is_done_after_it_and_once(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    done: list[bool] = []
    after_first_paint(widget, lambda: done.append(widget.isVisible()))
    qtbot.wait(50)
    assert done == []
    widget.show()
    qtbot.waitUntil(lambda: done == [True])
    widget.repaint()
    qtbot.wait(50)
    assert done == [True]
    never_painted: list[bool] = []
    after_first_paint(QWidget(widget), lambda: never_painted.append(True))
    qtbot.waitUntil(lambda: never_painted == [True])
