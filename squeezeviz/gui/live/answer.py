"""What the window knows from live passes: the last good one, and what of it still holds for the table shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from squeezeviz.analysis.live import Disagreement, LivePass, MeasuredLayer, disagreements
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.analysis.timing import keeping_medians
from squeezeviz.figure.scene.diagram import INPUT_KEY, Badge, Key
from squeezeviz.model.table import same_pass


class Standing(StrEnum):
    """How a number stands to the last pass."""

    MEASURED = "measured"
    STALE = "stale"
    DIFFERS = "differs"
    UNKNOWN = ""


@dataclass(frozen=True)
class LiveAnswer:
    """A finished pass, the network that it measured, and the network that is shown beside it now.

    A row that is the same in both, its input included, stays measured when another row is edited; with
    `same_conditions` false (another device or batch) nothing does.
    """

    network: ResolvedNetwork
    measured: LivePass
    disagreements: tuple[Disagreement, ...]
    shown: ResolvedNetwork
    same_conditions: bool = True

    @classmethod
    def of(cls, network: ResolvedNetwork, measured: LivePass, earlier: LiveAnswer | None = None) -> LiveAnswer:
        """The answer, its marks made; for a large network this takes a while, and any thread may do it.

        A plain pass leaves the times that were measured repeatedly before, of layers that are still the same: what a
        median of many says is better founded. Every other number is the new pass's.
        """
        if earlier is not None:
            measured = keeping_medians(
                measured,
                earlier.measured,
                earlier.layers_as_in(network),
                same_table=same_pass(network.table, earlier.network.table),
            )
        answer = cls(network, measured, disagreements(network, measured), network)
        _ = answer._marks
        return answer

    def beside(self, shown: ResolvedNetwork) -> LiveAnswer:
        """The same answer when another table is shown."""
        other = replace(self, shown=shown)
        # What was worked out from the pass alone is still right.
        for name in ("_marks", "_rows", "_wrong"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def under_other_conditions(self) -> LiveAnswer:
        return replace(self, same_conditions=False)

    @cached_property
    def fresh(self) -> bool:
        """Whether a pass over the table that is shown would measure just this; how weights are stored is not seen."""
        return self.same_conditions and (self.shown is self.network or same_pass(self.shown.table, self.network.table))

    def layers_as_in(self, network: ResolvedNetwork) -> frozenset[str]:
        """The layers that were measured and are, with their input, the same in that network."""
        return frozenset(
            layer.name
            for layer in network.layers
            if (place := self._rows.get(layer.name)) is not None
            and self.network.layers[place].operations is layer.operations
        )

    def layer(self, name: str) -> MeasuredLayer | None:
        """What was measured of the layer of that name."""
        place = self._rows.get(name)
        return None if place is None else self.measured.layers[place]

    def standing(self, layer: ResolvedLayer) -> Standing:
        """How a row that is shown stands to the pass."""
        place = self._rows.get(layer.name)
        if place is None:
            return Standing.UNKNOWN
        if not self.same_conditions or self.network.layers[place].operations is not layer.operations:
            return Standing.STALE
        return Standing.DIFFERS if layer.name in self._wrong_layers else Standing.MEASURED

    @property
    def total(self) -> Standing:
        """How the totals stand to the pass."""
        if not self.fresh:
            return Standing.STALE
        return Standing.DIFFERS if self.disagreements else Standing.MEASURED

    @property
    def badges(self) -> Mapping[Key, Badge]:
        """The mark of every layer and operation that the pass ran."""
        if not self.same_conditions:
            return dict.fromkeys(self._marks, Badge.STALE)
        if self.shown is self.network:
            return self._marks
        marks = dict(self._marks)
        if self.shown.table.input != self.network.table.input:
            marks[INPUT_KEY] = Badge.STALE
        for layer in self.shown.layers:
            if self.standing(layer) is Standing.STALE:
                keys = (Key(layer.name), *(Key(layer.name, step.operation.part) for step in layer.operations))
                marks |= dict.fromkeys(keys, Badge.STALE)
        return marks

    @cached_property
    def _rows(self) -> dict[str, int]:
        """Where each layer stands in the pass."""
        return {layer.name: place for place, layer in enumerate(self.measured.layers[: len(self.network.layers)])}

    @cached_property
    def _wrong(self) -> frozenset[str]:
        return frozenset(each.name for each in self.disagreements)

    @cached_property
    def _wrong_layers(self) -> frozenset[str]:
        """The layers in which something, an operation perhaps, was measured otherwise than predicted."""
        return frozenset(
            layer.name
            for layer in self.network.layers
            if self._wrong and (layer.name in self._wrong or any(s.name in self._wrong for s in layer.operations))
        )

    @cached_property
    def _marks(self) -> dict[Key, Badge]:
        marks = {INPUT_KEY: Badge.MEASURED}
        for layer in self.network.layers[: len(self.measured.layers)]:
            for step in layer.operations:
                wrong = step.name in self._wrong
                marks[Key(layer.name, step.operation.part)] = Badge.DIFFERS if wrong else Badge.MEASURED
            wrong = layer.name in self._wrong_layers
            marks[Key(layer.name)] = Badge.DIFFERS if wrong else Badge.MEASURED
        return marks
