"""How much of a graph is opened: the series, without an end and side branches that a layer table cannot say.

What is read is the way from the input through the most convolutions that nothing foreign stands in; of several such
ways the longest. It is read from its beginning, up to where nothing that is left out comes back to it:

- what is left out is never made into what is read, directly or indirectly;
- where ways part and meet again in a map, either all of them are read, as a Fire module with its bypass, or none: the
  series ends before they part. One branch of a Fire module is no series because the other one is foreign, nor is a
  module without its bypass the network. What is flattened or made into boxes is no map: the heads of a detector meet
  as lists of numbers (`FileOperation.leaves_maps`).

The operations beside it and behind it are left out, with a note, if they are heads or ends:

- no Fire module is among them;
- behind the end of the series there is no convolution: else what is foreign stands in the middle;
- where the ways part for good without one being the longest, such as into the two heads of a detector, the series ends
  there, if each of them has fewer convolutions in a row than the series has up to there;
- a side branch has no more convolutions in a row than the series has from the same place on.

A network of several inputs that convolutions or pools work on is refused: its table would be one part of it. Inputs
that feed nothing but losses, or foreign operations, are no such inputs (`reach.images`); the latter are told in a note.

All else is refused at what is foreign. So is an operation of the series that is a row's, but not as a row has it (a
grouped convolution, a pool without a window), wherever it stands: it is a part of the network, or a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from squeezeviz.files.networks.graph import reach
from squeezeviz.files.networks.graph.node import Kind, Node, in_a_note
from squeezeviz.files.networks.graph.series import FireParts, Row, Step, fire_from, rows_of, series
from squeezeviz.model.errors import Note, SqueezevizError, shown
from squeezeviz.model.text import some


@dataclass(frozen=True, slots=True)
class Opening:
    """The rows of the series that begins at `source`.

    `stopped` is the error at which it ends before the graph does, None where it goes to the end; `notes` tell of that,
    and of side branches that are left out.
    """

    source: Node
    rows: list[Row]
    stopped: SqueezevizError | None = None
    notes: tuple[Note, ...] = ()


def open_graph(sources: Sequence[Node]) -> Opening:
    """What a table can say of the graph behind its inputs; SqueezevizError, with its place, where that is no use."""
    graph = _Graph(sources)
    source = graph.source()
    followers = {node: [each for each in node.consumers if each in graph.kept] for node in graph.kept}
    read: list[Step | FireParts] = []
    stopped = None
    try:
        for part in series(source, followers):
            read.append(part)
    except SqueezevizError as error:
        stopped = error
    ends = [source, *(part.end for part in read)]
    whole = reach.rows_to_keep(ends, graph.order, graph.maps)
    last, read = ends[whole], read[:whole]
    beyond = graph.beyond(last)
    if beyond.behind:
        stopped = graph.reason(last, beyond, stopped if last is ends[-1] else None)
    if stopped is not None and (not read or not graph.may_stop(last, beyond)):
        raise stopped
    for entry in beyond.beside:
        graph.check_beside(entry, last, beyond)
    rows = rows_of(read)
    notes = [_note_on_end(stopped, rows[-1].layer.name)] if stopped else []
    notes += [*_notes_on_sides(beyond), *_notes_on_inputs(sources, source)]
    return Opening(source, rows, stopped, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Beyond:
    """What is not read: all of it, and where it begins, behind the series' end and beside the series."""

    nodes: set[Node]
    behind: list[Node]
    beside: list[Node]


