"""Strips of feature maps made by hand, whose pixels tell one from the other."""

from collections.abc import Iterator

from squeezeviz.figure.drawing.map_colours import own_scale
from squeezeviz.figure.scene.diagram import Box, Diagram, Rect, Role
from squeezeviz.figure.scene.strips import MapsLegend, MapStrips, Strip, Tile
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.figure.theme.theme import LIGHT

SENTENCES = ("Each map has a scale of its own.", "Picture: cat.png; preprocessing caffe.", "Weights: random.")
BARS = ((Role.EXPAND1X1, "maps of 1×1 filters"), (Role.EXPAND3X3, "maps of 3×3 filters"))
LEGEND = MapsLegend("Feature maps for cat.png", (own_scale(LIGHT, both_signs=False),), SENTENCES, BARS)


def carriers(diagram: Diagram) -> Iterator[tuple[Box, Rect]]:
    """The boxes with room for maps, and that room in their module."""
    for module in diagram.modules:
        for box in module.boxes:
            if box.strip is not None:
                yield box, box.strip.rect


def strip(number: int, room: Rect, *, concat: bool) -> Strip:
    """As many maps of 3 × 2 pixels as have room on screen, each of one colour."""
    halves = (Role.EXPAND1X1, Role.EXPAND1X1, Role.EXPAND3X3, Role.EXPAND3X3)
    parts = halves if concat else (None,) * round((room.width + STRIP.gap) / (STRIP.side + STRIP.gap))
    return tuple(Tile(3, 2, bytes((3 * number, 60 * place, 200)) * 6, part) for place, part in enumerate(parts))


def strips_of(diagram: Diagram) -> MapStrips:
    """A strip for each box that has room for one."""
    rooms = {box.strip.of: room for box, room in carriers(diagram) if box.strip}
    found = {key: strip(number, room, concat=key.part == "concat") for number, (key, room) in enumerate(rooms.items())}
    return MapStrips(found, LEGEND)
