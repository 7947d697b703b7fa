"""Help > What is depth?: a guided story in short steps, on the real graph, with a real pass."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSizeF, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from shiboken6 import isValid

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.explain.depth_story import TOTAL_ROW, Cells, Step, depth_story
from squeezeviz.explain.what_if import Agreement
from squeezeviz.figure.drawing.story_figures import Words, draw_step
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Key
from squeezeviz.figure.theme.look import FIGURE, Rows
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.files.clipboard.blocks import Block
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.story.card import Spotlight, StoryCard, card_place
from squeezeviz.gui.story.one_value import OneValue
from squeezeviz.gui.table.model import TableModel
from squeezeviz.gui.table.view import TableView
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style

_FOLLOW_MS = 40
_AIR = 10
"""The space around the module, in diagram units."""
_TONES = {Agreement.MEASURED: "measured", Agreement.DIFFERS: "differs", Agreement.PREDICTED: "quiet"}
_MARKS = {Agreement.MEASURED: " ✓", Agreement.DIFFERS: " ≠", Agreement.PREDICTED: ""}
_ASK = "What if they were chained? Run it"


_NOTHING_TO_TELL = (
    "The story is told of a Fire module and a pool, in the numbers of the open table. Here data reaches no such pair. "
    "Table 1 of the paper has both."
)


@guarded
class Story(QObject):
    """Explains the first Fire module of the open table. Leaving the story restores selection, view and open modules."""

    what_if_requested = Signal(str)
    """The Fire module of that name should run chained."""
    table1_requested = Signal()
    """Table 1 should be opened, because the open table has no Fire module to explain."""

    def __init__(
        self,
        document: Document,
        live: LiveControl,
        selection: Selection,
        control: DiagramControl,
        views: Views,
        one_value: OneValue,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._document, self._live, self._selection = document, live, selection
        self._control, self._views, self._window = control, views, window
        self._theme = LIGHT
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._gone = ""
        """The title of the step that was read until it went."""
        self._starts_again = False
        self._placed: object = None
        self._before: Before | None = None
        self._opened: set[str] = set()
        self._unwrapped = False
        """Whether the graph was set in columns, and will be again: in one run its ruler stays in sight."""
        self._one_value = one_value
        one_value.setParent(self)
        one_value.changed.connect(self.follow)
        self._spotlight, self.card = Spotlight(window), StoryCard(window)
        self._soon = QTimer(self, singleShot=True, interval=_FOLLOW_MS)
        self._soon.timeout.connect(self._follow)
        self.card.next_requested.connect(self.next)
        self.card.back_requested.connect(self.back)
        self.card.leave_requested.connect(self.leave)
        self.card.action_requested.connect(self._run_action)
        window.installEventFilter(self)

    @property
    def running(self) -> bool:
        return self.card.isVisible()

    def start(self) -> None:
        """Begin at the first step. If the story runs already, give it the keyboard."""
        if not self.running:
            self._before = Before.of(self._selection, self._views)
            self._opened = set()
            self._at, self._gone = 0, ""
            self._unwrap()
            self._one_value.begin()
            self._show_step()
            if self._steps and not self._live.running and not (self._measured() and self._one_value.can_be_asked):
                self._live.run()
        self.card.raise_()
        (self.card.next if self._steps else self.card.action).setFocus()

    def next(self) -> None:
        if self._at + 1 < len(self._steps):
            self._go_to(self._at + 1)
        else:
            self.leave()

    def back(self) -> None:
        if self._at > 0:
            self._go_to(self._at - 1)

    def leave(self) -> None:
        """Close the card and restore what was selected, opened and looked at."""
        if not self.running:
            return
        self._soon.stop()
        self._one_value.end()
        self.card.hide()
        self._spotlight.hide()
        for name in self._opened - self._control.options.collapsed:
            self._control.close(name)
        if self._unwrapped and not self._control.wrapped:
            self._set_wrapped(True)
        if self._before is not None:
            self._before.restore(self._selection, self._views)

    def picture(self) -> DrawnPicture | None:
        """Return the present step as a picture: its words, and the module with rings; None where there is no step."""
        if not self._steps:
            return None
        step, network, count = self._steps[self._at], self._document.network, len(self._steps)
        row = network.table.index_of(step.within)
        diagram = build_diagram(network, DiagramOptions(rows=Rows(row, row), spacing=FIGURE))
        found = f"{step.found}{_MARKS[step.agreement]}" if step.found else ""
        words = Words(step.title, step.text, step.formula, found)
        spoken_of = [Key(*box) for box in step.boxes]
        return DrawnPicture(
            f"{network.table.name} depth {self._at + 1}",
            f"step {self._at + 1} of {count} of the story",
            f"What is depth? {step.title}",
            self._theme,
            lambda options: draw_step(words, diagram, spoken_of, options.theme),
        )

    def set_style(self, style: Style) -> None:
        self._theme = style.theme
        self._spotlight.set_colours(style.accent, style.card)
        self.card.set_colours(style.accent, style.border)

    def spoken_of(self) -> list[QRectF]:
        return self._views.spoken_of(self._steps[self._at]) if self._steps else []

    def _go_to(self, at: int) -> None:
        self._at, self._gone = at, ""
        self._show_step()
        if not self.card.next.isEnabled() or QApplication.focusWidget() is None:
            self.card.setFocus()

    def _show_step(self) -> None:
        self._fill_card()
        if self._steps:
            self._reveal(self._steps[self._at])
        self._spotlight.point_at(self.spoken_of)
        self._place()
        self.card.show()
        self.card.raise_()

    def _unwrap(self) -> None:
        """Set the graph in one run, for as long as the story is told."""
        self._unwrapped = self._control.wrapped
        if self._unwrapped:
            self._set_wrapped(False)

    def _set_wrapped(self, wrapped: bool) -> None:
        self._control.show_as(self._control.direction, None, wrapped)

    def _fill_card(self) -> None:
        network = self._document.network
        answer = self._live.answer
        title = self._gone or (_heading(self._steps[self._at]) if self._steps else "")
        self._steps = depth_story(
            network, answer.measured if answer and self._measured() else None, self._one_value.value
        )
        # The step about one value goes with an edit and comes with its pass: whoever reads it is led back to it.
        titles = [_heading(step) for step in self._steps]
        self._gone = "" if title in titles else title
        self._at = titles.index(title) if title in titles else min(self._at, max(0, len(self._steps) - 1))
        card = self.card
        if not self._steps:
            card.show_step("What is depth?", _NOTHING_TO_TELL)
            card.show_action("Open Table 1")
            card.show_place(0, 0)
            return
        step = self._steps[self._at]
        card.show_step(
            step.title, "\n\n".join(step.text), step.formula, step.found + _MARKS[step.agreement],
            _TONES[step.agreement],
        )  # fmt: skip
        card.show_action(_ASK if self._at == len(self._steps) - 1 else "")
        card.show_place(self._at, len(self._steps))

    def _reveal(self, step: Step) -> None:
        name = step.within
        if step.boxes and step.boxes[0][1] and name in self._control.options.collapsed:
            self._opened.add(name)
            self._control.open(name)
        self._look_at(Key(name))
        for cells in reversed(step.cells):
            row = self._views.row(cells.row)
            if row is not None:
                self._views.table.scrollTo(self._views.model.index(row, 0))
        first = step.cells[0]
        place = self._document.table.index_of(first.row)
        self._views.table.select_block(range(place, place + 1), first.columns)
        # Last, as going to a cell selects its layer as a whole.
        self._selection.choose_key(Key(*step.boxes[0]) if step.boxes else Key(name))

    def _look_at(self, key: Key) -> None:
        """Show the whole of a Fire module, as large as it fits, at 100 % at most; what is one box, as it is."""
        graph = self._views.graph
        module = next((each for each in graph.diagram.modules if each.key == key), None)
        if module is not None and not module.opened:
            graph.reveal(key)
        elif module is not None:
            room, rect = graph.room(), module.rect
            fitting = min(room.width / (rect.width + _AIR), room.height / (rect.height + _AIR))
            graph.look_at(rect, min(1.0, fitting))

    def _mentioned(self) -> object:
        """Return the boxes and cells of the present step."""
        return (self._steps[self._at].boxes, self._steps[self._at].cells) if self._steps else None

    def _place(self) -> None:
        """Move the card away from what the step mentions and, if there is room, from the module around it."""
        self.card.fit()
        size, central = QSizeF(self.card.size()), self._window.centralWidget()
        room = QRectF(central.geometry() if central is not None else self._window.rect())
        around = [self._views.box(Key(self._steps[self._at].within))] if self._steps else []
        given = (room, size, self.spoken_of(), around)
        if given != self._placed:
            self._placed = given
            self.card.go_to(card_place(*given).toPoint())

    def _measured(self) -> bool:
        return self._live.answer is not None and self._live.answer.fresh

    def _run_action(self) -> None:
        """Do what the last step's button offers, or the button that appears if there is nothing to tell."""
        if self._steps:
            fire = self._steps[0].within
            self.leave()
            self.what_if_requested.emit(fire)
        else:
            self.table1_requested.emit()

    def follow(self, *_: object) -> None:
        """Follow a change of something that a step mentions, or of its place."""
        # Each tick of a drag puts it off: the words can wait, the slider cannot.
        if self.running:
            self._soon.start()

    def begin_anew(self) -> None:
        """Another table was opened: begin again with that one; what was selected in the one before is gone."""
        if self.running:
            self._before, self._at, self._gone = None, 0, ""
            self._opened.clear()
            self._unwrapped = False
            self._starts_again = True
            self._soon.start()

    def _follow(self) -> None:
        """Show the same step again after an edit, a pass or a change of size."""
        starts_again, self._starts_again = self._starts_again, False
        self._one_value.ask()
        things = self._mentioned()
        self._fill_card()
        if starts_again:
            self._unwrap()
        if starts_again or things != self._mentioned():
            self._show_step()
            (self.card.next if self._steps else self.card.action).setFocus()
        else:
            self._place()
            self._spotlight.update()

    # What Qt calls

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.follow()
        return False


