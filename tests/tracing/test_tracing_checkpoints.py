"""Weights out of files: the published ones load as they are, everything else gets one sentence."""

from __future__ import annotations

import os
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.tracing.checkpoints import load_state_dict, load_weights
from squeezeviz.tracing.module import SqueezeNet, build_module

Preset = Callable[[str], ResolvedNetwork]


@pytest.fixture
def module(preset: Preset) -> SqueezeNet:
    return build_module(preset("squeezenet1_0"))


def test_the_published_weights_load_strictly(module: SqueezeNet, shared_data: Path) -> None:
    file = shared_data / "pytorch/squeezenet1_0_deepcompression.pth"
    weights = load_state_dict(file)
    load_weights(module, weights)
    module.load_state_dict(weights, strict=True)
    assert all(torch.equal(value, weights[key]) for key, value in module.state_dict().items())


def test_weights_of_another_network_are_refused(module: SqueezeNet, shared_data: Path) -> None:
    file = shared_data / "pytorch/not_a_squeezenet_lpips_heads.pth"
    reason = r"another network: none of their 7 tensors .*features\.0\.weight and 51 more.*lin0"
    with pytest.raises(SqueezevizError, match=reason):
        load_weights(module, load_state_dict(file), str(file))


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1"])
@pytest.mark.parametrize("zipped", [True, False])
def test_weights_saved_and_loaded_are_the_same(name: str, zipped: bool, preset: Preset, tmp_path: Path) -> None:
    weights = build_module(preset(name)).state_dict()
    torch.save(weights, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    loaded = load_state_dict(tmp_path / "w.pth")
    assert all(torch.equal(loaded[key], value) for key, value in weights.items())


def test_weights_within_a_training_checkpoint_are_found(module: SqueezeNet, tmp_path: Path) -> None:
    weights = module.state_dict()
    parallel = {f"module.{key}": value for key, value in weights.items()}
    torch.save({"epoch": 3, "state_dict": parallel, "best_acc1": 57.5}, tmp_path / "w.pth")
    assert load_state_dict(tmp_path / "w.pth").keys() == weights.keys()


def test_a_missing_an_unexpected_and_a_misshapen_tensor_are_named(module: SqueezeNet) -> None:
    before = {key: value.clone() for key, value in module.state_dict().items()}
    weights = dict(before)
    del weights["features.3.squeeze.bias"]
    weights["fc.weight"] = torch.zeros(1)
    weights["classifier.1.bias"] = torch.zeros(10)
    with pytest.raises(SqueezevizError) as refused:
        load_weights(module, weights, "w.pth")
    said = str(refused.value)
    assert said.startswith("w.pth: ")
    assert "features.3.squeeze.bias missing" in said
    assert "fc.weight not in the table" in said
    assert "classifier.1.bias is 10 where the table has 1000" in said
    assert all(torch.equal(value, before[key]) for key, value in module.state_dict().items())


class Harmful:
    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("harmed",)


def test_no_code_in_a_file_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Harmful()}, "w.pth")
    with pytest.raises(SqueezevizError, match=r"w\.pth: the file holds Python objects, not only tensors"):
        load_state_dict("w.pth")
    assert not Path("harmed").exists()


def compressed(file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", b"x" * 1000)


def plain_archive(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda file: file.write_bytes(b""), "the file is empty"),
        (lambda file: file.write_text("<!DOCTYPE html><html></html>"), "this is a web page"),
        (lambda file: file.write_text("\n <html>"), "this is a web page"),
        (lambda file: file.write_text("version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer"),
        (lambda file: file.write_bytes(b"\x89HDF\r\n\x1a\n"), "HDF5"),
        (lambda file: file.write_text("layer,output\nconv1,1\n"), "no PyTorch checkpoint"),
        (lambda file: file.mkdir(), "a folder"),
        (lambda file: None, "cannot be read: No such file"),
        (compressed, "archive is compressed"),
        (plain_archive, "holds no PyTorch weights"),
        (lambda file: torch.save([1, 2], file), "not a list"),
        (lambda file: torch.save({}, file), "a state_dict was expected"),
        (lambda file: torch.save({"a": 1}, file), "a is no named tensor"),
        (lambda file: torch.save(nn.ReLU(), file), "holds Python objects"),
    ],
)
def test_what_is_no_checkpoint_gets_one_sentence(make: Callable[[Path], object], reason: str, tmp_path: Path) -> None:
    file = tmp_path / "file.pth"
    make(file)
    with pytest.raises(SqueezevizError, match=reason) as refused:
        load_state_dict(file)
    assert refused.value.place.file == str(file)


def test_a_torchscript_program_is_recognised(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.pt", "w") as archive:
        archive.writestr("p/constants.pkl", b"")
        archive.writestr("p/data.pkl", b"")
    with pytest.raises(SqueezevizError, match="TorchScript program"):
        load_state_dict(tmp_path / "p.pt")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_damaged_file_never_shows_a_traceback(zipped: bool, tmp_path: Path) -> None:
    whole = tmp_path / "w.pth"
    torch.save({"weight": torch.arange(50.0)}, whole, _use_new_zipfile_serialization=zipped)
    good, dice = whole.read_bytes(), random.Random(7)
    for _ in range(200):
        damaged = bytearray(good[: dice.randrange(1, len(good))] if dice.random() < 0.3 else good)
        for _ in range(dice.randrange(4)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        whole.write_bytes(damaged)
        try:
            loaded = load_state_dict(whole)
        except SqueezevizError:
            continue
        assert all(isinstance(value, torch.Tensor) for value in loaded.values())
