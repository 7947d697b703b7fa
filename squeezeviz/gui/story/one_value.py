"""The one value that the story of depth follows, in the pass of the open network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from squeezeviz.explain.depth_story import value_to_follow
from squeezeviz.gui.document import Document
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.live.control import LiveControl

if TYPE_CHECKING:
    from squeezeviz.analysis.following import FollowedValue
    from squeezeviz.trace.protocol import FollowValue

_WHO = "story"


class OneValue(QObject):
    """Asks each pass that kept its feature maps for a value that a 3×3 makes, for as long as the story runs."""

    changed = Signal()
    """The value of the present pass is here."""

    def __init__(
        self, document: Document, live: LiveControl, client: LiveClient, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._live, self._client = document, live, client
        self._asked: FollowValue | None = None
        self._value: FollowedValue | None = None
        client.value_followed.connect(self._take)

    def begin(self) -> None:
        self._live.want_maps(_WHO, wanted=True)
        self.ask()

    def end(self) -> None:
        self._live.want_maps(_WHO, wanted=False)
        self._asked = self._value = None

    @property
    def value(self) -> FollowedValue | None:
        """The followed value, if it is one of the present pass."""
        return self._value if self._asked is not None and self._asked.revision == self._revision else None

    @property
    def can_be_asked(self) -> bool:
        """Whether no further pass is needed for the value: the present one kept its maps, or none could."""
        return self._revision is not None or self._live.device == "meta"

    def ask(self) -> None:
        """Ask the present pass, unless it was asked."""
        from squeezeviz.trace.protocol import FollowValue

        revision, at = self._revision, value_to_follow(self._document.network)
        if revision is None or at is None or (self._asked is not None and self._asked.revision == revision):
            return
        self._value = None
        self._asked = FollowValue(revision, self._client.new_serial(), at)
        self._client.follow_value(self._asked)

    @property
    def _revision(self) -> int | None:
        """The pass of the open network that kept its maps."""
        answer = self._live.answer
        return answer.maps_of if answer is not None and answer.fresh else None

    def _take(self, request: FollowValue, brought: object) -> None:
        from squeezeviz.analysis.following import FollowedValue

        if request is self._asked and isinstance(brought, FollowedValue):
            self._value = brought
            self.changed.emit()
