"""The explanation panel, and its button for copying an explanation as text, Markdown or LaTeX."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QToolButton, QWidget

from squeezeviz.explain.explanation import Explanation, as_latex, as_markdown, as_text
from squeezeviz.figure.writers.painter import paint_ground
from squeezeviz.gui.explain.page import ExplainText
from squeezeviz.gui.explain.placing import Faces, Page, plain_text, sections_page, title_page
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.text import plain

_WAYS = {"Text": as_text, "Markdown": as_markdown, "LaTeX": as_latex}


class ExplainPanel(QScrollArea):
    """Shows an explanation: the first sections, then the footer (such as the editor), then the further
    sections."""

    copied = Signal(str)
    """What was copied, as a sentence for the status bar."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.setObjectName("explain_panel")
        self.setAccessibleName("Explanation")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its space is always reserved, or text would wrap again and buttons jump whenever it appears.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().rangeChanged.connect(self._show_handle)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._faces = Faces(self.font(), style)
        self._shown: Explanation | None = None
        self._footer: QWidget | None = None
        self._title, self._first, self._further = ExplainText(), ExplainText(), ExplainText()
        body = self._body = _Body(self, style)
        self._layout = in_column(
            self._head(), self._first, self._further, 1, spacing=4, margins=(15, 9, 6, 13), of=body
        )
        self.setViewportMargins(1, 1, 0, 1)  # the card's round corners stay clear
        self.setWidget(body)
        self._show_handle(0, 0)

    def set_style(self, style: Style) -> None:
        self._faces = Faces(self.font(), style)
        self._body.set_style(style)
        shown, self._shown = self._shown, None
        if shown:
            self.show_explanation(shown)

    def set_footer(self, footer: QWidget) -> None:
        """Set the widget between the first and the further sections. It stays from one explanation to the next."""
        self._footer = footer
        self._layout.insertWidget(self._layout.indexOf(self._further), footer)

    def text(self) -> str:
        """Return all text of the panel."""
        if self._shown is None:
            return ""
        return "\n".join(piece.plain_text for part in self._parts for piece in part.page.pieces)

    def show_explanation(self, explanation: Explanation, *, hold: bool = False) -> None:
        """Show another explanation. This happens on every edit, and on every tick of a drag.

        With `hold`, where it is of the same thing as before, the footer stays where it is seen.
        """
        if explanation == self._shown:
            return
        other = self._shown is not None and self._shown.title != explanation.title
        if other:
            self.verticalScrollBar().setValue(0)
        if not hold:
            self._first.setMinimumHeight(0)
        before = self._first.height()
        self._shown = explanation
        for part, make in zip(self._parts, _pages(explanation, self._faces), strict=True):
            part.show_page(make)
        if hold:
            self._hold_footer(before)
        self.setAccessibleDescription(plain_text(explanation.title, explanation.kind, explanation.sections))

    def _hold_footer(self, before: int) -> None:
        """Keep sliders and buttons under the hand, which the first sections, `before` so many pixels high, would move.

        Where these are lower now, their room stays as it was until something else is explained; where they are higher,
        what is above is scrolled away by as much.
        """
        now = self._first.heightForWidth(self._first.width())
        if self._footer is None or not self._footer.isVisible() or now == before:
            return
        self._first.setMinimumHeight(before if now < before else 0)
        if now > before:
            QCoreApplication.sendPostedEvents(self._body, QEvent.Type.LayoutRequest.value)
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + now - before)

    @property
    def _parts(self) -> tuple[ExplainText, ExplainText, ExplainText]:
        return self._title, self._first, self._further

    def _copy(self, way: str) -> None:
        """Copy the present explanation to the clipboard as `Text`, `Markdown` or `LaTeX`."""
        if self._shown is not None:
            QGuiApplication.clipboard().setText(_WAYS[way](self._shown))
            self.copied.emit(f"The explanation of {self._shown.title} is copied as {way}")

    def _head(self) -> QHBoxLayout:
        button = QToolButton()
        button.setObjectName("copy_explanation")
        button.setText("Copy")
        button.setAccessibleName("Copy this explanation")
        button.setToolTip("Copy this explanation as text, Markdown or LaTeX")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for way in _WAYS:
            menu.addAction(f"Copy as {way}").triggered.connect(lambda _=False, way=way: self._copy(way))
        button.setMenu(menu)
        return in_row((self._title, 1), (button, 0, Qt.AlignmentFlag.AlignTop), spacing=8)

    def _show_handle(self, lowest: int, highest: int) -> None:
        """Enable the scroll bar only if there is something to scroll. A disabled bar shows no handle."""
        self.verticalScrollBar().setEnabled(highest > lowest)


@guarded
class _Body(QWidget):
    """The scrolled content. It grows with its text before that is painted, not one turn of the event loop later."""

    def __init__(self, area: QScrollArea, style: Style) -> None:
        super().__init__()
        self._area = area
        self._ground = QColor(style.card)
        # All of it is painted, so nothing below need be; and it looks the same however high it is.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            QCoreApplication.sendEvent(self._area, QEvent(QEvent.Type.LayoutRequest))
        return handled

    def set_style(self, style: Style) -> None:
        self._ground = QColor(style.card)
        # All of the window is painted next: Qt would paint what is opaque on its own before, and then once more.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, not self.isVisible())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        with QPainter(self) as painter:
            paint_ground(painter, event.rect(), self._ground)


def _pages(explanation: Explanation, faces: Faces) -> tuple[Callable[[int], Page], ...]:
    """Return functions that place the title, the first sections and the further ones on a page of a given width."""
    first = [section for section in explanation.sections if not section.further]
    further = [section for section in explanation.sections if section.further]
    return (
        partial(title_page, plain(explanation.title, 80), explanation.kind, faces=faces),
        partial(sections_page, first, faces=faces),
        partial(sections_page, further, faces=faces),
    )
