"""Taking the diagram home: files and clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.files import atomic
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.commands import file_name
from squeezeviz.gui.files.save_path import ask_save_path, if_replaceable
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.figure.layout.rows import Rows
    from squeezeviz.figure.writers.figure import ExportOptions, Figure
    from squeezeviz.gui.export.choices import Subject


"""Formats that are text, and can be pasted as such."""


class ExportCommands(QObject):
    """Writes the diagram as it is seen: the same modules open, the same direction, the same marks.

    `selected` gives the places of the layers that may be exported alone.
    """

    refused = Signal(str)
    done = Signal(str)

    def __init__(
        self,
        document: Document,
        control: DiagramControl,
        selected: Callable[[], list[int]],
        settings: Settings,
        background: Background,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._background = background
        self._document = document
        self._control = control
        self._selected = selected
        self._settings = settings
        self._window = window
        self._chosen: dict[tuple[tuple[str, ...], Rows | None], Rows | None] = {}
        """The rows of the last figure, by the names in its table and what was selected there."""
        self.theme = LIGHT

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        return {"export": self.ask, "copy_picture": self.copy_picture, "copy_svg": self.copy_svg}

    # What only an export needs is loaded by the first one: the window opens sooner.

    def ask(self) -> None:
        """Ask how and where to, then write the figure."""
        from PySide6.QtWidgets import QDialog

        from squeezeviz.figure.writers.export import diagram_format
        from squeezeviz.gui.export.dialog import ExportDialog

        subject = self._subject()
        dialog = ExportDialog(subject, self._settings, self._background, self._window)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        if not accepted:
            return
        options, figure = dialog.options(), dialog.figure()
        self._chosen = {(self._names(), subject.rows): options.diagram.rows}
        if dialog.copy_wanted:
            self._copy(dialog.suffix, options, figure)
            return
        folder = Path(self._settings.folder or Path.home())
        suggested = folder / f"{file_name(self._document.table.name)}.{dialog.suffix}"
        title = f"{diagram_format(dialog.suffix).title} (*.{dialog.suffix})"
        chosen = ask_save_path(self._window, "Export Diagram", suggested, [title], [f".{dialog.suffix}"])
        if chosen is not None:
            if_replaceable(self._window, chosen, self._background, lambda: self.write(chosen.path, options, figure))

    def write(self, path: Path, options: ExportOptions, figure: Figure | None = None) -> None:
        """Write the figure, which may have been drawn already; the suffix says the format."""
        from squeezeviz.figure.writers.export import exported

        network = self._document.network

        def work(job: Job) -> None:
            made = exported(network, path.suffix, options, figure).content
            if not job.cancelled:
                atomic.write_bytes(path, made)

        def done(_: None) -> None:
            self._settings.folder = str(path.absolute().parent)
            self.done.emit(f"Exported {path.name}.")

        self._background.run(
            f"Exporting {plain(path.name, 60)}…", work, done, lambda error: self.refused.emit(f"Not exported: {error}.")
        )

    def copy_picture(self) -> None:
        """The figure as a picture on the clipboard, twice the size on screen."""
        self._copy("png", self._seen())

    def copy_svg(self) -> None:
        """The figure as SVG on the clipboard, as picture data and as text."""
        self._copy("svg", self._seen())

    def _subject(self) -> Subject:
        from squeezeviz.figure.layout.rows import Rows
        from squeezeviz.gui.export.choices import Subject

        rows = self._selected()
        selected = Rows(min(rows), max(rows)) if rows else None
        wanted = self._chosen.get((self._names(), selected))
        return Subject(self._document.network, self._seen(), selected, wanted)

    def _names(self) -> tuple[str, ...]:
        return tuple(layer.name for layer in self._document.table.layers)

    def _seen(self) -> ExportOptions:
        """The figure as the window shows it."""
        from squeezeviz.figure.writers.export import ExportOptions

        return ExportOptions(
            diagram=self._control.options,
            theme=self.theme,
            badges=self._control.badges,
            marks=self._control.marks,
            heat=self._control.heat,
            background=True,
        )

    def _copy(self, suffix: str, options: ExportOptions, figure: Figure | None = None) -> None:
        from squeezeviz.figure.writers.export import exported

        network = self._document.network
        self._background.run(
            "Drawing the diagram…",
            lambda _: exported(network, suffix, options, figure).content,
            lambda made: self._to_clipboard(suffix, made),
            lambda error: self.refused.emit(f"Not copied: {error}."),
        )

    def _to_clipboard(self, suffix: str, made: bytes) -> None:
        from squeezeviz.figure.writers.export import diagram_format

        made_as, data = diagram_format(suffix), QMimeData()
        if suffix == "png":
            data.setImageData(QImage.fromData(made))
        else:
            data.setData(made_as.media_type, QByteArray(made))
        if made_as.is_text:
            data.setText(made.decode())
        QGuiApplication.clipboard().setMimeData(data)
        what = "a picture" if suffix == "png" else made_as.name
        self.done.emit(f"Copied the diagram as {what}.")
