"""Where to write: the file dialog, and the question that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def ask_save_path(
    window: QWidget, title: str, suggested: Path, filters: Sequence[str], suffixes: Sequence[str]
) -> Path | None:
    """Ask for a file's name; None where the person thinks better of it.

    A name without a suffix gets the chosen filter's, by `suffixes`. The dialog has not looked for a file of that
    longer name, so that one that is there already is asked about here.
    """
    from PySide6.QtWidgets import QFileDialog

    name, said = QFileDialog.getSaveFileName(window, title, str(suggested), ";;".join(filters))
    if not name:
        return None
    path = Path(name)
    if not path.suffix:
        path = path.with_name(path.name + suffixes[filters.index(said) if said in filters else 0])
        if path.exists() and not _may_replace(window, path):
            return None
    return path


def _may_replace(window: QWidget, path: Path) -> bool:
    from PySide6.QtWidgets import QMessageBox

    buttons = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setWindowTitle("squeezeviz")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"“{path.name[:80]}” is there already. Replace it?")
    box.setInformativeText("What it holds is lost.")
    box.setStandardButtons(buttons.Yes | buttons.Cancel)
    box.button(buttons.Yes).setText("Replace")
    box.setDefaultButton(buttons.Cancel)
    return box.exec() == buttons.Yes
