"""Which layers of a file make the network, and who makes what another takes.

The network is that of the TEST phase, or of the phase that the net's `state` names, without what only measures or
trains. Blobs made anew in place are followed in the file's order.
"""

from __future__ import annotations

import re
from typing import Any

from squeezeviz.files.networks.caffe.layer import AVERAGE, KINDS, CaffeLayer
from squeezeviz.files.networks.caffe.messages import ENUMS
from squeezeviz.files.networks.caffe.parse import CaffeNet
from squeezeviz.files.networks.graph.node import Kind, Node
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import with_article

_DATA = re.compile(r"Input|[A-Za-z0-9]*Data")
"""Caffe's own and those of its branches, such as AnnotatedData and ImageSegData."""
_LOSS = re.compile(r"[A-Za-z]*Loss")
_MEASURING_TYPES = {"Accuracy", "Silence", "HDF5Output"}
_TRAIN, _TEST = 0, 1


def is_input(layer: CaffeLayer) -> bool:
    """Whether images come out of the layer, wherever it has them from."""
    return not layer.message.bottom and _DATA.fullmatch(layer.message.type) is not None


class Selection(NamedTuple):
    """The layers of the network in the file's order, and those left out because a forward pass has no use for them.

    `absent` are those that an `include` or `exclude` rule leaves out in `state`.
    """

    kept: list[CaffeLayer]
    left_out: list[CaffeLayer]
    absent: list[CaffeLayer]
    state: State


class State(NamedTuple):
    phase: int
    stages: frozenset[str]
    level: int = 0

    def __str__(self) -> str:
        stages = " and ".join(shown(stage) for stage in sorted(self.stages)[:_MOST_STAGES])
        staged = f" with the stage{'s' * (len(self.stages) > 1)} {stages}" if stages else ""
        return f"the {_PHASES[self.phase]} phase{staged}"


_PHASES = {number: name for name, number in ENUMS["Phase"].items()}
_MOST_STAGES = 4
_STATES = (State(_TEST, frozenset()), State(_TEST, frozenset({"deploy"})), State(_TEST, frozenset({"val"})))
_STATES_OF_TRAINING = (State(_TRAIN, frozenset()), *_STATES)
"""Files for several uses name a stage for each. The first state in which there is an input is taken."""


def select(net: CaffeNet) -> Selection:
    """The layers of the first state that has an input; SqueezevizError where the file has none but for training."""
    for state in _states(net):
        present = [layer for layer in net.layers if _is_in(layer, state)]
        if net.message.input or any(is_input(layer) for layer in present):
            return Selection(
                [layer for layer in present if not _measures(layer)],
                [layer for layer in net.layers if _measures(layer)],
                [layer for layer in net.layers if not _is_in(layer, state)],
                state,
            )
    data = next((layer for layer in net.layers if is_input(layer)), None)
    if data is not None and net.message.HasField("state"):
        raise data.fail(
            f"this input is left out in {_states(net)[0]}, which the net's state on line {net.block.line_of('state')} "
            "asks for; correct one of them"
        )
    if data is not None:
        raise data.fail("this input is for training only; add one for the TEST phase, or an Input layer")
    maker = next((layer for layer in net.layers if layer.message.top and not layer.message.bottom), None)
    if maker is not None and maker.message.type not in KINDS:
        raise maker.fail(f"the input comes out of {shown(maker.message.type)}, which does not say its size; {_ADVICE}")
    raise SqueezevizError(f"it has no input; {_ADVICE}", Place(line=net.layers[0].block.line))


def _states(net: CaffeNet) -> tuple[State, ...]:
    """The states to try: the one that the file names, and then those with the stages of a file for several uses."""
    if net.otherwise is not None:
        return (*_STATES, _STATES_OF_TRAINING[0])  # Caffe saves the layers of one phase, mostly of the training's
    if not net.message.HasField("state"):
        return _STATES_OF_TRAINING if net.for_training else _STATES
    own = net.message.state
    return tuple(State(own.phase, state.stages.union(own.stage), own.level) for state in _STATES)


