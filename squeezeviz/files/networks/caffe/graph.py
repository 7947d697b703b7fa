"""The layers as a graph: who makes what another takes. Blobs made anew in place are followed in the file's order."""

from __future__ import annotations

from squeezeviz.files.networks.caffe.operation import CaffeOperation, kind_of
from squeezeviz.files.networks.caffe.parse import CaffeLayer, CaffeNet
from squeezeviz.files.networks.caffe.phases import Selection, is_input, reason_of_absence
from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.model.errors import shown
from squeezeviz.model.text import with_article

_AVERAGE = 1
_CROP = "Crop"
"""It takes no more than the size of what its second bottom names."""


def inputs_of(net: CaffeNet, selection: Selection) -> list[Node]:
    """The inputs of the network, with all that takes them linked to them; SqueezevizError where links are missing."""
    makers = {blob: Node(Kind.INPUT, blob, None) for blob in net.message.input}
    sources = list(makers.values())
    for layer in selection.kept:
        if is_input(layer):
            made = [Node(Kind.INPUT, blob, CaffeOperation(layer)) for blob in layer.message.top]
            sources += made
            makers |= {node.blob: node for node in made}
        else:
            _link(layer, makers, selection)
    for layer in selection.left_out:
        for blob in layer.message.bottom:
            if blob in makers:
                makers[blob].measured = True
    return sources


def _link(layer: CaffeLayer, makers: dict[str, Node], selection: Selection) -> None:
    message = layer.message
    taken = tuple(_maker(layer, blob, makers, selection) for blob in message.bottom)
    inputs = taken[:1] if message.type == _CROP else taken
    if not message.type:
        raise layer.fail('it has no type; write one such as type: "Convolution"')
    kind = kind_of(layer)
    if not inputs and (kind is not Kind.FOREIGN or not message.top):
        raise layer.fail("it has no bottom; name what it takes")
    _refuse_taken_tops(layer, makers)
    if inputs and _passes_on(layer, inputs[0]):
        makers.update(dict.fromkeys(message.top, inputs[0]))
        return
    if len(message.top) != 1 and kind is not Kind.FOREIGN:
        raise layer.fail(f"it has {len(message.top)} tops; {with_article(message.type)} makes one", "top")
    node = Node(kind, message.top[0] if message.top else layer.name, CaffeOperation(layer), inputs)
    for source in inputs:
        source.consumers.append(node)
    makers.update(dict.fromkeys(message.top, node))


def _passes_on(layer: CaffeLayer, source: Node) -> bool:
    """Whether it hands its numbers on as they are, as flattening does where a pool leaves one of each channel."""
    if layer.message.type == "Split":
        return True
    if layer.message.type != "Flatten" or source.kind is not Kind.POOL:
        return False
    flat = layer.message.flatten_param
    if flat.axis not in (1, -3) or flat.end_axis not in (3, -1):
        return False
    assert isinstance(source.operation, CaffeOperation)
    if source.operation.layer.message.pooling_param.pool != _AVERAGE:
        return False
    source.operation.flattened = layer
    return True


def _refuse_taken_tops(layer: CaffeLayer, makers: dict[str, Node]) -> None:
    made: set[str] = set()
    for top in layer.message.top:
        if top in made or (top in makers and top not in layer.message.bottom):
            by = "it" if top in made else makers[top].name
            raise layer.fail(f"its top {shown(top)} is made by {by} already; rename one of them", "top")
        made.add(top)


def _maker(layer: CaffeLayer, blob: str, makers: dict[str, Node], selection: Selection) -> Node:
    if blob not in makers:
        reason = reason_of_absence(selection, layer, blob)
        if reason:
            raise layer.fail(f"it takes {shown(blob)}, but {reason}; give both layers the same rules", "bottom")
        raise layer.fail(f"it takes {shown(blob)}, which no layer before it makes; correct its bottom", "bottom")
    return makers[blob]
