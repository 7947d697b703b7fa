"""trace --repeat: medians and spreads in every format, the columns of a single pass as they were."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Run


def timed(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield document
    for layer in document["layers"]:
        yield layer
        yield from layer["operations"]


@pytest.mark.parametrize("device", ["cpu", "meta"])
def test_json_has_a_spread_beside_every_time(device: str, run: Run, tiny: Path) -> None:
    traced = run("trace", tiny, "--repeat", "6", "--device", device, "--format", "json").json
    assert traced["repeats"] == 6
    assert traced["disagreements"] == []
    for part in timed(traced):
        assert type(part["time_ms_iqr"]) is float
        assert part["time_ms_iqr"] >= 0
        assert (part["time_ms"] == 0) is (device == "meta")
    assert any(part["time_ms_iqr"] > 0 for part in timed(traced)) is (device == "cpu")


def test_of_a_single_pass_every_spread_is_0(run: Run, tiny: Path) -> None:
    for arguments in ((), ("--repeat", "1")):
        traced = run("trace", tiny, *arguments, "--format", "json").json
        assert traced["repeats"] == 1
        assert {part["time_ms_iqr"] for part in timed(traced)} == {0}


def test_on_meta_it_is_said_that_there_are_no_times(run: Run, tiny: Path) -> None:
    ended = run("trace", tiny, "--repeat", "3", "--device", "meta")
    assert ended.code == 0
    assert "does no arithmetic: times are 0, however often a pass runs" in ended.err
    assert run("trace", tiny, "--repeat", "3", "--device", "cpu").err == ""


def test_the_table_shows_median_and_spread_and_how_many_passes(run: Run, tiny: Path) -> None:
    header, _, first, *_ = run("trace", tiny, "--repeat", "3").out.splitlines()
    assert header.endswith("  time ms, median of 3  IQR ms  measured")
    assert len(run("trace", tiny).out.splitlines()[0].split()) == len(header.split()) - 5
    assert run("trace", tiny).out.splitlines()[0].endswith("multiply-adds  time ms  measured")
    assert first.startswith("input")


def test_csv_has_a_column_for_the_spread_only_of_several_passes(run: Run, tiny: Path) -> None:
    once = list(csv.DictReader(io.StringIO(run("trace", tiny, "--format", "csv").out)))
    many = list(csv.DictReader(io.StringIO(run("trace", tiny, "--repeat", "4", "--format", "csv").out)))
    assert [*once[0], "time ms iqr"] == sorted(many[0], key=[*once[0], "time ms iqr"].index)
    assert list(many[0])[-3:] == ["time ms", "time ms iqr", "measured as predicted"]
    assert all(float(row["time ms iqr"]) >= 0 for row in many[1:])
    assert many[-1]["layer name/type"] == "total"


@pytest.mark.parametrize("form", ["markdown", "latex", "html"])
def test_a_document_says_that_medians_do_not_add_up(form: str, run: Run, tiny: Path) -> None:
    assert "not the sum of the layers" in run("trace", tiny, "--repeat", "2", "--format", form).out
    assert "median" not in run("trace", tiny, "--format", form).out


def test_what_was_traced_can_be_opened_again(run: Run, tiny: Path, tmp_path: Path) -> None:
    for form in ("csv", "md"):
        written = tmp_path / f"traced.{form}"
        written.write_text(run("trace", tiny, "--repeat", "2", "--format", {"md": "markdown"}.get(form, form)).out)
        assert run("show", written).code == 0


@pytest.mark.parametrize("repeat", ["0", "-1", "10001", "1e3", "2.5", "", "many", "9" * 5000])
def test_other_numbers_are_refused_with_a_sentence(repeat: str, run: Run, tiny: Path) -> None:
    ended = run("trace", tiny, f"--repeat={repeat}")
    assert (ended.code, ended.out) == (2, "")
    assert "a whole number from 1 to 10,000, not" in ended.err
    assert len(ended.err) < 900


def test_repeats_go_with_batch_and_input(run: Run, tiny: Path) -> None:
    traced = run("trace", tiny, "--repeat", "2", "--batch", "2", "--input", "3x20x24", "--format", "json").json
    assert (traced["repeats"], traced["input_shape"]) == (2, [2, 3, 20, 24])
