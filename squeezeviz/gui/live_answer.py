"""What the window knows from live passes: the last good one, whether it is of the table shown, and what differs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from squeezeviz.core.live import Disagreement, LivePass, MeasuredLayer, disagreements
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.diagram.model import INPUT_KEY, Badge, Key


@dataclass(frozen=True)
class LiveAnswer:
    """A finished pass beside the network that it is of. `fresh` is lost with the next edit."""

    network: ResolvedNetwork
    measured: LivePass
    disagreements: tuple[Disagreement, ...]
    fresh: bool = True

    @classmethod
    def of(cls, network: ResolvedNetwork, measured: LivePass) -> LiveAnswer:
        """The answer, its marks made; for a large network this takes a while, and any thread may do it."""
        answer = cls(network, measured, disagreements(network, measured))
        _ = answer.badges, answer.stale().badges  # made now, so that the window need not
        return answer

    def stale(self) -> LiveAnswer:
        """The same, of an older table now."""
        return self._stale if self.fresh else self

    @cached_property
    def _stale(self) -> LiveAnswer:
        return replace(self, fresh=False)

    def layer(self, row: int, name: str) -> MeasuredLayer | None:
        """What was measured of a row; a stale answer is asked by name, as rows may have moved."""
        layers = self.measured.layers
        if row < len(layers) and layers[row].name == name:
            return layers[row]
        if self.fresh:
            return None
        return next((layer for layer in layers if layer.name == name), None)

    def differs(self, name: str) -> bool:
        """Whether something of the layer or operation of that name was measured otherwise than predicted."""
        return any(each.name == name for each in self.disagreements)

    @cached_property
    def badges(self) -> dict[Key, Badge]:
        """The mark of every layer and operation that the pass ran."""
        wrong = {each.name for each in self.disagreements}
        good = Badge.MEASURED if self.fresh else Badge.STALE
        marks = {INPUT_KEY: good}
        for layer in self.network.layers[: len(self.measured.layers)]:
            parts = {step.operation.part: step.name for step in layer.operations}
            inside_wrong = layer.name in wrong or any(name in wrong for name in parts.values())
            marks |= {Key(layer.name, part): Badge.DIFFERS if name in wrong else good for part, name in parts.items()}
            marks[Key(layer.name)] = Badge.DIFFERS if inside_wrong else good
        return marks
