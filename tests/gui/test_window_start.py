"""What happens before the window is seen, and what waits until it has been."""

import json
import subprocess
import sys
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.gui.live.client import Phase
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.widgets.first_paint import after_first_paint

HEAVY = {"torch", "numpy", "onnx", "google", "pptx", "lxml", "PIL", "safetensors", "pygraphviz"}
LATE = {
    "squeezeviz.analysis.difference",
    "squeezeviz.analysis.fixes",
    "squeezeviz.analysis.timing",
    "squeezeviz.analysis.weights",
    "squeezeviz.explain.edges",
    "squeezeviz.explain.totals",
    "squeezeviz.figure.drawing.heat",
    "squeezeviz.files.atomic",
    "squeezeviz.files.clipboard",
    "squeezeviz.gui.canvas.find_bar",
    "squeezeviz.gui.canvas.keys",
    "squeezeviz.gui.canvas.walking",
    "squeezeviz.gui.live.answer",
    "squeezeviz.gui.live.dialogs",
    "squeezeviz.gui.palette",
    "squeezeviz.gui.live.worker_process",
    "squeezeviz.model.finding",
    "squeezeviz.model.matching",
    "squeezeviz.paper",
    "squeezeviz.trace",
    "squeezeviz.explain.what_if",
    "squeezeviz.files.weights",
    "squeezeviz.files.networks.graph",
    "squeezeviz.gui.panels.comparison",
    "squeezeviz.gui.panels.cost_commands",
    "squeezeviz.gui.panels.cost_panel",
    "squeezeviz.gui.export.dialog",
    "squeezeviz.gui.files.questions",
    "squeezeviz.gui.recovery.leaving",
    "squeezeviz.gui.panels.metaparameters",
    "squeezeviz.gui.panels.paper",
    "squeezeviz.gui.recovery.control",
    "squeezeviz.gui.recovery.outlook",
    "squeezeviz.gui.recovery.recorder",
    "squeezeviz.gui.recovery.snapshot",
    "squeezeviz.gui.widgets.shortcuts",
    "squeezeviz.gui.wiring.menus",
    "squeezeviz.gui.story.story",
    "squeezeviz.gui.story.what_if",
    "squeezeviz.figure.writers.pdf",
    "squeezeviz.figure.writers.png",
    "squeezeviz.figure.writers.svg",
    "concurrent.futures",
    "datetime",
    "decimal",
    "difflib",
    "fcntl",
    "fractions",
    "hashlib",
    "html",
    "importlib.resources",
    "tomllib",
}
LOADING = """
import json, sys
before = set()
class AsQtComes:
    def find_spec(self, name, *_):
        if name == "PySide6":
            before.update(sys.modules)
sys.meta_path.insert(0, AsQtComes())
from squeezeviz.gui import app
after = set(sys.modules)
print(json.dumps(sorted(after - before)))
"""
READING = """
import json, linecache, os
import squeezeviz
from squeezeviz.gui import app
ours = os.path.dirname(squeezeviz.__file__) + os.sep  # a checkout may have any name, ours too
print(json.dumps([name for name in linecache.cache if name.startswith(ours)]))
"""
PAINTING = """
import inspect, json, os, sys
from collections import Counter
called = Counter()
def count(frame, event, _):
    if event == "call" and frame.f_code.co_flags & inspect.CO_OPTIMIZED:  # functions: no bodies of modules and classes
        called[frame.f_code.co_filename, frame.f_code.co_name] += 1
sys.setprofile(count)
from squeezeviz.gui import app
from squeezeviz.gui.widgets import first_paint
first_paint.TIMEOUT_MS = 10**6  # a busy machine paints late
from PySide6.QtCore import QEvent, QObject, QTimer
class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, tell)
            editor = window.parts.explaining.editor
            squeezed.append(editor.height() < editor.minimumSizeHint().height())
        return False
squeezed = []
def tell():
    sys.setprofile(None)
    libraries = [line.split()[-1] for line in open("/proc/self/maps") if ".so" in line]
    loaded = {name: getattr(module, "__file__", "") for name, module in sys.modules.items()}
    print(json.dumps([loaded, [[*key, count] for key, count in called.items()], squeezed[0], libraries]), flush=True)
    os._exit(0)
settings, work = app.Settings(), app.WorkFolder()
start = app.begin("table1", settings, work)
application = app.make_application()
window = app.open_window(start.opened, settings, work=work, start=start)
painted = FirstPaint()
window.parts.graph.viewport().installEventFilter(painted)
window.resize(1440, 860)
window.show()
application.exec()
"""


