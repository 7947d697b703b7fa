"""The class that a person wants to see in the picture, and the map that the worker brought of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.pictures.class_maps import ClassMap, Method
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.gui.live.answer import LiveAnswer
    from squeezeviz.trace.protocol import LocateClass, Locating, NoMaps, Run

_CHANGED = "the network or its input changed"
_NO_PASS = "the live pass that it needs did not come to its end"


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
        """By which it is sought: by class activation again once occlusion has ended without a map."""
        self.brought: BroughtMap | None = None
        """The newest map of the class. While a pass runs it may be that of the pass before."""
        self.progress: Locating | None = None
        """How far occlusion is."""
        self.said = ""
        """Why no map comes by class activation: the end of a sentence."""
        self.ended = ""
        """Why the check by occlusion brought no map: the end of a sentence."""
        self.is_owed = False
        """Whether the check by occlusion begins after the pass that it needs."""
        self._is_dropped = False
        """Whether a change ended the check, and the pass after the change is yet to come."""
        self._answer: LiveAnswer | None = None
        self._image = 0
        self._pending: LocateClass | None = None
        self._known: dict[Method, BroughtMap] = {}
        """What was brought of this class, picture and pass."""
        client.class_located.connect(self._take)
        client.answered.connect(self._on_pass)

    @property
    def is_waiting(self) -> bool:
        return self._pending is not None

    @property
    def is_checking(self) -> bool:
        """Whether occlusion is going, or is going to begin."""
        return self.is_owed or (self._pending is not None and self._pending.method is Method.OCCLUSION)

    @property
    def is_older(self) -> bool:
        """Whether the map is of a pass before the last one, or of the network before a change."""
        answer, brought = self._answer, self.brought
        return brought is not None and (answer is None or brought.revision != answer.revision or not answer.fresh)

    def choose(self, number: int | None) -> None:
        """Seek this class, or no more if it is the one that is sought."""
        self._give_up()
        self.number = None if number == self.number else number
        self.brought = None
        self._begin_anew()
        self._ask()
        self.changed.emit()

    def seek_by(self, method: Method) -> None:
        """Seek the same class by that method. Occlusion has a pass run where there is none of what is open now, and
        begins after the class activation map where that is on its way."""
        self.ended = ""
        comes = self._pending is not None and self._pending.method is Method.ACTIVATION
        self.is_owed = comes and method is Method.OCCLUSION
        if not comes:
            self._give_up()
            self.method = method
            if method is Method.ACTIVATION:
                self.said = ""
            self._ask()
            if method is Method.OCCLUSION and self._pending is None and method not in self._known:
                self._wait_for_pass()
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
            moved = image != before[1] or answer is None
            if moved:
                self.brought = None
            self._begin_anew(keeps_check=not moved)
        self._ask()

    def _begin_anew(self, *, keeps_check: bool = False) -> None:
        """Seek by class activation again, and forget what was known; with `keeps_check` not that a check is owed, nor
        that the last change ended one."""
        self.method, self.said = Method.ACTIVATION, ""
        self._known.clear()
        self.is_owed = self.is_owed and keeps_check
        self.ended = self.ended if self._is_dropped and keeps_check else ""
        self._is_dropped = False

    def _ask(self) -> None:
        """Ask for the map, unless it is here, on its way, or was refused."""
        answer = self._answer
        if self.number is None or self._pending is not None or answer is None:
            return
        known = self._known.get(self.method)
        if known is not None:
            self.brought = known
            return
        if not answer.fresh or (self.said and self.method is Method.ACTIVATION):
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
            self._refuse(request, told)
        is_stale = isinstance(told, NoMaps) and told.is_stale
        if self.is_owed and request.method is Method.ACTIVATION and not is_stale:
            self.is_owed, self.method = False, Method.OCCLUSION
            self._ask()
        self.changed.emit()

    def _refuse(self, request: LocateClass, told: NoMaps) -> None:
        """Say why there is none. A pass that the worker no longer has is run again where Live is on, or for a check;
        the check then begins anew, unless the network is another one."""
        checks = request.method is Method.OCCLUSION
        self.method = Method.ACTIVATION
        answer = self._live.answer
        if not told.is_stale:
            self.ended, self.said = (told.reason, self.said) if checks else (self.ended, told.reason)
        elif checks and (answer is None or not answer.fresh):
            self.ended, self._is_dropped = _CHANGED, True
        elif checks or self.is_owed:
            self._wait_for_pass()
        elif not self._live.running:
            self.said = "the worker no longer has this pass; run it again (F5)"
            if self._live.live:
                self._live.run()

    def _wait_for_pass(self) -> None:
        """Begin the check after the pass that runs, or that is run for it."""
        self.method, self.is_owed = Method.ACTIVATION, True
        if not self._live.running:
            self._live.run()

    def _on_pass(self, _: Run, answer: object) -> None:
        """Say that the check does not begin where the pass that it waits for came to no end."""
        from squeezeviz.trace.protocol import Cancelled, Failed

        if self.is_owed and isinstance(answer, Cancelled | Failed) and not self._live.running:
            self.ended, self.is_owed = _NO_PASS, False
            self.changed.emit()
