"""Taking the diagram, the table or the network home: files in formats other than the one to save in, and copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files import registry
from squeezeviz.files.registry import FormatInfo, Holds
from squeezeviz.files.tables.formats import COPIED_AS
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.opening import filters
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.gui.widgets.field_keys import finish_typing
from squeezeviz.model.errors import brief
from squeezeviz.model.text import plain, some

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.figure.theme.look import Rows
    from squeezeviz.figure.writers.drawn import DrawnPicture
    from squeezeviz.figure.writers.export import DiagramFormat
    from squeezeviz.figure.writers.figure import ExportOptions, Figure
    from squeezeviz.gui.export.choices import PictureSubject, Subject
    from squeezeviz.gui.export.dialog import ExportDialog
    from squeezeviz.gui.files.questions import Chosen
    from squeezeviz.gui.maps.figure_maps import FigureMaps

_NO_LAYER = "No layer to take is selected: select one first."
_FOLDER = "export_folder"
"""The setting of where something was exported last."""


class ExportCommands(QObject):
    """Writes and copies the diagram as it is seen, and the table or network as it is; what is unsaved stays unsaved.

    `selected` gives the places of the layers that may be exported alone, `maps` the feature maps of the last pass.
    """

    refused = Signal(str)
    """It could not be written: one sentence."""
    done = Signal(str)
    """It was written or copied: one sentence."""

    def __init__(
        self,
        document: Document,
        control: DiagramControl,
        selected: Callable[[], list[int]],
        maps: Callable[[], FigureMaps],
        settings: Settings,
        background: Background,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._background = background
        self._document = document
        self._control = control
        self._selected = selected
        self._maps = maps
        self._settings = settings
        self._window = window
        self._chosen: dict[tuple[tuple[str, ...], Rows | None], Rows | None] = {}
        """The rows of the last figure, by the names in its table and what was selected there."""
        self._copied_maps: FigureMaps | None = None
        """Those of a figure that is copied as soon as they are here."""

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        copies = {f"copy_table_{each}": lambda _=False, each=each: self.copy_table(each) for each in COPIED_AS}
        return {
            "export": self.ask_figure,
            "print": self.ask_print,
            "copy_picture": lambda: self._copy_seen("png"),  # twice the size on screen
            "copy_svg": lambda: self._copy_seen("svg"),
            "export_selection": self.ask_selected_figure,
            "copy_selection": self.copy_selected,
            "export_table": self.ask_table,
            "export_network": self.ask_network,
            **copies,
        }

    # The diagram. What only an export needs is loaded by the first one: the window opens sooner.

    def ask_figure(self) -> None:
        """Ask how and where to, then write the figure."""
        self._ask_figure(self._subject())

    def ask_selected_figure(self) -> None:
        """The same of the selected layers alone."""
        subject = self._subject()
        if subject.rows is None:
            self._refuse_rows()
        else:
            self._ask_figure(replace(subject, wanted=subject.rows))

    def copy_selected(self) -> None:
        """Copy what the window shows of the selected layers as a picture."""
        rows = self._selected_rows()
        if rows is None:
            self._refuse_rows()
        else:
            self._copy_seen("png", rows)

    def _asked(self, subject: Subject | PictureSubject, no_printer: str = "") -> ExportDialog | None:
        """Show the dialog; return it with what was chosen, None where a person thinks better of it."""
        from PySide6.QtWidgets import QDialog

        from squeezeviz.gui.export.dialog import ExportDialog

        dialog = ExportDialog(subject, self._settings, self._window, no_printer)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return dialog if accepted else None

    def _ask_figure(self, subject: Subject) -> None:
        dialog = self._asked(subject)
        if dialog is None:
            return
        options, figure, suffix = dialog.options(), dialog.figure(), dialog.suffix
        self._chosen = {(_names(subject.network), subject.rows): options.diagram.rows}
        if dialog.copy_wanted:
            self._copy_figure(suffix, subject.network, options, figure)
        else:
            self._ask_where(suffix, subject.network, options, figure)

    def ask_print(self) -> None:
        """Ask how and on what, then print the figure; where there is no printer, save its page as a PDF."""
        from squeezeviz.gui.export.printing import Paper

        paper = Paper()
        subject = replace(self._subject(), page=paper.page)
        dialog = self._asked(subject, paper.why_not)
        if dialog is None:
            return
        options, figure, page = dialog.options(), dialog.figure(), dialog.options().size
        assert page is not None
        if paper.why_not:
            self._ask_where(dialog.suffix, subject.network, options, figure)
            return
        printer = paper.ask(page, subject.network.table.name, self._window)
        if printer is not None:
            self._print(printer, subject.network, options, figure)

    def _print(
        self, printer: QPrinter, network: ResolvedNetwork, options: ExportOptions, figure: Figure | None
    ) -> None:
        """Print the figure, drawn anew for the page that was chosen last."""
        from squeezeviz.figure.writers.figure import figure_of
        from squeezeviz.gui.export.printing import page_of, print_figure

        page = page_of(printer)

        def work(job: Job) -> bool:
            drawn = figure if figure is not None and page == options.size else None
            drawn = drawn or figure_of(network, options._replace(size=page))
            job.check()
            return print_figure(drawn, printer)

        def done(taken: bool) -> None:
            if taken:
                self.done.emit("Printed the diagram.")
            else:
                self.refused.emit("Not printed: the printer does not take the page. Choose another, or save a PDF.")

        self._background.run(
            "Printing the diagram…", work, done, lambda error: self.refused.emit(f"Not printed: {error}.")
        )

    def _ask_where(self, suffix: str, network: ResolvedNetwork, options: ExportOptions, figure: Figure | None) -> None:
        """Ask where to, then write that network's figure, whatever is open by then."""
        from squeezeviz.figure.writers.export import diagram_format

        title = f"{diagram_format(suffix).title} (*.{suffix})"
        parts = _parts(network, options.diagram.rows)
        chosen = self._ask_path("Export Diagram", [title], [f".{suffix}"], network.table.name, parts)
        if chosen is not None:
            path = chosen.path
            self._if_replaceable(chosen, lambda: self.write_figure(path, options, figure, network))

    def write_figure(
        self, path: Path, options: ExportOptions, figure: Figure | None = None, shown: ResolvedNetwork | None = None
    ) -> None:
        """Write the figure, which may have been drawn already; the suffix says the format.

        It is the figure of the network that was `shown` to be exported, by default the open one.
        """
        from squeezeviz.files import atomic

        network = shown or self._named()

        def work(job: Job) -> None:
            from squeezeviz.gui.export.process import content_of

            made = content_of(network, path.suffix, options, figure, lambda: job.cancelled)
            atomic.write_bytes(path, made, before_replace=job.check)

        self._write(path, work, [f"Exported {path.name}."])

    def _subject(self) -> Subject:
        from squeezeviz.gui.export.choices import Subject

        selected = self._selected_rows()
        wanted = self._chosen.get((_names(self._document.network), selected))
        return Subject(self._named(), self.seen(), selected, wanted, self._maps())

    def _selected_rows(self) -> Rows | None:
        """From the first selected layer to the last; None where none is, or they do not follow one another."""
        from squeezeviz.figure.theme.look import Rows

        rows = self._selected()
        return Rows(rows[0], rows[-1]) if rows and rows[-1] - rows[0] < len(rows) else None

    def _refuse_rows(self) -> None:
        apart = "The selected layers do not follow one another: select some that do for a figure of them."
        self.refused.emit(apart if self._selected() else _NO_LAYER)

    def _named(self) -> ResolvedNetwork:
        """The open network, under a name that claims to be no preset that was edited."""
        from squeezeviz.files.presets import named_as_edited

        return named_as_edited(self._document.network)

    def seen(self) -> ExportOptions:
        """The figure as the window shows it: the same modules open, the same direction, the same marks."""
        from squeezeviz.figure.writers.figure import ExportOptions

        look = self._control.appearance
        return ExportOptions(
            diagram=self._control.options,
            theme=look.theme,
            badges=look.badges,
            marks=look.marks,
            heat=look.heat,
            background=True,
            columns=self._control.columns,
        )

    def _copy_seen(self, suffix: str, rows: Rows | None = None) -> None:
        """Copy what the window shows, or those rows of it, with the feature maps in its boxes once they are fetched."""
        network, options = self._named(), self.seen()
        options = options._replace(diagram=options.diagram._replace(rows=rows))
        if not self._control.shows_strips:
            self._copy_figure(suffix, network, options)
            return
        maps = self._copied_maps = self._maps()

        def go_on() -> None:
            strips = maps.strips(options.diagram, options.theme)
            if (strips is None and not maps.why_not) or maps is not self._copied_maps:
                return  # they are fetched, or more was copied meanwhile
            self._copied_maps = None
            without = f" Feature maps are not on it. {maps.why_not}." if maps.why_not else ""
            self._copy_figure(suffix, network, options._replace(maps=strips), without=without)

        maps.changed.connect(go_on)
        go_on()

    def _copy_figure(
        self,
        suffix: str,
        network: ResolvedNetwork,
        options: ExportOptions,
        figure: Figure | None = None,
        without: str = "",
    ) -> None:
        """Put the figure on the clipboard: a PNG as a picture of lines and of pixels, other formats as data.

        What is text is text there too; `without` says what is not on it.
        """
        from squeezeviz.figure.writers.export import diagram_format
        from squeezeviz.gui.export.process import content_of

        def make(suffix: str, job: Job) -> bytes:
            return content_of(network, suffix, options, figure, lambda: job.cancelled)

        self._copy_made("Drawing the diagram…", make, diagram_format(suffix), "the diagram", without)

    def _copy_made(
        self, title: str, make: Callable[[str, Job], bytes], written: DiagramFormat, what: str, without: str = ""
    ) -> None:
        """Put what `make` returns of a suffix on the clipboard; a PNG as a picture of lines too, text as text too."""
        from squeezeviz.gui.export.clipboard import as_data, as_picture, for_clipboard

        picture = written.suffix == "png"

        def done(made: Mapping[str, bytes]) -> None:
            data = as_picture(made) if picture else as_data(made)
            if written.is_text:
                data.setText(made[written.media_type].decode())
            self._to_clipboard(data, f"Copied {what} as {'a picture' if picture else written.name}.{without}")

        def work(job: Job) -> Mapping[str, bytes]:
            if picture:
                return for_clipboard(lambda suffix: make(suffix, job))
            return {written.media_type: make(written.suffix, job)}

        self._copy(title, work, done)

    # Other pictures

    def export_picture(self, picture: DrawnPicture) -> None:
        """Ask how and where to, then write a picture; or copy it as it was chosen."""
        from squeezeviz.gui.export.choices import PictureSubject

        dialog = self._asked(PictureSubject(picture))
        if dialog is None:
            return
        options, choices = dialog.options(), dialog.choices
        if dialog.copy_wanted:
            self._copy_drawn(picture, options, choices.written)
            return
        formats = sorted(choices.formats, key=lambda each: each is not choices.written)
        suffixes = [f".{each.suffix}" for each in formats]
        filters = [f"{each.title} (*.{each.suffix})" for each in formats]
        chosen = self._ask_path("Export Picture", filters, suffixes, picture.name)
        if chosen is None:
            return
        path = chosen.path
        if path.suffix.lower() not in suffixes:
            self._refuse_suffix(path, suffixes)
        else:
            self._if_replaceable(chosen, partial(self.write_picture, path, picture, options))

    def write_picture(self, path: Path, picture: DrawnPicture, options: ExportOptions | None = None) -> None:
        """Write a picture, in its own theme where no options are given; the suffix says the format."""
        from squeezeviz.files import atomic

        wanted = options or picture.usual

        def work(job: Job) -> None:
            from squeezeviz.gui.export.process import content_of_picture

            made = content_of_picture(picture, path.suffix, wanted, lambda: job.cancelled)
            atomic.write_bytes(path, made, before_replace=job.check)

        self._write(path, work, [f"Exported {path.name}."])

    def copy_picture(self, picture: DrawnPicture) -> None:
        """Put a picture on the clipboard, as lines to edit and as pixels."""
        from squeezeviz.figure.writers.export import diagram_format

        self._copy_drawn(picture, picture.usual, diagram_format("png"))

    def _copy_drawn(self, picture: DrawnPicture, options: ExportOptions, written: DiagramFormat) -> None:
        from squeezeviz.gui.export.process import content_of_picture

        def make(suffix: str, job: Job) -> bytes:
            return content_of_picture(picture, suffix, options, lambda: job.cancelled)

        self._copy_made(f"Drawing {picture.what}…", make, written, picture.what)

    # The table and the network

    def ask_table(self) -> None:
        """Ask where to, then write the table to be read: Markdown, HTML, LaTeX, CSV and others."""
        self._ask("Export Table", [each for each in _writable() if each.holds is Holds.TABLE])

    def ask_network(self) -> None:
        """Ask where to, then write the network to be run: ONNX, PyTorch source, Caffe, weights."""
        formats = [each for each in _writable() if each.holds is not Holds.TABLE]
        # ONNX first: it runs anywhere, and holds the weights that were opened.
        self._ask("Export Network", sorted(formats, key=lambda each: each.id != "onnx"))

    def write_network(
        self, path: Path, info: FormatInfo, network: ResolvedNetwork, weights: RetainedWeights | None
    ) -> None:
        """Write that table or network in that format, in the background."""
        from squeezeviz.files import atomic

        def work(job: Job) -> None:
            if info.holds is Holds.WEIGHTS:
                from squeezeviz.files import sandbox

                sandbox.write_file(str(path), network.table, info.id, weights, lambda: job.cancelled)
            else:
                made = registry.file_bytes(path, network.table, info.id)
                atomic.write_bytes(path, made, before_replace=job.check)

        lost = registry.losses(network.table, info, weights.origin if weights else None, _said_by(weights, network))
        said = f"Exported {path.name}{_with_which(network, weights, info)}."
        self._write(path, work, [said, *(f"It {each}." for each in lost)])

    def copy_table(self, format_id: str) -> None:
        """Put the whole table on the clipboard, as text of that format."""
        finish_typing(self._window)
        table = self._document.table

        def done(text: str) -> None:
            data = QMimeData()
            data.setText(text)
            if format_id == "html":
                data.setHtml(text)
            self._to_clipboard(data, f"Copied the table as {COPIED_AS[format_id]}.")

        # A table of a thousand Fire modules takes longer than the window may.
        self._copy("Copying the table…", lambda _: registry.to_text(table, format_id), done)

    def _ask(self, title: str, formats: list[FormatInfo]) -> None:
        finish_typing(self._window)
        first = [each.suffixes[0] for each in formats]
        network, weights = self._document.network, self._document.weights
        chosen = self._ask_path(title, filters(formats), first)
        if chosen is None:
            return
        named = registry.format_of(chosen.path)
        if named not in formats:
            self._refuse_suffix(chosen.path, first)
            return
        self._if_replaceable(chosen, lambda: self.write_network(chosen.path, named, network, weights))

    # All of them

    def _ask_path(
        self, title: str, filters: Sequence[str], suffixes: Sequence[str], name: str = "", parts: Sequence[str] = ()
    ) -> Chosen | None:
        from squeezeviz.gui.files.questions import ask_save_path, file_name, folder_to_write

        folder = folder_to_write(self._document, self._settings, self._settings.text(_FOLDER))
        suggested = folder / f"{file_name(name or self._document.table.name, parts)}{suffixes[0]}"
        return ask_save_path(self._window, title, suggested, filters, suffixes)

    def _if_replaceable(self, chosen: Chosen, act: Callable[[], object]) -> None:
        from squeezeviz.gui.files.questions import if_replaceable

        if_replaceable(self._window, chosen, self._background, act)

    def _refuse_suffix(self, path: Path, known: Sequence[str]) -> None:
        self.refused.emit(
            f"Not exported: {path.name} has a suffix that names none of these formats: {', '.join(known)}."
        )

    def _write(self, path: Path, work: Callable[[Job], None], sentences: Sequence[str]) -> None:
        def done(_: None) -> None:
            for each in (_FOLDER, "folder"):
                self._settings.set_text(each, str(path.absolute().parent))
            self.done.emit(" ".join(sentences))

        title = f"Exporting {plain(path.name, 60)}…"
        self._background.run(title, work, done, lambda error: self.refused.emit(f"Not exported: {error}."))

    def _copy(self, title: str, work: Callable[[Job], object], done: Callable[..., None]) -> None:
        self._background.run(title, work, done, lambda error: self.refused.emit(f"Not copied: {error}."))

    def _to_clipboard(self, data: QMimeData, sentence: str) -> None:
        QGuiApplication.clipboard().setMimeData(data)
        self.done.emit(sentence)


