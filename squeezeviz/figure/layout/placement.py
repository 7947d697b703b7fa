"""Graphviz lays out the parts of an opened Fire module, in this process.

Every distinct module is laid out once; a table of a thousand Fires has a handful of distinct ones.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from squeezeviz.figure.scene.diagram import Direction

if TYPE_CHECKING:
    import pygraphviz

STEP_GAP = 42.0
"""Between one step and the next, along the data's way: room for a curve and its arrowhead."""

SIDE_GAP = 16.0
"""Between boxes side by side."""

_POINTS_PER_INCH = 72.0
_LANE = 8.0
_GRAPHVIZ = Lock()
"""Graphviz keeps its state in globals: one layout at a time."""


class Size(NamedTuple):
    width: float
    height: float


class Parts(NamedTuple):
    """The sizes of what is to be placed: squeeze and expands are of one `box` size.

    `add` is the sum of any bypass, `around` the convolution on a complex one.
    """

    box: Size
    concat: Size
    add: Size | None = None
    around: Size | None = None


class Placement(NamedTuple):
    """How far along the data's way the middles of the parts stand; the squeeze stands at 0.

    The expands stand `expand_offset` to both sides of the spine, and the bypass runs along it at `lane`.
    """

    expands: float
    concat: float
    add: float | None
    expand_offset: float
    lane: float


class _Spot(NamedTuple):
    along: float
    across: float


@lru_cache(maxsize=1024)
def place(parts: Parts, direction: Direction) -> Placement:
    """Place the parts of a Fire. Graphviz finds ranks and distances; what should be in line is then put in line."""
    with _GRAPHVIZ:
        graph = _graph(parts, direction)
        graph.layout(prog="dot")
        spots = {str(node): _spot(node.attr["pos"], direction) for node in graph.nodes()}
    start = spots["squeeze"].along
    offset = abs(spots["expand1x1"].across - spots["expand3x3"].across) / 2
    return Placement(
        expands=round(spots["expand1x1"].along - start),
        concat=round(spots["concat"].along - start),
        add=round(spots["add"].along - start) if parts.add else None,
        expand_offset=round(offset),
        lane=_lane(spots, offset) if parts.add else 0.0,
    )


def _lane(spots: dict[str, _Spot], expand_offset: float) -> float:
    """Return how far from the spine a straight bypass runs, outside of every step."""
    steps = {"squeeze": 0.0, "expand3x3": expand_offset, "concat": 0.0}
    return float(
        round(max(out + abs(spots[f"lane {step}"].across - spots[step].across) for step, out in steps.items()))
    )


def _spot(position: str, direction: Direction) -> _Spot:
    x, y = (float(part) for part in position.split(","))
    return _Spot(-y, x) if direction.down else _Spot(x, -y)


def _graph(parts: Parts, direction: Direction) -> pygraphviz.AGraph:
    # Not sooner: its wheel brings a libxcb of its own, with which Qt crashes where it is loaded before Qt's.
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True, strict=True)
    graph.graph_attr.update(
        rankdir="TB" if direction.down else "LR",
        nodesep=SIDE_GAP / _POINTS_PER_INCH,
        ranksep=STEP_GAP / _POINTS_PER_INCH,
        ordering="out",
        splines="false",
    )
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    _add(graph, "squeeze", parts.box, "spine")
    _add(graph, "expand1x1", parts.box)
    _add(graph, "expand3x3", parts.box)
    _add(graph, "concat", parts.concat, "spine")
    for expand in ("expand1x1", "expand3x3"):
        graph.add_edge("squeeze", expand)
        graph.add_edge(expand, "concat")
    if parts.add:
        _add_bypass(graph, parts, parts.add)
    return graph


def _add_bypass(graph: pygraphviz.AGraph, parts: Parts, add: Size) -> None:
    """Add the sum after the concat, and a lane of narrow nodes beside every step, for the bypass to run along."""
    _add(graph, "add", add, "spine")
    graph.add_edge("concat", "add", weight=8)
    narrow = Size(_LANE, _LANE)
    beside = {"squeeze": parts.around or narrow, "expand3x3": narrow, "concat": narrow}
    for step, size in beside.items():
        _add(graph, f"lane {step}", size, "lane")
        graph.add_subgraph([step, f"lane {step}"], rank="same")
        graph.add_edge(step, f"lane {step}", style="invis", weight=0)
    lane = [f"lane {step}" for step in beside]
    for source, target in zip(lane, [*lane[1:], "add"], strict=True):
        graph.add_edge(source, target, weight=8)


def _add(graph: pygraphviz.AGraph, name: str, size: Size, group: str = "") -> None:
    graph.add_node(name, width=size.width / _POINTS_PER_INCH, height=size.height / _POINTS_PER_INCH, group=group)
