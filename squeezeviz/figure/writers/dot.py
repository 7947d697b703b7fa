"""The network as DOT text: operations as nodes, Fire modules as clusters, with what flows on the edges.

https://graphviz.org/doc/info/lang.html
"""

from __future__ import annotations

from collections.abc import Iterator

import graphviz

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.figure.layout.boxes import NOTHING_YET, role_of
from squeezeviz.figure.layout.build import DiagramOptions, shown_rows
from squeezeviz.figure.layout.fire import PARTS, part_detail, part_title
from squeezeviz.figure.layout.wording import (
    channels_text,
    closed_text,
    counts_text,
    fire_in_words,
    fire_totals,
    layer_wording,
    shape_text,
)
from squeezeviz.figure.scene.diagram import Role
from squeezeviz.figure.scene.primitives import line_width
from squeezeviz.figure.theme.metrics import elide, text_width
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.figure import AS_ON_SCREEN, ExportOptions
from squeezeviz.model.layers import Fire
from squeezeviz.model.operations import LAYER_INPUT, OperationKind
from squeezeviz.model.problems import Problem, Trouble
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import plain

_FONT = "Helvetica,Arial,sans-serif"
_NAME_SIZE = 12.0
_NAME_WIDEST = 280.0
_LEAST_TITLE, _MARGINS = 60.0, 16.0
"""Of a cluster's title, in points; and what a box's margins and the gap to the spine add to a box's text for it."""
_LONGEST_TOOLTIP = 400
_INPUT = "input"
_SPINE = "1000"
"""The weight of an edge that is kept straight: dot lines up what such edges join. A bypass has none, and makes way."""
_UNSEEN = {"style": "invis"}
_ANY_HEIGHT = 1000.0
"""In inches."""


def to_dot(network: ResolvedNetwork, export: ExportOptions = AS_ON_SCREEN) -> bytes:
    """Write DOT that `dot` renders with the same modules, opened and closed, as the diagram, in the size asked for.

    Names are text and nothing else: no markup, no escapes, no end of the string. Nodes are numbered by row.
    """
    options, size = export.diagram, export.size
    theme = export.theme if export.background else export.theme._replace(page="transparent")
    writer, rows = _Writer(options, theme), shown_rows(network, options.rows)
    if size is not None:
        writer.graph.attr(size=f"{size.width_in:.4g},{size.height_in or _ANY_HEIGHT:.4g}!")
    writer.add_input(network, rows.start)
    for row in rows:
        layer = network.layers[row]
        if isinstance(layer.layer, Fire) and layer.name not in options.collapsed:
            writer.add_cluster(row, layer.layer, layer)
        else:
            writer.add_node(row, layer)
    for problem in network.problems:
        if options.rows is None or problem.row is None or problem.row <= options.rows.last:
            writer.add_problem(problem)
    return str(writer.graph.source).encode()


def _text(*lines: str, left: bool = False) -> graphviz.quoting.NoHtml:
    """Return a label in which no character has a meaning of its own for Graphviz; its lines are centred or at the
    left."""
    escaped = [graphviz.escape(line.replace("&", "&amp;")) for line in map(plain, lines) if line]
    return graphviz.nohtml("".join(f"{line}\\l" for line in escaped) if left else r"\n".join(escaped))


def _tooltip(full: str) -> graphviz.quoting.NoHtml:
    """A tooltip of reasonable length.

    dot expands the escapes of a node's tooltip twice, those of a cluster's once, so a backslash is replaced by the
    reverse solidus operator, which looks the same.
    """
    whole = full if len(full) <= _LONGEST_TOOLTIP else f"{full[: _LONGEST_TOOLTIP - 1]}…"
    return _text(whole.replace("\\", "\N{REVERSE SOLIDUS OPERATOR}"))


def _short(name: str) -> str:
    return elide(plain(name), _NAME_SIZE, True, _NAME_WIDEST)


