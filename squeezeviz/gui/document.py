"""The open table, its undo stack, and the one door through which it changes."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.on_disk import OnDisk
from squeezeviz.files.opened import Opened
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.errors import Note
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.preprocessing import PreprocessingHint
    from squeezeviz.analysis.weights import RetainedWeights


class Mark(NamedTuple):
    """A step of the undo stack of one opened table."""

    generation: int
    step: int


class Brought(NamedTuple):
    """The weights that come with a table that takes the place of another, None where it has none, and what the other
    is called: its file, or its name."""

    weights: RetainedWeights | None
    instead_of: str


class SelectedRows(NamedTuple):
    """The layers that are selected before a step and after it, by their places in the table."""

    before: list[int]
    after: list[int]


_SERIALS = count(1)


class Document(QObject):
    """One open layer table.

    `edit` is the only way that it changes: typing, pasting, dragging and undo all pass it. Opening another file
    starts it anew with `open`, which forgets the history.
    """

    table_changed = Signal(object)
    """The resolved network, after every change."""
    started = Signal()
    """Another table was opened or begun; `table_changed` follows."""
    revisited = Signal(object, object, object)
    """A step was undone or done again: the table before, the table now, and the rows to select where the step says
    so; `table_changed` came before."""
    title_changed = Signal()
    """The file's name or the unsaved mark changed."""

    def __init__(self, table: LayerTable) -> None:
        super().__init__()
        self.stack = QUndoStack(self)
        self.stack.cleanChanged.connect(self.title_changed)
        self._network = resolve(table)
        self.path: Path | None = None
        self.disk: OnDisk | None = None
        """What stood at `path` when it was read or written here; None where that is not known."""
        self.notes: tuple[Note, ...] = ()
        self.weights: RetainedWeights | None = None
        """Those that were opened with the table, in the rows that they still fit."""
        self.preprocessing: PreprocessingHint | None = None
        """How pictures are prepared for these, where their file tells it."""
        self.writes_back = False
        self.revision = 0
        self._generation = 0
        self._lost: int | None = None
        """The step that was saved, while what was saved no longer stands on the disk."""
        self.unnoticed = False
        """Whether the undo stack goes to a step and back without the table following; only its steps ask."""
        self.dragging = False
        """Whether the last change was a tick of a drag, which others are likely to follow at once."""
        self.in_turns = False
        """Whether the last change is of so many rows that it may reach the window in more than one turn."""

    @property
    def table(self) -> LayerTable:
        return self._network.table

    @property
    def network(self) -> ResolvedNetwork:
        return self._network

    @property
    def remarks(self) -> tuple[Note, ...]:
        """The reader's notes, and which rows run with the weights that were opened."""
        if self.weights is None:
            return self.notes
        from squeezeviz.analysis.weights import weights_note

        return weights_note(self.weights, self._network), *self.notes

    @property
    def modified(self) -> bool:
        return not self.stack.isClean()

    def left_unsaved(self) -> list[str]:
        """What the networks are called whose place others took while they had changes that were never saved."""
        left: dict[int, str] = {}
        for at in range(1, self.stack.index() + 1):
            step = self._step(at)
            if step is not None and step.brought is not None:
                left.pop(id(step.after), None)
                if step.leaves_unsaved:
                    left[id(step.start[0])] = step.brought.instead_of
        return list(left.values())

    def _leaves_unsaved(self) -> bool:
        """Whether the open table has changes that were not saved; one that took another's place has none of itself."""
        for at in range(self.stack.index(), 0, -1):
            step = self._step(at)
            if step is not None and step.brought is not None:
                if step.after is self.table:
                    return any(
                        each.leaves_unsaved and each.start[0] is self.table
                        for place in range(1, at)
                        if (each := self._step(place)) is not None
                    )
                break
        return self.modified

    def start(self, table: LayerTable) -> None:
        """Begin with a table that stands in no file."""
        self.open(Opened(table))

    def open(self, opened: Opened, *, writes_back: bool = False, modified: bool = False) -> None:
        """Begin with another network: no history, and nothing unsaved unless it is `modified` from the start.

        `writes_back`: saving to `path` keeps all that stands there, so Save need not ask for another name.
        """
        self.stack.clear()
        self.path, self.disk = opened.path, opened.disk
        self._generation, self._lost = self._generation + 1, None
        self.notes = opened.notes
        self.writes_back = writes_back
        self.weights = opened.retained
        self.preprocessing = opened.preprocessing
        self._network = resolve(opened.table)
        self.dragging = self.in_turns = False
        self.revision += 1
        if modified:
            self.stack.resetClean()
        else:
            self.stack.setClean()  # a stack without steps would stay as it was
        self.started.emit()
        self.table_changed.emit(self._network)
        self.title_changed.emit()

    def edit(
        self,
        text: str,
        table: LayerTable,
        merge: str = "",
        series: str = "",
        rows: SelectedRows | None = None,
        brought: Brought | None = None,
        *,
        in_turns: bool = False,
    ) -> None:
        """Change the table as one undo step named `text`; a table equal to the present one is no change.

        Steps that follow one another with the same non-empty `merge` become one, such as the ticks of one drag. Those
        with the same non-empty `series` stay steps of their own: see `before_series`. `rows` were selected before and
        are to be after it, whenever a person comes back to it. A table that is another network has its weights
        `brought` along; else the present ones stay in the rows that they fit. `in_turns`: where it changes many rows,
        and none of their names, the window may take it in more than one turn: nothing is selected of it right after.
        """
        if table != self.table:
            self.stack.push(_Edit(self, text, table, merge, series, rows, brought, in_turns=in_turns))

    def before_drag(self, merge: str) -> LayerTable:
        """The table before the drag of that merge key, where its ticks were the last to change it; else the present."""
        return self._before("merge", merge)[0]

    def before_series(self, series: str) -> LayerTable:
        """The table before the last steps that are of this series, one after another; the present where none is.

        What is worked out from it brings back what the steps in between took away, and where it stood.
        """
        return self._before("series", series)[0]

    def _before(self, kind: str, key: str) -> tuple[LayerTable, RetainedWeights | None]:
        """The table and the weights before the run of steps at the top of the stack whose `kind` is `key`."""
        found, at = (self.table, self.weights), self.stack.index() - 1
        while key and at >= 0:
            step = self.stack.command(at)
            if not isinstance(step, _Edit) or getattr(step, kind) != key:
                break
            found, at = step.start, at - 1
        return found

    def mark(self) -> Mark:
        """The step that the table stands at now, to be named by `saved`; nothing is merged into it any more."""
        if (step := self._step(self.stack.index())) is not None:
            step.sealed = True
        return Mark(self._generation, self._serial(self.stack.index()))

    def saved(self, path: Path, mark: Mark, disk: OnDisk | None = None) -> None:
        """The table as it was at `mark` stands at `path`; `disk` is what stands there.

        Whatever has been edited, undone or merged since, that step is the saved one. A mark of a table that was open
        before this one means nothing.
        """
        if mark.generation == self._generation:
            self.path, self.disk, self._lost = path, disk, None
            self.writes_back = True
            self._set_clean(mark.step)
            for at in range(1, self.stack.count() + 1):
                step = self._step(at)
                if step is not None and self._serial(at - 1) == mark.step:
                    step.leaves_unsaved = False
            self.title_changed.emit()

    def lose_saved(self) -> None:
        """What was saved no longer stands on the disk: nothing is saved until `saved`, or it stands there again."""
        if (at := self.stack.cleanIndex()) >= 0:
            self._lost = self._serial(at)
            self.stack.resetClean()
            self.title_changed.emit()

    def prevail(self, found: OnDisk) -> None:
        """What is open is the newest, though `found` stands on the disk: it is unsaved, and that may be replaced."""
        self.lose_saved()
        self._lost, self.disk = None, found

    def find_saved(self) -> None:
        """What `lose_saved` spoke of stands on the disk again."""
        if self._lost is not None:
            self._set_clean(self._lost)
            self._lost = None
            self.title_changed.emit()

    def _step(self, index: int) -> _Edit | None:
        """The step that leads to that place of the undo stack; None for the table as it was opened."""
        step = self.stack.command(index - 1) if index > 0 else None
        return step if isinstance(step, _Edit) else None

    def _serial(self, index: int) -> int:
        """The number that names the place of the undo stack, whatever is done below and above it; 0 as opened."""
        step = self._step(index)
        return step.serial if step is not None else 0

    def _set_clean(self, serial: int) -> None:
        """Make that step the saved one. The stack can only be told at the step itself: it goes there unnoticed."""
        here = self.stack.index()
        at = next((each for each in range(self.stack.count() + 1) if self._serial(each) == serial), None)
        self.stack.blockSignals(True)
        self.unnoticed = True
        self.stack.resetClean()
        if at is not None:
            self.stack.setIndex(at)
            self.stack.setClean()
            self.stack.setIndex(here)
        self.unnoticed = False
        self.stack.blockSignals(False)

    def show(
        self, table: LayerTable, weights: RetainedWeights | None, *, dragging: bool = False, in_turns: bool = False
    ) -> None:
        """Only the undo stack calls this."""
        self.weights = weights
        self.in_turns = in_turns and _many_differ(self.table, table)
        self._network = resolve(table, self._network)
        self.dragging = dragging
        self.revision += 1
        self.table_changed.emit(self._network)


