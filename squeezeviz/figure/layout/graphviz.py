"""The parts of an opened Fire module, placed by Graphviz in this process.

Import it when it is needed: pygraphviz's wheel brings a libxcb of its own, with which Qt crashes where it is loaded
before Qt's.
"""

from __future__ import annotations

from threading import Lock

import pygraphviz

from squeezeviz.figure.layout.boxes import ADD, SIDE_GAP
from squeezeviz.figure.scene.diagram import Direction, Size
from squeezeviz.model.layers import Bypass
from squeezeviz.model.records import NamedTuple

STEP_GAP, _CLOSE_STEP_GAP = 42.0, 26.0
"""Between one step and the next, along the data's way: room for a curve and its arrowhead."""
_CLOSE_SIDE_GAP = 10.0
_POINTS_PER_INCH = 72.0
_LANE = 8.0
_GRAPHVIZ = Lock()
"""Graphviz keeps its state in globals: one layout at a time."""


_Placement = tuple[float, float, float | None, float, float]


class _Spot(NamedTuple):
    along: float
    across: float


def place_by_graphviz(
    box: Size, concat: Size, bypass: Bypass, around: float, direction: Direction, close: bool = False
) -> _Placement:
    """Place the parts of a Fire, as `plan.Placement` has them.

    Graphviz finds ranks and distances; what should be in line is then put in line.
    """
    with _GRAPHVIZ:
        graph = _graph(box, concat, bypass, around, direction, close)
        graph.layout(prog="dot")
        spots = {str(node): _spot(node.attr["pos"], direction) for node in graph.nodes()}
    start = spots["squeeze"].along
    offset = abs(spots["expand1x1"].across - spots["expand3x3"].across) / 2
    bypassed = bypass is not Bypass.NONE
    return (
        round(spots["expand1x1"].along - start),
        round(spots["concat"].along - start),
        round(spots["add"].along - start) if bypassed else None,
        round(offset),
        _lane(spots, offset) if bypassed else 0.0,
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


def _graph(
    box: Size, concat: Size, bypass: Bypass, around: float, direction: Direction, close: bool
) -> pygraphviz.AGraph:
    graph = pygraphviz.AGraph(directed=True, strict=True)
    graph.graph_attr.update(
        rankdir="TB" if direction.down else "LR",
        nodesep=(_CLOSE_SIDE_GAP if close else SIDE_GAP) / _POINTS_PER_INCH,
        ranksep=(_CLOSE_STEP_GAP if close else STEP_GAP) / _POINTS_PER_INCH,
        ordering="out",
        splines="false",
    )
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    _add(graph, "squeeze", box, "spine")
    _add(graph, "expand1x1", box)
    _add(graph, "expand3x3", box)
    _add(graph, "concat", concat, "spine")
    for expand in ("expand1x1", "expand3x3"):
        graph.add_edge("squeeze", expand)
        graph.add_edge(expand, "concat")
    if bypass is not Bypass.NONE:
        _add_bypass(graph, Size(around, box.height) if around else Size(_LANE, _LANE))
    return graph


def _add_bypass(graph: pygraphviz.AGraph, around: Size) -> None:
    """Add the sum after the concat, and a lane of nodes beside every step, for the bypass to run along.

    They are narrow, but for the convolution `around` that a complex one has beside the squeeze.
    """
    _add(graph, "add", ADD, "spine")
    graph.add_edge("concat", "add", weight=8)
    narrow = Size(_LANE, _LANE)
    beside = {"squeeze": around, "expand3x3": narrow, "concat": narrow}
    for step, size in beside.items():
        _add(graph, f"lane {step}", size, "lane")
        graph.add_subgraph([step, f"lane {step}"], rank="same")
        graph.add_edge(step, f"lane {step}", style="invis", weight=0)
    lane = [f"lane {step}" for step in beside]
    for source, target in zip(lane, [*lane[1:], "add"], strict=True):
        graph.add_edge(source, target, weight=8)


def _add(graph: pygraphviz.AGraph, name: str, size: Size, group: str = "") -> None:
    graph.add_node(name, width=size.width / _POINTS_PER_INCH, height=size.height / _POINTS_PER_INCH, group=group)
