"""Which value is followed, the way there, and what the last pass knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from squeezeviz.analysis.value_sources import ValueAt, source_of
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.answer import LiveAnswer
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.analysis.following import FollowedValue, PixelNumbers
    from squeezeviz.analysis.pictures.picture import RetainedPicture
    from squeezeviz.analysis.pictures.preprocessing import Crop, Preprocessing
    from squeezeviz.analysis.resolve import ResolvedNetwork
    from squeezeviz.model.table import InputShape
    from squeezeviz.trace.protocol import FollowValue, Run

_WHO = "following"
_NO_VALUES = "The meta device computes shapes and no values. Choose another device to follow one."
_RUNNING = "A pass runs, to bring the values…"
_CHANGED = "These are the numbers of the pass before the change. F5 runs one of what is open now."


class PicturePass(NamedTuple):
    """A pass on pictures that kept its maps: its number, the input that the network takes, what the pictures went
    through, and the pictures."""

    revision: int
    taken: InputShape
    preprocessing: Preprocessing
    pictures: tuple[RetainedPicture, ...]

    def crop(self, image: int) -> Crop:
        """Return what the network sees of one of the pictures."""
        picture = self.pictures[image]
        return self.preprocessing.crop(picture.width, picture.height, self.taken)

    @property
    def numbers(self) -> PixelNumbers:
        """How the pictures became the input."""
        from squeezeviz.analysis.following import PixelNumbers

        return PixelNumbers(self.preprocessing, self.taken.channels)

    @classmethod
    def of(cls, revision: int, answer: LiveAnswer) -> PicturePass | None:
        if answer.pictures is None or answer.seen is None:
            return None
        went_through = answer.seen.preprocessing.preprocessing
        return cls(revision, answer.network.table.input, went_through, answer.pictures.pictures)


class Following(QObject):
    """One value that a person follows, step by step. Passes keep their feature maps for as long as one is followed."""

    changed = Signal()
    """Another value is followed, or what is known of it is different."""
    moved = Signal()
    """A person went to another value, or closed all."""

    def __init__(
        self, document: Document, live: LiveControl, client: LiveClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._live, self._client = document, live, client
        self.way: tuple[ValueAt, ...] = ()
        """The values from where it began to the one that is followed; empty if none is."""
        self.value: FollowedValue | None = None
        """What a pass brought last: of the value that is followed, unless that is yet to come."""
        self.network: ResolvedNetwork | None = None
        """The network that `value` was computed by."""
        self.pass_of: PicturePass | None = None
        """The pass that brought it, if that ran on pictures."""
        self.ran_on = ""
        """What that pass ran on, if it was no picture or the weights are not trained."""
        self.said = ""
        """Why `value` is not that of the network as it is now, or of none; empty if it is."""
        self.is_refused = False
        """Whether `said` tells why there is no such value."""
        self._pending: FollowValue | None = None
        self._owed = False
        """Whether a person waits for a pass, although Live may be off."""
        client.value_followed.connect(self._take)
        client.answered.connect(self._on_pass)

    @property
    def at(self) -> ValueAt | None:
        """The value that is followed."""
        return self.way[-1] if self.way else None

    def follow(self, at: ValueAt) -> None:
        """Begin with this value."""
        self._go((at,))

    def step(self, at: ValueAt) -> None:
        """Go one step back, to a value that the present one comes from."""
        if self.way and at != self.at:
            self._go((*self.way, at))

    def return_to(self, place: int) -> None:
        """Go back along the way, to the value at that place of it."""
        if 0 <= place < len(self.way) - 1:
            self._go(self.way[: place + 1])

    def leave(self) -> bool:
        """Follow no value any more. Return whether one was followed."""
        if not self.way:
            return False
        self.way, self.value, self.network, self._pending, self._owed = (), None, None, None, False
        self._live.want_maps(_WHO, wanted=False)
        self._tell("")
        self.moved.emit()
        return True

    def look_at(self, image: int) -> None:
        """Follow the value of the same place in another image of the batch."""
        if self.way and self.way[-1].image != image:
            self.way = tuple(at._replace(image=image) for at in self.way)
            self._ask(by_hand=False)

    def follow_answer(self, _: LiveAnswer | None) -> None:
        """Ask a new pass for the value; where there is none yet, say so."""
        if self.way:
            self._ask(by_hand=False)

    def _go(self, way: tuple[ValueAt, ...]) -> None:
        self.way = way
        self._live.want_maps(_WHO, wanted=True)
        self._ask(by_hand=True)
        self.moved.emit()

    def _ask(self, *, by_hand: bool) -> None:
        at, answer = self.way[-1], self._live.answer
        try:
            source_of(self._document.network, at)
        except SqueezevizError as error:
            self._refuse(f"{error.message[:1].upper()}{error.message[1:]}.")
            return
        if self._live.device == "meta":
            self._refuse(_NO_VALUES)
        elif answer is not None and answer.fresh and answer.maps_of is not None:
            self._owed = self._owed or by_hand  # until it is here: a new worker no longer has that pass
            self._send(answer.maps_of, at)
        else:
            self._owed = self._owed or by_hand
            self._pending = None
            self._wait()

    def _send(self, revision: int, at: ValueAt) -> None:
        from squeezeviz.trace.protocol import FollowValue

        pending = self._pending
        if pending is not None and (pending.revision, pending.at) == (revision, at):
            return
        self._pending = FollowValue(revision, self._client.new_serial(), at)
        self._client.follow_value(self._pending)

    def _wait(self) -> None:
        """Wait for a pass that keeps its maps, and run one if a person waits for it."""
        if self._owed and not self._comes():
            self._live.run()
        runs = self._live.running
        self._tell(_RUNNING if runs or self._live.live or self.value is None else _CHANGED)

    def _comes(self) -> bool:
        """Whether a pass runs that keeps its maps, or that is not to be cancelled for this."""
        running = self._client.running
        return running is not None and self._live.running and (running.keep_maps or running.repeats > 1)

    def _take(self, request: FollowValue, brought: object) -> None:
        from squeezeviz.trace.protocol import NoMaps

        if request is not self._pending:
            return
        self._pending = None
        self._owed = self._owed and isinstance(brought, NoMaps) and brought.is_stale
        answer = self._live.answer
        if not isinstance(brought, NoMaps):
            assert answer is not None  # or it would have been asked nothing
            self.value, self.network = cast("FollowedValue", brought), answer.network
            self.pass_of = PicturePass.of(request.revision, answer)
            self.ran_on = _ran_on(answer, answer.network, request.at)
            self._tell("")
        elif brought.is_stale:
            self._owed = True
            self._wait()
        else:
            self._refuse(f"This value cannot be followed: {brought.reason.rstrip('.')}.")

    def _on_pass(self, request: Run, answer: object) -> None:
        """Say why the pass that is waited for brings nothing."""
        from squeezeviz.trace.protocol import Cancelled, Failed

        if not self.way or not request.keep_maps:
            return
        if isinstance(answer, Failed):
            self._owed = False
            self._refuse(f"The live pass failed: {answer.reason.rstrip('.')}.")
        elif isinstance(answer, Cancelled) and not self._live.running and self.said == _RUNNING:
            self._owed = False
            self._refuse("The live pass was cancelled. F5 runs it again.")

    def _refuse(self, sentence: str) -> None:
        self._pending = None
        self._tell(sentence, is_refused=True)

    def _tell(self, said: str, *, is_refused: bool = False) -> None:
        self.said, self.is_refused = said, is_refused
        self.changed.emit()


def _ran_on(answer: LiveAnswer, network: ResolvedNetwork, at: ValueAt) -> str:
    """Return what is to be known of the value: that it comes of no picture, or of weights at random."""
    from squeezeviz.gui.maps.chosen import random_weights

    ramp = "on a ramp of grey" if answer.pictures is None else ""
    random = random_weights(answer, source_of(network, at).row)
    said = " ".join(filter(None, (ramp, random and f"with {random}")))
    return f"The pass ran {said}." if said else ""
