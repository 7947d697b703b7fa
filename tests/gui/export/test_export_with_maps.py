"""Figures with feature maps out of the window: those of the command line, where the last pass kept its maps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hands import OpenWindow, child, soon
from places import CHELSEA
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QCheckBox, QDialogButtonBox, QFileDialog, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.cli.main import main
from squeezeviz.figure.scene.diagram import INPUT_KEY
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.trace.protocol import no_maps


@pytest.fixture
def window(open_on: OpenWindow, qtbot: QtBot) -> MainWindow:
    """A window on a cat, whose last pass kept its maps."""
    window = open_on(BUILT_IN, live=True)
    live = window.session.live
    window.parts.commands["diagram_maps"].trigger()
    window.parts.pictures().open([str(CHELSEA)])
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.seen is not None and live.answer.fresh)
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.maps_of is not None)
    return window


def in_dialog(window: MainWindow, act: Callable[[ExportDialog], None]) -> None:
    soon(ExportDialog, act)
    window.parts.commands["export"].trigger()


def box(dialog: ExportDialog) -> QCheckBox:
    return child(dialog, QCheckBox, "export_maps")


def save(dialog: ExportDialog) -> QPushButton:
    return child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)


def test_it_is_the_figure_of_the_command_line_and_remembered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours.svg", tmp_path / "theirs.svg"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(ours), ""))

    def fill(dialog: ExportDialog) -> None:
        for name in ("format_svg", "theme_light", "background_filled"):
            child(dialog, QRadioButton, f"export_{name}").setChecked(True)
        assert box(dialog).shortcut() == QKeySequence("Alt+P")
        box(dialog).animateClick()
        qtbot.waitUntil(lambda: box(dialog).isChecked())
        qtbot.waitUntil(lambda: save(dialog).isEnabled() and dialog.figure() is not None)
        assert child(dialog, QCheckBox, "export_legend").isEnabled()
        save(dialog).click()

    with qtbot.waitSignal(window.parts.exports.done):
        in_dialog(window, fill)
    assert main(["export", BUILT_IN, str(theirs), "--image", str(CHELSEA), "--maps"]) == 0
    assert ours.read_bytes() == theirs.read_bytes()
    seen: list[bool] = []
    in_dialog(window, lambda dialog: (seen.append(box(dialog).isChecked()), dialog.reject())[1])  # type: ignore[func-returns-value]
    assert seen == [True]


def test_nothing_is_saved_without_the_maps_that_are_fetched_for_it(window: MainWindow, qtbot: QtBot) -> None:
    def look(dialog: ExportDialog) -> None:
        assert save(dialog).isEnabled()
        box(dialog).click()
        assert not save(dialog).isEnabled()
        qtbot.waitUntil(lambda: save(dialog).isEnabled())
        assert dialog.options().maps is not None
        dialog.reject()

    in_dialog(window, look)


def test_formats_that_cannot_carry_maps_do_not_offer_them(window: MainWindow) -> None:
    offered: dict[str, bool] = {}

    def look(dialog: ExportDialog) -> None:
        for name in ("svg", "dot", "pptx", "tex"):
            child(dialog, QRadioButton, f"export_format_{name}").setChecked(True)
            offered[name] = box(dialog).isEnabled()
        assert "A TikZ file cannot carry feature maps." in box(dialog).toolTip()
        dialog.reject()

    in_dialog(window, look)
    assert offered == {"svg": True, "dot": False, "pptx": True, "tex": False}


def test_maps_that_do_not_come_are_no_longer_offered_and_the_figure_can_be_saved(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = window.session.client
    monkeypatch.setattr(
        client, "show_maps", lambda request: client.maps_brought.emit(request, no_maps(request, "they take too much"))
    )

    def look(dialog: ExportDialog) -> None:
        box(dialog).click()
        QApplication.processEvents()
        assert not box(dialog).isEnabled() and box(dialog).toolTip() == "They take too much."
        assert save(dialog).isEnabled() and dialog.options().maps is None
        dialog.reject()

    in_dialog(window, look)


def test_without_a_pass_that_kept_maps_they_are_not_offered_and_it_says_why(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    live = window.session.live

    def refused(dialog: ExportDialog) -> None:
        assert not box(dialog).isEnabled()
        assert "turn on View > Feature Maps on the Diagram" in box(dialog).toolTip()
        dialog.reject()

    def offered(dialog: ExportDialog) -> None:
        box(dialog).click()
        qtbot.waitUntil(lambda: dialog.options().maps is not None)
        maps = dialog.options().maps
        assert maps is not None
        assert maps.legend.title == "Feature maps for a ramp of grey"
        assert "Input: a ramp of grey from 0 to 1, no picture." in maps.legend.sentences
        assert [len(set(tile.rgb)) > 3 for tile in maps.strips[INPUT_KEY]] == [True] * 3
        dialog.reject()

    qtbot.waitUntil(lambda: live.answer is not None)
    in_dialog(window, refused)
    window.parts.commands["diagram_maps"].trigger()
    qtbot.waitUntil(lambda: live.answer is not None and live.answer.maps_of is not None)
    in_dialog(window, offered)


def copied(window: MainWindow, qtbot: QtBot) -> tuple[str, str]:
    """What was said of copying the diagram, and the SVG that it became."""
    with qtbot.waitSignal(window.parts.exports.done) as said:
        window.parts.commands["copy_svg"].trigger()
    assert said.args
    return said.args[0], QGuiApplication.clipboard().text()


def test_the_diagram_is_copied_with_the_maps_that_it_shows_and_without_those_that_it_does_not(
    window: MainWindow, qtbot: QtBot
) -> None:
    said, svg = copied(window, qtbot)
    assert said == "Copied the diagram as SVG."
    assert "Feature maps for chelsea.png" in svg
    assert svg.count("data:image/png") > 4 * len(window.document.table.layers)
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_picture"].trigger()
    high = QGuiApplication.clipboard().image().height()
    window.parts.commands["diagram_maps"].trigger()
    assert "data:image/png" not in copied(window, qtbot)[1]
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_picture"].trigger()
    assert QGuiApplication.clipboard().image().height() < high


def test_a_diagram_copied_before_its_maps_are_here_is_copied_without_them_and_it_says_so(
    window: MainWindow, qtbot: QtBot
) -> None:
    table = window.document.table
    window.document.edit("Without conv10", replace(table, layers=table.layers[:-2]))
    said, svg = copied(window, qtbot)
    assert said == (
        "Copied the diagram as SVG. Feature maps are not on it. They are those of an earlier pass: run one first."
    )
    assert "data:image/png" not in svg
