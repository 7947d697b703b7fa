"""The cards of the window and where they stand; on a narrow one the explanation is a panel below the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QSplitter,
    QToolButton,
    QWidget,
)

from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.explain.panel import ExplainPanel
from squeezeviz.gui.live.toolbar import NARROW
from squeezeviz.gui.panels.notes import NotesPanel
from squeezeviz.gui.panels.panels import Panel, Panels
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.buttons import ElidedButton
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, set_property
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.gui.widgets.messages import NoticeBar
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import Note, Severity
from squeezeviz.model.text import plain, tip_text

if TYPE_CHECKING:
    from squeezeviz.figure.scene.diagram import Direction

_LOWEST, _LOWEST_NARROW = 200, 250
"""How high the panels below the table are at first, at least; on a narrow window the explanation is among them."""
_SCROLL_BAR = 16
_BARS = 134
"""What menu, toolbar and status bar take of the window's height."""
_NARROWEST_GRAPH = 380
_NARROWEST_BESIDE, _LEAST_BESIDE, _LOWEST_BESIDE = 330, 280, 240
"""Of two diagrams beside each other: one that has less than the first makes the explanation give way; one that has less
than the second takes width from the table, which hides where that leaves it less than the third."""
_NARROWEST_TABLE = 340
"""How narrow two diagrams make the table."""
_SEEN_BESIDE = 185
"""What each of them keeps, wherever the lines between the cards are drawn."""
_LARGEST_SCREEN = 32_768
_TALL, _TALL_SHARE = 340, 0.55
"""How high they are while a panel is in front that shows pictures; and how much of the height they take at most where
the table needs more than there is."""
_LOWEST_UNDER_NOTICE = 150
"""How low the panels below the table become to make way for the notice bar, or for notes on the table."""
_TITLE_FROM = 460
"""How wide the table's card is at least where it has a title beside what it is compared with."""
_TABLE_HEAD = 76
"""What title and headings take of the table's."""

PANES = ("table_pane", "diagram_pane", "explanation_pane")
"""What can be hidden: table and panels, diagram, explanation. The commands that do it have the same names."""

_HINTS = {
    "light": "white cells are yours to edit, grey ones are computed",
    "dark": "lighter cells are yours to edit, the others are computed",
}


class _Card(QFrame):
    """A frame around what stands in it, one below the other."""

    def __init__(self, *contents: QWidget) -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = in_column(*contents, spacing=0, margins=(1, 1, 1, 1), of=self)


