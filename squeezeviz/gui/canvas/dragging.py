"""A drag with the left button: on empty ground a band that selects what it touches, on a module it moves the layers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from squeezeviz.figure.scene.diagram import EMPTY_KEY, INPUT_KEY, Key, Point, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.camera import Span
from squeezeviz.gui.canvas.rings import paint_number
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene
from squeezeviz.gui.canvas.zoom_area import ZoomArea
from squeezeviz.gui.widgets.edge_scroll import DRAG_FROM, SCROLL_MARGIN, EdgeScroll
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import plain

BAND_HINT = "The band selects what it touches, with Ctrl beside what is selected. To pan: Space-drag or middle button."
MOVE_HINT = "The layers land where the line is; Esc leaves them where they are."
_LINE, _KNOB = 3.0, 9.0
"""Pixels: how thick the mark of a gap is, and how wide the knob at its head."""
_BEYOND = 12.0
"""Units that it reaches beyond the modules on its sides."""
_VEIL = 40
"""How opaque the band is, of 255."""
_LONGEST = 34
"""Letters of a name beside the pointer."""


class Gap(NamedTuple):
    """Where layers would land: next to the module at `place`, behind it or before."""

    place: int
    behind: bool


class Drag:
    """One press of the left button and what it becomes: until it has gone some pixels, a click."""

    def __init__(self, area: ZoomArea, scene: Callable[[], Scene]) -> None:
        self._area, self._scene = area, scene
        self._pressed: QPointF | None = None
        self._at = QPointF()
        self._start = self._end = QPointF()
        """Where it began and is, in diagram units: what is scrolled meanwhile stays under the band."""
        self._carried: frozenset[Key] = frozenset()
        self._base: frozenset[Key] = frozenset()
        self._moves = False
        self.gap: Gap | None = None
        """Where the layers that are dragged would land."""
        self._scroll = EdgeScroll(area, lambda pointer: self._follow(QPointF(pointer)), margin=SCROLL_MARGIN)

    @property
    def moves(self) -> bool:
        """Whether the press has become a drag."""
        return self._moves

    @property
    def bands(self) -> bool:
        """Whether a band is drawn."""
        return self._moves and not self._carried

    def press(self, at: QPointF, carried: frozenset[Key], base: frozenset[Key]) -> None:
        """The button is down: a drag would carry these modules, or draw a band, which adds to `base`."""
        self._pressed, self._moves, self.gap = at, False, None
        self._carried, self._base = carried, base
        self._start = self._end = self._in_diagram(at)

    def move(self, at: QPointF) -> bool:
        """The mouse is there; whether a drag is under way."""
        if self._pressed is None:
            return False
        if not self._moves and (at - self._pressed).manhattanLength() < DRAG_FROM:
            return False
        if not self._moves and self._carried:
            self._area.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._moves = True
        self._follow(at)
        self._scroll.follow(at.toPoint())
        return True

    def end(self) -> bool:
        """Let go, or give up: whether anything was pressed. What it was can be asked for until then."""
        pressed, moved = self._pressed is not None, self._moves
        self._scroll.stop()
        self._pressed, self._moves, self.gap = None, False, None
        if moved:
            self._area.viewport().unsetCursor()
            self._area.viewport().update()
        return pressed

    def chosen(self) -> list[Key]:
        """The modules that the band touches, and those that were selected before, in the order of the flow."""
        series, touched = self._scene().series, set(self._base)
        if self.bands:
            band = self._band()
            near = (series.modules[place] for place in series.within(band))
            touched |= {each.key for each in near if each.key.layer and _touches(each.rect, band)}
        return [module.key for module in series.modules if module.key in touched]

    def lands_behind(self) -> Key | None:
        """The module behind which the layers would land; the input's where they come first, None where nothing is
        dragged."""
        if self.gap is None:
            return None
        place = self.gap.place if self.gap.behind else self.gap.place - 1
        return self._scene().series.modules[place].key if place >= 0 else INPUT_KEY

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint the band, or the mark where layers would land and what is dragged; in pixels of the viewport."""
        if self.bands:
            veil = QColor(theme.selection)
            veil.setAlpha(_VEIL)
            painter.setPen(QPen(QColor(theme.selection), 1))
            painter.setBrush(veil)
            painter.drawRect(self._scene().transform.mapRect(QRectF(*self._band())))
        elif self.gap is not None:
            self._paint_gap(painter, self.gap, theme)
            text = plain(next(iter(self._carried)).layer, _LONGEST)
            if len(self._carried) > 1:
                text = f"{len(self._carried):,} layers"
            ground = QRectF(self._area.viewport().rect())
            paint_number(painter, self._at + QPointF(6, 24), f"Move {text}", theme, ground)

    def _paint_gap(self, painter: QPainter, gap: Gap, theme: Theme) -> None:
        scene = self._scene()
        line = scene.transform.mapRect(QRectF(*gap_line(scene.series, gap)))
        head = line.topLeft()
        painter.setPen(QPen(QColor(theme.selection), _LINE))
        painter.drawLine(head, line.bottomRight())
        painter.setBrush(QColor(theme.selection))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(head, _KNOB / 2, _KNOB / 2)

    def _follow(self, at: QPointF) -> None:
        self._at, self._end = at, self._in_diagram(at)
        if self._carried:
            self.gap = gap_at(self._scene().series, Point(self._end.x(), self._end.y()))
        self._area.viewport().update()

    def _in_diagram(self, at: QPointF) -> QPointF:
        # Beyond the edge nothing is seen: the band ends there, and gaps are looked for in sight.
        ground = self._area.viewport().rect()
        inside = QPointF(min(max(at.x(), 0.0), ground.width() - 1), min(max(at.y(), 0.0), ground.height() - 1))
        return self._scene().transform.inverted()[0].map(inside)

    def _band(self) -> Rect:
        area = QRectF(self._start, self._end).normalized()
        return Rect(area.x(), area.y(), max(area.width(), 1e-3), max(area.height(), 1e-3))


def gap_at(series: Series, at: Point) -> Gap:
    """The gap between two modules nearest to a point in diagram units, in its column."""
    place = series.nearest(at)
    behind = series.diagram.direction.along(at) > series.along(series.modules[place].rect).middle
    if series.modules[place].key == EMPTY_KEY and place > 0:
        place, behind = place - 1, True
    return Gap(place, behind or series.modules[place].key == INPUT_KEY)


def gap_line(series: Series, gap: Gap) -> Rect:
    """The line across the flow that marks a gap, in diagram units: a rectangle that is as good as flat."""
    first, after = next(column for column in series.columns if column[0] <= gap.place < column[1])
    beside = gap.place + 1 if gap.behind else gap.place - 1
    rect = series.modules[gap.place].rect
    flow, side = series.along(rect), series.across(rect)
    if first <= beside < after:
        other = series.modules[beside].rect
        ends = (flow.end, series.along(other).start) if gap.behind else (series.along(other).end, flow.start)
        at = sum(ends) / 2
        side = Span(min(side.start, series.across(other).start), max(side.end, series.across(other).end))
    else:
        at = flow.end + _BEYOND if gap.behind else flow.start - _BEYOND
    begin, length = side.start - _BEYOND, side.length + 2 * _BEYOND
    return Rect(begin, at, length, 0.0) if series.down else Rect(at, begin, 0.0, length)


def _touches(rect: Rect, band: Rect) -> bool:
    return QRectF(*rect).intersects(QRectF(*band))
