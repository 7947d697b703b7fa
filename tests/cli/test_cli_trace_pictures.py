"""`squeezeviz trace --image` runs the pass on pictures, and says which and how they were prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from command_line import Run
from PIL import Image
from places import CHELSEA

from squeezeviz.analysis.pictures.preprocessing import CAFFE
from squeezeviz.files.sandbox import read_picture
from squeezeviz.model.table import InputShape
from squeezeviz.trace import passes
from squeezeviz.trace.pictures import input_tensor

BUILT_IN = "squeezenet1_1-imagenet"


@pytest.fixture
def images(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """The inputs of the passes that run."""
    given: list[torch.Tensor] = []
    run = passes.live_pass

    def live_pass(*arguments: Any, **named: Any) -> Any:
        given.append(named["image"])
        return run(*arguments, **named)

    monkeypatch.setattr(passes, "live_pass", live_pass)
    return given


def test_the_pass_runs_on_the_picture_and_says_so(run: Run, images: list[torch.Tensor]) -> None:
    ended = run("trace", BUILT_IN, "--image", CHELSEA, "--format", "json")
    assert ended.code == 0
    assert ended.json["input_shape"] == [1, 3, 227, 227]
    assert ended.json["disagreements"] == []
    said = (
        "the input is chelsea.png, preprocessing caffe: shorter side to 256, middle 227×227; BGR from 0 to 255, minus"
    )
    assert any(note.startswith(said) for note in ended.json["notes"])
    assert f"note: {said}" in ended.err
    (image,) = images
    assert torch.equal(image, input_tensor([read_picture(str(CHELSEA))], CAFFE, InputShape(3, 227, 227)))


def test_several_pictures_are_a_batch_and_one_fills_it(run: Run, images: list[torch.Tensor], tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("RGBA", (30, 40)).save(other)
    two = ("--image", CHELSEA, "--image", other, "--preprocess", "rgb")
    ended = run("trace", "table1", *two, "--format", "json")
    assert ended.json["input_shape"] == [2, 3, 227, 227]
    assert f"{other}: its transparent parts lie over white" in ended.json["notes"]
    assert set(images[0][1].flatten().tolist()) == {255}
    assert run("trace", "table1", "--image", CHELSEA, "--batch", "3", "--format", "json").json["input_shape"][0] == 3
    assert torch.equal(images[1][0], images[1][2])
    refused = run("trace", "table1", *two, "--batch", "3")
    assert (refused.code, refused.out) == (1, "")
    assert "--batch: 2 pictures are a batch of 2; leave it out" in refused.err


def test_without_weights_or_values_any_preprocessing_will_do(run: Run) -> None:
    random = run("trace", "squeezenet1_1", "--image", CHELSEA, "--format", "json").json
    assert any("preprocessing torchvision" in note and "no trained weights" in note for note in random["notes"])
    shapes = run("trace", BUILT_IN, "--image", CHELSEA, "--device", "meta", "--format", "json").json
    assert shapes["disagreements"] == []
    assert shapes["time_ms"] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--preprocess", "bgr"], "--preprocess: it says what becomes of a picture; name one with --image"),
        (["--mean", "1"], "--mean: it says what becomes of a picture"),
        (["--image", "none.png"], "none.png: there is no such file"),
        (["--image", str(CHELSEA), "--input", "4x64x64"], "table1: input channels: the network takes 4 channels"),
        (["--image", str(CHELSEA), "--input", "3x2x2"], "error: table1: "),
    ],
)
def test_what_cannot_run_is_one_sentence(arguments: list[str], sentence: str, run: Run) -> None:
    ended = run("trace", "table1", *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert sentence in ended.err
