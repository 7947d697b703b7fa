"""How far a series may be read where ways part from it: nothing that is left out may come back to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from squeezeviz.files.networks.graph.node import Node


def rows_to_keep(ends: Sequence[Node], order: Sequence[Node], maps: Collection[Node]) -> int:
    """How many rows may be read so that no branch beside them meets, in a map, what follows the last of them.

    `ends` are the input and the end of each row of the series, `order` is that of the whole graph.
    """
    return _Cut(ends, order, maps).found()


class _Cut:
    """The cut moves towards the input until no branch before it meets what is behind it. Each node is marked once.

    A place is the number of the row that a node ends; within a row, it lies half a row before.
    """

    def __init__(self, ends: Sequence[Node], order: Sequence[Node], maps: Collection[Node]) -> None:
        self._maps = maps
        self._cut = len(ends) - 1
        self._place = _places(ends)
        self._lowest: dict[Node, int] = {}
        highest: dict[Node, float] = {}
        for node in order:
            places = [self._place[each] for each in node.inputs if each in self._place]
            if places and node not in self._place:
                self._lowest[node] = int(min(places))
                highest[node] = max(places)
        self._entries = sorted(highest.items(), key=lambda entry: entry[1])
        self._behind: set[Node] = set()
        self._meeting: set[Node] = set()

    def found(self) -> int:
        while True:
            cut = self._cut
            while self._entries and self._entries[-1][1] >= cut:
                self._mark_behind(self._entries.pop()[0])
            if self._cut == cut:
                return cut

    def _mark_behind(self, entry: Node) -> None:
        new = _spread([entry], self._behind, lambda node: node.consumers)
        met = [node for node in new if node in self._maps]
        for node in _spread(met, self._meeting, lambda node: [each for each in node.inputs if each not in self._place]):
            self._cut = min(self._cut, self._lowest.get(node, self._cut))


def _places(ends: Sequence[Node]) -> dict[Node, float]:
    places: dict[Node, float] = {}
    for row, end in enumerate(ends):
        waiting = [each for each in end.inputs if each not in places]
        places[end] = row
        while waiting:
            node = waiting.pop()
            if node not in places:
                places[node] = row - 0.5
                waiting += node.inputs
    return places


def _spread(starts: Iterable[Node], marked: set[Node], onward: Callable[[Node], Iterable[Node]]) -> list[Node]:
    """What is newly marked: the starts and all that they go on to, as far as it is not marked already."""
    new = [node for node in dict.fromkeys(starts) if node not in marked]
    marked.update(new)
    for node in new:
        further = [each for each in dict.fromkeys(onward(node)) if each not in marked]
        marked.update(further)
        new += further
    return new
