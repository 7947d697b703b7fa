"""What leads where in a graph: order, what a table can say of it, and how many convolutions stand in a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

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
    found = set(ends)
    waiting = list(found)
    while waiting:
        new = [node for node in waiting.pop().inputs if node not in found]
        found.update(new)
        waiting += new
    return found


def led_to(starts: Iterable[Node], among: Collection[Node]) -> set[Node]:
    """Those nodes and all that they lead to, as far as it is among those given."""
    found = {node for node in starts if node in among}
    waiting = list(found)
    while waiting:
        new = [node for node in waiting.pop().consumers if node in among and node not in found]
        found.update(new)
        waiting += new
    return found


def maps(order: Sequence[Node]) -> set[Node]:
    """The nodes that make maps. What is made of nothing but flattened values and boxes is none."""
    found: set[Node] = set()
    for node in order:
        if node.kind in (Kind.INPUT, Kind.CONV, Kind.POOL):
            found.add(node)
        elif not (node.kind is Kind.FOREIGN and node.its_operation.leaves_maps):
            found.update({node} if not found.isdisjoint(node.inputs) else ())
    return found


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
            if each.kind is Kind.FOREIGN and each.its_operation.leaves_maps:
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
    owner: dict[Node, Node | None] = {}
    for start in starts:
        owner[start] = start
    for node in order:
        owners = {owner[each] for each in node.inputs if each in owner} | ({node} if owner.get(node) is node else set())
        if owners:
            owner[node] = owners.pop() if len(owners) == 1 else None
    return {node for node, one in owner.items() if one is None and node in among}


def cut_down(order: Sequence[Node], kept: Collection[Node]) -> dict[Node, Node]:
    """Copies of the nodes to keep, linked among one another alone; by what each is a copy of."""
    copies: dict[Node, Node] = {}
    for node in order:
        if node in kept:
            copies[node] = Node(node.kind, node.blob, node.operation, tuple(copies[each] for each in node.inputs))
    for node, copy in copies.items():
        copy.consumers.extend(copies[each] for each in node.consumers if each in copies)
    return copies
