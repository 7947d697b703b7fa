"""The convolutions that a file's tensors are, from names and shapes; all else is left out or refused by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from squeezeviz.analysis.weights import TensorShape
from squeezeviz.model.errors import Note, SqueezevizError, brief
from squeezeviz.model.text import some

MOST_TENSORS = 20_000
_LONGEST_KEY = 1_000
_MOST_PARTS = 32

_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
_SQUEEZENETS = "a SqueezeNet has convolutions alone"
_WITHOUT_IT = "to open the rest, save the state dict without it"


@dataclass(frozen=True, slots=True)
class Convolution:
    """A square convolution. `name` is its module's in the network, `key` and `bias_key` its tensors' in the file."""

    name: str
    key: str
    bias_key: str | None
    filters: int
    channels: int
    kernel: int

    @property
    def parts(self) -> tuple[str, ...]:
        """Its name as a path of modules; Caffe's names have slashes."""
        return tuple(self.name.replace("/", ".").split("."))


def convolutions(shapes: Mapping[str, TensorShape]) -> tuple[list[Convolution], tuple[Note, ...]]:
    """The convolutions in the order of their weights, and notes on what stands beside them.

    SqueezevizError names the first key that is none of a convolution's, and says what was expected.
    """
    refuse_quantized(shapes)
    beside = _beside(shapes)
    left_out = {key for keys in beside.values() for key in keys}
    keys = _without_prefixes(key for key in shapes if key not in left_out)
    if not keys:
        raise SqueezevizError("there are no weights in it")
    if len(keys) > MOST_TENSORS:
        raise SqueezevizError(f"these are {len(keys):,} tensors; a network of up to {MOST_TENSORS:,} can be opened")
    found = list(_convolutions({name: shapes[key] for name, key in keys.items()}, keys))
    if not found:
        raise SqueezevizError(f"no weights of a convolution are in it; its first key is {brief(next(iter(shapes)))}")
    return found, tuple(Note(f"not read: {some(list(map(brief, keys)), 2)}, {what}") for what, keys in beside.items())


def _convolutions(named: Mapping[str, TensorShape], keys: Mapping[str, str]) -> Iterator[Convolution]:
    for name, shape in named.items():
        if len(name) > _LONGEST_KEY or name.count(".") + name.count("/") >= _MOST_PARTS:
            raise SqueezevizError(f"the key {brief(name)} is longer than any layer's name")
        module, _, kind = name.rpartition(".")
        if kind == "weight":
            bias = f"{module}.bias"
            if len(shape) == 1 and not any(f"{module}.{other}" in named for other in ("bias", *_STATISTICS)):
                raise SqueezevizError(
                    f"{brief(keys[name])} has the shape {written(shape)}, with neither a bias nor running statistics "
                    "beside it: it is taken for a PReLU's, an activation with weights, for which a layer table has no "
                    f"row; {_WITHOUT_IT}"
                )
            _check_weight(keys[name], shape)
            if bias in named and named[bias] != shape[:1]:
                raise SqueezevizError(
                    f"{brief(keys[bias])} has the shape {written(named[bias])}, where the convolution's {shape[0]} "
                    "filters need as many numbers"
                )
            yield Convolution(module, keys[name], keys.get(bias), shape[0], shape[1], shape[2])
        elif kind != "bias" or f"{module}.weight" not in named:
            raise SqueezevizError(f"{brief(keys[name])} is neither weight nor bias of a convolution{_known(kind)}")


def _check_weight(key: str, shape: TensorShape) -> None:
    what = f"{brief(key)} has the shape {written(shape)}"
    match len(shape):
        case 4 if shape[2] == shape[3] and min(shape) > 0:
            return
        case 4:
            raise SqueezevizError(f"{what}; a convolution with a square kernel was expected")
        case 2:
            raise SqueezevizError(
                f"{what}, a fully connected layer's; {_SQUEEZENETS}, with weights of four sides; {_WITHOUT_IT}"
            )
        case 1:
            raise SqueezevizError(f"{what}, such as batch normalization's{_FOLD}")
        case _:
            raise SqueezevizError(f"{what}; {_SQUEEZENETS}, with weights of four sides; {_WITHOUT_IT}")


