"""File > Trained Weights: what is built in opens, what is not here is asked about and fetched on a thread."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from hands import OpenWindow
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.files.presets import BUILT_IN, TRAINED_IDS, load_preset
from squeezeviz.files.registry import to_bytes
from squeezeviz.files.weights import fetching, trained
from squeezeviz.files.weights.trained import TRAINED, TrainedWeights
from squeezeviz.gui import commands
from squeezeviz.gui.files.trained import NOTICE
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.errors import SqueezevizError

TORCHVISION = "squeezenet1_1-torchvision"
CONTENT = to_bytes(load_preset("squeezenet1_1"), "pytorch")


class Server:
    """Stands in for what fetches: it sends half of it, and the rest when `rest` is set."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.rest, self.cancelled = Event(), Event()
        self.error = ""

    def fetch(
        self, weights: TrainedWeights, progress: Callable[[int, int], object], cancelled: Callable[[], bool]
    ) -> Path:
        self.asked.append(weights.id)
        progress(len(CONTENT) // 2, len(CONTENT))
        while not self.rest.wait(0.01):
            if cancelled():
                self.cancelled.set()
                raise SqueezevizError("it was cancelled")
        if self.error:
            raise SqueezevizError(self.error)
        weights.path.parent.mkdir(parents=True, exist_ok=True)
        weights.path.write_bytes(CONTENT)
        return weights.path


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    digest = hashlib.sha256(CONTENT).hexdigest()[:8]
    monkeypatch.setattr(trained, "TRAINED", (*TRAINED[:2], TRAINED[2]._replace(digest=digest)))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    server = Server()
    monkeypatch.setattr(fetching, "fetch", server.fetch)
    return server


def choose(window: MainWindow, weights_id: str) -> None:
    window.parts.commands[f"trained_{weights_id}"].trigger()


def answer(window: MainWindow, qtbot: QtBot) -> None:
    """Wait for the notice, and press its button."""
    notice = window.parts.notice
    qtbot.waitUntil(lambda: NOTICE in notice.keys)
    next(each for each in notice.findChildren(QPushButton) if each.text() == "Fetch and Open").click()


def going_on(window: MainWindow) -> str:
    return window.parts.trained().title


def test_the_menu_has_an_entry_for_each(window: MainWindow, qtbot: QtBot) -> None:
    assert tuple(commands.TRAINED) == TRAINED_IDS
    file = next(each for each in window.menuBar().findChildren(QMenu) if each.title() == "&File")
    file.aboutToShow.emit()
    titles = [each.text() for each in file.actions() if each.menu()]
    assert titles.index("Trained Weights") == titles.index("Presets") + 1


def test_whether_to_fetch_is_asked_no_more_once_another_network_is_open(
    window: MainWindow, server: Server, qtbot: QtBot
) -> None:
    choose(window, TORCHVISION)
    qtbot.waitUntil(lambda: NOTICE in window.parts.notice.keys)
    window.document.edit("Set", window.document.table.with_field(2, "s1x1", 24))
    assert NOTICE in window.parts.notice.keys, "an edit answers nothing"
    window.document.stack.undo()
    window.parts.commands["new"].trigger()
    assert window.parts.notice.keys == () and not server.asked


def test_an_entry_says_whether_its_weights_are_here_or_how_much_is_fetched(window: MainWindow, server: Server) -> None:
    file = next(each for each in window.menuBar().findChildren(QMenu) if each.title() == "&File")
    file.aboutToShow.emit()
    menu = next(each for each in file.findChildren(QMenu) if each.title() == "Trained Weights")

    def said() -> list[str]:
        menu.aboutToShow.emit()
        return [each.text().rpartition("(")[2] for each in menu.actions()]

    assert said() == ["Built In)", "Fetch, 4.78 MiB)", "Fetch, 4.73 MiB)"]
    server.rest.set()
    server.fetch(trained.TRAINED[2], lambda *_: None, lambda: False)
    assert said() == ["Built In)", "Fetch, 4.78 MiB)", "Here)"]


def test_what_is_built_in_opens_at_once_with_its_weights(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.files.opened):
        choose(window, BUILT_IN)
    assert window.document.table == load_preset(BUILT_IN)
    assert window.document.weights is not None and window.document.weights.origin == BUILT_IN


def test_what_is_not_here_is_fetched_once_a_person_wants_it_and_opened(
    window: MainWindow, qtbot: QtBot, server: Server, tmp_path: Path
) -> None:
    choose(window, TORCHVISION)
    notice = window.parts.notice
    qtbot.waitUntil(lambda: NOTICE in notice.keys)
    assert f"download.pytorch.org (4.73 MiB), and are then kept in {tmp_path}" in notice.accessibleDescription()
    assert not server.asked
    answer(window, qtbot)
    assert NOTICE not in notice.keys
    qtbot.waitUntil(lambda: going_on(window) == "Fetching squeezenet1_1-torchvision, 2.36 MiB of 4.73 MiB…")
    with qtbot.waitSignal(window.parts.files.opened):
        server.rest.set()
    assert going_on(window) == ""
    assert window.document.table == load_preset("squeezenet1_1")
    assert window.document.weights is not None and window.document.weights.origin == TORCHVISION
    with qtbot.waitSignal(window.parts.files.opened):
        choose(window, TORCHVISION)
    assert server.asked == [TORCHVISION]


def test_esc_gives_it_up_and_nothing_changes(window: MainWindow, qtbot: QtBot, server: Server) -> None:
    before = window.document.table
    choose(window, TORCHVISION)
    answer(window, qtbot)
    qtbot.waitUntil(lambda: bool(server.asked))
    choose(window, "squeezenet1_0-torchvision")
    answer(window, qtbot)
    assert window.parts.toast.accessibleDescription() == f"{TORCHVISION} is still being fetched; Esc cancels that."
    window.parts.commands["cancel"].trigger()  # the message
    window.parts.commands["cancel"].trigger()
    assert going_on(window) == ""
    qtbot.waitUntil(server.cancelled.is_set)
    assert window.document.table is before
    assert server.asked == [TORCHVISION]


def test_what_cannot_be_fetched_is_told(window: MainWindow, qtbot: QtBot, server: Server) -> None:
    server.error = "there is no network"
    server.rest.set()
    choose(window, TORCHVISION)
    answer(window, qtbot)
    qtbot.waitUntil(lambda: window.parts.toast.accessibleDescription() == "there is no network")
    assert going_on(window) == ""


def test_a_damaged_file_is_asked_about_too(window: MainWindow, qtbot: QtBot, server: Server) -> None:
    path = trained.TRAINED[2].path
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT[:-1])
    server.rest.set()
    choose(window, TORCHVISION)
    qtbot.waitUntil(lambda: "are damaged" in window.parts.notice.accessibleDescription())
    with qtbot.waitSignal(window.parts.files.opened):
        answer(window, qtbot)
    assert path.read_bytes() == CONTENT


def test_closing_the_window_gives_it_up(open_on: OpenWindow, qtbot: QtBot, server: Server) -> None:
    window = open_on("table1")
    choose(window, TORCHVISION)
    answer(window, qtbot)
    qtbot.waitUntil(lambda: bool(server.asked))
    window.close()
    qtbot.waitUntil(server.cancelled.is_set)
