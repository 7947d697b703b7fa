"""From a resolved network to a placed diagram: modules in series. Equal modules are laid out once and cached."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import zip_longest

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.figure.layout.boxes import entry_module, input_module, layer_module, problem_module
from squeezeviz.figure.layout.fire import closed_fire, open_fire
from squeezeviz.figure.layout.wording import flow_text
from squeezeviz.figure.scene.diagram import (
    EMPTY_KEY,
    EXIT_KEY,
    Diagram,
    Direction,
    Line,
    Module,
    Point,
    Rect,
    Role,
    RulerMark,
)
from squeezeviz.figure.scene.primitives import line_width, straight
from squeezeviz.figure.theme.look import SCREEN, USUAL, Annotations, Look, Rows, Spacing
from squeezeviz.model.layers import Fire, Layer, uncompressed
from squeezeviz.model.recent import LONG, Recent
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape, Receptive
from squeezeviz.model.table import LayerTable

OPEN_AT_MOST = 12
"""A network with more Fire modules than this starts with them closed, but for the first."""
OUTLET = 20.0
"""The length of the line that leads out of a figure."""

# The depth ruler: where along the network each weighted step is taken, counted from the input.

ONE_STEP = "side by side: one step"
IN_A_COLUMN = "one\nstep"
"""The same where room is dear and the two boxes are seen beside it."""
NO_STEP = "+0"
RULER_ROOM = {Direction.DOWN: 132.0, Direction.RIGHT: 84.0}
"""For the ruler, its numbers and its notes, beside the network."""
RULER_AT = 40.0
PAPER_RULER_AT = {Direction.DOWN: 18.0, Direction.RIGHT: 12.0}
"""From the margin to the ruler's line: half of the word `depth`, or of a number."""
PAPER_RULER_ROOM = {Direction.DOWN: {True: 48.0, False: 46.0}, Direction.RIGHT: {True: 46.0, False: 28.0}}
"""From the line to the network, with and without notes of two lines, which stand at open Fires."""


class DiagramOptions(NamedTuple):
    """How to show a network; `collapsed` names the Fire modules that are closed, `rows` None shows all."""

    direction: Direction = Direction.DOWN
    collapsed: frozenset[str] = frozenset()
    rows: Rows | None = None
    annotations: Annotations = USUAL
    spacing: Spacing = SCREEN

    @property
    def look(self) -> Look:
        return Look(self.direction, self.annotations, self.spacing)


USUALLY = DiagramOptions()


def closed_at_first(table: LayerTable) -> frozenset[str]:
    """Return the names of the Fire modules that are closed when a network is opened: of many, all but the first."""
    fires = [layer.name for layer in table.layers if isinstance(layer, Fire)]
    return frozenset(fires[1:]) if len(fires) > OPEN_AT_MOST else frozenset()


class Built(NamedTuple):
    """A whole network as it was shown last: what is the same in the next diagram is taken over."""

    network: ResolvedNetwork
    options: DiagramOptions
    diagram: Diagram


def build_diagram(network: ResolvedNetwork, options: DiagramOptions = USUALLY, before: Built | None = None) -> Diagram:
    """Place the network, or some rows of it: what flows in, every row that can run, and the reason where it stops.

    Modules that did not change are not laid out again; they share their contents with earlier diagrams. Those that
    stand in `before` where they stand now are taken from there, with the lines between them and their marks.
    """
    rows = shown_rows(network, options.rows)
    look = options.look
    if before is None or before.options.look != look or options.rows or before.options.rows:
        before = Built(network, options, Diagram(look.direction, 0.0, 0.0, (), ()))
    modules = _modules(network, rows, look, options.collapsed, _unchanged(network, options, before))
    if look.down and (look.spacing.paper or look.spacing.strip):
        even = look._replace(spacing=_even(modules, look.spacing))
        opened = [module if module.opened else None for module in modules]
        modules = _modules(network, rows, even, options.collapsed, opened)
    at = [-1, *rows]
    for problem in network.problems:
        if options.rows is None or problem.row is None or problem.row <= options.rows.last:
            modules.append(problem_module(problem, look.direction))
            at.append(-1 if problem.row is None else problem.row)
    ruler_at, room = _ruler_place(modules, look)
    outlet = _leads_out(modules[-1], rows, network) and not look.spacing.canvas
    earlier = before.diagram
    placed, width, height = _in_series(modules, at, look, room, OUTLET if outlet else 0.0, earlier.modules)
    same = _same_ends(earlier.modules, placed)
    links = _links(placed, network, rows, earlier, same)
    out = _outlet(placed[-1], network.layers[rows.stop - 1], look) if outlet else None
    ruler = _ruler_marks(network, placed, look, rows.start, before, same) if look.annotations.depth else ()
    return Diagram(look.direction, width, height, placed, links, ruler, ruler_at, out, network.table.name)


