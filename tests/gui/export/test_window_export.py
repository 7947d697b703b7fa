"""Figures taken home from the window, each looked into by a reader of its own kind."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hands import OpenWindow, child
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QFileDialog, QLineEdit, QRadioButton
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Diagram
from squeezeviz.figure.writers import figure
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.main_window import MainWindow

pytestmark = pytest.mark.gui


def export(window: MainWindow, qtbot: QtBot, suffix: str, width: str = "", theme: str = "light") -> None:
    """Go through the dialog as a person does: choose, press Save."""

    def fill() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        child(dialog, QRadioButton, f"export_format_{suffix}").setChecked(True)
        child(dialog, QRadioButton, f"export_theme_{theme}").setChecked(True)
        if width:
            sizes = child(dialog, QComboBox, "export_size")
            sizes.setCurrentIndex(sizes.findData("width"))
            child(dialog, QLineEdit, "export_width").setText(width)
        box = child(dialog, QDialogButtonBox)
        box.button(QDialogButtonBox.StandardButton.Save).click()

    QTimer.singleShot(200, fill)
    with qtbot.waitSignal(window.parts.exports.done, timeout=30_000):
        window.parts.commands["export"].trigger()


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> Path:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    return path


def test_an_svg_holds_what_is_seen_and_no_marks(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    window.parts.commands["close_all"].trigger()
    window.parts.control.toggle("fire5")
    path = choose(monkeypatch, tmp_path / "figure.svg")
    export(window, qtbot, "svg")
    texts = [each.text or "" for each in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    assert sum("expand 3×3" in text for text in texts) == 1
    assert any("fire9" in text for text in texts)


def test_the_figure_of_the_preview_is_the_one_that_is_written(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    laid_out: list[DiagramOptions] = []

    def counted(network: ResolvedNetwork, options: DiagramOptions) -> Diagram:
        laid_out.append(options)
        return build_diagram(network, options)

    monkeypatch.setattr(figure, "build_diagram", counted)
    path = choose(monkeypatch, tmp_path / "figure.svg")
    export(window, qtbot, "svg")
    assert len(laid_out) == 1
    assert b"fire9" in path.read_bytes()


def test_a_png_is_as_wide_as_was_asked(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_on("table1")
    path = choose(monkeypatch, tmp_path / "figure.png")
    export(window, qtbot, "png", width="700", theme="dark")
    assert QImage(str(path)).width() == 700


@pytest.mark.parametrize(("suffix", "begins"), [("pdf", b"%PDF"), ("dot", b"digraph")])
def test_the_other_formats_are_written_too(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, begins: bytes
) -> None:
    window = open_on("table1")
    path = choose(monkeypatch, tmp_path / f"figure.{suffix}")
    export(window, qtbot, suffix)
    assert begins in path.read_bytes()[:200]


def test_a_figure_that_cannot_be_written_is_a_sentence(open_on: OpenWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from squeezeviz.figure.writers.figure import ExportOptions

    window = open_on("table1")
    with qtbot.waitSignal(window.parts.exports.refused, timeout=10_000) as refused:
        window.parts.exports.write_figure(tmp_path / "missing" / "figure.svg", ExportOptions())
    assert "missing" in refused.args[0]
