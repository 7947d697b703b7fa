"""presets, show and devices."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run
from places import PAPER, SHARED

from squeezeviz.files.presets import preset_ids


def test_presets_are_listed_one_a_line_with_id_and_title(run: Run) -> None:
    ended = run("presets")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines()] == list(preset_ids())
    titles = dict(line.split(maxsplit=1) for line in ended.out.splitlines())
    assert all(len(title) > 5 for title in titles.values())
    assert titles["figure3a-sr0.25"] == "SR 0.25 (Figure 3a: 7.6 MB)"
    assert titles["figure3b-pct99"] == "99 % 3×3 filters (Figure 3b: 21 MB, top-5 85.3 %)"


def test_devices_are_listed_with_what_they_are_or_why_not(run: Run) -> None:
    ended = run("devices")
    assert ended.code == 0
    lines = {line.split()[0]: line for line in ended.out.splitlines()}
    assert {"cpu", "meta"} <= set(lines)
    assert all(len(line.split()) > 1 for line in lines.values())


def test_show_json_is_one_object_without_what_only_a_pass_can_know(run: Run) -> None:
    shown = run("show", "table1", "--format", "json").json
    assert shown["schema"] == "squeezeviz/trace-1"
    assert shown["input_shape"] == [1, 3, 227, 227]
    assert shown["output_shape"] == [1, 1000]
    assert (shown["depth"], shown["parameters"], shown["macs"]) == (18, 1248424, 832667936)
    assert not {"device", "time_ms", "disagreements"} & set(shown)


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "latex"])
def test_show_prints_the_numbers_of_table_1_in_each_format(run: Run, form: str) -> None:
    ended = run("show", "table1", "--format", form)
    assert ended.code == 0
    plain = ended.out.replace(",", "").replace("{}", "").replace("\\", "")
    assert all(number in plain for number in ("11920", "197184", "513000"))
    assert all(name in plain for name in ("conv1", "fire2", "avgpool10"))
    assert (run("show", "table1").out == ended.out) is (form == "table")


def test_another_input_and_batch_are_followed(run: Run) -> None:
    shown = run("show", "table1", "--input", "3x224x224", "--batch", "8", "--format", "json").json
    assert shown["input_shape"] == [8, 3, 224, 224]
    assert shown["layers"][0]["output_shape"] == [8, 96, 109, 109]
    assert shown["macs"] == 818924576


def test_a_table_that_cannot_run_is_shown_with_its_problem_as_a_note(run: Run, broken: Path) -> None:
    ended = run("show", broken)
    assert ended.code == 0
    assert "fire2" in ended.out
    assert "squeezeviz: note: pool3: the 99×99 window does not fit" in ended.err
    assert "pool3: the 99×99 window does not fit" in run("show", broken, "--format", "json").json["notes"][0]


def test_the_printed_table_opens_with_notes_on_what_cannot_be(run: Run) -> None:
    ended = run("show", PAPER, "--format", "json")
    assert ended.code == 0
    assert ended.json["input_shape"] == [1, 3, 224, 224]
    told = [line.removeprefix("squeezeviz: note: ") for line in ended.err.splitlines()]
    assert told and all(line.startswith("squeezeviz: note: ") for line in ended.err.splitlines())
    assert ended.json["notes"] == told


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "there is none to open a window on"),
        ({"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"}, "could not connect to display :987"),
    ],
    ids=["none", "gone"],
)
def test_a_window_without_a_display_is_one_sentence(spawn: Run, environment: dict[str, str], said: str) -> None:
    ended = spawn(**environment)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"squeezeviz: error: display: {said}")
    assert ended.err.count("\n") == 1


def test_the_window_loads_what_needs_no_qt_before_qt() -> None:
    """PySide reads the source of every module that is loaded after it, which would hold the start back."""
    program = """
import sys
class Looking:
    def find_spec(self, name, *_):
        if name == "PySide6":
            print("squeezeviz.figure.layout.build" in sys.modules, flush=True)
sys.meta_path.insert(0, Looking())
from squeezeviz.cli.main import main
main([])
"""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    ran = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, env=environment)
    assert (ran.returncode, ran.stdout) == (1, "True\n"), ran.stderr


def test_the_shares_and_bits_of_pruned_weights_are_shown_as_measured_from_the_file(run: Run) -> None:
    path = SHARED / "data/pytorch/squeezenet1_0_deepcompression.pth"
    if not path.exists():
        pytest.skip("the folder of real files, ../shared/data, is not here")
    ended = run("show", path)
    fire8 = next(line.split() for line in ended.out.splitlines() if line.startswith("fire8"))
    assert fire8[6:12] == ["99.235%", "49.969%", "29.937%", "8", "188,992", "77,295"]
    assert ended.out.splitlines()[-1].split()[1:4] == ["18", "1,248,424", "419,897"]
    said = "squeezeviz: note: measured from the file: 415,921 of its 1,244,448 weights are not zero (33.4 %)"
    assert any(line.startswith(said) for line in ended.err.splitlines())
    assert any(note.startswith(said[18:]) for note in run("show", path, "--format", "json").json["notes"])
