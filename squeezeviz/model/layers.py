"""The rows of a layer table: conv, pools, Fire, dropout and softmax. They are frozen, and checked when they are
made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from enum import StrEnum
from operator import attrgetter
from typing import Any, ClassVar

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.recent import Recent
from squeezeviz.model.text import breaks_a_line

LARGEST = 10**12
"""The largest whole number that a table may hold."""

LONGEST_NAME = 10_000

DENSE = 1.0
"""The share of weights kept if nothing is pruned."""
FULL_BITS = 32
"""float32."""
MOST_BITS = 64


class Bypass(StrEnum):
    """What runs around a Fire module (paper, Section 6)."""

    NONE = "none"
    SIMPLE = "simple"
    COMPLEX = "complex"


def check_name(name: object, what: str = "a layer") -> None:
    """Raise SqueezevizError if `name` cannot be the name of a layer or a table."""
    if not isinstance(name, str):
        raise SqueezevizError(f"the name of {what} must be text, not {shown(name)}", Place(column="name"))
    if not name.strip():
        raise SqueezevizError(f"{what} needs a name", Place(column="name"))
    if len(name) > LONGEST_NAME:
        raise SqueezevizError(
            f"a name may have {LONGEST_NAME:,} characters, this one has {len(name):,}", Place(column="name")
        )
    if name.isprintable():
        return
    for position, character in enumerate(name, 1):
        if breaks_a_line(character):
            raise SqueezevizError(
                f"a name cannot hold the control character U+{ord(character):04X} (position {position})",
                Place(column="name"),
            )


def check_whole(value: object, field: str, lowest: int = 1, row: str | None = None) -> None:
    """Raise SqueezevizError unless `value` is a whole number from `lowest` to 10^12."""
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= LARGEST:
        return
    raise SqueezevizError(
        f"{field} must be a whole number from {lowest} to 10^12, not {shown(value)}", Place(row=row, column=field)
    )


_LOWEST = {"filters": 1, "kernel": 1, "stride": 1, "padding": 0, "s1x1": 1, "e1x1": 1, "e3x3": 1}
"""The fields that hold whole numbers, with the lowest that each may have."""
_FLAGS = ("relu", "bias", "bypass_relu", "ceil")


@dataclasses.dataclass(frozen=True, slots=True)
class _Row:
    """What all rows have. A row checks its fields when it is made."""

    name: str

    def __post_init__(self) -> None:
        check_name(self.name)
        for field, lowest in _LOWEST.items():
            if hasattr(self, field):
                check_whole(getattr(self, field), field, lowest, self.name)
        for field in _FLAGS:
            value = getattr(self, field, True)
            if not isinstance(value, bool):
                raise SqueezevizError(
                    f"{field} must be true or false, not {shown(value)}", Place(row=self.name, column=field)
                )


def _check_compression(row: Conv | Fire, *shares: str) -> None:
    """Check the shares of weights kept and the bits per weight. A share of 1 becomes 1.0."""
    for field in shares:
        share = getattr(row, field)
        if type(share) is float and 0 < share <= 1:
            continue
        number = isinstance(share, int | float) and not isinstance(share, bool)
        if not number or not 0 < share <= 1:
            raise SqueezevizError(
                f"{field} must be the share of weights kept, above 0 and up to 1, not {shown(share)}",
                Place(row=row.name, column=field),
            )
        object.__setattr__(row, field, float(share))
    if not isinstance(row.bits, int) or isinstance(row.bits, bool) or not 1 <= row.bits <= MOST_BITS:
        raise SqueezevizError(
            f"bits must be a whole number from 1 to {MOST_BITS}, not {shown(row.bits)}",
            Place(row=row.name, column="bits"),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Conv(_Row):
    """A square 2-D convolution, followed by a ReLU unless `relu` is false.

    `kept` is the share of its weights that pruning keeps (Table 1 calls it sparsity), from 0 to 1. `bits` is the size
    of each weight. Both describe how the network is stored and do not change what a pass computes.
    """

    type: ClassVar[str] = "conv"
    filters: int
    kernel: int
    stride: int = 1
    padding: int = 0
    relu: bool = True
    bias: bool = True
    kept: float = DENSE
    bits: int = FULL_BITS

    def __post_init__(self) -> None:
        _Row.__post_init__(self)
        _check_compression(self, "kept")


@dataclasses.dataclass(frozen=True, slots=True)
class _Pool(_Row):
    """A window, and how it moves."""

    kernel: int = 3
    stride: int = 2
    padding: int = 0
    ceil: bool = True


class MaxPool(_Pool):
    """Max pooling over a square window; `ceil` rounds the output size up, as Caffe does."""

    __slots__ = ()
    type: ClassVar[str] = "maxpool"


class AvgPool(_Pool):
    """Average pooling over a square window; padding counts as zeros."""

    __slots__ = ()
    type: ClassVar[str] = "avgpool"


class GlobalAvgPool(_Row):
    """Average over the whole feature map, whatever its size."""

    __slots__ = ()
    type: ClassVar[str] = "global_avgpool"


@dataclasses.dataclass(frozen=True, slots=True)
class Fire(_Row):
    """A Fire module: squeeze 1×1, then expand 1×1 and expand 3×3 in parallel, concatenated (paper, Section 3.2).

    `relu` and `bias` apply to all its convolutions. `bypass_relu` applies to the 1×1 convolution of a complex bypass;
    the paper does not mention a ReLU there, but the authors' generator has one. `s1x1_kept`, `e1x1_kept` and
    `e3x3_kept` are the shares of weights that pruning keeps, and `bits` is the size of each weight of all convolutions.
    The convolution of a complex bypass stays dense, because the paper does not prune it.
    """

    type: ClassVar[str] = "fire"
    s1x1: int
    e1x1: int
    e3x3: int
    bypass: Bypass = Bypass.NONE
    relu: bool = True
    bias: bool = True
    bypass_relu: bool = True
    s1x1_kept: float = DENSE
    e1x1_kept: float = DENSE
    e3x3_kept: float = DENSE
    bits: int = FULL_BITS

    def __post_init__(self) -> None:
        _Row.__post_init__(self)
        try:
            object.__setattr__(self, "bypass", Bypass(self.bypass))
        except ValueError:
            raise SqueezevizError(
                f"bypass must be none, simple or complex, not {shown(self.bypass)}",
                Place(row=self.name, column="bypass"),
            ) from None
        _check_compression(self, "s1x1_kept", "e1x1_kept", "e3x3_kept")


@dataclasses.dataclass(frozen=True, slots=True)
class Dropout(_Row):
    """Dropout. It drops values during training and passes them on unchanged in our forward pass."""

    type: ClassVar[str] = "dropout"
    p: float = 0.5

    def __post_init__(self) -> None:
        _Row.__post_init__(self)
        number = isinstance(self.p, int | float) and not isinstance(self.p, bool)
        if not number or not 0 <= self.p < 1:
            raise SqueezevizError(
                f"p must be a share from 0 to below 1, not {shown(self.p)}", Place(row=self.name, column="p")
            )
        object.__setattr__(self, "p", float(self.p))


class Softmax(_Row):
    """Softmax over the channels."""

    __slots__ = ()
    type: ClassVar[str] = "softmax"


Layer = Conv | MaxPool | AvgPool | GlobalAvgPool | Fire | Dropout | Softmax

LAYER_TYPES: dict[str, type[Layer]] = {
    kind.type: kind for kind in (Conv, MaxPool, AvgPool, GlobalAvgPool, Fire, Dropout, Softmax)
}
"""The class of each kind of row, by the word that files use for it."""


_BUT_NAME = {
    kind: tuple(field.name for field in dataclasses.fields(kind) if field.name != "name")
    for kind in LAYER_TYPES.values()
}
_CONTENTS: dict[type[Layer], Callable[[Layer], tuple[Any, ...]]] = {
    kind: attrgetter("type", *fields) if fields else lambda layer: (layer.type,) for kind, fields in _BUT_NAME.items()
}
_SETTERS = {kind: [getattr(kind, field).__set__ for field in ("name", *fields)] for kind, fields in _BUT_NAME.items()}


def contents(layer: Layer) -> tuple[Any, ...]:
    """All of a layer but its name: what is worked out from that alone is worked out once for all that are alike."""
    return _CONTENTS[type(layer)](layer)


def renamed(layer: Layer, name: str) -> Layer:
    """Return the layer under another name. SqueezevizError if that cannot be one; what else it has was checked when it
    was made."""
    if name == layer.name:
        return layer
    check_name(name)
    kind = type(layer)
    made, (_, *values) = object.__new__(kind), _CONTENTS[kind](layer)
    for put, value in zip(_SETTERS[kind], (name, *values), strict=True):
        put(made, value)
    return made


COMPRESSION_FIELDS = frozenset({"kept", "s1x1_kept", "e1x1_kept", "e3x3_kept", "bits"})
"""Fields that say how weights are stored; a forward pass does not depend on them."""

_AS_TRAINED: dict[type[Layer], dict[str, Any]] = {
    kind: {field.name: field.default for field in dataclasses.fields(kind) if field.name in COMPRESSION_FIELDS}
    for kind in LAYER_TYPES.values()
}


_STORED = {kind: (attrgetter(*known), tuple(known.values())) for kind, known in _AS_TRAINED.items() if known}
"""How the weights of a layer are stored, and of one that is not compressed."""


def is_compressed(layer: Layer) -> bool:
    """Whether weights of the layer are pruned, or take other than 32 bits."""
    stored = _STORED.get(type(layer))
    return stored is not None and stored[0](layer) != stored[1]


UNCOMPRESSED: Recent[Layer, Layer] = Recent()
"""What `uncompressed` made of rows; a network that is resolved begins it."""


def uncompressed(layer: Layer) -> Layer:
    """Return the layer with all of its weights, in 32 bits. A forward pass depends on nothing else."""
    if not is_compressed(layer):
        return layer
    return UNCOMPRESSED.get(layer, lambda: dataclasses.replace(layer, **_AS_TRAINED[type(layer)]))
