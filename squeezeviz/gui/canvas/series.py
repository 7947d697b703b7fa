"""A placed diagram made ready for quick answers: what lies here, what is in sight, where is this box or line."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QTransform

from squeezeviz.figure.scene.diagram import EMPTY_KEY, Box, Diagram, Key, Line, Module, Point, Rect
from squeezeviz.figure.scene.primitives import Curve, Shape
from squeezeviz.figure.writers.painter import outline
from squeezeviz.gui.canvas.camera import Span, across, along
from squeezeviz.gui.selection import Edge

REACH = 5.0
"""Pixels by which a click on a line may miss it."""
_TOGGLE_REACH = 8.0
"""How far beside the triangle that opens and closes a Fire a click still hits it, in diagram units."""
_ORIGIN = Point(0.0, 0.0)


class Series:
    """The modules of one diagram in the order of the flow, in one column or several.

    Those of a column do not overlap along the flow, and no two columns do across it.
    """

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.down = diagram.direction.down
        self.modules = diagram.modules
        self._places = {module.key: place for place, module in enumerate(self.modules)}
        rects, axis = [module.rect for module in self.modules], int(self.down)
        self._starts = [rect[axis] for rect in rects]
        self._ends = [rect[axis] + rect[axis + 2] for rect in rects]
        # Links join one module to the next, so within a column they come in order too.
        self._link_starts = [link.points[0][axis] for link in diagram.links]
        self._link_ends = [link.points[-1][axis] for link in diagram.links]
        firsts = [column.start for column in diagram.columns] or [0]
        self.columns = list(pairwise((*firsts, len(self.modules))))
        """The first place of each column, and the one after its last."""
        self._edges = [
            max([self.across(rect).end for rect in rects[first:after]]) for first, after in self.columns[:-1]
        ]
        """Where each column ends across the flow, and the room of the next one begins."""
        self.content = Rect(0, 0, diagram.width, diagram.height) if diagram.columns else bounds_of(rects)

    def __len__(self) -> int:
        return len(self.modules)

    def changed_since(self, before: Series) -> list[Key] | None:
        """The modules that look other than in `before`; None where one has moved, or a line or the ruler changed."""
        old, new = before.diagram, self.diagram
        places = [[module.rect for module in each.modules] for each in (old, new)]
        if places[0] != places[1] or (old.links, old.ruler) != (new.links, new.ruler):
            return None
        return [now.key for was, now in zip(old.modules, new.modules, strict=True) if was != now]

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

    def rect(self, target: Key | Edge | None) -> Rect | None:
        """Where a box, a module or a line is drawn, in diagram units; None where it is not."""
        if target is not None and not isinstance(target, Key):
            line = self.line(target)
            return None if line is None else bounds(line)
        module = self.module(target)
        if module is None or target == module.key:
            return None if module is None else module.rect
        box = self.box(target)
        return None if box is None else moved(box.rect, module)

    def line(self, edge: Edge | None) -> Line | None:
        """The line of `edge` in the diagram's coordinates; None where the diagram lacks it."""
        place = self.place(edge[0]) if edge else None
        lines = () if place is None else self.lines_about(place)
        return next((line for line in lines if edge_of(line) == edge), None)

    def source(self, line: Line) -> Key:
        """The box that puts out what flows along `line`; for a line that comes into a Fire the module before it."""
        key = line.source
        place = self.place(key)
        if place and not key.part and line.target.layer == key.layer and line.target.part:
            return self.modules[place - 1].key
        return key

    def lines_about(self, place: int) -> Iterator[Line]:
        """The lines into, inside of and out of the module at `place`, in the diagram's coordinates."""
        module = self.modules[place]
        corner = Point(module.rect.x, module.rect.y)
        links = self.diagram.links[max(0, place - 1) : place + 1]
        return chain(links, (stretched(line.within(module.key.layer), corner, corner) for line in module.lines))

    def shown(self, key: Key | None) -> Key | None:
        """`key` where the diagram has it, else the module whose hidden part it is, else None.

        None too for the box that says that there is nothing to draw: it stands for no layer.
        """
        if key is None or key == EMPTY_KEY:
            return None
        if self.rect(key) is not None:
            return key
        return Key(key.layer) if key.part and Key(key.layer) in self._places else None

    def within(self, area: Rect) -> Sequence[int]:
        """The places of the modules that have something within `area` along the flow, in the columns that it is in."""
        flow, seen = self.along(area), self._columns_within(area)
        found = [
            range(bisect_right(self._ends, flow.start, *column), bisect_left(self._starts, flow.end, *column))
            for column in seen
        ]
        return found[0] if len(found) == 1 else list(chain.from_iterable(found))

    def links_within(self, area: Rect) -> Sequence[Line]:
        """The lines from module to module that have something within `area` along the flow, in its columns.

        Those from one column to the next are there where either of them is.
        """
        flow, links, seen = self.along(area), self.diagram.links, self._columns_within(area)
        found = set[int]()
        for first, after in seen:
            last = max(first, after - 1)
            begin = bisect_right(self._link_ends, flow.start, first, last)
            found.update(range(begin, bisect_left(self._link_starts, flow.end, first, last)))
        if len(self.columns) > 1:
            found.update(beside - 1 for column in seen for beside in column if 0 < beside <= len(links))
        return [links[each] for each in sorted(found)]

    def _columns_within(self, area: Rect) -> Sequence[tuple[int, int]]:
        if not self._edges:
            return self.columns
        side = self.across(area)
        return self.columns[bisect_left(self._edges, side.start) : bisect_left(self._edges, side.end) + 1]

    def near(self, x: float, y: float, reach: float) -> Module | None:
        """The module nearest to a point along the flow, if it is no farther than `reach` (diagram units)."""
        if not self.modules:
            return None
        at = Point(x, y)
        flow, side = self.diagram.direction.along(at), self.diagram.direction.across(at)
        place = self.nearest(at)
        beside = self.across(self.modules[place].rect)
        near = self._starts[place] - reach <= flow <= self._ends[place] + reach
        return self.modules[place] if near and beside.start <= side < beside.end else None

    def nearest(self, at: Point) -> int:
        """The place of the module nearest to a point along the flow, in its column; ValueError where there is none."""
        if not self.modules:
            raise ValueError("an empty diagram has no nearest module")
        position = self.diagram.direction.along(at)
        first, last = self.columns[bisect_left(self._edges, self.diagram.direction.across(at))]
        after = min(bisect_left(self._starts, position, first, last), last - 1)
        before = max(after - 1, first)
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
        for place in self.within(Rect(x, y, 1e-6, 1e-6)):
            if self.modules[place].rect.contains(x, y):
                return self.modules[place]
        return None

    def toggle_at(self, x: float, y: float) -> Module | None:
        """The Fire whose triangle, ▸ or ▾, is at a point in diagram units."""
        module = self.module_at(x, y)
        if module is None or module.toggle is None:
            return None
        left, top, width, height = moved(module.toggle, module)
        hit = -_TOGGLE_REACH <= x - left < width + _TOGGLE_REACH and -_TOGGLE_REACH <= y - top < height + _TOGGLE_REACH
        return module if hit else None

    def edge_at(self, at: QPointF, to_pixels: QTransform, *, inside: bool) -> Edge | None:
        """The line within REACH of a point of the diagram; `inside` says whether lines within modules count."""
        x, y = REACH / to_pixels.m11(), REACH / to_pixels.m22()
        about = Rect(at.x() - x, at.y() - y, 2 * x, 2 * y)
        near = [(link, _ORIGIN) for link in self.links_within(about)]
        for module in (self.modules[place] for place in self.within(about) if inside):
            near += [(line.within(module.key.layer), Point(module.rect.x, module.rect.y)) for line in module.lines]
        nearest, found = 1.0, None
        for line, corner in near:
            reach = max(REACH, line.width / 2 * min(to_pixels.m11(), to_pixels.m22()) + 2)
            share = _pixels_from(line, at - QPointF(*corner), to_pixels, reach) / reach
            # Where two are equally near, the later one lies above.
            if share <= nearest:
                nearest, found = share, edge_of(line)
        return found


