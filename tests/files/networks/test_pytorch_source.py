"""The PyTorch source of a table: it runs alone, and its weights are named as torchvision's."""

from __future__ import annotations

import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from pasted_source import network_class
from published_counts import state_dict_shapes
from strategies import names

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files import registry
from squeezeviz.files.networks.source.python_text import class_name
from squeezeviz.files.networks.source.write import write
from squeezeviz.files.presets import load_preset
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.module import build_module

RUFF = Path(sys.executable).with_name("ruff")


def odd_table() -> LayerTable:
    """Rows of every kind, with and without what each may have."""
    rows: tuple[Layer, ...] = (
        Conv("c1", 8, 3, 2, 1, relu=False),
        MaxPool("p1", 3, 2, 1, ceil=False),
        Fire("f1", 2, 4, 4, relu=False),
        Fire("f2", 2, 4, 4, Bypass.SIMPLE, bias=False),
        Fire("f3", 2, 4, 5, Bypass.COMPLEX, bypass_relu=False),
        Fire("f4", 2, 4, 5, Bypass.COMPLEX),
        AvgPool("p2", 2, 1),
        Conv("c2", 6, 1, bias=False, relu=False),
        Dropout("d"),
        GlobalAvgPool("g"),
        Softmax("s"),
    )
    return LayerTable("odd", InputShape(3, 21, 18), rows)


def assert_clean(source: str, *selected: str) -> None:
    """Formatters and linters have nothing to change."""
    if not RUFF.exists():
        pytest.skip("ruff is not installed")
    for arguments in (("format", "--diff"), ("check", "--select", ",".join(("E", "F", "W", "I", *selected)))):
        command = [RUFF, *arguments, "--isolated", "--no-cache", "-"]
        ran = subprocess.run(command, input=source, capture_output=True, text=True, encoding="utf-8")
        assert not ran.returncode, ran.stdout + ran.stderr


def test_the_source_of_a_preset_runs_alone_and_prints_its_output_shape(tmp_path: Path) -> None:
    file = tmp_path / "network.py"
    registry.write_file(file, load_preset("complex-bypass"))
    ran = subprocess.run([sys.executable, "-I", "-W", "error", file], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("(1, 1000)\n", "")


@pytest.mark.parametrize(
    "table", [load_preset("table1"), load_preset("complex-bypass"), odd_table()], ids=lambda t: t.name
)
def test_formatters_and_linters_have_nothing_to_change(table: LayerTable) -> None:
    assert_clean(write(table), "B", "UP", "N806", "RUF")


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_its_state_dict_has_torchvisions_keys_and_shapes(version: str) -> None:
    with torch.device("meta"):
        state = network_class(write(load_preset(f"squeezenet{version.replace('.', '_')}")))().state_dict()
    assert {key: list(tensor.shape) for key, tensor in state.items()} == state_dict_shapes(version)


@pytest.mark.parametrize(
    "name",
    [
        '"""; import os; os.abort() #', "x\\", '"', "a\N{RIGHT-TO-LEFT OVERRIDE}b", "# noqa", "type: ignore",
        "fmt: off", "coding: utf-7", "{braces} %s", "\N{FIRE}" * 300, "None",
    ],
)  # fmt: skip
def test_no_name_says_anything_in_the_source(name: str) -> None:
    """Whatever a network and a layer are called: without comments and docstrings, the code is that of plain names."""
    hostile = LayerTable(name, InputShape(3, 9, 9), (Conv(name, 4, 3), MaxPool(f"{name} 2")))
    plain = LayerTable("x" * 2, InputShape(3, 9, 9), (Conv("a", 4, 3), MaxPool("b")))
    source = write(hostile)
    assert code_of(source, class_name(name)) == code_of(write(plain), "Xx")
    assert all(line.isprintable() for line in source.splitlines())
    assert_clean(source, "PGH", "RUF100")


def code_of(source: str, name: str) -> list[str]:
    """The tokens that are no comment and no docstring; the class is called Network."""
    passed = (tokenize.COMMENT, tokenize.NL)
    read = tokenize.generate_tokens(io.StringIO(source).readline)
    kept = [each.string for each in read if each.type not in passed and not each.string.startswith('"""')]
    return ["Network" if each == name else each for each in kept]


@settings(max_examples=200, deadline=None)
@given(names())
def test_any_name_makes_a_class(name: str) -> None:
    made = class_name(name)
    assert made.isidentifier() and made.isascii() and made[0].isupper()
    compile(f"class {made}: pass", "pasted.py", "exec")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("SqueezeNet v1.0 (torchvision)", "SqueezeNetV1_0"), ("my_small-net", "MySmallNet"), ("2nd try", "Net2ndTry"),
        ("(only a remark)", "OnlyARemark"), ("Fire", "FireNet"), ("None", "NoneNet"), ("I", "INet"), ("Über", "Uber"),
        ("\N{FIRE}", "SqueezeNet"),
    ],
)  # fmt: skip
def test_classes_are_named_as_people_name_them(name: str, told: str) -> None:
    assert class_name(name) == told


def test_equal_modules_in_a_row_are_one_line_and_keep_their_keys() -> None:
    fires = (Fire(f"fire{number}", 2, 4, 4) for number in range(2, 52))
    table = LayerTable("long", InputShape(3, 8, 8), (Conv("conv1", 8, 3), *fires, Conv("conv2", 4, 1)))
    source = write(table)
    assert "            *(Fire(8, 2, 4, 4) for _ in range(50)),\n" in source
    assert "# fire2 to fire51, each 8 x 6 x 6, depth 2\n" in source
    assert_clean(source)
    assert network_class(source)().state_dict().keys() == build_module(resolve(table)).state_dict().keys()


def test_a_few_equal_modules_in_a_row_are_written_each_for_itself() -> None:
    fires = (Fire(f"fire{number}", 2, 4, 4) for number in range(2, 5))
    assert write(LayerTable("short", InputShape(8, 8, 8), tuple(fires))).count("Fire(8, 2, 4, 4)") == 3


def test_only_the_classes_that_the_table_needs_are_there() -> None:
    convolutions = write(LayerTable("plain", InputShape(), (Conv("conv1", 8, 3),)))
    assert "Fire" not in convolutions and "features" not in convolutions
    assert "BypassFire" not in write(load_preset("table1"))
    simple = write(load_preset("simple-bypass"))
    assert "SimpleBypassFire" in simple and "ComplexBypassFire" not in simple


def test_the_largest_numbers_stay_within_the_lines() -> None:
    rows = (
        MaxPool("p" * 50, 10**12, 2**32, 5 * 10**11),
        Conv("c" * 50, 10**9, 3, 10**8, 10**8, bias=False, relu=False),
    )
    source = write(LayerTable("n" * 200, InputShape(1, 10**6, 10**6), rows))
    compile(source, "pasted.py", "exec")
    assert "stride=2147483647" in source  # PyTorch's pools take no larger one
    assert_clean(source)
