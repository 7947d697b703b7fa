"""The lines of the paper panel as a model of two levels: groups, and the lines below them."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from squeezeviz.gui.panels.paper.lines import SAID, PaperGroup, PaperLine
from squeezeviz.gui.widgets.guard import guarded

Index = QModelIndex | QPersistentModelIndex
_GROUP = 0
_NOWHERE = QModelIndex()


@guarded
class PaperModel(QAbstractItemModel):
    """An item model. The internal id of a line's index is the number of its group, from 1; that of a group's index is
    0.

    `opened` has the groups whose lines are visible. The view maintains it.
    """

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._groups: list[PaperGroup] = []
        self.opened: set[int] = set()
        self._headings: tuple[str, ...] = ("",) * columns

    def group(self, index: Index) -> PaperGroup | None:
        """Return the group at the index, or None for a line."""
        return self._groups[index.row()] if index.isValid() and index.internalId() == _GROUP else None

    def line(self, index: Index) -> PaperLine | None:
        """Return the line at the index, or None for a group."""
        if not index.isValid() or index.internalId() == _GROUP:
            return None
        return self._groups[index.internalId() - 1].lines[index.row()]

    def cell(self, index: Index) -> str:
        """The text at the index."""
        line, group = self.line(index), self.group(index)
        if line is not None:
            return line.cells[index.column()] if index.column() < len(line.cells) else ""
        return group.text if group is not None and index.column() == 0 else ""

    def sentence(self, index: Index) -> str:
        """Return the whole line or group as a sentence, for screen readers and tool tips."""
        line, group = self.line(index), self.group(index)
        if group is not None:
            return f"{SAID[group.mark]}: {group.text}" if group.mark else group.text
        if line is None or line.wide:
            return line.cells[0] if line else ""
        parts = [f"{heading} {text}" for heading, text in zip(self._headings[1:], line.cells[1:], strict=False) if text]
        parts += [SAID[line.mark]] if line.mark else []
        parts += ["this table"] if line.here else []
        return f"{line.cells[0]}: {', '.join(parts)}" + (f". {line.tip}" if line.tip else "")

    def show_headings(self, headings: tuple[str, ...]) -> None:
        if headings != self._headings:
            self._headings = headings
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)

    def show_groups(self, groups: tuple[PaperGroup, ...]) -> None:
        """Change texts in place; insert and remove rows only at the end.

        Lines of a closed group are not visible, so no signal is sent for them.
        """
        self._fit_groups(groups)
        for row, group in enumerate(groups):
            before = self._groups[row]
            if group == before:
                continue
            self._fit_lines(row, group)
            self._groups[row] = group
            here = self.index(row, 0)
            if (group.text, group.mark) != (before.text, before.mark):
                self.dataChanged.emit(here, here)
            lines = zip(group.lines, before.lines, strict=False)
            changed = [place for place, (new, old) in enumerate(lines) if new != old and row in self.opened]
            if changed:
                last = self.index(changed[-1], self._columns - 1, here)
                self.dataChanged.emit(self.index(changed[0], 0, here), last)

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        if not parent.isValid():
            there = 0 <= row < len(self._groups)
            return self.createIndex(row, column, _GROUP) if there else QModelIndex()
        there = 0 <= row < self.rowCount(parent)
        return self.createIndex(row, column, parent.row() + 1) if there else QModelIndex()

    def parent(self, child: Index = _NOWHERE) -> QModelIndex:  # type: ignore[override]
        if not child.isValid() or child.internalId() == _GROUP:
            return QModelIndex()
        return self.createIndex(child.internalId() - 1, 0, _GROUP)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        if not parent.isValid():
            return len(self._groups)
        group = self.group(parent) if parent.column() == 0 else None
        return len(group.lines) if group else 0

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.sentence(index) if index.column() == 0 else self.cell(index)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        shown = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._headings[section] if shown and section < self._columns else None

    def _fit_groups(self, groups: tuple[PaperGroup, ...]) -> None:
        kept = min(len(self._groups), len(groups))
        if len(self._groups) > kept:
            self.beginRemoveRows(QModelIndex(), kept, len(self._groups) - 1)
            del self._groups[kept:]
            self.endRemoveRows()
        if len(groups) > kept:
            self.beginInsertRows(QModelIndex(), kept, len(groups) - 1)
            self._groups += groups[kept:]
            self.endInsertRows()

    def _fit_lines(self, row: int, group: PaperGroup) -> None:
        """Give the group in that row as many lines as `group` has."""
        before = self._groups[row]
        kept = min(len(before.lines), len(group.lines))
        here = self.index(row, 0)
        if len(before.lines) > kept:
            self.beginRemoveRows(here, kept, len(before.lines) - 1)
            self._groups[row] = PaperGroup(before.text, before.mark, before.lines[:kept])
            self.endRemoveRows()
        if len(group.lines) > kept:
            self.beginInsertRows(here, kept, len(group.lines) - 1)
            self._groups[row] = PaperGroup(before.text, before.mark, before.lines[:kept] + group.lines[kept:])
            self.endInsertRows()
