"""`squeezeviz follow` tells one value of a feature map term by term, and its commands lead down to the pixels."""

from __future__ import annotations

import csv
import math
import shlex
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from modules_loaded import loaded_by
from PIL import Image
from places import CHELSEA

from squeezeviz.analysis.following import Origin
from squeezeviz.analysis.pictures.preprocessing import CAFFE
from squeezeviz.cli.following import command_to
from squeezeviz.cli.output import ProgressLine
from squeezeviz.files import sandbox
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.registry import open_network, write_file
from squeezeviz.model.layers import Conv, GlobalAvgPool
from squeezeviz.model.table import InputShape, LayerTable

CHANNEL_77 = "--at", "fire2/concat", "--channel", "77", "--row", "20", "--column", "30"


def test_channel_77_is_filter_13_of_the_3x3(run: Run) -> None:
    ended = run("follow", CHELSEA, *CHANNEL_77, "--format", "json")
    assert ended.code == 0
    found = ended.json
    assert (found["schema"], found["network"], found["preprocess"]) == ("squeezeviz/follow-1", BUILT_IN, "caffe")
    assert (found["kind"], found["source"], found["filter"]) == ("conv", "fire2/expand3x3", 13)
    assert (found["inputs"], found["relu"]) == (["fire2/relu_squeeze1x1"], "fire2/relu_expand3x3")
    terms = found["terms"]
    assert [(each["channel"], each["row"], each["column"]) for each in terms] == [
        (channel, row, column) for channel in range(16) for row in (19, 20, 21) for column in (29, 30, 31)
    ]
    assert all(each["product"] == each["input"] * each["weight"] for each in terms)
    assert found["sum"] == math.fsum([found["bias"], *(each["product"] for each in terms)])
    assert found["measured"] == pytest.approx(max(0, found["sum"]), rel=1e-5)
    weights = open_network(BUILT_IN).weights
    assert weights is not None
    arrays = {(name.row, name.part, name.kind): array for name, array in weights.arrays.items()}
    assert [each["weight"] for each in terms] == arrays["fire2", "expand3x3", "weight"][13].flatten().tolist()
    assert found["bias"] == arrays["fire2", "expand3x3", "bias"][13]
    assert found["sees"] == {"top": 76, "left": 116, "height": 15, "width": 15}


@pytest.mark.parametrize(
    "command", [("follow", CHELSEA, *CHANNEL_77), ("trace", BUILT_IN, "--image", CHELSEA), ("trace", "table1")]
)
def test_on_a_terminal_it_is_said_how_far_the_pass_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str | Path, ...]
) -> None:
    said: list[str] = []
    monkeypatch.setattr(ProgressLine, "say", lambda _, text: said.append(text))
    assert run(*command).code == 0
    assert any(text.startswith("1 of ") and text.endswith(" operations have run; now relu_conv1") for text in said)


def test_for_people_it_is_a_sum_that_adds_up(run: Run) -> None:
    ended = run("follow", CHELSEA, *CHANNEL_77)
    lines = ended.out.splitlines()
    assert lines[0] == "fire2/concat, channel 77, row 20, column 30"
    assert lines[1].startswith("Channel 77 is filter 13 of expand3x3, because the first 64 channels are expand1x1's. ")
    start = next(index for index, line in enumerate(lines) if line.endswith("sum of products"))
    end = next(index for index, line in enumerate(lines) if line.startswith("total"))
    signed = [line.split()[-1] for line in lines[start + 1 : end] if not line.startswith(" ")]
    total = lines[end].split()[-1]
    assert sum(round(read(each) * 10**9) for each in signed) == round(read(total) * 10**9)
    assert len(signed) >= 7
    assert any(line.startswith("measured in the pass") and line.endswith("✓") for line in lines)
    assert "preprocessing caffe: shorter side to 256, middle 227×227" in ended.err


def read(number: str) -> float:
    return float(number.replace("−", "-").replace(",", ""))


