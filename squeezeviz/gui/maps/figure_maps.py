"""The feature maps that an exported figure carries in its boxes: the last pass's, for the picture that is looked at, or
the ramp of grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.channels import MapOrder
from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.figure.drawing.box_maps import BoxMaps, BoxStrips, Depicted, maps_in_boxes, weights_in_words
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.strips import MapStrips
from squeezeviz.figure.theme.look import STRIP
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.document import Document
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.model.errors import SqueezevizError, brief

if TYPE_CHECKING:
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import NoMaps

_NOT_KEPT = "The last pass kept none: turn on View > Feature Maps on the Diagram, and run one"
_OLD = "They are those of an earlier pass: run one first"


class FigureMaps(QObject):
    """Fetches what the boxes of all Fire modules show once it is asked for, and makes the strips of any figure of it.

    `why_not` says why there is nothing to show, or is empty.
    """

    changed = Signal()
    """The maps are here, or cannot come."""

    def __init__(
        self, answer: LiveAnswer | None, image: int, document: Document, client: LiveClient, work: WorkFolder
    ) -> None:
        super().__init__()
        self._maps, self._image = MapFetch(client, work, self), image
        self._network = document.network
        self._brought: dict[str, OperationMaps] = {}
        self._made: tuple[tuple[DiagramOptions, Theme], MapStrips] | None = None
        self._boxes: dict[str, BoxMaps] = {}
        self.why_not = self._missing(answer)
        if answer is not None and not self.why_not:
            self._revision = answer.maps_of or 0
            self._of = _depicted(answer, image, document)

    def _missing(self, answer: LiveAnswer | None) -> str:
        if answer is None or answer.maps_of is None:
            return _NOT_KEPT
        if not answer.fresh or (answer.pictures and self._image >= len(answer.pictures.pictures)):
            return _OLD
        try:
            self._boxes = maps_in_boxes(self._network, DiagramOptions())
        except SqueezevizError as error:
            return f"{error.message[0].upper()}{error.message[1:]}"
        return ""

    def strips(self, diagram: DiagramOptions, theme: Theme) -> MapStrips | None:
        """Return the strips of a figure; None until the maps, which are fetched now, are here."""
        if self.why_not:
            return None
        if not self._brought:
            self._fetch()
            return None
        asked = diagram, theme
        if self._made is None or self._made[0] != asked:
            self._made = asked, self._strips(diagram, theme)
        return self._made[1]

    def _strips(self, diagram: DiagramOptions, theme: Theme) -> MapStrips:
        made = BoxStrips(theme)
        for name, shown in maps_in_boxes(self._network, diagram).items():
            found = self._brought[name]
            if found.maps.shape[1:] != (1, 1):  # of single values there is nothing to see
                negative = any(each.least < 0 for each in found.statistics)
                made.add(shown, found.maps, found.channels, both_signs=negative)
        made.add_input(self._brought[NETWORK_INPUT].maps, self._of.preprocessing)
        return made.finished(self._of)

    def _fetch(self) -> None:
        from squeezeviz.trace.protocol import MapsWanted

        if self._maps.is_waiting:
            return
        wanted = [MapsWanted(NETWORK_INPUT)]
        for name, shown in self._boxes.items():
            border = shown.parts[0].end if shown.parts else 0
            wanted.append(MapsWanted(name, order=MapOrder.VARIES, most=STRIP.tiles, statistics=True, border=border))
        self._maps.ask(self._take, self._revision, tuple(wanted), self._image)

    def _take(self, brought: tuple[OperationMaps, ...] | NoMaps) -> None:
        if isinstance(brought, tuple):
            self._brought = {maps.operation: maps for maps in brought}
        else:
            self.why_not = f"{brought.reason[0].upper()}{brought.reason[1:]}"
        self.changed.emit()


def _depicted(answer: LiveAnswer, image: int, document: Document) -> Depicted:
    weights, network = document.weights, document.network
    fresh = weights.of(network).fresh if weights is not None else ()
    said = weights_in_words(weights.origin if weights is not None else None, fresh)
    if answer.pictures is None or answer.seen is None:
        return Depicted.ramp(said)
    picture, way = answer.pictures.pictures[image], answer.seen.preprocessing.preprocessing
    prepared = way.in_words(network.table.input)
    return Depicted.picture(brief(picture.name), (picture.width, picture.height), way, prepared, said)
