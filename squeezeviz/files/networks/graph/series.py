"""The graph as a series of rows. A Fire module is known by its structure, whatever its parts are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.model.errors import shown
from squeezeviz.model.layers import Bypass

Followers = Mapping[Node, Sequence[Node]]
"""What takes each node, as far as it is looked at."""


class Step(NamedTuple):
    """A row of one layer or a part of a Fire module, and the ReLU behind a convolution; `end` is what flows on."""

    node: Node
    relu: bool
    end: Node


@dataclass(frozen=True, slots=True)
class FireParts:
    """The parts of a Fire module. The expands are in the order of the concat; `around` is a complex bypass's."""

    squeeze: Step
    expands: tuple[Step, Step]
    concat: Node
    end: Node
    bypass: Bypass = Bypass.NONE
    around: Step | None = None


def series(source: Node, followers: Followers) -> Iterator[Step | FireParts]:
    """The rows from the input on. SqueezevizError at the layer where the network stops being a series."""
    here = source
    while followers[here]:
        row = _fire_after(here, followers) or _plain_after(here, followers)
        yield row
        here = row.end


def _plain_after(here: Node, followers: Followers) -> Step:
    node, *others = followers[here]
    if others:
        count = len(others) + 1
        names = ", ".join(shown(each.name) for each in followers[here][:_MOST_NAMES])
        names += ", …" if count > _MOST_NAMES else ""
        raise others[-1].fail(
            f"{count} layers take {shown(here.name)} ({names}) and make no Fire module; "
            "a layer table is a series of layers"
        )
    match node.kind:
        case Kind.CONV:
            return _activated(node, followers)
        case Kind.POOL | Kind.DROPOUT | Kind.SOFTMAX:
            return Step(node, False, node)
        case Kind.RELU:
            raise node.fail("this ReLU follows no convolution, and a layer table has no other")
        case Kind.FOREIGN:
            raise node.its_operation.foreign()
        case Kind.CONCAT:
            raise node.fail("this concat does not end a Fire module (a squeeze, then two convolutions side by side)")
        case _:
            raise node.fail("this sum is no bypass around a Fire module, and a layer table has no other")


_MOST_NAMES = 4


def _fire_after(here: Node, followers: Followers) -> FireParts | None:
    """The Fire module that takes `here`, with the bypass around it; None where there is none."""
    found = [body for each in followers[here] if (body := fire_from(each, followers))]
    if len(found) != 1 or len(followers[here]) > 2:
        return None
    beside = [each for each in followers[here] if each is not found[0].squeeze.node]
    return _with_bypass(found[0], beside[0], followers) if beside else found[0]


def fire_from(squeeze: Node, followers: Followers) -> FireParts | None:
    """The Fire module that begins with the node: two convolutions that take its output, and the concat of just these.

    None where there is none. What runs around it is left out.
    """
    if squeeze.kind is not Kind.CONV:
        return None
    squeezed = _activated(squeeze, followers)
    if [each.kind for each in followers[squeezed.end]] != [Kind.CONV, Kind.CONV]:
        return None
    one, other = (_activated(each, followers) for each in followers[squeezed.end])
    stacking = followers[one.end]
    if len(stacking) != 1 or stacking[0].kind is not Kind.CONCAT or followers[other.end] != stacking:
        return None
    concat = _activated(stacking[0], followers)
    inputs = concat.node.inputs
    if inputs == (other.end, one.end):
        one, other = other, one
    elif inputs != (one.end, other.end):
        return None
    left, right = (each._replace(relu=each.relu or concat.relu) for each in (one, other))
    return FireParts(squeezed, (left, right), concat.node, concat.end)


def _with_bypass(body: FireParts, beside: Node, followers: Followers) -> FireParts:
    """The module with what runs beside it: the sum itself, or a convolution that leads to the sum."""
    around = _activated(beside, followers) if beside.kind is Kind.CONV else None
    added = around.end if around else body.squeeze.node.inputs[0]
    arriving = followers[around.end] if around else [beside]
    joined = len(arriving) == 1 and arriving[0].kind is Kind.SUM and followers[body.end] == arriving
    if not joined or arriving[0].inputs not in ((body.end, added), (added, body.end)):
        raise beside.fail(
            f"this runs beside {shown(body.squeeze.node.name)} and is no bypass around its Fire module; "
            "a layer table is a series of layers"
        )
    return replace(body, end=arriving[0], bypass=Bypass.COMPLEX if around else Bypass.SIMPLE, around=around)


def _activated(node: Node, followers: Followers) -> Step:
    """The node with its ReLU, where a ReLU and nothing else takes it."""
    taken = followers[node]
    relu = len(taken) == 1 and taken[0].kind is Kind.RELU
    return Step(node, relu, taken[0] if relu else node)
