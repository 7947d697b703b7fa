"""Plays the events of a seed in one window: python -m monkeys.play FOLDER SEED FIRST LAST [worker]

Each event is written to FOLDER/log before it is done. The last line of the output is JSON: the last event and what
went wrong at it, if anything did.
"""

from __future__ import annotations

import faulthandler
import json
import os
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from random import Random

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from monkeys.answers import Answers
from monkeys.gestures import Gestures
from monkeys.seeing import Seeing
from monkeys.tables import random_table
from monkeys.watch import Watch
from squeezeviz import gui
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.figure.writers import png as raster
from squeezeviz.files import registry
from squeezeviz.files.opened import Opened
from squeezeviz.files.weights import trained
from squeezeviz.gui.app import make_application, open_window
from squeezeviz.gui.files.opening import read_network
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.table import InputShape, LayerTable

HANGS_S = 120
"""Of the clock: an event that is not over by then never is."""
WAITS_TURNS = 2000
PLAIN = LayerTable("plain", InputShape(3, 20, 20), (Conv("conv1", 8, 3), Fire("fire2", 2, 4, 4), Conv("conv3", 5, 1)))


class Player:
    def __init__(self, folder: Path, seed: int, *, worker: bool) -> None:
        self._folder, self._seed, self._worker = folder, seed, worker
        self._log = (folder / "log").open("w", encoding="utf-8", buffering=1)
        self._application = make_application()
        _load_everything()
        self.watch = Watch(folder)
        self._work = WorkFolder()
        files, weights = self._files()
        self._random = Random(0)
        self._answer_file_dialogs(files)
        pictures = [each for each in files if each.suffix in (".png", ".jpg")]
        trained_network = read_network("squeezenet1_1-imagenet", self._work)
        seeing = Seeing(self._shown, pictures, trained_network, self._say, self.watch.turn)
        self.gestures = Gestures(self._shown, files, weights, seeing, self._say)
        self.answers = Answers(self.gestures.do_within, self._say, self.watch.found.append)
        self._window: MainWindow | None = None

    def play(self, number: int) -> None:
        """One event, and all that follows from it. It depends on what was before through the window alone."""
        faulthandler.dump_traceback_later(HANGS_S, exit=True)
        self._log.write(f"{number}: ")
        self._random = Random(f"{self._seed}/{number}")
        self.answers.begin(Random(f"{self._seed}/{number}/answers"))
        self._shown()
        self.watch.begin()
        try:
            self.gestures.do(self._random)
            QApplication.processEvents()
        except Exception:
            sys.excepthook(*sys.exc_info())
        self.watch.end(1 + self.answers.count)
        self._settle(wait=self._random.random() < 0.9)

    def _settle(self, *, wait: bool) -> None:
        """Let what runs beside the window end, mostly, or the next event would come as it happens."""
        for _ in range(WAITS_TURNS if wait else 0):
            if self._window is None or not (self._window.session.background.running or self._passes()):
                break
            QTest.qWait(5)
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _passes(self) -> bool:
        """Whether the worker computes something. The one that stands in for it never answers."""
        return self._worker and self._window is not None and self._window.session.client.running is not None

    def _shown(self) -> MainWindow:
        """The window, or another one where it was closed."""
        window = self._window
        if window is None or not window.isVisible():
            if window is not None:
                window.deleteLater()
            self._window = window = self._opened()
        return window

    def _opened(self) -> MainWindow:
        self._say("a window opens")
        settings = Settings(QSettings(str(self._folder / "settings.ini"), QSettings.Format.IniFormat))
        client = None if self._worker else LiveClient(worker=(sys.executable, "-S", "-c", "input()"))
        window = open_window(Opened(random_table(Random(self._seed))), settings, client)
        window.resize(1440, 860)
        window.show()
        QTest.qWaitForWindowExposed(window)
        QApplication.processEvents()
        return window

    def _say(self, text: str) -> None:
        self._log.write(f"{text}\n")

    def _files(self) -> tuple[list[Path], RetainedWeights]:
        """Files to open: tables, weights, pictures, and such as are none."""
        folder = self._folder / "files"
        folder.mkdir()
        made = []
        for name in ("table.toml", "table.csv", "net.prototxt", "weights.safetensors"):
            kind = registry.format_of(folder / name)
            assert kind is not None
            registry.write_file(folder / name, PLAIN, kind.id)
            made.append(folder / name)
        (folder / "broken.toml").write_text("format = [", encoding="utf-8")
        (folder / "nothing.onnx").write_bytes(b"\0")
        picture = (RESOURCES / "pictures" / "chelsea.png").read_bytes()
        (folder / "cat.png").write_bytes(picture)
        (folder / "broken.png").write_bytes(picture[:9000])
        Image.new("CMYK", (300, 5)).save(folder / "flat.jpg")
        weights = read_network(str(folder / "weights.safetensors"), self._work).retained
        assert weights is not None
        others = ("broken.toml", "nothing.onnx", "gone.toml", "cat.png", "broken.png", "flat.jpg")
        return [*made, *(folder / name for name in others)], weights

    def _answer_file_dialogs(self, files: list[Path]) -> None:
        def open_name(*_: object) -> tuple[str, str]:
            return str(self._random.choice([*files, ""])), ""

        def open_names(*_: object) -> tuple[list[str], str]:
            return [str(each) for each in self._random.choices(files, k=self._random.randint(0, 3))], ""

        def save_name(parent: object, title: str, suggested: str, filters: str = "") -> tuple[str, str]:
            suffix = Path(suggested).suffix or ".toml"
            return self._random.choice(("", str(self._folder / f"saved{self._random.randint(1, 3)}{suffix}"))), ""

        answers = (("getOpenFileName", open_name), ("getOpenFileNames", open_names), ("getSaveFileName", save_name))
        for name, answer in answers:
            setattr(QFileDialog, name, staticmethod(answer))
        os.environ["TORCH_HOME"] = str(self._folder / "torch")  # a monkey neither reads nor fills a person's cache
        trained.MODELS = "https://127.0.0.1:1/"  # nor reaches a server
        # A picture of a gibibyte tells no more than a small one.
        raster.MOST_PIXELS = 2**22


def _load_everything() -> None:
    """Modules that are loaded when first needed: that is no event's fault."""
    for module in pkgutil.walk_packages(gui.__path__, f"{gui.__name__}."):
        import_module(module.name)


def main() -> int:
    folder, seed, first, last = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    faulthandler.enable()
    player = Player(folder, seed, worker="worker" in sys.argv[5:])
    number = first
    for number in range(first, last):
        player.play(number)
        if player.watch.found:
            break
    print(json.dumps({"event": number, "wrong": player.watch.found[:3]}), flush=True)
    return 1 if player.watch.found else 0


if __name__ == "__main__":
    # Nothing is left to be put in order: what the window holds is nobody's.
    import os

    status = main()
    sys.stderr.flush()
    os._exit(status)
