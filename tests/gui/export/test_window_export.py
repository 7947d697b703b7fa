"""Figures taken home from the window, each looked into by a reader of its own kind."""

import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from threading import Event
from xml.etree import ElementTree

import pytest
from calls import calls_of
from hands import OpenWindow, child, choose_soon, click_box, keys, names, outcome, settle_saves, soon, toast
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.theme.look import Rows
from squeezeviz.figure.writers import figure
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files import registry
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.export import process as export_process
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.files.questions import file_name
from squeezeviz.gui.live.control import Mood
from squeezeviz.gui.main_window import MainWindow


def export(window: MainWindow, qtbot: QtBot, fill: Callable[[ExportDialog], None], *, copy: bool = False) -> None:
    """Go through the dialog as a person does: choose, press Save or Copy."""

    def answer(dialog: ExportDialog) -> None:
        fill(dialog)
        save = child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
        (child(dialog, QPushButton, "export_copy") if copy else save).click()

    soon(ExportDialog, answer)
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["export"].trigger()


def choose(dialog: ExportDialog, *buttons: str, size: str = "", width: str = "") -> None:
    for name in buttons:
        child(dialog, QRadioButton, f"export_{name}").setChecked(True)
    if size:
        box = child(dialog, QComboBox, "export_size")
        box.setCurrentIndex(box.findData(size))
        child(dialog, QLineEdit, "export_width").setText(width)


def test_a_figure_of_an_edited_preset_says_that_it_was_edited(window: MainWindow, qtbot: QtBot) -> None:
    name = window.document.table.name
    for title in (name, f"{name}, edited"):
        if title != name:
            window.session.selection.choose(3)
            window.parts.commands["delete"].trigger()
        with qtbot.waitSignal(window.parts.exports.done):
            window.parts.commands["copy_svg"].trigger()
        assert f"<title>{title}</title>" in QApplication.clipboard().text()


