"""Taking tables and networks home: every format that is not the one to save in, and the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.files import registry
from squeezeviz.files.registry import FormatInfo, Holds
from squeezeviz.gui.commands import COPIED_AS
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.commands import file_name, filters
from squeezeviz.gui.files.save_path import ask_save_path, if_replaceable
from squeezeviz.gui.settings import Settings
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.gui.widgets.undo_keys import finish_typing
from squeezeviz.model.errors import brief
from squeezeviz.model.text import plain, some


class WritingCommands(QObject):
    """Writes the open table or network as it is; what is unsaved stays unsaved."""

    refused = Signal(str)
    """It could not be written: one sentence."""
    done = Signal(str)
    """It was written or copied: one sentence."""

    def __init__(self, document: Document, settings: Settings, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._document = document
        self._settings = settings
        self._background = background
        self._window = window

    def handlers(self) -> dict[str, Callable[..., object]]:
        """The commands by their ids."""
        copies = {f"copy_table_{each}": lambda _=False, each=each: self.copy(each) for each in COPIED_AS}
        return {"export_table": self.ask_table, "export_network": self.ask_network, **copies}

    def ask_table(self) -> None:
        """Ask where to, then write the table to be read: Markdown, HTML, LaTeX, CSV and others."""
        self._ask("Export Table", [each for each in _writable() if each.holds is Holds.TABLE])

    def ask_network(self) -> None:
        """Ask where to, then write the network to be run: ONNX, PyTorch source, Caffe, weights."""
        formats = [each for each in _writable() if each.holds is not Holds.TABLE]
        # ONNX first: it runs anywhere, and holds the weights that were opened.
        self._ask("Export Network", sorted(formats, key=lambda each: each.id != "onnx"))

    def write(self, path: Path, info: FormatInfo) -> None:
        """Write the open network in that format, in the background."""
        network, weights = self._document.network, self._document.weights

        def work(job: Job) -> None:
            if info.holds is Holds.WEIGHTS:
                from squeezeviz.files import sandbox

                sandbox.write_file(str(path), network.table, info.id, weights, lambda: job.cancelled)
            else:
                registry.write_file(path, network.table, info.id)

        def done(_: None) -> None:
            self._settings.folder = str(path.absolute().parent)
            sentences = [
                f"Exported {path.name}{_with_which(network, weights, info)}.",
                *_losses(network, weights, info),
            ]
            self.done.emit(" ".join(sentences))

        self._background.run(
            f"Exporting {plain(path.name, 60)}…", work, done, lambda error: self.refused.emit(f"Not exported: {error}.")
        )

    def copy(self, format_id: str) -> None:
        """Put the whole table on the clipboard, as text of that format."""
        finish_typing(self._window)
        table = self._document.table
        # A table of a thousand Fire modules takes longer than the window may.
        self._background.run(
            "Copying the table…",
            lambda _: registry.to_text(table, format_id),
            lambda text: self._to_clipboard(format_id, text),
            lambda error: self.refused.emit(f"Not copied: {error}."),
        )

    def _to_clipboard(self, format_id: str, text: str) -> None:
        data = QMimeData()
        data.setText(text)
        if format_id == "html":
            data.setHtml(text)
        QGuiApplication.clipboard().setMimeData(data)
        self.done.emit(f"Copied the table as {COPIED_AS[format_id]}.")

    def _ask(self, title: str, formats: list[FormatInfo]) -> None:
        finish_typing(self._window)
        folder = Path(self._settings.folder or Path.home())
        suggested = folder / f"{file_name(self._document.table.name)}{formats[0].suffixes[0]}"
        first = [each.suffixes[0] for each in formats]
        chosen = ask_save_path(self._window, title, suggested, filters(formats), first)
        if chosen is None:
            return
        named = registry.format_of(chosen.path)
        if named not in formats:
            self.refused.emit(
                f"Not exported: {chosen.path.name} has a suffix that names none of these formats: {', '.join(first)}."
            )
            return
        if_replaceable(self._window, chosen, self._background, lambda: self.write(chosen.path, named))


def _losses(network: ResolvedNetwork, weights: RetainedWeights | None, info: FormatInfo) -> list[str]:
    """Sentences on what is not in the file."""
    from squeezeviz.files.registry import losses  # the start need not wait for it

    found = losses(network.table, info, weights.origin if weights else None)
    return [f"It {lost}." for lost in found]


def _writable() -> list[FormatInfo]:
    return [each for each in registry.FORMATS if each.can_write]


def _with_which(network: ResolvedNetwork, weights: RetainedWeights | None, info: FormatInfo) -> str:
    """Whose weights went into the file."""
    if info.holds is not Holds.WEIGHTS:
        return ""
    if weights is None:
        return " with fresh random weights, as the live pass draws them"
    fresh = some(list(map(brief, weights.of(network).fresh)))
    return f" with the weights of {weights.origin}" + (f", and fresh random ones in {fresh}" if fresh else "")
