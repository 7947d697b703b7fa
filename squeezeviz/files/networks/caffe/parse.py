"""A prototxt's text as messages, with the block of text that each layer stands in."""

from __future__ import annotations

import difflib
from typing import Any, NamedTuple

from squeezeviz.files.networks.caffe.blocks import Block, Field, blocks_of
from squeezeviz.files.networks.caffe.messages import fill
from squeezeviz.files.networks.caffe.schema import MESSAGES, SKIPPED, net_parameter
from squeezeviz.files.networks.caffe.solver import Held, network_of, no_layer
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.text import with_article


class CaffeLayer(NamedTuple):
    """A layer's message, and the block of text that it stands in."""

    message: Any
    block: Block

    @property
    def name(self) -> str:
        """Its name; where it has none, that of what it makes, or its type."""
        message = self.message
        return message.name or (message.top[0] if message.top else with_article(message.type or "layer without a type"))

    @property
    def plain_name(self) -> str:
        """The name on one line, for notes on layers that become no row, whose names may hold anything."""
        return self.name if self.name.isprintable() and len(self.name) <= 60 else shown(self.name)

    @property
    def weights_name(self) -> str:
        """What its weights are called, which layers may share; empty where they are called nothing."""
        named = next((each.value for each in self.block.fields if each.name == "param"), "")
        if isinstance(named, Block):
            named = next((each.value for each in named.fields if each.name == "name"), "")
        return named.strip("\"'") if isinstance(named, str) else ""

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        """An error at the line of `field`, else at that of the layer."""
        line = self.block.line_of(field) if field else self.block.line
        return SqueezevizError(message, Place(line=line, row=self.name))


class CaffeNet(NamedTuple):
    """`held` says what network this is of a solver's file."""

    message: Any
    block: Block
    layers: tuple[CaffeLayer, ...]
    held: Held


def parse(text: str) -> CaffeNet:
    """The net that the text describes. SqueezevizError with the line where it is not valid text of that format."""
    if "layer" not in text:
        raise no_layer(text)
    held = network_of(blocks_of(text))
    block = held.block
    message = net_parameter()()
    own = [each for each in block.fields if each.name not in _LAYER_KINDS]
    fill(message, "NetParameter", Block(text, block.at, own))
    given = [each for each in block.fields if each.name in _LAYER_KINDS]
    if not given:
        raise no_layer(text)
    if len(given) > MOST_LAYERS:
        raise block.fail(f"it has {len(given):,} layers; at most {MOST_LAYERS:,} are read", given[MOST_LAYERS].at)
    return CaffeNet(message, block, tuple(_layer(message.layer.add(), each, block) for each in given), held)


_LAYER_KINDS = {"layer": "LayerParameter", "layers": "V1LayerParameter"}
"""Those of today, and those of Caffe's first year, whose types are CONVOLUTION and the like."""


def _layer(message: Any, given: Field, net: Block) -> CaffeLayer:
    if not isinstance(given.value, Block):
        raise net.fail(f"{given.name} is a block; write {given.name} {{ … }}", given.at)
    try:
        fill(message, _LAYER_KINDS[given.name], given.value)
    except SqueezevizError as error:
        raise error.at(row=message.name or None) from None
    layer = CaffeLayer(message, given.value)
    if given.name == "layers" and (oldest := given.value.named("layer")):
        raise oldest[0].fail("this is a Caffe file of the oldest kind; upgrade it with Caffe's upgrade_net_proto_text")
    _refuse_unknown_fields(layer)
    return layer


MOST_LAYERS = 12_000
"""Of 1,000 Fire modules there are 8,000 to 9,000."""


def _refuse_unknown_fields(layer: CaffeLayer) -> None:
    """A misspelt field of a message that decides numbers would be skipped in silence, and its default taken."""
    for name, kind in MESSAGES["LayerParameter"].items():
        if kind not in SKIPPED:
            continue
        for block in layer.block.named(name):
            for each in block.fields:
                if each.name not in MESSAGES[kind] and each.name not in SKIPPED[kind]:
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