_FOLD = (
    "; a layer table has no row for that yet: fold it into the convolution before it, with "
    "torch.nn.utils.fuse_conv_bn_eval, and save again"
)


def _known(kind: str) -> str:
    if kind in _STATISTICS:
        return f" but batch normalization's{_FOLD}"
    return f"; {_SQUEEZENETS}; {_WITHOUT_IT}"


def written(shape: TensorShape) -> str:
    return brief("×".join(map(str, shape))) or "of a single number"


_WRAPPERS = frozenset({"module", "model", "_orig_mod", "backbone", "net", "network", "_forward_module", "encoder"})
"""What wrappers of a model put before every name: `module.` of DataParallel, `model.` of Lightning, and others."""
_WITHIN = frozenset({"module", "_orig_mod", "_forward_module", "_fsdp_wrapped_module", "_checkpoint_wrapped_module"})
"""What wrappers of a part of a network put into names, such as DataParallel around `features` alone."""
_STAGES = frozenset({"features", "classifier"})
"""Names of torchvision's own, which tell where a row stands."""


def _without_prefixes(keys: Iterable[str]) -> dict[str, str]:
    """Each key by its name in the network: without wrappers' prefixes, in any combination, and without one that all
    keys share. A key keeps its own where two would be one."""
    given = list(keys)
    stripped = [_unwrapped(key) for key in given]
    if len(set(stripped)) < len(given):
        stripped = given
    while (shared := _shared(stripped)) is not None:
        stripped = [key[len(shared) + 1 :] for key in stripped]
    return dict(zip(stripped, given, strict=True))


def _unwrapped(key: str) -> str:
    first, dot, rest = key.partition(".")
    while dot and first in _WRAPPERS and "." in rest:
        key = rest
        first, dot, rest = key.partition(".")
    parts = key.split(".")
    return ".".join([*(part for part in parts[:-2] if part not in _WITHIN), *parts[-2:]])


def _shared(keys: list[str]) -> str | None:
    """The first part that all names have, where names of modules are left without it."""
    firsts = {key.partition(".")[0] for key in keys}
    if len(firsts) != 1 or firsts & _STAGES or any(key.count(".") < 2 for key in keys):
        return None
    return firsts.pop()


_WRAPPED = r"(?:(?:module|model|_orig_mod|net|network)\.)?"
_BESIDE: tuple[tuple[str, frozenset[int] | None, str], ...] = (
    (_WRAPPED + r"(?:\w+_)?(?:ema|averaged|swa|shadow|teacher)(?:_\w+)?\..+", None,
     "a second copy of the network, such as running means of its weights"),
    (_WRAPPED + r"(?:criterion|criteria|loss|losses|loss_\w+|\w+_loss|\w+_criterion)\b.*", None,
     "what a loss weighs its terms with"),
    (r"(?:optimizer|optim|lr_scheduler|scheduler|grad_scaler|scaler)\..+", None, "what the training goes on with"),
    (r"(?:.+\.)?(?:(?:pixel|img|image|input|data|norm|rgb)_)?(?:mean|std)", frozenset({1, 3, 4}),
     "by which images are normalized before they go into the network"),
    (r"(?:.+\.)?(?:n_averaged|num_updates|decay|global_step|step|epoch|iteration|iter)", frozenset({1}),
     "a count or a setting"),
)  # fmt: skip
"""What keys match as a whole of tensors that are left out, how many numbers these may have, and what they are."""


def _beside(shapes: Mapping[str, TensorShape]) -> dict[str, list[str]]:
    """The keys of tensors that are none of the network's, by what they are, where others have the weights."""
    found: dict[str, list[str]] = {}
    left = dict(shapes)
    for pattern, numbers, what in _BESIDE:
        matches = re.compile(pattern, re.DOTALL).fullmatch
        keys = {key for key, shape in left.items() if (numbers is None or prod(shape) in numbers) and matches(key)}
        rest = {key: shape for key, shape in left.items() if key not in keys}
        if keys and any(len(shape) == _CONVOLUTION for shape in rest.values()):
            found[what], left = [key for key in left if key in keys], rest
    return found


_CONVOLUTION = 4
"""Sides of a convolution's weight."""


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
