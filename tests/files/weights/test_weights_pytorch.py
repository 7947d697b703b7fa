"""PyTorch checkpoints of every make open with the very numbers that PyTorch itself loads."""

from __future__ import annotations

import argparse
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoint_states import State, small_state
from hypothesis import given
from modules_loaded import loaded_by
from places import SHARED
from safetensors.torch import save_file
from strategies import running_tables

import squeezeviz.trace  # noqa: F401, before torch: it tells OpenMP how to wait
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName, fit
from squeezeviz.files.opened import Read
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file
from squeezeviz.files.weights.pytorch import read, write
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import LayerTable

SHARED = SHARED / "data" / "pytorch"


def opened(content: object, path: Path, **how: object) -> Read:
    torch.save(content, path, **how)  # type: ignore[arg-type]
    return read(path)


def same_numbers(got: Read, state: State) -> bool:
    assert got.weights is not None
    found = list(got.weights.arrays.values())
    expected = [value.float().numpy() for value in state.values()]
    return len(found) == len(expected) and all(map(np.array_equal, found, expected))


def test_the_real_checkpoint_opens_with_its_numbers() -> None:
    path = SHARED / "squeezenet1_0_deepcompression.pth"
    if not path.exists():
        pytest.skip("the folder of real files, ../shared/data, is not here")
    got = read_file(path)
    assert got.table.uncompressed().layers == load_preset("squeezenet1_0").layers
    assert resolve(got.table).macs.value == 818_924_576
    assert got.unknown_geometry is not None
    assert resolve(got.unknown_geometry.chosen("caffe")).macs.value == 861_339_936
    assert got.unknown_geometry.chosen("caffe").uncompressed().layers == load_preset("caffe-v1.0").layers
    assert got.weights is not None
    assert np.array_equal(
        got.weights.arrays[TensorName("fire9", "expand3x3", "weight")],
        torch.load(path, weights_only=True)["features.12.expand3x3.weight"].numpy(),
    )
    assert not fit(resolve(got.table), got.weights.shapes).fresh


@pytest.mark.parametrize("how", [{}, {"_use_new_zipfile_serialization": False}, {"pickle_protocol": 4}])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16, torch.float64])
def test_every_way_to_save_and_every_float_gives_the_same_numbers(
    how: dict[str, object], dtype: torch.dtype, tmp_path: Path
) -> None:
    state = {key: value.to(dtype) for key, value in small_state().items()}
    got = opened(state, tmp_path / "w.pth", **how)
    assert same_numbers(got, state)
    assert [row.name for row in got.table.layers] == ["conv1", "maxpool1", "fire2", "dropout2", "conv3", "avgpool3"]
    assert got.weights is not None
    assert all(array.dtype == np.float32 and array.flags.c_contiguous for array in got.weights.arrays.values())
    kind = str(dtype).removeprefix("torch.")
    note = Note(f"its weights are {kind} in the file; they run as float32", Severity.INFO)
    assert (note in got.notes) is (dtype != torch.float32)


def test_an_archive_without_checksums_opens_with_its_numbers(tmp_path: Path) -> None:
    state = small_state()
    before = torch.serialization.get_crc32_options()
    torch.serialization.set_crc32_options(False)
    try:
        assert same_numbers(opened(state, tmp_path / "w.pth"), state)
    finally:
        torch.serialization.set_crc32_options(before)


