"""What is selected in a diagram and what the mouse is over: rings about boxes and modules, bands along lines."""

from __future__ import annotations

from collections.abc import Collection
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from squeezeviz.figure.drawing.draw import draw_line, shortened
from squeezeviz.figure.scene.diagram import Key, Line, Rect, Role
from squeezeviz.figure.theme.look import SCREEN
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.painter import record
from squeezeviz.gui.canvas import drawing, series
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.sliding import Scene
from squeezeviz.gui.selection import Edge
from squeezeviz.model.records import NamedTuple

_RADIUS, _FRAME_RADIUS = 9.0, 14.0
_FRAME_FROM = 80.0
"""Units; what is larger both ways is an opened Fire, whose corners are rounder."""
_REACH = 10
"""Pixels that the rings about a box, and what it shows over its edge, take at the most."""
_HOVERED, _SELECTED = 1.5, 0.75
"""Pixels by which a marked line is wider than it is."""
_BAND = 5.0
"""Pixels by which the band under a selected line is wider than that."""
_VEIL, _ASIDE = 110, 3.0
"""Of modules that are specks, how opaque the mark of a selected one is, of 255, and by how many pixels it is wider."""
_NUMBER_ROOM = 10.0
"""Pixels from the middle of a line to the number beside it."""


class Ringed(NamedTuple):
    """What is shown as selected: one box or line, and the modules and parts beside it; and what the mouse is over."""

    selected: Key | Edge | None
    hovered: Key | Edge | None
    beside: frozenset[Key]


def area_of(scene: Scene, key: Key) -> QRect | None:
    """Where a box or module is seen with its rings; None where the diagram lacks it."""
    seen = _ringed(scene, key)
    return None if seen is None else _around(seen, scene.camera.zoom)


def paint(painter: QPainter, scene: Scene, shown: Ringed, look: Appearance, area: QRect, viewport: QRectF) -> None:
    """Show what the mouse is over, and over that what is selected, as far as it lies in `area`; all in pixels."""
    if shown.beside:
        _paint_selected_modules(painter, scene, shown.beside, look.theme, area)
        _paint_selected_parts(painter, scene, shown.beside, look.theme, area)
    for target, paint_line, paint_box in (
        (None if shown.hovered == shown.selected else shown.hovered, _paint_hovered_line, _paint_hover),
        (shown.selected, _paint_selected_line, _paint_selection),
    ):
        if isinstance(target, Key):
            seen = _ringed(scene, target)
            if seen is not None and area.intersects(_around(seen, scene.camera.zoom)):
                paint_box(painter, seen, look.theme, scene.camera.zoom)
        elif (line := scene.series.line(target)) is not None and scene.camera.zoom >= drawing.LINKS_FROM:
            painter.save()
            painter.setTransform(scene.transform, True)
            begin, end = map(scene.shift, series.edge_of(line))
            widened, _ = drawing.shown_line(scene.series, line, look)
            paint_line(painter, series.stretched(widened, begin, end), look.theme, scene.camera.zoom)
            painter.restore()
            text = look.activations.text(scene.series.source(line)) if look.activations is not None else ""
            if text:
                paint_number(painter, scene.transform.map(series.middle(line)), text, look.theme, viewport)


def _ringed(scene: Scene, key: Key) -> QRectF | None:
    """Where the ring for `key` stands: about its module where that is a tile, whose words it would cover."""
    module = scene.series.module(key) if scene.camera.zoom < drawing.SHAPES_FROM else None
    return scene.seen(key if module is None else module.key)


def _around(seen: QRectF, zoom: float) -> QRect:
    """What is seen with its rings, and up to the middle between it and the next module.

    Two that follow each other are one rectangle so, and painted at once.
    """
    about = max(_REACH, ceil(SCREEN.gap / 2 * zoom))
    return seen.toAlignedRect().adjusted(-about, -about, about, about)


