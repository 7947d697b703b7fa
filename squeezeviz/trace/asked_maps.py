"""Which maps are likely to be asked of the next pass: those that were asked of the last ones."""

from __future__ import annotations

from squeezeviz.trace.protocol import MapsWanted, ShowMaps

Ahead = tuple[MapsWanted, int, int | None]
"""What is wanted, of which image of the batch, and the image whose maps are taken away, if one's are."""

MOST_REQUESTS = 8
"""How many are remembered: of the boxes in sight, a few at a time, of the diagram's lines, and of one operation."""

PASSES = 3
"""After so many passes for which it did not come again, a request is forgotten: nobody looks at its maps any more."""


class AskedMaps:
    """The last requests for maps, each once, and of which pass they were."""

    def __init__(self) -> None:
        self._passes = 0
        self._asked: dict[tuple[tuple[MapsWanted, ...], int, int | None], int] = {}

    def note(self, request: ShowMaps) -> None:
        key = request.wanted, request.image, request.minus
        self._asked.pop(key, None)
        self._asked[key] = self._passes
        if len(self._asked) > MOST_REQUESTS:
            del self._asked[next(iter(self._asked))]

    def begin_pass(self) -> set[Ahead]:
        """Return what to make ready of the pass that begins."""
        self._passes += 1
        self._asked = {key: last for key, last in self._asked.items() if self._passes - last <= PASSES}
        return {(each, image, minus) for wanted, image, minus in self._asked for each in wanted}
