"""What feature maps can be compared with: another picture of the batch, or the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.gui.maps.chosen import ChosenMaps, random_in, size_text
from squeezeviz.model.errors import brief
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.pictures.batch import PictureInput
    from squeezeviz.analysis.pictures.preprocessing import Preprocessing
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.analysis.weights import RetainedWeights
    from squeezeviz.trace.protocol import OtherNetwork

BASELINE = -1
"""Stands for the baseline where pictures of a batch have their index."""


class PinnedNetwork(NamedTuple):
    """The baseline as a network whose maps are taken away from those of the open one. It has `weights` of its own, or
    random ones, and a preprocessing that fits these, where that is known."""

    network: ResolvedNetwork
    weights: RetainedWeights | None = None
    fitting: Preprocessing | None = None

    @property
    def asked(self) -> OtherNetwork:
        """What the worker is asked with."""
        from squeezeviz.trace.protocol import OtherNetwork

        return OtherNetwork(self.network.table, self.weights)

    def unlike(self, network: ResolvedNetwork, chosen: ChosenMaps) -> str:
        """Return why the maps of both networks have no difference: a sentence, empty where they have one."""
        own, its = network.table.input.maps, self.network.table.input.maps
        if own != its:
            return f"The baseline takes an input of {its}, and this network one of {own}: no input is for both."
        found = (step.shape for _, step in self.network.operations() if step.name == chosen.operation)
        there = its if chosen.operation == NETWORK_INPUT else next(found, None)
        if there is None:
            return f"The baseline has no {chosen.title} whose maps could be compared with these."
        if there != chosen.shape:
            here, size = size_text(chosen.shape), size_text(there)
            return f"{chosen.title} has {here} here and {size} in the baseline: no difference."
        return ""

    def doubts(self, operation: str, used: Preprocessing | None) -> str:
        """Return what to say of an operation's maps if they are not what the baseline's weights were trained for, or an
        empty text. `used` is what the picture went through for both networks; None for the ramp of grey."""
        if self.fitting is None or used in (None, self.fitting):
            return self.random_weights(operation)
        other = f"the baseline was trained on pictures prepared as {self.fitting.title}, not {used and used.title}"
        return "; ".join(filter(None, (self.random_weights(operation), other)))

    def random_weights(self, operation: str) -> str:
        """Return what to say of an operation's maps if nobody trained the weights that made them, or an empty text."""
        from squeezeviz.analysis.weights import tensor_shapes

        given = self.weights.of(self.network).fitting if self.weights is not None else ()
        weighted = list[str]()
        for layer in self.network.layers if operation != NETWORK_INPUT else ():
            weighted += [layer.name] if tensor_shapes(layer) else []
            if any(step.name == operation for step in layer.operations):
                break
        found = random_in(weighted, given)
        return f"the baseline has {found}" if found else ""


def others(pictures: PictureInput | None, image: int, pinned: PinnedNetwork | None) -> dict[int | None, str]:
    """Return what can be taken away, by its index: `− dog.png`, the other pictures of a batch, and the baseline. The
    ramp of grey has no pictures."""
    found: dict[int | None, str] = {BASELINE: "− the baseline"} if pinned is not None else {}
    if pictures is not None:
        found |= {each: f"− {_called(pictures, each)}" for each in range(len(pictures.pictures)) if each != image}
    return found


def both_sides(pictures: PictureInput, image: int, minus: int) -> str:
    """Return `cat.png − dog.png`."""
    return f"{_called(pictures, image)} − {_called(pictures, minus)}"


def _called(pictures: PictureInput, image: int) -> str:
    """Return a picture's name, with its number in the batch where another one has that name."""
    names = [each.name for each in pictures.pictures]
    name = brief(names[image])
    return f"{name} ({image + 1})" if names.count(names[image]) > 1 else name
