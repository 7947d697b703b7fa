"""Pictures that are no diagrams are exported as diagrams are: at a size, in a theme, on a slide, previewed."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from calls import calls_of
from hands import LEFT, caught, child, export_soon, on_screen, soon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
)
from pytestqt.qtbot import QtBot

from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape, Text
from squeezeviz.figure.theme.look import FITS, parse_width
from squeezeviz.figure.theme.metrics import texts
from squeezeviz.figure.theme.theme import LIGHT, THEMES
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.export import process
from squeezeviz.gui.export.choices import PictureSubject
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.export.process import content_of_picture
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.settings import Settings
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import InputShape, LayerTable

Open = Callable[[DrawnPicture], ExportDialog]


def drawn(options: ExportOptions) -> tuple[Group, float, float]:
    """A box with a word in it, 400 × 100."""
    theme = options.theme
    box = Rectangle(0, 0, 400, 100, Shape(fill=theme.page, stroke=theme.text))
    return Group(0, 0, (box, Text(20, 60, "word", 10, theme.text))), 400, 100


PICTURE = DrawnPicture("a box", "the box", "A box", LIGHT, drawn)


@pytest.fixture
def open_dialog(qtbot: QtBot, settings: Settings) -> Iterator[Open]:
    made: list[ExportDialog] = []

    def open_it(picture: DrawnPicture) -> ExportDialog:
        made.append(ExportDialog(PictureSubject(picture), settings))
        return on_screen(qtbot, made[-1])

    yield open_it
    for dialog in made:
        dialog.close()


def press(dialog: ExportDialog, name: str) -> None:
    child(dialog, QRadioButton, f"export_{name}").click()


def choose(dialog: ExportDialog, name: str, key: str) -> None:
    box = child(dialog, QComboBox, f"export_{name}")
    box.setCurrentIndex(box.findData(key))


def said(dialog: ExportDialog, name: str) -> str:
    QApplication.processEvents()
    label = child(dialog, QLabel, f"export_{name}")
    return label.text() if label.isVisible() else ""


def test_size_theme_and_background_are_chosen_seen_and_kept_for_the_next_one(open_dialog: Open) -> None:
    dialog = open_dialog(PICTURE)
    assert dialog.windowTitle() == "Export Picture" and dialog.options() == ExportOptions()
    assert said(dialog, "page") == "400 × 100 pixels, smallest text 7.5 pt" and said(dialog, "note") == ""
    choose(dialog, "size", "column")
    assert said(dialog, "page") == "84 × 21 mm, smallest text 6.0 pt" and said(dialog, "note") == ""
    press(dialog, "theme_dark")
    press(dialog, "background_transparent")
    chosen = ExportOptions(theme=THEMES["dark"], background=False, size=FITS["column"])
    assert dialog.options() == chosen
    QApplication.processEvents()
    figure = dialog.figure()
    assert figure == PICTURE.figure(chosen) and figure is not None and figure.page is None
    dialog.accept()
    assert open_dialog(PICTURE).options() == chosen


def test_a_slide_is_shown_as_it_will_be_and_what_is_too_small_on_it_is_said(open_dialog: Open) -> None:
    dialog = open_dialog(PICTURE)
    press(dialog, "format_pptx")
    assert said(dialog, "page").startswith("One 16:9 slide, smallest text 13.0 pt. Shapes to edit")
    assert not child(dialog, QComboBox, "export_size").isVisible() and said(dialog, "note") == ""
    wide = PICTURE._replace(draw=lambda options: (drawn(options)[0], 2000, 100))
    dialog = open_dialog(wide)
    press(dialog, "format_pptx")
    assert re.fullmatch(r"The smallest text is 4\.\d pt on a usual slide, too small to read\.", said(dialog, "note"))
    choose(dialog, "size", "column")
    press(dialog, "format_pdf")
    assert "too small to read in print" in said(dialog, "note")


def test_numbers_are_a_format_that_has_neither_size_nor_colours(open_dialog: Open) -> None:
    dialog = open_dialog(PICTURE._replace(numbers={"npz": lambda: b"numbers"}))
    press(dialog, "format_npz")
    assert said(dialog, "page") == "The numbers themselves, in place of colours."
    for name in ("size", "theme_dark", "background_filled"):
        assert not child(dialog, QComboBox if name == "size" else QRadioButton, f"export_{name}").isEnabled()
    assert dialog.options().size is None


@pytest.mark.parametrize("command", ["export_story", "export_costs", "export_comparison"])
def test_every_picture_of_the_window_becomes_a_slide_with_its_words(
    window: MainWindow, command: str, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pptx import Presentation

    path, done = tmp_path / "slide.pptx", caught(window.parts.exports.done)
    document = window.document
    window.parts.commands["pin"].trigger()
    document.edit("Set", document.table.with_field(document.table.index_of("fire2"), "e3x3", 96))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path.with_suffix("")), ""))

    export_soon("pptx")
    window.parts.commands[command].trigger()
    qtbot.waitUntil(lambda: "Exported slide.pptx." in done)
    slide = Presentation(io.BytesIO(path.read_bytes())).slides[0]
    words = " ".join(node.text or "" for node in slide._element.iter() if str(node.tag).endswith("}t"))
    assert {"export_story": "fire2", "export_costs": "conv1", "export_comparison": "±"}[command] in words
    if command == "export_comparison":
        spoken = [str(node.get("descr")) for node in slide._element.iter() if node.get("descr")]
        (of_fire,) = {each for each in spoken if "fire2 is a Fire module" in each}
        before, now = of_fire.split(" Now: ")
        assert before.startswith("In the baseline: ") and "64 of 3×3" in before and "96 of 3×3" in now


def test_both_networks_of_a_comparison_fill_a_slide_with_their_fires_closed(window: MainWindow, qtbot: QtBot) -> None:
    window.session.baseline.pin(load_preset("squeezenet1_1"), "v1.1")
    picture, sizes = window.parts.compared_picture(), []
    for modules, boxes in (("seen", 8), ("open", 8), ("closed", 0)):
        dialog = ExportDialog(PictureSubject(picture), window.session.settings, window)
        on_screen(qtbot, dialog)
        press(dialog, "format_pptx")
        choose(dialog, "modules", modules)
        said(dialog, "page")
        slide = picture.slide(dialog.options())
        assert [text.text for text in texts(slide.page.group)].count("concat") == 2 * boxes
        sizes.append(slide.smallest_text_pt)
        helps = "close Fire modules, or write less on it" if boxes else "write less on it"
        assert said(dialog, "note").endswith(f"; {helps}.")
        if modules == "closed":
            child(dialog, QPushButton, "export_annotate_none").click()
            child(dialog, QCheckBox, "export_filters").click()
            sizes.append(picture.slide(dialog.options()).smallest_text_pt)
        dialog.close()
    assert sizes[0] == sizes[1] < 3 < 6 < sizes[2] < sizes[3]


def test_as_seen_and_all_open_are_told_apart_where_only_the_baselines_own_fire_is_closed(window: MainWindow) -> None:
    table = window.document.table
    own = table.inserted(3, Fire("fireX", 16, 64, 64))
    window.session.baseline.pin(own, "with one more")
    window.parts.commands["beside"].trigger()
    window.parts.beside().view.toggle(Key("fireX"))
    picture, counts = window.parts.compared_picture(), []
    assert "fireX" in picture.usual.diagram.collapsed
    for closed in (picture.usual.diagram.collapsed, frozenset[str](), picture.fires):
        options = ExportOptions(DiagramOptions(collapsed=closed))
        counts.append([text.text for text in texts(picture.figure(options).drawn)].count("concat"))
    assert counts == [16, 17, 0]


def test_a_preview_that_nobody_waits_for_holds_nothing_else_up(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go_on = Event(), Event()

    def slowly(options: ExportOptions) -> tuple[Group, float, float]:
        started.set()
        go_on.wait()
        return drawn(options)

    dialog = ExportDialog(PictureSubject(PICTURE._replace(draw=slowly, takes_long=True)), window.session.settings)
    try:
        on_screen(qtbot, dialog)
        assert said(dialog, "page") == "Drawing…"
        qtbot.waitUntil(started.is_set)
        dialog.reject()
        assert not window.session.background.running
        answered: list[object] = []
        window.session.background.run("", lambda _: "done", answered.append, answered.append)
        qtbot.waitUntil(lambda: answered == ["done"])
    finally:
        go_on.set()


def test_what_cannot_be_drawn_is_said_before_a_file_is_chosen(open_dialog: Open, qtbot: QtBot) -> None:
    def gone(_: ExportOptions) -> tuple[Group, float, float]:
        raise SqueezevizError("the file of the weights is gone")

    dialog = open_dialog(PICTURE._replace(draw=gone, takes_long=True))
    qtbot.waitUntil(lambda: said(dialog, "note") == "The file of the weights is gone.")
    assert said(dialog, "page") == "" and not child(dialog, QPushButton, "primary").isEnabled()
    dialog = open_dialog(PICTURE)
    press(dialog, "format_png")
    choose(dialog, "size", "width")
    child(dialog, QLineEdit, "export_width").setText("40000px")
    assert "too large to draw" in said(dialog, "note") and not child(dialog, QPushButton, "primary").isEnabled()
    child(dialog, QLineEdit, "export_width").setText("4000px")
    assert said(dialog, "note") == "" and child(dialog, QPushButton, "primary").isEnabled()


@pytest.mark.parametrize(
    ("height", "size", "ends"),
    [
        (100, "30mm", "too small to read in print; make it wider"),
        (100, "40px", "too small to read; make it wider"),
        (2000, "150mm", "750 mm high, more than a page holds"),
    ],
)
def test_only_what_helps_is_advised(height: int, size: str, ends: str) -> None:
    picture = PICTURE._replace(draw=lambda options: (drawn(options)[0], 400, height))
    options = ExportOptions(size=parse_width(size))
    (note,) = picture.remarks(picture.figure(options), options)
    assert note.endswith(ends)


def test_it_is_copied_as_it_was_chosen(window: MainWindow, qtbot: QtBot) -> None:
    def copy(dialog: ExportDialog) -> None:
        press(dialog, "theme_dark")
        QTest.mouseClick(child(dialog, QPushButton, "export_copy"), LEFT)

    soon(ExportDialog, copy)
    with qtbot.waitSignal(window.parts.exports.done) as told:
        window.parts.commands["export_costs"].trigger()
    assert told.args == ["Copied the costs as SVG."]
    assert THEMES["dark"].page in QApplication.clipboard().text()


def long_table(fires: int) -> LayerTable:
    return LayerTable("long", InputShape(3, 32, 32), tuple(Fire(f"fire{row}", 4, 8, 8) for row in range(fires)))


@pytest.mark.parametrize("suffix", ["svg", "pdf", "pptx"])
def test_a_large_comparison_is_drawn_by_a_child_and_is_the_same_bytes(
    window: MainWindow, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.baseline.pin(long_table(60), "before")
    assert not window.parts.compared_picture().by_itself
    window.session.baseline.pin(load_preset("table1"), "before")
    window.document.start(long_table(120))
    picture = window.parts.compared_picture()
    assert picture.by_itself and picture.takes_long
    options = ExportOptions(DiagramOptions(collapsed=picture.fires), THEMES["dark"])
    children = calls_of(monkeypatch, process, "run_child")
    made = content_of_picture(picture, suffix, options, lambda: False)
    assert made == picture.exported(suffix, options).content
    assert [module for module, *_ in children] == ["squeezeviz.gui.export.process"]