def test_the_commands_lead_step_by_step_down_to_a_pixel(run: Run) -> None:
    """The value that a line names is the one that its command measures, until the picture's own byte is reached."""
    words = ["follow", str(CHELSEA), *CHANNEL_77, "--preprocess", "caffe"]
    passed: list[str] = []
    while len(passed) < 9:
        found = run(*words, "--format", "json").json
        passed.append(found["operation"])
        if found["kind"] == "input":
            break
        out = run(*words).out
        words = shlex.split(out[out.index("squeezeviz follow") :].splitlines()[0])[1:]
        expected = found["back"][0]
        assert words[2:4] == ["--preprocess", "caffe"]
        assert words[4:] == [
            "--at", expected["operation"], "--channel", str(expected["channel"]),
            "--row", str(expected["row"]), "--column", str(expected["column"]),
        ]  # fmt: skip
        assert run(*words, "--format", "json").json["measured"] == expected["value"]
    assert passed == ["fire2/concat", "fire2/relu_squeeze1x1", "maxpool1", "relu_conv1", "input"]
    assert (expected["letter"], expected["raw"]) == pixel(expected["channel"], expected["row"], expected["column"])
    assert found["reason"].endswith(f"It comes from {expected['letter']} {expected['raw']} of 255.")
    assert found["agrees"]


def test_of_a_pixel_it_says_which_of_the_opened_picture_it_is_mixed_from(run: Run, tmp_path: Path) -> None:
    place = ["--at", "input", "--channel", "1", "--row", "10", "--column", "20"]
    found = run("follow", CHELSEA, *place, "--format", "json").json
    drawn = found["drawn_from"]
    left, top = drawn["left"], drawn["top"]
    with Image.open(CHELSEA) as picture:
        alone = Image.new("RGB", picture.size)
        alone.paste(picture.convert("RGB").crop((left, top, left + drawn["width"], top + drawn["height"])), (left, top))
    alone.save(tmp_path / "alone.png")
    assert run("follow", tmp_path / "alone.png", *place, "--format", "json").json["measured"] == found["measured"]
    said = " ".join(run("follow", CHELSEA, *place).out.split())
    assert "Resizing mixed it from 3×2 pixels around x 116, y 29 of the opened picture, chelsea.png (451×300)." in said
    assert "drawn_from" not in run("follow", CHELSEA, *CHANNEL_77, "--format", "json").json


def pixel(channel: int, row: int, column: int) -> tuple[str, int]:
    """The letter of one of the input's channels, and what the picture as the network sees it has there."""
    image = Image.open(CHELSEA).convert("RGB")
    crop = CAFFE.crop(*image.size, InputShape(3, 227, 227))
    seen = np.asarray(image.resize((227, 227), Image.Resampling.BILINEAR, box=crop))
    return "BGR"[channel], int(seen[row, column, 2 - channel])


def test_the_terms_are_there_as_csv(run: Run) -> None:
    rows = list(csv.DictReader(run("follow", CHELSEA, *CHANNEL_77, "--format", "csv").out.splitlines()))
    found = run("follow", CHELSEA, *CHANNEL_77, "--format", "json").json
    assert [{name: float(each) for name, each in row.items()} for row in rows] == found["terms"]


def test_without_a_row_and_a_column_it_is_the_middle(run: Run) -> None:
    found = run("follow", CHELSEA, "--at", "maxpool1", "--channel", "5", "--format", "json").json
    assert (found["row"], found["column"], found["kind"]) == (27, 27, "maxpool")
    assert sum(each["weight"] for each in found["terms"]) == 1


def test_a_fire_modules_name_is_its_output(run: Run) -> None:
    ended = run("follow", CHELSEA, "--at", "fire2", "--channel", "77", "--format", "json")
    assert "note: --at fire2 is taken as that layer's output, fire2/concat" in ended.err
    assert ended.json == run("follow", CHELSEA, "--at", "fire2/concat", "--channel", "77", "--format", "json").json


def test_random_weights_are_said_to_be_random(run: Run) -> None:
    ended = run("follow", CHELSEA, "--at", "fire2/concat", "--channel", "77", "--network", "table1")
    assert ended.code == 0
    assert "Channel 77 is filter 13 of expand3x3" in ended.out
    assert "note: table1: the weights of conv1, fire2, " in ended.err
    assert "are random, not trained" in ended.err
    assert "random" not in run("follow", CHELSEA, *CHANNEL_77).err