def _writable() -> list[FormatInfo]:
    return [each for each in registry.FORMATS if each.can_write]


def _names(network: ResolvedNetwork) -> tuple[str, ...]:
    return tuple(layer.name for layer in network.table.layers)


def _parts(network: ResolvedNetwork, rows: Rows | None) -> tuple[str, ...]:
    """The words that tell these rows in a file's name: `fire2`, or `fire2`, `to`, `fire4`; none for all rows."""
    names = _names(network)
    if rows is None or (rows.first, rows.last) == (0, len(names) - 1):
        return ()
    return (names[rows.first],) if rows.first == rows.last else (names[rows.first], "to", names[rows.last])


def _said_by(weights: RetainedWeights | None, network: ResolvedNetwork) -> frozenset[str]:
    """Return the rows of which the weights that are written with them say how they are stored."""
    if weights is None:
        return frozenset()
    from squeezeviz.analysis.weight_statistics import rows_said

    return rows_said(network.table.layers, weights.stored).intersection(weights.of(network).fitting)


def _with_which(network: ResolvedNetwork, weights: RetainedWeights | None, info: FormatInfo) -> str:
    """Whose weights went into the file."""
    if info.holds is not Holds.WEIGHTS:
        return ""
    if weights is None:
        return " with fresh random weights, as the live pass draws them"
    fresh = some(list(map(brief, weights.of(network).fresh)))
    return f" with the weights of {weights.origin}" + (f", and fresh random ones in {fresh}" if fresh else "")
