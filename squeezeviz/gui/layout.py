"""Where table, diagram and explanation stand; on a narrow window the explanation is a panel below the table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QVBoxLayout, QWidget

from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.live.toolbar import NARROW
from squeezeviz.gui.panels.notes import NotesPanel
from squeezeviz.gui.panels.panels import Panel, Panels
from squeezeviz.gui.table.card import TableCard
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.notice_bar import NoticeBar

_LOWEST, _LOWEST_NARROW = 200, 250
"""How high the panels below the table are at first, at least; on a narrow window the explanation is among them."""
_SCROLL_BAR = 16
_BARS = 134
"""What menu, toolbar and status bar take of the window's height."""
_NARROWEST_GRAPH = 380
_LARGEST_SCREEN = 32_768
_LOWEST_UNDER_NOTICE = 150
"""How low the panels below the table become to make way for the notice bar."""
_TABLE_HEAD = 76
"""What title and headings take of the table's."""


class Layout:
    """Puts the views and their cards beside each other, in `whole`."""

    def __init__(
        self,
        table: TableView,
        notes: NotesPanel,
        panels: Panels,
        graph: GraphView,
        explain: ExplainPanel,
        notice: NoticeBar,
    ) -> None:
        self._table, self._notes, self._panels, self._explain, self._notice = table, notes, panels, explain, notice
        self.table_card = TableCard(table, notes)
        self._graph_card = _card(graph)
        self._explain_card = _card(explain)
        self._left = _Cards(Qt.Orientation.Vertical)
        self._left.addWidget(self.table_card)
        self._left.addWidget(self._panels)
        self._left.setStretchFactor(0, 1)
        self._left.setStretchFactor(1, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setContentsMargins(8, 8, 8, 8)
        self._narrow: bool | None = None
        self._by_hand: dict[str, list[list[int]]] = {}
        """The sizes that a person gave the columns and the panels, on a wide and on a narrow window."""
        for splitter in (self._left, self.splitter):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(8)
            splitter.splitterMoved.connect(lambda *_: self._keep_sizes())
        self.splitter.addWidget(self._left)
        self.splitter.addWidget(self._graph_card)
        self.splitter.addWidget(self._explain_card)
        self._notice_height = 0
        self._lower_height: int | None = None
        """That of the panels before the notice bar came, to go back to once it is gone."""
        self.whole = _with_notice(notice, self.splitter)
        self._left.resized.connect(self._follow_notice)

    def arrange(self, width: int, height: int) -> None:
        """Three columns on a wide window; on a narrow one two, the explanation among the panels below the table."""
        narrow = width < NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self._table.fit_columns()
        table = self.table_width()
        if narrow:
            self._explain_card.hide()
            self._panels.add("explanation", lambda: Panel(self._explain), at=0)
            self._panels.panel("explanation")
            self._panels.put_in_front("explanation")
            self.splitter.setSizes([min(table, width * 56 // 100), width, 0])
        else:
            self._panels.take("explanation")
            card = self._explain_card.layout()
            assert card is not None
            card.addWidget(self._explain)
            self._explain.show()
            self._explain_card.show()
            explain = max(300, min(340, width // 5))
            self.splitter.setSizes([table, width - table - explain, explain])
        self._left.setSizes(self._heights(height - _BARS, min(table, self.splitter.sizes()[0] or table)))
        self.splitter.setStretchFactor(1, 1)
        for splitter, sizes in zip((self.splitter, self._left), self._by_hand.get(self._form, ()), strict=False):
            splitter.setSizes(sizes)
        self._notice_height, self._lower_height = self._height_of_notice(), None
        if self._notice_height:
            self._make_way(self._left.sizes())

    def make_room(self) -> None:
        """Give the table what its columns need now, unless a person has drawn the line between the cards."""
        if self._narrow or self._form in self._by_hand:
            return
        sizes, wanted = self.splitter.sizes(), self.table_width()
        if sizes[0] < wanted and sizes[1] - (wanted - sizes[0]) >= _NARROWEST_GRAPH:
            self.splitter.setSizes([wanted, sizes[1] - (wanted - sizes[0]), sizes[2]])

    def fit_heights(self) -> None:
        """Give the table what its rows and the notes need now, unless a person has drawn the line below it."""
        if self._narrow is None or self._form in self._by_hand or self._panels.isHidden():
            return
        heights = self._heights(sum(self._left.sizes()), self.table_card.width())
        if heights[0] > self._left.sizes()[0]:
            self._left.setSizes(heights)

    def sizes(self) -> dict[str, list[list[int]]]:
        """The sizes that a person chose by dragging between the cards, as plain data."""
        return self._by_hand

    def restore_sizes(self, stored: object) -> None:
        """Bring back what `sizes` gave; whatever is odd in it is left out. To be called before `arrange`."""
        if isinstance(stored, dict):
            self._by_hand = {form: sizes for form, sizes in stored.items() if _are_sizes(sizes)}

    @property
    def _form(self) -> str:
        return "narrow" if self._narrow else "wide"

    def _height_of_notice(self) -> int:
        # The bar's own height is not yet up to date while the cards are being resized.
        return 0 if self._notice.isHidden() else self.whole.height() - self.splitter.height()

    def _follow_notice(self, before: list[int]) -> None:
        """The cards on the left have another height; where the notice bar took or gave it, the table keeps its own."""
        height = self._height_of_notice()
        if height != self._notice_height:
            self._notice_height = height
            if height:
                self._make_way(before)
            elif self._lower_height is not None:
                self._set_lower_height(self._lower_height)
                self._lower_height = None

    def _make_way(self, before: list[int]) -> None:
        """Take the notice bar's room from the panels rather than from the table, whose totals are its last row."""
        if self._lower_height is None:
            self._lower_height = before[1]
        lowest = min(_LOWEST_UNDER_NOTICE, self._lower_height)
        self._set_lower_height(max(lowest, self._lower_height - self._notice_height))

    def _set_lower_height(self, height: int) -> None:
        self._left.setSizes([sum(self._left.sizes()) - height, height])

    def _keep_sizes(self) -> None:
        self._lower_height = None
        self._by_hand[self._form] = [self.splitter.sizes(), self._left.sizes()]

    def _heights(self, height: int, width: int) -> list[int]:
        """Of table and panels: the table as high as its rows and notes, unless that leaves the panels too little."""
        rows = self._table.model().rowCount() * self._table.verticalHeader().defaultSectionSize()
        wanted = rows + _TABLE_HEAD + self._notes.wanted_height(width)
        lower = max(_LOWEST_NARROW if self._narrow else _LOWEST, height - wanted)
        return [height - lower, lower]

    def go_to_explanation(self) -> None:
        """Put the keyboard into the explanation, wherever it stands."""
        if self._panels.has("explanation"):
            self._panels.bring("explanation")
        self._explain.setFocus()

    def show_focus(self, focused: QWidget | None) -> None:
        """Outline the card in which the keyboard is."""
        for card in (self.table_card, self._graph_card, self._explain_card, self._panels):
            within = focused is not None and card.isAncestorOf(focused)
            if bool(card.property("focused")) is not within:
                card.setProperty("focused", within)
                card.style().unpolish(card)
                card.style().polish(card)

    def table_width(self) -> int:
        """What the table needs to show all its columns."""
        return self._table.wanted_width() + _SCROLL_BAR


@guarded
class _Cards(QSplitter):
    """Says when it was resized, with the sizes that its cards had before."""

    resized = Signal(object)

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = self.sizes()
        super().resizeEvent(event)
        self.resized.emit(before)


def _are_sizes(stored: object) -> bool:
    """Whether these are the sizes of both splitters."""
    if not (isinstance(stored, list) and all(isinstance(each, list) for each in stored)):
        return False
    known = all(isinstance(size, int) and 0 <= size < _LARGEST_SCREEN for each in stored for size in each)
    return known and [len(each) for each in stored] == [3, 2]


def _with_notice(notice: NoticeBar, content: QWidget) -> QWidget:
    """All of the window's content, with the bar over it."""
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(notice)
    column.addWidget(content, 1)
    return whole


def _card(content: QWidget | None = None) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    column = QVBoxLayout(card)
    column.setContentsMargins(1, 1, 1, 1)
    column.setSpacing(0)
    if content is not None:
        column.addWidget(content)
    return card
