"""Commands that pin a baseline: the present table, a preset or a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.files.opened import Opened
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.opening import discard
from squeezeviz.gui.files.preset_menu import fill_presets
from squeezeviz.gui.panels.compare.baseline import Baseline
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.errors import quoted
from squeezeviz.model.text import plain


class CompareCommands(QObject):
    """The commands of the Compare menu. `Baseline` holds the baseline and the differences."""

    refused = Signal(str)
    """A file could not be read: one sentence."""
    done = Signal(str)
    """Something was put on the clipboard: one sentence."""
    pinned = Signal()
    """Another baseline was pinned, or none: this is not an edit but another comparison."""

    def __init__(
        self, document: Document, baseline: Baseline, files: FileCommands, background: Background, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document = document
        self._baseline = baseline
        self._files = files
        self._background = background
        self._window = window

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return the command handlers by command id."""
        return {
            "pin": self.pin,
            "unpin": self._baseline.unpin,
            "compare_file": self.ask_file,
            "copy_comparison": self.copy,
        }

    def pin(self) -> None:
        """Make the present table the baseline."""
        name, step = self._document.table.name, self._document.stack.undoText()
        self._baseline.pin(self._document.table, f"{name}, after {quoted(step)}" if step else name)
        self.pinned.emit()

    def ask_file(self) -> None:
        name = self._files.ask_name("Compare With")
        if name:
            self.compare_with(name)

    def compare_with(self, name: str) -> None:
        """Make a file or preset the baseline. It is read in the background."""
        self._background.run(
            f"Opening {plain(Path(name).name, 60)}…",
            lambda job: self._files.read(name, job),
            self._pin_opened,
            lambda error: self.refused.emit(str(error)),
        )

    def choose(self) -> None:
        """Show a menu at the pointer that asks for the baseline."""
        menu = QMenu(self._window)
        menu.addAction("File…").triggered.connect(self.ask_file)
        menu.addSeparator()
        fill_presets(menu, "Show what differs from the preset", self.compare_with)
        focused = self._window.focusWidget()
        at = focused.mapToGlobal(focused.rect().bottomLeft()) if focused is not None else QCursor.pos()
        menu.exec(at)
        menu.deleteLater()

    def copy(self) -> None:
        """Copy the comparison to the clipboard as Markdown."""
        from squeezeviz.files.tables.comparison import comparison_markdown

        difference = self._baseline.difference
        if difference is None:
            self.refused.emit("Nothing is pinned; pin a state first (Compare > Pin This State), then change the table.")
            return
        text = comparison_markdown(difference, self._baseline.title, f"{self._document.table.name} (now)")
        self.take_copy(text)

    def take_copy(self, text: str) -> None:
        """Put a finished comparison text on the clipboard."""
        QGuiApplication.clipboard().setText(text)
        self.done.emit("Copied the comparison as Markdown.")

    def _pin_opened(self, found: tuple[Opened, RetainedWeights | None]) -> None:
        opened, weights = found
        discard(weights)
        name = opened.path.name if opened.path else opened.table.name
        self._baseline.pin(opened.table, name)
        self.pinned.emit()
