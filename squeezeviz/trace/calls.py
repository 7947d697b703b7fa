"""What a person's own module calls in its forward pass, as plain data: nothing here needs torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from squeezeviz.model.errors import Place
from squeezeviz.model.records import NamedTuple


class Call(NamedTuple):
    """One call of an operator of PyTorch's, as its graph has it.

    `name` is its alone. `inputs` are the calls whose maps it takes, in order, and `IMAGE` where it is the image;
    `values` are its other arguments by the operator's own names for them, whole tensors as float32; `weights` names
    its weights, and is the same for all calls that share them. `shape` is what it makes, N×C×H×W for maps. `module` is
    the path of the module whose code calls it, empty for the outermost; `row` is a name for the operation, where the
    module itself knows one; `place` is the line of the person's code. `hook` is `forward hook` or `forward pre-hook`
    where not the module's code calls it but one of these, and `place` is where that one is written.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    values: Mapping[str, Any]
    weights: str
    shape: tuple[int, ...]
    module: str
    row: str
    place: Place
    hook: str = ""


IMAGE = ""
"""The input of a call that takes the image."""


class Calls(NamedTuple):
    """All calls of the module of class `name` in their order. `shape` is the image's, C×H×W; `output` names the call
    whose map the module returns."""

    name: str
    shape: tuple[int, ...]
    calls: tuple[Call, ...]
    output: str
