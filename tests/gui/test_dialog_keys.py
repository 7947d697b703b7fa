"""Every underlined letter of every dialog is its own, and leads to its field or presses its button."""

from collections.abc import Callable
from typing import Any

import pytest
from faulty_window import gui_classes
from hands import caught
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.pictures.preprocessing import CAFFE
from squeezeviz.figure.theme.look import FigureSize, Rows
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.files.presets import load_preset
from squeezeviz.files.unknown_geometry import UnknownGeometry
from squeezeviz.gui.export.choices import PictureSubject, Subject
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.files.geometry_dialog import GeometryDialog
from squeezeviz.gui.live.dialogs import RepeatDialog
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.panels.cost_window import CostWindow
from squeezeviz.gui.pictures.enlarged import EnlargedPicture
from squeezeviz.gui.pictures.own_numbers import NumbersDialog
from squeezeviz.gui.story.what_if import WhatIfDialog
from squeezeviz.gui.widgets.shortcuts import ShortcutsDialog
from squeezeviz.model.layers import Conv, Fire


def _export(window: MainWindow) -> ExportDialog:
    subject = Subject(window.document.network, ExportOptions(), Rows(2, 4), Rows(2, 4))
    return ExportDialog(subject, window.session.settings, window)


def _print(window: MainWindow) -> ExportDialog:
    subject = Subject(window.document.network, ExportOptions(), Rows(2, 4), Rows(2, 4), page=FigureSize(8.0, 11.0))
    return ExportDialog(subject, window.session.settings, window)


def _picture(window: MainWindow) -> ExportDialog:
    subject = PictureSubject(window.parts.costs().picture())
    return ExportDialog(subject, window.session.settings, window)


def _comparison(window: MainWindow) -> ExportDialog:
    window.parts.commands["pin"].trigger()
    subject = PictureSubject(window.parts.compared_picture())
    return ExportDialog(subject, window.session.settings, window)


def _slides(window: MainWindow) -> ExportDialog:
    dialog = _export(window)
    dialog.choices.format.choose("pptx")
    return dialog


def _geometry(window: MainWindow) -> GeometryDialog:
    rows = tuple(each for each in load_preset("table1").uncompressed().layers if isinstance(each, Conv | Fire))
    return GeometryDialog(UnknownGeometry("weights", 3, rows), window, caffes=True)


def _what_if(window: MainWindow) -> WhatIfDialog:
    window.parts.depth_help.ask("fire2")
    return window.parts.depth_help.what_if()


DIALOGS: dict[type[QDialog], tuple[Callable[[MainWindow], QDialog], str]] = {
    ExportDialog: (_export, "MWFDZTGANUPLSC"),
    GeometryDialog: (_geometry, "APRB"),
    RepeatDialog: (lambda window: RepeatDialog(5, window), "P"),
    NumbersDialog: (lambda window: NumbersDialog(CAFFE, window), "CSMTL"),
    WhatIfDialog: (_what_if, "MEOC"),
    EnlargedPicture: (lambda window: EnlargedPicture(window.parts.theming.style, window), ""),
    CostWindow: (lambda window: window.parts.costs().window(), ""),
    ShortcutsDialog: (ShortcutsDialog, ""),
}
"""How each dialog is opened, and the letters that are underlined in it."""
ALSO: dict[str, tuple[Callable[[MainWindow], QDialog], str]] = {
    "print": (_print, "WFDETGANUPLR"),
    "picture": (_picture, "MZTGLSC"),
    "comparison": (_comparison, "MFZTGANULSC"),
    "slides": (_slides, "MWFDITGANUPLSC"),
}
"""The same of dialogs that ask other things at times."""


def lettered(dialog: QDialog) -> list[tuple[str, Any]]:
    """Each underlined letter that is seen in the dialog, with the label or the button that has it."""
    found = []
    for widget in dialog.findChildren(QWidget):
        if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None):
            letter = QKeySequence.mnemonic(widget.text()).toString().removeprefix("Alt+")
            if letter and widget.isVisibleTo(dialog):
                found.append((letter, widget))
    return found


def in_front(dialog: QDialog, qtbot: QtBot) -> None:
    """Show the dialog, with the keyboard where it is when it opens."""
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)


def with_alt(dialog: QDialog, letter: str) -> None:
    QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key[f"Key_{letter}"], Qt.KeyboardModifier.AltModifier)
    QApplication.processEvents()


def test_every_dialog_is_here() -> None:
    dialogs = {each for each in gui_classes() if issubclass(each, QDialog)}
    assert dialogs == DIALOGS.keys()


@pytest.mark.parametrize(
    ("make", "letters"), [*DIALOGS.values(), *ALSO.values()], ids=[*(each.__name__ for each in DIALOGS), *ALSO]
)
def test_each_underlined_letter_is_its_own_and_acts(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[MainWindow], QDialog],
    letters: str,
) -> None:
    monkeypatch.setattr(ExportDialog, "exec", lambda _: 0)
    dialog = make(window)
    in_front(dialog, qtbot)
    found = lettered(dialog)
    assert sorted(letter for letter, _ in found) == sorted(letters)
    for letter, widget in found:
        in_front(dialog, qtbot)  # the one before may have closed it
        if not widget.isEnabled():
            continue
        pressed = caught(widget.clicked) if isinstance(widget, QAbstractButton) else []
        with_alt(dialog, letter)
        if isinstance(widget, QLabel):
            now, wanted = QApplication.focusWidget(), widget.buddy()
            assert now is not None and wanted is not None
            assert now is wanted or wanted.isAncestorOf(now), f"Alt+{letter} of {widget.text()}"
        else:
            qtbot.waitUntil(lambda: bool(pressed))  # noqa: B023 - it is pressed for a tenth of a second
            assert len(pressed) == 1, f"Alt+{letter} of {widget.text()}"
    dialog.close()


def test_a_letter_of_the_export_leads_to_what_is_chosen_and_changes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    dialog = _export(window)
    in_front(dialog, qtbot)
    before = dialog.options()
    for letter, name in (("M", "format_svg"), ("W", "rows_some"), ("T", "theme_light"), ("G", "background_filled")):
        with_alt(dialog, letter)
        focused = QApplication.focusWidget()
        assert focused is not None and focused.objectName() == f"export_{name}"
    assert dialog.options() == before
    with_alt(dialog, "M")
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Right)
    assert dialog.suffix != "svg"
    dialog.close()
