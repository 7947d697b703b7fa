"""How an open network is viewed, as data: reading it from a window, and restoring it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.figure.scene.diagram import Direction, Key
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.panels import Panels
from squeezeviz.gui.pictures.commands import PictureCommands
from squeezeviz.gui.pictures.outlook import PicturesOutlook
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.table.view import TableView
from squeezeviz.model.json_data import WrongShapeError, from_json

_MOST_CLOSED = 20_000
_Place = Annotated[float, range(-(10**9), 10**9)]
"""In diagram units. No diagram is so large."""


@dataclass(frozen=True)
class Viewpoint:
    """The view of the diagram: the zoom, the diagram's point in the middle of the view, and what the zoom follows."""

    zoom: float
    x: _Place
    y: _Place
    follows: str


@dataclass(frozen=True)
class Outlook:
    """How a network is viewed. `closed` None and an empty `panel` mean those of a new window.

    `chosen` is the selected box (None: the network), `line` the selected line, `column` that of the current cell
    (empty: none), `rows` the number of selected layers, `panel` the name of the panel in front, and `pictures` those
    that the live pass runs on.
    """

    direction: Direction = Direction.DOWN
    closed: tuple[str, ...] | None = None
    chosen: Key | None = None
    line: tuple[Key, Key] | None = None
    column: str = ""
    rows: Annotated[int, range(1, 10**6)] = 1
    panel: str = ""
    sight: Viewpoint | None = None
    pictures: PicturesOutlook | None = None
    wrapped: bool = False


def outlook_from(plain: object) -> Outlook | None:
    """Return the outlook that was stored as JSON, or None for anything else."""
    try:
        return from_json(Outlook, plain, "the outlook")
    except WrongShapeError:
        return None


class OutlookControl:
    """Reads the outlook from the views, and gives it back to them."""

    def __init__(
        self, document: Document, selection: Selection, control: DiagramControl, views: tuple[TableView, GraphView],
        panels: Panels, pictures: PictureCommands,
    ) -> None:  # fmt: skip
        self._document, self._selection, self._control, self._panels = document, selection, control, panels
        self._pictures = pictures
        self._table, self._graph = views

    def outlook(self) -> Outlook:
        graph, selection, closed = self._graph, self._selection, self._control.options.collapsed
        middle, follows = graph.sight().middle, graph.fit
        cell, row = selection.cell(), selection.layer_row()
        rows = selection.rows() if cell is None else []
        return Outlook(
            self._control.direction,
            None if len(closed) > _MOST_CLOSED else tuple(sorted(closed)),
            None if row is None else Key(selection.layer_name(), selection.part()),
            selection.edge(),
            "" if cell is None else str(cell),
            len(rows) if rows and rows == list(range(row or 0, (row or 0) + len(rows))) else 1,
            self._panels.front,
            Viewpoint(graph.zoom, middle.x, middle.y, follows.value),
            self._pictures.outlook(),
            self._control.wrapped,
        )

    def show(self, outlook: Outlook) -> None:
        """Show a network that was just opened as it was looked at; what is not there any more is passed over.

        What depends on the window's size follows once it has one: see `show_place`.
        """
        self._control.show_as(outlook.direction, outlook.closed, outlook.wrapped)
        if outlook.pictures is not None:
            self._pictures.reopen(outlook.pictures)
        if outlook.line is not None:
            self._graph.select_edge(outlook.line)
        elif outlook.chosen is None:
            self._selection.choose(None)
        elif outlook.column or outlook.rows > 1:
            self._choose_cells(outlook.chosen, outlook)
        else:
            self._selection.choose_key(outlook.chosen)

    def show_place(self, outlook: Outlook) -> None:
        """Look at the diagram from where it was looked at, and at the panel that was in front."""
        viewpoint = outlook.sight
        self._panels.put_in_front(outlook.panel)
        if viewpoint is None:
            return
        if viewpoint.follows == Fit.WHOLE.value:
            self._graph.zoom_to_fit()
        elif viewpoint.follows == Fit.NOTHING.value:
            self._graph.look_from(viewpoint.zoom, viewpoint.x, viewpoint.y)

    def _choose_cells(self, chosen: Key, outlook: Outlook) -> None:
        names = [layer.name for layer in self._document.table.layers]
        row = names.index(chosen.layer) if chosen.layer in names else -1
        column = next((each for each in COLUMNS if each == outlook.column), None)
        if row < 0:
            self._selection.choose_key(chosen)
        elif column is not None:
            self._selection.choose(row)
            self._table.select_block(range(row, row + 1), (column,))
        else:
            self._selection.choose_rows(list(range(row, min(row + outlook.rows, len(names)))))
