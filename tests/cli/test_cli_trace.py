"""trace: what is printed as measured is measured, in this process."""

from pathlib import Path

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


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex"])
def test_trace_prints_in_each_format(run: Run, tiny: Path, form: str) -> None:
    ended = run("trace", tiny, "--format", form)
    assert (ended.code, ended.err) == (0, "")
    assert "fire2" in ended.out


def test_the_table_of_a_trace_shows_times(run: Run, tiny: Path) -> None:
    assert "ms" in run("trace", tiny).out
    assert "ms" not in run("show", tiny).out


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


def test_a_pass_that_no_memory_can_hold_is_refused_at_once(run: Run, tiny: Path) -> None:
    ended = run("trace", tiny, "--batch", "1000000000000")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: {tiny}: ")
    assert "iB" in ended.err


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
