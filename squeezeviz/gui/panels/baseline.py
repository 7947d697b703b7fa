"""The baseline: what was pinned, what differs from it after every edit, and the commands that pin something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.opened import Opened
from squeezeviz.gui.document import Brought, Document
from squeezeviz.gui.files.commands import FileCommands
from squeezeviz.gui.files.opening import discard, fill_presets
from squeezeviz.gui.widgets.background import Background
from squeezeviz.model.errors import quoted
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference
    from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint
    from squeezeviz.analysis.weights import RetainedWeights


SWAP = "Swap with the baseline"
"""The name of the undo step."""


class Side(NamedTuple):
    """One of two networks that are compared: what it is called, the weights that it comes with, and how pictures are
    prepared for these, where that is known."""

    table: LayerTable
    title: str
    weights: RetainedWeights | None
    preprocessing: PreprocessingHint | None


class Baseline(QObject):
    """Holds what was pinned until something else is, or nothing; opening another file leaves it pinned.

    The document's present state may be pinned, and so may a table that was never open in it.
    """

    changed = Signal(object)
    """The Difference after a pin and after every edit, one with nothing in it included; None where none is pinned."""

    pinned = Signal()
    """Something else is pinned, or nothing any more: no edit, but another comparison."""
    swapped = Signal()
    """The open network was swapped with the baseline, or a step that did so was taken back or done again."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.network: ResolvedNetwork | None = None
        """What is pinned."""
        self.weights: RetainedWeights | None = None
        """The weights that it came with."""
        self.preprocessing: PreprocessingHint | None = None
        """How pictures are prepared for these, where that is known."""
        self.difference: Difference | None = None
        """From what is pinned; None where nothing is."""
        self.title = ""
        """What the baseline is called; empty where none is pinned."""
        self._swaps: list[tuple[Side, Side, Path | None]] = []
        """What was open, and pinned, before each swap, and the file that Save wrote without a question."""
        document.revisited.connect(self._follow_step)
        document.started.connect(self._swaps.clear)

    def pin(
        self,
        table: LayerTable,
        title: str,
        weights: RetainedWeights | None = None,
        preprocessing: PreprocessingHint | None = None,
    ) -> None:
        """Compare with `table` from now on, instead of what was pinned before."""
        self.network, self.title, self.weights = resolve(table), title, weights
        self.preprocessing = preprocessing if weights is not None else None
        self.follow(self._document.network)
        self.pinned.emit()

    def swap(self, title: str, fitting: PreprocessingHint | None) -> None:
        """Open what is pinned, and pin what is open under `title`, as one undo step, which takes back both.

        `fitting` says how pictures are prepared for the open weights. Save asks for a name before it writes over the
        file, which held the other network.
        """
        document, pinned = self._document, self.network
        if pinned is None or pinned.table == document.table:
            return
        was_open = Side(document.table, title, document.weights, fitting)
        was_pinned = Side(pinned.table, self.title, self.weights, self.preprocessing)
        self._swaps.append((was_open, was_pinned, document.path if document.writes_back else None))
        left = document.path.name if document.path and document.writes_back else document.table.name
        document.writes_back = False
        document.edit(SWAP, pinned.table, brought=Brought(self.weights, left))
        self._settle(was_open, was_pinned)

    def _follow_step(self, before: LayerTable, now: LayerTable, _: object) -> None:
        """A step that swapped was taken back, or done again: swap what is pinned too, unless it is another by now."""
        if self.network is None or self.network.table is not now:
            return
        for one, other, written in self._swaps:
            for left, come in ((one, other), (other, one)):
                if left.table is before and come.table is now:
                    document = self._document
                    document.writes_back = come is one and written is not None and written == document.path
                    self._settle(left, come)
                    return

    def _settle(self, pinned: Side, opened: Side) -> None:
        self._document.preprocessing = opened.preprocessing
        self.pin(*pinned)
        self.swapped.emit()

    def unpin(self) -> None:
        if self.network is not None:
            self.network, self.weights, self.difference, self.title = None, None, None, ""
            self.preprocessing = None
            self.changed.emit(None)
            self.pinned.emit()

    def follow(self, network: ResolvedNetwork) -> None:
        from squeezeviz.analysis.difference import difference

        if self.network is not None:
            self.difference = difference(self.network, network, self.difference)
            self.changed.emit(self.difference)