def shown_rows(network: ResolvedNetwork, rows: Rows | None) -> range:
    """Return the rows that are asked for and can run; an empty range after the last such row where none can."""
    runs = len(network.layers)
    return range(runs) if rows is None else range(min(rows.first, runs), min(rows.last + 1, runs))


def _modules(
    network: ResolvedNetwork, rows: range, look: Look, collapsed: frozenset[str], kept: Sequence[Module | None]
) -> list[Module]:
    """Lay out what flows in, and the rows; but for those that are `kept`, each at its place."""
    seen = look.annotations.field
    known = _laid_out(look)
    known.begin(len(rows))
    before = network.layers[rows.start - 1] if rows.start else None
    modules = [input_module(network.table.input, look) if before is None else entry_module(before, look)]
    shown = network.layers[rows.start : rows.stop]
    for layer, present in zip_longest(shown, kept[1 : len(shown) + 1]):
        if present is not None:
            modules.append(present)
            continue
        flow, opened = layer.input, layer.name not in collapsed
        # All that decides how a row is drawn. The receptive field depends on all layers before.
        trained = uncompressed(layer.layer)
        key = trained, flow.shape, flow.receptive if seen else None, opened
        modules.append(known.get(key, partial(_module, trained, layer, look, opened=opened)))
    return modules


def _unchanged(network: ResolvedNetwork, options: DiagramOptions, before: Built) -> list[Module | None]:
    """Return, at their places, the modules of a long network whose row is the very one of before, as open as then."""
    if len(network.layers) < LONG or not before.diagram.modules:
        return []
    turned = options.collapsed ^ before.options.collapsed
    rows = zip(network.layers, before.network.layers, before.diagram.modules[1:], strict=False)
    return [None, *(module if now is was and now.name not in turned else None for now, was, module in rows)]


@lru_cache(maxsize=8)
def _laid_out(look: Look) -> Recent[tuple[Layer, MapShape, Receptive | None, bool], Module]:
    """Return what was laid out lately in a look."""
    return Recent()


def _even(modules: list[Module], spacing: Spacing) -> Spacing:
    """Return the spacing with which all boxes of a column are equally wide."""
    widest = max(module.boxes[0].rect.width for module in modules if not module.opened)
    return spacing._replace(single=widest, closed=widest)


def _module(layer: Layer, resolved: ResolvedLayer, look: Look, *, opened: bool) -> Module:
    if not isinstance(layer, Fire):
        return layer_module(resolved, look)
    return (open_fire if opened else closed_fire)(layer, resolved, look)


def _in_series(
    modules: list[Module], rows: list[int], look: Look, room: float, behind: float, earlier: Sequence[Module]
) -> tuple[tuple[Module, ...], float, float]:
    """Place modules one after the other, with their entries and exits on one straight spine; return the whole size too.

    `room` stays free beside them, for the ruler, and `behind` at their end, for a line that leads out. Those of the
    `earlier` ones that stand where they stood stay the same objects.
    """
    way, margin = look.direction, look.spacing.margin
    entries = [way.across(module.entry) for module in modules]
    after = max([way.breadth(module.rect) - entry for module, entry in zip(modules, entries, strict=True)])
    spine = room + max(entries)
    cursor, placed = margin, []
    for row, module, entry, old in zip_longest(rows, modules, entries, earlier[: len(modules)]):
        at = way.point(cursor, spine - entry)
        placed.append(old if old is not None and _is_there(old, module, row, at) else _moved(module, row, at))
        cursor += way.length(module.rect) + look.spacing.gap
    width, height = way.point(cursor - look.spacing.gap + behind + margin, spine + after + margin)
    return tuple(placed), width, height


def _leads_out(last: Module, rows: range, network: ResolvedNetwork) -> bool:
    """Return whether a line leads out of the last module: the network goes on, or a frame would cut the line off."""
    return bool(rows) and last.role is not Role.PROBLEM and (last.opened or rows.stop < len(network.layers))


def _outlet(last: Module, layer: ResolvedLayer, look: Look) -> Line:
    """Return the arrow that leads out of the figure."""
    shape, points = layer.output.shape, straight(last.end, look.direction.ahead(last.end, OUTLET))
    return Line(last.key, EXIT_KEY, last.role, points, line_width(shape.channels), full=flow_text(shape))


def _is_there(placed: Module, module: Module, row: int, at: Point) -> bool:
    return placed.boxes is module.boxes and placed.row == row and placed.rect.x == at.x and placed.rect.y == at.y


def _moved(module: Module, row: int, at: Point) -> Module:
    return Module(
        module.key, row, module.role, module.opened, Rect(at.x, at.y, module.rect.width, module.rect.height),
        module.boxes, module.lines, module.labels, module.entry, module.exit, module.toggle, module.badge,
        module.full, module.channels,
    )  # fmt: skip


