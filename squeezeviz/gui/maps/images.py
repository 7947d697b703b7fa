"""Small feature maps as images to paint, coloured a few at a time so that the window answers between them."""

from __future__ import annotations

from collections import OrderedDict
from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from squeezeviz.figure.theme.colour_maps import ColourMap, colour_map
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.theme.tone import Scale, Tone
from squeezeviz.gui.maps.brought import BroughtMaps
from squeezeviz.gui.widgets.images import image_of
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 12
"""So many maps of 64 × 64 are coloured between two events: 3 ms."""
MOST_KEPT = 1024
_LARGEST_COLOURED = 256
"""Rows and columns of an enlarged map; a larger one is painted as means."""


class Colouring(NamedTuple):
    """How values become colours: by which tone, with one scale for all channels or one for each, in which theme."""

    tone: Tone = Tone.SQRT
    each_channel: bool = False
    theme: Theme = LIGHT


class MapImages:
    """The images of the maps that are here. What is not coloured yet is `due`, and coloured by `colour_some`."""

    def __init__(self, maps: BroughtMaps) -> None:
        self._maps = maps
        self.colouring = Colouring()
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._due: dict[int, None] = {}
        self._scale: Scale | None = None

    def set_colouring(self, colouring: Colouring) -> None:
        self.colouring = colouring
        self.begin_anew()

    def begin_anew(self) -> None:
        """Colour everything again: there are other maps, or other colours."""
        self._images.clear()
        self._due.clear()
        self._scale = None

    @property
    def scale(self) -> Scale:
        """What the colours stand for, of all channels together."""
        if self._scale is None:
            self._scale = self._scale_of_all()
        return self._scale

    def _scale_of_all(self) -> Scale:
        found = self._maps.statistics
        both_signs = self._maps.are_differences or any(each.least < 0 for each in found)
        if self.colouring.tone is Tone.PERCENTILE:
            return Scale(self._maps.capped_at, Tone.PERCENTILE, both_signs)
        sizes = [abs(value) for each in found for value in (each.least, each.largest) if isfinite(value)]
        return Scale(max(sizes, default=0.0), self.colouring.tone, both_signs)

    @property
    def colours(self) -> ColourMap:
        return colour_map(self.colouring.theme, both_signs=self.scale.both_signs)

    def scale_of(self, values: NDArray[np.float32]) -> Scale:
        """Return what the colours of one map stand for."""
        from squeezeviz.figure.drawing.map_colours import scale_of

        whole = self.scale
        return scale_of(values, whole.tone, both_signs=whole.both_signs) if self.colouring.each_channel else whole

    def image(self, channel: int) -> QImage | None:
        """Return a channel's image, if it is coloured; if its map is here, it is due from now on."""
        found = self._images.get(channel)
        if found is not None:
            self._images.move_to_end(channel)
        elif self._maps.small(channel) is not None:
            self._due[channel] = None
        return found

    def colour_some(self) -> bool:
        """Colour a few of the maps that are due. Return whether there were any."""
        from squeezeviz.figure.drawing.map_colours import coloured

        due = list(self._due)[:AT_ONCE]
        for channel in due:
            del self._due[channel]
            values = self._maps.small(channel)
            if values is not None:
                self._images[channel] = image_of(coloured(values, self.scale_of(values), self.colours))
        while len(self._images) > MOST_KEPT:
            self._images.popitem(last=False)
        return bool(due)

    @property
    def is_due(self) -> bool:
        return bool(self._due)

    def whole_image(self, values: NDArray[np.float32]) -> QImage:
        """Return an enlarged map as an image; of a large one the means of squares of values."""
        from squeezeviz.figure.drawing.map_colours import coloured, reduced

        by = -(-max(values.shape) // _LARGEST_COLOURED)
        return image_of(coloured(reduced(values[None], by)[0], self.scale_of(values), self.colours))
