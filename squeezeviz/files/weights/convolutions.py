"""The convolutions that a file's tensors are, from names and shapes; all else is refused by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from squeezeviz.analysis.weights import TensorShape
from squeezeviz.model.errors import SqueezevizError, brief

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


def convolutions(shapes: Mapping[str, TensorShape], keys: Mapping[str, str]) -> list[Convolution]:
    """The convolutions in the order of their weights. `keys` gives each name in the network its key in the file.

    SqueezevizError names the first key that is none of a convolution's, and says what was expected.
    """
    if len(keys) > MOST_TENSORS:
        raise SqueezevizError(f"these are {len(keys):,} tensors; a network of up to {MOST_TENSORS:,} can be opened")
    named = {name: shapes[key] for name, key in keys.items()}
    return list(_convolutions(named, keys))


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
