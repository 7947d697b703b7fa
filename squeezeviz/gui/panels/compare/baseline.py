"""What was pinned, and what differs from it after every edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.difference import Difference, difference
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.gui.document import Document
from squeezeviz.model.table import LayerTable


class Baseline(QObject):
    """Holds what was pinned until something else is, or nothing; opening another file leaves it pinned.

    The document's present state may be pinned, and so may a table that was never open in it.
    """

    changed = Signal(object)
    """The Difference after a pin and after every edit, one with nothing in it included; None where none is pinned."""

    pinned = Signal()
    """Something else is pinned, or nothing any more: no edit, but another comparison."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._pinned: ResolvedNetwork | None = None
        self._difference: Difference | None = None
        self.title = ""
        """What the baseline is called; empty where none is pinned."""

    @property
    def difference(self) -> Difference | None:
        return self._difference

    def pin(self, table: LayerTable, title: str) -> None:
        """Compare with `table` from now on, instead of what was pinned before."""
        self._pinned, self.title = resolve(table), title
        self.follow(self._document.network)
        self.pinned.emit()

    def unpin(self) -> None:
        """Compare with nothing."""
        if self._pinned is None:
            return
        self._pinned, self._difference, self.title = None, None, ""
        self.changed.emit(None)
        self.pinned.emit()

    def follow(self, network: ResolvedNetwork) -> None:
        """Compare the table as it is now."""
        if self._pinned is not None:
            self._difference = difference(self._pinned, network, self._difference)
            self.changed.emit(self._difference)