class _Writer:
    """Adds layer after layer; `last` is the node that the next one's data comes from, `channels` how many flow."""

    def __init__(self, options: DiagramOptions, theme: Theme) -> None:
        self.theme, self.wanted, self.down = theme, options.annotations, options.direction.down
        self.last, self.flow, self.channels = _INPUT, "", 0
        self.graph = graphviz.Digraph("squeezeviz")
        self.graph.attr(
            rankdir="TB" if options.direction.down else "LR",
            bgcolor=theme.page,
            fontname=_FONT,
            nodesep="0.25",
            ranksep="0.4",
        )
        self.graph.attr(
            "node", shape="box", style="rounded,filled", fillcolor=theme.box_fill, fontname=_FONT, fontsize="12",
            fontcolor=theme.text, penwidth="1.5", margin="0.15,0.08",
        )  # fmt: skip
        self.graph.attr("edge", color=theme.link, fontname=_FONT, fontsize="10", fontcolor=theme.quiet, arrowsize="0.7")

    def add_input(self, network: ResolvedNetwork, first: int) -> None:
        """Add the node of what flows into the first row that is shown."""
        if first:
            before = network.layers[first - 1]
            shape = before.output.shape
            full = f"from {before.name}: {shape_text(shape)}"
            self._node(_INPUT, Role.INPUT, full, f"from {_short(before.name)}")
        else:
            given = network.table.input
            shape = given.maps
            self._node(_INPUT, Role.INPUT, f"input image: {given}", "input image")
        self._flows_on(_INPUT, shape)

    def add_node(self, row: int, layer: ResolvedLayer) -> None:
        """Add a row as one node: an operation, or a closed Fire."""
        node = f"row{row + 1}"
        if isinstance(layer.layer, Fire):
            facts = closed_text(layer.layer) if self.wanted.filters else ""
            full = fire_in_words(layer.layer, layer)
            lines = _short(layer.name), facts, fire_totals(layer, self.wanted)
            self._node(node, Role.FIRE, full, *lines, fillcolor=self.theme.frame_fill)
        else:
            wording = layer_wording(layer, self.wanted)
            lines = _short(layer.name), wording.facts, wording.detail
            self._node(node, role_of(layer.layer), wording.full, *lines, wording.counts)
        self._edge(self.last, node, self.channels, self.flow, weight=_SPINE)
        self._flows_on(node, layer.output.shape)

    def add_cluster(self, row: int, fire: Fire, layer: ResolvedLayer) -> None:
        """Add an opened Fire: its operations in a cluster, with the expands at one rank."""
        prefix = f"row{row + 1}"
        shown = (step for step in layer.operations if step.operation.kind is not OperationKind.RELU)
        steps = {step.operation.part: step for step in shown}
        with self.graph.subgraph(name=f"cluster_{prefix}") as cluster:
            cluster.attr(
                label=self._title(fire, layer, steps),
                tooltip=_tooltip(fire_in_words(fire, layer)),
                style="rounded,filled",
                fillcolor=self.theme.frame_fill,
                color=self.theme.frame_outline,
                fontcolor=self.theme.accent,
                labeljust="l",
                margin="14",
            )
            for part, step in steps.items():
                self._part(cluster, f"{prefix}_{part}", fire, step)
            # What is not seen stands between the expands, and keeps the spine straight there too.
            middle = f"{prefix}_middle"
            cluster.node(middle, label="", shape="point", width="0", height="0", **_UNSEEN)
            with cluster.subgraph() as side_by_side:
                side_by_side.attr(rank="same")
                # In a graph that runs right, the first of a rank is the lowest.
                ends = ("expand1x1", "expand3x3") if self.down else ("expand3x3", "expand1x1")
                side_by_side.edge(f"{prefix}_{ends[0]}", middle, **_UNSEEN)
                side_by_side.edge(middle, f"{prefix}_{ends[1]}", **_UNSEEN)
            for source, target in ((f"{prefix}_squeeze1x1", middle), (middle, f"{prefix}_concat")):
                cluster.edge(source, target, weight=_SPINE, **_UNSEEN)
        for source, target in _inner_edges(layer, steps):
            self._inner_edge(prefix, source, target, steps)
        last = "add" if "add" in steps else "concat"
        self._flows_on(f"{prefix}_{last}", layer.output.shape)

    def add_problem(self, problem: Problem) -> None:
        """Add the row at which the graph stops, and the reason."""
        if problem.trouble is Trouble.EMPTY:
            self._node("problem", Role.INPUT, str(problem), NOTHING_YET, problem.reason, style="rounded,filled,dashed")
            self.graph.edge(self.last, "problem", weight=_SPINE)
            return
        what = f"{_short(problem.name)} cannot run" if problem.name else "this table cannot run"
        colours = {"fillcolor": self.theme.problem_fill, "fontcolor": self.theme.roles[Role.PROBLEM]}
        reason = elide(plain(problem.reason), _NAME_SIZE, False, 2 * _NAME_WIDEST)
        self._node("problem", Role.PROBLEM, str(problem), what, reason, style="rounded,filled,dashed", **colours)
        colour = self.theme.roles[Role.PROBLEM]
        self.graph.edge(self.last, "problem", color=colour, style="dashed", weight=_SPINE)

    def _title(self, fire: Fire, layer: ResolvedLayer, steps: dict[str, ResolvedOperation]) -> graphviz.quoting.NoHtml:
        """Return a cluster's title: where it runs down in lines that end left of the line that enters its middle."""
        totals = fire_totals(layer, self.wanted)
        if not self.down:
            return _text("   ".join(filter(None, (_short(fire.name), totals))))
        room = max(_LEAST_TITLE, self._part_width(fire, steps["expand1x1"]) + _MARGINS)
        lines = [fire.name, *totals.split(" · ")] if text_width(totals, _NAME_SIZE) > room else [fire.name, totals]
        return _text(*(elide(plain(line), _NAME_SIZE, False, room) for line in lines), left=True)

    def _part_width(self, fire: Fire, step: ResolvedOperation) -> float:
        return max(text_width(line, _NAME_SIZE) for line in self._part_words(fire, step))

    def _part_words(self, fire: Fire, step: ResolvedOperation) -> tuple[str, ...]:
        title = part_title(step) if self.wanted.filters else PARTS[step.operation.part][1]
        return title, part_detail(fire, step, self.wanted), counts_text(step, step.receptive, self.wanted)

    def _part(self, cluster: graphviz.Digraph, node: str, fire: Fire, step: ResolvedOperation) -> None:
        part, wanted = step.operation.part, self.wanted
        if part == "concat":
            channels = channels_text(fire) if wanted.filters else ""
            lines = "concat", channels, shape_text(step.shape) if wanted.shapes else ""
            self._node(node, Role.CONCAT, step.name, *lines, graph=cluster, **self._stripes(fire))
        elif part == "add":
            self._node(node, Role.SUM, step.name, "+", graph=cluster, shape="circle", margin="0.02")
        else:
            self._node(node, PARTS[part][0], step.name, *self._part_words(fire, step), graph=cluster)

    def _stripes(self, fire: Fire) -> dict[str, str]:
        """Return the style of a concat: its two colours, in proportion to its channels."""
        share = min(0.9, max(0.1, fire.e1x1 / (fire.e1x1 + fire.e3x3)))
        first, second = (self.theme.shares[role] for role in (Role.EXPAND1X1, Role.EXPAND3X3))
        fill = f"{first};{share:.3f}:{second}"
        return {"style": "striped", "fillcolor": fill, "fontcolor": self.theme.share_text, "penwidth": "0"}

    def _inner_edge(self, prefix: str, source: str, target: str, steps: dict[str, ResolvedOperation]) -> None:
        """Add one edge inside of a cluster, or into it where `source` is empty."""
        to = f"{prefix}_{target}"
        if source:
            colour = self.theme.roles[PARTS[source][0]] if source in PARTS else self.theme.link
            weight = _SPINE if (source, target) == ("concat", "add") else "0" if source == "bypass1x1" else "1"
            self._edge(f"{prefix}_{source}", to, steps[source].shape.channels, "", color=colour, weight=weight)
        elif target == "squeeze1x1":
            self._edge(self.last, to, self.channels, self.flow, weight=_SPINE)
        else:
            self._edge(self.last, to, self.channels, "", color=self.theme.roles[Role.BYPASS], weight="0")

    def _node(
        self, node: str, role: Role, full: str, *lines: str, graph: graphviz.Digraph | None = None, **style: str
    ) -> None:
        attributes = {"color": self.theme.roles[role], **style}
        (graph or self.graph).node(node, label=_text(*lines), tooltip=_tooltip(full), **attributes)

    def _edge(self, source: str, target: str, channels: int, label: str, **style: str) -> None:
        width = f"{line_width(channels):.1f}"
        self.graph.edge(source, target, label=f"  {label}" if label else None, penwidth=width, **style)

    def _flows_on(self, node: str, shape: MapShape) -> None:
        self.last, self.channels = node, shape.channels
        self.flow = shape_text(shape) if self.wanted.shapes else ""


def _inner_edges(layer: ResolvedLayer, steps: dict[str, ResolvedOperation]) -> Iterator[tuple[str, str]]:
    """Yield the edges from part to part, past the ReLUs; an empty part is what comes into the module."""
    operations = [step.operation for step in layer.operations]
    for part, step in steps.items():
        for source in step.operation.inputs:
            while source != LAYER_INPUT and operations[source].kind is OperationKind.RELU:
                (source,) = operations[source].inputs
            yield operations[source].part if source != LAYER_INPUT else "", part
