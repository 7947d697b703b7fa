"""`squeezeviz export --maps` draws in each box the maps that a pass with the picture brings, and says of what."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from command_line import Run
from painting_figures import SVG, pdf_text, pixels, svg_texts
from PIL import Image
from places import CHELSEA
from pptx import Presentation
from PySide6.QtGui import QImage

from squeezeviz.analysis.pictures.preprocessing import PREPROCESSINGS
from squeezeviz.figure.drawing import box_maps
from squeezeviz.figure.drawing.map_colours import coloured, reduced, scale_of
from squeezeviz.figure.theme.colour_maps import colour_map
from squeezeviz.figure.theme.theme import DARK, LIGHT, THEMES
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.model.table import InputShape

WITH_MAPS = ("--image", CHELSEA, "--maps")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.svg"


def strips(svg: Path) -> dict[str, list[np.ndarray]]:
    """The pictures in each box of a figure, by the id that the box has; rows × columns × (red, green, blue)."""
    found = {}
    for box in ElementTree.parse(svg).getroot().iter(f"{SVG}g"):
        if box.get("class") == "box":
            images = [each.get("href", "").partition(",")[2] for each in box.iter(f"{SVG}image")]
            decoded = [pixels(QImage.fromData(base64.b64decode(each)))[..., 2::-1] for each in images]
            found[re.sub(r"_\d+$", "", box.get("id", ""))] = decoded
    return found


def maps_of(run: Run, tmp_path: Path, operation: str, network: str = BUILT_IN) -> tuple[np.ndarray, np.ndarray]:
    """The maps of an operation by the command that brings them as numbers, and their order by how they vary."""
    npz = tmp_path / "maps.npz"
    assert run("features", CHELSEA, npz, "--network", network, "--at", operation, "--sort", "varies").code == 0
    with np.load(npz) as stored:
        return stored["maps"], stored["order"]


@pytest.mark.parametrize("theme", ["light", "greyscale"])
def test_the_strips_are_the_maps_that_vary_most_in_their_colours(
    run: Run, tmp_path: Path, out: Path, theme: str
) -> None:
    assert run("export", BUILT_IN, out, *WITH_MAPS, "--theme", theme).code == 0
    found = strips(out)
    for box, operation in {
        "conv1": "relu_conv1",
        "maxpool1": "maxpool1",
        "fire2-squeeze1x1": "fire2/relu_squeeze1x1",
        "fire5-expand3x3": "fire5/relu_expand3x3",
        "dropout9": "dropout9",
    }.items():
        maps, order = maps_of(run, tmp_path, operation)
        assert len(found[box]) == 4
        small = reduced(maps[order[:4]], -(-maps.shape[1] // 64))
        for shown, values in zip(found[box], small, strict=True):
            colours = colour_map(THEMES[theme], both_signs=False)
            assert (shown == coloured(values, scale_of(values), colours)).all()
    assert found["avgpool10"] == []


def test_a_concat_shows_two_maps_of_each_part_opened_or_closed(run: Run, tmp_path: Path, out: Path) -> None:
    maps, order = maps_of(run, tmp_path, "fire4/concat")
    chosen = [*[each for each in order if each < 128][:2], *[each for each in order if each >= 128][:2]]
    expected = [coloured(maps[each], scale_of(maps[each]), colour_map(LIGHT, both_signs=False)) for each in chosen]
    for collapse, box in (("none", "fire4-concat"), ("all", "fire4")):
        run("export", BUILT_IN, out, *WITH_MAPS, "--only", "fire4", "--collapse", collapse)
        assert all((one == other).all() for one, other in zip(strips(out)[box], expected, strict=True))


def test_the_input_shows_the_crop_that_the_network_sees(run: Run, out: Path) -> None:
    taken, picture = InputShape(3, 64, 64), Image.open(CHELSEA).convert("RGB")
    for way in PREPROCESSINGS.values():
        small = ("--input", "3x64x64", "--only", ":conv1", "--preprocess", way.id)
        assert run("export", BUILT_IN, out, *WITH_MAPS, *small).code == 0
        crop, *channels = strips(out)["input"]
        box = way.crop(*picture.size, taken)
        assert (crop == np.asarray(picture.resize((64, 64), Image.Resampling.BILINEAR, box=box))).all()
        places = {"RGB": (0, 1, 2), "BGR": (2, 1, 0)}[way.order]
        for shown, place in zip(channels, places, strict=True):
            assert (shown == crop[..., [place]]).all()
        letters = [each for each in svg_texts(out.read_bytes()) if len(each) == 1 and each.isalpha()]
        assert letters == list(way.order)


def test_what_flows_in_shows_the_maps_of_the_row_before(run: Run, tmp_path: Path, out: Path) -> None:
    maps, order = maps_of(run, tmp_path, "maxpool5")
    run("export", BUILT_IN, out, *WITH_MAPS, "--only", "fire6", "--direction", "right", "--theme", "dark")
    entry = next(each for name, each in strips(out).items() if name.startswith("entry"))
    colours = colour_map(DARK, both_signs=False)
    for shown, channel in zip(entry, order, strict=False):
        assert (shown == coloured(maps[channel], scale_of(maps[channel]), colours)).all()


def test_negative_values_have_colours_and_a_scale_of_their_own(run: Run, tmp_path: Path, out: Path) -> None:
    table = tmp_path / "linear.toml"
    run("convert", "table1", table)
    table.write_text(re.sub(r'(name = "conv1"\n)', r"\1relu = false\n", table.read_text("utf-8")), "utf-8")
    ended = run("export", table, out, *WITH_MAPS, "--only", ":maxpool1")
    assert ended.code == 0, ended.err
    assert {"−its largest", "0", "its largest"} <= set(svg_texts(out.read_bytes()))
    diverging = {bytes(each) for each in np.frombuffer(colour_map(LIGHT, both_signs=True).rgb, np.uint8).reshape(-1, 3)}
    assert {bytes(each) for each in strips(out)["conv1"][0].reshape(-1, 3)} <= diverging


def words(out: Path) -> str:
    content = out.read_bytes()
    if out.suffix == ".pdf":
        return " ".join(pdf_text(content).split())
    if out.suffix == ".pptx":
        return " ".join(texts_of(Presentation(io.BytesIO(content)).slides[0].shapes))
    return " ".join(svg_texts(content))


def texts_of(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from texts_of(shape.shapes)
        elif shape.has_text_frame and shape.text_frame.text:
            yield shape.text_frame.text


@pytest.mark.parametrize("suffix", ["svg", "pdf", "pptx"])
@pytest.mark.parametrize("options", [("--fit", "slide"), ("--direction", "right", "--fit", "two-columns")])
def test_the_legend_names_scale_picture_preprocessing_and_weights(
    run: Run, tmp_path: Path, suffix: str, options: tuple[str, ...]
) -> None:
    out = tmp_path / f"out.{suffix}"
    ended = run("export", BUILT_IN, out, *WITH_MAPS, *options)
    assert ended.code == 0
    assert "preprocessing caffe: shorter side to 256, middle 227×227" in ended.err
    said = words(out)
    for sentence in (
        "Feature maps for chelsea.png",
        "Each map has a scale of its own, up to the map's largest value; colours go by the square root of the value.",
        "Each box shows the 4 channels whose values vary most from place to place.",
        "A Fire module's concat shows 2 maps of its 1×1 filters, then 2 of its 3×3 filters, told apart by the bars "
        "below them.",
        "maps of 1×1 filters",
        "maps of 3×3 filters",
        "Of maps more than 64 across, each colour is the mean of several values.",
        "Picture: chelsea.png, 451×300 px; preprocessing caffe: shorter side to 256, middle 227×227; BGR from 0 to "
        "255, minus 104.006 116.669 122.679.",
        f"Weights: {BUILT_IN}.",
    ):
        assert sentence in said


def test_a_figure_higher_than_any_paper_is_told_with_the_options_that_size_it(run: Run, out: Path) -> None:
    ended = run("export", BUILT_IN, out, *WITH_MAPS)
    high = int(ElementTree.parse(out).getroot().get("height", "")) * 25.4 / 96
    assert f"the figure is {high:,.0f} mm high, more than any paper; --fit column, two-columns or slide" in ended.err
    for options in (("--fit", "column"), ("--width", "178mm"), ("--collapse", "all")):
        assert "more than any paper" not in run("export", BUILT_IN, out, *WITH_MAPS, *options).err


def test_bars_are_explained_where_modules_are_closed_and_not_where_none_is_shown(run: Run, out: Path) -> None:
    for only, bars in ((("--only", "fire2", "--collapse", "all"), True), (("--only", ":maxpool1"), False)):
        run("export", BUILT_IN, out, *WITH_MAPS, *only)
        said = words(out)
        for each in ("told apart by the bars", "maps of 1×1 filters", "maps of 3×3 filters"):
            assert (each in said) is bars


def test_random_weights_are_said_on_the_figure_and_beside_it(run: Run, out: Path) -> None:
    ended = run("export", "table1", out, *WITH_MAPS, "--only", "fire2")
    assert "table1 has no trained weights: these maps are those of random ones" in ended.err
    assert "Weights: random; nothing was trained." in words(out)


def test_weights_that_fit_some_rows_alone_are_said(run: Run, out: Path) -> None:
    ended = run("export", BUILT_IN, out, *WITH_MAPS, "--only", "fire2", "--input", "1x227x227")
    assert ended.code == 0, ended.err
    assert f"Weights: {BUILT_IN}, but random ones in conv1, which they do not fit." in words(out)
    run("export", BUILT_IN, out, *WITH_MAPS, "--only", ":conv1", "--input", "1x227x227")
    (grey,) = strips(out)["input"]
    assert (grey == grey[..., :1]).all()


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "pptx"])
def test_what_is_exported_twice_is_the_same_bytes(run: Run, tmp_path: Path, suffix: str) -> None:
    made = []
    for name in ("one", "other"):
        out = tmp_path / f"{name}.{suffix}"
        run("export", BUILT_IN, out, *WITH_MAPS, "--only", "fire2:fire3", "--collapse", "fire3")
        made.append(out.read_bytes())
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("out.svg", "--maps"), "--maps: feature maps are those of a picture; name one with --image"),
        (("out.svg", "--image", CHELSEA), "--image: a figure shows what becomes of a picture with --maps; add that"),
        (
            ("out.svg", "--preprocess", "caffe"),
            "--preprocess: it says what becomes of a picture; name one with --image",
        ),
        (("out.tex", *WITH_MAPS), "a TikZ file cannot carry feature maps by itself: choose one of"),
        (("out.dot", *WITH_MAPS), "a DOT file cannot carry feature maps by itself: choose one of"),
        (("out.gif", *WITH_MAPS), "'.gif' is no diagram format"),
        (("out.svg", "--image", "none.png", "--maps"), "none.png: there is no such file"),
        (("out.svg", *WITH_MAPS, "--input", "5x64x64"), "the network takes 5 channels"),
    ],
)
def test_what_cannot_be_shown_is_answered(run: Run, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    name, *more = options
    ended = run("export", "table1", tmp_path / name, *more)
    assert ended.code == 1
    assert said in ended.err
    assert not list(tmp_path.iterdir())


def test_a_figure_of_too_many_boxes_is_refused_before_the_pass(
    run: Run, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box_maps, "MOST_BOXES", 20)
    ended = run("export", BUILT_IN, out, *WITH_MAPS)
    assert ended.code == 1
    assert "--maps: at most 20 boxes of a figure carry feature maps" in ended.err
    assert run("export", BUILT_IN, out, *WITH_MAPS, "--collapse", "all").code == 0
    assert run("export", BUILT_IN, out, *WITH_MAPS, "--only", "fire2:fire4").code == 0
