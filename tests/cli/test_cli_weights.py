"""`squeezeviz weights`: which trained weights are here, and fetching the others."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from caffe_models import caffemodel, random_weights
from caffe_networks import caffe_network
from command_line import Run
from modules_loaded import loaded_by

from squeezeviz.cli.output import ProgressLine
from squeezeviz.files.presets import BUILT_IN, TRAINED_IDS
from squeezeviz.files.weights import fetching
from squeezeviz.files.weights.trained import TRAINED, TrainedWeights


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of checkpoints, with one in it that is damaged."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    (folder / TRAINED[2].file).write_bytes(b"half of it")
    return folder


def test_the_weights_are_listed_with_where_they_are(run: Run, cache: Path) -> None:
    lines = run("weights").out.splitlines()
    assert [line.split()[0] for line in lines] == list(TRAINED_IDS)
    assert lines[0].endswith("/resources/weights/squeezenet1_1-imagenet.safetensors")
    assert [" ".join(line.split()[1:]) for line in lines[1:]] == [
        "not here 4.78 MiB https://download.pytorch.org/models/squeezenet1_0-b66bff10.pth",
        f"damaged 4.73 MiB {cache}/squeezenet1_1-b8a52dc0.pth",
    ]


def test_json_says_it_too(run: Run, cache: Path) -> None:
    document = run("weights", "--format", "json").json
    assert document["schema"] == "squeezeviz/weights-1"
    assert [(each["id"], each["state"], each["url"] is None) for each in document["weights"]] == [
        (BUILT_IN, "built in", True),
        (TRAINED_IDS[1], "not here", False),
        (TRAINED_IDS[2], "damaged", False),
    ]
    assert document["weights"][2]["bytes"] == len(b"half of it")
    assert [each["preprocess"] for each in document["weights"]] == ["caffe", "torchvision", "torchvision"]


def test_fetched_weights_are_named_by_their_place(run: Run, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def stand_in(weights: TrainedWeights, progress: Callable[[int, int], object]) -> Path:
        asked.append(weights.id)
        progress(1, 2)
        return weights.path

    monkeypatch.setattr(fetching, "fetch", stand_in)
    ended = run("weights", "fetch", TRAINED_IDS[1])
    assert (ended.code, ended.out) == (0, f"{cache / TRAINED[1].file}\n")
    assert ended.err == f"squeezeviz: note: fetching {TRAINED[1].url}\n"
    assert asked == [TRAINED_IDS[1]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_a_line_says_how_much_has_come_and_goes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with ProgressLine() as line:
        line.show(1_048_576, 5_242_880)
        line.show(900, 1000)
    shown = terminal.getvalue().split("\r")
    assert shown[1] == "    1.00 MiB of 5.00 MiB (20 %)"
    assert shown[2].rstrip() == "    900 bytes of 1,000 bytes (90 %)"
    assert not shown[3].strip() and len(shown[3]) >= len(shown[2].rstrip())
    assert shown[4] == ""


def test_what_is_built_in_is_there(run: Run) -> None:
    ended = run("weights", "fetch", BUILT_IN)
    assert (ended.code, ended.out, ended.err) == (0, f"{TRAINED[0].path}\n", "")


def test_an_unknown_id_is_an_error_and_none_is_wrong_usage(run: Run) -> None:
    ended = run("weights", "fetch", "squeezenet1_0")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("squeezeviz: error: squeezenet1_0: there are no weights of this id; there are ")
    assert run("weights", "fetch").code == 2


def test_weights_that_are_not_here_are_named_with_what_fetches_them(run: Run) -> None:
    for command in (["show"], ["trace", "--device", "meta"], ["compare", "table1"]):
        ended = run(*command, TRAINED_IDS[1])
        assert (ended.code, ended.out) == (1, "")
        assert "squeezeviz weights fetch squeezenet1_0-torchvision fetches them" in ended.err


def test_a_pass_says_that_every_layer_ran_with_the_trained_weights(run: Run) -> None:
    ended = run("trace", BUILT_IN)
    assert ended.code == 0
    assert f"squeezeviz: note: all 10 layers with weights ran with those of {BUILT_IN}\n" in ended.err


INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from squeezeviz.files.weights import fetching
fetching._downloaded = lambda *_: os.kill(os.getpid(), signal.SIGINT)
from squeezeviz.cli.main import main
sys.argv[1:] = ["weights", "fetch", "squeezenet1_0-torchvision"]
sys.exit(main())
"""


def test_ctrl_c_ends_it_and_leaves_nothing(cache: Path) -> None:
    ran = subprocess.run([sys.executable, "-P", "-c", INTERRUPTED], capture_output=True, text=True, timeout=500)
    assert (ran.returncode, ran.stdout) == (128 + signal.SIGINT, "")
    assert [each.name for each in cache.iterdir()] == [TRAINED[2].file]


def test_listing_loads_neither_torch_nor_numpy_nor_the_network() -> None:
    modules = loaded_by("from squeezeviz.cli.main import main; assert main(['weights']) == 0")
    assert not modules & {"torch", "numpy", "urllib.request", "ssl", "PySide6", "squeezeviz.files.registry"}


def test_what_the_weights_of_a_file_say_is_told_of_each_convolution(run: Run, tmp_path: Path) -> None:
    given = random_weights(caffe_network("1.1"))
    given["fire3/expand3x3"][0][:, 8:] = 0
    path = tmp_path / "net.caffemodel"
    path.write_bytes(caffemodel(caffe_network("1.1"), given))
    ended = run("weights", "of", path)
    assert ended.code == 0
    *table, last = ended.out.splitlines()
    assert last == "most zeros: fire3/expand3x3, 50.0 %"
    lines = {line.split()[0]: line.split()[1:] for line in table}
    assert lines["convolution"] == ["weights", "zeros", "distinct", "values", "min", "max", "mean", "std"]
    assert len(lines) == 26 + 2
    assert lines["fire3/expand3x3"][:3] == ["9,216", "50.0", "%"]
    assert lines["fire2/expand3x3"][:2] == ["9,216", "0"]
    assert lines["total"] == ["1,231,552", "0.4", "%"]
    document = run("weights", "of", path, "--format", "json").json
    assert (document["schema"], document["origin"]) == ("squeezeviz/weight-statistics-1", "net.caffemodel")
    found = {each["name"]: each for each in document["weights"]}
    assert (found["fire3/expand3x3"]["zeros"], found["conv10"]["zeros"]) == (4608, 0)
    assert sum(found["conv10"]["histogram"]["counts"]) == found["conv10"]["weights"] == 512_000


def test_what_is_built_in_says_something_and_a_table_has_no_weights(run: Run) -> None:
    assert run("weights", "of", BUILT_IN).out.splitlines()[-1].startswith("total ")
    document = run("weights", "of", BUILT_IN, "--format", "json").json
    assert [each["name"] for each in document["weights"]][:3] == ["conv1", "fire2/squeeze1x1", "fire2/expand1x1"]
    ended = run("weights", "of", "table1")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("squeezeviz: error: table1: it holds no weights; name a checkpoint")
    assert run("weights", "of").code == 2
