"""`squeezeviz classify` says what trained weights see in pictures, and by which preprocessing it came to that."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import onnx
import pytest
from caffe_models import caffemodel, random_weights
from caffe_networks import caffe_network
from command_line import Run
from PIL import Image
from places import CHELSEA, SHARED

from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.presets import BUILT_IN
from squeezeviz.files.registry import open_network, write_file
from squeezeviz.model.layers import GlobalAvgPool, Layer, Softmax

ONNX = SHARED / "data" / "onnx"
CHECKPOINT = SHARED / "data" / "pytorch" / "squeezenet1_0_deepcompression.pth"


def test_a_cat_is_a_cat_right_after_the_set_up(run: Run) -> None:
    ended = run("classify", CHELSEA, "--format", "json")
    assert ended.code == 0
    document = ended.json
    (image,) = document.pop("images")
    assert document == {"schema": "squeezeviz/classify-1", "network": BUILT_IN, "preprocess": "caffe"}
    assert image.keys() == {"file", "top"}
    assert image["file"] == str(CHELSEA)
    top = image["top"]
    assert [(each["index"], each["name"]) for each in top[:3]] == [
        (285, "Egyptian cat"),
        (281, "tabby"),
        (282, "tiger cat"),
    ]
    assert [each["probability"] for each in top[:2]] == pytest.approx([0.43, 0.31], abs=0.02)
    assert len(top) == 5
    assert "preprocessing caffe: shorter side to 256, middle 227×227; BGR from 0 to 255, minus 104.006" in ended.err


def test_for_people_network_preprocessing_and_softmax_are_named(run: Run) -> None:
    ended = run("classify", CHELSEA)
    lines = ended.out.splitlines()
    assert lines[0].startswith(f"network        {BUILT_IN}: SqueezeNet v1.1")
    assert lines[1].startswith("preprocessing  caffe: shorter side to 256, middle 227×227; BGR from 0 to 255, minus")
    assert lines[1].endswith(f"({BUILT_IN} was trained with it)")
    assert lines[2] == "probabilities  softmax of avgpool10, over 1,000 classes"
    assert lines[4] == f"{CHELSEA}  451×300 px, seen from x 92.54 to 358.5, y 16.41 to 282.4"
    assert lines[5].split() == ["Egyptian", "cat", "285", lines[5].split()[3], "%", "█" * 10]
    assert float(lines[5].split()[3]) == pytest.approx(43.6, abs=1)


def test_what_is_seen_of_a_very_tall_picture_is_said_to_the_pixel(run: Run, tmp_path: Path) -> None:
    tall = tmp_path / "tall.png"
    Image.new("L", (30, 123_456), 90).save(tall)
    ended = run("classify", tall, "--preprocess", "bgr")
    assert ended.out.splitlines()[4] == f"{tall}  30×123456 px, seen from x 0 to 30, y 61713 to 61743"


def test_several_pictures_run_as_batches_and_each_says_what_it_says_alone(run: Run, tmp_path: Path) -> None:
    image = Image.open(CHELSEA)
    files = []
    for number in range(10):
        files.append(tmp_path / f"{number}.png")
        image.crop((number, number, number + 300, number + 280)).save(files[-1])
    together = run("classify", *files, "--format", "json").json["images"]
    assert [each["file"] for each in together] == list(map(str, files))
    for number in (0, 9):
        alone = run("classify", files[number], "--format", "json").json["images"][0]
        for one, other in zip(together[number]["top"], alone["top"], strict=True):
            assert one["index"] == other["index"]
            assert one["probability"] == pytest.approx(other["probability"], abs=1e-4)


def test_a_picture_that_cannot_be_read_leaves_the_others_classified(run: Run, tmp_path: Path) -> None:
    unreadable, missing = tmp_path / "cat.png", tmp_path / "none.png"
    unreadable.write_text("a cat, in words", "utf-8")
    ended = run("classify", CHELSEA, unreadable, missing, CHELSEA, "--format", "json")
    assert ended.code == 1
    images = ended.json["images"]
    assert [each["file"] for each in images] == [str(CHELSEA)] * 2
    assert {each["top"][0]["name"] for each in images} == {"Egyptian cat"}
    errors = [line for line in ended.err.splitlines() if "error" in line]
    assert len(errors) == 2
    assert errors[0].startswith(f"squeezeviz: error: {unreadable}: ")
    assert errors[1] == f"squeezeviz: error: {missing}: there is no such file"


def test_where_no_picture_can_be_read_nothing_is_classified(run: Run, tmp_path: Path) -> None:
    for form in ("table", "json", "csv", "markdown"):
        ended = run("classify", tmp_path / "one.png", tmp_path / "other.png", "--format", form)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.count(": there is no such file") == 2


def test_csv_and_markdown_hold_every_picture(run: Run) -> None:
    rows = list(csv.reader(run("classify", CHELSEA, CHELSEA, "--format", "csv").out.splitlines()))
    assert rows[0] == ["file", "index", "name", "probability"]
    assert len(rows) == 11
    assert rows[6][:3] == [str(CHELSEA), "285", "Egyptian cat"]
    markdown = run("classify", CHELSEA, "--format", "markdown").out
    assert "| file | class | index | probability |" in markdown
    assert "- preprocessing: caffe:" in markdown


def written(tmp_path: Path, *layers: Layer) -> Path:
    """A network of those layers with the built-in network's weights."""
    opened = open_network(BUILT_IN)
    path = tmp_path / "written.safetensors"
    write_file(path, dataclasses.replace(opened.table, layers=layers), weights=opened.weights)
    return path


