"""What is asked before a file is written: where to, and whether to replace what is there.

Loaded with the first question, as Qt's dialogs take tens of milliseconds to load.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from squeezeviz.files.on_disk import Kind, OnDisk
from squeezeviz.gui.document import Document
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain, plain_path


def message_box(window: QWidget, text: str, informative: str, icon: QMessageBox.Icon | None = None) -> QMessageBox:
    """Return a box that says this. The caller adds its buttons."""
    box = QMessageBox(window)
    box.setWindowTitle("squeezeviz")
    if icon is not None:
        box.setIcon(icon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(informative)
    return box


_LONGEST_NAME, _LONGEST_PART = 120, 20
_MOST_BYTES = 200
"""Of a proposed name, so that with a suffix, and what is written aside, it stays below the 255 that disks take."""


def file_name(name: str, parts: Sequence[str] = ()) -> str:
    """Return a network's name as a file name, without a suffix; after it come the names of those parts that it is."""
    ending = "".join(f"-{_in_a_file_name(part)[:_LONGEST_PART]}" for part in parts)
    whole = _in_a_file_name(name)
    kept = whole[: _LONGEST_NAME - len(ending)]
    while len(f"{kept}{ending}".encode()) > _MOST_BYTES:
        kept = kept[:-1]
    if kept != whole and whole[len(kept)] != " ":  # rather without the last word than in it
        before = kept.rpartition(" ")[0]
        kept = before if len(before) > len(kept) / 2 else kept
    return f"{_in_a_file_name(kept) or 'network'}{ending}"


def _in_a_file_name(name: str) -> str:
    kept = "".join(character if character.isalnum() or character in " .-_()" else "-" for character in name)
    return kept.strip(" .-")


def first_folder(document: Document, settings: Settings) -> Path:
    """Return where a file dialog starts: beside the open file, else where a file was opened or written last.

    The dialog checks whether it still exists, because that may take long.
    """
    if document.path is not None:
        return document.path.absolute().parent
    return Path(settings.text("folder") or Path.home())


def folder_to_write(document: Document, settings: Settings, last: str = "") -> Path:
    """Return where a dialog for a new file starts: in the `last` folder, if there is one, else in `first_folder`, and
    among the person's documents where nothing can be written in these."""
    for folder in (*([Path(last)] if last else []), first_folder(document, settings)):
        if os.access(folder, os.W_OK):
            return folder
    documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return documents if documents.is_dir() else Path.home()


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
    buttons = QMessageBox.StandardButton
    text = f"“{plain(path.name, 80)}” is there already. Replace it?"
    box = message_box(window, text, "What it holds is lost.", QMessageBox.Icon.Warning)
    box.setStandardButtons(buttons.Yes | buttons.Cancel)
    box.button(buttons.Yes).setText("Replace")
    box.setDefaultButton(buttons.Cancel)
    return box.exec() == buttons.Yes


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


def ask_changed(window: QWidget, happened: str, found: OnDisk) -> Answer:
    """Ask before a file is replaced that somebody else changed. The default answer does nothing."""
    roles = QMessageBox.ButtonRole
    box = message_box(window, happened, "It was not saved.", QMessageBox.Icon.Warning)
    box.setObjectName("changed_box")
    answers = {box.addButton("Save As…", roles.ActionRole): Answer.ELSEWHERE}
    if found.kind is Kind.FILE:
        box.setInformativeText(
            "It was not saved. Overwrite keeps your table and loses what the file holds now; Reload takes the file’s, "
            "and yours can be brought back."
        )
        answers[box.addButton("Reload", roles.DestructiveRole)] = Answer.RELOAD
        answers[box.addButton("Overwrite", roles.DestructiveRole)] = Answer.OVERWRITE
    elif found.kind in (Kind.GONE, Kind.UNREADABLE):
        answers[box.addButton("Save Anyway", roles.DestructiveRole)] = Answer.OVERWRITE
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    box.deleteLater()
    return answers.get(box.clickedButton(), Answer.CANCEL)  # type: ignore[call-overload, no-any-return]
