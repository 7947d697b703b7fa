"""Whatever can be done in the window can be done to a network that has next to nothing, or that cannot run."""

from collections.abc import Iterator

import pytest
import shiboken6
from hands import CTRL, LEFT, PLAIN, SHIFT, OpenWindow, dismiss_what_opens, mouse_and_keys, watched
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from squeezeviz.figure.scene.diagram import EMPTY_KEY
from squeezeviz.gui.commands import COMMANDS
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.panels import PANELS
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.timeout(400)

SHAPE = InputShape(3, 9, 9)
NETWORKS: dict[str, tuple[Layer, ...]] = {
    "no rows": (),
    "one row": (Conv("conv1", 4, 3),),
    "one pool": (GlobalAvgPool("pool1"),),
    "pools alone": (AvgPool("pool1", 2, 2), AvgPool("pool2", 2, 2), Dropout("drop3")),
    "problems alone": (Conv("conv1", 4, 99), Fire("fire2", 2, 3, 3), MaxPool("pool3", 99, 1)),
}
_NAMES = (
    "Up Down Left Right Home End PageUp PageDown Tab Backtab Return Enter Escape Space Delete Backspace Insert Menu "
    "F2 F3 Plus Minus Asterisk 0 7 A C F"
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in _NAMES.split()]


@pytest.fixture
def dismissing() -> Iterator[QTimer]:
    timer = dismiss_what_opens()
    yield timer
    timer.stop()


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("getOpenFileName", "getOpenFileNames", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: ("", ""))


class Trial:
    """A window on a small network, which it has again before each thing that is tried."""

    def __init__(self, window: MainWindow, name: str) -> None:
        self.window, self.layers = window, LayerTable(name, SHAPE, NETWORKS[name])
        self.wrong: list[str] = []

    def begin(self) -> None:
        if self.window.document.table != self.layers or self.window.document.modified:
            self.window.document.start(self.layers)
        QApplication.processEvents()

    def end(self, tried: str, met: list[str]) -> None:
        QApplication.processEvents()
        self.wrong += [f"{tried}: {each}" for each in met]
        met.clear()


_LONGER = ("one row", "one pool")


@pytest.fixture(params=[pytest.param(each, marks=pytest.mark.full if each in _LONGER else ()) for each in NETWORKS])
def trial(request: pytest.FixtureRequest, open_on: OpenWindow, dismissing: QTimer, no_files: None) -> Trial:
    return Trial(open_on("table1"), request.param)


def test_every_command_can_be_given(trial: Trial) -> None:
    with watched() as met:
        for place in ("table", "graph"):
            for command in COMMANDS:
                if command.id in ("quit", "live", "run"):
                    continue
                trial.begin()
                trial.window.parts.commands[f"focus_{place}"].trigger()
                trial.window.parts.commands[command.id].trigger()
                trial.end(f"{command.id} from the {place}", met)
    assert not trial.wrong, trial.wrong[0]


@pytest.mark.parametrize("panel", PANELS)
def test_every_key_can_be_pressed_in_every_widget_that_takes_the_keyboard(trial: Trial, panel: str) -> None:
    with watched() as met:
        for widget in _shown_with(trial, panel):
            for key in KEYS:
                for modifier in (PLAIN, SHIFT, CTRL):
                    if not shiboken6.isValid(widget) or not widget.isVisible() or not _takes_keys(widget):
                        continue
                    name = str(widget)
                    trial.begin()
                    widget.setFocus()
                    QTest.keyClick(widget, key, modifier)
                    trial.end(f"{modifier.name} {key.name} in {name}", met)
    assert not trial.wrong, trial.wrong[0]


def _shown_with(trial: Trial, panel: str) -> list[QWidget]:
    """The panel's widgets once it is in front; with the first panel, all of the window's."""
    trial.begin()
    window = trial.window
    window.parts.commands[panel].trigger()
    QApplication.processEvents()
    within = [window.parts.panels, *window.parts.panels.findChildren(QWidget)]
    if panel == PANELS[0]:
        within += [each for each in window.findChildren(QWidget) if each not in within]
    return within


def _takes_keys(widget: QWidget) -> bool:
    return widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and widget.isEnabled()


def test_the_mouse_can_be_used_everywhere(trial: Trial) -> None:
    with watched() as met:
        for panel in PANELS:
            for widget in _shown_with(trial, panel):
                if not shiboken6.isValid(widget) or not widget.isVisible():
                    continue
                name = str(widget)
                for event in mouse_and_keys(widget):
                    if shiboken6.isValid(widget):
                        QApplication.sendEvent(widget, event)
                trial.end(f"the mouse on {name}", met)
    assert not trial.wrong, trial.wrong[0]


def test_every_box_of_the_diagram_can_be_clicked_pointed_at_and_walked_from(trial: Trial) -> None:
    trial.begin()
    graph = trial.window.parts.graph
    with watched() as met:
        for module in graph.diagram.modules:
            trial.begin()
            area = graph.seen_rect(module.key)
            assert area is not None
            at = area.center().toPoint()
            QTest.mouseClick(graph.viewport(), LEFT, pos=at)
            for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_Return):
                QTest.keyClick(graph, key)
                assert graph.selected != EMPTY_KEY
            QTest.mouseDClick(graph.viewport(), LEFT, pos=at)
            trial.end(f"{module.key}", met)
    assert not trial.wrong, trial.wrong[0]
