"""What a file of weights leaves unknown, said on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from squeezeviz.cli.commands import run
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import write_file


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "squeezenet1_0.pth"
    write_file(path, load_preset("squeezenet1_0"))
    return path


@pytest.mark.parametrize(
    ("geometry", "macs"),
    [((), 818_924_576), (("--geometry", "table1"), 832_667_936), (("--geometry", "caffe"), 861_339_936)],
)
def test_a_geometry_gives_the_weights_its_numbers(
    weights: Path, geometry: tuple[str, ...], macs: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["show", str(weights), "--format", "json", *geometry]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["macs"] == macs
    assert ("torchvision" in shown.err) == (not geometry)


def test_an_input_of_ones_own_goes_with_a_geometry(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(weights), "--format", "json", "--geometry", "caffe", "--input", "3x100x120"]) == 0
    assert json.loads(capsys.readouterr().out)["input_shape"] == [1, 3, 100, 120]


def test_a_geometry_that_v1_1_never_had_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "w.pth"
    write_file(path, load_preset("squeezenet1_1"))
    assert run(["show", str(path), "--geometry", "table1"]) == 1
    assert "these weights have no geometry table1; they can have torchvision, caffe" in capsys.readouterr().err


def test_a_geometry_is_converted_into_the_table(weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.toml"
    assert run(["convert", str(weights), str(out), "--geometry", "caffe"]) == 0
    assert "padding = 1" in out.read_text()
