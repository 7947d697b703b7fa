"""What the canvas paints of a diagram: modules from recordings made once, less of each the smaller it is; its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from math import inf, sqrt
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from squeezeviz.figure.drawing.draw import NO_BADGES, draw_line, draw_module
from squeezeviz.figure.scene.diagram import INPUT_KEY, Badge, Box, Key, Line, Module, Point, Rect, Role
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape, flattened
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.writers.painter import Recording, record
from squeezeviz.gui.canvas.series import Series, stretched_points
from squeezeviz.gui.canvas.sliding import Scene
from squeezeviz.gui.canvas.words import (
    AS_DRAWN_FROM,
    LEAST,
    NO_LIMITS,
    Limits,
    badges_beside,
    least,
    limits_of,
    readable,
    tile,
)
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import Change

if TYPE_CHECKING:
    from squeezeviz.figure.drawing.activations import Activations
    from squeezeviz.figure.drawing.heat import Heat
    from squeezeviz.figure.layout.changes import Marks

SHAPES_FROM = 0.3
"""The smallest zoom at which every shape is drawn, and the triangles that open and close a Fire can be seen.

Below, each box is one block.
"""
PARTS_FROM = 0.1
"""The smallest zoom at which the parts of a Fire can be told apart with the mouse."""
LINKS_FROM = 0.08
"""The smallest zoom at which the lines between modules can be seen."""
BLOCKS_FROM = 0.03
"""The smallest zoom at which boxes are told apart; below, each module is one speck."""
_FAINTEST = 0.1
"""Blocks have no outline: colder ones would fade into the page."""
_CROWDED = 1600.0
"""Square pixels that a module takes of a long network in columns, on the average, for its boxes to be told apart."""
_FEW = 100
_NEIGHBOURS = 24
"""Modules that say things alike, seen from afar."""
_AHEAD = 2
"""Modules that are looked at between two events before they come into sight."""
_MOST_RECORDINGS = 1024
"""An open Fire takes some tens of kilobytes."""
_SIGN, _SIGN_FONT, _SIGN_CORNER = 14.0, 11, 3.0
"""Pixels of the sign of a difference, seen from afar, of its font and its corners."""
_STRIP, _GAP = 4.0, 2.0
"""Pixels that the strip is wide which stands there where a sign has no room; and how far each is from its module."""
BESIDE_MODULES = round(_SIGN + 2 * _GAP)
"""Pixels that these take with a gap on either side."""
_LOWEST_SIGNED = 10.0
"""Pixels of the lowest module that has one: with the gap after it, two signs are apart."""

OLD = 0.35
"""How opaque maps, and lines with what flows along them, are of a table that is no longer shown."""
_STILL = Point(0.0, 0.0)
_TAG_REACH = 240.0
"""Units that a tag reaches over its module at the most."""
_TAGS_READ = LEAST / 11.0
"""The smallest zoom at which tags, whose letters are 11 units, can be read; below they are larger than drawn."""
_TAGS_FROM = 0.6
"""The smallest zoom at which there is room for these; below, signs tell, or strips of colour."""

Specks = list[tuple[str, list[QRectF]]]
"""Rectangles by their colour."""


class Appearance(NamedTuple):
    """How a diagram is drawn: in a theme's colours or, with `heat`, by cost; and what is marked on it."""

    theme: Theme = LIGHT
    badges: Mapping[Key, Badge] = NO_BADGES
    """What a live pass says of the boxes."""
    heat: Heat | None = None
    marks: Marks | None = None
    """What differs from a baseline."""
    activations: Activations | None = None
    """What flows along the lines, which are as wide as its mean."""


class _Recorded(NamedTuple):
    """A module as it was drawn last, and all that decided how."""

    look: tuple[object, ...]
    module: Module
    recording: Recording