_ADVICE = "add a layer of type Input with its input_param, or `input` and `input_shape`"


def _measures(layer: CaffeLayer) -> bool:
    return layer.message.type in _MEASURING_TYPES or _LOSS.fullmatch(layer.message.type) is not None


def _is_in(layer: CaffeLayer, state: State) -> bool:
    """Caffe's rule: some `include` holds, or there is none and no `exclude` holds. Dropout in place always stays."""
    message = layer.message
    if message.type == "Dropout" and list(message.top) == list(message.bottom):
        return True
    if message.include:
        return any(_holds(rule, state) for rule in message.include)
    return not any(_holds(rule, state) for rule in message.exclude)


def _holds(rule: Any, state: State) -> bool:
    if rule.HasField("phase") and rule.phase != state.phase:
        return False
    if rule.HasField("min_level") and rule.min_level > state.level:
        return False
    if rule.HasField("max_level") and rule.max_level < state.level:
        return False
    return state.stages.issuperset(rule.stage) and state.stages.isdisjoint(rule.not_stage)


_CROP = "Crop"
"""It takes no more than the size of what its second bottom names."""


def inputs_of(net: CaffeNet, selection: Selection) -> list[Node]:
    """The inputs of the network, with all that takes them linked to them; SqueezevizError where links are missing."""
    makers = {blob: Node(Kind.INPUT, blob, None) for blob in net.message.input}
    sources = list(makers.values())
    for layer in selection.kept:
        if is_input(layer):
            made = [Node(Kind.INPUT, blob, layer) for blob in layer.message.top]
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
    kind = layer.kind
    if not inputs and (kind is not Kind.FOREIGN or not message.top):
        raise layer.fail("it has no bottom; name what it takes")
    _refuse_taken_tops(layer, makers)
    if inputs and _passes_on(layer, inputs[0]):
        makers.update(dict.fromkeys(message.top, inputs[0]))
        return
    if len(message.top) != 1 and kind is not Kind.FOREIGN:
        raise layer.fail(f"it has {len(message.top)} tops; {with_article(message.type)} makes one", "top")
    node = Node(kind, message.top[0] if message.top else layer.name, layer, inputs)
    makers.update(dict.fromkeys(message.top, node))


def _passes_on(layer: CaffeLayer, source: Node) -> bool:
    """Whether it hands its numbers on as they are, as flattening does where a pool leaves one of each channel."""
    if layer.message.type == "Split":
        return True
    pool, flat = source.operation, layer.message.flatten_param
    if layer.message.type != "Flatten" or source.kind is not Kind.POOL or not isinstance(pool, CaffeLayer):
        return False
    if flat.axis not in (1, -3) or flat.end_axis not in (3, -1) or pool.message.pooling_param.pool != AVERAGE:
        return False
    pool.flattened = layer
    return True


def _refuse_taken_tops(layer: CaffeLayer, makers: dict[str, Node]) -> None:
    made: set[str] = set()
    for top in layer.message.top:
        if top in made or (top in makers and top not in layer.message.bottom):
            by = "it" if top in made else makers[top].name
            raise layer.fail(f"its top {shown(top)} is made by {by} already; rename one of them", "top")
        made.add(top)


def _maker(layer: CaffeLayer, blob: str, makers: dict[str, Node], selection: Selection) -> Node:
    if blob in makers:
        return makers[blob]
    absent = [each for each in selection.absent if each.block.at < layer.block.at and blob in each.message.top]
    absent = [each for each in absent if blob not in each.message.bottom]
    if not absent:
        raise layer.fail(f"it takes {shown(blob)}, which no layer before it makes; correct its bottom", "bottom")
    would = absent[-1]
    rule = "include" if would.message.include else "exclude"
    place = (
        0 if would.message.include else [_holds(each, selection.state) for each in would.message.exclude].index(True)
    )
    line = would.block.named(rule)[place].line
    raise layer.fail(
        f"it takes {shown(blob)}, but the layer {shown(would.name)} on line {would.block.line}, which makes it, is "
        f"left out in {selection.state} by its {rule} rule on line {line}; give both layers the same rules",
        "bottom",
    )