def of_built_in() -> tuple[Layer, ...]:
    return open_network(BUILT_IN).table.layers


def test_classes_have_the_names_of_a_file_or_none(run: Run, tmp_path: Path) -> None:
    network = written(tmp_path, *of_built_in()[:3], GlobalAvgPool("all"))
    named = run("classify", CHELSEA, "--network", network, "--format", "json").json
    assert named["network"] == str(network)
    assert {each["name"] for each in named["images"][0]["top"]} == {""}
    assert "class " in run("classify", CHELSEA, "--network", network).out
    labels = tmp_path / "names.txt"
    labels.write_text("".join(f"kind {number}\n" for number in range(128)))
    top = run("classify", CHELSEA, "--network", network, "--labels", labels, "--format", "json").json["images"][0][
        "top"
    ]
    assert all(each["name"] == f"kind {each['index']}" for each in top)
    labels.write_text("one\ntwo\n")
    refused = run("classify", CHELSEA, "--network", network, "--labels", labels)
    assert refused.code == 1
    assert f"{labels}: it has 2 lines, and the network tells 128 classes apart" in refused.err


def test_a_networks_own_softmax_is_not_taken_again(run: Run, tmp_path: Path) -> None:
    network = written(tmp_path, *of_built_in(), Softmax("prob"))
    ended = run("classify", CHELSEA, "--network", network, "--preprocess", "caffe")
    assert "probabilities  prob, the network's own softmax, over 1,000 classes" in ended.out
    assert "43.6 %" in ended.out


def test_weights_of_which_nothing_is_known_tell_by_their_answers(run: Run, tmp_path: Path) -> None:
    network = written(tmp_path, *of_built_in())
    ended = run("classify", CHELSEA, "--network", network)
    assert "preprocessing  caffe:" in ended.out
    assert (
        "(a test picture with values as Caffe's moves the scores by 3.8, as in a network trained on such)" in ended.out
    )


def test_a_persons_own_preprocessing_is_said(run: Run) -> None:
    options = "--preprocess", "bgr", "--mean", "104,117,123"
    ended = run("classify", CHELSEA, *options, "--format", "json")
    assert ended.json["preprocess"] == "bgr --mean 104,117,123"
    assert "(as asked for)" in ended.err
    assert run("classify", CHELSEA, "--preprocess", "cafe").code == 2
    assert run("classify", CHELSEA, "--mean", "1,2").code == 2
    assert run("classify").code == 2


