"""Which feature maps the boxes of a figure carry, made into strips with the legend that says what they show.

The window and the command line bring the maps of a pass each in its own way, and make the same of them here.
"""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.analysis.feature_maps import ConcatPart, outputs_of_layer, parts_of_layer
from squeezeviz.analysis.pictures.preprocessing import Preprocessing
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.map_colours import (
    TILE_PIXELS,
    Values,
    map_tiles,
    own_scale,
    picture_tiles,
    pixels_seen,
)
from squeezeviz.figure.layout.build import DiagramOptions, shown_rows
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key, Role
from squeezeviz.figure.scene.strips import MapsLegend, MapStrips, Strip
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import some

MOST_BOXES = 500
"""More do not carry maps: no page has room for them."""


class BoxMaps(NamedTuple):
    """An operation whose maps are shown: the keys of the boxes, and the parts of a concat."""

    keys: tuple[Key, ...]
    parts: tuple[ConcatPart, ...]


class Depicted(NamedTuple):
    """What the maps that are shown are of: the `name` of a picture with the preprocessing that it had, or a ramp of
    grey; a sentence on that `input`, and in words where the network's `weights` come from."""

    name: str
    input: str
    weights: str
    preprocessing: Preprocessing | None = None

    @classmethod
    def picture(cls, name: str, size: tuple[int, int], way: Preprocessing, prepared: str, weights: str) -> Depicted:
        """Return what is said of a picture of that size in pixels; `prepared` says what becomes of it."""
        said = f"Picture: {name}, {size[0]}×{size[1]} px; preprocessing {way.id}: {prepared}."
        return cls(name, said, weights, way)

    @classmethod
    def ramp(cls, weights: str) -> Depicted:
        """Return what is said where no picture ran."""
        return cls("a ramp of grey", "Input: a ramp of grey from 0 to 1, no picture.", weights)


def maps_in_boxes(network: ResolvedNetwork, diagram: DiagramOptions) -> dict[str, BoxMaps]:
    """Return the operations whose maps a figure shows: of its rows, and of the one that flows in.

    SqueezevizError where there are more than `MOST_BOXES`.
    """
    rows = shown_rows(network, diagram.rows)
    found: dict[str, BoxMaps] = {}
    for layer in network.layers[max(0, rows.start - 1) : rows.stop]:
        for part, step in outputs_of_layer(layer).items():
            if part in ("", "concat") or layer.name not in diagram.collapsed:
                before = found.get(step.name, BoxMaps((), ()))
                parts = parts_of_layer(layer) if part == "concat" else before.parts
                found[step.name] = BoxMaps((*before.keys, Key(layer.name, part)), parts)
        if len(found) > MOST_BOXES:
            raise SqueezevizError(
                f"at most {MOST_BOXES} boxes of a figure carry feature maps, and here are more; show fewer rows, or "
                "close Fire modules"
            )
    return found


class BoxStrips:
    """Makes the strips of a figure's boxes in the colours of a theme, and remembers what their legend has to say."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._strips: dict[Key, Strip] = {}
        self._picture: Strip = ()
        self._signs: set[bool] = set()
        """Whether maps have both signs: of some, of none, or both."""
        self._averaged = False

    def add(self, shown: BoxMaps, maps: Values, channels: Sequence[int], *, both_signs: bool) -> None:
        """Show these channels of an operation (C×H×W); `both_signs` says whether any of its values is negative."""
        roles = [Role(part.part) for part in shown.parts for each in channels if part.first <= each < part.end]
        strip = map_tiles(maps, self._theme, both_signs=both_signs, parts=roles)
        self._strips |= dict.fromkeys(shown.keys, strip)
        self._signs.add(both_signs)
        self._averaged |= max(maps.shape[1:]) > TILE_PIXELS

    def add_input(self, values: Values, preprocessing: Preprocessing | None) -> None:
        """Show what the network sees of the picture, or the channels of the ramp of grey: its input, C×H×W."""
        if preprocessing is None:
            self._picture = map_tiles(values[: STRIP.tiles], self._theme, both_signs=False)
            return
        order = preprocessing.order if len(values) > 1 else ""
        self._picture = picture_tiles(pixels_seen(values, preprocessing), order)

    def finished(self, of: Depicted) -> MapStrips:
        """Return the strips with the legend that says what they are of."""
        return MapStrips({INPUT_KEY: self._picture, **self._strips}, self._legend(of))

    def _legend(self, of: Depicted) -> MapsLegend:
        shown = [f"Each box shows the {STRIP.tiles} channels whose values vary most from place to place."]
        parts = {each.part for strip in self._strips.values() for each in strip}
        bars = tuple((role, text) for role, text in _BARS if role in parts)
        if bars:
            half = STRIP.tiles // 2
            shown.append(
                f"A Fire module's concat shows {half} maps of its 1×1 filters, then {half} of its 3×3 filters, told "
                "apart by the bars below them."
            )
        if self._averaged:
            shown.append(f"Of maps more than {TILE_PIXELS} across, each colour is the mean of several values.")
        return MapsLegend(
            f"Feature maps for {of.name}",
            tuple(own_scale(self._theme, both_signs=signs) for signs in sorted(self._signs)),
            (
                "Each map has a scale of its own, up to the map's largest value; colours go by the square root of the "
                f"value. {' '.join(shown)}",
                of.input,
                f"Weights: {of.weights}.",
            ),
            bars,
        )


_BARS = ((Role.EXPAND1X1, "maps of 1×1 filters"), (Role.EXPAND3X3, "maps of 3×3 filters"))
"""What the bars below the maps of a concat mean."""


def weights_in_words(origin: str | None, fresh: Sequence[str]) -> str:
    """Say where the weights come from, and which rows have random ones; without an `origin` all are random."""
    if origin is None:
        return "random; nothing was trained"
    random = f", but random ones in {some(list(map(brief, fresh)))}, which they do not fit" if fresh else ""
    return f"{brief(origin)}{random}"
