"""Two placed networks side by side: what they share stands level, and where one has nothing it leaves room."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from squeezeviz.figure.scene.diagram import Diagram, Line, Module, Point, Rect, RulerMark
from squeezeviz.figure.scene.primitives import straight
from squeezeviz.figure.theme.look import Spacing
from squeezeviz.model.layers import Fire

if TYPE_CHECKING:
    from squeezeviz.analysis.difference import Difference


def level_places(found: Difference, first: Diagram, second: Diagram) -> dict[int, int]:
    """Return which module of the baseline's diagram `first` is level with which of the present one's, `second`.

    These are the input image and the rows that match and kept their order; both grow together.
    """
    from squeezeviz.analysis.difference import alignment

    matched = alignment(found.baseline.table, found.present.table)
    places = {module.row: place for place, module in enumerate(second.modules) if module.key.layer}
    level = {0: 0}
    for place, module in enumerate(first.modules[1:], 1):
        target = places.get(matched.pairs.get(module.row, -1)) if module.row in matched.in_place else None
        if target is not None and module.key.layer:
            level[place] = target
    return level


def closed_alike(found: Difference, collapsed: Collection[str], alone: Collection[str]) -> frozenset[str]:
    """Return which Fires of the baseline are closed where the present network's are that are `collapsed`: those that
    match one of these, and of those that match none the ones that are named in `alone`."""
    from squeezeviz.analysis.difference import alignment

    layers, now = found.baseline.table.layers, found.present.table.layers
    pairs = alignment(found.baseline.table, found.present.table).pairs
    matched = {layers[row].name: now[target].name in collapsed for row, target in pairs.items()}
    fires = (layer.name for layer in layers if isinstance(layer, Fire))
    return frozenset(name for name in fires if matched.get(name, name in alone))


def aligned(first: Diagram, second: Diagram, level: Mapping[int, int], spacing: Spacing) -> tuple[Diagram, Diagram]:
    """Return both diagrams, which run the same way, with the modules that are `level` at the same place along it.

    `level` maps places in `first` to places in `second`, both growing. A module that only one of them has stands beside
    room in the other. The spines of both stand at the same place across, so that one view fits both.
    """
    way = first.direction
    moved: tuple[list[float], list[float]] = [], []
    cursor = way.along(first.modules[0].rect)
    for slot in _slots(len(first.modules), len(second.modules), level):
        length = 0.0
        for diagram, positions, place in zip((first, second), moved, slot, strict=True):
            if place is not None:
                positions.append(cursor)
                length = max(length, way.length(diagram.modules[place].rect))
        cursor += length + spacing.gap
    spine = max(way.across(diagram.modules[0].start) for diagram in (first, second))
    both = [
        _placed(diagram, positions, spine - way.across(diagram.modules[0].start))
        for diagram, positions in zip((first, second), moved, strict=True)
    ]
    width, height = (max(sides) for sides in zip(*((each.width, each.height) for each in both), strict=True))
    one, other = (
        each if (each.width, each.height) == (width, height) else each._replace(width=width, height=height)
        for each in both
    )
    return one, other


def _slots(first: int, second: int, level: Mapping[int, int]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the places of both that stand level, the one or the other None where it has nothing there."""
    one = other = 0
    for place, target in (*level.items(), (first, second)):
        yield from ((each, None) for each in range(one, place))
        yield from ((None, each) for each in range(other, target))
        if place < first:
            yield place, target
        one, other = place + 1, target + 1


def _placed(diagram: Diagram, positions: list[float], aside: float) -> Diagram:
    """Return the diagram with its modules at these positions along its direction, all of it moved `aside`.

    One of which nothing moves is returned as it is.
    """
    way, axis = diagram.direction, int(diagram.direction.down)
    steps = [position - module.rect[axis] for position, module in zip(positions, diagram.modules, strict=True)]
    if not aside and not any(steps):
        return diagram
    moves = [way.point(step, aside) for step in steps]
    modules = tuple([_moved(module, move) for module, move in zip(diagram.modules, moves, strict=True)])
    links = tuple(
        link if not (one.x or one.y or other.x or other.y) else link._replace(points=straight(before.end, after.start))
        for link, one, other, before, after in zip(diagram.links, moves, moves[1:], modules, modules[1:], strict=False)
    )
    by_layer = {module.key.layer: step for module, step in zip(diagram.modules, steps, strict=True)}
    width, height = way.point(steps[-1], aside)
    return diagram._replace(
        width=diagram.width + width,
        height=diagram.height + height,
        modules=modules,
        links=links,
        ruler=tuple([_marked(mark, by_layer[mark.layer]) for mark in diagram.ruler]),
        outlet=diagram.outlet and _shifted(diagram.outlet, moves[-1]),
    )


def _moved(module: Module, by: Point) -> Module:
    if not (by.x or by.y):
        return module
    x, y, width, height = module.rect
    return module._replace(rect=Rect(x + by.x, y + by.y, width, height))


def _marked(mark: RulerMark, step: float) -> RulerMark:
    return mark._replace(position=mark.position + step) if step else mark


def _shifted(line: Line, by: Point) -> Line:
    return line._replace(points=tuple(Point(x + by.x, y + by.y) for x, y in line.points))
