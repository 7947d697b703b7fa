"""The explanation panel, as a person reads, scrolls and copies it."""

import re
from itertools import combinations, product

import pytest
from hands import CTRL, LEFT, ask_for_a_menu, child, on_screen
from preset_tables import preset
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.explanation import Explanation, as_latex, as_markdown, as_text
from squeezeviz.explain.rows import explain_cell, explain_input, explain_layer
from squeezeviz.explain.totals import explain_network
from squeezeviz.gui.explain.layer_editor import LayerEditor
from squeezeviz.gui.explain.page import ExplainText
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.explain.placing import Face, LaidText
from squeezeviz.gui.widgets.style import DARK_STYLE, LIGHT_STYLE
from squeezeviz.model.table import InputShape, LayerTable


@pytest.fixture(scope="module")
def table1() -> ResolvedNetwork:
    return resolve(preset("table1"))


@pytest.fixture
def panel(qtbot: QtBot) -> ExplainPanel:
    return on_screen(qtbot, ExplainPanel(LIGHT_STYLE), 320, 700)


def said(panel: ExplainPanel) -> str:
    """What a person reads from top to bottom, as far as it stands where it can be seen."""
    read = []
    for text in panel.findChildren(ExplainText):
        top = height_of(text, panel)
        for piece in text.page.pieces:
            if text.isVisible() and text.rect().contains(piece.room):
                read.append((top + piece.room.center().y(), piece.room.x(), piece.plain_text))
    for label in panel.findChildren(QLabel):
        read.append((height_of(label, panel), label.x(), label.text()))
    return "\n".join(words for _, _, words in sorted(read))


def height_of(part: QWidget, panel: ExplainPanel) -> int:
    """How far down it stands, in pixels."""
    ground = panel.widget()
    assert ground is not None
    return part.mapTo(ground, QPoint()).y()


def pages(panel: ExplainPanel) -> list[ExplainText]:
    """The widgets that hold the words, from top to bottom."""
    return sorted(panel.findChildren(ExplainText), key=lambda text: height_of(text, panel))


def show(panel: ExplainPanel, explanation: Explanation) -> None:
    panel.show_explanation(explanation)
    QApplication.processEvents()


def pixel(image: QImage, colour: str) -> int:
    """How many pixels of the picture have that colour."""
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


@pytest.mark.parametrize("row", range(-1, 15))
def test_whatever_cell_follows_another_all_of_it_is_shown_in_order(
    panel: ExplainPanel, table1: ResolvedNetwork, row: int
) -> None:
    for column in COLUMNS:
        explanation = explain_cell(table1, row, column)
        show(panel, explanation)
        read = said(panel)
        places = [read.splitlines().index(section.heading) for section in explanation.sections]
        assert places == sorted(places)
        for section in explanation.sections:
            assert section.source in read
            assert all(each in read for line in section.lines for each in (line.text, line.label, line.value))
        assert sorted(read.splitlines()) == sorted(panel.text().splitlines())


def test_an_edit_changes_the_words_and_makes_nothing_anew(
    panel: ExplainPanel, table1: ResolvedNetwork, qtbot: QtBot
) -> None:
    show(panel, explain_cell(table1, 2, Column.PARAMETERS))
    before = panel.findChildren(QWidget)
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() > 40)
    panel.verticalScrollBar().setValue(40)
    show(panel, explain_cell(resolve(table1.table.with_field(2, "s1x1", 24)), 2, Column.PARAMETERS))
    assert panel.findChildren(QWidget) == before
    assert panel.verticalScrollBar().value() == 40
    assert "(1·1·96 + 1)·24" in said(panel)
    show(panel, explain_cell(table1, 3, Column.PARAMETERS))
    assert panel.verticalScrollBar().value() == 0, "what is said of another row is read from its beginning"


