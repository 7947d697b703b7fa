"""The graph as a series of rows. A Fire module is known by its structure, whatever its parts are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.model.errors import shown
from squeezeviz.model.layers import Bypass


@dataclass(frozen=True, slots=True)
class Plain:
    """A row of one layer, and of the ReLU behind it; `end` is what flows on."""

    node: Node
    relu: bool
    end: Node


@dataclass(frozen=True, slots=True)
class Weighted:
    """A convolution with its ReLU, or without."""

    node: Node
    relu: bool


@dataclass(frozen=True, slots=True)
class FireParts:
    """The parts of a Fire module. The expands are in the order of the concat; `around` is a complex bypass's."""

    squeeze: Weighted
    expands: tuple[Weighted, Weighted]
    concat: Node
    bypass: Bypass
    around: Weighted | None
    end: Node


def series(source: Node) -> Iterator[Plain | FireParts]:
    """The rows from the input on. SqueezevizError at the layer where the network stops being a series."""
    here = source
    while here.consumers:
        row = _fire_after(here) or _plain_after(here)
        yield row
        here = row.end


def is_fire(node: Node) -> bool:
    """Whether a Fire module begins with the node as its squeeze."""
    return _fire_body(node) is not None


def _plain_after(here: Node) -> Plain:
    node = here.consumers[0]
    if len(here.consumers) > 1:
        names = ", ".join(shown(consumer.name) for consumer in here.consumers[:_MOST_NAMES])
        names += ", …" if len(here.consumers) > _MOST_NAMES else ""
        raise here.consumers[-1].fail(
            f"{len(here.consumers)} layers take {shown(here.name)} ({names}) and make no Fire module; "
            "a layer table is a series of layers"
        )
    match node.kind:
        case Kind.CONV:
            end, relu = _activated(node)
            return Plain(node, relu, end)
        case Kind.POOL | Kind.DROPOUT | Kind.SOFTMAX:
            return Plain(node, False, node)
        case Kind.RELU:
            raise node.fail("this ReLU follows no convolution, and a layer table has no other")
        case Kind.FOREIGN:
            raise node.its_operation.foreign()
        case Kind.CONCAT:
            raise node.fail("this concat does not end a Fire module (a squeeze, then two convolutions side by side)")
        case _:
            raise node.fail("this sum is no bypass around a Fire module, and a layer table has no other")


_MOST_NAMES = 4


def _fire_after(here: Node) -> FireParts | None:
    """The Fire module that takes `here`, with the bypass around it; None where there is none."""
    found = [body for consumer in here.consumers if (body := _fire_body(consumer))]
    if len(found) != 1 or len(here.consumers) > 2:
        return None
    body = found[0]
    others = [consumer for consumer in here.consumers if consumer is not body.squeeze.node]
    if not others:
        return body
    return _with_bypass(body, others[0])


def _fire_body(squeeze: Node) -> FireParts | None:
    """Squeeze, two convolutions that take its output, and the concat of just these two."""
    if squeeze.kind != Kind.CONV:
        return None
    squeezed, squeeze_relu = _activated(squeeze)
    if [consumer.kind for consumer in squeezed.consumers] != [Kind.CONV, Kind.CONV]:
        return None
    ends = {}
    for expand in squeezed.consumers:
        end, relu = _activated(expand)
        ends[end] = Weighted(expand, relu)
    first = next(iter(ends))
    concat = first.consumers[0] if len(first.consumers) == 1 else None
    if concat is None or concat.kind != Kind.CONCAT or set(concat.inputs) != set(ends) or len(concat.inputs) != 2:
        return None
    if any(end.consumers != [concat] for end in ends):
        return None
    end, stacked_relu = _activated(concat)
    left, right = (Weighted(ends[one].node, ends[one].relu or stacked_relu) for one in concat.inputs)
    return FireParts(Weighted(squeeze, squeeze_relu), (left, right), concat, Bypass.NONE, None, end)


def _with_bypass(body: FireParts, other: Node) -> FireParts:
    """The module with what runs around it: the sum itself, or a convolution that leads to the sum."""
    if other.kind == Kind.SUM:
        around, arriving = None, None
        add = other
    elif other.kind == Kind.CONV:
        arriving, relu = _activated(other)
        around = Weighted(other, relu)
        add = arriving.consumers[0] if len(arriving.consumers) == 1 else other
    else:
        add = other
        around = arriving = None
    takes = set(add.inputs) == {body.end, arriving or body.squeeze.node.inputs[0]} and len(add.inputs) == 2
    if add.kind != Kind.SUM or not takes or body.end.consumers != [add]:
        raise other.fail(
            f"this runs beside {shown(body.squeeze.node.name)} and is no bypass around its Fire module; "
            "a layer table is a series of layers"
        )
    return FireParts(body.squeeze, body.expands, body.concat, Bypass.COMPLEX if around else Bypass.SIMPLE, around, add)


def _activated(node: Node) -> tuple[Node, bool]:
    """What flows on behind the ReLU of a node, where a ReLU and nothing else takes it."""
    if len(node.consumers) == 1 and node.consumers[0].kind == Kind.RELU:
        relu = node.consumers[0]
        relu.its_operation.check_relu()
        return relu, True
    return node, False
