"""The list of layers that differ from the baseline, with what changed in each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from squeezeviz.analysis.difference import Difference, LayerChange, changes
from squeezeviz.files.tables.comparison import words
from squeezeviz.gui.panels.line_list import Index, Line, LineDelegate, LineList, draw_elided, line_at
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.table import Change
from squeezeviz.model.text import plain

MOST_ENTRIES = 300
"""Beyond this, layers are only counted, because the list must follow every tick of a drag."""
SIGNS = {
    Change.ADDED: ("+", "measured"),
    Change.REMOVED: ("−", "problem"),
    Change.MOVED: ("↕", "accent"),
    Change.CHANGED: ("•", "accent"),
}
"""The sign of each change, and the name of its colour in a Style."""
WIDE = 340
"""From this width in pixels, a layer takes one line. In a narrower list each part has a line of its own."""
_EDGE, _GAP, _SIGN = 5, 8, 14
_WIDEST_NAME = 0.45
_MEASURED = 60
"""How many names are measured at every tick of a drag. Longer names after them are shortened."""


@dataclass(frozen=True, slots=True)
class Entry(Line):
    """A line of the list: a layer and what changed in it, part by part."""

    change: Change | None = None
    name: str = ""
    parts: tuple[str, ...] = ()


def entries(found: Difference) -> tuple[Entry, ...]:
    """Return the input if it differs, then each layer that does, in the order of the present table."""
    listed = list(_entries(found))
    left_out = len(listed) - MOST_ENTRIES
    if left_out > 0:
        listed[MOST_ENTRIES:] = [_entry(None, f"and {left_out:,} more", (), "")]
    return tuple(listed)


def _entries(found: Difference) -> Iterator[Entry]:
    if found.input is not None:
        yield _entry(Change.CHANGED, "input", (found.input.text,), "")
    layers = found.present.table.layers
    target = layers[0].name if layers else ""
    for change in changes(found):
        # A removed layer leads to the layer listed before it, which was its neighbour.
        target = change.after.name if change.after else target
        yield _layer_entry(change, target)


def _layer_entry(change: LayerChange, target: str) -> Entry:
    if change.before is None or change.after is None:
        return _entry(change.change, change.name, (str(change.change), *words(change)[1:]), target)
    renamed = (f"was {plain(change.before.name)}",) if change.before.name != change.after.name else ()
    return _entry(change.change, change.after.name, (*renamed, *words(change)), target)


def _entry(change: Change | None, name: str, parts: tuple[str, ...], target: str) -> Entry:
    text = plain(f"{name}: {', '.join(parts)}" if parts else name)
    return Entry((text,), text, target, (), (name, change), change, name, parts)


class ChangeList(LineList):
    def __init__(self, style: Style) -> None:
        super().__init__("changes", "Layers that differ from the baseline")
        self.setRootIsDecorated(False)
        self._delegate = _EntryDelegate(style, self)
        self.setItemDelegate(self._delegate)

    def show_entries(self, new: tuple[Entry, ...]) -> None:
        self._delegate.fit_names(new)
        self.lines.show_lines(new)


@guarded
class _EntryDelegate(LineDelegate):
    """Paints a sign, the name, and the change. In a narrow list each part has a line of its own."""

    _longest = 0

    def fit_names(self, entries: tuple[Entry, ...]) -> None:
        """Put the changes in one column, to the right of the longest name."""
        metrics = QFontMetrics(self.bold())
        longest = max((metrics.horizontalAdvance(plain(entry.name)) for entry in entries[:_MEASURED]), default=0)
        if longest != self._longest:
            self._longest = longest
            self.view.viewport().update()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(100, max(1, len(self._lines(_entry_at(index)))) * self._pitch() + 4)

    def paint_line(self, painter: QPainter, room: QRect, index: Index) -> None:
        entry = _entry_at(index)
        text, quiet = QColor(self.colours.text), QColor(self.colours.quiet)
        line = QRect(room.left() + _EDGE, room.top() + 2, room.width() - 2 * _EDGE, self._pitch())
        painter.setFont(self.bold())
        if entry.change is not None:
            sign, colour = SIGNS[entry.change]
            painter.setPen(QColor(getattr(self.colours, colour)))
            place = QRect(line.left(), line.top(), _SIGN - 4, line.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, sign)
        name = QRect(line.left() + _SIGN, line.top(), self._name_width(line.width()), line.height())
        painter.setPen(text if entry.change else quiet)
        draw_elided(painter, name, plain(entry.name))
        painter.setFont(self.view.font())
        painter.setPen(quiet if entry.change in (Change.ADDED, Change.REMOVED) else text)
        left = name.left() + name.width() + _GAP
        part = QRect(left, line.top(), line.right() - left, line.height())
        for words_of_part in self._lines(entry):
            draw_elided(painter, part, words_of_part)
            part.translate(0, self._pitch())

    def _lines(self, entry: Entry) -> tuple[str, ...]:
        if self.view.viewport().width() >= WIDE:
            return (", ".join(entry.parts),)
        return entry.parts

    def _name_width(self, room: int) -> int:
        return min(self._longest + 1, int(room * _WIDEST_NAME))

    def _pitch(self) -> int:
        return self.view.fontMetrics().height() + 2


def _entry_at(index: Index) -> Entry:
    entry = line_at(index)
    assert isinstance(entry, Entry)
    return entry
