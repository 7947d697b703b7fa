"""The mean activations along the lines of the diagram: the worker brings the mean of each map of a pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.feature_maps import NETWORK_INPUT, outputs_of_layer
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.drawing.activations import Activations, MeanActivation
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.model.shapes import MapShape

if TYPE_CHECKING:
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import NoMaps

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
        self._live, self._looked_at = live, looked_at
        self._fetch = MapFetch(client, work, self)
        self._on = False
        self._asked: _Wanted | None = None
        """What was asked for last, whether it came or not."""
        live.answer_changed.connect(self.follow)

    def show(self, on: bool) -> None:
        """Show the means from now on, or no longer."""
        self._on = on
        self.forget()
        self.follow()

    def forget(self) -> None:
        """Let the means go: another network is open."""
        self._asked = None
        self._fetch.forget()
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
        from squeezeviz.trace.protocol import MapsWanted

        sources = sources_of_lines(network)
        operations = tuple(dict.fromkeys(name for name, _ in sources.values()))
        if len(operations) > MOST_OPERATIONS:
            self.changed.emit(None)
            return
        revision, image, name = wanted
        maps = tuple(MapsWanted(each, side=1) for each in operations)  # of each map its mean

        def take(brought: tuple[OperationMaps, ...] | NoMaps) -> None:
            if isinstance(brought, tuple):  # else the pass is gone, and the next one brings its own; or it has too much
                means = {maps.operation: _mean(maps) for maps in brought}
                found = {key: MeanActivation(means[source], shape) for key, (source, shape) in sources.items()}
                self.changed.emit(Activations.found(found, name))

        self._fetch.ask(take, revision, maps, image)


def _mean(brought: OperationMaps) -> float:
    """Return the mean of all values of an operation's maps, of each of which the mean was brought."""
    means = brought.maps.ravel().tolist()
    return sum(means) / len(means)  # NumPy would warn of those that are not finite


def sources_of_lines(network: ResolvedNetwork) -> dict[Key, tuple[str, MapShape]]:
    """Return the operation whose output flows out of each box of the diagram, after its ReLU, and its shape."""
    found = {INPUT_KEY: (NETWORK_INPUT, network.table.input.maps)}
    for layer in network.layers:
        last = layer.operations[-1]
        outputs = {**outputs_of_layer(layer), last.operation.part: last}
        found |= {Key(layer.name, part): (step.name, step.shape) for part, step in outputs.items()}
    return found
