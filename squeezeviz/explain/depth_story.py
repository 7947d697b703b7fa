"""The story of depth: five short steps about the first Fire module of a network, with that network's numbers.

It is for readers who believe that a Fire's 3×3 follows its 1×1. Each step points at cells of the table and boxes of the
graph. Where one value of the 3×3 has been followed in a pass, a sixth step tells what it was made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from squeezeviz.analysis.columns import Column
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.explain.what_if import Agreement, what_if
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import counted, listed

if TYPE_CHECKING:
    from squeezeviz.analysis.following import FollowedValue
    from squeezeviz.analysis.live import LivePass, MeasuredLayer, MeasuredOperation
    from squeezeviz.analysis.value_sources import ValueAt

TOTAL_ROW = ""
"""The name of the totals row, which no layer can have."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one row of the table. `row` is a layer's name or TOTAL_ROW."""

    row: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a `text`, a `formula`, and what a pass `found`.

    `boxes` are pairs of layer and part. `within` is the name of the layer that contains them.
    """

    title: str
    text: tuple[str, ...]
    formula: str
    found: str
    agreement: Agreement
    cells: tuple[Cells, ...]
    boxes: tuple[tuple[str, str], ...]
    within: str


@dataclass(frozen=True, slots=True)
class _Subject:
    network: ResolvedNetwork
    fire: Fire
    resolved: ResolvedLayer
    seen: MeasuredLayer | None
    pool: ResolvedLayer
    chained: ResolvedNetwork
    measured: LivePass | None
    followed: FollowedValue | None

    def part(self, part: str) -> ResolvedOperation:
        found = self.resolved.part(part)
        assert found is not None
        return found


def depth_story(
    network: ResolvedNetwork, measured: LivePass | None = None, followed: FollowedValue | None = None
) -> tuple[Step, ...]:
    """Return the steps, or none if the network has no Fire module and pool that run. `measured` is a pass of this
    network, and `followed` a value of that pass; it is told of if it is one of `value_to_follow`'s kind."""
    fire = next((row for row, each in enumerate(network.layers) if isinstance(each.layer, Fire)), None)
    pool = next((each for each in network.layers if isinstance(each.layer, MaxPool | AvgPool | GlobalAvgPool)), None)
    case = what_if(network, fire) if fire is not None else None
    if fire is None or case is None or pool is None:
        return ()
    resolved = network.layers[fire]
    assert isinstance(resolved.layer, Fire)
    seen = next((each for each in measured.layers if each.name == resolved.name), None) if measured else None
    subject = _Subject(network, resolved.layer, resolved, seen, pool, case.chained, measured, followed)
    return tuple(step for tell in _TELLERS if (step := tell(subject)) is not None)


