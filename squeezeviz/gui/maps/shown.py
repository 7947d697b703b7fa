"""The maps that the panel shows: whose they are, what they are compared with, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.analysis.channels import MapOrder
from squeezeviz.analysis.feature_maps import ConcatPart, parts_of_concat
from squeezeviz.analysis.value_sources import ValueAt
from squeezeviz.figure.scene.diagram import Badge
from squeezeviz.gui.maps.brought import Wanted
from squeezeviz.gui.maps.chosen import ChosenMaps, random_weights, size_text
from squeezeviz.gui.maps.compared import PinnedNetwork, both_sides
from squeezeviz.gui.maps.exporting import MapSubject
from squeezeviz.gui.maps.grid import MapPlace
from squeezeviz.gui.maps.images import Colouring
from squeezeviz.model.errors import brief
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.gui.live.answer import LiveAnswer


class ShownMaps(NamedTuple):
    """The maps in the grid: whose they are, and the answer of their pass. They are of `image`, perhaps less `minus`,
    or less those of the baseline, `pinned`."""

    chosen: ChosenMaps
    answer: LiveAnswer
    image: int
    minus: int | None = None
    pinned: PinnedNetwork | None = None

    @property
    def less(self) -> str:
        """What is taken away: `other`, `baseline`, or an empty text."""
        return "baseline" if self.pinned is not None else "" if self.minus is None else "other"

    @property
    def sides(self) -> str:
        """Return `cat.png − dog.png`, or an empty text."""
        if self.pinned is not None:
            return "this − the baseline on the same input"
        pictures = self.answer.pictures
        return "" if self.minus is None or pictures is None else both_sides(pictures, self.image, self.minus)

    @property
    def doubts(self) -> str:
        """What is said of them if weights made them that nobody trained, or trained on pictures prepared otherwise."""
        found, seen = random_weights(self.answer, self.chosen.row), self.answer.seen
        if self.pinned is None:
            return found
        of_pinned = self.pinned.doubts(self.chosen.operation, seen.preprocessing.preprocessing if seen else None)
        return "; ".join(filter(None, (found, of_pinned)))

    @property
    def unlike(self) -> str:
        """Why there is no difference: a sentence, or an empty text."""
        return self.pinned.unlike(self.answer.network, self.chosen) if self.pinned is not None else ""

    @property
    def ran_on(self) -> str:
        """Which network ran on what."""
        pictures = self.answer.pictures
        on = "a ramp of grey" if pictures is None else brief(pictures.pictures[self.image].name)
        if self.sides:
            on = self.sides if self.pinned is None else f"{on}: {self.sides}"
        from squeezeviz.files.presets import name_as_edited

        return f"{brief(name_as_edited(self.answer.network.table))} on {on}"

    @property
    def prepared(self) -> str:
        """What became of the picture, or an empty text."""
        if self.answer.seen is None:
            return ""
        way = self.answer.seen.preprocessing.preprocessing
        return f"preprocessing {way.id}: {way.in_words(self.answer.network.table.input)}"

    @property
    def parts(self) -> tuple[ConcatPart, ...]:
        """The parts of a concat whose channels are shown."""
        return parts_of_concat(self.answer.network, self.chosen.operation)

    def value_at(self, place: MapPlace) -> ValueAt:
        return ValueAt(self.chosen.operation, *place, self.image)

    def has(self, place: MapPlace) -> bool:
        """Whether the maps have such a value."""
        channels, rows, columns = self.chosen.shape
        return place.channel < channels and place.row < rows and place.column < columns

    def is_old(self, answer: LiveAnswer) -> bool:
        """Whether they are no longer those of the table and the picture, as the answer of their own pass has it now."""
        if not answer.same_conditions:
            return True
        row = self.chosen.row
        if row < 0:
            return answer.shown.table.input != answer.network.table.input
        name = self.answer.network.layers[row].name
        layer = next((each for each in answer.shown.layers if each.name == name), None)
        return layer is None or answer.badge(layer) is Badge.STALE

    def subject(self, wanted: Wanted, order: MapOrder, colouring: Colouring) -> MapSubject:
        """Return what is exported of them."""
        chosen = self.chosen
        title = f"{chosen.title}: {size_text(chosen.shape)}{f', {chosen.relu}' if chosen.relu else ''}"
        about = tuple(filter(None, (self.ran_on, self.prepared, self.doubts)))
        return MapSubject(wanted, self.answer.network, title, about, self.less and self.sides, order, colouring)
