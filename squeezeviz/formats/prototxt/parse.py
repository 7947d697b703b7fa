"""A prototxt's text as messages, with the line of every layer; protobuf's own parser does the parsing."""

from __future__ import annotations

import difflib
import re
from itertools import islice
from typing import Any, NamedTuple

from google.protobuf import text_format

from squeezeviz.core.errors import Place, SqueezevizError, shown
from squeezeviz.formats.prototxt.lines import Block, blocks_of, tokens
from squeezeviz.formats.prototxt.schema import MESSAGES, SKIPPED, net_parameter


class CaffeLayer(NamedTuple):
    """A layer's message, and the block of text that it stands in."""

    message: Any
    block: Block

    @property
    def name(self) -> str:
        """Its name; where it has none, that of what it makes, or its type."""
        message = self.message
        return message.name or (message.top[0] if message.top else f"a {message.type or 'layer without a type'}")

    @property
    def plain_name(self) -> str:
        """The name on one line, for notes on layers that become no row, whose names may hold anything."""
        return self.name if self.name.isprintable() and len(self.name) <= 60 else shown(self.name)

    def fail(self, message: str, field: str = "") -> SqueezevizError:
        """An error at the line of `field`, else at that of the layer."""
        line = self.block.line_of(field) if field else self.block.line
        return SqueezevizError(message, Place(line=line, row=self.name))


class CaffeNet(NamedTuple):
    message: Any
    block: Block
    layers: tuple[CaffeLayer, ...]


def parse(text: str) -> CaffeNet:
    """The net that the text describes. SqueezevizError with the line where it is not valid text of that format."""
    _refuse_hopeless(text)
    message = net_parameter()()
    try:
        text_format.Parse(text, message, allow_unknown_field=True)
    except text_format.ParseError as error:
        raise _syntax_error(error, text) from None
    except RecursionError:
        raise SqueezevizError("its blocks are nested far too deeply for a network") from None
    except UnicodeDecodeError as error:
        raise SqueezevizError(f"a string in it is no UTF-8 text: {error.reason}") from None
    block = blocks_of(text)
    if message.layers:
        raise SqueezevizError(
            "this is a Caffe file of the old kind (layers { ... }); upgrade it with Caffe's upgrade_net_proto_text",
            Place(line=block.line_of("layers")),
        )
    blocks = block.named("layer")
    assert len(blocks) == len(message.layer)
    if not blocks:
        raise _no_layer(text)
    layers = tuple(CaffeLayer(layer, its_block) for layer, its_block in zip(message.layer, blocks, strict=True))
    for layer in layers:
        _refuse_unknown_fields(layer)
    return CaffeNet(message, block, layers)


MOST_TOKENS = 1_000_000
"""Words and signs; protobuf's parser takes about 10 s for so many. A network of 1,000 layers has about 30,000."""

_LAYER = re.compile(r"\blayers?\b")


def _refuse_hopeless(text: str) -> None:
    """What needs no parser to be refused, as protobuf's takes its time."""
    if not _LAYER.search(text):
        raise _no_layer(text)
    beyond = next(islice(tokens(text), MOST_TOKENS, None), None)
    if beyond is not None:
        raise SqueezevizError(
            f"it goes on after {MOST_TOKENS:,} words and signs, which is more than a network has", Place(line=beyond[1])
        )


def _no_layer(text: str) -> SqueezevizError:
    if _SOLVER.search(text):
        return SqueezevizError("this is a Caffe solver's file; open the network that its `net` names")
    return SqueezevizError("it has no layer { ... } block, so it describes no network")


_SOLVER = re.compile(r"^[ \t]*(?:base_lr|lr_policy|max_iter)\s*:", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$\{.*?\}|\$[A-Za-z_]\w*|<%.*?%>|%\(.*?\)[sd]|%[sd]\b|@[A-Za-z_]\w*@|\{%.*?%\}")
_NEEDS_NUMBER = re.compile(r"parse (?:integer|float|number)|Expected (?:integer|number)|Couldn't parse", re.IGNORECASE)


def _syntax_error(error: text_format.ParseError, text: str) -> SqueezevizError:
    number = error.GetLine()
    lines = text.split("\n")
    line = lines[number - 1] if number and number <= len(lines) else ""
    code = line.partition("#")[0]
    placeholder = _PLACEHOLDER.search(code)
    word = re.search(r":\s*([A-Za-z_]\w*)", code)
    said = re.sub(r"^[0-9]+:[0-9]+ : ", "", str(error)).removeprefix(f"'{line}': ").replace("\n", " ")
    if placeholder:
        message = f"the template placeholder {shown(placeholder[0])} is still there; fill it in"
    elif word and _NEEDS_NUMBER.search(said) and "enum" not in said.casefold():
        message = f"{shown(word[1])} stands where a number must; if it is a placeholder, fill it in"
    else:
        message = f"this is no valid prototxt: {said[:200]}"
    return SqueezevizError(message, Place(line=number))


def _refuse_unknown_fields(layer: CaffeLayer) -> None:
    """A misspelt field of a message that decides numbers would be skipped in silence, and its default taken."""
    for name, kind in MESSAGES["LayerParameter"].items():
        if kind not in SKIPPED:
            continue
        for block in layer.block.named(name):
            for field, line, _ in block.fields:
                if field not in MESSAGES[kind] and field not in SKIPPED[kind]:
                    raise SqueezevizError(
                        f"Caffe's {name} has no field {shown(field)}; correct it or delete the line",
                        Place(line=line, row=layer.name),
                    )
    for field, line, inner in layer.block.fields:
        if inner is not None or field in _LAYER_FIELDS:
            continue
        near = difflib.get_close_matches(field, _LAYER_FIELDS, 1, 0.7)
        if near:
            raise SqueezevizError(
                f"a Caffe layer has no field {shown(field)}; did you mean {near[0]}?",
                Place(line=line, row=layer.name),
            )


_LAYER_FIELDS = ("name", "type", "bottom", "top", "phase", "loss_weight", "propagate_down")
