"""The sentence and the question when a file on the disk differs from what was opened or saved."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from squeezeviz.files.on_disk import Kind, OnDisk
from squeezeviz.model.text import plain, plain_path


class Answer(Enum):
    """What to do with the two versions of a table, one in the window and one on the disk."""

    RELOAD = auto()
    OVERWRITE = auto()
    ELSEWHERE = auto()
    CANCEL = auto()


def what_happened(path: Path, known: OnDisk, found: OnDisk) -> str:
    """Return a sentence that says how the file at `path` differs from the known version."""
    name = f"“{plain(path.name, 80)}”"
    match found.kind:
        case Kind.FILE if known.kind is Kind.FILE and found.real != known.real:
            return f"{name} leads to another file than before: {plain_path(found.real, 200)}."
        case Kind.FILE:
            return f"{name} was changed by another program since it was opened or saved here."
        case Kind.GONE:
            return f"{name} is gone: it was deleted, moved or renamed since it was opened or saved here."
        case Kind.FOLDER:
            return f"There is a folder where {name} was."
        case Kind.IRREGULAR:
            return f"{name} is no longer an ordinary file."
        case Kind.UNREADABLE:
            return f"{name} can no longer be read."


def ask(window: QWidget, happened: str, found: OnDisk) -> Answer:
    """Ask before a file is replaced that somebody else changed. The default answer does nothing."""
    from PySide6.QtWidgets import QMessageBox

    roles = QMessageBox.ButtonRole
    box = QMessageBox(window)
    box.setObjectName("changed_box")
    box.setWindowTitle("squeezeviz")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(happened)
    answers = {box.addButton("Save As…", roles.ActionRole): Answer.ELSEWHERE}
    if found.kind is Kind.FILE:
        box.setInformativeText(
            "It was not saved. Overwrite keeps your table and loses what the file holds now; Reload takes the file’s, "
            "and yours can be brought back."
        )
        answers[box.addButton("Reload", roles.DestructiveRole)] = Answer.RELOAD
        answers[box.addButton("Overwrite", roles.DestructiveRole)] = Answer.OVERWRITE
    else:
        box.setInformativeText("It was not saved.")
        if found.kind in (Kind.GONE, Kind.UNREADABLE):
            answers[box.addButton("Save Anyway", roles.DestructiveRole)] = Answer.OVERWRITE
    cancel = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(cancel)
    box.exec()
    box.deleteLater()
    return answers.get(box.clickedButton(), Answer.CANCEL)  # type: ignore[call-overload, no-any-return]
