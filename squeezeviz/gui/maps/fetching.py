"""Feature maps of a pass, asked of the worker: each asker's newest request alone counts."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient

if TYPE_CHECKING:
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import MapsWanted, NoMaps, OtherNetwork, ShowMaps


class MapFetch(QObject):
    """The requests of one asker, for as long as `parent` lives."""

    def __init__(self, client: LiveClient, work: WorkFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._client, self._work = client, work
        self._pending: tuple[ShowMaps, Callable[[tuple[OperationMaps, ...] | NoMaps], None]] | None = None
        client.maps_brought.connect(self._take)

    @property
    def is_waiting(self) -> bool:
        """Whether the answer to a request is on its way."""
        return self._pending is not None

    def ask(
        self,
        then: Callable[[tuple[OperationMaps, ...] | NoMaps], None],
        revision: int,
        wanted: tuple[MapsWanted, ...],
        image: int = 0,
        minus: int | None = None,
        other: OtherNetwork | None = None,
    ) -> None:
        """Ask for maps of that pass as `ShowMaps` does, in place of what was asked for before, and hand the answer on
        to `then`: the maps in the order in which they are wanted, or why there are none."""
        from squeezeviz.trace.protocol import NoMaps, ShowMaps

        serial = self._client.new_serial()
        try:
            path = os.fspath(self._work.path() / f"maps-{serial}")
        except OSError as error:
            then(NoMaps(revision, serial, f"there is no place for them: {error.strerror}"))
            return
        request = ShowMaps(revision, serial, wanted, path, image, minus, other)
        self._pending = request, then
        self._client.show_maps(request)

    def forget(self) -> None:
        """Wait for nothing any more."""
        self._pending = None

    def _take(self, request: ShowMaps, brought: tuple[OperationMaps, ...] | NoMaps) -> None:
        if self._pending is not None and request is self._pending[0]:
            (_, then), self._pending = self._pending, None
            then(brought)
