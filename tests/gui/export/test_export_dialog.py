"""The export dialog: what is chosen is seen at once, and is what is written."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from bounds import allowed
from calls import calls_of
from hands import Child, child, on_screen
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.theme.look import FITS, Columns, FigureSize, Rows, parse_width
from squeezeviz.figure.theme.theme import THEMES
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.export import preview
from squeezeviz.gui.export.choices import Subject
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.settings import Settings
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

Open = Callable[..., ExportDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot, settings: Settings) -> Iterator[Open]:
    made: list[ExportDialog] = []

    def open_it(network: ResolvedNetwork | None = None, rows: Rows | None = None, **seen: object) -> ExportDialog:
        options = ExportOptions(**seen)  # type: ignore[arg-type]
        subject = Subject(network or resolve(load_preset("table1")), options, rows)
        dialog = ExportDialog(subject, settings)
        made.append(dialog)
        return on_screen(qtbot, dialog)

    yield open_it
    for dialog in made:
        dialog.close()


def part(dialog: QWidget, kind: type[Child], name: str) -> Child:
    return child(dialog, kind, f"export_{name}")


def choose(dialog: ExportDialog, name: str, key: str) -> None:
    box = part(dialog, QComboBox, name)
    box.setCurrentIndex(box.findData(key))


def press(dialog: ExportDialog, name: str) -> None:
    button = part(dialog, QRadioButton if dialog.findChild(QRadioButton, f"export_{name}") else QCheckBox, name)
    button.click()


def said(dialog: ExportDialog, name: str) -> str:
    label = part(dialog, QLabel, name)
    QApplication.processEvents()
    return label.text() if label.isVisible() else ""


def test_untouched_it_exports_what_is_seen_and_every_choice_is_followed(open_dialog: Open) -> None:
    dialog = open_dialog(rows=Rows(2, 4))
    assert dialog.options() == ExportOptions()
    for suffix in DIAGRAM_FORMATS:
        press(dialog, f"format_{suffix}")
        assert dialog.suffix == suffix
    for name, theme in THEMES.items():
        press(dialog, f"theme_{name}")
        assert dialog.options().theme is theme
    press(dialog, "rows_some")
    choose(dialog, "modules", "closed")
    choose(dialog, "direction", "right")
    press(dialog, "background_transparent")
    press(dialog, "shapes")
    options = dialog.options()
    assert options.diagram.rows == Rows(2, 4)
    assert len(options.diagram.collapsed) == 8
    assert options.diagram.direction is Direction.RIGHT
    assert not options.background
    assert not options.diagram.annotations.shapes and options.diagram.annotations.filters
    part(dialog, QPushButton, "annotate_none").click()
    assert not any(getattr(dialog.options().diagram.annotations, name) for name in ("filters", "kinds", "depth"))


def test_a_web_page_is_as_large_as_on_screen_whatever_size_is_chosen(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "column")
    assert dialog.options().size == FITS["column"]
    press(dialog, "format_html")
    assert dialog.options().size is None
    assert not part(dialog, QComboBox, "size").isEnabled()
    assert "a page of its own" in said(dialog, "page").lower()


@pytest.mark.parametrize(("end", "moved"), [("first", Rows(6, 6)), ("last", Rows(1, 1))])
def test_the_ends_of_the_selection_never_pass_each_other(open_dialog: Open, end: str, moved: Rows) -> None:
    dialog = open_dialog(rows=Rows(2, 4))
    press(dialog, "rows_some")
    box, row = part(dialog, QComboBox, end), moved.first
    box.setCurrentIndex(row)
    box.activated.emit(row)
    assert dialog.options().diagram.rows == moved


def test_a_size_is_told_with_the_smallest_text_and_a_slide_is_one_whatever_was_chosen(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "column")
    choose(dialog, "modules", "closed")
    assert dialog.options().size == FITS["column"]
    assert re.match(r"84 × \d+ mm, smallest text ", said(dialog, "page")) and said(dialog, "note") == ""
    press(dialog, "format_png")
    assert re.match(r"84 × \d+ mm \(992 × [\d,]+ pixels\), ", said(dialog, "page"))
    press(dialog, "actual_size")
    page = part(dialog, QScrollArea, "preview").widget()
    assert page is not None and page.width() == pytest.approx(84 / 25.4 * page.logicalDpiX() + 28, abs=1)
    press(dialog, "format_pptx")
    assert dialog.options().size == FITS["slide"]
    assert said(dialog, "page").startswith("One 16:9 slide")
    press(dialog, "format_dot")
    assert said(dialog, "page").startswith("Graphviz places") and dialog.options().size == FITS["column"]
    press(dialog, "format_svg")
    choose(dialog, "modules", "seen")
    choose(dialog, "direction", "right")
    assert "too small to read in print" in said(dialog, "note") and "close Fire modules" in said(dialog, "note")


def test_slides_are_shown_as_they_will_be_and_what_is_too_small_can_be_set_on_several(open_dialog: Open) -> None:
    dialog = open_dialog()
    press(dialog, "format_pptx")
    assert said(dialog, "page").startswith("One 16:9 slide, smallest text 5.0 pt.")
    assert "too small to read; set it on several slides, close Fire modules" in said(dialog, "note")
    QTest.keyClick(dialog, Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    slides = part(dialog, QComboBox, "slides")
    assert dialog.focusWidget() is slides
    QTest.keyClick(slides, Qt.Key.Key_Down)
    assert said(dialog, "page").startswith("5 slides of 16:9, smallest text 10.9 pt.") and said(dialog, "note") == ""
    assert dialog.options().several_slides and dialog.figure() is None
    press(dialog, "format_svg")
    assert not slides.isVisible() and part(dialog, QComboBox, "size").isVisible()
    assert not dialog.options().several_slides


def test_a_diagram_that_is_seen_in_columns_is_exported_in_the_same_columns_which_is_remembered(
    open_dialog: Open,
) -> None:
    seen = Columns(1.6, (0, 5, 9))
    dialog = open_dialog(columns=seen)
    assert dialog.options().columns == seen
    QApplication.processEvents()
    figure = dialog.figure()
    assert figure is not None and figure.width > figure.height
    choose(dialog, "modules", "closed")
    assert dialog.options().columns == Columns(1.6)
    choose(dialog, "direction", "down")
    assert dialog.options().columns is None
    choose(dialog, "direction", "wrapped")
    assert dialog.options().columns == Columns()
    dialog.accept()
    assert open_dialog().options().columns == Columns()


def test_a_width_that_is_none_is_told_and_cannot_be_saved(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "width")
    line = part(dialog, QLineEdit, "width")
    save = child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
    QTest.keyClicks(line, "wide")
    assert "84mm" in said(dialog, "note")
    assert not save.isEnabled()
    for typed, page, size in (
        ("12.7 cm", r"127 × [\d,]+ mm", FigureSize(5.0)),
        ("600px", r"600 × [\d,]+ pixels, ", parse_width("600px", "")),
    ):
        line.clear()
        QTest.keyClicks(line, typed)
        assert re.match(page, said(dialog, "page"))
        assert save.isEnabled() and dialog.options().size == size


def test_marks_can_be_shown_where_a_pass_has_run(open_dialog: Open) -> None:
    badges = {Key("conv1"): Badge.MEASURED}
    dialog = open_dialog(badges=badges)
    assert dialog.options().badges == {}
    press(dialog, "marks")
    assert dialog.options().badges == badges
    press(dialog, "format_dot")
    assert not part(dialog, QCheckBox, "marks").isEnabled()
    assert not part(open_dialog(), QCheckBox, "marks").isVisible()


def test_the_last_choices_are_remembered_but_not_the_rows(open_dialog: Open) -> None:
    dialog = open_dialog()
    press(dialog, "format_pdf")
    press(dialog, "rows_some")
    choose(dialog, "size", "two-columns")
    press(dialog, "field")
    dialog.accept()
    again = open_dialog()
    assert again.suffix == "pdf"
    assert again.options().size == FITS["two-columns"]
    assert again.options().diagram.annotations.field
    assert again.options().diagram.rows is None


@pytest.mark.parametrize("odd", [[], 7, {"format": "gif", "size": None, "annotations": 3}, {"width": ["a"]}])
def test_odd_memories_are_no_trouble(open_dialog: Open, settings: Settings, odd: object) -> None:
    settings.set_plain("export", odd)
    assert open_dialog().options().diagram.annotations == ExportOptions().diagram.annotations


def shown(dialog: ExportDialog) -> QImage:
    QApplication.processEvents()
    preview = part(dialog, QWidget, "preview")
    return preview.grab().toImage()


def test_the_preview_follows_a_choice_within_a_tenth_of_a_second(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "modules", "closed")
    before = shown(dialog)
    spent = []
    for theme in ("dark", "light", "dark"):
        began = time.process_time()
        press(dialog, f"theme_{theme}")
        after = shown(dialog)
        spent.append(time.process_time() - began)
    assert after != before
    middle = QColor(after.pixel(after.width() // 2, after.height() // 2))
    assert middle.lightness() < 128
    assert min(spent) < allowed(0.1)


def test_another_format_of_the_same_figure_does_not_draw_it_again(
    open_dialog: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog()
    drawn = calls_of(monkeypatch, preview, "figure_of")
    press(dialog, "format_png")
    assert "pixels" in said(dialog, "page")
    assert drawn == []
    press(dialog, "theme_dark")
    QApplication.processEvents()
    assert len(drawn) == 1


def deep() -> ResolvedNetwork:
    fires = tuple(Fire(f"fire{number}", 16, 64, 64) for number in range(120))
    return resolve(LayerTable("deep", InputShape(), (Conv("conv1", 96, 7, 2), *fires)))


def test_a_heavy_network_is_drawn_beside_and_the_window_answers(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog(deep())
    assert said(dialog, "page") == "Drawing…"
    qtbot.waitUntil(lambda: said(dialog, "page") != "Drawing…")
    first = shown(dialog)
    press(dialog, "theme_dark")
    assert shown(dialog) == first
    qtbot.waitUntil(lambda: shown(dialog) != first)


def test_closing_lets_go_of_a_figure_that_is_still_being_made(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog(deep())
    dialog.reject()
    qtbot.wait(600)
    assert said(dialog, "page") == ""


@pytest.mark.parametrize("size", [(984, 640), (1080, 720)])
def test_nothing_of_the_choices_is_cut_off_or_moves(open_dialog: Open, size: tuple[int, int]) -> None:
    badges = {Key("conv1"): Badge.MEASURED}
    dialog = open_dialog(rows=Rows(0, 3), badges=badges)
    dialog.resize(*size)
    QApplication.processEvents()
    places = [widget.geometry() for widget in dialog.choices.findChildren(QWidget)]
    press(dialog, "rows_some")
    QApplication.processEvents()
    assert [widget.geometry() for widget in dialog.choices.findChildren(QWidget)] == places
    viewport = dialog.choices.parentWidget()
    assert viewport is not None
    assert dialog.choices.minimumSizeHint().width() <= viewport.width()


def test_everything_can_be_reached_by_keyboard_and_has_a_name(open_dialog: Open) -> None:
    dialog = open_dialog()
    dialog.choices.format.setFocus()
    reached = set()
    for _ in range(60):
        now = dialog.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Tab)
        reached.add(now.objectName())
    assert {"export_format_svg", "export_modules", "export_size", "export_shapes", "export_copy", "primary"} <= reached
    for kind in (QRadioButton, QCheckBox, QComboBox, QLineEdit, QPushButton):
        for widget in dialog.findChildren(kind):
            assert widget.accessibleName() or widget.property("text")


def test_no_two_keys_of_the_dialog_are_the_same(open_dialog: Open) -> None:
    dialog = open_dialog()
    kinds = QLabel, QCheckBox, QPushButton
    texts = [str(each.property("text")) for kind in kinds for each in dialog.findChildren(kind)]
    letters = [found[1].lower() for text in texts if (found := re.search(r"&(\w)", text))]
    assert len(letters) > 10
    assert sorted(letters) == sorted(set(letters))