def test_an_onnx_files_metadata_say_how_its_pictures_are_prepared(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    opened = open_network(BUILT_IN)
    write_file(path, opened.table, weights=opened.weights)
    model = onnx.load(path)
    onnx.helper.set_model_props(
        model, {"Image.BitmapPixelFormat": "Bgr8", "Image.NominalPixelRange": "NominalRange_0_255"}
    )
    onnx.save(model, path)
    ended = run("classify", CHELSEA, "--network", path)
    assert "preprocessing  bgr: shorter side to 227, middle 227×227; BGR from 0 to 255" in ended.out
    compared = run("compare", BUILT_IN, path).err
    different = f"their weights take pictures that were prepared in different ways: {BUILT_IN} caffe, {path} bgr"
    assert different in compared
    assert "different ways" not in run("compare", path, path).err + run("compare", "table1", path).err
    assert (
        "(the file's metadata say Image.BitmapPixelFormat Bgr8, Image.NominalPixelRange NominalRange_0_255)"
        in ended.out
    )
    onnx.helper.set_model_props(model, {"Image.BitmapPixelFormat": "Rgb8", "Image.NominalPixelRange": "Normalized_1_1"})
    onnx.save(model, path)
    document = run("classify", CHELSEA, "--network", path, "--format", "json").json
    assert document["preprocess"] == "rgb --mean 127.5,127.5,127.5 --std 127.5,127.5,127.5"


def test_a_picture_of_the_inputs_very_size_is_said_to_be_taken_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "whole.png"
    Image.open(CHELSEA).resize((227, 227)).save(path)
    said = f"note: {path}: of the input's very size, 227×227, and taken whole"
    ended = run("classify", CHELSEA, path, "--format", "csv")
    assert [line for line in ended.err.splitlines() if "taken whole" in line] == [f"squeezeviz: {said}"]
    for command in (("trace", BUILT_IN, "--image", path), ("follow", path, "--at", "conv1", "--channel", "0")):
        assert said in run(*command).err


def test_what_was_done_to_a_picture_is_noted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cat.jpg"
    image = Image.open(CHELSEA).convert("RGBA")
    image.putalpha(200)
    image.save(path, "PNG")
    ended = run("classify", path)
    assert f"note: {path}: its transparent parts lie over white" in ended.err
    assert f"note: {path}: named .jpg, but read as what it holds: PNG" in ended.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{chelsea}", "--network", "table1"], "table1: it has no trained weights, and random ones see nothing"),
        (["{chelsea}", "--device", "meta"], "the meta device computes no values"),
        (["{chelsea}", "--input", "1x227x227"], "its weights do not fit conv1, which would run with random ones"),
        (["{none}"], "there is no such file"),
        (["{text}"], "no picture that can be read"),
        (["{chelsea}", "--labels", "{none}"], "there is no such file"),
        (["{chelsea}", "--network", "{chelsea}"], "this is a picture; squeezeviz classify shows what a network sees"),
    ],
)
def test_what_cannot_be_seen_is_one_sentence(arguments: list[str], sentence: str, run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.png"
    text.write_text("no picture")
    filled = [each.format(chelsea=CHELSEA, none=tmp_path / "none", text=text) for each in arguments]
    ended = run("classify", *filled)
    assert (ended.code, ended.out) == (1, "")
    assert sentence in ended.err
    assert [line for line in ended.err.splitlines() if "error" in line] == ended.err.splitlines()[-1:]


def test_a_network_that_ends_in_maps_says_no_classes(run: Run, tmp_path: Path) -> None:
    network = written(tmp_path, *of_built_in()[:-1])
    ended = run("classify", CHELSEA, "--network", network)
    assert (ended.code, ended.out) == (1, "")
    assert f"error: {network}: conv10: its last map is 14×14 and not 1×1, so that it says no classes" in ended.err


def test_weights_that_are_no_numbers_say_no_class(run: Run, tmp_path: Path) -> None:
    opened = open_network(BUILT_IN)
    assert opened.weights is not None
    arrays = dict(opened.weights.arrays)
    name = TensorName("conv10", "", "bias")
    arrays[name] = np.full_like(arrays[name], np.nan)
    path = tmp_path / "nan.safetensors"
    write_file(path, opened.table, weights=dataclasses.replace(opened.weights, arrays=arrays))
    ended = run("classify", CHELSEA, "--network", path, "--preprocess", "caffe")
    assert (ended.code, ended.out) == (1, "")
    assert "no finite numbers" in ended.err


@pytest.mark.skipif(not (ONNX / "winml_fish.png").exists(), reason="needs WinML's network in ../shared")
def test_winmls_fish_is_a_tench_as_it_is_published(run: Run) -> None:
    network = ONNX / "winml_squeezenet_fp16.onnx"
    ended = run("classify", ONNX / "winml_fish.png", "--network", network, "--preprocess", "bgr", "--format", "json")
    first = ended.json["images"][0]["top"][0]
    assert (first["index"], first["name"]) == (0, "tench")
    assert first["probability"] == pytest.approx(0.7378, abs=0.01)
    default = run("classify", ONNX / "winml_fish.png", "--network", network).out
    assert "preprocessing  caffe:" in default  # nothing in the file says that no mean is subtracted
    assert "a test picture with values as Caffe's moves the scores" in default


@pytest.mark.skipif(not CHECKPOINT.exists(), reason="needs the compressed checkpoint in ../shared")
def test_torchvisions_keys_do_not_hide_that_weights_were_trained_in_caffe(run: Run) -> None:
    ended = run("classify", CHELSEA, "--network", CHECKPOINT, "--geometry", "caffe", "--format", "json")
    assert ended.json["preprocess"] == "caffe"
    assert ended.json["images"][0]["top"][0]["name"] == "Egyptian cat"


def test_the_commands_help_names_its_options(run: Run) -> None:
    ended = run("classify", "--help")
    assert ended.code == 0
    assert all(option in ended.out for option in ("--network", "--preprocess", "--mean", "--labels", "--device"))


def test_the_same_weights_as_caffe_saves_them_see_the_same(run: Run, tmp_path: Path) -> None:
    """By a .caffemodel that was encoded by hand, with the prototxt beside it, and prepared as Caffe does unasked."""
    text = caffe_network("1.1")
    weights = open_network(BUILT_IN).weights
    assert weights is not None
    arrays = list(weights.arrays.values())
    tensors = zip(random_weights(text), zip(arrays[::2], arrays[1::2], strict=True), strict=True)
    (tmp_path / "net.caffemodel").write_bytes(caffemodel(text, dict(tensors)))
    (tmp_path / "deploy.prototxt").write_text(text)
    ended = run("classify", CHELSEA, "--network", tmp_path / "net.caffemodel", "--format", "json")
    assert (ended.code, ended.json["preprocess"]) == (0, "caffe")
    top = ended.json["images"][0]["top"]
    assert [each["index"] for each in top[:3]] == [285, 281, 282]
    own = run("classify", CHELSEA, "--format", "json").json["images"][0]["top"]
    assert [each["probability"] for each in top] == pytest.approx([each["probability"] for each in own], abs=1e-6)
