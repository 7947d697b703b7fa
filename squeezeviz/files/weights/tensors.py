"""The tensors that a checkpoint's pickle describes: shape, strides, and where their numbers are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

from squeezeviz.files.weights.pickles import DAMAGED, Made, Named, Reference
from squeezeviz.model.errors import SqueezevizError, brief


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of numbers that the file keeps under `key`. `dtype` is empty where only bytes are known."""

    key: str
    dtype: str
    numel: int


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A view of a storage; offset and strides count numbers."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def extent(self) -> int:
        """How many numbers of the storage lie from its first to its last."""
        if not prod(self.shape):
            return 0
        return 1 + sum((side - 1) * stride for side, stride in zip(self.shape, self.strides, strict=True))


@dataclass(frozen=True, slots=True)
class OtherTensor:
    """A tensor without plain numbers; `kind` says what it is, as in `it is sparse`."""

    kind: str


def check_name(named: Named) -> None:
    """Raise SqueezevizError unless files of nothing but tensors and settings have that name too."""
    if named.module == "torch" and _OF_TORCH.fullmatch(named.name):
        return
    allowed = _HARMLESS.get(named.module, ())
    if allowed is not None and named.name not in allowed:
        raise SqueezevizError(
            f"this holds Python objects, such as {brief(str(named))}, not only tensors, and nothing of them was run; "
            "where their code is, save the model's state_dict() and open that"
        )


def made_by(function: object, arguments: tuple[object, ...]) -> object:
    """What stands for a call: the tensor, the dict or the tuple that it would make, else the call itself."""
    if not isinstance(function, Named):
        return Made(function, arguments)
    if str(function) == "torch._tensor._rebuild_from_type_v2":
        return _of_subclass(arguments)
    if function.module == "torch._utils":
        rebuild = _REBUILDERS.get(function.name)
        return rebuild(arguments) if rebuild else OtherTensor(_OTHER_KINDS[function.name])
    if function.module == "collections":
        return _collection(arguments)
    if str(function) == "torch.Size":
        return tuple(arguments[0]) if isinstance(arguments[0], list | tuple) else ()
    return Made(function, arguments)


def storage_of(reference: Reference) -> Storage:
    """The storage that the file refers to as ('storage', its class, key, device, how many numbers)."""
    identity: Any = reference.identity
    if type(identity) is not tuple or len(identity) not in (5, 6) or identity[0] != "storage":
        raise SqueezevizError(DAMAGED)
    kind, key, numel = identity[1], identity[2], identity[4]
    if type(kind) is not Named or type(key) is not str or not _is_count(numel):
        raise SqueezevizError(DAMAGED)
    if len(identity) == 6 and identity[5] is not None:
        raise SqueezevizError("this checkpoint is from before PyTorch 0.4; load and save it with a newer one")
    return Storage(key, _STORAGES.get(kind.name, kind.name.removesuffix("Storage").lower()), numel)


def _plain(arguments: tuple[Any, ...]) -> StoredTensor:
    reference, offset, shape, strides = arguments[:4]
    if type(reference) is not Reference:
        raise SqueezevizError(DAMAGED)
    storage = storage_of(reference)
    dtype = storage.dtype
    if len(arguments) > 6 and type(arguments[6]) is Named:
        dtype = arguments[6].name
    if type(shape) is not tuple or type(strides) is not tuple or len(shape) != len(strides):
        raise SqueezevizError(DAMAGED)
    if len(shape) > _MOST_SIDES or not all(map(_is_count, (offset, *shape, *strides))):
        raise SqueezevizError(DAMAGED)
    return StoredTensor(storage, dtype, offset, shape, strides)


def _parameter(arguments: tuple[Any, ...]) -> object:
    return arguments[0]


def _of_subclass(arguments: tuple[Any, ...]) -> object:
    """A tensor with further attributes: (function, class, arguments, state)."""
    function, _, inner, _ = arguments
    rebuild = _REBUILDERS.get(function.name) if type(function) is Named else None
    return rebuild(tuple(inner)) if rebuild else OtherTensor("of a class of its own")


def _collection(arguments: tuple[Any, ...]) -> dict[str, object]:
    """An OrderedDict, made empty, or of pairs as Python 2 wrote it."""
    pairs = arguments[0] if arguments and type(arguments[0]) in (list, dict) else []
    items = pairs.items() if isinstance(pairs, dict) else (pair for pair in pairs if len(pair) == 2)
    return {key: value for key, value in items if type(key) is str}


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


_LARGEST = 2**40
_MOST_SIDES = 64
"""PyTorch's own limit."""

_REBUILDERS: dict[str, Callable[[tuple[Any, ...]], object]] = {
    "_rebuild_tensor": _plain,
    "_rebuild_tensor_v2": _plain,
    "_rebuild_tensor_v3": _plain,
    "_rebuild_parameter": _parameter,
    "_rebuild_parameter_with_state": _parameter,
}
"""What PyTorch calls to make a tensor again (torch/_utils.py)."""

_OTHER_KINDS = {
    "_rebuild_qtensor": "quantized",
    "_rebuild_sparse_tensor": "sparse",
    "_rebuild_sparse_csr_tensor": "sparse",
    "_rebuild_nested_tensor": "nested",
    "_rebuild_meta_tensor_no_storage": "without values",
    "_rebuild_device_tensor_from_numpy": "a device's own",
    "_rebuild_device_tensor_from_cpu_tensor": "a device's own",
    "_rebuild_wrapper_subclass": "of a class of its own",
}

_STORAGES = {
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "DoubleStorage": "float64",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "",
}

ITEM_BYTES = {
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8, "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1,
    "bool": 1, "complex64": 8, "complex128": 16, "qint8": 1, "quint8": 1, "qint32": 4,
}  # fmt: skip
"""Of each type of numbers that a storage has by its class."""

_OF_TORCH = re.compile(r"[A-Z][A-Za-z0-9]*Storage|Size|device|Tensor|u?int\d+|bool|b?float\w+|complex\d+|q\w+|per_\w+")

_ARRAYS = ("scalar", "_reconstruct")

_HARMLESS: dict[str, tuple[str, ...] | None] = {
    "torch._utils": (*_REBUILDERS, *_OTHER_KINDS),
    "torch._tensor": ("_rebuild_from_type_v2",),
    "torch.nn.parameter": ("Parameter", "Buffer"),
    "torch.storage": ("UntypedStorage", "TypedStorage"),
    "torch.serialization": ("_get_layout",),
    "torch.torch_version": ("TorchVersion",),
    "collections": ("OrderedDict", "defaultdict", "Counter"),
    "argparse": ("Namespace",),
    "_codecs": ("encode",),
    "numpy": ("dtype", "ndarray"),
    "numpy.core.multiarray": _ARRAYS,
    "numpy._core.multiarray": _ARRAYS,
    "numpy.dtypes": None,
    "datetime": None,
    "pathlib": None,
    "builtins": ("set", "frozenset", "bytearray", "complex", "dict", "list", "tuple", "int", "float", "str"),
    "__builtin__": ("set", "frozenset", "bytearray", "complex", "dict", "list", "tuple", "long", "unicode"),
}  # fmt: skip
"""What stands beside weights in checkpoints as training scripts save them; None: any name of that module."""