def test_other_options_stay_in_the_command_that_goes_one_step_back() -> None:
    origin = Origin("fire2/concat", 3, 4, 5, 1.0)
    place = "--at fire2/concat --channel 3 --row 4 --column 5"
    assert command_to(origin, ["a b.png", "--at=x", "--channel", "1", "--mean=1"]) == (
        f"squeezeviz follow 'a b.png' --mean=1 {place}"
    )
    assert command_to(origin, ["--row", "-1", "--at", "x", "--channel=1", "--", "-a.png"]) == (
        f"squeezeviz follow {place} -- -a.png"
    )
    assert "--at=--odd " in command_to(origin._replace(operation="--odd"), ["a.png"])
    assert "--at input " in command_to(origin._replace(operation=""), ["a.png"])


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["--at", "fire2/concat", "--channel", "128"], 1, "channel 128 is none of the 128 channels of fire2/concat"),
        (["--at", "conv1", "--channel", "1", "--row", "113"], 1, "they are numbered from 0 to 112"),
        (["--at", "conv1", "--channel", "1", "--column", "-1"], 1, "column -1 is none of the 113 columns of conv1"),
        (["--at", "avgpool10", "--channel", "1", "--row", "1"], 1, "row 1 is none of the 1 row of avgpool10; the only"),
        (["--at", "fire2/conact", "--channel", "1"], 1, "no operation 'fire2/conact'; did you mean fire2/concat?"),
        (["--at", "fire22", "--channel", "1"], 1, "no operation 'fire22'"),
        (["--at", "conv1", "--channel", "1", "--device", "meta"], 1, "the meta device works out shapes and has no"),
        (["--at", "conv1", "--channel", "1", "--network", "none"], 1, "none: "),
        (["--at", "conv1", "--channel", "one"], 2, "a whole number, counted from 0, not 'one'"),
        (["--at", "conv1"], 2, "--channel"),
        (["--channel", "1"], 2, "--at"),
    ],
)
def test_what_is_not_there_is_one_sentence(arguments: list[str], code: int, sentence: str, run: Run) -> None:
    ended = run("follow", CHELSEA, *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert sentence in ended.err
    missing = run("follow", "none.png", "--at", "conv1", "--channel", "1")
    assert (missing.code, "there is no such file" in missing.err) == (1, True)


def one_convolution(path: Path, conv: Conv, height: int, width: int) -> Path:
    write_file(path, LayerTable("one", InputShape(3, height, width), (conv,)))
    return path


def test_more_terms_than_are_told_are_refused_before_the_picture_is_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "read_picture", lambda *_: pytest.fail("the picture was read"))
    table = one_convolution(tmp_path / "wide.toml", Conv("conv1", filters=1, kernel=1500), 1500, 1500)
    ended = run("follow", CHELSEA, "--network", table, "--at", "conv1", "--channel", "0")
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == (
        f"squeezeviz: error: {table}: this value has 6,750,000 terms; at most 1,000,000 are told here: follow a value "
        "that reads fewer channels, or a smaller window"
    )


@pytest.mark.parametrize(
    "command",
    [
        ("follow", CHELSEA, "--at", "conv1", "--channel", "0"),
        ("features", CHELSEA, "out.png", "--at", "end"),
        ("trace", "--image", CHELSEA),
        ("export", "out.png", "--image", CHELSEA, "--maps"),
    ],
    ids=lambda each: each[0],
)
def test_a_network_of_more_pixels_than_a_picture_has_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = (Conv("conv1", filters=1, kernel=3, stride=2), GlobalAvgPool("end"))
    write_file(tmp_path / "wide.toml", LayerTable("wide", InputShape(3, 20_000, 20_000), rows))
    name, *options = command
    network = ["wide.toml"] if name in ("trace", "export") else ["--network", "wide.toml"]
    ended = run(name, *network, *options)
    assert ended.code == 1
    assert ended.err.splitlines()[-1].endswith(
        "wide.toml: input: the network takes pictures of 20,000 × 20,000 pixels; at most 100,000,000 are made of one: "
        "take a smaller input"
    )


def test_of_a_large_filter_the_heaviest_product_is_listed_with_how_many_there_are(run: Run, tmp_path: Path) -> None:
    table = one_convolution(tmp_path / "tall.toml", Conv("conv1", filters=1, kernel=601, padding=300), 601, 1)
    ended = run("follow", CHELSEA, "--network", table, "--at", "conv1", "--channel", "0")
    assert ended.code == 0, ended.err
    listed = [line for line in ended.out.splitlines() if line.startswith("channel ")]
    assert len(listed) == 3 < len(ended.out.splitlines()) < 25
    assert all("601 products, the largest" in line for line in listed)


def test_qt_is_not_loaded(tmp_path: Path) -> None:
    command = "import sys; from squeezeviz.cli.main import main; assert main(sys.argv[1:]) == 0"
    assert "PySide6" not in loaded_by(command, "follow", CHELSEA, *CHANNEL_77)
