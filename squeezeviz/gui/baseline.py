"""The baseline: a network that was pinned, against which the open one is compared after every edit."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from squeezeviz.core.difference import Difference, difference
from squeezeviz.core.resolve import ResolvedNetwork, resolve
from squeezeviz.core.table import LayerTable
from squeezeviz.gui.document import Document


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
        document.table_changed.connect(self._compare)

    @property
    def difference(self) -> Difference | None:
        return self._difference

    def pin(self, table: LayerTable, title: str) -> None:
        """Compare with `table` from now on, instead of what was pinned before."""
        self._pinned, self.title = resolve(table), title
        self._compare(self._document.network)
        self.pinned.emit()

    def unpin(self) -> None:
        """Compare with nothing."""
        if self._pinned is None:
            return
        self._pinned, self._difference, self.title = None, None, ""
        self.changed.emit(None)
        self.pinned.emit()

    def _compare(self, network: ResolvedNetwork) -> None:
        if self._pinned is not None:
            self._difference = difference(self._pinned, network, self._difference)
            self.changed.emit(self._difference)
