"""The panel that stands in place of the explanation while a value is followed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.value_sources import ValueAt, seen_by, source_of
from squeezeviz.files.tables.followed_value import followed_text
from squeezeviz.gui.document import Document
from squeezeviz.gui.explain.placing import Faces
from squeezeviz.gui.following.followed import Following
from squeezeviz.gui.following.page import FollowedText
from squeezeviz.gui.following.pixels import PixelsAround
from squeezeviz.gui.following.placing import FollowedPage, Shown, Target, followed_page
from squeezeviz.gui.live.toolbar import TypedLine
from squeezeviz.gui.widgets.buttons import tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.reading import whole

PLACES = ("channel", "row", "column")
_WIDTH = 400
"""In pixels, if there is room."""
_NARROWEST = 260
_FIELDS_BESIDE = 500
"""From so many pixels on the title and the fields stand in one row."""
_SEEN_AROUND = 40
"""Pixels above and below a value that the keyboard comes to."""


@guarded
class FollowPanel(QWidget):
    """Shows the value that is followed, with fields for its channel, row and column."""

    copied = Signal(str)
    """What was copied, as a sentence for the status bar."""
    refused = Signal(str)
    """Why what was typed is no place."""

    def __init__(self, following: Following, document: Document, around: PixelsAround, style: Style) -> None:
        super().__init__()
        self.setObjectName("follow_panel")
        self.setAccessibleName("Follow one value")
        self._following, self._document, self._around = following, document, around
        self._style, self._faces = style, Faces(self.font(), style)
        self._shown: Shown | None = None
        self.page = FollowedText()
        self.page.set_accent(style.accent)
        self.fields = {what: self._field(what) for what in PLACES}
        self._said = label(name="follow_said", wraps=True)
        self._keys = label(tone="quiet", name="follow_keys", wraps=True, small=True)
        self._copy = tool_button("Copy", "follow_copy", "Copy this as text, as the command line prints it", self.copy)
        in_column(
            self._head(), self._said, (self._scrolled(), 1), self._keys,
            spacing=6, margins=(15, 9, 6, 9), of=self,
        )  # fmt: skip
        self.setFocusProxy(self.page)
        self.page.chosen.connect(self._go)
        self.page.back_wanted.connect(lambda: following.return_to(len(following.way) - 2))
        self.page.reached.connect(self._reveal)
        self.page.typed.connect(self._begin_channel)
        following.changed.connect(self.show_value)
        around.changed.connect(self.show_value)
        following.moved.connect(lambda: self._scroll.verticalScrollBar().setValue(0))
        self.show_value()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return what it needs with its fields below the title, even if they are beside it now."""
        least = super().minimumSizeHint()
        return QSize(min(least.width(), _NARROWEST), least.height())

    def set_style(self, style: Style) -> None:
        self._style, self._faces = style, Faces(self.font(), style)
        self.page.set_accent(style.accent)
        self._shown = None
        self.show_value()

    def show_value(self) -> None:
        """Show what is known of the value that is followed."""
        following, at = self._following, self._following.at
        if at is None:
            return
        for what, field in self.fields.items():
            if not field.hasFocus() or not field.isModified():
                field.show_value(getattr(at, what))
        show_text(self._said, following.said, "differs" if following.is_refused else "quiet")
        self._said.setVisible(bool(following.said))
        value, network = following.value, following.network
        self._copy.setEnabled(value is not None)
        if value is None or network is None:
            self._shown = None
            self.page.show_page(partial(FollowedPage, faces=self._faces))  # blank, but the keyboard stays there
            self._show_keys(onward=False)
            return
        self._show_keys(onward=bool(value.back))
        self._around.want(following.pass_of, value.at if value.operation == NETWORK_INPUT else None)
        # While the next value is on its way, the one before stays with the way that led there.
        way = following.way if value.at == at else (*following.way[:-1], value.at)
        letters = following.pass_of.numbers.letters if following.pass_of and NETWORK_INPUT in value.inputs else ()
        pixels, opened = self._around.pixels, self._around.opened
        old, room = bool(following.said), self._room()
        shown = Shown(value, network, way, following.ran_on, old, pixels, letters, opened, room)
        if shown != self._shown:
            if self._shown is not None and self._shown.value.at != value.at:
                self.page.begin_anew()
            self._shown = shown
            self.page.show_page(partial(followed_page, shown, self._style, faces=self._faces))
            self.page.setAccessibleDescription(self.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange_head()
        if self._shown is not None and self._shown.room != self._room():
            self.show_value()

    def _room(self) -> int:
        """Return how much of the page is in sight when nothing is said above it, in pixels."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        said = self._said.height() + layout.spacing() if self._said.isVisible() else 0
        return self._scroll.viewport().height() + said

    def _show_keys(self, *, onward: bool) -> None:
        """Name the keys that lead somewhere from here."""
        keys = ["Enter: follow the framed value", "arrows, Tab: frame another"] if onward else []
        keys += ["Backspace: return"] if len(self._following.way) > 1 else []
        show_text(self._keys, " · ".join((*keys, "a number: another channel", "Esc: close")), "quiet")

    def _begin_channel(self, digit: str) -> None:
        """Type a channel, from its first digit on."""
        field = self.fields["channel"]
        field.setFocus()
        field.selectAll()
        field.insert(digit)
        field.setModified(True)

    def text(self) -> str:
        """Return the value that is shown as the command line prints it."""
        if self._shown is None:
            return ""
        rows, columns = seen_by(self._shown.network, self._shown.value.at)
        of_picture = self._shown.opened.said if self._shown.opened is not None else ""
        return followed_text(self._shown.value, rows, columns, (), of_picture)

    def copy(self) -> None:
        if text := self.text():
            QGuiApplication.clipboard().setText(text)
            self.copied.emit("The followed value is copied as text")

    def _go(self, target: Target) -> None:
        if target.place >= 0:
            self._following.return_to(target.place)
        else:
            self._following.step(target.at)

    def _typed(self, what: str, text: str) -> int:
        """Read a channel, row or column. Raises SqueezevizError with the range that there is."""
        number, at = whole(text), self._following.at
        if at is not None:
            source_of(self._document.network, _with(ValueAt(at.operation, 0, 0, 0), what, number))
        return number

    def _take(self, what: str, number: int) -> None:
        at = self._following.at
        if at is not None:
            self._following.follow(_with(at, what, number))

    def _reveal(self, room: QRect) -> None:
        middle = room.center()
        self._scroll.ensureVisible(middle.x(), middle.y(), room.width(), _SEEN_AROUND)

    # Its parts

    def _head(self) -> QGridLayout:
        self._grid, self._places = QGridLayout(), self._place_fields()
        self._grid.setSpacing(6)
        self._grid.setColumnStretch(1, 1)
        close = tool_button("✕", "follow_close", "Back to the explanation (Esc)", self._following.leave)
        self._grid.addWidget(label("Follow one value", name="card_title"), 0, 0)
        self._grid.addLayout(in_row(self._copy, close, spacing=8), 0, 2)
        self._arrange_head()
        return self._grid

    def _arrange_head(self) -> None:
        """Put the fields beside the title where there is room, as there the page is low; else below it."""
        place = (0, 1, 1, 1) if self.width() >= _FIELDS_BESIDE else (1, 0, 1, 3)
        if (
            self._grid.indexOf(self._places) < 0
            or self._grid.getItemPosition(self._grid.indexOf(self._places)) != place
        ):
            self._grid.removeWidget(self._places)
            self._grid.addWidget(self._places, *place)

    def _place_fields(self) -> QWidget:
        holder = QWidget()
        row = in_row(spacing=5, margins=(0, 0, 0, 0), of=holder)
        for what, field in self.fields.items():
            name = label(what, "quiet")
            name.setBuddy(field)
            row.addWidget(name)
            row.addWidget(field, 1)
        return holder

    def _field(self, what: str) -> TypedLine:
        field = TypedLine(partial(self._typed, what), 0)
        field.setObjectName(f"follow_{what}")
        field.setAccessibleName(f"{what.capitalize()} of the followed value, counted from 0")
        field.setToolTip(f"{what.capitalize()}, counted from 0; Enter follows the value there")
        field.setMinimumWidth(34)
        field.entered.connect(partial(self._take, what))
        field.refused.connect(self.refused)
        field.finished.connect(self.setFocus)
        return field

    def _scrolled(self) -> QScrollArea:
        self._scroll = QScrollArea()
        self._scroll.setObjectName("follow_scroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # As of the explanation: or the page would be laid out again whenever it appears.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.page)
        return self._scroll


def _with(at: ValueAt, what: str, number: int) -> ValueAt:
    """Return the value with another channel, row or column."""
    place = {each: getattr(at, each) for each in PLACES} | {what: number}
    return at._replace(channel=place["channel"], row=place["row"], column=place["column"])
