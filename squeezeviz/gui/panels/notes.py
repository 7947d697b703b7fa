"""The problems of the open table, with their fixes, and the notes about it, which can be hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.panels.panels import ScrolledPanel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label
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
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 4, 8, 4)
        column.setSpacing(4)
        if problems and self._network:
            column.addWidget(_problem_box(self._network, self.fix_chosen.emit))
        if notes:
            column.addLayout(self._note_list(notes))
        self.setWidget(body)
        self.setVisible(bool(problems or notes))
        self._take_height()
        self.hidden.emit(self._notes if self._closed else ())

    def _note_list(self, notes: Sequence[Note]) -> QHBoxLayout:
        row, column = QHBoxLayout(), QVBoxLayout()
        row.setSpacing(8)
        column.setSpacing(4)
        column.setContentsMargins(0, 2, 0, 2)
        facts = [note for note in notes if note.severity is Severity.INFO] if self._folded else []
        for note in notes:
            if note not in facts:
                column.addLayout(_line(note))
        if facts:
            column.addWidget(self._folded_line(len(facts)), 0, Qt.AlignmentFlag.AlignLeft)
        close = QToolButton()
        close.setObjectName("hide_notes")
        close.setText("×")
        close.setProperty("small", True)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        close.setAccessibleName("Hide the notes")
        close.setToolTip("Hide the notes; a button beside the table's title brings them back")
        close.clicked.connect(self.close_notes)
        row.addLayout(column, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _folds(self) -> bool:
        """Whether notes of mere information would take too much of the card."""
        card = self.parentWidget()
        facts = sum(note.severity is Severity.INFO for note in self._notes)
        if self._unfolded or facts < 2 or card is None or not card.isVisible():
            return False
        return facts * self.fontMetrics().height() > card.height() * _SHARE_OF_FACTS

    def _folded_line(self, count: int) -> QToolButton:
        line = QToolButton()
        line.setObjectName("folded_notes")
        line.setText(f"i   {count} notes, good to know…")
        line.setProperty("small", True)
        line.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        line.setAccessibleName(f"Show {count} notes that are good to know")
        line.clicked.connect(self.unfold)
        return line

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
    column = QVBoxLayout(box)
    column.setContentsMargins(12, 9, 12, 10)
    column.setSpacing(7)
    problem = network.problems[0]
    empty = problem.trouble is Trouble.EMPTY
    box.setProperty("calm", empty)
    column.addWidget(label(_heading(problem), "formula"))
    reason = f"{problem.reason[:1].upper()}{problem.reason[1:]}."
    column.addWidget(label(_HOW_TO_BEGIN if empty else reason, wraps=True, selectable=True))
    row = FlowLayout(6)
    column.addLayout(row)
    for fix in fixes(network):
        button = QPushButton(action_text(fix.title, 60))
        button.setObjectName("fix_button")
        button.clicked.connect(lambda _=False, fix=fix: chosen(fix.title))
        row.addWidget(button)
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
    row = QHBoxLayout()
    row.setSpacing(8)
    warns = note.severity is Severity.WARNING
    mark = label("!" if warns else "i", name="note_mark")
    mark.setProperty("warns", warns)
    mark.setFixedWidth(8)
    mark.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    mark.setAccessibleName("To be looked at" if warns else "Good to know")
    sentence = label(note.text, name="note", wraps=True, selectable=True)
    sentence.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(sentence, 1)
    return row
