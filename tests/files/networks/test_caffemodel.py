"""A .caffemodel opens with its weights in the rows of their layers' names, and with the geometry that is at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from caffe_models import (
    Weights,
    blob,
    blocks,
    caffemodel,
    first_years_caffemodel,
    layers_of,
    random_weights,
    sized,
    varint,
    whole,
)
from caffe_networks import CAFFE_TEXTS, caffe_network
from places import SHARED
from prototxt_texts import GLOBAL_POOL, INPUT, conv, fire, layer

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe.caffemodel import read as read_weights
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import InputShape
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import as_tensors

V1_1 = caffe_network("1.1")
SMALL = (
    'name: "small"\n' + INPUT + conv("conv1", "data", "num_output: 4 kernel_size: 3 stride: 2") + fire("conv1")
    + conv("conv2", "f/c", "num_output: 6 kernel_size: 1") + layer("pool", "Pooling", "conv2", more=GLOBAL_POOL)
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(content: bytes, *prototxts: str, deploy: str | None = None) -> Opened:
    """What a file of that content opens as, with these texts as the .prototxt files that lie beside it."""
    Path("net.caffemodel").write_bytes(content)
    for number, text in enumerate(prototxts):
        Path(f"deploy{number}.prototxt").write_text(text, encoding="utf-8")
    return read_file("net.caffemodel", deploy)


def notes(found: Opened) -> list[str]:
    return [note.text for note in found.notes]


def same_weights(found: Opened, given: Weights) -> bool:
    """Whether each row's tensors are those of the layers of its name."""
    assert found.weights is not None
    arrays = list(found.weights.arrays.values())
    flat = [array for layer in given.values() for array in layer]
    return len(arrays) == len(flat) and all(map(np.array_equal, arrays, flat))


SAVED: dict[str, Callable[[str, Weights], bytes]] = {
    "today": caffemodel,
    "with the sides of its first year": lambda text, weights: caffemodel(text, weights, legacy=True),
    "in its first year": first_years_caffemodel,
    "bare": lambda text, weights: caffemodel(text, weights, bare=True),
    "in float64": lambda text, weights: caffemodel(
        text, {name: [each.astype(np.float64) for each in arrays] for name, arrays in weights.items()}
    ),
}


@pytest.mark.parametrize("how", SAVED)
@pytest.mark.parametrize("network", CAFFE_TEXTS)
def test_the_prototxt_beside_it_tells_the_network_and_names_tell_whose_weights_are_whose(
    folder: Path, network: str, how: str
) -> None:
    text = CAFFE_TEXTS[network]
    given = random_weights(text)
    found = opened(SAVED[how](text, given), text)
    assert found.format == "caffemodel"
    assert found.preprocessing is not None
    assert found.preprocessing.preprocessing.id == "caffe"
    assert found.unknown_geometry is None
    assert found.table == prototxt.read(text, "deploy0").table
    assert same_weights(found, given)
    assert notes(found)[0] == "its geometry is that of deploy0.prototxt, which lies beside it"
    assert any("float64" in note for note in notes(found)) is (how == "in float64")


@pytest.mark.parametrize("how", [how for how in SAVED if how != "bare"])
@pytest.mark.parametrize("network", CAFFE_TEXTS)
def test_without_a_prototxt_the_layers_that_caffe_saves_tell_the_network(folder: Path, network: str, how: str) -> None:
    text = CAFFE_TEXTS[network]
    given = random_weights(text)
    found = opened(SAVED[how](text, given))
    assert found.table == prototxt.read(text, "net").table
    assert same_weights(found, given)
    assert notes(found)[0] == "its geometry is that of the network that the file itself holds"


