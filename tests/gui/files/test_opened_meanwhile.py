"""What was asked about is written: a file that is read while a dialog is open waits until that is answered."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hands import LEFT, OpenWindow, caught, child, set_field, settle_saves, soon
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import InputShape, LayerTable

OTHER = LayerTable("OTHERNET", InputShape(3, 32, 32), (Fire("other1", 4, 8, 8),))


class Meanwhile:
    """The window on a file, another file that is being opened, and a dialog during which it has been read."""

    def __init__(self, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window, self.out = window, folder / "out"
        self._may_end, self._arrivals = Event(), list[Job]()
        other = folder / "other.toml"
        write_file(other, OTHER)
        deliver = Background._deliver

        def count(background: Background, job: Job, future: Any) -> None:
            if job.title.startswith("Opening"):
                self._arrivals.append(job)
            deliver(background, job, future)

        monkeypatch.setattr(Background, "_deliver", count)
        window.session.background._finished.disconnect()
        window.session.background._finished.connect(
            lambda job, future: count(window.session.background, job, future), Qt.ConnectionType.QueuedConnection
        )
        window.session.background.run("", lambda _: self._may_end.wait(300), lambda _: None, lambda _: None)
        window.parts.files.open_unasked(str(other))

    def arrive(self) -> None:
        """The other file has been read, and was looked at more than once while this dialog is here."""
        self._may_end.set()
        while len(self._arrivals) < 3 and self.window.document.table != OTHER:
            QApplication.processEvents()
        assert self.window.document.table != OTHER

    def name_file(self, suffix: str) -> None:
        """The file dialog comes next, the other file arrives, and a name is given."""

        def name(dialog: QFileDialog) -> None:
            self.arrive()
            line = child(dialog, QLineEdit, "fileNameEdit")
            line.setText(str(self.out.with_suffix(suffix)))
            QTest.keyClick(line, Qt.Key.Key_Return)

        soon(QFileDialog, name)

    def end(self) -> None:
        settle_saves(self.window)
        assert self.window.document.table == OTHER, "it is opened once nothing is asked any more"


@pytest.fixture
def meanwhile(open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    mine = tmp_path / "mine.toml"
    write_file(mine, load_preset("table1"))
    return Meanwhile(open_on(mine), tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("command", "suffix"), [("save_as", ".toml"), ("export_table", ".csv"), ("export_network", ".prototxt")]
)
def test_the_network_of_which_was_asked_is_written(meanwhile: Meanwhile, command: str, suffix: str) -> None:
    meanwhile.name_file(suffix)
    meanwhile.window.parts.commands[command].trigger()
    meanwhile.end()
    written = read_file(meanwhile.out.with_suffix(suffix)).table
    assert [each.name for each in written.layers] == [each.name for each in load_preset("table1").layers]


@pytest.mark.parametrize("command", ["export", "export_selection"])
def test_the_diagram_that_was_seen_is_written(meanwhile: Meanwhile, command: str, qtbot: QtBot) -> None:
    window, done = meanwhile.window, caught(meanwhile.window.parts.exports.done)
    window.session.selection.choose_rows([12, 13, 14])

    def choose(dialog: ExportDialog) -> None:
        meanwhile.arrive()
        child(dialog, QRadioButton, "export_format_dot").click()
        meanwhile.name_file(".dot")
        QTest.mouseClick(child(dialog, QPushButton, "primary"), LEFT)

    soon(ExportDialog, choose)
    window.parts.commands[command].trigger()
    qtbot.waitUntil(lambda: bool(done))
    meanwhile.end()
    written = meanwhile.out.with_suffix(".dot").read_text(encoding="utf-8")
    assert "conv10" in written and "other1" not in written


@pytest.mark.parametrize("answer", ["Discard", "Cancel"])
def test_what_is_asked_about_stays_open_until_the_answer(
    meanwhile: Meanwhile, answer: str, open_on: OpenWindow
) -> None:
    window = meanwhile.window
    questions: list[str] = []
    set_field(window, "fire2", "s1x1", 17)

    def press(arrives: Callable[[], None]) -> Callable[[QMessageBox], None]:
        def answer_it(box: QMessageBox) -> None:
            questions.append(box.text())
            arrives()
            QTest.mouseClick(box.button(QMessageBox.StandardButton[answer]), LEFT)

        return answer_it

    soon(QMessageBox, press(meanwhile.arrive))
    assert window.parts.files.may_leave() is (answer == "Discard")
    soon(QMessageBox, press(lambda: None))  # before the other file takes the place of what was changed meanwhile
    settle_saves(window)
    assert len(questions) == 2 and (window.document.table == OTHER) is (answer == "Discard")
