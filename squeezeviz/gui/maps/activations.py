"""The mean activations along the lines of the diagram: the worker's statistics of every operation of a pass."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.channels import mean_of
from squeezeviz.analysis.feature_maps import NETWORK_INPUT, outputs_of_layer
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.activations import Activations, MeanActivation
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.model.shapes import MapShape

if TYPE_CHECKING:
    from squeezeviz.trace.protocol import ShowMaps

MOST_OPERATIONS = 500
"""Of a network that puts out more than these, no means are fetched: its lines are hairs on any screen."""

_Wanted = tuple[int, int, str]
"""Of which pass, which image of its batch, and what that is called."""


class MeanActivations(QObject):
    """Fetches the means of each pass that kept its maps, for the image that is looked at, while they are shown."""

    changed = Signal(object)
    """The `Activations` to show, or None."""

    def __init__(
        self, live: LiveControl, client: LiveClient, work: WorkFolder, looked_at: Callable[[], tuple[int, str]]
    ) -> None:
        super().__init__()
        self._live, self._client, self._work, self._looked_at = live, client, work, looked_at
        self._on = False
        self._asked: _Wanted | None = None
        """What was asked for last, whether it came or not."""
        self._pending: tuple[ShowMaps, dict[Key, tuple[str, MapShape]]] | None = None
        live.answer_changed.connect(self.follow)
        client.maps_brought.connect(self._take)

    def show(self, on: bool) -> None:
        """Show the means from now on, or no longer."""
        self._on = on
        self.forget()
        self.follow()

    def forget(self) -> None:
        """Let the means go: another network is open."""
        self._asked = self._pending = None
        self.changed.emit(None)

    def follow(self) -> None:
        """Fetch the means of the last pass for the image that is looked at, unless they are here or on their way."""
        answer = self._live.answer
        if not self._on or answer is None:
            return
        if answer.maps_of is None:
            if self._asked is not None and answer.revision != self._asked[0]:
                self.forget()
            return
        image, name = self._looked_at()
        wanted = answer.maps_of, image, name
        if wanted != self._asked:
            self._asked = wanted
            self._ask(answer.network, wanted)

    def _ask(self, network: ResolvedNetwork, wanted: _Wanted) -> None:
        from squeezeviz.trace.protocol import MapsWanted, ShowMaps

        sources = sources_of_lines(network)
        operations = tuple(dict.fromkeys(name for name, _ in sources.values()))
        if len(operations) > MOST_OPERATIONS:
            self.changed.emit(None)
            return
        revision, image, _ = wanted
        serial = self._client.new_serial()
        try:
            path = os.fspath(self._work.path() / f"maps-{serial}")
        except OSError:
            return  # what else needs the folder says so
        maps = tuple(MapsWanted(name, most=1, side=1, statistics=True) for name in operations)
        request = ShowMaps(revision, serial, maps, path, image)
        self._pending = request, sources
        self._client.show_maps(request)

    def _take(self, request: ShowMaps, brought: object) -> None:
        if self._pending is None or self._asked is None or request is not self._pending[0]:
            return
        (_, sources), self._pending = self._pending, None
        if not isinstance(brought, tuple):
            return  # the pass is gone, and the next one brings its own; or it has too much
        means = {maps.operation: mean_of(maps.statistics) for maps in brought}
        found = {key: MeanActivation(means[name], shape) for key, (name, shape) in sources.items()}
        self.changed.emit(Activations.found(found, self._asked[2]))


def sources_of_lines(network: ResolvedNetwork) -> dict[Key, tuple[str, MapShape]]:
    """Return the operation whose output flows out of each box of the diagram, after its ReLU, and its shape."""
    found = {INPUT_KEY: (NETWORK_INPUT, network.table.input.maps)}
    for layer in network.layers:
        last = layer.operations[-1]
        outputs = {**outputs_of_layer(layer), last.operation.part: last}
        found |= {Key(layer.name, part): (step.name, step.shape) for part, step in outputs.items()}
    return found
