"""The feature maps that are in sight, fetched from the worker: small ones in pages, and one whole."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.channels import ChannelStatistics, MapOrder
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import MapsWanted, NoMaps, OtherNetwork

PAGE = 64
"""So many channels are fetched at once."""
SIDE = 64
"""The most rows and columns of a small map; the maps of most layers are whole then."""
WHOLE_SIDE = 1024
"""The same of the one that is enlarged."""
MOST_BYTES = 32 * 1024**2
"""Of small maps that are kept: those that were looked at longest ago are fetched again."""


class Wanted(NamedTuple):
    """Which maps: those of an operation, in a pass that kept them, for one image of its batch.

    With `minus` they are the differences from the maps of that other image, with `other` from those of that network.
    """

    revision: int
    operation: str
    image: int = 0
    minus: int | None = None
    other: OtherNetwork | None = None

    @property
    def is_difference(self) -> bool:
        return self.minus is not None or self.other is not None


class BroughtMaps(QObject):
    """The maps of one operation, as far as they were asked for. One request is under way at a time."""

    changed = Signal()
    """The maps of another operation, pass or image are here; the first ones of them."""
    arrived = Signal(object)
    """Further channels are here (tuple of their numbers)."""
    refused = Signal(str)
    """Why what was wanted does not come: the end of a sentence; or empty, as the worker has another pass by now."""

    def __init__(self, client: LiveClient, work: WorkFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = MapFetch(client, work, self)
        self.wanted: Wanted | None = None
        """What was asked for last."""
        self.shown: Wanted | None = None
        """What is here."""
        self.order = MapOrder.INDEX
        """Which channels come first."""
        self.statistics: tuple[ChannelStatistics, ...] = ()
        self.capped_at = 0.0
        self.reduced = 1
        """Each value of a small map is the mean of so many rows and columns of values."""
        self._small: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._whole: tuple[int, NDArray[np.float32]] | None = None
        self._missing: tuple[int, ...] = ()
        self._whole_wanted: int | None = None
        self._refused: Wanted | None = None

    @property
    def are_differences(self) -> bool:
        """Whether what is here are differences of maps."""
        return self.shown is not None and self.shown.is_difference

    @property
    def is_waiting(self) -> bool:
        """Whether anything was asked for that is not here yet."""
        return self._fetch.is_waiting

    def want(self, wanted: Wanted | None) -> None:
        """Fetch the first channels of these maps, and the numbers of all, unless they are here."""
        if wanted != self.wanted:
            self.wanted, self._refused = wanted, None
        self._ask()

    def want_channels(self, channels: Iterable[int]) -> None:
        """Fetch these channels of the maps that are here, in place of others that were wanted and did not come yet."""
        self._missing = tuple(each for each in channels if each not in self._small)
        self._ask()

    def want_whole(self, channel: int | None) -> None:
        """Fetch one channel with all its values; None: no longer."""
        self._whole_wanted = channel
        self._ask()

    def small(self, channel: int) -> NDArray[np.float32] | None:
        """Return a channel's map, perhaps of means, if it is here."""
        found = self._small.get(channel)
        if found is not None:
            self._small.move_to_end(channel)
        return found

    def whole(self, channel: int) -> NDArray[np.float32] | None:
        """Return a channel's map with all its values, if it is here."""
        if self.reduced == 1:
            return self.small(channel)
        return self._whole[1] if self._whole is not None and self._whole[0] == channel else None

    def forget(self) -> None:
        """Let all maps go: another network is open."""
        self.wanted = self.shown = self._refused = self._whole = self._whole_wanted = None
        self._small.clear()
        self.statistics, self._missing = (), ()
        self.changed.emit()

    # Requests

    def _ask(self) -> None:
        """Ask for what is missing, the most urgent first."""
        from squeezeviz.trace.protocol import MapsWanted

        wanted = self.wanted
        if self._fetch.is_waiting or wanted is None or wanted == self._refused:
            return
        name = wanted.operation
        if wanted != self.shown:
            self._send(wanted, MapsWanted(name, order=self.order, most=PAGE, side=SIDE, statistics=True))
        elif self._whole_wanted is not None and self.whole(self._whole_wanted) is None:
            self._send(wanted, MapsWanted(name, (self._whole_wanted,), side=SIDE if self.reduced == 1 else WHOLE_SIDE))
        elif self._missing:
            page, self._missing = self._missing[:PAGE], self._missing[PAGE:]
            self._send(wanted, MapsWanted(name, page, side=SIDE))

    def _send(self, asked: Wanted, maps: MapsWanted) -> None:
        def take(brought: tuple[OperationMaps, ...] | NoMaps) -> None:
            if asked != self.wanted:
                pass  # something else is wanted by now
            elif isinstance(brought, tuple):
                self._keep(asked, maps, brought[0])
            else:
                self._refused = asked
                self.refused.emit("" if brought.is_stale else brought.reason)
            self._ask()

        self._fetch.ask(take, asked.revision, (maps,), *asked[2:])

    def _keep(self, asked: Wanted, wanted: MapsWanted, maps: OperationMaps) -> None:
        if asked != self.shown:
            self.shown, self._whole, self._missing = asked, None, ()
            self._small.clear()
            self.statistics, self.capped_at, self.reduced = maps.statistics, maps.capped_at, maps.reduced
            if self._whole_wanted is not None and self._whole_wanted >= len(maps.statistics):
                self._whole_wanted = None  # the maps before had more channels
            self._keep_small(maps)
            self.changed.emit()
        elif wanted.side == WHOLE_SIDE:
            self._whole = maps.channels[0], maps.maps[0]
            self.arrived.emit(maps.channels)
        else:
            self._keep_small(maps)
            self.arrived.emit(maps.channels)

    def _keep_small(self, maps: OperationMaps) -> None:
        for channel, values in zip(maps.channels, maps.maps, strict=True):
            self._small[channel] = values
        size = maps.maps[0].nbytes if len(maps.maps) else 0
        while len(self._small) > PAGE and len(self._small) * size > MOST_BYTES:
            self._small.popitem(last=False)