def _heading(step: Step) -> str:
    """Return a step's title without the number that an edit may change."""
    return step.title.partition(":")[0]


@dataclass(frozen=True)
class Before:
    """What was selected, what table and graph showed, and which widget had the keyboard."""

    key: Key | None
    row: int | None
    block: Block | None
    viewpoint: tuple[Camera, Fit]
    scrolled: tuple[int, int]
    focus: QWidget | None

    @classmethod
    def of(cls, selection: Selection, views: Views) -> Before:
        table, graph = views.table, views.graph
        scrolled = table.horizontalScrollBar().value(), table.verticalScrollBar().value()
        return cls(
            graph.selected, selection.layer_row(), table.selected_block(), (graph.camera, graph.fit), scrolled,
            table.window().focusWidget(),
        )  # fmt: skip

    def restore(self, selection: Selection, views: Views) -> None:
        """Put back what can still be: the layer may be gone."""
        if self.key is None:
            selection.choose(self.row)
        else:
            selection.choose_key(self.key)
        if self.block is not None and self.row == selection.layer_row():
            views.table.select_block(self.block.rows, self.block.columns)
            if self.key is not None:
                selection.choose_key(self.key)
        views.graph.restore(*self.viewpoint)
        table = views.table
        table.horizontalScrollBar().setValue(self.scrolled[0])
        table.verticalScrollBar().setValue(self.scrolled[1])
        # A line that a panel has made anew, or the editor of a cell, is gone by now.
        if self.focus is not None and isValid(self.focus) and self.focus.isVisible():
            self.focus.setFocus()