def test_what_caffe_saves_of_a_training_is_its_network(folder: Path) -> None:
    """The layers of the training alone, and a Split wherever one map goes two ways."""
    text = caffe_network("1.1", trains=True)
    for place in range(2, 10):
        squeeze = f"fire{place}/squeeze1x1"
        before, expand, after = text.partition(f'layer {{\n  name: "fire{place}/expand1x1"')
        split = f'layer {{ name: "split{place}" type: "Split" bottom: "{squeeze}" top: "s{place}" top: "t{place}" }}\n'
        after = after.replace(f'bottom: "{squeeze}"', f'bottom: "s{place}"', 1)
        text = before + split + expand + after.replace(f'bottom: "{squeeze}"', f'bottom: "t{place}"', 1)
    pieces = text.split("layer {\n")
    saved = "layer {\n".join(piece for piece in pieces if "phase: TEST" not in piece)
    assert (saved.count("Split"), saved.count("phase: TRAIN"), saved.count("TEST")) == (8, 2, 0)
    found = opened(caffemodel(saved))
    assert found.table.layers == prototxt.read(caffe_network("1.1")).table.layers[:-1]  # which ends with a softmax
    assert found.table.input == InputShape(3, 227, 227)


def test_an_input_whose_size_nobody_tells_is_caffes_and_said_so(folder: Path) -> None:
    found = opened(caffemodel(caffe_network("1.0")))  # its `input` is not among the layers that Caffe saves
    said = "the size of its input is not in the file, and taken as the Caffe release's, 3×227×227; --input CxHxW says"
    assert any(note.startswith(said) for note in notes(found))
    grey = SMALL.replace("dim: 3", "dim: 1").replace('input: "data"', "")
    weights = {name: [arrays[0][:, :1] if name == "conv1" else arrays[0], arrays[1]]
               for name, arrays in random_weights(SMALL).items()}  # fmt: skip
    assert opened(caffemodel(grey, weights)).table.input == InputShape(1, 227, 227)


def test_weights_of_names_alone_leave_the_geometry_to_be_asked_for_caffes_first(folder: Path) -> None:
    given = random_weights(CAFFE_TEXTS["v1.0 to run"])
    found = opened(caffemodel(CAFFE_TEXTS["v1.0 to run"], given, bare=True))
    assert found.unknown_geometry is not None
    assert [choice.id for choice in found.unknown_geometry.choices] == ["caffe", "torchvision", "table1"]
    assert resolve(found.table).macs.value == 861_339_936
    assert same_weights(found, given)
    assert "conv10 padded by 1" in notes(found)[0]
    assert "--deploy FILE names the .prototxt that tells its geometry" in notes(found)


def test_a_named_prototxt_goes_before_the_one_beside_it(folder: Path) -> None:
    text = CAFFE_TEXTS["v1.0 to run"]
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "mine.prototxt").write_text(text.replace("dim: 227", "dim: 128"))
    found = opened(caffemodel(text), text, deploy="elsewhere/mine.prototxt")
    assert found.table.input == InputShape(3, 128, 128)
    assert notes(found)[0] == "its geometry is that of mine.prototxt"


def test_several_prototxts_beside_it_are_named_and_none_is_used(folder: Path) -> None:
    text = CAFFE_TEXTS["v1.0 to run"]
    found = opened(caffemodel(text), text.replace("227", "128"), "base_lr: 0.1")
    assert found.table.input == InputShape(3, 227, 227)
    assert notes(found)[0] == (
        "several .prototxt lie beside it, and none is used: deploy0.prototxt, deploy1.prototxt; "
        "--deploy FILE names the one"
    )


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        ("net: 'a.prototxt' base_lr: 0.1", "deploy0.prototxt:1: this is a Caffe solver's file; open the network that"),
        (caffe_network("1.0"), "conv1: it has weights of 64×3×3×3 in the file, and of 96×3×7×7 in deploy0.prototxt, w"),
        (SMALL.replace('"conv', '"my'), r"its layers with weights (conv1, fire2/squeeze1x1 and 24 more) are none of"),
        ("layer { name: 'a' type: 'LRN' }", "deploy0.prototxt:1: it has no input"),
    ],
)
def test_a_prototxt_of_another_network_beside_it_is_not_used_and_said_so(folder: Path, beside: str, why: str) -> None:
    found = opened(caffemodel(V1_1), beside)
    assert found.table.layers == prototxt.read(V1_1).table.layers
    assert notes(found)[0].startswith(f"the .prototxt beside it is not used: {why}"), notes(found)[0]


