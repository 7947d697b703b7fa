"""The feature maps that the panel shows, fetched whole, as the content of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.channels import ORDER_WORDS, MapOrder, dead, ordered
from squeezeviz.analysis.feature_maps import NETWORK_INPUT, parts_of_concat
from squeezeviz.analysis.value_sources import INPUT
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.maps.brought import Wanted
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.gui.maps.images import Colouring
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.figure.scene.primitives import Group
    from squeezeviz.figure.writers.drawn import DrawnPicture
    from squeezeviz.figure.writers.figure import ExportOptions
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import NoMaps


class MapSubject(NamedTuple):
    """What is exported: which maps of which network, and how they are shown. `less` says in words what is taken away
    from them, `about` on what they ran. `brought` are the maps, and the input of the pass where these are all of it."""

    wanted: Wanted
    network: ResolvedNetwork
    title: str
    about: tuple[str, ...]
    less: str
    order: MapOrder
    colouring: Colouring
    brought: tuple[OperationMaps, ...] = ()

    def picture(self) -> DrawnPicture:
        """Return them as a picture, a grid with its scale, and as numbers."""
        from squeezeviz.figure.writers.drawn import DrawnPicture

        return DrawnPicture(
            f"{self.wanted.operation or INPUT} maps", "the feature maps", self.title, self.colouring.theme,
            self._draw, {"npz": self._numbers}, takes_long=True,
        )  # fmt: skip

    def _numbers(self) -> bytes:
        """Return the maps as a NumPy archive."""
        from squeezeviz.files.feature_maps import archive

        maps = self.brought[0]
        beside = {"less": self.less} if self.less else {"input": self.brought[-1].maps}
        name, network = self.wanted.operation or INPUT, self.network.table.name
        order = ordered(maps.statistics, self.order)
        return archive(maps=maps.maps, order=order, name=name, network=network, about=self.about, **beside)

    def _draw(self, options: ExportOptions) -> tuple[Group, float, float]:
        from squeezeviz.figure.drawing.feature_grid import FeatureGrid, draw_grid

        maps = self.brought[0]
        order = ordered(maps.statistics, self.order)
        grid = FeatureGrid(
            maps.maps,
            order,
            self.title,
            self.about,
            ORDER_WORDS[self.order],
            self.colouring.tone,
            self.colouring.each_channel,
            frozenset(() if self.less else dead(maps.statistics)),
            parts_of_concat(self.network, self.wanted.operation),
            both_signs=True if self.less else None,
        )
        return draw_grid(grid, options.theme)


class MapExport(QObject):
    """Fetches whole what the panel shows a part of: all channels, and every value of them."""

    ready = Signal(object)
    """The MapSubject, with its maps."""
    refused = Signal(str)
    """Why the maps do not come: one sentence."""

    def __init__(self, client: LiveClient, work: WorkFolder) -> None:
        super().__init__()
        self._fetch = MapFetch(client, work, self)

    def fetch(self, subject: MapSubject) -> None:
        """Fetch the maps of a subject, in place of one that is still waited for."""
        from squeezeviz.trace.protocol import MapsWanted

        def take(brought: tuple[OperationMaps, ...] | NoMaps) -> None:
            if isinstance(brought, tuple):
                self.ready.emit(subject._replace(brought=brought))
            else:
                self.refused.emit(f"The feature maps were not exported: {brought.reason}.")

        wanted = subject.wanted
        names = dict.fromkeys((wanted.operation, wanted.operation if subject.less else NETWORK_INPUT))
        asked = tuple(MapsWanted(name, statistics=True) for name in names)
        self._fetch.ask(take, wanted.revision, asked, *wanted[2:])
