"""The pixels of a picture about a value of the network's input: as the network sees them, and in the opened picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.following import PixelNumbers
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.explain.following import picture_text
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.following.followed import PicturePass
from squeezeviz.gui.following.placing import OpenedPixel, Pixels
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.gui.maps.input_picture import InputPicture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import NoMaps

REACH = 6
"""So many pixels are shown at each side."""


class PixelsAround(QObject):
    """Fetches the network's input from the worker for a value of it, and makes a picture's pixels of that again."""

    changed = Signal()
    """The pixels are here."""

    def __init__(self, client: LiveClient, work: WorkFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = MapFetch(client, work, self)
        self.pixels: Pixels = ()
        """Those about the value that was wanted last, once they are here."""
        self.opened: OpenedPixel | None = None
        """Where in the opened picture that value is."""
        self._picture = InputPicture()
        self._wanted: tuple[PicturePass, ValueAt] | None = None

    def want(self, pass_: PicturePass | None, at: ValueAt | None) -> None:
        """Fetch the pixels about a value, unless they are here or on their way; None of either: none."""
        wanted = None if pass_ is None or at is None else (pass_, at)
        if wanted != self._wanted:
            self._wanted, self.pixels, self.opened = wanted, (), None
            self._fetch.forget()
            if wanted is not None:
                self.opened = self._in_picture(*wanted)
                self._ask(*wanted)

    def _in_picture(self, pass_: PicturePass, at: ValueAt) -> OpenedPixel:
        retained, crop = pass_.pictures[at.image], pass_.crop(at.image)
        size = retained.width, retained.height
        rows, columns = crop.drawn_from(at.row, at.column, pass_.taken, size)
        said = picture_text(retained.name, size, rows, columns)
        return OpenedPixel(rows, columns, said, self._picture.seen(retained, crop))

    def _ask(self, pass_: PicturePass, at: ValueAt) -> None:
        from squeezeviz.trace.protocol import MapsWanted

        def take(brought: tuple[OperationMaps, ...] | NoMaps) -> None:
            if isinstance(brought, tuple):  # else the value itself is told all the same
                self.pixels = _around(brought[0].maps, pass_.numbers, at)
                self.changed.emit()

        self._fetch.ask(take, pass_.revision, (MapsWanted(NETWORK_INPUT),), at.image)


def _around(maps: NDArray[np.float32], numbers: PixelNumbers, at: ValueAt) -> Pixels:
    """Return the pixels about a value of the network's input, C×H×W."""
    _, height, width = maps.shape

    def pixel(row: int, column: int) -> tuple[int, int, int] | None:
        if not (0 <= row < height and 0 <= column < width):
            return None
        raw = [numbers.parts(each, float(maps[each, row, column]))[0] for each in range(numbers.channels)]
        found = dict(zip(numbers.letters, (max(0, min(255, value)) for value in raw), strict=True))
        return tuple(found.get(letter, found.get("grey", 0)) for letter in "RGB")  # type: ignore[return-value]

    reach = range(-REACH, REACH + 1)
    return tuple(tuple(pixel(at.row + down, at.column + across) for across in reach) for down in reach)
