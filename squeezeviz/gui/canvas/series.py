"""A placed diagram made ready for quick answers: what lies here, what is in sight, where is this box."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from squeezeviz.figure.scene.diagram import EMPTY_KEY, Box, Diagram, Direction, Key, Line, Module, Point, Rect
from squeezeviz.gui.canvas.camera import Span, across, along

_REACH = 8.0
"""How far beside the triangle that opens and closes a Fire a click still hits it, in diagram units."""


class Series:
    """The modules of one diagram in the order of the flow. They do not overlap along it."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.down = diagram.direction is Direction.DOWN
        self.modules = diagram.modules
        spans = [self.along(module.rect) for module in self.modules]
        self._starts = [span.start for span in spans]
        self._ends = [span.end for span in spans]
        self._places = {module.key: place for place, module in enumerate(self.modules)}
        # Links join one module to the next, so they come in order too.
        axis = 1 if self.down else 0
        self._link_starts = [link.points[0][axis] for link in diagram.links]
        self._link_ends = [link.points[-1][axis] for link in diagram.links]
        self.content = _bounds([module.rect for module in self.modules])

    def __len__(self) -> int:
        return len(self.modules)

    def along(self, rect: Rect) -> Span:
        """What `rect` takes of the axis that data flows along."""
        return along(rect, self.diagram.direction)

    def across(self, rect: Rect) -> Span:
        """What `rect` takes of the other axis."""
        return across(rect, self.diagram.direction)

    def place(self, key: Key | None) -> int | None:
        """The place in `modules` of the module that `key` names or lies in."""
        if key is None:
            return None
        place = self._places.get(key)
        return self._places.get(Key(key.layer)) if place is None else place

    def module(self, key: Key | None) -> Module | None:
        place = self.place(key)
        return None if place is None else self.modules[place]

    def box(self, key: Key | None) -> Box | None:
        module = self.module(key)
        return None if module is None else next((box for box in module.boxes if box.key == key), None)

    def rect(self, key: Key | None) -> Rect | None:
        """Where the box or module of `key` is drawn, in diagram units; None where it is not."""
        module = self.module(key)
        if module is None or key is None:
            return None
        if key == module.key:
            return module.rect
        box = self.box(key)
        return None if box is None else moved(box.rect, module)

    def shown(self, key: Key | None) -> Key | None:
        """`key` where the diagram has it, else the module whose hidden part it is, else None.

        None too for the box that says that there is nothing to draw: it stands for no layer.
        """
        if key is None or key == EMPTY_KEY:
            return None
        if self.rect(key) is not None:
            return key
        return Key(key.layer) if key.part and Key(key.layer) in self._places else None

    def within(self, flow: Span) -> range:
        """The places of the modules that have something between two points along the flow."""
        return range(bisect_right(self._ends, flow.start), bisect_left(self._starts, flow.end))

    def links_within(self, flow: Span) -> Sequence[Line]:
        """The lines from module to module that have something between two points along the flow."""
        first = bisect_right(self._link_ends, flow.start)
        return self.diagram.links[first : bisect_left(self._link_starts, flow.end)]

    def near(self, x: float, y: float, reach: float) -> Module | None:
        """The module nearest to a point along the flow, if it is no farther than `reach` (diagram units)."""
        if not self.modules:
            return None
        at = Rect(x, y, 0, 0)
        flow, side = self.along(at).start, self.across(at).start
        place = self.nearest(flow)
        beside = self.across(self.modules[place].rect)
        near = self._starts[place] - reach <= flow <= self._ends[place] + reach
        return self.modules[place] if near and beside.start <= side < beside.end else None

    def nearest(self, position: float) -> int:
        """The place of the module nearest to a point along the flow; ValueError where there is none."""
        if not self.modules:
            raise ValueError("an empty diagram has no nearest module")
        after = min(bisect_left(self._starts, position), len(self.modules) - 1)
        before = max(after - 1, 0)
        return before if position - self._ends[before] < self._starts[after] - position else after

    def key_at(self, x: float, y: float) -> Key | None:
        """The box at a point in diagram units, else the module there, else None."""
        found = self.box_at(x, y) or self.module_at(x, y)
        return None if found is None else found.key

    def box_at(self, x: float, y: float) -> Box | None:
        """The box at a point in diagram units: an open Fire's frame is none."""
        module = self.module_at(x, y)
        if module is None:
            return None
        dx, dy = x - module.rect.x, y - module.rect.y
        return next((box for box in module.boxes if box.rect.contains(dx, dy)), None)

    def module_at(self, x: float, y: float) -> Module | None:
        flow = self.along(Rect(x, y, 0, 0)).start
        for place in self.within(Span(flow, flow + 1e-6)):
            if self.modules[place].rect.contains(x, y):
                return self.modules[place]
        return None

    def toggle_at(self, x: float, y: float) -> Module | None:
        """The Fire whose triangle, ▸ or ▾, is at a point in diagram units."""
        module = self.module_at(x, y)
        if module is None or module.toggle is None:
            return None
        left, top, width, height = moved(module.toggle, module)
        hit = -_REACH <= x - left < width + _REACH and -_REACH <= y - top < height + _REACH
        return module if hit else None


def moved(rect: Rect, module: Module) -> Rect:
    """A rectangle within `module`, in the diagram's coordinates."""
    return Rect(module.rect.x + rect.x, module.rect.y + rect.y, rect.width, rect.height)


def entry(module: Module) -> Point:
    """Where data enters `module`, on the network's spine: opening a Fire does not move it."""
    return Point(module.rect.x + module.entry.x, module.rect.y + module.entry.y)


def _bounds(rects: list[Rect]) -> Rect:
    if not rects:
        return Rect(0, 0, 0, 0)
    left, top = min(rect.x for rect in rects), min(rect.y for rect in rects)
    right, bottom = max(rect.x + rect.width for rect in rects), max(rect.y + rect.height for rect in rects)
    return Rect(left, top, right - left, bottom - top)
