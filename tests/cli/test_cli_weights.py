"""Weights on the command line: taken out of a file, run with, put into another file."""

from pathlib import Path

import numpy as np
import pytest
from command_line import Run

from squeezeviz.files.registry import read_file


@pytest.fixture
def checkpoint(run: Run, tmp_path: Path) -> Path:
    """Fresh weights of a preset, in a file."""
    path = tmp_path / "net.safetensors"
    assert run("convert", "squeezenet1_1", path).code == 0
    return path


@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_a_network_without_weights_is_written_with_fresh_ones_and_that_is_told(
    run: Run, tmp_path: Path, suffix: str
) -> None:
    out = tmp_path / f"out.{suffix}"
    ended = run("convert", "squeezenet1_1", out)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.splitlines()[-1] == (
        f"squeezeviz: note: {out} holds fresh random weights, as a live pass draws them; none came with the input"
    )


def test_weights_go_from_one_format_to_another(run: Run, tmp_path: Path, checkpoint: Path) -> None:
    out = tmp_path / "out.pth"
    ended = run("convert", checkpoint, out)
    assert (ended.code, "fresh" in ended.err) == (0, False)
    first, second = read_file(checkpoint).weights, read_file(out).weights
    assert first is not None
    assert second is not None
    assert sum(array.size for array in first.arrays.values()) == 1_235_496
    assert first.arrays.keys() == second.arrays.keys()
    assert all(np.array_equal(first.arrays[name], second.arrays[name]) for name in first.arrays)


def test_a_pass_runs_with_the_weights_of_the_file(run: Run, checkpoint: Path) -> None:
    ended = run("trace", checkpoint)
    assert ended.code == 0
    assert "squeezeviz: note: the pass ran with the weights of net.safetensors\n" in ended.err
    assert "ran with the weights" not in run("trace", checkpoint, "--device", "meta").err


def test_what_weights_cannot_tell_is_said_with_geometry(run: Run, tmp_path: Path, checkpoint: Path) -> None:
    out = tmp_path / "plain.pth"
    run("convert", checkpoint, out)
    assumed = run("show", out, "--format", "json")
    assert "weights do not tell strides" in assumed.err
    assert assumed.json["macs"] == 349_151_936
    said = run("show", out, "--geometry", "caffe", "--format", "json")
    assert (said.err, said.json["macs"]) == ("", 387_747_520)


def test_convert_tells_what_the_new_file_does_not_hold(run: Run, tmp_path: Path) -> None:
    trained, caffe, weights = (tmp_path / name for name in ("trained.onnx", "net.prototxt", "net.pth"))
    pruned = f"squeezeviz: note: {caffe} does not say what pruning keeps and how many bits weights take in conv1, fire2"
    assert run("convert", "table1", caffe).err.startswith(pruned)
    run("convert", "squeezenet1_1", trained)
    assert (
        run("convert", trained, caffe).err == f"squeezeviz: note: {caffe} does not hold the weights of trained.onnx\n"
    )
    assert run("convert", trained, weights).err == (
        f"squeezeviz: note: {weights} does not say names, strides, paddings, pools, ReLUs, simple bypasses and the "
        "input's size; a .safetensors does\n"
    )
    assert run("convert", trained, tmp_path / "net.safetensors").err == ""
