"""Asking where to write a file, including a question about replacing that the file dialog leaves out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.text import plain


class Chosen(NamedTuple):
    """Where to write. `asked` is whether the person has agreed to replace an existing file."""

    path: Path
    asked: bool


def ask_save_path(
    window: QWidget, title: str, suggested: Path, filters: Sequence[str], suffixes: Sequence[str]
) -> Chosen | None:
    """Ask for a file name. Return None if the person cancels.

    A name without a suffix gets that of the chosen filter, by `suffixes`. The dialog has not checked whether a file
    with that longer name exists. That is not done here either, because its folder may be slow to answer.
    """
    from PySide6.QtWidgets import QFileDialog

    name, chosen_filter = QFileDialog.getSaveFileName(window, title, str(suggested), ";;".join(filters))
    if not name:
        return None
    path = Path(name)
    if path.suffix:
        return Chosen(path, asked=True)
    return Chosen(
        path.with_name(path.name + suffixes[filters.index(chosen_filter) if chosen_filter in filters else 0]),
        asked=False,
    )


def if_replaceable(window: QWidget, chosen: Chosen, background: Background, act: Callable[[], object]) -> None:
    """Call `act` if the file does not exist, which is checked in the background, or if it may be replaced."""

    def answer(there: bool) -> None:
        if not there or may_replace(window, chosen.path):
            act()

    if chosen.asked:
        act()
    else:
        background.run("Looking for that file…", lambda _: os.path.lexists(chosen.path), answer, lambda _: None)


def may_replace(window: QWidget, path: Path) -> bool:
    """Ask whether the file at `path` may be replaced."""
    from PySide6.QtWidgets import QMessageBox

    buttons = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setWindowTitle("squeezeviz")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"“{plain(path.name, 80)}” is there already. Replace it?")
    box.setInformativeText("What it holds is lost.")
    box.setStandardButtons(buttons.Yes | buttons.Cancel)
    box.button(buttons.Yes).setText("Replace")
    box.setDefaultButton(buttons.Cancel)
    return box.exec() == buttons.Yes
