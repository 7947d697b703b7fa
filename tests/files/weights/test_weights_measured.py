"""The table of pruned and quantized weights has the shares and bits that these say; that of others is as it was."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from caffe_models import caffemodel, random_weights
from caffe_networks import caffe_network
from places import SHARED
from safetensors.torch import save_file

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weight_statistics import BINS, WeightStatistics, statistics_json
from squeezeviz.analysis.weights import TensorName, tensor_shapes
from squeezeviz.files.opened import Opened
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file
from squeezeviz.files.tables.weight_statistics import statistics_text
from squeezeviz.files.weights import Weights
from squeezeviz.files.weights.statistics import statistics_of, stored_weights
from squeezeviz.gui.filters.wording import numbers_of
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.places import state_dict_keys

SAVED = {".pth", ".safetensors", ".onnx"}
MEASURED = "measured from the file: "


def trained(table: LayerTable) -> dict[str, np.ndarray]:
    """Weights of all rows, by PyTorch's keys."""
    chance = np.random.default_rng(3)
    keys = state_dict_keys(resolve(table))
    shapes = [each for layer in resolve(table).layers for each in tensor_shapes(layer).items()]
    return {keys[name]: chance.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes}


def pruned_and_coded(array: np.ndarray, kept: float, bits: int) -> np.ndarray:
    """The largest of the weights, each as the nearest of so many values."""
    levels = np.linspace(0.11, 0.25, 2**bits // 2)
    codes = np.concatenate([-levels, levels]).astype(np.float32)
    nearest = codes[np.abs(array[..., None] - codes).argmin(-1)]
    smallest = np.quantile(np.abs(array), 1 - kept)
    return np.where(np.abs(array) > smallest, nearest, 0).astype(np.float32)


def opened(table: LayerTable, arrays: dict[str, np.ndarray], path: Path) -> Opened:
    names = state_dict_keys(resolve(table))
    weights = Weights({name: arrays[key] for name, key in names.items()}, "elsewhere")
    write_file(path, table, weights=weights)
    return read_file(path)


V1_1 = load_preset("squeezenet1_1")
TABLE = LayerTable("net", V1_1.input, (*V1_1.layers[:4], Conv("conv10", 10, 1)))


@pytest.mark.parametrize("suffix", sorted(SAVED))
def test_shares_and_bits_are_measured_whatever_the_format(suffix: str, tmp_path: Path) -> None:
    arrays = trained(TABLE)
    dense = opened(TABLE, arrays, tmp_path / f"dense{suffix}")
    assert not dense.table.is_compressed
    assert not any(str(note).startswith(MEASURED) for note in dense.notes)
    coded = {key: pruned_and_coded(array, 0.3, 4) if array.ndim == 4 else array for key, array in arrays.items()}
    found = opened(TABLE, coded, tmp_path / f"coded{suffix}")
    assert found.table.uncompressed().layers == dense.table.layers
    network = resolve(found.table)
    left = sum(int(np.count_nonzero(array)) if array.ndim == 4 else array.size for array in coded.values())
    assert network.after_pruning.value == left
    for row in found.table.layers:
        if isinstance(row, Conv | Fire):
            assert row.bits == 4
    assert any(str(note).startswith(MEASURED) for note in found.notes)
    if found.unknown_geometry is not None:
        assert found.unknown_geometry.chosen("torchvision") == found.table


def test_a_caffemodel_says_it_too(tmp_path: Path) -> None:
    weights = random_weights(caffe_network("1.1"))
    weights["fire3/expand3x3"][0][np.abs(weights["fire3/expand3x3"][0]) < 0.1] = 0
    (tmp_path / "net.caffemodel").write_bytes(caffemodel(caffe_network("1.1"), weights))
    found = read_file(tmp_path / "net.caffemodel")
    kept = {row.name: row.e3x3_kept for row in found.table.layers if isinstance(row, Fire) and row.e3x3_kept < 1}
    share = np.count_nonzero(weights["fire3/expand3x3"][0]) / weights["fire3/expand3x3"][0].size
    assert list(kept) == ["fire3"]
    assert kept["fire3"] == pytest.approx(share, abs=1e-4)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_a_float_of_16_bits_is_no_codebook(dtype: torch.dtype, tmp_path: Path) -> None:
    state = {key: torch.from_numpy(array).to(dtype) for key, array in trained(TABLE).items()}
    torch.save(state, tmp_path / "w.pth")
    assert not read_file(tmp_path / "w.pth").table.is_compressed


def test_numbers_that_are_all_the_same_are_neither_pruned_nor_coded(tmp_path: Path) -> None:
    for value in (0.0, 1.0, float("nan")):
        torch.save({key: torch.full(array.shape, value) for key, array in trained(TABLE).items()}, tmp_path / "w.pth")
        assert not read_file(tmp_path / "w.pth").table.is_compressed


def test_a_file_that_says_shares_itself_keeps_them(tmp_path: Path) -> None:
    """Our safetensors carry the table, in which a person may have planned what is not done yet."""
    planned = TABLE.with_field(0, "kept", 0.5)
    found = opened(planned, trained(TABLE), tmp_path / "w.safetensors")
    assert found.table == planned
    assert not any(str(note).startswith(MEASURED) for note in found.notes)


def test_few_values_are_counted_over_all_of_a_large_convolution() -> None:
    """Those of the last part too, and no more than it takes to see that they are many."""
    last = np.zeros((300, 256, 1, 1), np.float32)
    last[-1, -1] = 500
    last[:, 0] = np.arange(300).reshape(300, 1, 1) % 200 + 1
    weights = Weights({name: last for name in state_dict_keys(resolve(TABLE)) if name.kind == "weight"}, "x")
    assert {each.values for each in stored_weights(weights)} == {201}
    last[:, 1] = np.arange(300).reshape(300, 1, 1) + 1000
    assert {each.values for each in stored_weights(weights)} == {0}


def test_the_authors_deep_compression_keeps_what_its_weights_say() -> None:
    path = SHARED / "data/pytorch/squeezenet1_0_deepcompression.pth"
    if not path.exists():
        pytest.skip("the folder of real files, ../shared/data, is not here")
    found = read_file(path)
    network = resolve(found.table)
    assert network.after_pruning.value == 419_897
    fire8 = found.table.layers[found.table.index_of("fire8")]
    assert isinstance(fire8, Fire)
    assert (fire8.e3x3_kept, fire8.bits) == (0.29937, 8)
    said = "415,921 of its 1,244,448 weights are not zero (33.4 %); in a convolution they take 256 values at most, "
    assert str(found.notes[-1]).startswith(f"{MEASURED}{said}which 8 bits hold")
    for other in ("winml_squeezenet_fp16.onnx", "light_squeezenet.onnx"):
        assert not read_file(SHARED / "data/onnx" / other).table.is_compressed


def statistics(*arrays: np.ndarray) -> list[WeightStatistics]:
    """Of convolutions that are the parts of a Fire module, in their order."""
    parts = ("squeeze1x1", "expand1x1", "expand3x3")
    named = {TensorName("fire2", part, "weight"): array for part, array in zip(parts, arrays, strict=False)}
    return list(statistics_of(Weights({**named, TensorName("conv10", "", "bias"): np.ones(3, np.float32)}, "x")))


def test_statistics_are_those_of_each_convolution_by_its_operations_name() -> None:
    chance = np.random.default_rng(2).normal(0.5, 2, (40, 10, 3, 3)).astype(np.float32)
    chance[:, 0] = 0
    found, other = statistics(chance, np.full((2, 2, 1, 1), 0.25, np.float32))
    assert (found.operation, other.operation) == ("fire2/squeeze1x1", "fire2/expand1x1")
    assert (found.weights, found.zeros, found.infinite) == (3600, 360, 0)
    assert found.distinct == len(set(chance.ravel().tolist()))
    assert found.share_of_zeros == 0.1
    exact = chance.astype(np.float64)
    assert (found.minimum, found.maximum) == (exact.min(), exact.max())
    assert (found.mean, found.std) == pytest.approx((exact.mean(), exact.std()), rel=1e-12)
    assert len(found.histogram.counts) == BINS
    assert found.minimum is not None and found.maximum is not None
    width = (found.maximum - found.minimum) / BINS
    first = int((exact < found.minimum + width).sum())
    assert (found.histogram.counts[0], sum(found.histogram.counts)) == (first, 3600)
    assert (other.distinct, other.std, other.histogram.counts[:2]) == (1, 0, (4, 0))


def test_numbers_that_are_not_finite_are_counted_and_left_out_of_the_others() -> None:
    array = np.array([1, 3, np.nan, np.inf], np.float32).reshape(2, 2, 1, 1)
    nothing = np.full((1, 1, 1, 1), np.nan, np.float32)
    huge = np.array([-3e38, 3e38], np.float32).reshape(2, 1, 1, 1)
    found, none, far = statistics(array, nothing, huge)
    assert (found.infinite, found.minimum, found.maximum, found.mean, found.std) == (2, 1, 3, 2, 1)
    assert (none.infinite, none.minimum, none.mean, sum(none.histogram.counts)) == (1, None, None, 0)
    assert far.std == pytest.approx(3e38) and sum(far.histogram.counts) == 2
    written = json.dumps(statistics_json([found, none, far]), allow_nan=False)
    assert json.loads(written)[0]["not_finite"] == 2
    of_none = json.loads(written)[1]
    assert of_none["not_finite"] == 1 and not any(of_none["histogram"]["counts"])
    assert all(of_none[name] is None for name in ("min", "max", "mean", "std"))
    lines = [line.split() for line in statistics_text([found, none, far]).splitlines()]
    assert lines[0][-2:] == ["not", "finite"]
    assert lines[1][-5:] == ["1", "3", "2", "1", "2"] and lines[2][-5:] == ["—", "—", "—", "—", "1"]
    assert lines[-1][-1] == "3"
    assert "finite" not in statistics_text([far])
    assert dict(numbers_of(none))["range"] == "—" and dict(numbers_of(found))["not finite"] == "2 of 4"


@pytest.mark.parametrize(("value", "said"), [(1e300, "too large for float32"), (np.nan, "not finite numbers")])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_note_tells_what_is_too_large_for_float32_from_what_is_no_number(
    value: float, said: str, suffix: str, tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    state = {key: torch.from_numpy(array).to(torch.float64) for key, array in trained(TABLE).items()}
    next(iter(state.values()))[0] = value
    torch.save(state, tmp_path / "w.pth") if suffix == ".pth" else save_file(state, tmp_path / "w.safetensors")
    (note,) = [str(each) for each in read_file(tmp_path / f"w{suffix}").notes if "some weights" in str(each)]
    assert said in note
    assert not list(recwarn)