@pytest.mark.parametrize(
    ("deploy", "why"),
    [
        (caffe_network("1.0"), "net.caffemodel: conv1: it has weights of 64×3×3×3 in the file, and of 96×3×7×7 in d"),
        (
            SMALL.replace('"conv', '"my'),
            "net.caffemodel: its layers with weights (conv1, fire2/squeeze1x1 and 24 more)",
        ),
        ("base_lr: 0.1", "deploy.prototxt: this is a Caffe solver's file, which names no network"),
        ("layer {", "deploy.prototxt:1: this is no valid prototxt"),
        (None, "deploy.prototxt: there is no such file"),
    ],
)
def test_a_named_prototxt_that_does_not_fit_is_refused(folder: Path, deploy: str | None, why: str) -> None:
    if deploy is not None:
        Path("deploy.prototxt").write_text(deploy)
    with pytest.raises(SqueezevizError) as refused:
        opened(caffemodel(V1_1), V1_1, deploy="deploy.prototxt")
    assert str(refused.value).startswith(why), refused.value


def test_layers_without_weights_get_fresh_ones_and_weights_without_a_row_are_named(folder: Path) -> None:
    """As where a network's last layer is to be trained anew under another name."""
    found = opened(caffemodel(V1_1), V1_1.replace('name: "conv10"', 'name: "conv10_mine"'))
    assert "no weights of conv10_mine are in the file; a pass runs with fresh random ones there" in notes(found)
    assert "not read: the weights of conv10, which no row takes" in notes(found)
    assert found.weights is not None
    assert len(found.weights.arrays) == 50


def test_a_fire_module_without_the_weights_of_one_convolution_gets_fresh_ones_and_the_note_says_in_all_of_it(
    folder: Path,
) -> None:
    found = opened(caffemodel(V1_1), V1_1.replace('name: "fire3/expand1x1"', 'name: "mine"'))
    said = "no weights of mine are in the file; a pass runs with fresh random ones there and in all of fire3/concat"
    assert said in notes(found)
    assert found.weights is not None
    assert fit(resolve(found.table), found.weights.shapes).fresh == ("fire3/concat",)


def test_a_module_that_stacks_its_3x3_expand_first_computes_the_same(folder: Path) -> None:
    """A table stacks the 1×1 first: what takes the module's channels takes them in another order."""
    text = SMALL.replace('bottom: "f/e1" bottom: "f/e3" top: "f/c"', 'bottom: "f/e3" bottom: "f/e1" top: "f/c"')
    assert text != SMALL
    weights = random_weights(text)
    found = opened(caffemodel(text, weights))
    assert found.weights is not None

    def convolved(name: str, image: torch.Tensor, stride: int = 1, padding: int = 0) -> torch.Tensor:
        weight, bias = map(torch.from_numpy, weights[name])
        return torch.nn.functional.conv2d(image, weight, bias, stride, padding)

    image = torch.rand(1, 3, 32, 32)
    squeezed = convolved("f/s", convolved("conv1", image, 2)).relu()
    expanded = [convolved("f/e3", squeezed, padding=1).relu(), convolved("f/e1", squeezed).relu()]
    meant, otherwise = (
        convolved("conv2", torch.cat(order, 1)).mean((2, 3)) for order in (expanded, list(reversed(expanded)))
    )
    module = build_module(resolve(found.table), weights=as_tensors(found.weights.arrays))
    assert torch.allclose(module(image), meant, atol=1e-5)
    assert not torch.allclose(meant, otherwise, atol=1e-5)


