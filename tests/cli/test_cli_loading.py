"""What a command loads: nothing that it does not need, neither of ours nor of others."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from modules_loaded import loaded_by, run_and_loaded

RUNNING = "import sys; from squeezeviz.cli.main import main; assert main(sys.argv[1:]) == 0"


def test_a_pass_on_the_meta_device_does_not_load_torchs_compiler() -> None:
    """Both bypasses, the concat and the average over all places came to load it, a second and 60 MiB."""
    printed, modules = run_and_loaded(RUNNING, "trace", "complex-bypass", "--device", "meta", "--format", "json")
    traced = json.loads(printed)
    shapes = {step["name"]: step["output_shape"] for layer in traced["layers"] for step in layer.get("operations", [])}
    assert shapes["fire2/concat"] == [1, 128, 55, 55]
    assert shapes["fire2/add"] == [1, 128, 55, 55]
    assert (traced["depth"], traced["output_shape"], traced["disagreements"]) == (18, [1, 1000], [])
    assert "torch" in modules
    assert not {"torch._dynamo", "torch._inductor"} & modules


@pytest.mark.parametrize(
    "arguments",
    [
        ["presets"],
        ["compare", "table1", "squeezenet1_1"],
        ["convert", "table1", "{out}.csv"],
        ["export", "table1", "{out}.svg"],
        ["export", "table1", "{out}.png"],
    ],
    ids=" ".join,
)
def test_torch_is_not_loaded_where_nothing_is_measured(arguments: list[str], tmp_path: Path) -> None:
    filled = [argument.format(out=tmp_path / "out") for argument in arguments]
    modules = loaded_by(RUNNING, *filled)
    assert "torch" not in modules
    assert ("PySide6" in modules) == filled[-1].endswith(".png")


READERS_AND_MORE = {
    "csv",
    "difflib",
    "fractions",
    "html",
    "shutil",
    "tempfile",
    "threading",
    "xml",
    "zipfile",
    "squeezeviz.analysis.costs",
    "squeezeviz.analysis.difference",
    "squeezeviz.analysis.live",
    "squeezeviz.analysis.timing",
    "squeezeviz.explain",
    "squeezeviz.figure.drawing.heat",
    "squeezeviz.figure.layout.changes",
    "squeezeviz.figure.layout.graphviz",
    "squeezeviz.files.registry",
    "squeezeviz.files.tables.csv_table",
    "squeezeviz.files.tables.layer_rows",
    "squeezeviz.files.tables.toml_table",
    "squeezeviz.paper",
}
"""What none of these commands calls: files, corrections, a pass, a comparison, explanations, the paper."""


def test_a_printed_table_loads_what_prints_it_alone() -> None:
    modules = loaded_by(RUNNING, "show", "table1")
    ours = {name for name in modules if name.startswith("squeezeviz")}
    assert not modules & {*READERS_AND_MORE, "squeezeviz.figure", "squeezeviz.files.atomic", "numpy", "PySide6"}
    assert len(ours) <= 35


@pytest.mark.parametrize(("suffix", "most"), [("svg", 54), ("tex", 56), ("pptx", 58), ("pdf", 58), ("png", 58)])
def test_a_figure_in_the_usual_colours_loads_no_costs_and_no_differences(
    suffix: str, most: int, tmp_path: Path
) -> None:
    modules = loaded_by(RUNNING, "export", "table1", tmp_path / f"figure.{suffix}")
    text = suffix in ("svg", "tex")
    unneeded = READERS_AND_MORE if text else {name for name in READERS_AND_MORE if name.startswith("squeezeviz.")}
    assert not modules & {
        *unneeded,
        "torch",
        "pygraphviz",
        "PySide6.QtWidgets",
        *(("PySide6", "decimal") if text else ()),
    }
    assert len([name for name in modules if name.startswith("squeezeviz")]) <= most
    assert suffix != "pdf" or not modules & {"hashlib", "uuid"}  # what they do, Qt does


READING = """
import json, linecache, os, sys
import squeezeviz
from squeezeviz.cli.main import main
main(sys.argv[1:])
ours = os.path.dirname(squeezeviz.__file__) + os.sep
print(json.dumps([name for name in linecache.cache if name.startswith(ours)]))
"""


@pytest.mark.parametrize("suffix", ["pdf", "png"])
def test_pyside_reads_hardly_a_source_in_search_of_its_features(suffix: str, tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", READING, "export", "table1", str(tmp_path / f"figure.{suffix}")]
    read = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert len(read) <= 1  # what is imported before `qt`; there were ten, and Python's own besides


COUNTING = """
import gc, os
def collections():
    return gc.get_stats()[0]["collections"]
before = collections()
os._exit = lambda code: print(code, collections() - before)
from squeezeviz.cli.main import main
main()
"""


def test_a_command_is_not_searched_for_cycles_again_and_again(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", COUNTING, "export", "table1", str(tmp_path / "figure.svg")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    code, collections = map(int, ran.stdout.split())
    assert code == 0
    assert collections <= 2  # there were a hundred
