"""The commands New, Open and Save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from squeezeviz.files import registry
from squeezeviz.files.on_disk import NOTHING, OnDisk
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import Holds
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.opening import discard, filters, read_network, readable_filters, writes_back
from squeezeviz.gui.files.saving import Save, Saving
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.settings import REOPENS, Settings
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.gui.widgets.field_keys import finish_typing
from squeezeviz.model.errors import LONGEST_FILE, Place
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import action_text, plain

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox


UNTITLED = "Untitled network"


class FileCommands(QObject):
    """Opens and saves tables. Unsaved changes are never lost without a question."""

    refused = Signal(str)
    """A file could not be read or written: one sentence."""
    done = Signal(str)
    """A file was written: one sentence."""
    opened = Signal()
    """A file or preset was opened."""
    reload_wanted = Signal()
    """The open file should be read again from the disk, replacing unsaved changes."""

    def __init__(
        self, document: Document, work: WorkFolder, settings: Settings, background: Background, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._work = work
        self._background = background
        self._settings = settings
        self._window = window
        self.question: QMessageBox | None = None
        """The question about unsaved changes, while it is open."""
        self.saving = Saving(document, window)
        self.saving.refused.connect(self.refused)
        self.saving.done.connect(self.done)
        self.saving.saved.connect(self._remember)
        self.saving.changed.connect(self._ask_changed)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return the command handlers by command id."""
        return {
            "new": self.new,
            "open": self.ask_open,
            "save": self.save,
            "save_as": self.ask_save,
            "reopen_last": lambda on: self._settings.set_flag(REOPENS, on),
        }

    def new(self) -> None:
        if self.may_leave():
            self._document.start(LayerTable(UNTITLED, InputShape(), ()))

    # Qt's dialogs take tens of milliseconds to load, which the first window need not wait for.

    def ask_open(self) -> None:
        if self.may_leave() and (name := self.ask_name("Open")):
            self.open_unasked(name)

    def ask_name(self, title: str) -> str:
        """Ask for a network file to read. Return an empty text if the person cancels."""
        from PySide6.QtWidgets import QFileDialog

        from squeezeviz.gui.files.questions import first_folder

        name, _ = QFileDialog.getOpenFileName(
            self._window, title, str(first_folder(self._document, self._settings)), readable_filters()
        )
        return name

    def open(self, name: str) -> None:
        """Open a file or preset in the background, after the question about unsaved changes."""
        if self.may_leave():
            self.open_unasked(name)

    def save(self) -> bool:
        """Save in the background to the table's file, or ask for one. Return whether a save has begun.

        If the table is just being saved to another file, save there.
        """
        path = self.saving.path or (self._document.path if self._document.writes_back else None)
        return self.ask_save() if path is None else self._write(path)

    def ask_save(self) -> bool:
        """Ask where to save, and save in the background. Return whether a save has begun."""
        from squeezeviz.gui.files.questions import ask_save_path, file_name, folder_to_write

        folder, path = folder_to_write(self._document, self._settings), self._document.path
        suggested = folder / f"{file_name(self._document.table.name)}.toml"
        if path is not None:
            suggested = folder / (path if self._document.writes_back else path.with_suffix(".toml")).name
        formats = [each for each in registry.FORMATS if each.can_write and each.lossless]
        suffixes = [each.suffixes[0] for each in formats]
        chosen = ask_save_path(self._window, "Save As", suggested, filters(formats), suffixes)
        if chosen is None:
            return False
        return self._write(chosen.path, None if chosen.asked else NOTHING)

    def may_leave(self) -> bool:
        """Ask about unsaved changes and wait for a running save. Return False if the person wants to stay."""
        from PySide6.QtWidgets import QMessageBox

        from squeezeviz.gui.files.questions import message_box

        finish_typing(self._window)
        if self.saving.running and not self.saving.wait():
            return False
        buttons = QMessageBox.StandardButton
        for left in self._document.left_unsaved():
            box = message_box(
                self._window,
                f"Leave the changes to “{plain(left, 80)}” unsaved?",
                "It was swapped with the baseline and never saved, so its changes are lost. To keep them, cancel, undo "
                "back to it and save it.",
                QMessageBox.Icon.Question,
            )
            box.setStandardButtons(buttons.Discard | buttons.Cancel)
            box.setDefaultButton(buttons.Cancel)
            if self._answer_to(box) != buttons.Discard:
                return False
        if not self._document.modified:
            return True
        name = self._document.path.name if self._document.path else self._document.table.name
        box = message_box(
            self._window,
            f"Save the changes to “{plain(name, 80)}”?",
            "They are lost otherwise.",
            QMessageBox.Icon.Question,
        )
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        answer = self._answer_to(box)
        if answer == buttons.Save:
            return self.save() and self.saving.wait()
        return answer == buttons.Discard

    def _answer_to(self, box: QMessageBox) -> int:
        self.question = box
        try:
            return box.exec()
        finally:
            self.question = None

    def fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._settings.recent:
            action = menu.addAction(action_text(str(Place(str(path))), LONGEST_FILE))
            action.triggered.connect(lambda _=False, path=path: self.open(str(path)))
        if menu.isEmpty():
            menu.addAction("No recent files").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Forget These").triggered.connect(self._settings.forget_recent)

    def read(self, name: str, job: Job, deploy: str | None = None) -> Opened:
        """Read a network from a file or preset, on a job's thread."""
        return read_network(name, self._work, lambda: job.cancelled, deploy)

    def open_unasked(self, name: str, otherwise: str = "", deploy: str | None = None) -> None:
        """Open a file or preset in the background without a question, or `otherwise` if there is no such file.

        `deploy` is the prototxt of a .caffemodel. If that fails, what is open stays open.
        """
        revision = self._document.revision
        self._background.run(
            f"Opening {plain(Path(name).name, 60)}…",
            lambda job: self.read(otherwise if otherwise and not Path(name).is_file() else name, job, deploy),
            lambda opened: self._show(opened, revision),
            lambda error: self.refused.emit(str(error)),
            after_dialogs=True,
        )

    def _show(self, opened: Opened, revision: int) -> None:
        # Text typed while the file was being read must not be lost either.
        if self._document.revision != revision and not self.may_leave():
            return
        if opened.unknown_geometry is None:
            self._begin(opened)
        else:
            self.settle(opened)

    def settle(self, opened: Opened) -> None:
        """Ask for the geometry if a file of weights does not contain it, then open the network. On Cancel, nothing
        changes."""
        from squeezeviz.gui.files.geometry_dialog import GeometryDialog

        assert opened.unknown_geometry is not None
        dialog = GeometryDialog(opened.unknown_geometry, self._window, caffes=opened.format == "caffemodel")
        if dialog.exec():
            self._begin(opened.in_geometry(dialog.table()))
            return
        deploy = self._ask_prototxt(opened.path) if dialog.prototxt_wanted else ""
        if opened.retained is not self._document.weights:
            discard(opened.retained)
        if deploy:
            self.open_unasked(str(opened.path), deploy=deploy)

    def _ask_prototxt(self, beside: Path | None) -> str:
        from PySide6.QtWidgets import QFileDialog

        caffe = [each for each in registry.FORMATS if each.id == "prototxt"]
        folder = str(beside.parent) if beside is not None else ""
        name, _ = QFileDialog.getOpenFileName(self._window, "The Network of These Weights", folder, filters(caffe)[0])
        return name

    def _begin(self, opened: Opened) -> None:
        self._document.open(opened, writes_back=writes_back(opened))
        if opened.path is not None:
            self._remember(opened.path)
        self.opened.emit()

    def _write(self, path: Path, expected: OnDisk | None = None) -> bool:
        named = registry.format_of(path)
        if named is not None and named.holds is not Holds.TABLE:
            # With fresh weights, this could replace the file with the trained ones.
            self.refused.emit(f"Not saved: {path.name} is for a network; File > Export Network writes one.")
            return False
        self.saving.save(path, expected, self._left_out())
        return True

    def _ask_changed(self, save: Save, found: OnDisk) -> None:
        from squeezeviz.gui.files.questions import Answer, ask_changed, may_replace, what_happened

        if save.expected is None or save.expected is NOTHING:
            if may_replace(self._window, save.path):
                self.saving.do(save.replacing(found))
            return
        happened = what_happened(save.path, save.expected, found)
        match ask_changed(self._window, happened, found):
            case Answer.RELOAD:
                self.reload_wanted.emit()
            case Answer.OVERWRITE:
                self.saving.do(save.replacing(found))
            case Answer.ELSEWHERE:
                self.ask_save()
            case Answer.CANCEL:
                self.refused.emit(f"Not saved: {happened[:1].lower()}{happened[1:]}")

    def _left_out(self) -> str:
        """Return what a layer table cannot store of the network."""
        if self._document.weights is None:
            return ""
        return f" The weights of {self._document.weights.origin} are not in it; Export Network writes them."

    def _remember(self, path: Path) -> None:
        self._settings.remember(path)
        self._settings.set_text("folder", str(path.absolute().parent))
