"""What a person does with pictures: open, drop or paste them, choose how they are prepared, and name the classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from squeezeviz.gui.actions import Actions
from squeezeviz.gui.commands import PREPARATIONS
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.pictures.open_pictures import Labels, OpenPictures, remove_files
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.errors import errors_at
from squeezeviz.model.resources import RESOURCES
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.gui.pictures.outlook import PicturesOutlook
    from squeezeviz.gui.pictures.reading import Found

# What reads pictures is imported when it is first needed: most windows never show one.

_FOLDER = "picture_folder"
"""The setting of where a file dialog for pictures starts."""


class PictureCommands(QObject):
    """Opens pictures in the background, and changes how they are prepared."""

    refused = Signal(str)
    """A picture could not be read, or names of classes could not: one sentence."""
    opened = Signal()
    """A person opened pictures."""
    lost = Signal(str)
    """Pictures that were open in an earlier window could not be opened again: one sentence."""

    def __init__(
        self,
        pictures: OpenPictures,
        document: Document,
        work: WorkFolder,
        settings: Settings,
        background: Background,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._pictures, self._document, self._work = pictures, document, work
        self._settings, self._background, self._window = settings, background, window

    def fill_menu(self, menu: QMenu, actions: Actions) -> None:
        """Fill the menu of the toolbar's button."""
        menu.addActions([actions["open_picture"], actions["example_picture"]])
        menu.addSeparator()
        menu.addActions([actions[f"prepare_{each}"] for each in PREPARATIONS])
        menu.addSeparator()
        menu.addActions([actions["labels"], actions["no_picture"]])

    # Ways in

    def ask_open(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        from squeezeviz.gui.pictures.reading import name_filter

        folder = self._settings.text(_FOLDER) or str(Path.home())
        paths, _ = QFileDialog.getOpenFileNames(self._window, "Open Pictures", folder, name_filter())
        if paths:
            self._settings.set_text(_FOLDER, str(Path(paths[0]).parent))
            self.open(paths)

    def open_example(self) -> None:
        self.open([str(RESOURCES / "pictures" / "chelsea.png")])

    def open(self, paths: Sequence[str]) -> None:
        """Read these pictures in the background, and show them in place of those that are open."""
        from squeezeviz.analysis.pictures.batch import MOST_PICTURES

        if len(paths) > MOST_PICTURES:
            self.refused.emit(f"These are {len(paths):,} pictures; at most {MOST_PICTURES} are open at once.")
            return
        if not paths:
            return
        title = plain(Path(paths[0]).name, 60) if len(paths) == 1 else f"{len(paths)} pictures"
        self._read(f"Opening {title}…", lambda: list(paths), self._show)

    def take(self, data: QMimeData) -> bool:
        """Open the pictures that a clipboard or a drag holds. Return False if it holds none, or something else too."""
        from squeezeviz.gui.pictures.reading import holds_picture, pasted_paths, put_into_file

        if paths := pasted_paths(data):
            self.open(paths)
            return True
        if not holds_picture(data):
            return False
        write = put_into_file(data, self._work)
        self._read("Opening the pasted picture…", lambda: [write()], self._show)
        return True

    def outlook(self) -> PicturesOutlook | None:
        """Return what is open, for `reopen` in a later window."""
        from squeezeviz.gui.pictures.outlook import outlook_of

        return outlook_of(self._pictures)

    def reopen(self, outlook: PicturesOutlook) -> None:
        """Open again what was open in an earlier window. What is gone is said."""
        pictures, outlook = self._pictures, outlook.plausible
        pictures.choose(outlook.chosen)
        if outlook.labels:
            self._read_labels(outlook.labels, self.lost.emit)

        def show(found: Found) -> None:
            for error in found.errors:
                self.lost.emit(f"A picture that was open could not be opened again. {error}")
            pictures.know(outlook.fitting)
            if found.pictures:
                pictures.open(found.pictures, outlook.current if not found.errors else 0)

        if outlook.files:
            self._read("", lambda: list(outlook.files), show)

    def _read(self, title: str, paths: Callable[[], list[str]], show: Callable[[Found], None]) -> None:
        work = self._work

        def read(job: Job) -> Found:
            from squeezeviz.gui.pictures.reading import read_pictures  # on the thread: it brings much with it

            found = read_pictures(paths(), work, lambda: job.cancelled)
            if job.cancelled:  # nobody gets them
                for each in found.pictures:
                    remove_files(each.retained)
            return found

        self._background.run(title, read, show, lambda error: self.refused.emit(str(error)))

    def _show(self, found: Found) -> None:
        if found.pictures:
            self._pictures.open(found.pictures)
            self.opened.emit()
        if found.errors:
            more = f". {len(found.errors) - 1} more could not be read either." if len(found.errors) > 1 else ""
            self.refused.emit(f"{found.errors[0]}{more}")

    # How they are prepared

    def prepare(self, how: str) -> None:
        """Prepare pictures in one of `PREPARATIONS`; a person is asked for numbers of their own."""
        from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS

        if how == "own":
            self._ask_numbers()
        else:
            self._pictures.choose(PREPROCESSINGS.get(how))

    def _ask_numbers(self) -> None:
        from squeezeviz.analysis.pictures.preprocessing import TORCHVISION
        from squeezeviz.gui.pictures.own_numbers import ask_numbers

        hint = self._pictures.hint
        chosen = ask_numbers(self._window, hint.preprocessing if hint is not None else TORCHVISION)
        self._pictures.choose(chosen or self._pictures.chosen)

    # The names of classes

    def ask_labels(self) -> None:
        """Ask for a file with a name of a class on each line. Cancel changes nothing."""
        from PySide6.QtWidgets import QFileDialog

        folder = self._settings.text(_FOLDER) or str(Path.home())
        path, _ = QFileDialog.getOpenFileName(
            self._window, "Names of Classes, One a Line", folder, "Texts (*.txt *.names *.csv);;All files (*)"
        )
        if path:
            self._read_labels(path, self.refused.emit)

    def _read_labels(self, path: str, refused: Callable[[str], None]) -> None:
        layers = self._document.network.layers
        classes = layers[-1].shape.channels if layers else 0

        def read() -> Labels:
            from squeezeviz.analysis.pictures.classes import parse_names
            from squeezeviz.files.reading import read_text

            with errors_at(file=path):
                return Labels(path, parse_names(read_text(Path(path)), classes))

        self._background.run(
            "Reading the names of classes…",
            lambda _: read(),
            self._pictures.set_labels,
            lambda error: refused(str(error)),
        )