def moved(rect: Rect, module: Module) -> Rect:
    """A rectangle within `module`, in the diagram's coordinates."""
    return Rect(module.rect.x + rect.x, module.rect.y + rect.y, rect.width, rect.height)


def edge_of(line: Line) -> Edge:
    return line.source, line.target


def bounds(line: Line) -> Rect:
    around = _path(line.points).controlPointRect()
    return Rect(around.x(), around.y(), around.width(), around.height())


def middle(line: Line) -> QPointF:
    """The point halfway along the line."""
    return _path(line.points).pointAtPercent(0.5)


def stretched(line: Line, begin: Point, end: Point) -> Line:
    """The line with its ends moved by `begin` and `end` (diagram units), and what lies between them in proportion."""
    return line._replace(points=stretched_points(line.points, begin, end))


def stretched_points(points: tuple[Point, ...], begin: Point, end: Point) -> tuple[Point, ...]:
    step = 1 / max(len(points) - 1, 1)
    dx, dy = (end.x - begin.x) * step, (end.y - begin.y) * step
    return tuple(Point(x + begin.x + dx * place, y + begin.y + dy * place) for place, (x, y) in enumerate(points))


def bounds_of(rects: list[Rect]) -> Rect:
    """The smallest rectangle around all of them; empty where there are none."""
    if not rects:
        return Rect(0, 0, 0, 0)
    left, top = min([rect.x for rect in rects]), min([rect.y for rect in rects])
    right, bottom = max([rect.x + rect.width for rect in rects]), max([rect.y + rect.height for rect in rects])
    return Rect(left, top, right - left, bottom - top)


@lru_cache(maxsize=512)
def _path(points: tuple[Point, ...]) -> QPainterPath:
    return outline(Curve(points, Shape()), 0, 0)


def _pixels_from(line: Line, at: QPointF, to_pixels: QTransform, reach: float) -> float:
    """How many pixels from a line a point is, as far as that is within `reach`; else any number beyond it."""
    path = _path(line.points)
    x, y = reach / to_pixels.m11(), reach / to_pixels.m22()
    if not path.controlPointRect().adjusted(-x, -y, x, y).contains(at):
        return reach + 1
    about = QTransform.fromScale(to_pixels.m11(), to_pixels.m22()).translate(-at.x(), -at.y())
    return min(
        _from_origin(one, two) for piece in path.toSubpathPolygons(about) for one, two in pairwise(piece.toList())
    )


def _from_origin(one: QPointF, two: QPointF) -> float:
    """How far the origin is from the straight line between two points."""
    along_line = two - one
    length = QPointF.dotProduct(along_line, along_line)
    share = min(1.0, max(0.0, -QPointF.dotProduct(one, along_line) / length)) if length else 0.0
    nearest = one + along_line * share
    return float(QPointF.dotProduct(nearest, nearest) ** 0.5)
