"""Strips of feature maps in the boxes of the diagram: those of its channels that vary most, more the nearer one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from squeezeviz.figure.layout.boxes import PART_BAR
from squeezeviz.figure.scene.diagram import Badge, Key, Rect, Role, StripPlace
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.gui.canvas.drawing import OLD, SHAPES_FROM, Appearance, places_seen
from squeezeviz.gui.canvas.sliding import Scene
from squeezeviz.model.records import NamedTuple

_ROWS = ((3.0, 3), (1.75, 2), (0.0, 1))
"""From which zoom on a strip has so many rows of maps."""
SMOOTH_BELOW = 64
"""Pixels: larger maps are painted with their values as squares."""
_BETWEEN_PARTS = 5.0
"""Units between the maps of a concat's two parts, beyond the usual gap."""


class StripMap(NamedTuple):
    """A channel's map; of a concat with the role of the part that it comes from."""

    image: QImage
    role: Role | None = None


class Strips(Protocol):
    """Where the maps come from. Whoever asks for some that are not here yet is told by a paint once they are."""

    def maps(self, key: Key, count: int) -> Sequence[StripMap]:
        """Return up to `count` maps of a box, those that vary most first; of a concat, those of its first part before
        those of its second."""


def paint_strips(painter: QPainter, scene: Scene, look: Appearance, window: Rect, strips: Strips) -> None:
    """Paint the maps of the boxes that are seen in `window` (pixels of the viewport)."""
    zoom = scene.camera.zoom
    if zoom < SHAPES_FROM:
        return
    rows = next(rows for least, rows in _ROWS if zoom >= least)
    painter.save()
    painter.setTransform(scene.transform, True)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom * STRIP.side / rows < SMOOTH_BELOW)
    for number in places_seen(scene, window):
        module = scene.series.modules[number]
        shift = scene.slide.shift(module.key)
        for box in module.boxes:
            if box.strip is not None:
                corner = module.rect.x + shift.x, module.rect.y + shift.y
                old = look.badges.get(box.key) is Badge.STALE
                painter.setOpacity(scene.slide.opacity(module.key) * (OLD if old else 1))
                places = cells(box.strip, rows, *corner)
                shown = arranged(strips.maps(box.strip.of, len(places)), places, rows)
                for place, tile in shown:
                    _paint_map(painter, place, tile, look)
    painter.restore()


def cells(place: StripPlace, rows: int, left: float = 0.0, top: float = 0.0) -> list[QRectF]:
    """Return where the maps go in `rows` lines, in units; the module's corner is at `left` and `top`."""
    side = (STRIP.side - (rows - 1) * STRIP.gap) / rows
    across = int((place.rect.width + STRIP.gap + 0.01) // (side + STRIP.gap))
    return [
        QRectF(
            left + place.rect.x + column * (side + STRIP.gap), top + place.rect.y + row * (side + STRIP.gap), side, side
        )
        for row in range(rows)
        for column in range(across)
    ]


def arranged(maps: Sequence[StripMap], places: Sequence[QRectF], rows: int) -> list[tuple[QRectF, StripMap]]:
    """Return where each map goes, out of `places` in `rows` lines; the two parts of a concat stand side by side, as
    they do in the box above them, with a gap between them."""
    first = [each for each in maps if each.role is Role.EXPAND1X1]
    second = [each for each in maps if each.role is Role.EXPAND3X3]
    if not (first and second):
        return list(zip(places, maps, strict=False))
    across = len(places) // rows
    border = min(-(-len(first) // rows), across - 1)
    found = list[tuple[QRectF, StripMap]]()
    for part, columns, shift in (
        (first, range(border), -_BETWEEN_PARTS / 2),
        (second, range(border, across), _BETWEEN_PARTS / 2),
    ):
        theirs = [places[row * across + column].translated(shift, 0) for row in range(rows) for column in columns]
        found += zip(theirs, part, strict=False)
    return found


def _paint_map(painter: QPainter, place: QRectF, shown: StripMap, look: Appearance) -> None:
    width, height = shown.image.width(), shown.image.height()
    scale = place.width() / max(width, height)
    painter.drawImage(QRectF(place.left(), place.top(), width * scale, height * scale), shown.image)
    if shown.role is not None:
        thick = (PART_BAR - 1) * place.width() / STRIP.side
        bar = QRectF(place.left(), place.bottom(), width * scale, thick)
        painter.fillRect(bar, QColor(look.theme.shares[shown.role]))
