"""Weights out of a `.pth` file, and into a module, all or nothing. No code in a file is ever run."""

from __future__ import annotations

import os
import pickle
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from squeezeviz.core.errors import Place, SqueezevizError, brief
from squeezeviz.tracing.module import SqueezeNet

_WRAPPERS = ("state_dict", "model_state_dict", "model", "net")
"""Under which training scripts put the weights beside an optimizer's state."""

_PARALLEL = "module."
"""What DataParallel puts before every name."""

_UNREADABLE = (
    pickle.UnpicklingError, RuntimeError, EOFError, ValueError, LookupError, AttributeError, TypeError, AssertionError,
    OverflowError, MemoryError, struct.error, zipfile.BadZipFile, NotImplementedError,
)  # fmt: skip
"""What torch's reader has for a file that is damaged or holds more than tensors."""


def load_state_dict(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """The named tensors of a PyTorch checkpoint, in main memory.

    Takes plain state dicts and those within a training checkpoint. SqueezevizError says in a sentence what the file
    is instead.
    """
    file = Path(path)
    place = Place(file=str(path))
    if file.exists() and not file.is_file():
        raise SqueezevizError("this is a folder or a device, not a file; choose a .pth file", place)
    try:
        with file.open("rb") as opened:
            _refuse_other_files(opened.read(512), place)
        if zipfile.is_zipfile(file):
            _refuse_other_archives(file, place)
        with warnings.catch_warnings(action="ignore"):
            content = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise SqueezevizError(f"cannot be read: {error.strerror or error}", place) from None
    except _UNREADABLE as error:
        raise SqueezevizError(_why_unreadable(error), place) from None
    return _tensors(content, place)


def load_weights(module: SqueezeNet, weights: Mapping[str, Tensor], file: str | None = None) -> None:
    """Put `weights` into `module`. SqueezevizError where a name or shape differs, and nothing is changed then."""
    own = module.state_dict()
    if trouble := _misfit(own, weights):
        raise SqueezevizError(trouble, Place(file=file))
    module.load_state_dict(dict(weights), strict=True)


def _refuse_other_files(head: bytes, place: Place) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        raise SqueezevizError("the file is empty; download it again", place)
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise SqueezevizError("this is a web page, not weights; download the file that the page offers", place)
    if start.startswith(b"version https://git-lfs"):
        raise SqueezevizError("this is a Git LFS pointer, not weights; fetch the file with git lfs pull", place)
    if start.startswith(b"\x89hdf"):
        raise SqueezevizError("this is an HDF5 file; only PyTorch checkpoints (.pth, .pt) can be loaded", place)


def _refuse_other_archives(file: Path, place: Place) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    names = [member.filename.rpartition("/")[2] for member in members]
    if "constants.pkl" in names:
        raise SqueezevizError("this is a TorchScript program; save its state_dict() and load that", place)
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise SqueezevizError(
            "this archive is compressed, which a PyTorch checkpoint never is; if one is in it, unpack it first", place
        )
    if "data.pkl" not in names:
        raise SqueezevizError("this archive holds no PyTorch weights; choose a .pth file with a state_dict", place)


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, pickle.UnpicklingError) and "unsupported global" in str(error).lower():
        return "the file holds Python objects, not only tensors; save the model's state_dict() and load that"
    return "this is no PyTorch checkpoint, or a damaged one; choose a .pth file with a state_dict"


def _tensors(content: object, place: Place) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict) or not content:
        raise SqueezevizError(f"a state_dict was expected, names with tensors, not a {type(content).__name__}", place)
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, Tensor):
            raise SqueezevizError(f"{brief(str(name))} is no named tensor; save the model's state_dict() alone", place)
    parallel = all(name.startswith(_PARALLEL) for name in content)
    return {name.removeprefix(_PARALLEL) if parallel else name: value for name, value in content.items()}


def _misfit(own: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str:
    """A sentence on what differs first; empty where everything fits."""
    shared = [name for name in own if name in given]
    if not shared:
        return (
            f"these weights are of another network: none of their {len(given)} tensors has a name of this one's "
            f"({_some(own)}); theirs are {_some(given)}"
        )
    missing = [name for name in own if name not in given]
    unexpected = [name for name in given if name not in own]
    reshaped = [name for name in shared if own[name].shape != given[name].shape]
    parts = [f"{_some(missing)} missing"] if missing else []
    parts += [f"{_some(unexpected)} not in the table"] if unexpected else []
    if reshaped:
        name = reshaped[0]
        more = f", and {len(reshaped) - 1} more differ" if len(reshaped) > 1 else ""
        parts.append(f"{brief(name)} is {_shape(given[name])} where the table has {_shape(own[name])}{more}")
    return f"these weights do not fit the table: {'; '.join(parts)}" if parts else ""


def _some(names: Mapping[str, Tensor] | list[str]) -> str:
    first, *rest = (brief(name) for name in names)
    return f"{first} and {len(rest)} more" if rest else first


def _shape(tensor: Tensor) -> str:
    return "×".join(str(side) for side in tensor.shape) or "a single number"