class _Worded(NamedTuple):
    """The words of a recorded module at one zoom, as far as the limits of its neighbours let it speak."""

    of: Recording
    zoom: float
    limits: Limits
    words: Recording | None
    shapes: Recording
    """The module beneath them."""


class _Limited(NamedTuple):
    """How far a module has to shorten its words at one zoom."""

    of: Module
    zoom: float
    limits: Limits


class Drawing:
    """Paints the modules of a series and the lines between them. Only what changed is recorded again."""

    def __init__(self) -> None:
        self._recordings: dict[tuple[Key, bool], _Recorded] = {}
        self._worded: dict[Key, _Worded] = {}
        self._limited: dict[tuple[Key, bool], _Limited] = {}
        self._beside: Sequence[Module] = ()
        self._specks: Specks = []
        self._prepare(None, Appearance())

    def set_beside(self, modules: Sequence[Module]) -> None:
        """Say things as the modules of another diagram do too, which stands beside this one."""
        if modules is not self._beside:
            self._beside = modules
            self._limits.clear()

    def paint(self, painter: QPainter, scene: Scene, look: Appearance, window: Rect) -> None:
        """Paint what of the diagram lies in `window`, which is in pixels of the viewport."""
        if scene.series is not self._series or look is not self._look:
            self._prepare(scene.series, look)
        zoom = scene.camera.zoom
        painter.save()
        painter.setTransform(scene.transform, True)
        if zoom < blocks_from(scene.series):
            if not self._specks:
                self._specks = specks(scene.series, partial(speck_colour, theme=look.theme, heat=look.heat))
            paint_specks(painter, self._specks)
        else:
            for link in scene.series.links_within(scene.camera.rect_to_diagram(window)) if zoom >= LINKS_FROM else ():
                self._paint_line(painter, scene, link, scene.slide.shift(link.source), scene.slide.shift(link.target))
            self._paint_modules(painter, scene, window)
        painter.restore()

    def look_ahead(self, scene: Scene, window: Rect) -> bool:
        """See how far words have to be shortened where the next modules will come into sight as one pans.

        Of all of them at once that would take longer than a frame. Returns whether there are more of them.
        """
        zoom, places = scene.camera.zoom, scene.places(window)
        if scene.series is not self._series or not SHAPES_FROM <= zoom < AS_DRAWN_FROM or not places:
            return False
        left = _AHEAD
        for stretch in (max(places) // _NEIGHBOURS + 1, min(places) // _NEIGHBOURS - 1):
            for module, here in self._stretch(stretch) if (stretch, zoom) not in self._limits else ():
                if not self._is_limited(module, here, zoom):
                    if left == 0:
                        return True
                    self._limits_of(module, here, zoom)
                    left -= 1
        return False

    def paint_marks(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        """Paint what differs in `window`, over what `paint` painted: tags to read, from afar signs or strips."""
        marks = self._look.marks
        if marks is None:
            return
        # A tag stands over its module's edge, or after it.
        reach = _TAG_REACH * scene.camera.zoom
        x, y, width, height = window
        near = scene.places(Rect(x - reach, y - reach, width + 2 * reach, height + 2 * reach))
        keys = {place: scene.series.modules[place].key for place in near}
        marked = [place for place, key in keys.items() if key in marks.layers or key in marks.absent]
        painter.save()
        if scene.camera.zoom >= _TAGS_FROM:
            self._paint_tags(painter, scene, marked, marks)
        else:
            _paint_signs(painter, scene, marked, marks, self._look.theme)
        painter.restore()

    def _prepare(self, series: Series | None, look: Appearance) -> None:
        """Look up each module anew, for another series or another look."""
        self._series, self._look = series, look
        self._specks = []
        self._by_place: dict[tuple[int, bool], Recording] = {}
        self._limits: dict[tuple[int, float], Limits] = {}
        self._tags: dict[int, list[Recording]] = {}
        self._tag_scale = 1.0

    def _paint_modules(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        zoom = scene.camera.zoom
        blocks, as_drawn = zoom < SHAPES_FROM, zoom >= AS_DRAWN_FROM
        for place in places_seen(scene, window):
            module = scene.series.modules[place]
            shift = scene.slide.shift(module.key)
            x, y = module.rect.x + shift.x, module.rect.y + shift.y
            painter.translate(x, y)
            painter.setOpacity(scene.slide.opacity(module.key))
            recording = self._by_place.get((place, blocks))
            if recording is None:
                recording = self._by_place[place, blocks] = self._recording(module, blocks)
            limits = NO_LIMITS if as_drawn or blocks else self._limits_at(place, zoom)
            worded = None if as_drawn else self._worded_at(module, recording, zoom, limits)
            words = None if worded is None else worded.words
            if words is None or not blocks:
                (recording if worded is None else worded.shapes).play(painter, 0.0 if as_drawn else inf)
            if words is not None:
                painter.save()
                painter.scale(1 / scene.transform.m11(), 1 / scene.transform.m22())
                words.play(painter)
                painter.restore()
            for line in module.lines if self._look.activations is not None and not blocks else ():
                named = line.within(module.key.layer)
                self._paint_line(painter, scene, named, _STILL, _STILL, scene.slide.opacity(module.key))
            painter.translate(-x, -y)
        painter.setOpacity(1.0)

    def _paint_line(
        self, painter: QPainter, scene: Scene, line: Line, begin: Point, end: Point, opacity: float = 1.0
    ) -> None:
        """Paint `line` with its ends moved by `begin` and `end`; the painter's units are those of the diagram."""
        shown, opaque = shown_line(scene.series, line, self._look)
        painter.setOpacity(opacity * opaque)
        _paint_link(painter, shown, begin, end, self._look.theme)
        painter.setOpacity(opacity)

    def _paint_tags(self, painter: QPainter, scene: Scene, places: Iterable[int], marks: Marks) -> None:
        from squeezeviz.figure.layout.changes import draw_tag, tags_at  # not sooner: most graphs are compared with none

        painter.setTransform(scene.transform, True)
        scale = max(1.0, _TAGS_READ / scene.camera.zoom)
        if scale != self._tag_scale:
            self._tags, self._tag_scale = {}, scale
        for place in places:
            if place not in self._tags:
                tags = tags_at(scene.series.diagram, place, marks, scale)
                self._tags[place] = [record(draw_tag(tag, self._look.theme)) for tag in tags]
            x, y = scene.slide.shift(scene.series.modules[place].key)
            painter.translate(x, y)
            for recording in self._tags[place]:
                recording.play(painter)
            painter.translate(-x, -y)

    def _limits_at(self, place: int, zoom: float) -> Limits:
        """How far the module at a place shortens its words, as its neighbours do: those of its stretch of the series.

        Stretches begin at the same modules wherever one looks, so that nothing changes as one pans.
        """
        stretch = place // _NEIGHBOURS
        found = self._limits.get((stretch, zoom))
        if found is None:
            found = least([self._limits_of(module, here, zoom) for module, here in self._stretch(stretch)])
            self._limits = {known: limits for known, limits in self._limits.items() if known[1] == zoom}
            self._limits[stretch, zoom] = found
        return found

    def _stretch(self, stretch: int) -> Iterator[tuple[Module, bool]]:
        """The modules of a stretch of the series, which say things alike, and whether each stands in this diagram."""
        first, last = stretch * _NEIGHBOURS, (stretch + 1) * _NEIGHBOURS
        for modules in (() if self._series is None else self._series.modules, self._beside):
            yield from ((module, modules is not self._beside) for module in modules[max(0, first) : max(0, last)])

    def _limits_of(self, module: Module, here: bool, zoom: float) -> Limits:
        key = module.key, here
        if not self._is_limited(module, here, zoom):
            if key not in self._limited and len(self._limited) >= _MOST_RECORDINGS:
                self._limited.pop(next(iter(self._limited)))
            # Drawn without being recorded, which takes longer: it may never come into sight.
            drawn = flattened(draw_module(_at_origin(module), self._look.theme))
            self._limited[key] = _Limited(module, zoom, limits_of(module, drawn, zoom))
        return self._limited[key].limits

    def _is_limited(self, module: Module, here: bool, zoom: float) -> bool:
        """Whether it is known how far a module, `here` or beside this diagram, has to shorten its words."""
        held = self._limited.get((module.key, here))
        same = held is not None and held.of.boxes is module.boxes and held.of.labels is module.labels
        return held is not None and same and held.zoom == zoom

    def _worded_at(self, module: Module, recording: Recording, zoom: float, limits: Limits) -> _Worded:
        """The words of a module as they can be read at that zoom, of what was recorded of it."""
        blocks = zoom < SHAPES_FROM
        held = self._worded.get(module.key)
        if held is None or held.of is not recording or (held.zoom, held.limits) != (zoom, limits):
            if held is None and len(self._worded) >= _MOST_RECORDINGS:
                self._worded.pop(next(iter(self._worded)))
            heat, theme = self._look.heat, self._look.theme
            paint = heat.paint(module.key, theme) if heat is not None else None
            group = tile(module, theme, zoom, paint) if blocks else readable(module, recording.parts, zoom, limits)
            words = None if group is None else record(group)
            shapes = recording
            if group is not None and not blocks and self._look.badges:
                beside = badges_beside(module, group, zoom)
                shapes = recording if beside is module else record(self._drawn(beside), recording)
            held = self._worded[module.key] = _Worded(recording, zoom, limits, words, shapes)
        return held

    def _recording(self, module: Module, blocks: bool) -> Recording:
        # By identity: the layout hands out the same boxes for what did not change, and hashing them takes longer
        # than painting them. The module is kept with its recording, so that no other can get its boxes' ids.
        theme, badges, heat = self._look.theme, self._look.badges, self._look.heat
        keys = (module.key, *(box.key for box in module.boxes))
        paints = None if heat is None else tuple(heat.paint(key, theme) for key in keys)
        badged = None if blocks else tuple(badges.get(key) for key in keys)
        look = id(module.boxes), id(module.labels), theme, badged, paints, self._look.activations is not None
        held = self._recordings.get((module.key, blocks))
        if held is None or held.look != look:
            if held is None and len(self._recordings) >= _MOST_RECORDINGS:
                self._recordings.pop(next(iter(self._recordings)))
            shapes = draw_blocks(_at_origin(module), theme, heat) if blocks else self._drawn(module)
            drawn = record(shapes, held.recording if held else None)
            held = self._recordings[module.key, blocks] = _Recorded(look, module, drawn)
        return held.recording

    def _drawn(self, module: Module) -> Group:
        """A module with all that is shown of it, relative to its corner."""
        look = self._look
        bare = look.activations is not None  # its lines are painted as wide as what flows
        return draw_module(
            _at_origin(module._replace(lines=()) if bare else module), look.theme, look.badges, look.heat
        )


def _at_origin(module: Module) -> Module:
    """The module as it looks wherever it stands."""
    return module._replace(rect=Rect(0, 0, module.rect.width, module.rect.height))


def blocks_from(series: Series) -> float:
    """The smallest zoom at which boxes are told apart; of a long network in columns many more are in sight at once."""
    if len(series.columns) == 1 or len(series) <= _FEW:
        return BLOCKS_FROM
    area = series.content.width * series.content.height
    return max(BLOCKS_FROM, min(SHAPES_FROM, sqrt(_CROWDED * len(series) / area)))


def draw_blocks(module: Module, theme: Theme, heat: Heat | None = None) -> Group:
    """A module as plain rectangles, relative to its corner."""
    children: list[Rectangle] = []
    if module.opened:
        edge = heat_colour(heat, module.key, theme)
        width, height, inset = module.rect.width, module.rect.height, 5.0
        children.append(_block(Rect(0, 0, width, height), edge or theme.frame_outline))
        inner = Rect(inset, inset, width - 2 * inset, height - 2 * inset)
        children.append(_block(inner, theme.page if edge else theme.frame_fill))
    for box in module.boxes:
        colour = heat_colour(heat, box.key, theme)
        children += [_block(box.rect, colour)] if colour else _box_blocks(box, theme)
    return Group(0, 0, tuple(children))


def heat_colour(heat: Heat | None, key: Key, theme: Theme) -> str:
    """The colour of what a box costs; grey where that is not known, empty where colours tell of kinds."""
    if heat is None:
        return ""
    from squeezeviz.figure.drawing.heat import heat_paint

    value = heat.values.get(key)
    return theme.box_outline if value is None else heat_paint(max(value, _FAINTEST), theme).fill


def speck_colour(module: Module, theme: Theme, heat: Heat | None = None) -> str:
    return heat_colour(heat, module.key, theme) or theme.roles[module.role]


def specks(series: Series, colour: Callable[[Module], str], thinnest: float = 0.0) -> Specks:
    """One rectangle a module, at least `thinnest` (diagram units) along the flow.

    Rare colours come last, so that in a long network they are still seen.
    """
    by_colour: dict[str, list[QRectF]] = {}
    for module in series.modules:
        x, y, width, height = module.rect
        size = (width, max(height, thinnest)) if series.down else (max(width, thinnest), height)
        by_colour.setdefault(colour(module), []).append(QRectF(x, y, *size))
    return sorted(by_colour.items(), key=lambda each: -len(each[1]))


def paint_specks(painter: QPainter, found: Specks) -> None:
    """All of a network in a few calls, however long it is; the painter's units are those of the diagram."""
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, rects in found:
        painter.setBrush(QColor(colour))
        painter.drawRects(rects)


def shown_line(series: Series, line: Line, look: Appearance) -> tuple[Line, float]:
    """`line` as wide as what flows along it is active, where that is shown, and how opaque it then is."""
    if look.activations is None:
        return line, 1.0
    source = series.source(line)
    widened = look.activations.widened(line, source)
    if widened is None:
        return line, 1.0
    return widened, OLD if look.badges.get(source) is Badge.STALE else 1.0


def _paint_link(painter: QPainter, link: Line, begin: Point, end: Point, theme: Theme) -> None:
    """Paint `link` with its ends moved by `begin` and `end`; the painter's units are those of the diagram."""
    x, y = link.points[0].x + begin.x, link.points[0].y + begin.y
    points = stretched_points(link.points, Point(begin.x - x, begin.y - y), Point(end.x - x, end.y - y))
    painter.translate(x, y)
    _recorded_link(points, link.role, link.width, link.arrow, theme).play(painter)
    painter.translate(-x, -y)


@lru_cache(maxsize=512)
def _recorded_link(points: tuple[Point, ...], role: Role, width: float, arrow: bool, theme: Theme) -> Recording:
    """Most of a network's links are alike, and recorded once."""
    return record(draw_line(Line(INPUT_KEY, INPUT_KEY, role, points, width, arrow), theme))


def _paint_signs(painter: QPainter, scene: Scene, places: Iterable[int], marks: Marks, theme: Theme) -> None:
    """Beside each module the sign of its change, and beside the line that leaves it that of absent layers; where there
    is no room for a sign a strip in its colour, along the module or across the line."""
    down = scene.series.down
    for place in places:
        key, rect = scene.series.modules[place].key, QRectF(*scene.series.modules[place].rect)
        seen = scene.transform.mapRect(rect.translated(*scene.slide.shift(key)))
        if key in marks.layers:
            long = seen.height() if down else seen.width()
            at = (_sign_before if long >= _LOWEST_SIGNED else _strip_before)(seen, down)
            _paint_sign(painter, at, marks.layers[key].change, theme)
        if key in marks.absent:
            room = _room_after(scene, place) * scene.camera.zoom
            at = _sign_after(seen, room, down) if room >= _SIGN + 2 else _strip_after(seen, down)
            _paint_sign(painter, at, marks.missing, theme)


def _paint_sign(painter: QPainter, at: QRectF, change: Change, theme: Theme) -> None:
    """Paint the sign of a change, or a strip in its colour, whichever is as large as that place."""
    from squeezeviz.figure.layout.changes import SIGNS

    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.changes[change]))
    signed = at.width() == at.height() == _SIGN
    # A strip on whole pixels: blended with its ground, so thin a one would have another colour.
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, signed)
    if not signed:
        painter.drawRect(at)
        return
    painter.drawRoundedRect(at, _SIGN_CORNER, _SIGN_CORNER)
    font = painter.font()
    font.setPixelSize(_SIGN_FONT)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(theme.on_badge))
    painter.drawText(at, Qt.AlignmentFlag.AlignCenter, SIGNS[change])


