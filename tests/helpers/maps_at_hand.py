"""Feature maps made by hand, brought as the worker's client brings them, without a process."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from squeezeviz.analysis.channels import CAPPED_AT, ChannelStatistics, of_both_parts, ordered
from squeezeviz.figure.drawing.map_colours import reduced
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.maps import OperationMaps
from squeezeviz.gui.maps.brought import BroughtMaps, Wanted
from squeezeviz.trace.protocol import MapsWanted, ShowMaps, no_maps

Maps = NDArray[np.float32]


class MapsAtHand(QObject):
    """Stands for the client: answers in the event loop's next turn, from `maps` by the names of their operations."""

    maps_brought = Signal(object, object)

    def __init__(self, maps: Mapping[str, Maps], revision: int = 1) -> None:
        super().__init__()
        self.maps, self.revision = maps, revision
        self.asked: list[ShowMaps] = []
        self._serial = 0

    def new_serial(self) -> int:
        self._serial += 1
        return self._serial

    def show_maps(self, request: ShowMaps) -> None:
        self.asked.append(request)
        QTimer.singleShot(0, self, lambda: self._answer(request))

    def _answer(self, request: ShowMaps) -> None:
        if request.revision != self.revision:
            self.maps_brought.emit(request, no_maps(request, "another pass has run since", is_stale=True))
        elif request.wanted[0].operation not in self.maps:
            self.maps_brought.emit(request, no_maps(request, "nothing is called so"))
        elif max(request.wanted[0].channels, default=0) >= len(self.maps[request.wanted[0].operation]):
            self.maps_brought.emit(request, no_maps(request, "it has fewer channels"))
        else:
            self.maps_brought.emit(request, (operation_maps(self.maps, request.wanted[0]),))


def operation_maps(maps: Mapping[str, Maps], wanted: MapsWanted) -> OperationMaps:
    whole = maps[wanted.operation]
    in_order = ordered(statistics(whole), wanted.order)
    channels = wanted.channels or of_both_parts(in_order, wanted.border, wanted.most or len(whole))
    by = -(-max(whole.shape[1:]) // wanted.side) if wanted.side else 1
    sizes = np.abs(whole[whole != 0])
    return OperationMaps(
        wanted.operation,
        tuple(channels),
        reduced(whole[list(channels)], by),
        len(whole),
        by,
        statistics(whole) if wanted.statistics else (),
        float(np.percentile(sizes, CAPPED_AT)) if sizes.size else 0.0,
    )


def statistics(maps: Maps) -> tuple[ChannelStatistics, ...]:
    zeros, sizes = (maps == 0).mean((1, 2)), np.abs(maps).mean((1, 2))
    found = (maps.min((1, 2)), maps.max((1, 2)), maps.mean((1, 2)), zeros, maps.var((1, 2)), sizes)
    return tuple(ChannelStatistics(*map(float, row)) for row in zip(*found, strict=True))


def brought(maps: Maps, name: str = "c") -> tuple[BroughtMaps, MapsAtHand]:
    """What fetches these maps, and what they are fetched from; the first of them are asked for."""
    client = MapsAtHand({name: maps})
    found = BroughtMaps(client, WorkFolder())  # type: ignore[arg-type]
    found.want(Wanted(1, name))
    return found, client


def noise(channels: int, side: int, seed: int = 5) -> Maps:
    """Maps after a ReLU: half of the values are 0."""
    values = np.random.default_rng(seed).standard_normal((channels, side, side))
    return np.maximum(values, 0).astype(np.float32)
