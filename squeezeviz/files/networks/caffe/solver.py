"""Files of Caffe's solver: they say how a network is trained, and hold that network or name its file."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from squeezeviz.files.networks.caffe.blocks import Block, Field, blocks_of, line_at
from squeezeviz.model.errors import SqueezevizError, shown

_HELD = ("test_net_param", "net_param", "train_net_param")
"""The fields that hold networks. What a forward pass runs is the one for testing, as Caffe takes them."""
_NAMED = ("net", "train_net", "test_net")
"""Those that name a network's file."""
_SOLVER = frozenset(
    ("base_lr", "lr_policy", "max_iter", "solver_mode", "solver_type", "snapshot_prefix", "test_iter", "test_interval")
)


class Held(NamedTuple):
    """The block of a network; whether it is one for training alone, and a note where there are others."""

    block: Block
    training: bool = False
    notes: tuple[str, ...] = ()


def network_of(block: Block) -> Held:
    """The network in a file's outermost block, which is that block itself unless it is a solver's.

    SqueezevizError with the line where a solver's field that holds a network is no block, or stands there twice.
    """
    held = sorted((each for each in block.fields if each.name in _HELD), key=lambda each: _HELD.index(each.name))
    if not held or any(each.name in ("layer", "layers") for each in block.fields):
        return Held(block)
    for each in held:
        if not isinstance(each.value, Block):
            raise block.fail(f"{each.name} is a block; write {each.name} {{ … }}", each.at)
    for each, other in pairwise(held):
        if each.name == other.name != "test_net_param":
            raise block.fail(f"{each.name} stands here a second time; keep one of them", other.at)
    first, *others = held
    assert isinstance(first.value, Block)
    left = ", ".join(_with_line(each, block) for each in others[:_MOST_NAMED]) + (", …" if others[_MOST_NAMED:] else "")
    opened = f"the solver holds several networks: opened {_with_line(first, block)}, left out {left}"
    return Held(first.value, first.name == "train_net_param", (opened,) if others else ())


_MOST_NAMED = 4


def _with_line(field: Field, block: Block) -> str:
    return f"{field.name} (line {line_at(block.text, field.at)})"


def no_layer(text: str) -> SqueezevizError:
    """Why a text without layers is no network. A solver's file may name where one is."""
    try:
        block = blocks_of(text)
    except SqueezevizError:
        return SqueezevizError(_NO_LAYER)
    named = [each for each in block.fields if each.name in _NAMED and isinstance(each.value, str)]
    if named:
        files = " or ".join(
            f"{each.name} names, {shown(str(each.value).strip(_QUOTES))}" for each in named[:_MOST_NAMED]
        )
        return block.fail(f"this is a Caffe solver's file; open the network that its {files}", named[0].at)
    if any(each.name in _SOLVER for each in block.fields):
        return SqueezevizError("this is a Caffe solver's file, which names no network; open the network itself")
    return SqueezevizError(_NO_LAYER)


_QUOTES = "\"'"
_NO_LAYER = "it has no layer { ... } block, so it describes no network"