def _room_after(scene: Scene, place: int) -> float:
    """How far the next module of the same column is from that at `place`, in diagram units; 0 where it is the last."""
    series = scene.series
    if any(place + 1 == after for _, after in series.columns):
        return 0.0
    return series.along(series.modules[place + 1].rect).start - series.along(series.modules[place].rect).end


def _sign_before(seen: QRectF, down: bool) -> QRectF:
    """At a module's head, in the middle of one that is hardly larger than the sign."""
    if down:
        return QRectF(round(seen.left() - _GAP - _SIGN), _beside_head(seen.top(), seen.height()), _SIGN, _SIGN)
    return QRectF(_beside_head(seen.left(), seen.width()), round(seen.top() - _GAP - _SIGN), _SIGN, _SIGN)


def _beside_head(start: float, length: float) -> int:
    """Where the sign of a module begins that is seen from `start` on for `length`, both in pixels."""
    return round(start + (length - _SIGN) / 2 if length < 2 * _SIGN else start)


def _sign_after(seen: QRectF, room: float, down: bool) -> QRectF:
    """Beside the middle of the line that leaves a module, `room` pixels long."""
    if down:
        return QRectF(round(seen.center().x() + 8), round(seen.bottom() + (room - _SIGN) / 2), _SIGN, _SIGN)
    return QRectF(round(seen.right() + (room - _SIGN) / 2), round(seen.center().y() + 8), _SIGN, _SIGN)


