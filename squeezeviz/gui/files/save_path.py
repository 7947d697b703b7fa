"""Where to write: the file dialog, and the question that it leaves out."""

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
    """Where to write. `asked`: whether a person knows that what stands there is replaced."""

    path: Path
    asked: bool


def ask_save_path(
    window: QWidget, title: str, suggested: Path, filters: Sequence[str], suffixes: Sequence[str]
) -> Chosen | None:
    """Ask for a file's name; None where the person thinks better of it.

    A name without a suffix gets the chosen filter's, by `suffixes`. The dialog has not looked for a file of that
    longer name, and neither is it done here: its folder may be slow to answer.
    """
    from PySide6.QtWidgets import QFileDialog

    name, said = QFileDialog.getSaveFileName(window, title, str(suggested), ";;".join(filters))
    if not name:
        return None
    path = Path(name)
    if path.suffix:
        return Chosen(path, asked=True)
    return Chosen(path.with_name(path.name + suffixes[filters.index(said) if said in filters else 0]), asked=False)


def if_replaceable(window: QWidget, chosen: Chosen, background: Background, act: Callable[[], object]) -> None:
    """Call `act` where nothing stands there, which is looked up in the background, or where it may be lost."""

    def answer(there: bool) -> None:
        if not there or may_replace(window, chosen.path):
            act()

    if chosen.asked:
        act()
    else:
        background.run("Looking for that file…", lambda _: os.path.lexists(chosen.path), answer, lambda _: None)


def may_replace(window: QWidget, path: Path) -> bool:
    """Ask whether what stands at `path` may be lost."""
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
