"""What the hooks saw, put in the order of the table: operations into rows, rows into a finished pass."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from squeezeviz.core.live import MeasuredLayer, MeasuredOperation
from squeezeviz.tracing.leaves import type_of
from squeezeviz.tracing.module import Row, SqueezeNet
from squeezeviz.tracing.recorder import Seen

ElapsedMs = Callable[[Any, Any], float]


def measured_layers(module: SqueezeNet, seen: Sequence[Seen], elapsed_ms: ElapsedMs) -> tuple[MeasuredLayer, ...]:
    """Each row with the operations that ran in it, in the order in which they ran."""
    ran: list[list[Seen]] = [[] for _ in module.rows]
    for each in seen:
        if each.leaf.row is not None:
            ran[each.leaf.row].append(each)
    return tuple(_layer(module, row, part, elapsed_ms) for row, part in zip(module.rows, ran, strict=True))


def macs(seen: Seen) -> int:
    """Multiply-adds for one image: the weights of all filters, at each place of the output map."""
    return seen.leaf.filter_weights * math.prod(seen.output_shape[2:])


def _layer(module: SqueezeNet, row: Row, seen: list[Seen], elapsed_ms: ElapsedMs) -> MeasuredLayer:
    operations = tuple(_operation(each, elapsed_ms) for each in seen)
    return MeasuredLayer(
        row.layer.name,
        type_of(module.get_submodule(row.place)),
        seen[-1].output_shape if seen else (),
        seen[-1].steps.within if seen else 0,
        sum(each.parameters for each in operations),
        sum(each.macs for each in operations),
        sum(each.time_ms for each in operations),
        operations,
    )


def _operation(seen: Seen, elapsed_ms: ElapsedMs) -> MeasuredOperation:
    leaf = seen.leaf
    return MeasuredOperation(
        leaf.name,
        leaf.type,
        seen.output_shape,
        seen.steps.within,
        leaf.parameters,
        macs(seen),
        elapsed_ms(seen.start, seen.end),
    )