def _strip_before(seen: QRectF, down: bool) -> QRectF:
    """Along a module's near side."""
    if down:
        return QRectF(seen.left() - _STRIP - _GAP, round(seen.top()), _STRIP, max(round(seen.height()), 1))
    return QRectF(round(seen.left()), seen.top() - _STRIP - _GAP, max(round(seen.width()), 1), _STRIP)


def _strip_after(seen: QRectF, down: bool) -> QRectF:
    """Across the line that leaves a module."""
    if down:
        return QRectF(seen.center().x() - 8, round(seen.bottom()), 16, 2)
    return QRectF(round(seen.right()), seen.center().y() - 8, 2, 16)


def places_seen(scene: Scene, window: Rect) -> Iterable[int]:
    """The modules in sight, those that are sliding through it included."""
    sliding = (scene.series.place(key) for key in scene.slide.moving)
    return sorted({*scene.places(window), *(place for place in sliding if place is not None)})


def _box_blocks(box: Box, theme: Theme) -> list[Rectangle]:
    if not box.shares:
        return [_block(box.rect, theme.roles[box.role])]
    return [_block(share.rect, theme.shares.get(share.role, theme.roles[share.role])) for share in box.shares]


def _block(rect: Rect, colour: str) -> Rectangle:
    return Rectangle(*rect, Shape(fill=colour))