MANY_ROWS = 100


def _many_differ(before: LayerTable, after: LayerTable) -> bool:
    """Whether rows have the names that they had, and many are others."""
    old, new = before.layers, after.layers
    if len(old) != len(new) or len(new) < MANY_ROWS:
        return False
    changed = [(was.name, now.name) for was, now in zip(old, new, strict=True) if was is not now]
    return len(changed) >= MANY_ROWS and all(was == now for was, now in changed)


LONGEST_STEP = 200
"""Characters of a step's name. Qt would take a line break in it for the end of the name."""


@guarded
class _Edit(QUndoCommand):
    def __init__(
        self,
        document: Document,
        text: str,
        after: LayerTable,
        merge: str,
        series: str,
        rows: SelectedRows | None,
        brought: Brought | None,
        *,
        in_turns: bool,
    ) -> None:
        super().__init__(plain(text, LONGEST_STEP))
        self._document = document
        self.start = document.table, document.weights
        """The table before, and its weights, which come back with it: a row that was deleted meanwhile may have been
        renamed."""
        self.after = after
        self.serial = next(_SERIALS)
        self.sealed = False
        self.merge = merge
        self.series = series
        self._rows = rows
        self.brought = brought
        self.leaves_unsaved = brought is not None and document._leaves_unsaved()
        """Whether the table whose place this takes had changes that were not saved."""
        self._in_turns = in_turns
        kind, key = ("series", series) if series else ("merge", merge)
        self._made_from = document._before(kind, key)
        """The table that `after` was worked out from, and its weights: those of rows that are back are back too."""
        self._done_before = False

    def redo(self) -> None:
        if self._document.unnoticed:
            return
        again, self._done_before = self._done_before, True
        table, weights = self._made_from
        if self.brought is not None:
            weights = self.brought.weights
        elif weights is not None:
            weights = weights.after(table, self.after)
        in_turns = self._rows is None if again else self._in_turns
        self._document.show(self.after, weights, dragging=bool(self.merge) and not again, in_turns=in_turns)
        if again:
            self._document.revisited.emit(self.start[0], self.after, self._rows and self._rows.after)

    def undo(self) -> None:
        if self._document.unnoticed:
            return
        before, weights = self.start
        self._document.show(before, weights, in_turns=self._rows is None)
        self._document.revisited.emit(self.after, before, self._rows and self._rows.before)

    def id(self) -> int:
        return hash(self.merge) % 2**31 if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if self.sealed or not isinstance(other, _Edit) or other.merge != self.merge:
            return False
        self.after = other.after
        self.setText(other.text())
        self.setObsolete(self.after == self.start[0])
        return True