def _same_ends(before: Sequence[Module], now: Sequence[Module]) -> tuple[int, int]:
    """Return how many modules at the beginning, and how many of the others at the end, are the same objects."""
    alike = [one is other for one, other in zip(before, now, strict=False)]
    first = alike.index(False) if False in alike else len(alike)
    if len(before) != len(now) or first == len(now):
        return first, 0
    return first, alike[::-1].index(False)


def _links(
    modules: tuple[Module, ...], network: ResolvedNetwork, rows: range, before: Diagram, same: tuple[int, int]
) -> tuple[Line, ...]:
    """Return the lines from module to module; between two that stand as in the diagram `before`, the one from there."""
    shapes = [network.table.input.maps, *[each.output.shape for each in network.layers]][rows.start :]
    first, last = max(same[0] - 1, 0), len(modules) - max(same[1], 1)
    between = zip(modules[first:last], modules[first + 1 :], shapes[first:], strict=False)
    made = [_link(source, target, shape, before.direction) for source, target, shape in between]
    return (*before.links[:first], *made, *(before.links[last:] if same[1] else ()))


def _link(source: Module, target: Module, shape: MapShape, direction: Direction) -> Line:
    return Line(
        source.key,
        target.key,
        Role.PROBLEM if target.role is Role.PROBLEM and target.key != EMPTY_KEY else source.role,
        straight(source.end, target.start),
        1.5 if target.role is Role.PROBLEM else line_width(shape.channels),
        # Where a line goes on within the module, its arrow is enough; but the top of a frame is an end of its own.
        arrow=not target.lines or (target.opened and direction.down),
        full=flow_text(shape),
    )


def _ruler_place(modules: Sequence[Module], look: Look) -> tuple[float, float]:
    """Return where the ruler's line runs beside `modules`, and how much room it takes with the margin."""
    margin = look.spacing.margin
    if not look.annotations.depth:
        return margin, margin
    if not look.spacing.paper:
        return RULER_AT, RULER_ROOM[look.direction]
    at = margin + PAPER_RULER_AT[look.direction]
    return at, at + PAPER_RULER_ROOM[look.direction][any(module.opened for module in modules)]


def _ruler_marks(
    network: ResolvedNetwork, modules: tuple[Module, ...], look: Look, first: int, before: Built, same: tuple[int, int]
) -> tuple[RulerMark, ...]:
    """Return one mark for each weighted step. An open Fire has both of its steps, a closed one the last count.

    `modules` are the placed modules of `network` from its layer `first` on, what flows into that one before them.
    Depth counts from the input image, wherever a figure begins. The marks of modules that are the `same` at both ends
    as in the diagram before are those of before; at the end if as deep a network leads there.
    """
    old, earlier = before.diagram.ruler, before.diagram.modules
    if same[0] == len(modules) == len(earlier):
        return old
    # What ended sooner now has no module after the last one that is the same: all of its marks are made.
    start, stop = max(same[0], 1) if same[0] < len(modules) else 1, len(modules) - same[1]
    if _depth(network.layers[start - 1 : stop - 1]) != _depth(before.network.layers[start - 1 : stop - 1]):
        stop = len(modules)
    marks: list[RulerMark] = []
    reached = _depth(network.layers[: first + start - 1])
    for layer, module in zip(network.layers[first + start - 1 :], modules[start:stop], strict=False):
        marks += _row_marks(layer, module, reached, look)
        reached += layer.depth.value
    head = _marks_before(old, modules[start], look.direction) if start == same[0] else 0
    tail = _marks_before(old, modules[stop], look.direction) if stop < len(modules) else len(old)
    return (*old[:head], *marks, *old[tail:])


def _depth(layers: Sequence[ResolvedLayer]) -> int:
    return sum([layer.depth.value for layer in layers])


def _marks_before(marks: Sequence[RulerMark], module: Module, direction: Direction) -> int:
    """Return how many of the marks stand before a module."""
    return bisect_left(marks, direction.along(module.rect), key=lambda mark: mark.position)


def _row_marks(layer: ResolvedLayer, module: Module, before: int, look: Look) -> list[RulerMark]:
    direction = look.direction
    corner = direction.along(module.rect)
    if not module.opened:
        after = before + layer.depth.value if layer.depth.value else None
        middle = direction.along(module.boxes[0].rect.middle)
        return [RulerMark(corner + middle, after, "" if after else NO_STEP, layer.name)]
    rects = {box.key.part: box.rect for box in module.boxes if box.role is not Role.BYPASS}
    steps: dict[int, list[Rect]] = {}
    for step in layer.operations:
        if step.parameters.value and step.operation.part in rects:
            steps.setdefault(step.depth.value, []).append(rects[step.operation.part])
    beside = IN_A_COLUMN if look.spacing.paper and look.down else ONE_STEP
    return [
        RulerMark(corner + direction.along(same[0].middle), before + depth, beside if len(same) > 1 else "", layer.name)
        for depth, same in sorted(steps.items())
    ]
