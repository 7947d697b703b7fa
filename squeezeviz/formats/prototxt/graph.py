"""The layers as a graph: who makes what another takes. Blobs made anew in place are followed in the file's order."""

from __future__ import annotations

from collections.abc import Iterable

from squeezeviz.core.errors import shown
from squeezeviz.formats.graphs.node import Kind, Node
from squeezeviz.formats.prototxt.operation import KINDS, CaffeOperation
from squeezeviz.formats.prototxt.parse import CaffeLayer, CaffeNet
from squeezeviz.formats.prototxt.phases import INPUT_TYPES

_PASSING_TYPES = ("Split", "Flatten")
"""What hands its numbers on as they are."""


def source_of(net: CaffeNet, layers: Iterable[CaffeLayer]) -> Node:
    """The input whose numbers flow through the network, with all that takes them linked to it."""
    makers = {blob: Node(Kind.INPUT, blob, None) for blob in net.message.input}
    sources = list(makers.values())
    for layer in layers:
        if layer.message.type in INPUT_TYPES:
            made = [Node(Kind.INPUT, blob, CaffeOperation(layer)) for blob in layer.message.top]
            sources += made
            makers |= {node.blob: node for node in made}
        else:
            _link(layer, makers)
    used = [node for node in sources if node.consumers]
    if len(used) > 1:
        names = ", ".join(shown(node.blob) for node in used)
        raise used[1].fail(f"the network takes several inputs ({names}); a layer table has one")
    if not used:
        raise sources[0].fail("no layer takes this input, so there is no network")
    return used[0]


def _link(layer: CaffeLayer, makers: dict[str, Node]) -> None:
    message = layer.message
    inputs = tuple(_maker(layer, blob, makers) for blob in message.bottom)
    _check_type(layer)
    if not inputs:
        raise layer.fail("it has no bottom; name what it takes")
    if message.type in _PASSING_TYPES:
        makers.update(dict.fromkeys(message.top, inputs[0]))
        return
    if len(message.top) != 1:
        raise layer.fail(f"it has {len(message.top)} tops; a {message.type} makes one", "top")
    top = message.top[0]
    if top in makers and top not in message.bottom:
        raise layer.fail(f"its top {shown(top)} is made by {makers[top].name} already; rename one of them", "top")
    node = Node(KINDS[message.type], top, CaffeOperation(layer), inputs)
    for source in inputs:
        source.consumers.append(node)
    makers[top] = node


def _maker(layer: CaffeLayer, blob: str, makers: dict[str, Node]) -> Node:
    if blob not in makers:
        raise layer.fail(f"it takes {shown(blob)}, which no layer before it makes; correct its bottom", "bottom")
    return makers[blob]


def _check_type(layer: CaffeLayer) -> None:
    kind = layer.message.type
    if not kind:
        raise layer.fail('it has no type; write one such as type: "Convolution"')
    if kind not in KINDS and kind not in _PASSING_TYPES:
        raise CaffeOperation(layer).foreign()
