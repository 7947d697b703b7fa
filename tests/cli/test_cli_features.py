"""`squeezeviz features` brings the feature maps of one operation, as numbers or as a grid with its scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from command_line import Run
from painting_figures import pdf_text, svg_texts
from places import CHELSEA
from plain_forward import plain_forward
from PySide6.QtGui import QImage

from squeezeviz.analysis.resolve import resolve
from squeezeviz.cli import features
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.registry import open_network


@pytest.mark.parametrize("operation", ["conv1", "fire2/expand3x3", "fire2/relu_expand3x3", "fire2/concat", "avgpool10"])
def test_the_numbers_are_those_of_torchs_plain_functions(run: Run, tmp_path: Path, operation: str) -> None:
    assert run("features", CHELSEA, tmp_path / "maps.npz", "--at", operation).code == 0
    opened = open_network(BUILT_IN)
    assert opened.weights is not None
    weights = {name: torch.from_numpy(np.array(array)).float() for name, array in opened.weights.arrays.items()}
    with np.load(tmp_path / "maps.npz") as stored:
        image = torch.from_numpy(stored["input"])[None]
        assert image.shape == (1, 3, 227, 227)
        expected = plain_forward(resolve(opened.table), weights, image)[operation][0].numpy()
        maps = stored["maps"]
        assert (maps.dtype, maps.shape) == (np.float32, expected.shape)
        assert np.abs(maps - expected).max() <= 1e-5 * np.abs(expected).max()
        assert (str(stored["name"]), str(stored["network"])) == (operation, BUILT_IN)
        assert str(stored["preprocessing"]).startswith("caffe: shorter side to 256")


def test_the_npz_is_the_same_every_time_and_its_order_is_the_one_asked_for(run: Run, tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        run("features", CHELSEA, tmp_path / name, "--at", "fire9/concat", "--sort", "maximum")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as stored:
        largest = stored["maps"].max((1, 2))[stored["order"]]
        assert (np.diff(largest) <= 0).all()


def test_a_grid_says_what_it_shows_in_every_format(run: Run, tmp_path: Path) -> None:
    said = {}
    for suffix in ("svg", "pdf", "png"):
        target = tmp_path / f"grid.{suffix}"
        ended = run("features", CHELSEA, target, "--at", "fire2/concat", "--theme", "dark", "--sort", "varies")
        assert ended.code == 0
        assert "preprocessing caffe: shorter side to 256" in ended.err
        said[suffix] = target.read_bytes()
    texts = svg_texts(said["svg"])
    for line in (
        "fire2/concat: 128 channels of 56×56",
        "SqueezeNet v1.1 (Caffe release, trained on ImageNet) on chelsea.png, 451×300 px",
        "colours go by the square root of the value; one scale for all channels; "
        "those that vary most over the map first",
        "fire2/expand1x1: channels 0 to 63",
        "fire2/expand3x3: channels 64 to 127",
    ):
        assert line in texts
        assert line in pdf_text(said["pdf"])
    assert {str(channel) for channel in range(128)} <= set(texts)
    image = QImage.fromData(said["png"])
    assert image.pixelColor(0, 0).name() == "#15181e"
    assert 1000 < image.width() <= 16_000


def test_dead_channels_are_counted_and_marked(run: Run, tmp_path: Path) -> None:
    ended = run("features", CHELSEA, tmp_path / "grid.svg", "--at", "fire9/concat")
    with_zeros = tmp_path / "maps.npz"
    run("features", CHELSEA, with_zeros, "--at", "fire9/concat")
    with np.load(with_zeros) as stored:
        dead = int((stored["maps"] == 0).all((1, 2)).sum())
    assert dead > 0
    assert f"note: {dead} of 512 channels of fire9/concat are 0 everywhere here" in ended.err
    texts = svg_texts((tmp_path / "grid.svg").read_bytes())
    assert sum(text.endswith(" ×") for text in texts) == dead
    assert f"{dead} of 512 channels are dead here: 0 everywhere" in texts


def test_before_a_relu_it_is_said_and_zero_has_the_middle_of_the_scale(run: Run, tmp_path: Path) -> None:
    run("features", CHELSEA, tmp_path / "grid.svg", "--at", "fire2/expand3x3", "--tone", "linear", "--scale", "channel")
    texts = svg_texts((tmp_path / "grid.svg").read_bytes())
    assert "fire2/expand3x3: 64 channels of 56×56, before its ReLU" in texts
    assert {"−its largest", "0", "its largest"} <= set(texts)
    assert "a scale of its own for each channel" in " ".join(texts)


def test_the_input_is_shown_as_the_network_gets_it(run: Run, tmp_path: Path) -> None:
    assert run("features", CHELSEA, tmp_path / "maps.npz", "--at", "input").code == 0
    with np.load(tmp_path / "maps.npz") as stored:
        assert np.array_equal(stored["maps"], stored["input"])
        assert str(stored["name"]) == "input"


def test_a_picture_that_is_named_to_steer_a_terminal_does_so_nowhere(run: Run, tmp_path: Path) -> None:
    hostile = tmp_path / "a\x1b[31mb.png"
    hostile.write_bytes(CHELSEA.read_bytes())
    ended = run("features", hostile, tmp_path / "grid.svg", "--at", "conv1")
    assert ended.code == 0
    assert "\x1b" not in ended.err
    assert any("a\\x1b[31mb.png" in text for text in svg_texts((tmp_path / "grid.svg").read_bytes()))


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [("conv1", 4000, "conv1's maps take 976 MiB"), ("input", 9000, "the input's maps take 927 MiB")],
)
def test_maps_too_large_to_keep_are_refused_before_the_network_is_made_ready(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int, said: str
) -> None:
    monkeypatch.setattr(features, "ready_for_pictures", lambda *_: pytest.fail("the pass was prepared"))
    ended = run("features", CHELSEA, tmp_path / "maps.npz", "--at", name, "--input", f"3x{size}x{size}")
    assert ended.code == 1
    assert f"--at: {said}, more than the 512 MiB that are kept; take a smaller --input" in ended.err


@pytest.mark.parametrize(("network", "output"), [(BUILT_IN, "fire3/concat"), ("simple-bypass", "fire3/add")])
def test_a_fire_modules_name_is_its_output(run: Run, tmp_path: Path, network: str, output: str) -> None:
    called = {"fire3": tmp_path / "layer.npz", output: tmp_path / "operation.npz"}
    said = [run("features", CHELSEA, out, "--network", network, "--at", at).err for at, out in called.items()]
    note = f"note: --at fire3 is taken as that layer's output, {output}"
    assert [note in each for each in said] == [True, False]
    with np.load(called["fire3"]) as layer, np.load(called[output]) as operation:
        assert str(layer["name"]) == output
        assert (layer["maps"] == operation["maps"]).all()


def test_random_weights_are_told_of(run: Run, tiny: Path, tmp_path: Path) -> None:
    ended = run("features", CHELSEA, tmp_path / "maps.npz", "--at", "conv1", "--network", tiny)
    assert ended.code == 0
    assert f"{tiny} has no trained weights: these maps are those of random ones" in ended.err
    ended = run("features", CHELSEA, tmp_path / "grey.npz", "--at", "conv1", "--input", "1x227x227")
    assert ended.code == 0
    assert "squeezenet1_1-imagenet: the weights of conv1 are random, not trained" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["x.png", "--at", "fire2/expand3"], 1, "no operation 'fire2/expand3'; did you mean fire2/expand3x3?"),
        (["x.gif", "--at", "conv1"], 1, "cannot be a .gif file: choose one of .npz, .png, .pdf, .svg"),
        (["x", "--at", "conv1"], 1, "its name has no suffix: choose one of .npz, .png, .pdf, .svg"),
        (
            ["x.npz", "--at", "conv1", "--device", "meta"],
            1,
            "the meta device works out shapes and has no values to see",
        ),
        (["x.npz"], 2, "required: --at"),
        (["x.npz", "--at", "conv1", "--tone", "logarithmic"], 2, "choose from linear, sqrt, percentile"),
        (["x.npz", "--at", "conv1", "--sort", "max"], 2, "did you mean maximum?"),
    ],
)
def test_what_cannot_be_shown_is_told_and_nothing_is_written(
    run: Run, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    target = tmp_path / words[0]
    ended = run("features", CHELSEA, target, *words[1:])
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.err
    assert not target.exists()
