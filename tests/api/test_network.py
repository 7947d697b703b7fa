"""Networks as values in Python: their numbers, edits, passes, files and figures."""

from __future__ import annotations

import doctest
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path

import numpy as np
import pytest
from places import CHELSEA

import squeezeviz as sv
from squeezeviz.analysis.weights import TensorName

pytestmark = pytest.mark.usefixtures("qapp")  # a figure's letters are Qt's, and a process has one application


def test_importing_it_loads_neither_qt_nor_torch_nor_numpy() -> None:
    code = (
        "import sys, squeezeviz as sv; net = sv.open('table1').edit('fire3', s1x1=24); net.depth, net['fire2'].macs; "
        "print([name for name in ('PySide6', 'torch', 'numpy') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_examples_in_its_docstring_are_true() -> None:
    failed, tried = doctest.testmod(sv)
    assert (failed, tried > 4) == (0, True)


def test_every_name_that_it_promises_is_there() -> None:
    assert dir(sv) == sorted(sv.__all__)
    assert all(getattr(sv, name) for name in sv.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        getattr(sv, "nothing")  # noqa: B009 - type checkers know better


def test_a_network_and_its_rows_have_their_numbers() -> None:
    net = sv.open("table1")
    assert (net.depth, net.parameters, net.macs) == (18, 1_248_424, 832_667_936)
    assert (net.input_shape, net.output_shape, len(net)) == ((3, 227, 227), (1000, 1, 1), 15)
    fire = net["fire2"]
    assert (fire.s1x1, fire.e1x1, fire.e3x3, fire.depth, fire.parameters) == (16, 64, 64, 2, 11_920)
    assert fire.output_shape == (128, 55, 55)
    assert [row.depth for row in net][:3] == [1, 0, 2]
    assert {"s1x1", "depth", "macs"} <= set(dir(fire))


def test_an_edit_makes_a_new_network() -> None:
    net = sv.open("squeezenet1_1")
    wide = net.edit("fire3", s1x1=24, bypass="simple")
    assert (net["fire3"].s1x1, wide["fire3"].s1x1, wide["fire3"].bypass) == (16, 24, "simple")
    assert wide != net
    assert wide.edit("fire3", s1x1=16, bypass="none") == net
    assert net.with_input(3, 64, 64).output_shape == (1000, 1, 1)
    assert net.renamed("mine").name == "mine"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda net: net["fire99"], "there is no row 'fire99'; the rows are conv1, maxpool1, fire2"),
        (lambda net: net.edit("fire3", filters=8), "fire3: a fire row has no filters; it has name, s1x1"),
        (lambda net: net.edit("fire3", s1x1=0), "fire3: s1x1 must be a whole number from 1 to 10^12, not 0"),
        (lambda net: net.edit("fire3", name="fire2"), "2 layers are named 'fire2'"),
        (lambda net: net.with_input(3, 5, 5).depth, "conv1 kernel: the 7×7 window does not fit the 5×5 map"),
        (lambda net: net.with_input(3, 5, 5)["fire2"].macs, "conv1 kernel: the 7×7 window does not fit"),
        (lambda net: net.export("x.svg", theme="pink"), "x.svg: there is no theme 'pink'; take one of light, dark"),
        (lambda net: net.export("x.svg", fit="wall"), "x.svg: there is no fit 'wall'; take one of column"),
        (lambda net: net.export("x.svg", only="fire99"), "x.svg: only: the network has no layer 'fire99'"),
        (lambda net: net.export("x.svg", collapse=["conv1"]), "there is no Fire module 'conv1'; take one of fire2"),
        (lambda net: net.export("x.jpg"), r"x.jpg: '.jpg' is no diagram format"),
        (lambda net: net.save("x.txt"), "x.txt: "),
        (lambda net: net.trace("cuda:99"), "there is no device 'cuda:99' here"),
        (lambda net: net.classify("x.png"), "it has no trained weights"),
        (lambda net: net.features("x.png", "fire99"), "the network has no operation 'fire99'"),
        (lambda net: net.features("x.png", "fire2", preprocess="grey"), "there is no preprocessing 'grey'"),
        (lambda _: sv.open("no such file"), "no such file"),
    ],
)
def test_every_mistake_gets_a_sentence(wrong: object, said: str) -> None:
    assert callable(wrong)
    with pytest.raises(sv.SqueezevizError) as refused:
        wrong(sv.open("table1"))
    assert said in str(refused.value)


