"""`squeezeviz classify --where` shows where in the picture the network sees a class, with the scale of its colours."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from painting_figures import pdf_text, svg_texts
from PIL import Image
from places import CHELSEA

from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.registry import open_network, write_file
from squeezeviz.model.layers import Conv


def test_the_egyptian_cat_is_seen_in_the_cats_face(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "where.png"
    ended = run("classify", CHELSEA, "--where", target, "--format", "json")
    assert ended.code == 0
    assert ended.json == run("classify", CHELSEA, "--format", "json").json
    assert f"note: {target}: Egyptian cat (285): class activation map: avgpool10 makes the score of the class" in (
        ended.err
    )
    pixels = np.asarray(Image.open(target).convert("RGB")).astype(int)
    yellow = np.argwhere((pixels[:, :, 0] > 140) & (pixels[:, :, 1] > 150) & (pixels[:, :, 2] < 110))
    in_picture = yellow[yellow[:, 0] < 820]  # below it is the scale
    rows, columns = in_picture.mean(0)
    assert len(in_picture) > 500
    assert 560 < rows < 660  # between the left eye and the nose
    assert 340 < columns < 460


def test_every_format_says_what_it_shows(run: Run, tmp_path: Path) -> None:
    for suffix in ("svg", "pdf"):
        target = tmp_path / f"where.{suffix}"
        assert run("classify", CHELSEA, "--where", target, "--class", "282").code == 0
    texts = svg_texts((tmp_path / "where.svg").read_bytes())
    assert "Where the network sees tiger cat (282)" in texts
    assert "SqueezeNet v1.1 (Caffe release, trained on ImageNet) on chelsea.png, 451×300 px" in texts
    assert any(text.startswith("class activation map: avgpool10 makes the score of the class") for text in texts)
    assert "tiger cat (282)" in pdf_text((tmp_path / "where.pdf").read_bytes())


def test_the_same_file_comes_twice(run: Run, tmp_path: Path) -> None:
    for name in ("one.png", "other.png"):
        assert run("classify", CHELSEA, "--where", tmp_path / name, "--class", "tabby").code == 0
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def test_occlusion_says_how_much_the_probability_falls(run: Run, tmp_path: Path) -> None:
    small = tmp_path / "small.safetensors"
    opened = open_network(BUILT_IN)
    layers = (*opened.table.layers[:2], opened.table.layers[-1])
    write_file(small, dataclasses.replace(opened.table, layers=layers), weights=opened.weights)
    target = tmp_path / "where.svg"
    ended = run("classify", CHELSEA, "--network", small, "--where", target, "--method", "occlusion", "--class", "3")
    assert ended.code == 0
    assert "class (3): occlusion: a grey patch of 45×45 pixels of the input covers one of 14×14 places" in ended.err
    assert "Where the network sees class (3)" in svg_texts(target.read_bytes())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["--where", "{out}.gif"],
            ".gif: a picture with its map cannot be a .gif file: choose one of .png, .pdf, .svg",
        ),
        (["--where", "{out}"], "its name has no suffix: choose one of .png, .pdf, .svg"),
        (["{cat}", "--where", "{out}.png"], "error: --where: it shows one picture, and these are 2"),
        (["--class", "tabby"], "error: --class: it says what --where OUT.png shows; name a file with that"),
        (["--method", "occlusion"], "error: --method: it says what --where OUT.png shows; name a file with that"),
        (["--where", "{out}.png", "--class", "taby"], "error: --class: there is no class 'taby'; did you mean tabby?"),
        (["--where", "{out}.png", "--class", "1000"], "there is no class 1,000; they are numbered from 0 to 999"),
        (["--where", "{none}/out.png"], "out.png: "),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(arguments: list[str], sentence: str, run: Run, tmp_path: Path) -> None:
    filled = [each.format(out=tmp_path / "out", none=tmp_path / "none", cat=CHELSEA) for each in arguments]
    ended = run("classify", CHELSEA, *filled)
    assert (ended.code, ended.out) == (1, "")
    assert sentence in ended.err
    assert not list(tmp_path.iterdir())


def test_a_network_that_averages_no_maps_says_no_places_but_by_occlusion(run: Run, tmp_path: Path) -> None:
    opened = open_network(BUILT_IN)
    pool = opened.table.layers[-1]
    assert opened.weights is not None
    path = tmp_path / "net.safetensors"
    last = Conv("last", 4, 1, relu=False)
    table = dataclasses.replace(opened.table, layers=(opened.table.layers[0], pool, last))
    write_file(path, table, weights=None)
    options = ("--network", path, "--preprocess", "caffe", "--where", tmp_path / "out.png")
    refused = run("classify", CHELSEA, *options)
    assert refused.code == 1
    assert f"{path}: last does not average whole maps to the scores of classes" in refused.err
    assert "take occlusion" in refused.err
    assert run("classify", CHELSEA, *options, "--method", "occlusion").code == 0


def test_a_method_that_does_not_exist_is_wrong_usage(run: Run) -> None:
    ended = run("classify", CHELSEA, "--where", "out.png", "--method", "cam")
    assert ended.code == 2
    assert "did you mean activation?" in ended.err