def test_what_the_onnx_of_the_trained_network_holds_comes_back_through_a_caffemodel(folder: Path) -> None:
    onnx, deploy = (
        SHARED / "data/onnx/winml_squeezenet_fp16.onnx",
        SHARED / "data/caffe/SqueezeNet_v1.1_deploy.prototxt",
    )
    if not onnx.exists():
        pytest.skip("the real files are not here")
    trained = read_file(onnx).weights
    assert trained is not None
    text = deploy.read_text(encoding="utf-8")
    names = [layer["name"] for layer, _ in layers_of(blocks(text)) if layer["type"] == "Convolution"]
    arrays = list(trained.arrays.values())
    found = opened(caffemodel(text, dict(zip(names, zip(arrays[::2], arrays[1::2], strict=True), strict=True))))
    assert found.weights is not None
    assert all(map(np.array_equal, found.weights.arrays.values(), arrays))
    assert resolve(found.table).macs.value == 387_747_520


def part(name: str, *blobs: bytes, type_: str = "Convolution") -> bytes:
    return sized(100, sized(1, name) + sized(2, type_) + b"".join(sized(7, each) for each in blobs))


def tensor(*sides: int, numbers: int = 0, packed: bytes | None = None) -> bytes:
    """A blob that says one shape and holds another count of numbers."""
    return sized(7, sized(1, b"".join(map(varint, sides)))) + sized(5, bytes(4 * numbers) if packed is None else packed)


