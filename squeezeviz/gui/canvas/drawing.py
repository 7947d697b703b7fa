"""The modules in sight, painted from recordings that are made once; less of each the smaller it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from squeezeviz.figure.drawing.draw import NO_BADGES, draw_module
from squeezeviz.figure.drawing.heat import Heat, heat_paint
from squeezeviz.figure.scene.diagram import Badge, Box, Key, Module, Rect
from squeezeviz.figure.scene.primitives import Group, Rectangle, Shape
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas.lines import paint_link
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Scene

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
SMALLEST_TEXT = 4.0
"""Pixels; smaller text is left out."""
_FAINTEST = 0.1
"""Blocks have no outline: colder ones would fade into the page."""
_MOST_RECORDINGS = 512
"""An open Fire takes some tens of kilobytes."""
_RADIUS, _FRAME_RADIUS = 9.0, 14.0
_FRAME_FROM = 80.0
"""Units; what is larger both ways is an opened Fire, whose corners are rounder."""

Specks = list[tuple[str, list[QRectF]]]
"""Rectangles by their colour."""


class Drawing:
    """Everything of the diagram but its ruler, in a theme's colours. Only what changed is recorded again."""

    def __init__(self, theme: Theme) -> None:
        self._badges = NO_BADGES
        self._heat: Heat | None = None
        self._specks: Specks = []
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._recordings: dict[object, tuple[Module, Recording]] = {}
        self._prepare(None)

    def set_badges(self, badges: Mapping[Key, Badge]) -> None:
        self._badges = badges
        self._prepare(self._series)

    def set_heat(self, heat: Heat | None) -> None:
        """Colour by what modules and boxes cost; None colours them by their kind."""
        self._heat = heat
        self._prepare(self._series)

    def paint(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        """Paint what of the diagram lies in `window`, which is in pixels of the viewport."""
        if scene.series is not self._series:
            self._prepare(scene.series)
        zoom = scene.camera.zoom
        painter.save()
        painter.setTransform(scene.transform, True)
        if zoom < BLOCKS_FROM:
            if not self._specks:
                self._specks = specks(scene.series, partial(speck_colour, theme=self._theme, heat=self._heat))
            paint_specks(painter, self._specks)
        else:
            for link in scene.series.links_within(scene.flow(window)) if zoom >= LINKS_FROM else ():
                begin, end = scene.slide.shift(link.source), scene.slide.shift(link.target)
                paint_link(painter, link, begin, end, self._theme)
            self._paint_modules(painter, scene, window)
        painter.restore()

    def _prepare(self, series: Series | None) -> None:
        """Look up each module anew, for another series or another look."""
        self._series = series
        self._specks = []
        self._by_place: dict[tuple[int, bool], Recording] = {}

    def _paint_modules(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        smallest_text, blocks = SMALLEST_TEXT / scene.camera.zoom, scene.camera.zoom < SHAPES_FROM
        for place in _places(scene, window):
            module = scene.series.modules[place]
            shift = scene.slide.shift(module.key)
            x, y = module.rect.x + shift.x, module.rect.y + shift.y
            painter.translate(x, y)
            painter.setOpacity(scene.slide.opacity(module.key))
            recording = self._by_place.get((place, blocks))
            if recording is None:
                recording = self._by_place[place, blocks] = self._recording(module, blocks)
            recording.play(painter, smallest_text)
            painter.translate(-x, -y)
        painter.setOpacity(1.0)

    def _recording(self, module: Module, blocks: bool) -> Recording:
        # By identity: the layout hands out the same boxes for what did not change, and hashing them takes longer
        # than painting them. The module is kept with its recording, so that no other can get its boxes' ids.
        keys = (module.key, *(box.key for box in module.boxes))
        paints = None if self._heat is None else tuple(self._heat.paint(key, self._theme) for key in keys)
        marks = None if blocks else tuple(self._badges.get(key) for key in keys)
        look = blocks, id(module.boxes), id(module.labels), module.key, marks, paints
        if look not in self._recordings:
            if len(self._recordings) >= _MOST_RECORDINGS:
                self._recordings.pop(next(iter(self._recordings)))
            # At the origin, so that it looks the same wherever it stands.
            alone = replace(module, rect=Rect(0, 0, module.rect.width, module.rect.height))
            shapes = draw_blocks(alone, self._theme, self._heat) if blocks else None
            drawn = record(shapes or draw_module(alone, self._theme, self._badges, self._heat))
            self._recordings[look] = module, drawn
        return self._recordings[look][1]


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


def paint_selection(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thick ring around `seen` (pixels of the viewport), set off by the page's colour inside it."""
    width = 3.0 * min(max(zoom**0.5, 0.8), 1.6)
    _paint_ring(painter, seen, QPen(QColor(theme.page), 2.0), zoom, gap=1.0)
    _paint_ring(painter, seen, QPen(QColor(theme.selection), width), zoom, gap=1.5 + width / 2)


def paint_hover(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thin ring that says what a click would select."""
    _paint_ring(painter, seen, QPen(QColor(theme.hover), 1.5), zoom, gap=1.5)


def paint_focus(painter: QPainter, viewport: QRectF, theme: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.selection), 2))
    painter.drawRoundedRect(viewport.adjusted(2, 2, -2, -2), 6, 6)


def _paint_ring(painter: QPainter, seen: QRectF, pen: QPen, zoom: float, gap: float) -> None:
    frame = min(seen.width(), seen.height()) > _FRAME_FROM * zoom
    radius = (_FRAME_RADIUS if frame else _RADIUS) * min(max(zoom, 0.3), 2.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRoundedRect(seen.adjusted(-gap, -gap, gap, gap), radius, radius)


def _places(scene: Scene, window: Rect) -> Iterable[int]:
    """The modules in sight, those that are sliding through it included."""
    sliding = (scene.series.place(key) for key in scene.slide.moving)
    return sorted({*scene.places(window), *(place for place in sliding if place is not None)})


def _box_blocks(box: Box, theme: Theme) -> list[Rectangle]:
    if not box.shares:
        return [_block(box.rect, theme.roles[box.role])]
    return [_block(share.rect, theme.shares.get(share.role, theme.roles[share.role])) for share in box.shares]


def _block(rect: Rect, colour: str) -> Rectangle:
    return Rectangle(*rect, Shape(fill=colour))