class Views:
    """The views in which the story shows what it mentions, and where that is.

    All places are in the window's pixels, and only their visible part counts.
    """

    def __init__(
        self, document: Document, table: TableView, model: TableModel, graph: GraphView, window: QWidget
    ) -> None:
        self._document, self._window = document, window
        self.table, self.model, self.graph = table, model, graph

    def spoken_of(self, step: Step) -> list[QRectF]:
        """Return the places that the step mentions, boxes first."""
        boxes = [self.box(Key(*key)) for key in step.boxes]
        cells = [rect for each in step.cells for rect in self._cells(each)]
        return [rect for rect in (*boxes, *cells) if not rect.isEmpty()]

    def box(self, key: Key) -> QRectF:
        """Return the place of a box or module of the graph, or an empty rectangle if it is not visible."""
        seen = self.graph.seen_rect(key)
        return QRectF() if seen is None else self._in_window(self.graph.viewport(), seen)

    def row(self, name: str) -> int | None:
        """Return the row in the table's model, or None if the layer is gone."""
        model, names = self.model, [layer.name for layer in self._document.table.layers]
        if name == TOTAL_ROW:
            return model.rowCount() - 1
        return model.row_of(names.index(name)) if name in names else None

    def _cells(self, cells: Cells) -> list[QRectF]:
        """Cells of one row; those that stand beside each other as one."""
        table, model = self.table, self.model
        joined: list[QRectF] = []
        row = self.row(cells.row)
        if row is None:
            return joined
        for column in cells.columns:
            index = model.index(row, COLUMNS.index(column))
            rect = QRectF(table.visualRect(index))
            if joined and abs(joined[-1].right() - rect.left()) <= 1:
                joined[-1] = joined[-1].united(rect)
            elif not table.isColumnHidden(index.column()):
                joined.append(rect)
        return [self._in_window(table.viewport(), rect) for rect in joined]

    def _in_window(self, viewport: QWidget, rect: QRectF) -> QRectF:
        shown = rect.intersected(QRectF(viewport.rect()))
        if shown.isEmpty() or not viewport.isVisible():
            return QRectF()
        return shown.translated(QPointF(viewport.mapTo(self._window, viewport.rect().topLeft())))
