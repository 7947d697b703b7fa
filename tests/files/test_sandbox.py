"""Files with weights are read in a process of their own, which may take long, or die, or be given up."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import KeptWeights, TensorName, tensor_shapes
from squeezeviz.files import sandbox as apart
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file
from squeezeviz.files.sandbox import read_apart, write_apart
from squeezeviz.files.trained_weights import Weights, load, save
from squeezeviz.model.errors import SqueezevizError


def never() -> bool:
    return False


@pytest.fixture
def weights() -> Weights:
    chance = np.random.default_rng(1)
    network = resolve(load_preset("squeezenet1_1"))
    shapes = [each for layer in network.layers for each in tensor_shapes(layer).items()]
    return Weights({name: chance.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes}, "made.pth")


def test_what_is_written_apart_is_read_apart_with_the_same_weights(tmp_path: Path, weights: Weights) -> None:
    table = load_preset("squeezenet1_1")
    kept = save(weights, tmp_path / "kept")
    target = tmp_path / "net.safetensors"
    write_apart(str(target), table, "safetensors", kept, never)
    opened, found = read_apart(str(target), tmp_path, never)
    assert opened.table.layers == table.layers
    assert found is not None
    back = load(found)
    assert back.origin == "net.safetensors"
    assert back.arrays.keys() == weights.arrays.keys()
    assert all(np.array_equal(back.arrays[name], weights.arrays[name]) for name in weights.arrays)


def test_what_a_checkpoint_cannot_tell_comes_across(tmp_path: Path) -> None:
    path = tmp_path / "plain.safetensors"
    save_file({"features.0.weight": np.zeros((8, 3, 3, 3), np.float32), **_fire("features.2", 8, 2, 4, 4)}, path)
    opened, _ = read_apart(str(path), tmp_path, never)
    here = read_file(path)
    assert opened.unsaid == here.unsaid
    assert opened.table == here.table
    assert opened.notes == here.notes


def _fire(place: str, channels: int, squeeze: int, small: int, large: int) -> dict[str, np.ndarray]:
    shapes = {
        "squeeze": (squeeze, channels, 1, 1),
        "expand1x1": (small, squeeze, 1, 1),
        "expand3x3": (large, squeeze, 3, 3),
    }
    return {f"{place}.{part}.weight": np.zeros(shape, np.float32) for part, shape in shapes.items()}


def test_a_refusal_comes_across_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(b"\x10\0\0\0\0\0\0\0{")
    with pytest.raises(SqueezevizError) as apart_from_here:
        read_apart(str(path), tmp_path, never)
    with pytest.raises(SqueezevizError) as here:
        read_file(path)
    assert str(apart_from_here.value) == str(here.value)


def test_a_process_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart.sys, "executable", "/bin/false")
    with pytest.raises(SqueezevizError, match="the process that does this ended unexpectedly"):
        read_apart(str(tmp_path / "net.onnx"), tmp_path, never)


def test_a_process_that_takes_too_long_can_be_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text("#!/bin/sh\nexec sleep 6000\n")
    sleeper.chmod(0o755)
    monkeypatch.setattr(apart.sys, "executable", str(sleeper))
    with pytest.raises(SqueezevizError, match="cancelled"):
        read_apart(str(tmp_path / "net.onnx"), tmp_path, lambda: True)


def test_renamed_rows_are_written_with_the_weights_that_they_had(tmp_path: Path, weights: Weights) -> None:
    table = load_preset("squeezenet1_1")
    renamed = table.with_field(0, "name", "first")
    kept = save(weights, tmp_path / "kept").after(table, renamed)
    write_apart(str(tmp_path / "net.safetensors"), renamed, "safetensors", kept, never)
    _, found = read_apart(str(tmp_path / "net.safetensors"), tmp_path, never)
    assert found is not None
    arrays = load(found).arrays
    first = next(array for name, array in arrays.items() if name.kind == "weight")
    assert np.array_equal(first, weights.arrays[TensorName("conv1", "", "weight")])


def test_weights_that_were_kept_and_are_gone_are_told(tmp_path: Path) -> None:
    kept = KeptWeights(str(tmp_path / "gone"), "net.onnx", {})
    with pytest.raises(SqueezevizError, match=r"the weights of net\.onnx are no longer"):
        write_apart(str(tmp_path / "out.safetensors"), load_preset("squeezenet1_1"), "safetensors", kept, never)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be asked to end there")
def test_writing_that_is_given_up_leaves_nothing_half_written(
    tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, folder = tmp_path / "slow", tmp_path / "folder"
    slow.mkdir()
    folder.mkdir()
    (slow / "sitecustomize.py").write_text("import os, time\nos.fsync = lambda _: time.sleep(30)\n")
    monkeypatch.setenv("PYTHONPATH", str(slow))
    kept = save(weights, tmp_path / "kept")
    seen: list[Path] = []

    def as_it_is_written() -> bool:
        seen.extend(folder.iterdir())
        return bool(seen)

    with pytest.raises(SqueezevizError, match="cancelled"):
        write_apart(
            str(folder / "out.safetensors"), load_preset("squeezenet1_1"), "safetensors", kept, as_it_is_written
        )
    assert seen
    assert list(folder.iterdir()) == []
