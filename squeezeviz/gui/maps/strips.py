"""The feature maps in the boxes of the diagram, fetched from the worker for what is in sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from squeezeviz.analysis.channels import MapOrder, of_both_parts
from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.feature_maps import parts_of_concat
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.scene.diagram import INPUT_KEY, Key, Role
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.theme.tone import Tone
from squeezeviz.gui.canvas.strips import StripMap
from squeezeviz.gui.files.window_folders import WorkFolder
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.gui.maps.chosen import ChosenMaps, chosen_maps
from squeezeviz.gui.maps.fetching import MapFetch
from squeezeviz.gui.maps.images import AT_ONCE
from squeezeviz.gui.maps.input_picture import InputPicture
from squeezeviz.gui.widgets.images import image_of
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.gui.live.maps import OperationMaps
    from squeezeviz.trace.protocol import MapsWanted, NoMaps

SIDE = 48
"""The most rows and columns of a map."""
_COUNTS = (8, 20, 72)
"""So many maps of a box are fetched, so that it is not asked for again with every change of the zoom."""
BOXES_AT_ONCE = 16
MOST_BOXES = 200
"""Whose maps are kept."""


class _Strip(NamedTuple):
    """The maps of a box: of which pass, for which image of its batch, how many were asked for, and their images."""

    revision: int
    image: int
    asked: int
    maps: tuple[StripMap, ...]


class _Asked(NamedTuple):
    """What was asked for, for the box of a key. Where its maps are a concat's, the second part begins at a border."""

    key: Key
    wanted: MapsWanted


class DiagramStrips(QObject):
    """Answers what the diagram paints, and fetches what it lacks. Boxes keep their maps until newer ones are here."""

    changed = Signal()
    """There are maps to paint that there were not."""

    def __init__(
        self, live: LiveControl, client: LiveClient, work: WorkFolder, current_image: Callable[[], int], theme: Theme
    ) -> None:
        super().__init__()
        self._live = live
        self._maps = MapFetch(client, work, self)
        self._input = InputPicture()
        self._current_image, self._theme = current_image, theme
        self._strips: OrderedDict[Key, _Strip] = OrderedDict()
        self._due: dict[Key, int] = {}
        self._arrived: list[tuple[_Asked, _Strip, OperationMaps]] = []
        self._refused: tuple[int, int] | None = None
        """The pass and image of which no maps come."""
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._work_on)

    def set_theme(self, theme: Theme) -> None:
        if theme is not self._theme:
            self._theme = theme
            self.forget()

    def forget(self) -> None:
        """Let all maps go: another network is open, or they have other colours."""
        self._maps.forget()
        self._strips.clear()
        self._arrived.clear()
        self._due.clear()
        self.changed.emit()

    def maps(self, key: Key, count: int) -> Sequence[StripMap]:
        """Return up to `count` maps of a box, those that vary most first, of a concat as many of each part, and fetch
        what of them is not here."""
        found, answer = self._strips.get(key), self._live.answer
        if found is not None:
            self._strips.move_to_end(key)
        if answer is not None and answer.maps_of is not None:
            now = (answer.maps_of, self._current_image())
            asked = next((step for step in _COUNTS if step >= count), _COUNTS[-1])
            known = found is not None and (found.revision, found.image) == now and found.asked >= asked
            if not known and now != self._refused:
                self._due[key] = asked
                self._later.start()
        return _first(found.maps, count) if found is not None else ()

    def _work_on(self) -> None:
        """Colour some of what is here, or else fetch more."""
        if self._arrived:
            self._colour()
            self._later.start()
        elif not self._maps.is_waiting and self._due:
            self._fetch()

    # Fetching

    def _fetch(self) -> None:
        answer = self._live.answer
        due, self._due = self._due, {}
        if answer is None or answer.maps_of is None or self._live.running:
            return
        if INPUT_KEY in due and self._show_input(answer):
            del due[INPUT_KEY]
        asked, revision, image = self._asked_for(answer, due), answer.maps_of, self._current_image()
        if not asked:
            return

        def take(brought: tuple[OperationMaps, ...] | NoMaps) -> None:
            if isinstance(brought, tuple):
                for each, maps in zip(asked, brought, strict=True):
                    self._arrived.append((each, _Strip(revision, image, each.wanted.most, ()), maps))
            else:
                self._refused = revision, image
            self._later.start()

        self._maps.ask(take, revision, tuple(each.wanted for each in asked), image)

    def _show_input(self, answer: LiveAnswer) -> bool:
        """Show what the network sees of the picture at the input. Return False where there is none."""
        image = self._current_image()
        picture = self._input.of(answer, image)
        if picture is None or answer.maps_of is None:
            return False
        seen = StripMap(picture.image.copy(picture.part_seen().toRect()))
        self._strips[INPUT_KEY] = _Strip(answer.maps_of, image, _COUNTS[-1], (seen,))
        self.changed.emit()
        return True

    def _asked_for(self, answer: LiveAnswer, due: dict[Key, int]) -> list[_Asked]:
        """Return what to ask for, as far as it goes into one request; the rest is due when it is painted next."""
        from squeezeviz.trace.protocol import MapsWanted

        rows = {layer.name: row for row, layer in enumerate(answer.network.layers)}
        asked: dict[str, _Asked] = {}
        for key, count in list(due.items())[:BOXES_AT_ONCE]:
            row = INPUT_ROW if key == INPUT_KEY else rows.get(key.layer)
            chosen = chosen_maps(answer.network, row, key.part)
            if chosen is not None and chosen.operation not in asked:
                border = _border(answer.network, chosen)
                wanted = MapsWanted(chosen.operation, order=MapOrder.VARIES, most=count, side=SIDE, border=border)
                asked[chosen.operation] = _Asked(key, wanted)
        return list(asked.values())

    # Colouring

    def _colour(self) -> None:
        """Colour the maps of so many boxes that the window answers between them."""
        left = AT_ONCE
        while self._arrived and left > 0:
            (key, wanted), strip, maps = self._arrived.pop(0)
            left -= max(1, len(maps.maps))
            images = zip(self._images(maps), maps.channels, strict=True)
            shown = tuple(StripMap(image, _role(channel, wanted.border)) for image, channel in images)
            self._strips[key] = strip._replace(maps=shown)
            self._strips.move_to_end(key)
        while len(self._strips) > MOST_BOXES:
            self._strips.popitem(last=False)
        self.changed.emit()

    def _images(self, maps: OperationMaps) -> list[QImage]:
        from squeezeviz.figure.drawing.map_colours import coloured, scale_of

        scale = scale_of(maps.maps, Tone.SQRT)
        colours = colour_map(self._theme, both_signs=scale.both_signs)
        return [image_of(coloured(values, scale, colours)) for values in maps.maps]


def _border(network: ResolvedNetwork, chosen: ChosenMaps) -> int:
    """Return the channel at which the second part of a concat begins; 0 of what is none."""
    parts = parts_of_concat(network, chosen.operation)
    return parts[0].end if parts else 0


def _role(channel: int, border: int) -> Role | None:
    """Return the part of a concat that a channel comes from."""
    if not border:
        return None
    return Role.EXPAND1X1 if channel < border else Role.EXPAND3X3


def _first(maps: Sequence[StripMap], count: int) -> Sequence[StripMap]:
    """Return so many of the maps of a box; of a concat, whose first part stands before its second, of both."""
    border = sum(each.role is Role.EXPAND1X1 for each in maps)
    return [maps[place] for place in of_both_parts(range(len(maps)), border, count)]
