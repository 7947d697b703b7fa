"""A prototxt as messages, each layer with the block of text that it stands in. A solver's file may hold the network."""

from __future__ import annotations

import difflib
from itertools import pairwise
from typing import Any

from squeezeviz.files.networks.caffe.blocks import Block, Field, blocks_of, line_at
from squeezeviz.files.networks.caffe.layer import CaffeLayer
from squeezeviz.files.networks.caffe.messages import SKIPPED, TYPES, fill, net_parameter
from squeezeviz.model.errors import Note, SqueezevizError, shown
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape


class CaffeNet(NamedTuple):
    """A network's message, the block that it stands in, and its layers.

    `for_training` says that a solver's file holds it for training alone; `notes` name the others in such a file.
    `otherwise` is the input of a saved network that does not tell its size; None for one that somebody wrote.
    """

    message: Any
    block: Block
    layers: tuple[CaffeLayer, ...]
    for_training: bool = False
    notes: tuple[Note, ...] = ()
    otherwise: InputShape | None = None


def parse(text: str) -> CaffeNet:
    """The net that the text describes. SqueezevizError with the line where it is not valid text of that format."""
    if "layer" not in text:
        raise _no_layer(text)
    block, for_training, notes = _network_in(blocks_of(text))
    message = net_parameter()()
    own = [each for each in block.fields if each.name not in _LAYER_KINDS]
    fill(message, "NetParameter", Block(text, block.at, own))
    given = [each for each in block.fields if each.name in _LAYER_KINDS]
    if not given:
        raise _no_layer(text)
    if len(given) > MOST_LAYERS:
        raise block.fail(f"it has {len(given):,} layers; at most {MOST_LAYERS:,} are read", given[MOST_LAYERS].at)
    layers = tuple(_layer(message.layer.add(), each, block) for each in given)
    return CaffeNet(message, block, layers, for_training, notes)


def parse_as_saved(text: str, otherwise: InputShape) -> CaffeNet:
    """The net that the text of a binary file's layers describes, in which nobody knows lines."""
    try:
        net = parse(text)
    except SqueezevizError as error:
        raise SqueezevizError(error.message, error.place._replace(line=None)) from None
    for block in (net.block, *(layer.block for layer in net.layers)):
        block.forget_lines()
    return net._replace(otherwise=otherwise)


_LAYER_KINDS = {"layer": "LayerParameter", "layers": "V1LayerParameter"}
"""Those of today, and those of Caffe's first year, whose types are CONVOLUTION and the like."""


def _layer(message: Any, given: Field, net: Block) -> CaffeLayer:
    block = net.within(given)
    try:
        fill(message, _LAYER_KINDS[given.name], block)
    except SqueezevizError as error:
        raise error.at(row=message.name or None) from None
    layer = CaffeLayer(message, block)
    if given.name == "layers" and (oldest := block.named("layer")):
        raise oldest[0].fail("this is a Caffe file of the oldest kind; upgrade it with Caffe's upgrade_net_proto_text")
    _refuse_unknown_fields(layer)
    return layer


MOST_LAYERS = 12_000
"""Of 1,000 Fire modules there are 8,000 to 9,000."""


def _refuse_unknown_fields(layer: CaffeLayer) -> None:
    """Refuse a misspelt field, which would be skipped in silence, so that its default would be taken."""
    for name, type_ in TYPES["LayerParameter"].items():
        if type_.of not in SKIPPED:
            continue
        for block in layer.block.named(name):
            for each in block.fields:
                if each.name not in TYPES[type_.of] and each.name not in SKIPPED[type_.of]:
                    raise block.fail(
                        f"Caffe's {name} has no field {shown(each.name)}; correct it or delete the line", each.at
                    ).at(row=layer.name)
    for each in layer.block.fields:
        if isinstance(each.value, Block) or each.name in _LAYER_FIELDS or len(each.name) > _LONGEST_MISSPELT:
            continue
        near = difflib.get_close_matches(each.name, _LAYER_FIELDS, 1, 0.7)
        if near:
            raise layer.block.fail(
                f"a Caffe layer has no field {shown(each.name)}; did you mean {near[0]}?", each.at
            ).at(row=layer.name)


_LAYER_FIELDS = ("name", "type", "bottom", "top", "phase", "loss_weight", "propagate_down")
_LONGEST_MISSPELT = 20


_NETWORKS = ("test_net_param", "net_param", "train_net_param")
"""The fields that hold networks. What a forward pass runs is the one for testing, as Caffe takes them."""
_NETWORK_FILES = ("net", "train_net", "test_net")
"""The fields that name a network's file."""
_SOLVER_FIELDS = frozenset(
    ("base_lr", "lr_policy", "max_iter", "solver_mode", "solver_type", "snapshot_prefix", "test_iter", "test_interval")
)


def _network_in(block: Block) -> tuple[Block, bool, tuple[Note, ...]]:
    """The network in a file's outermost block, which is that block itself unless it is a solver's.

    It comes with whether it is for training alone, and a note where there are others. SqueezevizError with the line
    where a solver's field that holds a network is no block, or stands there twice.
    """
    held = sorted(
        (each for each in block.fields if each.name in _NETWORKS), key=lambda each: _NETWORKS.index(each.name)
    )
    if not held or any(each.name in _LAYER_KINDS for each in block.fields):
        return block, False, ()
    blocks = [block.within(each) for each in held]
    for each, other in pairwise(held):
        if each.name == other.name != "test_net_param":
            raise block.fail(f"{each.name} stands here a second time; keep one of them", other.at)
    first, *others = held
    left = ", ".join(_with_line(each, block) for each in others[:_MOST_NAMED]) + (", …" if others[_MOST_NAMED:] else "")
    opened = f"the solver holds several networks: opened {_with_line(first, block)}, left out {left}"
    return blocks[0], first.name == "train_net_param", (Note(opened),) if others else ()


_MOST_NAMED = 4


def _with_line(field: Field, block: Block) -> str:
    return f"{field.name} (line {line_at(block.text, field.at)})"


def _no_layer(text: str) -> SqueezevizError:
    """The error of a text without layers. A solver's file may name the file of its network."""
    try:
        block = blocks_of(text)
    except SqueezevizError:
        return SqueezevizError(_NO_LAYER)
    named = [each for each in block.fields if each.name in _NETWORK_FILES and isinstance(each.value, str)]
    if named:
        files = " or ".join(
            f"{each.name} names, {shown(str(each.value).strip(_QUOTES))}" for each in named[:_MOST_NAMED]
        )
        return block.fail(f"this is a Caffe solver's file; open the network that its {files}", named[0].at)
    if any(each.name in _SOLVER_FIELDS for each in block.fields):
        return SqueezevizError("this is a Caffe solver's file, which names no network; open the network itself")
    return SqueezevizError(_NO_LAYER)


_QUOTES = "\"'"
_NO_LAYER = "it has no layer { ... } block, so it describes no network"