class Painted(QObject):
    """Where a widget was painted since it began to look."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False


def test_of_another_explanation_only_what_differs_is_painted_again(
    panel: ExplainPanel, table1: ResolvedNetwork
) -> None:
    panel.set_footer(LayerEditor())
    for row, (before, after) in product((2, 3), ((16, 24), (24, 17), (17, 160))):
        shown = [explain_layer(resolve(table1.table.with_field(row, "s1x1", each)), row) for each in (before, after)]
        show(panel, shown[0])
        QApplication.processEvents()
        text = pages(panel)[1]
        old, painted = text.grab().toImage(), Painted(text)
        show(panel, shown[1])
        region = QRegion(painted.region)
        new = text.grab().toImage()
        assert old.size() == new.size()
        everywhere = product(range(new.width()), range(new.height()))
        changed = {(x, y) for x, y in everywhere if old.pixel(x, y) != new.pixel(x, y)}
        seen = {(x, y) for x, y in changed if text.visibleRegion().contains(QPoint(x, y))}
        assert seen
        assert all(region.contains(QPoint(x, y)) for x, y in seen)
        area = sum(each.width() * each.height() for each in region)  # type: ignore[attr-defined]
        assert area < text.width() * text.height() / 3, "most of the words are those of before"


def test_what_comes_after_the_editor_is_what_can_wait(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    footer = QLabel("the editor")
    panel.set_footer(footer)
    show(panel, explain_layer(table1, 2))
    read = said(panel)
    assert read.index("Cost") < read.index("the editor") < read.index("Two readings of depth")


def test_where_nothing_is_to_scroll_there_is_no_handle(
    panel: ExplainPanel, table1: ResolvedNetwork, qtbot: QtBot
) -> None:
    show(panel, explain_layer(table1, 2))
    bar = panel.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert bar.isEnabled()
    show(panel, explain_input(table1))
    qtbot.waitUntil(lambda: bar.maximum() == 0)
    assert not bar.isEnabled()


@pytest.mark.parametrize(("way", "written"), [("Text", as_text), ("Markdown", as_markdown), ("LaTeX", as_latex)])
def test_what_is_shown_can_be_copied(  # type: ignore[no-untyped-def]
    panel: ExplainPanel, table1: ResolvedNetwork, qtbot: QtBot, way: str, written
) -> None:
    explanation = explain_cell(table1, 2, Column.MACS)
    show(panel, explanation)
    button = child(panel, QToolButton, "copy_explanation")
    assert button.accessibleName() == "Copy this explanation"
    action = next(each for each in button.menu().actions() if each.text() == f"Copy as {way}")
    with qtbot.waitSignal(panel.copied) as signal:
        action.trigger()
    assert signal.args == [f"The explanation of fire2 is copied as {way}"]
    assert QApplication.clipboard().text() == written(explanation)
    QApplication.clipboard().clear()


def test_the_copy_menu_opens_from_the_keyboard(panel: ExplainPanel, table1: ResolvedNetwork, qtbot: QtBot) -> None:
    show(panel, explain_layer(table1, 2))
    button = child(panel, QToolButton, "copy_explanation")
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    opened: list[bool] = []

    def look() -> None:
        opened.append(button.menu().isVisible())
        QTest.keyClick(button.menu(), Qt.Key.Key_Escape)

    QTimer.singleShot(100, look)
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: opened == [True])


def test_each_style_shows_the_same_in_its_own_inks(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    show(panel, explain_cell(table1, 2, Column.PARAMETERS))
    before = said(panel)
    for style, other in ((DARK_STYLE, LIGHT_STYLE), (LIGHT_STYLE, DARK_STYLE)):
        panel.set_style(style)
        QApplication.processEvents()
        assert said(panel) == before
        picture = panel.grab().toImage()
        assert pixel(picture, style.role("squeeze")) >= 4 * 14
        assert pixel(picture, style.text) > pixel(picture, other.text)


@pytest.mark.parametrize("width", [200, 260, 280, 300, 340, 900])
def test_on_any_width_no_word_or_bracket_is_cut_and_none_stands_on_another(
    panel: ExplainPanel, table1: ResolvedNetwork, width: int
) -> None:
    panel.resize(width, 700)
    for row, column in product((2, 8), COLUMNS):
        show(panel, explain_cell(table1, row, column))
        for text in pages(panel):
            rooms = [piece.room for piece in text.page.pieces]
            assert all(text.rect().contains(room) for room in rooms)
            assert not any(one.intersects(other) for one, other in combinations(rooms, 2))
            for piece in text.page.pieces:
                layout, whole = piece.text.layout, piece.text.layout.text()
                lines = [layout.lineAt(number) for number in range(layout.lineCount())]
                assert max(line.naturalTextWidth() for line in lines) <= piece.room.width() + 1
                for end in (line.textStart() + line.textLength() for line in lines[:-1] if width > 200):
                    assert whole[end - 1] in " \u200b-/", whole
                    assert not re.search(r"\([\d·× +\u200b\u00a0]*$", whole[:end]), whole
                    assert not whole[end:].startswith("px"), whole


def test_a_number_at_the_right_edge_is_laid_out_once(
    panel: ExplainPanel, table1: ResolvedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[tuple[Face, str]] = []
    lay_out = Face._lay_out

    def counted(self: Face, text: str, width: int, *, right: bool) -> LaidText:
        laid.append((self, text))
        return lay_out(self, text, width, right=right)

    monkeypatch.setattr(Face, "_lay_out", counted)
    panel.resize(900, 700)
    show(panel, explain_cell(table1, 2, Column.PARAMETERS))
    assert "11,920" in "".join(text for _, text in laid)
    assert [text for face, text in set(laid) if laid.count((face, text)) > 1] == []


def test_the_name_and_the_kind_of_an_empty_network_are_whole_words(panel: ExplainPanel) -> None:
    panel.resize(299, 700)
    show(panel, explain_network(resolve(LayerTable("Untitled network", InputShape(), ()))))
    title, kind = pages(panel)[0].page.pieces
    assert (title.plain_text, kind.plain_text) == ("Untitled network", "network")
    assert kind.text.layout.lineCount() == 1


def test_a_network_with_names_and_numbers_of_any_length_still_fits(
    panel: ExplainPanel, table1: ResolvedNetwork
) -> None:
    table = table1.table.with_field(2, "name", "fire" * 40).with_field(2, "e3x3", 10**12)
    show(panel, explain_layer(resolve(table), 2))
    for text in pages(panel):
        assert all(text.rect().contains(piece.room) for piece in text.page.pieces)


def test_words_are_selected_with_the_mouse_and_copied_as_they_are_said(
    panel: ExplainPanel, table1: ResolvedNetwork
) -> None:
    show(panel, explain_cell(table1, 2, Column.MACS))
    text = pages(panel)[1]
    first, last = text.page.pieces[0], text.page.pieces[-1]
    QTest.mousePress(text, LEFT, pos=first.room.topLeft())
    QTest.mouseMove(text, last.room.bottomRight())
    QTest.mouseRelease(text, LEFT, pos=last.room.bottomRight())
    assert text.selected_text().replace("\t", "\n") == "\n".join(piece.plain_text for piece in text.page.pieces)
    QTest.keyClick(text, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == text.selected_text()
    assert "\u200b" not in text.selected_text() and "\u2011" not in text.selected_text()
    QApplication.clipboard().clear()


def test_a_double_click_selects_a_word_and_is_seen(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    show(panel, explain_layer(table1, 2))
    text = pages(panel)[1]
    heading = text.page.pieces[0]
    before = text.grab().toImage()
    QTest.mouseDClick(text, LEFT, pos=heading.room.topLeft() + QPoint(4, 6))
    assert text.selected_text() == heading.plain_text.split()[0]
    assert text.grab().toImage() != before


def test_the_words_offer_a_menu_that_copies_and_selects(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    show(panel, explain_layer(table1, 2))
    text = pages(panel)[1]
    QTest.keyClick(text, Qt.Key.Key_A, CTRL)
    ask_for_a_menu(text, QPoint(5, 5))
    menu = child(text, QMenu)
    copy, select_all = menu.actions()
    assert (copy.text(), select_all.text()) == ("Copy", "Select All")
    copy.trigger()
    assert "Why is its depth 2?" in QApplication.clipboard().text()
    menu.close()
    QApplication.clipboard().clear()
    show(panel, explain_layer(table1, 3))
    assert text.selected_text() == "", "another explanation lets the selection go"


def test_a_screen_reader_is_told_all_of_it(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    for row in (2, 0, 13):
        show(panel, explain_layer(table1, row))
        assert panel.accessibleDescription() == panel.text()


def test_a_tick_of_a_drag_lays_out_the_texts_that_it_changes_alone(
    panel: ExplainPanel, table1: ResolvedNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[str] = []
    lay_out = Face._lay_out

    def counted(self: Face, text: str, width: int, *, right: bool) -> LaidText:
        laid.append(text)
        return lay_out(self, text, width, right=right)

    show(panel, explain_cell(table1, 2, Column.S1X1))
    monkeypatch.setattr(Face, "_lay_out", counted)
    for tick in range(20):
        laid.clear()
        panel.show_explanation(explain_cell(resolve(table1.table.with_field(2, "s1x1", 20 + tick)), 2, Column.S1X1))
        assert len(laid) < 32, laid
        assert all(re.search("[0-9]", text) for text in laid), "words without a number stay as they were laid out"
