"""The explanation of what is selected, and the sliders that edit a Fire module."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from squeezeviz.core.explaining.model import Explanation, Section
from squeezeviz.gui.copy_menu import CopyMenu
from squeezeviz.gui.explain_section import SectionView, form, plain, set_label_text, text_label
from squeezeviz.gui.style import Style

FURTHER_AFTER_MS = 120
"""Dozens of labels are not laid out anew for every tick of a drag."""


class ExplainPanel(QScrollArea):
    """Shows an Explanation: its first sections, then the footer, such as the Fire editor, then what is further."""

    copied = Signal(str)
    """What was copied, as a sentence for the status bar."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explain_panel")
        self.setAccessibleName("Explanation")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its room is always kept, or text would wrap anew, and buttons jump, whenever it comes and goes.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().rangeChanged.connect(self._show_handle)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._style = style
        self._shown: Explanation | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(FURTHER_AFTER_MS)
        self._settled.timeout.connect(self._show_further)
        self._title = text_label("", "title")
        self._kind = text_label("", "quiet", wraps=False)
        self._copy = CopyMenu()
        self._copy.copied.connect(self.copied)
        self._first, self._further = _Sections(), _Sections()
        body = QWidget()
        self._layout = QVBoxLayout(body)
        self._layout.setContentsMargins(16, 10, 6, 14)
        self._layout.setSpacing(4)
        self._layout.addLayout(self._head())
        self._layout.addWidget(self._first)
        self._layout.addWidget(self._further)
        self._layout.addStretch(1)
        self.setWidget(body)
        self._show_handle(0, 0)

    def set_style(self, style: Style) -> None:
        self._style = style
        self._first.clear()
        self._further.clear()
        shown, self._shown = self._shown, None
        if shown:
            self.show_explanation(shown)
            self._show_further()

    def set_footer(self, footer: QWidget) -> None:
        """A widget between the first sections and the further ones, kept from one explanation to the next."""
        self._layout.insertWidget(self._layout.indexOf(self._further), footer)

    def text(self) -> str:
        """All that the panel says, as plain text."""
        if self._settled.isActive():
            self._show_further()
        return self._said()

    def _show_further(self) -> None:
        """What stands below the fold, once nothing else has been selected or edited for a moment."""
        self._settled.stop()
        if self._shown is not None:
            self._further.show_sections([each for each in self._shown.sections if each.further], self._style)
            self.setAccessibleDescription(self._said())

    def _said(self) -> str:
        head = [plain(self._title.text()), self._kind.text()]
        return "\n".join([*head, *self._first.texts(), *self._further.texts()])

    def show_explanation(self, explanation: Explanation) -> None:
        """Show another explanation. Sections of the same form only change their words: that happens on every edit."""
        if explanation == self._shown:
            return
        if self._shown is not None and self._shown.title != explanation.title:
            self.verticalScrollBar().setValue(0)
        set_label_text(self._title, _short(explanation.title))
        set_label_text(self._kind, explanation.kind)
        self._copy.set_explanation(explanation)
        self._first.show_sections([each for each in explanation.sections if not each.further], self._style)
        self._shown = explanation
        self._settled.start()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._title, 1)
        self._kind.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._kind.setContentsMargins(0, 4, 0, 0)
        row.addWidget(self._kind, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _show_handle(self, lowest: int, highest: int) -> None:
        """A handle as long as the bar would say that there is something to scroll; a disabled bar shows none."""
        self.verticalScrollBar().setEnabled(highest > lowest)


class _Sections(QWidget):
    """A column of sections. One that comes again, or has the form of one that goes, keeps its widgets."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._views: list[SectionView] = []

    def show_sections(self, sections: Sequence[Section], style: Style) -> None:
        if [form(section) for section in sections] != [view.form for view in self._views]:
            self._rearrange(sections, style)
        for view, section in zip(self._views, sections, strict=True):
            view.show_section(section)

    def texts(self) -> list[str]:
        return [view.text() for view in self._views]

    def clear(self) -> None:
        for view in self._views:
            self._drop(view)
        self._views = []

    def _rearrange(self, sections: Sequence[Section], style: Style) -> None:
        """Views for sections of these forms, in this order; as few as can be are made anew."""
        free = list(self._views)
        views = []
        for place, section in enumerate(sections):
            wanted = form(section)
            view = next((each for each in free if each.form == wanted), None)
            if view is None:
                view = SectionView(section, style)
            else:
                free.remove(view)
            if self._column.indexOf(view) != place:
                self._column.removeWidget(view)
                self._column.insertWidget(place, view)
            views.append(view)
        for view in free:
            self._drop(view)
        self._views = views

    def _drop(self, view: SectionView) -> None:
        self._column.removeWidget(view)
        view.hide()
        view.setParent(None)
        view.deleteLater()


def _short(title: str) -> str:
    return title if len(title) <= 80 else title[:79] + "…"
