"""convert, and what comes from files: geometries, weights, and what another format does not hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from caffe_models import caffemodel, random_weights
from caffe_networks import caffe_network
from command_line import Ended, Run
from PIL import Image

from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import read_file, write_file


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that do not say the geometry."""
    path = tmp_path_factory.mktemp("weights") / "squeezenet1_0.pth"
    write_file(path, load_preset("squeezenet1_0"))
    return path


@pytest.fixture
def checkpoint(run: Run, tmp_path: Path) -> Path:
    """Fresh weights of a preset, in a file that says all of the network."""
    path = tmp_path / "net.safetensors"
    assert run("convert", "squeezenet1_1", path).code == 0
    return path


def shown(run: Run, path: Path, *options: str) -> Ended:
    ended = run("show", path, "--format", "json", *options)
    assert ended.code == 0
    return ended


@pytest.mark.parametrize("suffix", ["toml", "csv", "tsv"])
def test_what_convert_writes_shows_the_same_network(run: Run, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out.{suffix}"
    ended = run("convert", "complex-bypass", out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert shown(run, out).json == run("show", "complex-bypass", "--format", "json").json


@pytest.mark.parametrize("command", ["convert", "export"])
@pytest.mark.parametrize("name", ["out.xyz", "out", "no-such-folder/out.{suffix}"])
def test_what_cannot_be_written_is_one_error_and_leaves_nothing(
    run: Run, tmp_path: Path, command: str, name: str
) -> None:
    out = tmp_path / name.format(suffix="toml" if command == "convert" else "svg")
    ended = run(command, "table1", out)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {out}: ")
    assert ended.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_convert_follows_another_input_and_tells_where_the_network_cannot_run(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.toml"
    run("convert", "table1", out, "--input", "3x224x224")
    assert shown(run, out).json["input_shape"] == [1, 3, 224, 224]
    ended = run("convert", "table1", tmp_path / "out.prototxt", "--input", "3x5x5")
    assert ended.code == 0
    assert "squeezeviz: note: conv1: the 7×7 window does not fit the 5×5 map" in ended.err


@pytest.mark.parametrize(
    ("geometry", "macs"),
    [((), 818_924_576), (("--geometry", "table1"), 832_667_936), (("--geometry", "caffe"), 861_339_936)],
)
def test_a_geometry_gives_weights_their_numbers(run: Run, weights: Path, geometry: tuple[str, ...], macs: int) -> None:
    ended = shown(run, weights, *geometry)
    assert ended.json["macs"] == macs
    assert ("weights do not tell strides" in ended.err) == ("torchvision" in ended.err) == (not geometry)


def test_a_geometry_goes_with_an_input_and_is_converted_into_the_table(run: Run, weights: Path, tmp_path: Path) -> None:
    given = shown(run, weights, "--geometry", "caffe", "--input", "3x100x120")
    assert given.json["input_shape"] == [1, 3, 100, 120]
    assert run("convert", weights, tmp_path / "table.toml", "--geometry", "caffe").code == 0
    assert "padding = 1" in (tmp_path / "table.toml").read_text()


def test_a_geometry_that_v1_1_never_had_is_refused(run: Run, tmp_path: Path, checkpoint: Path) -> None:
    path = tmp_path / "w.pth"
    run("convert", checkpoint, path)
    ended = run("show", path, "--geometry", "table1")
    assert ended.code == 1
    assert "these weights have no geometry table1; they can have torchvision, caffe" in ended.err


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
    assert first is not None and second is not None
    assert sum(array.size for array in first.arrays.values()) == 1_235_496
    assert first.arrays.keys() == second.arrays.keys()
    assert all(np.array_equal(first.arrays[name], second.arrays[name]) for name in first.arrays)


def test_a_pass_runs_with_the_weights_of_the_file(run: Run, checkpoint: Path) -> None:
    ended = run("trace", checkpoint)
    assert ended.code == 0
    assert "squeezeviz: note: all 10 layers with weights ran with those of net.safetensors\n" in ended.err
    assert "layers with weights ran" not in run("trace", checkpoint, "--device", "meta").err


def test_convert_tells_what_the_new_file_does_not_hold(run: Run, tmp_path: Path) -> None:
    trained, caffe, pth = (tmp_path / name for name in ("trained.onnx", "net.prototxt", "net.pth"))
    pruned = f"squeezeviz: note: {caffe} does not say what pruning keeps and how many bits weights take in conv1, fire2"
    assert run("convert", "table1", caffe).err.startswith(pruned)
    run("convert", "squeezenet1_1", trained)
    lost = {
        caffe: f"squeezeviz: note: {caffe} does not hold the weights of trained.onnx\n",
        pth: f"squeezeviz: note: {pth} does not say names, strides, paddings, pools, ReLUs, simple bypasses and the "
        "input's size; a .safetensors does\n",
        tmp_path / "net.safetensors": "",
    }
    assert {out: run("convert", trained, out).err for out in lost} == lost


@pytest.fixture
def caffes(tmp_path: Path) -> Path:
    """Weights as Caffe saves them, the layers of v1.0 with them, in a folder of their own."""
    path = tmp_path / "caffe" / "net.caffemodel"
    path.parent.mkdir()
    path.write_bytes(caffemodel(caffe_network("1.0")))
    return path


def test_a_caffemodel_shows_runs_and_is_converted_with_its_weights(run: Run, caffes: Path, tmp_path: Path) -> None:
    (caffes.parent / "deploy.prototxt").write_text(caffe_network("1.0"))
    ended = shown(run, caffes)
    assert ended.json["macs"] == 861_339_936
    assert "its geometry is that of deploy.prototxt, which lies beside it" in ended.json["notes"]
    ended = run("trace", caffes, "--input", "3x64x64", "--format", "json")
    assert (ended.code, ended.json["disagreements"]) == (0, [])
    assert "note: all 10 layers with weights ran with those of net.caffemodel" in ended.err
    out = tmp_path / "out.safetensors"
    assert run("convert", caffes, out).code == 0
    weights, given = read_file(out).weights, random_weights(caffe_network("1.0"))
    assert weights is not None
    flat = [array for arrays in given.values() for array in arrays]
    assert all(map(np.array_equal, weights.arrays.values(), flat))


def test_deploy_names_the_network_of_a_caffemodel_and_is_no_matter_of_other_files(
    run: Run, caffes: Path, tmp_path: Path
) -> None:
    deploy = tmp_path / "mine.prototxt"
    deploy.write_text(caffe_network("1.0").replace("dim: 227", "dim: 128"))
    assert shown(run, caffes).json["input_shape"] == [1, 3, 227, 227]
    assert shown(run, caffes, "--deploy", str(deploy)).json["input_shape"] == [1, 3, 128, 128]
    assert shown(run, caffes, "--input", "3x64x64").json["input_shape"] == [1, 3, 64, 64]
    for name in ("--deploy=none.prototxt", f"--deploy={tmp_path}"):
        ended = run("show", caffes, name)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(f"squeezeviz: error: {name.partition('=')[2]}: ")
    ended = run("compare", caffes, "table1", "--deploy", str(deploy))
    assert ended.code == 0
    assert f"note: table1 is no .caffemodel, and takes nothing from {deploy}\n" in ended.err


def test_a_caffemodel_of_weights_alone_takes_caffes_geometry_or_another(run: Run, caffes: Path) -> None:
    caffes.write_bytes(caffemodel(caffe_network("1.0"), bare=True))
    assert shown(run, caffes).json["macs"] == 861_339_936
    assert shown(run, caffes, "--geometry", "torchvision").json["macs"] == 818_924_576
    assert shown(run, caffes, "--geometry", "table1").json["macs"] == 832_667_936


def test_what_pruned_weights_say_themselves_is_no_loss_of_a_file_that_holds_them(
    run: Run, caffes: Path, tmp_path: Path
) -> None:
    given = random_weights(caffe_network("1.0"))
    given["fire8/expand3x3"][0][:, ::2] = 0
    caffes.write_bytes(caffemodel(caffe_network("1.0"), given))
    for suffix, is_lost in ((".onnx", False), (".pth", False), (".safetensors", False), (".prototxt", True)):
        ended = run("convert", caffes, tmp_path / f"out{suffix}")
        assert ended.code == 0
        assert ("does not say what pruning keeps and how many bits weights take in fire8" in ended.err) is is_lost
    assert read_file(tmp_path / "out.onnx").table.is_compressed
    dense = run("convert", "table1", tmp_path / "planned.onnx")
    assert "does not say what pruning keeps and how many bits weights take in conv1, fire2" in dense.err


@pytest.mark.parametrize(
    "arguments",
    [
        "classify {picture} --where {picture}",
        "classify {picture} --where {link}",
        "classify {other} {picture} --where {picture}",
        "features {picture} {link} --at conv1",
        "export table1 {picture} --maps --image {picture}",
        "convert {table} {table}",
        "export table1 {table} --baseline {table}",
    ],
)
def test_what_is_read_is_never_written_over(run: Run, tmp_path: Path, arguments: str) -> None:
    files = {name: tmp_path / name for name in ("picture", "other", "table", "link")}
    for name in ("picture", "other"):
        files[name] = files[name].with_suffix(".png")
        Image.new("RGB", (8, 8)).save(files[name])
    files["link"] = files["link"].with_suffix(".png")
    files["link"].symlink_to(files["picture"])
    files["table"] = files["table"].with_suffix(".toml")
    write_file(files["table"], load_preset("table1"))
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    words = [each.format(**files) for each in arguments.split()]
    ended = run(*words)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(": it is read too, and would be lost: write to another file\n")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
