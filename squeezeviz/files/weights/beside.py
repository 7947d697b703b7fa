"""What stands beside a network's weights in a state dict: running means of them, losses, buffers, counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import prod
from typing import NamedTuple

from squeezeviz.analysis.weights import TensorShape
from squeezeviz.model.errors import SqueezevizError, brief


class _Kind(NamedTuple):
    """Tensors that are left out: what their keys match as a whole, how many numbers they have, and what they are."""

    keys: re.Pattern[str]
    numbers: frozenset[int] | None
    what: str


_WRAPPER = r"(?:(?:module|model|_orig_mod|net|network)\.)?"
_KINDS = (
    _Kind(
        re.compile(_WRAPPER + r"(?:\w+_)?(?:ema|averaged|swa|shadow|teacher)(?:_\w+)?\..+", re.DOTALL),
        None,
        "a second copy of the network, such as running means of its weights",
    ),
    _Kind(
        re.compile(_WRAPPER + r"(?:criterion|criteria|loss|losses|loss_\w+|\w+_loss|\w+_criterion)\b.*", re.DOTALL),
        None,
        "what a loss weighs its terms with",
    ),
    _Kind(re.compile(r"(?:optimizer|optim|lr_scheduler|scheduler|grad_scaler|scaler)\..+", re.DOTALL), None,
          "what the training goes on with"),
    _Kind(
        re.compile(r"(?:.+\.)?(?:(?:pixel|img|image|input|data|norm|rgb)_)?(?:mean|std)", re.DOTALL),
        frozenset({1, 3, 4}),
        "by which images are normalized before they go into the network",
    ),
    _Kind(
        re.compile(r"(?:.+\.)?(?:n_averaged|num_updates|decay|global_step|step|epoch|iteration|iter)", re.DOTALL),
        frozenset({1}),
        "a count or a setting",
    ),
)  # fmt: skip


def left_out(shapes: Mapping[str, TensorShape]) -> dict[str, str]:
    """The keys of tensors that are none of the network's, each with what it is, where others have the weights."""
    found: dict[str, str] = {}
    for keys, numbers, what in _KINDS:
        matching = [
            key
            for key, shape in shapes.items()
            if key not in found and (numbers is None or prod(shape) in numbers) and keys.fullmatch(key)
        ]
        rest = (shape for key, shape in shapes.items() if key not in found and key not in set(matching))
        if matching and any(len(shape) == _CONVOLUTION for shape in rest):
            found |= dict.fromkeys(matching, what)
    return found


_CONVOLUTION = 4
"""Sides of a convolution's weight."""


def notes_on(found: Mapping[str, str]) -> tuple[str, ...]:
    """A note on each kind of what is left out."""
    kinds: dict[str, list[str]] = {}
    for key, what in found.items():
        kinds.setdefault(what, []).append(key)
    return tuple(f"not read: {_some(keys)}, {what}" for what, keys in kinds.items())


def _some(keys: list[str]) -> str:
    shown = ", ".join(map(brief, keys[:2]))
    return f"{shown} and {len(keys) - 2} more" if len(keys) > 2 else shown


_QUANTIZED = re.compile(
    r"(?:.+\.)?(?:_?packed_params(?:\..+)?|zero_point|weight_scale|weight_zero_point|qweight|qzeros|scales|SCB"
    r"|weight_format|absmax|quant_map|nested_absmax|quant_state\..+"
    r"|(?:weight_fake_quant|activation_post_process\w*|\w*quantizer)\..+|fake_quant_enabled|observer_enabled)",
    re.DOTALL,
)


def refuse_quantized(keys: Iterable[str]) -> None:
    """Raise SqueezevizError where a tensor is one that only quantized networks have, or networks to be quantized."""
    quantized = next(filter(_QUANTIZED.fullmatch, keys), None)
    if quantized is not None:
        raise SqueezevizError(
            f"{brief(quantized)} is a quantized network's; open the checkpoint of the network that was not quantized"
        )
