"""What the comparison lists: an entry for each layer that differs from the baseline, as a model for a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from squeezeviz.analysis.compare import Change, LayerChange
from squeezeviz.analysis.difference import Difference, changes
from squeezeviz.files.tables.comparison import words
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain

MOST_ENTRIES = 300
"""More layers than that are counted only: a list must follow every tick of a drag."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. `target` is the present layer to go to; empty where there is none."""

    change: Change | None
    name: str
    parts: tuple[str, ...]
    target: str

    @property
    def text(self) -> str:
        """The whole line as a sentence, for who hears it, and for a tool tip."""
        return plain(f"{self.name}: {', '.join(self.parts)}" if self.parts else self.name)


def entries(found: Difference) -> tuple[Entry, ...]:
    """The input where it differs, then each layer that does, in the order of the present table."""
    told = list(_entries(found))
    left_out = len(told) - MOST_ENTRIES
    if left_out > 0:
        told[MOST_ENTRIES:] = [Entry(None, f"and {left_out:,} more", (), "")]
    return tuple(told)


def _entries(found: Difference) -> Iterator[Entry]:
    if found.input is not None:
        yield Entry(Change.CHANGED, "input", (found.input.text,), "")
    layers = found.present.table.layers
    target = layers[0].name if layers else ""
    for change in changes(found):
        target = change.after.name if change.after else target
        yield _entry(change, target)


def _entry(change: LayerChange, target: str) -> Entry:
    """One that is gone leads to the layer listed before it, where it stood nearby."""
    if change.before is None or change.after is None:
        return Entry(change.change, change.name, (str(change.change), *words(change)[1:]), target)
    renamed = (f"was {plain(change.before.name)}",) if change.before.name != change.after.name else ()
    return Entry(change.change, change.after.name, (*renamed, *words(change)), target)


@guarded
class EntryModel(QAbstractListModel):
    """The entries. Those that stay keep their place, so that a list neither jumps nor loses where it is."""

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
        """Change words in place; put in and take out only what is new or gone."""
        head, tail = _kept(self._entries, new)
        self._replace(head, tail, new)
        changed = [row for row, (one, other) in enumerate(zip(self._entries, new, strict=True)) if one != other]
        self._entries = new
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def _replace(self, head: int, tail: int, new: tuple[Entry, ...]) -> None:
        """Make the entries those of `new` but for the words of `head` at the front and `tail` at the end."""
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


def _kept(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> tuple[int, int]:
    """How many entries at the front and at the end speak of the same layer in the same way."""
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
