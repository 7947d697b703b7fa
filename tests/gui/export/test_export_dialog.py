"""The export dialog: what is chosen is seen at once, and is what is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from bounds import allowed
from hands import Child, OpenWindow, child
from PySide6.QtCore import Qt, QTimer
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
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.scene.diagram import Badge, Direction, Key
from squeezeviz.figure.theme.look import FITS, FigureSize, Rows
from squeezeviz.figure.theme.theme import THEMES
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS
from squeezeviz.figure.writers.figure import ExportOptions, Figure, figure_of
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.export import preview
from squeezeviz.gui.export.choices import Subject
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

pytestmark = pytest.mark.gui

Open = Callable[..., ExportDialog]


@pytest.fixture
def open_dialog(qtbot: QtBot, settings: Settings) -> Iterator[Open]:
    made: list[tuple[ExportDialog, Background]] = []

    def open_it(network: ResolvedNetwork | None = None, rows: Rows | None = None, **seen: object) -> ExportDialog:
        background = Background()
        options = ExportOptions(**seen)  # type: ignore[arg-type]
        subject = Subject(network or resolve(load_preset("table1")), options, rows)
        dialog = ExportDialog(subject, settings, background)
        made.append((dialog, background))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitExposed(dialog)
        return dialog

    yield open_it
    for dialog, background in made:
        dialog.close()
        background.close()


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


def test_every_format_and_every_theme_can_be_chosen(open_dialog: Open) -> None:
    dialog = open_dialog()
    for suffix in DIAGRAM_FORMATS:
        press(dialog, f"format_{suffix}")
        assert dialog.suffix == suffix
    for name, theme in THEMES.items():
        press(dialog, f"theme_{name}")
        assert dialog.options().theme is theme


def test_untouched_it_exports_what_is_seen(open_dialog: Open) -> None:
    dialog = open_dialog()
    assert dialog.options() == ExportOptions()


def test_rows_modules_direction_and_background_are_followed(open_dialog: Open) -> None:
    dialog = open_dialog(rows=Rows(2, 4))
    assert dialog.options().diagram.rows is None
    press(dialog, "rows_some")
    choose(dialog, "modules", "closed")
    choose(dialog, "direction", "right")
    press(dialog, "background_transparent")
    options = dialog.options()
    assert options.diagram.rows == Rows(2, 4)
    assert len(options.diagram.collapsed) == 8
    assert options.diagram.direction is Direction.RIGHT
    assert not options.background


def test_the_ends_of_the_selection_never_pass_each_other(open_dialog: Open) -> None:
    dialog = open_dialog(rows=Rows(2, 4))
    press(dialog, "rows_some")
    first = part(dialog, QComboBox, "first")
    first.setCurrentIndex(6)
    first.activated.emit(6)
    assert dialog.options().diagram.rows == Rows(6, 6)


def test_a_size_is_told_on_paper_with_the_smallest_text(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "column")
    choose(dialog, "modules", "closed")
    assert dialog.options().size == FITS["column"]
    assert said(dialog, "page").startswith("84 × ")
    assert " mm, smallest text " in said(dialog, "page")
    assert said(dialog, "note") == ""


def test_a_presentation_is_a_slide_whatever_was_chosen(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "column")
    press(dialog, "format_pptx")
    assert dialog.options().size == FITS["slide"]
    assert said(dialog, "page").startswith("One 16:9 slide")
    press(dialog, "format_svg")
    assert dialog.options().size == FITS["column"]


def test_text_too_small_for_print_is_told_with_what_helps(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "column")
    choose(dialog, "direction", "right")
    assert "too small to read in print" in said(dialog, "note")
    assert "close Fire modules" in said(dialog, "note")


def test_a_width_that_is_none_is_told_and_cannot_be_saved(open_dialog: Open) -> None:
    dialog = open_dialog()
    choose(dialog, "size", "width")
    line, box = part(dialog, QLineEdit, "width"), child(dialog, QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    save = box.button(QDialogButtonBox.StandardButton.Save)
    QTest.keyClicks(line, "wide")
    assert "84mm" in said(dialog, "note")
    assert not save.isEnabled()
    line.clear()
    QTest.keyClicks(line, "12.7 cm")
    assert said(dialog, "page").startswith("127 × ")
    assert save.isEnabled()
    assert dialog.options().size == FigureSize(5.0)


def test_annotations_are_switches_and_none_leaves_only_names(open_dialog: Open) -> None:
    dialog = open_dialog()
    press(dialog, "shapes")
    assert not dialog.options().diagram.annotations.shapes
    none = part(dialog, QPushButton, "annotate_none")
    none.click()
    assert not any(getattr(dialog.options().diagram.annotations, name) for name in ("filters", "kinds", "depth"))


def test_marks_can_be_shown_where_a_pass_has_run(open_dialog: Open) -> None:
    badges = {Key("conv1"): Badge.MEASURED}
    dialog = open_dialog(badges=badges)
    assert dialog.options().badges == {}
    press(dialog, "marks")
    assert dialog.options().badges == badges
    unmeasured = part(open_dialog(), QCheckBox, "marks")
    assert not unmeasured.isVisible()


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
    drawn: list[ExportOptions] = []

    def counted(network: ResolvedNetwork, options: ExportOptions) -> Figure:
        drawn.append(options)
        return figure_of(network, options)

    monkeypatch.setattr(preview, "figure_of", counted)
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
    assert said(dialog, "page") == ""
    qtbot.waitUntil(lambda: said(dialog, "page") != "", timeout=20_000)
    first = shown(dialog)
    press(dialog, "theme_dark")
    assert shown(dialog) == first
    qtbot.waitUntil(lambda: shown(dialog) != first, timeout=20_000)


def test_closing_lets_go_of_a_figure_that_is_still_being_made(open_dialog: Open, qtbot: QtBot) -> None:
    dialog = open_dialog(deep())
    dialog.reject()
    qtbot.wait(600)
    assert said(dialog, "page") == ""


@pytest.mark.parametrize("size", [(984, 640), (1080, 720)])
def test_nothing_of_the_choices_is_cut_off(open_dialog: Open, size: tuple[int, int]) -> None:
    badges = {Key("conv1"): Badge.MEASURED}
    dialog = open_dialog(rows=Rows(0, 3), badges=badges)
    dialog.resize(*size)
    press(dialog, "rows_some")
    QApplication.processEvents()
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


def test_copy_puts_the_chosen_figure_on_the_clipboard(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")

    def copy() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        choose(dialog, "size", "slide")
        button = part(dialog, QPushButton, "copy")
        button.click()

    QTimer.singleShot(200, copy)
    with qtbot.waitSignal(window.parts.exports.done, timeout=30_000):
        window.parts.commands["export"].trigger()
    copied = QApplication.clipboard().text()
    assert copied.startswith("<?xml")
    assert 'width="338.667mm"' in copied


def test_rows_selected_in_the_table_are_offered(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    window.session.selection.choose_rows([2, 3, 4])
    found: list[Rows | None] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        press(dialog, "rows_some")
        found.append(dialog.options().diagram.rows)
        dialog.reject()

    QTimer.singleShot(200, look)
    window.parts.commands["export"].trigger()
    assert found == [Rows(2, 4)]


def test_the_same_selection_is_exported_again_until_another_is_made(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1")
    found: list[Rows | None] = []

    def export(change: str) -> None:
        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, ExportDialog)
            if change:
                press(dialog, change)
            found.append(dialog.options().diagram.rows)
            button = part(dialog, QPushButton, "copy")
            button.click()

        QTimer.singleShot(200, answer)
        with qtbot.waitSignal(window.parts.exports.done, timeout=30_000):
            window.parts.commands["export"].trigger()

    window.session.selection.choose_rows([6])
    export("rows_some")
    export("")
    window.session.selection.choose_rows([2])
    export("")
    assert found == [Rows(6, 6), Rows(6, 6), None]


def test_choosing_the_selection_moves_nothing(open_dialog: Open) -> None:
    dialog = open_dialog(rows=Rows(2, 2))
    QApplication.processEvents()
    places = [widget.geometry() for widget in dialog.choices.findChildren(QWidget)]
    press(dialog, "rows_some")
    QApplication.processEvents()
    assert [widget.geometry() for widget in dialog.choices.findChildren(QWidget)] == places
