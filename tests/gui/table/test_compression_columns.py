"""Shares kept and bits in the table's own columns: typed and pasted like any number, and nothing is measured anew."""

from __future__ import annotations

from hands import OpenWindow, cell_text, click_cell, enter, fire, keys, set_field, table
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.columns import COLUMNS, KEPT_COLUMNS, Column
from squeezeviz.gui.main_window import MainWindow

STORED = (*KEPT_COLUMNS, Column.BITS, Column.PRUNED, Column.SIZE)


def show_columns(window: MainWindow) -> None:
    """Choose the columns as a person does in the header's menu."""
    wanted = {str(column) for column in STORED}
    for action in window.parts.table.columns.actions():
        if action.text() in wanted and not action.isChecked():
            action.trigger()


def test_the_columns_are_hidden_until_they_are_chosen_and_say_that_sparsity_is_what_is_kept(window: MainWindow) -> None:
    assert all(table(window).isColumnHidden(COLUMNS.index(column)) for column in STORED)
    show_columns(window)
    assert not any(table(window).isColumnHidden(COLUMNS.index(column)) for column in STORED)
    assert all("keeps" in column.spec.about and "sparsity" in column.spec.about for column in KEPT_COLUMNS)
    assert cell_text(window, "fire2", "e3x3 kept") == "33%"
    assert cell_text(window, "total", "after pruning") == "425,522"
    assert cell_text(window, "total", "stored size") == "519 KiB"


def test_shares_and_bits_are_typed_and_pasted_and_the_totals_follow(open_on: OpenWindow) -> None:
    window = open_on(size=(1800, 900))
    show_columns(window)
    for typed in ("30%", "0.3"):
        enter(window, "fire8", "e3x3 kept", typed)
        assert fire(window, "fire8").e3x3_kept == 0.3
        assert cell_text(window, "fire8", "after pruning") == "77,581"
        assert cell_text(window, "total", "after pruning") == "421,098"
        keys(window, "Ctrl+Z")
        assert cell_text(window, "total", "after pruning") == "425,522"
    enter(window, "fire8", "e3x3 kept", "120%")
    assert not window.document.modified and fire(window, "fire8").e3x3_kept == 0.33
    keys(window, "Esc")
    click_cell(window, "fire2", "s1x1 kept")
    QApplication.clipboard().setText("50%\t50%\t20%\t8bit\n7%\t0.5\t1\t4\n")
    keys(window, "Ctrl+V")
    pasted = [fire(window, name) for name in ("fire2", "fire3")]
    assert [(each.s1x1_kept, each.e1x1_kept, each.e3x3_kept, each.bits) for each in pasted] == [
        (0.5, 0.5, 0.2, 8),
        (0.07, 0.5, 1.0, 4),
    ]


def test_an_edit_of_shares_and_bits_keeps_every_number_measured(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", live=True)
    qtbot.waitUntil(lambda: window.session.live.answer is not None and window.session.live.answer.fresh)
    measured = window.session.live.answer.measured  # type: ignore[union-attr]
    set_field(window, "fire3", "e3x3_kept", 0.5)
    set_field(window, "fire3", "bits", 8)
    assert not window.session.live.running
    assert window.session.live.answer is not None and window.session.live.answer.fresh
    assert window.session.live.answer.measured is measured
    assert cell_text(window, "fire3", "live").startswith("✓")
    assert cell_text(window, "total", "live").startswith("✓")
    set_field(window, "fire3", "s1x1", 24)
    assert window.session.live.running
    qtbot.waitUntil(lambda: window.session.live.answer is not None and window.session.live.answer.fresh)
    assert window.session.live.answer.measured is not measured
