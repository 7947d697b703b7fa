"""The pictures of the story of depth are taken home as they are shown: a step, and a module beside its chain."""

from pathlib import Path

import pytest
from hands import child, export_soon, outcome, settle_saves
from painting_figures import svg_texts
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from squeezeviz.figure.theme.theme import THEMES
from squeezeviz.gui.main_window import MainWindow


@pytest.fixture
def offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What is offered to save as; it is saved as SVG."""
    names: list[Path] = []

    def ask(parent: object, title: str, suggested: str, *_: object) -> tuple[str, str]:
        names.append(Path(suggested))
        return str(tmp_path / f"{len(names)}.svg"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return names


def words(svg: str | bytes) -> str:
    return " ".join(svg_texts(svg))


def rings(svg: str) -> int:
    return svg.count(f'stroke="{THEMES["light"].selection}"')


def test_each_step_is_exported_with_its_words_and_rings_around_what_it_speaks_of(
    window: MainWindow, offered: list[Path], tmp_path: Path
) -> None:
    export_soon()
    window.parts.commands["export_story"].trigger()
    settle_saves(window)
    story = window.parts.depth_help.story()
    assert story.running and outcome(window) == "Exported 1.svg."
    for place in range(1, 5):
        if place > 1:
            story.next()
            export_soon()
            window.parts.commands["export_story"].trigger()
            settle_saves(window)
        svg = (tmp_path / f"{place}.svg").read_text("utf-8")
        title, step = story._steps[place - 1].title, story._steps[place - 1]
        assert offered[-1].stem.endswith(f"depth {place}") and title in words(svg)
        assert all(paragraph.split()[-1] in words(svg) for paragraph in step.text)
        assert rings(svg) == len(step.boxes)
        assert "expand 3×3 · 64 filters" in words(svg)


def test_a_step_is_copied_and_where_there_is_none_nothing_is(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_story"].trigger()
    copied = QApplication.clipboard().mimeData()
    assert "A riddle in one row" in words(bytes(copied.data("image/svg+xml").data()))
    assert not QApplication.clipboard().image().isNull()
    window.parts.depth_help.leave()
    window.parts.commands["new"].trigger()
    window.parts.commands["copy_story"].trigger()
    assert window.parts.depth_help.story().picture() is None


def test_a_module_and_its_chain_are_exported_and_copied_from_their_dialog(
    window: MainWindow, qtbot: QtBot, offered: list[Path], tmp_path: Path
) -> None:
    window.session.selection.choose(3)
    export_soon()
    window.parts.commands["export_what_if"].trigger()
    settle_saves(window)
    dialog = window.parts.depth_help.what_if()
    assert dialog.isVisible() and offered[0].stem == "fire3 chained"
    said = words((tmp_path / "1.svg").read_text("utf-8"))
    for each in ("What if the two expands of fire3 were chained?", "fire3 as it is: side by side", "Chained: the 3×3"):
        assert each in said
    assert "64 channels" in said and "12,432" in said and "40,080" in said
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    with qtbot.waitSignal(window.parts.exports.done):
        QTest.keyClick(child(dialog, QPushButton, "what_if_copy"), Qt.Key.Key_Space)
    copied = bytes(QApplication.clipboard().mimeData().data("image/svg+xml").data())
    assert "as it is: side by side" in words(copied)
