"""The comparison panel: totals side by side, and the layers that differ."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.analysis.difference import Difference
from squeezeviz.files.tables.comparison import comparison_markdown
from squeezeviz.gui.panels.compare.entries import entries
from squeezeviz.gui.panels.compare.list import ChangeList
from squeezeviz.gui.panels.compare.totals import TotalsGrid
from squeezeviz.gui.widgets.elided_label import ElidedLabel
from squeezeviz.gui.widgets.flow_layout import FlowLayout
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

BESIDE = 540
"""From this width in pixels, the layers are beside the totals, otherwise below them."""
_INVITATION = (
    "Pin a network as the baseline. Then every edit, and every file you open, shows here and in the table "
    "what it saves and what it costs against it."
)


@guarded
class ComparePanel(QScrollArea):
    """Shows a Difference. Without a baseline it explains what pinning is for."""

    layer_chosen = Signal(str)
    pin_requested = Signal()
    choose_requested = Signal()
    unpin_requested = Signal()
    copied = Signal(str)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_panel")
        self.setAccessibleName("Comparison with the baseline")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: Difference | None = None
        self._title = ""
        body = QWidget()
        pages = QVBoxLayout(body)
        pages.setContentsMargins(0, 0, 0, 0)
        self._changes = ChangeList(style)
        self._changes.layer_chosen.connect(self.layer_chosen)
        self._totals = TotalsGrid()
        self._invitation, self._comparison = self._made_invitation(), self._made_comparison()
        pages.addWidget(self._invitation)
        pages.addWidget(self._comparison)
        self.setWidget(body)
        self._bring(pinned=False)

    def set_style(self, style: Style) -> None:
        self._changes.set_style(style)

    def show_difference(self, title: str, found: Difference | None) -> None:
        """Show the comparison with the baseline named `title`; None if there is no baseline."""
        had = self._shown is not None
        self._shown, self._title = found, title
        if found is not None:
            named = title if found.baseline.runs else f"{title} (cannot run)"
            _set(self._heading, f"Baseline: {named}")
            _set(self._summary, summary(found))
            self._totals.show_totals(found)
            self._changes.show_entries(entries(found))
        if had is not (found is not None):
            self._bring(pinned=found is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        beside = event.size().width() >= BESIDE
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)

    def _bring(self, *, pinned: bool) -> None:
        """Show the comparison or the invitation, and move the keyboard focus along."""
        focused: QWidget | None = QApplication.focusWidget()
        typing = focused is not None and self.isAncestorOf(focused)
        self.setFocusProxy(self._changes if pinned else self._first)
        self._comparison.setVisible(pinned)
        self._invitation.setVisible(not pinned)
        if typing:
            self.setFocus()

    def _made_invitation(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(10)
        sentence = QLabel(_INVITATION)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        row = FlowLayout(6)
        self._first = _button("Pin this state", "pin")
        self._first.clicked.connect(lambda: self.pin_requested.emit())
        choose = _button("Compare with…", "choose")
        choose.clicked.connect(lambda: self.choose_requested.emit())
        row.addWidget(self._first)
        row.addWidget(choose)
        column.addLayout(row)
        column.addStretch(1)
        return page

    def _made_comparison(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 8, 8, 6)
        column.setSpacing(5)
        self._heading, self._summary = ElidedLabel(), ElidedLabel()
        self._heading.setProperty("tone", "formula")
        left, right = QVBoxLayout(), QVBoxLayout()
        for part, heading, content in ((left, self._heading, self._totals), (right, self._summary, self._changes)):
            part.setSpacing(3)
            heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            part.addWidget(heading)
            part.addWidget(content, 1 if content is self._changes else 0)
        left.addStretch(1)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(14)
        self._parts.addLayout(left)
        self._parts.addLayout(right, 1)
        column.addLayout(self._parts, 1)
        column.addLayout(self._buttons())
        return page

    def _buttons(self) -> FlowLayout:
        row = FlowLayout(6)
        for text, name, action in (
            ("Pin this state instead", "pin_instead", self.pin_requested.emit),
            ("Compare with…", "choose_other", self.choose_requested.emit),
            ("Copy as Markdown", "copy_comparison", self._copy),
            ("Unpin", "unpin", self.unpin_requested.emit),
        ):
            button = _button(text, name)
            button.clicked.connect(lambda _=False, action=action: action())
            row.addWidget(button)
        return row

    def _copy(self) -> None:
        if self._shown is not None:
            name = f"{self._shown.present.table.name} (now)"
            self.copied.emit(comparison_markdown(self._shown, self._title, name))


def summary(found: Difference) -> str:
    """Return `2 layers differ, 5 more are affected`."""
    own = sum(row is not None and row.change is not None for row in found.rows) + len(found.removed)
    reached = sum(row is not None and row.change is None for row in found.rows)
    if found.nothing:
        return "No difference"
    if not own:
        return f"The input differs, {_following(reached)}" if reached else "The input differs"
    differ = "1 layer differs" if own == 1 else f"{own:,} layers differ"
    return f"{differ}, {_following(reached, ' more')}" if reached else differ


def _following(count: int, more: str = "") -> str:
    return f"{count:,}{more} {'is' if count == 1 else 'are'} affected"


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button


def _set(label: ElidedLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