def test_a_field_of_another_kind_of_row_is_named_with_those_that_there_are() -> None:
    with pytest.raises(AttributeError, match="a maxpool row has no s1x1; it has name, kernel, stride, padding, ceil"):
        _ = sv.open("table1")["maxpool1"].s1x1


def test_a_table_that_cannot_run_says_why() -> None:
    net = sv.open("table1").with_input(3, 5, 5)
    assert len(net.problems) == 1
    assert "does not fit" in repr(net)
    assert "18" in repr(sv.open("table1"))


def test_a_trace_measures_what_was_predicted() -> None:
    trace = sv.open("squeezenet1_1").with_input(3, 48, 48).trace()
    assert trace.disagreements == ()
    assert trace.to_dict()["schema"] == "squeezeviz/trace-1"
    assert trace.to_dict()["depth"] == trace.measured.depth == 18
    assert "fire2" in str(trace)
    assert trace._repr_markdown_().startswith("|")


def test_weights_go_with_the_network_into_files_modules_and_edits(tmp_path: Path) -> None:
    net = sv.open("squeezenet1_1-imagenet")
    assert net.weights is not None
    again = sv.open(net.save(tmp_path / "net.onnx"))
    assert again.weights is not None
    state = net.to_module().state_dict()
    assert np.array_equal(state["features.0.weight"].numpy(), again.weights.arrays[TensorName("conv1", "", "weight")])
    renamed = net.edit("conv1", name="first").to_module().state_dict()
    assert np.array_equal(renamed["features.0.weight"].numpy(), state["features.0.weight"].numpy())
    with pytest.raises(sv.SqueezevizError, match="its weights do not fit fire2, fire3"):
        net.edit("fire2", e1x1=32).classify(CHELSEA)


def test_what_it_sees_is_what_the_command_line_says() -> None:
    net = sv.open("squeezenet1_1-imagenet")
    found = net.classify(CHELSEA)
    assert (found.images[0].top[0].name, found.preprocessing.preprocessing.id) == ("Egyptian cat", "caffe")
    maps = net.features(CHELSEA, "fire2/expand3x3")
    assert maps.shape == (64, 56, 56)
    assert maps.dtype == np.float32
    with pytest.raises(sv.SqueezevizError, match=r"no-such\.png: there is no such file"):
        net.classify("no-such.png")


def test_a_module_is_the_networks_own_copy() -> None:
    net = sv.open("squeezenet1_1-imagenet")
    assert net.weights is not None
    module = net.to_module()
    for parameter in module.parameters():
        parameter.data.zero_()
    assert any(array.any() for array in net.weights.arrays.values())


@pytest.mark.parametrize("suffix", ["svg", "pdf", "tex", "dot"])
def test_it_exports_its_diagram(suffix: str, tmp_path: Path) -> None:
    path = sv.open("table1").export(tmp_path / f"net.{suffix}", only="fire2:fire4", fit="column", collapse="all")
    assert b"fire3" in path.read_bytes() or suffix == "pdf"
    assert path.stat().st_size > 500


def test_it_shows_itself_in_a_notebook() -> None:
    svg = xml.dom.minidom.parseString(sv.open("table1")._repr_svg_())
    assert svg.documentElement is not None
    assert svg.documentElement.tagName == "svg"


def test_a_comparison_says_what_compare_says() -> None:
    net = sv.open("table1")
    found = sv.compare(net, net.edit("fire2", e1x1=32))
    assert found.to_dict()["layers"][0]["fields"] == {"e1x1": [64, 32]}
    assert "fire2" in str(found)
    assert "fire2" in found._repr_markdown_()
    assert repr(found) == f"<Comparison of {net.name!r} and {net.name!r}>"


@pytest.mark.parametrize(("source", "suffix"), [("table1", ".toml"), ("squeezenet1_1-imagenet", ".onnx")])
def test_the_window_opens_on_a_copy_beside_the_interpreter(
    source: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[str]] = []
    net = sv.open(source)
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", lambda command, **_: begun.append(command))
        net.show()
    ((*start, path),) = begun
    assert start == [sys.executable, "-P", "-m", "squeezeviz"]
    assert path.endswith(suffix)
    assert sv.open(path).table.layers == net.table.layers