def printed_by(program: str) -> Any:
    """Run a program in a process of its own; what it printed, read as JSON."""
    command = [sys.executable, "-P", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def test_what_needs_no_qt_is_loaded_before_it() -> None:
    """PySide6 slows the import of each module that comes after it."""
    then = printed_by(LOADING)
    late = [name for name in then if name.startswith("squeezeviz.")]
    assert late
    assert not [name for name in late if not name.startswith(("squeezeviz.gui", "squeezeviz.figure.writers"))]
    assert "PySide6.QtWidgets" in then


def test_pyside_reads_no_source_of_ours_in_search_of_its_features() -> None:
    assert printed_by(READING) == []


class UntilPainted(NamedTuple):
    """The files of the modules that are loaded, and how often a function of a file was called, by file and name."""

    loaded: dict[str, str]
    calls: dict[tuple[str, str], int]
    squeezed: bool
    """Whether the sliders beside the explanation had less room than they need."""
    libraries: list[str]
    """The files of the shared libraries that are loaded."""

    def called(self, name: str, file: str = "") -> int:
        """How often functions of that name were called, of all files or of one."""
        return sum(count for (of, function), count in self.calls.items() if function == name and of.endswith(file))


@pytest.fixture(scope="module")
def until_painted() -> UntilPainted:
    """What a process does until its window's network has been painted for the first time."""
    loaded, calls, squeezed, libraries = printed_by(PAINTING)
    return UntilPainted(loaded, {(file, name): count for file, name, count in calls}, squeezed, libraries)


def test_few_modules_are_loaded_before_the_first_paint_and_most_are_needed(until_painted: UntilPainted) -> None:
    ours = {name: file for name, file in until_painted.loaded.items() if name.startswith("squeezeviz.")}
    assert len(ours) <= 150
    used = {file for file, _ in until_painted.calls}
    unused = {name for name, file in ours.items() if file not in used and not file.endswith("__init__.py")}
    assert len(unused) <= 18, sorted(unused)


def test_a_window_opens_without_what_other_formats_passes_and_later_looks_need(until_painted: UntilPainted) -> None:
    late = tuple(f"{name}." for name in LATE | HEAVY)
    assert not [name for name in until_painted.loaded if f"{name}.".startswith(late)]


def test_before_the_first_paint_a_preset_is_placed_without_graphviz_and_explained_once(
    until_painted: UntilPainted,
) -> None:
    assert until_painted.called("open_plan") > 0
    assert until_painted.called("place_by_graphviz") == 0
    assert until_painted.called("title_page") == 1
    assert until_painted.called("sections_page") == 2  # above and below the editor


def test_few_classes_are_made_before_the_first_paint(until_painted: UntilPainted) -> None:
    """PySide makes Python's own enums of all that a Qt class has when it first meets that class; a frozen dataclass
    takes five times as long to make as a NamedTuple."""
    assert until_painted.called("_create_") <= 230  # of which QtCore's own are 31, and those of Qt itself 96
    assert until_painted.called("_process_class") <= 18
    assert until_painted.called("_make_nmtuple") <= 1  # PySide's: typing compiles the annotation of every field
    assert until_painted.called("namedtuple") <= 30  # one for all of ours that have so many fields


def test_the_first_paint_shows_everything_in_its_place(until_painted: UntilPainted) -> None:
    assert not until_painted.squeezed


def test_a_window_that_is_made_hears_of_no_action_and_measures_few_headings(until_painted: UntilPainted) -> None:
    assert 0 < until_painted.called("eventFilter", "main_window.py") <= 75  # it has a hundred actions
    assert until_painted.called("eventFilter", "messages.py") == 0
    assert until_painted.called("_made", "actions.py") > 0
    assert until_painted.called("_action", "table/columns.py") == 0  # only menus have those
    assert 0 < until_painted.called("icon", "style.py") <= 13  # fifteen commands have one
    assert 0 < until_painted.called("headerData") <= 280  # Qt's header asks for all headings of the table seven times


def test_a_window_is_painted_without_what_reads_images_and_stores_no_setting(until_painted: UntilPainted) -> None:
    assert any("libQt6Widgets" in library for library in until_painted.libraries)
    assert not [library for library in until_painted.libraries if "svg" in library.lower()]
    assert until_painted.called("set_flag") == until_painted.called("set_text") == 0


def test_icons_are_drawn_for_the_screens_there_are_and_anew_once_there_is_another(window: MainWindow) -> None:
    save = window.parts.commands["save"]
    before = save.icon()
    assert before.availableSizes() == [QSize(16, 16)]
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.DevicePixelRatioChange))
    assert save.icon().cacheKey() != before.cacheKey()


def test_the_panel_below_and_the_worker_come_once_the_network_has_been_painted(
    window: MainWindow, qtbot: QtBot
) -> None:
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
