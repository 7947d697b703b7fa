"""A checkpoint's pickle read with the standard library, so that nothing it names is imported and nothing is called.

Every name in it becomes a stand-in of ours, from a closed list; of the calls that the file asks for, those that make
tensors, dicts and sizes make descriptions of them, and all others nothing.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import IO, Any

from squeezeviz.model.errors import SqueezevizError, brief

DAMAGED = "this checkpoint is damaged or was cut off; download or save it again"


@dataclass(frozen=True, slots=True)
class Storage:
    """A run of numbers that the file has under `key`. `dtype` is empty where only bytes are known."""

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


class Unpickler(pickle.Unpickler):
    """Reads one object; `storages` are the runs of numbers that it refers to, by their keys."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, encoding="utf-8")
        self.storages: dict[str, Storage] = {}
        self._stand_ins: dict[tuple[str, str], type[StandIn]] = {}

    def load(self) -> Any:
        """The object: builtin values, stand-ins and tensors. SqueezevizError where it is damaged or names others."""
        try:
            return super().load()
        except (pickle.UnpicklingError, EOFError, LookupError, ValueError, TypeError, AttributeError, OverflowError,
                RecursionError):  # fmt: skip
            raise SqueezevizError(DAMAGED) from None

    def find_class(self, module: str, name: str) -> type[StandIn]:
        """A stand-in for a name that checkpoints have; SqueezevizError for any other."""
        allowed = _HARMLESS.get(module, ())
        of_torch = module == "torch" and _OF_TORCH.fullmatch(name)
        if not of_torch and allowed is not None and name not in allowed:
            raise SqueezevizError(
                f"this holds Python objects, such as {brief(f'{module}.{name}')}, not only tensors, and nothing of "
                "them was run; where their code is, save the model's state_dict() and open that"
            )
        if (module, name) not in self._stand_ins:
            self._stand_ins[module, name] = type(name, (StandIn,), {"module": module, "name": name})
        return self._stand_ins[module, name]

    def persistent_load(self, pid: Any) -> Storage:
        """The storage that the file refers to as ('storage', its class, key, device, how many numbers)."""
        if type(pid) is not tuple or len(pid) not in (5, 6) or pid[0] != "storage":
            raise SqueezevizError(DAMAGED)
        kind, key, numel = pid[1], pid[2], pid[4]
        if not _is_stand_in(kind) or type(key) is not str or not _is_count(numel):
            raise SqueezevizError(DAMAGED)
        if len(pid) == 6 and pid[5] is not None:
            raise SqueezevizError("this checkpoint is from before PyTorch 0.4; load and save it with a newer one")
        dtype = _STORAGES.get(kind.name, kind.name.removesuffix("Storage").lower())
        return self.storages.setdefault(key, Storage(key, dtype, numel))


class StandIn:
    """What a class or function is in a pickle: calling it runs `_MAKERS`, or makes an empty object."""

    __slots__ = ()
    module = name = ""

    def __new__(cls, *arguments: Any, **_: Any) -> Any:
        make = _MAKERS.get(f"{cls.module}.{cls.name}")
        return make(*arguments) if make else super().__new__(cls)

    def __setstate__(*_: object) -> None:
        """Take no state: neither an object nor its class."""


class Dict(dict[Any, Any]):
    """An OrderedDict or the like, which takes no attributes beside its items."""

    __setstate__ = StandIn.__setstate__


def _is_stand_in(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, StandIn)


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST


_LARGEST = 2**40
_MOST_SIDES = 64
"""PyTorch's own limit."""


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *more: Any) -> StoredTensor:
    """As torch._utils._rebuild_tensor; its third version gives the dtype after two further arguments."""
    if type(storage) is not Storage or type(shape) is not tuple or type(strides) is not tuple:
        raise TypeError
    if not len(shape) == len(strides) <= _MOST_SIDES or not all(map(_is_count, (offset, *shape, *strides))):
        raise ValueError
    dtype = more[2].name if len(more) > 2 and _is_stand_in(more[2]) else storage.dtype
    return StoredTensor(storage, dtype, offset, shape, strides)


def _parameter(tensor: Any, *_: Any) -> Any:
    return tensor


def _of_subclass(function: Any, _class: Any, arguments: Any, _state: Any) -> Any:
    """A tensor with further attributes."""
    plain = _is_stand_in(function) and function.module == "torch._utils" and function.name in _REBUILDERS
    return function(*arguments) if plain else OtherTensor("of a class of its own")


def _dict(*arguments: Any) -> Dict:
    """An OrderedDict or Counter of pairs or of a dict; a defaultdict is made empty, of what makes its values."""
    return Dict(arguments[0]) if arguments and type(arguments[0]) in (list, dict, Dict) else Dict()


def _size(sides: Any = ()) -> tuple[Any, ...]:
    return tuple(sides) if isinstance(sides, list | tuple) else ()


_REBUILDERS: dict[str, Callable[..., Any]] = {
    "_rebuild_tensor": _tensor,
    "_rebuild_tensor_v2": _tensor,
    "_rebuild_tensor_v3": _tensor,
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


def _other(kind: str) -> Callable[..., OtherTensor]:
    return lambda *_: OtherTensor(kind)


_MAKERS: dict[str, Callable[..., Any]] = {
    **{f"torch._utils.{name}": make for name, make in _REBUILDERS.items()},
    **{f"torch._utils.{name}": _other(kind) for name, kind in _OTHER_KINDS.items()},
    "torch._tensor._rebuild_from_type_v2": _of_subclass,
    "torch.Size": _size,
    "collections.OrderedDict": _dict,
    "collections.defaultdict": _dict,
    "collections.Counter": _dict,
}
"""What stands for a call of that name."""

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
