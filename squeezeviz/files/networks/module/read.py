"""The calls of a person's own module as a layer table, with its weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from numpy.typing import NDArray

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.graph.channels import in_table_order
from squeezeviz.files.networks.graph.naming import named_rows
from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.files.networks.graph.opening import Opening, open_graph
from squeezeviz.files.networks.graph.series import Row, notes_on_flattening, sharing, table_of
from squeezeviz.files.networks.module.operation import (
    ARITHMETIC,
    FLATTENING,
    KINDS,
    PASSING,
    ModuleOperation,
    Position,
    why_foreign,
)
from squeezeviz.files.opened import Read, name_from
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.numbers import Array, as_float32, moved_on
from squeezeviz.model.errors import Note, brief
from squeezeviz.model.table import InputShape
from squeezeviz.model.text import some
from squeezeviz.trace.calls import IMAGE, Call, Calls


def network_of(calls: Calls) -> Read:
    """The network that the calls are. Notes say what of it a table has no place for.

    Rows take the names of the module's parts, or Table 1's where these are numbers. SqueezevizError, with the module,
    the file and the line of the call, for what a table cannot say.
    """
    opening, shape = _opened(calls)
    rows = named_rows(_shortly_named(opening.rows), _is_nameless)
    channels, height, width = calls.shape
    table = table_of(name_from(calls.name), InputShape(channels, height, width), rows)
    weights, of_weights = _weights_of(rows, calls.name)
    network = resolve(table)
    flattening = notes_on_flattening(network, shape[1:]) if opening.stopped is None and len(shape) > _FLAT else ()
    return Read(table, (*opening.notes, *_notes(rows), *flattening, *of_weights), weights)


_FLAT = 2
"""Dimensions: N and the channels."""


def _opened(calls: Calls) -> tuple[Opening, tuple[int, ...]]:
    """The series of rows, and the shape of what the module returns."""
    source = Node(Kind.INPUT, "the image", None)
    nodes = {IMAGE: source}
    shapes = {IMAGE: (1, *calls.shape)}
    needed = _needed(calls)
    counts: dict[str, int] = {}
    for call in needed:
        counts[call.module] = counts.get(call.module, 0) + 1
    first, last = _first(needed), _last(needed)
    for call in needed:
        shapes[call.name] = call.shape
        taken = shapes[call.inputs[0]] if call.inputs else ()
        if _hands_on(call, taken):
            nodes[call.name] = nodes[call.inputs[0]]
            continue
        operation = _operation(call, taken, alone=counts[call.module] == 1)
        kind = KINDS.get(call.operator, Kind.FOREIGN)
        operation.reason = why_foreign(operation)
        if _is_arithmetic(call):
            outer = Position.FIRST if call.name in first else Position.LAST if call.name in last else None
            operation.position = outer or Position.WITHIN
        kind = Kind.FOREIGN if operation.reason else kind
        nodes[call.name] = Node(kind, call.name, operation, tuple(nodes[each] for each in call.inputs))
    return open_graph([source]), shapes[calls.output]


def _needed(calls: Calls) -> Sequence[Call]:
    """The calls that what is returned depends on."""
    by_name = {call.name: call for call in calls.calls}
    waiting, needed = [calls.output], set()
    while waiting:
        name = waiting.pop()
        if name != IMAGE and name not in needed:
            needed.add(name)
            waiting += by_name[name].inputs
    return [call for call in calls.calls if call.name in needed]


def _is_arithmetic(call: Call) -> bool:
    return call.operator in ARITHMETIC and len(call.inputs) == 1


def _first(calls: Sequence[Call]) -> set[str]:
    """The calls before any layer: they work on the image."""
    found = {IMAGE}
    for call in calls:
        if found.issuperset(call.inputs) and (call.operator not in KINDS or _is_arithmetic(call)):
            found.add(call.name)
    return found


def _last(calls: Sequence[Call]) -> set[str]:
    """The calls behind all layers: they work on what the network returns."""
    taken: set[str] = set()
    found = set()
    for call in reversed(calls):
        if call.name not in taken and (call.operator not in KINDS or _is_arithmetic(call)):
            found.add(call.name)
        else:
            taken.update(call.inputs)
    return found


def _hands_on(call: Call, taken: tuple[int, ...]) -> bool:
    """Whether a call changes nothing that a table says: a copy, or a map of 1×1 made flat."""
    if len(call.inputs) != 1:
        return False
    if call.operator in PASSING:
        return True
    flat = len(taken) > 1 and prod(taken[2:]) == 1 and call.shape[:1] == taken[:1] and prod(call.shape) == prod(taken)
    return call.operator in FLATTENING and flat


def _operation(call: Call, taken: tuple[int, ...], *, alone: bool) -> ModuleOperation:
    """`alone` where the module that calls it calls nothing else, so that its name is the operation's."""
    name = call.row or (call.module if alone else "")
    line = f" in line {call.place.line}" if call.place.line else ""
    return ModuleOperation(call, name or f"{call.operator}{line}", taken, nameless=not name)


def _shortly_named(rows: Sequence[Row]) -> list[Row]:
    """The rows without the names of the modules that they are in, where each then has another."""
    short = [row.layer.name if _is_ours(row) else row.layer.name.rpartition(".")[2] for row in rows]
    counts = Counter(short)
    return [
        replace(row, layer=replace(row.layer, name=name)) if counts[name] == 1 and not name.isdecimal() else row
        for row, name in zip(rows, short, strict=True)
    ]


def _is_ours(row: Row) -> bool:
    """Whether a module of ours said its name, which may hold anything."""
    return isinstance(row.first, ModuleOperation) and bool(row.first.call.row)


def _is_nameless(row: Row) -> bool:
    """Whether no module in the person's code has a name for it, but a number at most."""
    operation, name = row.first, row.layer.name
    assert isinstance(operation, ModuleOperation)
    if _is_ours(row):
        return False
    named = any(part in operation.name for part in (name, *name.split("."))) and not operation.nameless
    return not named or name.rpartition(".")[2].isdecimal()


def _weights_of(rows: Sequence[Row], origin: str) -> tuple[Weights | None, tuple[Note, ...]]:
    convolutions, reason = in_table_order(rows)
    if reason:
        return None, (Note(f"its weights are left out: {reason}; a pass runs with fresh random ones"),)
    arrays = {}
    for row, part, operation, filters, channels in convolutions:
        assert isinstance(operation, ModuleOperation)
        arrays[TensorName(row, part, "weight")] = _own(moved_on(operation.kernel_weights, filters, channels))
        if operation.bias is not None:
            arrays[TensorName(row, part, "bias")] = _own(moved_on(operation.bias, filters, 0))
    return (Weights(arrays, origin), ()) if arrays else (None, ())


def _own(array: NDArray[Any]) -> Array:
    """A copy: what the person's module learns later is not the network's."""
    return as_float32(array).copy()


def _notes(rows: Sequence[Row]) -> Iterator[Note]:
    for row in rows:
        if isinstance(row.first, ModuleOperation) and row.first.note:
            yield Note(f"{row.layer.name}: {row.first.note}")
    for _, places in sharing(rows):
        convolutions = some([brief(f"{row.layer.name} {part}".strip()) for row, part in places])
        yield Note(f"{convolutions} share their weights in the module; here each counts its own")
