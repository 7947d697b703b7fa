"""The feature maps that the boxes of a diagram carry, as pixels, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping

from squeezeviz.figure.scene.diagram import Key, Role
from squeezeviz.model.records import NamedTuple


class Tile(NamedTuple):
    """One feature map, or a picture: `columns` × `rows` pixels, three bytes each, row by row from the top.

    `part` is the part of a concat that the channel comes from, `letter` the colour of a picture's channel.
    """

    columns: int
    rows: int
    rgb: bytes
    part: Role | None = None
    letter: str = ""


Strip = tuple[Tile, ...]
"""The maps of one box, from the left."""


class ColourScale(NamedTuple):
    """The colours of maps from the least value to the most, three bytes each, and what some of their shares mean."""

    rgb: bytes
    ticks: tuple[tuple[float, str], ...]


class MapsLegend(NamedTuple):
    """What is said of the maps: a title, the colours that they have, sentences, and what the bars below a concat's maps
    mean, each with the role whose colour it has."""

    title: str
    scales: tuple[ColourScale, ...]
    sentences: tuple[str, ...]
    bars: tuple[tuple[Role, str], ...] = ()

    def in_words(self) -> str:
        """Return the legend as one text, for people who do not see it."""
        bars = "; ".join(text for _, text in self.bars)
        said = (self.title, *(each.removesuffix(".") for each in self.sentences), bars)
        return ". ".join(filter(None, said)) + "."


class MapStrips(NamedTuple):
    """The strips of a diagram's boxes, by the key that a box's `StripPlace` has, and their legend."""

    strips: Mapping[Key, Strip]
    legend: MapsLegend
