"""The explanation panel, as a person reads, scrolls and copies it."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from time import perf_counter

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.core.cells import Column
from squeezeviz.core.explaining.model import Explanation
from squeezeviz.core.explaining.rows import explain_cell, explain_input, explain_layer
from squeezeviz.core.explaining.writing import as_latex, as_markdown, as_text
from squeezeviz.core.plain import from_plain
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.gui.explain_panel import ExplainPanel
from squeezeviz.gui.explain_section import SectionView
from squeezeviz.gui.style import DARK_STYLE, LIGHT_STYLE

COLUMNS = (*Column, None)


@pytest.fixture(scope="module")
def table1() -> ResolvedNetwork:
    preset = files("squeezeviz.resources").joinpath("presets/table1.toml").read_text("utf-8")
    return resolve(from_plain(tomllib.loads(preset)))


@pytest.fixture
def panel(qtbot: QtBot) -> ExplainPanel:
    made = ExplainPanel(LIGHT_STYLE)
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


def said(panel: ExplainPanel) -> str:
    """What a person reads from top to bottom."""
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    labels.sort(key=lambda label: (label.mapTo(panel.widget(), label.rect().topLeft()).y(), label.x()))
    return "\n".join(label.text().replace("\u200b", "").replace("\u2011", "-") for label in labels)


def show(panel: ExplainPanel, explanation: Explanation) -> None:
    panel.show_explanation(explanation)
    assert panel.text()  # what stands below the fold comes a moment later, or when all of it is asked for
    QApplication.processEvents()


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
    before = panel.findChildren(SectionView)
    qtbot.waitUntil(lambda: panel.verticalScrollBar().maximum() > 40)
    panel.verticalScrollBar().setValue(40)
    show(panel, explain_cell(resolve(table1.table.with_field(2, "s1x1", 24)), 2, Column.PARAMETERS))
    assert panel.findChildren(SectionView) == before
    assert panel.verticalScrollBar().value() == 40
    assert "(1·1·96 + 1)·24" in said(panel)


def test_another_cell_of_the_row_keeps_the_sections_that_stay(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    show(panel, explain_cell(table1, 2, Column.S1X1))
    before = set(panel.findChildren(SectionView))
    show(panel, explain_cell(table1, 2, Column.FIELD))
    kept = before & set(panel.findChildren(SectionView))
    assert len(kept) >= len(before) - 2


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
    button = panel.findChild(QToolButton, "copy_explanation")
    assert isinstance(button, QToolButton)
    assert button.accessibleName() == "Copy this explanation"
    action = next(each for each in button.menu().actions() if each.text() == f"Copy as {way}")
    with qtbot.waitSignal(panel.copied) as signal:
        action.trigger()
    assert signal.args == [f"The explanation of fire2 is copied as {way}"]
    assert QApplication.clipboard().text() == written(explanation)
    QApplication.clipboard().clear()


def test_the_copy_menu_opens_from_the_keyboard(panel: ExplainPanel, table1: ResolvedNetwork, qtbot: QtBot) -> None:
    show(panel, explain_layer(table1, 2))
    button = panel.findChild(QToolButton, "copy_explanation")
    assert isinstance(button, QToolButton)
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    opened: list[bool] = []

    def look() -> None:
        opened.append(button.menu().isVisible())
        QTest.keyClick(button.menu(), Qt.Key.Key_Escape)

    QTimer.singleShot(100, look)
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: opened == [True])


def test_another_theme_shows_the_same(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    show(panel, explain_layer(table1, 2))
    before = said(panel)
    panel.set_style(DARK_STYLE)
    QApplication.processEvents()
    assert said(panel) == before


def test_a_drag_is_followed_within_a_frame(panel: ExplainPanel, table1: ResolvedNetwork) -> None:
    """What is promised is about 1 ms a tick; a loaded machine is given some room."""
    tables = [resolve(table1.table.with_field(2, "s1x1", 20 + tick)) for tick in range(40)]
    show(panel, explain_cell(table1, 2, Column.S1X1))
    times = []
    for network in tables:
        begun = perf_counter()
        panel.show_explanation(explain_cell(network, 2, Column.S1X1))
        times.append(perf_counter() - begun)
    assert sorted(times)[20] < 0.008
