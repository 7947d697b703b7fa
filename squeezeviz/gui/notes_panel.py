"""What a person should know about the open table: why it cannot run, with ways out, and the reader's remarks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from squeezeviz.core.fixes import fixes
from squeezeviz.core.problems import Problem, Trouble
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.gui.flow_layout import FlowLayout


class NotesPanel(QScrollArea):
    """Problems, each with its fixes as buttons, then the remarks of whoever read the file. Hidden when empty."""

    fix_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notes_panel")
        self.setAccessibleName("Problems and notes")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._problems: tuple[object, ...] = ()
        self._notes: tuple[str, ...] = ()
        self.setWidget(QWidget())
        self.hide()

    def show_notes(self, network: ResolvedNetwork, notes: tuple[str, ...]) -> None:
        if (network.problems, notes) == (self._problems, self._notes):
            return
        self._problems, self._notes = network.problems, notes
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 6, 14, 12)
        column.setSpacing(7)
        if network.problems:
            column.addWidget(self._problem_box(network))
        if notes:
            heading = QLabel("Notes on the file")
            heading.setStyleSheet("font-weight: 600;")
            column.addWidget(heading)
        for note in notes:
            column.addLayout(_note(note))
        column.addStretch(1)
        self.setWidget(body)
        self.setVisible(bool(network.problems or notes))
        self.setMinimumHeight(min(body.sizeHint().height(), 190) if network.problems else 60)

    def _problem_box(self, network: ResolvedNetwork) -> QWidget:
        box = QFrame()
        box.setObjectName("problem_box")
        column = QVBoxLayout(box)
        column.setContentsMargins(12, 9, 12, 10)
        column.setSpacing(7)
        problem = network.problems[0]
        empty = problem.trouble is Trouble.EMPTY
        box.setProperty("calm", empty)
        heading = QLabel(_heading(problem))
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setStyleSheet("font-weight: 600;")
        column.addWidget(heading)
        reason = "Insert a layer to begin with, or open a file or a preset." if empty else _sentence(problem.reason)
        column.addWidget(_wrapped(reason))
        row = FlowLayout(6)
        column.addLayout(row)
        for fix in fixes(network):
            title = fix.title if len(fix.title) <= 60 else fix.title[:59] + "…"
            button = QPushButton(title.replace("&", "&&"))
            button.setObjectName("fix_button")
            button.clicked.connect(lambda _=False, fix=fix: self.fix_chosen.emit(fix))
            row.addWidget(button)
        return box


def _heading(problem: Problem) -> str:
    if problem.trouble is Trouble.EMPTY:
        return "The table is empty"
    return f"{problem.name[:60]} cannot run" if problem.name else "This table cannot run"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."


def _wrapped(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _note(text: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    mark = QLabel("!")
    mark.setStyleSheet("font-weight: 700; color: #b45309;")
    label = _wrapped(text)
    label.setObjectName("note")
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label, 1)
    return row
