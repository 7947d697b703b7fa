"""From a resolved network to a placed diagram: modules in series, each placed once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from squeezeviz.core.layers import Fire, Layer, uncompressed
from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.core.shapes import MapShape
from squeezeviz.diagram.boxes import input_module, layer_module, problem_module
from squeezeviz.diagram.curves import line_width, straight
from squeezeviz.diagram.fire import closed_fire, open_fire
from squeezeviz.diagram.model import Diagram, Direction, Line, Module, Point, Rect, Role
from squeezeviz.diagram.ruler import ruler_marks
from squeezeviz.diagram.wording import flow_text

MARGIN = 24.0
GAP = 28.0
"""Between modules, for the link and its arrowhead."""
RULER_ROOM = {Direction.DOWN: 132.0, Direction.RIGHT: 84.0}
"""For the ruler, its numbers and its notes, beside the network."""
RULER_AT = 40.0


@dataclass(frozen=True, slots=True)
class DiagramOptions:
    """How to show a network; `collapsed` names the Fire modules that are closed."""

    direction: Direction = Direction.DOWN
    collapsed: frozenset[str] = frozenset()


def build_diagram(network: ResolvedNetwork, options: DiagramOptions = DiagramOptions()) -> Diagram:
    """Place the network: the input image, every row that can run, and where it stops the reason why.

    Modules that did not change are not laid out again; they share their contents with the diagram before.
    """
    direction = options.direction
    modules = [input_module(network.table.input, direction)]
    modules += [
        _module(
            _Subject(
                uncompressed(layer.layer), layer.input.shape, layer.name not in options.collapsed, direction, layer
            )
        )
        for layer in network.layers
    ]
    indices = [-1, *range(len(network.layers))]
    for problem in network.problems:
        modules.append(problem_module(problem, direction))
        indices.append(-1 if problem.row is None else problem.row)
    placed, width, height = _in_series(modules, indices, direction)
    links, ruler = _links(placed, network, direction), ruler_marks(network, placed, direction)
    return Diagram(direction, width, height, placed, links, ruler, RULER_AT, network.table.name)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What decides how a row is drawn; `resolved` follows from it, so it is left out of the comparison."""

    layer: Layer
    input: MapShape
    opened: bool
    direction: Direction
    resolved: ResolvedLayer = field(compare=False)


@lru_cache(maxsize=8192)
def _module(subject: _Subject) -> Module:
    layer, resolved, direction = subject.layer, subject.resolved, subject.direction
    if not isinstance(layer, Fire):
        return layer_module(resolved, direction)
    return (open_fire if subject.opened else closed_fire)(layer, resolved, direction)


def _in_series(
    modules: list[Module], indices: list[int], direction: Direction
) -> tuple[tuple[Module, ...], float, float]:
    """Modules one after the other, their entries and exits on one straight spine; and the whole size."""
    down = direction is Direction.DOWN
    before = max(module.entry.x if down else module.entry.y for module in modules)
    after = max(
        module.rect.width - module.entry.x if down else module.rect.height - module.entry.y for module in modules
    )
    spine = RULER_ROOM[direction] + before
    cursor, placed = MARGIN, []
    for index, module in zip(indices, modules, strict=True):
        at = Point(spine - module.entry.x, cursor) if down else Point(cursor, spine - module.entry.y)
        placed.append(_moved(module, index, at))
        cursor += (module.rect.height if down else module.rect.width) + GAP
    along, across = cursor - GAP + MARGIN, spine + after + MARGIN
    return tuple(placed), *((across, along) if down else (along, across))


def _moved(module: Module, index: int, at: Point) -> Module:
    return Module(
        module.key, index, module.role, module.opened, Rect(at.x, at.y, module.rect.width, module.rect.height),
        module.boxes, module.lines, module.labels, module.entry, module.exit, module.toggle, module.badge,
        module.full,
    )  # fmt: skip


def _links(modules: tuple[Module, ...], network: ResolvedNetwork, direction: Direction) -> tuple[Line, ...]:
    given = network.table.input
    shapes = [MapShape(given.channels, given.height, given.width), *(each.output.shape for each in network.layers)]
    return tuple(
        Line(
            source.key,
            target.key,
            Role.PROBLEM if target.role is Role.PROBLEM else source.role,
            straight(
                Point(source.rect.x + source.exit.x, source.rect.y + source.exit.y),
                Point(target.rect.x + target.entry.x, target.rect.y + target.entry.y),
            ),
            1.5 if target.role is Role.PROBLEM else line_width(shape.channels),
            # Where a line goes on within the module, its arrow is enough; but the top of a frame is an end of its own.
            arrow=not target.lines or (target.opened and direction is Direction.DOWN),
            full=flow_text(shape),
        )
        for source, target, shape in zip(modules, modules[1:], shapes, strict=False)
    )
