"""The problems of the open table, with their fixes, and the notes about it, which can be hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.panels.panels import ScrolledPanel
from squeezeviz.gui.widgets.buttons import push_button, tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.model.errors import Note, Severity
from squeezeviz.model.problems import Problem, Trouble
from squeezeviz.model.text import action_text, plain

_HIGHEST = 190
"""The largest height in pixels. The rest can be scrolled to."""
_SHARE_OF_FACTS = 1 / 11
"""What notes of mere information may take of the card's height; more of them are folded to one line."""


@guarded
class NotesPanel(ScrolledPanel):
    """Shows problems, each with its fixes as buttons, then the notes. It is as high as its content, and hidden if
    empty."""

    fix_chosen = Signal(str)
    """The title of a fix. What it does depends on the present table."""
    hidden = Signal(object)
    """The notes that are hidden. Emitted whenever they may have changed."""

    def __init__(self) -> None:
        super().__init__("notes_panel", "Problems and notes")
        self._network: ResolvedNetwork | None = None
        self._notes: tuple[Note, ...] = ()
        self._closed = self._folded = self._unfolded = False
        self.setWidget(QWidget())
        self.hide()

    def show_notes(self, network: ResolvedNetwork, notes: tuple[Note, ...]) -> None:
        shown = self._network.problems if self._network else ()
        before, self._network, self._notes = (shown, self._notes), network, notes
        if before != (network.problems, notes):
            self._show()

    def close_notes(self) -> None:
        """Hide the present and future notes. Problems stay visible."""
        self._closed = True
        self._show()

    def open_notes(self) -> None:
        self._closed = self._unfolded = False
        self._show()

    def unfold(self) -> None:
        """Show each of the notes that are folded."""
        self._unfolded = True
        self._show()
        self.setFocus()

    def wanted_height(self, width: int) -> int:
        """Return the height in pixels that the panel needs in a card of `width` pixels; 0 if it is empty."""
        if self.isHidden():
            return 0
        body = self.widget()
        layout = body.layout() if body is not None else None
        assert layout is not None
        return min(layout.totalHeightForWidth(width), _HIGHEST)

    def _show(self) -> None:
        problems = self._network.problems if self._network else ()
        notes = () if self._closed else self._notes
        self._folded = self._folds()
        body = QWidget()
        column = in_column(spacing=4, margins=(14, 4, 8, 4), of=body)
        if problems and self._network:
            column.addWidget(_problem_box(self._network, self.fix_chosen.emit))
        if notes:
            column.addLayout(self._note_list(notes))
        self.setWidget(body)
        self.setVisible(bool(problems or notes))
        self._take_height()
        self.hidden.emit(self._notes if self._closed else ())

    def _note_list(self, notes: Sequence[Note]) -> QHBoxLayout:
        facts = [note for note in notes if note.severity is Severity.INFO] if self._folded else []
        column = in_column(spacing=4, margins=(0, 2, 0, 2))
        for note in notes:
            if note not in facts:
                column.addLayout(_line(note))
        if facts:
            column.addWidget(self._folded_line(len(facts)), 0, Qt.AlignmentFlag.AlignLeft)
        purpose = "Hide the notes; a button beside the table's title brings them back"
        close = tool_button("×", "hide_notes", purpose, self.close_notes, small=True)
        close.setAccessibleName("Hide the notes")
        return in_row((column, 1), (close, 0, Qt.AlignmentFlag.AlignTop), spacing=8)

    def _folds(self) -> bool:
        """Whether notes of mere information would take too much of the card."""
        card = self.parentWidget()
        facts = sum(note.severity is Severity.INFO for note in self._notes)
        if self._unfolded or facts < 2 or card is None or not card.isVisible():
            return False
        return facts * self.fontMetrics().height() > card.height() * _SHARE_OF_FACTS

    def _folded_line(self, count: int) -> QToolButton:
        text, purpose = f"i   {count} notes, good to know…", f"Show {count} notes that are good to know"
        return tool_button(text, "folded_notes", purpose, self.unfold, small=True)

    def _follow_card(self) -> None:
        if self._folds() is not self._folded:
            self._show()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._follow_card()  # it stands at the end of the card, and moves as that becomes lower

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_card()

    def _take_height(self) -> None:
        # On a low card it may not take all of the height, or the table would vanish.
        card = self.parentWidget()
        most = max(60, card.height() // 2) if card is not None and card.isVisible() else _HIGHEST
        self.setFixedHeight(max(1, min(self.wanted_height(self.width()), most)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._take_height()


def _problem_box(network: ResolvedNetwork, chosen: Callable[[str], object]) -> QWidget:
    """Return a widget with the first problem and a button for each fix."""
    from squeezeviz.analysis.fixes import fixes
    from squeezeviz.gui.widgets.flow_layout import FlowLayout

    box = QFrame()
    box.setObjectName("problem_box")
    problem = network.problems[0]
    empty = problem.trouble is Trouble.EMPTY
    box.setProperty("calm", empty)
    reason = f"{problem.reason[:1].upper()}{problem.reason[1:]}."
    row = FlowLayout(6)
    in_column(
        label(_heading(problem), "formula"),
        label(_HOW_TO_BEGIN if empty else reason, wraps=True, selectable=True),
        row,
        spacing=7,
        margins=(12, 9, 12, 10),
        of=box,
    )
    for fix in fixes(network):
        row.addWidget(push_button(action_text(fix.title, 60), "fix_button", partial(chosen, fix.title)))
    return box


_HOW_TO_BEGIN = (
    "Insert a layer to begin with, open a file or a preset, or paste a table (Ctrl+V), copied from a paper or a "
    "spreadsheet."
)


def _heading(problem: Problem) -> str:
    if problem.trouble is Trouble.EMPTY:
        return "The table is empty"
    return f"{plain(problem.name, 60)} cannot run" if problem.name else "This table cannot run"


def _line(note: Note) -> QHBoxLayout:
    warns = note.severity is Severity.WARNING
    mark = label("!" if warns else "i", name="note_mark")
    mark.setProperty("warns", warns)
    mark.setFixedWidth(8)
    mark.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    mark.setAccessibleName("To be looked at" if warns else "Good to know")
    sentence = label(note.text, name="note", wraps=True, selectable=True)
    sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    return in_row((mark, 0, Qt.AlignmentFlag.AlignTop), (sentence, 1), spacing=8)
