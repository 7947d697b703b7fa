"""The list model of the comparison, with an entry for each layer that differs from the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from squeezeviz.analysis.difference import Change, Difference, LayerChange, changes
from squeezeviz.files.tables.comparison import words
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain

MOST_ENTRIES = 300
"""Beyond this, layers are only counted, because the list must follow every tick of a drag."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. `target` is the present layer to select, or empty."""

    change: Change | None
    name: str
    parts: tuple[str, ...]
    target: str

    @property
    def text(self) -> str:
        """Return the whole line as a sentence, for screen readers and tool tips."""
        return plain(f"{self.name}: {', '.join(self.parts)}" if self.parts else self.name)


def entries(found: Difference) -> tuple[Entry, ...]:
    """Return the input if it differs, then each layer that does, in the order of the present table."""
    listed = list(_entries(found))
    left_out = len(listed) - MOST_ENTRIES
    if left_out > 0:
        listed[MOST_ENTRIES:] = [Entry(None, f"and {left_out:,} more", (), "")]
    return tuple(listed)


def _entries(found: Difference) -> Iterator[Entry]:
    if found.input is not None:
        yield Entry(Change.CHANGED, "input", (found.input.text,), "")
    layers = found.present.table.layers
    target = layers[0].name if layers else ""
    for change in changes(found):
        target = change.after.name if change.after else target
        yield _entry(change, target)


def _entry(change: LayerChange, target: str) -> Entry:
    """A removed layer leads to the layer listed before it, which was its neighbour."""
    if change.before is None or change.after is None:
        return Entry(change.change, change.name, (str(change.change), *words(change)[1:]), target)
    renamed = (f"was {plain(change.before.name)}",) if change.before.name != change.after.name else ()
    return Entry(change.change, change.after.name, (*renamed, *words(change)), target)


@guarded
class EntryModel(QAbstractListModel):
    """The entries. Unchanged entries are not reset, so that a list neither scrolls nor loses its current entry."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()

    def entry(self, row: int) -> Entry:
        return self._entries[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._entries[index.row()].text
        return None

    def show_entries(self, new: tuple[Entry, ...]) -> None:
        """Change texts in place; insert and remove only entries that are new or gone."""
        head, tail = _unchanged_ends(self._entries, new)
        self._replace(head, tail, new)
        changed = [row for row, (one, other) in enumerate(zip(self._entries, new, strict=True)) if one != other]
        self._entries = new
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def _replace(self, head: int, tail: int, new: tuple[Entry, ...]) -> None:
        """Replace all entries except the first `head` and the last `tail` with those of `new`."""
        old = self._entries
        kept, last = old[:head], old[len(old) - tail :]
        if len(old) > head + tail:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            self._entries = kept + last
            self.endRemoveRows()
        if len(new) > head + tail:
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._entries = kept + new[head : len(new) - tail] + last
            self.endInsertRows()


def _unchanged_ends(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> tuple[int, int]:
    """Return how many entries at the front and at the end are about the same layer in the same way."""
    most = min(len(old), len(new))
    head = 0
    while head < most and _same(old[head], new[head]):
        head += 1
    tail = 0
    while tail < most - head and _same(old[-1 - tail], new[-1 - tail]):
        tail += 1
    return head, tail


def _same(one: Entry, other: Entry) -> bool:
    return one.name == other.name and one.change is other.change