class CompareCommands(QObject):
    """The commands of the Compare menu: pin the present table, a preset or a file, and copy the comparison."""

    refused = Signal(str)
    """A file could not be read: one sentence."""
    done = Signal(str)
    """Something was put on the clipboard: one sentence."""
    pinned = Signal()
    """A person pinned something, and wants to see the comparison."""

    def __init__(
        self,
        document: Document,
        baseline: Baseline,
        files: FileCommands,
        background: Background,
        fitting: Callable[[], PreprocessingHint | None],
        window: QWidget,
    ) -> None:
        """`fitting` returns how pictures are prepared for the open weights, once that is known."""
        super().__init__(window)
        self._document, self._fitting = document, fitting
        self._baseline = baseline
        self._files = files
        self._background = background
        self._window = window
        self._read: RetainedWeights | None = None
        """Weights of a baseline that is a file; it is nobody else's."""
        baseline.pinned.connect(self._discard_others)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """Return the command handlers by command id."""
        return {
            "pin": self.pin,
            "swap": self.swap,
            "unpin": self._baseline.unpin,
            "compare_file": self.ask_file,
            "copy_comparison": self.copy,
        }

    def pin(self) -> None:
        """Make the present table the baseline."""
        self._pin(self._document.table, self._title, self._document.weights, self._fitting())

    @property
    def _title(self) -> str:
        """What the present table is called once it is pinned."""
        name, step = self._document.table.name, self._document.stack.undoText()
        return f"{name}, after {quoted(step)}" if step and step != SWAP else name

    def swap(self) -> None:
        """Open the baseline's table, and make the open one the baseline."""
        pinned = self._baseline.network
        if pinned is None:
            self.refused.emit("Nothing is pinned to swap with; choose what to compare with first (Compare > With …).")
        elif pinned.table == self._document.table:
            self.refused.emit("The baseline and the open table are the same: there is nothing to swap.")
        else:
            self._read = None  # the document has these weights now
            self._baseline.swap(self._title, self._fitting())
            self.done.emit("Swapped with the baseline; undo takes it back.")

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
            after_dialogs=True,
        )

    def choose(self) -> None:
        """Show a menu at the pointer that asks for the baseline."""
        menu = QMenu(self._window)
        menu.addAction("Compare with").setEnabled(False)
        menu.addAction("The State as It Is Now").triggered.connect(self.pin)
        menu.addAction("File…").triggered.connect(self.ask_file)
        menu.addSeparator()
        fill_presets(menu, "Show what differs from the preset", self.compare_with)
        focused = self._window.focusWidget()
        at = focused.mapToGlobal(focused.rect().bottomLeft()) if focused is not None else QCursor.pos()
        menu.exec(at)
        menu.deleteLater()

    def copy(self) -> None:
        from squeezeviz.files.tables.comparison import comparison_markdown

        difference = self._baseline.difference
        if difference is None:
            self.refused.emit("Nothing is pinned; pin a state first (Compare > Pin This State), then change the table.")
            return
        text = comparison_markdown(difference, self._baseline.title, f"{self._document.table.name} (now)")
        QGuiApplication.clipboard().setText(text)
        self.done.emit("Copied the comparison as Markdown.")

    def _pin_opened(self, opened: Opened) -> None:
        title = opened.path.name if opened.path else opened.table.name
        self._pin(opened.table, title, opened.retained, opened.preprocessing)
        self._read = opened.retained

    def _pin(
        self, table: LayerTable, title: str, weights: RetainedWeights | None, preprocessing: PreprocessingHint | None
    ) -> None:
        self._baseline.pin(table, title, weights, preprocessing)
        self.pinned.emit()

    def _discard_others(self) -> None:
        """Delete the weights of a file that was the baseline and is no longer."""
        if self._read is not self._baseline.weights:
            discard(self._read)
            self._read = None
