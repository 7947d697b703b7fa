"""The class that a person wants to see in the picture, and the map that the worker brought of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.class_maps import ClassMap, Method
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.trace.protocol import LocateClass, Locating, NoMaps


class BroughtMap(NamedTuple):
    """A map, the network that it was computed by, in which pass, and of which picture of its batch."""

    found: ClassMap
    network: ResolvedNetwork
    revision: int
    image: int


class SoughtClass(QObject):
    """Asks for the map of one class after each pass, for as long as a person wants to see it."""

    changed = Signal()
    """Another class is sought, its map is here, or is further on its way."""

    def __init__(self, live: LiveControl, client: LiveClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live, self._client = live, client
        self.number: int | None = None
        """The class, or None if none is sought."""
        self.method = Method.ACTIVATION
        self.brought: BroughtMap | None = None
        """The newest map of the class. While a pass runs it may be that of the pass before."""
        self.progress: Locating | None = None
        """How far occlusion is."""
        self.said = ""
        """Why no map comes: the end of a sentence."""
        self._answer: LiveAnswer | None = None
        self._image = 0
        self._pending: LocateClass | None = None
        self._known: dict[Method, BroughtMap] = {}
        """What was brought of this class, picture and pass."""
        client.class_located.connect(self._take)

    @property
    def is_waiting(self) -> bool:
        return self._pending is not None

    @property
    def is_older(self) -> bool:
        """Whether the map is of a pass before the last one, or of the network before a change."""
        answer, brought = self._answer, self.brought
        return brought is not None and (answer is None or brought.revision != answer.revision or not answer.fresh)

    def choose(self, number: int | None) -> None:
        """Seek this class, or no more if it is the one that is sought."""
        self._give_up()
        self.number = None if number == self.number else number
        self.method, self.brought, self.said = Method.ACTIVATION, None, ""
        self._known.clear()
        self._ask()
        self.changed.emit()

    def seek_by(self, method: Method) -> None:
        """Seek the same class by that method."""
        self._give_up()
        self.method, self.said = method, ""
        self._ask()
        self.changed.emit()

    def follow(self, answer: LiveAnswer | None, image: int, told: tuple[int, ...]) -> None:
        """A pass has answered, or another picture of the batch is looked at. `told` are the classes to choose from."""
        before = self._answer, self._image
        self._answer, self._image = answer, image
        if self.number is None:
            return
        if self.number not in told and answer is not None and answer.fresh:
            self.choose(self.number)
            return
        another = answer is None or before[0] is None or answer.revision != before[0].revision
        if another or image != before[1]:
            self._give_up()
            self._known.clear()
            self.method, self.said = Method.ACTIVATION, ""
            if image != before[1] or answer is None:
                self.brought = None
        self._ask()

    def _ask(self) -> None:
        """Ask for the map, unless it is here, on its way, or was refused."""
        answer = self._answer
        if self.number is None or self._pending is not None or self.said or answer is None or not answer.fresh:
            return
        known = self._known.get(self.method)
        if known is not None:
            self.brought = known
            return
        from squeezeviz.trace.protocol import LocateClass

        serial = self._client.new_serial()
        self._pending = LocateClass(answer.revision, serial, self.number, self.method, self._image)
        self._client.locate_class(self._pending)

    def _give_up(self) -> None:
        pending, self._pending, self.progress = self._pending, None, None
        if pending is not None:
            self._client.give_up(pending)

    def _take(self, request: LocateClass, told: object) -> None:
        from squeezeviz.trace.protocol import Locating, NoMaps

        if request is not self._pending:
            return
        if isinstance(told, Locating):
            self.progress = told
            self.changed.emit()
            return
        self._pending = self.progress = None
        if isinstance(told, ClassMap) and self._answer is not None:
            brought = BroughtMap(told, self._answer.network, request.revision, request.image)
            self.brought = self._known[told.method] = brought
        elif isinstance(told, NoMaps):
            self._refuse(told)
        self.changed.emit()

    def _refuse(self, told: NoMaps) -> None:
        """Say why there is none. A pass that the worker no longer has is run again where Live is on."""
        if not told.is_stale:
            self.said = told.reason
        elif not self._live.running:
            self.said = "the worker has run another pass since; run this one again (F5)"
            if self._live.live:
                self._live.run()
