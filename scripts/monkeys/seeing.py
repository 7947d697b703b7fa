"""What is done with all that shows what a network sees: pictures, feature maps, filters, one value, classes, the story.

Any other event reaches it too, but seldom what lies several steps deep: a class sought in a picture that is open while
trained weights are, or a value several steps back.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.files.opened import Opened
from squeezeviz.gui.following.page import FollowedText
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.pictures.view import ClassBars

PANELS = ("picture", "feature_maps", "filters")
_PARTS = ("", "", "", "squeeze1x1", "expand1x1", "expand3x3", "concat", "relu_squeeze1x1", "nothing")
_MOST_STEPS = 7
_KILL_TURNS = 400


class Seeing:
    """`do` does one of them; `trained` is a network with weights and classes."""

    def __init__(
        self,
        window: Callable[[], MainWindow],
        pictures: list[Path],
        trained: Opened,
        say: Callable[[str], None],
        turn: Callable[[], None],
    ) -> None:
        self._shown, self._pictures, self._trained, self._say, self._turn = window, pictures, trained, say, turn
        self._ways: tuple[tuple[Callable[[MainWindow, Random], None], int], ...] = (
            (self._open_pictures, 4), (self._open_trained, 2), (self._bring, 4), (self._within_panel, 12),
            (self._select, 8), (self._follow, 5), (self._step_back, 8), (self._seek, 14), (self._tell, 4),
            (self._command, 3), (self._break_worker, 1),
        )  # fmt: skip

    def do(self, random: Random) -> None:
        way = random.choices([way for way, _ in self._ways], [weight for _, weight in self._ways])[0]
        if QApplication.activeModalWidget() is None:
            way(self._shown(), random)

    def _open_pictures(self, window: MainWindow, random: Random) -> None:
        paths = random.choices(self._pictures, k=random.choice((1, 1, 2, 3)))
        times = random.choice((1, 1, 1, 4))
        self._say(f"open the pictures {[each.name for each in paths]} {times} times")
        for _ in range(times):
            window.parts.pictures().open(list(map(str, paths)))

    def _open_trained(self, window: MainWindow, _: Random) -> None:
        self._say("load a trained network")
        window.document.open(self._trained)

    def _bring(self, window: MainWindow, random: Random) -> None:
        name = random.choice(PANELS)
        self._say(f"bring the panel {name}")
        window.parts.commands[name].trigger()

    def _within_panel(self, window: MainWindow, random: Random) -> None:
        """Click in the panel in front, mostly on what can be pressed."""
        name = window.parts.panels.front
        panel = window.parts.panels.panel(name) if name else window
        widgets = [each for each in panel.findChildren(QWidget) if not each.visibleRegion().isEmpty()]
        buttons = [each for each in widgets if isinstance(each, QAbstractButton) and each.isEnabled()]
        widget = random.choice((buttons if random.random() < 0.5 else None) or widgets or [panel])
        self._click(widget, random)

    def _click(self, widget: QWidget, random: Random) -> None:
        room = widget.visibleRegion().boundingRect()
        at = QPoint(
            room.left() + int(random.random() * max(1, room.width())),
            room.top() + int(random.random() * max(1, room.height())),
        )
        self._say(f"click at {at.toTuple()} of {type(widget).__name__} {widget.objectName()}")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def _select(self, window: MainWindow, random: Random) -> None:
        names = [layer.name for layer in window.document.table.layers]
        key = Key(random.choice(names), random.choice(_PARTS)) if names and random.random() < 0.9 else INPUT_KEY
        self._say(f"select {key}")
        window.session.selection.choose_key(key)

    def _follow(self, window: MainWindow, random: Random) -> None:
        """Follow any value, now and then one that there is not."""
        names = [step.name for _, step in window.document.network.operations()]
        name = random.choice([*names, NETWORK_INPUT])
        channel, row, column = (random.choice((0, 1, 2, 5, 70, 600)) for _ in range(3))
        at = ValueAt(name, channel, row, column, random.choice((0, 0, 0, 1)))
        self._say(f"follow {at}")
        window.parts.following().follow(at)

    def _step_back(self, window: MainWindow, random: Random) -> None:
        page = window.findChild(FollowedText)
        targets = page.targets if page is not None and page.isVisible() else []
        self._say(f"follow one of {len(targets)} values of the page")
        if page is not None and targets:
            at = random.choice(targets).room.center()
            QTest.mouseClick(page, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def _seek(self, window: MainWindow, random: Random) -> None:
        """Click on a class that is told, or bring about what one is told in: trained weights, a picture, a pass."""
        bars = window.findChild(ClassBars)
        if bars is not None and not bars.visibleRegion().isEmpty():
            self._click(bars, random)
            return
        self._say("bring about that classes are told")
        if window.document.weights is None:
            window.document.open(self._trained)
        if not window.session.pictures.pictures:
            window.parts.pictures().open_example()
        if not window.session.live.live:
            window.parts.commands["live"].trigger()
        window.parts.panels.bring("picture")

    def _tell(self, window: MainWindow, random: Random) -> None:
        steps = random.randint(0, _MOST_STEPS)
        self._say(f"tell the story, {steps} steps on")
        story = window.parts.depth_help.story()
        story.start()
        for _ in range(steps):
            QApplication.processEvents()
            self._turn()
            if story.running:
                story.next()

    def _command(self, window: MainWindow, random: Random) -> None:
        name = random.choice(("follow_value", "diagram_maps", "example_picture", "no_picture", "run", "cancel"))
        self._say(f"command {name}")
        window.parts.commands[name].trigger()

    def _break_worker(self, window: MainWindow, _: Random) -> None:
        """Kill the process of the live pass, whatever it does, and wait until the window knows."""
        self._say("kill the worker")
        client = window.session.client
        killed, turns = client.process_id, 0
        if killed:
            os.kill(killed, signal.SIGKILL)
        while killed and client.process_id == killed and turns < _KILL_TURNS:
            turns += 1
            QTest.qWait(5)