def value_to_follow(network: ResolvedNetwork, name: str = "") -> ValueAt | None:
    """Return a value of a Fire module's concat that its 3×3 makes, in the middle of its map: of 64 and 64 channels it
    is channel 77. The Fire module is the one of that name, by default the first; None if it does not run."""
    from squeezeviz.analysis.value_sources import ValueAt  # not sooner: the window tells five steps without

    for layer in network.layers:
        if name and layer.name != name:
            continue
        fire, concat = layer.layer, layer.part("concat")
        if isinstance(fire, Fire) and concat is not None:
            _, height, width = concat.shape
            channel = fire.e1x1 + min(_FILTER, fire.e3x3 - 1)
            return ValueAt(concat.name, channel, height // 2, width // 2)
    return None


_FILTER = 13
"""Any would do."""


def _riddle(of: _Subject) -> Step:
    fire, depth = of.fire, of.resolved.depth.value
    out, chained = of.part("concat").channels.value, of.chained
    text = (
        f"The row of {brief(fire.name)} says: depth {depth}, e1x1 {fire.e1x1:,}, e3x3 {fire.e3x3:,}, "
        f"and {out:,} channels come out.",
        f"Does the 3×3 follow the 1×1? Then its {counted(fire.e3x3, 'channel')} would come out, not {out:,}, and "
        f"depth would be {chained.depth.value}, not {depth}. So it must be something else.",
    )
    columns = (Column.OUTPUT, Column.DEPTH, Column.E1X1, Column.E3X3)
    found, agreement = _found(of.seen, MapShape(out, *of.part("concat").shape[1:]), depth)
    return Step("A riddle in one row", text, "", found, agreement, (Cells(fire.name, columns),), (), fire.name)


def _squeeze(of: _Subject) -> Step:
    fire, step = of.fire, of.part("squeeze1x1")
    text = (
        f"{counted(step.inputs[0].channels, 'channel')} come into {brief(fire.name)}. First they pass the squeeze, a "
        f"1×1 convolution with {counted(fire.s1x1, 'filter')}, so {counted(fire.s1x1, 'channel')} go on.",
        "Depth counts the layers with weights that data passes one after another. A convolution has weights: one.",
    )
    formula = f"depth so far in {brief(fire.name)} = {step.depth.equation()}"
    found, agreement = _found(_operation(of, "squeeze1x1"), step.shape, step.depth.value)
    cells, boxes = (Cells(fire.name, (Column.S1X1,)),), ((fire.name, "squeeze1x1"),)
    return Step("First, the squeeze", text, formula, found, agreement, cells, boxes, fire.name)


def _beside(of: _Subject) -> Step:
    fire = of.fire
    text = (
        f"Now the expand: {counted(fire.e1x1, 'filter')} of 1×1 and {fire.e3x3:,} of 3×3. Both read the same "
        f"{counted(fire.s1x1, 'channel')} from the squeeze. The 3×3 does not wait for the 1×1 and never sees what "
        "it makes.",
        "Whichever way data takes, it passes one of them, not both: together one step after the squeeze.",
    )
    formula = f"depth = {of.resolved.depth.equation()}"
    seen = [_operation(of, part) for part in ("expand1x1", "expand3x3")]
    depths = [of.part(part).depth.value for part in ("expand1x1", "expand3x3")]
    found, agreement = _found_both(seen, depths)
    cells = (Cells(fire.name, (Column.E1X1, Column.E3X3)),)
    boxes = ((fire.name, "expand1x1"), (fire.name, "expand3x3"))
    return Step("Then two, side by side", text, formula, found, agreement, cells, boxes, fire.name)


def _concat(of: _Subject) -> Step:
    fire, step = of.fire, of.part("concat")
    text = [
        f"The concat lays one output on the other: first the 1×1's {counted(fire.e1x1, 'channel')}, then the 3×3's "
        f"{fire.e3x3:,}. It has no weights, so depth stays {step.depth.value}."
    ]
    if fire.e1x1 == fire.e3x3:
        text.append(f"That there are two {fire.e1x1:,}s has nothing to do with the depth of {step.depth.value}.")
    if fire.bypass is not Bypass.NONE:
        text.append(f"The {fire.bypass} bypass is then added value by value: channels and depth stay what they are.")
    found, agreement = _found(_operation(of, "concat"), step.shape, step.depth.value)
    cells, boxes = (Cells(fire.name, (Column.OUTPUT,)),), ((fire.name, "concat"),)
    formula = f"{step.channels.equation()} channels"
    return Step("Stacked, not chained", tuple(text), formula, found, agreement, cells, boxes, fire.name)


def _followed(of: _Subject) -> Step | None:
    """What one value is made of: values of the squeeze, and none of the 1×1."""
    fire, value = of.fire, of.followed
    if value is None or (value.operation, value.source) != tuple(
        of.part(part).name for part in ("concat", "expand3x3")
    ):
        return None
    from squeezeviz.explain.following import sum_lines  # not sooner, as above

    text = (
        f"Take one number: channel {value.channel:,} of {brief(fire.name)}'s output, row {value.row:,}, column "
        f"{value.column:,}. The first {counted(fire.e1x1, 'channel')} are the 1×1's, so filter {value.filter:,} of the "
        "3×3 made it.",
        f"It is the sum of {counted(len(value.terms), 'product')} and a bias. Each takes one value of the squeeze's "
        f"{counted(fire.s1x1, 'channel')}, and none a value of the 1×1.",
    )
    made, measured = sum_lines(value)[-2:]
    found = f"{made.label} = {made.value}; {measured.label}: {measured.value}"
    agreement = Agreement.MEASURED if value.agrees else Agreement.DIFFERS
    cells = (Cells(fire.name, (Column.E1X1, Column.E3X3)),)
    boxes = tuple((fire.name, part) for part in ("squeeze1x1", "expand3x3", "concat"))
    formula = f"{value.channel:,} − {fire.e1x1:,} = {value.filter:,}"
    return Step("One number, followed", text, formula, found, agreement, cells, boxes, fire.name)


def _pools(of: _Subject) -> Step:
    network, name = of.network, of.pool.name
    total = network.depth.value
    takes = "largest" if isinstance(of.pool.layer, MaxPool) else "mean"
    whole = "In all, one after another" if network.runs else "As far as it runs, one after another"
    text = (
        f"{brief(name)} takes the {takes} value of each window. There is nothing to learn in that: it has no weights "
        f"and adds {of.pool.depth.value}.",
        f"{whole}: {_counted(network)}.",
        "The paper never explains its depth column. This reading gives every number in it.",
    )
    cells = (Cells(name, (Column.DEPTH,)), Cells(TOTAL_ROW, (Column.DEPTH,)))
    live = of.measured
    if live is None:
        found, agreement = _NOT_MEASURED
    elif live.depth == total:
        found, agreement = f"measured: the longest weighted path = {live.depth}", Agreement.MEASURED
    else:
        found, agreement = f"measured: {live.depth}, predicted {total}", Agreement.DIFFERS
    return Step(f"Pools add nothing: {total} in all", text, _sum(network), found, agreement, cells, ((name, ""),), name)


_TELLERS: tuple[Callable[[_Subject], Step | None], ...] = (_riddle, _squeeze, _beside, _concat, _followed, _pools)
_NOT_MEASURED = ("predicted, not measured yet", Agreement.PREDICTED)


def _found(seen: MeasuredLayer | MeasuredOperation | None, shape: MapShape, depth: int) -> tuple[str, Agreement]:
    """Describe what a pass measured at the output of a layer or an operation."""
    if seen is None:
        return _NOT_MEASURED
    text = f"measured: {_sizes(seen.output_shape[1:])}, depth {seen.depth}"
    if (seen.output_shape[1:], seen.depth) == (tuple(shape), depth):
        return text, Agreement.MEASURED
    return f"{text}; predicted {_sizes(shape)}, depth {depth}", Agreement.DIFFERS


def _found_both(seen: list[MeasuredOperation | None], depths: list[int]) -> tuple[str, Agreement]:
    """Describe the depths that a pass measured after each of the expands."""
    measured = [each.depth for each in seen if each is not None]
    if len(measured) < len(depths):
        return _NOT_MEASURED
    text = f"measured: depth {measured[0]} after the 1×1, {measured[1]} after the 3×3"
    if measured == depths:
        return text, Agreement.MEASURED
    return f"{text}; predicted {depths[0]} and {depths[1]}", Agreement.DIFFERS


def _operation(of: _Subject, part: str) -> MeasuredOperation | None:
    name = of.part(part).name
    return next((each for each in of.seen.operations if each.name == name), None) if of.seen else None


def _counted(network: ResolvedNetwork) -> str:
    """Return `2 convolutions of depth 1, 8 Fire modules of depth 2 and 5 layers of depth 0`."""
    return listed([f"{counted(count, what)} of depth {depth}" for (what, depth), count in _kinds(network).items()])


def _sum(network: ResolvedNetwork) -> str:
    """Return `2·1 + 8·2 = 18`."""
    terms = [f"{count:,}·{depth}" for (_, depth), count in _kinds(network).items() if depth]
    return f"{' + '.join(terms)} = {network.depth.value:,}"


def _kinds(network: ResolvedNetwork) -> dict[tuple[str, int], int]:
    """Count the layers of each kind and depth; those without weights come last."""
    words = {Conv: "convolution", Fire: "Fire module"}
    found = Counter((words.get(type(each.layer), "other layer"), each.depth.value) for each in network.layers)
    return dict(sorted(found.items(), key=lambda item: (not item[0][1], item[0][1], item[0][0])))


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side}" for side in shape)