@guarded
class TableCard(_Card):
    """`chip` says what the table is compared with; it takes the hint's place. `notes_chip` brings notes back."""

    def __init__(self, table: QWidget, notes: QWidget) -> None:
        super().__init__()
        self._title = ElidedLabel("card_title")
        self._title.setText("Layer table")
        self.chip, self.notes_chip = ElidedButton("baseline_chip"), ElidedButton("notes_chip")
        self.notes_chip.setToolTip("Show the notes on this table")
        self._hint = ElidedLabel(small=True)
        self._hint.setProperty("quiet", True)
        self._buttons = in_row(spacing=2)
        head = in_row(
            self._title,
            self.chip,
            self.notes_chip,
            (self._hint, 1),
            0,
            self._buttons,
            spacing=12,
            margins=(14, 7, 8, 6),
        )
        self.column.addLayout(head)
        self.column.addWidget(table, 1)
        self.column.addWidget(notes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave the title out where what the table is compared with needs the room."""
        self._title.setVisible(self.chip.isHidden() or self.width() >= _TITLE_FROM)

    def set_style(self, style: Style) -> None:
        self._hint.setText(_HINTS[style.name])

    def show_baseline(self, title: str) -> None:
        """What the table is compared with; nothing where it is empty."""
        shown = plain(title, 34)
        self.chip.show_words(f"Compared with {shown}", f"vs {shown}")
        self.chip.setToolTip(tip_text(title and f"Compared with {plain(title)}"))
        self.chip.setAccessibleName(f"Compared with {plain(title)}; go to the comparison")
        self.chip.setVisible(bool(title))
        self._hint.setVisible(not title)
        self._fit()

    def show_hidden_notes(self, notes: Sequence[Note]) -> None:
        """How many notes are hidden, orange where one of them warns."""
        counted = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
        self.notes_chip.show_words(counted, str(len(notes)))
        self.notes_chip.setAccessibleName(f"Show {counted}")
        set_property(self.notes_chip, "warns", any(note.severity is Severity.WARNING for note in notes))
        self.notes_chip.setVisible(bool(notes))

    def add_buttons(self, actions: Iterable[QAction]) -> None:
        """Small buttons at the right of the heading."""
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.text())
            self._buttons.addWidget(button)


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
        self._table, self._notes, self._panels, self._notice, self._graph = table, notes, panels, notice, graph
        self._explanation = _Explanation(explain)
        self.table_card = TableCard(table, notes)
        self._graphs = in_row(graph, spacing=1)
        self._graph_card = _Card()
        self._graph_card.column.addLayout(self._graphs)
        self._explain_card = _Card(self._explanation)
        self._left = _Cards(Qt.Orientation.Vertical)
        self._left.addWidget(self.table_card)
        self._left.addWidget(self._panels)
        self._left.setStretchFactor(0, 1)
        self._left.setStretchFactor(1, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setContentsMargins(8, 8, 8, 8)
        self._hidden: set[str] = set()
        self._beside: QWidget | None = None
        """The diagram beside that of the open network, while there is one."""
        self._makes_way: set[str] = set()
        """What is hidden for two diagrams to have room beside each other."""
        self._before_beside: list[int] | None = None
        """The widths before they came, to go back to."""
        self._alone = False
        """Whether the diagram has all of the window, whatever else is not hidden."""
        self._gives_late = False
        """Whether two diagrams, or one again, came while it had, so that the widths are yet to follow."""
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
        self._in_front = ""
        """The panel that was in front before the explanation came among them."""
        self._tall = False
        self._width_before = 0
        """The explanation's width before something stood in its place."""
        self._notice_height = 0
        self._lower_height: int | None = None
        """That of the panels before the notice bar or notes came, to go back to once these are gone."""
        self.whole = _with_notice(notice, self.splitter)
        self._left.resized.connect(self._follow_notice)

    def arrange(self, width: int, height: int) -> None:
        """Three columns on a wide window; on a narrow one two, the explanation among the panels below the table.

        While the diagram has all of the window nothing of this is seen, and stays as it was.
        """
        narrow = width < NARROW
        if narrow == self._narrow or self._alone:
            return
        self._narrow = narrow
        self._table.columns.fit()
        table = self.table_width()
        if narrow:
            self._in_front = self._panels.chosen
            self._show_panes()
            self._panels.add("explanation", lambda: Panel(self._explanation), at=0)
            self._panels.panel("explanation")
            self._panels.put_in_front("explanation")
            self.splitter.setSizes([min(table, width * 56 // 100), width, 0])
        else:
            if self._panels.chosen == "explanation":
                self._panels.put_in_front(self._in_front)
            self._panels.take("explanation")
            self._explain_card.column.addWidget(self._explanation)
            self._explanation.show()
            self._show_panes()
            explain = max(300, min(340, width // 5))
            self.splitter.setSizes([table, width - table - explain, explain])
        self._left.setSizes(self._heights(height - _BARS, min(table, self.splitter.sizes()[0] or table)))
        self.splitter.setStretchFactor(1, 1)
        for splitter, sizes in zip((self.splitter, self._left), self._by_hand.get(self._form, ()), strict=False):
            splitter.setSizes(sizes)
        if self._explanation.instead is not None:
            self._fit_instead()
        self._notice_height, self._lower_height = self._height_of_notice(), None
        if self._notice_height:
            self._make_way(self._left.sizes())
        if self._beside is not None:
            self._before_beside = None
            self._give_beside()

    @property
    def panes(self) -> dict[str, bool]:
        """Which panes are not hidden."""
        hidden = self._hidden_now
        return {name: name not in hidden for name in PANES}

    @property
    def chosen_panes(self) -> dict[str, bool]:
        """Which panes a person did not hide, though one may make way for a while."""
        return {name: name not in self._hidden for name in PANES}

    @property
    def table_makes_way(self) -> bool:
        """Whether the table is hidden for two diagrams to have room beside each other."""
        return "table_pane" in self._makes_way

    @property
    def _hidden_now(self) -> set[str]:
        return self._hidden | self._makes_way

    @property
    def alone(self) -> bool:
        """Whether the diagram has all of the window."""
        return self._alone

    def show_pane(self, name: str, shown: bool = True) -> None:
        """Show or hide a pane, for as long as the diagram is not alone. Of table and diagram, one is always there."""
        self._makes_way.discard(name)
        self._hidden ^= {name} if shown == (name in self._hidden) else set()
        if "diagram_pane" in self._hidden:
            self._makes_way.discard("table_pane")
        if self._hidden >= {"table_pane", "diagram_pane"}:
            self._hidden.remove("diagram_pane" if name == "table_pane" else "table_pane")
        self._show_panes()

    def restore_panes(self, stored: object) -> None:
        """Hide what was hidden when `panes` was stored; whatever is odd in it is left out."""
        if isinstance(stored, dict):
            for name in PANES:
                self.show_pane(name, stored.get(name) is not False)

    def show_beside(self, widget: QWidget, *, shown: bool) -> None:
        """Show another diagram before that of the open network, or hide it. Where both would be too narrow beside each
        other, the explanation makes way, then the table narrows or, where that is too little, makes way too."""
        if self._graphs.indexOf(widget) < 0:
            self._graphs.insertWidget(0, widget, 1)
            self._graphs.setStretch(1, 1)
        widget.setVisible(shown)
        self._beside = widget if shown else None
        self._give_beside()

    def turn_beside(self, direction: Direction) -> None:
        """Put diagrams that run down beside each other, those that run right one below the other."""
        way = QBoxLayout.Direction.LeftToRight if direction.down else QBoxLayout.Direction.TopToBottom
        if way is not self._graphs.direction():
            self._graphs.setDirection(way)
            self._give_beside()

    @property
    def _narrowest_graphs(self) -> int:
        """What the table and the explanation leave to the diagram, or to both."""
        across = self._graphs.direction() is QBoxLayout.Direction.LeftToRight
        return 2 * _NARROWEST_BESIDE if self._beside is not None and across else _NARROWEST_GRAPH

    def _give_beside(self) -> None:
        """Give two diagrams beside each other the room that they need; where there are none, give it back."""
        across = self._beside is not None and self._graphs.direction() is QBoxLayout.Direction.LeftToRight
        self._graph_card.setMinimumWidth(2 * _SEEN_BESIDE if across else 0)
        self._makes_way.clear()
        self._gives_late = self._alone
        before = None if across else self._before_beside
        if not across:
            self._before_beside = None
        elif self._narrow is not None and not self._alone:
            self._before_beside = self._before_beside or self.splitter.sizes()
            table, graphs, explanation = self.splitter.sizes()
            if graphs < 2 * _NARROWEST_BESIDE and explanation:
                self._makes_way.add("explanation_pane")
                graphs, explanation = graphs + explanation, 0
            if table and table + graphs < _NARROWEST_TABLE + 2 * _LOWEST_BESIDE:
                self._makes_way.add("table_pane")
            elif table > _NARROWEST_TABLE and graphs < 2 * _LEAST_BESIDE:
                narrowed = max(_NARROWEST_TABLE, table + graphs - 2 * _LEAST_BESIDE)
                self.splitter.setSizes([narrowed, table + graphs - narrowed, explanation])
        self._show_panes()
        cards = self._left, self._graph_card, self._explain_card
        if before is not None and all(size or card.isHidden() for size, card in zip(before, cards, strict=True)):
            self.splitter.setSizes(before)

    def show_alone(self, alone: bool) -> None:
        """Give the diagram all of the window, or let what is not hidden stand beside it again."""
        self._alone = alone
        self._show_panes()
        if self._gives_late and not alone:
            self.splitter.refresh()
            self._give_beside()

    def _show_panes(self) -> None:
        hidden = set(PANES) - {"diagram_pane"} if self._alone else self._hidden_now
        focused = self.whole.window().focusWidget()
        cards = dict(zip(PANES, (self._left, self._graph_card, self._explain_card), strict=True))
        for name, card in cards.items():
            card.setVisible(name not in hidden and not (self._narrow and name == "explanation_pane"))
        if focused is not None and any(card.isHidden() and card.isAncestorOf(focused) for card in cards.values()):
            (self._table if cards["diagram_pane"].isHidden() else self._graph).setFocus()

    def show_instead(self, widget: QWidget | None) -> None:
        """Show something in place of the explanation, wherever that stands; None: the explanation again."""
        if widget is self._explanation.instead:
            return
        had_keyboard = self._explanation.isAncestorOf(self._explanation.window().focusWidget())
        self._explanation.show_instead(widget)
        self._fit_instead()
        if widget is not None:
            self._panels.put_in_front("explanation")
        if had_keyboard:
            self._explanation.setFocus()

    def _fit_instead(self) -> None:
        """Give what stands in the explanation's place the width that it wants, unless a person has drawn the lines."""
        if self._narrow or self._form in self._by_hand or not self._is_whole:
            return
        table, graph, beside = self.splitter.sizes()
        instead = self._explanation.instead
        if instead is not None:
            self._width_before = beside
            wanted = min(instead.sizeHint().width(), beside + max(0, graph - self._narrowest_graphs))
        else:
            wanted = self._width_before or beside
        if wanted > beside or instead is None:
            self.splitter.setSizes([table, graph + beside - wanted, wanted])

    def make_room(self) -> None:
        """Give the table what its columns need now, unless a person has drawn the line between the cards."""
        if self._narrow or self._form in self._by_hand or not self._is_whole:
            return
        sizes, wanted = self.splitter.sizes(), self.table_width()
        if sizes[0] < wanted and sizes[1] - (wanted - sizes[0]) >= self._narrowest_graphs:
            self.splitter.setSizes([wanted, sizes[1] - (wanted - sizes[0]), sizes[2]])

    def fit_heights(self) -> None:
        """Give the table what its rows and the notes need now, unless a person has drawn the line below it."""
        if self._narrow is None or self._form in self._by_hand or self._panels.isHidden():
            return
        heights = self._heights(sum(self._left.sizes()), self.table_card.width())
        if heights[0] > self._left.sizes()[0]:
            self._left.setSizes(heights)

    def give_panels(self, *, tall: bool) -> None:
        """Give the panels more height than usual, or their usual one, unless a person has drawn the line above them."""
        if self._narrow is None or self._form in self._by_hand or self._panels.isHidden() or tall is self._tall:
            return
        self._tall = tall
        self._left.setSizes(self._heights(sum(self._left.sizes()), self.table_card.width()))

    def sizes(self) -> dict[str, list[list[int]]]:
        """The sizes that a person chose by dragging between the cards, as plain data."""
        return self._by_hand

    def restore_sizes(self, stored: object) -> None:
        """Bring back what `sizes` gave; whatever is odd in it is left out. To be called before `arrange`."""
        if isinstance(stored, dict):
            self._by_hand = {form: sizes for form, sizes in stored.items() if _are_sizes(sizes)}

    @property
    def _is_whole(self) -> bool:
        """Whether no pane is hidden, so that the sizes are those of all three."""
        return not (self._hidden_now or self._alone)

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
            else:
                self._give_back()
                self.follow_notes()

    def follow_notes(self) -> None:
        """The notes below the table came, changed or went: what they take of the rows' room, the panels give, unless a
        person has drawn the line below the table."""
        if self._narrow is None or self._form in self._by_hand or self._notice_height or self._panels.isHidden():
            return
        if self._notes.isHidden():
            self._give_back()
            return
        table, lower = self._left.sizes()
        missing = self._wanted_height(self.table_card.width()) - table
        if missing > 0 and lower > _LOWEST_UNDER_NOTICE:
            self._lower_height = self._lower_height or lower
            self._set_lower_height(max(_LOWEST_UNDER_NOTICE, lower - missing))

    def _give_back(self) -> None:
        """Give the panels the height that they had before they made way."""
        if self._lower_height is not None:
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
        self._lower_height = self._before_beside = None
        if self._is_whole:
            self._by_hand[self._form] = [self.splitter.sizes(), self._left.sizes()]

    def _heights(self, height: int, width: int) -> list[int]:
        """Of table and panels: the table as high as its rows and notes, unless that leaves the panels too little."""
        wanted = self._wanted_height(width)
        least = min(_LOWEST_NARROW if self._narrow else _LOWEST, round(height * _TALL_SHARE))
        lower = max(least, height - wanted)
        if self._tall:
            lower = max(lower, min(_TALL, round(height * _TALL_SHARE)))
        return [height - lower, lower]

    def _wanted_height(self, width: int) -> int:
        """What the table's rows and the notes need in a card of that width."""
        rows = self._table.model().rowCount() * self._table.verticalHeader().defaultSectionSize()
        return rows + _TABLE_HEAD + self._notes.wanted_height(width)

    def go_to_explanation(self) -> None:
        """Put the keyboard into the explanation, wherever it stands."""
        if self._panels.has("explanation"):
            self._panels.bring("explanation")
        self._explanation.setFocus()

    def show_focus(self, focused: QWidget | None) -> None:
        for card in (self.table_card, self._graph_card, self._explain_card, self._panels):
            set_property(card, "focused", focused is not None and card.isAncestorOf(focused))

    def table_width(self) -> int:
        return self._table.wanted_width() + _SCROLL_BAR


class _Explanation(QWidget):
    """The explanation, or what stands instead of it. It moves as a whole between its card and the panels, so that what
    is hidden in it moves along, and goes with no holder that it once stood in."""

    def __init__(self, explain: QWidget) -> None:
        super().__init__()
        self._explain = explain
        self.instead: QWidget | None = None
        self._column = in_column(explain, margins=(0, 0, 0, 0), of=self)
        self.setFocusProxy(explain)

    def show_instead(self, widget: QWidget | None) -> None:
        """Show a widget instead of the explanation; None: the explanation again."""
        before, self.instead = self.instead or self._explain, widget
        shown = widget or self._explain
        before.hide()
        self._column.addWidget(shown)
        shown.show()
        self.setFocusProxy(shown)


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
    in_column(notice, (content, 1), spacing=0, margins=(0, 0, 0, 0), of=whole)
    return whole
