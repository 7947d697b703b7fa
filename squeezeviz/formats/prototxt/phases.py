"""Which layers of a file make the network: those of the TEST phase, without what only measures or trains."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from squeezeviz.core.errors import Place, SqueezevizError, shown
from squeezeviz.formats.prototxt.operation import KINDS
from squeezeviz.formats.prototxt.parse import CaffeLayer, CaffeNet

_DATA = re.compile(r"Input|[A-Za-z0-9]*Data")
"""Caffe's own and those of its branches, such as AnnotatedData and ImageSegData."""
_LOSS = re.compile(r"[A-Za-z]*Loss")
_MEASURING_TYPES = {"Accuracy", "Silence", "HDF5Output"}
_TRAIN, _TEST = 0, 1


def is_input(layer: CaffeLayer) -> bool:
    """Whether images come out of the layer, from wherever."""
    return not layer.message.bottom and _DATA.fullmatch(layer.message.type) is not None


class Selection(NamedTuple):
    """The layers of the network in the file's order, and those left out because a forward pass has no use for them."""

    kept: tuple[CaffeLayer, ...]
    left_out: tuple[CaffeLayer, ...]


class _State(NamedTuple):
    phase: int
    stages: frozenset[str]


_STATES = (_State(_TEST, frozenset()), _State(_TEST, frozenset({"deploy"})), _State(_TEST, frozenset({"val"})))
_STATES_OF_TRAINING = (_State(_TRAIN, frozenset()), *_STATES)
"""Files for several uses name a stage for each. The first state in which there is an input is taken."""


def select(net: CaffeNet) -> Selection:
    """The layers of the first state that has an input; SqueezevizError where the file has none but for training."""
    for state in _STATES_OF_TRAINING if net.held.training else _STATES:
        present = [layer for layer in net.layers if _is_in(layer, state)]
        if net.message.input or any(is_input(layer) for layer in present):
            kept = [layer for layer in present if not _measures(layer)]
            gone = [layer for layer in net.layers if _measures(layer)]
            return Selection(tuple(kept), tuple(gone))
    data = next((layer for layer in net.layers if is_input(layer)), None)
    if data is not None:
        raise data.fail("this input is for training only; add one for the TEST phase, or an Input layer")
    maker = next((layer for layer in net.layers if layer.message.top and not layer.message.bottom), None)
    if maker is not None and maker.message.type not in KINDS:
        raise maker.fail(f"the input comes out of {shown(maker.message.type)}, which does not say its size; {_ADVICE}")
    raise SqueezevizError(
        f"it has no input; {_ADVICE}",
        Place(line=net.layers[0].block.line),
    )


_ADVICE = "add a layer of type Input with its input_param, or `input` and `input_shape`"


def _measures(layer: CaffeLayer) -> bool:
    return layer.message.type in _MEASURING_TYPES or _LOSS.fullmatch(layer.message.type) is not None


def _is_in(layer: CaffeLayer, state: _State) -> bool:
    """Caffe's rule: some `include` holds, or there is none and no `exclude` holds. Dropout in place always stays."""
    message = layer.message
    if message.type == "Dropout" and list(message.top) == list(message.bottom):
        return True
    if message.include:
        return any(_holds(rule, state) for rule in message.include)
    return not any(_holds(rule, state) for rule in message.exclude)


def _holds(rule: Any, state: _State) -> bool:
    if rule.HasField("phase") and rule.phase != state.phase:
        return False
    if (rule.HasField("min_level") and rule.min_level > 0) or (rule.HasField("max_level") and rule.max_level < 0):
        return False
    return state.stages.issuperset(rule.stage) and state.stages.isdisjoint(rule.not_stage)
