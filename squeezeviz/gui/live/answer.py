"""The last good live pass, and which of its numbers still hold for the table shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.figure.scene.diagram import INPUT_KEY, Badge, Key
from squeezeviz.model.table import same_pass

if TYPE_CHECKING:
    from squeezeviz.analysis.live import Disagreement, LivePass, MeasuredLayer
    from squeezeviz.analysis.pictures.batch import PictureInput, SeenPictures


@dataclass(frozen=True)
class LiveAnswer:
    """A finished pass, the network that it measured, and the network that is shown now.

    A row that is the same in both, together with its input, stays measured when another row is edited. With
    `same_conditions` false (another device, batch or pictures) no row does. `pictures` are those that the pass ran on,
    and `seen` is what the network said of them; None for the ramp of grey. `maps_of` is the revision of the pass if the
    worker keeps its feature maps, and `revision` that of the pass in any case.
    """

    network: ResolvedNetwork
    measured: LivePass
    disagreements: tuple[Disagreement, ...]
    shown: ResolvedNetwork
    same_conditions: bool = True
    pictures: PictureInput | None = None
    seen: SeenPictures | None = None
    maps_of: int | None = None
    revision: int = 0

    @classmethod
    def of(
        cls,
        network: ResolvedNetwork,
        measured: LivePass,
        earlier: LiveAnswer | None = None,
        pictures: PictureInput | None = None,
        seen: SeenPictures | None = None,
        maps_of: int | None = None,
        revision: int = 0,
    ) -> LiveAnswer:
        """Return the answer with its marks. This takes a while for a large network, and any thread may do it.

        A single pass does not replace times that were measured repeatedly before, for layers that are still the same,
        because medians are more reliable. All other numbers are the new pass's.
        """
        from squeezeviz.analysis.live import disagreements
        from squeezeviz.analysis.timing import keeping_medians

        if earlier is not None and any(layer.repeats > 1 for layer in earlier.measured.layers):
            measured = keeping_medians(
                measured,
                earlier.measured,
                earlier.layers_as_in(network),
                same_table=same_pass(network.table, earlier.network.table),
            )
        agreed = earlier._agreed if earlier is not None else frozenset()
        wrong = disagreements(network, measured, agreed)
        answer = cls(
            network, measured, wrong, network, pictures=pictures, seen=seen, maps_of=maps_of, revision=revision
        )
        if earlier is not None and answer._is_marked_as(earlier):
            answer.__dict__["_marks"] = earlier._marks
        _ = answer._marks
        return answer

    def _is_marked_as(self, earlier: LiveAnswer) -> bool:
        """Whether both measured the same operations of the same layers, and all as predicted."""
        ours, theirs = self._measured_rows, earlier._measured_rows
        return (
            not (self._wrong or earlier._wrong)
            and len(ours) == len(theirs)
            and all(one is other or _names(one) == _names(other) for one, other in zip(ours, theirs, strict=True))
        )

    def beside(self, shown: ResolvedNetwork) -> LiveAnswer:
        """Return the same answer for another table that is shown."""
        return self._with(shown=shown)

    def is_of_pass(self, other: LiveAnswer | None) -> bool:
        """Whether another answer says the same of every row that both show, if not of the whole."""
        same = other is not None and self.measured is other.measured and self.network is other.network
        return same and other is not None and self.same_conditions == other.same_conditions

    def without_maps(self) -> LiveAnswer:
        """Return the same answer when the worker keeps the feature maps of another pass, or of none."""
        return self._with(maps_of=None)

    def _with(self, **changes: Any) -> LiveAnswer:
        other = replace(self, **changes)
        # Values computed from the pass alone are still right.
        for name in ("_marks", "_rows", "_wrong"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def under_other_conditions(self) -> LiveAnswer:
        return replace(self, same_conditions=False)

    @cached_property
    def fresh(self) -> bool:
        """Whether a pass over the shown table would measure just this. How weights are stored does not matter."""
        return self.same_conditions and (self.shown is self.network or same_pass(self.shown.table, self.network.table))

    def layers_as_in(self, network: ResolvedNetwork) -> frozenset[str]:
        """Return the measured layers that are the same, together with their input, in that network."""
        return frozenset(
            layer.name
            for layer in network.layers
            if (place := self._rows.get(layer.name)) is not None
            and _are_equal(self.network.layers[place].operations, layer.operations)
        )

    def layer(self, name: str) -> MeasuredLayer | None:
        """Return what was measured of the layer of that name, or None."""
        place = self._rows.get(name)
        return None if place is None else self.measured.layers[place]

    def badge(self, layer: ResolvedLayer) -> Badge | None:
        """Return what the pass says of a shown row, None where it did not run it."""
        place = self._rows.get(layer.name)
        if place is None:
            return None
        if not self.same_conditions or not _are_equal(self.network.layers[place].operations, layer.operations):
            return Badge.STALE
        return Badge.DIFFERS if layer.name in self._wrong_layers else Badge.MEASURED

    @property
    def total(self) -> Badge:
        """Return what the pass says of the totals."""
        if not self.fresh:
            return Badge.STALE
        return Badge.DIFFERS if self.disagreements else Badge.MEASURED

    @property
    def badges(self) -> Mapping[Key, Badge]:
        """Return the mark of every layer and operation that the pass ran."""
        if not self.same_conditions:
            return dict.fromkeys(self._marks, Badge.STALE)
        if self.shown is self.network:
            return self._marks
        marks = dict(self._marks)
        if self.shown.table.input != self.network.table.input:
            marks[INPUT_KEY] = Badge.STALE
        for layer in self.shown.layers:
            if self.badge(layer) is Badge.STALE:
                keys = (Key(layer.name), *(Key(layer.name, step.operation.part) for step in layer.operations))
                marks |= dict.fromkeys(keys, Badge.STALE)
        return marks

    @property
    def _measured_rows(self) -> tuple[ResolvedLayer, ...]:
        return self.network.layers[: len(self.measured.layers)]

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The index of each layer in the pass."""
        return {layer.name: place for place, layer in enumerate(self.measured.layers[: len(self.network.layers)])}

    @cached_property
    def _agreed(self) -> frozenset[tuple[int, int]]:
        """The ids of the prediction and the measurement of every row in which they agree."""
        rows = zip(self.network.layers, self.measured.layers, strict=False)
        return frozenset((id(layer), id(seen)) for layer, seen in rows if layer.name not in self._wrong_layers)

    @cached_property
    def _wrong(self) -> frozenset[str]:
        return frozenset(each.name for each in self.disagreements)

    @cached_property
    def _wrong_layers(self) -> frozenset[str]:
        """The layers in which some measured number differs from the prediction."""
        return frozenset(
            layer.name
            for layer in self.network.layers
            if self._wrong and (layer.name in self._wrong or any(s.name in self._wrong for s in layer.operations))
        )

    @cached_property
    def _marks(self) -> dict[Key, Badge]:
        marks = {INPUT_KEY: Badge.MEASURED}
        for layer in self._measured_rows:
            for step in layer.operations:
                wrong = step.name in self._wrong
                marks[Key(layer.name, step.operation.part)] = Badge.DIFFERS if wrong else Badge.MEASURED
            wrong = layer.name in self._wrong_layers
            marks[Key(layer.name)] = Badge.DIFFERS if wrong else Badge.MEASURED
        return marks


def _names(layer: ResolvedLayer) -> list[str]:
    return [layer.name, *(step.name for step in layer.operations)]


def _are_equal(some: tuple[ResolvedOperation, ...], others: tuple[ResolvedOperation, ...]) -> bool:
    """Whether they are the same. Equal rows nearly always share one object, but caches forget."""
    return some is others or some == others