@pytest.mark.parametrize("zipped", [True, False])
def test_views_of_larger_tensors_give_their_own_numbers(zipped: bool, tmp_path: Path) -> None:
    state = small_state()
    flat = torch.cat([value.reshape(-1) for value in state.values()])
    begin = 0
    for key, value in state.items():
        state[key] = flat[begin : begin + value.numel()].view(value.shape)
        begin += value.numel()
    state["classifier.1.weight"] = torch.randn(1, 1, 9, 7).permute(3, 2, 0, 1)
    state["features.0.weight"] = torch.randn(6, 3, 6, 6)[:, :, ::2, 1::2]
    state["features.0.bias"] = torch.randn(1).expand(6)
    got = opened(state, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    assert same_numbers(got, state)


WRAPPED: dict[str, Callable[[State], object]] = {
    "state_dict": lambda state: {"epoch": 3, "state_dict": state, "optimizer": torch.optim.SGD([*state.values()], 1)},
    "model_state_dict": lambda state: {"model_state_dict": OrderedDict(state), "loss": 0.5},
    "model, of DataParallel": lambda state: {"model": {f"module.{key}": value for key, value in state.items()}},
    "ema alone": lambda state: {"ema": state, "updates": 7},
    "nested": lambda state: {"model": {"state_dict": state}},
    "a name of one's own": lambda state: {"squeezenet": state, "arguments": argparse.Namespace(lr=0.1)},
    "parameters": lambda state: {key: torch.nn.Parameter(value) for key, value in state.items()},
    "numpy beside": lambda state: {"net": state, "best": np.float64(57.5), "history": np.zeros(3)},
    "running means beside": lambda state: {"ema": {key: value * 0 for key, value in state.items()}, "model": state},
    "an average": lambda state: (
        {"n_averaged": torch.tensor(5)} | {f"module.{key}": value for key, value in state.items()}
    ),
}


@pytest.mark.parametrize("what", WRAPPED)
@pytest.mark.parametrize("zipped", [True, False])
def test_weights_within_what_training_scripts_save_are_found(what: str, zipped: bool, tmp_path: Path) -> None:
    state = small_state()
    content = WRAPPED[what](state)
    if isinstance(content, dict) and "optimizer" in content:
        content["optimizer"] = content["optimizer"].state_dict()
    got = opened(content, tmp_path / "w.pth", _use_new_zipfile_serialization=zipped)
    assert same_numbers(got, state)
    if what == "state_dict":
        assert Note("the weights are what the file has under state_dict; not read: epoch, optimizer") in got.notes


def test_weights_that_are_no_numbers_or_beyond_float32_are_told(tmp_path: Path) -> None:
    state = {key: value.double() for key, value in small_state().items()}
    state["features.3.squeeze.bias"][0] = torch.nan
    state["classifier.1.bias"][0] = 1e300
    said = [note.text for note in opened(state, tmp_path / "w.pth").notes]
    assert any("not finite numbers" in each and each.endswith("in fire2") for each in said)
    assert any("too large for float32" in each and "in conv3" in each for each in said)


def test_opening_weights_does_not_load_pytorch(tmp_path: Path) -> None:
    torch.save(small_state(), tmp_path / "w.pth")
    save_file(small_state(), tmp_path / "w.safetensors")
    code = "import sys; from squeezeviz.files.registry import read_file; assert all(map(read_file, sys.argv[1:]))"
    assert "torch" not in loaded_by(code, tmp_path / "w.pth", tmp_path / "w.safetensors")


@pytest.mark.parametrize("preset", ["squeezenet1_0", "squeezenet1_1", "figure3a-sr1.0", "figure3b-pct12.5"])
def test_a_written_checkpoint_opens_as_the_network_it_was(preset: str, tmp_path: Path) -> None:
    table = load_preset(preset).uncompressed()
    write_file(tmp_path / "w.pth", table)
    got = read_file(tmp_path / "w.pth")
    assert got.table.layers == table.layers


def test_what_was_opened_is_written_with_the_same_numbers_and_fresh_ones_where_they_no_longer_fit(
    tmp_path: Path,
) -> None:
    state = small_state()
    got = opened(state, tmp_path / "w.pth")

    def again(table: LayerTable) -> State:
        (tmp_path / "again.pth").write_bytes(write(table, got.weights))
        found: State = torch.load(tmp_path / "again.pth", weights_only=True)
        return found

    same = again(got.table)
    assert list(same) == list(state)
    assert all(torch.equal(same[key], value) for key, value in state.items())
    edited = again(got.table.with_field(got.table.index_of("conv3"), "filters", 11))
    assert torch.equal(edited["features.0.weight"], state["features.0.weight"])
    assert edited["classifier.1.weight"].shape == (11, 9, 1, 1)
    assert edited["classifier.1.weight"].abs().sum() > 0


def told_by_weights(table: LayerTable) -> list[tuple[object, ...]]:
    return [
        (row.filters, row.kernel, row.bias)
        if isinstance(row, Conv)
        else (row.s1x1, row.e1x1, row.e3x3, row.bias, row.bypass == "complex")
        for row in table.layers
        if isinstance(row, Conv | Fire)
    ]


@given(running_tables())
def test_whatever_runs_is_written_and_its_weights_tell_its_rows_again(
    tmp_path_factory: pytest.TempPathFactory, table: LayerTable
) -> None:
    path = tmp_path_factory.mktemp("checkpoint") / "w.pth"
    if not told_by_weights(table):
        with pytest.raises(SqueezevizError, match="no convolution"):
            write(table)
        return
    path.write_bytes(write(table))
    if not any(isinstance(row, Fire) for row in table.layers):
        with pytest.raises(SqueezevizError, match="no Fire module"):
            read(path)
        return
    got = read(path)
    assert told_by_weights(got.table) == told_by_weights(table)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        (LayerTable("wide", load_preset("table1").input, (Conv("a", 10**9, 9),)), "at most 512 MiB are saved"),
        (load_preset("table1").with_field(0, "kernel", 999), "conv1 kernel: .*does not fit"),
    ],
)
def test_what_cannot_be_saved_gets_a_sentence(table: LayerTable, reason: str) -> None:
    with pytest.raises(SqueezevizError, match=reason):
        write(table)