class _Graph:
    def __init__(self, sources: Sequence[Node]) -> None:
        self.sources = sources
        self.order = reach.topological(sources)
        self.spoken = reach.spoken(self.order)
        self.maps = reach.maps(self.order)
        self.before = reach.convolutions_before(self.order, self.spoken)
        self.after = reach.convolutions_from(self.order)
        followers = {node: node.consumers for node in self.order}
        self.before_fires = reach.leading_to(node for node in self.order if fire_from(node, followers))
        farthest = max(self.before.values())
        self.kept = reach.leading_to(node for node in self.spoken if self.before[node] == farthest)

    def source(self) -> Node:
        """The one input of what is read."""
        images = reach.images(self.sources, self.order)
        used = [node for node in self.sources if node in images or (node in self.kept and node.consumers)]
        used = used or [node for node in self.sources if node.consumers][:1]
        if not used:
            raise self.sources[0].fail("no layer takes this input, so there is no network")
        if len(used) > 1:
            names = ", ".join(shown(node.blob) for node in used[:_MOST_NAMES])
            raise used[1].fail(f"the network takes several inputs ({names}); a layer table has one")
        return used[0]

    def beyond(self, last: Node) -> _Beyond:
        read = reach.leading_to([last])
        left = [node for node in self.order if node not in read and node.kind is not Kind.INPUT]
        entries = [node for node in left if not read.isdisjoint(node.inputs)]
        behind = [node for node in entries if last in node.inputs]
        followers = reach.led_to(behind, self.after)
        return _Beyond(set(left), behind, [node for node in entries if node not in followers])

    def reason(self, last: Node, beyond: _Beyond, stopped: SqueezevizError | None) -> SqueezevizError:
        """Why the series ends at `last`: what is foreign on ways that part there and meet again, if there is any."""
        behind = reach.led_to(beyond.behind, beyond.nodes)
        met = reach.meeting(last.consumers, self.order, self.maps)
        first = [node for node in met if met.isdisjoint(node.inputs)]
        within = reach.leading_to(first) if first or stopped else behind
        inside = [node for node in self.order if node in behind and node in within]
        foreign = next((node for node in inside if node.kind is Kind.FOREIGN), None)
        if foreign is not None:
            return foreign.its_operation.foreign()
        other = next((node for node in inside if node.kind in _NOT_IN_A_FIRE and node not in met), None)
        if first and other is not None and any(node.kind is Kind.CONV for node in inside):
            return other.fail(f"a Fire module holds convolutions and ReLUs, and no {other.kind} as stands here")
        return stopped or _foreign(beyond.behind[0])

    def may_stop(self, last: Node, beyond: _Beyond) -> bool:
        if not self.before_fires.isdisjoint(beyond.behind):
            return False
        in_a_row = max((self.after[node] for node in beyond.behind), default=0)
        heads = [node for node in last.consumers if node in self.kept]
        if len(heads) > 1 and not reach.meeting(heads, self.order, self.maps):
            return in_a_row < self.before[last][0]
        return not in_a_row

    def check_beside(self, entry: Node, last: Node, beyond: _Beyond) -> None:
        """Raise where a branch beside the series is no smaller than the series."""
        begins = min(self.before[node][0] for node in entry.inputs if node in self.before and node not in beyond.nodes)
        in_a_row = self.after[entry]
        if (in_a_row and in_a_row > self.before[last][0] - begins) or entry in self.before_fires:
            raise _foreign(entry)


_MOST_NAMES = 4
_NOT_IN_A_FIRE = (Kind.POOL, Kind.DROPOUT, Kind.SOFTMAX)


def _foreign(node: Node) -> SqueezevizError:
    """Why the node is not read: itself, or the nearest thing that it is made of, is foreign; or it makes no series."""
    waiting, seen = [node], {node}
    for each in waiting:
        if each.kind is Kind.FOREIGN:
            return each.its_operation.foreign()
        waiting += [maker for maker in each.inputs if maker not in seen]
        seen.update(each.inputs)
    return node.fail("this begins a branch of its own; a layer table is a series of layers")


def _note_on_end(stopped: SqueezevizError, name: str) -> Note:
    place = stopped.place
    line = f" (line {place.line})" if place.line is not None else ""
    left_out = in_a_note(place.row or "what follows")
    return Note(f"opened up to {in_a_note(name)}, without {left_out}{line}: {stopped.message}")


def _notes_on_sides(beyond: _Beyond) -> list[Note]:
    if not beyond.beside:
        return []
    count = len(reach.led_to(beyond.beside, beyond.nodes))
    layers = "1 layer" if count == 1 else f"{count} layers"
    return [Note(f"left out, as it leads away from the series: {layers} from {_listed(beyond.beside)} on")]


def _notes_on_inputs(sources: Sequence[Node], read: Node) -> list[Note]:
    """A note on each input that layers take, but none of the series."""
    return [
        Note(
            f"left out, as no layer that is read takes it: the input {shown(node.blob)}, for {_listed(node.consumers)}"
        )
        for node in sources
        if node is not read and node.consumers
    ]


def _listed(nodes: Sequence[Node]) -> str:
    return some(list(map(_with_line, nodes)), _MOST_NAMES)


def _with_line(node: Node) -> str:
    line = node.fail("").place.line
    return f"{in_a_note(node.name)} (line {line})" if line is not None else in_a_note(node.name)
