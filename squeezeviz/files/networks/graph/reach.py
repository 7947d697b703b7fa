"""What leads where in a graph: order, what a table can say of it, and how many convolutions stand in a row."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence

from squeezeviz.files.networks.graph.node import Kind, Node


def topological(sources: Iterable[Node]) -> list[Node]:
    """The sources and all that they lead to, each behind what it takes."""
    behind: list[Node] = []
    seen: set[Node] = set()
    for source in reversed(list(sources)):
        if source not in seen:
            seen.add(source)
            _add_behind(source, seen, behind)
    return behind[::-1]


def _add_behind(source: Node, seen: set[Node], behind: list[Node]) -> None:
    """Depth first and without recursion, as a network may have thousands of layers."""
    path = [(source, iter(source.consumers[::-1]))]
    while path:
        node, rest = path[-1]
        consumer = next((each for each in rest if each not in seen), None)
        if consumer is None:
            behind.append(node)
            path.pop()
        else:
            seen.add(consumer)
            path.append((consumer, iter(consumer.consumers[::-1])))


def spoken(order: Sequence[Node]) -> set[Node]:
    """The nodes that are made of nothing but the words of a layer table."""
    found: set[Node] = set()
    for node in order:
        if node.kind is not Kind.FOREIGN and found.issuperset(node.inputs):
            found.add(node)
    return found


def convolutions_before(order: Sequence[Node], among: Collection[Node]) -> dict[Node, tuple[int, int]]:
    """Of each node among those: the convolutions on the longest way to it, itself counted; and all its operations."""
    most: dict[Node, tuple[int, int]] = {}
    for node in order:
        if node in among:
            convs, length = max((most[each] for each in node.inputs), default=(0, 0))
            most[node] = convs + (node.kind is Kind.CONV), length + 1
    return most


def convolutions_from(order: Sequence[Node]) -> dict[Node, int]:
    """The convolutions on the longest way from each node on, itself counted."""
    most: dict[Node, int] = {}
    for node in reversed(order):
        most[node] = max((most.get(each, 0) for each in node.consumers), default=0) + (node.kind is Kind.CONV)
    return most


def leading_to(ends: Iterable[Node]) -> set[Node]:
    """Those nodes and all that they are made of."""
    return _spread(ends, lambda node: node.inputs)


def led_to(starts: Iterable[Node], among: Collection[Node]) -> set[Node]:
    """Those nodes and all that they lead to, as far as it is among those given."""
    return _spread(
        (node for node in starts if node in among), lambda node: [each for each in node.consumers if each in among]
    )


def _spread(starts: Iterable[Node], onward: Callable[[Node], Iterable[Node]]) -> set[Node]:
    found = set(starts)
    waiting = list(found)
    while waiting:
        new = [node for node in onward(waiting.pop()) if node not in found]
        found.update(new)
        waiting += new
    return found


def maps(order: Sequence[Node]) -> set[Node]:
    """The nodes that make maps. What is made of nothing but flattened values and boxes is none."""
    found: set[Node] = set()
    for node in order:
        made_of_maps = not found.isdisjoint(node.inputs) and not _leaves_maps(node)
        if made_of_maps or node.kind in (Kind.INPUT, Kind.CONV, Kind.POOL):
            found.add(node)
    return found


def _leaves_maps(node: Node) -> bool:
    return node.kind is Kind.FOREIGN and node.its_operation.leaves_maps


def images(sources: Iterable[Node], order: Sequence[Node]) -> list[Node]:
    """The sources that convolutions or pools work on, by way of maps.

    A pool of what losses alone take in the end, as of labels, does not count.
    """
    worked: set[Node] = set()
    unmeasured: set[Node] = set()
    pooled: set[Node] = set()
    for node in reversed(order):
        if not node.consumers and not node.measured:
            unmeasured.add(node)
        for each in node.consumers:
            if _leaves_maps(each):
                continue
            if each.kind is Kind.CONV or each in worked:
                worked.add(node)
            if each.kind is Kind.POOL or each in pooled:
                pooled.add(node)
            if each in unmeasured:
                unmeasured.add(node)
    return [node for node in sources if node in worked or (node in pooled and node in unmeasured)]


def meeting(starts: Iterable[Node], order: Sequence[Node], among: Collection[Node]) -> set[Node]:
    """Those of the nodes `among` that several of the starts lead to."""
    owner: dict[Node, Node | None] = {start: start for start in starts}
    for node in order:
        owners = {owner[each] for each in (node, *node.inputs) if each in owner}
        if owners:
            owner[node] = owners.pop() if len(owners) == 1 else None
    return {node for node, one in owner.items() if one is None and node in among}


def rows_to_keep(ends: Sequence[Node], order: Sequence[Node], maps: Collection[Node]) -> int:
    """How many rows may be read so that no branch beside them meets, in a map, what follows the last of them.

    `ends` are the input and the end of each row of the series, `order` is that of the whole graph.
    """
    places = _places(ends, order)
    spans: dict[Node, tuple[int, float]] = {}
    """Of each node beside the rows: the first and the last place that branches leave from which lead to it."""
    for node in order:
        if node not in places:
            left = [(int(places[each]), places[each]) for each in node.inputs if each in places]
            left += [spans[each] for each in node.inputs if each in spans]
            if left:
                spans[node] = min(first for first, _ in left), max(last for _, last in left)
    cut = len(ends) - 1
    for first, last in sorted((spans[node] for node in spans if node in maps), key=lambda span: span[1], reverse=True):
        if last < cut:
            break
        cut = min(cut, first)
    return cut


def _places(ends: Sequence[Node], order: Sequence[Node]) -> dict[Node, float]:
    """The number of the row that a node ends; within a row, a node lies half a row before."""
    rows = {end: row for row, end in enumerate(ends)}
    places: dict[Node, float] = {}
    for node in reversed(order):
        before = [math.ceil(places[each]) for each in node.consumers if each in places]
        if node in rows:
            places[node] = rows[node]
        elif before:
            places[node] = min(before) - 0.5
    return places
