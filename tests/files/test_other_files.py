"""Reading opens the one file and nothing else, writing writes aside and moves: no code, no network, no process."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import onnx
import pytest
import torch
from checkpoint_states import Evaluating, Harmful, small_state, zipped
from hostile_files import DEEP, NOTHING_OF_OURS
from onnx import TensorProto
from places import HELPERS
from small_files import SUFFIXES, whole

from squeezeviz.files.registry import FORMATS

WATCHED = HELPERS / "watched.py"


def events(folder: Path, doing: str, *names: str) -> list[list[str]]:
    """What a process asks of the system while it does that in the folder, without what it asks to import modules."""
    command = [sys.executable, "-P", str(WATCHED), doing, *names]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=500, env=environment)
    assert ran.returncode == 0, ran.stderr
    told: list[list[str]] = json.loads(ran.stdout.splitlines()[-1])
    return told


def onnx_with_weights_elsewhere(path: Path) -> None:
    model = onnx.load_model_from_string(whole(".onnx"))
    path.with_name("secret.bin").write_bytes(bytes(100_000))
    for tensor in model.graph.initializer:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="secret.bin")
    path.write_bytes(model.SerializeToString())


MENTIONING = {
    "input.tex": b"\\input{secret.bin}\\include{secret}\\write18{touch harmed}\n\\begin{tabular}{l}\\input{secret.bin}"
    b"layer & s1x1 & e1x1 & e3x3 \\\\ a & \\input{secret.bin} & 1 & 1 \\\\ \\end{tabular}",
    "image.md": b"![](secret.bin)\n\n| layer | s1x1 | e1x1 | e3x3 |\n|-|-|-|-|\n"
    b"| ![](http://127.0.0.1/a) | 1 | 1 | 1 |\n",
    "formula.csv": b'layer,type,s1x1\n"=WEBSERVICE(""http://127.0.0.1"")",conv,=cmd|\' /C calc\'!A0\n',
    "source.prototxt": b'name: "secret.bin" layer { name: "d" type: "Data" top: "d" '
    b'data_param { source: "secret.bin" } }',
    "include.toml": b'format = "squeezeviz"\nversion = 1\nname = "file:///etc/passwd"\ninclude = "secret.bin"\n',
    "reference.json": b'{"format": "squeezeviz", "$ref": "secret.bin"}',
}
"""Texts that name other files, places in the network and programs."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_reading_opens_the_file_and_nothing_else(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / f"good{suffix}").write_bytes(whole(suffix))
        for number, content in enumerate(NOTHING_OF_OURS.values()):
            (tmp_path / f"other{number}{suffix}").write_bytes(content)
    for number, ((suffix, _), text) in enumerate(DEEP.items()):
        (tmp_path / f"deep{number}{suffix}").write_text(text)
    for name, content in MENTIONING.items():
        (tmp_path / name).write_bytes(content)
    onnx_with_weights_elsewhere(tmp_path / "elsewhere.onnx")
    for number, harm in enumerate((Harmful(), Evaluating())):
        torch.save(small_state() | {"features.0.bias": harm}, tmp_path / f"new{number}.pth")
        torch.save({"a": harm}, tmp_path / f"old{number}.pth", _use_new_zipfile_serialization=False)
        zipped(pickle.dumps(harm, 4), tmp_path / f"plain{number}.pth")
        (tmp_path / f"bare{number}.pt").write_bytes(pickle.dumps(harm, 2))
    names = sorted(path.name for path in tmp_path.iterdir() if path.name != "secret.bin")
    reading = ""
    opened = set()
    for event, *given in events(tmp_path, "read", *names):
        if event == "file":
            reading = given[0]
        else:
            assert event == "open", (reading, event, given)
            assert given[0] in (reading, "3"), (reading, given)  # by name, then what has been opened
            assert int(given[2]) & os.O_ACCMODE == os.O_RDONLY
            opened.add(reading)
    assert opened == set(names)
    assert not (tmp_path / "harmed").exists()


WRITES = {
    "convert": [f"made{suffix}" for each in FORMATS if each.can_write for suffix in each.suffixes[:1]],
    "export": [f"made.{suffix}" for suffix in ("svg", "pdf", "png", "dot", "tex", "pptx")],
}


@pytest.mark.parametrize("doing", WRITES)
def test_whatever_is_written_is_written_aside_and_moved(tmp_path: Path, doing: str) -> None:
    writing = ""
    moved = []
    for event, *given in events(tmp_path, doing, *WRITES[doing]):
        if event == "file":
            writing = given[0]
        elif event == "open" and _is_for_writing(*given[1:]) and not given[0].isdecimal():
            path = tmp_path / given[0]  # the process writes by names within its own folder
            assert path.parent.resolve() == tmp_path.resolve(), (writing, given)
            assert path.name.startswith(".squeezeviz-"), (writing, given)
        elif event == "os.rename":
            moved.append(Path(given[1]).name)
        assert not event.startswith(("socket.", "subprocess.", "os.system", "os.exec")), (writing, event, given)
    assert moved == WRITES[doing]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(WRITES[doing])


def _is_for_writing(mode: str, flags: str) -> bool:
    return bool(set(mode) & set("wax+")) or bool(int(flags) & os.O_ACCMODE)
