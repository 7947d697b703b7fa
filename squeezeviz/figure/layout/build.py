"""From a resolved network to a placed diagram: modules in series, each placed once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.figure.layout.boxes import entry_module, input_module, layer_module, problem_module
from squeezeviz.figure.layout.fire import closed_fire, open_fire
from squeezeviz.figure.layout.rows import Rows
from squeezeviz.figure.layout.ruler import RULER_AT, RULER_ROOM, ruler_marks, ruler_place
from squeezeviz.figure.layout.wording import flow_text
from squeezeviz.figure.scene.diagram import EMPTY_KEY, EXIT_KEY, Diagram, Direction, Line, Module, Point, Rect, Role
from squeezeviz.figure.scene.primitives import line_width, straight
from squeezeviz.figure.theme.look import SCREEN, USUAL, Annotations, Look, Spacing
from squeezeviz.model.layers import Fire, Layer, uncompressed
from squeezeviz.model.shapes import MapShape, Receptive

__all__ = ["RULER_AT", "RULER_ROOM", "DiagramOptions", "build_diagram", "shown_rows"]

OUTLET = 20.0
"""The length of the line that leads out of a figure."""


@dataclass(frozen=True, slots=True)
class DiagramOptions:
    """How to show a network; `collapsed` names the Fire modules that are closed, `rows` None shows all."""

    direction: Direction = Direction.DOWN
    collapsed: frozenset[str] = frozenset()
    rows: Rows | None = None
    annotations: Annotations = USUAL
    spacing: Spacing = SCREEN

    @property
    def look(self) -> Look:
        return Look(self.direction, self.annotations, self.spacing)


def build_diagram(network: ResolvedNetwork, options: DiagramOptions = DiagramOptions()) -> Diagram:
    """Place the network, or some rows of it: what flows in, every row that can run, and where it stops the reason why.

    Modules that did not change are not laid out again; they share their contents with the diagram before.
    """
    rows = shown_rows(network, options.rows)
    look = options.look
    modules = _modules(network, rows, look, options.collapsed)
    if look.spacing.paper and look.down:
        modules = _modules(network, rows, replace(look, spacing=_even(modules, look.spacing)), options.collapsed)
    indices = [-1, *rows]
    for problem in network.problems:
        if options.rows is None or problem.row is None or problem.row <= options.rows.last:
            modules.append(problem_module(problem, look.direction))
            indices.append(-1 if problem.row is None else problem.row)
    ruler_at, room = ruler_place(modules, look)
    outlet = _leads_out(modules[-1], rows, network) and not look.spacing.canvas
    placed, width, height = _in_series(modules, indices, look, room, OUTLET if outlet else 0.0)
    links = _links(placed, network, rows, look.direction)
    out = _outlet(placed[-1], network.layers[rows.stop - 1], look) if outlet else None
    ruler = ruler_marks(network, placed, look, rows.start) if look.annotations.depth else ()
    return Diagram(look.direction, width, height, placed, links, ruler, ruler_at, out, network.table.name)


def shown_rows(network: ResolvedNetwork, rows: Rows | None) -> range:
    """The rows that are asked for and can run; where none of them can, an empty range after the last that can."""
    runs = len(network.layers)
    return range(runs) if rows is None else range(min(rows.first, runs), min(rows.last + 1, runs))


def _modules(network: ResolvedNetwork, rows: range, look: Look, collapsed: frozenset[str]) -> list[Module]:
    """What flows in, and the rows."""
    seen = look.annotations.field
    before = network.layers[rows.start - 1] if rows.start else None
    modules = [input_module(network.table.input, look) if before is None else entry_module(before, look)]
    modules += [
        _module(
            _Subject(
                uncompressed(layer.layer), layer.input.shape, layer.input.receptive if seen else None,
                layer.name not in collapsed, look, layer,
            )
        )
        for layer in network.layers[rows.start : rows.stop]
    ]  # fmt: skip
    return modules


def _even(modules: list[Module], spacing: Spacing) -> Spacing:
    """Boxes in a column are equally wide."""
    widest = max(module.boxes[0].rect.width for module in modules if not module.opened)
    return replace(spacing, alone=widest, closed=widest)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What decides how a row is drawn; `resolved` follows from it, so it is left out of the comparison.

    What is seen of the image hangs on all layers before: `seen` is None where nothing is said of it.
    """

    layer: Layer
    input: MapShape
    seen: Receptive | None
    opened: bool
    look: Look
    resolved: ResolvedLayer = field(compare=False)


@lru_cache(maxsize=8192)
def _module(subject: _Subject) -> Module:
    layer, resolved, look = subject.layer, subject.resolved, subject.look
    if not isinstance(layer, Fire):
        return layer_module(resolved, look)
    return (open_fire if subject.opened else closed_fire)(layer, resolved, look)


def _in_series(
    modules: list[Module], indices: list[int], look: Look, room: float, behind: float
) -> tuple[tuple[Module, ...], float, float]:
    """Modules one after the other, their entries and exits on one straight spine; and the whole size.

    `room` is kept beside them, for the ruler, and `behind` at their end, for a line that leads out.
    """
    down, margin, gap = look.down, look.spacing.margin, look.spacing.gap
    before = max(module.entry.x if down else module.entry.y for module in modules)
    after = max(
        module.rect.width - module.entry.x if down else module.rect.height - module.entry.y for module in modules
    )
    spine = room + before
    cursor, placed = margin, []
    for index, module in zip(indices, modules, strict=True):
        at = Point(spine - module.entry.x, cursor) if down else Point(cursor, spine - module.entry.y)
        placed.append(_moved(module, index, at))
        cursor += (module.rect.height if down else module.rect.width) + gap
    along, across = cursor - gap + behind + margin, spine + after + margin
    return tuple(placed), *((across, along) if down else (along, across))


def _leads_out(last: Module, rows: range, network: ResolvedNetwork) -> bool:
    """Whether a line leads out of the last module: the network goes on, or its frame would cut the line off."""
    return bool(rows) and last.role is not Role.PROBLEM and (last.opened or rows.stop < len(network.layers))


def _outlet(last: Module, layer: ResolvedLayer, look: Look) -> Line:
    """The line that leads out, an arrow."""
    start = last.end
    end = Point(start.x, start.y + OUTLET) if look.down else Point(start.x + OUTLET, start.y)
    shape = layer.output.shape
    return Line(last.key, EXIT_KEY, last.role, straight(start, end), line_width(shape.channels), full=flow_text(shape))


def _moved(module: Module, index: int, at: Point) -> Module:
    return Module(
        module.key, index, module.role, module.opened, Rect(at.x, at.y, module.rect.width, module.rect.height),
        module.boxes, module.lines, module.labels, module.entry, module.exit, module.toggle, module.badge,
        module.full,
    )  # fmt: skip


def _links(
    modules: tuple[Module, ...], network: ResolvedNetwork, rows: range, direction: Direction
) -> tuple[Line, ...]:
    given = network.table.input
    image = MapShape(given.channels, given.height, given.width)
    shapes = [image, *(each.output.shape for each in network.layers)][rows.start :]
    return tuple(
        Line(
            source.key,
            target.key,
            Role.PROBLEM if target.role is Role.PROBLEM and target.key != EMPTY_KEY else source.role,
            straight(source.end, target.start),
            1.5 if target.role is Role.PROBLEM else line_width(shape.channels),
            # Where a line goes on within the module, its arrow is enough; but the top of a frame is an end of its own.
            arrow=not target.lines or (target.opened and direction.down),
            full=flow_text(shape),
        )
        for source, target, shape in zip(modules, modules[1:], shapes, strict=False)
    )
