"""How an open network is viewed, as data: reading it from a window, and restoring it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from squeezeviz.analysis.columns import COLUMNS
from squeezeviz.figure.scene.diagram import Direction, Key
from squeezeviz.gui.canvas.control import DiagramControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.panels import Panels
from squeezeviz.gui.selection import Selection
from squeezeviz.gui.table.view import TableView

_MOST_CLOSED = 20_000
_FARTHEST = 1e9
"""In diagram units. No diagram is so large."""


@dataclass(frozen=True)
class Viewpoint:
    """The view of the diagram: the zoom, the diagram's point in the middle of the view, and what the zoom follows."""

    zoom: float
    x: float
    y: float
    follows: str


@dataclass(frozen=True)
class Outlook:
    """How a network is viewed. `closed` None and an empty `panel` mean those of a new window.

    `chosen` is the selected box (None: the network), `line` the selected line, `column` that of the current cell
    (empty: none), `rows` the number of selected layers, and `panel` the name of the panel in front.
    """

    direction: Direction = Direction.DOWN
    closed: frozenset[str] | None = None
    chosen: Key | None = None
    line: tuple[Key, Key] | None = None
    column: str = ""
    rows: int = 1
    panel: str = ""
    viewpoint: Viewpoint | None = None

    def to_plain(self) -> dict[str, Any]:
        return {
            "direction": str(self.direction),
            "closed": None if self.closed is None or len(self.closed) > _MOST_CLOSED else sorted(self.closed),
            "chosen": self.chosen and list(self.chosen),
            "line": self.line and [list(end) for end in self.line],
            "column": self.column,
            "rows": self.rows,
            "panel": self.panel,
            "sight": self.viewpoint and dataclasses.asdict(self.viewpoint),
        }

    @classmethod
    def from_plain(cls, plain: object) -> Outlook | None:
        """Read what `to_plain` returned, or return None for anything else. Invalid parts are ignored."""
        if not isinstance(plain, Mapping):
            return None
        closed, line = plain.get("closed"), plain.get("line")
        ends = [_key(end) for end in line] if isinstance(line, list) and len(line) == 2 else []
        source, target = ends or (None, None)
        return cls(
            Direction.RIGHT if plain.get("direction") == "right" else Direction.DOWN,
            frozenset(name for name in closed if isinstance(name, str)) if isinstance(closed, list) else None,
            _key(plain.get("chosen")),
            (source, target) if source is not None and target is not None else None,
            next((column for column in COLUMNS if column == plain.get("column")), ""),
            _count(plain.get("rows")),
            plain["panel"] if isinstance(plain.get("panel"), str) else "",
            _viewpoint(plain.get("sight")),
        )


class OutlookControl:
    """Reads the outlook from the views, and gives it back to them."""

    def __init__(
        self, document: Document, selection: Selection, control: DiagramControl, views: tuple[TableView, GraphView],
        panels: Panels,
    ) -> None:  # fmt: skip
        self._document, self._selection, self._control, self._panels = document, selection, control, panels
        self._table, self._graph = views

    def outlook(self) -> Outlook:
        graph, selection = self._graph, self._selection
        middle, follows = graph.sight().middle, graph.fit
        cell, row = selection.cell(), selection.layer_row()
        return Outlook(
            self._control.direction,
            self._control.options.collapsed,
            None if row is None else Key(selection.layer_name(), selection.part()),
            selection.edge(),
            "" if cell is None else str(cell),
            max(1, len(selection.rows(self._table.selected_layers()))) if cell is None else 1,
            self._panels.front,
            Viewpoint(graph.zoom, middle.x, middle.y, follows.value),
        )

    def show(self, outlook: Outlook) -> None:
        """Show a network that was just opened as it was looked at; what is not there any more is passed over.

        What depends on the window's size follows once it has one: see `show_place`.
        """
        self._control.show_as(outlook.direction, outlook.closed)
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
        viewpoint = outlook.viewpoint
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
        if row < 0:
            self._selection.choose_key(chosen)
        elif outlook.column:
            self._selection.choose(row)
            column = next(each for each in COLUMNS if each == outlook.column)
            self._table.select_block(range(row, row + 1), (column,))
        else:
            self._selection.choose_rows(list(range(row, min(row + outlook.rows, len(names)))))


def _key(plain: object) -> Key | None:
    match plain:
        case [str(layer), str(part)]:
            return Key(layer, part)
    return None


def _count(plain: object) -> int:
    return plain if type(plain) is int and 1 <= plain < 10**6 else 1


def _viewpoint(plain: object) -> Viewpoint | None:
    match plain:
        case {"zoom": zoom, "x": x, "y": y, "follows": str(follows)} if all(map(_is_near, (zoom, x, y))):
            return Viewpoint(float(zoom), float(x), float(y), follows) if zoom > 0 else None
    return None


def _is_near(plain: object) -> bool:
    known = isinstance(plain, int | float) and not isinstance(plain, bool)
    return known and math.isfinite(plain) and abs(plain) < _FARTHEST  # type: ignore[arg-type]
