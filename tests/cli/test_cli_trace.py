"""trace: what is printed as measured is measured, in this process; medians and spreads of repeated passes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import Run


def test_trace_measures_table_1(run: Run) -> None:
    traced = run("trace", "table1", "--format", "json").json
    assert (traced["depth"], traced["parameters"], traced["macs"]) == (18, 1248424, 832667936)
    assert traced["disagreements"] == []
    assert traced["output_shape"] == [1, 1000]
    layers = {layer["name"]: layer for layer in traced["layers"]}
    assert layers["maxpool8"]["output_shape"] == [1, 512, 13, 13]
    assert traced["device"]["id"] == "cpu"
    assert traced["time_ms"] > 0
    assert layers["conv1"]["time_ms"] > 0


def test_every_number_that_show_predicts_trace_measures(run: Run) -> None:
    shown = run("show", "squeezenet1_1", "--format", "json").json
    traced = run("trace", "squeezenet1_1", "--device", "meta", "--format", "json").json

    def without_times(layer: dict[str, object]) -> dict[str, object]:
        kept = {key: value for key, value in layer.items() if key not in ("time_ms", "time_ms_iqr", "operations")}
        inside = layer.get("operations", [])
        return kept | {"operations": [without_times(each) for each in inside]} if inside else kept  # type: ignore

    assert [without_times(each) for each in traced["layers"]] == [without_times(each) for each in shown["layers"]]


def test_trace_follows_input_batch_and_device(run: Run, tiny: Path) -> None:
    traced = run("trace", tiny, "--input", "3x20x24", "--batch", "2", "--device", "meta", "--format", "json").json
    assert traced["input_shape"] == [2, 3, 20, 24]
    assert traced["output_shape"] == [2, 8, 18, 22]
    assert traced["device"]["id"] == "meta"


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex", "html"])
def test_trace_prints_times_in_each_format_and_tells_medians(run: Run, tiny: Path, form: str) -> None:
    once, twice = (run("trace", tiny, "--repeat", count, "--format", form) for count in ("1", "2"))
    assert (once.code, once.err) == (0, "")
    heading = "ms" if form == "latex" else "time ms"
    assert "fire2" in once.out and heading in once.out
    assert heading not in run("show", tiny, "--format", form).out
    assert "median" not in once.out
    if form not in ("table", "csv"):
        assert "not the sum of the layers" in twice.out


def test_a_table_that_cannot_run_fails_with_its_place(run: Run, broken: Path) -> None:
    ended = run("trace", broken)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {broken}: pool3 kernel: the 99×99 window does not fit")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("device", ["cuda:99", "nonsense", ""])
def test_a_device_that_is_not_there_is_named(run: Run, tiny: Path, device: str) -> None:
    ended = run("trace", tiny, "--device", device)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {tiny}: device: ")
    assert ended.err.count("\n") == 1


def test_a_disagreement_is_told(run: Run, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The prediction is damaged here; that a damaged module is noticed is tested with the pass."""
    from squeezeviz.analysis import live

    predicted = live.predicted_totals
    monkeypatch.setattr(live, "predicted_totals", lambda *given: predicted(*given) | {"output_shape": [1, 7]})
    ended = run("trace", tiny, "--format", "json")
    assert ended.code == 0
    assert ended.json["disagreements"][0]["field"] == "output_shape"
    assert "squeezeviz: disagreement: network: output_shape was predicted [1, 7]" in ended.err


def test_trace_runs_without_a_display(spawn: Run, tiny: Path) -> None:
    ended = spawn("trace", tiny, "--device", "meta")
    assert (ended.code, ended.err) == (0, "")


# Several passes


def timed(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield document
    for layer in document["layers"]:
        yield layer
        yield from layer["operations"]


@pytest.mark.parametrize(("device", "repeat"), [("cpu", "6"), ("meta", "6"), ("cpu", "1"), ("cpu", "")])
def test_json_has_a_spread_beside_every_time(device: str, repeat: str, run: Run, tiny: Path) -> None:
    options = ("--repeat", repeat) if repeat else ()
    traced = run("trace", tiny, *options, "--device", device, "--format", "json").json
    assert (traced["repeats"], traced["disagreements"]) == (int(repeat or 1), [])
    for part in timed(traced):
        assert type(part["time_ms_iqr"]) is float
        assert part["time_ms_iqr"] >= 0
        assert (part["time_ms"] == 0) is (device == "meta")
    assert any(part["time_ms_iqr"] > 0 for part in timed(traced)) is ((device, repeat) == ("cpu", "6"))


def test_on_meta_it_is_said_that_there_are_no_times(run: Run, tiny: Path) -> None:
    ended = run("trace", tiny, "--repeat", "3", "--device", "meta")
    assert ended.code == 0
    assert "does no arithmetic: times are 0, however often a pass runs" in ended.err
    assert "0.000" not in ended.out
    assert run("trace", tiny, "--repeat", "3", "--device", "cpu").err == ""


def test_a_precision_on_meta_is_said_to_play_no_part(run: Run, tiny: Path) -> None:
    ended = run("trace", tiny, "--precision", "bfloat16", "--memory-format", "channels_last", "--device", "meta")
    assert ended.code == 0
    assert "meta does no arithmetic, so that bfloat16 and channels_last play no part" in ended.err
    assert "no part" not in run("trace", tiny, "--device", "meta").err


def test_the_table_shows_median_and_spread_and_how_many_passes(run: Run, tiny: Path) -> None:
    header, _, first, *_ = run("trace", tiny, "--repeat", "3").out.splitlines()
    assert " ".join(header.split()).endswith("time ms, median of 3 IQR ms measured")  # columns are as wide as times
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


def test_the_arithmetic_is_said_with_every_number(run: Run, tiny: Path) -> None:
    chosen = ("trace", tiny, "--precision", "bfloat16", "--memory-format", "channels_last")
    printed, document = run(*chosen), run(*chosen, "--format", "html")
    assert "time ms, bfloat16, channels_last" in printed.out
    assert "times and memory are those of bfloat16 by autocast, channels_last" in printed.err
    assert re.search("measured on CPU.*, bfloat16, channels_last", document.out)
    traced = run(*chosen, "--format", "json").json
    assert (traced["precision"], traced["memory_format"], traced["disagreements"]) == ("bfloat16", "channels_last", [])


def test_without_a_choice_a_pass_computes_in_exact_float32_and_one_that_a_device_lacks_is_refused(
    run: Run, tiny: Path
) -> None:
    traced = run("trace", tiny, "--format", "json").json
    assert (traced["precision"], traced["memory_format"]) == ("float32", "contiguous")
    assert "float32, exact, without TF32" in " ".join(run("trace", "--help").out.split())
    ended = run("trace", tiny, "--precision", "tf32")
    assert (ended.code, ended.out) == (1, "")
    assert "precision: cpu cannot compute in tf32: TF32 is a format of NVIDIA GPUs" in ended.err
