"""The modules in sight, painted from recordings that are made once; less of each the smaller it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtGui import QPainter

from squeezeviz.figure.drawing.draw import draw_module
from squeezeviz.figure.drawing.heat import Heat, Paint
from squeezeviz.figure.scene.diagram import Badge, Direction, Key, Module, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.canvas import detail
from squeezeviz.gui.canvas.axes import Span, across, along
from squeezeviz.gui.canvas.camera import Camera
from squeezeviz.gui.canvas.links import Links
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.sliding import Slide
from squeezeviz.gui.canvas.specks import Specks, widening

_KEPT = 512
"""Recordings of modules; an open Fire takes some tens of kilobytes."""


class Scene(NamedTuple):
    """What is painted, and how it is looked at."""

    series: Series
    camera: Camera
    slide: Slide


class Drawing:
    """Everything of the diagram but its ruler, in a theme's colours. Only what changed is recorded again."""

    def __init__(self, theme: Theme) -> None:
        self._badges: Mapping[Key, Badge] = {}
        self._heat: Heat | None = None
        self._specks: Specks | None = None
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._links = Links(theme)
        self._recordings: dict[object, Recording] = {}
        self._drawn: dict[object, tuple[Module, Recording]] = {}
        self._forget(None)

    def set_badges(self, badges: Mapping[Key, Badge]) -> None:
        self._badges = badges
        self._forget(self._series)

    def set_heat(self, heat: Heat | None) -> None:
        """Colour by what modules and boxes cost; None colours them by their kind."""
        self._heat = heat
        self._forget(self._series)

    def paint(self, painter: QPainter, scene: Scene, window: Rect) -> None:
        """Paint what of the diagram lies in `window`, which is in pixels of the viewport."""
        if scene.series is not self._series:
            self._forget(scene.series)
        zoom = scene.camera.zoom
        seen = along(scene.camera.rect_to_diagram(window), scene.series.diagram.direction)
        if zoom < detail.BLOCKS_FROM:
            self._specks = self._specks or Specks(scene.series, self._theme, self._heat)
            self._specks.paint(painter, scene.camera, seen)
            return
        painter.save()
        look_through(painter, scene)
        if zoom >= detail.LINKS_FROM:
            self._paint_links(painter, scene, seen)
        self._paint_modules(painter, scene, seen)
        painter.restore()

    def _forget(self, series: Series | None) -> None:
        """Forget what was looked up for another series, other badges or another theme."""
        self._series = series
        self._specks = None
        self._by_place: dict[tuple[int, bool], Recording] = {}

    def _paint_links(self, painter: QPainter, scene: Scene, seen: Span) -> None:
        for link in scene.series.links_within(seen):
            self._links.paint(painter, link, scene.slide.shift(link.source), scene.slide.shift(link.target))

    def _paint_modules(self, painter: QPainter, scene: Scene, seen: Span) -> None:
        zoom = scene.camera.zoom
        smallest_text, blocks = detail.SMALLEST_TEXT / zoom, zoom < detail.SHAPES_FROM
        for place in _places(scene, seen):
            module = scene.series.modules[place]
            shift = scene.slide.shift(module.key)
            x, y = module.rect.x + shift.x, module.rect.y + shift.y
            painter.translate(x, y)
            painter.setOpacity(scene.slide.opacity(module.key))
            self._recording(place, module, blocks).play(painter, smallest_text)
            painter.translate(-x, -y)
        painter.setOpacity(1.0)

    def _recording(self, place: int, module: Module, blocks: bool) -> Recording:
        recording = self._by_place.get((place, blocks))
        if recording is None:
            recording = self._blocks(module) if blocks else self._shapes(module)
            self._by_place[place, blocks] = recording
        return recording

    def _shapes(self, module: Module) -> Recording:
        # By identity: the layout hands out the same boxes for what did not change, and hashing them takes longer
        # than painting them. The module is kept with its recording, so that no other can get its boxes' ids.
        keys = (module.key, *(box.key for box in module.boxes))
        marks = tuple(self._badges.get(key) for key in keys)
        look = (id(module.boxes), id(module.labels), module.key, marks, self._paints(keys))
        known = self._drawn.get(look)
        if known is None:
            if len(self._drawn) >= _KEPT:
                self._drawn.pop(next(iter(self._drawn)))
            known = module, record(draw_module(_alone(module), self._theme, self._badges, self._heat))
            self._drawn[look] = known
        return known[1]

    def _blocks(self, module: Module) -> Recording:
        boxes = tuple((box.role, box.rect, box.shares) for box in module.boxes)
        paints = self._paints((module.key, *(box.key for box in module.boxes)))
        look = (module.opened, _alone(module).rect, boxes, paints)
        if look not in self._recordings:
            self._keep(look, record(detail.blocks(module, self._theme, self._heat)))
        return self._recordings[look]

    def _paints(self, keys: tuple[Key, ...]) -> tuple[Paint | None, ...] | None:
        """The grounds of a module and its boxes; None where kinds are told."""
        return None if self._heat is None else tuple(self._heat.paint(key, self._theme) for key in keys)

    def _keep(self, look: object, recording: Recording) -> None:
        if len(self._recordings) >= _KEPT:
            self._recordings.pop(next(iter(self._recordings)))
        self._recordings[look] = recording


def look_through(painter: QPainter, scene: Scene) -> None:
    """Let the painter's units be those of the diagram; a far network is kept from becoming a thread, as specks are."""
    painter.translate(-scene.camera.x, -scene.camera.y)
    painter.scale(scene.camera.zoom, scene.camera.zoom)
    factor, direction = widening(scene.series, scene.camera.zoom), scene.series.diagram.direction
    if factor > 1:
        middle = across(scene.series.content, direction).middle
        along_x = direction is Direction.RIGHT
        painter.translate(0 if along_x else middle * (1 - factor), middle * (1 - factor) if along_x else 0)
        painter.scale(1 if along_x else factor, factor if along_x else 1)


def _places(scene: Scene, seen: Span) -> Iterable[int]:
    """The modules in sight, those that are sliding through it included."""
    places = scene.series.within(seen)
    if not scene.slide.running:
        return places
    sliding = (scene.series.place(key) for key in scene.slide.moving)
    return sorted({*places, *(place for place in sliding if place is not None)})


def _alone(module: Module) -> Module:
    """The module at the origin and without its number, so that it looks the same wherever it stands."""
    return replace(module, index=0, rect=Rect(0, 0, module.rect.width, module.rect.height))