def test_every_kind_of_file_holds_the_figure_of_the_preview(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.parts.commands["close_all"].trigger()
    window.parts.control.toggle("fire5")
    laid_out = calls_of(monkeypatch, figure, "build_diagram")

    def saved(suffix: str, fill: Callable[[ExportDialog], None]) -> Path:
        path = tmp_path / f"figure.{suffix}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        export(window, qtbot, fill)
        return path

    path = saved("svg", lambda dialog: choose(dialog, "format_svg"))
    texts = [each.text or "" for each in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")]
    assert sum("expand 3×3" in text for text in texts) == 1
    assert any("fire9" in text for text in texts)
    assert len(laid_out) == 1
    for suffix, begins in (("pdf", b"%PDF"), ("dot", b"digraph")):
        path = saved(suffix, lambda dialog, suffix=suffix: choose(dialog, f"format_{suffix}"))  # type: ignore[misc]
        assert begins in path.read_bytes()[:200]
    path = saved("png", lambda dialog: choose(dialog, "format_png", "theme_dark", size="width", width="700"))
    assert QImage(str(path)).width() == 700


def test_a_figure_that_cannot_be_written_is_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(window.parts.exports.refused) as refused:
        window.parts.exports.write_figure(tmp_path / "missing" / "figure.svg", ExportOptions())
    assert "missing" in refused.args[0]


def test_what_was_exported_is_said_while_a_pass_speaks_and_what_was_cancelled_is_not_written(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.parts.exports.write_figure(tmp_path / "figure.svg", ExportOptions())
    settle_saves(window)
    window.session.live.said.emit("Live pass: 3 of 65 operations, fire2", Mood.QUIET, "")
    assert outcome(window) == "Exported figure.svg."
    keys(window, "F5")
    assert outcome(window) == ""
    exported, goes_on = export_process.content_of, Event()

    def slow(*given: object) -> bytes:
        assert goes_on.wait(300)
        return exported(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(export_process, "content_of", slow)
    window.parts.exports.write_figure(tmp_path / "other.svg", ExportOptions())
    keys(window, "Esc")
    goes_on.set()
    assert outcome(window) == "Exporting other.svg was cancelled."
    executor = window.session.background._executor
    assert executor is not None
    executor.submit(lambda: None).result(60)
    assert not (tmp_path / "other.svg").exists()


@pytest.mark.parametrize(
    "go_on",
    [lambda window: click_box(window, Key("fire5")), lambda window: keys(window, "Ctrl+R")],
    ids=["box", "turn"],
)
def test_what_was_exported_is_said_until_a_person_who_could_read_it_goes_on(
    window: MainWindow, tmp_path: Path, qtbot: QtBot, go_on: Callable[[MainWindow], object]
) -> None:
    keys(window, "Ctrl+0")  # the menus are filled by then
    window.parts.exports.write_figure(tmp_path / "figure.svg", ExportOptions())
    settle_saves(window)
    fresh = window.parts.status._fresh
    assert fresh.isActive()
    fresh.start(10**6)
    go_on(window)
    assert outcome(window) == "Exported figure.svg."
    fresh.stop()
    window.session.selection.choose(1)
    assert outcome(window) == ""
    window.parts.status.tell("Exported figure.svg.")
    fresh.stop()
    go_on(window)
    assert outcome(window) == ""


def test_an_export_is_offered_beside_the_open_file_and_then_where_the_last_one_went_with_any_network(
    open_on: OpenWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, figures = tmp_path / "opened", tmp_path / "figures"
    for folder in (opened, figures):
        folder.mkdir()
    registry.write_file(opened / "mine.toml", load_preset("table1"))
    window = open_on(opened / "mine.toml")
    offered: list[Path] = []

    def ask(parent: object, title: str, suggested: str, *_: object) -> tuple[str, str]:
        offered.append(Path(suggested).parent)
        return str(figures / "mine.csv"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    for _ in range(2):
        keys(window, "Ctrl+Shift+E")
        settle_saves(window)
    window.parts.files.open(str(opened / "mine.toml"))
    settle_saves(window)
    keys(window, "Ctrl+Shift+E")
    settle_saves(window)
    assert offered == [opened, figures, figures]


def test_no_file_is_offered_where_nothing_can_be_written(
    open_on: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    registry.write_file(weights / "mine.csv", load_preset("table1"))
    window = open_on(weights / "mine.csv")
    offered: list[Path] = []

    def ask(parent: object, title: str, suggested: str, *_: object) -> tuple[str, str]:
        offered.append(Path(suggested))
        return "", ""

    access = os.access  # nothing is read-only to root
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != weights and access(path, mode))
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    keys(window, "Ctrl+Shift+E")
    keys(window, "Ctrl+Shift+S")
    assert [each.parent for each in offered] == [tmp_path, tmp_path]
    assert offered[1].name == "mine.csv"


def test_the_chosen_figure_is_copied_and_the_same_selection_again_until_another_is_made(
    window: MainWindow, qtbot: QtBot
) -> None:
    export(window, qtbot, lambda dialog: choose(dialog, size="slide"), copy=True)
    copied = QApplication.clipboard().text()
    assert copied.startswith("<?xml") and 'width="338.667mm"' in copied
    found: list[Rows | None] = []

    def fill(dialog: ExportDialog, *buttons: str) -> None:
        choose(dialog, *buttons)
        found.append(dialog.options().diagram.rows)

    window.session.selection.choose_rows([5, 6, 7])
    export(window, qtbot, lambda dialog: fill(dialog, "rows_some"), copy=True)
    export(window, qtbot, fill, copy=True)
    window.session.selection.choose_rows([2])
    export(window, qtbot, fill, copy=True)
    assert found == [Rows(5, 7), Rows(5, 7), None]


def test_the_name_that_is_offered_says_which_part_of_the_network_it_is(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def ask(parent: object, title: str, suggested: str, *_: object) -> tuple[str, str]:
        offered.append(Path(suggested).name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)

    def answer(dialog: ExportDialog, suffix: str, which: str) -> None:
        choose(dialog, f"format_{suffix}", f"rows_{which}")
        child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()

    last = len(names(window)) - 1
    for suffix, which, rows in (
        ("pdf", "some", [2]), ("svg", "some", [2, 3, 4]), ("png", "all", [2]), ("pdf", "some", list(range(last + 1)))
    ):  # fmt: skip
        window.session.selection.choose_rows(rows)
        soon(ExportDialog, lambda dialog, suffix=suffix, which=which: answer(dialog, suffix, which))  # type: ignore[misc]
        window.parts.commands["export"].trigger()
    whole = "SqueezeNet v1.0 (paper- Table 1)"
    assert offered == [f"{whole}-fire2.pdf", f"{whole}-fire2-to-fire4.svg", f"{whole}.png", f"{whole}.pdf"]


def test_a_part_is_named_after_a_network_of_any_name() -> None:
    assert file_name("net" * 40, ["fire2"]) == ("net" * 40)[:114] + "-fire2"
    assert file_name("…", ["a/b" * 20, "to", "x\n"]) == "network-" + ("a-b" * 20)[:20] + "-to-x"
    assert file_name("v1") == "v1"
    compared = "SqueezeNet v1.1 (torchvision) compared with SqueezeNet v1.0 (torchvision)"
    assert file_name(compared) == compared
    assert file_name("a network " * 20) == ("a network " * 12)[:-1]
    assert file_name("words " * 30, ["fire2"]) == "words " * 18 + "words-fire2"
    assert len(file_name("网络" * 90, ["fire2"]).encode()) <= 200 < len(file_name("网络" * 90, ["fire2"]).encode()) + 3


def test_the_selected_module_alone_is_copied_and_exported_from_its_menu_in_the_diagram(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = window.parts.graph
    found: list[object] = []
    at = graph.viewport().mapToGlobal(click_box(window, Key("fire3", "expand3x3")))
    choose_soon("Copy Selection as Picture")
    with qtbot.waitSignal(window.parts.exports.done):
        graph.context_menu_requested.emit(Key("fire3", "expand3x3"), at)
    alone = QApplication.clipboard().image()
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_picture"].trigger()
    whole = QApplication.clipboard().image()
    assert 0 < 4 * alone.height() < whole.height()

    def ask(parent: object, title: str, suggested: str, *_: object) -> tuple[str, str]:
        found.append(Path(suggested).stem.rpartition("-")[2])
        return "", ""

    def answer(dialog: ExportDialog) -> None:
        found.append(dialog.options().diagram.rows)
        child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    soon(ExportDialog, answer)
    window.parts.commands["export_selection"].trigger()
    assert found == [Rows(3, 3), "fire3"]


def test_a_copied_diagram_is_lines_to_edit_and_pixels_at_once(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.parts.exports.done):
        window.parts.commands["copy_picture"].trigger()
    copied = QApplication.clipboard().mimeData()
    assert QImage.fromData(copied.data("image/png")).size() == QApplication.clipboard().image().size()
    for name in ("image/svg+xml", "image/x-inkscape-svg"):
        texts = ElementTree.fromstring(bytes(copied.data(name).data())).iter("{http://www.w3.org/2000/svg}text")
        assert any("fire9" in (each.text or "") for each in texts)
    drawing = bytes(copied.data('application/x-openoffice-drawing;windows_formatname="Drawing Format"').data())
    (frame,) = ElementTree.fromstring(drawing).iter("{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}frame")
    (inside,) = frame.iter("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}binary-data")
    assert b64decode(inside.text or "") == bytes(copied.data("image/svg+xml").data())
    shape = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
    width, height = (float((frame.get(f"{shape}{side}") or "").removesuffix("mm")) for side in ("width", "height"))
    pixels = QApplication.clipboard().image()
    assert width / height == pytest.approx(pixels.width() / pixels.height(), rel=0.01)
    assert frame.findtext(f"{shape}title") == window.document.table.name


@pytest.mark.parametrize("command", ["copy_selection", "export_selection"])
def test_where_no_layer_is_selected_none_is_taken(window: MainWindow, command: str) -> None:
    window.session.selection.choose(None)
    window.parts.status.tell("Copied fire2.")
    window.parts.commands[command].trigger()
    assert "select one first" in toast(window)
    assert outcome(window) == "", "that was another one"