def _paint_selection(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thick ring around `seen` (pixels of the viewport), set off by the page's colour inside it."""
    width = 3.0 * min(max(zoom**0.5, 0.8), 1.6)
    _paint_ring(painter, seen, QPen(QColor(theme.page), 2.0), zoom, gap=1.0)
    _paint_ring(painter, seen, QPen(QColor(theme.selection), width), zoom, gap=1.5 + width / 2)


def _paint_selected_modules(painter: QPainter, scene: Scene, keys: Collection[Key], theme: Theme, area: QRect) -> None:
    """The modules of `keys` in `area` as selected beside the one that is explained; as tiles those of parts too."""
    zoom, about = scene.camera.zoom, Rect(area.x() - 20, area.y() - 20, area.width() + 40, area.height() + 40)
    found = (scene.series.modules[place] for place in drawing.places_seen(scene, about))
    modules = {Key(key.layer) for key in keys if not key.part or zoom < drawing.SHAPES_FROM}
    seen = [
        scene.transform.mapRect(QRectF(*each.rect).translated(*scene.slide.shift(each.key)))
        for each in found
        if each.key in modules
    ]
    if zoom < drawing.blocks_from(scene.series):
        veil = QColor(theme.selection)
        veil.setAlpha(_VEIL)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(veil)
        painter.drawRects([each.adjusted(-_ASIDE, 0, _ASIDE, 0) for each in seen])
        return
    for each in seen:
        _paint_selected_beside(painter, each, theme, zoom)


def _paint_selected_parts(painter: QPainter, scene: Scene, keys: Collection[Key], theme: Theme, area: QRect) -> None:
    zoom = scene.camera.zoom
    for key in keys if zoom >= drawing.SHAPES_FROM else ():
        seen = scene.seen(key) if key.part else None
        if seen is not None and area.intersects(_around(seen, zoom)):
            _paint_selected_beside(painter, seen, theme, zoom)


def _paint_selected_beside(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    width = 2.0 * min(max(zoom**0.5, 0.8), 1.6)
    _paint_ring(painter, seen, QPen(QColor(theme.selection), width), zoom, gap=1.5 + width / 2)


def _paint_hover(painter: QPainter, seen: QRectF, theme: Theme, zoom: float) -> None:
    """A thin ring that says what a click would select."""
    _paint_ring(painter, seen, QPen(QColor(theme.hover), 1.5), zoom, gap=1.5)


def _paint_hovered_line(painter: QPainter, line: Line, theme: Theme, zoom: float) -> None:
    """`line`, slightly thicker; the painter's units are those of the diagram."""
    record(draw_line(line._replace(width=line.width + _HOVERED / zoom), theme)).play(painter)


def _paint_selected_line(painter: QPainter, line: Line, theme: Theme, zoom: float) -> None:
    """`line` in the selection's colour, on a broad band, or the squeeze's blue lines would look much the same."""
    wide = line._replace(width=line.width + _SELECTED / zoom)
    points = shortened(wide.points, wide.width) if line.arrow else line.points
    band = line._replace(points=points, width=wide.width + _BAND / zoom, arrow=False, role=Role.FIRE)
    record(draw_line(band, theme, theme.hover)).play(painter)
    record(draw_line(wide, theme, theme.selection)).play(painter)


def _paint_ring(painter: QPainter, seen: QRectF, pen: QPen, zoom: float, gap: float) -> None:
    frame = min(seen.width(), seen.height()) > _FRAME_FROM * zoom
    radius = (_FRAME_RADIUS if frame else _RADIUS) * min(max(zoom, 0.3), 2.0)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawRoundedRect(seen.adjusted(-gap, -gap, gap, gap), radius, radius)


def paint_number(painter: QPainter, beside: QPointF, text: str, theme: Theme, viewport: QRectF) -> None:
    """A number beside the middle of a line, on a card of its own so that it can be read on anything."""
    size = painter.fontMetrics().size(0, text)
    card = QRectF(beside.x() + _NUMBER_ROOM, beside.y() - size.height() / 2 - 2, size.width() + 12, size.height() + 4)
    if card.right() > viewport.right():
        card.moveRight(beside.x() - _NUMBER_ROOM)
    painter.setBrush(QColor(theme.box_fill))
    painter.setPen(QPen(QColor(theme.box_outline), 1))
    painter.drawRoundedRect(card, 5, 5)
    painter.setPen(QColor(theme.text))
    painter.drawText(card, Qt.AlignmentFlag.AlignCenter, text)


def paint_focus(painter: QPainter, viewport: QRectF, theme: Theme) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.selection), 2))
    painter.drawRoundedRect(viewport.adjusted(2, 2, -2, -2), 6, 6)