NAME = sized(1, "net")
GROUPS = b"\x9b\x06" * 200
"""The beginning of 200 groups, one in another, of a field that nobody knows."""


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: caffemodel(V1_1)[:-1000], "damaged or was cut off"),
    "cut off in its first layer": (lambda: caffemodel(V1_1)[:60], "damaged or was cut off"),
    "its first layer alone": (lambda: NAME + part("data", type_="Input"), "no layer in it has weights"),
    "empty": (lambda: b"", "the file is empty"),
    "a name and nothing else": (lambda: NAME + bytes(3), "damaged"),
    "no layer": (lambda: NAME + whole(5, 1) + sized(6, whole(1, 1)) + b"\x00", "damaged|no layer"),
    "no weights": (lambda: caffemodel(V1_1, {}), "no layer in it has weights"),
    "fewer numbers than its shape": (
        lambda: NAME + part("conv1", tensor(64, 3, 3, 3, numbers=12)),
        r"conv1: its weights have the shape 64×3×3×3, and 12 float numbers are there",
    ),
    "a byte too many": (
        lambda: NAME + part("conv1", tensor(1, 1, 1, 1, packed=bytes(5))),
        "1 float numbers and 1 byte are there",
    ),
    "no number at all": (lambda: NAME + part("conv1", tensor(64, 3, 3, 3)), "no float numbers are there"),
    "half a number": (lambda: NAME + part("conv1", tensor(1, 1, 1, 1, packed=b"\0\0\0\0\0")), "1 float numbers"),
    "sides beyond all memory": (
        lambda: NAME + part("conv1", tensor(2**62, 2**62, 2**62, 2**62, numbers=4)),
        "4 float numbers are there",
    ),
    "negative sides": (lambda: NAME + part("conv1", tensor(-1, -1, 1, 1, numbers=1)), "-1×-1×1×1, which no tensor has"),
    "a thousand sides": (lambda: NAME + part("conv1", tensor(*[1] * 1000, numbers=1)), "which no tensor has"),
    "a length beyond the file": (
        lambda: NAME + varint(100 << 3 | 2) + varint(2**40) + part("conv1", tensor(1, 1, 1, 1, numbers=1)),
        "damaged",
    ),
    "nested groups": (lambda: NAME + part("conv1", tensor(1, 1, 1, 1, numbers=1)) + GROUPS, "damaged"),
    "a layer of the oldest kind": (
        lambda: NAME + sized(2, sized(1, sized(1, "conv1") + sized(2, "conv")) + sized(4, "conv1")),
        "of the oldest kind; upgrade it",
    ),
    "layers of two kinds": (
        lambda: first_years_caffemodel(V1_1) + part("conv1", tensor(1, 1, 1, 1, numbers=1)),
        "layers of two kinds",
    ),
    "too many layers": (lambda: NAME + part("a", type_="ReLU") * 13_000, "13,000 layers; at most 12,000"),
    "a million rules": (
        lambda: NAME + part("conv1", tensor(1, 1, 1, 1, numbers=1)) + sized(100, b"\x42\x00" * 1_100_000),
        "its layers take 2,200,0.. bytes without their weights",
    ),
    "two layers of one name": (
        lambda: NAME + part("conv1", tensor(1, 1, 1, 1, numbers=1)) * 2,
        "two layers with weights are called conv1",
    ),
    "three tensors": (lambda: NAME + part("conv1", *[tensor(1, 1, 1, 1, numbers=1)] * 3), "conv1: it has 3 tensors"),
    "a fully connected layer": (
        lambda: NAME + part("fc6", tensor(10, 20, numbers=200), type_="InnerProduct"),
        "fc6: this has weights and is of type InnerProduct, for which a layer table has no row",
    ),
    "weights of another network": (
        lambda: NAME + part("conv1", blob(np.zeros((8, 3, 3, 3), np.float32))),
        "these are no SqueezeNet's weights",
    ),
    "a network that a table cannot say": (
        lambda: caffemodel(V1_1.replace('"Dropout"', '"LRN"')),
        r"a layer table cannot say ['\"]LRN",
    ),
    "names that are no text": (lambda: NAME + part("x").replace(b"x", b"\xff"), "damaged"),
    "a network of Caffe2": (
        lambda: NAME + sized(2, sized(1, "data") + sized(2, "conv1") + sized(4, "Conv")),
        "a network of Caffe2|of the oldest kind",
    ),
    "a letter": (lambda: b"Dear reader,\nhere are the weights.\n", "this is a text, not what its suffix says"),
    "a web page": (lambda: b"<!DOCTYPE html><html>\0</html>", "web page"),
    "a pointer to itself": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS pointer"),
    "numbers alone": (lambda: b"\x9a\0\x01" * 100, "damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_such_file_or_a_damaged_one_gets_a_sentence(folder: Path, what: str) -> None:
    content, sentence = HOSTILE[what]
    with pytest.raises(SqueezevizError, match=sentence) as refused:
        opened(content())
    assert refused.value.place.file == "net.caffemodel"
    assert refused.value.place.line is None
    assert len(str(refused.value).splitlines()) == 1


def test_numbers_that_are_none_open_with_a_note(folder: Path) -> None:
    weights = random_weights(V1_1)
    weights["fire5/expand3x3"][0][3, 2, 1, 0] = np.nan
    weights["conv10"][1][7] = np.inf
    found = opened(caffemodel(V1_1, weights))
    assert any(note.endswith("not finite numbers, so that outputs may not be either: in fire5, conv10")
               for note in notes(found))  # fmt: skip


@pytest.mark.parametrize("suffix", [".caffemodel", ".prototxt", ".bin", ""])
def test_it_is_known_by_what_it_holds_whatever_it_is_called(folder: Path, suffix: str) -> None:
    for content in (caffemodel(V1_1), first_years_caffemodel(V1_1), caffemodel('name: "net"\n' + V1_1)):
        path = folder / f"net{suffix}"
        path.write_bytes(content)
        assert read_file(path).format == "caffemodel"
    path.write_text(V1_1)
    assert read_file(path).format == "prototxt"


def test_its_folder_may_be_full_or_forbidden(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("net.caffemodel").write_bytes(caffemodel(V1_1))
    Path("a.prototxt").mkdir()
    assert read_weights(Path("net.caffemodel")).notes[0].text.endswith("the file itself holds")
    monkeypatch.setattr("os.scandir", lambda _: (_ for _ in ()).throw(PermissionError()))
    assert read_weights(Path("net.caffemodel")).notes[0].text.endswith("the file itself holds")
